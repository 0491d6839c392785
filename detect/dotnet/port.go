package dotnet

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect/dotnet/source"
)

// defaultPort is the port of a call whose argument names a setting of the program's own,
// as httpPort, where the sources hold exactly one constant that is such a setting's
// default, as DefaultHttpPort = 8096.
func (g *graph) defaultPort(c *closure, call found, arg int) (address, bool) {
	if arg >= len(call.Args) || len(call.Args[arg]) == 0 {
		return address{}, false
	}
	words := call.Args[arg]
	last := words[len(words)-1]
	if last.Kind != source.Word || !isPort(last.S) {
		return address{}, false
	}
	port, name := 0, ""
	for constant, value := range g.constants(c) {
		lower := strings.ToLower(constant)
		if !strings.HasPrefix(lower, "default") || !isPort(constant) || len(value) != 1 {
			continue
		}
		n, err := strconv.Atoi(value[0].S)
		if err != nil || n < 1 || n > 65535 {
			continue
		}
		if port != 0 && port != n {
			return address{}, false // of which service each is can't be told
		}
		if port == 0 || constant < name {
			port, name = n, constant
		}
	}
	if port == 0 {
		return address{}, false
	}
	return address{port: port, fixed: true, listens: true, loopback: call.Name == "ListenLocalhost", why: call.note(g, "%s(%s), and %s is %d", call.Name, last.S, name, port)}, true
}

// ownPort is the port of addresses that the program puts together itself: what its
// libraries' one setting called Port, or HttpPort, is given by default.
func (g *graph) ownPort(c *closure, call found) (address, bool) {
	port, line, file := 0, 0, ""
	for _, p := range c.projects {
		if p.role == tests {
			continue
		}
		for _, f := range g.sources(p) {
			for i, t := range f.Tokens {
				n := i + 1
				if t.Kind != source.Word || !slices.Contains([]string{"Port", "HttpPort", "ServerPort", "ListenPort", "WebPort"}, t.S) || i > 0 && f.Tokens[i-1].Is(".") {
					continue
				}
				if words := f.Tokens[n:min(n+7, len(f.Tokens))]; len(words) == 7 && words[0].Is("{") { // Port { get; set; } = 9117;
					n += slices.IndexFunc(words, func(w source.Token) bool { return w.Is("}") }) + 1
				}
				if n+2 >= len(f.Tokens) || !f.Tokens[n].Is("=") || f.Tokens[n+1].Kind != source.Number || !f.Tokens[n+2].Is(";") {
					continue
				}
				v, err := strconv.Atoi(f.Tokens[n+1].S)
				if err != nil || v < 1 || v > 65535 {
					continue
				}
				if port != 0 && port != v {
					return address{}, false // of which service each is can't be told
				}
				port, line, file = v, t.Line, f.Name
			}
		}
	}
	if port == 0 {
		return address{}, false
	}
	return address{port: port, fixed: true, why: g.top.Note(file, line, "the port of %s is %d", call.Name, port)}, true
}

// isPort reports whether a name is that of the port on which a program listens without TLS.
func isPort(name string) bool {
	lower := strings.ToLower(name)
	if !strings.HasSuffix(lower, "port") {
		return false
	}
	for _, other := range []string{"https", "ssl", "tls", "secure", "public", "proxy", "smtp", "mail", "ftp", "ssh", "db", "sql", "redis", "import", "export", "support", "report"} {
		if strings.Contains(lower, other) {
			return false
		}
	}
	return true
}
