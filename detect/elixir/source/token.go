package source

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind int

const (
	eof kind = iota
	newline
	ident // a name in lower case, with ? or ! at its end
	alias // a name in upper case
	atom
	str
	charlist
	number
	key // "name:" before a value
	op
	open
	closing
	sigil
)

// token is one word of the language.
type token struct {
	kind  kind
	text  string // of a string: with its escapes read
	line  int
	space bool // blanks stand before it
	// inner is the code between #{ and } in a string, with its lines.
	inner []code
	mark  byte // of a sigil: its letter
}

type code struct {
	text string
	line int
}

// operators, the longest first, so that the first that fits is the right one.
var operators = strings.Fields(`<<< >>> ||| &&& <~> ~>> <<~ === !== +++ --- ... ^^^ ~~~ |> <> ++ -- && || == != =~ <= >= -> <- => :: .. ** // \\ <~ ~> + - * / < > = ! & | ^ @ . , %`)

// lexer splits a text into tokens. It never fails: what it does not know it skips.
type lexer struct {
	src  string
	at   int
	line int
	out  []token
	// blank says that the token that is being read has a blank before it.
	blank bool
}

func lex(src string, line int) []token {
	l := &lexer{src: src, line: line}
	for l.at < len(l.src) {
		l.next()
	}
	return append(l.out, token{kind: eof, line: l.line})
}

func (l *lexer) emit(k kind, text string, line int) {
	l.out = append(l.out, token{kind: k, text: text, line: line, space: l.blank})
}

func (l *lexer) next() {
	l.blank = false
	for l.at < len(l.src) && (l.src[l.at] == ' ' || l.src[l.at] == '\t' || l.src[l.at] == '\\' && strings.HasPrefix(l.src[l.at:], "\\\n")) {
		if l.src[l.at] == '\\' {
			l.at++
			l.line++
		}
		l.at++
		l.blank = true
	}
	if l.at >= len(l.src) {
		return
	}
	c, line := l.src[l.at], l.line
	rest := l.src[l.at:]
	switch {
	case c == '\n' || c == ';':
		l.at++
		if c == '\n' {
			l.line++
		}
		l.emit(newline, "", line)
	case c == '#':
		if end := strings.IndexByte(rest, '\n'); end >= 0 {
			l.at += end
		} else {
			l.at = len(l.src)
		}
	case c == '"' || c == '\'':
		l.quoted(c, line)
	case c == '~' && len(rest) > 2 && isLetter(rest[1]):
		l.sigil(line)
	case c == ':' && len(rest) > 1 && rest[1] != ':' && l.atom(line):
	case c == '?' && len(rest) > 1:
		l.char(line)
	case c >= '0' && c <= '9':
		l.number(line)
	case isLetter(c) || c == '_' || c >= utf8.RuneSelf:
		l.word(line)
	case strings.HasPrefix(rest, "<<") && !strings.HasPrefix(rest, "<<<"):
		l.at += 2
		l.emit(open, "<<", line)
	case strings.HasPrefix(rest, ">>") && !strings.HasPrefix(rest, ">>>"):
		l.at += 2
		l.emit(closing, ">>", line)
	case strings.IndexByte("([{", c) >= 0:
		l.at++
		l.emit(open, string(c), line)
	case strings.IndexByte(")]}", c) >= 0:
		l.at++
		l.emit(closing, string(c), line)
	default:
		l.operator(rest, line)
	}
}

func (l *lexer) operator(rest string, line int) {
	for _, o := range operators {
		if strings.HasPrefix(rest, o) {
			l.at += len(o)
			l.emit(op, o, line)
			return
		}
	}
	l.at++
}

// word reads a name, and tells a key from it: "name:" with a blank behind.
func (l *lexer) word(line int) {
	start := l.at
	for l.at < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.at:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		l.at += size
	}
	if l.at == start { // a sign of another script
		_, size := utf8.DecodeRuneInString(l.src[l.at:])
		l.at += size
		return
	}
	if l.at < len(l.src) && (l.src[l.at] == '?' || l.src[l.at] == '!') && !strings.HasPrefix(l.src[l.at:], "!=") {
		l.at++
	}
	text := l.src[start:l.at]
	if l.isKey() {
		l.at++
		l.emit(key, text, line)
		return
	}
	k := ident
	if text[0] >= 'A' && text[0] <= 'Z' {
		k = alias
	}
	l.emit(k, text, line)
}

// isKey reports whether a colon follows that ends a key.
func (l *lexer) isKey() bool {
	if l.at >= len(l.src) || l.src[l.at] != ':' {
		return false
	}
	return l.at+1 == len(l.src) || strings.IndexByte(" \t\n", l.src[l.at+1]) >= 0
}

func (l *lexer) number(line int) {
	start := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		dot := c == '.' && l.at+1 < len(l.src) && l.src[l.at+1] >= '0' && l.src[l.at+1] <= '9'
		if !isLetter(c) && c != '_' && (c < '0' || c > '9') && !dot {
			break
		}
		l.at++
	}
	l.emit(number, strings.ReplaceAll(l.src[start:l.at], "_", ""), line)
}

