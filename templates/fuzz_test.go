package templates_test

import (
	"bytes"
	"regexp"
	"slices"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// manifests are the files whose bytes FuzzRender changes: what says most of a
// project, in each of the languages.
var manifests = []string{
	"package.json", "pnpm-workspace.yaml", "tsconfig.json", ".npmrc", "angular.json",
	"pyproject.toml", "requirements.txt", "Pipfile", "uv.lock",
	"go.mod", "go.work", "Procfile", "compose.yaml", ".env.example", "server.js", "main.py", "main.go",
}

var unprivileged = regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`)

// FuzzRender puts other bytes into one manifest of a golden's project. Whatever
// they are, the run ends in an error that can be printed, or in files that
// BuildKit reads and whose container keeps to an unprivileged user. What a value
// may not do to them is the subject of TestHostileValues.
func FuzzRender(f *testing.F) {
	all := goldens(f)
	for i, g := range all {
		for k, name := range manifests {
			if file, ok := g.project[name]; ok {
				f.Add(uint8(i), uint8(k), file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which, manifest uint8, data []byte) {
		g := all[int(which)%len(all)]
		name := manifests[int(manifest)%len(manifests)]
		r, err := g.try(replaced(g.project, name, string(data)))
		if err != nil {
			if !printable(err) {
				t.Fatalf("an error that can't be printed: %q", err)
			}
			return
		}
		for _, one := range r.each() {
			builds(t, one.file("Dockerfile"))
		}
	})
}

// builds holds a Dockerfile against BuildKit's parsers, and its image to an
// unprivileged user.
func builds(t *testing.T, dockerfile []byte) {
	t.Helper()
	result, err := parser.Parse(bytes.NewReader(dockerfile))
	if err != nil {
		t.Fatalf("%v:\n%s", err, dockerfile)
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil {
		t.Fatalf("%v:\n%s", err, dockerfile)
	}
	user := ""
	for _, command := range slices.Backward(stages[len(stages)-1].Commands) {
		if u, ok := command.(*instructions.UserCommand); ok {
			user = u.User
			break
		}
	}
	if !unprivileged.MatchString(user) {
		t.Fatalf("the image runs as %q:\n%s", user, dockerfile)
	}
}
