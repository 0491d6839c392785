package node

import (
	"strings"
	"testing"
)

// Each application of Nest's workspace is a service of its own, built by its name: webpack
// writes one file below the folder of its tsconfig, the compiler all below its outDir.
func TestNestWorkspace(t *testing.T) {
	got := scan(t, files{
		"package.json": `{"name": "course", "scripts": {"build": "nest build", "start:prod": "node dist/main"},
			"dependencies": {"@nestjs/core": "11", "@nestjs/platform-express": "11", "amqplib": "0.10", "mongoose": "8"}, "devDependencies": {"@nestjs/cli": "11", "typescript": "5"}}`,
		"nest-cli.json": `{"monorepo": true, "root": "apps/gateway", "compilerOptions": {"webpack": true, "tsConfigPath": "apps/gateway/tsconfig.app.json"}, "projects": {
			"gateway": {"type": "application", "root": "apps/gateway", "entryFile": "main", "sourceRoot": "apps/gateway/src", "compilerOptions": {"tsConfigPath": "apps/gateway/tsconfig.app.json"}},
			"stock": {"type": "application", "root": "apps/stock", "entryFile": "main", "sourceRoot": "apps/stock/src", "compilerOptions": {"tsConfigPath": "apps/stock/tsconfig.app.json", "webpack": false}},
			"common": {"type": "library", "root": "libs/common", "entryFile": "index", "sourceRoot": "libs/common/src"}}}`,
		"tsconfig.json":                  `{"compilerOptions": {"outDir": "./dist", "baseUrl": "./", "paths": {"@app/common": ["libs/common/src"]}}}`,
		"apps/gateway/tsconfig.app.json": `{"extends": "../../tsconfig.json", "compilerOptions": {"outDir": "../../dist/apps/gateway"}, "include": ["src/**/*"]}`,
		"apps/stock/tsconfig.app.json":   `{"extends": "../../tsconfig.json", "compilerOptions": {"outDir": "../../dist/apps/stock"}, "include": ["src/**/*"]}`,
		"apps/gateway/src/main.ts":       "import { NestFactory } from '@nestjs/core'\nimport amqp from 'amqplib'\nasync function boot() { const app = await NestFactory.create(M); await app.listen(3000) }\nboot()",
		"apps/stock/src/main.ts":         "import { NestFactory } from '@nestjs/core'\nimport mongoose from 'mongoose'\nimport { x } from '@app/common'\nasync function boot() { const app = await NestFactory.create(M); await app.listen(3001) }\nboot()",
		"libs/common/src/index.ts":       "export const x = 1",
	})
	if len(got.Services) != 2 {
		t.Fatalf("%d services, want gateway and stock", len(got.Services))
	}
	for i, want := range []struct {
		name, start, build, needs string
		port                      int
	}{
		{"gateway", "node dist/apps/gateway/main.js", "npx --no-install nest build gateway", "rabbitmq", 3000},
		{"stock", "node dist/apps/stock/apps/stock/src/main.js", "npx --no-install nest build stock", "mongo rabbitmq", 3001},
	} {
		s := got.Services[i]
		var needs []string
		for _, n := range s.Needs {
			needs = append(needs, n.Name)
		}
		start, build := strings.Join(s.Start.V.Args(), " "), strings.Join(s.Build.V.Args(), " ")
		if s.Name.String() != want.name || start != want.start || build != want.build || strings.Join(needs, " ") != want.needs || int(s.Port.V) != want.port {
			t.Errorf("%s: starts %q, builds %q, needs %v, port %d; want %+v", s.Name, start, build, needs, s.Port.V, want)
		}
	}
}

// Without "monorepo" the projects are libraries of the one program.
func TestNestWithLibraries(t *testing.T) {
	s := one(t, files{
		"package.json":  `{"name": "app", "scripts": {"build": "nest build", "start:prod": "node dist/main"}, "dependencies": {"@nestjs/core": "11"}, "devDependencies": {"@nestjs/cli": "11"}}`,
		"nest-cli.json": `{"sourceRoot": "src", "projects": {"lib": {"type": "library", "root": "libs/lib", "sourceRoot": "libs/lib/src"}}}`,
		"src/main.ts":   "import { NestFactory } from '@nestjs/core'\nasync function boot() { const app = await NestFactory.create(M); await app.listen(3000) }\nboot()",
	})
	if got := strings.Join(s.Start.V.Args(), " "); !strings.HasPrefix(got, "node dist/main") {
		t.Errorf("starts %q", got)
	}
}