// char reads ?a, the number of a sign.
func (l *lexer) char(line int) {
	l.at++
	if l.src[l.at] == '\\' && l.at+1 < len(l.src) {
		l.at++
	}
	_, size := utf8.DecodeRuneInString(l.src[l.at:])
	if l.src[l.at] == '\n' {
		l.line++
	}
	l.at += size
	l.emit(number, "0", line)
}

// atom reads :name, :"a name" and :+; false where the colon is something else.
func (l *lexer) atom(line int) bool {
	switch c := l.src[l.at+1]; {
	case c == '"' || c == '\'':
		l.at++
		l.quoted(c, line)
		l.out[len(l.out)-1].kind = atom
		return true
	case isLetter(c) || c == '_':
		start := l.at + 1
		l.at++
		for l.at < len(l.src) && (isLetter(l.src[l.at]) || l.src[l.at] == '_' || l.src[l.at] == '@' || l.src[l.at] >= '0' && l.src[l.at] <= '9') {
			l.at++
		}
		if l.at < len(l.src) && (l.src[l.at] == '?' || l.src[l.at] == '!') {
			l.at++
		}
		l.emit(atom, l.src[start:l.at], line)
		return true
	}
	for _, o := range operators {
		if o != "," && strings.HasPrefix(l.src[l.at+1:], o) {
			l.at += 1 + len(o)
			l.emit(atom, o, line)
			return true
		}
	}
	return false
}

// quoted reads a string, a list of characters or a here-document.
func (l *lexer) quoted(quote byte, line int) {
	end := string(quote)
	if triple := strings.Repeat(end, 3); strings.HasPrefix(l.src[l.at:], triple) {
		end = triple
	}
	l.at += len(end)
	text, inner := l.until(end, true)
	k := str
	if quote == '\'' {
		k = charlist
	}
	if len(end) == 1 && l.isKey() {
		l.at++
		k = key
	}
	l.emit(k, text, line)
	l.out[len(l.out)-1].inner = inner
}

// sigil reads ~w(a b), ~r/x/ and ~S"""...""".
func (l *lexer) sigil(line int) {
	mark := l.src[l.at+1]
	l.at++
	for l.at < len(l.src) && isLetter(l.src[l.at]) {
		l.at++
	}
	if l.at >= len(l.src) {
		return
	}
	begin := l.src[l.at : l.at+1]
	var end string
	if i := strings.Index("()[]{}<>", begin); i >= 0 && i%2 == 0 {
		end = "()[]{}<>"[i+1 : i+2]
	} else if strings.ContainsAny(begin, `/|"'`) {
		begin, end = "", begin
		if triple := strings.Repeat(end, 3); (end == `"` || end == "'") && strings.HasPrefix(l.src[l.at:], triple) {
			end = triple
		}
	} else {
		return
	}
	if begin == "" {
		l.at += len(end)
	} else {
		l.at++
	}
	text, inner := l.until(end, mark >= 'a')
	for l.at < len(l.src) && isLetter(l.src[l.at]) {
		l.at++
	}
	l.emit(sigil, text, line)
	l.out[len(l.out)-1].inner, l.out[len(l.out)-1].mark = inner, mark
}

// until reads the text up to the end mark. Escapes are read where escapes is set.
func (l *lexer) until(end string, escapes bool) (string, []code) {
	var b strings.Builder
	var inner []code
	for l.at < len(l.src) {
		rest := l.src[l.at:]
		switch {
		case strings.HasPrefix(rest, end):
			l.at += len(end)
			return b.String(), inner
		case escapes && strings.HasPrefix(rest, "#{"):
			line := l.line
			text := l.interpolation()
			inner = append(inner, code{text, line})
			b.WriteString("#{}")
		case rest[0] == '\\' && len(rest) > 1:
			l.at += 2
			if rest[1] == '\n' {
				l.line++
			}
			if i := strings.IndexByte(`nrt0`, rest[1]); escapes && i >= 0 {
				b.WriteByte("\n\r\t\x00"[i])
			} else {
				if !escapes {
					b.WriteByte('\\')
				}
				b.WriteByte(rest[1])
			}
		default:
			if rest[0] == '\n' {
				l.line++
			}
			b.WriteByte(rest[0])
			l.at++
		}
	}
	return b.String(), inner
}

// interpolation reads from "#{" to the brace that closes it.
func (l *lexer) interpolation() string {
	l.at += 2
	start, depth := l.at, 1
	for l.at < len(l.src) {
		switch l.src[l.at] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				text := l.src[start:l.at]
				l.at++
				return text
			}
		case '\n':
			l.line++
		case '"':
			for l.at++; l.at < len(l.src) && l.src[l.at] != '"'; l.at++ {
				if l.src[l.at] == '\\' {
					l.at++
				}
			}
		}
		l.at++
	}
	l.at = len(l.src)
	return l.src[min(start, len(l.src)):]
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// reserved are the words that end an expression.
var reserved = []string{"do", "end", "else", "after", "rescue", "catch"}

func (t token) isReserved() bool { return t.kind == ident && slices.Contains(reserved, t.text) }
