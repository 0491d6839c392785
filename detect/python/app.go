package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// protocol is what a server has to speak to the application object.
type protocol int

const (
	noProtocol protocol = iota
	wsgi
	asgi
	own // the framework brings its server
)

// class is a class of applications.
type class struct {
	framework string
	protocol  protocol
}

// classes are the applications of the frameworks, by their full names.
var classes = map[string]class{
	"fastapi.FastAPI":                       {"fastapi", asgi},
	"fastapi.applications.FastAPI":          {"fastapi", asgi},
	"starlette.applications.Starlette":      {"starlette", asgi},
	"litestar.Litestar":                     {"litestar", asgi},
	"litestar.app.Litestar":                 {"litestar", asgi},
	"starlite.Starlite":                     {"litestar", asgi},
	"quart.Quart":                           {"quart", asgi},
	"blacksheep.Application":                {"blacksheep", asgi},
	"blacksheep.server.Application":         {"blacksheep", asgi},
	"falcon.asgi.App":                       {"falcon", asgi},
	"esmerald.Esmerald":                     {"esmerald", asgi},
	"robyn.Robyn":                           {"robyn", own},
	"flask.Flask":                           {"flask", wsgi},
	"flask.app.Flask":                       {"flask", wsgi},
	"apiflask.APIFlask":                     {"flask", wsgi},
	"flask_openapi3.OpenAPI":                {"flask", wsgi},
	"flask_api.FlaskAPI":                    {"flask", wsgi},
	"connexion.FlaskApp":                    {"connexion", wsgi},
	"connexion.AsyncApp":                    {"connexion", asgi},
	"falcon.App":                            {"falcon", wsgi},
	"falcon.API":                            {"falcon", wsgi},
	"bottle.Bottle":                         {"bottle", wsgi},
	"bottle.default_app":                    {"bottle", wsgi},
	"bottle.app":                            {"bottle", wsgi},
	"dash.Dash":                             {"dash", wsgi},
	"sanic.Sanic":                           {"sanic", own},
	"aiohttp.web.Application":               {"aiohttp", own},
	"tornado.web.Application":               {"tornado", own},
	"gradio.Blocks":                         {"gradio", own},
	"gradio.Interface":                      {"gradio", own},
	"gradio.ChatInterface":                  {"gradio", own},
	"gradio.TabbedInterface":                {"gradio", own},
	"django.core.wsgi.get_wsgi_application": {"django", wsgi},
	"django.core.asgi.get_asgi_application": {"django", asgi},
	"channels.routing.ProtocolTypeRouter":   {"django", asgi},
	"socketio.ASGIApp":                      {"socketio", asgi},
	"socketio.WSGIApp":                      {"socketio", wsgi},
}

// modulesOf are words without which a file can't make an application.
var modulesOf = []string{"fastapi", "starlette", "litestar", "starlite", "quart", "blacksheep", "falcon", "esmerald", "robyn", "flask", "connexion", "bottle", "dash", "sanic", "aiohttp", "tornado", "gradio", "django", "channels", "socketio"}

// app is an application object, or a function that makes one.
type app struct {
	class
	File   string // relative to the folder
	Root   string // where its module is looked up: "." or a folder like "src"
	Object string // "app"; "create_app()" of a factory
	Line   int
	outer  bool   // wraps another application of its module
	from   string // the file that it is imported from; "" for its own
	bare   bool   // a function of its module, which importing doesn't call, completes it
}

// Module is the name of the app's module.
func (a app) Module() string { return dotted(a.File, a.Root) }

// factory reports whether a function makes the application.
func (a app) factory() bool { return strings.HasSuffix(a.Object, "()") }

// ref is the application as servers take it: "pkg.mod:app".
func (a app) ref() string { return a.Module() + ":" + a.Object }

// findApps finds every application object of the program, the likeliest first.
func (c *code) findApps(words []string) []app {
	var out []app
	for _, f := range c.files {
		if !c.mentions(f, words...) && !entryName(f) {
			continue
		}
		out = append(out, c.appsIn(f)...)
	}
	for i := range out {
		out[i].bare = out[i].bare || out[i].from != "" && slices.ContainsFunc(out, func(a app) bool { return a.bare && a.File == out[i].from && a.Object == out[i].Object })
	}
	slices.SortStableFunc(out, func(a, b app) int { return rank(b) - rank(a) })
	return out
}

// entryNames are what people call the module that a server starts, the likeliest first.
var entryNames = []string{"asgi", "wsgi", "main", "app", "server", "application", "api", "web", "run", "index", "__init__", "webapp", "backend", "start", "factory", "__main__"}

