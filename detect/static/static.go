// Package static detects sites of finished files: HTML that a web server gives
// out as it stands. It takes what no other language wants, and tells sites from
// templates, test pages and the documents of libraries.
package static

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/site"
	"dockgen/internal/safe"
)

// Detector finds static sites.
type Detector struct{}

// Facts is what the template reads beside the plan.
type Facts struct {
	Site  site.Site
	Build *Build // nil where the files are finished
}

// Name is the name of this kind of project.
func (Detector) Name() string { return "static" }

// Markers are the page that a site begins with, and the configurations of generators.
func (Detector) Markers() []string { return append(generatorConfigs(), "index.html", "index.htm") }

// Yields makes every other language go first.
func (Detector) Yields() {}

// Inspect returns the site in d. A folder below a site is a part of it.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if s, err := generated(d); err != nil {
		return nil, err
	} else if s != nil {
		return []*detect.Service{s}, nil
	}
	page := d.First("index.html", "index.htm")
	if page == "" || partOfSite(d) {
		return nil, nil
	}
	if name := asideOf(d.Path()); name != "" {
		return nil, detect.NotService("%s: a folder called %s holds no site to deploy", page, name)
	}
	text, err := d.Read(page)
	if err != nil {
		return nil, err
	}
	if mark := templateMark(text); mark != "" {
		return nil, detect.NotService("%s is a template or an application's shell: it holds %s", page, mark)
	}
	s := &detect.Service{Kind: detect.Static, Port: serverPort()}
	facts := &Facts{Site: site.Of(d, safe.RelPathOf("."))}
	if page != "index.html" {
		facts.Site.SetIndex(page)
	}
	if err := built(d, s, page); err != nil {
		return nil, err
	}
	if err := appSpec(d, s, &facts.Site); err != nil {
		return nil, err
	}
	s.Framework = detect.Found("plain HTML", d.Note(page, 0, "the page that the site begins with"))
	s.Context.Ignore = ignored(text)
	s.Facts = facts
	return []*detect.Service{s}, nil
}

// serverPort is where the web server of the catalogue listens.
func serverPort() detect.Value[safe.Port] {
	return detect.Assumed(safe.Port(8080), detect.Note{Text: "the web server's own"})
}

// partOfSite reports whether a folder above holds a site already.
func partOfSite(d *detect.Dir) bool {
	for p := range d.Parents() {
		if s, err := generated(p); s != nil || err != nil {
			return true
		}
		page := p.First("index.html", "index.htm")
		if page == "" {
			continue
		}
		text, err := p.Read(page)
		if err == nil && templateMark(text) == "" {
			return true
		}
	}
	return false
}

// asides hold pages that show or test something.
var asides = []string{"test", "tests", "spec", "__tests__", "example", "examples", "demo", "demos", "coverage", "htmlcov", "lcov-report", "storybook-static", "javadoc", "apidocs", "api-docs", "reports", "report", "docker", "views", "layouts", "partials", "_layouts", "_includes", "resources", "src"}

func asideOf(dir string) string {
	for _, part := range strings.Split(dir, "/") {
		if slices.Contains(asides, strings.ToLower(part)) {
			return part
		}
	}
	return ""
}

// marks are what only a template, or the shell that a build fills, holds.
var marks = []string{"{{", "{%", "<%", "<?php", "<?=", " th:text=", " v-cloak", "%PUBLIC_URL%", "%sveltekit.", "src=\"/src/", "src='/src/", "src=\"./src/", "htmlWebpackPlugin", "<app-root>"}

// templateMark returns what shows that a page is not finished, or "". Scripts may
// hold such marks of their own, so only what stands outside of them counts.
func templateMark(text []byte) string {
	text = withoutBodies(text)
	for _, m := range marks {
		if bytes.Contains(text, []byte(m)) {
			return m
		}
	}
	return ""
}

// withoutBodies takes the bodies of scripts, styles and comments out.
func withoutBodies(text []byte) []byte {
	for _, pair := range [][2]string{{"<!--", "-->"}, {"<script", "</script>"}, {"<style", "</style>"}} {
		var out []byte
		for {
			i := bytes.Index(text, []byte(pair[0]))
			if i < 0 {
				break
			}
			j := bytes.Index(text[i:], []byte(pair[1]))
			if j < 0 {
				break
			}
			body := text[i : i+j]
			if open := bytes.IndexByte(body, '>'); open >= 0 && pair[0] != "<!--" {
				out = append(out, text[:i+open+1]...) // the tag itself has a src
			} else {
				out = append(out, text[:i]...)
			}
			text = text[i+j:]
		}
		text = append(out, text...)
	}
	return text
}

