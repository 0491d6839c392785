// Package source reads PHP without running it: tokens with their lines, the
// values of configuration files (arrays, constants, env calls), and the functions
// and classes that a file uses. It understands strings, comments, heredocs and
// what stands outside of <?php; anything else is passed over.
package source

import "strings"

// Kind is what a token is.
type Kind int

// The kinds of token. A comment, white space and what stands outside of PHP are none.
const (
	Name     Kind = iota // an identifier or keyword, with its namespace: \App\Kernel
	Variable             // $name
	String               // a string literal
	Number
	Punct // one or more signs: ( [ => ?? ->
)

// Token is one token. Text of a string is its value; Open says that the string
// holds variables, so that Text is not all of it.
type Token struct {
	Kind Kind
	Text string
	Open bool
	Line int
}

// Is reports whether the token is that sign.
func (t Token) Is(sign string) bool { return t.Kind == Punct && t.Text == sign }

// IsText reports whether the token is a string without variables.
func (t Token) IsText() bool { return t.Kind == String && !t.Open }

// IsName reports whether the token is that word, in whatever case: PHP's
// keywords and functions have none.
func (t Token) IsName(word string) bool { return t.Kind == Name && strings.EqualFold(t.Text, word) }

// maxTokens bounds what is kept of one file.
const maxTokens = 400_000

// Tokens splits a file.
func Tokens(text string) []Token {
	l := lexer{text: text, line: 1}
	for l.outside() && len(l.out) < maxTokens {
		l.inside()
	}
	return l.out
}

type lexer struct {
	text string
	at   int
	line int
	out  []Token
}

// to moves on to an offset and counts the lines between.
func (l *lexer) to(at int) {
	at = min(at, len(l.text))
	l.line += strings.Count(l.text[l.at:at], "\n")
	l.at = at
}

// outside passes over what is no PHP; false at the end.
func (l *lexer) outside() bool {
	i := strings.Index(l.text[l.at:], "<?")
	if i < 0 {
		return false
	}
	l.to(l.at + i + 2)
	rest := l.text[l.at:]
	switch {
	case len(rest) >= 3 && strings.EqualFold(rest[:3], "php"):
		l.to(l.at + 3)
	case strings.HasPrefix(rest, "="):
		l.to(l.at + 1)
	case len(rest) >= 3 && strings.EqualFold(rest[:3], "xml"):
		return l.outside()
	}
	return true
}

// inside reads PHP up to its closing tag.
func (l *lexer) inside() {
	for l.at < len(l.text) && len(l.out) < maxTokens {
		rest := l.text[l.at:]
		switch c := rest[0]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			l.to(l.at + 1)
		case strings.HasPrefix(rest, "?>"):
			l.to(l.at + 2)
			return
		case strings.HasPrefix(rest, "#["): // an attribute, whose words count
			l.punct("#[")
		case c == '#', strings.HasPrefix(rest, "//"):
			l.lineComment()
		case strings.HasPrefix(rest, "/*"):
			l.until("*/")
		case c == '\'':
			l.single()
		case c == '"', c == '`':
			l.double(c)
		case strings.HasPrefix(rest, "<<<"):
			if !l.heredoc() {
				l.punct("<<<")
			}
		case c == '$' && len(rest) > 1 && starts(rest[1]):
			n := 1 + word(rest[1:], false)
			l.add(Variable, rest[:n], n)
		case starts(c) || c == '\\' && len(rest) > 1 && starts(rest[1]):
			n := word(rest, true)
			l.add(Name, rest[:n], n)
		case c >= '0' && c <= '9':
			n := 1
			for n < len(rest) && (rest[n] == '.' || rest[n] == '_' || starts(rest[n]) || rest[n] >= '0' && rest[n] <= '9') {
				n++
			}
			l.add(Number, rest[:n], n)
		default:
			l.sign(rest)
		}
	}
}

func (l *lexer) add(kind Kind, text string, n int) {
	l.out = append(l.out, Token{Kind: kind, Text: text, Line: l.line})
	l.to(l.at + n)
}

func (l *lexer) punct(sign string) { l.add(Punct, sign, len(sign)) }

