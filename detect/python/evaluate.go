package python

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect/python/source"
)

// value is what an expression gives when no variable of the environment is set,
// and which one would change it.
type value struct {
	Text string
	Env  string // the variable that is read for it, if any
	OK   bool
}

// evaluate works out literals, names of the module, joined and formatted strings and
// defaults of variables of the environment. All else is not OK.
func evaluate(m *source.Module, e *source.Expr) value { return eval(m, e, 0) }

func eval(m *source.Module, e *source.Expr, depth int) value {
	if e == nil || depth > 12 {
		return value{}
	}
	depth++
	switch e.Kind {
	case source.Str, source.Num:
		return value{Text: e.Text, OK: true}
	case source.Name:
		if e.Is("None") || e.Is("True") || e.Is("False") {
			return value{Text: e.Text, OK: e.Text != "None"}
		}
		v := eval(m, m.Value(e.Text), depth)
		for _, earlier := range slices.Backward(m.Values(e.Text)) {
			if v.OK {
				break
			}
			if w := eval(m, earlier, depth); w.OK { // PORT = 8000, then PORT = int(os.environ.get("PORT", PORT))
				v = value{Text: w.Text, Env: first(v.Env, w.Env), OK: true}
			}
		}
		return v
	case source.Format:
		return join(m, e.Elts, depth)
	case source.Binary:
		switch e.Text {
		case "+":
			return join(m, e.Elts, depth)
		case "or":
			a, b := eval(m, e.Elts[0], depth), eval(m, e.Elts[1], depth)
			if !a.OK || a.Text == "" {
				b.Env = first(a.Env, b.Env)
				return b
			}
			return a
		case "%":
			return percent(m, e, depth)
		}
	case source.Cond:
		if len(e.Elts) == 3 {
			v := eval(m, e.Elts[2], depth)
			v.Env = first(v.Env, eval(m, e.Elts[0], depth).Env)
			return v
		}
	case source.List:
		if len(e.Elts) > 0 {
			return eval(m, e.Elts[0], depth)
		}
	case source.Index:
		if m.Resolve(e.X) == "os.environ" && len(e.Elts) == 1 {
			name, _ := e.Elts[0].String()
			return value{Env: name}
		}
	case source.Call:
		return call(m, e, depth)
	}
	return value{}
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

func join(m *source.Module, parts []*source.Expr, depth int) value {
	out := value{OK: true}
	for _, p := range parts {
		v := eval(m, p, depth)
		out.Text += v.Text
		out.OK = out.OK && v.OK
		out.Env = first(out.Env, v.Env)
	}
	return out
}

func call(m *source.Module, e *source.Expr, depth int) value {
	switch full := m.Callee(e); full {
	case "int", "str", "float":
		return eval(m, e.Arg("", 0), depth)
	case "os.environ.get", "os.getenv", "decouple.config", "environs.Env", "env", "env.int", "env.str", "config":
		name, ok := e.Arg("key", 0).String()
		if !ok {
			return value{}
		}
		d := e.Arg("default", 1)
		v := eval(m, d, depth)
		v.Env = name
		return v
	}
	if e.X.Kind == source.Attr && e.X.Text == "format" {
		v := eval(m, e.X.X, depth)
		for _, a := range e.Args {
			part := eval(m, a.Value, depth)
			field := "{}"
			if a.Name != "" {
				field = "{" + a.Name + "}"
			}
			v.Text = strings.Replace(v.Text, field, part.Text, 1)
			v.OK = v.OK && part.OK
			v.Env = first(v.Env, part.Env)
		}
		return v
	}
	return value{}
}

func percent(m *source.Module, e *source.Expr, depth int) value {
	v := eval(m, e.Elts[0], depth)
	args := []*source.Expr{e.Elts[1]}
	if e.Elts[1].Kind == source.List {
		args = e.Elts[1].Elts
	}
	for _, a := range args {
		part := eval(m, a, depth)
		for _, verb := range []string{"%s", "%d"} {
			if strings.Contains(v.Text, verb) {
				v.Text = strings.Replace(v.Text, verb, part.Text, 1)
				break
			}
		}
		v.OK = v.OK && part.OK
		v.Env = first(v.Env, part.Env)
	}
	return v
}

// portOf reads a port out of a text, 0 where it is none.
func portOf(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}

// splitBind splits "0.0.0.0:8000", "[::]:8000", ":8000", "unix:/x" as gunicorn reads it.
func splitBind(s string) (host string, port int) {
	s = strings.TrimPrefix(s, "tcp://")
	if strings.HasPrefix(s, "unix:") || strings.HasPrefix(s, "fd://") {
		return s, 0
	}
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0
	}
	return strings.Trim(s[:i], "[]"), portOf(s[i+1:])
}

// loopback reports whether only the container itself reaches the address.
func loopback(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1"
}
