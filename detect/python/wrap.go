package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/python/source"
)

// wrapped returns the class of the application among those of a module that a call is
// given, as in socketio.ASGIApp(sio, app).
func wrapped(e *source.Expr, apps []app) (class, bool) {
	if e.Kind != source.Call {
		return class{}, false
	}
	for _, a := range e.Args {
		for _, x := range apps {
			if a.Value.Is(x.Object) {
				return x.class, true
			}
		}
	}
	return class{}, false
}

// looksLikeWrapper reports whether a call of that name gives back an application that
// serves the one which it was given: middleware, and adapters between the protocols. The
// extensions of Flask are given the application as well, and serve nothing:
// db = SQLAlchemy(app), CORS(app).
func looksLikeWrapper(full string) bool {
	last := full[strings.LastIndexByte(full, '.')+1:]
	lower := strings.ToLower(last)
	switch {
	case strings.HasSuffix(lower, "client"), lower == "": // TestClient of ASGI
		return false
	case strings.Contains(lower, "asgi"), strings.Contains(lower, "wsgi"), strings.Contains(lower, "middleware"), strings.Contains(lower, "proxied"):
		return true
	}
	return slices.Contains([]string{"ProxyFix", "WhiteNoise", "mount_gradio_app"}, last)
}

// isClass reports whether a name is one of a class, as people write them.
func isClass(full string) bool {
	last := full[strings.LastIndexByte(full, '.')+1:]
	return last != "" && last[0] >= 'A' && last[0] <= 'Z'
}

// completes reports whether a function works on the module's object of that name, and
// so does more than return it.
func completes(def *source.Stmt, name string) bool {
	for e := range source.Calls(def.Body) {
		if e.X.Kind == source.Attr && e.X.X.Is(name) || slices.ContainsFunc(e.Args, func(a source.Arg) bool { return a.Value.Is(name) }) {
			return true
		}
	}
	return false
}

// completed marks the applications of a module that are nothing before a function of it
// was called: app = Flask(__name__), and create_app() registers the routes.
func (c *code) completed(m *source.Module, apps []app) {
	for s := range source.Now(m.Body) {
		if s.Kind != source.Def || !takesNothing(s) || !slices.ContainsFunc(apps, func(a app) bool { return a.Object == s.Name+"()" }) {
			continue
		}
		called := false
		for e := range source.Calls(m.Body) {
			called = called || e.X.Is(s.Name)
		}
		for x := range source.Now(s.Body) {
			if x.Kind != source.Return || x.Value == nil || called {
				continue
			}
			for i := range apps {
				if x.Value.Is(apps[i].Object) && completes(s, apps[i].Object) {
					apps[i].bare = true
				}
			}
		}
	}
}

// wrapper is the script beside the manifest that starts an application which lies deep in
// the package, in a module that no server would look for: it sets the application up.
func (in *inspection) wrapper(a app) (string, bool) {
	if f, ok := in.ownScript(); ok && in.setsUp(f, a) {
		return f, true
	}
	name := strings.TrimSuffix(path.Base(a.File), ".py")
	if in.readsArguments(a) {
		if file, ok := in.entryScript(); ok && mainBlock(in.c.module(file)) {
			return file, true
		}
	}
	if slices.Contains(entryNames, name) && !a.factory() || path.Dir(a.File) == "." || a.factory() && !in.anyBare(a) {
		return "", false
	}
	file, ok := in.entryScript()
	if a.factory() && !in.setsUp(file, a) {
		return "", false
	}
	if !ok || path.Dir(file) != "." || !mainBlock(in.c.module(file)) {
		return "", false
	}
	return file, slices.Contains(in.c.reachable(file, ".", maxReach), a.File)
}

// anyBare reports whether an application's function completes another of its module.
func (in *inspection) anyBare(a app) bool {
	return slices.ContainsFunc(in.apps, func(x app) bool { return x.bare && x.File == a.File })
}

// setsUp reports whether a script makes the application and serves it itself, by
// more than the framework's server for development.
func (in *inspection) setsUp(file string, a app) bool {
	if file == "" || file == a.File || in.c.module(file) == nil || slices.ContainsFunc(in.c.listens(file, in.c.importRoot(file)), func(l listening) bool { return l.Dev }) {
		return false
	}
	return slices.Contains(in.c.reachable(file, in.c.importRoot(file), maxReach), a.File)
}
