package node

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
)

// copied are the names that the image takes of the project.
func copied(s *detect.Service) []string {
	var out []string
	for _, c := range s.Facts.(*Facts).Copies {
		out = append(out, c.From.String())
	}
	slices.Sort(out)
	return out
}

// A script that builds an image is no build of the program; that of its front end is, and
// what it writes goes along.
func TestAFrontEndInTheFolderOfAServer(t *testing.T) {
	s := one(t, files{
		"package.json": `{"name": "app", "type": "module", "scripts": {"start": "tsx ./backend/index.ts", "build:frontend": "vite build --config ./frontend/vite.config.ts",
			"build:docker": "node ./extra/env2arg.js docker buildx build --push ."},
			"dependencies": {"express": "4", "tsx": "4"}, "devDependencies": {"vite": "6"}}`,
		"backend/index.ts":        "import express from 'express'\nexpress().listen(5001)",
		"frontend/vite.config.ts": "export default { root: './frontend', build: { outDir: '../frontend-dist' } }",
		"frontend/index.html":     "",
	})
	if got := strings.Join(s.Build.V.Args(), " "); got != "npm run build:frontend" {
		t.Errorf("build %q", got)
	}
	if got := copied(s); !slices.Contains(got, "frontend-dist") || slices.Contains(got, "dist") {
		t.Errorf("copies %v, want frontend-dist among them", got)
	}
}

// A server of the project's own around what SvelteKit builds: of two adapters the one that
// makes a server, the port of the call in that file, and no folder of sources.
func TestAServerAroundSvelteKit(t *testing.T) {
	s := one(t, files{
		"package.json":     `{"name": "app", "type": "module", "scripts": {"build": "vite build"}, "dependencies": {"polka": "1"}, "devDependencies": {"@sveltejs/kit": "2", "@sveltejs/adapter-node": "5", "@sveltejs/adapter-static": "3", "vite": "6"}}`,
		"svelte.config.js": "import node from '@sveltejs/adapter-node'\nimport files from '@sveltejs/adapter-static'\nexport default { kit: { adapter: process.env.ADAPTER === 'static' ? files() : node() } }",
		"server.js": "import polka from 'polka'\nimport { handler } from './build/handler.js'\nconst path = process.env.SOCKET_PATH\nconst port = process.env.PORT ?? '3000'\n" +
			"const options = path ? { path } : { port }\npolka().use(handler).listen(options)",
		"src/lib/metrics.ts":           "import express from 'express'\nexpress().listen(process.env.METRICS_PORT || 5565)\nconst a = 'src/x', b = 'dist/y'",
		"src/routes/health/+server.ts": "export async function GET() {}",
		"src/routes/ping/+server.ts":   "export async function POST() {}",
	})
	if s.Port.V != 3000 || s.PortEnv.String() != "PORT" {
		t.Errorf("port %v of %s, want 3000 of PORT", s.Port.V, s.PortEnv)
	}
	if got := strings.Join(s.Start.V.Args(), " "); got != "node server.js" {
		t.Errorf("starts %q", got)
	}
	if got, want := copied(s), []string{"build", "package.json", "server.js"}; !slices.Equal(got, want) {
		t.Errorf("copies %v, want %v", got, want)
	}
	if s.Health.V.String() != "/health" {
		t.Errorf("health %q, want /health", s.Health.V)
	}
}

func TestHandlersOfNoGET(t *testing.T) {
	s := one(t, files{"package.json": manifestOf(`"build": "next build"`, "next"), "app/api/health/route.ts": "export const POST = async () => new Response()"})
	if s.Health.IsSet() {
		t.Errorf("health %q of a handler that answers POST alone", s.Health.V)
	}
}

