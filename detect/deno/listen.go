package deno

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// usualPort is what Deno.serve, deno serve, Fresh and the standard library's server
// take where nothing names one (https://docs.deno.com/api/deno/~/Deno.serve).
const usualPort = 8000

// listening is where a program listens, as far as its sources tell.
type listening struct {
	port, host javascript.Value
	path       string
	line       int
}

// listening finds the call that opens the port.
func (p *project) listening(c *command) (listening, bool) {
	if c.serve {
		if l, ok := p.exported(c.entry); ok {
			return l, true
		}
		return listening{path: c.entry}, true
	}
	if l := p.opens(); l != nil {
		return *l, true
	}
	return listening{}, false
}

// opens is the first call in the program's files that listens; nil for none. One
// that names a port wins over one that does not.
func (p *project) opens() *listening {
	var found *listening
	for _, f := range p.files {
		for _, c := range f.Calls(f.Whole()) {
			l, ok := p.listenCall(f, c)
			if !ok {
				continue
			}
			if l.port.Set || l.port.Env != "" {
				return &l
			}
			if found == nil {
				found = &l
			}
		}
	}
	return found
}

// servers are what makes a variable an application that listens.
var servers = []string{"Application", "Hono", "OpenAPIHono", "App", "express", "fastify", "Fastify", "Elysia", "Koa", "createServer", "Server"}

func (p *project) listenCall(f *javascript.File, c javascript.Call) (listening, bool) {
	l := listening{path: f.Path, line: c.Line}
	own := c.Callee[0] == "Deno" && len(c.Callee) == 2
	switch name := c.Name(); {
	case own && (name == "serve" || name == "listen" || name == "listenTls" || name == "serveTls"),
		len(c.Callee) == 1 && (name == "serve" || name == "listenAndServe" || name == "serveDir" || name == "serveTls"):
		if !own && !p.imported(f, name) || len(c.Args) == 0 {
			return l, false
		}
		for _, a := range c.Args {
			p.options(f, a, &l)
		}
		if text := p.program.Value(f, c.Args[0]); text.Set && strings.Contains(text.Text, ":") { // listenAndServe(":8080", handler)
			l.port = text
			l.port.Text = text.Text[strings.LastIndexByte(text.Text, ':')+1:]
		}
		return l, true
	case name == "listen" && len(c.Callee) > 1:
		first := f.First(c)
		maker := f.MadeBy(c.Callee[0])
		if !slices.Contains(servers, maker) && !slices.Contains(servers, first.Name()) && c.Callee[0] != "app" && c.Callee[0] != "server" {
			return l, false
		}
		if len(c.Args) > 0 {
			if p.options(f, c.Args[0], &l); !l.port.Set && l.port.Env == "" {
				l.port = p.program.Value(f, c.Args[0])
			}
		}
		return l, true
	case name == "run" && len(c.Callee) == 2 && len(c.Args) == 0 && p.uses("drash") != "": // of new Drash.Server({...})
		for _, other := range p.files {
			for _, made := range other.Calls(other.Whole()) {
				if made.Name() == "Server" && len(made.Args) > 0 {
					p.options(other, made.Args[0], &l)
				}
			}
		}
		return l, l.port.Set || l.port.Env != ""
	case name == "start" && len(c.Callee) == 1 && p.imported(f, name): // Fresh 1
		for _, a := range c.Args {
			p.options(f, a, &l)
		}
		return l, true
	case name == "start" && len(c.Callee) == 2 && slices.Contains(servers, f.MadeBy(c.Callee[0])): // Lume's own server
		maker := f.MadeBy(c.Callee[0])
		for _, made := range f.Calls(f.Whole()) {
			if made.Name() == maker && len(made.Args) > 0 {
				p.options(f, made.Args[0], &l)
			}
		}
		return l, true
	}
	return l, false
}

// imported reports whether a name comes from elsewhere than the project's own files.
func (p *project) imported(f *javascript.File, name string) bool {
	return slices.ContainsFunc(f.Imports(), func(i javascript.Import) bool {
		_, there := i.Names[name]
		return there && p.program.Resolve(f.Path, i.Path) == ""
	})
}

// options reads { port, hostname } of an argument.
func (p *project) options(f *javascript.File, s javascript.Span, l *listening) {
	props, _ := f.Object(s)
	for _, x := range props {
		switch x.Key {
		case "port":
			l.port = p.program.Value(f, x.Value)
		case "hostname", "host":
			l.host = p.program.Value(f, x.Value)
		}
	}
}

