package crystal

import "strings"

// token is a word, a literal or a sign of a Crystal source.
type token struct {
	text   string
	quoted bool // a string literal; one that interpolates is left as it stands
	line   int
}

// tokens reads a source: comments are left out, strings are one token.
func tokens(src string) []token {
	var out []token
	line := 1
	word := func(c byte) bool {
		return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
	}
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t':
			i++
		case c == '#':
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case c == '"':
			var b strings.Builder
			start := line
			for i++; i < len(src) && src[i] != '"'; i++ {
				if src[i] == '\\' && i+1 < len(src) {
					i++
				}
				if src[i] == '\n' {
					line++
				}
				b.WriteByte(src[i])
			}
			i++
			out = append(out, token{b.String(), true, start})
		case word(c):
			start := i
			for i < len(src) && (word(src[i]) || src[i] == '?' && i+1 < len(src) && src[i+1] != ' ') {
				i++
			}
			out = append(out, token{src[start:i], false, line})
		default:
			out = append(out, token{string(c), false, line})
			i++
		}
	}
	return out
}
