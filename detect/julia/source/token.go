// Package source reads Julia's sources as far as it takes to see what a program calls,
// where it listens and what it reads from its environment. Nothing is evaluated.
// https://docs.julialang.org/en/v1/manual/strings
package source

import "strings"

// Kind is what a token is.
type Kind int

// The kinds of token.
const (
	Word   Kind = iota // a name or keyword; that of a macro with its "@"
	Text               // a string, or a command in backticks
	Number             // as it stands, without "_"
	Mark               // one character, or a line's end "\n"
)

// Token is one word, text, number or mark.
type Token struct {
	Kind   Kind
	S      string
	Line   int
	Prefix string    // of a text: ip"...", r"..."; "`" of a command
	Holes  [][]Token // of a text: what is interpolated

	fn   int  // index of the innermost function that it stands in, -1 for none
	mod  int  // index of the innermost module that it stands in, -1 for none
	loop bool // it stands in a loop
	part bool // it stands in brackets, not in a block
}

// Is reports whether the token is that word or mark.
func (t Token) Is(s string) bool { return (t.Kind == Word || t.Kind == Mark) && t.S == s }

// Plain reports whether the token is a text that nothing is interpolated into.
func (t Token) Plain() bool { return t.Kind == Text && len(t.Holes) == 0 && t.Prefix != "`" }

// maxHoles is how deep texts are read inside one another, and maxHole how long what is
// interpolated may be. What a hole holds may be read again where it is not closed:
// budget is how much, in all.
const (
	maxHoles = 4
	maxHole  = 4 << 10
)

type lexer struct {
	s      string
	i      int
	line   int
	depth  int
	budget *int
	out    []Token
}

// Tokens parts a source. What is not closed goes to the end.
func Tokens(text string) []Token {
	budget := 2*len(text) + maxHole
	l := &lexer{s: text, line: 1, budget: &budget}
	for l.i < len(l.s) {
		l.next()
	}
	return l.out
}

func (l *lexer) add(kind Kind, s string, line int) {
	l.out = append(l.out, Token{Kind: kind, S: s, Line: line, fn: -1, mod: -1})
}

func (l *lexer) next() {
	c, rest := l.s[l.i], l.s[l.i:]
	switch {
	case c == '\n':
		l.add(Mark, "\n", l.line)
		l.line++
		l.i++
	case c == ' ' || c == '\t' || c == '\r':
		l.i++
	case strings.HasPrefix(rest, "#="):
		l.comment()
	case c == '#':
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			l.i += n
		} else {
			l.i = len(l.s)
		}
	case c == '"' || c == '`':
		l.text("")
	case c == '\'':
		l.character()
	case c >= '0' && c <= '9':
		l.number()
	case wordByte(c) || c == '@' && len(rest) > 1 && wordByte(rest[1]):
		l.word()
	default:
		l.add(Mark, string(rune(c)), l.line)
		l.i++
	}
}

// comment skips one that nests.
func (l *lexer) comment() {
	depth := 0
	for l.i < len(l.s) {
		switch rest := l.s[l.i:]; {
		case strings.HasPrefix(rest, "#="):
			depth++
			l.i += 2
		case strings.HasPrefix(rest, "=#"):
			l.i += 2
			if depth--; depth == 0 {
				return
			}
		default:
			if rest[0] == '\n' {
				l.line++
			}
			l.i++
		}
	}
}

// character skips 'a'; behind a value the sign is the adjoint.
func (l *lexer) character() {
	if l.i > 0 {
		if p := l.s[l.i-1]; wordByte(p) || p >= '0' && p <= '9' || strings.IndexByte(")]}'.", p) >= 0 {
			l.i++
			return
		}
	}
	end := l.i + 1
	if end < len(l.s) && l.s[end] == '\\' {
		end++
	}
	for n := 0; end < len(l.s) && n < 12; n++ {
		if end++; end < len(l.s) && l.s[end] == '\'' {
			l.i = end + 1
			return
		}
		if end < len(l.s) && l.s[end] == '\n' {
			break
		}
	}
	l.i++
}

