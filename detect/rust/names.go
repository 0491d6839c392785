package rust

import (
	"regexp"
	"slices"
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
		return pr.setting(name, nil, depth)
	}
	return nil
}

// field works out recv.name: a setting of that name.
func (pr *program) field(recv []source.Token, name string, at scope, depth int) pieces {
	return pr.setting(name, pr.keys(recv, at, depth), depth)
}

// keys are the names of a chain of fields, that of a variable replaced by what it
// was taken from: after let server = config.server.clone(), server is config.server.
func (pr *program) keys(recv []source.Token, at scope, depth int) []string {
	var keys []string
	for i, t := range recv {
		if t.Is("self") && at.fn != nil {
			if key := settingsKey(at.fn.Owner); key != "" {
				keys = append(keys, key)
			}
			continue
		}
		if t.Kind != source.Ident || t.Is("self") || i+1 < len(recv) && recv[i+1].Kind == source.Group {
			continue
		}
		if len(keys) == 0 && depth < 12 {
			for _, b := range pr.bindings[t.Text] {
				if b.Fn != nil && b.Fn == at.fn && len(b.Expr) > 2 && b.Expr[1].Is(".") && !b.Expr[0].Is(t.Text) {
					keys = pr.keys(b.Expr, at, depth+6)
				}
			}
			if len(keys) > 0 {
				continue
			}
		}
		keys = append(keys, t.Text)
	}
	return keys
}

// settingsKey is what the part of the settings is called that a struct holds: http for
// HttpSettings, nothing for Config.
func settingsKey(owner string) string {
	for _, end := range []string{"Settings", "Configuration", "Config", "Options", "Cfg", "Conf"} {
		if base, ok := strings.CutSuffix(owner, end); ok {
			return strings.ToLower(base)
		}
	}
	return ""
}

// setting works out a setting by its name, once: a name that leads to itself is unknown.
func (pr *program) setting(name string, above []string, depth int) pieces {
	key := name + "|" + strings.Join(above, ".")
	if ps, ok := pr.settings[key]; ok {
		return ps
	}
	pr.settings[key] = nil
	ps := pr.findSetting(name, above, depth)
	pr.settings[key] = ps
	return ps
}

// findSetting looks for an option of the command line, a configuration file, a
// default of serde's, or a literal that fills the field.
func (pr *program) findSetting(name string, above []string, depth int) pieces {
	var found pieces
	fields := pr.fieldsOf(name, above)
	for _, f := range fields {
		switch ps := pr.option(f, depth); {
		case ps == nil:
		case found == nil:
			found = slices.Clone(ps)
		case !found[0].known && ps[0].known && ps[0].env == "": // the same setting's default stands elsewhere
			found[0].text, found[0].known = ps[0].text, true
		}
	}
	if found != nil {
		return found
	}
	if ps := pr.argument(name, depth); ps != nil {
		return ps
	}
	if ps := pr.configured(name, above); ps != nil {
		return ps
	}
	if ps := pr.setDefault(name, above, depth); ps != nil {
		return ps
	}
	for _, f := range fields {
		if ps := pr.serdeDefault(f, depth); ps != nil {
			return ps
		}
	}
	// Config { port: ..., } in any function that makes one.
	for _, f := range fields {
		for _, lit := range pr.literals(f.Owner, name) {
			if ps := pr.eval(lit.Expr, scope{lit.file, lit.Fn}, depth+1); ps != nil {
				return ps
			}
		}
	}
	for _, f := range fields {
		if prefix := pr.fillsFromEnv(); prefix != "" && !f.Enum && deserializes(f) {
			return pieces{{env: prefix[1:] + strings.ToUpper(name), why: pr.note(f.file, f.Line, "%s is filled from the environment", name)}}
		}
	}
	return nil
}

// deserializes reports whether serde fills a field's structure, which is one of settings by
// its name: what requests and tokens hold are structures too.
func deserializes(f *fieldAt) bool {
	owner := strings.ToLower(f.Owner)
	if !slices.ContainsFunc([]string{"conf", "setting", "env", "option", "args"}, func(w string) bool { return strings.Contains(owner, w) }) {
		return false
	}
	return slices.ContainsFunc(f.OwnerAttrs, func(a source.Attr) bool {
		return a.Name == "derive" && slices.ContainsFunc(a.Args, func(t source.Token) bool { return t.Is("Deserialize") })
	})
}

// fieldsOf are the fields of a name, without those that say where another server is:
// the port of a RedisConfig is none of the program's, unless the names above say that.
func (pr *program) fieldsOf(name string, above []string) []*fieldAt {
	if !slices.Contains([]string{"port", "host", "address", "addr", "ip"}, name) {
		return pr.fields[name]
	}
	asked := strings.ToLower(strings.Join(above, " "))
	return slices.DeleteFunc(slices.Clone(pr.fields[name]), func(f *fieldAt) bool {
		owner := strings.ToLower(f.Owner)
		return slices.ContainsFunc(otherServers, func(w string) bool { return strings.Contains(owner, w) && !strings.Contains(asked, w) })
	})
}

