package javascript

// Call is one call in a file.
type Call struct {
	Callee []string // app.listen( is {"app", "listen"}; what is no plain name is ""
	Args   []Span
	Line   int
	end    int // index of the closing parenthesis
	begin  int // index of the callee's first token
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
		if callee, begin := f.callee(i); callee != nil {
			out = append(out, Call{callee, f.Split(Span{i + 1, f.shut[i]}), f.tokens[i].line, f.shut[i], begin})
		}
	}
	return out
}

// callee reads the chain of names that ends before the parenthesis at i.
func (f *File) callee(i int) (chain []string, begin int) {
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
		return nil, 0
	}
	chain = []string{f.at(i).text}
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
	return chain, i
}

// First returns the call that a chain of calls begins with: Elysia({}) of
// new Elysia({}).use(x).get("/", y). It is the call itself where no chain is.
func (f *File) First(c Call) Call {
	for range 200 { // more is no chain that people write
		if c.Callee[0] != "" || !f.at(c.begin).is(")") {
			return c
		}
		open, ok := f.opens[c.begin]
		if !ok {
			return c
		}
		callee, begin := f.callee(open)
		if callee == nil {
			return c
		}
		c = Call{callee, f.Split(Span{open + 1, c.begin}), f.tokens[open].line, c.begin, begin}
	}
	return c
}

func notCallable(w string) bool {
	switch w {
	case "if", "for", "while", "switch", "catch", "return", "function", "typeof", "with":
		return true
	}
	return false
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
