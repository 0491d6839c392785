package javascript

import "strings"

// File is one source.
type File struct {
	Path   string // relative to the folder it was read from
	tokens []token
	shut   []int // of each opening bracket: the index of its closing one, else len(tokens)
	consts map[string]Span
	envs   map[string]envPattern

	imports []Import // once read
	calls   []Call   // of the whole file, once read
}

// envPattern is a name taken out of process.env by a pattern.
type envPattern struct {
	deflt Span
	line  int
}

// Span is a run of a file's tokens: an expression, as a rule.
type Span struct{ lo, hi int }

// Empty reports whether nothing is in the span.
func (s Span) Empty() bool { return s.hi <= s.lo }

// Parse reads a source; a part of it that is no JavaScript is passed over.
func Parse(name string, src []byte) *File {
	f := &File{Path: name, tokens: tokenize(Script(name, src))}
	f.shut = make([]int, len(f.tokens))
	var open []int
	for i, t := range f.tokens {
		f.shut[i] = len(f.tokens)
		if t.kind != punct {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			open = append(open, i)
		case ")", "]", "}":
			if n := len(open); n > 0 {
				f.shut[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
	f.declare()
	return f
}

func (f *File) at(i int) token {
	if i < 0 || i >= len(f.tokens) {
		return token{kind: other}
	}
	return f.tokens[i]
}

// Line returns the line on which a span begins.
func (f *File) Line(s Span) int { return f.at(s.lo).line }

// Whole returns the span of the whole file.
func (f *File) Whole() Span { return Span{0, len(f.tokens)} }

// Has reports whether the span holds the identifier or keyword name.
func (f *File) Has(s Span, name string) bool {
	for i := s.lo; i < s.hi; i++ {
		if t := f.tokens[i]; t.kind == word && t.text == name {
			return true
		}
	}
	return false
}

// Import is one module that a file uses.
type Import struct {
	Path  string
	Line  int
	Names map[string]string // local name to the name in the module; "default" and "*" as in the language
}

// Imports lists what the file imports, requires or exports from elsewhere.
func (f *File) Imports() []Import {
	if f.imports == nil {
		f.imports = f.readImports()
	}
	return f.imports
}

func (f *File) readImports() []Import {
	out := []Import{}
	for i, t := range f.tokens {
		if t.kind != word || f.at(i-1).is(".") || f.at(i-1).is("?.") {
			continue
		}
		switch {
		case (t.text == "import" || t.text == "require") && f.at(i+1).is("(") && f.at(i+2).kind == str:
			out = append(out, Import{f.at(i + 2).text, t.line, f.requireNames(i)})
		case t.text == "import" && f.at(i+1).kind == str:
			out = append(out, Import{f.at(i + 1).text, t.line, nil})
		case t.text == "import" && f.at(i+1).kind == word && f.at(i+1).text == "type", t.text == "export" && f.at(i+1).text == "type":
		case t.text == "import", t.text == "export" && (f.at(i+1).is("*") || f.at(i+1).is("{")):
			if from := f.from(i + 1); from > 0 {
				out = append(out, Import{f.at(from).text, t.line, f.importNames(Span{i + 1, from - 1})})
			}
		}
	}
	return out
}

// from finds the string behind the "from" of an import that begins at i.
func (f *File) from(i int) int {
	for end := min(i+400, len(f.tokens)); i < end; i++ {
		switch t := f.tokens[i]; {
		case t.kind == word && t.text == "from" && f.at(i+1).kind == str:
			return i + 1
		case t.is("{"):
			i = f.shut[i]
		case t.kind == word, t.is(","), t.is("*"):
		default:
			return 0
		}
	}
	return 0
}

// importNames reads "a, { b, c as d }" and "* as e".
func (f *File) importNames(s Span) map[string]string {
	names := map[string]string{}
	braces := false
	for i := s.lo; i < s.hi; i++ {
		t := f.tokens[i]
		switch {
		case t.is("{"):
			braces = true
		case t.is("*") && f.at(i+1).text == "as":
			names[f.at(i+2).text] = "*"
			i += 2
		case t.kind == word && f.at(i+1).text == "as" && f.at(i+1).kind == word:
			names[f.at(i+2).text] = t.text
			i += 2
		case t.kind == word && braces:
			names[t.text] = t.text
		case t.kind == word:
			names[t.text] = "default"
		}
	}
	return names
}

// requireNames reads the left side of "const a = require(" and "const { a, b: c } = require(".
func (f *File) requireNames(i int) map[string]string {
	if f.at(i-1).text == "await" {
		i--
	}
	if !f.at(i - 1).is("=") {
		return nil
	}
	if t := f.at(i - 2); t.kind == word {
		return map[string]string{t.text: "default"}
	}
	if !f.at(i - 2).is("}") {
		return nil
	}
	names := map[string]string{}
	for j := i - 3; j > 0 && !f.at(j).is("{"); j-- {
		switch t := f.at(j); {
		case t.kind == word && f.at(j-1).is(":") && f.at(j-2).kind == word:
			names[t.text] = f.at(j - 2).text
			j -= 2
		case t.kind == word:
			names[t.text] = t.text
		}
	}
	return names
}

// Call is one call in a file.
type Call struct {
	Callee []string // app.listen( is {"app", "listen"}; what is no plain name is ""
	Args   []Span
	Line   int
	end    int // index of the closing parenthesis
}

// Name returns the last word of the callee.
func (c Call) Name() string { return c.Callee[len(c.Callee)-1] }

// Calls lists the calls within a span, in the order of the source.
func (f *File) Calls(s Span) []Call {
	if s != f.Whole() {
		return f.readCalls(s)
	}
	if f.calls == nil {
		f.calls = f.readCalls(s)
	}
	return f.calls
}

func (f *File) readCalls(s Span) []Call {
	out := []Call{}
	for i := s.lo; i < s.hi; i++ {
		if !f.tokens[i].is("(") {
			continue
		}
		if callee := f.callee(i); callee != nil {
			out = append(out, Call{callee, f.Split(Span{i + 1, f.shut[i]}), f.tokens[i].line, f.shut[i]})
		}
	}
	return out
}

// callee reads the chain of names that ends before the parenthesis at i.
func (f *File) callee(i int) []string {
	i--
	if f.at(i).is(">") { // a type argument: get<number>(
		for j := i - 1; j > i-9 && j > 0; j-- {
			if f.at(j).is("<") {
				i = j - 1
				break
			}
		}
	}
	if f.at(i).kind != word || notCallable(f.at(i).text) {
		return nil
	}
	chain := []string{f.at(i).text}
	for {
		if dot := f.at(i - 1); !dot.is(".") && !dot.is("?.") {
			break
		}
		i -= 2
		if f.at(i).kind != word {
			chain = append(chain, "")
			break
		}
		chain = append(chain, f.at(i).text)
	}
	for a, b := 0, len(chain)-1; a < b; a, b = a+1, b-1 {
		chain[a], chain[b] = chain[b], chain[a]
	}
	return chain
}

func notCallable(w string) bool {
	switch w {
	case "if", "for", "while", "switch", "catch", "return", "function", "typeof", "with":
		return true
	}
	return false
}

// Split cuts a span at its commas, those inside of brackets apart.
func (f *File) Split(s Span) []Span {
	var out []Span
	lo := s.lo
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		switch t := f.tokens[i]; {
		case t.is(","):
			out = append(out, Span{lo, i})
			lo = i + 1
		case t.is("("), t.is("["), t.is("{"):
			i = min(f.shut[i], s.hi)
		}
	}
	if lo < s.hi {
		out = append(out, Span{lo, min(s.hi, len(f.tokens))})
	}
	return out
}

// Prop is one property of an object literal.
type Prop struct {
	Key   string
	Value Span
	Line  int
	// Maybe says that the object holds only under a condition: cond ? {a: 1} : {}.
	// Of the properties that Props returns alone.
	Maybe bool
}

// Object returns the properties of the object literal that the span is; false
// where it is none. Spreads and computed keys are left out.
func (f *File) Object(s Span) ([]Prop, bool) {
	s = f.trim(s)
	if !f.at(s.lo).is("{") || s.Empty() {
		return nil, false
	}
	out := []Prop{}
	for _, p := range f.Split(Span{s.lo + 1, min(f.shut[s.lo], s.hi)}) {
		t := f.at(p.lo)
		switch {
		case p.Empty(), t.kind == punct, t.kind == other:
		case f.at(p.lo + 1).is(":"):
			out = append(out, Prop{Key: t.text, Value: Span{p.lo + 2, p.hi}, Line: t.line})
		case p.hi == p.lo+1: // shorthand
			out = append(out, Prop{Key: t.text, Value: p, Line: t.line})
		case f.at(p.lo + 1).is("("): // a method
			out = append(out, Prop{Key: t.text, Value: Span{p.lo + 1, p.hi}, Line: t.line})
		}
	}
	return out, true
}

// Key returns the value of a property of an object literal.
func (f *File) Key(s Span, key string) (Span, bool) {
	props, _ := f.Object(s)
	for _, p := range props {
		if p.Key == key {
			return p.Value, true
		}
	}
	return Span{}, false
}

// trim takes parentheses, "await", and TypeScript's assertions off an expression.
func (f *File) trim(s Span) Span {
	for !s.Empty() {
		first, last := f.at(s.lo), f.at(s.hi-1)
		switch {
		case first.is("(") && f.shut[s.lo] == s.hi-1:
			s = Span{s.lo + 1, s.hi - 1}
		case first.kind == word && (first.text == "await" || first.text == "new"):
			s.lo++
		case last.is("!"), last.is(";"):
			s.hi--
		default:
			if cut := f.find(s, func(t token) bool { return t.kind == word && (t.text == "as" || t.text == "satisfies") }); cut > s.lo {
				s.hi = cut
				continue
			}
			return s
		}
	}
	return s
}

// find returns the first token of the span, outside of brackets, that ok holds of; -1 for none.
func (f *File) find(s Span, ok func(token) bool) int {
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		t := f.tokens[i]
		if ok(t) {
			return i
		}
		if t.kind == punct && strings.Contains("([{", t.text) {
			i = f.shut[i]
		}
	}
	return -1
}

// declare records the file's variables and what is taken out of process.env.
func (f *File) declare() {
	f.consts, f.envs = map[string]Span{}, map[string]envPattern{}
	for i, t := range f.tokens {
		if t.kind != word || t.text != "const" && t.text != "let" && t.text != "var" {
			continue
		}
		if f.at(i + 1).is("{") {
			f.destructure(i + 1)
			continue
		}
		for j := i + 1; f.at(j).kind == word; j++ {
			eq := f.find(Span{j + 1, min(j+40, len(f.tokens))}, func(t token) bool { return t.is("=") || t.is(";") || t.is(",") })
			if eq < 0 || !f.at(eq).is("=") {
				break
			}
			value := f.expression(eq + 1)
			if _, ok := f.consts[f.at(j).text]; !ok {
				f.consts[f.at(j).text] = value
			}
			if j = value.hi; !f.at(j).is(",") {
				break
			}
		}
	}
}

// destructure reads "{ PORT = 3000, HOST: host } = process.env".
func (f *File) destructure(open int) {
	shut := f.shut[open]
	if !f.at(shut+1).is("=") || !f.isEnv(Span{shut + 2, shut + 5}) {
		return
	}
	for _, p := range f.Split(Span{open + 1, shut}) {
		if f.at(p.lo).kind != word {
			continue
		}
		local, deflt := f.at(p.lo).text, Span{}
		if eq := f.find(p, func(t token) bool { return t.is("=") }); eq > 0 {
			deflt = Span{eq + 1, p.hi}
		}
		f.envs[local] = envPattern{deflt, f.at(p.lo).line}
	}
}

// expression returns the expression that begins at i, up to its end in the statement.
func (f *File) expression(i int) Span {
	lo := i
	for ; i < len(f.tokens); i++ {
		t := f.tokens[i]
		if t.kind == punct && strings.Contains(",;)]}", t.text) {
			break
		}
		if i > lo && t.line != f.tokens[i-1].line && t.kind != punct && ends(f.tokens[i-1]) {
			break // a new line ends a statement without a semicolon
		}
		if t.kind == punct && strings.Contains("([{", t.text) {
			i = f.shut[i]
		}
	}
	return Span{lo, min(i, len(f.tokens))}
}

func ends(t token) bool { return t.kind != punct || strings.Contains(")]}", t.text) }

// Props returns every property of that key in any object literal of the file.
func (f *File) Props(key string) []Prop {
	var out []Prop
	for i, t := range f.tokens {
		if (t.kind == word || t.kind == str) && t.text == key && f.at(i+1).is(":") && (f.at(i-1).is("{") || f.at(i-1).is(",")) {
			out = append(out, Prop{Key: key, Value: f.expression(i + 2), Line: t.line, Maybe: f.conditional(i)})
		}
	}
	return out
}

// IsLiteral reports whether the expression is one string or number and nothing else.
func (f *File) IsLiteral(s Span) bool {
	s = f.trim(s)
	return s.hi == s.lo+1 && (f.at(s.lo).kind == str || f.at(s.lo).kind == num)
}

// Text returns the string that the span begins with, "" for none.
func (f *File) Text(s Span) string {
	if t := f.at(s.lo); !s.Empty() && t.kind == str {
		return t.text
	}
	return ""
}

// Is reports whether the expression is just that name, number or keyword.
func (f *File) Is(s Span, text string) bool {
	s = f.trim(s)
	return s.hi == s.lo+1 && f.at(s.lo).text == text
}

// Strings returns the strings of a span, in order.
func (f *File) Strings(s Span) []string {
	var out []string
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		if f.tokens[i].kind == str {
			out = append(out, f.tokens[i].text)
		}
	}
	return out
}

// IsFunction reports whether the expression is a function.
func (f *File) IsFunction(s Span) bool {
	s = f.trim(s)
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		switch t := f.tokens[i]; {
		case t.is("=>"), t.kind == word && t.text == "function":
			return true
		case t.is("("), t.is("{"), t.is("["):
			i = f.shut[i]
		}
	}
	return false
}