// accessors are the methods of a name, that of the type that the receiver is most likely
// of first: server.address() is ServerConfig's, and hardly EmailConfig's.
func (pr *program) accessors(name string, receiver []string) []*fnAt {
	all := pr.fns[name]
	if len(all) < 2 {
		return all
	}
	last := ""
	if len(receiver) > 0 {
		last = receiver[len(receiver)-1]
	}
	rank := func(fn *fnAt) int {
		owner := strings.ToLower(fn.Owner)
		switch {
		case settingsKey(fn.Owner) != "" && settingsKey(fn.Owner) == last:
			return 0
		case slices.ContainsFunc(otherServers, func(w string) bool { return strings.Contains(owner, w) }):
			return 2
		}
		return 1
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *fnAt) int { return rank(a) - rank(b) })
	return all
}

// otherServers are words in the name of a struct that holds where another server is.
var otherServers = strings.Fields("redis database dbconf dbsett postgres pgconf mysql mongo smtp mail rabbit amqp kafka nats elastic minio telemetry metric prometheus jaeger otel")

// literals are the values that struct literals of a type give to a field.
func (pr *program) literals(owner, field string) []*bindingAt {
	if pr.fills == nil {
		pr.fills = map[string][]*bindingAt{}
		for _, f := range pr.files {
			for _, fn := range f.Fns {
				pr.findLiterals(fn.Body, f, fn)
			}
		}
	}
	return pr.fills[owner+"."+field]
}

func (pr *program) findLiterals(ts []source.Token, f *file, fn *source.Fn) {
	for i, t := range ts {
		if t.Kind != source.Group {
			continue
		}
		pr.findLiterals(t.Inner, f, fn)
		if t.Text != "{" || i == 0 || ts[i-1].Kind != source.Ident {
			continue
		}
		owner := ts[i-1].Text
		if owner == "Self" {
			owner = fn.Owner
		}
		for _, part := range source.Split(t.Inner, ",") {
			key := owner + "." + part[0].Text
			switch {
			case part[0].Kind != source.Ident:
			case len(part) > 2 && part[1].Is(":"):
				pr.fills[key] = append(pr.fills[key], &bindingAt{&source.Binding{Expr: part[2:], Fn: fn}, f})
			case len(part) == 1:
				pr.fills[key] = append(pr.fills[key], &bindingAt{&source.Binding{Expr: part, Fn: fn}, f})
			}
		}
	}
}

// option works out a field of a clap, structopt, argh or envconfig struct
// (https://docs.rs/clap/latest/clap/_derive).
func (pr *program) option(f *fieldAt, depth int) pieces {
	for _, a := range f.Attrs {
		switch a.Name {
		case "arg", "clap", "structopt", "argh", "envconfig", "serde_env", "env", "bpaf":
		case "builder": // of derive_builder, whose text is an expression: a number stands for itself
			if def, ok := a.Named("default"); ok && len(def) == 1 && def[0].Kind == source.String && number(def[0].Text) > 0 && itoa(number(def[0].Text)) == def[0].Text {
				return pieces{{text: def[0].Text, known: true, why: pr.note(f.file, f.Line, "%s", f.Name)}}
			}
			continue
		default:
			continue
		}
		p := piece{why: pr.note(f.file, f.Line, "%s", f.Name)}
		if def, ok := a.Named("default_value", "default_value_t", "default", "fallback"); ok {
			if ps := pr.eval(def, scope{file: f.file}, depth+1); ps.known() {
				p.text, p.known = ps.text(), true
			} else {
				p.defaulted = true
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

// argument works out an option of clap's builder: Arg::new("port").default_value("8000").
func (pr *program) argument(name string, depth int) pieces {
	var p piece
	for _, f := range pr.files {
		for _, c := range f.Calls {
			switch c.Path {
			case "default_value", "env", "long":
			default:
				continue
			}
			if !c.Method() || len(c.Args) == 0 || !mentionsIdent(c.Recv, "Arg") || firstString(c.Recv) != name {
				continue
			}
			ps := pr.eval(c.Args[0], scope{f, c.Fn}, depth+1)
			if !ps.known() {
				continue
			}
			switch c.Path {
			case "default_value":
				p.text, p.known, p.why = ps.text(), true, pr.note(f, c.Line, "%s", name)
			case "env":
				p.env = ps.text()
			case "long":
				p.flag = "--" + ps.text()
			}
		}
	}
	if !p.known && p.env == "" && p.flag == "" {
		return nil
	}
	return pieces{p}
}

// firstString is the first text literal in the tokens.
func firstString(ts []source.Token) string {
	out := ""
	source.Strings(ts, func(t source.Token) {
		if out == "" {
			out = t.Text
		}
	})
	return out
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

// fillsFromEnv is "=" with the prefix of the variables where the envy crate, or that of
// figment, fills structs from the environment, "" where nothing does.
func (pr *program) fillsFromEnv() string {
	return pr.once("envy", func() string {
		out := ""
		pr.calls(func(_ *file, c *source.Call) {
			switch {
			case c.Path == "envy::from_env", strings.HasSuffix(c.Path, "Env::raw"):
				out = "="
			case c.Path == "envy::prefixed" && len(c.Args) > 0 && c.Args[0][0].Kind == source.String:
				out = "=" + c.Args[0][0].Text
			}
		})
		return out
	})
}

// once keeps a text that takes a walk over all files to find.
func (pr *program) once(key string, find func() string) string {
	if v, ok := pr.texts[key]; ok {
		return v
	}
	v := find()
	pr.texts[key] = v
	return v
}

func envName(s string) (safe.EnvName, bool) {
	if !envNameRE().MatchString(s) {
		return safe.EnvName{}, false
	}
	e, err := safe.NewEnvName(s)
	return e, err == nil
}
