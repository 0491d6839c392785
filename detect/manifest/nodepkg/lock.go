package nodepkg

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// Lock is a lock file, read as far as installing needs it.
type Lock struct {
	Name    string // of the file: package-lock.json, yarn.lock, ...
	Dir     *detect.Dir
	Manager string // npm, pnpm, yarn or bun
	// Format is the lock's own version: "3" of npm, "9.0" of pnpm, "1" of Yarn 1,
	// "8" of Yarn 4; "" where the file names none or can't be read (bun.lockb).
	Format string
	Berry  bool // Yarn 2 and later
	// Opaque says that only the name of the file was looked at.
	Opaque bool

	packages map[string][]string // every package with its versions
	scripts  map[string]bool     // packages that run a script when they are installed, where the lock says so
	saysRuns bool                // the lock says which packages run scripts
	addons   map[string]addon    // packages with compiled parts
	engines  map[string]string   // name@version → the range of Node it asks for
	git      []string            // packages that come out of a git repository
	// asked are the ranges that the lock was made for, by member ("" is the root) and
	// dependency. Yarn has one table for all members, with "name@range" as keys.
	asked map[string]map[string]string
	pairs map[string]bool
	// wanted are the packages that another one of a registry depends on.
	wanted map[string]bool
}

// Has reports whether the lock holds the package, directly or for another.
func (l *Lock) Has(name string) bool { return l != nil && len(l.packages[name]) > 0 }

// Versions returns the versions of a package that get installed.
func (l *Lock) Versions(name string) []string {
	if l == nil {
		return nil
	}
	return l.packages[name]
}

func (l *Lock) add(name, version string) {
	if name != "" && !slices.Contains(l.packages[name], version) {
		l.packages[name] = append(l.packages[name], version)
	}
}

// addon is how a package comes by its compiled parts.
type addon int

const (
	noAddon  addon = iota
	compiles       // node-gyp compiles them, at least where a download fails
	prebuilt       // they are in the package
)

// addonTools are what a package with compiled parts depends on.
var addonTools = []string{"node-gyp", "node-pre-gyp", "@mapbox/node-pre-gyp", "prebuild-install", "nan", "node-addon-api", "install-artifact-from-github", "cmake-js"}

// needs notes that a package depends on another one, which may be a tool that brings
// compiled parts.
func (l *Lock) needs(name, dep string) {
	l.wanted[dep] = true
	switch {
	case dep == "node-gyp-build": // https://github.com/prebuild/node-gyp-build: takes what the package brings
		l.addons[name] = prebuilt
	case slices.Contains(addonTools, dep) && !slices.Contains(addonTools, name):
		l.addons[name] = max(l.addons[name], compiles)
	}
}

// compiled are the packages that get compiled, sorted, and those of the table
// that bring their compiled parts.
func (l *Lock) compiled() []string {
	if l == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l.addons)), func(n string) bool { return l.addons[n] != compiles || slices.Contains(quiet, n) })
}

// note returns evidence about the lock.
func (l *Lock) note(format string, args ...any) detect.Note {
	return l.Dir.Note(l.Name, 0, format, args...)
}

// lockFiles are the lock files by manager, in the order in which one wins over
// another where nothing else tells: npm last, since its lock appears wherever
// somebody once typed "npm install" by habit.
func lockFiles() []struct{ name, manager string } {
	return []struct{ name, manager string }{
		{"pnpm-lock.yaml", "pnpm"},
		{"yarn.lock", "yarn"},
		{"bun.lock", "bun"},
		{"bun.lockb", "bun"},
		{"npm-shrinkwrap.json", "npm"},
		{"package-lock.json", "npm"},
	}
}

// findLock chooses the lock file: that of the workspace's root, else the package's own.
func (p *Project) findLock() error {
	locks, err := locksIn(p.Root)
	if err != nil {
		return err
	}
	if len(locks) == 0 && !p.IsRoot() { // a workspace whose members lock for themselves
		if locks, err = locksIn(p.Manifest.Dir); err != nil {
			return err
		}
		if len(locks) > 0 {
			p.Root, p.Workspace = p.Manifest.Dir, nil
		}
	}
	if len(locks) == 0 {
		return nil
	}
	if len(locks) == 1 {
		p.Lock = locks[0]
		return nil
	}
	p.Lock = p.chooseLock(locks)
	return nil
}

