package java

import (
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
	"dockgen/internal/safe"
)

// portKeys are where a framework's configuration says the port, and the variable
// that sets the same from outside.
var portKeys = map[string]struct {
	keys []string
	env  string
}{
	"spring-boot": {[]string{"server.port"}, "SERVER_PORT"},
	"grails":      {[]string{"server.port"}, "SERVER_PORT"},
	"quarkus":     {[]string{"quarkus.http.port"}, "QUARKUS_HTTP_PORT"},
	"micronaut":   {[]string{"micronaut.server.port"}, "MICRONAUT_SERVER_PORT"},
	"helidon":     {[]string{"server.port"}, "SERVER_PORT"},
	"ktor":        {[]string{"ktor.deployment.port"}, ""},
	"play":        {[]string{"play.server.http.port", "http.port"}, "PLAY_HTTP_PORT"},
}

// listen finds the port: in the configuration, in the program's own calls, else the
// framework's own.
func (p *program) listen(s *detect.Service) {
	if s.Kind != detect.Server {
		return
	}
	if p.layout.form == formWar || p.layout.form == formRunner {
		s.Port = detect.Assumed(p.fw.port, detect.Note{Text: "the server's own"})
		return
	}
	known := portKeys[p.fw.name]
	if v, ok := p.config.get(known.keys...); ok {
		p.portOf(s, v, known.env)
		return
	}
	if p.fw.name == "dropwizard" && p.dropwizardPort(s) {
		return
	}
	if found := p.codePort(); found.port != 0 || found.env != "" {
		port := found.port
		note := found.note
		if port == 0 {
			port = int(p.ownPort())
		}
		env, _ := safe.NewEnvName(found.env)
		if n, err := safe.NewPort(port); err == nil {
			s.Port, s.PortEnv = detect.Found(n, note), env
		}
		if found.own.Text != "" {
			s.Notes = append(s.Notes, found.own)
		}
		p.unprivileged(s, note)
		return
	}
	s.Port = detect.Assumed(p.ownPort(), detect.Note{Path: p.fwNote.Path, Line: p.fwNote.Line, Text: p.fw.name + "'s own port"})
}

// ownPort is the framework's own: that of Helidon's MicroProfile server was another
// before 3 (https://helidon.io/docs/v2/mp/jaxrs/02_server-configuration.html).
func (p *program) ownPort() safe.Port {
	if p.fw.name == "helidon" && p.has("io.helidon.microprofile*:*") {
		if v := parseVersion(p.frameworkVersion()); v.known() && v.less(3) {
			return 7001
		}
	}
	return p.fw.port
}

// portOf takes a port out of the configuration; a placeholder names the variable.
func (p *program) portOf(s *detect.Service, v configValue, env string) {
	n := p.config.number(v)
	for _, part := range placeholders(v.value) {
		if name, err := safe.NewEnvName(envName(part.name)); part.name != "" && err == nil {
			s.PortEnv = name
		}
	}
	if n <= 0 {
		s.Port = detect.Assumed(p.ownPort(), v.note)
		if name, err := safe.NewEnvName(env); err == nil && s.PortEnv.IsZero() {
			s.PortEnv = name // 0 and -1 are any free port, which nobody outside could know
		}
		return
	}
	if port, err := safe.NewPort(n); err == nil {
		s.Port = detect.Found(port, v.note)
	}
	if s.PortEnv.IsZero() && n <= 1024 {
		s.PortEnv, _ = safe.NewEnvName(env)
	}
	p.unprivileged(s, v.note)
}

// unprivileged moves a port that only root may open, where a variable can.
func (p *program) unprivileged(s *detect.Service, why detect.Note) {
	if s.Port.V == 0 || s.Port.V > 1024 {
		return
	}
	if s.PortEnv.IsZero() {
		s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: "listens on port " + s.Port.V.String() + ", which only root may open: have it take the port from a variable"})
	}
	s.Port = detect.Assumed(safe.Port(8080), why)
}

// envName is the variable of a placeholder: a property's name in Spring's and
// MicroProfile's spelling of it, which is upper case with underscores.
func envName(name string) string {
	if strings.ContainsAny(name, ".-") {
		name = strings.ToUpper(strings.NewReplacer(".", "_", "-", "").Replace(name))
	}
	return name
}

