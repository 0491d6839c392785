package source

import "slices"

// call reads a call by its name, which is the current token.
func (p *parser) call(recv *Node) *Node {
	t := p.advance()
	n := &Node{Kind: Call, Recv: recv, Text: t.text, Line: t.line}
	switch {
	case p.isOp("(") && !p.cur().space:
		p.parenthesised(n)
	case p.startsArgument():
		p.arguments(n)
	}
	p.block(n)
	return n
}

func (p *parser) parenthesised(n *Node) {
	p.pos++
	p.elements(n, ")")
}

// startsArgument reports whether an argument without parentheses begins here.
func (p *parser) startsArgument() bool {
	t := p.cur()
	if !t.space {
		return false
	}
	switch t.kind {
	case text, symbol, label, number, constant, ident, variable, words, regex:
		return true
	case keyword:
		return slices.Contains([]string{"true", "false", "nil", "self", "defined?", "not", "__dir__", "__FILE__", "case", "yield", "super"}, t.text)
	case op:
		switch t.text {
		case "->", "[", "!", "(":
			return true
		case "*", "&", "**", "-", "::":
			return !p.ahead(1).space
		}
	}
	return false
}

// arguments reads a list without parentheses. A "do" behind it is the call's own.
func (p *parser) arguments(n *Node) {
	defer func(d int, b bool) { p.depth, p.noDo = d, b }(p.depth, p.noDo)
	if !p.enter() {
		return
	}
	p.noDo = true
	var pairs *Node
	for {
		at := p.pos
		p.argument(&n.Args, &pairs)
		if p.pos == at || !p.takeOp(",") {
			break
		}
		p.newlines()
	}
	if pairs != nil {
		n.Args = append(n.Args, pairs)
	}
}

// postfix reads what is called on a value, and indexes.
func (p *parser) postfix(n *Node) *Node {
	for n != nil {
		t := p.cur()
		if t.kind != op {
			return n
		}
		switch {
		case t.text == "." || t.text == "&.":
			p.pos++
			p.newlines()
			switch next := p.cur(); {
			case next.kind == ident || next.kind == constant || next.kind == keyword:
				n = p.call(n)
			case next.kind == label: // "a ? x.y: z" or a pair's key: the name alone
				p.pos++
				n = &Node{Kind: Call, Recv: n, Text: next.text, Line: next.line}
			case p.isOp("("):
				n = &Node{Kind: Call, Recv: n, Text: "call", Line: next.line}
				p.parenthesised(n)
			default:
				return n
			}
		case t.text == "::" && !t.space:
			p.pos++
			switch next := p.cur(); {
			case next.kind == constant && n.Kind == Const && !(p.ahead(1).kind == op && p.ahead(1).text == "(" && !p.ahead(1).space):
				p.pos++
				n = &Node{Kind: Const, Text: n.Text + "::" + next.text, Line: n.Line}
			case next.kind == ident || next.kind == constant:
				n = p.call(n)
			default:
				return n
			}
		case t.text == "[" && !t.space:
			p.pos++
			index := &Node{Kind: Call, Recv: n, Text: "[]", Line: t.line}
			p.elements(index, "]")
			n = index
		default:
			return n
		}
	}
	return n
}
