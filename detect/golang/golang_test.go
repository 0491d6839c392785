package golang

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
	"dockgen/internal/safe"
	"dockgen/internal/scantest"
)

// scan inspects a project that is written as a txtar archive.
func scan(t testing.TB, archive string, choices ...detect.Choices) (*detect.Project, error) {
	t.Helper()
	return scanFS(scantest.Tree(scantest.Archive(archive)), choices...)
}

func scanFS(fsys fs.FS, choices ...detect.Choices) (*detect.Project, error) {
	cfg := detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}
	for _, c := range choices {
		cfg.Choices = c
	}
	return detect.Scan(context.Background(), fsys, cfg)
}

// one is the project's only service.
func one(t testing.TB, archive string) *detect.Service {
	t.Helper()
	p, err := scan(t, archive)
	if err != nil {
		t.Fatal(err)
	}
	return scantest.One(t, p)
}

// project is a main.go with a go.mod that requires modules.
func project(main string, requires ...string) string {
	var b strings.Builder
	b.WriteString("-- go.mod --\nmodule example.com/app\n\ngo 1.26\n")
	for _, r := range requires {
		version := "v1"
		if base := path.Base(r); majorVersion(base) {
			version = base
		}
		fmt.Fprintf(&b, "\nrequire %s %s.0.0\n", r, version)
	}
	b.WriteString("-- go.sum --\n-- main.go --\npackage main\n" + main + "\n")
	return b.String()
}

func texts(notes []detect.Note) string {
	var out []string
	for _, n := range notes {
		out = append(out, n.Text)
	}
	return strings.Join(out, "\n")
}

