package golang

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// listener is one place where the program begins to listen.
type listener struct {
	addr  address
	why   detect.Note
	aside bool // for metrics, profiles or the like
	tls   bool
	grpc  bool // a plain listener in a file that serves gRPC
	http  bool // a call or a server of HTTP's
	score int
}

// behindHTTP lets a listener for gRPC stand back where the program speaks HTTP too: a
// gateway is what people and health checks talk to.
func behindHTTP(ls []listener) {
	if !slices.ContainsFunc(ls, func(l listener) bool { return l.http && !l.aside }) {
		return
	}
	for i := range ls {
		if ls[i].grpc {
			ls[i].score -= 10
		}
	}
}

// fallbackPort is what a server is told to take that names no port itself.
const fallbackPort = 8080

// listen finds the port, the variable that sets it, and whether the server can
// be reached from outside its container.
func (e *eval) listen(s *detect.Service, fw framework) {
	ls := e.listeners(fw)
	e.onlyAside = len(ls) > 0 && !slices.ContainsFunc(ls, func(l listener) bool { return !l.aside })
	for _, l := range ls {
		e.listenWhy = append(e.listenWhy, l.why)
		if l.aside {
			e.beside = append(e.beside, l.addr.port.text())
		}
	}
	e.kind(s, fw, len(ls) > 0 || len(e.opaque) > 0)
	if s.Kind != detect.Server {
		return
	}
	if len(ls) == 0 || e.onlyAside && len(e.opaque) > 0 {
		e.fallback(s, fw)
		return
	}
	behindHTTP(ls)
	best := slices.MaxFunc(ls, func(a, b listener) int { return a.score - b.score })
	e.apply(s, best, fw)
	e.others(s, best, ls)
	if best.tls {
		e.tls = true
		s.Notes = append(s.Notes, e.listenNote(best, "serves TLS by itself: the health check takes any answer"))
	}
	if s.Port.V != 0 && s.Port.V < 1024 {
		s.Notes = append(s.Notes, e.listenNote(best, "port %d is a privileged one: Docker allows it to any user, a Kubernetes cluster may not", s.Port.V))
	}
}

func (e *eval) listenNote(l listener, format string, args ...any) detect.Note {
	n := l.why
	n.Text = e.w.top.Note(n.Path, n.Line, format, args...).Text
	return n
}

// listeners are all calls that begin to listen, with their addresses.
func (e *eval) listeners(fw framework) []listener {
	var out []listener
	add := func(x ast.Node, ps parts, at site, score int) {
		unknown := func() {
			c, isCall := x.(*ast.CallExpr)
			if (!isCall || surely(newCall(c, at))) && !e.marginal(x, ps, at) {
				e.opaque = append(e.opaque, e.note(at.f, x, "listens on an address that is not in the sources"))
			}
		}
		if len(ps) == 0 {
			unknown()
			return
		}
		l := listener{addr: splitAddress(ps), why: e.note(at.f, x, "listens on %s", orElse(ps.text(), "an address that is set from outside")), score: score}
		if !l.addr.plausible() {
			unknown()
			return
		}
		if c, ok := x.(*ast.CallExpr); ok {
			name, importPath := at.f.callee(c.Fun)
			l.tls = strings.HasSuffix(name, "TLS") || importPath == "crypto/tls"
			l.grpc = importPath == "net" && at.f.importsAny("google.golang.org/grpc")
			l.http = strings.HasPrefix(name, "ListenAndServe")
		} else {
			l.http, l.tls = true, e.onlyTLS(at)
		}
		if l.tls {
			l.score -= 2 // where one port has TLS and one has not, a proxy wants the latter
		}
		if score < 0 || e.marginal(x, ps, at) {
			l.aside, l.score = true, score-10
		}
		if at.f.pkg.dir == e.cmd.dir {
			l.score += 2
		}
		if ps.known() {
			l.score++
		}
		out = append(out, l)
	}
	for _, c := range e.calls {
		if x, score := e.listenArg(c); x != nil {
			add(c.CallExpr, e.value(x, c.at), c.at, score)
		} else if score > 0 {
			add(c.CallExpr, parts{{text: ":" + strconv.Itoa(fw.port), known: true, env: fw.portEnv}}.port(), c.at, score)
		}
	}
	for _, l := range e.lits {
		if l.name != "Server" || l.path != "net/http" && l.path != "github.com/valyala/fasthttp" {
			continue
		}
		for _, el := range l.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Addr" {
					add(kv, e.value(kv.Value, l.at), l.at, 6)
				}
			}
		}
	}
	for i := range out { // beside another one for HTTP, it redirects
		n, _ := strconv.Atoi(out[i].addr.port.text())
		if n != 80 && n != 443 {
			continue
		}
		if slices.ContainsFunc(out, func(o listener) bool { return (o.http || o.tls) && o.addr.port.text() != out[i].addr.port.text() }) {
			out[i].score -= 3
		}
	}
	return out
}