// What the entry requires of the build's output leads to its source, and is in the image;
// the Dockerfile's words for the program stay.
func TestAnEntryThatRequiresTheOutput(t *testing.T) {
	s := one(t, files{
		"package.json":      `{"name": "app", "main": "dist/index.js", "scripts": {"build": "tsc"}, "dependencies": {"uWebSockets.js": "github:uNetworking/uWebSockets.js#v20.10.0"}, "devDependencies": {"typescript": "5"}}`,
		"package-lock.json": `{"lockfileVersion": 3, "packages": {}}`,
		"bin/server.js":     "#!/usr/bin/env node\nrequire('./../dist/cli')",
		"src/cli/index.ts":  "import { Server } from './../server'\nnew Server().start()",
		"src/server.ts":     "import * as uWS from 'uWebSockets.js'\nexport class Server { start() { uWS.App().listen('0.0.0.0', process.env.WS_PORT || 6001, socket => {}) } }",
		"tsconfig.json":     `{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}`,
		"Dockerfile":        "FROM node:22\nCOPY . .\nENTRYPOINT [\"node\", \"/app/bin/server.js\", \"start\"]\n",
	})
	if got := strings.Join(s.Start.V.Args(), " "); got != "node bin/server.js start" {
		t.Errorf("starts %q", got)
	}
	if s.Kind != detect.Server || s.Port.V != 6001 || s.Framework.V != "uWebSockets.js" {
		t.Errorf("got a %s of %q on %d", s.Kind, s.Framework.V, s.Port.V)
	}
	if got := copied(s); !slices.Contains(got, "dist") || !slices.Contains(got, "bin") {
		t.Errorf("copies %v, want bin and dist among them", got)
	}
}

func TestMedusa(t *testing.T) {
	s := one(t, files{
		"package.json":     manifestOf(`"build": "medusa build", "start": "medusa start"`, "@medusajs/medusa 2.15.3", "@medusajs/cli 2.15.3"),
		"medusa-config.ts": "module.exports = defineConfig({ projectConfig: { databaseUrl: process.env.DATABASE_URL } })",
	})
	if s.Framework.V != "Medusa" || s.Port.V != 9000 || s.Health.V.String() != "/health" || len(s.Needs) != 1 || s.Needs[0].Name != "postgres" {
		t.Errorf("got %q on %d, health %q, needs %v", s.Framework.V, s.Port.V, s.Health.V, s.Needs)
	}
	if len(s.Processes) != 1 || s.Processes[0].Start.V.String() != "node node_modules/@medusajs/cli/cli.js db:migrate" {
		t.Errorf("processes %v", s.Processes)
	}
	if got := scan(t, files{"package.json": `{"name": "plugin", "main": "x.js", "devDependencies": {"@medusajs/medusa": "2"}}`}).Services; len(got) != 0 {
		t.Error("a plug-in of Medusa's is taken for a server")
	}
}

// A bot that calls others listens on nothing, be there a library for servers beside it.
func TestBotsThatListenOnNothing(t *testing.T) {
	for _, c := range []struct {
		why   string
		files files
		name  string
	}{
		{"Slack in socket mode", files{"package.json": manifestOf(`"start": "node app.js"`, "@slack/bolt"), "app.js": "const { App } = require('@slack/bolt')\nconst app = new App({ socketMode: true })\napp.start(process.env.PORT || 3000)"}, "Slack Bolt"},
		{"Discord, whose manager has a server", files{"package.json": manifestOf(`"start": "node bot.js"`, "express", "discord.js"), "bot.js": "const { Client } = require('discord.js')\nnew Client().login(process.env.TOKEN)",
			"lib/api.js": "const express = require('express'); exports.api = express()"}, "discord.js"},
	} {
		s := one(t, c.files)
		if s.Kind != detect.Worker || s.Framework.V != c.name {
			t.Errorf("%s: a %s of %q, want a worker of %q", c.why, s.Kind, s.Framework.V, c.name)
		}
	}
	s := one(t, files{"package.json": manifestOf(`"start": "node app.js"`, "@slack/bolt"), "app.js": "const { App } = require('@slack/bolt')\nconst app = new App({})\napp.start(process.env.PORT || 3000)"})
	if s.Kind != detect.Server || s.Port.V != 3000 {
		t.Errorf("Slack that calls the program: a %s on %d", s.Kind, s.Port.V)
	}
}

func TestALibraryWithASandbox(t *testing.T) {
	project := scan(t, files{
		"package.json":      `{"name": "lib", "main": "index.js", "scripts": {"start": "node ./sandbox/server.js", "build": "rollup -c"}, "devDependencies": {"rollup": "2"}}`,
		"sandbox/server.js": "require('http').createServer(f).listen(3000)",
		"index.js":          "module.exports = 1",
	})
	if len(project.Services) != 0 {
		t.Errorf("got %v, want nothing", project.Services)
	}
}

