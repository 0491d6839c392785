// Package csource reads C and C++ as far as token trees: words, literals and signs,
// with everything between brackets below the bracket. No macro is expanded and both
// branches of an #if are taken, but those for other systems (branches.go), which is
// enough to find calls and constants.
package csource

import (
	"strings"

	"dockgen/detect/manifest/trees"
)

// Token is one token of C, or a group of them.
type Token = trees.Token

// The kinds of tokens.
const (
	Ident  = trees.Ident
	String = trees.String
	Number = trees.Number
	Sign   = trees.Sign
	Group  = trees.Group
)

// Call is a call, or what looks like one.
type Call struct {
	Name string // the last word before the parenthesis
	On   string // the class or namespace that it is named in, as "ConnectionProvider"
	Args [][]Token
	Line int
}

// File is what is known of one file.
type File struct {
	Tokens   []Token
	Calls    []Call
	Defines  map[string][]Token
	Values   map[string][]Token // what variables are given: the first value of each
	Numbers  map[string]Token   // and the first that is a plain number
	Includes []string
	Main     bool // has a main function
}

type lexer struct {
	trees.Reader
	file    *File  // that directives tell of; nil in the value of one, where none stands
	certain []bool // of each open #if: whether the branches behind are left out
}

// NewFile reads a file.
func NewFile(src string) *File {
	f := &File{Defines: map[string][]Token{}, Values: map[string][]Token{}, Numbers: map[string]Token{}}
	l := &lexer{Reader: trees.Reader{Src: src, Line: 1}, file: f}
	f.Tokens = l.Trees(l)
	f.walk(f.Tokens)
	return f
}

// Blank skips white space and comments, and notes directives.
func (l *lexer) Blank() {
	for l.Pos < len(l.Src) {
		rest := l.Rest()
		switch {
		case rest[0] == '\n':
			l.Line++
			l.Pos++
		case strings.IndexByte(" \t\r\f\v", rest[0]) >= 0, strings.HasPrefix(rest, "\\\n"):
			l.Pos++
		case strings.HasPrefix(rest, "//"):
			l.logicalLine()
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				l.Pos = len(l.Src)
				return
			}
			l.Skip(end + 4)
		case rest[0] == '#' && l.file != nil && strings.TrimSpace(l.Src[strings.LastIndexByte(l.Src[:l.Pos], '\n')+1:l.Pos]) == "":
			l.directive()
		default:
			return
		}
	}
}

// logicalLine takes the rest of the line, and of those that it is continued on.
func (l *lexer) logicalLine() string {
	start := l.Pos
	for l.Pos < len(l.Src) {
		i := strings.IndexByte(l.Rest(), '\n')
		if i < 0 {
			l.Pos = len(l.Src)
			break
		}
		l.Pos += i
		if i == 0 || l.Src[l.Pos-1] != '\\' {
			break
		}
		l.Line++
		l.Pos++
	}
	return l.Src[start:l.Pos]
}

// directive notes #define NAME value and #include.
func (l *lexer) directive() {
	line := l.Line
	text := strings.TrimSpace(strings.TrimPrefix(l.logicalLine(), "#"))
	word, rest := directiveWord(text)
	switch word {
	case "if", "ifdef", "ifndef", "elif", "else", "endif":
		l.branch(word, rest)
	case "include":
		if len(rest) > 2 {
			if end := strings.IndexAny(rest[1:], `>"`); end > 0 {
				l.file.Includes = append(l.file.Includes, rest[1:1+end])
			}
		}
	case "define":
		in := &lexer{Reader: trees.Reader{Src: rest, Line: line}}
		if ts := in.Trees(in); len(ts) > 1 && ts[0].Kind == Ident {
			l.file.Defines[ts[0].Text] = ts[1:]
		}
	}
}

// Token reads one token.
func (l *lexer) Token() Token {
	line, c := l.Line, l.Src[l.Pos]
	switch {
	case c == '"':
		return Token{Kind: String, Text: l.quoted('"'), Line: line}
	case c == '\'':
		return Token{Kind: trees.Char, Text: l.quoted('\''), Line: line}
	case trees.Digit(c):
		start := l.Pos
		for l.Pos < len(l.Src) && (trees.Digit(l.Src[l.Pos]) || trees.WordStart(l.Src[l.Pos]) || l.Src[l.Pos] == '.' || l.Src[l.Pos] == '\'' && l.Pos+1 < len(l.Src) && trees.Digit(l.Src[l.Pos+1])) {
			l.Pos++
		}
		return Token{Kind: Number, Text: strings.TrimRight(strings.ReplaceAll(l.Src[start:l.Pos], "'", ""), "uUlL"), Line: line}
	case trees.WordStart(c):
		w := l.Word()
		rest := l.Rest()
		if strings.HasSuffix(w, "R") && len(w) < 4 && strings.HasPrefix(rest, `"`) {
			if open := strings.IndexByte(rest, '('); open > 0 && open < 20 {
				end := ")" + rest[1:open] + `"`
				text := rest[open+1:]
				n := len(rest)
				if i := strings.Index(text, end); i >= 0 {
					text = text[:i]
					n = open + 1 + i + len(end)
				}
				l.Skip(n)
				return Token{Kind: String, Text: text, Line: line}
			}
		}
		return Token{Kind: Ident, Text: w, Line: line}
	}
	l.Pos++
	return Token{Kind: Sign, Text: string(c), Line: line}
}

// quoted reads a literal up to its closing quote or the end of the line.
func (l *lexer) quoted(quote byte) string {
	var b strings.Builder
	l.Pos++
	for l.Pos < len(l.Src) {
		c := l.Src[l.Pos]
		switch {
		case c == quote:
			l.Pos++
			return b.String()
		case c == '\n':
			return b.String()
		case c == '\\' && l.Pos+1 < len(l.Src):
			l.Pos++
			if l.Src[l.Pos] == '\n' {
				l.Line++
			} else {
				b.WriteByte(l.Src[l.Pos])
			}
			l.Pos++
		default:
			b.WriteByte(c)
			l.Pos++
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
			on := ""
			if i > 2 && ts[i-1].Is(":") && ts[i-2].Is(":") && ts[i-3].Kind == Ident {
				on = ts[i-3].Text
			}
			f.Calls = append(f.Calls, Call{t.Text, on, trees.Split(next.Inner, ","), t.Line})
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
	if _, ok := f.Numbers[name]; !ok && len(ts) == 1 && ts[0].Kind == Number {
		f.Numbers[name] = ts[0]
	}
}
