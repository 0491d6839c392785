package source

// primary reads an expression without operators.
func (p *parser) primary() *Node {
	t := p.peek()
	switch t.kind {
	case number:
		p.take()
		return &Node{Kind: Number, Text: t.text, Line: t.line}
	case str, charlist, atom, sigil:
		p.take()
		return p.text(t)
	case alias:
		return p.module()
	case key:
		return p.element()
	case ident:
		if t.isReserved() {
			return nil
		}
		p.take()
		if t.text == "fn" {
			n := &Node{Kind: Block, Text: "fn", Line: t.line, Body: p.block([]string{"end"})}
			p.take()
			return n
		}
		return p.call(&Node{Kind: Name, Text: t.text, Line: t.line})
	case open:
		p.take()
		return p.bracket(t)
	case op:
		switch t.text {
		case "@":
			return p.attribute()
		case "%":
			return p.mapOf()
		}
	}
	return nil
}

// text is a string, an atom or a sigil with what is inserted into it.
func (p *parser) text(t token) *Node {
	n := &Node{Kind: String, Text: t.text, Line: t.line}
	switch {
	case t.kind == atom:
		n.Kind = Atom
	case t.kind == charlist, t.kind == sigil && (t.mark == 'c' || t.mark == 'C'):
		n.Kind = Charlist
	case t.kind == sigil && (t.mark == 'w' || t.mark == 'W'):
		n.Kind = Words
	case t.kind == sigil && t.mark != 's' && t.mark != 'S':
		n.Kind = Unknown
	}
	for _, c := range t.inner {
		if p.depth > maxDepth/2 {
			n.Args = append(n.Args, &Node{Line: c.line})
			continue
		}
		inner := &parser{tokens: lex(c.text, c.line), depth: p.depth + maxDepth/8}
		n.Args = append(n.Args, &Node{Kind: Block, Line: c.line, Body: inner.block(nil)})
	}
	return n
}

// module reads Foo.Bar.
func (p *parser) module() *Node {
	t := p.take()
	n := &Node{Kind: Module, Text: t.text, Line: t.line}
	for p.is(op, ".") && p.after(1).kind == alias {
		p.take()
		n.Text += "." + p.take().text
	}
	return n
}

func (p *parser) bracket(t token) *Node {
	switch t.text {
	case "(":
		body := p.block([]string{")"})
		p.closeOf(")")
		if len(body) == 1 && body[0].Kind != Clause {
			return body[0]
		}
		return &Node{Kind: Block, Line: t.line, Body: body}
	case "[":
		return &Node{Kind: List, Line: t.line, Args: p.elements("]")}
	case "{":
		return &Node{Kind: Tuple, Line: t.line, Args: p.elements("}")}
	}
	return &Node{Line: t.line, Args: p.elements(">>")}
}

func (p *parser) closeOf(text string) {
	if p.is(closing, text) {
		p.take()
	}
}

// attribute reads @name, or "@name value" where it is set.
func (p *parser) attribute() *Node {
	at := p.take()
	t := p.peek()
	if t.kind != ident && t.kind != alias {
		return &Node{Line: at.line}
	}
	p.take()
	n := &Node{Kind: Attr, Text: t.text, Line: at.line}
	if next := p.peek(); next.space && p.begins(next) {
		n.Args = gather(p.arguments())
	}
	return n
}

// mapOf reads %{...} and %Name{...}.
func (p *parser) mapOf() *Node {
	t := p.take()
	n := &Node{Kind: Map, Line: t.line}
	if p.peek().kind == alias {
		n.Target = p.module()
	} else if p.peek().kind == ident {
		p.take()
	}
	if p.is(open, "{") {
		p.take()
		n.Args = p.elements("}")
	}
	return n
}

// postfix reads what may follow an expression: .name, .(x), [key].
func (p *parser) postfix(n *Node) *Node {
	for n != nil {
		t := p.peek()
		switch {
		case t.kind == op && t.text == ".":
			next := p.after(1)
			p.take()
			switch {
			case next.kind == ident || next.kind == str:
				p.take()
				n = p.call(&Node{Kind: Call, Text: next.text, Line: next.line, Target: n})
			case next.kind == key: // "Foo.bar: 1" is nothing; leave the key
				return n
			case next.kind == alias:
				m := p.module()
				n = &Node{Kind: Module, Text: m.Text, Line: m.Line, Target: n}
			case next.kind == open && (next.text == "(" || next.text == "{"):
				p.take()
				end := map[string]string{"(": ")", "{": "}"}[next.text]
				n = &Node{Kind: Call, Line: next.line, Target: n, Args: p.elements(end)}
			default:
				return n
			}
		case t.kind == open && t.text == "[" && !t.space:
			p.take()
			n = &Node{Kind: Call, Text: "[]", Line: t.line, Target: n, Args: p.elements("]")}
		default:
			return n
		}
	}
	return n
}

// call reads the arguments and the block of a name, if it has any.
func (p *parser) call(n *Node) *Node {
	next := p.peek()
	switch {
	case next.kind == open && next.text == "(" && !next.space:
		p.take()
		n.Kind, n.Args = Call, gather(p.elements(")"))
	case next.space && p.begins(next):
		n.Kind, n.Args = Call, gather(p.arguments())
	}
	if !p.noDo && p.is(ident, "do") {
		n.Kind = Call
		p.do(n)
	}
	return n
}

// arguments reads those of a call without parentheses.
func (p *parser) arguments() []*Node {
	outer := p.noDo
	p.noDo = true
	defer func() { p.noDo = outer }()
	var out []*Node
	for {
		n := p.element()
		if n == nil {
			return out
		}
		out = append(out, n)
		if !p.is(op, ",") {
			return out
		}
		p.take()
		p.newlines()
	}
}

// begins reports whether a token can begin the first argument of a call without
// parentheses. An operator with blanks on both sides stands between operands.
func (p *parser) begins(t token) bool {
	switch t.kind {
	case number, str, charlist, atom, sigil, alias, key, open:
		return true
	case ident:
		return !t.isReserved() && binary(t) == "" && !(t.text == "not" && p.after(1).text == "in")
	case op:
		switch t.text {
		case "@", "%", "!", "^", "&", "~~~":
			return true
		case "-", "+":
			return !p.after(1).space
		}
	}
	return false
}

// do reads the block of a call up to its end.
func (p *parser) do(n *Node) {
	p.take()
	n.HasDo = true
	n.Body = p.block(reserved[1:])
	for {
		t := p.take()
		if t.kind != ident || t.text == "end" {
			return
		}
		if n.Sections == nil {
			n.Sections = map[string][]*Node{}
		}
		n.Sections[t.text] = append(n.Sections[t.text], p.block(reserved[1:])...)
	}
}
