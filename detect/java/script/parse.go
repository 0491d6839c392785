package script

// maxDepth is how deep brackets may be nested; no build file that people write is deeper.
const maxDepth = 100

type parser struct {
	toks  []Token
	pos   int
	depth int
}

// Parse reads a build script.
func Parse(src []byte, d Dialect) []Node {
	p := &parser{toks: Lex(src, d)}
	return p.statements()
}

// ParseTokens reads what is left of a source that was split before, as the body of a method.
func ParseTokens(toks []Token) []Node {
	p := &parser{toks: append(append([]Token(nil), toks...), Token{Kind: End})}
	return p.statements()
}

func (p *parser) peek() Token { return p.toks[p.pos] }

func (p *parser) at(i int) Token { return p.toks[min(p.pos+i, len(p.toks)-1)] }

func (p *parser) take() Token {
	t := p.toks[p.pos]
	if t.Kind != End {
		p.pos++
	}
	return t
}

func (p *parser) skipLines() {
	for p.peek().Kind == Newline || p.peek().Is(";") {
		p.pos++
	}
}

// statements reads up to the closing brace or the end, and takes neither.
func (p *parser) statements() []Node {
	var out []Node
	for {
		p.skipLines()
		t := p.peek()
		if t.Kind == End || t.Is("}") && p.depth > 0 {
			return out
		}
		before := p.pos
		if n, ok := p.statement(); ok {
			out = append(out, n)
		}
		if t := p.peek(); t.Kind == Ident && t.Text == "else" && p.pos > before {
			continue
		}
		p.recover()
		if p.pos == before {
			p.pos++ // a stray bracket
		}
	}
}

// recover steps over what is left of a statement.
func (p *parser) recover() {
	for {
		switch t := p.peek(); {
		case t.Kind == End, t.Kind == Newline, t.Is(";"), t.Is("}"):
			return
		case t.Is("("), t.Is("["), t.Is("{"):
			p.balanced()
		default:
			p.pos++
		}
	}
}

// balanced steps over a bracket and all up to the one that closes it.
func (p *parser) balanced() {
	open := 0
	for {
		switch t := p.take(); {
		case t.Kind == End:
			return
		case t.Is("("), t.Is("["), t.Is("{"):
			open++
		case t.Is(")"), t.Is("]"), t.Is("}"):
			if open--; open == 0 {
				return
			}
		}
	}
}

func (p *parser) statement() (Node, bool) {
	decl := false
	p.annotations()
	for {
		switch p.peek().Text {
		case "import", "package":
			return Node{}, false
		case "val", "var", "def":
			if p.at(1).Kind == Ident {
				decl = true
				p.pos++
				continue
			}
		case "private", "final", "lateinit", "const", "internal", "public", "override", "static":
			if p.at(1).Kind == Ident {
				p.pos++
				continue
			}
		}
		break
	}
	n, ok := p.primary()
	if !ok {
		return n, false
	}
	n.Decl = decl
	if decl && p.peek().Is(":") { // a Kotlin type
		for t := p.peek(); t.Kind != Newline && t.Kind != End && !t.Is("=") && !t.Is("by"); t = p.peek() {
			p.pos++
		}
	}
	if !decl && len(n.Path) == 1 && !n.Called && p.peek().Kind == Ident && p.at(1).Is("=") { // String version = ..., in Groovy
		n, _ = p.primary()
		n.Decl = true
	}
	if t := p.peek(); t.Is("=") || t.Is("+=") {
		p.pos++
		p.skipLines()
		v := p.expression()
		n.Op, n.Value = t.Text, &v
		return n, true
	}
	if len(n.Path) > 0 && !n.Called && !n.Nested && p.begins() {
		n.Args, n.Called = p.args(""), true // Groovy leaves the brackets away
		if p.peek().Is("{") {
			n.Block, n.Nested = p.block(), true
		}
	}
	// What stands behind "} else" is a statement of its own.
	for t := p.peek(); t.Kind == Ident && t.Text != "else"; t = p.peek() {
		p.pos++
		then := Node{Line: t.Line, Path: []string{t.Text}}
		if p.begins() {
			v := p.expression()
			then.Args, then.Called = []Arg{{Value: v}}, true
		}
		n.Then = append(n.Then, then)
	}
	return n, true
}

// annotations steps over those in front of a statement: @Suppress("x") plugins { }.
func (p *parser) annotations() {
	for p.peek().Is("@") && p.at(1).Kind == Ident {
		p.pos += 2
		for (p.peek().Is(".") || p.peek().Is(":")) && p.at(1).Kind == Ident {
			p.pos += 2
		}
		if p.peek().Is("(") {
			p.balanced()
		}
		p.skipLines()
	}
}

// begins reports whether an argument begins here.
func (p *parser) begins() bool {
	t := p.peek()
	return t.Kind == String || t.Kind == Number || t.Kind == Ident && !t.Is("in") && !t.Is("by") || t.Is("[") || t.Is("(")
}

