package source

import (
	"slices"
	"strings"
)

// Call is a call of a method or a constructor.
type Call struct {
	Name string
	// Chain is what stands before the name, as "builder.Services" without blanks;
	// "new" for a constructor.
	Chain string
	Args  [][]Token
	Line  int
	// In is the method that holds the call, "" at the top level.
	In string
	// Development says that a condition above the call holds in development alone.
	Development bool
	// Branch says that a condition of any kind stands above the call.
	Branch bool
}

// File is what one source file says.
type File struct {
	Name   string
	Tokens []Token
	Calls  []Call
	// Values are the expressions that names are given where they are declared.
	Values map[string][]Token
	// Words are all identifiers.
	Words map[string]bool
	// Loops says that it holds a loop without an end.
	Loops bool
}

// block is what a brace, or one statement, belongs to.
type block struct {
	brace       bool // closed by "}", else by ";"
	method      string
	development bool
	branch      bool
	parens      int // open at its beginning
}

// NewFile reads calls, values and words out of a file's tokens.
func NewFile(name, text string, symbols map[string]bool) *File {
	f := &File{Name: name, Tokens: Tokens(text, SyntaxOf(name), symbols), Values: map[string][]Token{}, Words: map[string]bool{}}
	r := &reader{f: f, t: f.Tokens}
	r.run()
	return f
}

type reader struct {
	f       *File
	t       []Token
	blocks  []block
	parens  int
	pending *block // a condition or a method whose body comes next
	last    block  // the if that an else belongs to
}

func (r *reader) at(i int) Token {
	if i < 0 || i >= len(r.t) {
		return Token{Kind: Mark}
	}
	return r.t[i]
}

// controls are words before a parenthesis that call nothing.
var controls = []string{"if", "while", "for", "foreach", "switch", "catch", "using", "lock", "fixed", "return", "when", "nameof", "typeof", "sizeof", "default", "elif", "match", "fun", "not"}

func (r *reader) run() {
	for i, t := range r.t {
		switch {
		case t.Kind == Word:
			r.f.Words[t.S] = true
			r.word(i)
		case t.Is("("):
			r.parens++
		case t.Is(")"):
			r.parens--
		case t.Is("{"):
			b := block{brace: true, parens: r.parens}
			if r.pending != nil {
				b.method, b.development, b.branch = r.pending.method, r.pending.development, r.pending.branch
				r.pending = nil
			}
			r.blocks = append(r.blocks, b)
		case t.Is("}"):
			r.closeStatements(0)
			if n := len(r.blocks); n > 0 {
				r.last = r.blocks[n-1]
				r.blocks = r.blocks[:n-1]
			}
		case t.Is(";"):
			if r.pending != nil && r.parens == 0 {
				r.pending = nil
			}
			r.closeStatements(r.parens)
		case t.Is("=") || t.Is("=>"):
			r.value(i)
		}
	}
}

// closeStatements takes the blocks away that a single statement makes.
func (r *reader) closeStatements(parens int) {
	for n := len(r.blocks); n > 0 && !r.blocks[n-1].brace && r.blocks[n-1].parens >= parens; n = len(r.blocks) {
		r.last = r.blocks[n-1]
		r.blocks = r.blocks[:n-1]
	}
}

func (r *reader) word(i int) {
	t := r.t[i]
	if r.pending != nil && !r.at(i).Is("{") && r.pending.branch && r.parens == r.pending.parens {
		// A condition without braces: one statement belongs to it.
		b := *r.pending
		b.brace = false
		r.blocks = append(r.blocks, b)
		r.pending = nil
	}
	switch {
	case t.S == "if" && r.at(i+1).Is("("):
		end := r.match(i + 1)
		development := inDevelopment(r.t[i+2 : end])
		r.pending = &block{development: development == 1, branch: true, parens: r.parens}
		if development == -1 {
			r.pending.method = "" // holds outside of development
		}
	case t.S == "else" && !r.at(i+1).Is("if"):
		r.pending = &block{development: false, branch: true, parens: r.parens}
	case (t.S == "while" && r.at(i+1).Is("(") && r.at(i+2).Is("true")) || (t.S == "for" && r.at(i+1).Is("(") && r.at(i+2).Is(";") && r.at(i+3).Is(";")) ||
		(t.S == "while" && r.at(i+1).Is("true")):
		r.f.Loops = true
	}
	open := i + 1
	if r.at(open).Is("<") { // type arguments
		if end := r.angles(open); end > 0 {
			open = end + 1
		}
	}
	if !r.at(open).Is("(") || slices.Contains(controls, t.S) {
		r.juxtaposed(i)
		return
	}
	end := r.match(open)
	chain := r.chain(i)
	next := r.at(end + 1)
	// A type before the name and a body behind the parentheses make a declaration.
	previous := r.at(i - 1)
	declared := previous.Kind == Word && !slices.Contains([]string{"return", "await", "new", "throw", "else", "do", "in", "yield", "case"}, previous.S) || previous.Is(">") || previous.Is("]") || previous.Is("?")
	if declared && (next.Is("{") || next.Is("=>") || next.Is(":") || next.Is("where")) {
		r.pending = &block{method: t.S, parens: r.parens}
		return
	}
	r.call(t, chain, splitTokens(r.t[open+1:end]))
}

