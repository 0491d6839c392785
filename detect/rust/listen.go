package rust

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// address is where a program listens, as far as it is known.
type address struct {
	host, port pieces
	whole      *piece // one setting that holds both
	why        detect.Note
}

// addresses are where the program binds sockets, in the order of its files.
func (pr *program) addresses() []address {
	var out []address
	pr.calls(func(f *file, c *source.Call) {
		arg, ok := bindArg(c)
		if !ok {
			return
		}
		at := scope{f, c.Fn}
		ps := pr.eval(arg, at, 0)
		a, good := split(ps)
		if c.Path == "bind" && c.Method() && len(c.Args) < 3 && (!good && !mentionsIdent(c.Recv, "HttpServer", "Server", "serve", "server") || mentionsIdent(c.Recv, "query", "query_as", "query_scalar", "sql_query", "execute")) {
			return // of a query's parameter
		}
		a.why = pr.note(f, c.Line, "%s(%s)", c.Path, describe(ps))
		if describe(ps) == "" {
			a.why.Text = c.Path
		}
		if name := text(c.Args[0]); c.Method() && len(c.Args) == 3 && (strings.Contains(name, "http") || strings.Contains(name, "web")) { // before the other protocols
			out = slices.Insert(out, 0, a)
			return
		}
		out = append(out, a)
	})
	return out
}

// text is what a literal stands for, "" for anything else.
func text(ts []source.Token) string {
	if len(ts) == 1 && ts[0].Kind == source.String {
		return ts[0].Text
	}
	return ""
}

// serves reports whether the program hands connections to a server that it makes.
func (pr *program) serves() bool {
	found := false
	pr.calls(func(f *file, c *source.Call) {
		if found {
			return
		}
		switch c.Path {
		case "axum::serve", "HttpServer::new", "warp::serve", "serve_connection", "serve_connection_with_upgrades", "Server::builder", "axum::Server::from_tcp", "Server::from_tcp", "actix_web::HttpServer::new", "Server::new":
			found = true
			pr.serving = pr.note(f, c.Line, "%s", c.Path)
		}
	})
	return found
}

// bindArg is the address that a call binds.
func bindArg(c *source.Call) ([]source.Token, bool) {
	if c.Macro || len(c.Args) == 0 {
		return nil, false
	}
	parts := strings.Split(c.Path, "::")
	name, typ := parts[len(parts)-1], ""
	if len(parts) > 1 {
		typ = parts[len(parts)-2]
	}
	switch {
	case typ == "TcpListener" && (name == "bind" || name == "new"),
		typ == "Server" && (name == "bind" || name == "try_bind" || name == "http" || name == "new"),
		strings.HasPrefix(c.Path, "axum_server::bind"), typ == "" && !c.Method() && (name == "bind_rustls"),
		c.Path == "rouille::start_server", c.Path == "start_server", c.Path == "gotham::start", c.Path == "ws::listen":
		if typ == "Server" && name == "new" && len(c.Args) != 2 {
			return nil, false
		}
		return c.Args[0], true
	case !c.Method():
		return nil, false
	case name == "bind" && len(c.Args) == 3: // of actix_server: a name, the address, what serves
		return c.Args[1], true
	case name == "bind", name == "bind_auto_h2c", name == "bind_uds" && false, strings.HasPrefix(name, "bind_rustls"), strings.HasPrefix(name, "bind_openssl"):
		return c.Args[0], true
	case name == "listen" && len(c.Args) == 1 && !mentionsIdent(c.Recv, "socket"):
		return c.Args[0], true
	case name == "serve" || name == "serve_with_shutdown":
		return c.Args[0], mentionsIdent(c.Recv, "Server", "builder", "add_service", "server", "router")
	case name == "run" || name == "try_bind" || name == "bind_with_graceful_shutdown":
		return c.Args[0], mentionsIdent(c.Recv, "warp")
	}
	return nil, false
}

// split takes an address apart.
func split(ps pieces) (address, bool) {
	a := address{}
	if len(ps) == 1 && (ps[0].env != "" || ps[0].flag != "") {
		p := ps[0]
		if !p.known {
			a.whole = &p
			return a, true
		}
		host, port, ok := cut(p.text)
		if !ok {
			return a, false
		}
		a.whole = &p
		a.host, a.port = pieces{{text: host, known: true, why: p.why}}, pieces{{text: port, known: true, why: p.why}}
		return a, true
	}
	for i := len(ps) - 1; i >= 0; i-- {
		if !ps[i].known || ps[i].env != "" {
			continue
		}
		at := strings.LastIndexByte(ps[i].text, ':')
		if at < 0 {
			continue
		}
		before, after := ps[i], ps[i]
		before.text, after.text = ps[i].text[:at], ps[i].text[at+1:]
		a.host = append(slices.Clone(ps[:i]), before)
		a.port = append(pieces{after}, ps[i+1:]...)
		a.host, a.port = compact(a.host), compact(a.port)
		return a, validPort(a.port) || len(a.port) == 1 && !a.port[0].known
	}
	return a, false
}

func compact(ps pieces) pieces {
	return slices.DeleteFunc(ps, func(p piece) bool { return p.known && p.text == "" && p.env == "" })
}

func cut(s string) (host, port string, ok bool) {
	for _, scheme := range []string{"http://", "https://", "tcp://"} {
		s = strings.TrimPrefix(s, scheme)
	}
	s = strings.TrimSuffix(s, "/")
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return "", "", false
	}
	_, err := strconv.ParseUint(s[i+1:], 10, 16)
	return s[:i], s[i+1:], err == nil
}

func validPort(ps pieces) bool {
	if !ps.known() {
		return false
	}
	n, err := strconv.Atoi(ps.text())
	return err == nil && n > 0 && n < 65536
}

