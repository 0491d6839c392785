package templates_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"dockgen/detect"
	"dockgen/detect/all"
	"dockgen/internal/catalog"
	"dockgen/internal/output"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
	"dockgen/templates"
)

var update = flag.Bool("update", false, "rewrite the wanted files of testdata/<language>/*.txtar")

// golden is one case: a project, the options to plan it with, and what is wanted.
// The archive's comment tells why the case is there; a line "options: base=alpine
// main=cmd/api" in it sets options. The files below want/ are the expected ones.
type golden struct {
	file     string // of the archive
	language string
	project  fstest.MapFS
	options  map[string]string
	archive  *txtar.Archive
	seen     map[string]bool // Compose files that were found good, in TestHostileValues
}

// rendered is what dockgen makes of a golden's project.
type rendered struct {
	project *detect.Project
	plan    *plan.Plan       // of the service that is looked at
	plans   []*plan.Plan     // of all that are written: the first, or every one by "services=all"
	files   []templates.File // as they come to the disk: sealed
}

// file is the file of that name that belongs to the service that is looked at.
func (r rendered) file(name string) []byte {
	at := name
	switch name {
	case "Dockerfile":
		at = r.plan.Dockerfile.String()
	case ".dockerignore":
		at = r.plan.Dockerignore.String()
	}
	for _, f := range r.files {
		if f.Path.String() == at {
			return f.Content
		}
	}
	return nil
}

// each looks at one service after the other.
func (r rendered) each() []rendered {
	var out []rendered
	for _, p := range r.plans {
		one := r
		one.plan = p
		out = append(out, one)
	}
	return out
}

// dockerfiles are all Dockerfiles, by path.
func (r rendered) dockerfiles() map[string][]byte {
	out := map[string][]byte{}
	for _, one := range r.each() {
		out[one.plan.Dockerfile.String()] = one.file("Dockerfile")
	}
	return out
}

func goldens(t testing.TB) []golden {
	t.Helper()
	names, err := filepath.Glob("../testdata/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []golden
	for _, name := range names {
		language := filepath.Base(filepath.Dir(name))
		if !slices.Contains(templates.Languages(), language) {
			continue
		}
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		g := golden{file: name, language: language, project: fstest.MapFS{}, options: map[string]string{}, archive: archive}
		for line := range strings.Lines(string(archive.Comment)) {
			if rest, ok := strings.CutPrefix(line, "options:"); ok {
				for _, word := range strings.Fields(rest) {
					key, value, _ := strings.Cut(word, "=")
					g.options[key] = value
				}
			}
		}
		for _, f := range archive.Files {
			if !strings.HasPrefix(f.Name, "want/") {
				g.project[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
			}
		}
		out = append(out, g)
	}
	if len(out) == 0 {
		t.Fatal("there are no goldens in testdata: the pattern no longer finds them")
	}
	return out
}

func (g golden) name() string {
	return g.language + "/" + strings.TrimSuffix(filepath.Base(g.file), ".txtar")
}

// render is what the golden's project becomes; it has to become something.
func (g golden) render(t testing.TB) rendered {
	t.Helper()
	r, err := g.try(g.project)
	if err != nil {
		t.Fatalf("%s: %v", g.file, err)
	}
	return r
}

// try renders a project with the golden's name and options.
func (g golden) try(tree fs.FS) (rendered, error) {
	services := 1
	cfg := detect.Config{Name: strings.TrimSuffix(filepath.Base(g.file), ".txtar"), Detectors: all.Detectors(), Joiners: all.Joiners(), Refiners: all.Refiners()}
	var opts plan.Options
	for key, value := range g.options {
		var err error
		switch key {
		case "base":
			var base catalog.Base
			base, err = catalog.ParseBase(value)
			opts.Base = detect.Value[catalog.Base]{V: base, Source: detect.Flag}
		case "main":
			cfg.Choices.Main.Source = detect.Flag
			cfg.Choices.Main.V, err = safe.NewLabel(value)
		case "cache":
			opts.Layers = value == "layers"
		case "dev":
			opts.Dev = true
		case "debug":
			opts.Debug = true
		case "lang":
			cfg.Choices.Language = value
		case "services":
			services = 1000
		case "server":
			cfg.Choices.Server = detect.Value[string]{V: value, Source: detect.Flag}
		case "package-manager":
			cfg.Choices.PackageManager = detect.Value[string]{V: value, Source: detect.Flag}
		default:
			err = fmt.Errorf("unknown option %q", key)
		}
		if err != nil {
			return rendered{}, fmt.Errorf("the options of %s: %w", g.file, err)
		}
	}
	project, err := detect.Scan(context.Background(), tree, cfg)
	if err != nil {
		return rendered{}, err
	}
	if len(project.Services) == 0 {
		return rendered{project: project}, nil
	}
	opts.Project = project.Services
	var plans []*plan.Plan
	for _, s := range project.Services[:min(services, len(project.Services))] {
		p, err := plan.New(s, opts)
		if err != nil {
			return rendered{}, err
		}
		plans = append(plans, p)
	}
	plan.Join(safe.Slug(cfg.Name, "app"), plans)
	files, err := templates.Render(plans...)
	if err != nil {
		return rendered{}, err
	}
	for i, f := range files {
		files[i].Content = output.Seal(f.Content)
	}
	return rendered{project, plans[0], plans, files}, nil
}

// TestGolden holds what is detected and written against the wanted files.
func TestGolden(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name(), func(t *testing.T) {
			r := g.render(t)
			got := map[string][]byte{"want/detect.json": reportJSON(t, r)}
			for _, f := range r.files {
				if f.Path.String() == ".env.example" && !g.wants(".env.example") {
					continue // most goldens are about other files: see TestEnvExample
				}
				got["want/"+f.Path.String()] = f.Content
			}
			if *update {
				g.rewrite(t, got)
				return
			}
			want := map[string]string{}
			for _, f := range g.archive.Files {
				if strings.HasPrefix(f.Name, "want/") {
					want[f.Name] = string(f.Data)
				}
			}
			have := map[string]string{}
			for name, data := range got {
				have[name] = string(data)
			}
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("differs (-want +got); to take it: go test ./templates -run 'TestGolden/%s' -update\n%s", g.name(), diff)
			}
		})
	}
}