// dropwizardPort reads server.applicationConnectors[0].port, or connector.port of a
// simple server.
func (p *program) dropwizardPort(s *detect.Service) bool {
	if len(p.layout.args) < 2 {
		return false
	}
	c := &config{}
	name := p.dropwizardFile()
	if name == "" || c.yaml(p.dir, name, "") != nil {
		return false
	}
	v, ok := c.get("server.applicationConnectors[0].port", "server.connector.port", "http.port")
	if ok {
		p.portOf(s, v, "")
	}
	return ok
}

func (p *program) dropwizardFile() string {
	if len(p.layout.args) < 2 {
		return ""
	}
	base := p.layout.args[1]
	return p.dir.First(base, "conf/"+base, "config/"+base, "src/main/resources/"+base)
}

// portCalls are calls whose argument is the port, with the index of the argument.
var portCalls = map[string][]string{
	"ktor":            {"embeddedServer", "port"},
	"javalin":         {"start", "port"},
	"spark":           {"port", "setPort"},
	"vertx":           {"listen", "setPort", "port"},
	"jdk-http-server": {"InetSocketAddress"},
	"http4k":          {"Netty", "Jetty", "Undertow", "SunHttp", "Http4kServer", "ApacheServer", "KtorCIO", "KtorNetty", "asServer"},
	"http4s":          {"withPort", "bindHttp", "Port.fromInt"},
	"zio-http":        {"defaultWithPort", "port", "withPort", "binding"},
	"akka-http":       {"newServerAt", "bindAndHandle", "bind"},
	"pekko-http":      {"newServerAt", "bindAndHandle", "bind"},
	"cask":            {"port"},
	"undertow":        {"addHttpListener"},
	"jetty":           {"Server", "setPort", "InetSocketAddress"},
	"tomcat":          {"setPort"},
	"grizzly":         {"port", "create", "fromUri", "InetSocketAddress", "createHttpServer"},
	"armeria":         {"http", "port"},
	"jooby":           {"setPort", "port"},
	"ratpack":         {"port"},
	"helidon":         {"port"},
	"grpc":            {"forPort", "forAddress", "port"},
	"blade":           {"listen"},
	"tapir":           {"port"},
	"finatra":         {"defaultHttpPort"},
}

// foundPort is a port in the sources.
type foundPort struct {
	port int
	env  string
	note detect.Note
	own  detect.Note // that it listens to itself alone
}

// codePort looks into the calls that open the port; the main class's file first.
func (p *program) codePort() foundPort {
	if p.tool == lein || p.tool == deps {
		return p.lispPort()
	}
	for _, pass := range []bool{true, false} {
		for _, call := range portCalls[p.fw.name] {
			for _, s := range p.code.files {
				isMain := false
				for _, m := range p.code.mains {
					isMain = isMain || m.src == s && m.class == p.start.class
				}
				if isMain != pass {
					continue
				}
				if f, ok := s.portIn(call); ok {
					return f
				}
			}
		}
	}
	return p.memberPort()
}

// portIn finds call(port) and call = port.
func (s *source) portIn(call string) (foundPort, bool) {
	for i, t := range s.toks {
		if !t.Is(call) || call == "setPort" && s.clients(i) {
			continue
		}
		var end int
		switch {
		case s.tok(i + 1).Is("("):
			end = s.closing(i + 1)
		case s.tok(i+1).Is("=") && !s.tok(i-1).Is("val") && !s.tok(i-1).Is("int") && !s.tok(i-1).Is("var"):
			end = s.lineEnd(i + 2)
		case s.seq(i+1, ":", "Int", "="), s.tok(i-1).Is("override") || s.tok(i-2).Is("override"): // override def port: Int = 8080
			end = s.lineEnd(i + 1)
		default:
			continue
		}
		v := s.eval(i+1, end, 0)
		if v.port == 0 && v.env == "" {
			continue
		}
		v.note = s.note(t.Line, "listens on port %d", v.port)
		if v.port == 0 {
			v.note.Text = "listens on the port in $" + v.env
		}
		return v, true
	}
	return foundPort{}, false
}

// clients reports whether the statement up to a call is about a connection to somebody
// else's port: new MySQLConnectOptions().setPort(3306).
func (s *source) clients(i int) bool {
	for n := i - 1; n >= 0 && !s.tok(n).Is(";") && !s.tok(n).Is("{") && !s.tok(n).Is("}"); n-- {
		for _, word := range []string{"ConnectOptions", "ClientOptions", "RabbitMQOptions", "MailConfig", "DataSource", "ConnectionFactory"} {
			if strings.HasSuffix(s.tok(n).Text, word) {
				return true
			}
		}
	}
	return false
}

