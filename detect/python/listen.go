package python

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// listening is where code of the project says that it listens.
type listening struct {
	Port    int
	Env     string // the variable that changes the port
	Host    string // as the code has it; "" where it says nothing
	HostEnv string
	Why     detect.Note
	open    bool // it speaks no HTTP
	Dev     bool // the call starts a server for development
	call    string
	file    string
}

// runners are calls that start a server, with the names of their arguments.
var runners = map[string]struct {
	host, port string
	at         int // position of the port, -1: none
	dev        bool
	deflt      int
	defltHost  string
}{
	"uvicorn.run":                       {"host", "port", 2, false, 8000, "127.0.0.1"},
	"waitress.serve":                    {"host", "port", -1, false, 8080, "0.0.0.0"},
	"aiohttp.web.run_app":               {"host", "port", -1, false, 8080, "0.0.0.0"},
	"nicegui.ui.run":                    {"host", "port", -1, false, 8080, "0.0.0.0"},
	"bottle.run":                        {"host", "port", -1, true, 8080, "127.0.0.1"},
	"hypercorn.run":                     {"", "", -1, false, 8000, "127.0.0.1"},
	"gevent.pywsgi.WSGIServer":          {"", "", -1, false, 0, ""},
	"wsgiref.simple_server.make_server": {"host", "port", 1, true, 0, ""},
	"http.server.HTTPServer":            {"", "", -1, false, 0, ""},
	"http.server.ThreadingHTTPServer":   {"", "", -1, false, 0, ""},
	"granian.Granian":                   {"address", "port", 2, false, 8000, "127.0.0.1"},
}

// listens finds the calls in a file that start a server.
func (c *code) listens(file, root string) []listening {
	m := c.module(file)
	if m == nil {
		return nil
	}
	var out []listening
	for e := range source.Calls(m.Body) {
		full := m.Callee(e)
		if r, ok := runners[full]; ok {
			l := listening{Why: c.d.Note(file, e.Line, "%s()", full), Dev: r.dev, call: full, file: file, Port: r.deflt, Host: r.defltHost}
			c.fill(m, &l, e.Arg(r.host, -1), e.Arg(r.port, r.at))
			if r.host == "" && len(e.Args) > 0 && e.Args[0].Value.Kind == source.List && len(e.Args[0].Value.Elts) == 2 {
				c.fill(m, &l, e.Args[0].Value.Elts[0], e.Args[0].Value.Elts[1])
			}
			if l.Port != 0 {
				out = append(out, l)
			}
			continue
		}
		if l, ok := c.method(m, file, root, e); ok {
			out = append(out, l)
		}
	}
	return out
}

// method reads app.run(...), demo.launch(...), app.listen(...), socketio.run(app, ...).
func (c *code) method(m *source.Module, file, root string, e *source.Expr) (listening, bool) {
	if e.X.Kind != source.Attr || e.X.X == nil {
		return listening{}, false
	}
	l := listening{call: e.X.Text, file: file}
	object := e.X.X
	kind := class{}
	if object.Kind == source.Name || object.Kind == source.Call {
		kind = c.classOf(file, root, object, 1)
	}
	host, port := e.Arg("host", 0), e.Arg("port", 1)
	switch e.X.Text {
	case "run", "run_server", "run_app":
		switch {
		case kind.framework == "dash":
			l.Port, l.Host, l.Dev = 8050, "127.0.0.1", true
			host, port = e.Arg("host", -1), e.Arg("port", -1)
		case kind.framework == "flask" || kind.framework == "quart":
			l.Port, l.Host, l.Dev = 5000, "127.0.0.1", true
		case kind.framework == "connexion":
			l.Port, l.Host, l.Dev = 5000, "0.0.0.0", true
			host, port = e.Arg("host", -1), e.Arg("port", 0)
		case kind.framework == "sanic":
			l.Port, l.Host = 8000, "127.0.0.1"
		case kind.framework == "bottle":
			l.Port, l.Host, l.Dev = 8080, "127.0.0.1", true
			host, port = e.Arg("host", -1), e.Arg("port", -1)
		case kind.framework == "" && (e.Arg("port", -1) != nil && e.Arg("host", -1) != nil):
			l.Dev = true // socketio.run(app, host=..., port=...)
			host, port = e.Arg("host", -1), e.Arg("port", -1)
		default:
			return listening{}, false
		}
	case "launch":
		if kind.framework != "gradio" {
			return listening{}, false
		}
		l.Port, l.Host = 7860, "127.0.0.1"
		host, port = e.Arg("server_name", -1), e.Arg("server_port", -1)
	case "listen":
		if kind.framework != "tornado" && !c.mentions(file, "tornado") {
			return listening{}, false
		}
		host, port = e.Arg("address", 1), e.Arg("port", 0)
		l.Host = "0.0.0.0"
		if v := evaluate(m, port); !v.OK && v.Env == "" { // options.port
			l.Port = tornadoOption(m)
		}
	case "add_insecure_port", "add_secure_port": // a gRPC server's, with host:port in one
		l.Port, l.Host, l.open = 50051, "0.0.0.0", true
		v := c.address(m, e.Arg("address", 0))
		if at := strings.LastIndexByte(v.Text, ':'); v.OK && at >= 0 && portOf(v.Text[at+1:]) != 0 {
			l.Port = portOf(v.Text[at+1:])
		}
		l.Env, l.Why = v.Env, c.d.Note(file, e.Line, "%s()", strings.TrimPrefix(m.Resolve(e.X), "."))
		return l, true
	default:
		return listening{}, false
	}
	l.Why = c.d.Note(file, e.Line, "%s()", strings.TrimPrefix(m.Resolve(e.X), "."))
	c.fill(m, &l, host, port)
	return l, l.Port != 0
}

