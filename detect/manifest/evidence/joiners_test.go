package evidence_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/safe"
	"dockgen/internal/scantest"
)

// pages finds a page that a build makes in every folder with a package.json.
type pages struct{}

func (pages) Name() string      { return "node" }
func (pages) Markers() []string { return []string{"package.json"} }
func (pages) Inspect(context.Context, *detect.Dir) ([]*detect.Service, error) {
	return []*detect.Service{{Kind: detect.Static, Build: detect.Found(safe.ArgvOf("npm", "run", "build"))}}, nil
}

// join scans a project whose programs stand beside files called marker, and says what
// became of it: the services with their kinds and ports, and where fronts go.
func join(t *testing.T, project map[string]string, kind detect.Kind) string {
	t.Helper()
	program := fake{func(s *detect.Service) {
		s.Kind = kind
		if kind != detect.Server {
			s.Port = detect.Value[safe.Port]{}
		}
	}}
	p := scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{program, pages{}}, Joiners: evidence.Joiners()}, project)
	var out []string
	for _, s := range p.Services {
		text := fmt.Sprintf("%s %s", s.Dir, s.Kind)
		if s.Port.V != 0 {
			text += " " + s.Port.V.String()
		}
		if f := s.Front; f != nil {
			text += fmt.Sprintf(" %s: %s -> /%s", f.Dir, f.Output, f.To)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestFronts(t *testing.T) {
	const page = `{"scripts": {"build": "vite build"}}`
	built := "FROM node AS page\nWORKDIR /w\nCOPY web/ ./\nRUN npm run build\n"
	tests := []struct {
		name    string // the reason
		project map[string]string
		want    string
	}{
		{"into a folder of the image", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": built + "FROM x\nCOPY --from=page /w/dist /static\n"}, ". server 8080 web: web/dist -> /static"},
		{"where the program looks from its own folder", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": built + "FROM x\nWORKDIR /code\nCOPY --from=page /w/dist ./public\n"}, ". server 8080 web: web/dist -> /app/public"},
		{"a stage that has everything", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": "FROM node AS page\nWORKDIR /w\nCOPY . .\nFROM x\nCOPY --from=page /w/web/dist /static\n"}, ". server 8080 web: web/dist -> /static"},
		{"a stage by its number, from a stage that another begins with", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": "FROM node AS base\nWORKDIR /w\nCOPY web .\nFROM base\nRUN x\nFROM x\nCOPY --from=1 /w/dist /static\n"}, ". server 8080 web: web/dist -> /static"},
		{"in a folder of the service's own", map[string]string{"api/marker": "", "api/web/package.json": page, "api/Dockerfile": built + "FROM x\nCOPY --from=page /w/dist /static\n"}, "api server 8080 web: web/dist -> /static"},
		{"a Dockerfile above that copies the program's folder", map[string]string{"api/marker": "", "api/web/package.json": page, "Dockerfile": "FROM node AS page\nCOPY api/web /w\nFROM x\nCOPY api /app\nCOPY --from=page /w/dist /static\n"}, "api server 8080 web: web/dist -> /static"},
		{"what lies beside the program stays a service", map[string]string{"api/marker": "", "web/package.json": page, "Dockerfile": built + "FROM x\nCOPY api /app\nCOPY --from=page /w/dist /static\n"}, "api server 8080, web static"},
		{"an image of a web server is the page's", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": built + "FROM nginx:1\nCOPY --from=page /w/dist /usr/share/nginx/html\n"}, ". server 8080, web static"},
		{"a page with a Dockerfile of its own", map[string]string{"marker": "", "web/package.json": page, "web/Dockerfile": "FROM nginx\n", "Dockerfile": built + "FROM x\nCOPY --from=page /w/dist /static\n"}, ". server 8080, web static"},
		{"a stage of other files", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": "FROM node AS page\nCOPY tools /w\nFROM x\nCOPY --from=page /w/dist /static\n"}, ". server 8080, web static"},
		{"one image of two programs", map[string]string{"a/marker": "", "b/marker": "", "a/web/package.json": page, "Dockerfile": "FROM node AS page\nCOPY a/web /w\nFROM x\nCOPY a /a\nCOPY b /b\nCOPY --from=page /w/dist /static\n"}, "a server 8080, b server 8080, a/web static"},
		{"a file of ours", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": "# Written by dockgen for x\n" + built + "FROM x\nCOPY --from=page /w/dist /static\n"}, ". server 8080, web static"},
		{"a path that no line can name", map[string]string{"marker": "", "web/package.json": page, "Dockerfile": built + "FROM x\nCOPY --from=page /w/dist \"/st atic\"\n"}, ". server 8080, web static"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := join(t, tt.project, detect.Server); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDeployed(t *testing.T) {
	compose := func(more string) map[string]string {
		return map[string]string{"one/marker": "", "compose.yaml": "services:\n  one:\n    build: ./one\n" + more}
	}
	tests := []struct {
		name    string
		project map[string]string
		want    string
	}{
		{"nothing says so", map[string]string{"marker": ""}, ". cli"},
		{"a Dockerfile with a port", map[string]string{"marker": "", "Dockerfile": "FROM x\nEXPOSE 5000\n"}, ". server 5000"},
		{"a Dockerfile without one is a tool's too", map[string]string{"marker": "", "Dockerfile": "FROM x\nENTRYPOINT [\"tool\"]\n"}, ". cli"},
		{"two ports do not tell which", map[string]string{"marker": "", "Dockerfile": "FROM x\nEXPOSE 5000 5001\n"}, ". cli"},
		{"a developer's image", map[string]string{"marker": "", "Dockerfile": "FROM x\nEXPOSE 5000\nCMD sleep infinity\n"}, ". cli"},
		{"Compose keeps it running", compose(""), "one worker"},
		{"Compose of the whole, above what is beside it", map[string]string{"one/marker": "", "one/compose.yaml": "services:\n  queue:\n    image: rabbitmq:4\n", "compose.yaml": "services:\n  one:\n    build: ./one\n    restart: always\n"}, "one worker"},
		{"Compose publishes a port", compose("    ports: ['80:5000']\n"), "one server 5000"},
		{"Compose runs it when it is asked to", compose("    profiles: [seed]\n"), "one cli"},
		{"Compose runs it once", compose("    restart: 'no'\n"), "one cli"},
		{"others wait for its end", compose("  two:\n    image: x\n    depends_on:\n      one: {condition: service_completed_successfully}\n"), "one cli"},
		{"Compose builds something else", map[string]string{"one/marker": "", "compose.yaml": "services:\n  one:\n    build: .\n"}, "one cli"},
		{"a Compose file that can't be read", map[string]string{"one/marker": "", "compose.yaml": "services: ["}, "one cli"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := join(t, tt.project, detect.CLI); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A remark that the program ends is taken back with the kind that it explains, by what
// it is about: its words are the detector's own matter.
func TestDeployedWithdraws(t *testing.T) {
	change := func(s *detect.Service) {
		s.Kind = detect.Job
		s.Notes = []detect.Note{detect.Note{Text: "ends"}.On(detect.Ending), {Text: "a script of it runs once and ends"}}
	}
	for name, project := range map[string]map[string]string{
		"by a Dockerfile":         {"Dockerfile": "FROM x\nEXPOSE 5000\n"},
		"by Compose":              {"compose.yaml": "services:\n  one:\n    build: .\n"},
		"by Compose, with a port": {"compose.yaml": "services:\n  one:\n    build: .\n    ports: ['80:5000']\n"},
	} {
		notes := scan(t, project, change).Notes
		about := func(topic detect.Topic) func(detect.Note) bool {
			return func(n detect.Note) bool { return n.About == topic }
		}
		if slices.ContainsFunc(notes, about(detect.Ending)) || len(notes) == 0 || notes[0].Text != "a script of it runs once and ends" {
			t.Errorf("%s: %q", name, notes)
		}
	}
}

// TestAbove: a Dockerfile at the root of a solution tells of the program below it.
func TestAbove(t *testing.T) {
	const file = "FROM x\nCOPY . .\nEXPOSE 5000\nHEALTHCHECK CMD curl -f http://localhost:5000/api/health\n"
	tests := []struct {
		name    string
		project map[string]string
		want    string
	}{
		{"of the only program", map[string]string{"src/api/marker": "", "Dockerfile": file}, "src/api server 5000"},
		{"of none of two", map[string]string{"a/marker": "", "b/marker": "", "Dockerfile": file}, "a server 8080, b server 8080"},
		{"of the one whose folder it copies", map[string]string{"a/marker": "", "b/marker": "", "Dockerfile": "FROM x\nCOPY a/ ./\nEXPOSE 5000\n"}, "a server 5000, b server 8080"},
		{"the nearest tells", map[string]string{"src/api/marker": "", "src/Dockerfile": "FROM x\nCOPY . .\nEXPOSE 7000\n", "Dockerfile": file}, "src/api server 7000"},
		{"its own alone", map[string]string{"api/marker": "", "api/Dockerfile": "FROM x\nCOPY . .\n", "Dockerfile": file}, "api server 8080"},
		{"a web server's", map[string]string{"api/marker": "", "Dockerfile": "FROM nginx:1\nCOPY . .\nEXPOSE 5000\n"}, "api server 8080"},
		{"one that can't be read", map[string]string{"api/marker": "", "Dockerfile": "FROM\nEXPOSE <<\n"}, "api server 8080"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := join(t, tt.project, detect.Server); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
