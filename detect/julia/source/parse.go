package source

import (
	"slices"
	"strings"
)

// File is one source, parted.
type File struct {
	Tokens    []Token
	Functions []Function
	Modules   []Module
	Calls     []Call
	Bindings  []Binding
	Usings    []Using

	closing []int // of each bracket the one that closes it; else -1
}

// Function is a definition of a function.
type Function struct {
	Name     string
	Required int      // parameters that a call has to give
	Params   []string // the names of all that are given by place
	Line     int
	Module   int // index into Modules, -1 for none
	Body     []Token
}

// Module is one that the file opens.
type Module struct {
	Name   string
	Parent int // index into Modules, -1 for none
}

// Call is a call of a function or macro.
type Call struct {
	Name   string // "HTTP.serve", "@get"; as it stands
	Args   []Arg
	Line   int
	Func   int // index into Functions, -1 at the top level
	Module int
	Loop   bool // it stands in a loop
	Do     bool // a block follows: do stream ... end
}

// Base is the name without the modules before it.
func (c Call) Base() string {
	base := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	return strings.TrimSuffix(base, "!")
}

// Arg is an argument. One that is passed by name has it; where nothing else is
// written, as in f(; port), the name stands for the value too.
type Arg struct {
	Name   string
	Tokens []Token
}

// Binding gives a name its value: port = 8080, PORT() = 8080, a parameter's default.
type Binding struct {
	Name  string // "port", "Genie.config.server_port"; of an entry "port" => 8080 with its quotes
	Value []Token
	Line  int
	Func  int
	Param bool // it is a parameter's default
}

// Using is a package that the file loads.
type Using struct {
	Name  string
	Names []string // that it takes of it by name
	Line  int
}

// openers are the words that an "end" closes.
var openers = []string{"function", "macro", "module", "baremodule", "struct", "begin", "let", "for", "while", "if", "try", "do", "quote", "abstract", "primitive"}

var keywords = append([]string{"end", "else", "elseif", "catch", "finally", "return", "const", "global", "local", "using", "import", "export", "public", "mutable", "where", "in", "isa", "type", "break", "continue"}, openers...)

// Parse reads a source.
func Parse(text string) *File {
	f := &File{Tokens: Tokens(text)}
	if f.brackets() {
		f.structure()
		f.collect()
	}
	return f
}

// maxDepth is how deep brackets and blocks may be nested.
const maxDepth = 300

// block is an open bracket or block.
type block struct {
	word string
	fn   int // the function outside
	mod  int
	loop bool
	def  int // the function that it is, -1 for none
}

// structure marks each token with the function, module and loop that it stands in.
func (f *File) structure() {
	var stack []block
	fn, mod, loop := -1, -1, false
	push := func(word string) { stack = append(stack, block{word, fn, mod, loop, -1}) }
	pop := func(at int) {
		top := stack[len(stack)-1]
		if top.def >= 0 {
			body := &f.Functions[top.def].Body
			*body = (*body)[:max(0, len(*body)-(len(f.Tokens)-at))]
		}
		fn, mod, loop = top.fn, top.mod, top.loop
		stack = stack[:len(stack)-1]
	}
	short := -1 // where the function without a block ends
	for i := range f.Tokens {
		t := &f.Tokens[i]
		if short >= 0 && i >= short {
			fn, short = -1, -1
		}
		t.fn, t.mod, t.loop = fn, mod, loop
		t.part = len(stack) > 0 && strings.Contains("([{", stack[len(stack)-1].word)
		switch {
		case t.Kind == Mark && strings.Contains("([{", t.S) && t.S != "":
			push(t.S)
		case t.Kind == Mark && strings.Contains(")]}", t.S) && t.S != "":
			want := map[string]string{")": "(", "]": "[", "}": "{"}[t.S]
			if at := lastBlock(stack, want); at >= 0 {
				for len(stack) > at {
					pop(i)
				}
			}
		case t.Kind != Word || f.at(i-1).Is(".") || f.at(i-1).Is(":") && !f.at(i-2).Is("?"):
		case t.S == "end":
			if n := len(stack); n > 0 && !strings.Contains("([{", stack[n-1].word) {
				pop(i)
			}
		case slices.Contains(openers, t.S) && f.opens(i, stack) && len(stack) < maxDepth:
			push(t.S)
			switch t.S {
			case "function", "macro":
				fn = f.define(i+1, mod)
				stack[len(stack)-1].def = fn
			case "module", "baremodule":
				f.Modules = append(f.Modules, Module{f.at(i + 1).S, mod})
				mod = len(f.Modules) - 1
			case "for", "while":
				loop = true
			}
		case fn < 0 && f.at(i+1).Is("("):
			// f(x) = expression, at the begin of a statement.
			if prev := f.at(i - 1); i > 0 && !prev.Is("\n") && !prev.Is(";") {
				continue
			}
			closing := f.close(i + 1)
			if closing < 0 || !f.at(closing+1).Is("=") || f.at(closing+2).Is("=") {
				continue
			}
			fn = f.define(i, mod)
			if short = f.statement(closing + 2); short <= i {
				short = -1
			}
			f.Functions[fn].Body = f.Tokens[closing+2 : max(short, closing+2)]
		}
	}
}

