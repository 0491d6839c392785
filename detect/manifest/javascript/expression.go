package javascript

import "strings"

// Has reports whether the span holds the identifier or keyword name.
func (f *File) Has(s Span, name string) bool {
	for i := s.lo; i < s.hi; i++ {
		if t := f.tokens[i]; t.kind == word && t.text == name {
			return true
		}
	}
	return false
}

// Global returns the line on which the file first uses a member of a global
// object, as Bun.serve or Deno.env; 0 for none.
func (f *File) Global(name string) int {
	for i, t := range f.tokens {
		if t.kind == word && t.text == name && f.at(i+1).is(".") && !f.at(i-1).is(".") && !f.at(i-1).is("?.") {
			return t.line
		}
	}
	return 0
}

// Split cuts a span at its commas, those inside of brackets apart.
func (f *File) Split(s Span) []Span {
	var out []Span
	lo := s.lo
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		switch t := f.tokens[i]; {
		case t.is(","):
			out = append(out, Span{lo, i})
			lo = i + 1
		case t.is("("), t.is("["), t.is("{"):
			i = min(f.shut[i], s.hi)
		}
	}
	if lo < s.hi {
		out = append(out, Span{lo, min(s.hi, len(f.tokens))})
	}
	return out
}

// Prop is one property of an object literal.
type Prop struct {
	Key   string
	Value Span
	Line  int
	// Maybe says that the object holds only under a condition: cond ? {a: 1} : {}.
	// Of the properties that Props returns alone.
	Maybe bool
}

// Object returns the properties of the object literal that the span is; false
// where it is none. Spreads and computed keys are left out.
func (f *File) Object(s Span) ([]Prop, bool) {
	s = f.trim(s)
	if !f.at(s.lo).is("{") || s.Empty() {
		return nil, false
	}
	out := []Prop{}
	for _, p := range f.Split(Span{s.lo + 1, min(f.shut[s.lo], s.hi)}) {
		t := f.at(p.lo)
		if t.text == "async" && f.at(p.lo+1).kind == word {
			p.lo++
			t = f.at(p.lo)
		}
		switch {
		case p.Empty(), t.kind == punct, t.kind == other:
		case f.at(p.lo + 1).is(":"):
			out = append(out, Prop{Key: t.text, Value: Span{p.lo + 2, p.hi}, Line: t.line})
		case p.hi == p.lo+1: // shorthand
			out = append(out, Prop{Key: t.text, Value: p, Line: t.line})
		case f.at(p.lo + 1).is("("): // a method
			out = append(out, Prop{Key: t.text, Value: Span{p.lo + 1, p.hi}, Line: t.line})
		}
	}
	return out, true
}

// Begins reports whether an expression begins with that string.
func (f *File) Begins(s Span, text string) bool {
	s = f.trim(s)
	return f.at(s.lo).kind == str && f.at(s.lo).text == text
}

// Objects returns the properties of the object literals that the span may be: the one that
// it is, that a variable holds, or that a condition chooses.
func (f *File) Objects(s Span) ([]Prop, bool) { return f.objects(s, 0) }

func (f *File) objects(s Span, depth int) ([]Prop, bool) {
	s = f.trim(s)
	if props, ok := f.Object(s); ok || s.Empty() || depth > maxDepth {
		return props, ok
	}
	if i := f.find(s, func(t token) bool { return t.is("?") }); i > 0 {
		if j := f.find(Span{i + 1, s.hi}, func(t token) bool { return t.is(":") }); j > 0 {
			a, ok1 := f.objects(Span{i + 1, j}, depth+1)
			b, ok2 := f.objects(Span{j + 1, s.hi}, depth+1)
			return append(a, b...), ok1 || ok2
		}
	}
	if e, ok := f.consts[f.at(s.lo).text]; ok && s.hi == s.lo+1 {
		return f.objects(e, depth+1)
	}
	return nil, false
}

// Key returns the value of a property of an object literal.
func (f *File) Key(s Span, key string) (Span, bool) {
	props, _ := f.Object(s)
	for _, p := range props {
		if p.Key == key {
			return p.Value, true
		}
	}
	return Span{}, false
}

// trim takes parentheses, "await", and TypeScript's assertions off an expression.
func (f *File) trim(s Span) Span {
	for !s.Empty() {
		first, last := f.at(s.lo), f.at(s.hi-1)
		switch {
		case first.is("(") && f.shut[s.lo] == s.hi-1:
			s = Span{s.lo + 1, s.hi - 1}
		case first.kind == word && (first.text == "await" || first.text == "new"):
			s.lo++
		case last.is("!"), last.is(";"):
			s.hi--
		default:
			if cut := f.find(s, func(t token) bool { return t.kind == word && (t.text == "as" || t.text == "satisfies") }); cut > s.lo {
				s.hi = cut
				continue
			}
			return s
		}
	}
	return s
}

