package java

import (
	"slices"
	"strconv"
	"strings"
)

// lispPort finds :port 3000 in the calls that start a server.
func (p *program) lispPort() foundPort {
	var out foundPort
	for _, f := range p.code.lisp {
		for _, x := range f.forms {
			x.each(func(x sexp) {
				if out.port != 0 || x.open != '{' || elsewhere(x) {
					return
				}
				for _, key := range []string{":port", "::http/port", ":io.pedestal.http/port"} {
					v, ok := x.value(key)
					if !ok {
						continue
					}
					v.each(func(y sexp) {
						if n, err := strconv.Atoi(y.text); err == nil && n > 0 && n < 65536 {
							out.port, out.note = n, f.dir.Note(f.name, x.line, "%s %d", key, n)
						}
					})
					if v.head() == "" && out.port == 0 && v.text != "" {
						out = p.lispBinding(f, v.text, out)
					}
					out.env = lispEnv(v, out.env)
				}
			})
		}
	}
	if out.port == 0 && out.env == "" {
		return p.ednPort()
	}
	return out
}

// elsewhere reports whether a map with a port describes another's server: a database's, a mail server's.
func elsewhere(x sexp) bool {
	for _, key := range []string{":dbtype", ":dbname", ":database", ":database-name", ":subprotocol", ":classname", ":adapter", ":from"} {
		if _, ok := x.value(key); ok {
			return true
		}
	}
	return false
}

// ednPort finds the port in the files of configuration that programs read by Aero and
// its like: {:http {:port #or [#env PORT 3000]}} (https://github.com/juxt/aero).
func (p *program) ednPort() (out foundPort) {
	for _, name := range []string{"resources/config.edn", "resources/system.edn", "config.edn", "config/config.edn", "env/prod/resources/config.edn", "resources/config/config.edn"} {
		data, err := p.dir.Read(name)
		if err != nil {
			continue
		}
		for _, f := range readForms(data) {
			p.ednPortIn(name, f, true, &out)
		}
		if out.port != 0 {
			return out
		}
	}
	return out
}

// ednServer are words in the name of what serves.
var ednServer = []string{"server", "http", "web", "jetty", "undertow", "aleph", "app", "api"}

// ednPortIn looks into a map of which it is known whether it describes the server.
func (p *program) ednPortIn(name string, x sexp, serves bool, out *foundPort) {
	if x.open != '{' || out.port != 0 || elsewhere(x) {
		return
	}
	for i := 0; i+1 < len(x.items) && out.port == 0; i += 2 {
		key, value := x.items[i], x.items[i+1]
		switch key.text {
		case ":port", ":http-port", ":http/port", ":server-port", ":web-port":
			if n := ednNumber(value); serves && n > 0 {
				out.port, out.note, out.env = n, p.dir.Note(name, value.line, "%s %d", key.text, n), lispEnv(value, "")
				if host, ok := x.value(":host"); ok {
					host.each(func(h sexp) {
						if h.str && loopback(h.text) {
							out.own = p.dir.Note(name, h.line, "listens on the loopback address %s, which nothing outside the container reaches: make it 0.0.0.0", h.text)
						}
					})
				}
			}
		default:
			is := slices.ContainsFunc(ednServer, func(word string) bool { return strings.Contains(key.text, word) })
			p.ednPortIn(name, value, is, out)
		}
	}
}

// ednNumber is the number of a value, for production where it depends on a profile.
func ednNumber(v sexp) int {
	if n, err := strconv.Atoi(v.text); err == nil && n > 0 && n < 65536 {
		return n
	}
	if len(v.items) < 2 {
		return 0
	}
	switch v.head() {
	case "#profile":
		for _, key := range []string{":prod", ":production", ":default"} {
			if w, ok := v.items[1].value(key); ok {
				return ednNumber(w)
			}
		}
	case "#long", "#int", "#or", "":
		for _, w := range slices.Backward(append(v.items[1:len(v.items):len(v.items)], v.items[1].items...)) {
			if n := ednNumber(w); n > 0 {
				return n
			}
		}
	}
	return 0
}

// lispBinding finds what a let gives the name: [port (Integer. (or (env :port) 3000))].
func (p *program) lispBinding(f *lispFile, name string, out foundPort) foundPort {
	for _, x := range f.forms {
		x.each(func(x sexp) {
			for i := 0; i+1 < len(x.items); i++ {
				if x.items[i].text != name || x.items[i].str || out.port != 0 || x.open != '[' && x.head() != "def" {
					continue
				}
				v := x.items[i+1]
				v.each(func(y sexp) {
					if n, err := strconv.Atoi(y.text); err == nil && n > 0 && n < 65536 && out.port == 0 {
						out.port, out.note = n, f.dir.Note(f.name, y.line, "port %d", n)
					}
				})
				out.env = lispEnv(v, out.env)
			}
		})
	}
	if out.port == 0 {
		out = p.lispArgument(f, name, out)
	}
	return out
}

// lispArgument finds what the function that has the name for a parameter is called with:
// (start! (Integer/valueOf (or (System/getenv "PORT") "6003"))).
func (p *program) lispArgument(f *lispFile, name string, out foundPort) foundPort {
	for _, x := range f.forms {
		if x.head() != "defn" && x.head() != "defn-" || len(x.items) < 3 {
			continue
		}
		at := slices.IndexFunc(x.items, func(i sexp) bool { return i.open == '[' })
		if at < 0 {
			continue
		}
		n := slices.IndexFunc(x.items[at].items, func(i sexp) bool { return i.text == name && !i.str })
		if n < 0 {
			continue
		}
		for _, g := range p.code.lisp {
			for _, y := range g.forms {
				y.each(func(y sexp) {
					if y.open != '(' || len(y.items) < n+2 || out.port != 0 || unqualified(y.head()) != x.items[1].text {
						return
					}
					v := y.items[n+1]
					v.each(func(z sexp) {
						if port, err := strconv.Atoi(z.text); err == nil && port > 79 && port < 65536 && out.port == 0 {
							out.port, out.note = port, g.dir.Note(g.name, z.line, "port %d", port)
						}
					})
					out.env = lispEnv(v, out.env)
				})
			}
		}
	}
	return out
}

// unqualified is a name without the namespace before it.
func unqualified(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// lispEnv is the variable that a form reads: (System/getenv "PORT"), (env :port).
func lispEnv(v sexp, otherwise string) string {
	out := otherwise
	v.each(func(x sexp) {
		if len(x.items) < 2 || out != "" {
			return
		}
		switch x.head() {
		case "System/getenv":
			out = x.items[1].text
		case "env", "environ/env", "#env":
			out = strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(x.items[1].text, ":"), "-", "_"))
		}
	})
	return out
}
