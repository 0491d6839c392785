package rust

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// healthPaths are what people call the route that tells whether a server is well,
// the most telling first.
var healthPaths = []string{"healthz", "health", "health_check", "health-check", "healthcheck", "livez", "live", "liveness", "readyz", "ready", "readiness", "_health", "__heartbeat__", "ping", "alive", "up", "status"}

// health finds the route of a health check, with what it is nested below.
func (pr *program) health(s *detect.Service) {
	if s.Kind != detect.Server {
		return
	}
	best := len(healthPaths)
	take := func(route, prefix string, why detect.Note) {
		at := slices.Index(healthPaths, path.Base(route))
		if at < 0 || at >= best || strings.ContainsAny(route, "<{:*") {
			return
		}
		full := path.Join("/", prefix, route)
		if !pr.own(path.Dir(full)) {
			return
		}
		if p, err := safe.NewURLPath(full); err == nil {
			best = at
			s.Health = detect.Found(p, why)
		}
	}
	for _, f := range pr.files {
		for _, fn := range f.Fns {
			for _, a := range fn.Attrs {
				name := a.Name[strings.LastIndexByte(a.Name, ':')+1:]
				if name != "get" && name != "head" && name != "route" && name != "handler" || len(a.Args) == 0 || a.Args[0].Kind != source.String {
					continue
				}
				if prefix, ok := pr.prefix(fn.Name, 0); ok {
					take(a.Args[0].Text, prefix, pr.note(f, fn.Line, "#[%s(%q)]", name, a.Args[0].Text))
				}
			}
		}
		for _, c := range f.Calls {
			if c.Fn != nil && !pr.reached[c.Fn] || len(c.Args) == 0 || len(c.Args[0]) != 1 || c.Args[0][0].Kind != source.String {
				continue
			}
			route := c.Args[0][0].Text
			switch c.Name() {
			case "route", "at", "resource", "with_path", "get", "push":
				if !c.Method() && c.Path != "web::resource" && c.Path != "Router::with_path" {
					continue
				}
			case "path", "path_exact":
				if !c.Macro && !strings.HasPrefix(c.Path, "warp::") {
					continue
				}
			default:
				continue
			}
			prefix := scopeOf(c.Recv)
			above := ""
			ok := true
			if nest := pr.nestAround(f, route); nest != nil {
				prefix = path.Join(nest.Args[0][0].Text, prefix)
			}
			if c.Fn != nil && !entryAttr(c.Fn) && c.Fn.Name != "main" {
				above, ok = pr.prefix(c.Fn.Name, 0)
			}
			if ok {
				take(route, path.Join("/", above, prefix), pr.note(f, c.Line, "%s(%q)", c.Name(), route))
			}
		}
	}
}

// generic are parts of a path that say nothing of what it is about.
var generic = []string{"api", "app", "internal", "system", "server", "service", "services", "monitor", "monitoring", "management", "admin", "ops", "public", "private", "rest", "web", "core", "common", "base", "general", "misc", "status", "health", "healthcheck", "probes", "actuator", "_", "-"}

// own reports whether the route below such a path can be about the program itself: it
// is of another one in /image/health, where the program hands on what that says.
func (pr *program) own(dir string) bool {
	name := strings.ToLower(pr.pkg.name() + " " + pr.bin.name)
	for _, part := range strings.Split(strings.Trim(dir, "/"), "/") {
		version := len(part) > 1 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9'
		if part != "" && !version && !slices.Contains(generic, strings.ToLower(part)) && !strings.Contains(name, strings.ToLower(part)) {
			return false
		}
	}
	return true
}

// scopeOf is the path of the scope that a chain begins with: web::scope("/api").
func scopeOf(recv []source.Token) string {
	for i, t := range recv {
		if t.Is("scope") && i < 5 && i+1 < len(recv) && recv[i+1].Kind == source.Group {
			return firstString(recv[i+1].Inner)
		}
	}
	return ""
}

// nestAround is the nest("/path", ...) in the file whose arguments hold the route.
func (pr *program) nestAround(f *file, route string) *source.Call {
	for _, c := range f.Calls {
		if c.Name() != "nest" || len(c.Args) < 2 || len(c.Args[0]) != 1 || c.Args[0][0].Kind != source.String {
			continue
		}
		found := false
		for _, a := range c.Args[1:] {
			source.Strings(a, func(t source.Token) { found = found || t.Text == route })
		}
		if found {
			return c
		}
	}
	return nil
}

// prefix is what the routes that a function makes, or the handler that it is, are
// nested below; false where it is handed on under a path that is not known.
func (pr *program) prefix(fn string, depth int) (string, bool) {
	if depth > 5 {
		return "", true
	}
	for _, f := range pr.files {
		for _, c := range f.Calls {
			mentioned := slices.ContainsFunc(c.Args, func(a []source.Token) bool { return mentionsIdent(a, fn) })
			if !mentioned || c.Fn != nil && c.Fn.Name == fn {
				continue
			}
			var own string
			switch c.Name() {
			case "nest", "mount", "nest_service", "scope":
				if len(c.Args) < 2 || len(c.Args[0]) != 1 || c.Args[0][0].Kind != source.String {
					return "", false
				}
				own = c.Args[0][0].Text
			case "configure", "service", "merge", "push", "register", "add_routes":
				own = scopeOf(c.Recv)
			default:
				continue
			}
			above, ok := "", true
			if c.Fn != nil && c.Fn.Name != "main" && !entryAttr(c.Fn) {
				above, ok = pr.prefix(c.Fn.Name, depth+1)
			}
			return path.Join("/", above, own), ok
		}
	}
	return "", true
}
