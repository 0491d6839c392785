package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// healthPaths are paths that say by their last part that the service is well, the
// plainest first.
var healthPaths = []string{"healthz", "health", "livez", "live", "liveness", "ping", "status", "alive", "healthcheck", "health-check", "health_check", "heartbeat", "_health", "up", "readyz", "ready", "ht"}

func healthRank(p string) int {
	last := path.Base(strings.TrimSuffix(p, "/"))
	return slices.Index(healthPaths, last)
}

// route is a path of the application that answers GET.
type route struct {
	path string
	note detect.Note
}

// best returns the route that tells best of health; false where none does.
func best(routes []route) (route, bool) {
	var out route
	rank := -1
	for _, r := range routes {
		n := healthRank(r.path)
		if n < 0 || strings.ContainsAny(r.path, "{}<>:*$ ") || !strings.HasPrefix(r.path, "/") {
			continue
		}
		better := rank < 0 || strings.Count(r.path, "/") < strings.Count(out.path, "/") || strings.Count(r.path, "/") == strings.Count(out.path, "/") && n < rank
		if better {
			out, rank = r, n
		}
	}
	return out, rank >= 0
}

// routers are the classes of groups of routes, with the argument that holds their prefix.
var routers = map[string]string{
	"fastapi.APIRouter": "prefix", "fastapi.routing.APIRouter": "prefix", "flask.Blueprint": "url_prefix", "apiflask.APIBlueprint": "url_prefix", "quart.Blueprint": "url_prefix", "sanic.Blueprint": "url_prefix",
}

// health finds a path of the application that says it is well: a route of its own, or one
// of a router that it includes, with all prefixes.
func (in *inspection) health(a app) (string, detect.Note) {
	w := &routeWalk{c: in.c, root: a.Root, seen: map[string]bool{}}
	files := in.c.reachable(a.File, a.Root, maxReach)
	w.files = files
	object := strings.TrimSuffix(a.Object, "()")
	if a.factory() {
		object = ""
	}
	w.visit(a.File, object, "", 0)
	if a.framework == "litestar" {
		w.handlers()
	}
	if r, ok := best(w.routes); ok {
		return r.path, r.note
	}
	return "", detect.Note{}
}

// handlers collects Litestar's, which are functions on their own; those in a controller
// lie below its path and are passed over.
func (w *routeWalk) handlers() {
	for _, f := range w.files {
		m := w.c.module(f)
		if m == nil {
			continue
		}
		for s := range source.Now(m.Body) {
			for _, d := range s.Decorators {
				if s.Kind == source.Def && m.Callee(d) == "litestar.get" {
					w.add(f, d, "")
				}
			}
		}
	}
}

type routeWalk struct {
	c      *code
	root   string
	files  []string
	routes []route
	seen   map[string]bool
}

// maxRouters bounds how deep routers include one another.
const maxRouters = 6

// visit collects the routes of an object of a file, an application or a router, below a
// prefix. Without a name it is whatever application a function of the file makes.
func (w *routeWalk) visit(file, object, prefix string, depth int) {
	key := file + "\x00" + object + "\x00" + prefix
	m := w.c.module(file)
	if m == nil || depth > maxRouters || w.seen[key] {
		return
	}
	w.seen[key] = true
	if object != "" {
		prefix += routerPrefix(m, object)
	}
	mine := func(e *source.Expr) bool {
		return e != nil && e.Kind == source.Name && (e.Text == object || object == "" && (e.Text == "app" || e.Text == "application" || e.Text == "api"))
	}
	// The object is often decorated in the modules that import it.
	for _, f := range w.files {
		fm := w.c.module(f)
		if fm == nil || f != file && !importsName(fm, object) {
			continue
		}
		for s := range source.All(fm.Body) {
			for _, d := range s.Decorators {
				if d.Kind != source.Call || d.X.Kind != source.Attr || !mine(d.X.X) {
					continue
				}
				switch d.X.Text {
				case "get", "route", "api_route":
					w.add(f, d, prefix)
				}
			}
		}
	}
	for e := range source.Calls(m.Body) {
		if e.X.Kind != source.Attr || !mine(e.X.X) {
			continue
		}
		switch e.X.Text {
		case "include_router", "register_blueprint", "blueprint":
			p, _ := e.Arg("prefix", -1).String()
			if q, ok := e.Arg("url_prefix", -1).String(); ok {
				p = q
			}
			if x := e.Arg("prefix", -1); p == "" && x != nil {
				p = settingText(w.c, m, x)
			}
			w.follow(file, m, e.Arg("router", 0), prefix+p, depth+1)
		case "add_url_rule", "add_api_route", "add_route", "add_get":
			w.add(file, e, prefix)
		}
	}
}

