package c

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/csource"
	"dockgen/internal/safe"
)

// listener is a call by which a program listens.
type listener struct {
	name      string // of the function or class
	framework string // "" for the system's own
	include   string // a header whose path begins so must be included, "" for any
	port      int    // which argument holds the port, or the whole address; -1: any of them
	deflt     int
}

// listeners are the calls of the libraries that people serve with.
func listeners() []listener {
	return []listener{
		{"createShared", "oatpp", "oatpp", -1, 8000},
		{"addListener", "drogon", "drogon", 1, 80},
		{"loadConfigFile", "drogon", "drogon", -1, 80},
		{"port", "crow", "crow", 0, 18080},
		{"listen", "cpp-httplib", "httplib", 1, 8080},
		{"bind_to_port", "cpp-httplib", "httplib", 1, 8080},
		{"Port", "pistache", "pistache", 0, 9080},
		{"Address", "pistache", "pistache", -1, 9080},
		{"http_listener", "cpprestsdk", "cpprest", 0, 8080},
		{"ServerSocket", "poco", "Poco", 0, 9980},
		{"AddListeningPort", "grpc", "grpc", 0, 50051},
		{"listen", "uwebsockets", "uwebsockets", -1, 9001},
		{"listen", "uwebsockets", "App.h", -1, 9001},
		{"set_port", "restbed", "restbed", 0, 80},
		{"port", "restinio", "restinio", 0, 8080},
		{"setPort", "cinatra", "cinatra", 0, 8080},
		{"endpoint", "boost", "boost/asio", 1, 8080},
		{"endpoint", "asio", "asio", 1, 8080},
		{"mg_http_listen", "mongoose", "", 1, 8000},
		{"mg_bind", "mongoose", "", 1, 8000},
		{"mg_start", "civetweb", "", -1, 8080},
		{"MHD_start_daemon", "libmicrohttpd", "", 1, 8080},
		{"evhttp_bind_socket", "libevent", "", 2, 8080},
		{"evhttp_bind_socket_with_handle", "libevent", "", 2, 8080},
		{"evconnlistener_new_bind", "libevent", "", -1, 8080},
		{"http_listen", "facil.io", "", 0, 3000},
		{"ulfius_init_instance", "ulfius", "", 1, 8080},
		{"onion_set_port", "onion", "", 1, 8080},
		{"lws_create_context", "libwebsockets", "", -1, 7681},
		{"soup_server_listen_all", "libsoup", "", 1, 8080},
	}
}

// evidence is where a program listens.
type evidence struct {
	port      int
	env       string // the variable that the port is read from
	host      string
	framework string
	why       detect.Note
	anywhere  bool // the port may be any of several arguments, so that its name has to say it
	note      bool // the program ends without arguments
	signals   bool // it handles SIGTERM
}

// scan looks through the sources for where the program listens.
type scan struct {
	p       *project
	program string
	files   []*scanned
}

type scanned struct {
	*csource.File
	path string
}

const (
	maxSources = 1500
	maxSource  = 1 << 20
)

func (p *project) scan(e *executable) (*scan, error) {
	s := &scan{p: p, program: e.name}
	list := p.sourcesOf(e)
	seen := map[string]bool{}
	take := func(name string) {
		if seen[name] || len(s.files) >= maxSources {
			return
		}
		seen[name] = true
		f, err := detect.Once(p.dir, "c source:"+p.dir.Path()+":"+name, func() (*csource.File, error) {
			data, err := p.dir.Read(name)
			if err != nil || len(data) > maxSource {
				return nil, err
			}
			return csource.NewFile(string(data)), nil
		})
		if err == nil && f != nil {
			s.files = append(s.files, &scanned{f, name})
		}
	}
	for _, name := range list {
		take(name)
	}
	if len(list) == 0 { // a generated list: what the folder holds
		for name := range p.dir.Files("*.c", "*.cc", "*.cpp", "*.cxx") {
			if !aside(name) {
				take(name)
			}
		}
	}
	// Headers hold constants, and whole controllers.
	for name := range p.dir.Files("*.h", "*.hpp", "*.hh", "*.hxx") {
		if !aside(name) {
			take(name)
		}
	}
	return s, nil
}

func (s *scan) includes(prefix string) bool {
	return slices.ContainsFunc(s.files, func(f *scanned) bool {
		return slices.ContainsFunc(f.Includes, func(i string) bool {
			return strings.HasPrefix(i, prefix) || strings.HasSuffix(i, "/"+prefix) || strings.HasPrefix(i, prefix+".h")
		})
	})
}

