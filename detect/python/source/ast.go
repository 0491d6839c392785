// Package source reads Python source as far as a container file depends on it:
// what a module imports, assigns, defines and calls, which literals it passes and
// which variables of the environment it reads. Nothing is run.
//
// It is a tolerant parser, not a compiler's: it takes the grammar of every
// Python 3 (and most of 2), keeps what it understands and skips the statement it does
// not. No parser in Go knew the grammar after 3.4 without cgo when this was written.
package source

// Module is a parsed file.
type Module struct {
	Body    []*Stmt
	imports map[string]string // a name in the module: what it stands for, as "fastapi.FastAPI"
	readers map[string]string // names from elsewhere that read variables of the environment: see Inherit

	imported []Imported
	values   map[string][]*Expr // see Values
	value    map[string]*Expr   // see Value
	defined  map[string]*Stmt   // see Defined
}

// StmtKind says what a statement is.
type StmtKind int

// The kinds of statement. Loops, with and try are Blocks: what stands in them runs, as
// far as anyone can say, where they stand.
const (
	ExprStmt StmtKind = iota
	Assign
	Import
	Def
	Class
	If
	Block
	Return
	Raise
)

// Stmt is one statement.
type Stmt struct {
	Kind       StmtKind
	Line       int
	Name       string   // of a Def or Class
	Targets    []*Expr  // of an Assign
	Augmented  bool     // += and its like
	Annotation *Expr    // of an Assign with one target
	Value      *Expr    // assigned, returned, evaluated; the condition of an If
	Params     []*Param // of a Def
	Bases      []Arg    // of a Class
	Decorators []*Expr
	Names      []ImportName // of an Import
	From       string       // of an Import: the module of "from"; leading dots are in Level
	Level      int
	Body, Else []*Stmt
}

// Param is a parameter of a function.
type Param struct {
	Name     string
	Required bool // it has no default and is neither *args nor **kwargs
	Default  *Expr
}

// ImportName is one name of an import: As is what it is called in the module.
type ImportName struct{ Name, As string }

// ExprKind says what an expression is.
type ExprKind int

// The kinds of expression. Unknown are those of which nothing here is asked.
const (
	Unknown ExprKind = iota
	Name
	Attr
	Str
	Format // an f-string: Elts are its parts
	Num
	Call
	Index
	List // tuples and sets too
	Dict
	Binary // arithmetic, comparisons, and, or
	Cond   // Elts are: what holds if, the condition, what holds else
)

// Expr is one expression.
type Expr struct {
	Kind ExprKind
	Line int
	Text string  // of a Name, Attr, Str, Num; the operator of a Binary
	X    *Expr   // of an Attr, Call, Index: what stands before
	Args []Arg   // of a Call
	Elts []*Expr // of a List, Format, Cond; the operands of a Binary; the index of an Index
	Keys []*Expr // of a Dict, whose values are Elts; nil for a ** entry
}

// Arg is an argument of a call. Name is empty for a positional one.
type Arg struct {
	Name  string
	Star  bool // *args, **kwargs
	Value *Expr
}

// Arg returns the argument of that name, or the i-th positional one; nil where
// the call has neither. A negative i asks for the name alone.
func (e *Expr) Arg(name string, i int) *Expr {
	if e == nil {
		return nil
	}
	pos := 0
	for _, a := range e.Args {
		switch {
		case a.Star:
		case a.Name == "":
			if pos == i {
				return a.Value
			}
			pos++
		case a.Name == name:
			return a.Value
		}
	}
	return nil
}

// String returns the value of a string literal, adjacent and added literals included.
func (e *Expr) String() (string, bool) {
	switch {
	case e == nil:
	case e.Kind == Str:
		return e.Text, true
	case e.Kind == Binary && e.Text == "+" || e.Kind == Format:
		s := ""
		for _, x := range e.Elts {
			part, ok := x.String()
			if !ok {
				return "", false
			}
			s += part
		}
		return s, true
	}
	return "", false
}

// Strings returns the string literals of a list, or the one that stands alone.
func (e *Expr) Strings() []string {
	if e == nil {
		return nil
	}
	if s, ok := e.String(); ok {
		return []string{s}
	}
	var out []string
	if e.Kind == List || e.Kind == Binary && e.Text == "+" {
		for _, x := range e.Elts {
			out = append(out, x.Strings()...)
		}
	}
	return out
}

// Get returns the value under a literal key of a Dict, or nil.
func (e *Expr) Get(key string) *Expr {
	if e == nil || e.Kind != Dict {
		return nil
	}
	for i, k := range e.Keys {
		if s, ok := k.String(); ok && s == key {
			return e.Elts[i]
		}
	}
	return nil
}

// Is reports whether the expression is that name: True, None, app.
func (e *Expr) Is(name string) bool { return e != nil && e.Kind == Name && e.Text == name }

// dotted returns "a.b.c" for names joined by dots, else "".
func (e *Expr) dotted() string {
	switch {
	case e == nil:
	case e.Kind == Name:
		return e.Text
	case e.Kind == Attr:
		if x := e.X.dotted(); x != "" {
			return x + "." + e.Text
		}
	}
	return ""
}

// walk calls f for the expression and all within it.
func (e *Expr) walk(f func(*Expr)) {
	if e == nil {
		return
	}
	f(e)
	e.X.walk(f)
	for _, a := range e.Args {
		a.Value.walk(f)
	}
	for _, k := range e.Keys {
		k.walk(f)
	}
	for _, x := range e.Elts {
		x.walk(f)
	}
}