// settingText is what an attribute of settings holds by default: settings.API_V1_STR.
func settingText(c *code, m *source.Module, x *source.Expr) string {
	return c.setting(m, x).Text
}

func (w *routeWalk) add(file string, call *source.Expr, prefix string) {
	p, ok := call.Arg("path", 0).String()
	if !ok {
		p, ok = call.Arg("rule", 0).String()
	}
	if methods := call.Arg("methods", -1); ok && methods != nil && !slices.Contains(methods.Strings(), "GET") {
		return
	}
	if ok {
		w.routes = append(w.routes, route{strings.ReplaceAll(prefix+p, "//", "/"), w.c.d.Note(file, call.Line, "route %s", prefix+p)})
	}
}

// follow visits a router that is named in a file: its own, or one of a module that it imports.
func (w *routeWalk) follow(file string, m *source.Module, e *source.Expr, prefix string, depth int) {
	if e == nil {
		return
	}
	switch e.Kind {
	case source.Name:
		for _, i := range m.Imports() {
			for _, n := range i.Names {
				if m.Resolve(e) == strings.Repeat(".", i.Level)+i.Module+"."+n {
					if f := w.c.resolve(file, w.root, i.Module, i.Level); f != "" {
						w.visit(f, n, prefix, depth)
						return
					}
				}
			}
		}
		w.visit(file, e.Text, prefix, depth)
	case source.Attr: // users.router
		if e.X.Kind != source.Name {
			return
		}
		for _, i := range m.Imports() {
			for _, n := range i.Names {
				if m.Resolve(e.X) == strings.Repeat(".", i.Level)+i.Module+"."+n {
					sub := n
					if i.Module != "" {
						sub = i.Module + "." + n
					}
					if f := w.c.resolve(file, w.root, sub, i.Level); f != "" {
						w.visit(f, e.Text, prefix, depth)
					}
				}
			}
		}
	}
}

func importsName(m *source.Module, name string) bool {
	return name != "" && slices.ContainsFunc(m.Imports(), func(i source.Imported) bool { return slices.Contains(i.Names, name) })
}

// routerPrefix is the prefix that a router's own constructor gives it.
func routerPrefix(m *source.Module, object string) string {
	v := m.Value(object)
	if arg, ok := routers[m.Callee(v)]; ok {
		p, _ := v.Arg(arg, -1).String()
		return p
	}
	return ""
}

// djangoHealth finds a health check among a Django project's URLs. It is none where
// ALLOWED_HOSTS would refuse the request, for then any answer has to count.
func (in *inspection) djangoHealth() (string, detect.Note) {
	g := in.django
	if !g.answersLocally() {
		return "", detect.Note{}
	}
	s, ok := g.get("ROOT_URLCONF")
	if !ok {
		return "", detect.Note{}
	}
	module := evaluate(s.m, s.expr).Text
	var routes []route
	in.urls(module, "/", 0, &routes)
	if r, ok := best(routes); ok {
		return r.path, r.note
	}
	return "", detect.Note{}
}

// urls collects the literal paths of a URL configuration and of those that it includes.
func (in *inspection) urls(module, prefix string, depth int, out *[]route) {
	file := in.c.resolve("", in.django.Dir, module, 0)
	m := in.c.module(file)
	if file == "" || m == nil || depth > maxRouters {
		return
	}
	for e := range source.Calls(m.Body) {
		full := m.Callee(e)
		if full != "django.urls.path" && full != "django.urls.re_path" && full != "django.conf.urls.url" && full != "django.urls.conf.path" {
			continue
		}
		p, ok := e.Arg("route", 0).String()
		if !ok {
			continue
		}
		p = strings.TrimSuffix(strings.TrimPrefix(p, "^"), "$")
		view := e.Arg("view", 1)
		if m.Callee(view) == "django.urls.include" || m.Callee(view) == "django.conf.urls.include" {
			target, ok := view.Arg("arg", 0).String()
			switch {
			case ok && target == "health_check.urls":
				*out = append(*out, route{prefix + p, in.d.Note(file, e.Line, "%s (django-health-check)", p)})
			case ok:
				in.urls(target, prefix+p, depth+1, out)
			}
			continue
		}
		*out = append(*out, route{prefix + p, in.d.Note(file, e.Line, "path %s", prefix+p)})
	}
}
