package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// healthNames are the last words of a path that answers whether the service is
// well, the clearest first.
var healthNames = []string{"healthz", "health", "healthcheck", "health-check", "health_check", "_health", "livez", "live", "liveness", "heartbeat", "ping", "up"}

// findHealth looks for a route that tells the service's health: in the files
// that a framework makes routes of, then in the calls that make them.
func (p *project) findHealth(svc *detect.Service, fw *framework, files []*javascript.File) {
	best := len(healthNames)
	take := func(route string, why detect.Note) {
		rank := slices.Index(healthNames, strings.ToLower(path.Base(route)))
		if rank < 0 || rank >= best || strings.ContainsAny(route, ":*[$") {
			return
		}
		u, err := safe.NewURLPath(route)
		if err != nil {
			return
		}
		best = rank
		svc.Health = detect.Found(u, why)
	}
	for _, r := range p.fileRoutes(fw.name) {
		take(r.route, p.Note(r.file, 0, "answers %s", r.route))
	}
	for _, r := range p.callRoutes(files) {
		take(r.route, p.Note(r.file, r.line, "answers %s", r.route))
	}
	if fw.health != "" && !svc.Health.IsSet() {
		take(fw.health, p.frameworkNote(fw))
	}
}

type route struct {
	route, file string
	line        int
}

// fileRoutes are the routes that the names of files make.
func (p *project) fileRoutes(framework string) []route {
	var out []route
	add := func(file, name string) {
		var parts []string
		for _, part := range strings.Split(name, "/") {
			if strings.HasPrefix(part, "(") && strings.HasSuffix(part, ")") || part == "index" || part == "." {
				continue
			}
			parts = append(parts, part)
		}
		out = append(out, route{"/" + strings.Join(parts, "/"), file, 0})
	}
	folders := map[string][]string{
		"Next.js": {"app", "src/app", "pages", "src/pages"}, "Remix": {"app/routes"}, "React Router": {"app/routes"},
		"SvelteKit": {"src/routes"}, "Nuxt": {"server/api", "server/routes"}, "Astro": {"src/pages"},
	}[framework]
	for _, folder := range folders {
		for name := range p.Sub(folder).Files("*.ts", "*.js", "*.tsx", "*.jsx", "*.mjs") {
			file := path.Join(folder, name)
			bare := strings.TrimSuffix(name, path.Ext(name))
			switch framework {
			case "Next.js":
				if strings.HasSuffix(folder, "app") {
					if path.Base(bare) == "route" && p.answersGET(file) {
						add(file, path.Dir(bare))
					}
				} else if strings.HasPrefix(bare, "api/") {
					add(file, bare)
				}
			case "Remix", "React Router":
				if !strings.Contains(bare, "$") && !strings.HasPrefix(bare, "_") {
					bare = strings.TrimSuffix(strings.TrimSuffix(bare, "/route"), "/index")
					add(file, strings.NewReplacer("[.]", ".", "+/", "/", ".", "/").Replace(strings.TrimPrefix(bare, "_")))
				}
			case "SvelteKit":
				if path.Base(bare) == "+server" && p.answersGET(file) {
					add(file, path.Dir(bare))
				}
			case "Nuxt":
				bare = strings.TrimSuffix(bare, ".get")
				if strings.HasSuffix(folder, "api") {
					bare = "api/" + bare
				}
				add(file, bare)
			case "Astro":
				add(file, strings.TrimSuffix(bare, ".json"))
			}
		}
	}
	return out
}

// answersGET reports whether a file of handlers, one a method, has one for GET; it may get
// them from elsewhere.
func (p *project) answersGET(file string) bool {
	f := p.load(file)
	if f == nil {
		return true
	}
	exported := f.Exported()
	if _, ok := exported["GET"]; ok {
		return true
	}
	return !slices.ContainsFunc([]string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, func(m string) bool { _, ok := exported[m]; return ok })
}

// routeMethods are the names of calls that answer a GET.
var routeMethods = []string{"get", "all", "route", "head"}

// callRoutes are the routes that the program makes by calls, with the prefixes
// under which their routers are mounted.
func (p *project) callRoutes(files []*javascript.File) []route {
	mounts := p.mounts(files)
	var out []route
	for _, f := range files {
		for _, c := range f.Calls(f.Whole()) {
			if len(c.Args) == 0 {
				continue
			}
			if c.Name() == "Controller" && len(c.Callee) == 1 { // NestJS
				name := f.Text(c.Args[0])
				if name != "" && f.MakesRoute(c) {
					out = append(out, route{path.Join("/", p.globalPrefix(files), name), f.Path, c.Line})
				}
				continue
			}
			at := f.Text(c.Args[0])
			if props, ok := f.Object(c.Args[0]); ok && c.Name() == "route" { // Fastify, hapi
				for _, x := range props {
					if x.Key == "url" || x.Key == "path" {
						at = f.Text(x.Value)
					}
				}
			}
			if !strings.HasPrefix(at, "/") || len(c.Callee) < 2 || !slices.Contains(routeMethods, c.Name()) && !(c.Name() == "use" && len(c.Args) > 1 && f.IsFunction(c.Args[1])) {
				continue
			}
			if prefix, ok := p.prefixOf(f, c, mounts); ok {
				out = append(out, route{path.Join("/", prefix, at), f.Path, c.Line})
			}
		}
	}
	return out
}

