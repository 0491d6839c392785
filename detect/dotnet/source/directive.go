package source

import "strings"

// region is one #if: whether its present branch is compiled, and whether one was.
type region struct{ on, done bool }

func (l *lexer) compiled() bool {
	for _, r := range l.regions {
		if !r.on {
			return false
		}
	}
	return true
}

// directive reads a line that begins with #
// (https://learn.microsoft.com/dotnet/csharp/language-reference/preprocessor-directives).
func (l *lexer) directive() {
	start := l.i
	l.skipLine()
	line := strings.TrimSpace(strings.TrimPrefix(l.s[start:l.i], "#"))
	if at := strings.Index(line, "//"); at >= 0 {
		line = line[:at]
	}
	word, rest, _ := strings.Cut(strings.ReplaceAll(line, "(", " ("), " ")
	last := len(l.regions) - 1
	switch strings.ToLower(word) {
	case "if":
		on := l.holds(rest)
		l.regions = append(l.regions, region{on, on})
	case "elif", "elseif":
		if last >= 0 {
			r := &l.regions[last]
			r.on = !r.done && l.holds(rest)
			r.done = r.done || r.on
		}
	case "else":
		if last >= 0 {
			r := &l.regions[last]
			r.on, r.done = !r.done, true
		}
	case "endif", "end":
		if last >= 0 && (strings.ToLower(word) == "endif" || strings.EqualFold(strings.TrimSpace(rest), "if")) {
			l.regions = l.regions[:last]
		}
	}
}

// holds evaluates the expression of an #if.
func (l *lexer) holds(s string) bool {
	s = strings.TrimSuffix(strings.TrimSpace(s), "Then")
	sub := &lexer{s: s, syntax: CSharp}
	sub.run()
	p := &symbols{tokens: sub.out, known: l.symbols}
	return p.or(0)
}

type symbols struct {
	tokens []Token
	known  map[string]bool
}

func (p *symbols) next(s string) bool {
	if len(p.tokens) > 0 && p.tokens[0].Is(s) {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *symbols) or(depth int) bool {
	v := p.and(depth)
	for p.next("||") {
		w := p.and(depth)
		v = v || w
	}
	return v
}

func (p *symbols) and(depth int) bool {
	v := p.not(depth)
	for p.next("&&") {
		w := p.not(depth)
		v = v && w
	}
	return v
}

func (p *symbols) not(depth int) bool {
	switch {
	case depth > 50 || len(p.tokens) == 0:
		return false
	case p.next("!"):
		return !p.not(depth + 1)
	case p.next("("):
		v := p.or(depth + 1)
		p.next(")")
		return v
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t.S == "true" || p.known[t.S]
}
