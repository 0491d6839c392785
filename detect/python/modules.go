package python

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// maxModules bounds how many files of a project are looked at.
const maxModules = 600

// code is the project's Python source: parsed where something asks for it.
type code struct {
	d      *detect.Dir
	files  []string // of the program, shallow ones first; tests and their like are not among them
	known  map[string]bool
	text   map[string][]byte
	parsed map[string]*source.Module
	cwd    string // the folder that the program runs in
	load   string // a file that drives load against a program, and is none of its modules
}

// notProgram are folders whose modules are not what runs.
var notProgram = []string{
	"tests", "test", "testing", "docs", "doc", "examples", "example", "migrations", "alembic", "versions", "benchmarks", "notebooks",
	"fixtures", "node_modules", "site-packages", "build", "dist", "e2e", "samples", "demo", "demos", "cookbook", "playground",
}

// readCode lists the modules below the folder that belong to its project: folders
// with a manifest of their own are other projects.
func readCode(d *detect.Dir) *code {
	c := &code{d: d, known: map[string]bool{}, text: map[string][]byte{}, parsed: map[string]*source.Module{}}
	c.list("", 0)
	slices.SortStableFunc(c.files, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	if len(c.files) > maxModules {
		c.files = c.files[:maxModules]
	}
	c.files = slices.DeleteFunc(c.files, func(f string) bool {
		if !c.drivesLoad(f) {
			return false
		}
		c.load = first(c.load, f)
		return true
	})
	return c
}

// drivesLoad reports whether a file is one for Locust, which calls a program as many users
// would. https://docs.locust.io/en/stable/writing-a-locustfile.html
func (c *code) drivesLoad(file string) bool {
	if !c.mentions(file, "locust") {
		return false
	}
	return slices.ContainsFunc(c.module(file).Imports(), func(i source.Imported) bool {
		return i.Level == 0 && (i.Module == "locust" || strings.HasPrefix(i.Module, "locust."))
	})
}

const maxFolders = 8

func (c *code) list(dir string, depth int) {
	here := c.d.Sub(orDot(dir))
	for _, name := range here.Names("*.py") {
		chore := slices.Contains([]string{"noxfile.py", "fabfile.py", "versioneer.py"}, name) && !here.Has("__init__.py") || name == "setup.py" && isSetup(here)
		if strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "_test.py") || name == "conftest.py" || chore || name == "tasks.py" && depth == 0 && !here.Has("celery.py") {
			if name != "tasks.py" || isInvoke(here) {
				continue
			}
		}
		c.files = append(c.files, path.Join(dir, name))
		c.known[path.Join(dir, name)] = true
	}
	if depth >= maxFolders {
		return
	}
	for _, sub := range here.Dirs() {
		// A project of Django's may have any of these names: its package lies beside manage.py.
		site := here.Has("manage.py") && here.Sub(sub).First("wsgi.py", "asgi.py", "settings.py", "settings/__init__.py") != ""
		if strings.HasPrefix(sub, ".") || slices.Contains(notProgram, sub) && !site {
			continue
		}
		if ownManifest(here.Sub(sub)) {
			continue
		}
		c.list(path.Join(dir, sub), depth+1)
	}
}

// isInvoke reports whether tasks.py is for the invoke tool, which runs chores.
func isInvoke(d *detect.Dir) bool {
	data, err := d.Read("tasks.py")
	if err != nil {
		return false
	}
	for _, i := range source.Parse(data).Imports() {
		if i.Module == "invoke" {
			return true
		}
	}
	return false
}

func orDot(p string) string {
	if p == "" {
		return "."
	}
	return p
}

// ownManifest reports whether a folder is a project of its own.
func ownManifest(d *detect.Dir) bool {
	return d.First("pyproject.toml", "Pipfile", "requirements.txt") != "" || isSetup(d)
}

// isSetup reports whether the folder's setup.py is the script that installs a package, and
// no module of one, which may have that name as well.
func isSetup(d *detect.Dir) bool {
	if !d.Has("setup.py") || !d.Has("__init__.py") {
		return d.Has("setup.py")
	}
	data, err := d.Read("setup.py")
	if err != nil {
		return false
	}
	m := source.Parse(data)
	for e := range source.Calls(m.Body) {
		if full := m.Callee(e); full == "setup" || strings.HasSuffix(full, ".setup") && (strings.HasPrefix(full, "setuptools.") || strings.HasPrefix(full, "distutils.") || strings.HasPrefix(full, "skbuild.")) {
			return true
		}
	}
	return false
}

// module returns a parsed file; nil where it can't be read.
func (c *code) module(file string) *source.Module {
	if m, ok := c.parsed[file]; ok {
		return m
	}
	var m *source.Module
	if data := c.read(file); data != nil {
		m = source.Parse(data)
	}
	c.parsed[file] = m // before its imports are followed, which may lead back here
	if m != nil {
		c.inherit(m, file)
	}
	return m
}