// onlyTLS reports whether a function serves TLS and nothing else: the server that it
// makes is for that.
func (e *eval) onlyTLS(at site) bool {
	if at.fn == nil {
		return false
	}
	in := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			return slices.ContainsFunc(e.byName[name], func(c *call) bool { return c.at.fn == at.fn })
		})
	}
	return in("ListenAndServeTLS", "ServeTLS") && !in("ListenAndServe", "Serve")
}

// surely reports whether a call can do nothing but listen.
func surely(c *call) bool {
	return strings.HasPrefix(c.name, "ListenAndServe") || c.path == "net" && c.name == "Listen"
}

// port makes of the one part ":8080" that a variable sets the port of the two ":" and 8080.
func (ps parts) port() parts {
	p := ps[0]
	p.text = strings.TrimPrefix(p.text, ":")
	return append(literal(":"), p)
}

// exporterToolkit is what serves the exporters of Prometheus.
// https://github.com/prometheus/exporter-toolkit/blob/master/web/kingpinflag/flag.go
const exporterToolkit = "github.com/prometheus/exporter-toolkit"

// listenArg finds the address in a call that begins to listen. Without one, a
// score says that the call takes the framework's own port.
func (e *eval) listenArg(c *call) (ast.Expr, int) {
	n := len(c.Args)
	method := c.path == ""
	if c.in(exporterToolkit) {
		if c.name == "AddFlags" && n == 2 { // its server listens where the flag that this adds says
			return c.Args[1], 6
		}
		return nil, 0
	}
	switch c.name {
	case "ListenAndServe", "ListenAndServeTLS", "ListenAndServeTLSEmbed":
		switch {
		case n == 2 && !method && isNil(c.Args[1]) && c.at.f.importsAny("net/http/pprof"):
			return c.Args[0], -4 // profiles, beside the handler of the service
		case n > 0 && !method:
			return c.Args[0], 6
		case method && c.recv() != nil:
			return &ast.SelectorExpr{X: c.recv(), Sel: &ast.Ident{Name: "Addr", NamePos: c.Pos()}}, 6
		}
	case "Listen", "ListenTLS":
		switch {
		case n >= 2 && (c.path == "net" || c.path == "crypto/tls"):
			return e.tcp(c.Args[0], c.Args[1], c.at)
		case n == 3 && method:
			return e.tcp(c.Args[1], c.Args[2], c.at)
		case n == 2 && method:
			if network, ok := c.arg(0); ok && strings.HasPrefix(network, "tcp") {
				return c.Args[1], 4
			}
		case n >= 1 && method:
			return c.Args[0], 6
		}
	case "Run", "RunTLS", "Start", "StartTLS", "Serve", "Spin":
		switch {
		case n == 0 && c.name == "Run" && e.ownPort(c):
			return nil, 6
		case n >= 1 && (method || c.in("github.com/beego/beego") || c.in("github.com/astaxie/beego") || c.in("github.com/GoogleCloudPlatform/functions-framework-go")):
			return c.Args[0], 5
		}
	case "StartHostPort":
		if n == 2 && c.in("github.com/GoogleCloudPlatform/functions-framework-go") {
			return &ast.BinaryExpr{X: &ast.BinaryExpr{X: c.Args[0], Op: token.ADD, Y: &ast.BasicLit{Kind: token.STRING, Value: `":"`, ValuePos: c.Pos()}}, Op: token.ADD, Y: c.Args[1]}, 6
		}
	case "WithHostPorts", "Address", "Addr":
		if n == 1 && !method && c.at.f.importsAny("github.com/cloudwego/hertz", "github.com/go-kratos/kratos", "github.com/kataras/iris") {
			return c.Args[0], 6
		}
	}
	return nil, 0
}