// mount is a router of another file under a prefix.
type mount struct {
	prefix string
	file   *javascript.File // that mounts it
	on     string           // the variable that it is mounted on
}

// mounts finds app.use("/api", router), app.register(plugin, { prefix: "/api" }).
func (p *project) mounts(files []*javascript.File) map[string]mount {
	out := map[string]mount{}
	for _, f := range files {
		names := map[string]string{}
		for _, imp := range f.Imports() {
			if target := p.program.Resolve(f.Path, imp.Path); target != "" {
				for local := range imp.Names {
					names[local] = target
				}
			}
		}
		for _, c := range f.Calls(f.Whole()) {
			if n := c.Name(); len(c.Callee) < 2 || n != "use" && n != "register" && n != "route" && n != "mount" {
				continue
			}
			prefix := ""
			var targets []string
			for _, a := range c.Args {
				if v, ok := f.Key(a, "prefix"); ok {
					prefix = f.Text(v)
				} else if s := f.Text(a); strings.HasPrefix(s, "/") {
					prefix = s
				} else {
					targets = append(targets, f.Words(a)...)
					for _, s := range f.Strings(a) { // app.use("/api", require("./routes"))
						if t := p.program.Resolve(f.Path, s); t != "" {
							out[t] = mount{prefix, f, c.Callee[0]}
						}
					}
				}
			}
			for _, t := range targets {
				at, ok := names[t]
				if !ok && t != c.Callee[0] && f.MadeBy(t) != "" { // a router of this file
					at, ok = f.Path+"#"+t, true
				}
				if _, known := out[at]; ok && !known {
					out[at] = mount{prefix, f, c.Callee[0]}
				}
			}
		}
	}
	return out
}

// servers are what makes a variable the application itself.
var servers = []string{"express", "fastify", "Fastify", "Hono", "OpenAPIHono", "polka", "restify", "createServer", "server", "Elysia", "Koa", "restana", "createApp"}

// prefix is the path under which the routes of a variable are reached; false
// where it is not known.
func (p *project) prefix(f *javascript.File, variable string, mounts map[string]mount, depth int) (string, bool) {
	if depth > 6 {
		return "", false
	}
	if m, ok := mounts[f.Path+"#"+variable]; ok {
		outer, ok := p.prefix(m.file, m.on, mounts, depth+1)
		return path.Join(outer, m.prefix), ok
	}
	if maker := f.MadeBy(variable); slices.Contains(servers, maker) {
		if m, ok := mounts[f.Path]; ok && maker != "express" { // Hono's routers are applications, too
			outer, ok := p.prefix(m.file, m.on, mounts, depth+1)
			return path.Join(outer, m.prefix), ok
		}
		return "", true
	}
	if m, ok := mounts[f.Path]; ok {
		outer, ok := p.prefix(m.file, m.on, mounts, depth+1)
		return path.Join(outer, m.prefix), ok
	}
	// A function that gets the application: function routes(app) { app.get(...) }
	return "", variable == "app" || variable == "server"
}

// prefixOf is the path under which the routes of what a call is made on are
// reached: a variable, or what a chain of calls begins with.
func (p *project) prefixOf(f *javascript.File, c javascript.Call, mounts map[string]mount) (string, bool) {
	if c.Callee[0] != "" {
		return p.prefix(f, c.Callee[0], mounts, 0)
	}
	first := f.First(c)
	own := ""
	if len(first.Args) > 0 {
		if at, ok := f.Key(first.Args[0], "prefix"); ok {
			own = f.Text(at)
		}
	}
	switch {
	case !slices.Contains(servers, first.Name()):
		prefix, ok := p.prefix(f, first.Callee[0], mounts, 0)
		return path.Join(prefix, own), ok
	case mounts[f.Path].file != nil && mounts[f.Path].file != f:
		m := mounts[f.Path]
		outer, ok := p.prefix(m.file, m.on, mounts, 1)
		return path.Join(outer, m.prefix, own), ok || m.on == ""
	}
	return own, true
}

// globalPrefix is NestJS's app.setGlobalPrefix("api"), unless it leaves health out.
func (p *project) globalPrefix(files []*javascript.File) string {
	for _, f := range files {
		for _, c := range f.Calls(f.Whole()) {
			if c.Name() == "setGlobalPrefix" && len(c.Args) > 0 {
				if len(c.Args) > 1 && slices.ContainsFunc(f.Strings(c.Args[1]), func(s string) bool { return slices.Contains(healthNames, path.Base(s)) }) {
					return ""
				}
				return p.program.Value(f, c.Args[0]).Text
			}
		}
	}
	return ""
}
