package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
	"dockgen/internal/safe"
)

// health finds the path at which the program tells that it is well.
func (p *program) health(s *detect.Service) {
	if s.Kind != detect.Server {
		return
	}
	set := func(at string, note detect.Note) {
		if u, err := safe.NewURLPath(path.Join("/", at)); err == nil {
			s.Health = detect.Found(u, note)
		}
	}
	text := func(otherwise string, keys ...string) string {
		if v, ok := p.config.get(keys...); ok {
			return p.config.plain(v.value)
		}
		return otherwise
	}
	switch p.fw.name {
	case "spring-boot", "grails":
		if d, ok := p.dep("org.springframework.boot:spring-boot-starter-actuator", "org.springframework.boot:spring-boot-actuator*"); ok {
			p.actuator(s, d, set, text)
			return
		}
		if base := text("", "server.servlet.context-path", "server.context-path", "spring.webflux.base-path"); base != "" && base != "/" {
			p.routes(s, base, set)
			return
		}
	case "quarkus":
		if d, ok := p.dep("io.quarkus:quarkus-smallrye-health"); ok {
			root := text("/", "quarkus.http.root-path")
			other := text("q", "quarkus.http.non-application-root-path")
			if !strings.HasPrefix(other, "/") {
				other = path.Join(root, other)
			}
			set(path.Join(other, text("health", "quarkus.smallrye-health.root-path")), d.note)
			return
		}
	case "micronaut":
		if d, ok := p.dep("io.micronaut:micronaut-management"); ok && text("true", "endpoints.health.enabled") != "false" {
			if text("", "endpoints.all.port") == "" {
				set(path.Join(text("", "micronaut.server.context-path"), text("", "endpoints.all.path"), "health"), d.note)
				return
			}
		}
	case "helidon":
		if d, ok := p.dep("io.helidon.health:helidon-health*", "io.helidon.microprofile.health:*", "io.helidon.webserver.observe:helidon-webserver-observe-health", "io.helidon.microprofile.bundles:helidon-microprofile"); ok {
			if v := parseVersion(p.frameworkVersion()); !v.known() || !v.less(4) {
				set("/observe/health", d.note)
			} else {
				set("/health", d.note)
			}
			if strings.Contains(d.group, "microprofile") {
				set("/health", d.note)
			}
			return
		}
	}
	p.routes(s, "", set)
}

// actuator is Spring Boot's health endpoint. With a port of its own it can't be
// asked at the program's; behind a security configuration that does not mention it
// the answer may be 401.
func (p *program) actuator(s *detect.Service, d dependency, set func(string, detect.Note), text func(string, ...string) string) {
	base := "/actuator"
	old := parseVersion(p.frameworkVersion())
	if old.known() && old.less(2) {
		base = "/"
	}
	note := d.note
	if v, ok := p.config.get("management.endpoints.web.base-path", "management.context-path"); ok {
		base, note = p.config.plain(v.value), v.note
	}
	if v, ok := p.config.get("management.server.port", "management.port"); ok {
		if n := p.config.number(v); n > 0 && safe.Port(n) != s.Port.V {
			s.Notes = append(s.Notes, detect.Note{Path: v.note.Path, Line: v.note.Line, Text: "the actuator listens on a port of its own, which the health check does not ask"})
			return
		}
	}
	exclude := text("", "management.endpoints.web.exposure.exclude")
	if include := text("health", "management.endpoints.web.exposure.include"); exclude == "*" || !strings.Contains(include, "health") && include != "*" && !p.config.lists("management.endpoints.web.exposure.include", "health", "*") {
		s.Notes = append(s.Notes, detect.Note{Path: d.note.Path, Line: d.note.Line, Text: "the actuator is there, but its health endpoint is not exposed"})
		return
	}
	if p.has("org.springframework.boot:spring-boot-starter-security", "org.springframework.boot:spring-boot-starter-oauth2-resource-server") {
		if src, line, ok := p.code.any("SecurityFilterChain", "WebSecurityConfigurerAdapter", "SecurityWebFilterChain"); ok && !p.code.mentions(base) && !p.code.mentionsIdent("EndpointRequest") {
			s.Notes = append(s.Notes, src.note(line, "the rules for security do not name %s: if they refuse it, the health check fails; let it through, or say dockgen init --no-health", path.Join(base, "health")))
		}
	}
	context := text("", "server.servlet.context-path", "server.context-path", "spring.webflux.base-path")
	set(path.Join("/", context, base, text("health", "management.endpoints.web.path-mapping.health")), note)
}

// lists reports whether a list in the configuration has one of the elements.
func (c *config) lists(key string, elements ...string) bool {
	listed := false
	for _, v := range c.values {
		if strings.HasPrefix(v.key, key+"[") && c.holds(v.profile) {
			listed = true
			if slices.Contains(elements, v.value) {
				return true
			}
		}
	}
	return !listed && false
}

// mentions reports whether a string of the sources holds the path.
func (c *code) mentions(at string) bool {
	for _, s := range c.files {
		for _, t := range s.toks {
			if t.Kind == script.String && strings.Contains(t.Text, at) {
				return true
			}
		}
	}
	return false
}

func (c *code) mentionsIdent(name string) bool {
	_, _, ok := c.any(name)
	return ok
}

