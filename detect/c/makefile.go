package c

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// rule is one rule of a makefile.
type rule struct {
	targets []string
	needs   []string
	recipe  []string
	line    int
}

// makefile is what a makefile says, expanded as far as its text goes
// (https://www.gnu.org/software/make/manual/html_node/Reading-Makefiles.html).
type makefile struct {
	vars  map[string]string
	rules []rule
}

// parseMake reads a makefile. Conditionals are not decided: all branches are taken.
func parseMake(d *detect.Dir, src string) *makefile {
	m := &makefile{vars: map[string]string{}}
	lines := strings.Split(src, "\n")
	var current *rule
	for i := 0; i < len(lines); i++ {
		at := i + 1
		line := lines[i]
		for strings.HasSuffix(line, `\`) && i+1 < len(lines) {
			i++
			line = strings.TrimSuffix(line, `\`) + " " + strings.TrimSpace(lines[i])
		}
		if strings.HasPrefix(line, "\t") {
			if current != nil {
				current.recipe = append(current.recipe, strings.TrimSpace(line))
			}
			continue
		}
		if j := strings.IndexByte(line, '#'); j >= 0 && (j == 0 || line[j-1] != '\\') {
			line = line[:j]
		}
		line = strings.TrimSpace(line)
		word, _, _ := strings.Cut(line, " ")
		switch word {
		case "", "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif", "include", "-include", "export", "unexport", "define", "endef", "vpath", "override":
			continue
		}
		if name, op, value, ok := assignment(line); ok {
			switch {
			case op == "+=":
				m.vars[name] = strings.TrimSpace(m.vars[name] + " " + value)
			case op == "?=" && m.vars[name] != "":
			default:
				m.vars[name] = value
			}
			current = nil
			continue
		}
		left, right, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		right = strings.TrimPrefix(right, ":")
		right, inline, hasInline := strings.Cut(right, ";")
		m.rules = append(m.rules, rule{targets: strings.Fields(m.expand(d, left)), needs: strings.Fields(m.expand(d, right)), line: at})
		current = &m.rules[len(m.rules)-1]
		if hasInline {
			current.recipe = append(current.recipe, strings.TrimSpace(inline))
		}
	}
	return m
}

func assignment(line string) (name, op, value string, ok bool) {
	i := strings.IndexByte(line, '=')
	if i <= 0 {
		return "", "", "", false
	}
	name, value = line[:i], strings.TrimSpace(line[i+1:])
	op = "="
	for _, o := range []string{"::", ":", "?", "+", "!"} {
		if rest, ok := strings.CutSuffix(name, o); ok {
			name, op = rest, o+"="
			break
		}
	}
	name = strings.TrimSpace(name)
	return name, op, value, name != "" && !strings.ContainsAny(name, " \t:$")
}

// expand lays variables and the common functions into a text.
func (m *makefile) expand(d *detect.Dir, s string) string { return m.expandDeep(d, s, 0) }

func (m *makefile) expandDeep(d *detect.Dir, s string, depth int) string {
	if depth > 10 || len(s) > 1<<16 {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(s) && b.Len() < 1<<16; i++ {
		if s[i] != '$' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		open := s[i]
		if open != '(' && open != '{' {
			if open != '$' {
				b.WriteByte('$') // of a rule: $@, $<
			}
			b.WriteByte(open)
			continue
		}
		level, start := 1, i+1
		for i++; i < len(s) && level > 0; i++ {
			switch s[i] {
			case '(', '{':
				level++
			case ')', '}':
				level--
			}
		}
		i--
		b.WriteString(m.reference(d, s[start:max(start, min(i, len(s)))], depth+1))
	}
	return b.String()
}

// reference is what stands between $( and ).
func (m *makefile) reference(d *detect.Dir, ref string, depth int) string {
	fn, rest, isFn := strings.Cut(ref, " ")
	if isFn {
		args := strings.Split(m.expandDeep(d, rest, depth), ",")
		switch fn {
		case "wildcard":
			var out []string
			for _, pattern := range strings.Fields(args[0]) {
				dir, base := path.Split(pattern)
				if dir = path.Clean(dir); inside(dir) && !strings.ContainsAny(dir, "*?[") {
					for _, f := range d.Sub(dir).Names(base) {
						out = append(out, path.Join(dir, f))
					}
				}
			}
			return strings.Join(out, " ")
		case "patsubst":
			if len(args) == 3 {
				return patsubst(strings.TrimSpace(args[0]), strings.TrimSpace(args[1]), args[2])
			}
		case "addprefix":
			if len(args) == 2 {
				return patsubst("%", args[0]+"%", args[1])
			}
		case "addsuffix":
			if len(args) == 2 {
				return patsubst("%", "%"+args[0], args[1])
			}
		case "notdir":
			var out []string
			for _, w := range strings.Fields(args[0]) {
				out = append(out, path.Base(w))
			}
			return strings.Join(out, " ")
		case "strip", "sort", "abspath":
			return args[0]
		}
		return ""
	}
	name, subst, ok := strings.Cut(ref, ":")
	value := m.expandDeep(d, m.vars[name], depth)
	if from, to, isSubst := strings.Cut(subst, "="); ok && isSubst {
		if !strings.Contains(from, "%") {
			from, to = "%"+from, "%"+to
		}
		return patsubst(from, to, value)
	}
	switch name {
	case "MAKE":
		return "make"
	case "CC", "CXX", "LD":
		return "$" + name
	case "RM":
		return "rm -f"
	}
	return value
}

func patsubst(from, to, words string) string {
	pre, post, _ := strings.Cut(from, "%")
	var out []string
	for _, w := range strings.Fields(words) {
		if strings.HasPrefix(w, pre) && strings.HasSuffix(w, post) && len(w) >= len(pre)+len(post) {
			w = strings.Replace(to, "%", w[len(pre):len(w)-len(post)], 1)
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// makes reports whether the makefile of a folder builds files of another one below it
// into a program of its own, as those of a library that is kept in the tree.
func makes(d *detect.Dir, below string) bool {
	name := d.First("GNUmakefile", "makefile", "Makefile")
	if name == "" || below == d.Path() {
		return false
	}
	p, err := detect.Once(d, "c makefile:"+d.Path(), func() (*project, error) { return readMake(d, name) })
	if err != nil {
		return false
	}
	rel := detect.Under(below, d.Path()) + "/"
	return slices.ContainsFunc(p.execs, func(e *executable) bool {
		return !e.test && slices.ContainsFunc(e.sources, func(s string) bool { return strings.HasPrefix(s, rel) })
	})
}

func readMake(d *detect.Dir, name string) (*project, error) {
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	p := &project{dir: d, tool: "make", file: name, libs: map[string][]string{}, links: map[string][]string{}}
	m := parseMake(d, string(data))
	for _, r := range m.rules {
		for _, target := range r.targets {
			if strings.ContainsAny(target, "%.$*") && path.Ext(target) != ".out" && path.Ext(target) != ".exe" || !inside(target) || target == "" {
				continue
			}
			if e := p.program(m, d, r, target); e != nil && !slices.ContainsFunc(p.execs, func(o *executable) bool { return o.name == e.name }) {
				p.execs = append(p.execs, e)
			}
		}
	}
	flags := strings.Fields(m.expand(d, strings.Join([]string{m.vars["LDFLAGS"], m.vars["LDLIBS"], m.vars["LIBS"], m.vars["LDADD"]}, " ")))
	for _, r := range m.rules {
		for _, line := range r.recipe {
			flags = append(flags, strings.Fields(m.expand(d, line))...)
		}
	}
	for _, f := range flags {
		if lib, ok := strings.CutPrefix(f, "-l"); ok && lib != "" {
			p.depends(lib, "lib", d.Note(name, 0, "links -l%s", lib))
		}
	}
	for _, value := range manifest.Sorted(m.vars) { // $(shell pkg-config --libs a b)
		if _, rest, ok := strings.Cut(value, "pkg-config"); ok {
			for _, w := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(" \t()`'\"", r) }) {
				if !strings.HasPrefix(w, "-") {
					p.depends(w, "pkg-config", d.Note(name, 0, "pkg-config %s", w))
				}
			}
		}
	}
	slices.SortFunc(p.deps, func(a, b dependency) int { return strings.Compare(a.name, b.name) })
	return p, nil
}

