package golang

import (
	"go/ast"
	"go/token"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// eval works out what strings of the sources are, as far as that can be seen
// without types: constants, variables and what sets them, fields of structs by
// their names, results and arguments of the project's own functions.
type eval struct {
	*reach
	*index
	flags      []*flagDef
	config     settings
	active     map[ast.Node]bool // what is being worked out: programs have cycles
	steps      int               // left for the string that is worked out
	required   map[string]bool   // see mustBeSet
	viperFile  *string           // see configFile
	viper      map[string]any
	viperLines manifest.Lines
	served     []servedDir   // folders that are read and not there
	listenWhy  []detect.Note // where the program begins to listen
	opaque     []detect.Note // where it does so on an address that can't be worked out
	tls        bool          // the port takes TLS alone
	onlyAside  bool          // all of that is for metrics and the like
	beside     []string      // the ports of that
}

// The bounds of the work on one string, on one of the values that a variable or
// field may hold, and of its depth.
const (
	maxSteps       = 4000
	maxAlternative = 400
	maxGlance      = 150
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

// glance is value with little work, for the many strings that may be a path or
// the like and mostly are not.
func (e *eval) glance(x ast.Expr, at site) parts {
	e.steps = maxGlance
	return e.expr(x, at)
}

// alternative is expr with a bound of its own, so that one value that leads far
// leaves work for the others.
func (e *eval) alternative(b binding) parts {
	whole := e.steps
	e.steps = min(whole, maxAlternative)
	given := e.steps
	var ps parts
	if c, ok := b.rhs.(*ast.CallExpr); ok && b.result > 0 {
		ps = e.result(newCall(c, b.at), b.result)
	} else if b.result == 0 {
		ps = e.expr(b.rhs, b.at)
	}
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
		return e.ident(x, at)
	case *ast.IndexExpr:
		return e.element(x, at)
	case *ast.SelectorExpr:
		return e.selector(x, at)
	case *ast.CallExpr:
		return e.call(newCall(x, at))
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
func (e *eval) ident(x *ast.Ident, at site) parts {
	name := x.Name
	var alts []parts
	if at.fn != nil {
		local := scoped(e.vars[varKey{at.f.pkg, at.fn, name}], x.Pos())
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

// scoped takes of the values of one name those of the variable that is meant at
// a place: the one that was declared last before it.
func scoped(bs []binding, at token.Pos) []binding {
	from, to := 0, len(bs)
	for i, b := range bs {
		if !b.define {
			continue
		}
		if b.pos <= at {
			from = i
		} else if i > from {
			to = i
			break
		}
	}
	return bs[from:to]
}

// element works out list[0] where the list is a literal.
func (e *eval) element(x *ast.IndexExpr, at site) parts {
	list := x.X
	if id, ok := list.(*ast.Ident); ok {
		for _, key := range []varKey{{at.f.pkg, at.fn, id.Name}, {at.f.pkg, nil, id.Name}} {
			if bs := e.vars[key]; len(bs) > 0 {
				list, at = bs[0].rhs, bs[0].at
				break
			}
		}
	}
	if lit, ok := list.(*ast.CompositeLit); ok && len(lit.Elts) > 0 {
		return e.expr(lit.Elts[0], at)
	}
	return nil
}

// bound merges what a variable is given, by assignments and as the target of a flag.
func (e *eval) bound(name string, bs []binding, fn *ast.FuncDecl, at site, alts []parts) parts {
	for _, b := range bs {
		alts = append(alts, e.alternative(b))
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
			alts = append(alts, e.alternative(b))
		}
	}
	for _, d := range e.flags {
		if sel, ok := address0(d.dest).(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			alts = append(alts, e.flag(d))
		}
	}
	if ps := merge(alts); len(ps) > 0 {
		return ps
	}
	return e.unmarshalled(x)
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

// flagValue works out the value of a flag by itself.
func (e *eval) flagValue(d *flagDef) parts {
	e.steps = maxSteps
	return e.flag(d)
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
