package haskell

import "strings"

// token is a word, a literal or a sign of a Haskell source.
type token struct {
	text   string
	quoted bool
	line   int
}

// is reports whether the token is that word or sign.
func (t token) is(s string) bool { return !t.quoted && t.text == s }

// tokens reads a source: comments, which nest, and pragmas are left out, a string is
// one token (its gap, a backslash before white space up to the next one, is nothing).
func tokens(src string) []token {
	var out []token
	line := 1
	for i := 0; i < len(src); {
		c, rest := src[i], src[i:]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case lineComment(rest):
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case strings.HasPrefix(rest, "{-"):
			n := comment(rest)
			line += strings.Count(rest[:n], "\n")
			i += n
		case c == '"':
			text, n := literal(rest)
			out = append(out, token{text, true, line})
			line += strings.Count(rest[:n], "\n")
			i += n
		case c == '\'' && len(rest) > 2 && rest[1] != '\\' && rest[2] == '\'':
			i += 3
		case c == '\'' && len(rest) > 3 && rest[1] == '\\' && rest[3] == '\'':
			i += 4
		case wordByte(c):
			start := i
			for i < len(src) && (wordByte(src[i]) || src[i] == '\'') {
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

// lineComment reports whether a comment begins: dashes that are part of no operator.
func lineComment(s string) bool {
	rest := strings.TrimLeft(s, "-")
	return len(s)-len(rest) >= 2 && (rest == "" || !strings.ContainsAny(rest[:1], "!#$%&*+./<=>?@\\^|~:"))
}

// comment is the length of a comment that nests.
func comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "{-":
			depth++
			i++
		case "-}":
			i++
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func literal(s string) (text string, n int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i + 1
		case '\\':
			if i++; i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
				for i < len(s) && s[i] != '\\' {
					i++
				}
				continue
			}
			if i < len(s) {
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), len(s)
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
