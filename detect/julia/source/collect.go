package source

import (
	"slices"
	"strings"
)

// argument is one of a call or a definition.
type argument struct {
	Arg
	keyword bool // behind ";"
	all     []Token
}

// maxStatement is how many tokens of one statement are looked at.
const maxStatement = 500

// collect finds the calls, the bindings and what is loaded.
func (f *File) collect() {
	for i, t := range f.Tokens {
		switch {
		case t.Plain() && f.at(i+1).Is("=") && f.at(i+2).Is(">"):
			f.Bindings = append(f.Bindings, Binding{`"` + t.S + `"`, f.Tokens[i+3 : f.element(i+3)], t.Line, t.fn, false})
		case t.Kind != Word || f.at(i-1).Is(":") && !f.at(i-2).Is("?") && f.at(i-2).Kind == Mark:
		case t.S == "using" || t.S == "import":
			f.using(i)
		case t.S[0] == '@':
			f.macro(i)
		case slices.Contains(keywords, t.S):
		case f.at(i + 1).Is("("):
			f.call(i)
		default:
			f.binding(i)
		}
	}
}

// name is the dotted name that ends at i, and where it begins.
func (f *File) name(i int) (string, int) {
	name := f.Tokens[i].S
	for f.at(i-1).Is(".") && f.at(i-2).Kind == Word && f.at(i-2).S != "" {
		i -= 2
		name = f.Tokens[i].S + "." + name
	}
	return name, i
}

func (f *File) call(i int) {
	name, first := f.name(i)
	closing := f.close(i + 1)
	if closing < 0 {
		closing = len(f.Tokens)
	}
	before := f.at(first - 1)
	if before.Is("function") || before.Is("macro") || !f.Tokens[i].part && f.at(closing+1).Is("=") && !f.at(closing+2).Is("=") && (before.Is("\n") || before.Is(";") || first == 0) {
		if args := f.Tokens[min(i+2, len(f.Tokens)):closing]; len(args) == 0 && !before.Is("function") && !before.Is("macro") {
			f.bind(name, closing+2, f.Tokens[i])
		}
		return // a definition
	}
	c := Call{Name: name, Line: f.Tokens[i].Line, Func: f.Tokens[i].fn, Module: f.Tokens[i].mod, Loop: f.Tokens[i].loop, Do: f.at(closing + 1).Is("do")}
	for _, a := range arguments(f.Tokens[min(i+2, len(f.Tokens)):closing]) {
		if a.keyword && a.Name == "" && len(a.Tokens) > 0 && a.Tokens[0].Kind == Word {
			a.Name = a.Tokens[len(a.Tokens)-1].S // f(; port), f(; config.port)
		}
		c.Args = append(c.Args, a.Arg)
	}
	f.Calls = append(f.Calls, c)
}

// macro reads @get "/path" handler, and @get("/path", handler).
func (f *File) macro(i int) {
	name, _ := f.name(i)
	c := Call{Name: name, Line: f.Tokens[i].Line, Func: f.Tokens[i].fn, Module: f.Tokens[i].mod, Loop: f.Tokens[i].loop}
	end := i + 1
	if f.at(end).Is("(") {
		if end = f.close(i + 1); end < 0 {
			end = len(f.Tokens)
		}
		for _, a := range arguments(f.Tokens[i+2 : end]) {
			c.Args = append(c.Args, a.Arg)
		}
	} else if t := f.at(end); t.Kind == Text || t.Kind == Word && t.S != "" {
		c.Args = []Arg{{Tokens: f.Tokens[end : end+1]}}
	}
	f.Calls = append(f.Calls, c)
}

// binding reads name = value and name::Type = value.
func (f *File) binding(i int) {
	if f.at(i+1).Is(".") || f.Tokens[i].part {
		return // the name goes on, or is that of an argument
	}
	name, first := f.name(i)
	if before := f.at(first - 1); first > 0 && !before.Is("\n") && !before.Is(";") && !before.Is("const") && !before.Is("global") && !before.Is("local") && !before.Is("begin") && !before.Is("let") && before.Line == f.Tokens[first].Line {
		return
	}
	j := i + 1
	if f.at(j).Is(":") && f.at(j+1).Is(":") {
		for j += 2; f.at(j).Kind == Word && f.at(j).S != "" || f.at(j).Is("."); {
			j++
		}
		if f.at(j).Is("{") {
			j = f.close(j) + 1
		}
	}
	if !f.at(j).Is("=") || f.at(j+1).Is("=") || f.at(j+1).Is(">") {
		return
	}
	f.bind(name, j+1, f.Tokens[i])
}

func (f *File) bind(name string, from int, at Token) {
	if from <= len(f.Tokens) {
		f.Bindings = append(f.Bindings, Binding{name, f.Tokens[from:f.statement(from)], at.Line, at.fn, false})
	}
}

