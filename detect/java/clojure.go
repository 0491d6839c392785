package java

import (
	"strings"

	"dockgen/detect"
)

// lispBuild is what is particular to a build of Clojure.
type lispBuild struct {
	alias    string // of deps.edn, whose tool makes the jar
	function string // of the build program: uber
	jar      string // its name, where it is said
	paths    []string
}

// readLein describes a Leiningen project
// (https://github.com/technomancy/leiningen/blob/stable/sample.project.clj).
func readLein(d *detect.Dir) (*module, error) {
	data, err := d.Read("project.clj")
	if err != nil {
		return nil, err
	}
	m := &module{tool: lein, dir: d, top: d, file: "project.clj", path: ".", packaging: "jar", sources: []string{"src"}, lisp: &lispBuild{}, inputs: []string{"project.clj"}}
	var project sexp
	for _, f := range readForms(data) {
		if f.head() == "defproject" && len(f.items) > 2 {
			project = f
		}
	}
	if project.open == 0 {
		return nil, d.Errorf("project.clj", 0, "holds no (defproject name \"version\" ...)")
	}
	m.name = project.items[1].text[strings.LastIndexByte(project.items[1].text, '/')+1:]
	m.version = project.items[2].text
	if v, ok := project.after(":description"); ok && v.str {
		m.description = v.text
	}
	m.lispLibraries(project)
	if v, ok := project.after(":main"); ok && v.open == 0 {
		m.main = detect.Found(v.text, m.note(v.line, ":main %s", v.text))
	}
	if v, ok := project.after(":uberjar-name"); ok && v.str {
		m.lisp.jar = v.text
	}
	project.each(func(f sexp) {
		if v, ok := f.value(":uberjar"); ok && f.open == '{' {
			if n, ok := v.value(":uberjar-name"); ok && n.str {
				m.lisp.jar = n.text
			}
		}
	})
	if v, ok := project.after(":source-paths"); ok {
		m.sources = nil
		for _, i := range v.items {
			m.sources = append(m.sources, i.text)
		}
	}
	if v, ok := project.after(":plugins"); ok {
		for _, i := range v.items {
			if len(i.items) > 1 {
				m.plugins = append(m.plugins, plugin{id: i.items[0].text, version: i.items[1].text, note: m.note(i.line, "plugin %s", i.items[0].text)})
			}
		}
	}
	if v, ok := project.after(":ring"); ok {
		if h, ok := v.value(":handler"); ok {
			m.plugins = append(m.plugins, plugin{id: "ring-handler", version: h.text, note: m.note(h.line, ":ring {:handler %s}", h.text)})
		}
	}
	if v, ok := project.after(":javac-options"); ok {
		for i, o := range v.items {
			if i > 0 && javaRelease(o.text) != "" {
				m.release = detect.Found(javaRelease(o.text), m.note(o.line, ":javac-options %s", o.text))
			}
		}
	}
	return m, nil
}

// lispLibraries reads :dependencies [[group/name "version"] ...]; those of profiles are not the program's.
func (m *module) lispLibraries(project sexp) {
	v, ok := project.after(":dependencies")
	if !ok {
		return
	}
	for _, i := range v.items {
		if len(i.items) == 0 {
			continue
		}
		d := lispName(i.items[0].text)
		if len(i.items) > 1 {
			d.version = i.items[1].text
		}
		d.note = m.note(i.line, "depends on %s", i.items[0].text)
		if s, ok := i.after(":scope"); ok && (s.text == "test" || s.text == "provided") {
			m.test = append(m.test, d)
			continue
		}
		m.deps = append(m.deps, d)
	}
}

// lispName splits group/name; a name alone is its own group.
func lispName(s string) dependency {
	if group, name, ok := strings.Cut(s, "/"); ok {
		return dependency{group: group, name: name}
	}
	return dependency{group: s, name: s}
}

// readDeps describes a project of the Clojure CLI (https://clojure.org/reference/deps_edn).
func readDeps(d *detect.Dir) (*module, error) {
	data, err := d.Read("deps.edn")
	if err != nil {
		return nil, err
	}
	m := &module{tool: deps, dir: d, top: d, file: "deps.edn", path: ".", packaging: "jar", sources: []string{"src"}, lisp: &lispBuild{paths: []string{"src"}}, inputs: []string{"deps.edn"}}
	forms := readForms(data)
	if len(forms) == 0 || forms[0].open != '{' {
		return nil, d.Errorf("deps.edn", 0, "holds no map")
	}
	top := forms[0]
	if v, ok := top.value(":deps"); ok {
		for i := 0; i+1 < len(v.items); i += 2 {
			lib := lispName(v.items[i].text)
			if mvn, ok := v.items[i+1].value(":mvn/version"); ok {
				lib.version = mvn.text
			}
			lib.note = m.note(v.items[i].line, "depends on %s", v.items[i].text)
			m.deps = append(m.deps, lib)
		}
	}
	if v, ok := top.value(":paths"); ok && len(v.items) > 0 {
		m.sources, m.lisp.paths = nil, nil
		for _, p := range v.items {
			if p.str {
				m.lisp.paths = append(m.lisp.paths, p.text)
				if p.text != "resources" && p.text != "classes" {
					m.sources = append(m.sources, p.text)
				}
			}
		}
	}
	if v, ok := top.value(":aliases"); ok {
		m.lispAliases(v)
	}
	return m, nil
}

// lispAliases finds the alias whose tool makes the jar, and what another one starts.
func (m *module) lispAliases(aliases sexp) {
	for i := 0; i+1 < len(aliases.items); i += 2 {
		name, alias := strings.TrimPrefix(aliases.items[i].text, ":"), aliases.items[i+1]
		if _, ok := alias.value(":ns-default"); ok || hasTool(alias) {
			if file := m.dir.First("build.clj", "build/build.clj", "dev/build.clj"); file != "" && m.lisp.alias == "" {
				m.lisp.alias, m.lisp.function = name, m.uberFunction(file)
				m.inputs = append(m.inputs, file)
			}
		}
		if v, ok := alias.value(":main-opts"); ok && (name == "run" || name == "main" || name == "server" || name == "start" || name == "prod") {
			for n, o := range v.items {
				if o.text == "-m" && n+1 < len(v.items) {
					m.main = detect.Found(v.items[n+1].text, m.note(v.line, ":%s starts %s", name, v.items[n+1].text))
				}
			}
		}
	}
}

func hasTool(alias sexp) bool {
	found := false
	alias.each(func(f sexp) { found = found || f.text == "io.github.clojure/tools.build" })
	return found
}

// uberFunction is the function of the build program that makes the jar with everything.
func (m *module) uberFunction(file string) string {
	data, err := m.dir.Read(file)
	if err != nil {
		return ""
	}
	best := ""
	for _, f := range readForms(data) {
		if f.head() != "defn" || len(f.items) < 2 {
			continue
		}
		name := f.items[1].text
		if name == "uber" || name == "uberjar" || best == "" && (name == "ci" || name == "all" || name == "build") {
			best = name
		}
		f.each(func(x sexp) {
			if main, ok := x.value(":main"); ok && x.open == '{' && !m.main.IsSet() && main.open == 0 && !main.str && main.text != "clojure.main" {
				m.main = detect.Found(main.text, m.dir.Note(file, main.line, ":main %s", main.text))
			}
			if x.text == "b/uber" && name != "uber" && name != "uberjar" && best == "" {
				best = name
			}
		})
	}
	return best
}