// signs are those of more than one character that matter.
var signs = []string{"=>", "->", "::", "??", "?->", "...", "===", "!==", "==", "!=", "&&", "||"}

func (l *lexer) sign(rest string) {
	for _, s := range signs {
		if strings.HasPrefix(rest, s) {
			l.punct(s)
			return
		}
	}
	l.punct(rest[:1])
}

// lineComment ends with its line, or with the closing tag.
func (l *lexer) lineComment() {
	end := strings.IndexByte(l.text[l.at:], '\n')
	if end < 0 {
		end = len(l.text) - l.at
	}
	if tag := strings.Index(l.text[l.at:l.at+end], "?>"); tag >= 0 {
		end = tag
	}
	l.to(l.at + end)
}

func (l *lexer) until(mark string) {
	end := strings.Index(l.text[l.at+2:], mark)
	if end < 0 {
		l.to(len(l.text))
		return
	}
	l.to(l.at + 2 + end + len(mark))
}

// single reads a string in which \' and \\ are the only escapes.
func (l *lexer) single() {
	var b strings.Builder
	i := l.at + 1
	for ; i < len(l.text) && l.text[i] != '\''; i++ {
		if l.text[i] == '\\' && i+1 < len(l.text) && (l.text[i+1] == '\'' || l.text[i+1] == '\\') {
			i++
		}
		b.WriteByte(l.text[i])
	}
	l.out = append(l.out, Token{Kind: String, Text: b.String(), Line: l.line})
	l.to(i + 1)
}

// double reads a string that may hold variables.
func (l *lexer) double(quote byte) {
	var b strings.Builder
	open := quote == '`'
	i := l.at + 1
	for ; i < len(l.text) && l.text[i] != quote; i++ {
		switch c := l.text[i]; {
		case c == '\\' && i+1 < len(l.text):
			i++
			b.WriteByte(l.text[i])
		case c == '$' && i+1 < len(l.text) && (starts(l.text[i+1]) || l.text[i+1] == '{'), c == '{' && i+1 < len(l.text) && l.text[i+1] == '$':
			open = true
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	l.out = append(l.out, Token{Kind: String, Text: b.String(), Open: open, Line: l.line})
	l.to(i + 1)
}

// heredoc reads a string that its own word ends, by itself on a line but for
// blanks before it (https://www.php.net/manual/en/language.types.string.php).
func (l *lexer) heredoc() bool {
	rest := l.text[l.at+3:]
	rest = strings.TrimLeft(rest, " \t")
	quote := byte(0)
	if rest != "" && (rest[0] == '\'' || rest[0] == '"') {
		quote, rest = rest[0], rest[1:]
	}
	n := word(rest, false)
	if n == 0 {
		return false
	}
	mark := rest[:n]
	end := strings.IndexByte(rest, '\n')
	if end < 0 {
		return false
	}
	line, start := l.line, len(l.text)-len(rest)+end+1
	for at := start; ; {
		next := strings.IndexByte(l.text[at:], '\n')
		text := l.text[at:]
		if next >= 0 {
			text = l.text[at : at+next]
		}
		trimmed := strings.TrimLeft(text, " \t")
		if strings.HasPrefix(trimmed, mark) && (len(trimmed) == n || !starts(trimmed[n]) && (trimmed[n] < '0' || trimmed[n] > '9')) {
			body := strings.TrimSuffix(l.text[start:at], "\n")
			l.out = append(l.out, Token{Kind: String, Text: body, Open: quote != '\'' && strings.Contains(body, "$"), Line: line})
			l.to(at + len(text) - len(trimmed) + n)
			return true
		}
		if next < 0 {
			l.to(len(l.text))
			return true
		}
		at += next + 1
	}
}

func starts(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// word is the length of the identifier at the start, with its namespace where that is asked for.
func word(s string, names bool) int {
	n := 0
	for n < len(s) && (starts(s[n]) || n > 0 && s[n] >= '0' && s[n] <= '9' || names && s[n] == '\\' && n+1 < len(s) && starts(s[n+1])) {
		n++
	}
	return n
}
