// Package source parts R's sources into tokens, and finds the calls in them with
// their arguments, the packages that they load and the annotations of plumber.
//
// It is no interpreter: what a program computes while it runs stays unknown. The
// grammar is that of https://cran.r-project.org/doc/manuals/r-release/R-lang.html.
package source

import (
	"strings"
)

// Kind is what a token is.
type Kind int

// The kinds of token.
const (
	Name Kind = iota
	Text
	Number
	Mark
	Newline // one that ends an expression: not within parentheses
)

// Token is one word, text, number or mark.
type Token struct {
	Kind Kind
	S    string
	Line int
}

// Is reports whether the token is that name or mark.
func (t Token) Is(s string) bool { return (t.Kind == Name || t.Kind == Mark) && t.S == s }

// Tag is an annotation in a comment before a function: "#* @get /health".
type Tag struct {
	Name string // without the at sign
	Text string
	Line int
}

type lexer struct {
	s    string
	i    int
	line int
	open []byte // the brackets that are open
	out  []Token
	tags []Tag
}

// marks are the operators of more than one character, the longest first.
var marks = []string{"<<-", "->>", ":::", "<-", "->", "|>", "::", "==", "<=", ">=", "!=", "&&", "||", ":="}

// maxTokens bounds what is kept of one file.
const maxTokens = 1 << 20

func (l *lexer) add(k Kind, s string) {
	l.out = append(l.out, Token{Kind: k, S: s, Line: l.line})
}

// tokenize parts a text. What is not closed goes to the end.
func tokenize(text string) ([]Token, []Tag) {
	l := &lexer{s: text, line: 1}
	for l.i < len(l.s) && len(l.out) < maxTokens {
		l.next()
	}
	return l.out, l.tags
}

func (l *lexer) next() {
	c, rest := l.s[l.i], l.s[l.i:]
	switch {
	case c == '\n':
		if len(l.open) == 0 || l.open[len(l.open)-1] == '{' {
			l.add(Newline, "\n")
		}
		l.line++
		l.i++
	case c == ' ', c == '\t', c == '\f', c == '\r':
		l.i++
	case c == '#':
		l.comment()
	case (c == 'r' || c == 'R') && rawOpen(rest) > 0:
		l.raw(rest)
	case c == '"', c == '\'':
		l.text(c, Text)
	case c == '`':
		l.text(c, Name)
	case digit(c), c == '.' && len(rest) > 1 && digit(rest[1]):
		l.number(rest)
	case letter(c), c == '.':
		n := 1
		for n < len(rest) && (letter(rest[n]) || digit(rest[n]) || rest[n] == '.') {
			n++
		}
		l.add(Name, rest[:n])
		l.i += n
	case c == '%':
		n := strings.IndexAny(rest[1:], "%\n")
		if n < 0 || rest[n+1] == '\n' {
			l.i++
			return
		}
		l.add(Mark, rest[:n+2])
		l.i += n + 2
	default:
		l.mark(c, rest)
	}
}

func (l *lexer) mark(c byte, rest string) {
	switch c {
	case '(', '[', '{':
		l.open = append(l.open, c)
	case ')', ']', '}':
		if n := len(l.open); n > 0 {
			l.open = l.open[:n-1]
		}
	}
	for _, m := range marks {
		if strings.HasPrefix(rest, m) {
			l.add(Mark, m)
			l.i += len(m)
			return
		}
	}
	l.add(Mark, rest[:1])
	l.i++
}

// comment skips to the end of the line, and keeps what is an annotation: plumber
// reads those of "#*" and "#'" (https://www.rplumber.io/articles/annotations.html).
func (l *lexer) comment() {
	text, _, _ := strings.Cut(l.s[l.i:], "\n")
	l.i += len(text)
	if !strings.HasPrefix(text, "#*") && !strings.HasPrefix(text, "#'") {
		return
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(text[2:]), " ")
	if name, ok := strings.CutPrefix(word, "@"); ok {
		l.tags = append(l.tags, Tag{Name: name, Text: strings.TrimSpace(rest), Line: l.line})
	}
}

func (l *lexer) number(rest string) {
	n := 1
	for n < len(rest) && (digit(rest[n]) || letter(rest[n]) || rest[n] == '.' || (rest[n] == '-' || rest[n] == '+') && (rest[n-1] == 'e' || rest[n-1] == 'E') && !strings.HasPrefix(rest, "0x")) {
		n++
	}
	l.add(Number, strings.TrimSuffix(rest[:n], "L"))
	l.i += n
}

// text reads a quoted text, or a name in backticks.
func (l *lexer) text(quote byte, kind Kind) {
	t := Token{Kind: kind, Line: l.line}
	var b strings.Builder
	for l.i++; l.i < len(l.s) && l.s[l.i] != quote; l.i++ {
		c := l.s[l.i]
		if c == '\\' && l.i+1 < len(l.s) {
			l.i++
			switch c = l.s[l.i]; c {
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			}
		}
		if l.s[l.i] == '\n' {
			l.line++
		}
		b.WriteByte(c)
	}
	l.i = min(l.i+1, len(l.s))
	t.S = b.String()
	l.out = append(l.out, t)
}

// rawOpen is the length of what opens a raw text, as r"( or R'---[; 0 for none.
func rawOpen(s string) int {
	if len(s) < 3 || s[1] != '"' && s[1] != '\'' {
		return 0
	}
	n := 2
	for n < len(s) && s[n] == '-' {
		n++
	}
	if n < len(s) && strings.IndexByte("([{", s[n]) >= 0 {
		return n + 1
	}
	return 0
}

func (l *lexer) raw(rest string) {
	n := rawOpen(rest)
	end := map[byte]string{'(': ")", '[': "]", '{': "}"}[rest[n-1]] + rest[2:n-1] + rest[1:2]
	body, _, closed := strings.Cut(rest[n:], end)
	l.add(Text, body)
	l.line += strings.Count(body, "\n")
	l.i += n + len(body)
	if closed {
		l.i += len(end)
	}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