// address works out "host:port", whose port may be a variable of the function.
func (c *code) address(m *source.Module, e *source.Expr) value {
	v := c.setting(m, e)
	if v.OK || e == nil {
		return v
	}
	for _, x := range append(e.Elts, e.X) {
		if x == nil || x.Kind != source.Name {
			continue
		}
		for s := range source.All(m.Body) {
			if s.Kind != source.Assign || s.Value == nil || !s.Targets[0].Is(x.Text) {
				continue
			}
			if port := c.setting(m, s.Value); port.OK || port.Env != "" {
				return value{Text: ":" + port.Text, Env: port.Env, OK: port.OK}
			}
			if name, ok := s.Value.Arg("", 0).String(); s.Value.Kind == source.Call && ok && strings.HasSuffix(name, "PORT") && name == strings.ToUpper(name) {
				return value{Env: name} // a function of the program's own reads it
			}
		}
	}
	return v
}

func (c *code) fill(m *source.Module, l *listening, host, port *source.Expr) {
	if v := c.setting(m, port); v.OK && portOf(v.Text) != 0 || v.Env != "" {
		if p := portOf(v.Text); p != 0 {
			l.Port = p
		}
		l.Env = v.Env
	}
	if v := c.setting(m, host); v.OK || v.Env != "" {
		l.Host, l.HostEnv = v.Text, v.Env
	}
}

// tornadoOption is the default of `define("port", default=8888)`.
func tornadoOption(m *source.Module) int {
	for e := range source.Calls(m.Body) {
		if m.Callee(e) != "tornado.options.define" {
			continue
		}
		if name, _ := e.Arg("name", 0).String(); name == "port" {
			return portOf(evaluate(m, e.Arg("default", 1)).Text)
		}
	}
	return 0
}

// option is a command-line option of the program.
type option struct {
	Flags   []string
	Default value
	File    string
	Line    int
}

// has reports whether the option has that flag.
func (o option) has(flag string) bool { return slices.Contains(o.Flags, flag) }

// options finds what click, typer's explicit form and argparse define in a file.
func (c *code) options(file string) []option {
	m := c.module(file)
	if m == nil {
		return nil
	}
	var out []option
	for e := range source.Calls(m.Body) {
		full := m.Callee(e)
		if full != "click.option" && !strings.HasSuffix(full, ".add_argument") && full != "typer.Option" && !(e.X.Kind == source.Attr && e.X.Text == "add_argument") {
			continue
		}
		o := option{File: file, Line: e.Line, Default: evaluate(m, e.Arg("default", -1))}
		for _, a := range e.Args {
			if s, ok := a.Value.String(); ok && a.Name == "" && strings.HasPrefix(s, "-") {
				o.Flags = append(o.Flags, s)
			}
		}
		if len(o.Flags) > 0 {
			out = append(out, o)
		}
	}
	return out
}
