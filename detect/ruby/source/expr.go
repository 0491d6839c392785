package source

import "slices"

// levels of binary operators, the weakest first.
var levels = [][]string{
	{"?"}, {"..", "..."}, {"||"}, {"&&"}, {"<=>", "==", "===", "!=", "=~", "!~"}, {"<", "<=", ">", ">="}, {"|", "^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}, {"**"},
}

var assignments = []string{"=", "||=", "&&=", "+=", "-=", "*=", "/=", "<<=", ">>=", "|=", "&=", "%=", "**=", "^="}

// binary reads an expression of operators from a level up.
func (p *parser) binary(level int) *Node {
	if level == len(levels) {
		return p.unary()
	}
	n := p.binary(level + 1)
	for p.isOp(levels[level]...) {
		t := p.advance()
		p.newlines()
		if t.text == "?" {
			n = p.ternary(n, t.line)
			continue
		}
		n = &Node{Kind: Op, Text: t.text, Args: append(list(n), list(p.binary(level+1))...), Line: t.line}
	}
	if level == 0 && p.isOp(assignments...) && n != nil {
		t := p.advance()
		p.newlines()
		value := p.statementValue()
		n = &Node{Kind: Assign, Text: t.text, Recv: n, Args: list(value), Line: n.Line}
	}
	return n
}

// statementValue is what stands behind an assignment: a list needs no brackets.
func (p *parser) statementValue() *Node {
	if !p.enter() {
		return nil
	}
	defer func() { p.depth-- }()
	first := p.splat()
	if !p.isOp(",") || p.noDo {
		return first
	}
	all := &Node{Kind: Array, Args: list(first), Line: p.cur().line}
	var pairs *Node
	for p.takeOp(",") {
		p.newlines()
		at := p.pos
		p.argument(&all.Args, &pairs)
		if p.pos == at {
			break
		}
	}
	if pairs != nil {
		all.Args = append(all.Args, pairs)
	}
	return all
}

func (p *parser) ternary(cond *Node, line int) *Node {
	n := &Node{Kind: If, Recv: cond, Line: line}
	if t := p.cur(); t.kind == label { // "a ? b: c"
		p.pos++
		n.Body = list(&Node{Kind: Call, Text: t.text, Line: t.line})
		n.Else = list(p.binary(0))
		return n
	}
	n.Body = list(p.binary(0))
	p.newlines()
	if p.takeOp(":") {
		p.newlines()
		n.Else = list(p.binary(0))
	}
	return n
}

func (p *parser) splat() *Node {
	if p.isOp("*", "**", "&") {
		t := p.advance()
		return &Node{Kind: Splat, Text: t.text, Args: list(p.binary(1)), Line: t.line}
	}
	return p.binary(0)
}

func (p *parser) unary() *Node {
	if !p.enter() {
		return nil
	}
	defer func() { p.depth-- }()
	if p.isOp("!", "-", "+", "~") {
		t := p.advance()
		return &Node{Kind: Op, Text: t.text, Args: list(p.unary()), Line: t.line}
	}
	return p.postfix(p.primary())
}

// primary reads a value without what is called on it.
func (p *parser) primary() *Node {
	t := p.cur()
	switch t.kind {
	case text:
		return p.strings()
	case symbol:
		p.pos++
		return &Node{Kind: Sym, Text: t.text, Line: t.line}
	case number:
		p.pos++
		return &Node{Kind: Num, Text: t.text, Line: t.line}
	case regex:
		p.pos++
		return &Node{Kind: Other, Text: t.text, Line: t.line}
	case words:
		p.pos++
		n := &Node{Kind: Array, Line: t.line}
		for _, w := range t.parts {
			n.Args = append(n.Args, &Node{Kind: Str, Text: w.lit, Line: w.line})
		}
		return n
	case variable:
		p.pos++
		return &Node{Kind: Var, Text: t.text, Line: t.line}
	case constant:
		return p.constant()
	case ident:
		return p.call(nil)
	case keyword:
		return p.word()
	case op:
		return p.bracketed()
	}
	return nil
}

// strings reads a string and those that follow it directly, which are one.
func (p *parser) strings() *Node {
	n := &Node{Kind: Str, Line: p.cur().line}
	for p.cur().kind == text {
		t := p.advance()
		n.Text += t.text
		for _, part := range t.parts {
			if part.code == "" {
				n.Args = append(n.Args, &Node{Kind: Str, Text: part.lit, Line: t.line})
				continue
			}
			inner := &Node{Kind: Begin, Line: part.line}
			if p.depth < maxDepth/4 {
				sub := &parser{tokens: lex(part.code, part.line), depth: p.depth + 10}
				inner.Body = sub.statements()
			}
			n.Args = append(n.Args, inner)
		}
	}
	if !slices.ContainsFunc(n.Args, func(a *Node) bool { return a.Kind == Begin }) {
		n.Args = nil
	}
	return n
}

func (p *parser) constant() *Node {
	t := p.advance()
	if p.isOp("(") && !p.cur().space { // Integer("3")
		n := &Node{Kind: Call, Text: t.text, Line: t.line}
		p.parenthesised(n)
		return n
	}
	return &Node{Kind: Const, Text: t.text, Line: t.line}
}

// word reads a value that begins with a keyword.
func (p *parser) word() *Node {
	t := p.cur()
	switch t.text {
	case "true", "false", "nil", "self", "__FILE__", "__dir__":
		p.pos++
		return &Node{Kind: Lit, Text: t.text, Line: t.line}
	case "return", "break", "next", "yield", "super", "defined?", "redo", "retry":
		p.pos++
		n := &Node{Kind: Other, Text: t.text, Line: t.line}
		if p.isOp("(") && !p.cur().space {
			p.parenthesised(n)
		} else if p.startsArgument() {
			p.arguments(n)
		}
		return n
	case "alias", "undef":
		for p.cur().kind != newline && p.cur().kind != eof {
			p.pos++
		}
		return &Node{Kind: Other, Line: t.line}
	}
	return p.compound()
}

// bracketed reads what begins with an operator's sign.
func (p *parser) bracketed() *Node {
	t := p.cur()
	n := &Node{Line: t.line}
	switch t.text {
	case "(":
		p.pos++
		n.Kind = Begin
		n.Body = p.statements()
		p.skipTo(")")
		if len(n.Body) == 1 {
			return n.Body[0]
		}
	case "[":
		p.pos++
		n.Kind = Array
		p.elements(n, "]")
	case "{":
		p.pos++
		n.Kind = Hash
		p.elements(n, "}")
		if len(n.Args) == 1 && n.Args[0].Kind == Hash {
			n.Args = n.Args[0].Args
		}
	case "->":
		p.pos++
		n.Kind = Lambda
		if p.isOp("(") {
			p.balanced()
		}
		for p.cur().kind == ident || p.isOp(",") {
			p.pos++
		}
		was := p.noDo
		p.noDo = false
		p.block(n)
		p.noDo = was
	case "::":
		p.pos++
		return p.primary()
	case "..", "...", "*", "**", "&":
		p.pos++
		n.Kind, n.Text = Splat, t.text
		n.Args = list(p.unary())
	default:
		return nil
	}
	return n
}

// elements reads a list up to its closing sign.
func (p *parser) elements(n *Node, end string) {
	defer func(b bool) { p.noDo = b }(p.noDo)
	p.noDo = false
	var pairs *Node
	for {
		p.newlines()
		if p.cur().kind == eof || p.takeOp(end) {
			break
		}
		at := p.pos
		p.argument(&n.Args, &pairs)
		p.newlines()
		p.takeOp(",")
		if p.pos == at {
			p.pos++
		}
	}
	if pairs != nil {
		n.Args = append(n.Args, pairs)
	}
}

// argument reads one argument; pairs are gathered in a hash of their own.
func (p *parser) argument(args *[]*Node, pairs **Node) {
	add := func(key, value *Node) {
		if *pairs == nil {
			*pairs = &Node{Kind: Hash, Line: key.Line}
		}
		(*pairs).Args = append((*pairs).Args, &Node{Kind: Pair, Recv: key, Args: list(value), Line: key.Line})
	}
	if t := p.cur(); t.kind == label {
		p.pos++
		key := &Node{Kind: Sym, Text: t.text, Line: t.line}
		if p.isOp(",", ")", "]", "}") || p.cur().kind == newline && p.ahead(1).kind == label {
			add(key, &Node{Kind: Call, Text: t.text, Line: t.line}) // "key:" alone takes the variable of that name
			return
		}
		p.newlines()
		add(key, p.splat())
		return
	}
	n := p.splat()
	if n != nil && p.takeOp("=>") {
		p.newlines()
		add(n, p.binary(0))
		return
	}
	if n != nil {
		*args = append(*args, n)
	}
}
