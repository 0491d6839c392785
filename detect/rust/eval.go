package rust

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/rust/source"
)

// piece is a part of a value that is worked out: a text, or what stands in its
// place. Several together are a text such as "{host}:{port}".
type piece struct {
	text  string
	known bool
	env   string // the variable that sets it
	flag  string // the option of the command line that sets it
	// defaulted says that there is a default, which is not known.
	defaulted bool
	why       detect.Note
}

type pieces []piece

func (ps pieces) known() bool {
	for _, p := range ps {
		if !p.known {
			return false
		}
	}
	return len(ps) > 0
}

func (ps pieces) text() string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.text)
	}
	return b.String()
}

// scope is where an expression stands.
type scope struct {
	file *file
	fn   *source.Fn
}

// maxEvals bounds the work on one expression, for constants may lead to each other.
const maxEvals = 500

// eval works out an expression as far as its text, without running anything.
func (pr *program) eval(ts []source.Token, at scope, depth int) pieces {
	if depth == 0 {
		pr.evals = maxEvals
	}
	if pr.evals--; depth > 12 || pr.evals < 0 {
		return nil
	}
	ts = trim(ts)
	if len(ts) == 0 {
		return nil
	}
	if ps := pr.primary(ts, at, depth); ps != nil {
		return ps
	}
	// A chain of methods: x.a().b(c), from its end.
	for i := len(ts) - 1; i > 0; i-- {
		if !ts[i].Is(".") || i+1 >= len(ts) {
			continue
		}
		return pr.method(ts[:i], ts[i+1:], at, depth)
	}
	return nil
}

// trim takes off what does not change the text: references, "?", "as u16", parentheses.
func trim(ts []source.Token) []source.Token {
	for len(ts) > 0 {
		first, last := ts[0], ts[len(ts)-1]
		switch {
		case first.Is("&") || first.Is("*") || first.Is("return") || first.Is("move") || first.Is("mut"):
			ts = ts[1:]
		case last.Is("?") || last.Is(";"):
			ts = ts[:len(ts)-1]
		case len(ts) > 2 && ts[len(ts)-2].Is("as"):
			ts = ts[:len(ts)-2]
		case len(ts) == 1 && first.IsGroup("(") && len(source.Split(first.Inner, ",")) == 1 && (len(first.Inner) == 0 || !first.Inner[len(first.Inner)-1].Is(",")):
			ts = first.Inner
		case len(ts) == 1 && first.IsGroup("{"):
			ts = tail(first.Inner)
		case len(ts) > 2 && first.Is("|"): // a closure's parameters
			i := 1
			for i < len(ts) && !ts[i].Is("|") {
				i++
			}
			ts = ts[min(i+1, len(ts)):]
		default:
			return ts
		}
	}
	return ts
}

// tail is the last expression of a block.
func tail(ts []source.Token) []source.Token {
	parts := source.Split(ts, ";")
	if len(parts) == 0 {
		return nil
	}
	return parts[len(parts)-1]
}

// primary works out what is no chain of methods.
func (pr *program) primary(ts []source.Token, at scope, depth int) pieces {
	t := ts[0]
	fixed := func(s string) pieces { return pieces{{text: s, known: true, why: pr.note(at.file, t.Line, "")}} }
	switch {
	case len(ts) == 1 && (t.Kind == source.String || t.Kind == source.Number):
		return fixed(t.Text)
	case len(ts) == 1 && t.Kind == source.Ident:
		return pr.named(t.Text, at, depth)
	case len(ts) == 1 && t.IsGroup("("):
		return pr.join(source.Split(t.Inner, ","), ":", at, depth)
	case len(ts) == 1 && t.IsGroup("["):
		return pr.join(source.Split(t.Inner, ","), ".", at, depth)
	case t.Is("match"), t.Is("if"):
		return pr.branches(ts, at, depth)
	}
	if last := ts[len(ts)-1]; t.Kind == source.Ident && !hasDot(ts) {
		name := pathText(ts)
		switch {
		case last.IsGroup("(") && (len(ts) < 3 || !ts[len(ts)-2].Is("!")):
			return pr.call(pathText(ts[:len(ts)-1]), last, at, depth)
		case last.Kind == source.Group && len(ts) > 2 && ts[len(ts)-2].Is("!"):
			return pr.macro(pathText(ts[:len(ts)-2]), last, at, depth)
		case strings.HasSuffix(name, "Ipv4Addr::LOCALHOST"):
			return fixed("127.0.0.1")
		case strings.HasSuffix(name, "Ipv4Addr::UNSPECIFIED"):
			return fixed("0.0.0.0")
		case strings.HasSuffix(name, "Ipv6Addr::LOCALHOST"):
			return fixed("[::1]")
		case strings.HasSuffix(name, "Ipv6Addr::UNSPECIFIED"):
			return fixed("[::]")
		case last.Kind == source.Ident && strings.Contains(name, "::"):
			return pr.named(last.Text, at, depth) // a constant in another module
		}
	}
	return nil
}

