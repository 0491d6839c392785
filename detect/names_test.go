package detect

import (
	"strings"
	"testing"

	"dockgen/internal/safe"
)

func TestNames(t *testing.T) {
	tests := []struct{ name, services, want string }{
		{"a manifest's and a folder's", "a=one b=", "one b"},
		{"the project's", ".=", "project"},
		{"a folder whose name tells nothing", "cart/src= src=", "cart src"},
		{"copies of a template", "api=app web=app", "api web"},
		{"one of them is named so", "api=web web=web", "api web"},
		{"the root keeps it", ".=web docs=web", "web docs"},
		{"as many folders as it takes", "a/x/api=app b/x/api=app", "a-x-api b-x-api"},
		{"taken by another", "api=app web=app x=api", "api-app web-app api"},
		{"several of one folder", "a=x a=x", "x x-2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &Project{}
			for _, s := range strings.Fields(tt.services) {
				dir, name, _ := strings.Cut(s, "=")
				one := &Service{Dir: safe.RelPathOf(dir)}
				if name != "" {
					one.Name = safe.Slug(name, "app")
				}
				p.Services = append(p.Services, one)
			}
			p.nameServices("project")
			var got []string
			for _, s := range p.Services {
				got = append(got, s.Name.String())
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("got %q, want %q", text, tt.want)
			}
		})
	}
}
