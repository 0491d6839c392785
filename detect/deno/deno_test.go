package deno

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

type files map[string]string

func scan(t testing.TB, project files) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}, project)
}

func tasks(text string) string { return `{"tasks": {` + text + `}}` }

func TestStart(t *testing.T) {
	const serve = "Deno.serve(() => new Response('x'))\n"
	for _, c := range []struct {
		why   string
		files files
		want  string
		port  int
	}{
		{"the task's permissions and no more", files{"deno.json": tasks(`"start": "deno run --allow-net=:80 -R=./data main.ts --quiet"`), "main.ts": serve}, "deno run --cached-only --allow-net=:80 -R=./data main.ts --quiet", 8000},
		{"a flag's value that is a word of its own", files{"deno.json": tasks(`"start": "deno run -c other.json --allow-net main.ts"`), "main.ts": serve}, "deno run --cached-only -c other.json --allow-net main.ts", 8000},
		{"production's task wins over one that watches", files{"deno.json": tasks(`"start": "deno run -A --watch dev.ts", "prod": "deno run --allow-net main.ts"`), "main.ts": serve, "dev.ts": serve}, "deno run --cached-only --allow-net main.ts", 8000},
		{"what watches is still the program", files{"deno.json": tasks(`"dev": "deno run --watch=src/ --env-file=.env --allow-net src/app.ts"`), "src/app.ts": serve}, "deno run --cached-only --allow-net src/app.ts", 8000},
		{"a task that calls another", files{"deno.json": tasks(`"start": "deno task build && deno task go", "build": "deno run -A b.ts", "go": "deno run --allow-net main.ts"`), "main.ts": serve}, "deno run --cached-only --allow-net main.ts", 8000},
		{"deno serve names its port by a flag", files{"deno.json": tasks(`"start": "deno serve --port=4000 main.ts"`), "main.ts": "export default { fetch: () => new Response('x') }"}, "deno serve --cached-only --port 4000 main.ts", 4000},
		{"the first line of a script", files{"server.ts": "#!/usr/bin/env -S deno run --allow-net --allow-read=pages\n" + serve}, "deno run --cached-only --allow-net --allow-read=pages server.ts", 8000},
		{"permissions by what the sources use", files{"main.ts": "import { f } from './lib/f.ts'\nDeno.serve({ port: 1234 }, f)", "lib/f.ts": "export const f = async () => new Response(await Deno.readTextFile(Deno.env.get('FILE')))"}, "deno run --cached-only --allow-net --allow-env --allow-read main.ts", 1234},
		{"the standard library's server", files{"main.ts": "import { serve } from 'https://deno.land/std@0.200.0/http/server.ts'\nserve(() => new Response(), { port: 3000 })"}, "deno run --cached-only --allow-net main.ts", 3000},
		{"a store of keys has to be switched on", files{"deno.json": tasks(`"start": "deno run -A main.ts"`), "main.ts": "const kv = await Deno.openKv()\n" + serve}, "deno run --cached-only -A --unstable-kv main.ts", 8000},
		{"it is by the configuration", files{"deno.json": `{"unstable": ["kv"], "tasks": {"start": "deno run -A main.ts"}}`, "main.ts": "const kv = await Deno.openKv()\n" + serve}, "deno run --cached-only -A main.ts", 8000},
		{"a class that is made, and started", files{"deno.json": `{"imports": {"lume/": "https://deno.land/x/lume@v3.0.0/"}}`, "main.ts": "import Server from 'lume/core/server.ts'\nconst port = Number(Deno.env.get('PORT') ?? 9000)\nconst server = new Server({ root: '_site', port })\nserver.start()"}, "deno run --cached-only --allow-net --allow-env main.ts", 9000},
		{"a server of Drash's, which another file runs", files{"deno.json": "{}", "deps.ts": "export * as Drash from 'https://deno.land/x/drash@v2.6.0/mod.ts'", "server.ts": "import { Drash } from './deps.ts'\nexport const server = new Drash.Server({ port: 1667, resources: [] })", "app.ts": "import { server } from './server.ts'\nserver.run()"}, "deno run --cached-only --allow-net app.ts", 1667},
		{"an import map's alias", files{"deno.json": `{"imports": {"@/": "./src/"}}`, "main.ts": "import '@/web.ts'", "src/web.ts": "Deno.serve({ port: 5000 }, h)"}, "deno run --cached-only --allow-net main.ts", 5000},
	} {
		found := scan(t, c.files)
		if len(found.Services) != 1 {
			t.Errorf("%s: %d services: %v", c.why, len(found.Services), found.Notes)
			continue
		}
		if s := found.Services[0]; s.Start.V.String() != c.want || int(s.Port.V) != c.port {
			t.Errorf("%s:\n got %s on %d\nwant %s on %d", c.why, s.Start.V, s.Port.V, c.want, c.port)
		}
	}
}

func TestNothing(t *testing.T) {
	for _, c := range []struct {
		why   string
		files files
		note  string
	}{
		{"a script for browsers", files{"index.js": "document.title = 'x'"}, ""},
		{"a package of Node's that Deno only formats", files{"deno.json": `{"fmt": {}}`, "package.json": `{"scripts": {"start": "node index.js"}}`, "index.js": "require('http').createServer().listen(80)"}, "not by Deno"},
		{"sources of a package of Node's", files{"package.json": "{}", "src/main.ts": "Deno.serve(h)"}, ""},
		{"a library", files{"deno.json": `{"name": "@a/b", "version": "1.0.0", "exports": "./mod.ts"}`, "mod.ts": "export const x = Deno.args"}, "library"},
		{"a library that starts servers for others", files{"deno.json": `{"name": "@a/b", "version": "1.0.0", "exports": "./mod.ts"}`, "mod.ts": "export const start = (h) => Deno.serve(h)"}, "library"},
		{"functions of another host", files{"supabase/functions/hello/index.ts": "Deno.serve(h)"}, "another host"},
		{"tools alone", files{"deno.json": tasks(`"test": "deno test"`)}, "tools alone"},
		{"a task that runs no program", files{"deno.json": tasks(`"start": "vite"`)}, "tools alone"},
	} {
		found := scan(t, c.files)
		if len(found.Services) != 0 || !strings.Contains(fmt.Sprint(found.Notes), c.note) {
			t.Errorf("%s: %d services, %v", c.why, len(found.Services), found.Notes)
		}
	}
}

