package node

import (
	"slices"
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

func nxFiles(more map[string]string) fstest.MapFS {
	files := fstest.MapFS{
		"package.json":           {Data: []byte(`{"name": "shop", "dependencies": {"express": "5", "react": "19", "pg": "8", "knex": "3"}, "devDependencies": {"nx": "22", "vite": "7"}}`)},
		"nx.json":                {Data: []byte(`{"plugins": ["@nx/vite/plugin"]}`)},
		"tsconfig.base.json":     {Data: []byte(`{"compilerOptions": {"paths": {"@s/data": ["libs/data/src/index.ts"], "@s/ui/*": ["libs/ui/src/*"]}}}`)},
		"libs/data/project.json": {Data: []byte(`{"name": "data", "projectType": "library", "sourceRoot": "libs/data/src"}`)},
		"libs/data/src/index.ts": {Data: []byte(`import knex from "knex"; import "../../low/src/index"`)},
		"libs/low/project.json":  {Data: []byte(`{"name": "low", "projectType": "library"}`)},
		"libs/ui/project.json":   {Data: []byte(`{"name": "ui", "projectType": "library"}`)},
		"libs/ui/src/a.ts":       {Data: []byte(`import "react"`)},
	}
	for name, text := range more {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestNxProjects(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string
		start []string
	}{
		{"esbuild writes cjs", map[string]string{
			"project.json": `{"name": "x", "targets": {"build": {"executor": "@nx/esbuild:esbuild", "options": {"outputPath": "dist/apps/x", "main": "apps/x/src/main.ts", "format": ["cjs"]}}}}`,
			"src/main.ts":  `import express from "express"; express().listen(3000)`,
		}, "server", []string{"node", "dist/apps/x/main.cjs"}},
		{"tsc keeps the folders, by its old scope", map[string]string{
			"project.json": `{"name": "x", "targets": {"build": {"executor": "@nrwl/js:tsc", "options": {"outputPath": "dist/apps/x", "main": "apps/x/src/main.ts"}}}}`,
			"src/main.ts":  `import express from "express"; express().listen(3000)`,
		}, "server", []string{"node", "dist/apps/x/src/main.js"}},
		{"a page by Vite's plugin", map[string]string{
			"project.json":   `{"name": "x", "projectType": "application"}`,
			"vite.config.ts": `export default { build: { outDir: '../../dist/apps/x' } }`,
			"index.html":     ``,
		}, "static", nil},
		{"Next.js where it stands", map[string]string{
			"project.json":   `{"name": "x", "projectType": "application", "targets": {"build": {"command": "next build apps/x"}}}`,
			"next.config.js": `module.exports = {}`,
			"app/page.tsx":   ``,
		}, "server", []string{"node", "node_modules/next/dist/bin/next", "start"}},
		{"a library by Vite", map[string]string{
			"project.json":   `{"name": "x", "sourceRoot": "libs/x/src"}`,
			"vite.config.ts": `export default { build: { lib: { entry: 'src/index.ts' } } }`,
		}, "library", nil},
		{"a type that says library", map[string]string{
			"project.json": `{"name": "x", "projectType": "library", "targets": {"build": {"executor": "@nx/js:tsc"}}}`,
		}, "projectType", nil},
		{"tests of another project", map[string]string{
			"project.json": `{"name": "api-e2e", "projectType": "application"}`,
		}, "end-to-end", nil},
		{"an application that nothing is known of", map[string]string{
			"project.json": `{"name": "x", "projectType": "application", "targets": {"build": {"executor": "./tools:own"}}}`,
		}, "nothing says what its build makes", nil},
		{"a file of that name that is another tool's", map[string]string{
			"project.json": `{"targets": []}`,
		}, "nothing is said", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			more := map[string]string{}
			for name, text := range tt.files {
				more["apps/x/"+name] = text
			}
			files := nxFiles(more)
			expect(t, files, "apps/x", tt.want)
			if tt.start == nil {
				return
			}
			p, err := detect.Scan(t.Context(), files, detect.Config{Detectors: []detect.Detector{Detector{}}})
			if err != nil || len(p.Services) != 1 {
				t.Fatal(p, err)
			}
			if got := p.Services[0].Start.V.Args(); !slices.Equal(got, tt.start) {
				t.Errorf("start %q, want %q", got, tt.start)
			}
		})
	}
}

// TestNxClosure: a project needs what it imports by an alias, by a path, and what that needs.
func TestNxClosure(t *testing.T) {
	files := nxFiles(map[string]string{
		"apps/api/project.json": `{"name": "api", "targets": {"build": {"executor": "@nx/webpack:webpack", "options": {"outputPath": "dist/apps/api", "main": "apps/api/src/main.ts", "target": "node"}}}}`,
		"apps/api/src/main.ts":  `import { db } from "@s/data"; import express from "express"; express().listen(3000)`,
		"apps/web/project.json": `{"name": "web", "projectType": "application", "implicitDependencies": ["low"]}`,
		"apps/web/index.html":   ``, "apps/web/vite.config.ts": `export default {}`,
		"apps/web/src/a.ts": `import a from "@s/ui/a"`,
	})
	p, err := detect.Scan(t.Context(), files, detect.Config{Detectors: []detect.Detector{Detector{}}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"api": {"**/.nx", "apps/web", "libs/ui"},
		"web": {"**/.nx", "apps/api", "libs/data"},
	}
	for _, s := range p.Services {
		var got []string
		for _, pattern := range s.Context.Ignore {
			if text := pattern.String(); text != "dist/apps/api" && text != "apps/web/dist" {
				got = append(got, text)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want[s.Name.String()]) {
			t.Errorf("%s leaves out %q, want %q", s.Name, got, want[s.Name.String()])
		}
		needs := len(s.Needs) > 0
		if needs != (s.Name.String() == "api") { // knex loads pg by its name
			t.Errorf("%s needs %v", s.Name, s.Needs)
		}
	}
	if len(p.Services) != 2 {
		t.Errorf("services %v", p.Services)
	}
}
