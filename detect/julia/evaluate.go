package julia

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect/julia/source"
)

// value is what an expression comes to, as far as it can be seen.
type value struct {
	port int
	host string
	env  string // the variable that it is read from, the rest being its default
	arg  int    // the place among the program's arguments, 0 for none
	file *file  // where it stands
	line int
}

func (v value) known() bool { return v.port != 0 || v.host != "" || v.env != "" || v.arg != 0 }

// maxSteps is how many names are followed from one to the next.
const maxSteps = 6

// want says what a value is looked at for.
type want int

const (
	number want = iota
	address
)

// eval reads an expression: parse(Int, get(ENV, "PORT", "8080")), PORT, config.port,
// haskey(ENV, "PORT") ? parse(Int, ENV["PORT"]) : 8080.
func (pr *program) eval(f *file, ts []source.Token, fn int, what want, steps int) value {
	v := value{file: f}
	if len(ts) > 0 {
		v.line = ts[0].Line
	}
	at := func(i int) source.Token {
		if i >= 0 && i < len(ts) {
			return ts[i]
		}
		return source.Token{}
	}
	depth := 0 // of square brackets, whose numbers are places
	for i, t := range ts {
		switch {
		case t.Is("["):
			depth++
			if at(i-1).Is("ARGS") && at(i+1).Kind == source.Number {
				v.arg, _ = strconv.Atoi(at(i + 1).S)
			}
		case t.Is("]"):
			depth--
		case t.Is("ENV"):
			if name := variable(ts, i); name != "" && v.env == "" {
				v.env = name
			}
		case t.Kind == source.Text && t.Plain() && (at(i-1).Is("[") && (at(i-2).Is("ENV")) || at(i-1).Is(",") && at(i-2).Is("ENV")):
			// the variable's name
		case what == number && (t.Kind == source.Number || t.Kind == source.Text && t.Plain()) && depth == 0:
			if n, err := strconv.Atoi(t.S); err == nil && (n >= 1000 || n == 80 || n == 443) && n <= 65535 {
				v.port = n
			}
		case what == address && t.Kind == source.Text && t.Plain() && isHost(t):
			v.host = strings.TrimPrefix(strings.TrimPrefix(t.S, "http://"), "https://")
		case what == address && t.Is("localhost") && (at(i-1).Is(".") || len(ts) == 1):
			v.host = "127.0.0.1"
		case what == address && t.Is("IPv4") && at(i+1).Is("(") && at(i+2).S == "0":
			v.host = "0.0.0.0"
		}
	}
	plain := v.env != "" || v.arg != 0 || v.known() && len(ts) == 1
	if pr.budget--; plain || steps >= maxSteps || pr.budget < 0 {
		return v
	}
	for i, t := range ts {
		if t.Kind != source.Word || t.S == "Int" || t.S == "parse" || t.S == "string" || at(i+1).Is(".") {
			continue
		}
		if at(i+1).Is("(") && !at(i+2).Is(")") {
			continue // a call with arguments
		}
		name := t.S
		if at(i+1).Is("[") && at(i+2).Plain() { // config["port"]
			name = at(i + 2).S
			if got := pr.entry(f, name, what, steps); got.known() {
				return got
			}
			continue
		}
		switch got := pr.resolve(f, name, fn, what, steps+1); {
		case v.known() && got.env == "":
			continue // something(port, 8080): the number is what is left
		case v.known() && got.port == 0 && got.host == "":
			got.port, got.host = v.port, v.host
			return got
		case got.known():
			return got
		}
	}
	return v
}

// variable is the name of the variable that is read at "ENV": ENV["X"], get(ENV, "X"),
// haskey(ENV, "X").
func variable(ts []source.Token, i int) string {
	if i+2 < len(ts) && (ts[i+1].Is("[") || ts[i+1].Is(",")) && ts[i+2].Plain() && ts[i+2].Prefix == "" {
		return ts[i+2].S
	}
	return ""
}