// inherit lets a module read variables through what it imports from its project: settings
// are often split, and `env` of `env = environ.Env()` comes from the common part.
func (c *code) inherit(m *source.Module, file string) {
	for _, imp := range m.Imports() {
		star := slices.Contains(imp.Names, "*")
		if !star && !slices.ContainsFunc(imp.Names, func(n string) bool { return strings.Contains(strings.ToLower(n), "env") || n == "config" }) {
			continue // nothing that is ever called so
		}
		from := c.resolve(file, c.importRoot(file), imp.Module, imp.Level)
		if from == "" || from == file || !c.mentions(from, "environ", "decouple", "starlette.config", "prettyconf") && !star {
			continue
		}
		other := c.module(from)
		if other == nil {
			continue
		}
		readers := other.Readers()
		if !star {
			maps.DeleteFunc(readers, func(name, _ string) bool { return !slices.Contains(imp.Names, name) })
		}
		m.Inherit(readers)
	}
}

func (c *code) read(file string) []byte {
	if data, ok := c.text[file]; ok {
		return data
	}
	data, err := c.d.Read(file)
	if err != nil {
		data = nil
	}
	c.text[file] = data
	return data
}

// mentions reports whether a file's text holds one of the words: what doesn't
// need not be parsed to know that it uses none of them.
func (c *code) mentions(file string, words ...string) bool {
	data := c.read(file)
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(data, []byte(w)) })
}

// resolve finds the file of a module that another one imports. root is the folder from
// which absolute names are looked up.
func (c *code) resolve(from, root, module string, level int) string {
	base := root
	if level > 0 {
		base = path.Dir(from)
		for range level - 1 {
			base = path.Dir(base)
		}
	}
	p := path.Join(base, strings.ReplaceAll(module, ".", "/"))
	for _, f := range []string{path.Join(p, "__init__.py"), p + ".py"} { // as Python looks: a package before a module
		if c.known[f] {
			return f
		}
	}
	return ""
}

// roots are the folders on which the module search of a file may start, with how
// many of its absolute imports each one resolves.
func (c *code) importRoot(file string) string {
	m := c.module(file)
	dir := path.Dir(file)
	if m == nil || dir == "." {
		return "."
	}
	type candidate struct {
		root string
		hits int
	}
	relative := false
	var firsts []string
	for _, i := range m.Imports() {
		if i.Level > 0 {
			relative = true
			continue
		}
		first, _, _ := strings.Cut(i.Module, ".")
		firsts = append(firsts, first)
	}
	var best candidate
	var all []candidate
	for r := "."; ; {
		k := candidate{root: r}
		for _, f := range firsts {
			if c.known[path.Join(r, f+".py")] || c.d.HasDir(path.Join(r, f)) && c.hasModules(path.Join(r, f)) {
				k.hits++
			}
		}
		if r != dir || !relative {
			all = append(all, k)
		}
		if r == dir {
			break
		}
		rest := strings.TrimPrefix(dir, r+"/")
		if r == "." {
			rest = dir
		}
		next, _, _ := strings.Cut(rest, "/")
		r = path.Join(r, next)
	}
	for i, k := range all {
		if i == 0 || k.hits > best.hits {
			best = k
		}
	}
	if best.hits > 0 {
		return best.root
	}
	// Nothing tells: the folder above the outermost package, src counting as none.
	first, _, _ := strings.Cut(dir, "/")
	if first == "src" && !c.known["src/__init__.py"] {
		if dir == "src" {
			return "src"
		}
		return "src"
	}
	return "."
}

func (c *code) hasModules(dir string) bool {
	for range c.d.Sub(dir).Files("*.py") {
		return true
	}
	return false
}

// dotted returns a file's name as a module, looked up from root.
func dotted(file, root string) string {
	p := file
	if root != "." {
		p = strings.TrimPrefix(file, root+"/")
	}
	p = strings.TrimSuffix(strings.TrimSuffix(p, ".py"), "/__init__")
	return strings.ReplaceAll(p, "/", ".")
}

// reachable returns the files that a file imports, itself first, as far as they
// are the project's.
func (c *code) reachable(file, root string, limit int) []string {
	out := []string{file}
	seen := map[string]bool{file: true}
	add := func(f string) {
		if f != "" && !seen[f] && len(out) < limit {
			seen[f] = true
			out = append(out, f)
		}
	}
	for i := 0; i < len(out); i++ {
		m := c.module(out[i])
		if m == nil {
			continue
		}
		for _, imp := range m.Imports() {
			add(c.resolve(out[i], root, imp.Module, imp.Level))
			for _, n := range imp.Names {
				name := n
				if imp.Module != "" {
					name = imp.Module + "." + n
				}
				add(c.resolve(out[i], root, name, imp.Level))
			}
		}
	}
	return out
}
