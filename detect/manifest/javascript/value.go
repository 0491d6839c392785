package javascript

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"dockgen/detect"
)

// The bounds of one evaluation: how far names and files are followed, and how
// many expressions are looked at on the way.
const (
	maxDepth = 12
	maxSteps = 2000
)

// Value is what an expression is known to be: a literal, a variable of the
// environment, or the one as the default of the other.
type Value struct {
	Text string // of the literal
	Set  bool   // there is a literal
	Env  string // the variable that decides, "" for none
	Path string // where the literal, else the variable, stands
	Line int
}

// or returns what is known of "v || w".
func (v Value) or(w Value) Value {
	if v.Env == "" {
		v.Env = w.Env
	}
	if !v.Set {
		v.Text, v.Set = w.Text, w.Set
		if w.Set || v.Line == 0 {
			v.Path, v.Line = w.Path, w.Line
		}
	}
	return v
}

func (v Value) known() bool { return v.Set || v.Env != "" }

// Program is the sources of one folder, read as they are asked for.
type Program struct {
	dir   *detect.Dir
	files map[string]*File
	alias []alias
	left  int // bytes that may still be read
	above bool
	made  func(name string) string
	steps int // expressions that the evaluation under way may still look at
}

type alias struct{ prefix, dir string }

// MaxProgram is how many bytes of sources are read of one folder.
const MaxProgram = 6 << 20

// NewProgram returns the program in the folder d.
func NewProgram(d *detect.Dir) *Program {
	return &Program{dir: d, files: map[string]*File{}, left: MaxProgram}
}

// Alias makes imports that begin with the prefix stand for files below dir, as
// the paths of tsconfig.json do.
func (p *Program) Alias(prefix, dir string) {
	p.alias = append(p.alias, alias{prefix, dir})
	// The longest one that fits is meant (https://www.typescriptlang.org/tsconfig/#paths).
	slices.SortFunc(p.alias, func(a, b alias) int {
		return cmp.Or(cmp.Compare(len(b.prefix), len(a.prefix)), cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.dir, b.dir))
	})
}

// Made tells where a file that is not there comes from: the source that the build makes it of.
func (p *Program) Made(source func(name string) string) { p.made = source }

// LookAbove lets imports lead out of the folder, to packages beside it that have no
// manifest of their own.
func (p *Program) LookAbove() { p.above = true }

// Load returns a source, nil where it can't be read.
func (p *Program) Load(name string) *File {
	name = path.Clean(name)
	if f, ok := p.files[name]; ok {
		return f
	}
	p.files[name] = nil
	if p.left <= 0 || !p.dir.Has(name) {
		return nil
	}
	src, err := p.dir.Read(name)
	if err != nil || len(src) > MaxSource {
		return nil
	}
	p.left -= len(src)
	f := Parse(name, src)
	p.files[name] = f
	return f
}

// Resolve returns the file that an import names, "" for a package.
func (p *Program) Resolve(from, spec string) string {
	switch {
	case strings.HasPrefix(spec, "."):
		name := path.Join(path.Dir(from), spec)
		found := p.Find(name)
		if found == "" && p.made != nil {
			found = p.made(name)
		}
		return found
	default:
		for _, a := range p.alias {
			if rest, ok := strings.CutPrefix(spec, a.prefix); ok {
				if found := p.Find(path.Join(a.dir, rest)); found != "" {
					return found
				}
			}
		}
	}
	return ""
}

// Find returns the source that a path without or with its extension means.
func (p *Program) Find(name string) string {
	name = path.Clean(name)
	if strings.HasPrefix(name, "..") && !p.above {
		return ""
	}
	if p.dir.Has(name) {
		return name
	}
	// TypeScript imports name the file that the compiler will write.
	if ext := path.Ext(name); ext == ".js" || ext == ".mjs" || ext == ".cjs" || ext == ".jsx" {
		base := strings.TrimSuffix(name, ext)
		if found := p.dir.First(base+".ts", base+".mts", base+".cts", base+".tsx"); found != "" {
			return found
		}
	}
	return p.dir.First(name+".ts", name+".js", name+".mjs", name+".cjs", name+".mts", name+".cts", name+".tsx", name+".jsx",
		path.Join(name, "index.ts"), path.Join(name, "index.js"), path.Join(name, "index.mjs"), path.Join(name, "index.cjs"), path.Join(name, "index.tsx"))
}

