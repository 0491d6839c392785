package c

import "strings"

// command is one command of a CMake file: name(args)
// (https://cmake.org/cmake/help/latest/manual/cmake-language.7.html).
type command struct {
	name string
	args []string
	line int
}

// cmakeCommands reads a file: comments and brackets are known, and nothing is
// expanded yet. An unquoted list stays one word.
func cmakeCommands(src string) []command {
	var out []command
	line, i := 1, 0
	skipComment := func() bool {
		if src[i] != '#' {
			return false
		}
		if end := bracket(src[i+1:]); end > 0 {
			line += strings.Count(src[i:i+1+end], "\n")
			i += 1 + end
			return true
		}
		for i < len(src) && src[i] != '\n' {
			i++
		}
		return true
	}
	for i < len(src) {
		c := src[i]
		switch {
		case c == '\n':
			line++
			i++
		case skipComment():
		case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			start := i
			for i < len(src) && (src[i] == '_' || src[i] >= '0' && src[i] <= '9' || src[i] >= 'a' && src[i] <= 'z' || src[i] >= 'A' && src[i] <= 'Z') {
				i++
			}
			cmd := command{name: strings.ToLower(src[start:i]), line: line}
			for i < len(src) && (src[i] == ' ' || src[i] == '\t') {
				i++
			}
			if i >= len(src) || src[i] != '(' {
				continue
			}
			i++
			for depth := 1; i < len(src) && depth > 0; {
				switch c := src[i]; {
				case c == '\n':
					line++
					i++
				case c == ' ' || c == '\t' || c == '\r' || c == ';':
					i++
				case c == '(':
					depth++
					i++
					cmd.args = append(cmd.args, "(")
				case c == ')':
					if depth--; depth > 0 {
						cmd.args = append(cmd.args, ")")
					}
					i++
				case skipComment():
				case c == '"':
					var b strings.Builder
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
					cmd.args = append(cmd.args, b.String())
				default:
					if end := bracket(src[i:]); end > 0 {
						cmd.args = append(cmd.args, src[i:i+end])
						line += strings.Count(src[i:i+end], "\n")
						i += end
						continue
					}
					word := unquoted(src[i:])
					line += strings.Count(word, "\n")
					i += len(word)
					cmd.args = append(cmd.args, word)
				}
			}
			out = append(out, cmd)
		default:
			i++
		}
	}
	return out
}

// unquoted is the argument without quotes around it that s begins with: a backslash
// takes the next character's meaning away, and quotes within (-DNAME="a b") are part
// of it (https://cmake.org/cmake/help/latest/manual/cmake-language.7.html#unquoted-argument).
func unquoted(s string) string {
	i := 0
	for i < len(s) {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i += 2
		case c == '"':
			end := strings.IndexByte(s[i+1:], '"')
			if end < 0 {
				return s[:i+1]
			}
			i += end + 2
		case strings.IndexByte(" \t\r\n();#", c) >= 0:
			return s[:max(i, 1)]
		default:
			i++
		}
	}
	return s
}

// bracket is the length of [[...]] or [=[...]=] at the start of s, 0 for none.
func bracket(s string) int {
	if !strings.HasPrefix(s, "[") {
		return 0
	}
	n := 1
	for n < len(s) && s[n] == '=' {
		n++
	}
	if n >= len(s) || s[n] != '[' {
		return 0
	}
	end := strings.Index(s, "]"+strings.Repeat("=", n-1)+"]")
	if end < 0 {
		return len(s)
	}
	return end + n + 1
}