// program is the executable that a rule links, nil for any other rule.
func (p *project) program(m *makefile, d *detect.Dir, r rule, target string) *executable {
	links := false
	var words []string
	for _, line := range r.recipe {
		text := strings.ReplaceAll(m.expand(d, line), "$@", target)
		fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == ';' })
		compiler := slices.ContainsFunc(fields, func(w string) bool {
			w = path.Base(strings.TrimLeft(w, "@-"))
			return w == "$CC" || w == "$CXX" || w == "$LD" || w == "cc" || w == "gcc" || w == "g++" || w == "clang" || w == "clang++" || w == "c++"
		})
		if compiler && !slices.Contains(fields, "-c") && !slices.Contains(fields, "-shared") {
			links = true
			words = append(words, fields...)
		}
	}
	objects := slices.ContainsFunc(r.needs, func(n string) bool { return path.Ext(n) == ".o" })
	if !links && (len(r.recipe) > 0 || !objects) {
		return nil
	}
	e := &executable{name: path.Base(target), output: path.Join("/src", target), why: d.Note(p.file, r.line, "%s", target), test: testName(path.Base(target)) || aside(target)}
	for _, w := range append(slices.Clone(r.needs), words...) {
		base := strings.TrimSuffix(w, ".o")
		for _, candidate := range []string{w, base + ".c", base + ".cpp", base + ".cc", "src/" + path.Base(base) + ".c", "src/" + path.Base(base) + ".cpp", "src/" + path.Base(base) + ".cc"} {
			if isSource(candidate) && inside(candidate) && d.Has(candidate) && !slices.Contains(e.sources, candidate) && (candidate == w || path.Ext(w) == ".o") {
				e.sources = append(e.sources, candidate)
			}
		}
	}
	return e
}