// ownPort reports whether a call of Run without arguments takes the framework's port.
func (e *eval) ownPort(c *call) bool {
	if c.in("github.com/beego/beego") || c.in("github.com/astaxie/beego") {
		return true
	}
	for _, fw := range []string{"github.com/gin-gonic/gin", "github.com/flamego/flamego", "gopkg.in/macaron.v1", "github.com/go-martini/martini"} {
		if c.at.f.importsAny(fw) && e.madeBy(c.recv(), c.at, fw, "Default", "New", "Classic", "NewWithLogger") {
			return true
		}
	}
	return false
}

// tcp is the address of a listener whose network is not a Unix socket.
func (e *eval) tcp(network, addr ast.Expr, at site) (ast.Expr, int) {
	if lit, ok := str(network); ok && !strings.HasPrefix(lit, "tcp") {
		return nil, 0
	}
	return addr, 4
}

func isNil(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "nil"
}

// plausible reports whether the string can be an address: calls of the same
// names take other things too.
func (a address) plausible() bool {
	port := a.port.text()
	if port == "" {
		return a.port.settable() && len(a.port.why()) > 0 && namesPort(a.port)
	}
	if a.port.known() || port != "" {
		n, err := strconv.Atoi(port)
		return err == nil && n > 0 && n < 65536 && (len(a.host) > 0 || n > 79)
	}
	return false
}

// namesPort reports whether what sets the text is called as a port or an address is.
func namesPort(ps parts) bool {
	for _, p := range ps {
		if contains := strings.ToLower(p.env + " " + p.flag); strings.Contains(contains, "port") || strings.Contains(contains, "addr") || strings.Contains(contains, "listen") || strings.Contains(contains, "bind") || strings.Contains(contains, "host") {
			return true
		}
	}
	return false
}

var marginalWords = []string{"metric", "httphandler", "pprof", "debug", "prom", "profil", "monitor", "admin", "redirect", "acme", "grpc", "ssh", "smtp", "dns", "gossip", "raft", "internal", "telemetry", "probe", "healthz", "sidecar"}

// marginal reports whether a listener stands beside the one that the service is
// for, by the names around it.
func (e *eval) marginal(x ast.Node, ps parts, at site) bool {
	var names []string
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names = append(names, id.Name)
		}
		return true
	})
	for _, p := range ps {
		names = append(names, p.env, p.flag)
	}
	if at.fn != nil {
		names = append(names, at.fn.Name.Name)
	}
	if at.f.pkg.dir != e.cmd.dir {
		names = append(names, at.f.pkg.name, strings.TrimSuffix(at.f.name[strings.LastIndexByte(at.f.name, '/')+1:], ".go"))
	}
	all := strings.ToLower(strings.Join(names, " "))
	return slices.ContainsFunc(marginalWords, func(w string) bool { return strings.Contains(all, w) })
}

// apply takes over the address of a listener.
func (e *eval) apply(s *detect.Service, l listener, fw framework) {
	a := l.addr
	n, _ := strconv.Atoi(a.port.text())
	why := append([]detect.Note{l.why}, a.port.why()...)
	env := a.port.first(envOf)
	if n == 0 || e.mustBeSet()[env] {
		n = e.examplePort(env)
		e.setRequired(s, a, n, l)
		s.Port = detect.Assumed(portOf(n), why...)
	} else {
		s.Port = detect.Found(portOf(n), why...)
	}
	if !a.whole && env != "" {
		s.PortEnv, _ = safe.NewEnvName(env)
	}
	if a.loopback() {
		e.open(s, a, n, l)
	}
}