// An import that leads out of src makes the compiler keep src below its output: what the
// script starts is not there.
func TestAnImportThatMovesTheOutput(t *testing.T) {
	base := files{
		"package.json":  `{"name": "garage", "scripts": {"build": "nest build", "start:prod": "node dist/main.js"}, "dependencies": {"@nestjs/core": "11"}, "devDependencies": {"@nestjs/cli": "11", "typescript": "5"}}`,
		"tsconfig.json": `{"compilerOptions": {"outDir": "./dist"}, "include": ["src/**/*"]}`,
		"src/main.ts":   "import { NestFactory } from '@nestjs/core'\nimport { M } from './app.module'\nasync function boot() { const app = await NestFactory.create(M); await app.listen(3000) }\nboot()",
		"ormconfig.ts":  "export const options = {}",
	}
	for _, test := range []struct{ name, module, want string }{
		{"inside", "export class M {}", "node dist/main.js"},
		{"outside", "import { options } from '../ormconfig'\nexport class M {}", "node dist/src/main.js"},
		{"a type alone", "import type { Options } from '../types.d'\nexport class M {}", "node dist/main.js"},
	} {
		f := files{"src/app.module.ts": test.module}
		for k, v := range base {
			f[k] = v
		}
		s := one(t, f)
		if got := strings.Join(s.Start.V.Args(), " "); got != test.want {
			t.Errorf("%s: starts %q, want %q", test.name, got, test.want)
		}
	}
}

// AdonisJS's server is compiled by its own command; a build script that makes pages leaves
// nothing that could be started.
func TestAdonisIsBuiltByItsOwnCommand(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{"node ace build", "npm run build"},
		{"node ace build --ignore-ts-errors", "npm run build"},
		{"vite build && node ace build:static && copyfiles public/* dist", "node ace build"},
	} {
		s := one(t, files{
			"package.json":   `{"name": "site", "type": "module", "scripts": {"start": "node bin/server.js", "build": "` + test.script + `"}, "dependencies": {"@adonisjs/core": "6"}, "devDependencies": {"@adonisjs/assembler": "7"}}`,
			"bin/server.ts":  "import { Ignitor } from '@adonisjs/core'\nnew Ignitor(APP_ROOT).httpServer().start()",
			"ace.js":         "import './bin/console.js'",
			"adonisrc.ts":    "export default {}",
			"start/env.ts":   "export default 1",
			"bin/console.ts": "1",
		})
		if got := strings.Join(s.Build.V.Args(), " "); !strings.HasSuffix(got, test.want) {
			t.Errorf("%s: builds %q, want %q", test.script, got, test.want)
		}
		if got := strings.Join(s.Start.V.Args(), " "); got != "node build/bin/server.js" {
			t.Errorf("starts %q", got)
		}
	}
}

// VuePress's packages of the first betas hold it together with a bundler.
func TestVuePressWithItsBundler(t *testing.T) {
	s := one(t, files{
		"package.json":              `{"name": "guide", "scripts": {"build": "NODE_ENV=production vuepress build guide"}, "devDependencies": {"vuepress-vite": "2.0.0-beta.24"}}`,
		"guide/.vuepress/config.ts": "export default {}",
		"guide/README.md":           "# Guide",
	})
	if s.Framework.V != "VuePress" || !strings.HasSuffix(s.Facts.(*Facts).Site.Dir.String(), "guide/.vuepress/dist") {
		t.Errorf("framework %q, site %v", s.Framework.V, s.Facts.(*Facts).Site)
	}
}

// What ts-node-dev watches and what it does not is no file that it runs; it brings ts-node.
func TestTSNodeDev(t *testing.T) {
	s := one(t, files{
		"package.json":   `{"name": "nps", "scripts": {"dev": "ts-node-dev --transpile-only --ignore-watch node_modules src/server.ts"}, "dependencies": {"express": "4"}, "devDependencies": {"ts-node-dev": "1", "typescript": "4"}}`,
		"src/server.ts":  "import express from 'express'\nexpress().listen(3333)",
		"ormconfig.json": `{"type": "sqlite", "entities": ["src/models/*.ts"]}`,
	})
	if got, want := strings.Join(s.Start.V.Args(), " "), "node -r ts-node/register/transpile-only src/server.ts"; got != want {
		t.Errorf("starts %q, want %q", got, want)
	}
}
