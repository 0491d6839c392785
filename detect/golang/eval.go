package golang

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"

	"dockgen/detect"
)

// eval works out what strings of the sources are, as far as that can be seen
// without types: constants, variables and what sets them, fields of structs by
// their names, results and arguments of the project's own functions.
type eval struct {
	*reach
	*index
	flags     []*flagDef
	config    settings
	active    map[ast.Node]bool // what is being worked out: programs have cycles
	steps     int               // left for the string that is worked out
	served    []servedDir       // folders that are read and not there
	listenWhy []detect.Note     // where the program begins to listen
	onlyAside bool              // all of that is for metrics and the like
}

// The bounds of the work on one string, on one of the values that a variable or
// field may hold, and of its depth.
const (
	maxSteps       = 4000
	maxAlternative = 400
	maxNesting     = 40
)

func newEval(r *reach) *eval {
	e := &eval{reach: r, index: r.index(), active: map[ast.Node]bool{}}
	e.flags = findFlags(e.index)
	e.config = e.findSettings()
	return e
}

// value works out an expression.
func (e *eval) value(x ast.Expr, at site) parts {
	e.steps = maxSteps
	return e.expr(x, at)
}

// alternative is expr with a bound of its own, so that one value that leads far
// leaves work for the others.
func (e *eval) alternative(x ast.Expr, at site) parts {
	whole := e.steps
	e.steps = min(whole, maxAlternative)
	given := e.steps
	ps := e.expr(x, at)
	e.steps = whole - (given - e.steps)
	return ps
}

func (e *eval) expr(x ast.Expr, at site) parts {
	if x == nil || e.active[x] || len(e.active) > maxNesting || e.steps <= 0 {
		return nil
	}
	e.steps--
	e.active[x] = true
	defer delete(e.active, x)
	switch x := x.(type) {
	case *ast.BasicLit:
		text := x.Value
		if s, ok := str(x); ok {
			text = s
		} else if x.Kind != token.INT {
			return nil
		}
		return parts{{text: text, known: true, why: []detect.Note{e.note(at.f, x, "%s", x.Value)}}}
	case *ast.ParenExpr:
		return e.expr(x.X, at)
	case *ast.StarExpr:
		return e.expr(x.X, at)
	case *ast.UnaryExpr:
		return e.expr(x.X, at)
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return append(e.orUnknown(x.X, at), e.orUnknown(x.Y, at)...)
		}
	case *ast.Ident:
		return e.ident(x.Name, at)
	case *ast.SelectorExpr:
		return e.selector(x, at)
	case *ast.CallExpr:
		c := &call{CallExpr: x, at: at}
		c.name, c.path = at.f.callee(x.Fun)
		return e.call(c)
	}
	return nil
}

// orUnknown is a piece of a string even where nothing is known of it.
func (e *eval) orUnknown(x ast.Expr, at site) parts {
	if ps := e.expr(x, at); len(ps) > 0 {
		return append(parts{}, ps...)
	}
	return parts{{}}
}

// ident works out a variable, a constant or a parameter.
func (e *eval) ident(name string, at site) parts {
	var alts []parts
	if at.fn != nil {
		local := e.vars[varKey{at.f.pkg, at.fn, name}]
		if i, ok := paramIndex(at.fn, name); ok {
			alts = append(alts, e.arguments(at.fn, i, at)...)
			return e.bound(name, local, at.fn, at, alts)
		}
		for _, b := range local {
			if b.define {
				return e.bound(name, local, at.fn, at, alts)
			}
		}
	}
	return e.bound(name, e.vars[varKey{at.f.pkg, nil, name}], nil, at, alts)
}

// bound merges what a variable is given, by assignments and as the target of a flag.
func (e *eval) bound(name string, bs []binding, fn *ast.FuncDecl, at site, alts []parts) parts {
	for _, b := range bs {
		alts = append(alts, e.alternative(b.rhs, b.at))
	}
	for _, d := range e.flags {
		if id, ok := address0(d.dest).(*ast.Ident); ok && id.Name == name && d.at.f.pkg == at.f.pkg && (fn == nil || d.at.fn == fn) {
			alts = append(alts, e.flag(d))
		}
	}
	return merge(alts)
}

// address0 is x of &x.
func address0(x ast.Expr) ast.Expr {
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.AND {
		return u.X
	}
	return x
}

func paramIndex(fn *ast.FuncDecl, name string) (int, bool) {
	i := 0
	for _, f := range fn.Type.Params.List {
		if len(f.Names) == 0 {
			i++
		}
		for _, n := range f.Names {
			if n.Name == name {
				return i, true
			}
			i++
		}
	}
	return 0, false
}

