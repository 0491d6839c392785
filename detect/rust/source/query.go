package source

import (
	"path"
	"strings"
)

// Call is a call of a function or method, or the use of a macro.
type Call struct {
	// Path is the name with what stands before it: "TcpListener::bind". Of a method
	// it is the method's name alone, and Recv is what it is called on.
	Path  string
	Recv  []Token
	Args  [][]Token
	Macro bool
	Line  int
	Fn    *Fn // the function that it stands in; nil outside of one
}

// Name is the last part of the path.
func (c *Call) Name() string { return c.Path[strings.LastIndexByte(c.Path, ':')+1:] }

// Method reports whether the call is one of a method.
func (c *Call) Method() bool { return len(c.Recv) > 0 }

// Fn is a function.
type Fn struct {
	Name  string
	Owner string // the type of its impl block, "" for none
	Attrs []Attr
	Body  []Token
	Line  int
}

// Attr is an attribute: #[name(args)] or #[name = args].
type Attr struct {
	Name string // with its path: "arg", "actix_web::get"
	Args []Token
	Line int
}

// Field is a field of a struct, or a variant of an enum.
type Field struct {
	Owner      string // the struct
	OwnerAttrs []Attr
	Name       string
	Attrs      []Attr
	Type       []Token
	Enum       bool
	Line       int
}

// Binding is a constant, a static or a let.
type Binding struct {
	Name string
	Expr []Token
	Fn   *Fn // of a let
	Line int
}

// Mod is a module in a file of its own.
type Mod struct {
	Name string
	Path string // of #[path = "..."]
	In   string // the modules of this file that it stands in, as a path: "" for none
}

// File is what is known of one file.
type File struct {
	Tokens   []Token
	Calls    []*Call
	Fns      []*Fn
	Fields   []*Field
	Bindings []*Binding
	Mods     []Mod
	in       string          // the module that is being read: see Mod.In
	Attrs    []Attr          // all of them, wherever they stand
	Uses     map[string]bool // the first part of each path that is used: crates among them
}

// NewFile reads a file. Items under #[cfg(test)] are left out.
func NewFile(src string) *File {
	f := &File{Tokens: Parse(src), Uses: map[string]bool{}}
	f.items(f.Tokens, nil, "")
	return f
}

// items walks tokens: items with their attributes, and what is in functions.
func (f *File) items(ts []Token, fn *Fn, owner string) {
	var attrs []Attr
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		switch {
		case t.Is("#"):
			j := i + 1
			if j < len(ts) && ts[j].Is("!") {
				j++
			}
			if j < len(ts) && ts[j].IsGroup("[") {
				attrs = append(attrs, attr(ts[j]))
				f.Attrs = append(f.Attrs, attrs[len(attrs)-1])
				i = j
			}
			continue
		case t.Is("fn") && i+1 < len(ts) && ts[i+1].Kind == Ident:
			i = f.function(ts, i, owner, attrs)
		case (t.Is("struct") || t.Is("enum")) && i+1 < len(ts) && ts[i+1].Kind == Ident:
			i = f.structure(ts, i, attrs)
		case t.Is("impl"):
			i = f.impl(ts, i, attrs)
		case t.Is("mod") && i+1 < len(ts) && ts[i+1].Kind == Ident:
			i = f.module(ts, i, attrs)
		case (t.Is("const") || t.Is("static") || t.Is("let")) && i+1 < len(ts):
			i = f.binding(ts, i, fn)
		case t.Kind == Ident:
			// "pub async unsafe" and the like stand between attributes and their item.
			if word := t.Text; word == "pub" || word == "async" || word == "unsafe" || word == "extern" || word == "default" {
				if i+1 < len(ts) && ts[i+1].IsGroup("(") {
					i++
				}
				continue
			}
			f.path(ts, i, fn)
		case t.Kind == Group:
			f.items(t.Inner, fn, owner)
		}
		attrs = nil
	}
}

func attr(group Token) Attr {
	path, n := pathAt(group.Inner, 0)
	a := Attr{Name: path, Line: group.Line}
	rest := group.Inner[n:]
	switch {
	case len(rest) > 0 && rest[0].Kind == Group:
		a.Args = rest[0].Inner
	case len(rest) > 1 && rest[0].Is("="):
		a.Args = rest[1:]
	}
	return a
}

// forTests reports whether the attributes leave the item to tests.
func forTests(attrs []Attr) bool {
	for _, a := range attrs {
		switch {
		case a.Name == "test", strings.HasSuffix(a.Name, "::test"):
			return true
		case a.Name == "cfg" && len(a.Args) > 0 && a.Args[0].Is("test"):
			return true
		}
	}
	return false
}

