package node

import (
	"fmt"
	"strings"
	"testing"
)

func TestPort(t *testing.T) {
	for _, c := range []struct {
		why, source string
		more        files
		port        int
		env         string
	}{
		{"a literal", "app.listen(8081)", nil, 8081, ""},
		{"a variable with a default", "app.listen(process.env.PORT || 8081)", nil, 8081, "PORT"},
		{"of another name", "const port = Number(process.env.HTTP_PORT ?? '8082'); app.listen(port, () => {})", nil, 8082, "HTTP_PORT"},
		{"an object", "app.listen({ host: '0.0.0.0', port: +(process.env.PORT || 8083) })", nil, 8083, "PORT"},
		{"a server made by hand", "const s = require('http').createServer(app); s.listen(8084, '0.0.0.0')", nil, 8084, ""},
		{"a comment", "/* app.listen(1) */ app.listen(8085) // app.listen(2)", nil, 8085, ""},
		{"a string", "console.log('app.listen(1)'); app.listen(8086)", nil, 8086, ""},
		{"a module of settings", "const config = require('./config'); app.listen(config.server.port)", files{"config.js": "module.exports = { db: {}, server: { port: process.env.PORT || 8087 } }"}, 8087, "PORT"},
		{"another file listens", "require('./lib/http')(app)", files{"lib/http.js": "module.exports = (app) => app.listen(8088)"}, 8088, ""},
		{"a schema of variables", "const { env } = require('./env'); app.listen(env.PORT)", files{"env.js": "exports.env = z.object({ PORT: z.coerce.number().default(8089) }).parse(process.env)"}, 8089, "PORT"},
		{"an example file where the program has no default", "app.listen(process.env.PORT)", files{".env.example": "PORT=8090"}, 8090, "PORT"},
		{"no default at all", "app.listen(process.env.PORT)", nil, 3000, "PORT"},
		{"an event's listener is no server", "history.listen(1234); app.listen(8091)", nil, 8091, ""},
		{"Express's setting", "app.set('port', process.env.PORT || 8092); http.createServer(app).listen(app.get('port'))", nil, 8092, "PORT"},
		{"tests don't count", "app.listen(8093)", files{"test/a.test.js": "app.listen(1)", "b.spec.js": "app.listen(2)"}, 8093, ""},
	} {
		project := files{"package.json": manifestOf(`"start": "node a.js"`, "express"), "a.js": "const app = require('express')()\n" + c.source}
		for name, text := range c.more {
			project[name] = text
		}
		s := one(t, project)
		if int(s.Port.V) != c.port || s.PortEnv.String() != c.env {
			t.Errorf("%s: %q gives %d by %q, want %d by %q", c.why, c.source, s.Port.V, s.PortEnv, c.port, c.env)
		}
	}
}

func TestHost(t *testing.T) {
	for _, c := range []struct {
		why, source string
		set         string // what the image sets
		note        string // what a person is told
	}{
		{"all addresses", "app.listen(3000)", "", ""},
		{"the loopback address", "app.listen(3000, '127.0.0.1')", "", "listens on 127.0.0.1"},
		{"by name", "app.listen({ port: 3000, host: 'localhost' })", "", "listens on localhost"},
		{"a variable that decides", "app.listen(3000, process.env.BIND || 'localhost')", "BIND=0.0.0.0", ""},
		{"a variable without a default", "app.listen({ port: 3000, host: process.env.HOST })", "HOST=0.0.0.0", ""},
		{"a variable with a good one", "app.listen({ port: 3000, host: process.env.HOST || '0.0.0.0' })", "", ""},
		{"Fastify listens on localhost unless told otherwise", "const fastify = require('fastify')(); fastify.listen({ port: 3000 })", "", "Fastify listens on localhost"},
		{"and is told", "const fastify = require('fastify')(); fastify.listen({ port: 3000, host: '::' })", "", ""},
	} {
		s := one(t, files{"package.json": manifestOf(`"start": "node a.js"`, "express", "fastify"), "a.js": c.source})
		var set, notes []string
		for _, e := range s.SetEnv {
			if e.Name.String() != "NODE_ENV" {
				set = append(set, fmt.Sprintf("%s=%s", e.Name, e.Value))
			}
		}
		for _, n := range s.Notes {
			if strings.Contains(n.Text, "listens on") {
				notes = append(notes, n.Text)
			}
		}
		if got := strings.Join(set, " "); got != c.set {
			t.Errorf("%s: sets %q, want %q", c.why, got, c.set)
		}
		if got := strings.Join(notes, " "); c.note == "" && got != "" || !strings.Contains(got, c.note) {
			t.Errorf("%s: notes %q, want one about %q", c.why, got, c.note)
		}
	}
}

func TestHealth(t *testing.T) {
	const app = "const express = require('express'); const app = express(); app.listen(1);\n"
	for _, c := range []struct {
		why, source string
		more        files
		want        string
	}{
		{"a route", app + "app.get('/health', f)", nil, "/health"},
		{"the clearest of several", app + "app.get('/ping', f); app.get('/healthz', f)", nil, "/healthz"},
		{"a parameter makes it none", app + "app.get('/:id/health', f)", nil, ""},
		{"a route that changes something", app + "app.post('/health', f)", nil, ""},
		{"a comment", app + "// app.get('/health', f)", nil, ""},
		{"a router of this file", app + "const r = express.Router(); r.get('/health', f); app.use('/v1', r)", nil, "/v1/health"},
		{"a router of another", app + "app.use('/api', require('./routes'))", files{"routes.js": "const r = require('express').Router(); r.get('/health', f); module.exports = r"}, "/api/health"},
		{"two levels", app + "const api = require('./api'); app.use('/api', api)", files{"api.js": "const r = require('express').Router(); const h = require('./h'); r.use('/sys', h); module.exports = r", "h.js": "const r = require('express').Router(); r.get('/ping', f); module.exports = r"}, "/api/sys/ping"},
		{"a router that nothing mounts", app, files{"routes.js": "const r = require('express').Router(); r.get('/health', f)"}, ""},
		{"a method alone", app, nil, ""},
		{"a path that would end the line", app + "app.get('/health\\nRUN x', f)", nil, ""},
	} {
		project := files{"package.json": manifestOf(`"start": "node a.js"`, "express"), "a.js": c.source}
		for name, text := range c.more {
			project[name] = text
		}
		if got := one(t, project).Health.V.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestFileRoutes(t *testing.T) {
	for _, c := range []struct {
		why, file string
		deps      []string
		want      string
	}{
		{"the app router", "src/app/api/health/route.ts", []string{"next"}, "/api/health"},
		{"a group of routes", "app/(ops)/healthz/route.ts", []string{"next"}, "/healthz"},
		{"the pages router", "pages/api/health.ts", []string{"next"}, "/api/health"},
		{"a page is none", "pages/health.tsx", []string{"next"}, ""},
		{"Nuxt", "server/api/health.get.ts", []string{"nuxt"}, "/api/health"},
		{"Nuxt outside of api", "server/routes/healthz.ts", []string{"nuxt"}, "/healthz"},
		{"Remix", "app/routes/healthcheck.tsx", []string{"@remix-run/serve", "@remix-run/dev"}, "/healthcheck"},
		{"a nested route", "app/routes/resources/healthcheck.tsx", []string{"@react-router/serve", "@react-router/dev"}, "/resources/healthcheck"},
	} {
		s := one(t, files{"package.json": manifestOf(`"build": "x build"`, c.deps...), c.file: ""})
		if got := s.Health.V.String(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}
