package golang

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// healthNames are the last elements of paths that servers answer about their
// health, the best first: a path about readiness may say no for another's fault.
var healthNames = []string{"healthz", "health", "healthcheck", "health-check", "health_check", "livez", "live", "liveness", "alive", "heartbeat", "up", "ping", "readyz", "ready", "readiness"}

var (
	routeRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(GET|Get|Any|ANY|All|Handle|HandleFunc|HandlerFunc|Add|Path|Method|MethodFunc|Match|Use|Route|HEAD|Head)$`)
	})
	groupRE = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Group|Route|Party|PathPrefix|Mount|NewGroup|StripPrefix)$`)
	})
)

// health finds the path that answers whether the server is well.
func (e *eval) health(s *detect.Service) {
	if s.Kind != detect.Server || e.tls {
		return
	}
	best, bestRank := detect.Value[safe.URLPath]{}, len(healthNames)
	for _, c := range e.calls {
		if !routeRE().MatchString(c.name) || len(c.Args) == 0 || len(c.Args) == 1 && c.name != "Path" {
			continue
		}
		p, ok := e.routePath(c)
		if !ok {
			continue
		}
		if p != "" && p != "/" && !isHealth(p) {
			continue
		}
		full := e.prefix(c.recv(), c.at, 0) + e.enclosing(c) + p
		rank := slices.Index(healthNames, strings.ToLower(lastElement(full)))
		if rank < 0 {
			continue
		}
		urlPath, err := safe.NewURLPath(strings.ReplaceAll("/"+full, "//", "/"))
		if err != nil || strings.ContainsAny(urlPath.String(), "*?") {
			continue
		}
		if rank < bestRank {
			best, bestRank = detect.Found(urlPath, e.note(c.at.f, c, "route %s", urlPath)), rank
		}
	}
	s.Health = best
}

func isHealth(p string) bool {
	return slices.Contains(healthNames, strings.ToLower(lastElement(p)))
}

// routePath is the path of a route that answers GET.
func (e *eval) routePath(c *call) (string, bool) {
	i := 0
	if len(c.Args) > 1 && (c.name == "Add" || c.name == "Method" || c.name == "MethodFunc" || c.name == "Match" || c.name == "Handle" || c.name == "HandlerFunc") {
		if first, ok := c.arg(0); ok && first == strings.ToUpper(first) && !strings.Contains(first, "/") {
			if first != "GET" {
				return "", false
			}
			i = 1
		} else if name, p := c.at.f.callee(c.Args[0]); p == "net/http" && strings.HasPrefix(name, "Method") {
			if name != "MethodGet" {
				return "", false
			}
			i = 1
		}
	}
	if i >= len(c.Args) {
		return "", false
	}
	ps := e.glance(c.Args[i], c.at)
	if !ps.known() {
		return "", false
	}
	p := ps.text()
	if method, rest, ok := strings.Cut(p, " "); ok { // "GET /healthz" since Go 1.22
		if method != "GET" {
			return "", false
		}
		p = rest
	}
	p = strings.TrimSuffix(p, "{$}")
	return p, p == "" || strings.HasPrefix(p, "/")
}

// lastElement is the last element of a URL's path that is not empty.
func lastElement(p string) string {
	p = strings.TrimSuffix(p, "/")
	return p[strings.LastIndexByte(p, '/')+1:]
}

// prefix is the path of the group that a route is registered on: the router's
// variable is followed to r.Group("/api"), through the project's own functions too.
func (e *eval) prefix(x ast.Expr, at site, depth int) string {
	if depth > 6 || x == nil {
		return ""
	}
	switch x := x.(type) {
	case *ast.CallExpr:
		sel, ok := x.Fun.(*ast.SelectorExpr)
		if !ok {
			return ""
		}
		up := e.prefix(sel.X, at, depth+1)
		if groupRE().MatchString(sel.Sel.Name) && len(x.Args) > 0 {
			if ps := e.value(x.Args[0], at); ps.known() {
				return up + strings.TrimSuffix(ps.text(), "/")
			}
		}
		return up
	case *ast.Ident:
		for _, b := range e.vars[varKey{at.f.pkg, at.fn, x.Name}] {
			if _, ok := b.rhs.(*ast.CallExpr); ok && b.define {
				return e.prefix(b.rhs, b.at, depth+1)
			}
		}
		if at.fn == nil {
			return ""
		}
		if i, ok := paramIndex(at.fn, x.Name); ok {
			for _, c := range e.byName[at.fn.Name.Name] {
				if i < len(c.Args) {
					return e.prefix(c.Args[i], c.at, depth+1) + e.enclosing(c)
				}
			}
		}
	}
	return ""
}

// enclosing is the path of the functions that a route is registered within:
// r.Route("/api", func(r chi.Router) { ... }).
func (e *eval) enclosing(c *call) string {
	path := ""
	for _, g := range e.calls {
		if g.at.f != c.at.f || !groupRE().MatchString(g.name) || len(g.Args) < 2 {
			continue
		}
		lit, ok := g.Args[len(g.Args)-1].(*ast.FuncLit)
		if !ok || c.Pos() < lit.Pos() || c.End() > lit.End() {
			continue
		}
		if p, ok := g.arg(0); ok {
			path += strings.TrimSuffix(p, "/")
		}
	}
	return path
}