func (l *lexer) number() {
	start := l.i
	for l.i < len(l.s) && (wordByte(l.s[l.i]) || l.s[l.i] >= '0' && l.s[l.i] <= '9' || l.s[l.i] == '.' && l.i+1 < len(l.s) && l.s[l.i+1] >= '0' && l.s[l.i+1] <= '9') {
		l.i++
	}
	l.add(Number, strings.ReplaceAll(l.s[start:l.i], "_", ""), l.line)
}

// word reads a name, which may end in "!", or the prefix of a text.
func (l *lexer) word() {
	start := l.i
	l.i++
	for l.i < len(l.s) {
		c := l.s[l.i]
		if wordByte(c) || c >= '0' && c <= '9' || c == '!' && (l.i+1 == len(l.s) || l.s[l.i+1] != '=') {
			l.i++
			continue
		}
		break
	}
	name := l.s[start:l.i]
	if l.i < len(l.s) && (l.s[l.i] == '"' || l.s[l.i] == '`') && name[0] != '@' {
		l.text(name)
		return
	}
	l.add(Word, name, l.line)
}

// text reads a string or a command. One with a prefix interpolates nothing.
func (l *lexer) text(prefix string) {
	quote, line := l.s[l.i:l.i+1], l.line
	if strings.HasPrefix(l.s[l.i:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	l.i += len(quote)
	t := Token{Kind: Text, Line: line, Prefix: prefix, fn: -1, mod: -1}
	if quote[0] == '`' {
		t.Prefix = "`"
	}
	var b strings.Builder
	for l.i < len(l.s) && !strings.HasPrefix(l.s[l.i:], quote) {
		c := l.s[l.i]
		switch {
		case c == '\\' && l.i+1 < len(l.s):
			if prefix != "" && l.s[l.i+1] != '"' {
				b.WriteByte(c)
			}
			l.i++
			b.WriteByte(l.s[l.i])
		case c == '$' && prefix == "":
			if hole := l.hole(); hole != nil {
				t.Holes = append(t.Holes, hole)
				continue
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
		if l.s[l.i] == '\n' {
			l.line++
		}
		l.i++
	}
	l.i = min(l.i+len(quote), len(l.s))
	if prefix != "" {
		for l.i < len(l.s) && wordByte(l.s[l.i]) { // the flags of r"..."i
			l.i++
		}
	}
	t.S = b.String()
	l.out = append(l.out, t)
}

// hole reads what a "$" interpolates, and goes behind it; nil where that is nothing.
func (l *lexer) hole() []Token {
	rest := l.s[l.i+1:]
	if rest == "" {
		return nil
	}
	if rest[0] != '(' {
		n := 0
		for n < len(rest) && (wordByte(rest[n]) || n > 0 && rest[n] >= '0' && rest[n] <= '9') {
			n++
		}
		if n == 0 {
			return nil
		}
		l.i += 1 + n
		return []Token{{Kind: Word, S: rest[:n], Line: l.line, fn: -1, mod: -1}}
	}
	if l.depth >= maxHoles || *l.budget <= 0 {
		return nil
	}
	// What is inside may hold parentheses and texts of its own.
	inner := &lexer{s: rest[:min(len(rest), maxHole)], i: 1, line: l.line, depth: l.depth + 1, budget: l.budget}
	defer func() { *l.budget -= inner.i }()
	depth := 1
	for inner.i < len(inner.s) {
		before := len(inner.out)
		inner.next()
		for _, t := range inner.out[before:] {
			switch {
			case t.Is("("):
				depth++
			case t.Is(")"):
				depth--
			}
		}
		if depth == 0 {
			l.i += 1 + inner.i
			l.line = inner.line
			return inner.out[:len(inner.out)-1]
		}
	}
	return nil
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