func hasDot(ts []source.Token) bool {
	for _, t := range ts {
		if t.Is(".") {
			return true
		}
	}
	return false
}

// pathText is a path as text, its generic arguments left out.
func pathText(ts []source.Token) string {
	var b strings.Builder
	depth := 0
	for _, t := range ts {
		switch {
		case t.Is("<"):
			depth++
		case t.Is(">"):
			depth--
		case depth == 0:
			b.WriteString(t.Text)
		}
	}
	return strings.TrimSuffix(strings.ReplaceAll(b.String(), "::::", "::"), "::")
}

// join works out a tuple or an array.
func (pr *program) join(parts [][]source.Token, sep string, at scope, depth int) pieces {
	var out pieces
	for i, part := range parts {
		if i > 0 {
			out = append(out, piece{text: sep, known: true})
		}
		ps := pr.eval(part, at, depth+1)
		if ps == nil {
			ps = pieces{{}}
		}
		out = append(out, ps...)
	}
	return out
}

// call works out a call by its path: the constructors of addresses, the readers
// of the environment, and functions of the program itself.
func (pr *program) call(name string, group source.Token, at scope, depth int) pieces {
	args := source.Split(group.Inner, ",")
	last := name[strings.LastIndexByte(name, ':')+1:]
	typ := ""
	if parts := strings.Split(name, "::"); len(parts) > 1 {
		typ = parts[len(parts)-2]
	}
	switch {
	case readsEnv(name):
		if len(args) == 0 {
			return nil
		}
		ps := pr.eval(args[0], at, depth+1)
		if !ps.known() {
			return nil
		}
		return pieces{{env: ps.text(), why: pr.note(at.file, group.Line, "reads $%s", ps.text())}}
	case (typ == "Ipv4Addr") && last == "new":
		return pr.join(args, ".", at, depth)
	case strings.HasPrefix(typ, "SocketAddr") && last == "new":
		return pr.join(args, ":", at, depth)
	case (strings.HasPrefix(typ, "SocketAddr") || typ == "IpAddr" || typ == "Ipv4Addr" || typ == "String" || typ == "PathBuf") && (last == "from" || last == "V4" || last == "V6" || last == "from_str"),
		last == "Some", last == "Ok", (typ == "Path" || typ == "Cow") && len(args) == 1, typ == "Url" && last == "parse":
		if len(args) == 1 {
			return pr.eval(args[0], at, depth+1)
		}
	case (typ == "LazyLock" || typ == "Lazy" || typ == "OnceLock") && last == "new" && len(args) > 0:
		return pr.eval(group.Inner, at, depth+1)
	}
	// A helper of the program's own: env_or("PORT", "8080").
	if len(args) == 2 {
		if e := pr.envHelper(last, args, at, depth); e != nil {
			return e
		}
	}
	for _, fn := range pr.fns[last] {
		if typ != "" && fn.Owner != "" && fn.Owner != typ && typ != "Self" {
			continue
		}
		if ps := pr.eval(tail(fn.Body), scope{fn.file, fn.Fn}, depth+1); ps != nil {
			return ps
		}
	}
	return nil
}

// readsEnv reports whether the function reads a variable of the environment.
func readsEnv(name string) bool {
	switch name {
	case "env::var", "std::env::var", "env::var_os", "std::env::var_os", "dotenv::var", "dotenvy::var", "dotenvy::dotenv::var", "var", "envmnt::get_or_panic":
		return true
	}
	return false
}