// outputs are folders that builds write finished sites to.
var outputs = []string{"dist", "build", "public", "site", "_site", "out", "www", "htdocs", "html"}

// built deals with a site beside a package.json: what is committed in an output
// folder can be served; sources that a build reads can't.
func built(d *detect.Dir, s *detect.Service, page string) error {
	if d.Has("Cargo.toml") {
		return detect.NotService("%s stands beside a Cargo.toml: it is of that program, which a compiler makes for the browser or which serves it", page)
	}
	if d.Has("package.json") && !(slices.Contains(outputs, path.Base(d.Path())) && d.Sub("..").Has("package.json")) {
		if !hasBuild(d) {
			return nil // a package.json of tools
		}
		return detect.NotService("%s stands beside a package.json that builds it", page)
	}
	if path.Base(d.Path()) == "wwwroot" && len(d.Sub("..").Names("*.csproj", "*.fsproj", "*.vbproj")) > 0 {
		return detect.NotService("%s is what the program beside it (%s) serves, or a shell for it", page, d.Sub("..").Names("*.csproj", "*.fsproj", "*.vbproj")[0])
	}
	for at, p := d.Sub(".."), path.Base(d.Path()); d.Path() != "."; {
		if at.Has("package.json") {
			top := strings.SplitN(p, "/", 2)[0]
			if !slices.Contains(outputs, top) {
				return detect.NotService("%s is a source of the package above it", page)
			}
			if workspaceRoot(at) {
				return detect.NotService("%s stands beside the root of a workspace, whose packages make what is served", page)
			}
			s.Notes = append(s.Notes, d.Note(page, 0, "the committed result of %s is served as it is: a build would make it anew", path.Join(at.Path(), "package.json")))
			return nil
		}
		if at.Path() == "." {
			return nil
		}
		p = path.Join(path.Base(at.Path()), p)
		at = at.Sub("..")
	}
	return nil
}

// workspaceRoot reports whether a folder's package.json joins others.
func workspaceRoot(d *detect.Dir) bool {
	var m struct {
		Workspaces any `json:"workspaces"`
	}
	if d.Has("pnpm-workspace.yaml") {
		return true
	}
	_, err := manifest.JSON(d, "package.json", &m)
	return err == nil && m.Workspaces != nil
}

// hasBuild reports whether the package.json has a script that builds.
func hasBuild(d *detect.Dir) bool {
	var m struct {
		Scripts map[string]string `json:"scripts"`
	}
	if _, err := manifest.JSON(d, "package.json", &m); err != nil {
		return true
	}
	return m.Scripts["build"] != ""
}

// ignored are files of the project that no visitor asks for.
func ignored(page []byte) []safe.Pattern {
	names := []string{"CNAME", "CONTRIBUTING*", "LICENSE*", "CHANGELOG*", "Makefile", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", ".do"}
	if !bytes.Contains(page, []byte("docsify")) { // which reads Markdown in the browser
		names = append(names, "README*")
	}
	out := make([]safe.Pattern, len(names))
	for i, n := range names {
		out[i] = safe.PatternOf(n)
	}
	return out
}

// appSpec reads the pages that DigitalOcean's app specification names
// (https://docs.digitalocean.com/products/app-platform/reference/app-spec/).
func appSpec(d *detect.Dir, s *detect.Service, facts *site.Site) error {
	top := d
	for p := range d.Parents() {
		top = p
	}
	if !top.Has(".do/app.yaml") {
		return nil
	}
	var spec struct {
		Sites []struct {
			SourceDir string `yaml:"source_dir"`
			Index     string `yaml:"index_document"`
			Error     string `yaml:"error_document"`
		} `yaml:"static_sites"`
	}
	lines, err := manifest.YAML(top, ".do/app.yaml", &spec)
	if err != nil {
		return err
	}
	for i, st := range spec.Sites {
		if path.Clean("/"+st.SourceDir) != path.Clean("/"+d.Path()) {
			continue
		}
		at := []string{"static_sites", strconv.Itoa(i)}
		if st.Index != "" && d.Has(st.Index) && facts.SetIndex(st.Index) {
			s.Notes = append(s.Notes, top.Note(".do/app.yaml", lines.At(append(at, "index_document")...), "the site begins with %s", st.Index))
		}
		if st.Error != "" && d.Has(st.Error) {
			if p, err := safe.NewRelPath(st.Error); err == nil && p.Plain() {
				facts.NotFound = p
			}
		}
	}
	return nil
}
