package node

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// files are a project; the manifest is under "package.json".
type files map[string]string

// scan inspects a project with this detector alone.
func scan(t testing.TB, project files) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}, project)
}

// one inspects a project that holds one service.
func one(t testing.TB, project files) *detect.Service {
	t.Helper()
	return scantest.One(t, scan(t, project))
}

func manifestOf(scripts string, deps ...string) string {
	var list []string
	for _, d := range deps {
		name, version, ok := strings.Cut(d, " ")
		if !ok {
			version = "^1.0.0"
		}
		list = append(list, fmt.Sprintf("%q: %q", name, version))
	}
	return fmt.Sprintf(`{"name": "app", "scripts": {%s}, "dependencies": {%s}, "devDependencies": {"typescript": "^5.8.0"}}`, scripts, strings.Join(list, ", "))
}

const listens = "require('express')().listen(process.env.PORT || 3000)"

func TestStart(t *testing.T) {
	const ts = "import express from 'express'\nexpress().listen(3000)"
	for _, c := range []struct {
		why   string
		files files
		want  string
	}{
		{"npm start is what it runs", files{"package.json": manifestOf(`"start": "node server.js"`, "express"), "server.js": listens}, "node server.js"},
		{"a script that calls another", files{"package.json": manifestOf(`"start": "npm run serve:it -- --quiet", "serve:it": "node server.js"`, "express"), "server.js": listens}, "node server.js --quiet"},
		{"node finds the extension", files{"package.json": manifestOf(`"start": "node ./src/index"`, "express"), "src/index.js": listens}, "node src/index.js"},
		{"node runs the folder's index", files{"package.json": manifestOf(`"start": "node ."`, "express"), "index.js": listens}, "node index.js"},
		{"a file of variables is left out", files{"package.json": manifestOf(`"start": "node --env-file=.env server.js"`, "express"), "server.js": listens}, "node server.js"},
		{"as is the debugger", files{"package.json": manifestOf(`"start": "node --inspect --max-old-space-size=512 server.js"`, "express"), "server.js": listens}, "node --max-old-space-size=512 server.js"},
		{"a preloaded module stays", files{"package.json": manifestOf(`"start": "node -r dotenv/config server.js"`, "express"), "server.js": listens}, "node -r dotenv/config server.js"},
		{"cross-env only sets variables", files{"package.json": manifestOf(`"start": "cross-env NODE_ENV=production node server.js"`, "express"), "server.js": listens}, "node server.js"},
		{"production's script wins over a compiler's", files{"package.json": manifestOf(`"start": "ts-node src/main.ts", "start:prod": "node dist/main.js", "build": "tsc"`, "express"), "src/main.ts": ts, "tsconfig.json": `{"compilerOptions": {"outDir": "dist"}}`}, "node dist/main.js"},
		{"a compiler's script becomes what the build makes", files{"package.json": manifestOf(`"start": "ts-node src/main.ts", "build": "tsc"`, "express"), "src/main.ts": ts, "src/lib/a.ts": "", "tsconfig.json": `{"compilerOptions": {"outDir": "./out"}}`}, "node out/main.js"},
		{"the output keeps the folders that the sources share", files{"package.json": manifestOf(`"dev": "tsx watch src/main.ts", "build": "tsc"`, "express"), "src/main.ts": ts, "tools/a.ts": "", "tsconfig.json": `{"compilerOptions": {"outDir": "dist"}}`}, "node dist/src/main.js"},
		{"an extended configuration", files{"package.json": manifestOf(`"dev": "tsx src/main.ts", "build": "tsc -p tsconfig.build.json"`, "express"), "src/main.ts": ts, "a.ts": "", "tsconfig.json": `{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}`, "tsconfig.build.json": `{"extends": "./tsconfig", "include": ["src"]}`}, "node dist/main.js"},
		{"an old output on this machine changes nothing", files{"package.json": manifestOf(`"start": "node dist/main.js", "build": "tsc"`, "express"), "src/main.ts": ts, "dist/main.js": "x", "tsconfig.json": `{"compilerOptions": {"outDir": "dist"}}`}, "node dist/main.js"},
		{"esbuild names its file", files{"package.json": manifestOf(`"dev": "tsx src/main.ts", "build": "esbuild src/main.ts --bundle --platform=node --outfile=dist/app.cjs"`, "express"), "src/main.ts": ts}, "node dist/app.cjs"},
		{"a process manager's script", files{"package.json": manifestOf(`"start": "pm2-runtime server.js"`, "express"), "server.js": listens}, "node server.js"},
		{"the migration is no part of the command", files{"package.json": manifestOf(`"start": "prisma migrate deploy && node server.js"`, "express"), "server.js": listens}, "node server.js"},
		{"the Procfile where no script is for production", files{"package.json": manifestOf(`"dev": "nodemon app.js"`, "express"), "Procfile": "web: node lib/www.js", "lib/www.js": listens, "app.js": "x"}, "node lib/www.js"},
		{"the manifest's main", files{"package.json": `{"main": "lib/server.js", "dependencies": {"express": "^5.0.0"}}`, "lib/server.js": listens}, "node lib/server.js"},
		{"a main that is not there is none", files{"package.json": `{"main": "index.js", "scripts": {"dev": "nodemon src/index.js"}, "dependencies": {"express": "^5.0.0"}}`, "src/index.js": listens}, "node src/index.js"},
		{"nodemon's program is another one's argument", files{"package.json": manifestOf(`"dev": "nodemon --exec tsx src/index.ts", "build": "tsup src/index.ts"`, "express"), "src/index.ts": ts}, "node dist/index.js"},
		{"a file of a usual name that listens", files{"package.json": manifestOf("", "express"), "src/app.js": listens}, "node src/app.js"},
		{"fastify-cli keeps its flags but the developer's", files{"package.json": manifestOf(`"start": "fastify start -l info -P app.js"`, "fastify", "fastify-cli"), "app.js": "export default async (app) => {}"}, "node node_modules/fastify-cli/cli.js start -l info app.js"},
		{"the Functions Framework's own program", files{"package.json": manifestOf(`"start": "functions-framework --target=hello --port=9000"`, "@google-cloud/functions-framework"), "index.js": "require('@google-cloud/functions-framework').http('hello', f)"}, "node node_modules/@google-cloud/functions-framework/build/src/main.js --target=hello"},
		{"a function that only a shell knows", files{"package.json": manifestOf(`"start": "functions-framework --target=$TARGET"`, "@google-cloud/functions-framework", "express"), "index.js": "require('express')().listen(80)"}, "node index.js"},
		{"next start is its own program", files{"package.json": manifestOf(`"build": "next build", "start": "next start"`, "next", "react"), "pages/index.js": ""}, "node node_modules/next/dist/bin/next start"},
		{"a server of the project's own around Next.js", files{"package.json": manifestOf(`"build": "next build", "start": "node server.js"`, "next", "react"), "pages/index.js": "", "server.js": "require('http').createServer().listen(3000)"}, "node server.js"},
		{"the server of React Router", files{"package.json": manifestOf(`"build": "react-router build", "start": "react-router-serve ./build/server/index.js"`, "@react-router/serve", "@react-router/dev"), "react-router.config.ts": "export default { ssr: true }"}, "node node_modules/@react-router/serve/bin.cjs ./build/server/index.js"},
		{"Node takes types out by itself", files{"package.json": manifestOf(`"start": "node src/main.ts"`, "express"), "src/main.ts": ts}, "node src/main.ts"},
	} {
		if got := one(t, c.files).Start.V.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestSites(t *testing.T) {
	for _, c := range []struct {
		why       string
		files     files
		framework string
		output    string
	}{
		{"Vite", files{"package.json": manifestOf(`"build": "vite build"`, "vite", "vue"), "index.html": ""}, "Vite Vue", "dist"},
		{"Vite's flag wins over its configuration", files{"package.json": manifestOf(`"build": "vite build --outDir public_html"`, "vite"), "index.html": "", "vite.config.js": "export default { build: { outDir: 'x' } }"}, "Vite", "public_html"},
		{"a folder of the configuration's own root", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "app/index.html": "", "vite.config.ts": "export default defineConfig({ root: 'app', build: { outDir: '../www' } })"}, "Vite", "www"},
		{"Create React App", files{"package.json": manifestOf(`"start": "react-scripts start", "build": "react-scripts build"`, "react-scripts")}, "Create React App", "build"},
		{"Angular's older builder", files{"package.json": manifestOf(`"build": "ng build"`, "@angular/core"), "angular.json": `{"projects": {"shop": {"projectType": "application", "architect": {"build": {"builder": "@angular-devkit/build-angular:browser", "options": {"outputPath": "dist/shop"}}}}}}`}, "Angular", "dist/shop"},
		{"Angular's newer one without a path", files{"package.json": manifestOf(`"build": "ng build"`, "@angular/core"), "angular.json": `{"projects": {"shop": {"projectType": "application", "architect": {"build": {"builder": "@angular/build:application", "options": {}}}}}}`}, "Angular", "dist/shop/browser"},
		{"an export of Next.js", files{"package.json": manifestOf(`"build": "next build"`, "next"), "next.config.js": "module.exports = withMDX({ output: 'export' })"}, "Next.js", "out"},
		{"a comment is no configuration", files{"package.json": manifestOf(`"build": "next build", "start": "serve -s out"`, "next"), "next.config.js": "// output: 'standalone'\nmodule.exports = { output: \"export\" /* 'standalone' */ }"}, "Next.js", "out"},
		{"Nuxt, generated", files{"package.json": manifestOf(`"build": "nuxt generate"`, "nuxt")}, "Nuxt", ".output/public"},
		{"SvelteKit with adapter-static", files{"package.json": manifestOf(`"build": "vite build"`, "@sveltejs/kit", "vite"), "svelte.config.js": "import adapter from '@sveltejs/adapter-static'\nexport default { kit: { adapter: adapter({ pages: 'docs', fallback: '200.html' }) } }"}, "SvelteKit", "docs"},
		{"React Router for the browser alone", files{"package.json": manifestOf(`"build": "react-router build"`, "@react-router/dev"), "react-router.config.ts": "export default { ssr: false } satisfies Config"}, "React Router", "build/client"},
		{"Eleventy's folder", files{"package.json": manifestOf(`"build": "eleventy"`, "@11ty/eleventy"), ".eleventy.js": "module.exports = (c) => { return { dir: { input: 'src', output: 'dist' } } }"}, "Eleventy", "dist"},
		{"VitePress below docs", files{"package.json": manifestOf(`"build": "vitepress build docs"`, "vitepress"), "docs/index.md": "#"}, "VitePress", "docs/.vitepress/dist"},
		{"webpack with a page", files{"package.json": manifestOf(`"build": "webpack --mode production"`, "webpack", "html-webpack-plugin"), "webpack.config.js": "module.exports = { output: { path: path.resolve(__dirname, 'public_html') } }"}, "webpack", "public_html"},
	} {
		s := one(t, c.files)
		facts := s.Facts.(*Facts)
		if s.Kind != detect.Static || facts.Site == nil {
			t.Errorf("%s: a %s, not a site", c.why, s.Kind)
			continue
		}
		if s.Framework.V != c.framework || facts.Site.Dir.String() != c.output {
			t.Errorf("%s: %s in %s, want %s in %s", c.why, s.Framework.V, facts.Site.Dir, c.framework, c.output)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		why   string
		files files
		want  detect.Kind
	}{
		{"Node's own server", files{"package.json": manifestOf(`"start": "node a.js"`), "a.js": "require('node:http').createServer(() => {}).listen(8000)"}, detect.Server},
		{"a bot waits for events", files{"package.json": manifestOf(`"start": "node a.js"`, "discord.js"), "a.js": "new (require('discord.js').Client)().login(process.env.TOKEN)"}, detect.Worker},
		{"a bot that answers HTTP as well", files{"package.json": manifestOf(`"start": "node a.js"`, "discord.js", "express"), "a.js": listens}, detect.Server},
		{"a queue's server listens", files{"package.json": manifestOf(`"start": "node a.js"`, "bullmq", "fastify"), "a.js": "require('fastify')().listen({ port: 1 })"}, detect.Server},
		{"a timer", files{"package.json": manifestOf(`"start": "node a.js"`), "a.js": "setInterval(() => {}, 1000)"}, detect.Worker},
		{"it runs and ends", files{"package.json": manifestOf(`"start": "node a.js"`), "a.js": "console.log(1)"}, detect.Job},
		{"a command for people", files{"package.json": `{"name": "tool", "bin": "cli.js"}`, "cli.js": "console.log(1)"}, detect.CLI},
	} {
		if got := one(t, c.files).Kind; got != c.want {
			t.Errorf("%s: got %s, want %s", c.why, got, c.want)
		}
	}
}

func TestNothing(t *testing.T) {
	for _, c := range []struct {
		why   string
		files files
		want  string
	}{
		{"a library", files{"package.json": `{"name": "is", "exports": "./a.js", "scripts": {"build": "tsc", "test": "ava"}}`, "a.js": ""}, "library"},
		{"an editor's extension", files{"package.json": `{"engines": {"vscode": "^1.90.0"}, "main": "./out/extension", "dependencies": {"express": "1"}}`}, "VS Code"},
		{"an application for phones", files{"package.json": manifestOf(`"start": "expo start"`, "expo", "react-native")}, "phones"},
		{"an extension of a browser", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "public/manifest.json": `{"manifest_version": 3, "name": "x"}`}, "extension of a browser"},
		{"a desktop application", files{"package.json": manifestOf(`"start": "electron ."`, "electron")}, "desktop"},
		{"tools alone", files{"package.json": `{"devDependencies": {"prettier": "3"}, "scripts": {"format": "prettier --write ."}}`}, "tools alone"},
		{"an empty manifest", files{"package.json": `{}`}, "neither scripts nor dependencies"},
		{"Vite for a library", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "vite.config.ts": "export default { build: { lib: { entry: 'a.ts' } } }"}, "library"},
		{"Vite for another server's assets", files{"package.json": manifestOf(`"build": "vite build"`, "vite", "laravel-vite-plugin")}, "front end of the application beside it"},
		{"a workspace's root", files{"package.json": `{"workspaces": ["packages/*"], "scripts": {"build": "turbo run build"}}`, "packages/a/package.json": `{"name": "a", "main": "a.js"}`}, "root of a workspace"},
	} {
		found := scan(t, c.files)
		if len(found.Services) > 0 {
			t.Errorf("%s: found %s", c.why, found.Services[0].Kind)
			continue
		}
		if len(found.Notes) == 0 || !strings.Contains(found.Notes[0].Text, c.want) {
			t.Errorf("%s: the reason is %v, want one about %q", c.why, found.Notes, c.want)
		}
	}
}