// healthPaths are the paths that programs answer for this purpose.
var healthPaths = []string{"/health", "/healthz", "/healthcheck", "/health-check", "/health/live", "/health/liveness", "/livez", "/live", "/ready", "/readyz", "/ping", "/status", "/up", "/heartbeat", "/alive", "/api/health", "/api/healthz", "/api/ping", "/api/status", "/_health", "/-/healthy"}

// routeCalls are what a path stands in: annotations and functions of routers.
var routeCalls = []string{"GetMapping", "RequestMapping", "Get", "Path", "get", "GET", "route", "path", "createContext", "bind", "Controller", "addRoute", "pathPrefix"}

// routes looks for a route that is meant for health checks.
func (p *program) routes(s *detect.Service, base string, set func(string, detect.Note)) {
	if p.tool == lein || p.tool == deps {
		p.lispRoutes(set)
		return
	}
	for _, want := range healthPaths {
		for _, src := range p.code.files {
			for i, t := range src.toks {
				if t.Kind != script.String || "/"+strings.TrimPrefix(t.Text, "/") != want {
					continue
				}
				call, ok := src.callOf(i)
				if !ok || !slices.Contains(routeCalls, call.Text) {
					continue
				}
				prefix, whole := src.prefix(i, call)
				if !whole {
					continue
				}
				set(path.Join("/", base, prefix, t.Text), src.note(t.Line, "answers %s", want))
				return
			}
		}
	}
	if v, ok := p.config.get("quarkus.rest.path"); ok && v.value != "" {
		return
	}
}

// callOf is the name of the call that the token at i is the first argument of.
func (s *source) callOf(i int) (script.Token, bool) {
	for n := i - 1; n > i-6 && n >= 0; n-- {
		t := s.tok(n)
		if t.Is("(") {
			return s.tok(n - 1), s.tok(n-1).Kind == script.Ident
		}
		if !t.Is("value") && !t.Is("path") && !t.Is("=") && !t.Is("{") && !t.Is("[") {
			break
		}
	}
	return script.Token{}, false
}

// prefix is what stands in front of a route in its class: the path of the class. A
// route inside another's block has a path that is not known here, and a class's
// own path is a route only with a method that adds nothing to it.
func (s *source) prefix(at int, call script.Token) (string, bool) {
	switch call.Text {
	case "GetMapping", "RequestMapping", "Get", "GET", "Path":
	default:
		depth := 0
		for n := at; n >= 0; n-- {
			switch t := s.tok(n); {
			case t.Is("}"):
				depth++
			case t.Is("{"):
				depth--
				if depth < 0 && s.tok(n-1).Is(")") { // route("/api") {
					open := s.opening(n - 1)
					if name := s.tok(open - 1); (name.Is("route") || name.Is("path") || name.Is("group")) && s.tok(open+1).Kind == script.String {
						return "", false
					}
					if name := s.tok(open - 1); name.Is("authenticate") {
						return "", false
					}
				}
			}
		}
		return "", true
	}
	// Everything in front of the class is about the class itself.
	class := -1
	for i, t := range s.toks {
		if (t.Is("class") || t.Is("interface")) && s.tok(i+1).Kind == script.Ident && i < at {
			class = i
		}
	}
	if class < 0 {
		return "", call.Is("Path") || call.Is("RequestMapping") && s.bareMethod(at)
	}
	for i := class - 1; i >= 0; i-- {
		if t := s.tok(i); t.Is("}") || t.Is(";") {
			break
		}
		if t := s.tok(i); (t.Is("RequestMapping") || t.Is("Path") || t.Is("Controller")) && s.tok(i+1).Is("(") {
			for n := i + 2; n < s.closing(i+1); n++ {
				if s.tok(n).Kind == script.String {
					return s.tok(n).Text, true
				}
			}
		}
	}
	return "", true
}

// bareMethod reports whether a method of the class has a mapping without a path.
func (s *source) bareMethod(at int) bool {
	for i := at; i < len(s.toks); i++ {
		if s.tok(i).Is("GetMapping") && (!s.tok(i+1).Is("(") || s.tok(i+2).Is(")")) {
			return true
		}
	}
	return false
}

// opening is the index of the bracket that the one at i closes.
func (s *source) opening(i int) int {
	depth := 0
	for n := i; n >= 0; n-- {
		switch t := s.tok(n); {
		case t.Is(")"):
			depth++
		case t.Is("("):
			if depth--; depth == 0 {
				return n
			}
		}
	}
	return 0
}

// lispRoutes looks for (GET "/health" ...), ["/health" ...].
func (p *program) lispRoutes(set func(string, detect.Note)) {
	for _, want := range healthPaths {
		for _, f := range p.code.lisp {
			for _, top := range f.forms {
				found := 0
				top.each(func(x sexp) {
					for i, item := range x.items {
						if item.str && item.text == want && (x.head() == "GET" && i == 1 || x.head() == "ANY" && i == 1 || x.open == '[' && i == 0 && top.head() != "defproject") {
							found = item.line
						}
					}
				})
				if found > 0 {
					set(want, f.dir.Note(f.name, found, "answers %s", want))
					return
				}
			}
		}
	}
}
