package source

import (
	"slices"
	"strings"
)

// maxDepth is how deep expressions are nested in what is read.
const maxDepth = 120

// Parse reads a source file.
func Parse(text []byte) *File {
	p := &parser{tokens: lex(string(text), 1)}
	return &File{p.block(nil)}
}

type parser struct {
	tokens []token
	at     int
	depth  int
	// noDo says that a "do" belongs to the call around the arguments that are read.
	noDo bool
}

func (p *parser) peek() token { return p.tokens[min(p.at, len(p.tokens)-1)] }

func (p *parser) after(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }

func (p *parser) take() token {
	t := p.peek()
	if t.kind != eof {
		p.at++
	}
	return t
}

func (p *parser) newlines() {
	for p.peek().kind == newline {
		p.at++
	}
}

func (p *parser) is(k kind, text string) bool { t := p.peek(); return t.kind == k && t.text == text }

// block reads expressions up to one of the closing words or signs, which it leaves.
func (p *parser) block(ends []string) []*Node {
	outer := p.noDo
	p.noDo = false
	defer func() { p.noDo = outer }()
	var out []*Node
	var clause *Node
	add := func(n *Node) {
		if clause != nil {
			clause.Body = append(clause.Body, n)
			return
		}
		out = append(out, n)
	}
	for {
		p.newlines()
		t := p.peek()
		if t.kind == eof || (t.kind == ident || t.kind == closing) && slices.Contains(ends, t.text) {
			return out
		}
		before := p.at
		var several []*Node
		for !p.is(op, "->") {
			n := p.expression(0)
			if n != nil {
				several = append(several, n)
			}
			if !p.is(op, ",") {
				break
			}
			p.take()
			p.newlines()
		}
		if p.is(op, "->") {
			clause = &Node{Kind: Clause, Line: t.line, Args: several}
			p.take()
			out = append(out, clause)
			continue
		}
		for _, n := range several {
			add(n)
		}
		if p.at == before { // nothing that begins an expression
			p.take()
		}
	}
}

// precedence of the operators between two operands, and whether they bind to the right.
// https://hexdocs.pm/elixir/operators.html#operator-precedence-and-associativity
func precedence(o string) (level int, right bool) {
	switch o {
	case "<-", `\\`:
		return 1, false
	case "when":
		return 2, true
	case "::":
		return 3, true
	case "|":
		return 4, true
	case "=>":
		return 5, true
	case "=":
		return 7, true
	case "||", "|||", "or":
		return 8, false
	case "&&", "&&&", "and":
		return 9, false
	case "==", "!=", "=~", "===", "!==":
		return 10, false
	case "<", ">", "<=", ">=":
		return 11, false
	case "|>", "<<<", ">>>", "<<~", "~>>", "<~", "~>", "<~>":
		return 12, false
	case "in":
		return 13, false
	case "^^^":
		return 14, false
	case "//":
		return 15, true
	case "++", "--", "+++", "---", "..", "<>":
		return 16, true
	case "+", "-":
		return 17, false
	case "*", "/":
		return 18, false
	case "**":
		return 19, false
	}
	return -1, false
}

// binary is the operator at the token, "" for none.
func binary(t token) string {
	if t.kind == op || t.kind == ident && (t.text == "and" || t.text == "or" || t.text == "in" || t.text == "when") {
		if level, _ := precedence(t.text); level >= 0 {
			return t.text
		}
	}
	return ""
}

func (p *parser) expression(least int) *Node {
	if p.depth++; p.depth > maxDepth {
		p.depth--
		p.take()
		return &Node{}
	}
	defer func() { p.depth-- }()
	left := p.unary()
	if left == nil {
		return nil
	}
	for {
		n := 0 // an operator may stand at the beginning of the next line
		for p.after(n).kind == newline {
			n++
		}
		t := p.after(n)
		o := binary(t)
		if n > 0 && (o == "+" || o == "-" || o == "") {
			return left
		}
		skip := 1
		if o == "" && t.kind == ident && t.text == "not" && p.after(n+1).text == "in" {
			o, skip = "in", 2
		}
		level, right := precedence(o)
		if o == "" || level < least {
			return left
		}
		p.at += n + skip
		p.newlines()
		if !right {
			level++
		}
		operand := p.expression(level)
		if operand == nil {
			return left
		}
		kind := Op
		if o == "=>" {
			kind = Pair
		}
		left = &Node{Kind: kind, Text: o, Line: t.line, Args: []*Node{left, operand}}
		if kind == Pair {
			left.Text, _ = left.Args[0].Str()
		}
	}
}

func (p *parser) unary() *Node {
	t := p.peek()
	operator := t.kind == op && strings.Contains(" ! ^ - + ~~~ & ... ", " "+t.text+" ") || t.kind == ident && t.text == "not"
	if !operator {
		return p.postfix(p.primary())
	}
	p.take()
	if next := p.peek(); t.text == "&" && next.kind == number {
		p.take()
		return &Node{Kind: Name, Text: "&" + next.text, Line: t.line}
	}
	p.newlines()
	level := 20
	if t.text == "&" {
		level = 6
	}
	n := p.expression(level)
	if n == nil {
		return nil
	}
	kind := Op
	if t.text == "&" {
		kind = Capture
	}
	return &Node{Kind: kind, Text: t.text, Line: t.line, Args: []*Node{n}}
}

// elements reads what is separated by commas up to the closing sign, which it takes.
func (p *parser) elements(end string) []*Node {
	outer := p.noDo
	p.noDo = false
	defer func() { p.noDo = outer }()
	var out []*Node
	for {
		p.newlines()
		t := p.peek()
		if t.kind == eof {
			return out
		}
		if t.kind == closing {
			if t.text == end {
				p.take()
			}
			return out
		}
		before := p.at
		if n := p.element(); n != nil {
			out = append(out, n)
		}
		p.newlines()
		if p.is(op, ",") {
			p.take()
		} else if p.at == before {
			p.take()
		}
	}
}

// element reads one element of a list or argument, which may be "key: value".
func (p *parser) element() *Node {
	t := p.peek()
	if t.kind != key {
		return p.expression(0)
	}
	p.take()
	p.newlines()
	value := p.expression(0)
	if value == nil {
		value = &Node{Line: t.line}
	}
	return &Node{Kind: Pair, Text: t.text, Line: t.line, Args: []*Node{value}}
}

// gather makes one list of the pairs at the end of a call's arguments.
func gather(args []*Node) []*Node {
	i := len(args)
	for i > 0 && args[i-1].Kind == Pair {
		i--
	}
	if i == len(args) {
		return args
	}
	list := &Node{Kind: List, Line: args[i].Line, Args: slices.Clone(args[i:])}
	return append(args[:i:i], list)
}
