package julia

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// toml is what is read of a Project.toml: https://pkgdocs.julialang.org/v1/toml-files.
type toml struct {
	Name    string            `toml:"name"`
	UUID    string            `toml:"uuid"`
	Version string            `toml:"version"`
	License string            `toml:"license"`
	Deps    map[string]string `toml:"deps"`
	Compat  map[string]string `toml:"compat"`
	Sources map[string]struct {
		Path string `toml:"path"`
		URL  string `toml:"url"`
	} `toml:"sources"`
	Workspace struct {
		Projects []string `toml:"projects"`
	} `toml:"workspace"`
	Apps map[string]struct {
		Submodule string   `toml:"submodule"`
		Flags     []string `toml:"julia_flags"`
	} `toml:"apps"`
}

// project is an environment of Pkg: what its manifest and lock say.
type project struct {
	d     *detect.Dir
	file  string // Project.toml, or JuliaProject.toml
	bare  bool   // there is no manifest: file is a script
	lines manifest.Lines
	toml
	locks  []string               // the names of the locks, in top
	locked detect.Note            // the release of Julia that wrote the lock; no path: none says it
	julia  string                 // that release
	older  bool                   // the lock has the form of Julia 1.6 and older
	top    *detect.Dir            // the folder of the lock: that of the workspace, or its own
	root   *detect.Dir            // the build context: it holds top and every package by path
	paths  []safe.RelPath         // folders of packages by path, relative to root
	beside []safe.RelPath         // those of paths that neither lock nor manifest names: the project's own
	above  string                 // a notebook in the folder above, which the environment serves
	clones bool                   // a package comes from a repository by its address
	inner  map[string]detect.Note // what the packages by path depend on
	named  map[string]string      // the folders of those packages by their names, relative to d
	notes  []detect.Note
}

var identifier = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) })

// manifests are the names of the manifest, as Julia looks for them
// (https://docs.julialang.org/en/v1/manual/code-loading/#Project-environments).
var manifests = []string{"JuliaProject.toml", "Project.toml"}

func readProject(d *detect.Dir) (*project, error) {
	p := &project{d: d, file: d.First(manifests...), top: d, root: d}
	if p.file == "" {
		return bareProject(d), nil
	}
	var err error
	if p.lines, err = manifest.TOML(d, p.file, &p.toml); err != nil {
		return nil, err
	}
	for up := range d.Parents() {
		file := up.First(manifests...)
		if file == "" {
			continue
		}
		var t toml
		if _, err := manifest.TOML(up, file, &t); err != nil {
			continue //nolint:nilerr // it is read in its own folder, where the error is told
		}
		if slices.ContainsFunc(t.Workspace.Projects, func(w string) bool { return up.Sub(w).Path() == d.Path() }) {
			p.top, p.root = up, up
		}
	}
	p.deployment()
	err = p.lock()
	p.readInner()
	return p, err
}

// deployment widens the context of an environment that serves the notebooks above it:
// https://github.com/JuliaPluto/static-export-template has it in a folder of its own.
func (p *project) deployment() {
	if _, ok := p.Deps["PlutoSliderServer"]; !ok || p.d.Path() == "." || p.root != p.d || len(p.d.Names("*.jl")) > 0 {
		return
	}
	if above := p.d.Sub(".."); above.First(manifests...) == "" {
		for name := range above.Files("*.jl") {
			if text, err := above.Read(name); err == nil && isNotebook(string(text)) {
				p.root, p.above = above, name
				return
			}
		}
	}
}