// What only looks like a schema of variables asks nobody for any.
func TestNoSchema(t *testing.T) {
	s := one(t, files{
		"package.json": manifestOf(`"start": "node a.js"`, "express"),
		"a.js":         listens + "\nconst commands = { HELP: { type: CommandType.Chat, name: 'help' } }\nconst origins = process.env.ORIGINS.split(',')\nif (process.env.TAGS) process.env.TAGS.split(',')",
	})
	var got []string
	for _, e := range s.Env {
		if e.Required {
			got = append(got, e.Name.String())
		}
	}
	if want := []string{"ORIGINS"}; !slices.Equal(got, want) {
		t.Errorf("asks for %v, want %v", got, want)
	}
}

func TestNeedsByChoice(t *testing.T) {
	const app = "require('express')().listen(3000)\n"
	for _, c := range []struct {
		why, source string
		deps        []string
		more        files
		want        string
	}{
		{"a store of several by a name", app + "const Store = require('./stores/' + process.env.KIND)", []string{"pg", "redis"}, files{"stores/redis.js": "require('redis')", "stores/postgres.js": "require('pg')"}, "postgres? redis?"},
		{"files of one folder that the program imports", app + "require('./lib/db'); require('./lib/cache')", []string{"pg", "redis"}, files{"lib/cache.js": "require('redis')", "lib/db.js": "require('pg')"}, "postgres redis"},
		{"a driver that nothing imports", app, []string{"mongoose"}, nil, ""},
		{"one that is imported", app + "require('mongoose')", []string{"mongoose"}, nil, "mongo"},
		{"of two databases the one that Compose starts", app + "require('mongoose'); require('pg')", []string{"mongoose", "pg"}, files{"compose.yaml": "services:\n  db:\n    image: postgres:17\n"}, "postgres mongo?"},
		{"both, where it starts both", app + "require('mongoose'); require('pg')", []string{"mongoose", "pg"}, files{"compose.yaml": "services:\n  db:\n    image: postgres:17\n  mongo:\n    image: mongo:8\n"}, "postgres mongo"},
	} {
		project := files{"package.json": manifestOf(`"start": "node a.js"`, append([]string{"express"}, c.deps...)...), "a.js": c.source}
		for name, text := range c.more {
			project[name] = text
		}
		var got []string
		for _, n := range one(t, project).Needs {
			text := n.Name
			if n.Optional {
				text += "?"
			}
			got = append(got, text)
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.why, text, c.want)
		}
	}
}

// The name of an address that the program reads by another way than process.env.
func TestNamesOfACommittedFile(t *testing.T) {
	s := one(t, files{"package.json": manifestOf(`"start": "node a.js"`, "express", "mongodb"), "a.js": listens + "\nconst { MongoClient } = require('mongodb')\nnew MongoClient(config.url)", ".env": "MONGODB_URL=\nMONGODB_DB_NAME=x\n"})
	if len(s.Needs) != 1 || len(s.Needs[0].Settings) == 0 || s.Needs[0].Settings[0].Env.String() != "MONGODB_URL" {
		t.Errorf("needs %v, want mongo by MONGODB_URL", s.Needs)
	}
}

func TestState(t *testing.T) {
	for _, c := range []struct {
		why, source string
		deps        []string
		more        files
		want        string
	}{
		{"multer's own storage", "const multer = require('multer')\nmulter.diskStorage({ destination(req, file, cb) { cb(null, 'uploads/') }, filename(req, file, cb) { cb(null, file.name) } })", []string{"multer"}, nil, "uploads"},
		{"Knex's file", "const x = 1", []string{"knex", "sqlite3"}, files{"knexfile.js": "module.exports = { client: 'sqlite3', connection: { filename: 'data/dev.sqlite3' } }"}, "data"},
		{"a folder that the program makes", "const path = require('path'), fs = require('fs')\nconst DIR = process.env.DATA_DIR || path.join(process.cwd(), 'store')\nfs.mkdirSync(DIR, { recursive: true })", nil, nil, "store"},
		{"one beside the file", "const path = require('path'), fs = require('fs')\nfs.mkdirSync(path.join(__dirname, 'store', 'a'))\nfs.mkdirSync(path.join(__dirname, 'store'))", nil, nil, "store"},
		{"one of the build's", "const path = require('path'), fs = require('fs')\nfs.mkdirSync(path.join(__dirname, 'dist'))", nil, nil, ""},
		{"one of the system's", "require('fs').mkdirSync('/var/lib/x')\nrequire('fs').mkdirSync(process.argv[2])", nil, nil, ""},
		{"files that it writes beside others", "require('fs').writeFileSync('./static/' + name, x)", nil, files{"static/a.js": ""}, "static"},
	} {
		project := files{"package.json": manifestOf(`"start": "node a.js"`, append([]string{"express"}, c.deps...)...), "a.js": listens + "\n" + c.source}
		for name, text := range c.more {
			project[name] = text
		}
		var got []string
		for _, d := range one(t, project).State {
			got = append(got, d.String())
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.why, text, c.want)
		}
	}
}

