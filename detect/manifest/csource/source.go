// Package csource reads C and C++ as far as token trees: words, literals and signs,
// with everything between brackets below the bracket. No macro is expanded and both
// branches of every #if are taken, which is enough to find calls and constants.
package csource

import "strings"

// Kind is the kind of a token.
type Kind uint8

// The kinds of tokens.
const (
	Ident  Kind = iota
	String      // Text is what the literal holds
	Number
	Sign
	Group    // Text is the opening bracket
	maxDepth = 200
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

// Call is a call, or what looks like one.
type Call struct {
	Name string // the last word before the parenthesis
	Args [][]Token
	Line int
}

// File is what is known of one file.
type File struct {
	Tokens   []Token
	Calls    []Call
	Defines  map[string][]Token
	Values   map[string][]Token // what variables are given: the first value of each
	Includes []string
	Main     bool // has a main function
}

type lexer struct {
	src       string
	pos, line int
	file      *File
}

// NewFile reads a file.
func NewFile(src string) *File {
	f := &File{Defines: map[string][]Token{}, Values: map[string][]Token{}}
	l := &lexer{src: src, line: 1, file: f}
	f.Tokens = l.trees(0, 0)
	f.walk(f.Tokens)
	return f
}

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
			if closing != 0 {
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

// blank skips white space, comments and directives.
func (l *lexer) blank() {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		switch {
		case rest[0] == '\n':
			l.line++
			l.pos++
		case strings.IndexByte(" \t\r\f\v", rest[0]) >= 0, strings.HasPrefix(rest, "\\\n"):
			l.pos++
		case strings.HasPrefix(rest, "//"):
			l.logicalLine()
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				l.pos = len(l.src)
				return
			}
			l.line += strings.Count(rest[:end+4], "\n")
			l.pos += end + 4
		case rest[0] == '#' && strings.TrimSpace(l.src[strings.LastIndexByte(l.src[:l.pos], '\n')+1:l.pos]) == "":
			l.directive()
		default:
			return
		}
	}
}

// logicalLine takes the rest of the line, and of those that it is continued on.
func (l *lexer) logicalLine() string {
	start := l.pos
	for l.pos < len(l.src) {
		i := strings.IndexByte(l.src[l.pos:], '\n')
		if i < 0 {
			l.pos = len(l.src)
			break
		}
		l.pos += i
		if i == 0 || l.src[l.pos-1] != '\\' {
			break
		}
		l.line++
		l.pos++
	}
	return l.src[start:l.pos]
}

// directive notes #define NAME value and #include.
func (l *lexer) directive() {
	line := l.line
	text := strings.TrimSpace(strings.TrimPrefix(l.logicalLine(), "#"))
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "include":
		if len(rest) > 2 {
			if end := strings.IndexAny(rest[1:], `>"`); end > 0 {
				l.file.Includes = append(l.file.Includes, rest[1:1+end])
			}
		}
	case "define":
		in := &lexer{src: rest, line: line, file: &File{Defines: map[string][]Token{}, Values: map[string][]Token{}}}
		ts := in.trees(0, maxDepth-8)
		if len(ts) > 1 && ts[0].Kind == Ident {
			l.file.Defines[ts[0].Text] = ts[1:]
		}
	}
}

func wordStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) token() Token {
	line, c := l.line, l.src[l.pos]
	switch {
	case c == '"':
		return Token{Kind: String, Text: l.quoted('"'), Line: line}
	case c == '\'':
		return Token{Kind: Sign, Text: "'" + l.quoted('\''), Line: line}
	case digit(c):
		start := l.pos
		for l.pos < len(l.src) && (digit(l.src[l.pos]) || wordStart(l.src[l.pos]) || l.src[l.pos] == '.' || l.src[l.pos] == '\'' && l.pos+1 < len(l.src) && digit(l.src[l.pos+1])) {
			l.pos++
		}
		return Token{Kind: Number, Text: strings.TrimRight(strings.ReplaceAll(l.src[start:l.pos], "'", ""), "uUlL"), Line: line}
	case wordStart(c):
		start := l.pos
		for l.pos < len(l.src) && (wordStart(l.src[l.pos]) || digit(l.src[l.pos])) {
			l.pos++
		}
		w := l.src[start:l.pos]
		rest := l.src[l.pos:]
		if strings.HasSuffix(w, "R") && len(w) < 4 && strings.HasPrefix(rest, `"`) {
			if open := strings.IndexByte(rest, '('); open > 0 && open < 20 {
				end := ")" + rest[1:open] + `"`
				text := rest[open+1:]
				n := len(rest)
				if i := strings.Index(text, end); i >= 0 {
					text = text[:i]
					n = open + 1 + i + len(end)
				}
				l.line += strings.Count(rest[:n], "\n")
				l.pos += n
				return Token{Kind: String, Text: text, Line: line}
			}
		}
		return Token{Kind: Ident, Text: w, Line: line}
	}
	l.pos++
	return Token{Kind: Sign, Text: string(c), Line: line}
}

// quoted reads a literal up to its closing quote or the end of the line.
func (l *lexer) quoted(quote byte) string {
	var b strings.Builder
	l.pos++
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == quote:
			l.pos++
			return b.String()
		case c == '\n':
			return b.String()
		case c == '\\' && l.pos+1 < len(l.src):
			l.pos++
			if l.src[l.pos] == '\n' {
				l.line++
			} else {
				b.WriteByte(l.src[l.pos])
			}
			l.pos++
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
	return b.String()
}

// walk notes calls, and what variables are given.
func (f *File) walk(ts []Token) {
	for i, t := range ts {
		if t.Kind == Group {
			f.walk(t.Inner)
			continue
		}
		if t.Kind != Ident || i+1 >= len(ts) {
			continue
		}
		next := ts[i+1]
		switch {
		case next.Kind == Group && next.Text == "(":
			f.Calls = append(f.Calls, Call{t.Text, Split(next.Inner), t.Line})
			if t.Text == "main" && i > 0 && ts[i-1].Kind == Ident && i+2 < len(ts) && ts[i+2].Kind == Group {
				f.Main = true
			}
		case next.Kind == Group && next.Text == "{" && i > 0 && ts[i-1].Kind == Ident: // uint16_t port{8080}
			f.value(t.Text, next.Inner)
		case next.Is("=") && i+2 < len(ts) && !ts[i+2].Is("="):
			end := i + 2
			for end < len(ts) && !ts[end].Is(";") && !ts[end].Is(",") {
				end++
			}
			f.value(t.Text, ts[i+2:end])
		}
	}
}

func (f *File) value(name string, ts []Token) {
	if _, ok := f.Values[name]; !ok && len(ts) > 0 {
		f.Values[name] = ts
	}
}

// Split cuts arguments at the commas.
func Split(ts []Token) [][]Token {
	var out [][]Token
	start := 0
	for i, t := range ts {
		if t.Is(",") {
			out = append(out, ts[start:i])
			start = i + 1
		}
	}
	if start < len(ts) {
		out = append(out, ts[start:])
	}
	return out
}