func locksIn(d *detect.Dir) ([]*Lock, error) {
	var out []*Lock
	for _, f := range lockFiles() {
		if !d.Has(f.name) || f.name == "bun.lockb" && d.Has("bun.lock") || f.name == "package-lock.json" && d.Has("npm-shrinkwrap.json") {
			continue // the text form wins over the binary one, and a shrinkwrap over a lock
		}
		l, err := detect.Once(d, "node lock:"+path.Join(d.Path(), f.name), func() (*Lock, error) { return readLock(d, f.name, f.manager) })
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// chooseLock decides between several locks and notes why: the manager that the
// project names, then a lock that agrees with the manifest, then the manager that
// the scripts call, then the order of lockFiles.
func (p *Project) chooseLock(locks []*Lock) *Lock {
	named := p.namedManager()
	calls := p.calledManagers()
	score := func(l *Lock) (n int) {
		if l.Manager == named.V {
			n += 1000
		}
		if len(p.staleIn(l)) == 0 {
			n += 100
		}
		if calls[l.Manager] {
			n += 10
		}
		return n
	}
	sorted := slices.Clone(locks)
	slices.SortStableFunc(sorted, func(a, b *Lock) int { return cmp.Compare(score(b), score(a)) })
	best := sorted[0]
	why := "by habit, since nothing else tells"
	switch {
	case best.Manager == named.V:
		why = "since " + firstText(named.Why) + " says so"
	case len(p.staleIn(best)) == 0 && len(p.staleIn(sorted[1])) > 0:
		why = fmt.Sprintf("since %s does not agree with package.json", sorted[1].Name)
	case calls[best.Manager] && !calls[sorted[1].Manager]:
		why = fmt.Sprintf("since the scripts call %s", best.Manager)
	}
	var names []string
	for _, l := range sorted[1:] {
		names = append(names, l.Name)
	}
	p.note(best.note("there are several lock files: %s is used, %s; delete %s, or name the manager in packageManager", best.Name, why, strings.Join(names, " and ")))
	return best
}

func firstText(notes []detect.Note) string {
	if len(notes) == 0 {
		return "the user"
	}
	return notes[0].Text
}

// calledManagers are the managers that the scripts call by name. npm is not
// among them: "npm run" works with all and stands in scripts of all.
func (p *Project) calledManagers() map[string]bool {
	out := map[string]bool{}
	for _, m := range p.manifests() {
		for _, line := range m.Scripts {
			cmds, _ := manifest.Commands(line)
			for _, c := range cmds {
				if c.Manager != "" && c.Manager != "npm" {
					out[c.Manager] = true
				}
			}
		}
	}
	return out
}

// Stale are the direct dependencies about which the lock does not agree with
// the manifests, so that a frozen install would stop. None where that can't be told.
func (p *Project) Stale() []string { return p.staleIn(p.Lock) }

func (p *Project) staleIn(l *Lock) []string {
	if l == nil || l.Opaque {
		return nil
	}
	var out []string
	root := p.RootManifest()
	check := func(at string, m *Manifest) {
		for _, f := range m.fields() {
			for _, name := range slices.Sorted(maps.Keys(f.deps)) {
				if l.Manager == "yarn" && !l.Berry && p.Workspace != nil {
					if _, own := p.Workspace.Member(name); own {
						continue // Yarn 1's lock holds what comes out of a registry alone
					}
				}
				if spec := f.deps[name]; !root.Overridden[name] && !p.pnpm.overrides(name) && !l.agrees(at, name, spec) && !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	if p.Workspace == nil {
		check("", p.Manifest)
		return out
	}
	if p.Workspace.Manifest != nil {
		check("", p.Workspace.Manifest)
	}
	for _, m := range p.kept() {
		check(m.Path, m.Manifest)
	}
	return out
}

// agrees reports whether the lock has that dependency of the member as the manifest asks for it.
func (l *Lock) agrees(member, name, spec string) bool {
	if l.pairs != nil {
		if l.Berry {
			return l.pairs[name] // the key's form differs: npm:, patch:, workspace:
		}
		return l.pairs[name+"@"+spec] || strings.Contains(spec, "workspace:") || l.pairs[name] && !plainRange(spec)
	}
	deps, ok := l.asked[member]
	if !ok {
		return member != "" // a lock of another layout; only the root must be there
	}
	locked, ok := deps[name]
	return ok && (locked == spec || l.Manager == "npm" && l.satisfies(name, spec) || !plainRange(spec))
}
