package msbuild

import (
	"strconv"
	"strings"
)

// Truth is what is known of a condition.
type Truth int

// The truths.
const (
	Unknown Truth = iota
	True
	False
)

func truthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

// condition evaluates an attribute Condition; an empty one holds
// (https://learn.microsoft.com/visualstudio/msbuild/msbuild-conditions).
func (e *evaluation) condition(s string) Truth {
	if strings.TrimSpace(s) == "" {
		return True
	}
	p := &conditionParser{e: e, s: s}
	t := p.or(0)
	if p.skip(); p.i < len(p.s) || p.bad {
		return Unknown
	}
	return t
}

type conditionParser struct {
	e   *evaluation
	s   string
	i   int
	bad bool
}

// maxNesting is how deep parentheses and negations may nest.
const maxNesting = 50

func (p *conditionParser) skip() {
	for p.i < len(p.s) && strings.IndexByte(" \t\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *conditionParser) word(w string) bool {
	p.skip()
	rest := p.s[p.i:]
	if len(rest) < len(w) || !strings.EqualFold(rest[:len(w)], w) {
		return false
	}
	if after := rest[len(w):]; after != "" && isNameByte(after[0]) {
		return false
	}
	p.i += len(w)
	return true
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func (p *conditionParser) or(depth int) Truth {
	t := p.and(depth)
	for p.word("or") {
		u := p.and(depth)
		switch {
		case t == True || u == True:
			t = True
		case t == Unknown || u == Unknown:
			t = Unknown
		}
	}
	return t
}

func (p *conditionParser) and(depth int) Truth {
	t := p.not(depth)
	for p.word("and") {
		u := p.not(depth)
		switch {
		case t == False || u == False:
			t = False
		case t == Unknown || u == Unknown:
			t = Unknown
		}
	}
	return t
}

func (p *conditionParser) not(depth int) Truth {
	if depth > maxNesting {
		p.bad = true
		return Unknown
	}
	if p.skip(); p.i < len(p.s) && p.s[p.i] == '!' && !strings.HasPrefix(p.s[p.i:], "!=") {
		p.i++
		switch p.not(depth + 1) {
		case True:
			return False
		case False:
			return True
		}
		return Unknown
	}
	if p.i < len(p.s) && p.s[p.i] == '(' {
		p.i++
		t := p.or(depth + 1)
		if p.skip(); p.i >= len(p.s) || p.s[p.i] != ')' {
			p.bad = true
			return Unknown
		}
		p.i++
		return t
	}
	return p.comparison()
}

// comparison is an operand, or two with an operator between.
func (p *conditionParser) comparison() Truth {
	left, isTruth := p.operand()
	if isTruth != Unknown {
		return isTruth
	}
	p.skip()
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if !strings.HasPrefix(p.s[p.i:], op) {
			continue
		}
		p.i += len(op)
		right, _ := p.operand()
		if !left.Known || !right.Known {
			return Unknown
		}
		return compare(left.Text, op, right.Text)
	}
	if !left.Known {
		return Unknown
	}
	switch strings.ToLower(left.Text) {
	case "true", "on", "yes":
		return True
	case "false", "off", "no", "":
		return False
	}
	return Unknown
}

func compare(left, op, right string) Truth {
	equal := strings.EqualFold(left, right)
	switch op {
	case "==":
		return truthOf(equal)
	case "!=":
		return truthOf(!equal)
	}
	a, aErr := strconv.ParseFloat(strings.TrimPrefix(left, "v"), 64)
	b, bErr := strconv.ParseFloat(strings.TrimPrefix(right, "v"), 64)
	if aErr != nil || bErr != nil {
		return Unknown
	}
	switch op {
	case "<":
		return truthOf(a < b)
	case ">":
		return truthOf(a > b)
	case "<=":
		return truthOf(a <= b)
	}
	return truthOf(a >= b)
}

// operand reads a quoted text, a reference, a function or a bare word. A function
// has a truth and no text.
func (p *conditionParser) operand() (Value, Truth) {
	p.skip()
	rest := p.s[p.i:]
	switch {
	case rest == "":
		p.bad = true
		return Value{}, Unknown
	case rest[0] == '\'':
		end := strings.IndexByte(rest[1:], '\'')
		// A reference inside may hold quotes of its own.
		for end >= 0 && strings.Count(rest[1:1+end], "$(") > 0 && closing(rest[strings.LastIndex(rest[:1+end], "$(")+1:1+end]) < 0 {
			next := strings.IndexByte(rest[end+2:], '\'')
			if next < 0 {
				break
			}
			end += next + 1
		}
		if end < 0 {
			p.bad = true
			return Value{}, Unknown
		}
		p.i += end + 2
		return p.e.expand(rest[1 : 1+end]), Unknown
	case strings.HasPrefix(rest, "$("):
		end := closing(rest[1:])
		if end < 0 {
			p.bad = true
			return Value{}, Unknown
		}
		p.i += end + 2
		return p.e.expand(rest[:end+2]), Unknown
	}
	n := 0
	for n < len(rest) && (isNameByte(rest[n]) || rest[n] == '.' || rest[n] == '-') {
		n++
	}
	if n == 0 {
		p.bad = true
		p.i++
		return Value{}, Unknown
	}
	name := rest[:n]
	p.i += n
	if p.skip(); p.i < len(p.s) && p.s[p.i] == '(' {
		end := closing(p.s[p.i:])
		if end < 0 {
			p.bad = true
			return Value{}, Unknown
		}
		arg := p.e.expand(unquote(p.s[p.i+1 : p.i+end]))
		p.i += end + 1
		switch {
		case !arg.Known:
		case strings.EqualFold(name, "Exists"):
			at := p.e.resolve(arg.Text)
			return Value{}, truthOf(arg.Text != "" && (p.e.top.Has(at) || p.e.top.HasDir(at)))
		case strings.EqualFold(name, "HasTrailingSlash"):
			return Value{}, truthOf(strings.HasSuffix(arg.Text, "/") || strings.HasSuffix(arg.Text, `\`))
		}
		return Value{}, Unknown
	}
	return known(name), Unknown
}
