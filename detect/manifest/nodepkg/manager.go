package nodepkg

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// Manager is the package manager and how it is run.
type Manager struct {
	Name detect.Value[string] // npm, pnpm, yarn or bun
	// Version is what gets installed where the image does not bring the manager:
	// "9.15.0", "10"; "" means the image's own.
	Version detect.Value[string]
	Berry   bool // Yarn 2 and later
	PnP     bool // Yarn's Plug'n'Play: there is no node_modules, and programs start by "yarn node"
	// Path is Yarn's own program where the project has it (.yarnrc.yml's yarnPath),
	// relative to the root.
	Path string
}

// Managers lists the package managers that are known, for the command line.
func Managers() []string { return []string{"npm", "pnpm", "yarn", "bun"} }

// fieldRE splits packageManager, "pnpm@9.15.0+sha512.abc".
var fieldRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(npm|pnpm|yarn|bun)@v?([0-9]+(?:\.[0-9]+){0,2}(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.]+)?$`)
})

func (p *Project) findManager() error {
	named := p.namedManager()
	switch {
	case named.IsSet():
		p.Manager.Name = named
	case p.Lock != nil:
		p.Manager.Name = detect.Found(p.Lock.Manager, p.Lock.note("%s", p.Lock.Name))
	case p.Root.Has("pnpm-workspace.yaml"):
		p.Manager.Name = detect.Found("pnpm", p.Root.Note("pnpm-workspace.yaml", 0, "pnpm-workspace.yaml"))
	case p.Root.Has(".yarnrc.yml"):
		p.Manager.Name = detect.Found("yarn", p.Root.Note(".yarnrc.yml", 0, ".yarnrc.yml"))
	default:
		p.Manager.Name = p.assumedManager()
	}
	name := p.Manager.Name.V
	if p.Lock != nil && p.Lock.Manager != name {
		p.note(p.Lock.note("%s is of no use: the package manager is %s (%s)", p.Lock.Name, name, firstText(p.Manager.Name.Why)))
		p.Lock = p.lockOf(name)
	}
	p.unlocked()
	p.Manager.Version = p.managerVersion(name)
	if name == "yarn" {
		return p.readYarnrc()
	}
	return nil
}

// lockOf returns the root's lock for a manager, if it has one.
func (p *Project) lockOf(manager string) *Lock {
	locks, err := locksIn(p.Root)
	if err != nil {
		return nil
	}
	for _, l := range locks {
		if l.Manager == manager {
			return l
		}
	}
	return nil
}

// assumedManager decides for a project without a lock: a manager that the scripts call, else npm.
func (p *Project) assumedManager() detect.Value[string] {
	if calls := p.calledManagers(); len(calls) == 1 {
		name := slices.Collect(maps.Keys(calls))[0]
		return detect.Found(name, p.Manifest.Note("the scripts call "+name, "scripts"))
	}
	return detect.Assumed("npm", p.Manifest.Note("no lock file and no packageManager", ""))
}

// namedManager is the manager that the user or the project names outright.
func (p *Project) namedManager() detect.Value[string] {
	if c := p.Manifest.Dir.Choices().PackageManager; c.IsSet() {
		return c
	}
	for _, m := range p.manifests() {
		if f := fieldRE().FindStringSubmatch(m.PackageManager); f != nil {
			return detect.Found(f[1], m.Note("packageManager "+f[1]+"@"+f[2], "packageManager"))
		}
		if e := m.DevEngines.PackageManager; slices.Contains(Managers(), e.Name) {
			return detect.Found(e.Name, m.Note("devEngines.packageManager "+e.Name, "devEngines", "packageManager"))
		}
	}
	return detect.Value[string]{}
}

// managerVersion finds the version to install: named exactly, a range, or what wrote the lock.
func (p *Project) managerVersion(name string) detect.Value[string] {
	for _, m := range p.manifests() {
		if f := fieldRE().FindStringSubmatch(m.PackageManager); f != nil && f[1] == name {
			return detect.Found(f[2], m.Note("packageManager "+f[1]+"@"+f[2], "packageManager"))
		}
		if e := m.DevEngines.PackageManager; e.Name == name {
			if v := managerRange(name, e.Version); v != "" {
				return detect.Found(v, m.Note("devEngines.packageManager "+e.Name+" "+e.Version, "devEngines", "packageManager"))
			}
		}
		if v := exact(m.Volta[name]); v != "" {
			return detect.Found(v, m.Note("volta."+name+" "+v, "volta", name))
		}
	}
	if v, err := manifest.Versions(p.Manifest.Dir, name); err == nil && exact(v.V) != "" {
		return v
	}
	fromLock := p.lockVersion(name)
	for _, m := range p.manifests() {
		if spec := m.Engines[name]; spec != "" {
			if fromLock.IsSet() && inRange(spec, fromLock.V) {
				break // the lock knows better than a lower bound
			}
			if v := managerRange(name, spec); v != "" {
				return detect.Found(v, m.Note("engines."+name+" "+spec, "engines", name))
			}
		}
	}
	return fromLock
}

// lockVersion is the manager's line that writes the lock's format
// (https://github.com/pnpm/spec/tree/master/lockfile).
func (p *Project) lockVersion(name string) detect.Value[string] {
	if p.Lock == nil {
		return defaultVersion(name)
	}
	found := func(v string) detect.Value[string] {
		return detect.Found(v, p.Lock.note("lockfileVersion %s", p.Lock.Format))
	}
	format := p.Lock.Format
	switch name {
	case "pnpm":
		switch {
		case strings.HasPrefix(format, "5.4"):
			return found("7")
		case strings.HasPrefix(format, "5"):
			return found("6")
		case strings.HasPrefix(format, "6"):
			return found("8")
		case strings.HasPrefix(format, "9"):
			return found(p.pnpm9or10())
		}
	case "yarn":
		switch {
		case !p.Lock.Berry:
			return detect.Found("1.22.22", p.Lock.note("yarn lockfile v1"))
		case format == "4" || format == "5":
			return found("2.4.3")
		case format == "6":
			return found("3.8.7")
		}
		return found("4.9.2")
	}
	return defaultVersion(name)
}

// defaultVersion is what a project without any word on it gets: a line, not a
// release, so that it moves with its fixes. npm and bun come in images.
func defaultVersion(name string) detect.Value[string] {
	switch name {
	case "pnpm":
		return detect.Assumed("10", detect.Note{Text: "no version of pnpm is named"})
	case "yarn":
		return detect.Assumed("1.22.22", detect.Note{Text: "no version of yarn is named"})
	}
	return detect.Value[string]{}
}

// pnpm9or10 decides between the two that write lock version 9. pnpm 10 runs the
// install scripts of those packages alone that the project lists
// (https://pnpm.io/10.x/supply-chain-security), so that a project made with 9,
// which lists none, would lack its compiled packages.
func (p *Project) pnpm9or10() string {
	if p.buildsListed() || len(p.scripted()) == 0 {
		return "10"
	}
	return "9"
}

func (p *Project) buildsListed() bool {
	return p.RootManifest().BuildsAllowed || p.pnpm.lists()
}

// readYarnrc reads Yarn's own configuration (https://yarnpkg.com/configuration/yarnrc).
func (p *Project) readYarnrc() error {
	mgr := &p.Manager
	mgr.Berry = p.Lock != nil && p.Lock.Berry || p.Lock == nil && p.Root.Has(".yarnrc.yml")
	if v := mgr.Version; v.IsSet() && p.Lock == nil {
		mgr.Berry = !strings.HasPrefix(v.V, "1.") && v.V != "1"
	}
	if !mgr.Berry {
		if strings.HasPrefix(mgr.Version.V, "1") {
			return nil
		}
		mgr.Version = detect.Found("1.22.22", p.Lock.note("yarn lockfile v1"))
		return nil
	}
	mgr.PnP = true // Yarn's own default
	if p.Root.Has(".yarnrc.yml") {
		var rc struct {
			NodeLinker string `yaml:"nodeLinker"`
			YarnPath   string `yaml:"yarnPath"`
		}
		if _, err := manifest.YAML(p.Root, ".yarnrc.yml", &rc); err != nil {
			return err
		}
		mgr.PnP = rc.NodeLinker == "" || rc.NodeLinker == "pnp"
		if rc.YarnPath != "" && p.Root.Has(rc.YarnPath) {
			mgr.Path = rc.YarnPath
			if m := releaseRE().FindStringSubmatch(rc.YarnPath); m != nil {
				mgr.Version = detect.Found(m[1], p.Root.Note(".yarnrc.yml", 0, "yarnPath: %s", rc.YarnPath))
			}
		}
	}
	if strings.HasPrefix(mgr.Version.V, "1.") || mgr.Version.V == "" { // a field that the lock contradicts
		mgr.Version = p.lockVersion("yarn")
		if !p.Lock.berry() {
			mgr.Version = detect.Assumed("4.9.2", p.Root.Note(".yarnrc.yml", 0, "no version of yarn is named"))
		}
	}
	return nil
}

func (l *Lock) berry() bool { return l != nil && l.Berry }

var releaseRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`yarn-([0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.-]*)\.c?js$`) })

// exact returns a version that is complete or at least a number, else "".
func exact(v string) string {
	if m := fieldRE().FindStringSubmatch("npm@" + v); m != nil {
		return m[2]
	}
	return ""
}

// managerRange solves a range against the manager's known lines and returns the
// line that npm resolves to its newest release.
func managerRange(name, spec string) string {
	if v := exact(spec); v != "" {
		return v
	}
	c, err := semver.NewConstraint(spec)
	if err != nil {
		return ""
	}
	for _, line := range managerLines(name) {
		for _, minor := range []int{9999, 0} {
			if v, err := semver.NewVersion(fmt.Sprintf("%s.%d.9999", line, minor)); err == nil && c.Check(v) {
				return line
			}
		}
	}
	return ""
}

func inRange(spec, line string) bool {
	c, err := semver.NewConstraint(spec)
	if err != nil {
		return false
	}
	v, err := semver.NewVersion(line)
	if err != nil {
		return false
	}
	if strings.Count(line, ".") == 0 { // a line stands for its newest release
		v = semver.New(v.Major(), 9999, 9999, "", "")
	}
	return c.Check(v)
}

// managerLines are the lines that a range may mean, the preferred first.
func managerLines(name string) []string {
	switch name {
	case "pnpm":
		return []string{"10", "9", "11", "8", "7", "6"}
	case "yarn":
		return []string{"1", "4", "3", "2"}
	case "bun":
		return []string{"1"}
	}
	return nil
}
