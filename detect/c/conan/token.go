package conan

import "strings"

// kind is what a token of Python is.
type kind uint8

const (
	word kind = iota
	text      // a string literal; its text is what it holds
	mark      // one character
)

type token struct {
	kind kind
	s    string
	line int
}

func (t token) is(s string) bool { return t.kind != text && t.s == s }

// line is one logical line: brackets, backslashes and triple quotes join lines.
type line struct {
	indent int
	toks   []token
}

// lines parts a Python source. What is not closed goes to the end.
func lines(src string) []line {
	var out []line
	var cur line
	no, depth, i := 1, 0, 0
	fresh := true // at the start of a line: what comes is its indent
	end := func() {
		if len(cur.toks) > 0 {
			out = append(out, cur)
		}
		cur, fresh = line{}, true
	}
	for i < len(src) {
		c := src[i]
		if fresh && (c == ' ' || c == '\t') {
			cur.indent++
			if c == '\t' {
				cur.indent += 7
			}
			i++
			continue
		}
		switch {
		case c == '\n':
			no++
			i++
			if depth == 0 {
				end()
			}
			continue
		case c == '\\' && i+1 < len(src) && src[i+1] == '\n':
			no++
			i += 2
			continue
		case c == '#':
			for i < len(src) && src[i] != '\n' {
				i++
			}
			continue
		case c == ' ' || c == '\t' || c == '\r':
			i++
			continue
		}
		fresh = false
		if n, skip := quote(src[i:]); n > 0 {
			at := no
			s, size := literal(src[i+skip:], n, strings.ContainsAny(src[i:i+skip], "rR"))
			no += strings.Count(src[i:i+skip+size], "\n")
			i += skip + size
			if last := len(cur.toks) - 1; last >= 0 && cur.toks[last].kind == text {
				cur.toks[last].s += s // two literals beside each other are one
				continue
			}
			cur.toks = append(cur.toks, token{text, s, at})
			continue
		}
		if letter(c) {
			start := i
			for i < len(src) && (letter(src[i]) || src[i] >= '0' && src[i] <= '9') {
				i++
			}
			cur.toks = append(cur.toks, token{word, src[start:i], no})
			continue
		}
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(0, depth-1)
		}
		cur.toks = append(cur.toks, token{mark, string(c), no})
		i++
	}
	end()
	return out
}

// quote tells how many quotes open a literal at the start of s, 1 or 3, and how long
// its prefix is; 0 for no literal.
func quote(s string) (n, skip int) {
	for skip < len(s) && skip < 2 && strings.IndexByte("rRbBfFuU", s[skip]) >= 0 {
		skip++
	}
	if skip >= len(s) || s[skip] != '"' && s[skip] != '\'' {
		return 0, 0
	}
	if strings.HasPrefix(s[skip:], strings.Repeat(s[skip:skip+1], 3)) {
		return 3, skip
	}
	return 1, skip
}

// literal reads a literal that n quotes open, and its length with all quotes.
func literal(s string, n int, raw bool) (string, int) {
	stop := s[:n]
	var b strings.Builder
	i := n
	for i < len(s) {
		switch {
		case strings.HasPrefix(s[i:], stop):
			return b.String(), i + n
		case s[i] == '\n' && n == 1:
			return b.String(), i
		case s[i] == '\\' && i+1 < len(s):
			if raw {
				b.WriteByte(s[i])
			}
			i++
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String(), len(s)
}

func letter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
