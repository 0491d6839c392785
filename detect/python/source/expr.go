package source

import "strings"

// maxDepth bounds how deep brackets and blocks may nest: what is deeper is skipped.
const maxDepth = 80

// maxChain bounds what follows one another without brackets: a.b.c, 1 + 2 + 3.
const maxChain = 2000

// precedence of binary operators; a comparison is one of them here.
var precedence = map[string]int{
	"or": 1, "and": 2, "not": 4, "in": 4, "is": 4, "<": 4, ">": 4, "==": 4, "!=": 4, "<=": 4, ">=": 4,
	"|": 5, "^": 6, "&": 7, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "//": 10, "%": 10, "@": 10, "**": 12,
}

// tuple parses expressions with commas between them, as on the right of an assignment.
func (p *parser) tuple() *Expr {
	first := p.expr()
	if !p.is(op, ",") {
		return first
	}
	t := &Expr{Kind: List, Line: first.Line, Elts: []*Expr{first}}
	for p.accept(op, ",") && !p.ends() {
		t.Elts = append(t.Elts, p.expr())
	}
	return t
}

// ends reports whether no expression can begin here.
func (p *parser) ends() bool {
	t := p.peek()
	return t.kind == newline || t.kind == end || t.kind == op && strings.Contains(") ] } = : ;", t.val)
}

func (p *parser) expr() *Expr {
	if p.depth++; p.depth > maxDepth {
		p.fail()
	}
	defer func() { p.depth-- }()
	if p.is(op, "*") || p.is(op, "**") {
		p.take()
		return &Expr{Kind: Unknown, Line: p.line(), Elts: []*Expr{p.binary(1)}}
	}
	if p.accept(name, "lambda") {
		line := p.line()
		for !p.accept(op, ":") {
			p.skipOne()
		}
		p.expr()
		return &Expr{Kind: Unknown, Line: line}
	}
	x := p.binary(1)
	if p.is(op, ":=") {
		p.take()
		return p.expr()
	}
	if p.accept(name, "if") {
		c := &Expr{Kind: Cond, Line: x.Line, Elts: []*Expr{x, p.binary(1)}}
		if p.accept(name, "else") {
			c.Elts = append(c.Elts, p.expr())
		}
		return c
	}
	return x
}

func (p *parser) binary(least int) *Expr {
	x := p.unary()
	for n := 0; ; n++ {
		t := p.peek()
		if n > maxChain {
			p.fail()
		}
		if t.kind != op && t.kind != name {
			return x
		}
		prec := precedence[t.val]
		if prec < least || prec == 0 {
			return x
		}
		p.take()
		operator := t.val
		if operator == "not" && p.accept(name, "in") {
			operator = "not in"
		} else if operator == "is" && p.accept(name, "not") {
			operator = "is not"
		}
		x = &Expr{Kind: Binary, Line: x.Line, Text: operator, Elts: []*Expr{x, p.binary(prec + 1)}}
	}
}

func (p *parser) unary() *Expr {
	t := p.peek()
	switch {
	case t.kind == op && (t.val == "-" || t.val == "+" || t.val == "~"), t.kind == name && t.val == "not":
		if p.depth++; p.depth > maxDepth {
			p.fail()
		}
		defer func() { p.depth-- }()
		p.take()
		x := &Expr{Kind: Unknown, Line: t.line, Text: t.val}
		if t.val == "not" { // weaker than comparisons
			x.Elts = []*Expr{p.binary(precedence["=="])}
		} else {
			x.Elts = []*Expr{p.unary()}
		}
		return x
	case t.kind == name && (t.val == "await" || t.val == "yield"):
		if p.depth++; p.depth > maxDepth {
			p.fail()
		}
		defer func() { p.depth-- }()
		p.take()
		p.accept(name, "from")
		if p.ends() {
			return &Expr{Kind: Unknown, Line: t.line}
		}
		return p.unary()
	}
	return p.primary()
}

func (p *parser) primary() *Expr {
	x := p.atom()
	for n := 0; ; n++ {
		t := p.peek()
		if n > maxChain {
			p.fail()
		}
		if t.kind != op {
			return x
		}
		switch t.val {
		case ".":
			p.take()
			if p.peek().kind != name {
				p.fail()
			}
			x = &Expr{Kind: Attr, Line: t.line, Text: p.take().val, X: x}
		case "(":
			x = &Expr{Kind: Call, Line: x.Line, X: x, Args: p.args()}
		case "[":
			p.take()
			x = &Expr{Kind: Index, Line: x.Line, X: x, Elts: p.items("]")}
		default:
			return x
		}
	}
}

func (p *parser) args() []Arg {
	p.expect("(")
	var out []Arg
	for !p.accept(op, ")") {
		a := Arg{}
		if t := p.peek(); t.kind == op && (t.val == "*" || t.val == "**") {
			p.take()
			a.Star = true
		} else if t.kind == name && p.at(1).kind == op && p.at(1).val == "=" {
			a.Name = t.val
			p.take()
			p.take()
		}
		a.Value = p.expr()
		p.comprehension(")")
		out = append(out, a)
		if !p.accept(op, ",") {
			p.expect(")")
			return out
		}
	}
	return out
}

