package javascript

import "slices"

// Const returns what the file declares the name to be.
func (f *File) Const(name string) (Span, bool) {
	s, ok := f.consts[name]
	return s, ok
}

// classes reports whether the file has a class of that name.
func (f *File) classes(name string) bool {
	for i, t := range f.tokens {
		if t.kind == word && t.text == "class" && f.at(i+1).text == name {
			return true
		}
	}
	return false
}

// modifiers stand before a property of a class.
var modifiers = []string{"static", "readonly", "public", "private", "protected", "declare", "override"}

// property evaluates what this.name is set to, or what a class declares it to be:
// "static readonly PORT: number = 8080".
func (p *Program) property(f *File, name string, depth int) Value {
	p.steps -= len(f.tokens) / 1000
	for i, t := range f.tokens {
		if t.kind != word || t.text != name {
			continue
		}
		before, end := f.at(i-1), i+1
		switch {
		case before.is(".") && f.at(i-2).text == "this":
		case slices.Contains(modifiers, before.text), before.is("{"), before.is("}"), before.is(";"):
			if f.at(end).is("?") || f.at(end).is("!") {
				end++
			}
			if f.at(end).is(":") && f.at(end+1).kind == word {
				for end += 2; f.at(end).is("|") && f.at(end+1).kind == word; end += 2 {
				}
			}
		default:
			continue
		}
		if !f.at(end).is("=") {
			continue
		}
		if v := p.value(f, f.expression(end+1), depth+1); v.known() {
			return v
		}
	}
	return Value{}
}