// find returns the first token of the span, outside of brackets, that ok holds of; -1 for none.
func (f *File) find(s Span, ok func(token) bool) int {
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		t := f.tokens[i]
		if ok(t) {
			return i
		}
		if t.kind == punct && strings.Contains("([{", t.text) {
			i = f.shut[i]
		}
	}
	return -1
}

// expression returns the expression that begins at i, up to its end in the statement, or
// as far as anybody evaluates one.
func (f *File) expression(i int) Span {
	lo := i
	for steps := 0; i < len(f.tokens) && steps < maxSteps; i, steps = i+1, steps+1 {
		t := f.tokens[i]
		if t.kind == punct && strings.Contains(",;)]}", t.text) {
			break
		}
		if i > lo && t.line != f.tokens[i-1].line && t.kind != punct && ends(f.tokens[i-1]) {
			break // a new line ends a statement without a semicolon
		}
		if t.kind == punct && strings.Contains("([{", t.text) {
			i = f.shut[i]
		}
	}
	return Span{lo, min(i, len(f.tokens))}
}

func ends(t token) bool { return t.kind != punct || strings.Contains(")]}", t.text) }

// Props returns every property of that key in any object literal of the file.
func (f *File) Props(key string) []Prop {
	var out []Prop
	for i, t := range f.tokens {
		if (t.kind == word || t.kind == str) && t.text == key && f.at(i+1).is(":") && (f.at(i-1).is("{") || f.at(i-1).is(",")) {
			out = append(out, Prop{Key: key, Value: f.expression(i + 2), Line: t.line, Maybe: f.conditional(i)})
		}
	}
	return out
}

// IsLiteral reports whether the expression is one string or number and nothing else.
func (f *File) IsLiteral(s Span) bool {
	s = f.trim(s)
	return s.hi == s.lo+1 && (f.at(s.lo).kind == str || f.at(s.lo).kind == num)
}

// Text returns the string that the span begins with, "" for none.
func (f *File) Text(s Span) string {
	if t := f.at(s.lo); !s.Empty() && t.kind == str {
		return t.text
	}
	return ""
}

// Is reports whether the expression is just that name, number or keyword.
func (f *File) Is(s Span, text string) bool {
	s = f.trim(s)
	return s.hi == s.lo+1 && f.at(s.lo).text == text
}

// Strings returns the strings of a span, in order.
func (f *File) Strings(s Span) []string {
	var out []string
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		if f.tokens[i].kind == str {
			out = append(out, f.tokens[i].text)
		}
	}
	return out
}

// IsFunction reports whether the expression is a function.
func (f *File) IsFunction(s Span) bool {
	s = f.trim(s)
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		switch t := f.tokens[i]; {
		case t.is("=>"), t.kind == word && t.text == "function":
			return true
		case t.is("("), t.is("{"), t.is("["):
			i = f.shut[i]
		}
	}
	return false
}

// Literal is a string of a source and its line.
type Literal struct {
	Text string
	Line int
}

// Compared lists the strings that a name, or a member of that name, is compared
// with: pathname === "/healthz".
func (f *File) Compared(name string) []Literal {
	var out []Literal
	for i, t := range f.tokens {
		if next := f.at(i + 1); t.kind == word && t.text == name && (next.is("===") || next.is("==")) && f.at(i+2).kind == str {
			out = append(out, Literal{f.at(i + 2).text, t.line})
		}
	}
	return out
}

// Words returns the names that a span uses, without those of members.
func (f *File) Words(s Span) []string {
	var out []string
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		if f.tokens[i].kind == word && !f.at(i-1).is(".") && !f.at(i-1).is("?.") {
			out = append(out, f.tokens[i].text)
		}
	}
	return out
}

// conditional reports whether the object literal around the token at i is a
// branch of a condition.
func (f *File) conditional(i int) bool {
	depth := 0
	for i--; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.is(")"), t.is("]"), t.is("}"):
			depth++
		case t.is("("), t.is("["), t.is("{"):
			if depth--; depth >= 0 {
				continue
			}
			before := f.at(i - 1)
			key := f.at(i-2).kind == word || f.at(i-2).kind == str
			return before.is("?") || before.is("&&") || before.is(":") && !(key && (f.at(i-3).is("{") || f.at(i-3).is(",")))
		}
	}
	return false
}
