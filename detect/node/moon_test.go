package node

import (
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

// TestMoon: tasks stand in for scripts, own ones and those that a kind of project inherits.
func TestMoon(t *testing.T) {
	files := fstest.MapFS{
		"package.json":                  {Data: []byte(`{"private": true, "packageManager": "pnpm@10.12.1"}`)},
		"pnpm-workspace.yaml":           {Data: []byte("packages: ['apps/*', 'packages/*']\n")},
		".moon/workspace.yml":           {Data: []byte("projects:\n  api: apps/api\n  globs: apps/*\n")},
		".moon/tasks/node-library.yml":  {Data: []byte("tasks:\n  build:\n    command: [tsc, -p, 'tsconfig.json']\n")},
		"apps/api/moon.yml":             {Data: []byte("layer: application\ndependsOn:\n  - id: assets\n    scope: build\ntasks:\n  build:\n    command: 'nest build'\n  dev:\n    command: nest start --watch\n")},
		"apps/api/package.json":         {Data: []byte(`{"name": "api", "private": true, "dependencies": {"@nestjs/core": "11", "@s/lib": "workspace:*"}, "devDependencies": {"@nestjs/cli": "11"}}`)},
		"apps/api/src/main.ts":          {Data: []byte(`import { NestFactory } from "@nestjs/core"; NestFactory.create(A).then((app) => app.listen(3000))`)},
		"packages/lib/moon.yml":         {Data: []byte("type: library\nlanguage: node\n")},
		"packages/lib/package.json":     {Data: []byte(`{"name": "@s/lib", "private": true, "scripts": {"start": "node index.js"}}`)},
		"packages/assets/package.json":  {Data: []byte(`{"name": "@s/assets", "private": true}`)},
		"packages/another/package.json": {Data: []byte(`{"name": "@s/another", "private": true}`)},
		"packages/assets/moon.yml":      {Data: []byte("layer: library\n")},
	}
	expect(t, files, "packages/lib", "library by Moon's moon.yml")
	p, err := detect.Scan(t.Context(), files, detect.Config{Detectors: []detect.Detector{Detector{}}})
	if err != nil || len(p.Services) != 1 {
		t.Fatal(p.Services, err)
	}
	s := p.Services[0]
	if got := s.Build.V.String(); got != "pnpm exec nest build" {
		t.Errorf("build %q", got)
	}
	if why := s.Build.Why[0]; why.Path != "apps/api/moon.yml" || why.Line != 6 {
		t.Errorf("evidence %v", why)
	}
	if facts := s.Facts.(*Facts); len(facts.Prepare) != 1 || facts.Prepare[0].String() != "pnpm --filter @s/lib exec tsc -p tsconfig.json" {
		t.Errorf("before it %q", facts.Prepare)
	}
	if len(s.Context.Ignore) == 0 {
		t.Error("another package is not left out")
	}
	for _, pattern := range s.Context.Ignore {
		if text := pattern.String(); text == "packages/assets" || text == "packages/lib" {
			t.Errorf("%s is needed and left out", text)
		}
	}
}
