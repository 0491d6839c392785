package source

import (
	"strconv"
	"strings"
)

// text reads a string or a character.
func (l *lexer) text() bool {
	rest := l.s[l.i:]
	prefix := 0
	for prefix < len(rest) && prefix < 4 && (rest[prefix] == '$' || rest[prefix] == '@') {
		prefix++
	}
	quotes := 0
	for prefix+quotes < len(rest) && rest[prefix+quotes] == '"' {
		quotes++
	}
	dollars := strings.Count(rest[:prefix], "$")
	verbatim := strings.Contains(rest[:prefix], "@") || l.syntax == VB
	line := l.line
	switch {
	case quotes >= 3: // raw in C#, and without escapes in F#
		end := strings.Index(rest[prefix+quotes:], rest[prefix:prefix+quotes])
		if end < 0 {
			l.i = len(l.s)
			return true
		}
		body := rest[prefix+quotes : prefix+quotes+end]
		l.i += prefix + quotes + end + quotes
		l.line += strings.Count(body, "\n")
		l.addText(body, dollars, line)
		return true
	case quotes == 2 && prefix+2 <= len(rest): // empty
		l.i += prefix + 2
		l.addText("", 0, line)
		return true
	case quotes == 1:
		body, n, ok := scanQuoted(rest[prefix+1:], verbatim, dollars > 0)
		l.i += prefix + 1 + n
		l.line += strings.Count(rest[:min(len(rest), prefix+1+n)], "\n")
		if ok {
			l.addText(body, dollars, line)
		}
		return true
	case rest[0] == '\'' && l.syntax != VB:
		return l.character(rest)
	}
	return false
}

// character reads 'x'; in F# a quote may be part of a type's name as well.
func (l *lexer) character(rest string) bool {
	for _, n := range []int{3, 4, 8} { // 'x', '\n', '\u0041'
		if len(rest) >= n && rest[n-1] == '\'' && (n == 3 && rest[1] != '\\' || n > 3 && rest[1] == '\\') {
			l.i += n
			l.add(Text, rest[1:n-1], l.line)
			return true
		}
	}
	return false
}

// scanQuoted reads up to the closing quote. In an interpolated text, quotes inside of
// holes belong to the holes.
func scanQuoted(s string, verbatim, interpolated bool) (body string, n int, ok bool) {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case interpolated && c == '{' && depth == 0 && i+1 < len(s) && s[i+1] == '{',
			interpolated && c == '}' && depth == 0 && i+1 < len(s) && s[i+1] == '}':
			b.WriteByte(c)
			b.WriteByte(c)
			i++
		case interpolated && c == '{':
			depth++
			b.WriteByte(c)
		case interpolated && c == '}' && depth > 0:
			depth--
			b.WriteByte(c)
		case depth > 0:
			b.WriteByte(c)
			if c == '\n' && !verbatim {
				return "", i, false
			}
		case c == '"' && verbatim && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case c == '"':
			return b.String(), i + 1, true
		case c == '\n' && !verbatim:
			return "", i, false // F#'s may go on, which no address and no path does
		case c == '\\' && !verbatim && i+1 < len(s):
			i++
			i += escape(&b, s[i:])
		default:
			b.WriteByte(c)
		}
	}
	return "", len(s), false
}

// escape writes what stands behind a backslash and returns how much more than one
// character it took.
func escape(b *strings.Builder, s string) int {
	switch s[0] {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'u':
		if len(s) >= 5 {
			if r, err := strconv.ParseUint(s[1:5], 16, 32); err == nil {
				b.WriteRune(rune(r))
				return 4
			}
		}
	default:
		b.WriteByte(s[0])
	}
	return 0
}

// addText adds a text; of an interpolated one the holes are read as expressions.
func (l *lexer) addText(body string, dollars, line int) {
	if !l.compiled() {
		return
	}
	t := Token{Kind: Text, S: body, Line: line}
	if dollars == 0 || l.depth >= maxHoles {
		l.out = append(l.out, t)
		return
	}
	open, shut := strings.Repeat("{", dollars), strings.Repeat("}", dollars)
	var b strings.Builder
	for {
		at := strings.Index(body, open)
		if at < 0 {
			break
		}
		if dollars == 1 && strings.HasPrefix(body[at+1:], "{") { // an escaped brace
			b.WriteString(body[:at+1])
			body = body[at+2:]
			continue
		}
		end := strings.Index(body[at:], shut)
		if end < 0 {
			break
		}
		hole := &lexer{s: body[at+len(open) : at+end], line: line, syntax: l.syntax, depth: l.depth + 1}
		hole.run()
		b.WriteString(body[:at] + "{" + strconv.Itoa(len(t.Holes)) + "}")
		t.Holes = append(t.Holes, hole.out)
		body = body[at+end+len(shut):]
	}
	b.WriteString(strings.ReplaceAll(body, "}}", "}"))
	t.S = b.String()
	l.out = append(l.out, t)
}