// exported reports whether the default export of a file is a server of deno serve's
// form: { fetch(request) }, or an application that has such a method
// (https://docs.deno.com/runtime/reference/cli/serve/).
func (p *project) exported(name string) (listening, bool) {
	f := p.program.Load(name)
	if f == nil {
		return listening{}, false
	}
	export := f.Default()
	l := listening{path: name, line: f.Line(export)}
	if props, ok := f.Object(export); ok {
		return l, slices.ContainsFunc(props, func(x javascript.Prop) bool { return x.Key == "fetch" })
	}
	words := f.Words(export)
	return l, len(words) > 0 && (slices.Contains(servers, f.MadeBy(words[0])) || slices.Contains(servers, words[0]))
}

// findPort decides the service's port by the command, then the sources.
func (p *project) findPort(svc *detect.Service, c *command, l listening, found bool, fw framework) {
	at := p.Note(l.path, l.line, "listens")
	set := func(text string, why detect.Note) bool {
		n, err := strconv.Atoi(text)
		if err != nil {
			return false
		}
		port, err := safe.NewPort(n)
		if err == nil {
			svc.Port = detect.Found(port, why)
		}
		return err == nil
	}
	if e, err := safe.NewEnvName(l.port.Env); err == nil {
		svc.PortEnv = e
	}
	switch {
	case c.port != "" && set(c.port, c.why):
	case l.port.Set && set(l.port.Text, p.Note(l.port.Path, l.port.Line, "listens on %s", describe(l.port))):
	case !found:
		svc.Port = detect.Assumed(safe.Port(usualPort), detect.Note{Text: "the default of " + orElse(fw.name, "Deno's servers")})
	case l.port.Env != "":
		svc.Port = detect.Assumed(safe.Port(usualPort), p.Note(l.path, l.line, "listens on %s, which has no default", l.port.Env))
	default:
		at.Text = "names no port: 8000 is Deno's own"
		svc.Port = detect.Assumed(safe.Port(usualPort), at)
	}
	if loopback := slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, l.host.Text); loopback && l.host.Set {
		if e, err := safe.NewEnvName(l.host.Env); err == nil && l.host.Env != "" {
			svc.SetEnv = append(svc.SetEnv, detect.Setting{Name: e, Value: safe.LabelOf("0.0.0.0"), Why: "Listens on the loopback address otherwise, which nothing outside the container reaches."})
			return
		}
		p.remark(at, "listens on %s: nothing outside the container can reach it; let it listen on 0.0.0.0", l.host.Text)
	}
}

func describe(v javascript.Value) string {
	if v.Env != "" {
		return "$" + v.Env + ", else " + v.Text
	}
	return v.Text
}

// healthNames are the last words of a path that answers whether the service is
// well, the clearest first.
var healthNames = []string{"healthz", "health", "healthcheck", "health-check", "_health", "livez", "live", "heartbeat", "ping", "up"}

// findHealth looks for a route that tells the service's health: the files that
// Fresh makes routes of, then calls on an application, and comparisons of the path.
func (p *project) findHealth(svc *detect.Service) {
	best := len(healthNames)
	take := func(route string, why detect.Note) {
		rank := slices.Index(healthNames, strings.ToLower(path.Base(route)))
		if rank < 0 || rank >= best || !strings.HasPrefix(route, "/") {
			return
		}
		if u, err := safe.NewURLPath(route); err == nil {
			best = rank
			svc.Health = detect.Found(u, why)
		}
	}
	for name := range p.Sub("routes").Files("*.ts", "*.tsx") {
		file := path.Join("routes", name)
		take("/"+strings.TrimSuffix(name, path.Ext(name)), p.Note(file, 0, "a route of Fresh's"))
	}
	for _, f := range p.files {
		for _, c := range f.Calls(f.Whole()) {
			if len(c.Args) < 2 || len(c.Callee) < 2 || c.Name() != "get" && c.Name() != "all" && c.Name() != "use" {
				continue
			}
			maker := f.MadeBy(c.Callee[0])
			if f != p.files[0] && !slices.Contains(servers, maker) {
				continue // a router that may be mounted elsewhere
			}
			take(f.Text(c.Args[0]), p.Note(f.Path, c.Line, "answers %s", f.Text(c.Args[0])))
		}
		for _, s := range f.Compared("pathname") {
			take(s.Text, p.Note(f.Path, s.Line, "answers %s", s.Text))
		}
	}
}