func isHost(t source.Token) bool {
	s := strings.TrimPrefix(strings.TrimPrefix(t.S, "http://"), "https://")
	return s == "localhost" || s == "::" || s == "::1" || t.Prefix == "ip" || strings.Count(s, ".") == 3 && strings.Trim(s, "0123456789.") == ""
}

// resolve finds what a name stands for: where it is set in the same function, what a
// call gives for a parameter, a constant of the file, and last any other.
func (pr *program) resolve(f *file, name string, fn int, what want, steps int) value {
	try := func(in func(*file) bool, ok func(source.Binding) bool) value {
		var out value
		for _, b := range pr.bindings[name] {
			if !in(b.file) || !ok(b.Binding) || len(b.Value) > 200 {
				continue
			}
			got := pr.eval(b.file, b.Value, b.Func, what, steps)
			if got.file != nil && got.line == 0 {
				got.line = b.Line
			}
			switch {
			case !got.known():
			case !out.known():
				out = got
			case out.env == "" && got.env != "": // if haskey(ENV, "PORT") port = ... else port = 8080 end
				port, host := out.port, out.host
				if out = got; out.port == 0 && out.host == "" {
					out.port, out.host = port, host
				}
			case out.port == 0 && out.host == "":
				out.port, out.host = got.port, got.host
			}
		}
		return out
	}
	here := func(at *file) bool { return at == f }
	if fn >= 0 {
		if got := try(here, func(b source.Binding) bool { return b.Func == fn && !b.Param }); got.known() {
			return got
		}
		if got := pr.parameter(f, name, fn, what, steps); got.known() {
			return got
		}
		if got := try(here, func(b source.Binding) bool { return b.Func == fn && b.Param }); got.known() {
			return got
		}
	}
	for _, in := range []func(*file) bool{here, func(*file) bool { return true }} {
		if got := try(in, func(b source.Binding) bool { return b.Func < 0 }); got.known() {
			return got
		}
	}
	if got := try(here, func(b source.Binding) bool { return !b.Param }); got.known() {
		return got
	}
	if what == number && strings.Contains(strings.ToLower(name), "port") || what == address && hostName(name) {
		return try(func(*file) bool { return true }, func(b source.Binding) bool { return !b.Param })
	}
	return value{}
}

// parameter is what a call gives for a function's parameter.
func (pr *program) parameter(f *file, name string, fn int, what want, steps int) value {
	def := f.Functions[fn]
	place := slices.Index(def.Params, name)
	base := def.Name
	if base == "" {
		return value{}
	}
	for _, c := range pr.calls[strings.TrimSuffix(base, "!")] {
		at := 0
		for _, a := range c.Args {
			if a.Name == name || a.Name == "" && at == place {
				if got := pr.eval(c.file, a.Tokens, c.Func, what, steps+1); got.known() {
					return got
				}
			}
			if a.Name == "" {
				at++
			}
		}
	}
	return value{}
}

// entry is what a table has under a name, "port" => 8080, or what the program's arguments
// have there by default: "--port" with default = 8080, as ArgParse reads them.
func (pr *program) entry(f *file, name string, what want, steps int) value {
	for _, b := range pr.bindings[`"`+name+`"`] {
		if got := pr.eval(b.file, b.Value, b.Func, what, steps+1); got.known() {
			return got
		}
	}
	for _, at := range pr.reached {
		for i, t := range at.Tokens {
			if t.Kind != source.Text || t.S != "--"+name {
				continue
			}
			for j := i + 1; j < len(at.Tokens) && j < i+60; j++ {
				next := at.Tokens[j]
				if next.Kind == source.Text && strings.HasPrefix(next.S, "--") {
					break
				}
				if next.Is("default") && j+2 < len(at.Tokens) && at.Tokens[j+1].Is("=") {
					if got := pr.eval(at, at.Tokens[j+2:min(j+12, len(at.Tokens))], -1, what, maxSteps); got.known() {
						return got
					}
				}
			}
		}
	}
	return value{}
}
