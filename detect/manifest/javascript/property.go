package javascript

import (
	"maps"
	"slices"
	"strings"
)

// Const returns what the file declares the name to be.
func (f *File) Const(name string) (Span, bool) {
	s, ok := f.consts[name]
	return s, ok
}

// assigned evaluates what the file sets a member to, by the very words that it is read
// with: "config.port = process.env.PORT || config.port || 7777".
func (p *Program) assigned(f *File, s Span, depth int) Value {
	p.steps -= len(f.tokens) / 1000
	if e, ok := f.assignment(s); ok {
		return p.value(f, e, depth+1)
	}
	return Value{}
}

// assignment is the expression that the file sets a member to.
func (f *File) assignment(s Span) (Span, bool) {
	n := s.hi - s.lo
	for i := 0; i+n < len(f.tokens); i++ {
		if !f.tokens[i+n].is("=") || f.tokens[i].text != f.tokens[s.lo].text || f.at(i-1).is(".") {
			continue
		}
		same := true
		for k := 1; k < n && same; k++ {
			same = f.tokens[i+k].kind == f.tokens[s.lo+k].kind && f.tokens[i+k].text == f.tokens[s.lo+k].text
		}
		if same {
			return f.expression(i + n + 1), true
		}
	}
	return Span{}, false
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

// registered evaluates configService.get("app.port") of NestJS: the port of what
// registerAs("app", ...) makes, among the files that are read already
// (https://docs.nestjs.com/techniques/configuration#configuration-namespaces).
func (p *Program) registered(name string, depth int) Value {
	space, key, ok := strings.Cut(name, ".")
	if !ok || strings.Contains(key, ".") {
		return Value{}
	}
	for _, file := range slices.Sorted(maps.Keys(p.files)) {
		f := p.files[file]
		if f == nil {
			continue
		}
		for _, c := range f.Calls(f.Whole()) {
			if c.Name() == "registerAs" && len(c.Args) > 1 && f.Text(c.Args[0]) == space {
				if v := p.key(f, key, depth); v.known() {
					return v
				}
			}
		}
	}
	return Value{}
}