func (p *parser) expression() Node {
	n, ok := p.primary()
	if !ok {
		n.Loose = true
	}
	for {
		switch t := p.peek(); {
		case t.Is("+"):
			p.pos++
			p.skipLines()
			m, ok := p.primary()
			if ok && n.Text && m.Text {
				n.Parts = append(n.Parts[:len(n.Parts):len(n.Parts)], m.Parts...)
			} else {
				n.Loose = true
			}
		case t.Is("?:"):
			p.pos++
			p.skipLines()
			m := p.expression()
			n.Else = &m
		case t.Is("as"):
			p.pos++
			p.primary()
		case t.Kind == Newline, t.Kind == End, t.Is(";"), t.Is(","), t.Is(")"), t.Is("]"), t.Is("}"), t.Is("="), t.Kind == Ident:
			return n
		case t.Is("("), t.Is("["), t.Is("{"):
			n.Loose = true
			p.balanced()
		default:
			n.Loose = true
			p.pos++
		}
	}
}

// primary reads a string, number, list, bracket or name with its calls.
func (p *parser) primary() (Node, bool) {
	t := p.peek()
	n := Node{Line: t.Line}
	if p.depth > maxDepth {
		p.recover()
		return n, false
	}
	p.depth++
	defer func() { p.depth-- }()
	switch {
	case t.Kind == String:
		p.pos++
		n.Parts, n.Text = t.Parts, true
	case t.Kind == Number:
		p.pos++
		n.Num = t.Text
	case t.Is("["):
		p.pos++
		n.List = p.args("]")
	case t.Is("("):
		p.pos++
		p.skipLines()
		n = p.expression()
		p.until(")")
	case t.Kind == Ident:
		p.pos++
		n.Path = []string{t.Text}
	default:
		return n, false
	}
	return p.suffixes(n), true
}

// suffixes reads what follows a primary: .name, (arguments), [index], { block }.
func (p *parser) suffixes(n Node) Node {
	const maxPath = 100 // each name more copies those before it
	for {
		t := p.peek()
		if t.Kind == Newline && (p.at(1).Is(".") || p.at(1).Is("?.")) {
			p.pos++
			continue
		}
		switch {
		case t.Is("."), t.Is("?."):
			if p.at(1).Kind != Ident {
				return n
			}
			name := p.at(1).Text
			p.pos += 2
			if len(n.Path) > 0 && len(n.Path) < maxPath && !n.Called && !n.Nested {
				n.Path = append(n.Path[:len(n.Path):len(n.Path)], name)
				continue
			}
			on := n
			n = Node{Line: t.Line, On: &on, Path: []string{name}}
		case t.Is("!!"):
			p.pos++
		case t.Is("<") && len(n.Path) > 0 && p.generic():
		case t.Is("(") && len(n.Path) > 0 && !n.Called:
			p.pos++
			n.Args, n.Called = p.args(")"), true
		case t.Is("[") && len(n.Path) > 0 && p.at(1).Kind == String && p.at(2).Is("]"):
			n.Path = append(n.Path[:len(n.Path):len(n.Path)], p.at(1).Text)
			p.pos += 3
		case t.Is("{") && len(n.Path) > 0 && !n.Nested:
			n.Block, n.Nested = p.block(), true
		default:
			return n
		}
	}
}

// generic steps over <Type> in front of a call or a block.
func (p *parser) generic() bool {
	for i := 1; i < 12; i++ {
		switch t := p.at(i); {
		case t.Is(">"):
			if next := p.at(i + 1); next.Is("(") || next.Is("{") || next.Is(".") {
				p.pos += i + 1
				return true
			}
		case t.Kind == Ident, t.Is("."), t.Is(","), t.Is("<"), t.Is("*"), t.Is("?"):
		default:
			return false
		}
	}
	return false
}

// block reads { statements }, without the names of a lambda's parameters.
func (p *parser) block() []Node {
	p.pos++
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		p.pos--
		p.balanced()
		return nil
	}
	for i := 0; i < 12; i++ {
		t := p.at(i)
		if t.Is("->") {
			p.pos += i + 1
		}
		if t.Kind != Ident && t.Kind != Punct || t.Is("{") || t.Is("->") || t.Is("}") {
			break
		}
	}
	out := p.statements()
	p.until("}")
	return out
}

// until takes the closing bracket, and what stands in front of it.
func (p *parser) until(closing string) {
	for {
		switch t := p.peek(); {
		case t.Kind == End:
			return
		case t.Is(closing):
			p.pos++
			return
		case t.Is("("), t.Is("["), t.Is("{"):
			p.balanced()
		default:
			p.pos++
		}
	}
}

// args reads arguments up to the closing bracket, or to the end of the line.
func (p *parser) args(closing string) []Arg {
	var out []Arg
	for {
		if closing != "" {
			for p.peek().Kind == Newline {
				p.pos++
			}
			if t := p.peek(); t.Kind == End || t.Is(closing) {
				p.take()
				return out
			}
		}
		before := p.pos
		a := Arg{}
		if t := p.peek(); (t.Kind == Ident || t.Kind == String) && (p.at(1).Is(":") || t.Kind == Ident && p.at(1).Is("=")) {
			a.Name = t.Text
			p.pos += 2
		}
		a.Value = p.expression()
		if closing != "" { // "a" to "b", x as Y
			for t := p.peek(); t.Kind == Ident; t = p.peek() {
				p.pos++
				a.Value.Then = append(a.Value.Then, Node{Line: t.Line, Path: []string{t.Text}, Called: true, Args: []Arg{{Value: p.expression()}}})
			}
		}
		out = append(out, a)
		if p.peek().Is(",") {
			p.pos++
			p.skipLines()
			continue
		}
		if closing == "" {
			return out
		}
		if p.pos == before {
			p.take()
		}
	}
}
