package source

import "slices"

// maxDepth bounds how deep expressions and blocks may nest.
const maxDepth = 200

type parser struct {
	tokens []token
	pos    int
	depth  int
	noDo   bool // "do" belongs to what stands around
}

func (p *parser) cur() token { return p.tokens[min(p.pos, len(p.tokens)-1)] }

func (p *parser) ahead(n int) token { return p.tokens[min(p.pos+n, len(p.tokens)-1)] }

func (p *parser) advance() token {
	t := p.cur()
	p.pos++
	return t
}

func (p *parser) isOp(texts ...string) bool {
	t := p.cur()
	return t.kind == op && slices.Contains(texts, t.text)
}

func (p *parser) isWord(texts ...string) bool {
	t := p.cur()
	return t.kind == keyword && slices.Contains(texts, t.text)
}

func (p *parser) takeOp(s string) bool {
	if p.isOp(s) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) takeWord(s string) bool {
	if p.isWord(s) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) newlines() {
	for p.cur().kind == newline {
		p.pos++
	}
}

// enter counts a level of nesting; at the last one the rest of the text is left.
func (p *parser) enter() bool {
	if p.depth++; p.depth > maxDepth {
		p.pos = len(p.tokens) - 1
		return false
	}
	return true
}

// statements reads up to the end of what they stand in, which it leaves.
func (p *parser) statements() []*Node {
	defer func(d int, n bool) { p.depth, p.noDo = d, n }(p.depth, p.noDo)
	p.noDo = false
	if !p.enter() {
		return nil
	}
	var out []*Node
	for {
		p.newlines()
		if p.cur().kind == eof || p.isWord("end", "else", "elsif", "when", "in", "rescue", "ensure") && p.depth > 1 || p.isOp("}", ")", "]") && p.depth > 1 {
			return out
		}
		at := p.pos
		if n := p.statement(); n != nil {
			out = append(out, n)
		}
		if p.pos == at {
			p.pos++ // nothing was understood
		}
	}
}

// statement reads one, with the conditions behind it.
func (p *parser) statement() *Node {
	n := p.expression()
	for {
		line := p.cur().line
		switch {
		case p.isWord("if"), p.isWord("unless"):
			not := p.advance().text == "unless"
			n = &Node{Kind: If, Recv: p.expression(), Body: list(n), Not: not, Line: line}
		case p.isWord("while"), p.isWord("until"):
			p.pos++
			n = &Node{Kind: Loop, Recv: p.expression(), Body: list(n), Line: line}
		case p.isWord("rescue"):
			p.pos++
			n = &Node{Kind: Begin, Body: list(n), Else: list(p.expression()), Line: line}
		default:
			return n
		}
	}
}

func list(n *Node) []*Node {
	if n == nil {
		return nil
	}
	return []*Node{n}
}

// expression reads one with "and", "or" and "not".
func (p *parser) expression() *Node {
	if p.isWord("not") {
		line := p.advance().line
		return &Node{Kind: Op, Text: "!", Args: list(p.expression()), Line: line}
	}
	n := p.binary(0)
	for p.isWord("and", "or") {
		t := p.advance()
		p.newlines()
		n = &Node{Kind: Op, Text: map[string]string{"and": "&&", "or": "||"}[t.text], Args: append(list(n), p.binary(0)), Line: t.line}
	}
	return n
}

// block reads "{ |x| ... }" or "do |x| ... end" into the node.
func (p *parser) block(n *Node) bool {
	switch {
	case p.isOp("{"):
		p.pos++
		p.params(n)
		n.Body = p.statements()
		p.skipTo("}")
	case p.isWord("do") && !p.noDo:
		p.pos++
		p.params(n)
		p.body(n)
	default:
		return false
	}
	return true
}

// body reads statements up to "end", with what rescues from them.
func (p *parser) body(n *Node) {
	n.Body = p.statements()
	for p.isWord("rescue", "ensure", "else", "elsif", "when", "in") {
		at := p.pos
		p.restOfLine()
		n.Else = append(n.Else, p.statements()...)
		if p.pos == at {
			p.pos++
		}
	}
	p.takeWord("end")
}

// restOfLine steps over what stands behind rescue: classes and a variable.
func (p *parser) restOfLine() {
	p.pos++
	for p.cur().kind != newline && p.cur().kind != eof && !p.isWord("then") {
		p.pos++
	}
}

