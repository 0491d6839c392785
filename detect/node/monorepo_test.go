package node

import (
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

// TestMonorepoParts holds what of a monorepo is a service, and the reason where a part is none.
func TestMonorepoParts(t *testing.T) {
	root := map[string]string{
		"package.json":      `{"private": true, "workspaces": ["packages/*"]}`,
		"package-lock.json": `{"lockfileVersion": 3, "packages": {"": {}}}`,
	}
	tests := []struct {
		name  string
		files map[string]string
		want  string // the kind, or a part of the reason
	}{
		{"a library upon Next.js has no pages", map[string]string{
			"package.json": `{"name": "ui", "private": true, "devDependencies": {"next": "15"}, "main": "src/index.ts"}`,
			"src/index.ts": `export const a = 1`,
		}, "no pages"},
		{"an application of Next.js", map[string]string{
			"package.json": `{"name": "web", "dependencies": {"next": "15"}, "scripts": {"build": "next build"}}`,
			"app/page.tsx": `export default () => null`,
		}, "server"},
		{"a published package that listens in a test server", map[string]string{
			"package.json": `{"name": "utils", "main": "dist/index.js", "files": ["dist"], "scripts": {"build": "tsc"}, "dependencies": {"express": "5"}}`,
			"src/index.ts": `import express from "express"; express().listen(3000)`,
		}, "publishes"},
		{"a published command that listens for a moment", map[string]string{
			"package.json": `{"name": "cli", "bin": {"x": "./dist/index.js"}, "files": ["dist"], "scripts": {"build": "tsc --outDir dist", "start": "node dist/index.js"}}`,
			"src/index.ts": `import http from "http"; http.createServer().listen(4587)`,
		}, "cli"},
		{"a published server", map[string]string{
			"package.json": `{"name": "srv", "bin": {"x": "./server.js"}, "files": ["server.js"], "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}`,
			"server.js":    `require("express")().listen(3000)`,
		}, "server"},
		{"a page whose program has a listen of its own", map[string]string{
			"package.json": `{"name": "page", "private": true, "scripts": {"build": "vite build", "start": "node src/main.ts"}, "dependencies": {"vue": "3"}, "devDependencies": {"vite": "7"}}`,
			"index.html":   `<script type="module" src="/src/main.ts"></script>`,
			"src/main.ts":  `import { bus } from "./bus"; bus.listen(8080)`,
		}, "static"},
		{"components for browsers", map[string]string{
			"package.json": `{"name": "common", "private": true, "dependencies": {"vue": "3"}, "devDependencies": {"vite": "7"}}`,
			"src/index.ts": `connection.listen(8080)`,
		}, "no page of its own"},
		{"the types of Strapi alone", map[string]string{
			"package.json": `{"name": "types", "private": true, "scripts": {"build": "echo none"}, "devDependencies": {"@strapi/strapi": "5.46.0"}}`,
			"src/index.ts": `export {}`,
		}, "neither a config folder nor a script"},
		{"TanStack Start that makes a handler", map[string]string{
			"package.json":   `{"name": "tan", "private": true, "scripts": {"build": "vite build"}, "dependencies": {"@tanstack/react-start": "^1.132.0"}, "devDependencies": {"vite": "7"}}`,
			"vite.config.ts": `import { tanstackStart } from "@tanstack/react-start/plugin/vite"; export default { plugins: [tanstackStart()] }`,
		}, "a handler of requests and no server"},
		{"TanStack Start with its server", map[string]string{
			"package.json":   `{"name": "tan", "private": true, "scripts": {"build": "vite build"}, "dependencies": {"@tanstack/react-start": "^1.132.0", "nitro": "3"}, "devDependencies": {"vite": "7"}}`,
			"vite.config.ts": `import { nitro } from "nitro/vite"; export default { plugins: [nitro()] }`,
		}, "server"},
		{"Storybook", map[string]string{
			"package.json": `{"name": "book", "private": true, "scripts": {"build-storybook": "storybook build"}, "devDependencies": {"storybook": "10", "vite": "7"}}`,
			"index.html":   ``,
		}, "Storybook"},
		{"Tauri", map[string]string{
			"package.json":              `{"name": "desk", "private": true, "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}`,
			"index.html":                ``,
			"src-tauri/tauri.conf.json": `{}`,
		}, "Tauri"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range root {
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			for name, text := range tt.files {
				files["packages/x/"+name] = &fstest.MapFile{Data: []byte(text)}
			}
			expect(t, files, "packages/x", tt.want)
		})
	}
}

// expect scans the files and looks at what became of one folder.
func expect(t *testing.T, files fstest.MapFS, dir, want string) {
	t.Helper()
	p, err := detect.Scan(t.Context(), files, detect.Config{Detectors: []detect.Detector{Detector{}}})
	if err != nil {
		t.Fatal(err)
	}
	got := "nothing is said"
	for _, n := range p.Notes {
		if n.Path == dir {
			got = n.Text
		}
	}
	for _, s := range p.Services {
		if s.Dir.String() == dir {
			got = string(s.Kind)
		}
	}
	for option := range strings.SplitSeq(want, "|") {
		if got == option || strings.Contains(got, option) {
			return
		}
	}
	t.Errorf("%s: %q, want %q", dir, got, want)
}

// TestRush: its projects are installed by Rush alone.
func TestRush(t *testing.T) {
	files := fstest.MapFS{
		"rush.json":             {Data: []byte("{\n// a comment\n\"projects\": [{\"packageName\": \"@a/api\", \"projectFolder\": \"apps/api\"}]}")},
		"apps/api/package.json": {Data: []byte(`{"name": "@a/api", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}`)},
		"apps/api/server.js":    {Data: []byte(`require("express")().listen(3000)`)},
	}
	expect(t, files, "apps/api", "Rush")
}

// TestLernaBootstrap: a package that another one of the repository needs, and no workspace links.
func TestLernaBootstrap(t *testing.T) {
	files := fstest.MapFS{
		"lerna.json":                 {Data: []byte(`{"version": "1.0.0"}`)},
		"package.json":               {Data: []byte(`{"private": true, "devDependencies": {"lerna": "6"}}`)},
		"packages/api/package.json":  {Data: []byte(`{"name": "api", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5", "@a/lib": "^1.0.0"}}`)},
		"packages/api/server.js":     {Data: []byte(`require("express")().listen(3000)`)},
		"packages/solo/package.json": {Data: []byte(`{"name": "solo", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}`)},
		"packages/solo/server.js":    {Data: []byte(`require("express")().listen(3000)`)},
		"packages/lib/package.json":  {Data: []byte(`{"name": "@a/lib", "version": "1.0.0", "main": "index.js"}`)},
	}
	expect(t, files, "packages/api", "lerna bootstrap alone links")
	expect(t, files, "packages/solo", "server")
}
