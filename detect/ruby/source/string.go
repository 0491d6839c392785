package source

import "strings"

// maxNested bounds strings inside the interpolations of strings.
const maxNested = 20

// str reads a string up to its end, which nests where it differs from its beginning.
func (l *lexer) str(begin, end byte, interpolates, space bool, k kind) {
	line := l.line
	parts := l.pieces(begin, end, interpolates)
	t := token{kind: k, line: line, space: space, parts: parts, text: joined(parts)}
	if k == text && l.peek(0) == ':' && l.peek(1) != ':' && (l.peek(1) == ' ' || l.peek(1) == '\n') && len(l.out) > 0 && !l.last("?") {
		l.pos++
		t.kind, t.parts = label, nil
	}
	l.out = append(l.out, t)
}

func joined(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.lit)
	}
	return b.String()
}

// pieces reads up to the end and steps over it.
func (l *lexer) pieces(begin, end byte, interpolates bool) []part {
	var out []part
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			out = append(out, part{lit: lit.String()})
			lit.Reset()
		}
	}
	depth := 0
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == '\\' && l.pos+1 < len(l.src):
			l.escape(&lit, interpolates, begin, end)
			continue
		case interpolates && c == '#' && l.peek(1) == '{':
			flush()
			out = append(out, l.interpolation())
			continue
		case c == end && depth == 0:
			l.pos++
			flush()
			return out
		case c == end:
			depth--
		case c == begin && begin != end:
			depth++
		case c == '\n':
			l.line++
		}
		lit.WriteByte(c)
		l.pos++
	}
	flush()
	return out
}

func (l *lexer) escape(lit *strings.Builder, double bool, begin, end byte) {
	c := l.src[l.pos+1]
	if c == '\n' {
		l.line++
	}
	l.pos += 2
	switch {
	case c == begin || c == end || c == '\\':
		lit.WriteByte(c)
	case !double:
		lit.WriteByte('\\')
		lit.WriteByte(c)
	case c == 'n':
		lit.WriteByte('\n')
	case c == 't':
		lit.WriteByte('\t')
	case c == '\n': // the line goes on
	default:
		lit.WriteByte(c)
	}
}

// interpolation reads "#{code}".
func (l *lexer) interpolation() part {
	l.pos += 2
	p := part{line: l.line}
	start, depth := l.pos, 0
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; c {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				p.code = l.src[start:l.pos]
				l.pos++
				return p
			}
			depth--
		case '"', '\'':
			if l.depth < maxNested {
				l.depth++
				l.pos++
				l.pieces(c, c, c == '"')
				l.depth--
				continue
			}
		case '\n':
			l.line++
		}
		l.pos++
	}
	p.code = l.src[start:]
	return p
}

// symbolHere reports whether ":" begins a symbol.
func (l *lexer) symbolHere() bool {
	c := l.peek(1)
	if l.pos > 0 && l.src[l.pos-1] == ':' {
		return false
	}
	return letter(c) || c == '"' || c == '\''
}

func (l *lexer) symbol(space bool) {
	l.pos++
	if c := l.peek(0); c == '"' || c == '\'' {
		l.pos++
		line := l.line
		parts := l.pieces(c, c, c == '"')
		l.out = append(l.out, token{kind: symbol, text: joined(parts), line: line, space: space})
		return
	}
	s := l.wordAt()
	l.pos += len(s)
	if c := l.peek(0); c == '?' || c == '!' || c == '=' && l.peek(1) != '>' && l.peek(1) != '=' && l.peek(1) != '~' && l.peek(1) != ' ' {
		s += string(c)
		l.pos++
	}
	l.add(symbol, s, space)
}

// percent reads the literals that begin with a percent sign.
func (l *lexer) percent(space bool) bool {
	form, at := byte('Q'), 1
	if c := l.peek(1); strings.IndexByte("qQwWiIrsx", c) >= 0 && c != 0 {
		form, at = c, 2
	}
	open := l.peek(at)
	if open == 0 || word(open) || open == ' ' || open == '\n' || open == '=' && l.value() {
		return false
	}
	if l.value() && (!space || at == 1) {
		return false // a remainder
	}
	closing := open
	if i := strings.IndexByte("([{<", open); i >= 0 {
		closing = ")]}>"[i]
	}
	l.pos += at + 1
	switch form {
	case 'w', 'W', 'i', 'I':
		line := l.line
		parts := l.pieces(open, closing, false)
		t := token{kind: words, text: string(form), line: line, space: space}
		for i, row := range strings.Split(joined(parts), "\n") {
			for _, w := range strings.Fields(row) {
				t.parts = append(t.parts, part{lit: w, line: line + i})
			}
		}
		l.out = append(l.out, t)
	case 'r':
		l.str(open, closing, true, space, regex)
	default:
		l.str(open, closing, form != 'q', space, text)
	}
	return true
}

func (l *lexer) regexHere(space bool) bool {
	if !l.value() {
		return true
	}
	t := l.out[len(l.out)-1]
	return t.kind == ident && space && l.peek(1) != ' ' && l.peek(1) != '='
}

// heredoc reads the beginning of a here-document.
func (l *lexer) heredoc(space bool) bool {
	if l.peek(1) != '<' {
		return false
	}
	h, at := heredoc{}, 2
	if c := l.peek(2); c == '~' || c == '-' {
		h.indent, at = true, 3
	}
	i := l.pos + at
	switch c := l.peek(at); {
	case c == '"' || c == '\'':
		end := strings.IndexByte(l.src[i+1:], c)
		if end < 0 || end > 100 {
			return false
		}
		h.id, h.raw = l.src[i+1:i+1+end], c == '\''
		i += end + 2
	case letter(c) && (h.indent || c >= 'A' && c <= 'Z' && (!l.value() || space)):
		for i < len(l.src) && word(l.src[i]) {
			i++
		}
		h.id = l.src[l.pos+at : i]
	}
	if h.id == "" || strings.Contains(h.id, "\n") {
		return false
	}
	h.at = len(l.out)
	l.out = append(l.out, token{kind: text, line: l.line, space: space})
	l.pending = append(l.pending, h)
	l.pos = i
	return true
}

// body reads the lines of a here-document up to its end.
func (l *lexer) body(h heredoc) {
	start, line := l.pos, l.line
	for l.pos < len(l.src) {
		end := lineEnd(l.src[l.pos:])
		row := l.src[l.pos : l.pos+end]
		at := l.pos
		l.pos = min(len(l.src), l.pos+end+1)
		l.line++
		if h.indent {
			row = strings.TrimLeft(row, " \t")
		}
		if row != h.id {
			continue
		}
		inner := &lexer{src: l.src[start:at], line: line}
		l.out[h.at].parts = inner.pieces(0, 0, !h.raw)
		l.out[h.at].text = joined(l.out[h.at].parts)
		return
	}
}
