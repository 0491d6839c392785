package elixir

import (
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
	"dockgen/internal/safe"
)

// listener is a server that the program starts.
type listener struct {
	endpoint string // the module of a Phoenix endpoint
	port     detect.Value[safe.Port]
	env      safe.EnvName
	why      detect.Note
}

// endpoint finds the Phoenix endpoint: the module that uses Phoenix.Endpoint.
func (a *application) endpoint() (listener, bool) {
	var found listener
	rank := 0
	a.modules(func(f *sourceFile, name string, n *source.Node) {
		if !uses(n, "Phoenix.Endpoint") {
			return
		}
		// Of several, the one by the generator's name is the site; the others are
		// mostly for machines, on ports and by certificates of their own.
		if r := endpointRank(name); r > rank {
			found, rank = listener{endpoint: name, why: a.dir.Note(f.name, n.Line, "%s is a Phoenix endpoint", name)}, r
		}
	})
	if found.endpoint == "" {
		return found, false
	}
	// https://hexdocs.pm/phoenix/Phoenix.Endpoint.html#module-runtime-configuration
	is := func(e entry) bool { return e.key == found.endpoint }
	if v, c := a.config(is, "http", "port"); v != nil {
		a.takePort(&found, v, c)
	} else if v, c := a.config(is, "https", "port"); v != nil {
		a.takePort(&found, v, c)
	} else {
		a.usualPort(&found)
	}
	if !found.port.IsSet() {
		found.port = detect.Assumed(safe.Port(4000), found.why)
	}
	return found, true
}

// endpointRank is how much a module's name is that of the endpoint of a web site.
func endpointRank(name string) int {
	switch before, ok := strings.CutSuffix(name, ".Endpoint"); {
	case ok && strings.HasSuffix(before, "Web"):
		return 3
	case ok:
		return 2
	}
	return 1
}

// usualPort takes the variable PORT where the configuration reads it somewhere: in a
// function, or in a list that is made elsewhere.
func (a *application) usualPort(l *listener) {
	for _, c := range a.configs {
		for _, r := range c.reads {
			if r.name != "PORT" {
				continue
			}
			l.env = safe.EnvNameOf("PORT")
			l.port = detect.Assumed(safe.Port(4000), r.why)
			if n, err := strconv.Atoi(r.standard); err == nil {
				if p, err := safe.NewPort(n); err == nil {
					l.port = detect.Found(p, r.why)
				}
			}
		}
	}
}

// takePort reads a port: a number, or a variable with a number in its place.
func (a *application) takePort(l *listener, v *source.Node, c *configFile) {
	env, constant := c.setting(v)
	note := c.dir.Note(c.name, v.Line, "listens on the port %s", constant)
	if name, err := safe.NewEnvName(env); err == nil && strings.Contains(env, "PORT") {
		l.env = name
		note.Text = "listens on the port $" + env
		if constant == "" {
			l.port = detect.Assumed(safe.Port(4000), note)
			return
		}
		note.Text += ", else " + constant
	}
	if n, err := strconv.Atoi(constant); err == nil {
		if p, err := safe.NewPort(n); err == nil {
			l.port = detect.Found(p, note)
		}
	}
}

// servers are the packages that listen by themselves.
var servers = []string{"bandit", "plug_cowboy", "cowboy", "ace", "elli", "mochiweb", "raxx_kit"}

// webServer finds a server that the program starts without Phoenix: Bandit or Cowboy
// as a child of its supervisor.
func (a *application) webServer() (listener, bool) {
	var found listener
	for _, f := range a.sources {
		c := &configFile{name: f.name, dir: a.dir, vars: variables{}}
		f.file.Walk(func(n *source.Node) bool {
			if n.Kind == source.Op && n.Text == "=" && n.Args[0].Kind == source.Name {
				c.set(n.Args[0].Text, n.Args[1])
			}
			if found.why.Path != "" {
				return false
			}
			options, ok := serverOptions(c, n)
			if !ok {
				return true
			}
			found.why = a.dir.Note(f.name, n.Line, "starts a web server")
			port := options.Get("port")
			if port == nil {
				port = c.resolve(options.Get("options")).Get("port")
			}
			if port != nil {
				a.resolvePort(&found, port, c)
			}
			return false
		})
	}
	if found.why.Path == "" {
		return found, false
	}
	if !found.port.IsSet() {
		note := found.why
		note.Text += " without a port that can be read: Bandit and Plug.Cowboy take 4000"
		found.port = detect.Assumed(safe.Port(4000), note)
	}
	return found, true
}

