package dotnet

import (
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