// readAutotools reads the programs of Makefile.am and the checks of configure.ac
// (https://www.gnu.org/software/automake/manual/automake.html#A-Program).
func readAutotools(d *detect.Dir, name string) (*project, error) {
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	p := &project{dir: d, tool: "autotools", file: name, libs: map[string][]string{}, links: map[string][]string{}}
	for _, cmd := range cmakeCommands(strings.ReplaceAll(string(data), "dnl ", "# ")) { // M4's calls look the same
		var args []string
		for _, a := range cmd.args {
			args = append(args, strings.Trim(a, "[],"))
		}
		if len(args) == 0 {
			continue
		}
		switch cmd.name {
		case "ac_init":
			p.name = args[0]
			if len(args) > 1 {
				p.version = args[1]
			}
		case "ac_check_lib", "ac_search_libs":
			lib := args[0]
			if cmd.name == "ac_search_libs" && len(args) > 1 {
				lib = args[1]
			}
			p.depends(lib, "lib", d.Note(name, cmd.line, "%s(%s)", cmd.name, lib))
		case "pkg_check_modules":
			if len(args) > 1 {
				for _, m := range args[1:] {
					if module := moduleName(m); module != "" {
						p.depends(module, "pkg-config", d.Note(name, cmd.line, "pkg_check_modules(%s)", m))
					}
				}
			}
		}
	}
	for _, am := range []string{"Makefile.am", "src/Makefile.am"} {
		if !d.Has(am) {
			continue
		}
		data, err := d.Read(am)
		if err != nil {
			return nil, err
		}
		m := parseMake(d, string(data))
		at := path.Dir(am)
		for _, key := range []string{"bin_PROGRAMS", "sbin_PROGRAMS"} {
			for _, prog := range strings.Fields(m.expand(d, m.vars[key])) {
				if !inside(prog) {
					continue
				}
				e := &executable{name: path.Base(prog), output: path.Join("/src", at, prog), why: d.Note(am, 0, "%s = %s", key, prog), test: testName(prog)}
				for _, f := range strings.Fields(m.expand(d, m.vars[strings.NewReplacer("-", "_", ".", "_", "/", "_").Replace(prog)+"_SOURCES"])) {
					if f = path.Join(at, f); isSource(f) && inside(f) && d.Has(f) {
						e.sources = append(e.sources, f)
					}
				}
				p.execs = append(p.execs, e)
			}
		}
	}
	return p, nil
}
