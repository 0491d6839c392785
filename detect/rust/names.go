package rust

import (
	"regexp"
	"strings"
	"sync"

	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// envNameRE is how people write the names of variables that come from outside.
var envNameRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`) })

// named works out a variable: of the function first, then a constant.
func (pr *program) named(name string, at scope, depth int) pieces {
	var constant *bindingAt
	for _, b := range pr.bindings[name] {
		switch {
		case b.Fn != nil && b.Fn == at.fn:
			if ps := pr.eval(b.Expr, scope{b.file, b.Fn}, depth+1); ps != nil {
				return ps
			}
		case b.Fn == nil && (constant == nil || b.file == at.file):
			constant = b
		}
	}
	if constant != nil {
		return pr.eval(constant.Expr, scope{file: constant.file}, depth+1)
	}
	// A parameter: what the callers hand over under that name, or a setting of it.
	if at.fn != nil {
		return pr.setting(name, nil, at, depth)
	}
	return nil
}

// field works out recv.name: a setting of that name.
func (pr *program) field(recv []source.Token, name string, at scope, depth int) pieces {
	var keys []string
	for _, t := range recv {
		if t.Kind == source.Ident && !t.Is("self") {
			keys = append(keys, t.Text)
		}
	}
	return pr.setting(name, keys, at, depth)
}

// setting works out a setting by its name: an option of the command line, a field
// that a literal fills, a default of serde's, or a configuration file.
func (pr *program) setting(name string, above []string, at scope, depth int) pieces {
	for _, f := range pr.fields[name] {
		if ps := pr.option(f, depth); ps != nil {
			return ps
		}
	}
	if ps := pr.configured(name, above); ps != nil {
		return ps
	}
	for _, f := range pr.fields[name] {
		if ps := pr.serdeDefault(f, depth); ps != nil {
			return ps
		}
	}
	// Config { port: ..., } in any function that makes one.
	for _, f := range pr.fields[name] {
		for _, lit := range pr.literals(f.Owner, name) {
			if ps := pr.eval(lit.Expr, scope{lit.file, lit.Fn}, depth+1); ps != nil {
				return ps
			}
		}
	}
	return nil
}

// literals are the values that struct literals of a type give to a field.
func (pr *program) literals(owner, field string) []*bindingAt {
	var out []*bindingAt
	var look func(ts []source.Token, f *file, fn *source.Fn)
	look = func(ts []source.Token, f *file, fn *source.Fn) {
		for i, t := range ts {
			if t.Kind != source.Group {
				continue
			}
			if t.Text == "{" && i > 0 && (ts[i-1].Is(owner) || ts[i-1].Is("Self") && fn.Owner == owner) {
				for _, part := range source.Split(t.Inner, ",") {
					if len(part) > 2 && part[0].Is(field) && part[1].Is(":") {
						out = append(out, &bindingAt{&source.Binding{Name: field, Expr: part[2:], Fn: fn}, f})
					} else if len(part) == 1 && part[0].Is(field) {
						for _, b := range pr.bindings[field] {
							if b.Fn == fn {
								out = append(out, b)
							}
						}
					}
				}
			}
			look(t.Inner, f, fn)
		}
	}
	for _, f := range pr.files {
		for _, fn := range f.Fns {
			look(fn.Body, f, fn)
		}
	}
	return out
}

// option works out a field of a clap, structopt, argh or envconfig struct
// (https://docs.rs/clap/latest/clap/_derive).
func (pr *program) option(f *fieldAt, depth int) pieces {
	for _, a := range f.Attrs {
		switch a.Name {
		case "arg", "clap", "structopt", "argh", "envconfig", "serde_env", "env", "bpaf":
		default:
			continue
		}
		p := piece{why: pr.note(f.file, f.Line, "%s", f.Name)}
		if def, ok := a.Named("default_value", "default_value_t", "default", "fallback"); ok {
			if ps := pr.eval(def, scope{file: f.file}, depth+1); ps.known() {
				p.text, p.known = ps.text(), true
			}
		}
		if env, ok := a.Named("env", "from"); ok {
			p.env = strings.ToUpper(f.Name)
			if ps := pr.eval(env, scope{file: f.file}, depth+1); ps.known() {
				p.env = ps.text()
			}
		}
		if long, ok := a.Named("long"); ok {
			p.flag = "--" + strings.ReplaceAll(f.Name, "_", "-")
			if ps := pr.eval(long, scope{file: f.file}, depth+1); ps.known() {
				p.flag = "--" + ps.text()
			}
		} else if a.Name == "argh" {
			p.flag = "--" + strings.ReplaceAll(f.Name, "_", "-")
		}
		if p.known || p.env != "" || p.flag != "" {
			return pieces{p}
		}
	}
	return nil
}

// serdeDefault works out #[serde(default = "function")].
func (pr *program) serdeDefault(f *fieldAt, depth int) pieces {
	for _, a := range f.Attrs {
		if a.Name != "serde" {
			continue
		}
		def, ok := a.Named("default")
		if !ok || len(def) == 0 || def[0].Kind != source.String {
			continue
		}
		name := def[0].Text
		name = name[strings.LastIndexByte(name, ':')+1:]
		for _, fn := range pr.fns[name] {
			if ps := pr.eval(tail(fn.Body), scope{fn.file, fn.Fn}, depth+1); ps != nil {
				// envy and figment fill such structs from the environment.
				if len(ps) == 1 && ps[0].env == "" && pr.fillsFromEnv() != "" {
					ps = append(pieces(nil), ps...)
					ps[0].env = pr.fillsFromEnv()[1:] + strings.ToUpper(f.Name)
				}
				return ps
			}
		}
	}
	return nil
}

// fillsFromEnv is "=" with the prefix of the variables where the envy crate fills
// structs from the environment, "" where nothing does.
func (pr *program) fillsFromEnv() string {
	out := ""
	pr.calls(func(f *file, c *source.Call) {
		switch {
		case c.Path == "envy::from_env":
			out = "="
		case c.Path == "envy::prefixed" && len(c.Args) > 0 && c.Args[0][0].Kind == source.String:
			out = "=" + c.Args[0][0].Text
		}
	})
	return out
}

func envName(s string) (safe.EnvName, bool) {
	if !envNameRE().MatchString(s) {
		return safe.EnvName{}, false
	}
	e, err := safe.NewEnvName(s)
	return e, err == nil
}
