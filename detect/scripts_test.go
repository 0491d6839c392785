package detect

import (
	"testing"

	"dockgen/internal/safe"
)

func TestTakeOutScripts(t *testing.T) {
	service := func(dir, language string, kind Kind) *Service {
		return &Service{Dir: safe.RelPathOf(dir), Language: language, Kind: kind}
	}
	for _, c := range []struct {
		why  string
		job  *Service
		want int
	}{
		{"a script beside a server of another language", service(".", "python", Job), 1},
		{"one in a folder for tools", service("tools/import", "python", Job), 1},
		{"a job with a folder of its own", service("report", "python", Job), 2},
		{"one of the same language", service(".", "node", Job), 2},
		{"a tool of the same language below it", service("extra/release", "node", CLI), 1},
		{"a command with a folder of its own", service("cli", "node", CLI), 2},
		{"a server is none", service(".", "python", Server), 2},
	} {
		p := &Project{Services: []*Service{service(".", "node", Server), c.job}}
		p.takeOutScripts()
		if len(p.Services) != c.want || len(p.Notes) != 2-c.want {
			t.Errorf("%s: %d services, %v", c.why, len(p.Services), p.Notes)
		}
	}
}
