package source

import (
	"slices"
	"strings"
)

type kind int

const (
	eof kind = iota
	newline
	ident
	constant
	variable // @x, @@x, $x
	keyword
	symbol
	label // "key:" before its value
	text
	words // %w and %i: Parts are the elements
	number
	regex
	op
)

type token struct {
	kind  kind
	text  string
	line  int
	space bool // stands behind a blank
	parts []part
}

// part is a piece of a string: literal text, or the code of an interpolation.
type part struct {
	lit, code string
	line      int
}

var keywords = []string{
	"__FILE__", "__dir__", "alias", "and", "begin", "break", "case", "class", "def", "defined?", "do", "else", "elsif", "end", "ensure", "false", "for", "if",
	"in", "module", "next", "nil", "not", "or", "redo", "rescue", "retry", "return", "self", "super", "then", "true", "undef", "unless", "until", "when", "while", "yield",
}

// operators, the longest first.
var operators = []string{
	"**=", "<=>", "===", "...", "<<=", ">>=", "&&=", "||=", "&.", "**", "==", "!=", ">=", "<=", "&&", "||", "=~", "!~", "..", "::", "->", "=>", "<<", ">>",
	"+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=",
}

// lexer splits a program into tokens. What it can't read it takes for a plain
// character: a detector wants what it can understand, not an error.
type lexer struct {
	src     string
	pos     int
	line    int
	out     []token
	pending []heredoc // whose bodies begin on the next line
	depth   int
}

type heredoc struct {
	id     string
	indent bool // the end may be indented
	raw    bool // no interpolation
	at     int  // of its token
}

func lex(src string, line int) []token {
	l := &lexer{src: src, line: line}
	for l.next() {
	}
	return append(l.out, token{kind: eof, line: l.line})
}

func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) add(k kind, s string, space bool) {
	l.out = append(l.out, token{kind: k, text: s, line: l.line, space: space})
}

// value reports whether the last token ends a value, so that an operator may follow.
func (l *lexer) value() bool {
	if len(l.out) == 0 {
		return false
	}
	switch t := l.out[len(l.out)-1]; t.kind {
	case ident, constant, variable, symbol, text, words, number, regex:
		return true
	case keyword:
		return slices.Contains([]string{"end", "self", "true", "false", "nil", "__dir__", "__FILE__"}, t.text)
	case op:
		return t.text == ")" || t.text == "]" || t.text == "}"
	}
	return false
}

func (l *lexer) last(texts ...string) bool {
	return len(l.out) > 0 && l.out[len(l.out)-1].kind == op && slices.Contains(texts, l.out[len(l.out)-1].text)
}

// next reads one token; false at the end.
func (l *lexer) next() bool {
	start := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if c == ' ' || c == '\t' || c == '\f' || c == '\v' {
			l.pos++
		} else if c == '\\' && l.peek(1) == '\n' {
			l.pos, l.line = l.pos+2, l.line+1
		} else {
			break
		}
	}
	space := l.pos > start || l.pos == 0
	if l.pos >= len(l.src) {
		return false
	}
	c := l.src[l.pos]
	bol := l.pos == 0 || l.src[l.pos-1] == '\n'
	switch {
	case c == '\n':
		l.newline()
	case c == '#':
		l.pos += lineEnd(l.src[l.pos:])
	case bol && strings.HasPrefix(l.src[l.pos:], "=begin"):
		end := strings.Index(l.src[l.pos:], "\n=end")
		if end < 0 {
			return false
		}
		l.line += strings.Count(l.src[l.pos:l.pos+end+1], "\n")
		l.pos += end + 1
		l.pos += lineEnd(l.src[l.pos:])
	case bol && (strings.HasPrefix(l.src[l.pos:], "__END__\n") || l.src[l.pos:] == "__END__"):
		return false
	case letter(c) || c >= 0x80:
		l.name(space)
	case c >= '0' && c <= '9':
		l.number(space)
	case c == '@' || c == '$':
		l.variable(space)
	case c == '"' || c == '\'' || c == '`':
		l.pos++
		l.str(c, c, c != '\'', space, text)
	case c == ':' && l.symbolHere():
		l.symbol(space)
	case c == '%' && l.percent(space):
	case c == '/' && l.regexHere(space):
		l.pos++
		l.str('/', '/', true, space, regex)
		for l.pos < len(l.src) && letter(l.src[l.pos]) {
			l.pos++
		}
	case c == '<' && l.heredoc(space):
	case c == '?' && !l.value() && letter(l.peek(1)) && !word(l.peek(2)):
		l.out = append(l.out, token{kind: text, text: string(l.peek(1)), line: l.line, space: space, parts: []part{{lit: string(l.peek(1))}}})
		l.pos += 2
	default:
		l.operator(space)
	}
	return true
}