func TestVersion(t *testing.T) {
	tests := []struct{ why, archive, want string }{
		{"the go line", "-- go.mod --\nmodule m\n\ngo 1.25.0\n", "1.25.0"},
		{"a newer toolchain line", "-- go.mod --\nmodule m\ngo 1.24\ntoolchain go1.26.2\n", "1.26.2"},
		{"a candidate is its release", "-- go.mod --\nmodule m\ngo 1.27rc1\n", "1.27"},
		{"behind the requirements", "-- go.mod --\nmodule m\nrequire x.y/z v1.0.0\ngo 1.21\n", "1.21"},
		{"no go line", "-- go.mod --\nmodule m\n", ""},
		{"a version file that is newer", "-- go.mod --\nmodule m\ngo 1.24\n-- .go-version --\n1.27.1\n", "1.27.1"},
		{"a version file that is older can't build it", "-- go.mod --\nmodule m\ngo 1.27\n-- .go-version --\n1.20\n", "1.27"},
		{"a version file that names the line", "-- go.mod --\nmodule m\ngo 1.27.1\n-- .go-version --\n1.27\n", "1.27"},
		{"asdf", "-- go.mod --\nmodule m\n-- .tool-versions --\ngolang 1.26.3\n", "1.26.3"},
		{"mise", "-- go.mod --\nmodule m\n-- mise.toml --\n[tools]\ngo = \"1.26\"\n", "1.26"},
		{"a comment is no version", "// +heroku goVersion go1.14\n-- go.mod --\n// +heroku goVersion go1.14\nmodule m\ngo 1.19\n", "1.19"},
	}
	for _, tt := range tests {
		s := one(t, tt.archive+"-- main.go --\npackage main\nfunc main() {}\n")
		if got := s.Version.V.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

func TestCommands(t *testing.T) {
	server := "package main\nimport \"net/http\"\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n"
	tool := "package main\nimport _ \"flag\"\nfunc main() {}\n"
	tests := []struct {
		why, archive string
		want         []string // name kind main
		notes        string
	}{
		{"the root", "-- go.mod --\nmodule x.y/shop\n-- main.go --\n" + server, []string{"shop server ."}, ""},
		{"a library", "-- go.mod --\nmodule x.y/lib\n-- lib.go --\npackage lib\n", nil, "library: no main package"},
		{"a library with examples", "-- go.mod --\nmodule x.y/lib\n-- lib.go --\npackage lib\n-- examples/a/main.go --\n" + server, nil, "library: the only main packages are ./examples/a"},
		{"a tool beside a server is told of", "-- go.mod --\nmodule x.y/z\n-- cmd/api/main.go --\n" + server + "-- cmd/ctl/main.go --\n" + tool, []string{"api server ./cmd/api"}, ""},
		{"tools alone are what there is", "-- go.mod --\nmodule x.y/z\n-- cmd/a/main.go --\n" + tool + "-- cmd/b/main.go --\n" + tool, []string{"a cli ./cmd/a", "b cli ./cmd/b"}, ""},
		{"a file with a constraint is no program", "-- go.mod --\nmodule x.y/z\n-- lib.go --\npackage z\n-- gen.go --\n//go:build ignore\n\npackage main\nfunc main() {}\n", nil, "library"},
		{"a test is none", "-- go.mod --\nmodule x.y/z\n-- x_test.go --\npackage main\nfunc main() {}\n", nil, "library"},
		{"for another system", "-- go.mod --\nmodule x.y/z\n-- main_windows.go --\npackage main\nfunc main() {}\n", nil, "library"},
		{"a module within is one of its own", "-- go.mod --\nmodule x.y/z\n-- z.go --\npackage z\n-- sub/go.mod --\nmodule x.y/z/sub\n-- sub/main.go --\n" + server, []string{"sub server ."}, "library"},
		{"cmd is no name", "-- go.mod --\nmodule x.y/shop\n-- cmd/main.go --\n" + server, []string{"shop server ./cmd"}, ""},
		{"several programs in one folder", "-- go.mod --\nmodule x.y/z\n-- a.go --\n" + server + "-- b.go --\n" + server, []string{"a server ./a.go", "b server ./b.go"}, ""},
		{"without go.mod", "-- backend/main.go --\n" + server, []string{"backend server ."}, ""},
		{"loose packages are nothing", "-- main.go --\npackage templates\n", nil, ""},
		{"generated code for developers", "-- go.mod --\nmodule x.y/z\n-- main.go --\n" + server + "-- internal/tools/gen/main.go --\n" + server, []string{"z server ."}, ""},
	}
	for _, tt := range tests {
		p, err := scan(t, tt.archive)
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		var got []string
		for _, s := range p.Services {
			got = append(got, fmt.Sprintf("%s %s %s", s.Name, s.Kind, s.Main.V))
		}
		slices.Sort(got)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
		if !strings.Contains(texts(p.Notes), tt.notes) {
			t.Errorf("%s: notes %q, want %q", tt.why, texts(p.Notes), tt.notes)
		}
	}
}

func TestChosenCommand(t *testing.T) {
	archive := "-- go.mod --\nmodule x.y/z\n-- cmd/api/main.go --\npackage main\nfunc main() {}\n-- cmd/job/main.go --\npackage main\nfunc main() {}\n"
	for _, name := range []string{"cmd/job", "./cmd/job", "job"} {
		p, err := scan(t, archive, detect.Choices{Main: detect.Value[safe.Label]{V: safe.LabelOf(name), Source: detect.Flag}})
		if err != nil || len(p.Services) != 1 || p.Services[0].Main.V.String() != "./cmd/job" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	_, err := scan(t, archive, detect.Choices{Language: "go", Main: detect.Value[safe.Label]{V: safe.LabelOf("nope"), Source: detect.Flag}})
	if err == nil || !strings.Contains(err.Error(), "./cmd/api, ./cmd/job") || !strings.Contains(err.Error(), "dockgen init --main") {
		t.Errorf("an unknown command: %v", err)
	}
}

func TestBadManifest(t *testing.T) {
	_, err := scan(t, "-- go.mod --\nmodule x.y/z\n\nrequire (\n\tx y z\n)\n-- main.go --\npackage main\nfunc main() {}\n")
	var fe *detect.FileError
	if !errors.As(err, &fe) || fe.Path != "go.mod" || fe.Line != 4 {
		t.Errorf("%v, want an error of go.mod:4", err)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("module m\ngo 1.27\n", "package main\nimport \"net/http\"\nfunc main() { http.ListenAndServe(\":\"+port, nil) }\nvar port = port\n", "go build -tags x ./...")
	f.Add("module m\nreplace x => ../../..\n", "package main\nfunc f(x string) string { return f(x) }\nfunc main() { g(f(f(\"\"))) }\n", "builds:\n  - tags: [a]\n")
	f.Add("module \"\\x00\"\n", "package main\n//go:embed ../../x*[\nvar x = []string{0: x[0]}[0]\nfunc main() { for _, p := range x { Listen(p) } }\n", "$(GOBUILD) -tags='a b'")
	f.Fuzz(func(t *testing.T, mod, source, makefile string) {
		p, err := scanFS(fstest.MapFS{
			"go.mod": {Data: []byte(mod)}, "main.go": {Data: []byte(source)}, "a/a.go": {Data: []byte(source)},
			"Makefile": {Data: []byte(makefile)}, ".goreleaser.yml": {Data: []byte(makefile)}, "go.work": {Data: []byte(makefile)},
		})
		var fe *detect.FileError
		if err != nil && !errors.As(err, &fe) {
			t.Errorf("an error without a file: %v", err)
		}
		if err == nil && p == nil {
			t.Error("neither a project nor an error")
		}
	})
}