// lock finds the locks, and what they say of Julia and of packages by path. A lock of a
// release has its line in its name (since Julia 1.10.8).
func (p *project) lock() error {
	for _, prefix := range []string{"JuliaManifest", "Manifest"} {
		if p.locks = p.top.Names(prefix+".toml", prefix+"-v[0-9]*.toml"); len(p.locks) > 0 {
			break
		}
	}
	paths := map[string]string{} // of the folder to the file that names it
	for name, s := range p.Sources {
		p.clones = p.clones || s.URL != ""
		if s.Path != "" && p.Deps[name] != "" {
			paths[path.Join(p.d.Path(), s.Path)] = p.file
		}
	}
	for _, name := range p.locks {
		version, old, found, err := p.readLock(name)
		if err != nil {
			return err
		}
		if old && p.locked.Path == "" {
			p.older, p.locked = true, p.top.Note(name, 0, "has the form that Julia 1.6 and older write")
		}
		// The general one counts for the version, else the newest of those of a line.
		if version != "" && (p.julia == "" || !strings.Contains(name, "-v") || strings.Contains(p.locked.Path, "-v") && newer(version, p.julia)) {
			p.julia, p.locked = version, p.top.Note(name, p.lineOf(name), "julia_version = %q", version)
		}
		for _, at := range found {
			paths[path.Join(p.top.Path(), at)] = name
		}
	}
	if err := p.byPath(paths); err != nil || len(p.locks) > 0 {
		return err
	}
	p.neighbours()
	return nil
}

// readInner reads what the packages by path depend on: the program has it too.
func (p *project) readInner() {
	p.inner, p.named = map[string]detect.Note{}, map[string]string{}
	for _, at := range p.paths {
		d := p.root.Sub(at.String())
		file := d.First(manifests...)
		var t toml
		if file == "" || d.Path() == p.d.Path() {
			continue
		}
		lines, err := manifest.TOML(d, file, &t)
		if err != nil {
			continue // it is read in its own folder, where the error is told
		}
		if p.dir().String() == "." {
			p.named[t.Name] = at.String()
		} else if below, ok := strings.CutPrefix(at.String(), p.dir().String()+"/"); ok {
			p.named[t.Name] = below
		}
		for _, name := range slices.Sorted(maps.Keys(t.Deps)) {
			if _, ok := p.inner[name]; !ok {
				p.inner[name] = d.Note(file, lines.At("deps", name), "depends on %s", name)
			}
		}
	}
}

// neighbours finds packages of the repository that the project depends on and that nothing
// says the path of, for a lock that is not committed has it: Pkg.develop put it there.
func (p *project) neighbours() {
	for file := range p.d.Files(manifests...) {
		dir := path.Dir(file)
		if dir == "." || strings.Count(dir, "/") > 2 || aside(file) {
			continue
		}
		var t toml
		if _, err := manifest.TOML(p.d, file, &t); err != nil || t.UUID == "" || p.Deps[t.Name] != t.UUID {
			continue
		}
		r, err := safe.NewRelPath(path.Join(p.below(p.d.Path()), dir))
		if err == nil && !slices.Contains(p.paths, r) {
			p.paths, p.beside = append(p.paths, r), append(p.beside, r)
		}
	}
}

// used reports whether a project above depends on the package.
func (p *project) used(name string) bool {
	for up := range p.d.Parents() {
		var t toml
		if file := up.First(manifests...); file != "" {
			if _, err := manifest.TOML(up, file, &t); err == nil && t.Deps[name] != "" {
				return true
			}
		}
	}
	return false
}

// readLock reads the release that wrote the lock, and the packages by path. The older
// form has the packages themselves at the top.
func (p *project) readLock(name string) (version string, older bool, paths []string, err error) {
	var all map[string]any
	if err := manifest.TOMLLock(p.top, name, &all); err != nil {
		return "", false, nil, err
	}
	version, _ = all["julia_version"].(string)
	deps, ok := all["deps"].(map[string]any)
	if _, format := all["manifest_format"]; !ok && !format {
		deps, older = all, version == "" && len(all) > 0
	}
	for _, list := range deps {
		entries, _ := list.([]any)
		for _, e := range entries {
			if m, ok := e.(map[string]any); ok {
				if at, ok := m["path"].(string); ok && at != "" {
					paths = append(paths, at)
				}
				if at, ok := m["repo-url"].(string); ok {
					p.clones = true
					if strings.HasPrefix(at, "git@") || strings.HasPrefix(at, "ssh://") {
						p.notes = append(p.notes, p.top.Note(name, 0, "a package comes from %q: its key is no part of the build; give it the address with https, or mount the key (RUN --mount=type=ssh)", safe.Visible(at)))
					}
				}
			}
		}
	}
	slices.Sort(paths)
	return version, older, paths, nil
}

