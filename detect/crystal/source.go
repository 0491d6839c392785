package crystal

import "strings"

// token is a word, a literal or a sign of a Crystal source.
type token struct {
	text   string
	quoted bool // a string literal; one that interpolates is left as it stands
	line   int
}

// lexer reads a source.
type lexer struct {
	src  string
	at   int
	line int
	out  []token
	docs []string // the here-documents that begin after this line, by their last line
}

// tokens reads a source: comments are left out, strings and here-documents are one
// token each (https://crystal-lang.org/reference/syntax_and_semantics/literals/string.html).
func tokens(src string) []token {
	l := &lexer{src: src, line: 1}
	for l.at < len(src) {
		l.next()
	}
	return l.out
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func (l *lexer) next() {
	switch c := l.src[l.at]; {
	case c == '\n':
		l.line++
		l.at++
		for len(l.docs) > 0 {
			l.document(l.docs[0])
			l.docs = l.docs[1:]
		}
	case c == ' ' || c == '\t':
		l.at++
	case c == '#':
		for l.at < len(l.src) && l.src[l.at] != '\n' {
			l.at++
		}
	case c == '"':
		start, line := l.at+1, l.line
		l.quoted('"', 0)
		l.out = append(l.out, token{unescape(l.src[start:max(start, l.at-1)]), true, line})
	case c == '\'' && l.char():
	case strings.HasPrefix(l.src[l.at:], "<<-"):
		l.opens()
	case isWord(c):
		start := l.at
		for l.at < len(l.src) && (isWord(l.src[l.at]) || l.src[l.at] == '?' && l.at+1 < len(l.src) && l.src[l.at+1] != ' ') {
			l.at++
		}
		l.out = append(l.out, token{l.src[start:l.at], false, l.line})
	default:
		l.out = append(l.out, token{string(c), false, l.line})
		l.at++
	}
}

// quoted goes past what ends with that sign; an interpolation in it holds code, which
// may hold strings again. Deeper than anybody writes it is no source.
func (l *lexer) quoted(end byte, depth int) {
	for l.at++; l.at < len(l.src) && l.src[l.at] != end; l.at++ {
		switch c := l.src[l.at]; {
		case c == '\\':
			l.at++
		case c == '\n':
			l.line++
		case c == '"' && end == '}' && depth < 20:
			l.quoted('"', depth+1)
			l.at--
		case c == '{' && depth < 20 && (end == '}' || l.src[l.at-1] == '#'):
			l.quoted('}', depth+1)
			l.at--
		}
	}
	l.at = min(l.at+1, len(l.src))
}

// char goes past a character literal, which may be a quotation mark.
func (l *lexer) char() bool {
	for n := l.at + 2; n < min(len(l.src), l.at+12); n++ {
		if l.src[n] == '\'' && (l.src[n-1] != '\\' || l.src[n-2] == '\\') {
			l.at = n + 1
			return true
		}
	}
	return false
}

// opens reads the word that ends a here-document: <<-TEXT or <<-'TEXT'.
func (l *lexer) opens() {
	l.at += len("<<-")
	name := strings.TrimPrefix(l.src[l.at:], "'")
	n := 0
	for n < len(name) && isWord(name[n]) {
		n++
	}
	if n > 0 {
		l.docs = append(l.docs, name[:n])
	}
}

// document goes past the lines up to the one that is the word alone.
func (l *lexer) document(end string) {
	start, line := l.at, l.line
	for l.at < len(l.src) {
		text, _, more := strings.Cut(l.src[l.at:], "\n")
		if strings.TrimSpace(text) == end {
			l.out = append(l.out, token{l.src[start:l.at], true, line})
			l.at += len(text)
			return
		}
		l.at += len(text)
		if more {
			l.at++
			l.line++
		}
	}
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