// takes reports whether the function can be called with n arguments.
func takes(fn *ast.FuncDecl, n int) bool {
	params := fn.Type.Params
	if l := len(params.List); l > 0 {
		if _, variadic := params.List[l-1].Type.(*ast.Ellipsis); variadic {
			return n >= params.NumFields()-1
		}
	}
	return n == params.NumFields()
}

// arguments works out what is passed as the i-th argument of the function.
func (e *eval) arguments(fn *ast.FuncDecl, i int, at site) []parts {
	var alts []parts
	for _, c := range e.byName[fn.Name.Name] {
		if i >= len(c.Args) || len(alts) > 8 || !takes(fn, len(c.Args)) {
			continue
		}
		if c.path != "" {
			if dir, ok := e.w.localDir(c.path); !ok || dir != at.f.pkg.dir {
				continue
			}
		} else if _, plain := c.Fun.(*ast.Ident); plain && c.at.f.pkg != at.f.pkg {
			continue
		}
		alts = append(alts, e.expr(c.Args[i], c.at))
	}
	return alts
}

// selector works out pkg.Name and x.field.
func (e *eval) selector(x *ast.SelectorExpr, at site) parts {
	if id, ok := x.X.(*ast.Ident); ok {
		if importPath, ok := at.f.imports[id.Name]; ok && !e.isLocalVar(id.Name, at) {
			dir, ok := e.w.localDir(importPath)
			if !ok {
				return nil
			}
			if k := e.reached(dir); k != nil {
				return e.bound(x.Sel.Name, e.vars[varKey{k, nil, x.Sel.Name}], nil, site{f: k.files[0]}, nil)
			}
			return nil
		}
	}
	return e.field(x, at)
}

func (e *eval) isLocalVar(name string, at site) bool {
	for _, b := range e.vars[varKey{at.f.pkg, at.fn, name}] {
		if b.define {
			return at.fn != nil
		}
	}
	return false
}

func (e *eval) reached(dir string) *pkg {
	for _, k := range e.reach.pkgs {
		if k.dir == dir {
			return k
		}
	}
	return nil
}

// field works out x.Name by what any code gives to a field of that name, and by
// the tags of its declaration. Where the name stands in several structs, the
// ones that fit what is selected from ("cfg.HTTP") win.
func (e *eval) field(x *ast.SelectorExpr, at site) parts {
	name := x.Sel.Name
	from, _ := at.f.callee(x.X)
	var alts []parts
	private := !ast.IsExported(name) // only its own package sets it
	decls := e.owned(e.decls[name], from)
	owners := map[string]bool{}
	for _, d := range decls {
		if private && d.at.f.pkg != at.f.pkg {
			continue
		}
		owners[d.owner] = true
		alts = append(alts, e.tagged(d))
	}
	for _, b := range e.fields[name] {
		if private && b.at.f.pkg != at.f.pkg {
			continue
		}
		if b.owner == "" || owners[b.owner] || len(owners) == 0 {
			alts = append(alts, e.alternative(b.rhs, b.at))
		}
	}
	for _, d := range e.flags {
		if sel, ok := address0(d.dest).(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			alts = append(alts, e.flag(d))
		}
	}
	return merge(alts)
}

