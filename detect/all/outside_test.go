package all_test

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/all"
	"dockgen/internal/scantest"
)

// TestOutside gives dockgen the folder of one package, which takes something from a place
// above it: whatever the language, a note says so, and where it is said.
func TestOutside(t *testing.T) {
	node := map[string]string{"index.js": "require('http').createServer().listen(3000)"}
	python := map[string]string{"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
	tests := []struct {
		name, file, text string
		sources          map[string]string
		want             string // of a note; "" for none
	}{
		{"a package of the workspace", "package.json", `{"name":"a","scripts":{"start":"node index.js"},
"dependencies":{"@x/ui":"workspace:*"}}`, node, "package.json:2: @x/ui is workspace:*"},
		{"a version of the workspace", "package.json", `{"name":"a","scripts":{"start":"node index.js"},"dependencies":{"zod":"catalog:"}}`, node, "zod is catalog:"},
		{"a folder above", "package.json", `{"name":"a","scripts":{"start":"node index.js"},"dependencies":{"lib":"file:../lib"}}`, node, "lies above"},
		{"a folder below", "package.json", `{"name":"a","scripts":{"start":"node index.js"},"dependencies":{"lib":"file:./lib"}}`, node, ""},
		{"uv's workspace", "pyproject.toml", "[project]\nname = 'a'\ndependencies = ['fastapi', 'b']\n[tool.uv.sources]\nb = { workspace = true }\n", python, "pyproject.toml:5: b is a package of a workspace"},
		{"uv's own workspace", "pyproject.toml", "[project]\nname = 'a'\ndependencies = ['fastapi', 'b']\n[tool.uv.sources]\nb = { workspace = true }\n[tool.uv.workspace]\nmembers = ['b']\n", python, ""},
		{"a folder above, of uv", "pyproject.toml", "[project]\nname = 'a'\ndependencies = ['fastapi', 'b']\n[tool.uv.sources]\nb = { path = '../b' }\n", python, "b lies above"},
		{"a folder above, of Poetry", "pyproject.toml", "[tool.poetry]\nname = 'a'\n[tool.poetry.dependencies]\nfastapi = '*'\nb = { path = '../b', develop = true }\n", python, "pyproject.toml:5: b lies above"},
		{"Cargo's workspace", "Cargo.toml", "[package]\nname = 'a'\nedition.workspace = true\n[dependencies]\naxum = '0.8'\n", map[string]string{"src/main.rs": "fn main() {}"}, "workspace above"},
		{"Go's replaced module", "go.mod", "module a.com/a\ngo 1.25\nrequire b.com/b v0.0.0\nreplace b.com/b => ../b\n", map[string]string{"main.go": "package main\nimport \"net/http\"\nfunc main() { http.ListenAndServe(\":80\", nil) }\n"}, "../b, which is not in this"},
		{"Dart's workspace", "pubspec.yaml", "name: a\nresolution: workspace\ndependencies:\n  shelf: ^1.4.0\n", map[string]string{"bin/server.dart": "void main() async { await serve(h, '0.0.0.0', 8080); }"}, "resolution: workspace"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{tt.file: tt.text}
			for name, text := range tt.sources {
				files[name] = text
			}
			var said []string
			for _, s := range scantest.Files(t, detect.Config{Name: "a", Detectors: all.Detectors()}, files).Services {
				for _, n := range s.Notes {
					said = append(said, n.String())
				}
			}
			text := strings.Join(said, "\n")
			above := strings.Contains(text, "run dockgen") || strings.Contains(text, "build fails") // the advice
			if !strings.Contains(text, tt.want) || above != (tt.want != "") {
				t.Errorf("want %q in the notes:\n%s", tt.want, text)
			}
		})
	}
}
