package static

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
	"dockgen/internal/safe"
	"dockgen/internal/scantest"
)

// other is a detector of a language that takes every folder with a marker.txt.
type other struct{}

func (other) Name() string      { return "other" }
func (other) Markers() []string { return []string{"marker.txt"} }
func (other) Inspect(context.Context, *detect.Dir) ([]*detect.Service, error) {
	return []*detect.Service{{Kind: detect.Server}}, nil
}

func scan(t testing.TB, archive string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}, other{}}}, scantest.Archive(archive))
}

func TestSites(t *testing.T) {
	page := "<!doctype html>\n<title>x</title>\n"
	tests := []struct {
		why, archive string
		want         []string // folders of the sites
		note         string
	}{
		{"MkDocs alone", "-- mkdocs.yml --\nsite_name: x\n", []string{"."}, ""},
		{"a book whose listings are crates", "-- book.toml --\n[book]\ntitle = \"x\"\n-- src/SUMMARY.md --\n# x\n-- Cargo.toml --\n[workspace]\nmembers = [\"tools\"]\n", []string{"."}, ""},
		{"a book beside a crate", "-- book.toml --\n[book]\ntitle = \"x\"\n-- src/SUMMARY.md --\n# x\n-- Cargo.toml --\n[package]\nname = \"x\"\n", nil, "documents of the project"},
		{"documents beside a library", "-- mkdocs.yml --\nsite_name: x\n-- pyproject.toml --\n[build-system]\nrequires = []\n", nil, "documents of the project"},
		{"or beside a program of another language", "-- mkdocs.yml --\nsite_name: x\n-- go.mod --\nmodule x\n", nil, "go.mod"},
		{"a conf.py of something else", "-- conf.py --\nx = 1\n", nil, ""},
		{"Zola and Hugo share a name", "-- config.toml --\nbase_url = '/'\n-- content/a.md --\nx\n", []string{"."}, ""},
		{"a configuration of another tool", "-- config.toml --\nx = 1\n", nil, ""},
		{"a page at the top", "-- index.html --\n" + page, []string{"."}, ""},
		{"what lies below is part of it", "-- index.html --\n" + page + "-- blog/index.html --\n" + page, []string{"."}, ""},
		{"a page for a host beside the root of a workspace", "-- package.json --\n{\"workspaces\": [\"apps/*\"]}\n-- public/index.html --\n" + page, nil, "the root of a workspace"},
		{"what is committed beside a package", "-- package.json --\n{\"scripts\": {\"build\": \"x\"}}\n-- public/index.html --\n" + page, []string{"public"}, ""},
		{"two sites beside each other", "-- a/index.html --\n" + page + "-- b/index.html --\n" + page, []string{"a", "b"}, ""},
		{"another language's folder", "-- marker.txt --\n-- public/index.html --\n" + page, nil, ""},
		{"the shell of a program for the browser, in .NET", "-- Client/Client.csproj --\n<Project />\n-- Client/wwwroot/index.html --\n" + page, nil, "the program beside it (Client.csproj)"},
		{"a template", "-- index.html --\n<title>{{ title }}</title>\n", nil, "holds {{"},
		{"PHP", "-- index.html --\n<?php echo 1 ?>\n", nil, "<?php"},
		{"braces in a script are no template", "-- index.html --\n<script>x = '{{'</script>\n<style>a{{}</style><!-- {{ -->\n", []string{"."}, ""},
		{"the shell of a Vite application", "-- index.html --\n<script type=\"module\" src=\"/src/main.ts\"></script>\n", nil, "/src/"},
		{"test pages", "-- tests/index.html --\n" + page, nil, "tests"},
		{"a coverage report", "-- coverage/lcov-report/index.html --\n" + page, nil, "coverage"},
		{"committed output", "-- package.json --\n{\"scripts\": {\"build\": \"x\"}}\n-- dist/index.html --\n" + page, []string{"dist"}, ""},
		{"committed output that has a package.json", "-- package.json --\n{\"scripts\": {\"build\": \"x\"}}\n-- dist/package.json --\n{\"scripts\": {\"build\": \"x\"}}\n-- dist/index.html --\n" + page, []string{"dist"}, ""},
		{"sources of a build", "-- package.json --\n{\"scripts\": {\"build\": \"x\"}}\n-- app/index.html --\n" + page, nil, "a source of the package"},
		{"a package that builds the page", "-- package.json --\n{\"scripts\": {\"build\": \"x\"}}\n-- index.html --\n" + page, nil, "builds it"},
		{"a package of tools alone", "-- package.json --\n{\"scripts\": {\"lint\": \"x\"}}\n-- index.html --\n" + page, []string{"."}, ""},
		{"the page of a Rust program for the browser", "-- web/Cargo.toml --\n[package]\nname = \"x\"\n-- web/index.html --\n" + page, nil, "beside a Cargo.toml"},
		{"no page", "-- README.md --\nx\n", nil, ""},
	}
	for _, tt := range tests {
		p := scan(t, tt.archive)
		var got []string
		for _, s := range p.Services {
			if s.Language == "static" {
				got = append(got, s.Dir.String())
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
		if notes := fmt.Sprint(p.Notes); !strings.Contains(notes, tt.note) {
			t.Errorf("%s: notes %s, want %q", tt.why, notes, tt.note)
		}
	}
}

func TestPages(t *testing.T) {
	page := "<title>x</title>\n"
	tests := []struct{ why, archive, index, notFound string }{
		{"no page for what is not there", "-- index.html --\n" + page, "index.html", ""},
		{"404.html", "-- index.html --\n" + page + "-- 404.html --\n" + page, "index.html", "404.html"},
		{"error/index.html", "-- index.html --\n" + page + "-- error/index.html --\n" + page, "index.html", "error/index.html"},
		{"the short ending", "-- index.htm --\n" + page, "index.htm index.html", ""},
		{"as the app specification says", "-- index.html --\n" + page + "-- hello.html --\n" + page + "-- oops.html --\n" + page +
			"-- .do/app.yaml --\nstatic_sites:\n- source_dir: /\n  index_document: hello.html\n  error_document: oops.html\n", "hello.html index.html", "oops.html"},
		{"a page that is not there is not taken", "-- index.html --\n" + page + "-- .do/app.yaml --\nstatic_sites:\n- source_dir: /\n  index_document: gone.html\n", "index.html", ""},
		{"nor one that means something to the server", "-- index.html --\n" + page + "-- a;b.html --\n" + page + "-- .do/app.yaml --\nstatic_sites:\n- source_dir: /\n  index_document: \"a;b.html\"\n  error_document: \"a;b.html\"\n", "index.html", ""},
	}
	for _, tt := range tests {
		p := scan(t, tt.archive)
		if len(p.Services) != 1 {
			t.Errorf("%s: %d services", tt.why, len(p.Services))
			continue
		}
		site := p.Services[0].Facts.(*Facts).Site
		var index []string
		for _, i := range site.Index {
			index = append(index, i.String())
		}
		if got := strings.Join(index, " "); got != tt.index || site.NotFound.String() != tt.notFound {
			t.Errorf("%s: %q and %q, want %q and %q", tt.why, got, site.NotFound, tt.index, tt.notFound)
		}
	}
}

// TestBookPrograms: what a book calls beside mdBook is not in the image.
func TestBookPrograms(t *testing.T) {
	p := scan(t, "-- book.toml --\n[book]\ntitle = \"x\"\n[preprocessor.mermaid]\n[preprocessor.links]\n[output.html]\n[output.linkcheck]\noptional = true\n-- src/SUMMARY.md --\n# x\n")
	var notes []string
	for _, n := range p.Services[0].Notes {
		notes = append(notes, n.String())
	}
	if len(notes) != 1 || !strings.HasPrefix(notes[0], "book.toml:3: the build calls mdbook-mermaid") {
		t.Errorf("%q", notes)
	}
}

// TestReadTheDocs: the site is built as where it stands today.
func TestReadTheDocs(t *testing.T) {
	tests := []struct{ why, archive, want string }{
		{"its configuration and its builder", "-- .readthedocs.yaml --\nsphinx:\n  configuration: manual/conf.py\n  builder: dirhtml\n-- manual/conf.py --\nx = 1\n", "sphinx-build -b dirhtml manual _build/html"},
		{"one that only checks", "-- .readthedocs.yaml --\nsphinx:\n  builder: linkcheck\n-- doc/source/conf.py --\nx = 1\n", "sphinx-build -b html doc/source _build/html"},
		{"a configuration that is not there", "-- .readthedocs.yaml --\nsphinx:\n  configuration: gone/conf.py\n-- docs/conf.py --\nx = 1\n", "sphinx-build -b html docs _build/html"},
		{"a name of another kind", "-- .readthedocs.yaml --\nsphinx:\n  configuration: [x]\n  builder: {}\n-- docs/conf.py --\nx = 1\n", "sphinx-build -b html docs _build/html"},
	}
	for _, tt := range tests {
		p := scan(t, tt.archive)
		if len(p.Services) != 1 || p.Services[0].Build.V.String() != tt.want {
			t.Errorf("%s: %v, want %q", tt.why, p.Services, tt.want)
		}
	}
}

// TestBookVersion: a book is made with the mdBook that its workflows take.
func TestBookVersion(t *testing.T) {
	const book = "-- book.toml --\n[book]\ntitle = \"x\"\n-- src/SUMMARY.md --\n# x\n"
	const cargo = "cargo install mdbook --locked --no-default-features --features search --version "
	tests := []struct{ why, workflow, want string }{
		{"a variable", "env:\n  MDBOOK_VERSION: 0.5.1\n", cargo + "0.5.1"},
		{"of a job", "jobs:\n  build:\n    env:\n      MDBOOK_VERSION: 0.10.0\n", cargo + "0.10.0"},
		{"an action", "jobs:\n  build:\n    steps:\n    - with: {mdbook-version: '0.5.2'}\n", cargo + "0.5.2"},
		{"the newest", "jobs:\n  build:\n    steps:\n    - with: {mdbook-version: latest}\n", ""},
		{"one that Debian has", "env:\n  MDBOOK_VERSION: 0.4.40\n", ""},
		{"nothing said", "env: [x]\n", ""},
	}
	for _, tt := range tests {
		b := scan(t, book+"-- .github/workflows/ci.yml --\n"+tt.workflow).Services[0].Facts.(*Facts).Build
		if got := b.Cargo.String(); got != tt.want || (b.Image == "rust") != (tt.want != "") || b.Package.IsZero() != (tt.want != "") {
			t.Errorf("%s: %q in %s with %q, want %q", tt.why, got, b.Image, b.Package, tt.want)
		}
	}
}

func TestHashedFolders(t *testing.T) {
	p := scan(t, "-- index.html --\nx\n")
	site := p.Services[0].Facts.(*Facts).Site
	site.AddHashed("_next/static", "a;b", "../x", "a b", "assets")
	want := []safe.RelPath{safe.RelPathOf("_next/static"), safe.RelPathOf("assets")}
	if fmt.Sprint(site.Hashed) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", site.Hashed, want)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("<!doctype html>", "static_sites:\n- {source_dir: /, index_document: a}\n", "{\"scripts\": {}}")
	f.Add("<script <!-- <style", "[", "{")
	f.Fuzz(func(t *testing.T, page, spec, pkg string) {
		fsys := fstest.MapFS{"index.html": {Data: []byte(page)}, "dist/index.html": {Data: []byte(page)}, ".do/app.yaml": {Data: []byte(spec)}, "package.json": {Data: []byte(pkg)}}
		_, _ = detect.Scan(context.Background(), fsys, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}})
	})
}
