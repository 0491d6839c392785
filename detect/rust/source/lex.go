// Package source reads Rust's syntax as far as token trees, the form in which
// the language itself hands code to macros
// (https://doc.rust-lang.org/reference/macros.html): words, literals and signs, with
// everything between brackets below the bracket. That is enough to find calls,
// constants and attributes, and never mistakes a comment or a string for code.
package source

import (
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a token.
type Kind uint8

// The kinds of tokens.
const (
	Ident    Kind = iota // a word, without the r# of a raw one
	String               // Text is what the literal stands for
	Number               // Text has neither "_" nor the type behind the digits
	Char                 // a character, or a lifetime
	Sign                 // one character of punctuation
	Group                // Text is the opening bracket, Inner what is inside
	maxDepth = 256
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

type lexer struct {
	src  string
	pos  int
	line int
}

// Parse returns the token trees of a file. What is no Rust gives what can be made
// of it: brackets that do not match end at the end of the text.
func Parse(src string) []Token {
	l := &lexer{src: src, line: 1}
	if strings.HasPrefix(src, "#!") && !strings.HasPrefix(src, "#![") { // a script's first line
		l.skipLine()
	}
	return l.trees(0, 0)
}

// trees reads up to the closing bracket.
func (l *lexer) trees(closing byte, depth int) []Token {
	var out []Token
	for {
		l.blank()
		if l.pos >= len(l.src) {
			return out
		}
		c := l.src[l.pos]
		switch {
		case c == closing && closing != 0:
			l.pos++
			return out
		case c == ')' || c == ']' || c == '}':
			if closing != 0 { // closes something above
				return out
			}
			l.pos++
		case c == '(' || c == '[' || c == '{':
			t := Token{Kind: Group, Text: string(c), Line: l.line}
			l.pos++
			if depth < maxDepth {
				t.Inner = l.trees(map[byte]byte{'(': ')', '[': ']', '{': '}'}[c], depth+1)
			}
			out = append(out, t)
		default:
			out = append(out, l.token())
		}
	}
}

// blank skips white space and comments; block comments nest.
func (l *lexer) blank() {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		switch {
		case rest[0] == '\n':
			l.line++
			l.pos++
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r':
			l.pos++
		case strings.HasPrefix(rest, "//"):
			l.skipLine()
		case strings.HasPrefix(rest, "/*"):
			l.pos += 2
			for depth := 1; depth > 0 && l.pos < len(l.src); {
				switch rest := l.src[l.pos:]; {
				case strings.HasPrefix(rest, "/*"):
					depth++
					l.pos += 2
				case strings.HasPrefix(rest, "*/"):
					depth--
					l.pos += 2
				default:
					if rest[0] == '\n' {
						l.line++
					}
					l.pos++
				}
			}
		default:
			return
		}
	}
}

func (l *lexer) skipLine() {
	if i := strings.IndexByte(l.src[l.pos:], '\n'); i >= 0 {
		l.pos += i
	} else {
		l.pos = len(l.src)
	}
}

func wordStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) word() string {
	start := l.pos
	for l.pos < len(l.src) && (wordStart(l.src[l.pos]) || digit(l.src[l.pos])) {
		l.pos++
	}
	return l.src[start:l.pos]
}

func (l *lexer) token() Token {
	line, c := l.line, l.src[l.pos]
	switch {
	case c == '"':
		return Token{Kind: String, Text: l.quoted(), Line: line}
	case c == '\'':
		return Token{Kind: Char, Text: l.char(), Line: line}
	case digit(c):
		return Token{Kind: Number, Text: l.number(), Line: line}
	case wordStart(c):
		w := l.word()
		rest := l.src[l.pos:]
		switch {
		case (w == "b" || w == "c") && strings.HasPrefix(rest, `"`):
			return Token{Kind: String, Text: l.quoted(), Line: line}
		case w == "b" && strings.HasPrefix(rest, "'"):
			return Token{Kind: Char, Text: l.char(), Line: line}
		case (w == "r" || w == "br" || w == "cr") && strings.HasPrefix(strings.TrimLeft(rest, "#"), `"`):
			return Token{Kind: String, Text: l.raw(), Line: line}
		case w == "r" && len(rest) > 1 && rest[0] == '#' && wordStart(rest[1]):
			l.pos++
			return Token{Kind: Ident, Text: l.word(), Line: line}
		}
		return Token{Kind: Ident, Text: w, Line: line}
	}
	l.pos++
	return Token{Kind: Sign, Text: string(c), Line: line}
}

// number reads a number; a dot belongs to it where a digit follows.
func (l *lexer) number() string {
	start := l.pos
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if c == '.' && l.pos+1 < len(l.src) && digit(l.src[l.pos+1]) && !strings.Contains(l.src[start:l.pos], ".") {
			l.pos++
			continue
		}
		if !digit(c) && !wordStart(c) {
			break
		}
		l.pos++
	}
	text := strings.ReplaceAll(l.src[start:l.pos], "_", "")
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
	l.pos++
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		l.pos++
		switch c {
		case '"':
			return b.String()
		case '\n':
			l.line++
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
	if l.pos >= len(l.src) {
		return
	}
	c := l.src[l.pos]
	l.pos++
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r', '0':
		b.WriteByte(' ')
	case '\n':
		l.line++
		for l.pos < len(l.src) && strings.IndexByte(" \t\n", l.src[l.pos]) >= 0 {
			if l.src[l.pos] == '\n' {
				l.line++
			}
			l.pos++
		}
	default:
		b.WriteByte(c)
	}
}

// raw reads r"..." with any number of #.
func (l *lexer) raw() string {
	hashes := 0
	for l.pos < len(l.src) && l.src[l.pos] == '#' {
		hashes++
		l.pos++
	}
	l.pos++ // the quote
	end := `"` + strings.Repeat("#", hashes)
	text := l.src[min(l.pos, len(l.src)):]
	if i := strings.Index(text, end); i >= 0 {
		text = text[:i]
		l.pos += len(end)
	}
	l.pos += len(text)
	l.line += strings.Count(text, "\n")
	return text
}

// char reads 'x', '\n' or the lifetime 'a.
func (l *lexer) char() string {
	rest := l.src[l.pos+1:]
	if strings.HasPrefix(rest, `\`) {
		if i := strings.IndexByte(rest[min(2, len(rest)):], '\''); i >= 0 && i < 12 {
			l.pos += i + 4
			return rest[:i+2]
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	if size > 0 && strings.HasPrefix(rest[size:], "'") {
		if rest[0] == '\n' {
			l.line++
		}
		l.pos += size + 2
		return rest[:size]
	}
	l.pos++
	return l.word()
}