// listens finds the first place where the program listens, nil for none.
func (s *scan) listens() *evidence {
	var raw, best *evidence
	bound, listening := false, false
	for _, f := range s.files {
		for _, c := range f.Calls {
			why := s.p.dir.Note(f.path, c.Line, "%s", c.Name)
			switch {
			case c.Name == "bind" && len(c.Args) == 3:
				bound = true
			case c.Name == "listen" && len(c.Args) == 2:
				listening = true
			case c.Name == "htons" && len(c.Args) == 1 && (raw == nil || raw.port == 0):
				e := &evidence{why: why}
				s.value(f, c.Args[0], 0, e)
				if e.port > 0 && e.port < 80 && f.Values["sin_port"] == nil && f.Values["sin6_port"] == nil {
					continue // of a message, and of no address
				}
				if raw == nil || e.port != 0 {
					raw = e
				}
			case c.Name == "getaddrinfo" && len(c.Args) > 1 && raw == nil:
				e := &evidence{why: why}
				s.value(f, c.Args[1], 0, e)
				raw = e
			}
			for _, l := range listeners() {
				if l.name != c.Name || l.include != "" && !s.includes(l.include) || len(c.Args) == 0 || best != nil && best.port > 0 {
					continue
				}
				if c.Name == "createShared" && c.On != "ConnectionProvider" {
					continue // of a pool, a mapper, a router
				}
				e := &evidence{framework: l.framework, why: why, anywhere: l.port < 0}
				if l.port >= 0 && l.port < len(c.Args) {
					s.value(f, c.Args[l.port], 0, e)
				} else if l.port < 0 {
					for _, a := range c.Args {
						s.value(f, a, 0, e)
					}
				}
				for _, a := range c.Args {
					s.host(a, e)
				}
				switch {
				case l.framework == "oatpp" && e.port == 0, l.framework == "asio" && e.port == 0 && e.env == "", l.framework == "boost" && e.port == 0 && e.env == "":
					continue // of another object
				case e.port == 0:
					e.why.Text += ": the port is not in the sources"
				}
				if e.port == 0 && e.env == "" {
					if best != nil {
						continue // the first one is as good
					}
					e.port = -l.deflt
				}
				best = e
			}
		}
	}
	switch {
	case best != nil:
	case bound && listening:
		if best = raw; best == nil {
			best = &evidence{}
		}
		s.rawHost(best)
	default:
		if best = s.accepts(); best == nil {
			best = s.serves()
		}
		if best == nil {
			return nil
		}
	}
	if best.port <= 0 && best.env == "" || best == raw {
		if port, why := s.p.settingsPort(s.program); port != 0 {
			best.port, best.why = port, why
		} else if best.port <= 0 && best.env == "" {
			s.portNamed(best)
		}
	}
	best.signals = s.signals()
	best.note = s.wantsArguments()
	return best
}

// value looks for a port in an expression: a number, or a constant or variable
// that holds one, and the variable of the environment that it is read from. Of
// several numbers one that needs no rights wins: root ? 80 : 8080. A name means what the
// file that uses it gives it, else what another one does.
func (s *scan) value(at *scanned, ts []csource.Token, depth int, e *evidence) {
	if depth > 6 {
		return
	}
	number := func(text string) {
		if i := strings.LastIndexByte(text, ':'); i >= 0 {
			if host := strings.Trim(text[strings.LastIndexByte(text[:i], '/')+1:i], "[]"); host != "" && e.host == "" {
				e.host = host
			}
			text = text[i+1:]
		}
		if n, err := strconv.Atoi(strings.Trim(text, "/")); err == nil && n > 0 && n < 65536 && n != 1 && (e.port == 0 || e.port < 1024 && n >= 1024) {
			e.port = n
		}
	}
	for i, t := range ts {
		switch t.Kind {
		case csource.Number, csource.String:
			number(t.Text)
		case csource.Group:
			if t.Text != "[" { // argv[2] is no port
				s.value(at, t.Inner, depth+1, e)
			}
		case csource.Ident:
			if t.Text == "getenv" && i+1 < len(ts) && ts[i+1].Kind == csource.Group && len(ts[i+1].Inner) == 1 && ts[i+1].Inner[0].Kind == csource.String {
				if e.env == "" {
					e.env = ts[i+1].Inner[0].Text
				}
				continue
			}
			if len(t.Text) < 3 && depth > 0 || i+1 < len(ts) && (ts[i+1].Is(":") || ts[i+1].Kind == csource.Group && ts[i+1].Text == "(") {
				continue // a namespace, or a function, of which only the arguments count
			}
			for _, f := range append([]*scanned{at}, s.files...) {
				v, ok := f.Defines[t.Text]
				if !ok {
					v, ok = f.Values[t.Text]
				}
				if ok {
					before := e.port
					s.value(f, v, depth+1, e)
					if e.port != before && (e.port < 80 || e.anywhere) && portRank(t.Text) == 0 {
						e.port = before // how many, or how long
					}
					break
				}
			}
		}
	}
}