// Reach returns the sources that the entry imports, itself first, at most limit.
func (p *Program) Reach(entry string, limit int) []*File {
	var out []*File
	seen := map[string]bool{entry: true}
	for queue := []string{entry}; len(queue) > 0 && len(out) < limit; queue = queue[1:] {
		f := p.Load(queue[0])
		if f == nil {
			continue
		}
		out = append(out, f)
		for _, imp := range f.Imports() {
			if next := p.Resolve(f.Path, imp.Path); next != "" && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return out
}

// Value evaluates an expression.
func (p *Program) Value(f *File, s Span) Value {
	p.steps = maxSteps
	return p.value(f, s, 0)
}

func (p *Program) value(f *File, s Span, depth int) Value {
	s = f.trim(s)
	if p.steps--; s.Empty() || depth > maxDepth || p.steps < 0 || s.hi-s.lo > maxSteps {
		return Value{}
	}
	here := Value{Path: f.Path, Line: f.at(s.lo).line}
	if i := f.find(s, func(t token) bool { return t.is("||") || t.is("??") }); i > 0 {
		return p.value(f, Span{s.lo, i}, depth+1).or(p.value(f, Span{i + 1, s.hi}, depth+1))
	}
	if i := f.find(s, func(t token) bool { return t.is("?") }); i > 0 {
		if j := f.find(Span{i + 1, s.hi}, func(t token) bool { return t.is(":") }); j > 0 {
			return p.value(f, Span{i + 1, j}, depth+1).or(p.value(f, Span{j + 1, s.hi}, depth+1))
		}
	}
	first := f.at(s.lo)
	switch {
	case first.is("+"), first.is("!"):
		return p.value(f, Span{s.lo + 1, s.hi}, depth+1)
	case s.hi == s.lo+1 && (first.kind == str || first.kind == num):
		here.Text, here.Set = first.text, true
		return here
	case first.is("{"):
		return p.schema(f, s, depth)
	case first.is("["):
		return p.firstOf(f, s, depth)
	case first.kind != word:
		return Value{}
	case s.hi == s.lo+1:
		return p.name(f, first.text, depth, here)
	}
	if name, ok := f.envName(s); ok {
		here.Env = name
		return here
	}
	if f.at(s.hi - 1).is(")") {
		return p.call(f, s, depth, here)
	}
	return p.member(f, s, depth, here)
}

// firstOf evaluates [a, process.env.PORT, 3000].find(Boolean): what the list holds first.
func (p *Program) firstOf(f *File, s Span, depth int) Value {
	shut := f.shut[s.lo]
	if shut >= s.hi-1 || !slices.ContainsFunc(f.Calls(Span{shut, s.hi}), func(c Call) bool { return c.Name() == "find" || c.Name() == "filter" }) {
		return Value{}
	}
	var out Value
	for _, x := range f.Split(Span{s.lo + 1, shut}) {
		out = out.or(p.value(f, x, depth+1))
	}
	return out
}

// name evaluates a variable.
func (p *Program) name(f *File, name string, depth int, here Value) Value {
	if e, ok := f.envs[name]; ok {
		here.Env = name
		return here.or(p.value(f, e.deflt, depth+1))
	}
	if s, ok := f.consts[name]; ok {
		return p.value(f, s, depth+1)
	}
	if m, ok := f.parts[name]; ok { // const { port } = config
		return p.memberOf(f, m.object, m.key, depth+1, here)
	}
	g, imported := p.origin(f, name)
	if g == nil {
		return Value{}
	}
	if imported == "default" {
		return p.value(g, g.Default(), depth+1)
	}
	if s, ok := g.consts[imported]; ok {
		return p.value(g, s, depth+1)
	}
	if _, ok := g.envs[imported]; ok {
		return p.name(g, imported, depth+1, here)
	}
	if v, ok := g.Key(g.Default(), imported); ok { // const { port } = require("./config")
		return p.value(g, v, depth+1)
	}
	return Value{}
}

// origin returns the file that a local name is imported from, and its name there.
func (p *Program) origin(f *File, name string) (*File, string) {
	for _, imp := range f.Imports() {
		if imported, ok := imp.Names[name]; ok {
			if target := p.Resolve(f.Path, imp.Path); target != "" {
				return p.Load(target), imported
			}
		}
	}
	return nil, ""
}

var constantRE = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)

// member evaluates config.port and the like: the last name is looked for in
// the object that the first one is, else anywhere in the file that it is from.
func (p *Program) member(f *File, s Span, depth int, here Value) Value {
	last := f.at(s.hi - 1)
	if last.kind != word || !f.at(s.hi-2).is(".") && !f.at(s.hi-2).is("?.") {
		return Value{}
	}
	if v := p.assigned(f, s, depth); v.known() {
		return v
	}
	return p.memberOf(f, f.at(s.lo).text, last.text, depth, here)
}

// memberOf evaluates a property of the object that a local name stands for.
func (p *Program) memberOf(f *File, local, last string, depth int, here Value) Value {
	g := f
	if from, _ := p.origin(f, local); from != nil {
		g = from
	} else if object, ok := f.consts[local]; ok {
		if v, ok := f.Key(object, last); ok {
			return p.value(f, v, depth+1)
		}
		if calls := f.Calls(object); len(calls) > 0 && len(calls[0].Callee) == 1 {
			if from, _ := p.origin(f, calls[0].Callee[0]); from != nil { // const config = loadConfig()
				g = from
			}
		}
	} else {
		if local == "this" || f.classes(local) {
			if v := p.property(f, last, depth); v.known() {
				return v
			}
		}
		g = nil
	}
	var found Value
	if g != nil {
		if v, ok := g.Key(g.Default(), last); ok && g != f { // module.exports = { port }
			found = p.value(g, v, depth+1)
		}
		if !found.known() {
			found = p.key(g, last, depth)
		}
	}
	if found.Env == "" && constantRE.MatchString(last) {
		found.Env = last
		found = found.or(here)
	}
	return found
}

// key looks for a property of that name in any object literal of a file.
func (p *Program) key(f *File, name string, depth int) Value {
	p.steps -= len(f.tokens) / 1000
	for i, t := range f.tokens {
		if (t.kind == word || t.kind == str) && t.text == name && f.at(i+1).is(":") {
			if v := p.value(f, f.expression(i+2), depth+1); v.known() {
				return v
			}
		}
	}
	return Value{}
}

// schema evaluates { env: "PORT", default: 3000 }, the form of convict and of JSON schemas.
func (p *Program) schema(f *File, s Span, depth int) Value {
	var out Value
	if v, ok := f.Key(s, "env"); ok && f.at(v.lo).kind == str {
		out = Value{Env: f.at(v.lo).text, Path: f.Path, Line: f.at(v.lo).line}
	}
	if v, ok := f.Key(s, "default"); ok {
		out = out.or(p.value(f, v, depth+1))
	}
	return out
}

// call evaluates Number(x), config.get("PORT", 3000), z.number().default(3000), num({default: 3000}).
func (p *Program) call(f *File, s Span, depth int, here Value) Value {
	calls := f.Calls(s)
	for _, c := range calls {
		if c.Name() == "default" && len(c.Args) == 1 {
			deflt := p.value(f, c.Args[0], depth+1)
			for _, base := range calls { // env.get("PORT").default(3000)
				if base.Name() == "get" && len(base.Args) > 0 && f.at(base.Args[0].lo).kind == str {
					deflt.Env = f.at(base.Args[0].lo).text
				}
			}
			return deflt
		}
	}
	for _, c := range calls {
		if len(c.Args) == 0 {
			continue
		}
		arg := f.at(c.Args[0].lo)
		switch c.Name() {
		case "get", "getOrThrow":
			if arg.kind != str {
				continue
			}
			var out Value
			if constantRE.MatchString(arg.text) {
				out = here
				out.Env = arg.text
			} else if v := p.setting(f, arg.text, depth); v.known() {
				return v
			} else if v := p.registered(arg.text, depth); v.known() {
				return v
			}
			if len(c.Args) > 1 {
				out = out.or(p.value(f, c.Args[1], depth+1))
			}
			return out
		}
		if v := p.value(f, c.Args[0], depth+1); v.known() {
			return v
		}
	}
	return Value{}
}
