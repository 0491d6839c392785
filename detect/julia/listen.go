package julia

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/julia/source"
	"dockgen/internal/safe"
)

// server is a package that listens.
type server struct {
	pkgs  []string // any of them
	name  string   // of the framework
	calls []string // what starts it: with the package before it, or alone where it is loaded
	port  int      // where the program names none
	host  string   // the same
	async bool     // its calls come back at once, unless an argument says otherwise
}

// servers are the packages that listen, what is made of others first.
// https://learn.genieframework.com, https://oxygenframework.github.io/Oxygen.jl,
// https://dash.plotly.com/julia, https://github.com/JuliaWeb/Mux.jl,
// https://simondanisch.github.io/Bonito.jl, https://plutojl.org,
// https://juliaweb.github.io/HTTP.jl/stable/server, https://github.com/wookay/Bukdu.jl,
// https://github.com/neomatrixcode/Merly.jl, https://github.com/ChifiSource/Toolips.jl
var servers = []server{
	{[]string{"Genie", "GenieFramework", "Stipple"}, "genie", []string{"Genie.up", "Genie.startup", "Genie.Server.up", "Genie.AppServer.startup", "Server.up", "up"}, 8000, "127.0.0.1", true},
	{[]string{"Oxygen"}, "oxygen", []string{"Oxygen.serve", "Oxygen.serveparallel", "serve", "serveparallel"}, 8080, "127.0.0.1", false},
	{[]string{"Dash"}, "dash", []string{"Dash.run_server", "run_server"}, 8050, "127.0.0.1", false},
	{[]string{"PlutoSliderServer"}, "pluto", []string{"PlutoSliderServer.run_directory", "PlutoSliderServer.run_git_directory", "run_directory", "run_git_directory"}, 2345, "127.0.0.1", false},
	{[]string{"Pluto"}, "pluto", []string{"Pluto.run"}, 1234, "127.0.0.1", false},
	{[]string{"Bonito", "JSServe"}, "bonito", []string{"Bonito.Server", "JSServe.Server", "Server"}, 8081, "127.0.0.1", true},
	{[]string{"Bukdu"}, "bukdu", []string{"Bukdu.start", "start"}, 8080, "127.0.0.1", true},
	{[]string{"Merly"}, "merly", []string{"Merly.start", "start"}, 8086, "127.0.0.1", false},
	{[]string{"Toolips"}, "toolips", []string{"Toolips.start", "start"}, 8000, "127.0.0.1", true},
	{[]string{"Mux"}, "mux", []string{"Mux.serve", "serve"}, 8000, "0.0.0.0", true},
	{[]string{"WebIO"}, "webio", []string{"WebIO.webio_serve", "webio_serve"}, 8000, "0.0.0.0", true},
	{[]string{"HTTP"}, "http", []string{"HTTP.serve", "HTTP.listen", "HTTP.WebSockets.listen", "HTTP.WebSockets.serve", "WebSockets.listen", "HTTP.Servers.listen", "HTTP.Servers.serve"}, 8081, "127.0.0.1", false},
	{[]string{"LiveServer"}, "liveserver", []string{"LiveServer.serve"}, 8000, "127.0.0.1", false},
	{[]string{"Sockets"}, "", []string{"Sockets.listen", "listen"}, 0, "127.0.0.1", true},
}

// listening is a call that listens.
type listening struct {
	server     *server
	call       source.Call
	file       *file
	port, host value
	blocks     bool // it comes back only when the server ends
	names      bool // it names an address, be it one that isn't seen
	socket     bool // it serves on a socket that another call has opened
}

// listeners are the calls of the sources that listen.
func (pr *program) listeners(files []*file) []listening {
	var out []listening
	for i := range servers {
		s := &servers[i]
		if s.name != "" && !slices.ContainsFunc(s.pkgs, func(p string) bool { _, ok := pr.dep(p); return ok }) {
			continue
		}
		for _, f := range files {
			for _, c := range f.Calls {
				if pr.starts(s, f, c) {
					out = append(out, listening{server: s, call: c, file: f})
				}
			}
		}
	}
	return out
}

// starts reports whether a call is one of the server's: by its full name, or by what the
// file has loaded.
func (pr *program) starts(s *server, f *file, c source.Call) bool {
	name := strings.TrimSuffix(c.Name, "!")
	if !slices.Contains(s.calls, name) {
		return false
	}
	switch {
	case strings.Contains(name, "."):
		return true
	case slices.ContainsFunc(f.Functions, func(fn source.Function) bool { return fn.Name == name || fn.Name == name+"!" }):
		return false // its own
	}
	loaded := func(f *file) bool {
		return slices.ContainsFunc(f.Usings, func(u source.Using) bool {
			return slices.Contains(s.pkgs, u.Name) && (len(u.Names) == 0 || slices.Contains(u.Names, c.Base()))
		})
	}
	if loaded(f) {
		return true
	}
	// What includes a file loads for it.
	for _, other := range pr.files {
		if other != f && slices.Contains(other.includes, f.path) && loaded(other) {
			return true
		}
	}
	return false
}

