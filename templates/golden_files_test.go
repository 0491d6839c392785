package templates_test

import (
	"io/fs"
	"testing"

	"dockgen/internal/composetest"
	"dockgen/internal/contexttest"
)

// TestGoldenCompose loads every golden's Compose file with Compose's own loader,
// and holds it against the Dockerfile.
func TestGoldenCompose(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name(), func(t *testing.T) {
			r := g.render(t)
			if r.plan == nil {
				t.Skip("nothing to run")
			}
			for _, problem := range composetest.Check(r.file("compose.yaml"), r.dockerfiles()) {
				t.Error(problem)
			}
		})
	}
}

// TestGoldenContext proves that no secret, no history and no dependency folder is
// in the build context of a golden, in whatever folder it lies, and that what the
// Dockerfile and the detector name is.
func TestGoldenContext(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name(), func(t *testing.T) {
			r := g.render(t)
			if r.plan == nil {
				t.Skip("nothing to run")
			}
			for _, one := range r.each() {
				proveContext(t, g, one)
			}
		})
	}
}

func proveContext(t *testing.T, g golden, r rendered) {
	t.Helper()
	root, err := fs.Sub(g.project, r.plan.Service.Root.String())
	if err != nil {
		t.Fatal(err)
	}
	var keep []string
	for _, k := range r.plan.Service.Context.Keep {
		keep = append(keep, k.String())
	}
	for _, k := range r.plan.Service.Context.Public {
		keep = append(keep, k.Path.String())
	}
	problems, err := contexttest.Prove(t.TempDir(), root, r.file(".dockerignore"), r.file("Dockerfile"), keep...)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Errorf("%s: %s", r.plan.Dockerfile, problem)
	}
}
