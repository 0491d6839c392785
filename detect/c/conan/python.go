package conan

import (
	"slices"
	"strings"
)

// block is an open class, function or branch.
type block struct {
	indent int
	kind   string // "class", "def" or another keyword
	name   string
	dead   bool // not for Linux, or not for a release
	taken  bool // the if above is true for every build in an image
	depend bool // it is not known whether it is run
}

// recipe is the reading of a conanfile.py.
type recipe struct {
	*File
	blocks []block
	moved  bool // the layout depends on more than is read
}

// Python reads a conanfile.py: the attributes of its class, and the calls and
// assignments of its methods whose arguments are literals
// (https://docs.conan.io/2/reference/conanfile.html).
func Python(src string) *File {
	r := &recipe{File: &File{Literal: true}}
	last := block{indent: -1}
	for _, l := range lines(src) {
		for n := len(r.blocks); n > 0 && r.blocks[n-1].indent >= l.indent; n-- {
			last, r.blocks = r.blocks[n-1], r.blocks[:n-1]
		}
		toks := l.toks
		keyword := toks[0].s
		if toks[0].kind != word {
			keyword = ""
		}
		switch keyword {
		case "class", "def":
			if len(toks) > 1 {
				r.blocks = append(r.blocks, block{indent: l.indent, kind: toks[0].s, name: toks[1].s})
			}
			continue
		case "if", "elif", "else", "for", "while", "with", "try", "except", "finally":
			i := max(1, colon(toks))
			b := condition(toks[:i], last.indent == l.indent && last.taken)
			b.indent = l.indent
			if i < len(toks)-1 { // if a: b
				r.blocks = append(r.blocks, b)
				r.statement(toks[i+1:])
				r.blocks = r.blocks[:len(r.blocks)-1]
				last = b
				continue
			}
			r.blocks = append(r.blocks, b)
			continue
		}
		r.statement(toks)
	}
	r.Literal = r.Literal && !r.moved
	return r.File
}

// colon is the place of the colon that ends a compound statement's head.
func colon(toks []token) int {
	depth := 0
	for i, t := range toks {
		switch {
		case t.kind != mark:
		case strings.Contains("([{", t.s):
			depth++
		case strings.Contains(")]}", t.s):
			depth--
		case t.s == ":" && depth == 0:
			return i
		}
	}
	return len(toks)
}

// condition judges the comparisons with a system or a configuration that recipes are
// full of. The build is one of Linux and Release.
func condition(head []token, taken bool) block {
	b := block{kind: head[0].s}
	switch b.kind {
	case "else", "elif":
		b.dead, b.taken = taken, taken
		if b.kind == "else" || taken {
			b.depend = true
			return b
		}
	case "if":
	default:
		b.depend = b.kind != "with" && b.kind != "try"
		return b
	}
	b.depend = true
	if slices.ContainsFunc(head, func(t token) bool { return t.is("or") || t.is("and") || t.is("not") || t.is("in") }) {
		return b
	}
	for i, t := range head {
		if t.kind != text || i < 2 || !head[i-1].is("=") {
			continue
		}
		equal, same := head[i-2].is("="), false
		switch t.s {
		case "Linux", "gcc", "Release":
			same = true
		case "Windows", "Macos", "Android", "iOS", "FreeBSD", "Emscripten", "msvc", "Visual Studio", "apple-clang", "Debug":
		default:
			continue
		}
		b.dead, b.taken, b.depend = equal != same, equal == same, false
	}
	return b
}

func (r *recipe) in(kind string) string {
	for _, b := range slices.Backward(r.blocks) {
		if b.kind == kind {
			return b.name
		}
	}
	return ""
}

