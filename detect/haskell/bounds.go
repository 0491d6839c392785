package haskell

import (
	"strconv"
	"strings"
)

// inRange reports whether a version is within bounds as Cabal writes them: operators,
// "&&", "||", parentheses, "==1.2.*", "^>=1.2", sets in braces, commas for "or" as in
// tested-with. What can't be read allows everything.
// https://cabal.readthedocs.io/en/stable/cabal-package-description-file.html#pkg-field-build-depends
func inRange(version, bounds string) bool {
	r := &ranges{s: bounds, v: numbers(version)}
	ok := r.or(0)
	if r.bad || strings.TrimSpace(r.s) != "" {
		return true
	}
	return ok
}

type ranges struct {
	s   string
	v   []int
	bad bool
}

func (r *ranges) take(words ...string) bool {
	r.s = strings.TrimLeft(r.s, " \t\n")
	for _, w := range words {
		if rest, ok := strings.CutPrefix(r.s, w); ok {
			r.s = rest
			return true
		}
	}
	return false
}

func (r *ranges) or(depth int) bool {
	ok := r.and(depth)
	for !r.bad && r.take("||", ",") {
		r.take(",")
		ok = r.and(depth) || ok
	}
	return ok
}

func (r *ranges) and(depth int) bool {
	ok := r.one(depth)
	for !r.bad && r.take("&&") {
		ok = r.one(depth) && ok
	}
	return ok
}

func (r *ranges) one(depth int) bool {
	if depth > 20 {
		r.bad = true
		return true
	}
	if r.take("(") {
		ok := r.or(depth + 1)
		r.bad = r.bad || !r.take(")")
		return ok
	}
	op := ""
	for _, o := range []string{"^>=", ">=", "<=", "==", ">", "<", "-any", "-none"} {
		if r.take(o) {
			op = o
			break
		}
	}
	switch op {
	case "":
		r.bad = true
		return true
	case "-any", "-none":
		return op == "-any"
	}
	if r.take("{") {
		ok := false
		for !r.bad {
			ok = r.compare(op) || ok
			if !r.take(",") {
				break
			}
		}
		r.bad = r.bad || !r.take("}")
		return ok
	}
	return r.compare(op)
}

// compare takes a version and holds the asked one against it.
func (r *ranges) compare(op string) bool {
	r.take()
	n := 0
	for n < len(r.s) && (r.s[n] >= '0' && r.s[n] <= '9' || r.s[n] == '.' || r.s[n] == '*') {
		n++
	}
	text := r.s[:n]
	r.s = r.s[n:]
	prefix, wild := strings.CutSuffix(text, ".*")
	w := numbers(prefix)
	if len(w) == 0 {
		r.bad = true
		return true
	}
	c := order(r.v, w)
	switch op {
	case ">=":
		return c >= 0
	case ">":
		return c > 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case "^>=":
		upper := append(append([]int(nil), w...), 0)[:2]
		upper[1]++
		return c >= 0 && order(r.v, upper) < 0
	}
	if wild {
		return len(r.v) >= len(w) && order(r.v[:len(w)], w) == 0
	}
	// A line of the catalogue stands for all its releases.
	return len(w) > 2 && len(r.v) > 2 && order(r.v[:2], w[:2]) == 0 || c == 0
}

func numbers(s string) []int {
	var out []int
	for _, part := range strings.Split(s, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil
		}
		out = append(out, n)
	}
	return out
}

func order(a, b []int) int {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return -1
		case i >= len(b):
			return 1
		case a[i] != b[i]:
			return a[i] - b[i]
		}
	}
	return 0
}