// lineOf is the line of a lock that names the release.
func (p *project) lineOf(name string) int {
	data, err := p.top.ReadLock(name)
	if err != nil {
		return 0
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		if bytes.HasPrefix(line, []byte("julia_version")) {
			return i + 1
		}
	}
	return 0
}

// byPath takes the folders of packages by path into the build, and widens the context so
// that it holds them.
func (p *project) byPath(paths map[string]string) error {
	var inside []string
	for _, at := range slices.Sorted(maps.Keys(paths)) {
		from := paths[at]
		switch {
		case path.IsAbs(at) || at == ".." || strings.HasPrefix(at, "../"):
			p.notes = append(p.notes, p.top.Note(from, 0, "a package lies in %q, outside the project, where no build finds it: take it into the project, or add it by its address", safe.Visible(at)))
			continue
		case at == p.d.Path() || !p.d.Sub(path.Join(up(p.d), at)).Has("Project.toml") && !p.d.Sub(path.Join(up(p.d), at)).Has("JuliaProject.toml"):
			continue
		}
		inside = append(inside, at)
		for p.root.Path() != "." && at != p.root.Path() && !strings.HasPrefix(at, p.root.Path()+"/") {
			p.root = p.root.Sub("..")
		}
	}
	for _, at := range inside {
		r, err := safe.NewRelPath(p.below(at))
		if err != nil {
			return p.d.Errorf(p.file, 0, "%w", err)
		}
		p.paths = append(p.paths, r)
	}
	return nil
}

// up is the way from a folder to the project's.
func up(d *detect.Dir) string {
	if d.Path() == "." {
		return "."
	}
	return strings.Repeat("../", strings.Count(d.Path(), "/")+1)
}

// below is a path of the project relative to the build context.
func (p *project) below(at string) string {
	if p.root.Path() == "." {
		return at
	}
	if at == p.root.Path() {
		return "."
	}
	return strings.TrimPrefix(at, p.root.Path()+"/")
}

// dir is the project's folder in the build context.
func (p *project) dir() safe.RelPath { return safe.RelPathOf(p.below(p.d.Path())) }

// module is the name of the project's own package, and the source that it begins in; no
// name: it is none.
func (p *project) module() (name, file string) {
	file = path.Join("src", p.Name+".jl")
	if p.UUID == "" && !p.d.Has(file) || !identifier().MatchString(p.Name) {
		return "", ""
	}
	return p.Name, file
}

// dep is the evidence that the project depends on a package.
func (p *project) dep(name string) (detect.Note, bool) {
	if _, ok := p.Deps[name]; !ok {
		why, ok := p.inner[name]
		return why, ok
	}
	return p.d.Note(p.file, p.lines.At("deps", name), "depends on %s", name), true
}

// copies are the files that say which packages are installed.
func (p *project) copies() []safe.RelPath {
	var out []safe.RelPath
	add := func(d *detect.Dir, names ...string) {
		for _, n := range names {
			if r, err := safe.NewRelPath(path.Join(p.below(d.Path()), n)); err == nil && d.Has(n) && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	if p.bare {
		return nil
	}
	const preferences = "LocalPreferences.toml" // they are part of what is compiled
	add(p.top, "JuliaProject.toml", "Project.toml")
	add(p.top, p.locks...)
	add(p.top, "JuliaLocalPreferences.toml", preferences)
	add(p.d, p.file, preferences)
	if p.top.Path() != p.d.Path() || len(p.Workspace.Projects) > 0 {
		var t toml
		if _, err := manifest.TOML(p.top, p.top.First(manifests...), &t); err == nil {
			for _, w := range t.Workspace.Projects {
				add(p.top.Sub(w), "JuliaProject.toml", "Project.toml")
			}
		}
	}
	slices.SortFunc(out, func(a, b safe.RelPath) int { return strings.Compare(a.String(), b.String()) })
	return out
}