func (r *recipe) statement(toks []token) {
	if slices.ContainsFunc(r.blocks, func(b block) bool { return b.dead }) {
		return
	}
	def := r.in("def")
	switch {
	case toks[0].is("from") && len(toks) > 1 && toks[1].is("conans"), toks[0].is("import") && len(toks) > 1 && toks[1].is("conans"):
		r.Old = true
	case def == "" && len(toks) > 2 && toks[1].is("="):
		r.attribute(toks[0].s, toks[2:])
	}
	// What runs whenever the recipe is loaded may read files beside it.
	if def == "" || def == "set_version" || def == "set_name" || def == "init" {
		for _, t := range toks {
			if t.kind == text && t.s != "" && len(t.s) < 200 && !strings.ContainsAny(t.s, " \n*?:") {
				r.Reads = append(r.Reads, t.s)
			}
		}
	}
	for i, t := range toks {
		switch {
		case t.kind == word && i+1 < len(toks) && toks[i+1].is("("):
			r.call(def, toks, i)
		case t.kind == mark && t.s == "=" && i > 0 && i+1 < len(toks) && !toks[i-1].is("="):
			r.assign(toks[:i], toks[i+1:])
		}
	}
}

// attribute reads one attribute of the class.
func (r *recipe) attribute(name string, value []token) {
	switch name {
	case "requires", "tool_requires", "build_requires", "test_requires":
		for _, t := range value {
			if t.kind == text {
				r.require(t.s, t.line, name)
			}
		}
	case "generators":
		for _, t := range value {
			if t.kind == text {
				r.generate(t.s)
			}
		}
	case "default_options":
		for i, t := range value {
			switch {
			case t.kind != text:
			case i+2 < len(value) && value[i+1].is(":"):
				r.option(t.s, value[i+2].s, t.line)
			default: // "drogon:shared=True", as Conan 1 takes it
				if name, v, ok := strings.Cut(t.s, "="); ok {
					r.option(name, v, t.line)
				}
			}
		}
	}
}

// call reads a call, whose name is the token at i.
func (r *recipe) call(def string, toks []token, i int) {
	name, args := toks[i].s, toks[i+2:]
	switch name {
	case "requires", "tool_requires", "build_requires", "test_requires":
		if len(args) > 0 && args[0].kind == text {
			section := name
			if def == "build_requirements" && name == "requires" {
				section = "tool_requires"
			}
			r.require(args[0].s, args[0].line, section)
		}
	case "cmake_layout", "basic_layout":
		r.layout(name)
		for j, a := range args {
			switch {
			case a.is("build_folder") && name == "cmake_layout" && j+2 < len(args) && args[j+1].is("=") && args[j+2].kind == text:
				r.Generated = args[j+2].s + "/Release/generators"
			case a.is("build_folder"), a.is("generator"):
				r.Literal = false
			}
		}
	case "CMakeToolchain", "CMakeDeps", "CMakeConfigDeps", "MesonToolchain", "PkgConfigDeps", "AutotoolsToolchain", "AutotoolsDeps", "MakeDeps":
		r.generate(name)
	case "Git":
		if def == "set_version" {
			r.AsksGit = toks[i].line
		}
	}
}

// assign reads an assignment to something of self, or of a generator.
func (r *recipe) assign(left, right []token) {
	var names []string
	key := ""
	for _, t := range left {
		switch t.kind {
		case word:
			names = append(names, t.s)
		case text:
			key = t.s
		}
	}
	n := len(names)
	switch {
	case n > 2 && names[n-2] == "folders" && names[0] == "self":
		switch names[n-1] {
		case "generators":
			r.Generated, r.Literal = "", len(right) == 1 && right[0].kind == text
			if r.Literal {
				r.Generated = right[0].s
			}
		case "root", "subproject", "build_folder_vars":
			r.moved = true
		}
	case n > 1 && names[n-1] == "shared" && key != "" && right[0].is("True"):
		r.option(key+":shared", "True", right[0].line)
	case n > 2 && names[n-1] == "shared" && names[1] == "options" && right[0].is("True"):
		r.option(names[n-2]+":shared", "True", right[0].line) // self.options.x.shared
	case n == 2 && names[1] == "cache_variables" && key != "" && len(right) == 1 && !slices.ContainsFunc(r.blocks, func(b block) bool { return b.depend }):
		value := right[0].s
		if right[0].kind == word && value != "True" && value != "False" {
			return // of the recipe's own
		}
		r.Cache = append(r.Cache, Option{key, value, right[0].line})
	}
}
