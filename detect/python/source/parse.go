package source

// parser turns tokens into statements. What it can't read ends in fail, which
// unwinds to the statement: it is skipped.
type parser struct {
	tokens []token
	pos    int
	depth  int
}

type failure struct{}

// Parse reads a module. It never fails: see the package's comment.
func Parse(src []byte) *Module {
	p := &parser{tokens: lex(string(src))}
	m := &Module{imports: map[string]string{}, values: map[string][]*Expr{}, value: map[string]*Expr{}, defined: map[string]*Stmt{}}
	for p.peek().kind != end {
		m.Body = append(m.Body, p.block(true)...)
	}
	m.collect()
	return m
}

func (p *parser) fail() { panic(failure{}) }

// try runs f and reports whether it did not fail.
func (p *parser) try(f func()) (ok bool) {
	depth := p.depth
	defer func() {
		if r := recover(); r != nil {
			if _, mine := r.(failure); !mine {
				panic(r)
			}
			p.depth = depth
		}
	}()
	f()
	return true
}

func (p *parser) at(n int) token {
	if p.pos+n < len(p.tokens) {
		return p.tokens[p.pos+n]
	}
	return p.tokens[len(p.tokens)-1]
}

func (p *parser) peek() token { return p.at(0) }
func (p *parser) line() int   { return p.peek().line }

func (p *parser) take() token {
	t := p.peek()
	if p.pos < len(p.tokens) {
		p.pos++
	}
	return t
}

func (p *parser) is(k kind, val string) bool {
	t := p.peek()
	return t.kind == k && t.val == val
}

func (p *parser) accept(k kind, val string) bool {
	if !p.is(k, val) {
		return false
	}
	p.pos++
	return true
}

func (p *parser) expect(operator string) {
	if !p.accept(op, operator) {
		p.fail()
	}
}

// skipOne passes one token, or a bracket with all in it.
func (p *parser) skipOne() {
	switch t := p.take(); t.kind {
	case end, newline:
		p.fail()
	case op:
		depth := 0
		for {
			switch t.val {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth--
			}
			if depth <= 0 {
				return
			}
			if t = p.take(); t.kind == end || t.kind == newline {
				p.fail()
			}
			if t.kind != op {
				t.val = ""
			}
		}
	}
}

// block parses statements up to the dedent that ends them; at the top of a file
// a stray one is passed.
func (p *parser) block(top bool) []*Stmt {
	var out []*Stmt
	for {
		switch t := p.peek(); t.kind {
		case end:
			return out
		case dedent:
			p.take()
			if !top {
				return out
			}
			continue
		case newline, indent:
			p.take()
			continue
		}
		start := p.pos
		if !p.try(func() { out = append(out, p.statement()...) }) {
			p.pos = max(start+1, p.pos)
			p.recover()
		}
	}
}

// recover passes the rest of the line on which the parser failed, and the
// block below it is read as if it stood there.
func (p *parser) recover() {
	for k := p.peek().kind; k != newline && k != end && k != dedent; k = p.peek().kind {
		p.take()
	}
}

// suite parses what follows a colon: a block, or statements on the same line.
func (p *parser) suite() []*Stmt {
	if p.depth++; p.depth > maxDepth {
		p.fail()
	}
	defer func() { p.depth-- }()
	p.expect(":")
	if p.peek().kind != newline {
		return p.simple()
	}
	p.take()
	if p.peek().kind != indent {
		return nil
	}
	p.take()
	return p.block(false)
}

func (p *parser) statement() []*Stmt {
	t := p.peek()
	switch {
	case t.kind == op && t.val == "@":
		return []*Stmt{p.decorated()}
	case t.kind != name:
	case t.val == "async" && p.at(1).kind == name && (p.at(1).val == "def" || p.at(1).val == "with" || p.at(1).val == "for"):
		p.take()
		return p.statement()
	case t.val == "def":
		return []*Stmt{p.def()}
	case t.val == "class":
		return []*Stmt{p.class()}
	case t.val == "if" || t.val == "elif":
		return []*Stmt{p.ifStmt()}
	case t.val == "for" || t.val == "while" || t.val == "with" || t.val == "match" && p.opens():
		p.take()
		return []*Stmt{p.header(t.line)}
	case t.val == "case" && p.opens():
		p.take()
		return []*Stmt{p.header(t.line)}
	case t.val == "try" || t.val == "else" || t.val == "finally" || t.val == "except":
		p.take()
		return []*Stmt{p.header(t.line)}
	}
	return p.simple()
}

