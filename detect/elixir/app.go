package elixir

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
)

// application is a mix.exs with all that stands around it: the members of an
// umbrella, the projects that it depends on by their path, the lock file, the
// configuration, and those sources that say something of how it runs.
type application struct {
	dir     *detect.Dir
	root    *project
	members []*project // the root itself, where there is no umbrella
	scope   []*project // those of the release; nil: all
	outside []string   // folders of projects above this one that it depends on
	lock    map[string]string
	configs []*configFile
	sources []*sourceFile
	strings map[string]bool // the constants in mix.exs that look like a file's name
	notes   []detect.Note
}

// sourceFile is a module's file.
type sourceFile struct {
	name string
	file *source.File
}

func readApplication(d *detect.Dir, root *project) (*application, error) {
	a := &application{dir: d, root: root}
	if root.appsPath != "" {
		for _, name := range d.Sub(root.appsPath).Dirs() {
			sub := path.Join(root.appsPath, name)
			if !d.Sub(sub).Has(mixFile) {
				continue
			}
			m, err := readMix(d.Sub(sub), sub)
			if err != nil {
				return nil, err
			}
			a.members = append(a.members, m)
		}
	} else {
		a.members = []*project{root}
	}
	if err := a.pathDependencies(); err != nil {
		return nil, err
	}
	if err := a.readLock(); err != nil {
		return nil, err
	}
	if err := a.readConfigs(); err != nil {
		return nil, err
	}
	return a, a.readSources()
}

// pathDependencies follows "path:" to the projects in the same repository.
func (a *application) pathDependencies() error {
	seen := map[string]bool{}
	for _, m := range a.members {
		seen[path.Clean(m.path)] = true
	}
	for i := 0; i < len(a.members) && i < 200; i++ {
		m := a.members[i]
		for _, dep := range m.deps {
			if dep.path == "" || path.IsAbs(dep.path) {
				continue
			}
			at := path.Join(m.path, dep.path)
			if seen[at] {
				continue
			}
			seen[at] = true
			sub := a.dir.Sub(at)
			if !sub.Has(mixFile) {
				a.notes = append(a.notes, m.note(dep.line, "depends on %s in %s, where no mix.exs is: the build needs it there", dep.name, dep.path))
				continue
			}
			if strings.HasPrefix(at, "..") {
				a.outside = append(a.outside, at)
			}
			member, err := readMix(sub, at)
			if err != nil {
				return err
			}
			a.members = append(a.members, member)
		}
	}
	return nil
}

// readLock reads mix.lock, a map of names to tuples: {:hex, :name, "1.2.3", ...}.
func (a *application) readLock() error {
	const name = "mix.lock"
	a.lock = map[string]string{}
	if !a.dir.Has(name) {
		return nil
	}
	text, err := a.dir.ReadLock(name)
	if err != nil {
		return err
	}
	for _, n := range source.Parse(text).Body {
		for _, pair := range n.Args {
			if pair.Kind != source.Pair {
				continue
			}
			if v := pair.Value(); v.Kind == source.Tuple && len(v.Args) > 2 {
				a.lock[pair.Text], _ = v.Args[2].Str()
			}
		}
	}
	return nil
}

// readConfigs reads config.exs with what it imports in production, and what is
// evaluated at run time; in an umbrella those of its members too.
func (a *application) readConfigs() error {
	seen := map[string]bool{}
	var load func(name string) error
	load = func(name string) error {
		if seen[name] || !a.dir.Has(name) {
			return nil
		}
		seen[name] = true
		c, err := readConfig(a.dir, name)
		if err != nil {
			return err
		}
		a.configs = append(a.configs, c)
		for _, imported := range c.imports {
			file := path.Join(path.Dir(name), strings.ReplaceAll(imported, "#{}", "prod"))
			if strings.Contains(file, "*") {
				continue
			}
			if !a.dir.Has(file) && !strings.Contains(imported, "#{}") {
				a.notes = append(a.notes, a.dir.Note(name, 0, "imports %s, which is not in the project: the build fails without it. Read its values in config/runtime.exs instead", imported))
			}
			if err := load(file); err != nil {
				return err
			}
		}
		return nil
	}
	names := []string{"config/config.exs", "config/prod.exs"}
	for _, m := range a.members {
		if m.path != "." && m.path != "" {
			names = append(names, path.Join(m.path, "config/config.exs"), path.Join(m.path, "config/prod.exs"))
		}
	}
	for _, name := range append(names, "config/releases.exs", "config/runtime.exs") {
		if err := load(name); err != nil {
			return err
		}
	}
	return nil
}