// opens reports whether the word at i begins a block: in brackets, "for" and "if"
// mostly belong to a comprehension.
func (f *File) opens(i int, stack []block) bool {
	t := f.Tokens[i]
	prev := f.at(i - 1)
	if t.S == "abstract" || t.S == "primitive" {
		return f.at(i + 1).Is("type")
	}
	if len(stack) > 0 && strings.Contains("([{", stack[len(stack)-1].word) && (t.S == "for" || t.S == "if") {
		return prev.Is("(") || prev.Is(",") || prev.Is(";") || prev.Is("=") || prev.Is("begin")
	}
	return t.S != "macro" || f.at(i+1).Kind == Word
}

func lastBlock(stack []block, word string) int {
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].word == word {
			return i
		}
	}
	return -1
}

// define adds the function whose name stands at i, and returns its index.
func (f *File) define(i, mod int) int {
	fn := Function{Line: f.at(i).Line, Module: mod, Required: -1}
	if f.at(i).Is("(") && strings.HasPrefix(f.at(i+1).S, "@") && f.at(i+2).Is(")") { // function (@main)(args)
		fn.Name = f.at(i + 1).S
		i += 3
	} else {
		for f.at(i).Kind == Word && f.at(i).S != "" {
			fn.Name = f.at(i).S
			if i++; !f.at(i).Is(".") {
				break
			}
			i++
		}
	}
	index := len(f.Functions)
	if closing := f.close(i); closing > 0 {
		fn.Required = 0
		for _, a := range arguments(f.Tokens[i+1 : closing]) {
			f.parameter(&fn, index, a)
		}
		fn.Body = f.Tokens[closing+1:] // until its end is found
	}
	f.Functions = append(f.Functions, fn)
	return index
}

// parameter counts one, and keeps its default.
func (f *File) parameter(fn *Function, index int, p argument) {
	if !p.keyword && len(p.all) > 0 {
		fn.Params = append(fn.Params, p.all[0].S)
	}
	if p.Name != "" {
		f.Bindings = append(f.Bindings, Binding{p.Name, p.Tokens, fn.Line, index, true})
		return
	}
	n := len(p.Tokens)
	if !p.keyword && !(n > 1 && p.Tokens[n-1].Is(".")) { // args...
		fn.Required++
	}
}

// brackets pairs them, and reports whether they are nested no deeper than people nest them.
func (f *File) brackets() bool {
	f.closing = make([]int, len(f.Tokens))
	var stack []int
	for i, t := range f.Tokens {
		f.closing[i] = -1
		if t.Kind != Mark {
			continue
		}
		switch t.S {
		case "(", "[", "{":
			if stack = append(stack, i); len(stack) > maxDepth {
				return false
			}
		case ")", "]", "}":
			if n := len(stack); n > 0 {
				f.closing[stack[n-1]] = i
				stack = stack[:n-1]
			}
		}
	}
	return true
}

func (f *File) at(i int) Token {
	if i >= 0 && i < len(f.Tokens) {
		return f.Tokens[i]
	}
	return Token{fn: -1, mod: -1}
}
