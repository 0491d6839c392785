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
	if e, ok := f.assignment(s); ok {
		return p.value(f, e, depth+1)
	}
	return Value{}
}

// assignment is the expression that the file sets a member to, at the first place that does.
func (f *File) assignment(s Span) (Span, bool) {
	if f.members == nil {
		f.members = map[string]int{}
		for i, t := range f.tokens {
			if !t.is("=") {
				continue
			}
			if begin, ok := f.memberBefore(i); ok && begin < i-1 {
				name := f.dotted(Span{begin, i})
				if _, known := f.members[name]; !known {
					f.members[name] = i
				}
			}
		}
	}
	i, ok := f.members[f.dotted(s)]
	if !ok {
		return Span{}, false
	}
	return f.expression(i + 1), true
}

// memberBefore is where the names with dots between them begin that end before a token;
// false where they belong to what is no name: list[0].port.
func (f *File) memberBefore(i int) (int, bool) {
	for i > 0 && f.tokens[i-1].kind == word {
		if i--; i == 0 || !f.tokens[i-1].is(".") {
			return i, true
		}
		i--
	}
	return 0, false
}

// dotted is a member as it is written, without the spaces.
func (f *File) dotted(s Span) string {
	var b strings.Builder
	for _, t := range f.tokens[s.lo:s.hi] {
		b.WriteString(t.text)
	}
	return b.String()
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
		if f.spaces == nil {
			f.spaces = map[string]bool{}
			for _, c := range f.Calls(f.Whole()) {
				if c.Name() == "registerAs" && len(c.Args) > 1 {
					f.spaces[f.Text(c.Args[0])] = true
				}
			}
		}
		if f.spaces[space] {
			if v := p.key(f, key, depth); v.known() {
				return v
			}
		}
	}
	return Value{}
}

// setting finds app.set("port", x) for app.get("port").
func (p *Program) setting(f *File, name string, depth int) Value {
	if f.settings == nil {
		f.settings = map[string]Span{}
		for _, c := range f.Calls(f.Whole()) {
			if c.Name() != "set" || len(c.Args) != 2 || f.at(c.Args[0].lo).kind != str {
				continue
			}
			if key := f.at(c.Args[0].lo).text; f.settings[key].Empty() {
				f.settings[key] = c.Args[1]
			}
		}
	}
	if s := f.settings[name]; !s.Empty() {
		return p.value(f, s, depth+1)
	}
	return Value{}
}