func TestSite(t *testing.T) {
	found := scan(t, files{
		"deno.json":  `{"imports": {"lume/": "https://deno.land/x/lume@v3.0.0/"}, "tasks": {"lume": "deno run -P=lume lume/cli.ts", "build": "deno task lume", "serve": "deno task lume -s"}}`,
		"_config.ts": "import lume from 'lume/mod.ts'\nexport default lume()",
	})
	if len(found.Services) != 1 || found.Services[0].Kind != detect.Static {
		t.Errorf("%v", found.Services)
	}
}

// TestDockerfile: a Dockerfile tells what is started and of which version, where no task
// or version file does.
func TestDockerfile(t *testing.T) {
	for _, c := range []struct {
		why   string
		files files
		want  string
	}{
		{"before a task that only watches", files{"deno.json": tasks(`"watch": "deno run --allow-net tools/w.ts"`), "tools/w.ts": "Deno.serve(h)", "src/go.ts": "Deno.serve({ port: 9 }, h)", "Dockerfile": "FROM denoland/deno:alpine-2.1.4\nCMD [\"run\", \"--allow-net\", \"src/go.ts\"]\n"}, "server deno run --cached-only --allow-net src/go.ts 2.1.4"},
		{"what starts others is kept running", files{"deno.json": tasks(`"test": "deno test"`), "main/all.ts": "new Deno.Command('x').spawn()", "Dockerfile": "FROM denoland/deno\nCMD [\"deno\", \"run\", \"-A\", \"main/all.ts\"]\n"}, "worker deno run --cached-only -A main/all.ts 2.9"},
		{"a task wins, and the version is an old one", files{"deno.json": tasks(`"start": "deno run -A main.ts"`), "main.ts": "Deno.serve(h)", "x.ts": "", "Dockerfile": "FROM denoland/deno:1.45.5\nCMD [\"run\", \"x.ts\"]\n"}, "server deno run --cached-only -A main.ts 1.45.5"},
		{"no version of Deno's", files{"deno.json": tasks(`"start": "deno run -A main.ts"`), "main.ts": "Deno.serve(h)", "Dockerfile": "FROM denoland/deno:latest\nCMD [\"task\", \"gone\"]\n"}, "server deno run --cached-only -A main.ts 2.9"},
	} {
		found := scan(t, c.files)
		if len(found.Services) != 1 {
			t.Errorf("%s: %d services: %v", c.why, len(found.Services), found.Notes)
			continue
		}
		s := found.Services[0]
		if got := fmt.Sprintf("%s %s %s", s.Kind, s.Start.V, s.Version.V); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

// A workspace's import map is for all members: what one of them imports is no need of another.
func TestWorkspaceNeeds(t *testing.T) {
	found := scan(t, files{
		"deno.json":   `{"workspace": ["./a", "./b"], "imports": {"redis": "npm:redis@5"}}`,
		"a/deno.json": tasks(`"start": "deno run --allow-net main.ts"`), "a/main.ts": "import 'redis'\nDeno.serve(h)",
		"b/deno.json": tasks(`"start": "deno run --allow-net main.ts"`), "b/main.ts": "Deno.serve(h)",
	})
	for _, s := range found.Services {
		if want := s.Dir.String() == "a"; want != (len(s.Needs) == 1) {
			t.Errorf("%s needs %v", s.Dir, s.Needs)
		}
	}
}

func TestRemote(t *testing.T) {
	for spec, want := range map[string]string{
		"npm:hono@^4.8.0": "hono", "npm:/stripe@13.5.0": "stripe", "npm:@scope/pkg@1/sub": "@scope/pkg", "jsr:@oak/oak@17": "@oak/oak",
		"https://deno.land/x/oak@v12/mod.ts": "oak", "https://deno.land/std@0.111.0/http/server.ts": "std", "https://esm.sh/preact@10.5.13": "preact",
		"https://esm.sh/@scope/pkg@1": "@scope/pkg", "./local.ts": "", "node:http": "", "npm:": "", "https://cdn.jsdelivr.net/gh/lumeland/lume@3/mod.ts": "lume",
	} {
		if got, _ := remote(spec); got != want {
			t.Errorf("%s: %q, want %q", spec, got, want)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(`{"tasks": {"start": "deno run -A main.ts"}, "workspace": ["a"], "imports": {"x": "npm:y"}}`, "Deno.serve({port: 1})", "#!/usr/bin/env -S deno run\n")
	f.Add(`{"tasks": {"start": {"command": 1}}, "lock": {}, "workspace": {}}`, "export default {", "listen(")
	f.Fuzz(func(t *testing.T, config, main, member string) {
		fsys := fstest.MapFS{"deno.json": {Data: []byte(config)}, "main.ts": {Data: []byte(main)}, "a/deno.json": {Data: []byte(config)}, "a/mod.ts": {Data: []byte(member)}, "b/server.ts": {Data: []byte(member)}}
		_, _ = detect.Scan(context.Background(), fsys, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}})
	})
}
