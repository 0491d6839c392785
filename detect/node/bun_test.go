package node

import (
	"strings"
	"testing"

	"dockgen/detect"
)

func TestRuntime(t *testing.T) {
	const lock = `{"lockfileVersion": 1, "packages": {}}`
	const serve = "Bun.serve({ fetch() { return new Response('x') } })"
	for _, c := range []struct {
		why            string
		files          files
		language, want string
		port           int
	}{
		{"the script names Bun", files{"package.json": manifestOf(`"start": "bun run --hot src/a.ts"`), "src/a.ts": serve}, "bun", "bun src/a.ts", 3000},
		{"the port is a flag", files{"package.json": manifestOf(`"start": "bun --port 8080 --smol a.ts --quiet"`), "a.ts": serve}, "bun", "bun --smol a.ts --quiet", 8080},
		{"the script names Node", files{"package.json": manifestOf(`"start": "node a.js"`, "express"), "a.js": listens, "bun.lock": lock}, "node", "node a.js", 3000},
		{"a script that Bun calls is Node's all the same", files{"package.json": manifestOf(`"start": "bun run it", "it": "node a.js"`, "express"), "a.js": listens, "bun.lock": lock}, "node", "node a.js", 3000},
		{"but not with the flag", files{"package.json": manifestOf(`"start": "bun --bun run it", "it": "node a.js"`, "express"), "a.js": listens, "bun.lock": lock}, "bun", "bun a.js", 3000},
		{"the sources call Bun's interface", files{"package.json": manifestOf(``), "server.ts": serve}, "bun", "bun server.ts", 3000},
		{"or import it", files{"package.json": manifestOf(``, "express"), "index.js": "import { Database } from 'bun:sqlite'\n" + listens}, "bun", "bun index.js", 3000},
		{"a name that only ends so is another's", files{"package.json": manifestOf(``, "express"), "index.js": "x.Bun.y\n" + listens}, "node", "node index.js", 3000},
		{"a default export serves where Bun is at home", files{"package.json": manifestOf(``, "hono"), "bun.lock": lock, "src/index.ts": "import { Hono } from 'hono'\nconst app = new Hono()\nexport default app\n"}, "bun", "bun src/index.ts", 3000},
		{"an object with an asynchronous handler", files{"package.json": manifestOf(``, "hono"), "bun.lock": lock, "src/index.ts": "export default { port: 5000, async fetch(r) { return new Response('') } } satisfies Serve\n"}, "bun", "bun src/index.ts", 5000},
		{"Elysia runs on Node with its adapter", files{"package.json": manifestOf(`"start": "node index.js"`, "elysia", "@elysiajs/node"), "index.js": "import { Elysia } from 'elysia'\nimport { node } from '@elysiajs/node'\nnew Elysia({ adapter: node() }).listen(3000)"}, "node", "node index.js", 3000},
		{"what Bun bundles runs out of the bundle", files{"package.json": manifestOf(`"start": "bun dist/main.js", "build": "bun build src/main.ts --outdir dist --target bun"`), "src/main.ts": serve}, "bun", "bun dist/main.js", 3000},
	} {
		found := scan(t, c.files)
		if len(found.Services) != 1 {
			t.Errorf("%s: %d services: %v", c.why, len(found.Services), found.Notes)
			continue
		}
		s := found.Services[0]
		if s.Language != c.language || s.Start.V.String() != c.want || int(s.Port.V) != c.port {
			t.Errorf("%s: %s %q on %d, want %s %q on %d", c.why, s.Language, s.Start.V, s.Port.V, c.language, c.want, c.port)
		}
		if (s.Images == "bun") != (c.language == "bun") {
			t.Errorf("%s: the images are %q", c.why, s.Images)
		}
	}
}

func TestNotBun(t *testing.T) {
	// Cloudflare's workers export a handler too, and no container runs them.
	project := files{
		"package.json": manifestOf(`"dev": "wrangler dev"`, "hono", "wrangler"), "wrangler.toml": "name = 'x'\n",
		"bun.lock": `{"packages": {}}`, "src/index.ts": "import { Hono } from 'hono'\nexport default new Hono()\n",
	}
	if found := scan(t, project); len(found.Services) != 0 {
		t.Errorf("found %v", found.Services[0].Start.V)
	}
}

func TestBunVersion(t *testing.T) {
	for _, c := range []struct{ file, text, field, want string }{
		{".bun-version", "1.2.4\n", `"x": 1`, "1.2.4"},
		{".tool-versions", "bun 1.1.0\n", `"x": 1`, "1.1.0"},
		{"x", "", `"packageManager": "bun@1.3.1"`, "1.3.1"},
		{"x", "", `"engines": {"bun": "~1.3.0"}`, "1.3"},
		{"x", "", `"engines": {"bun": ">=1.1"}`, "1"},
		{"x", "", `"x": 1`, "1"},
	} {
		s := one(t, files{c.file: c.text, "package.json": `{` + c.field + `, "scripts": {"start": "bun a.ts"}}`, "a.ts": "Bun.serve({port: 1024})"})
		if s.Version.V.String() != c.want {
			t.Errorf("%s %s%s: %s, want %s", c.file, c.text, c.field, s.Version.V, c.want)
		}
	}
}

func TestBunNeeds(t *testing.T) {
	s := one(t, files{"package.json": manifestOf(`"start": "bun a.ts"`), "a.ts": "import { sql } from 'bun'\nBun.serve({ fetch: () => sql`select 1` })"})
	var got []string
	for _, n := range s.Needs {
		got = append(got, n.Name)
	}
	if strings.Join(got, " ") != "postgres" || s.Kind != detect.Server {
		t.Errorf("%s needs %v", s.Kind, got)
	}
}
