package templates_test

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/composetest"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
	"dockgen/templates"
)

// program is one with a worker, so that its environment has a name of its own.
func program(t *testing.T, dir string, change func(*detect.Service)) *plan.Plan {
	t.Helper()
	p, err := plan.New(service(func(s *detect.Service) {
		s.Dir = safe.RelPathOf(dir)
		s.Root = s.Dir
		s.Needs = []detect.Need{{Name: "postgres", Settings: []detect.NeedSetting{url("DATABASE_URL", "")}}}
		s.Processes = []detect.Process{{Name: safe.Slug("worker", ""), Kind: detect.Worker, Start: detect.Found(safe.ArgvOf("/app/server", "work"))}}
		change(s)
	}), plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Services of one name are told apart by a suffix, which may come before "environment".
func TestSharedEnvironmentsAreInOrder(t *testing.T) {
	plans := []*plan.Plan{program(t, "a/shop", func(*detect.Service) {}), program(t, "b/shop", func(*detect.Service) {})}
	plan.Join(safe.Slug("shops", ""), plans)
	content, err := templates.Compose(plans...)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range composetest.Check(content, nil) {
		t.Error(problem)
	}
	var keys []string
	for line := range strings.Lines(string(content)) {
		if key, _, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(key, "x-") {
			keys = append(keys, key)
		}
	}
	if want := []string{"x-shop-app-environment", "x-shop-environment"}; !slices.Equal(keys, want) {
		t.Errorf("got %v, want %v", keys, want)
	}
}

// A job that is told of nothing but its own database asks for the address where Compose
// starts none, and finds the one that the service turned out to run on.
func TestJobAlone(t *testing.T) {
	job := func(s *detect.Service) {
		s.Needs[0] = detect.Need{Name: "mysql", As: "mariadb", Settings: []detect.NeedSetting{url("DSN", "")}}
		s.Processes = []detect.Process{{
			Name: safe.Slug("migrate", ""), Kind: detect.Job, Start: detect.Found(safe.ArgvOf("/app/migrate")), Apart: true, Alone: true,
			Needs: []detect.Need{{Name: "mysql", Settings: []detect.NeedSetting{{Env: safe.EnvNameOf("DATABASE_URL"), Part: detect.PartURL, Dialect: "golang-migrate"}}}},
		}}
	}
	for _, c := range []struct {
		change func(*detect.Service)
		want   string
	}{
		{job, "target: migrate\n    depends_on:\n      mariadb:\n        condition: service_healthy\n    environment:\n      DATABASE_URL: mysql://app:${MARIADB_PASSWORD:?set it in .env}@tcp(mariadb:3306)/app\n"},
		{func(s *detect.Service) { job(s); s.Needs[0].Name, s.Needs[0].As = "oracle", "" }, "target: migrate\n    environment:\n      DATABASE_URL: ${DATABASE_URL:?set it in .env}\n"},
	} {
		content, err := templates.Compose(program(t, ".", c.change))
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range composetest.Check(content, nil) {
			t.Error(problem)
		}
		if !strings.Contains(string(content), c.want) {
			t.Errorf("no %q in\n%s", c.want, content)
		}
	}
}