// newline ends a statement, unless the next line goes on with a dot.
func (l *lexer) newline() {
	l.pos++
	l.line++
	for _, h := range l.pending {
		l.body(h)
	}
	l.pending = nil
	rest := strings.TrimLeft(l.src[l.pos:min(len(l.src), l.pos+400)], " \t")
	if strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, "..") || strings.HasPrefix(rest, "&.") {
		return
	}
	l.out = append(l.out, token{kind: newline, line: l.line - 1})
}

func lineEnd(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func word(c byte) bool   { return letter(c) || c >= '0' && c <= '9' || c >= 0x80 }

func (l *lexer) wordAt() string {
	i := l.pos
	for i < len(l.src) && word(l.src[i]) {
		i++
	}
	return l.src[l.pos:i]
}

func (l *lexer) name(space bool) {
	s := l.wordAt()
	l.pos += len(s)
	if c := l.peek(0); (c == '?' || c == '!') && (l.peek(1) != '=' || l.peek(2) == '=' || l.peek(2) == '~') && !(c == '?' && l.peek(1) == ' ' && s[0] >= 'A' && s[0] <= 'Z') {
		s += string(c)
		l.pos++
	}
	afterDot := l.last(".", "&.")
	if l.peek(0) == ':' && l.peek(1) != ':' && !afterDot && !l.last("?") {
		l.pos++
		l.add(label, s, space)
		return
	}
	def := len(l.out) > 0 && l.out[len(l.out)-1].kind == keyword && l.out[len(l.out)-1].text == "def"
	switch {
	case !afterDot && !def && slices.Contains(keywords, s):
		l.add(keyword, s, space)
	case s[0] >= 'A' && s[0] <= 'Z':
		l.add(constant, s, space)
	default:
		l.add(ident, s, space)
	}
}

func (l *lexer) number(space bool) {
	i := l.pos
	for i < len(l.src) {
		c := l.src[i]
		if word(c) || c == '.' && i+1 < len(l.src) && l.src[i+1] >= '0' && l.src[i+1] <= '9' {
			i++
			continue
		}
		break
	}
	l.add(number, strings.ReplaceAll(l.src[l.pos:i], "_", ""), space)
	l.pos = i
}

func (l *lexer) variable(space bool) {
	i := l.pos
	for i < len(l.src) && (l.src[i] == '@' || l.src[i] == '$') {
		i++
	}
	for i < len(l.src) && word(l.src[i]) {
		i++
	}
	if i == l.pos+1 && l.src[l.pos] == '$' && i < len(l.src) && l.src[i] != '\n' { // $0, $!, $:
		i++
	}
	l.add(variable, l.src[l.pos:i], space)
	l.pos = i
}

func (l *lexer) operator(space bool) {
	rest := l.src[l.pos:]
	for _, o := range operators {
		if strings.HasPrefix(rest, o) {
			l.add(op, o, space)
			l.pos += len(o)
			return
		}
	}
	l.pos++
	if rest[0] == ';' {
		l.add(newline, ";", space)
		return
	}
	l.add(op, rest[:1], space)
}