// statement is where the one ends that goes on at i: at the end of the line, unless a
// bracket is open or an operator waits for more.
func (f *File) statement(i int) int {
	if t := f.at(i); t.Is("if") || t.Is("begin") || t.Is("let") || t.Is("try") {
		return f.block(i)
	}
	depth := 0
	for limit := i + maxStatement; i < len(f.Tokens) && i < limit; i++ {
		t := f.Tokens[i]
		switch {
		case t.Kind != Mark:
		case t.S == "(" || t.S == "[" || t.S == "{":
			depth++
		case t.S == ")" || t.S == "]" || t.S == "}":
			if depth--; depth < 0 {
				return i
			}
		case depth == 0 && t.S == ";":
			return i
		case depth == 0 && t.S == "\n":
			if p := f.at(i - 1); p.Kind != Mark || !strings.Contains("?:=+-*/|&,", p.S) {
				return i
			}
		}
	}
	return i
}

// block is where the one ends that begins at i: port = if a ... else ... end.
func (f *File) block(i int) int {
	depth, first := 0, i
	for ; i < len(f.Tokens) && i < first+maxStatement; i++ {
		switch t := f.Tokens[i]; {
		case t.Kind != Word || i > first && t.part || f.at(i-1).Is(".") || f.at(i-1).Is(":"):
		case t.S == "end":
			if depth--; depth == 0 {
				return i
			}
		case slices.Contains(openers, t.S):
			depth++
		}
	}
	return i
}

// element is where the one of a list ends that goes on at i.
func (f *File) element(i int) int {
	i = min(i, len(f.Tokens))
	for limit := i + maxStatement; i < len(f.Tokens) && i < limit; i++ {
		switch t := f.Tokens[i]; {
		case f.closing[i] > i:
			i = f.closing[i]
		case t.Kind == Mark && strings.Contains(",)]}", t.S):
			return i
		}
	}
	return min(i, len(f.Tokens))
}

// using reads "using HTTP, JSON3", "import HTTP: serve" and "using .Models: User".
func (f *File) using(i int) {
	u := Using{Line: f.Tokens[i].Line}
	local, names := false, false
	flush := func() {
		if u.Name != "" && !local {
			f.Usings = append(f.Usings, u)
		}
		u, local = Using{Line: u.Line}, false
	}
	for j := i + 1; j < len(f.Tokens) && j < i+maxStatement; j++ {
		t := f.Tokens[j]
		switch {
		case t.Is("\n") && (f.at(j-1).Is(",") || f.at(j-1).Is(":")):
		case t.Is("\n"), t.Is(";"), t.Kind == Text || t.Kind == Number:
			flush()
			return
		case t.Is(":"):
			names = true
		case t.Is(",") && !names:
			flush()
		case t.Is(".") && u.Name == "":
			local = true
		case t.Kind == Word && names:
			u.Names = append(u.Names, t.S)
		case t.Kind == Word && u.Name == "" && t.S != "as":
			u.Name = t.S
		}
	}
	flush()
}

// close is where the bracket at i closes, -1 where it doesn't.
func (f *File) close(i int) int {
	if i < 0 || i >= len(f.closing) {
		return -1
	}
	return f.closing[i]
}

// arguments parts what stands in the parentheses.
func arguments(ts []Token) []argument {
	var out []argument
	depth, from, keyword := 0, 0, false
	flush := func(to int) {
		part := ts[from:to]
		for len(part) > 0 && part[0].Is("\n") {
			part = part[1:]
		}
		for len(part) > 0 && part[len(part)-1].Is("\n") {
			part = part[:len(part)-1]
		}
		if len(part) > 0 {
			out = append(out, argument{named(part), keyword, part})
		}
	}
	for i, t := range ts {
		if t.Kind != Mark {
			continue
		}
		switch t.S {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case ",", ";":
			if depth == 0 {
				flush(i)
				from, keyword = i+1, keyword || t.S == ";"
			}
		}
	}
	flush(len(ts))
	return out
}

// named parts "name = value" and "name::Type = value".
func named(ts []Token) Arg {
	if ts[0].Kind != Word {
		return Arg{Tokens: ts}
	}
	depth := 0
	for i := 1; i < len(ts); i++ {
		t := ts[i]
		if t.Kind != Mark {
			continue
		}
		switch t.S {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case "=":
			next := Token{}
			if i+1 < len(ts) {
				next = ts[i+1]
			}
			if depth == 0 && !next.Is("=") && !next.Is(">") && (ts[i-1].Kind != Mark || !strings.Contains("=<>!", ts[i-1].S)) {
				return Arg{Name: ts[0].S, Tokens: ts[i+1:]}
			}
		case "-", "+", "*", "|", "&", "?":
			if depth == 0 {
				return Arg{Tokens: ts}
			}
		}
	}
	return Arg{Tokens: ts}
}
