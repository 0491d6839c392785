package c

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dockgen/detect/manifest/csource"
)

// others are words in the name of a constant or variable which say that the port is
// not the one that the program listens on.
var others = strings.Fields("db database sql mysql postgres pg redis mongo kafka rabbit rabbitmq amqp mqtt nats smtp mail metrics prometheus health admin client peer remote proxy upstream broker cassandra elastic debug max min local src dst udp serial com range")

// words are the parts of a name in lower case: SERVER_PORT, serverPort, kServerPort.
func words(name string) []string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(rune(name[i-1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return r == '_' })
}

// portNamed looks for a constant or variable that a port's name was given to, where no
// call that listens leads to a number: `int port = 7777;` of a struct of settings.
func (s *scan) portNamed(e *evidence) bool {
	best := 0
	for _, f := range s.files {
		look := func(name string, t csource.Token) {
			n, err := strconv.Atoi(t.Text)
			if t.Kind != csource.Number || err != nil || n < 80 || n > 65535 {
				return
			}
			rank := portRank(name)
			if f.Main && rank > 0 {
				rank++
			}
			if rank > best && (f.Main || rank == 7 || n != 80 && n != 443) { // elsewhere, those are what an address without a port means
				best, e.port, e.why = rank, n, s.p.dir.Note(f.path, t.Line, "%s = %d", name, n)
			}
		}
		for _, name := range sorted(f.Defines) {
			if len(f.Defines[name]) == 1 {
				look(name, f.Defines[name][0])
			}
		}
		for _, name := range sorted(f.Numbers) {
			look(name, f.Numbers[name])
		}
	}
	return best > 0
}

// portRank tells how well a name speaks of the port to listen on; 0: not at all.
func portRank(name string) int {
	parts := words(name)
	if len(parts) == 0 || !slices.Contains(parts, "port") || slices.ContainsFunc(parts, func(w string) bool { return slices.Contains(others, w) }) {
		return 0
	}
	switch {
	case slices.ContainsFunc(parts, func(w string) bool { return w == "http" || w == "server" || w == "listen" || w == "api" || w == "web" }):
		return 7
	case len(parts) == 1, slices.Contains(parts, "default"):
		return 5
	}
	return 3
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// servers are libraries that do nothing but serve, by the headers that a program
// includes, with the port of each where a program names none.
func servers() []listener {
	return []listener{
		{"", "drogon", "drogon", 0, 80},
		{"", "crow", "crow", 0, 18080},
		{"", "oatpp", "oatpp/network/Server", 0, 8000},
		{"", "pistache", "pistache/endpoint", 0, 9080},
		{"", "restinio", "restinio", 0, 8080},
		{"", "userver", "userver", 0, 8080},
		{"", "seastar", "seastar/http/httpd", 0, 10000},
		{"", "proxygen", "proxygen/httpserver", 0, 11000},
		{"", "libhttpserver", "httpserver.hpp", 0, 8080},
		{"", "simple-web-server", "server_http.hpp", 0, 8080},
		{"", "lithium", "lithium_http_server", 0, 8080},
		{"", "wt", "Wt/WServer", 0, 8080},
		{"", "wt", "Wt/WApplication", 0, 8080},
		{"", "cutelyst", "Cutelyst/", 0, 3000},
		{"", "served", "served/", 0, 8080},
	}
}

// serves finds a library that serves, where no call of the program's own listens: the
// library reads where from a file, or the call is hidden in a macro.
func (s *scan) serves() *evidence {
	for _, l := range servers() {
		for _, f := range s.files {
			for _, i := range f.Includes {
				if i == l.include || strings.HasPrefix(i, l.include+"/") || strings.HasPrefix(i, l.include+".") || strings.HasSuffix(l.include, "/") && strings.HasPrefix(i, l.include) {
					return &evidence{framework: l.framework, port: -l.deflt, why: s.p.dir.Note(f.path, 0, "includes %s: the port is not in the sources", i)}
				}
			}
		}
	}
	return nil
}

// accepts finds an acceptor of Asio that no literal endpoint is given to.
func (s *scan) accepts() *evidence {
	var framework string
	switch {
	case s.includes("boost/beast"), s.includes("boost/asio"):
		framework = "boost"
	case s.includes("asio"):
		framework = "asio"
	default:
		return nil
	}
	for _, f := range s.files {
		for _, c := range f.Calls {
			if c.Name == "async_accept" || c.Name == "acceptor" || c.Name == "acceptor_" {
				return &evidence{framework: framework, why: s.p.dir.Note(f.path, c.Line, "%s: the port is not in the sources", c.Name)}
			}
		}
	}
	return nil
}
