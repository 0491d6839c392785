package templates_test

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
	"dockgen/templates"
)

func extended(t testing.TB) *plan.Plan {
	t.Helper()
	p, err := plan.New(service(func(s *detect.Service) {
		s.Needs = []detect.Need{{Name: "mysql", Settings: []detect.NeedSetting{part("DB_HOST", detect.PartHost), part("DB_PASSWORD", detect.PartPassword)}}, {Name: "redis", Settings: []detect.NeedSetting{url("REDIS_URL", "")}}}
	}), plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestExtend(t *testing.T) {
	tests := []struct{ name, file, missing, holds string }{
		{"all is there, by other names", "services:\n  web:\n    build: {context: ./}\n  db:\n    image: mariadb:11\n  cache:\n    image: valkey/valkey:8-alpine\n", "", ""},
		{"the program is there by its name", "services:\n  shop:\n    image: shop:1\n  db:\n    image: mysql\n  cache:\n    image: redis\n", "", ""},
		{"a database is missing", "services:\n  web:\n    build: .\n  cache:\n    image: redis:7\n", "mysql", "\n  mysql:\n    # MYSQL_USER must not be root.\n    image: mysql:8.4\n"},
		{"the program is missing, and the host has another name", "services:\n  db:\n    image: mysql:8\n  cache:\n    image: redis:7\n", "shop", "      DB_HOST: db\n      DB_PASSWORD: ${DB_PASSWORD:?set it in .env}\n"},
		{"no end of line at the end", "services:\n  db:\n    image: mysql:8\n  cache:\n    image: redis:7", "shop", "\n\n  shop:\n    build:\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ext, err := templates.Extend([]byte(tt.file), extended(t))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(ext.Missing, " "); got != tt.missing {
				t.Errorf("missing %q, want %q", got, tt.missing)
			}
			if tt.missing == "" && string(ext.Content) != tt.file || !strings.HasPrefix(string(ext.Content), tt.file) || !strings.Contains(string(ext.Content), tt.holds) {
				t.Errorf("the file is\n%s", ext.Content)
			}
		})
	}
	for _, file := range []string{"", "[]", "services:", "services: [a]", "services: {a: {image: x}}", "services:\n\t- x", "a: &a [*a]"} {
		if _, err := templates.Extend([]byte(file), extended(t)); err == nil {
			t.Errorf("%q is extended", file)
		}
	}
}

// Whatever somebody's file holds, its lines stay, in their order.
func FuzzExtend(f *testing.F) {
	f.Add("services:\n  db:\n    image: mysql:8\n\nvolumes:\n  x:\n# end\nnetworks: {}\n")
	f.Add("services:\n    a: {build: {context: ../x}}\nx-y: &a\n  - *a\n")
	p := extended(f)
	f.Fuzz(func(t *testing.T, file string) {
		ext, err := templates.Extend([]byte(file), p)
		if err != nil {
			return
		}
		rest := string(ext.Content)
		for line := range strings.Lines(strings.TrimRight(file, "\n")) {
			_, after, ok := strings.Cut(rest, strings.TrimSuffix(line, "\n"))
			if !ok {
				t.Fatalf("the line %q of\n%s\nis lost in\n%s", line, file, ext.Content)
			}
			rest = after
		}
	})
}

// One Dockerfile of a workspace's builds one of its programs, though its context is all of it.
func TestExtendWorkspace(t *testing.T) {
	var plans []*plan.Plan
	for _, dir := range []string{"apps/web", "apps/worker"} {
		p, err := plan.New(service(func(s *detect.Service) {
			s.Name, s.Dir, s.Root = safe.Slug(dir, "app"), safe.RelPathOf(dir), safe.RelPathOf(".")
		}), plan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, p)
	}
	for file, missing := range map[string]string{
		"services:\n  a:\n    build: {context: ., dockerfile: ./apps/web/Dockerfile}\n":          "apps-worker",
		"services:\n  a:\n    build: {context: ., dockerfile: docker/all.Dockerfile}\n":          "",
		"services:\n  a:\n    build: {context: apps, dockerfile: worker/Dockerfile}\n":           "apps-web",
		"services:\n  a:\n    build: ./apps/web\n  b:\n    build:\n      context: apps/worker\n": "",
	} {
		ext, err := templates.Extend([]byte(file), plans...)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(ext.Missing, " "); got != missing {
			t.Errorf("%s\nmissing %q, want %q", file, got, missing)
		}
	}
}
