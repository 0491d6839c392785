package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/plan"
	"dockgen/internal/prompt"
	"dockgen/internal/safe"
	"dockgen/templates"
)

// fake is a language for tests: every folder with an app.fake holds the services.
type fake struct {
	services func(d *detect.Dir) []*detect.Service
}

func (fake) Name() string              { return "go" } // one that the catalogue has images of
func (fake) Markers() []string         { return []string{"app.fake"} }
func (fake) PackageManagers() []string { return []string{"fast", "slow"} }
func (fake) Servers() []string         { return []string{"calm", "brisk"} }

func (f fake) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	services := f.services(d)
	for _, s := range services {
		s.PackageManager = d.Choices().PackageManager.Over(s.PackageManager)
		s.Server = d.Choices().Server.Over(s.Server)
	}
	return services, nil
}

// server is a service of which everything is known.
func server(name string) *detect.Service {
	note := detect.Note{Path: "app.fake", Line: 3, Text: "said here"}
	return &detect.Service{
		Name: safe.Slug(name, "app"), Kind: detect.Server, Linkage: detect.StaticLink, Graceful: true,
		Version:        detect.Found(must1(safe.NewVersion("1.27")), note),
		PackageManager: detect.Found("fast", note),
		Server:         detect.Found("calm", note),
		Main:           detect.Found(safe.LabelOf("./cmd/"+name), note),
		Build:          detect.Found(safe.ArgvOf("fast", "build"), note),
		Start:          detect.Found(safe.ArgvOf("/app/"+name), note),
		Port:           detect.Found(safe.Port(3000), note),
		PortEnv:        safe.EnvNameOf("PORT"),
		Health:         detect.Found(must1(safe.NewURLPath("/healthz")), note),
	}
}

func must1[T any](v T, err error) T {
	must(err)
	return v
}

// fakeProject is a project of the services, in a new folder with the files.
func fakeProject(t *testing.T, files map[string]string, services func() []*detect.Service) *project {
	t.Helper()
	dir := t.TempDir()
	files["app.fake"] = ""
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return &project{
		dir: dir, name: "shop", root: root,
		detectors: []detect.Detector{fake{func(*detect.Dir) []*detect.Service { return services() }}},
		render:    renderFake,
	}
}

// renderFake writes what was decided, so that a test can see it in the file.
func renderFake(plans ...*plan.Plan) ([]templates.File, error) {
	var files []templates.File
	for _, p := range plans {
		s := p.Service
		text := fmt.Sprintf("FROM %s\n# %s %s %s\n# %s | %s | %s\n# %d %s none=%t\n", p.RunImage.Ref, s.Name, s.PackageManager.V, s.Version.V,
			s.Main.V, s.Build.V, s.Start.V, p.Port, p.Health.Path, p.Health.None)
		files = append(files, templates.File{Path: p.Dockerfile, Content: []byte(text)}, templates.File{Path: p.Dockerignore, Content: []byte(".git\n")})
	}
	return append(files, templates.File{Path: safe.RelPathOf("compose.yaml"), Content: []byte("name: " + plans[0].Compose.Project.String() + "\n")}), nil
}

// testStreams are streams that keep what is said.
func testStreams() (s *streams, out, err *bytes.Buffer) {
	out, err = &bytes.Buffer{}, &bytes.Buffer{}
	return &streams{out: out, err: err, width: 80}, out, err
}

// reply is what the scripted user does at one question.
type reply struct {
	asked string   // the question's message
	pick  string   // the option to choose
	picks []string // the options to take
	typed string   // the line to type
	err   error    // instead of an answer
}

// script is a prompter that knows the questions beforehand.
type script struct {
	t       *testing.T
	replies []reply
}

func (s *script) next(message string) reply {
	s.t.Helper()
	if len(s.replies) == 0 {
		s.t.Fatalf("asked %q, and the script is at its end", message)
	}
	r := s.replies[0]
	s.replies = s.replies[1:]
	if r.asked != message {
		s.t.Fatalf("asked %q, the script has %q", message, r.asked)
	}
	return r
}

func (s *script) index(message string, options []prompt.Option, value string) int {
	s.t.Helper()
	i := slices.IndexFunc(options, func(o prompt.Option) bool { return o.Value == value || strings.HasPrefix(o.Value, value+"  ") })
	if i < 0 {
		s.t.Fatalf("%q offers no %q but %v", message, value, options)
	}
	return i
}

func (s *script) Select(_ context.Context, c prompt.Choice) (int, error) {
	r := s.next(c.Message)
	if r.err != nil {
		return 0, r.err
	}
	return s.index(c.Message, c.Options, r.pick), nil
}

func (s *script) SelectMany(_ context.Context, c prompt.Choices) ([]int, error) {
	r := s.next(c.Message)
	var out []int
	for _, v := range r.picks {
		out = append(out, s.index(c.Message, c.Options, v))
	}
	return out, r.err
}

func (s *script) Input(_ context.Context, q prompt.Text) (string, error) {
	r := s.next(q.Message)
	return r.typed, r.err
}