// envHelper works out a call of a function that reads a variable with a default.
func (pr *program) envHelper(name string, args [][]source.Token, at scope, depth int) pieces {
	for _, fn := range pr.fns[name] {
		if !pr.readers[fn.Fn] {
			continue
		}
		env := pr.eval(args[0], at, depth+1)
		if !env.known() || !envNameRE().MatchString(env.text()) {
			continue
		}
		p := piece{env: env.text(), why: pr.note(at.file, args[0][0].Line, "reads $%s", env.text())}
		if def := pr.eval(args[1], at, depth+1); def.known() {
			p.text, p.known = def.text(), true
		}
		return pieces{p}
	}
	return nil
}

// method works out recv.name(args): what only turns a value into another type
// leaves it, what names a default gives it one.
func (pr *program) method(recv, rest []source.Token, at scope, depth int) pieces {
	name := rest[0].Text
	if len(rest) > 2 && (rest[1].Is(":") || rest[1].Is("::")) { // parse::<u16>(): the type changes no text
		if i := slices.IndexFunc(rest, func(t source.Token) bool { return t.IsGroup("(") }); i > 0 {
			rest = append([]source.Token{rest[0]}, rest[i:]...)
		}
	}
	if len(rest) == 1 || rest[1].Kind != source.Group { // a field
		if name == "await" {
			return pr.eval(recv, at, depth+1)
		}
		if ps := pr.field(recv, name, at, depth); ps != nil {
			return ps
		}
		return nil
	}
	group := rest[len(rest)-1]
	switch name {
	case "unwrap_or", "unwrap_or_else", "or_else", "or", "map_or", "map_or_else", "unwrap_or_default", "context", "get_or_insert":
		ps := pr.eval(recv, at, depth+1)
		if len(ps) != 1 || ps[0].known {
			if ps != nil {
				return ps
			}
			ps = pieces{{}}
		}
		args := source.Split(group.Inner, ",")
		if len(args) > 0 && name != "context" {
			if strings.HasPrefix(name, "map_or") {
				args = args[:1]
			}
			def := pr.eval(join(args), at, depth+1)
			if def.known() {
				ps[0].text, ps[0].known = def.text(), true
				if ps[0].why.Path == "" {
					ps[0].why = def[0].why
				}
			}
		}
		if ps[0].env == "" && !ps[0].known {
			return nil
		}
		return ps
	case "parse", "unwrap", "expect", "to_string", "to_owned", "into", "as_str", "clone", "ok", "map", "and_then", "map_err", "as_ref", "trim", "as_deref", "ok_or", "ok_or_else",
		"iter", "into_iter", "to_socket_addrs", "next", "filter", "wrap_err", "with_context", "try_into", "to_str", "display", "unwrap_unchecked", "copied", "cloned", "to_path_buf", "into_string", "as_bytes", "leak", "as_path", "trim_end_matches":
		return pr.eval(recv, at, depth+1)
	case "get_one", "value_of", "value_of_t", "get_raw", "get_string", "get_int":
		if args := source.Split(group.Inner, ","); len(args) > 0 {
			if ps := pr.eval(args[0], at, depth+1); ps.known() {
				keys := strings.Split(ps.text(), ".")
				return pr.setting(keys[len(keys)-1], keys[:len(keys)-1], depth)
			}
		}
		return nil
	case "join":
		args := source.Split(group.Inner, ",")
		if a, b := pr.eval(recv, at, depth+1), pr.eval(join(args), at, depth+1); a != nil && b != nil {
			return append(append(a[:len(a):len(a)], piece{text: "/", known: true}), b...)
		}
	}
	for _, fn := range pr.accessors(name, pr.keys(recv, at, depth)) {
		if fn.Owner != "" && len(group.Inner) == 0 {
			if ps := pr.eval(tail(fn.Body), scope{fn.file, fn.Fn}, depth+1); ps != nil {
				return ps
			}
		}
	}
	return nil
}

func join(parts [][]source.Token) []source.Token {
	var out []source.Token
	for i, p := range parts {
		if i > 0 {
			out = append(out, source.Token{Kind: source.Sign, Text: ","})
		}
		out = append(out, p...)
	}
	return out
}