// closing is the index of the bracket that closes the one at i.
func (s *source) closing(i int) int {
	depth := 0
	for n := i; n < len(s.toks); n++ {
		switch t := s.tok(n); {
		case t.Is("("), t.Is("{"), t.Is("["):
			depth++
		case t.Is(")"), t.Is("}"), t.Is("]"):
			if depth--; depth == 0 {
				return n
			}
		}
	}
	return len(s.toks)
}

// lineEnd is the index behind a statement that begins at i: at a semicolon, or at a
// line that does not go on with a dot or an elvis.
func (s *source) lineEnd(i int) int {
	depth := 0
	for n := i; n < len(s.toks); n++ {
		t := s.tok(n)
		switch {
		case t.Is("("), t.Is("{"), t.Is("["):
			depth++
		case t.Is(")"), t.Is("}"), t.Is("]"):
			if depth--; depth < 0 {
				return n
			}
		case t.Is(";") && depth == 0:
			return n
		}
		if n > i && depth == 0 && t.Line > s.tok(n-1).Line && !t.Is(".") && !t.Is("?:") && !t.Is("?.") && !t.Is("?") && !t.Is(":") && !s.tok(n-1).Is("=") && !s.tok(n-1).Is("?:") {
			return n
		}
	}
	return len(s.toks)
}

// eval finds the variable and the number in an expression, following names to where
// the same file gives them their value.
func (s *source) eval(from, to, depth int) foundPort {
	var out foundPort
	for i := from; i < to && i < len(s.toks); i++ {
		t := s.tok(i)
		switch {
		case t.Kind == script.Number, t.Kind == script.String && len(t.Text) <= 5:
			if n, err := strconv.Atoi(t.Text); err == nil && n > 0 && n < 65536 && (out.port == 0 || n > out.port) {
				out.port = n
			}
		case t.Kind == script.String && strings.Contains(t.Text, "://"): // http://0.0.0.0:8080/
			_, rest, _ := strings.Cut(t.Text, "://")
			host, _, _ := strings.Cut(rest, "/")
			if _, port, ok := strings.Cut(host, ":"); ok {
				if n, err := strconv.Atoi(port); err == nil {
					out.port = n
				}
			}
		case (t.Is("getenv") || t.Is("env") || t.Is("envOrElse") || t.Is("envOrNone") || t.Is("environment")) && out.env == "":
			if name, ok := s.envAt(i); ok {
				out.env = name
			}
		case out.env == "" && s.tok(i+2).Kind == script.String && strings.Contains(s.tok(i+2).Text, "PORT"): // of the program's own: getInt("PORT", 8080)
			if name, ok := s.helperEnv(i, true); ok {
				out.env = name
			}
		case t.Kind == script.Ident && depth < 3 && !s.tok(i-1).Is(".") && !s.tok(i+1).Is("="):
			if inner := s.follow(t.Text, i, depth+1); inner.port != 0 || inner.env != "" {
				if out.port == 0 {
					out.port = inner.port
				}
				if out.env == "" {
					out.env = inner.env
				}
			}
		}
	}
	return out
}

// follow evaluates what a name stands for: a variable, or a method without arguments.
func (s *source) follow(name string, at, depth int) foundPort {
	for i := range s.toks {
		if i == at || !s.tok(i).Is(name) {
			continue
		}
		switch {
		case s.tok(i+1).Is("=") && !s.tok(i+2).Is("="):
			return s.eval(i+2, s.lineEnd(i+2), depth)
		case s.tok(i+1).Is(":") && s.tok(i+2).Kind == script.Ident && s.tok(i+3).Is("="):
			return s.eval(i+4, s.lineEnd(i+4), depth)
		case s.seq(i+1, "(", ")", "{") && s.tok(at+1).Is("("):
			return s.eval(i+3, s.closing(i+3), depth)
		case s.seq(i+1, "(", ")") && s.tok(i-1).Is("def"), s.seq(i+1, "(", ")") && s.tok(i-1).Is("fun"):
			return s.eval(i+3, s.lineEnd(i+3), depth)
		}
	}
	return foundPort{}
}