// comprehension skips "for x in y" up to the bracket that closes.
func (p *parser) comprehension(closing string) bool {
	if !p.is(name, "for") && !(p.is(name, "async") && p.at(1).val == "for") {
		return false
	}
	for !p.is(op, closing) {
		p.skipOne()
	}
	return true
}

// items parses what stands in brackets; slices are taken apart.
func (p *parser) items(closing string) []*Expr {
	var out []*Expr
	for !p.accept(op, closing) {
		if p.accept(op, ",") || p.accept(op, ":") {
			continue
		}
		out = append(out, p.expr())
		p.comprehension(closing)
		if !p.is(op, closing) && !p.is(op, ",") && !p.is(op, ":") {
			p.fail()
		}
	}
	return out
}

func (p *parser) atom() *Expr {
	t := p.take()
	switch t.kind {
	case name:
		return &Expr{Kind: Name, Line: t.line, Text: t.val}
	case number:
		return &Expr{Kind: Num, Line: t.line, Text: t.val}
	case text:
		return p.strings(t)
	case op:
		switch t.val {
		case "(":
			return p.paren(t)
		case "[":
			return &Expr{Kind: List, Line: t.line, Elts: p.items("]")}
		case "{":
			return p.braces(t)
		case "...":
			return &Expr{Kind: Unknown, Line: t.line, Text: "..."}
		}
	}
	p.fail()
	return nil
}

func (p *parser) paren(t token) *Expr {
	if p.accept(op, ")") {
		return &Expr{Kind: List, Line: t.line}
	}
	x := p.expr()
	if p.comprehension(")") {
		x = &Expr{Kind: Unknown, Line: t.line, Elts: []*Expr{x}}
	}
	if p.is(op, ",") {
		x = &Expr{Kind: List, Line: t.line, Elts: []*Expr{x}}
		for p.accept(op, ",") && !p.is(op, ")") {
			x.Elts = append(x.Elts, p.expr())
		}
	}
	p.expect(")")
	return x
}

// braces parses a dictionary or a set.
func (p *parser) braces(t token) *Expr {
	d := &Expr{Kind: Dict, Line: t.line}
	set := &Expr{Kind: List, Line: t.line}
	for !p.accept(op, "}") {
		if p.accept(op, "**") {
			d.Keys, d.Elts = append(d.Keys, nil), append(d.Elts, p.binary(1))
		} else if k := p.expr(); p.accept(op, ":") {
			d.Keys, d.Elts = append(d.Keys, k), append(d.Elts, p.expr())
		} else {
			set.Elts = append(set.Elts, k)
		}
		p.comprehension("}")
		if !p.accept(op, ",") {
			p.expect("}")
			break
		}
	}
	if len(set.Elts) > 0 {
		return set
	}
	return d
}

// strings joins adjacent literals, as Python does.
func (p *parser) strings(t token) *Expr {
	x := p.literal(t)
	for p.peek().kind == text {
		y := p.literal(p.take())
		if x.Kind == Str && y.Kind == Str {
			x.Text += y.Text
			continue
		}
		x = &Expr{Kind: Format, Line: x.Line, Elts: []*Expr{x, y}}
	}
	return x
}

// literal is one string; the expressions in an f-string's braces are parsed.
func (p *parser) literal(t token) *Expr {
	if !t.format {
		return &Expr{Kind: Str, Line: t.line, Text: t.val}
	}
	f := &Expr{Kind: Format, Line: t.line}
	plain, s := "", t.val
	flush := func() {
		if plain != "" {
			f.Elts = append(f.Elts, &Expr{Kind: Str, Line: t.line, Text: plain})
			plain = ""
		}
	}
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "{{"), strings.HasPrefix(s[i:], "}}"):
			plain += s[i : i+1]
			i++
		case s[i] == '{':
			flush()
			inner := replacement(s[i+1:])
			f.Elts = append(f.Elts, p.inner(inner, t.line))
			i += len(inner)
			for i+1 < len(s) && s[i] != '}' {
				i++
			}
		default:
			plain += s[i : i+1]
		}
	}
	flush()
	return f
}

// replacement returns the expression of a replacement field, up to its "!r", ":format" or end.
func replacement(s string) string {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '(' || c == '[' || c == '{':
			depth++
		case depth == 0 && (c == '}' || c == ':' || c == '!' && !strings.HasPrefix(s[i:], "!=")):
			return s[:i]
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == '"' || c == '\'':
			if j := strings.IndexByte(s[i+1:], c); j >= 0 {
				i += j + 1
			}
		}
	}
	return s
}

func (p *parser) inner(src string, line int) *Expr {
	sub := &parser{tokens: lex(strings.ReplaceAll(src, "\n", " ")), depth: p.depth + 1}
	x := &Expr{Kind: Unknown, Line: line}
	sub.try(func() { x = sub.expr() })
	x.walk(func(e *Expr) { e.Line = line })
	return x
}