// owned takes of several fields of one name those whose struct is what is
// selected from: by its type's name, or the type of a field of that name.
func (e *eval) owned(fs []*field, from string) []*field {
	if len(fs) < 2 || from == "" {
		return fs
	}
	types := map[string]bool{strings.ToLower(from): true}
	for _, d := range e.decls[from] {
		types[strings.ToLower(d.typ)] = true
	}
	var out []*field
	for _, f := range fs {
		if types[strings.ToLower(f.owner)] {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return fs
	}
	return out
}

// flag works out the value of a flag: its default, and its name.
func (e *eval) flag(d *flagDef) parts {
	def := e.expr(d.dflt, d.at)
	if len(def) == 0 {
		def = parts{{known: d.dflt == nil}}
	}
	var why []detect.Note
	if d.node != nil {
		why = append(why, e.note(d.at.f, d.node, "flag %s", d.option()))
	}
	return def.with(d.env, d.option(), why...)
}

var (
	envNameRE = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	getterRE  = regexp.MustCompile(`^(Get)?(String|Int|Int32|Int64|Uint|Uint16|Uint32|Uint64)$`)
)

// call works out the result of a call.
func (e *eval) call(c *call) parts {
	switch c.path + "." + c.name {
	case "os.Getenv", "os.LookupEnv", "syscall.Getenv":
		if name, ok := c.arg(0); ok {
			return parts{{env: name, why: []detect.Note{e.note(c.at.f, c, "reads $%s", name)}}}
		}
		return nil
	case "os.ExpandEnv":
		if s, ok := c.arg(0); ok {
			return parts{{env: strings.Trim(s, "${}")}}
		}
		return nil
	case "fmt.Sprintf":
		return e.format(c)
	case "fmt.Sprint":
		var out parts
		for _, a := range c.Args {
			out = append(out, e.orUnknown(a, c.at)...)
		}
		return out
	case "path.Join", "path/filepath.Join":
		var out parts
		for i, a := range c.Args {
			if ps := e.orUnknown(a, c.at); i == 0 || len(out) > 0 && out[len(out)-1].known && out.text() == "" {
				out = ps
			} else {
				out = append(append(out, literal("/")...), ps...)
			}
		}
		return out
	case "path.Clean", "path/filepath.Clean", "path/filepath.Abs", "path/filepath.FromSlash":
		if len(c.Args) == 1 {
			return e.expr(c.Args[0], c.at)
		}
		return nil
	case "net.JoinHostPort":
		if len(c.Args) == 2 {
			return append(append(e.orUnknown(c.Args[0], c.at), literal(":")...), e.orUnknown(c.Args[1], c.at)...)
		}
		return nil
	case "strconv.Itoa", "strconv.Atoi", "strconv.FormatInt", "strconv.FormatUint", "strconv.ParseInt", "strconv.ParseUint", "strings.TrimSpace", "strings.TrimPrefix", "strings.Trim", "strings.ToLower", "flag.Arg",
		".string", ".int", ".int32", ".int64", ".uint", ".uint16", ".uint32", ".Port":
		if len(c.Args) > 0 {
			return e.expr(c.Args[0], c.at)
		}
		return nil
	case "cmp.Or":
		var alts []parts
		for _, a := range c.Args {
			alts = append(alts, e.expr(a, c.at))
		}
		return merge(alts)
	}
	for _, d := range e.flags {
		if d.node == c.CallExpr {
			return e.flag(d)
		}
	}
	if name, ok := c.arg(0); ok && envNameRE.MatchString(name) && strings.Contains(strings.ToLower(c.name+"."+c.path), "env") {
		return e.lookup(name, c)
	}
	if name, ok := c.arg(0); ok && getterRE.MatchString(c.name) && len(c.Args) == 1 {
		return e.setting(name, c)
	}
	return e.result(c)
}

// lookup is a helper such as getEnv("PORT", "8080").
func (e *eval) lookup(name string, c *call) parts {
	p := part{env: name, why: []detect.Note{e.note(c.at.f, c, "reads $%s", name)}}
	if len(c.Args) > 1 {
		if def := e.expr(c.Args[1], c.at); def.known() {
			p.text, p.known = def.text(), true
		}
	}
	return parts{p}
}

// format works out fmt.Sprintf with verbs that print an argument as it is.
func (e *eval) format(c *call) parts {
	if len(c.Args) == 0 {
		return nil
	}
	layout := e.expr(c.Args[0], c.at)
	if !layout.known() {
		return nil
	}
	var out parts
	text, arg := layout.text(), 1
	for {
		i := strings.IndexByte(text, '%')
		if i < 0 || i == len(text)-1 {
			return append(out, literal(text)...)
		}
		out = append(out, literal(text[:i])...)
		if text[i+1] == '%' {
			out = append(out, literal("%")...)
		} else if arg < len(c.Args) {
			out = append(out, e.orUnknown(c.Args[arg], c.at)...)
			arg++
		}
		text = text[i+2:]
	}
}

// result works out what a function of the project returns.
func (e *eval) result(c *call) parts {
	var alts []parts
	_, plain := c.Fun.(*ast.Ident)
	if !plain && c.path == "" && len(e.funcs[c.name]) > 1 {
		return nil // a method of one of several types
	}
	for _, fn := range e.funcs[c.name] {
		if c.path != "" {
			if dir, ok := e.w.localDir(c.path); !ok || dir != fn.f.pkg.dir {
				continue
			}
		} else if plain && fn.f.pkg != c.at.f.pkg {
			continue
		}
		if fn.fn.Body == nil || len(alts) > 8 || !takes(fn.fn, len(c.Args)) {
			continue
		}
		ast.Inspect(fn.fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				if len(n.Results) > 0 {
					alts = append(alts, e.expr(n.Results[0], fn))
				}
			}
			return true
		})
	}
	return merge(alts)
}
