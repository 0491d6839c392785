package source

import (
	"iter"
	"strings"
)

// collect learns what names stand for by imports, wherever in the module these are, and
// what is assigned to them when the module is imported.
func (m *Module) collect() {
	for s := range All(m.Body) {
		if s.Kind != Import {
			continue
		}
		m.imported = append(m.imported, importedBy(s)...)
		for _, n := range s.Names {
			switch {
			case s.From != "" || s.Level > 0:
				as := n.As
				if as == "" {
					as = n.Name
				}
				m.imports[as] = strings.Repeat(".", s.Level) + s.From + "." + n.Name
			case n.As != "":
				m.imports[n.As] = n.Name
			default:
				first, _, _ := strings.Cut(n.Name, ".")
				m.imports[first] = first
			}
		}
	}
	for s := range Now(m.Body) {
		switch {
		case (s.Kind == Def || s.Kind == Class) && m.defined[s.Name] == nil:
			m.defined[s.Name] = s
		case s.Kind == Assign && s.Value != nil:
			m.assign(s)
		}
	}
}

func (m *Module) assign(s *Stmt) {
	for _, t := range s.Targets {
		if t.Kind != Name {
			continue
		}
		m.values[t.Text] = append(m.values[t.Text], s.Value)
		if !s.Augmented {
			m.value[t.Text] = s.Value
		}
	}
}

// All yields the statements and those within them, in the order of the source.
func All(body []*Stmt) iter.Seq[*Stmt] {
	return func(yield func(*Stmt) bool) { all(body, nil, func(*Stmt) bool { return true }, yield) }
}

// Now yields the statements that run when the module is imported: those in
// functions, and in a block under `if __name__ == "__main__"`, do not.
func Now(body []*Stmt) iter.Seq[*Stmt] {
	enter := func(s *Stmt) bool { return s.Kind != Def && s.Kind != Class && !IsMain(s) }
	return func(yield func(*Stmt) bool) { all(body, nil, enter, yield) }
}

func all(body, orElse []*Stmt, enter func(*Stmt) bool, yield func(*Stmt) bool) bool {
	for _, list := range [][]*Stmt{body, orElse} {
		for _, s := range list {
			if !yield(s) {
				return false
			}
			if enter(s) && !all(s.Body, s.Else, enter, yield) {
				return false
			}
		}
	}
	return true
}

// IsMain reports whether a statement is `if __name__ == "__main__":`.
func IsMain(s *Stmt) bool {
	if s.Kind != If || s.Value == nil || s.Value.Kind != Binary || s.Value.Text != "==" {
		return false
	}
	a, b := s.Value.Elts[0], s.Value.Elts[1]
	if b.Is("__name__") {
		a, b = b, a
	}
	text, _ := b.String()
	return a.Is("__name__") && text == "__main__"
}

// Main returns the statements under `if __name__ == "__main__":`, or nil.
func (m *Module) Main() []*Stmt {
	for _, s := range m.Body {
		if IsMain(s) {
			return s.Body
		}
	}
	return nil
}

// Resolve returns what an expression of names stands for, by the module's
// imports: "fastapi.FastAPI" for FastAPI after `from fastapi import FastAPI`. It is "" for
// other expressions.
func (m *Module) Resolve(e *Expr) string {
	d := e.dotted()
	if d == "" {
		return ""
	}
	first, rest, more := strings.Cut(d, ".")
	if full, ok := m.imports[first]; ok {
		first = full
	}
	if more {
		return first + "." + rest
	}
	return first
}

// Callee returns what a call calls, resolved; "" where e is no call of a name.
func (m *Module) Callee(e *Expr) string {
	if e == nil || e.Kind != Call {
		return ""
	}
	return m.Resolve(e.X)
}

// exprs yields the expressions that stand directly in a statement.
func (s *Stmt) exprs() []*Expr {
	out := append([]*Expr{}, s.Decorators...)
	out = append(out, s.Targets...)
	for _, b := range s.Bases {
		out = append(out, b.Value)
	}
	return append(out, s.Annotation, s.Value)
}

// Calls yields every call in the statements and those within them.
func Calls(body []*Stmt) iter.Seq[*Expr] {
	return func(yield func(*Expr) bool) {
		on := true
		for s := range All(body) {
			for _, x := range s.exprs() {
				x.walk(func(e *Expr) {
					if on && e.Kind == Call {
						on = yield(e)
					}
				})
			}
			if !on {
				return
			}
		}
	}
}

// Value returns what a name is assigned when the module is imported, the last
// assignment, and nil where there is none.
func (m *Module) Value(name string) *Expr { return m.value[name] }

// Item returns what an item of an object is assigned when the module is imported:
// app.config["KEY"] = ...
func (m *Module) Item(object *Expr, key string) *Expr {
	var found *Expr
	name := object.dotted()
	for s := range Now(m.Body) {
		if s.Kind != Assign || s.Value == nil || name == "" {
			continue
		}
		for _, t := range s.Targets {
			if t.Kind != Index || len(t.Elts) != 1 || t.X.dotted() != name {
				continue
			}
			if k, ok := t.Elts[0].String(); ok && k == key {
				found = s.Value
			}
		}
	}
	return found
}

// Values returns everything that a name is assigned when the module is
// imported, in all branches.
func (m *Module) Values(name string) []*Expr { return m.values[name] }

// Defined returns the function or class of that name that the module defines when it is
// imported, the first one, and nil where there is none.
func (m *Module) Defined(name string) *Stmt { return m.defined[name] }

// Imported is a module that a module imports.
type Imported struct {
	Module string // "a.b"; without the dots of a relative import
	Level  int    // of those dots
	Names  []string
	Line   int
}

// Imports returns what the module imports, wherever it does.
func (m *Module) Imports() []Imported { return m.imported }

func importedBy(s *Stmt) []Imported {
	if s.From != "" || s.Level > 0 {
		i := Imported{Module: s.From, Level: s.Level, Line: s.Line}
		for _, n := range s.Names {
			i.Names = append(i.Names, n.Name)
		}
		return []Imported{i}
	}
	var out []Imported
	for _, n := range s.Names {
		out = append(out, Imported{Module: n.Name, Line: s.Line})
	}
	return out
}

// Walk calls f for the expression and all within it.
func (e *Expr) Walk(f func(*Expr)) { e.walk(f) }

// Literals returns every string literal that is used in the module: not those that
// stand alone, which are documentation.
func (m *Module) Literals() []*Expr {
	var out []*Expr
	for s := range All(m.Body) {
		for _, x := range s.exprs() {
			if s.Kind == ExprStmt && x != nil && (x.Kind == Str || x.Kind == Format) {
				continue
			}
			x.walk(func(e *Expr) {
				if e.Kind == Str {
					out = append(out, e)
				}
			})
		}
	}
	return out
}
