package source

// simple parses the statements of one line.
func (p *parser) simple() []*Stmt {
	var out []*Stmt
	for {
		if s := p.small(); s != nil {
			out = append(out, s)
		}
		if !p.accept(op, ";") {
			break
		}
		if p.peek().kind == newline {
			break
		}
	}
	if k := p.peek().kind; k != newline && k != end {
		p.fail()
	}
	if p.peek().kind == newline {
		p.take()
	}
	return out
}

func (p *parser) small() *Stmt {
	t := p.peek()
	s := &Stmt{Line: t.line}
	if t.kind == name {
		switch t.val {
		case "import":
			return p.importStmt(s)
		case "from":
			if p.at(1).kind == name || p.at(1).val == "." || p.at(1).val == "..." {
				return p.importStmt(s)
			}
		case "pass", "break", "continue":
			p.take()
			return nil
		case "global", "nonlocal", "del":
			for k := p.peek(); k.kind != newline && k.kind != end && k.val != ";"; k = p.peek() {
				p.take()
			}
			return nil
		case "return", "raise", "assert":
			p.take()
			switch t.val {
			case "return":
				s.Kind = Return
			case "raise":
				s.Kind = Raise
			}
			if !p.ends() {
				s.Value = p.tuple()
			}
			if p.accept(name, "from") {
				p.expr()
			}
			return s
		}
	}
	x := p.tuple()
	if p.accept(op, ":") {
		s.Annotation = p.expr()
		s.Kind, s.Targets = Assign, []*Expr{x}
		if p.accept(op, "=") {
			s.Value = p.tuple()
		}
		return s
	}
	if o := p.peek(); o.kind == op && len(o.val) > 1 && o.val[len(o.val)-1] == '=' && precedence[o.val] == 0 {
		p.take()
		s.Kind, s.Targets, s.Augmented, s.Value = Assign, []*Expr{x}, true, p.tuple()
		return s
	}
	for p.accept(op, "=") {
		s.Kind = Assign
		s.Targets = append(s.Targets, x)
		x = p.tuple()
	}
	s.Value = x
	return s
}

func (p *parser) importStmt(s *Stmt) *Stmt {
	s.Kind = Import
	from := p.take().val == "from"
	if from {
		for p.is(op, ".") || p.is(op, "...") {
			s.Level += len(p.take().val)
		}
		if !p.is(name, "import") {
			s.From = p.module()
		}
		if !p.accept(name, "import") {
			p.fail()
		}
	}
	paren := p.accept(op, "(")
	for {
		n := ImportName{}
		switch {
		case p.accept(op, "*"):
			n.Name = "*"
		case from:
			n.Name = p.ident()
		default:
			n.Name = p.module()
		}
		if p.accept(name, "as") {
			n.As = p.ident()
		}
		s.Names = append(s.Names, n)
		if !p.accept(op, ",") || p.is(op, ")") {
			break
		}
	}
	if paren {
		p.expect(")")
	}
	return s
}

func (p *parser) module() string {
	s := p.ident()
	for p.accept(op, ".") {
		s += "." + p.ident()
	}
	return s
}
