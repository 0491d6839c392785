package golang

import (
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// site is where an expression stands.
type site struct {
	f  *file
	fn *ast.FuncDecl // nil at package level
}

// binding is one value that a variable or a field may hold.
type binding struct {
	owner  string // for a field: the type of the composite literal, "" for an assignment
	rhs    ast.Expr
	result int // which result of the call that rhs is
	at     site
	define bool      // := or var, not =
	pos    token.Pos // of the name
}

// call is one call in the sources.
type call struct {
	*ast.CallExpr
	name string // of the function or method
	path string // import path of the package it is qualified with, "" for methods and local functions
	at   site
}

// field is one field of a struct type.
type field struct {
	owner string // the type's name, or for a struct within a struct its field's
	name  string
	typ   string // the name of its type
	tag   reflect.StructTag
	node  *ast.Field
	at    site
}

type varKey struct {
	pkg  *pkg
	fn   *ast.FuncDecl
	name string
}

// index is what one walk over the syntax trees of a command gathers.
type index struct {
	vars   map[varKey][]binding
	fields map[string][]binding // by the field's name
	decls  map[string][]*field  // by the field's name
	funcs  map[string][]site    // by the function's name
	calls  []*call
	byName map[string][]*call
	lits   []literalOf
}

// literalOf is a composite literal with the name and package of its type.
type literalOf struct {
	*ast.CompositeLit
	name, path string
	at         site
}

func newIndex(files []*file) *index {
	x := &index{vars: map[varKey][]binding{}, fields: map[string][]binding{}, decls: map[string][]*field{}, funcs: map[string][]site{}, byName: map[string][]*call{}}
	for _, f := range files {
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				x.walk(d, site{f: f})
			case *ast.FuncDecl:
				at := site{f, d}
				x.funcs[d.Name.Name] = append(x.funcs[d.Name.Name], at)
				if d.Body != nil {
					x.walk(d.Body, at)
				}
			}
		}
	}
	return x
}

func (x *index) walk(root ast.Node, at site) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				b := binding{at: at, define: true, pos: name.Pos()}
				switch {
				case len(n.Values) == len(n.Names):
					b.rhs = n.Values[i]
				case len(n.Values) == 1:
					b.rhs, b.result = n.Values[0], i
				}
				x.bind(name.Name, b)
			}
		case *ast.AssignStmt:
			x.assign(n, at)
		case *ast.RangeStmt:
			if id, ok := n.Value.(*ast.Ident); ok { // the first element stands for all
				first := &ast.IndexExpr{X: n.X, Lbrack: n.Pos(), Index: &ast.BasicLit{Kind: token.INT, Value: "0", ValuePos: n.Pos()}}
				x.bind(id.Name, binding{rhs: first, at: at, define: true, pos: id.Pos()})
			}
		case *ast.CompositeLit:
			x.composite(n, at)
		case *ast.TypeSpec:
			if st, ok := n.Type.(*ast.StructType); ok {
				x.structType(n.Name.Name, st, at)
			}
		case *ast.CallExpr:
			if lit, ok := n.Fun.(*ast.FuncLit); ok {
				x.passed(lit, n.Args, at)
			}
			c := newCall(n, at)
			if c.name != "" {
				x.calls = append(x.calls, c)
				x.byName[c.name] = append(x.byName[c.name], c)
			}
		}
		return true
	})
}

// passed binds the parameters of a function that is called where it stands.
func (x *index) passed(lit *ast.FuncLit, args []ast.Expr, at site) {
	i := 0
	for _, f := range lit.Type.Params.List {
		for _, name := range f.Names {
			if i < len(args) {
				x.bind(name.Name, binding{rhs: args[i], at: at, define: true, pos: name.Pos()})
			}
			i++
		}
	}
}

func (x *index) bind(name string, b binding) {
	key := varKey{b.at.f.pkg, b.at.fn, name}
	x.vars[key] = append(x.vars[key], b)
	if b.at.fn != nil && !b.define { // perhaps of a package variable
		key.fn = nil
		x.vars[key] = append(x.vars[key], b)
	}
}

func (x *index) assign(n *ast.AssignStmt, at site) {
	for i, lhs := range n.Lhs {
		b := binding{at: at, define: n.Tok == token.DEFINE, pos: lhs.Pos()}
		if len(n.Rhs) == len(n.Lhs) {
			b.rhs = n.Rhs[i]
		} else {
			b.rhs, b.result = n.Rhs[0], i // value, err := f()
		}
		switch lhs := lhs.(type) {
		case *ast.Ident:
			x.bind(lhs.Name, b)
		case *ast.SelectorExpr:
			x.fields[lhs.Sel.Name] = append(x.fields[lhs.Sel.Name], b)
		}
	}
}

func (x *index) composite(n *ast.CompositeLit, at site) {
	name, importPath := at.f.callee(n.Type)
	x.lits = append(x.lits, literalOf{n, name, importPath, at})
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok {
				x.fields[key.Name] = append(x.fields[key.Name], binding{owner: name, rhs: kv.Value, at: at})
			}
		}
	}
}

func (x *index) structType(owner string, st *ast.StructType, at site) {
	for _, f := range st.Fields.List {
		var tag reflect.StructTag
		if f.Tag != nil {
			if s, err := strconv.Unquote(f.Tag.Value); err == nil {
				tag = reflect.StructTag(s)
			}
		}
		typ, _ := at.f.callee(f.Type)
		for _, name := range f.Names {
			if inner, ok := f.Type.(*ast.StructType); ok {
				typ = name.Name
				x.structType(name.Name, inner, at)
			}
			x.decls[name.Name] = append(x.decls[name.Name], &field{owner, name.Name, typ, tag, f, at})
		}
	}
}

func newCall(x *ast.CallExpr, at site) *call {
	c := &call{CallExpr: x, at: at}
	c.name, c.path = at.f.callee(x.Fun)
	return c
}

// callee names what an expression of a call or a type refers to: the last
// identifier, and the import path where it is qualified with a package.
func (f *file) callee(x ast.Expr) (name, importPath string) {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name, ""
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			return x.Sel.Name, f.imports[id.Name]
		}
		return x.Sel.Name, ""
	case *ast.StarExpr:
		return f.callee(x.X)
	case *ast.UnaryExpr:
		return f.callee(x.X)
	case *ast.ParenExpr:
		return f.callee(x.X)
	case *ast.IndexExpr:
		return f.callee(x.X)
	case *ast.ArrayType:
		return f.callee(x.Elt)
	}
	return "", ""
}

// str is the value of a string literal.
func str(x ast.Expr) (string, bool) {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// arg is the i-th argument of a call where that is a string literal.
func (c *call) arg(i int) (string, bool) {
	if i >= len(c.Args) {
		return "", false
	}
	return str(c.Args[i])
}

// recv is what a method is called on, or the package of a function.
func (c *call) recv() ast.Expr {
	if sel, ok := c.Fun.(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

// in reports whether the call is qualified with the package or one below it.
func (c *call) in(prefix string) bool {
	return c.path == prefix || strings.HasPrefix(c.path, prefix+"/")
}

// always reports whether a call stands by itself in its function's body, under no
// condition.
func (c *call) always() bool {
	return c.at.fn != nil && c.at.fn.Body != nil && slices.ContainsFunc(c.at.fn.Body.List, func(st ast.Stmt) bool {
		x, ok := st.(*ast.ExprStmt)
		return ok && x.X == c.CallExpr
	})
}