// Words returns the names that a span uses, without those of members.
func (f *File) Words(s Span) []string {
	var out []string
	for i := s.lo; i < s.hi && i < len(f.tokens); i++ {
		if f.tokens[i].kind == word && !f.at(i-1).is(".") && !f.at(i-1).is("?.") {
			out = append(out, f.tokens[i].text)
		}
	}
	return out
}

// MadeBy returns the function whose result a variable is: "express" of "const
// app = express()", "Router" of "const r = express.Router()"; "" where it is not known.
func (f *File) MadeBy(variable string) string {
	s, ok := f.consts[variable]
	if !ok {
		return ""
	}
	for _, c := range f.Calls(s) {
		return c.Name()
	}
	return ""
}

// MakesRoute reports whether the class behind a decorator has a member under a
// decorator Get without a path, or HealthCheck.
func (f *File) MakesRoute(decorator Call) bool {
	for i := decorator.end + 1; i < len(f.tokens); i++ {
		t := f.tokens[i]
		if t.is("@") && f.at(i+1).text == "Controller" {
			return false
		}
		if t.is("@") && f.at(i+1).text == "Get" && f.at(i+2).is("(") && f.at(i+3).is(")") {
			return true
		}
	}
	return false
}

// Before returns the array literal that a call is made on: ["a"] of ["a"].forEach(x).
func (f *File) Before(c Call) Span {
	for i := c.end; i >= 0; i-- {
		if f.tokens[i].is("(") && f.shut[i] == c.end {
			if end := i - 3; f.at(end).is("]") {
				for j := end; j >= 0; j-- {
					if f.tokens[j].is("[") && f.shut[j] == end {
						return Span{j, end}
					}
				}
			}
			return Span{}
		}
	}
	return Span{}
}

// conditional reports whether the object literal around the token at i is a
// branch of a condition.
func (f *File) conditional(i int) bool {
	depth := 0
	for i--; i >= 0; i-- {
		switch t := f.tokens[i]; {
		case t.is(")"), t.is("]"), t.is("}"):
			depth++
		case t.is("("), t.is("["), t.is("{"):
			if depth--; depth >= 0 {
				continue
			}
			before := f.at(i - 1)
			key := f.at(i-2).kind == word || f.at(i-2).kind == str
			return before.is("?") || before.is("&&") || before.is(":") && !(key && (f.at(i-3).is("{") || f.at(i-3).is(",")))
		}
	}
	return false
}