// wants reports whether the golden holds a file to compare with.
func (g golden) wants(name string) bool {
	return slices.ContainsFunc(g.archive.Files, func(f txtar.File) bool { return f.Name == "want/"+name })
}

// reportJSON is the detection and, in a field of their own, the plan's notes.
func reportJSON(t testing.TB, r rendered) []byte {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	report := struct {
		*detect.Project
		Plan []string `json:"planNotes"`
	}{r.project, []string{}}
	for _, p := range r.plans {
		for _, n := range p.Notes[len(p.Service.Notes):] {
			report.Plan = append(report.Plan, n.String())
		}
	}
	if err := enc.Encode(report); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func (g golden) rewrite(t *testing.T, got map[string][]byte) {
	t.Helper()
	files := slices.DeleteFunc(slices.Clone(g.archive.Files), func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	names := make([]string, 0, len(got))
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		files = append(files, txtar.File{Name: name, Data: got[name]})
	}
	out := txtar.Format(&txtar.Archive{Comment: g.archive.Comment, Files: files})
	if err := os.WriteFile(g.file, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDeterministic renders each golden again: the same project gives the same bytes.
func TestDeterministic(t *testing.T) {
	for _, g := range goldens(t) {
		a, b := g.render(t), g.render(t)
		for i := range a.files {
			if !bytes.Equal(a.files[i].Content, b.files[i].Content) {
				t.Errorf("%s: %s differs from run to run", g.name(), a.files[i].Path)
			}
		}
	}
}

// TestLanguagesAgree: a language is a detector, a folder of its code, a folder of
// templates and a folder of goldens, all of one name.
func TestLanguagesAgree(t *testing.T) {
	var detectors []string
	for _, d := range all.Detectors() {
		detectors = append(detectors, d.Name())
	}
	slices.Sort(detectors)
	if diff := cmp.Diff(detectors, templates.Languages()); diff != "" {
		t.Errorf("detect/all and templates/ differ (-detectors +templates):\n%s", diff)
	}
	for _, name := range detectors {
		cases, err := fs.Glob(os.DirFS("../testdata/"+name), "*.txtar")
		if err != nil || len(cases) == 0 {
			t.Errorf("testdata/%s has no goldens", name)
		}
	}
}
