package source

import (
	"slices"
)

// File is one source.
type File struct {
	Path   string
	Tokens []Token
	Tags   []Tag
	Calls  []Call
	// Packages are those that the source loads or names, with the line of the first time.
	Packages map[string]int

	match  []int // of each bracket, the index of the one that closes it
	consts map[string][]Token
	called map[string]bool // the names of the calls
}

// Arg is one argument of a call; Name is "" where it stands by its place.
type Arg struct {
	Name  string
	Value []Token
}

// Call is one call.
type Call struct {
	Space  string // the package before "::"
	Name   string
	Method bool // it stands behind "$" or "@"
	Args   []Arg
	Line   int
	Piped  bool // its first argument comes out of a pipe
	// Inside says that it only runs when a function is called, Interactive that it only
	// runs for somebody at a console.
	Inside, Interactive bool
}

// Runs reports whether the call is made when the file is sourced by a program.
func (c Call) Runs() bool { return !c.Inside && !c.Interactive }

// Arg is the argument of that name, or else the one at that place among those without
// a name, counting what comes out of a pipe; place -1: by its name alone.
func (c Call) Arg(name string, place int) []Token {
	if c.Piped {
		place--
	}
	for _, a := range c.Args {
		if a.Name == name {
			return a.Value
		}
	}
	for _, a := range c.Args {
		if a.Name != "" {
			continue
		}
		if place == 0 {
			return a.Value
		}
		place--
	}
	return nil
}

// Uses reports whether the source loads or names one of the packages.
func (f *File) Uses(packages ...string) bool {
	return slices.ContainsFunc(packages, func(p string) bool { _, ok := f.Packages[p]; return ok })
}

// Has reports whether the source calls a function of that name.
func (f *File) Has(name string) bool { return f.called[name] }

// Defines reports whether the source gives the name a value when it is read.
func (f *File) Defines(name string) bool { _, ok := f.consts[name]; return ok }

// Parse reads a source.
func Parse(path, text string) *File {
	f := &File{Path: path, Packages: map[string]int{}, consts: map[string][]Token{}, called: map[string]bool{}}
	f.Tokens, f.Tags = tokenize(text)
	f.match = brackets(f.Tokens)
	inside, interactive := f.ranges()
	for i, t := range f.Tokens {
		switch {
		case t.Kind == Name && i+1 < len(f.Tokens) && f.Tokens[i+1].Is("(") && !t.Is("function") && !t.Is("if") && !t.Is("for") && !t.Is("while"):
			c := Call{Name: t.S, Line: t.Line, Inside: inside[i] > 0, Interactive: interactive[i] > 0}
			if i > 0 {
				c.Method = f.Tokens[i-1].Is("$") || f.Tokens[i-1].Is("@")
				if i > 1 && (f.Tokens[i-1].Is("::") || f.Tokens[i-1].Is(":::")) && f.Tokens[i-2].Kind == Name {
					c.Space = f.Tokens[i-2].S
				}
			}
			c.Piped = f.piped(i, c)
			c.Args = f.args(i+2, f.match[i+1])
			f.Calls = append(f.Calls, c)
			f.called[c.Name] = true
		case t.Kind == Name && i+1 < len(f.Tokens) && (f.Tokens[i+1].Is("::") || f.Tokens[i+1].Is(":::")):
			f.uses(t.S, t.Line)
		case (t.Is("<-") || t.Is("=") || t.Is("<<-")) && i > 0 && f.Tokens[i-1].Kind == Name && (i < 2 || f.Tokens[i-2].Kind == Newline || f.Tokens[i-2].Is("{")) && inside[i] == 0:
			f.consts[f.Tokens[i-1].S] = f.expression(i + 1)
		}
	}
	f.loads()
	return f
}

// piped reports whether what stands before the call, with the package before "::",
// is a pipe; the line may have ended there.
func (f *File) piped(i int, c Call) bool {
	if c.Space != "" {
		i -= 2
	}
	for i--; i >= 0 && f.Tokens[i].Kind == Newline; i-- {
	}
	return i >= 0 && (f.Tokens[i].Is("|>") || f.Tokens[i].Is("%>%"))
}

