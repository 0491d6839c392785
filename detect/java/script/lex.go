// Package script reads the languages in which projects for the JVM are built and
// written: Groovy, Kotlin, Java and Scala. It knows strings, comments, blocks,
// calls and assignments, and no types: enough to read what a build file states,
// and to find a call in a source. What it can't read it steps over.
package script

import "strings"

// Kind is what a token is.
type Kind uint8

// The kinds of token.
const (
	End     Kind = iota
	Newline      // one or more line ends
	Ident
	String
	Number
	Punct
)

// Part is a piece of a string: literal text, or the dotted name of a variable
// that the string holds, as in "$version" and "${project.version}".
type Part struct{ Text, Ref string }

// Token is one word of a source.
type Token struct {
	Kind  Kind
	Text  string // of a string, without quotes, references as "${name}"
	Line  int
	Parts []Part // of a string
}

// Is reports whether the token is that identifier or punctuation.
func (t Token) Is(text string) bool { return (t.Kind == Punct || t.Kind == Ident) && t.Text == text }

// Dialect says how a language writes its strings.
type Dialect struct {
	SingleQuoted bool // 'text' is a string, as in Groovy, and no character
	Interpolated bool // "$name" and "${name}" stand for values
}

// The dialects.
var (
	Groovy = Dialect{SingleQuoted: true, Interpolated: true}
	Kotlin = Dialect{Interpolated: true}
	Java   = Dialect{}
	Scala  = Dialect{}
)

type lexer struct {
	src  string
	pos  int
	line int
	d    Dialect
	out  []Token
}

// Lex splits a source into its tokens; comments are left out. The last one is End.
func Lex(src []byte, d Dialect) []Token {
	l := &lexer{src: string(src), line: 1, d: d}
	for l.pos < len(l.src) {
		l.next()
	}
	return append(l.out, Token{Kind: End, Line: l.line})
}

func (l *lexer) add(k Kind, text string, line int, parts []Part) {
	l.out = append(l.out, Token{k, text, line, parts})
}

func (l *lexer) next() {
	c := l.src[l.pos]
	rest := l.src[l.pos:]
	switch {
	case c == '\n':
		if n := len(l.out); n > 0 && l.out[n-1].Kind != Newline {
			l.add(Newline, "\n", l.line, nil)
		}
		l.line++
		l.pos++
	case c == ' ' || c == '\t' || c == '\r' || c == '\f':
		l.pos++
	case c == '\\' && strings.HasPrefix(rest, "\\\n"):
		l.line++
		l.pos += 2
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "#!"):
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			l.pos += i
		} else {
			l.pos = len(l.src)
		}
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			end = len(rest) - 4
		}
		l.line += strings.Count(rest[:end+4], "\n")
		l.pos += end + 4
	case c == '"', c == '\'' && (l.d.SingleQuoted || isChar(rest)):
		l.text(c)
	case c == '`':
		end := strings.IndexAny(rest[1:], "`\n")
		if end < 0 || rest[1+end] != '`' {
			l.pos++
			return
		}
		l.add(Ident, rest[1:1+end], l.line, nil)
		l.pos += end + 2
	case isLetter(c):
		n := 1
		for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n])) {
			n++
		}
		l.add(Ident, rest[:n], l.line, nil)
		l.pos += n
	case isDigit(c):
		n := 1
		for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n]) || rest[n] == '.' && n+1 < len(rest) && isDigit(rest[n+1])) {
			n++
		}
		l.add(Number, strings.TrimRight(strings.ReplaceAll(rest[:n], "_", ""), "lLdDfF"), l.line, nil)
		l.pos += n
	default:
		n := 1
		for _, op := range operators {
			if strings.HasPrefix(rest, op) {
				n = len(op)
				break
			}
		}
		l.add(Punct, rest[:n], l.line, nil)
		l.pos += n
	}
}

// operators of more than one character; the longer ones first.
var operators = []string{"++=", "%%%", "<<=", "::", ":=", "+=", "->", "<-", "=>", "?:", "?.", "!!", "%%", "==", "!=", "&&", "||"}

// isChar reports whether the text begins with a character literal; a lone quote
// is Scala's symbol or part of a comment's prose.
func isChar(s string) bool {
	return len(s) > 2 && (s[1] == '\\' || s[2] == '\'' || s[1] >= 0x80)
}

// text reads a string that begins with the quote; three of them make one that
// goes over lines.
func (l *lexer) text(quote byte) {
	start, q := l.line, string(quote)
	long := strings.HasPrefix(l.src[l.pos:], strings.Repeat(q, 3))
	if long {
		q = strings.Repeat(q, 3)
	}
	l.pos += len(q)
	var parts []Part
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			parts = append(parts, Part{Text: lit.String()})
			lit.Reset()
		}
	}
	for l.pos < len(l.src) && !strings.HasPrefix(l.src[l.pos:], q) {
		switch c := l.src[l.pos]; {
		case c == '\n' && !long:
			l.pos-- // an unclosed string ends with its line
			flush()
			l.add(String, join(parts), start, parts)
			l.pos++
			return
		case c == '\\' && l.pos+1 < len(l.src):
			lit.WriteString(unescape(l.src[l.pos+1]))
			if l.src[l.pos+1] == '\n' {
				l.line++
			}
			l.pos += 2
		case c == '$' && quote == '"' && l.d.Interpolated && l.reference(&parts, flush):
		default:
			if c == '\n' {
				l.line++
			}
			lit.WriteByte(c)
			l.pos++
		}
	}
	flush()
	l.pos = min(l.pos+len(q), len(l.src))
	l.add(String, join(parts), start, parts)
}

// reference reads $name or ${expression}; an expression that is no dotted name
// becomes a reference that nothing can resolve.
func (l *lexer) reference(parts *[]Part, flush func()) bool {
	rest := l.src[l.pos+1:]
	var name string
	switch {
	case strings.HasPrefix(rest, "{"):
		end := strings.IndexByte(rest, '}')
		if end < 0 || strings.ContainsRune(rest[:end], '\n') {
			return false
		}
		name = strings.TrimSpace(rest[1:end])
		if strings.ContainsAny(name, "\"'(){}+ ") && !strings.HasPrefix(name, "property(") && !strings.HasPrefix(name, "project.property(") {
			name = "?"
		}
		l.pos += end + 2
	case rest != "" && isLetter(rest[0]) && rest[0] != '$':
		n := 1
		for n < len(rest) && (isLetter(rest[n]) && rest[n] != '$' || isDigit(rest[n])) {
			n++
		}
		name = rest[:n]
		l.pos += n + 1
	default:
		return false
	}
	flush()
	*parts = append(*parts, Part{Ref: name})
	return true
}

func join(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Ref != "" {
			b.WriteString("${" + p.Ref + "}")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '\n':
		return ""
	}
	return string(c)
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
