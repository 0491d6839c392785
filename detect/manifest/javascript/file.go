package javascript

// File is one source.
type File struct {
	Path   string // relative to the folder it was read from
	tokens []token
	shut   []int       // of each opening bracket: the index of its closing one, else len(tokens)
	opens  map[int]int // of each closing bracket: the index of its opening one
	consts map[string]Span
	envs   map[string]envPattern
	parts  map[string]part

	settings map[string]Span // of calls set("name", value), once read
	members  map[string]int  // of each member that is set: where the sign stands, once read
	spaces   map[string]bool // of NestJS's configuration, once read
	imports  []Import        // once read
	calls    []Call          // of the whole file, once read
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
	f.shut, f.opens = make([]int, len(f.tokens)), map[int]int{}
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
				f.shut[open[n-1]], f.opens[i] = i, open[n-1]
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

// declare records the file's variables and what is taken out of process.env.
func (f *File) declare() {
	f.consts, f.envs, f.parts = map[string]Span{}, map[string]envPattern{}, map[string]part{}
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

// part is a variable that is taken out of an object: "{ port: p } = config".
type part struct{ object, key string }

// takeApart reads "{ port, host: address } = config".
func (f *File) takeApart(open int) {
	shut := f.shut[open]
	value := f.expression(shut + 2)
	if f.at(value.lo).kind != word || value.hi != value.lo+1 {
		return
	}
	for _, p := range f.Split(Span{open + 1, shut}) {
		key, local := f.at(p.lo), f.at(p.lo)
		if f.at(p.lo + 1).is(":") {
			local = f.at(p.lo + 2)
		}
		if _, known := f.parts[local.text]; key.kind == word && local.kind == word && !known {
			f.parts[local.text] = part{f.at(value.lo).text, key.text}
		}
	}
}

// destructure reads "{ PORT = 3000, HOST: host } = process.env".
func (f *File) destructure(open int) {
	shut := f.shut[open]
	if !f.at(shut + 1).is("=") {
		return
	}
	if !f.isEnv(Span{shut + 2, shut + 5}) {
		f.takeApart(open)
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