// telling are what a source that is worth reading holds.
var telling = []string{"System.", "_env", "Endpoint", "Router", "Cowboy", "Bandit", "cowboy", "def migrate", "Release", "Plug", "Migrator", "Ecto.Repo", "Node.connect"}

// maxSources is how many files are read for what they say.
const maxSources = 3000

func (a *application) readSources() error {
	count := 0
	for _, m := range a.members {
		for _, folder := range []string{"lib", "web"} {
			for name := range a.dir.Sub(path.Join(m.path, folder)).Files("*.ex") {
				if count++; count > maxSources {
					return nil
				}
				full := path.Join(m.path, folder, name)
				text, err := a.dir.Read(full)
				if errors.Is(err, fs.ErrNotExist) {
					continue
				}
				if err != nil {
					return err
				}
				if slices.ContainsFunc(telling, func(s string) bool { return bytes.Contains(text, []byte(s)) }) {
					a.sources = append(a.sources, &sourceFile{full, source.Parse(text)})
				}
			}
		}
	}
	return nil
}

// inScope are the projects that the release has.
func (a *application) inScope() []*project {
	if a.scope != nil {
		return a.scope
	}
	return a.members
}

// dep is a dependency in production of any project, by its name.
func (a *application) dep(names ...string) (dependency, detect.Note, bool) {
	for _, name := range names {
		for _, m := range append([]*project{a.root}, a.inScope()...) {
			if d, ok := m.dep(name); ok && !(d.optional && m != a.root) {
				return d, m.note(d.line, "depends on %s", name), true
			}
		}
	}
	return dependency{}, detect.Note{}, false
}

// versionOf is the version of a dependency that the lock file has, else what the range of
// the manifest begins with.
func (a *application) versionOf(name string) ([3]int, bool) {
	text := a.lock[name]
	if text == "" {
		d, _, _ := a.dep(name)
		text = strings.TrimLeft(d.requirement, "~>= ")
		text, _, _ = strings.Cut(text, " ")
	}
	v, _, ok := parseNumbers(text)
	return v, ok
}

// before reports whether a dependency is older than that version.
func (a *application) before(name string, major, minor int) bool {
	v, ok := a.versionOf(name)
	return ok && (v[0] < major || v[0] == major && v[1] < minor)
}

// modules yields the modules of the sources, with the file that each stands in.
func (a *application) modules(visit func(f *sourceFile, name string, n *source.Node)) {
	for _, f := range a.sources {
		f.file.Walk(func(n *source.Node) bool {
			if n.IsCall("", "defmodule") && len(n.Args) > 0 {
				visit(f, n.Args[0].Text, n)
			}
			return true
		})
	}
}

// uses reports whether a module's body says "use Name".
func uses(n *source.Node, name string) bool {
	for _, b := range n.Body {
		if b.IsCall("", "use") && len(b.Args) > 0 && b.Args[0].Text == name {
			return true
		}
	}
	return false
}

// config looks a value up in the configuration of production: what is evaluated last
// wins. The key is a module's name or an atom; with an empty one the values stand
// right behind the application's name.
func (a *application) config(match func(e entry) bool, keys ...string) (*source.Node, *configFile) {
	for _, c := range slices.Backward(a.configs) {
		for _, e := range slices.Backward(c.entries) {
			if !match(e) {
				continue
			}
			v := e.at.resolve(e.values)
			for _, k := range keys {
				v = e.at.resolve(v.Get(k))
			}
			if v != nil {
				return v, e.at
			}
		}
	}
	return nil, nil
}