// brackets finds the partner of each opening bracket; what is not closed reaches to
// the end.
func brackets(t []Token) []int {
	match := make([]int, len(t))
	var open []int
	for i := range t {
		match[i] = len(t)
		switch {
		case t[i].Kind != Mark:
		case t[i].S == "(", t[i].S == "[", t[i].S == "{":
			open = append(open, i)
		case t[i].S == ")", t[i].S == "]", t[i].S == "}":
			if n := len(open); n > 0 {
				match[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
	return match
}

// ranges tells of each token whether it stands in a function's body, and whether in
// what only runs where somebody is at the console.
func (f *File) ranges() (inside, interactive []int) {
	t := f.Tokens
	inside, interactive = make([]int, len(t)+1), make([]int, len(t)+1)
	// From the end on, so that what ends with something within it is not gone through again.
	ends := map[int]int{}
	for i := len(t) - 1; i >= 0; i-- {
		if i+1 >= len(t) || !t[i+1].Is("(") {
			continue
		}
		to := inside
		switch {
		case t[i].Is("function"), t[i].Is(`\`):
		case t[i].Is("if") && f.asksForConsole(i+2, f.match[i+1]):
			to = interactive
		default:
			continue
		}
		start := f.match[i+1] + 1
		for start < len(t) && t[start].Kind == Newline {
			start++
		}
		if start >= len(t) {
			continue
		}
		end := f.end(start, len(t), ends)
		if !t[start].Is("{") {
			ends[start] = end
		}
		to[start]++
		to[end]--
	}
	for i := 1; i < len(t); i++ {
		inside[i] += inside[i-1]
		interactive[i] += interactive[i-1]
	}
	return inside, interactive
}

func (f *File) asksForConsole(from, to int) bool {
	for i := from; i < min(to, len(f.Tokens)); i++ {
		if f.Tokens[i].Is("interactive") {
			return i == from || !f.Tokens[i-1].Is("!")
		}
	}
	return false
}

// maxExpression is how many tokens of a value are kept.
const maxExpression = 600

// end is the index behind the expression that begins at start, or limit. ends are those
// that are known, of expressions without braces around them.
func (f *File) end(start, limit int, ends map[int]int) int {
	t := f.Tokens[:limit]
	if t[start].Is("{") {
		return min(f.match[start]+1, len(t))
	}
	for i := start; i < len(t); i++ {
		if end, ok := ends[i]; ok {
			return end
		}
		switch {
		case t[i].Is("("), t[i].Is("["), t[i].Is("{"):
			i = f.match[i]
		case t[i].Is(")"), t[i].Is("]"), t[i].Is("}"), t[i].Is(","), t[i].Is(";"), t[i].Is("else"):
			return i
		case t[i].Kind == Newline && i > start && !goesOn(t[i-1]):
			return i
		}
	}
	return len(t)
}

// goesOn reports whether an expression can't end with the token.
func goesOn(t Token) bool {
	return t.Kind == Mark && t.S != ")" && t.S != "]" && t.S != "}"
}

func (f *File) expression(start int) []Token {
	if start >= len(f.Tokens) {
		return nil
	}
	limit := min(start+maxExpression, len(f.Tokens))
	return f.Tokens[start:min(f.end(start, limit, nil), limit)]
}

// args parts what stands between parentheses at its commas.
func (f *File) args(from, to int) []Arg {
	to = min(to, len(f.Tokens))
	var out []Arg
	add := func(start, end int) {
		for start < end && f.Tokens[start].Kind == Newline {
			start++
		}
		if start >= end {
			return
		}
		a := Arg{Value: f.Tokens[start:end]}
		if end-start > 2 && f.Tokens[start+1].Is("=") && (f.Tokens[start].Kind == Name || f.Tokens[start].Kind == Text) {
			a = Arg{Name: f.Tokens[start].S, Value: f.Tokens[start+2 : end]}
		}
		out = append(out, a)
	}
	start := from
	for i := from; i < to; i++ {
		switch t := f.Tokens[i]; {
		case t.Is("("), t.Is("["), t.Is("{"):
			i = f.match[i]
		case t.Is(","):
			add(start, i)
			start = i + 1
		}
	}
	add(start, to)
	return out
}
