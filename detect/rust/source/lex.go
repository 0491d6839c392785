// Package source reads Rust's syntax as far as token trees, the form in which
// the language itself hands code to macros
// (https://doc.rust-lang.org/reference/macros.html): words, literals and signs, with
// everything between brackets below the bracket. That is enough to find calls,
// constants and attributes, and never mistakes a comment or a string for code.
package source

import (
	"strings"
	"unicode/utf8"

	"dockgen/detect/manifest/trees"
)

// Token is one token of Rust, or a group of them. A word is without the r# of a raw one,
// and a lifetime is a character.
type Token = trees.Token

// The kinds of tokens.
const (
	Ident  = trees.Ident
	String = trees.String
	Number = trees.Number
	Sign   = trees.Sign
	Group  = trees.Group
)

type lexer struct{ trees.Reader }

// Parse returns the token trees of a file.
func Parse(src string) []Token {
	l := &lexer{trees.Reader{Src: src, Line: 1}}
	if strings.HasPrefix(src, "#!") && !strings.HasPrefix(src, "#![") { // a script's first line
		l.SkipLine()
	}
	return l.Trees(l)
}

// Blank skips white space and comments; block comments nest.
func (l *lexer) Blank() {
	for l.Pos < len(l.Src) {
		rest := l.Rest()
		switch {
		case rest[0] == '\n':
			l.Line++
			l.Pos++
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r':
			l.Pos++
		case strings.HasPrefix(rest, "//"):
			l.SkipLine()
		case strings.HasPrefix(rest, "/*"):
			l.Pos += 2
			for depth := 1; depth > 0 && l.Pos < len(l.Src); {
				switch rest := l.Rest(); {
				case strings.HasPrefix(rest, "/*"):
					depth++
					l.Pos += 2
				case strings.HasPrefix(rest, "*/"):
					depth--
					l.Pos += 2
				default:
					if rest[0] == '\n' {
						l.Line++
					}
					l.Pos++
				}
			}
		default:
			return
		}
	}
}

// Token reads one token.
func (l *lexer) Token() Token {
	line, c := l.Line, l.Src[l.Pos]
	switch {
	case c == '"':
		return Token{Kind: String, Text: l.quoted(), Line: line}
	case c == '\'':
		return Token{Kind: trees.Char, Text: l.char(), Line: line}
	case trees.Digit(c):
		return Token{Kind: Number, Text: l.number(), Line: line}
	case trees.WordStart(c):
		w := l.Word()
		rest := l.Rest()
		switch {
		case (w == "b" || w == "c") && strings.HasPrefix(rest, `"`):
			return Token{Kind: String, Text: l.quoted(), Line: line}
		case w == "b" && strings.HasPrefix(rest, "'"):
			return Token{Kind: trees.Char, Text: l.char(), Line: line}
		case (w == "r" || w == "br" || w == "cr") && strings.HasPrefix(strings.TrimLeft(rest, "#"), `"`):
			return Token{Kind: String, Text: l.raw(), Line: line}
		case w == "r" && len(rest) > 1 && rest[0] == '#' && trees.WordStart(rest[1]):
			l.Pos++
			return Token{Kind: Ident, Text: l.Word(), Line: line}
		}
		return Token{Kind: Ident, Text: w, Line: line}
	}
	l.Pos++
	return Token{Kind: Sign, Text: string(c), Line: line}
}

// number reads a number; a dot belongs to it where a digit follows.
func (l *lexer) number() string {
	start := l.Pos
	for l.Pos < len(l.Src) {
		c := l.Src[l.Pos]
		if c == '.' && l.Pos+1 < len(l.Src) && trees.Digit(l.Src[l.Pos+1]) && !strings.Contains(l.Src[start:l.Pos], ".") {
			l.Pos++
			continue
		}
		if !trees.Digit(c) && !trees.WordStart(c) {
			break
		}
		l.Pos++
	}
	text := strings.ReplaceAll(l.Src[start:l.Pos], "_", "")
	if !strings.HasPrefix(text, "0x") {
		if i := strings.IndexAny(text, "iuf"); i > 0 {
			text = text[:i]
		}
	}
	return text
}

// quoted reads a string in double quotes.
func (l *lexer) quoted() string {
	var b strings.Builder
	l.Pos++
	for l.Pos < len(l.Src) {
		c := l.Src[l.Pos]
		l.Pos++
		switch c {
		case '"':
			return b.String()
		case '\n':
			l.Line++
			b.WriteByte(c)
		case '\\':
			l.escape(&b)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escape reads what follows a backslash. A line end there takes the white space
// of the next lines with it.
func (l *lexer) escape(b *strings.Builder) {
	if l.Pos >= len(l.Src) {
		return
	}
	c := l.Src[l.Pos]
	l.Pos++
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r', '0':
		b.WriteByte(' ')
	case '\n':
		l.Line++
		for l.Pos < len(l.Src) && strings.IndexByte(" \t\n", l.Src[l.Pos]) >= 0 {
			if l.Src[l.Pos] == '\n' {
				l.Line++
			}
			l.Pos++
		}
	default:
		b.WriteByte(c)
	}
}

// raw reads r"..." with any number of #.
func (l *lexer) raw() string {
	hashes := 0
	for l.Pos < len(l.Src) && l.Src[l.Pos] == '#' {
		hashes++
		l.Pos++
	}
	l.Pos++ // the quote
	end := `"` + strings.Repeat("#", hashes)
	text := l.Src[min(l.Pos, len(l.Src)):]
	if i := strings.Index(text, end); i >= 0 {
		text = text[:i]
		l.Pos += len(end)
	}
	l.Pos += len(text)
	l.Line += strings.Count(text, "\n")
	return text
}

// char reads 'x', '\n' or the lifetime 'a.
func (l *lexer) char() string {
	rest := l.Src[l.Pos+1:]
	if strings.HasPrefix(rest, `\`) {
		if i := strings.IndexByte(rest[min(2, len(rest)):], '\''); i >= 0 && i < 12 {
			l.Pos += i + 4
			return rest[:i+2]
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	if size > 0 && strings.HasPrefix(rest[size:], "'") {
		if rest[0] == '\n' {
			l.Line++
		}
		l.Pos += size + 2
		return rest[:size]
	}
	l.Pos++
	return l.Word()
}