func entryName(file string) bool {
	base := strings.TrimSuffix(path.Base(file), ".py")
	return slices.Contains(entryNames[:9], base) && strings.Count(file, "/") <= 2
}

func rank(a app) int {
	base := strings.TrimSuffix(path.Base(a.File), ".py")
	n := 0
	if i := slices.Index(entryNames, base); i >= 0 {
		n += 40 - i
	}
	if i := slices.Index([]string{"app", "application", "api", "server", "create_app()", "make_app()", "get_app()", "main()"}, a.Object); i >= 0 {
		n += 10 - i
	}
	depth := strings.Count(strings.TrimPrefix(a.File, "src/"), "/")
	if base == "__init__" {
		depth--
	}
	n -= 30 * depth
	if a.factory() {
		n -= 25
	}
	if a.outer {
		n += 20
	}
	if a.bare {
		n -= 40
	}
	return n
}

// appsIn finds the application objects of one file.
func (c *code) appsIn(file string) []app {
	m := c.module(file)
	if m == nil {
		return nil
	}
	root := c.importRoot(file)
	seen := map[string]bool{}
	var out []app
	add := func(object string, k class, line int) {
		if k.protocol != noProtocol && !seen[object] && !strings.HasPrefix(object, "_") {
			seen[object] = true
			out = append(out, app{class: k, File: file, Root: root, Object: object, Line: line})
		}
	}
	for s := range source.Now(m.Body) {
		switch s.Kind {
		case source.Assign:
			for _, t := range s.Targets {
				if t.Kind == source.Name && s.Value != nil {
					k := c.classOf(file, root, s.Value, 0)
					inner, wraps := wrapped(s.Value, out)
					if wraps = wraps && k.framework != "dash"; wraps && k.protocol != noProtocol { // Dash(server=server) is put into it
						k = inner
					}
					add(t.Text, k, s.Line)
					if n := len(out); wraps && n > 0 && out[n-1].Object == t.Text {
						out[n-1].outer = true
					}
				}
			}
		case source.Block: // with gr.Blocks() as demo:
			if s.Value != nil {
				for i, x := range s.Value.Elts {
					if k := c.classOf(file, root, x, 0); k.protocol != noProtocol && i+1 < len(s.Value.Elts) && s.Value.Elts[i+1].Kind == source.Name {
						add(s.Value.Elts[i+1].Text, k, s.Line)
					}
				}
			}
		case source.Def:
			if k := c.returns(file, root, s, 0); k.protocol != noProtocol && takesNothing(s) {
				add(s.Name+"()", k, s.Line)
			}
		}
	}
	c.completed(m, out)
	// What another module made, imported under the name that servers look for.
	if base := strings.TrimSuffix(path.Base(file), ".py"); slices.Contains(entryNames[:9], base) {
		for _, i := range m.Imports() {
			for _, n := range i.Names {
				if n != "app" && n != "application" && n != "api" || seen[n] {
					continue
				}
				if f := c.resolve(file, root, i.Module, i.Level); f != "" && f != file {
					add(n, c.valueIn(f, root, n, 1), i.Line)
					if k := len(out); k > 0 && out[k-1].Object == n {
						out[k-1].from = f
					}
				}
			}
		}
	}
	return out
}

func takesNothing(s *source.Stmt) bool {
	return !slices.ContainsFunc(s.Params, func(p *source.Param) bool { return p.Required })
}

// maxHops bounds how far a name is followed through modules and functions.
const maxHops = 8

// maxValues is how many of a name's values are followed, the last ones: each may lead to
// as many again.
const maxValues = 8

// classOf returns what class of application an expression makes: a call of the
// class itself, of a subclass, of a function that returns one, of a wrapper around one.
func (c *code) classOf(file, root string, e *source.Expr, hops int) class {
	m := c.module(file)
	if m == nil || e == nil || hops > maxHops {
		return class{}
	}
	switch e.Kind {
	case source.Name:
		return c.valueIn(file, root, e.Text, hops+1)
	case source.Attr: // dash's app.server
		if k := c.classOf(file, root, e.X, hops+1); k.framework == "dash" && e.Text == "server" || k.framework == "connexion" && e.Text == "app" {
			return k
		}
	case source.Call:
		full := m.Callee(e)
		if k, ok := classes[full]; ok {
			return k
		}
		if e.X.Kind == source.Attr && e.X.Text == "queue" { // gradio's demo.queue()
			return c.classOf(file, root, e.X.X, hops+1)
		}
		if k := c.called(file, root, e.X, hops+1); k.protocol != noProtocol {
			return k
		}
		for i, a := range e.Args { // ProxyFix(app), CORSMiddleware(app, ...)
			if i == 0 || a.Name == "app" || a.Name == "wsgi_app" || a.Name == "other_asgi_app" {
				if k := c.classOf(file, root, a.Value, hops+1); k.protocol != noProtocol && looksLikeWrapper(full) {
					return k
				}
			}
		}
	}
	return class{}
}