// serverOptions are those of a child specification that starts a web server:
// {Bandit, port: 4000}, {Plug.Cowboy, scheme: :http, options: [port: 4000]},
// Plug.Cowboy.child_spec(...), :cowboy.start_clear(name, [port: 4000], ...).
func serverOptions(c *configFile, n *source.Node) (*source.Node, bool) {
	is := func(name string) bool {
		switch name {
		case "Bandit", "Plug.Cowboy", "Plug.Adapters.Cowboy", "Plug.Adapters.Cowboy2", "Ace.HTTP.Service", "Ace":
			return true
		}
		return false
	}
	switch {
	case n.Kind == source.Tuple && len(n.Args) > 1 && n.Args[0].Kind == source.Module && is(n.Args[0].Text):
		rest := n.Args[1:]
		if rest[0].Kind == source.Pair {
			return &source.Node{Kind: source.List, Args: rest}, true
		}
		return c.resolve(rest[0]), true
	case n.Kind == source.Call && n.Target != nil && n.Target.Kind == source.Module && is(n.Target.Text) && (n.Text == "child_spec" || n.Text == "http" || n.Text == "start_link"):
		return n.Options(), true
	case n.IsCall("cowboy", "start_clear") || n.IsCall("cowboy", "start_http"):
		for _, arg := range n.Args {
			if v := c.resolve(arg); v.Get("port") != nil {
				return v, true
			}
		}
		return nil, true
	}
	return nil, false
}

// resolvePort follows Application.get_env(:app, :key) to the configuration.
func (a *application) resolvePort(l *listener, v *source.Node, c *configFile) {
	v = c.resolve(v)
	if v.Kind == source.Call && v.Target != nil && v.Target.Text == "Application" && len(v.Args) >= 2 {
		app, _ := v.Args[0].Str()
		key, _ := v.Args[1].Str()
		if value, at := a.config(func(e entry) bool { return e.app == app && e.key == "" }, key); value != nil {
			a.takePort(l, value, at)
			return
		}
		if value, at := a.config(func(e entry) bool { return e.app == app && e.key == key }); value != nil {
			a.takePort(l, value, at)
			return
		}
		if len(v.Args) > 2 {
			a.takePort(l, v.Args[2], c)
		}
		return
	}
	a.takePort(l, v, c)
}

// healthNames are the last elements of paths that servers answer about their health,
// the best first.
var healthNames = []string{"healthz", "health", "healthcheck", "health-check", "health_check", "livez", "live", "liveness", "alive", "heartbeat", "up", "ping", "readyz", "ready", "readiness"}

// health finds the path that answers whether the server is well, in the routes of a
// Phoenix or Plug router.
func (a *application) health() detect.Value[safe.URLPath] {
	best, rank := detect.Value[safe.URLPath]{}, len(healthNames)
	for _, f := range a.sources {
		var routes func(n *source.Node, prefix string)
		routes = func(n *source.Node, prefix string) {
			if n.IsCall("", "scope") && len(n.Args) > 0 {
				if p, ok := n.Args[0].Str(); ok && n.Args[0].Kind == source.String {
					prefix += p
				}
			}
			if (n.IsCall("", "get") || n.IsCall("", "forward")) && len(n.Args) > 0 && n.Args[0].Kind == source.String {
				full := "/" + strings.Trim(strings.ReplaceAll(prefix+"/"+n.Args[0].Text, "//", "/"), "/")
				last := full[strings.LastIndexByte(full, '/')+1:]
				for i, name := range healthNames[:rank] {
					if last != name || strings.ContainsAny(full, ":*#") {
						continue
					}
					if p, err := safe.NewURLPath(full); err == nil {
						best, rank = detect.Found(p, a.dir.Note(f.name, n.Line, "route %s", full)), i
						break
					}
				}
			}
			for _, b := range n.Body {
				routes(b, prefix)
			}
		}
		a.eachModule(f, func(n *source.Node) {
			if !isRouter(n) {
				return
			}
			for _, b := range n.Body {
				routes(b, "")
			}
		})
	}
	return best
}

func (a *application) eachModule(f *sourceFile, visit func(n *source.Node)) {
	f.file.Walk(func(n *source.Node) bool {
		if n.IsCall("", "defmodule") {
			visit(n)
		}
		return true
	})
}

// isRouter reports whether a module routes requests: use MyAppWeb, :router or use Plug.Router.
func isRouter(n *source.Node) bool {
	for _, b := range n.Body {
		if !b.IsCall("", "use") || len(b.Args) == 0 {
			continue
		}
		if b.Args[0].Text == "Plug.Router" || b.Args[0].Text == "Phoenix.Router" || len(b.Args) > 1 && b.Args[1].Text == "router" {
			return true
		}
	}
	return false
}