// juxtaposed reads F#'s calls without parentheses: name "text".
func (r *reader) juxtaposed(i int) {
	t, next := r.t[i], r.at(i+1)
	if SyntaxOf(r.f.Name) != FSharp || next.Kind != Text || slices.Contains(controls, t.S) {
		return
	}
	r.call(t, r.chain(i), [][]Token{{next}})
}

func (r *reader) call(t Token, chain string, args [][]Token) {
	c := Call{Name: t.S, Chain: chain, Args: args, Line: t.Line}
	for _, b := range r.blocks {
		if b.method != "" {
			c.In = b.method
		}
		c.Development = c.Development || b.development
		c.Branch = c.Branch || b.branch
	}
	if c.In == "" && r.pending != nil { // the body of an expression
		c.In = r.pending.method
	}
	r.f.Calls = append(r.f.Calls, c)
}

// match is the index of the bracket that closes the one at i; the end where there is none.
func (r *reader) match(i int) int {
	depth := 0
	for j := i; j < len(r.t); j++ {
		switch {
		case r.t[j].Is("("):
			depth++
		case r.t[j].Is(")"):
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(r.t)
}

// maxAngles is how many tokens type arguments may have.
const maxAngles = 60

func (r *reader) angles(i int) int {
	depth := 0
	for j := i; j < len(r.t) && j < i+maxAngles; j++ {
		switch t := r.t[j]; {
		case t.Is("<"):
			depth++
		case t.Is(">"):
			if depth--; depth == 0 {
				return j
			}
		case t.Kind != Word && !strings.Contains(",.?[]()", t.S):
			return -1
		}
	}
	return -1
}

// chain is what the word at i is called on.
func (r *reader) chain(i int) string {
	if r.at(i - 1).Is("new") {
		return "new"
	}
	var parts []string
	for j := i - 1; j > 0 && len(parts) < 8 && (r.t[j].Is(".") || r.t[j].Is("?.")); j -= 2 {
		if r.t[j-1].Kind != Word {
			parts = append(parts, "()") // what another call returns
			break
		}
		parts = append(parts, r.t[j-1].S)
	}
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

// splitTokens parts arguments at the commas of their own level.
func splitTokens(t []Token) [][]Token {
	var out [][]Token
	depth, start := 0, 0
	for i, tok := range t {
		switch {
		case tok.Is("("), tok.Is("{"), tok.Is("["):
			depth++
		case tok.Is(")"), tok.Is("}"), tok.Is("]"):
			depth--
		case tok.Is(",") && depth == 0:
			out = append(out, t[start:i])
			start = i + 1
		}
	}
	if start < len(t) {
		out = append(out, t[start:])
	}
	return out
}

// inDevelopment is 1 where a condition holds in development alone, -1 where it
// holds outside of it, else 0.
func inDevelopment(t []Token) int {
	for i, tok := range t {
		if !tok.Is("IsDevelopment") && !(tok.Kind == Text && tok.S == "Development") {
			continue
		}
		for _, before := range t[:i] {
			if before.Is("!") || before.Is("!=") || before.Is("false") {
				return -1
			}
			if before.Is("||") {
				return 0
			}
		}
		for _, after := range t[i:] {
			if after.Is("||") || after.Is("false") {
				return 0
			}
		}
		return 1
	}
	return 0
}

// maxValue is how many tokens of an expression are kept.
const maxValue = 40

// value keeps the expression that a name is declared with, the first of each name.
func (r *reader) value(i int) {
	name := r.at(i - 1)
	if name.Kind != Word || r.at(i-2).Is(".") {
		return
	}
	if r.t[i].Is("=>") && r.at(i-2).Kind != Word {
		return // a lambda
	}
	end := i + 1
	depth := 0
	for ; end < len(r.t) && end-i <= maxValue; end++ {
		switch t := r.t[end]; {
		case t.Is("("), t.Is("["), t.Is("{"):
			depth++
		case t.Is(")"), t.Is("]"), t.Is("}"):
			depth--
		}
		if depth < 0 || depth == 0 && (r.t[end].Is(";") || r.t[end].Is(",")) {
			break
		}
		if SyntaxOf(r.f.Name) != CSharp && depth == 0 && end > i+1 && r.t[end].Line > r.t[end-1].Line && r.t[end].Kind == Word {
			break // the next line is another statement
		}
	}
	if before := r.at(i - 2); (before.Is("{") || before.Is(",") || before.Is("]")) && (r.at(end).Is(",") || r.at(end).Is("}")) {
		return // a member of an enum, or of an object that is made there
	}
	if _, there := r.f.Values[name.S]; !there && end > i+1 {
		r.f.Values[name.S] = r.t[i+1 : end]
	}
}