// read looks at the arguments of a call that listens.
func (pr *program) read(l *listening) {
	l.blocks = !l.server.async && !strings.HasSuffix(l.call.Name, "!")
	for _, a := range l.call.Args {
		switch name := strings.ToLower(a.Name); {
		case name == "async" && len(a.Tokens) == 1:
			l.blocks = a.Tokens[0].Is("false")
		case name == "server":
			l.socket, l.names = true, true
		case name == "host" || name == "server_host" || strings.HasSuffix(name, "_host"):
			l.host, l.names = pr.eval(l.file, a.Tokens, l.call.Func, address, 0), true
		case name == "port" || name == "server_port" || strings.HasSuffix(name, "_port") && name != "ws_port":
			l.port = pr.eval(l.file, a.Tokens, l.call.Func, number, 0)
		case name == "" && !anonymous(a.Tokens):
			if !l.port.known() {
				l.port = pr.eval(l.file, a.Tokens, l.call.Func, number, 0)
				if l.port.port == 0 && l.port.arg == 0 && !portName(l.port.env) {
					l.port = value{}
				}
			}
			if v := pr.eval(l.file, a.Tokens, l.call.Func, address, 0); !l.host.known() && (v.host != "" || hostName(v.env) || v.arg != 0 && v.arg != l.port.arg) {
				l.host = v
			}
			last := strings.ToLower(a.Tokens[len(a.Tokens)-1].S)
			l.names = l.names || strings.Contains(last, "host") || strings.Contains(last, "addr") || strings.HasSuffix(last, "ip") || l.host.known()
		}
	}
	if l.server.name == "genie" {
		if !l.port.known() {
			l.port = pr.genieConfig("server_port", number)
		}
		if !l.host.known() {
			l.host = pr.genieConfig("server_host", address)
		}
	}
}

// anonymous reports whether an argument is a function, whose body is not the address.
func anonymous(ts []source.Token) bool {
	for i, t := range ts {
		if t.Is("function") || t.Is("-") && i+1 < len(ts) && ts[i+1].Is(">") {
			return true
		}
	}
	return false
}

func portName(env string) bool { return strings.Contains(strings.ToUpper(env), "PORT") }

func hostName(env string) bool {
	env = strings.ToUpper(env)
	return strings.Contains(env, "HOST") || strings.Contains(env, "BIND") || strings.Contains(env, "ADDR") || strings.HasSuffix(env, "_IP") || env == "IP"
}

// listen sets what the service says of where it listens.
func (pr *program) listen(s *detect.Service, all []listening) {
	best, score := -1, -1
	for i := range all {
		pr.read(&all[i])
		n := 0
		if all[i].server.name != "" {
			n += 8
		}
		if all[i].port.env != "" {
			n += 3
		} else if all[i].port.known() {
			n += 2
		}
		if all[i].server.name == s.Framework.V {
			n += 4
		}
		if n > score {
			best, score = i, n
		}
	}
	if best < 0 {
		return
	}
	l := all[best]
	if i := slices.IndexFunc(all, func(o listening) bool { return o.server.name == "" && o.port.known() }); i >= 0 && l.socket && !l.port.known() {
		l.port, l.host = all[i].port, all[i].host
	}
	pr.address = l
	s.Kind = detect.Server
	pr.setPort(s, l)
	pr.setHost(s, l)
}

func (pr *program) setPort(s *detect.Service, l listening) {
	at, line := l.port.file, l.port.line
	if at == nil || line == 0 {
		at, line = l.file, l.call.Line
	}
	if env, err := safe.NewEnvName(l.port.env); err == nil {
		s.PortEnv = env
	}
	port, err := safe.NewPort(l.port.port)
	switch {
	case l.port.port != 0 && err == nil && l.port.env != "":
		s.Port = detect.Found(port, pr.note(at, line, "%d without $%s", port, safe.Visible(l.port.env)))
	case l.port.port != 0 && err == nil:
		s.Port = detect.Found(port, pr.note(at, line, "listens on %d", port))
	case l.port.env != "" || l.port.arg != 0:
		s.Port = detect.Assumed(safe.Port(8080), pr.note(at, line, "listens where it is told to"))
	case l.server.port != 0 && !l.names:
		s.Port = detect.Assumed(safe.Port(l.server.port), pr.note(l.file, l.call.Line, "%s names no port: this is %s's own", l.call.Name, l.server.pkgs[0]))
	default:
		s.Port = detect.Assumed(safe.Port(8080), pr.note(l.file, l.call.Line, "%s: its port is not seen", l.call.Name))
	}
}

// setHost lets the program listen on every address where a variable says which, and tells
// of the loopback address where it can't.
func (pr *program) setHost(s *detect.Service, l listening) {
	host, at, line := l.host.host, l.host.file, l.host.line
	if at == nil || line == 0 {
		at, line = l.file, l.call.Line
	}
	if !l.host.known() {
		host = l.server.host
	}
	if env, err := safe.NewEnvName(l.host.env); err == nil && (host == "" || loopback(host)) {
		pr.set(s, env, "0.0.0.0", "The loopback address can't be reached from outside the container.")
		return
	}
	if loopback(host) && (l.host.known() || !l.names) {
		how := `host = "0.0.0.0"`
		if l.server.name == "http" || l.server.name == "" {
			how = `ip"0.0.0.0"`
		}
		text := "listens on the loopback address, which nothing outside the container reaches: make it " + how
		if !l.host.known() {
			text = l.call.Name + " names no address, and " + l.server.pkgs[0] + " takes the loopback one, which nothing outside the container reaches: give it " + how
		}
		s.Notes = append(s.Notes, pr.note(at, line, "%s", text))
	}
}

func loopback(host string) bool {
	return strings.HasPrefix(host, "127.") || host == "localhost" || host == "::1"
}

// set adds a variable of the image, unless it is there.
func (pr *program) set(s *detect.Service, name safe.EnvName, value, why string) {
	if !slices.ContainsFunc(s.SetEnv, func(e detect.Setting) bool { return e.Name == name }) {
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: name, Value: safe.LabelOf(value), Why: why})
	}
}
