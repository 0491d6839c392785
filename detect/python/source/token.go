package source

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is.
type kind int

const (
	end     kind = iota // of the file
	newline             // of a logical line
	indent
	dedent
	name
	number
	text // a string literal
	op
)

// token is one word of the source. val is the name, the number or operator as
// written, or the value of a string.
type token struct {
	kind   kind
	val    string
	line   int
	format bool // an f-string: val is what stands between its quotes
}

// lexer cuts a file into tokens as Python's own tokenizer does: inside brackets
// line ends mean nothing, outside them the indentation does
// (https://docs.python.org/3/reference/lexical_analysis.html). It never fails:
// what it can't read becomes an operator of one character.
type lexer struct {
	src    string
	pos    int
	line   int
	depth  int   // of open brackets
	stack  []int // columns of the open blocks
	tokens []token
}

// tabSize is how far a tab moves the indentation, as Python counts it.
const tabSize = 8

// maxTokens bounds what is read of one file.
const maxTokens = 1 << 20

func lex(src string) []token {
	l := &lexer{src: src, line: 1, stack: []int{0}, tokens: make([]token, 0, len(src)/5)}
	fresh := true // at the start of a logical line
	for l.pos < len(l.src) && len(l.tokens) < maxTokens {
		if fresh && l.depth == 0 {
			if l.blank() {
				continue
			}
		}
		fresh = l.next()
	}
	if n := len(l.tokens); n > 0 && l.tokens[n-1].kind != newline {
		l.add(newline, "")
	}
	for range l.stack[1:] {
		l.add(dedent, "")
	}
	l.add(end, "")
	return l.tokens
}

func (l *lexer) add(k kind, val string) {
	l.tokens = append(l.tokens, token{kind: k, val: val, line: l.line})
}

// blank measures the indentation of the line that begins here. It reports
// whether the line holds no code, and has skipped it then.
func (l *lexer) blank() bool {
	col := 0
	for ; l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case ' ':
			col++
		case '\t':
			col += tabSize - col%tabSize
		case '\f':
			col = 0
		default:
			goto code
		}
	}
	return true
code:
	switch c := l.src[l.pos]; {
	case c == '\n':
		l.pos++
		l.line++
		return true
	case c == '#':
		l.comment()
		return true
	case c == '\\' && strings.HasPrefix(l.src[l.pos:], "\\\n"):
		l.pos += 2
		l.line++
		return true
	}
	if col > l.stack[len(l.stack)-1] {
		l.stack = append(l.stack, col)
		l.add(indent, "")
		return false
	}
	for col < l.stack[len(l.stack)-1] { // one that fits no block counts as the block around it
		l.stack = l.stack[:len(l.stack)-1]
		l.add(dedent, "")
	}
	return false
}

func (l *lexer) comment() {
	for l.pos < len(l.src) && l.src[l.pos] != '\n' {
		l.pos++
	}
}

// next reads one token. It reports whether a logical line has ended.
func (l *lexer) next() bool {
	c := l.src[l.pos]
	switch {
	case c == '\n':
		if l.depth == 0 {
			l.add(newline, "")
		}
		l.pos++
		l.line++
		return l.depth == 0
	case c == ' ' || c == '\t' || c == '\f' || c == '\r':
		l.pos++
	case c == '#':
		l.comment()
	case c == '\\' && strings.HasPrefix(l.src[l.pos:], "\\\n"):
		l.pos += 2
		l.line++
	case c == '"' || c == '\'':
		l.str("")
	case c >= '0' && c <= '9' || c == '.' && l.pos+1 < len(l.src) && isDigit(l.src[l.pos+1]):
		l.number()
	default:
		if n := nameLen(l.src[l.pos:]); n > 0 {
			word := l.src[l.pos : l.pos+n]
			l.pos += n
			if n <= 2 && l.pos < len(l.src) && (l.src[l.pos] == '"' || l.src[l.pos] == '\'') && isPrefix(word) {
				l.str(strings.ToLower(word))
			} else {
				l.add(name, word)
			}
			return false
		}
		l.operator()
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isPrefix(s string) bool {
	switch strings.ToLower(s) {
	case "r", "b", "u", "f", "t", "rb", "br", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

func nameLen(s string) int {
	n := 0
	for n < len(s) {
		if c := s[n]; c < utf8.RuneSelf {
			if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (n == 0 || !isDigit(c)) {
				break
			}
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && (n == 0 || !unicode.IsNumber(r) && !unicode.IsMark(r)) {
			break
		}
		n += size
	}
	return n
}

func (l *lexer) number() {
	start := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		sign := (c == '+' || c == '-') && l.src[l.pos-1]|0x20 == 'e' && !strings.HasPrefix(l.src[start:], "0x")
		if !isDigit(c) && c != '_' && c != '.' && (c|0x20 < 'a' || c|0x20 > 'z') && !sign {
			break
		}
		l.pos++
	}
	l.add(number, l.src[start:l.pos])
}

var operators = []string{"**=", "//=", ">>=", "<<=", "...", "->", ":=", "==", "!=", "<=", ">=", "**", "//", ">>", "<<", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@="}

func (l *lexer) operator() {
	rest := l.src[l.pos:]
	switch rest[0] {
	case '(', '[', '{':
		l.depth++
		l.add(op, rest[:1])
		l.pos++
		return
	case ')', ']', '}':
		l.depth = max(l.depth-1, 0)
		l.add(op, rest[:1])
		l.pos++
		return
	case ',', ';', '~':
		l.add(op, rest[:1])
		l.pos++
		return
	}
	for _, o := range operators {
		if strings.HasPrefix(rest, o) {
			l.add(op, o)
			l.pos += len(o)
			return
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	l.add(op, rest[:size])
	l.pos += size
}

// str reads a string literal whose prefix has been read.
func (l *lexer) str(prefix string) {
	line := l.line
	quote := l.src[l.pos : l.pos+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(l.src[l.pos:], triple) {
		quote = triple
	}
	l.pos += len(quote)
	start := l.pos
	for l.pos < len(l.src) && !strings.HasPrefix(l.src[l.pos:], quote) {
		switch c := l.src[l.pos]; {
		case c == '\\' && l.pos+1 < len(l.src):
			if l.src[l.pos+1] == '\n' {
				l.line++
			}
			l.pos++
		case c == '\n' && len(quote) == 1: // not closed: the line ends it
			l.token(prefix, l.src[start:l.pos], line)
			return
		case c == '\n':
			l.line++
		}
		l.pos++
	}
	l.pos = min(l.pos, len(l.src))
	l.token(prefix, l.src[start:l.pos], line)
	l.pos = min(l.pos+len(quote), len(l.src))
}

func (l *lexer) token(prefix, body string, line int) {
	t := token{kind: text, val: body, line: line, format: strings.ContainsAny(prefix, "ft")}
	if !strings.Contains(prefix, "r") && !t.format {
		t.val = unescape(body)
	}
	l.tokens = append(l.tokens, t)
}

// unescape replaces the escapes that names, paths and addresses are written
// with; others stay as they are.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\"`, `"`, "\\\n", "", `\n`, "\n", `\t`, "\t", `\r`, "\r").Replace(s)
}