func (f *File) function(ts []Token, i int, owner string, attrs []Attr) int {
	fn := &Fn{Name: ts[i+1].Text, Owner: owner, Attrs: attrs, Line: ts[i].Line}
	for j := i + 2; j < len(ts); j++ {
		switch {
		case ts[j].IsGroup("{"):
			if !forTests(attrs) {
				fn.Body = ts[j].Inner
				f.Fns = append(f.Fns, fn)
				f.items(fn.Body, fn, "")
			}
			return j
		case ts[j].Is(";"):
			return j
		}
	}
	return len(ts)
}

func (f *File) impl(ts []Token, i int, attrs []Attr) int {
	owner := ""
	for j := i + 1; j < len(ts); j++ {
		switch {
		case ts[j].IsGroup("{"):
			if !forTests(attrs) {
				f.items(ts[j].Inner, nil, owner)
			}
			return j
		case ts[j].Is("where"):
		case ts[j].Is("for"):
			owner = ""
		case ts[j].Kind == Ident && (owner == "" || ts[j-1].Is(":")):
			owner = ts[j].Text
		case ts[j].Is("<"):
			j = skipAngles(ts, j)
		}
	}
	return len(ts)
}

func (f *File) module(ts []Token, i int, attrs []Attr) int {
	if i+2 >= len(ts) {
		return i + 1
	}
	switch {
	case ts[i+2].IsGroup("{"):
		if !forTests(attrs) {
			outer := f.in
			f.in = path.Join(outer, ts[i+1].Text)
			f.items(ts[i+2].Inner, nil, "")
			f.in = outer
		}
	case ts[i+2].Is(";") && !forTests(attrs):
		m := Mod{Name: ts[i+1].Text, In: f.in}
		for _, a := range attrs {
			if a.Name == "path" && len(a.Args) > 0 && a.Args[0].Kind == String {
				m.Path = a.Args[0].Text
			}
		}
		f.Mods = append(f.Mods, m)
	}
	return i + 2
}

func (f *File) structure(ts []Token, i int, attrs []Attr) int {
	for j := i + 2; j < len(ts); j++ {
		switch {
		case ts[j].IsGroup("{"):
			for _, part := range Split(ts[j].Inner, ",") {
				if field := fieldOf(part); field != nil {
					field.Owner, field.OwnerAttrs, field.Enum = ts[i+1].Text, attrs, ts[i].Is("enum")
					f.Fields = append(f.Fields, field)
				}
			}
			return j
		case ts[j].Is(";"), ts[j].IsGroup("("):
			return j
		}
	}
	return len(ts)
}

func fieldOf(ts []Token) *Field {
	field := &Field{}
	for i := 0; i < len(ts); i++ {
		switch {
		case ts[i].Is("#") && i+1 < len(ts) && ts[i+1].IsGroup("["):
			field.Attrs = append(field.Attrs, attr(ts[i+1]))
			i++
		case ts[i].Is("pub"):
			if i+1 < len(ts) && ts[i+1].IsGroup("(") {
				i++
			}
		case ts[i].Kind == Ident:
			field.Name, field.Line = ts[i].Text, ts[i].Line
			rest := ts[i+1:]
			if len(rest) > 0 && rest[0].Is(":") {
				rest = rest[1:]
			}
			field.Type = rest
			return field
		default:
			return nil
		}
	}
	return nil
}

// maxSpan is more tokens than stand side by side in an expression or a list of types that
// a person wrote. What is longer is not read to its end, which would take as long again
// for each part of it.
const maxSpan = 1000

// binding reads "let mut name: T = expr;" and its kind. Patterns are not names.
func (f *File) binding(ts []Token, i int, fn *Fn) int {
	j := i + 1
	if j < len(ts) && (ts[j].Is("mut") || ts[j].Is("ref")) { // "static ref" is of lazy_static
		j++
	}
	if j >= len(ts) || ts[j].Kind != Ident || ts[j].Is("fn") || ts[j].Is("unsafe") {
		return i
	}
	name := ts[j]
	// The value begins behind "=" and ends at ";", or at the block of "if let".
	for j++; j < len(ts) && !ts[j].Is("="); j++ {
		if ts[j].Is(";") || ts[j].IsGroup("{") {
			return j - 1
		}
	}
	start := j + 1
	if start > len(ts) {
		return len(ts)
	}
	for j++; j < len(ts) && j < start+maxSpan && !ts[j].Is(";"); j++ {
	}
	expr := ts[start:min(j, len(ts))]
	b := &Binding{Name: name.Text, Expr: expr, Line: name.Line}
	if ts[i].Is("let") {
		b.Fn = fn
	}
	f.Bindings = append(f.Bindings, b)
	return start - 1 // what the value is made of is looked at like the rest
}