func (s *scan) host(ts []csource.Token, e *evidence) {
	for _, t := range ts {
		switch {
		case t.Kind == csource.Group:
			s.host(t.Inner, e)
		case t.Kind == csource.String && e.host == "":
			if _, err := netip.ParseAddr(t.Text); err == nil || t.Text == "localhost" {
				e.host = t.Text
			}
		}
	}
}

// rawHost finds the address that a plain socket is bound to.
func (s *scan) rawHost(e *evidence) {
	for _, f := range s.files {
		for _, c := range f.Calls {
			switch c.Name {
			case "inet_addr", "inet_pton", "inet_aton":
				for _, a := range c.Args {
					s.host(a, e)
				}
			case "htonl":
				if len(c.Args) == 1 && len(c.Args[0]) == 1 && c.Args[0][0].Is("INADDR_LOOPBACK") && e.host == "" {
					e.host = "127.0.0.1"
				}
				if len(c.Args) == 1 && len(c.Args[0]) == 1 && c.Args[0][0].Is("INADDR_ANY") {
					e.host = "0.0.0.0"
				}
			}
		}
	}
}

// signals reports whether the program handles SIGTERM.
func (s *scan) signals() bool {
	for _, f := range s.files {
		for _, c := range f.Calls {
			switch c.Name {
			case "signal", "sigaction", "sigaddset", "bsd_signal", "async_wait", "signal_set", "signals", "evsignal_new", "add", "uv_signal_start":
				for _, a := range c.Args {
					if slices.ContainsFunc(a, func(t csource.Token) bool { return t.Is("SIGTERM") }) {
						return true
					}
				}
			}
		}
	}
	return false
}

// wantsArguments reports whether main compares argc with 2 or more before anything
// else, as programs do that print their usage without arguments.
func (s *scan) wantsArguments() bool {
	var look func(ts []csource.Token) bool
	look = func(ts []csource.Token) bool {
		for i, t := range ts {
			if t.Kind == csource.Group && look(t.Inner) {
				return true
			}
			if t.Is("argc") && i+2 < len(ts) && (ts[i+1].Is("<") || ts[i+1].Is("!")) {
				j := i + 2
				if ts[j].Is("=") {
					j++
				}
				if j < len(ts) && ts[j].Kind == csource.Number && ts[j].Text >= "2" && len(ts[j].Text) == 1 {
					return true
				}
			}
		}
		return false
	}
	for _, f := range s.files {
		if f.Main && look(f.Tokens) {
			return true
		}
	}
	return false
}

// envs are the variables that the program reads.
func (s *scan) envs() []detect.EnvVar {
	var out []detect.EnvVar
	for _, f := range s.files {
		for _, c := range f.Calls {
			if c.Name != "getenv" && c.Name != "secure_getenv" || len(c.Args) != 1 || len(c.Args[0]) != 1 || c.Args[0][0].Kind != csource.String {
				continue
			}
			name, err := safe.NewEnvName(c.Args[0][0].Text)
			if err != nil || slices.ContainsFunc(out, func(o detect.EnvVar) bool { return o.Name == name }) || systemEnv(name.String()) {
				continue
			}
			upper := strings.ToUpper(name.String())
			secret := strings.Contains(upper, "SECRET") || strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "TOKEN") || strings.HasSuffix(upper, "_KEY")
			out = append(out, detect.EnvVar{Name: name, Secret: secret, Why: []detect.Note{s.p.dir.Note(f.path, c.Line, "reads $%s", name)}})
		}
	}
	slices.SortFunc(out, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
	return out
}

func itoa(i int) string { return strconv.Itoa(i) }

func systemEnv(name string) bool {
	switch name {
	case "HOME", "PATH", "USER", "SHELL", "TERM", "TMPDIR", "TEMP", "TMP", "PWD", "LANG", "EDITOR", "PAGER", "DISPLAY", "NO_COLOR", "COLUMNS", "LINES", "LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET", "TZ", "LOGNAME", "HOSTNAME":
		return true
	}
	return strings.HasPrefix(name, "XDG_") || strings.HasPrefix(name, "LC_")
}
