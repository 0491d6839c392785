package detect

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/internal/safe"
)

// marker finds a service in every folder with a file of its name.
type marker struct {
	name  string
	parts []string
}

func (m marker) Name() string      { return m.name }
func (m marker) Markers() []string { return []string{m.name + ".mod"} }
func (m marker) Inspect(_ context.Context, d *Dir) ([]*Service, error) {
	data, err := d.Read(m.name + ".mod")
	if err != nil {
		return nil, err
	}
	if string(data) == "library" {
		return nil, NotService("library: nothing to run")
	}
	s := &Service{Kind: Kind(data)}
	if s.Kind == "" {
		s.Kind = Server
	}
	for _, p := range m.parts {
		s.Parts = append(s.Parts, Part{Path: safe.RelPathOf(p), Why: Note{Text: "embedded"}})
	}
	return []*Service{s}, nil
}

type yieldingMarker struct{ marker }

func (yieldingMarker) Yields() {}

func files(names ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, n := range names {
		name, data, _ := strings.Cut(n, "=")
		fsys[name] = &fstest.MapFile{Data: []byte(data), Mode: 0o644}
	}
	return fsys
}

func scan(t *testing.T, fsys fs.FS, ds ...Detector) *Project {
	t.Helper()
	p, err := Scan(context.Background(), fsys, Config{Name: "proj", Detectors: ds})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func found(p *Project) string {
	var out []string
	for _, s := range p.Services {
		out = append(out, s.Language+":"+s.Dir.String()+":"+s.Name.String())
	}
	return strings.Join(out, " ")
}

func TestScan(t *testing.T) {
	a, b := marker{name: "a"}, marker{name: "b"}
	for _, c := range []struct {
		why       string
		fsys      fstest.MapFS
		detectors []Detector
		want      string
	}{
		{"every service is found, not the first", files("x/a.mod", "y/b.mod", "y/a.mod"), []Detector{a, b}, "a:x:x a:y:y b:y:y-2"},
		{"the root is named after the project", files("a.mod"), []Detector{a}, "a:.:proj"},
		{"what listens comes before what does not, whatever the depth", files("a.mod=worker", "deep/er/a.mod=server"), []Detector{a}, "a:deep/er:er a:.:proj"},
		{"a library is no service", files("a.mod=library"), []Detector{a}, ""},
		{"installed dependencies are not entered", files("node_modules/x/a.mod", ".git/a.mod", "vendor/x/a.mod", "a.mod"), []Detector{a}, "a:.:proj"},
		{"a virtual environment of any name is not entered", files("my-env/pyvenv.cfg", "my-env/lib/a.mod"), []Detector{a}, ""},
		{"examples and tests are nothing to deploy", files("examples/x/a.mod", "test/a.mod", "a.mod"), []Detector{a}, "a:.:proj"},
		{"nor are those of other names, and what a book lists", files("push-examples/x/a.mod", "listings/ch01/a.mod", "a.mod"), []Detector{a}, "a:.:proj"},
		{"a front end that another service embeds is its part", files("a.mod", "web/b.mod"), []Detector{marker{name: "a", parts: []string{"web"}}, b}, "a:.:proj"},
		{"a detector that yields takes nothing below what another found", files("app/a.mod", "app/sub/b.mod", "site/b.mod"), []Detector{yieldingMarker{b}, a}, "a:app:app b:site:site"},
	} {
		if got := found(scan(t, c.fsys, c.detectors...)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestNothingSaysWhy(t *testing.T) {
	p := scan(t, files("lib/a.mod=library", "examples/a.mod"), marker{name: "a"})
	var got []string
	for _, n := range p.Notes {
		got = append(got, n.String())
	}
	all := strings.Join(got, "\n")
	if len(p.Services) != 0 || !strings.Contains(all, "lib: library: nothing to run") || !strings.Contains(all, "examples: left out") {
		t.Errorf("services %v, notes:\n%s", p.Services, all)
	}
}

func TestChoicesLieOver(t *testing.T) {
	port := Value[safe.Port]{V: 9000, Source: Flag}
	p, err := Scan(context.Background(), files("a.mod", "b.mod"), Config{Detectors: []Detector{marker{name: "a"}, marker{name: "b"}}, Choices: Choices{Language: "b", Port: port}})
	if err != nil {
		t.Fatal(err)
	}
	if got := found(p); got != "b:.:app" {
		t.Errorf("found %q", got)
	}
	if p.Services[0].Port.V != 9000 || p.Services[0].Port.Source != Flag {
		t.Errorf("port %+v", p.Services[0].Port)
	}
	if _, err := Scan(context.Background(), files(), Config{Choices: Choices{Language: "cobol"}}); err == nil {
		t.Error("an unknown language is taken")
	}
}

func TestRead(t *testing.T) {
	fsys := fstest.MapFS{
		"bom":   {Data: []byte("\xef\xbb\xbfa\r\nb\rc"), Mode: 0o644},
		"utf16": {Data: []byte("\xff\xfea\x00"), Mode: 0o644},
		"zero":  {Data: []byte("a\x00b"), Mode: 0o644},
		"big":   {Data: make([]byte, MaxFile+1), Mode: 0o644},
		"fifo":  {Mode: fs.ModeNamedPipe | 0o644},
		"sub/x": {Data: []byte("x"), Mode: 0o644},
	}
	tr, err := walk(context.Background(), fsys, newMarkers(nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &Dir{tr, ".", &Choices{}}
	if got, err := d.Read("bom"); err != nil || string(got) != "a\nb\nc" {
		t.Errorf("bom: %q, %v", got, err)
	}
	for name, want := range map[string]string{
		"utf16": "utf16: is UTF-16", "zero": "zero byte", "big": "more than the", "fifo": "not a regular file", "none": "not exist", "sub": "not a regular file",
	} {
		if _, err := d.Read(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := d.Read("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	if got, err := d.Sub("sub/deep").Sub("../../../../sub").Read("x"); err != nil || string(got) != "x" {
		t.Errorf("above the root is the root: %q, %v", got, err)
	}
}

func TestErrorsShowNoControlCharacters(t *testing.T) {
	err := &FileError{Path: "a\x1b[2J", Line: 3, Err: errors.New("bad\nvalue")}
	if got := err.Error(); strings.ContainsAny(got, "\x1b\n") {
		t.Errorf("%q", got)
	}
}

// TestServiceJSON holds the names of schema 1, which scripts rely on.
func TestServiceJSON(t *testing.T) {
	s := &Service{Name: safe.Slug("web", ""), Dir: safe.RelPathOf("."), Root: safe.RelPathOf("."), Language: "x", Kind: Server,
		Port: Found(safe.Port(3000), Note{Path: "a.js", Line: 3, Text: "listen(3000)"}), Start: Found(safe.ArgvOf("x", "y"))}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"name":"web"`, `"dir":"."`, `"language":"x"`, `"kind":"server"`, `"framework":null`, `"needs":[]`, `"systemPackages":{"build":[],"runtime":[]}`,
		`"port":{"value":3000,"source":"detected","why":[{"path":"a.js","line":3,"text":"listen(3000)"}]}`, `"start":{"value":["x","y"]`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
}

// What a tool makes projects of is none: its folders, and manifests with places to fill in.
func TestTemplatesOfProjects(t *testing.T) {
	tests := []struct{ name, path, want string }{
		{"Cookiecutter's folder", "{{cookiecutter.slug}}/a.mod", "{{cookiecutter.slug}}: left out: a template of projects, whose names and values are put in when somebody makes a project of it"},
		{"Mason's", "bricks/x/__brick__/y/a.mod", "bricks/x/__brick__: left out: a template of projects, whose names and values are put in when somebody makes a project of it"},
		{"a manifest", "_template/bad.mod=name: {{name}}", "_template/bad.mod: left out: a template of a manifest, whose values are put in when somebody makes a project of it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := scan(t, files(tt.path), marker{name: "a"}, unreadable{})
			if len(p.Services) != 0 || len(p.Notes) != 1 || p.Notes[0].String() != tt.want {
				t.Errorf("services %d, notes %q, want %q", len(p.Services), p.Notes, tt.want)
			}
		})
	}
	if _, err := Scan(context.Background(), files("x/bad.mod=name: {"), Config{Detectors: []Detector{unreadable{}}}); err == nil {
		t.Error("a manifest that is no template and can't be read is no error")
	}
}

// unreadable can't read its manifest.
type unreadable struct{}

func (unreadable) Name() string      { return "bad" }
func (unreadable) Markers() []string { return []string{"bad.mod"} }
func (unreadable) Inspect(_ context.Context, d *Dir) ([]*Service, error) {
	return nil, d.Errorf("bad.mod", 1, "makes no sense")
}

// The repository of a template for Cookiecutter is one as a whole: its documentation and its
// hooks are what makes projects.
func TestTheRepositoryOfATemplate(t *testing.T) {
	p := scan(t, files("cookiecutter.json={}", "a.mod", "docs/x/a.mod", "{{cookiecutter.slug}}/a.mod"), marker{name: "a"})
	if len(p.Services) != 0 || !slices.ContainsFunc(p.Notes, func(n Note) bool { return strings.HasPrefix(n.Text, "a template: ") }) {
		t.Errorf("services %v, notes %v", p.Services, p.Notes)
	}
	if p := scan(t, files("cookiecutter.json={}", "a.mod"), marker{name: "a"}); len(p.Services) != 1 {
		t.Errorf("a file of that name alone: services %v", p.Services)
	}
}
