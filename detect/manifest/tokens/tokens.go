// Package tokens parts the sources of languages of C's family into words, texts
// and marks, for detectors that look for calls and their constants: Swift, Dart.
package tokens

import "strings"

// Kind is what a token is.
type Kind int

// The kinds of token.
const (
	Word Kind = iota
	Text
	Number
	Mark // one character, or "??"
)

// Token is one word, text, number or mark.
type Token struct {
	Kind Kind
	S    string
	Line int
	// Dynamic says that a text holds what is only known when it runs.
	Dynamic bool
}

// Is reports whether the token is that word or mark.
func (t Token) Is(s string) bool { return (t.Kind == Word || t.Kind == Mark) && t.S == s }

// Syntax is what differs between the languages.
type Syntax struct {
	Single bool   // 'a' is a text
	Raw    string // what stands before a text without escapes: "r", "#"
	Hole   string // what begins an expression in a text: `\(`, "$"
	Nested bool   // comments nest
}

type lexer struct {
	s    string
	i    int
	line int
	syn  Syntax
	out  []Token
}

// Of parts a text. What is not closed goes to the end.
func Of(text string, syn Syntax) []Token {
	l := &lexer{s: text, line: 1, syn: syn}
	for l.i < len(l.s) {
		l.next()
	}
	return l.out
}

func (l *lexer) next() {
	c := l.s[l.i]
	rest := l.s[l.i:]
	switch {
	case c == '\n':
		l.line++
		l.i++
	case c == ' ' || c == '\t' || c == '\r':
		l.i++
	case strings.HasPrefix(rest, "//"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			l.i += n
		} else {
			l.i = len(l.s)
		}
	case strings.HasPrefix(rest, "/*"):
		l.comment()
	case c == '"' || c == '\'' && l.syn.Single:
		l.text(0, false)
	case l.syn.Raw != "" && strings.HasPrefix(rest, l.syn.Raw) && len(rest) > len(l.syn.Raw) && (rest[len(l.syn.Raw)] == '"' || rest[len(l.syn.Raw)] == '\'' && l.syn.Single):
		l.text(len(l.syn.Raw), true)
	case letter(c):
		n := 1
		for n < len(rest) && (letter(rest[n]) || digit(rest[n])) {
			n++
		}
		l.add(Word, rest[:n])
		l.i += n
	case digit(c):
		n := 1
		for n < len(rest) && (letter(rest[n]) || digit(rest[n])) {
			n++
		}
		l.add(Number, strings.ReplaceAll(rest[:n], "_", ""))
		l.i += n
	default:
		n := 1
		if strings.HasPrefix(rest, "??") {
			n = 2
		}
		l.add(Mark, rest[:n])
		l.i += n
	}
}

func (l *lexer) add(k Kind, s string) { l.out = append(l.out, Token{Kind: k, S: s, Line: l.line}) }

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) comment() {
	depth := 0
	for l.i < len(l.s) {
		switch {
		case strings.HasPrefix(l.s[l.i:], "/*"):
			if depth == 0 || l.syn.Nested {
				depth++
			}
			l.i += 2
		case strings.HasPrefix(l.s[l.i:], "*/"):
			depth--
			l.i += 2
			if depth <= 0 {
				return
			}
		default:
			if l.s[l.i] == '\n' {
				l.line++
			}
			l.i++
		}
	}
}

// text reads a text of one quote or three.
func (l *lexer) text(prefix int, raw bool) {
	t := Token{Kind: Text, Line: l.line}
	l.i += prefix
	quote := l.s[l.i : l.i+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(l.s[l.i:], triple) {
		quote = triple
	}
	l.i += len(quote)
	var b strings.Builder
	for l.i < len(l.s) && !strings.HasPrefix(l.s[l.i:], quote) {
		c := l.s[l.i]
		switch {
		case c == '\n' && len(quote) == 1:
			l.out = append(l.out, t) // not closed on its line: no text to be trusted
			return
		case !raw && l.syn.Hole != "" && strings.HasPrefix(l.s[l.i:], l.syn.Hole):
			t.Dynamic = true
			l.hole()
			continue
		case !raw && c == '\\' && l.i+1 < len(l.s):
			l.i++
			c = l.s[l.i]
			if c == 'n' {
				c = '\n'
			}
		}
		if l.s[l.i] == '\n' {
			l.line++
		}
		b.WriteByte(c)
		l.i++
	}
	l.i = min(len(l.s), l.i+len(quote)+prefixEnd(l.syn.Raw, prefix))
	t.S = b.String()
	l.out = append(l.out, t)
}

// prefixEnd is the length of what closes behind the quote: "#" does, "r" does not.
func prefixEnd(raw string, prefix int) int {
	if raw == "#" {
		return prefix
	}
	return 0
}

// hole skips an expression in a text, with the brackets in it.
func (l *lexer) hole() {
	l.i += len(l.syn.Hole)
	depth := strings.Count(l.syn.Hole, "(")
	if depth == 0 {
		if l.i >= len(l.s) || l.s[l.i] != '{' {
			return // a name, which is read as a part of the text
		}
		l.i++
		depth = 1
	}
	for l.i < len(l.s) && depth > 0 && l.s[l.i] != '\n' {
		switch l.s[l.i] {
		case '(', '{':
			depth++
		case ')', '}':
			depth--
		}
		l.i++
	}
}

// Close is the index of the bracket that closes the one at i; len(t) where there is none.
// It goes for other languages' tokens as well, which tell the same of themselves.
func Close[T interface{ Is(string) bool }](t []T, i int) int {
	depth := 0
	for j := i; j < len(t); j++ {
		switch {
		case t[j].Is("("), t[j].Is("["), t[j].Is("{"):
			depth++
		case t[j].Is(")"), t[j].Is("]"), t[j].Is("}"):
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(t)
}

// Split parts tokens at the commas of their own level.
func Split(t []Token) [][]Token {
	var out [][]Token
	start := 0
	for i := 0; i < len(t); i++ {
		switch {
		case t[i].Is("("), t[i].Is("["), t[i].Is("{"):
			i = min(Close(t, i), len(t)-1)
		case t[i].Is(","):
			out = append(out, t[start:i])
			start = i + 1
		}
	}
	if start < len(t) {
		out = append(out, t[start:])
	}
	return out
}

// Arg is the argument of that label among split ones, as "name: value" has it.
func Arg(args [][]Token, label string) []Token {
	for _, a := range args {
		if len(a) > 2 && a[0].Kind == Word && a[0].S == label && a[1].Is(":") {
			return a[2:]
		}
	}
	return nil
}

// TextOf is the value of an expression that is one constant text.
func TextOf(t []Token) (string, bool) {
	if len(t) == 1 && t[0].Kind == Text && !t[0].Dynamic {
		return t[0].S, true
	}
	return "", false
}
