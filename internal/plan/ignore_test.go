package plan_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
	"dockgen/internal/contexttest"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
	"dockgen/templates"
)

func paths(names ...string) []safe.RelPath {
	var out []safe.RelPath
	for _, n := range names {
		out = append(out, safe.RelPathOf(n))
	}
	return out
}

func patterns(lines ...string) []safe.Pattern {
	var out []safe.Pattern
	for _, l := range lines {
		out = append(out, safe.PatternOf(l))
	}
	return out
}

func project(names ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for _, n := range names {
		out[n] = &fstest.MapFile{Data: []byte("x\n"), Mode: 0o644}
	}
	return out
}

// static returns the plan of a service that nothing else is said of.
func static(t *testing.T, change func(*detect.Service)) *plan.Plan {
	t.Helper()
	s := &detect.Service{Name: safe.Slug("web", "web"), Language: "static", Detector: "static", Kind: detect.Static, Dir: safe.RelPathOf("."), Root: safe.RelPathOf(".")}
	if change != nil {
		change(s)
	}
	p, err := plan.New(s, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestIgnore(t *testing.T) {
	tests := []struct {
		name    string // the reason
		context detect.Context
		secrets []detect.BuildSecret
		project fstest.MapFS
		want    []string // of the project's files, those that a build sees
		note    string
	}{
		{
			name:    "what is named like an output, a dependency or a secret by accident stays in",
			project: project("bin/www", "build/mod.go", "charts/line.js", "composer.json", "composer.lock", "env/env.go", "package-lock.json", "poetry.lock", "src/dist/x.go", "vendor/modules.txt", "yarn.lock", "README.md", "LICENSE", "src/keys.ts", "tests/__init__.py"),
			want:    []string{"LICENSE", "README.md", "bin/www", "build/mod.go", "charts/line.js", "composer.json", "composer.lock", "env/env.go", "package-lock.json", "poetry.lock", "src/dist/x.go", "src/keys.ts", "tests/__init__.py", "vendor/modules.txt", "yarn.lock"},
		},
		{
			name:    "examples of environment files may stay, values may not",
			project: project(".env", ".env.example", ".env.local", ".env.local.example", ".env.sample", "app/.env.template", "app/.env.prod", "app/sample.env", "app/real.env"),
			want:    []string{".env.example", ".env.local.example", ".env.sample", "app/.env.template", "app/sample.env"},
		},
		{
			name:    "an exception for a file that the build reads",
			context: detect.Context{Keep: paths(".github/labels.json", "templates/Dockerfile.tmpl", "main.go")},
			project: project(".github/labels.json", ".github/workflows/ci.yml", "templates/Dockerfile.tmpl", "main.go", "Dockerfile"),
			want:    []string{".github/labels.json", "main.go", "templates/Dockerfile.tmpl"},
		},
		{
			name:    "an exception for a folder lets in no secret below it",
			context: detect.Context{Ignore: patterns("**/dist"), Keep: paths("web/dist")},
			project: project("web/dist/index.html", "web/dist/.env", "web/dist/server.key", "web/dist/node_modules/a.js", "other/dist/x"),
			want:    []string{"web/dist/index.html", "web/dist/node_modules/a.js"},
		},
		{
			name:    "a secret that the build reads stays out, and a note says so",
			context: detect.Context{Keep: paths("certs/server.key")},
			project: project("certs/server.key", "certs/readme.txt"),
			want:    []string{"certs/readme.txt"},
			note:    "certs/server.key: the build reads it, but it looks like a secret",
		},
		{
			name:    "what only looks like a secret is let in",
			context: detect.Context{Public: []detect.Part{{Path: safe.RelPathOf("certs/ca.pem")}, {Path: safe.RelPathOf(".npmrc")}}},
			project: project("certs/ca.pem", "certs/key.pem", ".npmrc", "sub/.npmrc"),
			want:    []string{".npmrc", "certs/ca.pem"},
		},
		{
			name: "a file that the build takes as a secret stays out, whatever was thought of it",
			context: detect.Context{
				Public: []detect.Part{{Path: safe.RelPathOf(".npmrc")}},
			},
			secrets: []detect.BuildSecret{{ID: safe.Slug("npmrc", "x"), Target: safe.LabelOf("/root/.npmrc")}, {ID: safe.Slug("pip", "x"), Target: safe.LabelOf("/etc/pip.conf")}},
			project: project(".npmrc", "pip.conf", "sub/pip.conf", "package.json"),
			want:    []string{"package.json"},
		},
		{
			name:    "a detector's own exceptions stand behind its patterns",
			context: detect.Context{Ignore: patterns("!data/seed.json", "data")},
			project: project("data/big.bin", "data/seed.json"),
			want:    []string{"data/seed.json"},
		},
		{
			name:    "a path that a pattern could not hold as it is",
			context: detect.Context{Ignore: patterns("**/*.txt"), Keep: paths("#notes.txt", "!x.txt", "a b[1].txt")},
			project: project("#notes.txt", "!x.txt", "a b[1].txt", "other.txt"),
			want:    []string{"!x.txt", "#notes.txt", "a b[1].txt"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := static(t, func(s *detect.Service) { s.Context, s.Secrets = tt.context, tt.secrets })
			file := templates.Dockerignore(p)
			got, err := contexttest.Remaining(t.TempDir(), tt.project, file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("files in the context (-want +got):\n%s\n%s", diff, file)
			}
			var notes []string
			for _, n := range p.Notes {
				notes = append(notes, n.String())
			}
			if has := strings.Contains(strings.Join(notes, "\n"), tt.note); tt.note != "" && !has || tt.note == "" && len(notes) > 0 {
				t.Errorf("notes: %q, want %q", notes, tt.note)
			}
		})
	}
}

// What has to stay out of every context does, in whatever folder it lies.
func TestIgnoreKeepsSecretsOut(t *testing.T) {
	p := static(t, func(s *detect.Service) { s.Context.Keep = paths("web/assets", "src/main.go") })
	dockerfile := []byte("FROM scratch\nCOPY src/ /src/\nCOPY go.* /\nRUN --mount=type=bind,source=web/assets,target=/w true\n")
	problems, err := contexttest.Prove(t.TempDir(), project("src/main.go", "web/assets/logo.svg", "go.mod", "deep/er/x.txt"), templates.Dockerignore(p), dockerfile, "web/assets", "src/main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}

// The proof itself finds what is wrong: without an ignore file everything is in,
// with one that says "*" nothing is.
func TestProofFails(t *testing.T) {
	dockerfile := []byte("FROM scratch\nCOPY main.go /\n")
	for ignore, want := range map[string]string{
		"":           ".git/HEAD is in the build context",
		"*":          "the Dockerfile reads main.go, which is not in the build context",
		"**/main.go": "the build needs main.go, which is not in the build context",
	} {
		problems, err := contexttest.Prove(t.TempDir(), project("main.go"), []byte(ignore), dockerfile, "main.go")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(problems, want) {
			t.Errorf("with %q the proof says %q, want %q among it", ignore, problems, want)
		}
	}
}

// The file stays one that a person reads.
func TestIgnoreForm(t *testing.T) {
	p := static(t, func(s *detect.Service) { s.Context.Ignore = patterns("**/node_modules", "dist", "dist") })
	file := string(templates.Dockerignore(p))
	lines := strings.Split(file, "\n")
	if lines[0] != "# Written by dockgen for web" || lines[1] != "#" {
		t.Errorf("the header is %q", lines[:2])
	}
	seen := map[string]bool{}
	for _, l := range lines {
		if l != "" && l != "#" && seen[l] {
			t.Errorf("the line %q stands there twice", l)
		}
		seen[l] = true
	}
	if len(lines) > 100 {
		t.Errorf("the file has %d lines", len(lines))
	}
}