// Next.js loads the server's modules while it builds.
func TestStandIns(t *testing.T) {
	s := one(t, files{
		"package.json": manifestOf(`"build": "next build", "start": "next start"`, "next", "postgres"),
		"app/page.tsx": "import { db } from '../lib/db'",
		"lib/db.ts":    "import postgres from 'postgres'\nif (!process.env.POSTGRES_URL) {\n  throw new Error('no address')\n}\nif (!process.env.AUTH_KEY) throw new Error('no key')\nexport const db = postgres(process.env.POSTGRES_URL)\nexport const other = process.env.OTHER",
	})
	got := s.Facts.(*Facts).StandIns.Args()
	if want := []string{"export", "POSTGRES_URL=postgresql://build:build@127.0.0.1/build", "AUTH_KEY=build"}; !slices.Equal(got, want) {
		t.Errorf("the build gets %v, want %v", got, want)
	}
}

func TestAFileByTheExampleOfItsVariable(t *testing.T) {
	s := one(t, files{
		"package.json": manifestOf(`"start": "node a.js"`, "express", "@libsql/client"),
		"a.js":         listens + "\nconst { z } = require('zod')\nz.object({ DATABASE_URL: z.string().url() })",
		".env.example": "DATABASE_URL=file:dev.db\n",
	})
	var set []string
	for _, e := range s.SetEnv {
		set = append(set, e.Name.String()+"="+e.Value.String())
	}
	if !slices.Contains(set, "DATABASE_URL=file:/app/data/dev.db") || len(s.State) != 1 || s.State[0].String() != "data" {
		t.Errorf("sets %v, writes to %v", set, s.State)
	}
}

// A namespace of Nest's configuration.
func TestARegisteredPort(t *testing.T) {
	s := one(t, files{
		"package.json":       manifestOf(`"start": "node dist/main", "build": "nest build"`, "@nestjs/core", "@nestjs/config"),
		"src/main.ts":        "import { NestFactory } from '@nestjs/core'\nimport { AppModule } from './app.module'\nconst app = await NestFactory.create(AppModule)\nawait app.listen(configService.getOrThrow('app.port', { infer: true }))",
		"src/app.module.ts":  "import appConfig from './app.config'",
		"src/app.config.ts":  "export default registerAs('app', () => ({ port: process.env.APP_PORT ? parseInt(process.env.APP_PORT, 10) : 3333 }))",
		"src/mail.config.ts": "export default registerAs('mail', () => ({ port: 25 }))",
	})
	if s.Port.V != 3333 || s.PortEnv.String() != "APP_PORT" {
		t.Errorf("port %d of %q, want 3333 of APP_PORT", s.Port.V, s.PortEnv)
	}
}

func TestWhatASessionNeeds(t *testing.T) {
	s := one(t, files{"package.json": manifestOf(`"start": "node a.js"`, "express", "express-session"), "a.js": listens + "\nconst session = require('express-session')\napp.use(session({ secret: process.env.SESSION_SECRET }))"})
	if len(s.Env) != 1 || !s.Env[0].Required {
		t.Errorf("env %v, want SESSION_SECRET, required", s.Env)
	}
}

// A page checks what it has read of the bundler's variables by a schema of its own names.
func TestASchemaOfAPage(t *testing.T) {
	s := one(t, files{
		"package.json": manifestOf(`"build": "vite build"`, "react", "vite"), "index.html": "",
		"src/env.ts": "import * as z from 'zod'\nconst schema = z.object({ API_URL: z.string() })\nexport const env = schema.parse({ API_URL: import.meta.env.VITE_API_URL })",
	})
	var got []string
	for _, a := range s.Args {
		got = append(got, a.Name.String())
	}
	if want := []string{"VITE_API_URL"}; !slices.Equal(got, want) {
		t.Errorf("the build takes %v, want %v", got, want)
	}
}