func describe(ps pieces) string {
	var b strings.Builder
	for _, p := range ps {
		switch {
		case p.env != "" && p.known:
			b.WriteString("$" + p.env + " or " + p.text)
		case p.env != "":
			b.WriteString("$" + p.env)
		case p.flag != "":
			b.WriteString(p.flag + " " + p.text)
		case p.known:
			b.WriteString(p.text)
		default:
			b.WriteString("...")
		}
	}
	return b.String()
}

// loopback reports whether only the own machine reaches what listens there.
func loopback(host string) bool {
	host = strings.Trim(host, "[]")
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// listen sets kind and port. What binds the loopback address is told to bind all
// of them where something can tell it, and is a note where nothing can.
func (pr *program) listen(s *detect.Service, fw framework) {
	if pr.launches(s, fw) {
		return
	}
	all := pr.addresses()
	all = slices.DeleteFunc(all, func(a address) bool { return a.port.known() && a.port.text() == "0" })
	if len(all) == 0 {
		if fw.crate == "" || fw.worker || !pr.serves() {
			return
		}
		// The socket comes from elsewhere: a setting named port is what there is to go by.
		all = []address{{port: pr.setting("port", nil, 0), why: pr.serving}}
		if h := pr.setting("host", nil, 0); len(h) == 1 {
			all[0].host = h
		}
	}
	s.Kind = detect.Server
	best := all[0]
	if best.port == nil && best.whole == nil {
		best.port = pr.setting("port", nil, 0)
	}
	for _, a := range all { // one that says its port, else one that a variable says
		if validPort(a.port) && !validPort(best.port) {
			best = a
		}
	}
	pr.usePort(s, fw, best)
	pr.useHost(s, best)
}

func (pr *program) usePort(s *detect.Service, fw framework, a address) {
	why := a.why
	if len(a.port) == 1 && a.port[0].why.Path != "" && a.port[0].why.Line != why.Line && a.port[0].known {
		why = a.port[0].why
		why.Text = strings.TrimSpace(why.Text + " " + a.port[0].text)
	}
	port := 0
	if validPort(a.port) {
		port, _ = strconv.Atoi(a.port.text())
	}
	if len(a.port) == 1 && a.whole == nil {
		if env, ok := envName(a.port[0].env); ok {
			s.PortEnv = env
		}
	}
	example := ""
	switch {
	case a.whole != nil && a.whole.env != "":
		example = pr.example(a.whole.env)
		if i := strings.LastIndexByte(example, ':'); i >= 0 {
			example = example[i+1:]
		}
	case !s.PortEnv.IsZero():
		example = pr.example(s.PortEnv.String())
	}
	if port == 0 {
		port, _ = strconv.Atoi(strings.TrimRight(example, "/"))
	}
	switch p, err := safe.NewPort(port); {
	case port != 0 && err == nil && p >= 1024:
		s.Port = detect.Found(p, why)
	case port != 0 && err == nil:
		// An unprivileged user may bind it inside a container, but nobody expects it.
		s.Port = detect.Found(p, why)
	default:
		deflt := fw.port
		if deflt == 0 || !s.PortEnv.IsZero() || a.whole != nil {
			deflt = 8080
		}
		why.Text += ": the port is not in the sources"
		s.Port = detect.Assumed(safe.Port(deflt), why)
	}
}

// useHost lets the program listen on every address.
func (pr *program) useHost(s *detect.Service, a address) {
	switch {
	case a.whole != nil:
		if a.host.known() && !loopback(a.host.text()) {
			return
		}
		value := "0.0.0.0:" + s.Port.V.String()
		if strings.Contains(a.whole.text, "://") {
			scheme, _, _ := strings.Cut(a.whole.text, "://")
			value = scheme + "://" + value
		}
		pr.tell(s, *a.whole, value, a)
	case len(a.host) == 1 && (a.host[0].env != "" || a.host[0].flag != ""):
		if a.host[0].known && !loopback(a.host[0].text) {
			return
		}
		pr.tell(s, a.host[0], "0.0.0.0", a)
	case a.host.known() && loopback(a.host.text()):
		pr.trapped(s, a)
	}
}

// tell sets a setting of the program: by its variable, else by its option.
func (pr *program) tell(s *detect.Service, p piece, value string, a address) {
	if env, ok := envName(p.env); ok {
		set(s, env, value, "Nothing outside the container reaches the loopback address.")
		return
	}
	if p.flag != "" {
		if argv, err := safe.NewArgv(append(s.Start.V.Args(), p.flag, value)...); err == nil {
			s.Start = detect.Found(argv, append(s.Start.Why, p.why)...)
			return
		}
	}
	if a.host.known() && loopback(a.host.text()) {
		pr.trapped(s, a)
	}
}

func (pr *program) trapped(s *detect.Service, a address) {
	n := a.why
	n.Text = "listens on " + a.host.text() + ": nothing outside the container can reach it; let it listen on 0.0.0.0, or read the address from a variable"
	s.Notes = append(s.Notes, n)
}

func set(s *detect.Service, env safe.EnvName, value, why string) {
	label, err := safe.NewLabel(value)
	if err != nil {
		return
	}
	for i := range s.SetEnv {
		if s.SetEnv[i].Name == env {
			return
		}
	}
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: env, Value: label, Why: why})
}

// example is what the project's example file gives a variable.
func (pr *program) example(env string) string {
	for _, d := range []*detect.Dir{pr.pkg.dir, pr.pkg.ws.dir} {
		lines, err := manifest.EnvExample(d)
		if err != nil {
			continue
		}
		for _, l := range lines {
			if l.Name == env && !l.Off {
				return l.Value
			}
		}
	}
	return ""
}