// skipTo steps behind the closing sign, if it is there.
func (p *parser) skipTo(s string) {
	p.newlines()
	p.takeOp(s)
}

func (p *parser) params(n *Node) {
	p.newlines()
	if p.takeOp("||") || !p.takeOp("|") {
		return
	}
	for p.cur().kind != eof && !p.isOp("|") {
		if t := p.cur(); t.kind == ident || t.kind == label {
			n.Params = append(n.Params, t.text)
		}
		p.pos++
	}
	p.takeOp("|")
}

// compound reads what begins with a keyword and ends with "end"; nil for all else.
func (p *parser) compound() *Node {
	t := p.cur()
	if t.kind != keyword {
		return nil
	}
	switch t.text {
	case "if", "unless", "while", "until", "for", "case", "begin", "def", "class", "module":
	default:
		return nil
	}
	defer func(d int, n bool) { p.depth, p.noDo = d, n }(p.depth, p.noDo)
	n := &Node{Line: t.line}
	if !p.enter() {
		return n
	}
	p.pos++
	switch t.text {
	case "if", "unless":
		n.Not = t.text == "unless"
		p.conditional(n)
	case "while", "until":
		n.Kind = Loop
		n.Recv = p.head()
		p.takeWord("do")
		p.body(n)
	case "for":
		n.Kind = Loop
		for p.cur().kind != eof && p.cur().kind != newline && !p.isWord("in") {
			if p.cur().kind == ident {
				n.Params = append(n.Params, p.cur().text)
			}
			p.pos++
		}
		p.takeWord("in")
		n.Recv = p.head()
		p.takeWord("do")
		p.body(n)
	case "case":
		p.choice(n)
	case "begin":
		n.Kind = Begin
		p.noDo = false
		p.body(n)
	default:
		p.definition(n, t.text)
	}
	return n
}

// head is an expression in which "do" begins no block.
func (p *parser) head() *Node {
	defer func(n bool) { p.noDo = n }(p.noDo)
	p.noDo = true
	if p.cur().kind == newline {
		return nil
	}
	return p.expression()
}

func (p *parser) conditional(n *Node) {
	n.Kind = If
	n.Recv = p.head()
	p.takeWord("then")
	n.Body = p.statements()
	switch {
	case p.isWord("elsif"):
		inner := &Node{Line: p.advance().line}
		if p.enter() {
			p.conditional(inner)
		}
		n.Else = list(inner)
		return // it took the end
	case p.takeWord("else"):
		n.Else = p.statements()
	}
	p.takeWord("end")
}

func (p *parser) choice(n *Node) {
	n.Kind = Case
	n.Recv = p.head()
	p.newlines()
	for p.isWord("when", "in") {
		w := &Node{Kind: When, Line: p.advance().line}
		for p.cur().kind != eof {
			at := p.pos
			w.Args = append(w.Args, list(p.head())...)
			if p.pos == at || !p.takeOp(",") {
				break
			}
			p.newlines()
		}
		p.takeWord("then")
		w.Body = p.statements()
		n.Body = append(n.Body, w)
	}
	if p.takeWord("else") {
		n.Else = p.statements()
	}
	p.takeWord("end")
}

// definition reads def, class and module.
func (p *parser) definition(n *Node, what string) {
	n.Kind = map[string]Kind{"def": Def, "class": Class, "module": Module}[what]
	for t := p.cur(); t.kind != newline && t.kind != eof; t = p.cur() { // a name may be self.x, A::B, ==
		if what == "class" && t.kind == op && t.text == "<" || what == "def" && (t.kind == op && (t.text == "(" || t.text == "=") || n.Text != "" && t.space) {
			break
		}
		n.Text += t.text
		p.pos++
	}
	switch {
	case what == "class" && p.takeOp("<"):
		n.Recv = p.expression()
	case what == "def":
		if p.isOp("(") {
			p.balanced()
		}
		if p.takeOp("=") { // def name = expression
			p.newlines()
			n.Body = list(p.statement())
			return
		}
		for p.cur().kind != newline && p.cur().kind != eof {
			p.pos++ // parameters without parentheses
		}
	}
	p.noDo = false
	p.body(n)
}

// balanced steps over a pair of parentheses and what stands in them.
func (p *parser) balanced() {
	depth := 0
	for p.cur().kind != eof {
		t := p.advance()
		if t.kind != op {
			continue
		}
		switch t.text {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return
			}
		}
	}
}