// opens reports whether a soft keyword opens a block here: whether the line ends in a colon.
func (p *parser) opens() bool {
	if next := p.at(1); next.kind == op && next.val != "(" && next.val != "[" && next.val != "{" && next.val != "-" {
		return false
	}
	last := token{}
	for i := p.pos; i < len(p.tokens); i++ {
		if t := p.tokens[i]; t.kind == newline || t.kind == end {
			break
		}
		last = p.tokens[i]
	}
	return last.kind == op && last.val == ":"
}

// header passes the head of a block of which only the body is asked for. The
// expressions in the head count as one statement of it.
func (p *parser) header(line int) *Stmt {
	s := &Stmt{Kind: Block, Line: line, Value: &Expr{Kind: List, Line: line}}
	for !p.is(op, ":") {
		switch t := p.peek(); {
		case t.kind == end || t.kind == newline:
			p.fail()
		case t.kind == name && (t.val == "in" || t.val == "as"), t.kind == op && (t.val == "," || t.val == "*"):
			p.take()
		case t.kind == op && t.val != "(" && t.val != "[" && t.val != "{" && t.val != "-":
			p.skipOne()
		default:
			s.Value.Elts = append(s.Value.Elts, p.expr())
		}
	}
	s.Body = p.suite()
	return s
}

func (p *parser) decorated() *Stmt {
	var decorators []*Expr
	for p.accept(op, "@") {
		decorators = append(decorators, p.expr())
		for p.peek().kind == newline {
			p.take()
		}
	}
	p.accept(name, "async")
	var s *Stmt
	switch {
	case p.is(name, "def"):
		s = p.def()
	case p.is(name, "class"):
		s = p.class()
	default:
		p.fail()
	}
	s.Decorators = decorators
	return s
}

func (p *parser) ident() string {
	if p.peek().kind != name {
		p.fail()
	}
	return p.take().val
}

func (p *parser) def() *Stmt {
	s := &Stmt{Kind: Def, Line: p.line()}
	p.take()
	s.Name = p.ident()
	if p.is(op, "[") { // type parameters
		p.skipOne()
	}
	p.expect("(")
	for !p.accept(op, ")") {
		param := &Param{Required: true}
		for p.is(op, "*") || p.is(op, "**") || p.is(op, "/") {
			p.take()
			param.Required = false
		}
		if p.peek().kind == name {
			param.Name = p.take().val
			s.Params = append(s.Params, param)
		}
		if p.accept(op, ":") {
			p.expr()
		}
		if p.accept(op, "=") {
			param.Default = p.expr()
			param.Required = false
		}
		if !p.accept(op, ",") {
			p.expect(")")
			break
		}
	}
	if p.accept(op, "->") {
		p.expr()
	}
	s.Body = p.suite()
	return s
}

func (p *parser) class() *Stmt {
	s := &Stmt{Kind: Class, Line: p.line()}
	p.take()
	s.Name = p.ident()
	if p.is(op, "[") {
		p.skipOne()
	}
	if p.is(op, "(") {
		s.Bases = p.args()
	}
	s.Body = p.suite()
	return s
}

func (p *parser) ifStmt() *Stmt {
	s := &Stmt{Kind: If, Line: p.line()}
	p.take()
	s.Value = p.expr()
	s.Body = p.suite()
	switch {
	case p.is(name, "elif"):
		if p.depth++; p.depth > maxDepth {
			p.fail()
		}
		s.Else = []*Stmt{p.ifStmt()}
		p.depth--
	case p.accept(name, "else"):
		s.Else = p.suite()
	}
	return s
}