func TestGraceful(t *testing.T) {
	for _, c := range []struct {
		why, source string
		want        bool
	}{
		{"no handler", listens, false},
		{"a handler", listens + "\nprocess.on('SIGTERM', stop)", true},
		{"one for another signal", listens + "\nprocess.on('SIGINT', stop)", false},
		{"one that is commented out", listens + "\n// process.on('SIGTERM', stop)", false},
		{"a list of signals", listens + "\n;['SIGINT', 'SIGTERM'].forEach((s) => process.on(s, stop))", true},
		{"a library that does it", "const close = require('close-with-grace');" + listens, true},
	} {
		s := one(t, files{"package.json": manifestOf(`"start": "node a.js"`, "express"), "a.js": c.source})
		if s.Graceful != c.want {
			t.Errorf("%s: got %v", c.why, s.Graceful)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(manifestOf(`"start": "node dist/a.js", "build": "tsc"`, "express", "pg"), listens, `{"compilerOptions": {"outDir": "dist"}}`)
	f.Add(manifestOf(`"build": "next build"`, "next"), "module.exports = { output: 'standalone', distDir: '../..' }", "{}")
	f.Add(manifestOf(`"start": "a", "a": "npm run b && npm run b", "b": "npm run a; npm run a"`, "astro", "@sveltejs/kit"), "import a from '@sveltejs/adapter-static'", `{"extends": "./tsconfig.json"}`)
	f.Add(`{"bin": {"a": "../../x"}, "main": "\u0000", "prisma": {"schema": "../x"}}`, "app.get('/health\\nRUN x', f)", "[")
	f.Fuzz(func(t *testing.T, manifest, source, config string) {
		fsys := fstest.MapFS{}
		for name, text := range map[string]string{"package.json": manifest, "a.js": source, "src/a.ts": source, "next.config.js": source, "vite.config.ts": source, "svelte.config.js": source, "astro.config.mjs": source, "tsconfig.json": config, "angular.json": config, "index.html": "", ".env.example": source} {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		// An error is an answer; a panic is not.
		_, _ = detect.Scan(context.Background(), fsys, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}})
	})
}
