// Package trees reads sources as token trees: words, literals and signs, with everything
// between brackets below the bracket. That is enough to find calls, constants and what
// they are given, and never mistakes a comment or a string for code.
//
// What is the same in every language stands here: brackets, words, lines. A language
// brings a Lexer, which knows its comments and its literals.
package trees

import (
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a token.
type Kind uint8

// The kinds of tokens.
const (
	Ident  Kind = iota // a word
	String             // Text is what the literal stands for
	Number             // Text has neither separators nor the type behind the digits
	Char               // a character
	Sign               // one character of punctuation
	Group              // Text is the opening bracket, Inner what is inside
)

// Token is one token, or a group of them.
type Token struct {
	Kind  Kind
	Text  string
	Line  int
	Inner []Token
}

// Is reports whether the token is that sign or word.
func (t Token) Is(text string) bool {
	return (t.Kind == Sign || t.Kind == Ident) && t.Text == text
}

// IsGroup reports whether the token is a group in that bracket.
func (t Token) IsGroup(open string) bool { return t.Kind == Group && t.Text == open }

// maxDepth is deeper than any program's brackets; what is below it is not looked at.
const maxDepth = 200

// Lexer reads the tokens of a language from a Reader, which it goes on past what it reads.
type Lexer interface {
	// Blank skips white space and comments.
	Blank()
	// Token reads the token that begins here, which is no bracket.
	Token() Token
}

// Reader is a text and the place in it.
type Reader struct {
	Src  string
	Pos  int
	Line int // of Pos, from 1
}

// Trees reads the whole text. What is not of the language gives what can be made of it:
// a bracket that nothing closes ends with the text, one that opens nothing is passed over.
func (r *Reader) Trees(l Lexer) []Token { return r.trees(l, 0, 0) }

// trees reads up to the closing bracket.
func (r *Reader) trees(l Lexer, closing byte, depth int) []Token {
	var out []Token
	for {
		l.Blank()
		if r.Pos >= len(r.Src) {
			return out
		}
		c := r.Src[r.Pos]
		switch {
		case c == closing:
			r.Pos++
			return out
		case c == ')' || c == ']' || c == '}':
			if closing != 0 { // closes something above
				return out
			}
			r.Pos++
		case c == '(' || c == '[' || c == '{':
			t := Token{Kind: Group, Text: string(c), Line: r.Line}
			r.Pos++
			if depth < maxDepth {
				t.Inner = r.trees(l, closer(c), depth+1)
			}
			out = append(out, t)
		default:
			out = append(out, l.Token())
		}
	}
}

func closer(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	}
	return '}'
}

// Rest is the text from here.
func (r *Reader) Rest() string { return r.Src[r.Pos:] }

// Word reads a word, "" where none begins here.
func (r *Reader) Word() string {
	start := r.Pos
	for r.Pos < len(r.Src) && (WordStart(r.Src[r.Pos]) || Digit(r.Src[r.Pos])) {
		r.Pos++
	}
	return r.Src[start:r.Pos]
}

// SkipLine goes on to the end of the line.
func (r *Reader) SkipLine() {
	if i := strings.IndexByte(r.Rest(), '\n'); i >= 0 {
		r.Pos += i
	} else {
		r.Pos = len(r.Src)
	}
}

// Skip goes on by n bytes, and counts their lines.
func (r *Reader) Skip(n int) {
	r.Line += strings.Count(r.Src[r.Pos:r.Pos+n], "\n")
	r.Pos += n
}

// WordStart reports whether a word can begin with that byte.
func WordStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// Digit reports whether the byte is a decimal digit.
func Digit(c byte) bool { return c >= '0' && c <= '9' }

// Split cuts tokens at a sign; what is empty is left out.
func Split(ts []Token, sign string) [][]Token {
	var out [][]Token
	start := 0
	for i, t := range ts {
		if t.Is(sign) {
			if i > start {
				out = append(out, ts[start:i])
			}
			start = i + 1
		}
	}
	if start < len(ts) {
		out = append(out, ts[start:])
	}
	return out
}
