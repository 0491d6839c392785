package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
	"dockgen/internal/prompt"
	"dockgen/internal/safe"
)

func one() []*detect.Service { return []*detect.Service{server("web")} }

func two() []*detect.Service { return []*detect.Service{server("web"), server("api")} }

func unknown() []*detect.Service {
	s := server("web")
	s.Start, s.Port = detect.Value[safe.Argv]{}, detect.Value[safe.Port]{}
	return []*detect.Service{s}
}

const now = "What now?"

func TestWizard(t *testing.T) {
	setting := "Which setting?"
	tests := []struct {
		name     string
		why      string
		services func() []*detect.Service
		files    map[string]string
		replies  []reply
		want     []string // in the Dockerfile
		says     []string // on standard error
		names    []string // in the folder afterwards
		err      error
	}{
		{
			name: "enter", why: "one key is enough where everything is known",
			services: one, replies: []reply{{asked: now, pick: doWrite}},
			want: []string{"# web fast 1.27", "# 3000 /healthz none=false"},
			says: []string{"app.fake:3: said here", "create   Dockerfile", "docker compose up --build --wait", "docker run --rm -p 127.0.0.1:3000:3000 web:latest", "dockgen init --yes"},
		},
		{
			name: "service", why: "which of several is meant is asked first",
			services: two, replies: []reply{{asked: "Service", picks: []string{"api"}}, {asked: now, pick: doWrite}},
			want: []string{"# api fast"}, says: []string{"dockgen init --yes --service api"},
		},
		{
			name: "services", why: "several may be meant, and each has settings of its own",
			services: two, replies: []reply{
				{asked: "Service", picks: []string{"web", "api"}},
				{asked: now, pick: doChange}, {asked: setting, pick: "api port"}, {asked: "Port", typed: "9000"}, {asked: setting, pick: "done"},
				{asked: now, pick: doWrite},
			},
			want: []string{"# web fast", "# api fast", "# 9000 /healthz", "# 3000 /healthz"}, says: []string{"dockgen init --yes --service web,api --port api=9000"},
			names: []string{"Dockerfile.api", "Dockerfile.api.dockerignore", "Dockerfile.web", "Dockerfile.web.dockerignore", "app.fake", "compose.yaml"},
		},
		{
			name: "open", why: "what nothing says is asked, and asked again until the answer can be read",
			services: unknown,
			replies: []reply{
				{asked: "Start command", typed: "cat a | sh"}, {asked: "Start command", typed: "/app/web --serve 'a b'"},
				{asked: "Port", pick: other}, {asked: "Port", typed: "70000"}, {asked: "Port", pick: "8080"},
				{asked: now, pick: doWrite},
			},
			want: []string{"/app/web --serve 'a b'", "# 8080"},
			says: []string{"needs a shell", "70000 is not a port", `--start '/app/web --serve '\''a b'\''' --port 8080`},
		},
		{
			name: "change", why: "every setting can be changed before anything is written",
			services: one,
			replies: []reply{
				{asked: now, pick: doChange},
				{asked: setting, pick: "package manager"}, {asked: "Package manager", pick: "slow"},
				{asked: setting, pick: "version"}, {asked: "Version", pick: other}, {asked: "Version", typed: "1.26-alpine"}, {asked: "Version", pick: other}, {asked: "Version", typed: "1.26"},
				{asked: setting, pick: "base image"}, {asked: "Base image", pick: "alpine"},
				{asked: setting, pick: "health check"}, {asked: "Health check", pick: noHealth},
				{asked: setting, pick: "name"}, {asked: "Name", typed: "Shop Front"}, {asked: "Name", typed: "front"},
				{asked: setting, pick: "files"}, {asked: "Files", picks: []string{"dockerfile"}},
				{asked: setting, pick: "done"},
				{asked: now, pick: doWrite},
			},
			want:  []string{"FROM alpine", "# front slow 1.26", "none=true"},
			says:  []string{"--lang-version 1.26 --base alpine", "--name shop-front", "dockgen init --yes --lang-version 1.26 --package-manager slow --health none --base alpine --name front --only dockerfile"},
			names: []string{"Dockerfile", "app.fake"},
		},
		{
			name: "taken back", why: "an answer that leads nowhere is taken back and the wizard goes on",
			services: func() []*detect.Service {
				s := server("web")
				s.Packages = []detect.Package{{Deb: safe.PackageOf("libpq5"), Run: true}}
				return []*detect.Service{s}
			},
			replies: []reply{
				{asked: now, pick: doChange}, {asked: setting, pick: "base image"}, {asked: "Base image", pick: "alpine"},
				{asked: setting, pick: "done"}, {asked: now, pick: doWrite},
			},
			want: []string{"FROM debian"}, says: []string{"libpq5"},
		},
		{
			name: "show", why: "the files can be read before they are written",
			services: one, replies: []reply{{asked: now, pick: doShow}, {asked: now, pick: doWrite}},
			says: []string{"==> compose.yaml <=="},
		},
		{
			name: "quit", why: "nothing is written",
			services: one, replies: []reply{{asked: now, pick: doQuit}}, err: errInterrupted, names: []string{"app.fake"},
		},
		{
			name: "interrupt", why: "nothing is written",
			services: one, replies: []reply{{asked: now, err: prompt.ErrInterrupted}}, err: errInterrupted, names: []string{"app.fake"},
		},
		{
			name: "interrupt a question", why: "nothing is written",
			services: two, replies: []reply{{asked: "Service", err: prompt.ErrInterrupted}}, err: errInterrupted, names: []string{"app.fake"},
		},
		{
			name: "keep", why: "somebody's file stays, and the command that is printed leaves it too",
			services: one, files: map[string]string{"compose.yaml": "name: mine\n"},
			replies: []reply{{asked: now, pick: doWrite}, {asked: "compose.yaml was not written by dockgen", pick: doDiff}, {asked: "compose.yaml was not written by dockgen", pick: doKeep}},
			says:    []string{"-name: mine", "--only dockerfile,dockerignore"},
			names:   []string{".dockerignore", "Dockerfile", "app.fake", "compose.yaml"},
		},
		{
			name: "replace", why: "a backup is kept",
			services: one, files: map[string]string{"compose.yaml": "name: mine\n"},
			replies: []reply{{asked: now, pick: doWrite}, {asked: "compose.yaml was not written by dockgen", pick: doReplace}},
			says:    []string{"kept compose.yaml as compose.yaml.bak"},
			names:   []string{".dockerignore", "Dockerfile", "app.fake", "compose.yaml", "compose.yaml.bak"},
		},
		{
			name: "beside", why: "another tool's name of the Compose file is nothing that is replaced",
			services: one, files: map[string]string{"docker-compose.yml": "name: mine\n"},
			replies: []reply{{asked: now, pick: doWrite}, {asked: "compose.yaml would stand beside docker-compose.yml, which is not dockgen's", pick: doBeside}},
			names:   []string{".dockerignore", "Dockerfile", "app.fake", "compose.yaml", "docker-compose.yml"},
		},
		{
			name: "quit at a conflict", why: "nothing is written",
			services: one, files: map[string]string{"compose.yaml": "name: mine\n"},
			replies: []reply{{asked: now, pick: doWrite}, {asked: "compose.yaml was not written by dockgen", pick: doQuit}},
			err:     errInterrupted, names: []string{"app.fake", "compose.yaml"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{}
			for k, v := range tt.files {
				files[k] = v
			}
			p := fakeProject(t, files, tt.services)
			io, out, said := testStreams()
			s := &script{t, tt.replies}
			w := &wizard{io: io, ask: s, project: p, opts: &initOptions{Dir: ".", Answers: answers{}}}
			if err := w.run(t.Context()); !errors.Is(err, tt.err) {
				t.Fatalf("%s: error %v, want %v", tt.why, err, tt.err)
			}
			if len(s.replies) > 0 {
				t.Errorf("%s: not asked: %v", tt.why, s.replies)
			}
			if out.Len() > 0 {
				t.Errorf("standard output has %q: the wizard talks on standard error", out)
			}
			for _, text := range tt.says {
				if !strings.Contains(said.String(), text) {
					t.Errorf("%s: standard error has no %q:\n%s", tt.why, text, said)
				}
			}
			var dockerfile []byte
			for _, name := range names(t, p.dir) {
				if strings.HasPrefix(name, "Dockerfile") {
					text, _ := os.ReadFile(filepath.Join(p.dir, name))
					dockerfile = append(dockerfile, text...)
				}
			}
			for _, text := range tt.want {
				if !strings.Contains(string(dockerfile), text) {
					t.Errorf("%s: the Dockerfile has no %q:\n%s", tt.why, text, dockerfile)
				}
			}
			if tt.names != nil {
				if diff := cmp.Diff(tt.names, names(t, p.dir)); diff != "" {
					t.Errorf("%s: (-want +got)\n%s", tt.why, diff)
				}
			}
		})
	}
}

