// Package source reads what programs written in C#, F# and Visual Basic call.
//
// It knows words, texts, comments, blocks and the compiler's own conditions, and
// neither types nor the libraries: enough to tell which method is called with which
// constant, under which condition, and from which method.
package source

import "strings"

// Kind is what a token is.
type Kind int

// The kinds of token.
const (
	Word   Kind = iota // identifiers and keywords
	Text               // a string's value
	Number             //
	Mark               // an operator or a bracket, one character, but for "=>", "==", "!=", "??", "&&", "||" and "->"
)

// Token is one word, text, number or mark.
type Token struct {
	Kind Kind
	S    string
	Line int
	// Holes are the expressions of an interpolated text; S has {0}, {1} in their place.
	Holes [][]Token
}

// Is reports whether the token is that mark or word.
func (t Token) Is(s string) bool { return (t.Kind == Mark || t.Kind == Word) && t.S == s }

// Syntax is which language a file is in.
type Syntax int

// The languages.
const (
	CSharp Syntax = iota
	FSharp
	VB
)

// SyntaxOf tells the language by the file's name.
func SyntaxOf(name string) Syntax {
	switch {
	case strings.HasSuffix(name, ".fs"):
		return FSharp
	case strings.HasSuffix(name, ".vb"):
		return VB
	}
	return CSharp
}

// maxHoles is how deep texts in texts are read.
const maxHoles = 4

type lexer struct {
	s       string
	i, line int
	syntax  Syntax
	symbols map[string]bool
	out     []Token
	regions []region
	depth   int
}

// Tokens reads a file. Symbols are those that the compiler knows: what stands under
// #if with others is not compiled, and not read.
func Tokens(text string, syntax Syntax, symbols map[string]bool) []Token {
	// A token and the blanks before it are some six bytes: growing in steps would take
	// several times what large sources need.
	l := &lexer{s: text, line: 1, syntax: syntax, symbols: symbols, out: make([]Token, 0, len(text)/6)}
	l.run()
	return l.out
}

func (l *lexer) add(k Kind, s string, line int) {
	if l.compiled() {
		l.out = append(l.out, Token{Kind: k, S: s, Line: line})
	}
}

func (l *lexer) run() {
	fresh := true // nothing but blanks on this line so far
	for l.i < len(l.s) {
		c := l.s[l.i]
		switch {
		case c == '\n':
			l.line++
			l.i++
			fresh = true
			continue
		case c == ' ' || c == '\t' || c == '\r':
			l.i++
			continue
		case c == '#' && fresh:
			l.directive()
			continue
		case l.comment():
			continue
		}
		fresh = false
		switch {
		case l.text():
		case isLetter(c):
			start := l.i
			for l.i < len(l.s) && (isLetter(l.s[l.i]) || isDigit(l.s[l.i])) {
				l.i++
			}
			l.add(Word, l.s[start:l.i], l.line)
		case isDigit(c):
			start := l.i
			for l.i < len(l.s) && (isDigit(l.s[l.i]) || isLetter(l.s[l.i])) {
				l.i++
			}
			l.add(Number, strings.ReplaceAll(l.s[start:l.i], "_", ""), l.line)
		default:
			n := 1
			for _, two := range []string{"=>", "==", "!=", "??", "&&", "||", "->", "?."} {
				if strings.HasPrefix(l.s[l.i:], two) {
					n = 2
				}
			}
			l.add(Mark, l.s[l.i:l.i+n], l.line)
			l.i += n
		}
	}
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// skipTo moves behind the next end; to the end of the file where there is none.
func (l *lexer) skipTo(end string) {
	n := strings.Index(l.s[l.i:], end)
	if n < 0 {
		n = len(l.s) - l.i
	} else {
		n += len(end)
	}
	l.line += strings.Count(l.s[l.i:l.i+n], "\n")
	l.i += n
}

func (l *lexer) skipLine() {
	if n := strings.IndexByte(l.s[l.i:], '\n'); n >= 0 {
		l.i += n
	} else {
		l.i = len(l.s)
	}
}

// comment skips a comment.
func (l *lexer) comment() bool {
	rest := l.s[l.i:]
	switch {
	case l.syntax == VB && rest[0] == '\'', l.syntax != VB && strings.HasPrefix(rest, "//"):
		l.skipLine()
	case l.syntax == CSharp && strings.HasPrefix(rest, "/*"):
		l.i += 2
		l.skipTo("*/")
	case l.syntax == FSharp && strings.HasPrefix(rest, "(*") && !strings.HasPrefix(rest, "(*)"):
		l.i += 2
		l.skipTo("*)")
	default:
		return false
	}
	return true
}