// valueIn returns the class of what a module-level name of a file holds.
func (c *code) valueIn(file, root, name string, hops int) class {
	m := c.module(file)
	if m == nil || hops > maxHops {
		return class{}
	}
	values := m.Values(name)
	for _, v := range slices.Backward(values[max(0, len(values)-maxValues):]) {
		if v.Is(name) {
			continue
		}
		if k := c.classOf(file, root, v, hops+1); k.protocol != noProtocol {
			return k
		}
	}
	for _, i := range m.Imports() {
		if slices.Contains(i.Names, name) {
			if f := c.resolve(file, root, i.Module, i.Level); f != "" && f != file {
				return c.valueIn(f, root, name, hops+1)
			}
		}
	}
	return class{}
}

// called returns the class of what calling a name gives: a function's result, or an
// instance of a class of the project.
func (c *code) called(file, root string, fn *source.Expr, hops int) class {
	m := c.module(file)
	if m == nil || hops > maxHops {
		return class{}
	}
	var name string
	switch fn.Kind {
	case source.Name:
		name = fn.Text
	case source.Attr: // factory.create_app()
		if fn.X.Kind != source.Name {
			return class{}
		}
		for _, i := range m.Imports() {
			target := ""
			if slices.Contains(i.Names, fn.X.Text) {
				target = strings.TrimPrefix(i.Module+"."+fn.X.Text, ".")
			} else if len(i.Names) == 0 && i.Module == fn.X.Text {
				target = i.Module
			}
			if target != "" {
				if f := c.resolve(file, root, target, i.Level); f != "" {
					return c.calledIn(f, root, fn.Text, hops+1)
				}
			}
		}
		return class{}
	default:
		return class{}
	}
	return c.calledIn(file, root, name, hops)
}

func (c *code) calledIn(file, root, name string, hops int) class {
	m := c.module(file)
	if m == nil || hops > maxHops {
		return class{}
	}
	switch s := m.Defined(name); {
	case s == nil:
	case s.Kind == source.Def:
		return c.returns(file, root, s, hops+1)
	default:
		for _, b := range s.Bases {
			if k, ok := classes[m.Resolve(b.Value)]; ok {
				return k
			}
		}
		return class{}
	}
	for _, i := range m.Imports() {
		if slices.Contains(i.Names, name) {
			if f := c.resolve(file, root, i.Module, i.Level); f != "" && f != file {
				return c.calledIn(f, root, name, hops+1)
			}
		}
	}
	return class{}
}

// returns gives the class of what a function returns.
func (c *code) returns(file, root string, def *source.Stmt, hops int) class {
	if hops > maxHops {
		return class{}
	}
	m, local := c.module(file), map[string]class{}
	if m == nil {
		return class{}
	}
	for s := range source.Now(def.Body) {
		switch {
		case s.Kind == source.Assign && s.Value != nil:
			for _, t := range s.Targets {
				if t.Kind != source.Name {
					continue
				}
				if k := c.classOf(file, root, s.Value, hops+1); k.protocol != noProtocol {
					local[t.Text] = k
				}
			}
		case s.Kind == source.Return && s.Value != nil:
			if s.Value.Kind == source.Name {
				if k, ok := local[s.Value.Text]; ok {
					return k
				}
				if completes(def, s.Value.Text) {
					if k := c.valueIn(file, root, s.Value.Text, hops+1); k.protocol != noProtocol {
						return k
					}
				}
				continue
			}
			if s.Value.Kind == source.Call {
				if k := c.classOf(file, root, s.Value, hops+1); k.protocol != noProtocol {
					return k
				}
				if name := m.Callee(s.Value); isClass(name) && !looksLikeWrapper(name) {
					continue // return Migrate(app)
				}
				for _, a := range s.Value.Args {
					if a.Value.Kind == source.Name && local[a.Value.Text].protocol != noProtocol {
						return local[a.Value.Text]
					}
				}
			}
		}
	}
	return class{}
}

// where is the evidence for an application.
func (a app) where(d *detect.Dir) detect.Note {
	if a.factory() {
		return d.Note(a.File, a.Line, "def %s makes the %s application", strings.TrimSuffix(a.Object, "()"), a.framework)
	}
	return d.Note(a.File, a.Line, "%s is the %s application", a.Object, a.framework)
}