// A question that changes nothing about the service is not shown.
func TestIdleQuestion(t *testing.T) {
	for _, layers := range []bool{false, true} {
		s := server("web")
		s.Layers = layers
		io, _, said := testStreams()
		replies := &script{t, []reply{{asked: now, pick: doQuit}}}
		w := &wizard{io: io, ask: replies, project: fakeProject(t, map[string]string{}, func() []*detect.Service { return []*detect.Service{s} }), opts: &initOptions{Dir: ".", Answers: answers{}}}
		if err := w.run(t.Context()); !errors.Is(err, errInterrupted) {
			t.Fatal(err)
		}
		if got := strings.Contains(said.String(), askCache().label); got != layers {
			t.Errorf("layers %v: shown %v:\n%s", layers, got, said)
		}
	}
}

// The command that a run prints writes the same files in another copy.
func TestRepeat(t *testing.T) {
	p := fakeProject(t, map[string]string{}, two)
	io, _, said := testStreams()
	w := &wizard{io: io, project: p, opts: &initOptions{Dir: ".", Answers: answers{}}, ask: &script{t, []reply{
		{asked: "Service", picks: []string{"api"}},
		{asked: now, pick: doChange}, {asked: "Which setting?", pick: "start command"}, {asked: "Start command", typed: `/app/api "it's"`},
		{asked: "Which setting?", pick: "name"}, {asked: "Name", typed: "shop"}, {asked: "Which setting?", pick: "done"},
		{asked: now, pick: doWrite},
	}}}
	if err := w.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(said.String(), "To repeat this:\n")
	argv, err := parseArgv(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	again := fakeProject(t, map[string]string{}, two)
	var opts *initOptions
	cmd := newInit(io, func(_ context.Context, o *initOptions) error { opts = o; return nil })
	cmd.SetArgs(argv.Args()[2:])
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	f, err := decide(t.Context(), io, again, opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(t.Context(), io, again, f, opts); err != nil {
		t.Fatal(err)
	}
	written := []string{"Dockerfile.shop", "Dockerfile.shop.dockerignore", "app.fake", "compose.yaml"}
	if diff := cmp.Diff(written, names(t, p.dir)); diff != "" {
		t.Error(diff)
	}
	for _, name := range slices.DeleteFunc(written, func(n string) bool { return n == "app.fake" }) {
		want, _ := os.ReadFile(filepath.Join(p.dir, name))
		got, _ := os.ReadFile(filepath.Join(again.dir, name))
		if diff := cmp.Diff(string(want), string(got)); diff != "" || len(got) == 0 {
			t.Errorf("%s differs (-wizard +repeated)\n%s", name, diff)
		}
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	slices.Sort(out)
	return out
}
