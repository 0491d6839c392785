package source

import (
	"strings"

	"dockgen/detect/manifest/trees"
)

// path notes the path that begins at i, and the call that it may be.
func (f *File) path(ts []Token, i int, fn *Fn) {
	if i > 0 && ts[i-1].Is(":") && i > 1 && ts[i-2].Is(":") {
		return // inside of one
	}
	method := i > 0 && ts[i-1].Is(".")
	p, n := pathAt(ts, i)
	if !method {
		first, _, more := strings.Cut(p, "::")
		if more || i > 0 && ts[i-1].Is("use") {
			f.Uses[first] = true
		}
	}
	at := i + n
	c := &Call{Path: p, Line: ts[i].Line, Fn: fn}
	switch {
	case at < len(ts) && ts[at].IsGroup("("):
		c.Args = Split(ts[at].Inner, ",")
	case at+1 < len(ts) && ts[at].Is("!") && ts[at+1].Kind == Group && !method:
		c.Macro = true
		c.Args = Split(ts[at+1].Inner, ",")
	default:
		return
	}
	if method {
		c.Recv = receiver(ts, i-1)
		if len(c.Recv) == 0 {
			return
		}
	}
	f.Calls = append(f.Calls, c)
}

// pathAt reads a::b::<T>::c from i and says how many tokens it has.
func pathAt(ts []Token, i int) (string, int) {
	var b strings.Builder
	j := i
	if j+1 < len(ts) && ts[j].Is(":") && ts[j+1].Is(":") {
		j += 2
	}
	for j < len(ts) && ts[j].Kind == Ident {
		b.WriteString(ts[j].Text)
		j++
		if j+2 >= len(ts) || !ts[j].Is(":") || !ts[j+1].Is(":") {
			break
		}
		k := j + 2
		if ts[k].Is("<") { // a turbofish
			k = skipAngles(ts, k) + 1
			if k+2 >= len(ts) || !ts[k].Is(":") || !ts[k+1].Is(":") {
				j = min(k, len(ts))
				break
			}
			k += 2
		}
		if ts[k].Kind != Ident {
			break
		}
		b.WriteString("::")
		j = k
	}
	return b.String(), j - i
}

// skipAngles returns the place of the ">" that closes the "<" at i.
func skipAngles(ts []Token, i int) int {
	depth := 0
	for end := i + maxSpan; i < len(ts); i++ {
		switch {
		case i == end:
			return i
		case ts[i].Is("<"):
			depth++
		case ts[i].Is(">") && !ts[i-1].Is("-") && !ts[i-1].Is("="):
			if depth--; depth == 0 {
				return i
			}
		case ts[i].Is(";"):
			return i
		}
	}
	return len(ts) - 1
}

// receiver is the expression that ends before the "." at dot: words, calls and
// indices joined by dots.
func receiver(ts []Token, dot int) []Token {
	i := dot - 1
	for i >= max(0, dot-maxSpan) {
		t := ts[i]
		switch {
		case t.Kind == Group && t.Text != "{", t.Is("?"):
			i--
			continue
		case t.Kind == Ident, t.Kind == String, t.Kind == Number:
			if i > 0 && (ts[i-1].Is(".") || ts[i-1].Is("!")) {
				i -= 2
				continue
			}
			if i > 1 && ts[i-1].Is(":") && ts[i-2].Is(":") {
				i -= 3
				continue
			}
			return ts[i:dot]
		case t.Is("!"):
			i--
			continue
		case t.Is(">"):
			for ; i >= max(0, dot-maxSpan) && !ts[i].Is("<"); i-- {
			}
			i -= 3 // ::<
			if i < 0 {
				return ts[0:dot]
			}
			continue
		}
		break
	}
	return ts[i+1 : dot]
}

// Split cuts tokens at a sign; what is empty is left out. A closure's parameters
// may be cut, which no caller minds.
func Split(ts []Token, sign string) [][]Token { return trees.Split(ts, sign) }

// Strings yields every string literal in the tokens, at any depth.
func Strings(ts []Token, yield func(Token)) {
	for _, t := range ts {
		if t.Kind == String {
			yield(t)
		}
		Strings(t.Inner, yield)
	}
}

// Named finds the value of name = value, or name(value), among an attribute's
// arguments.
func (a Attr) Named(names ...string) ([]Token, bool) {
	for _, part := range Split(a.Args, ",") {
		if part[0].Kind != Ident {
			continue
		}
		for _, name := range names {
			if part[0].Text != name {
				continue
			}
			switch {
			case len(part) > 2 && part[1].Is("="):
				return part[2:], true
			case len(part) > 1 && part[1].Kind == Group:
				return part[1].Inner, true
			case len(part) == 1:
				return nil, true
			}
		}
	}
	return nil, false
}
