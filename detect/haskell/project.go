package haskell

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// project is the folder from which a package is built, with its packages.
type project struct {
	d        *detect.Dir
	packages map[string]*pkg
	stack    bool // built with Stack
	stackage stackYAML
	lines    manifest.Lines
}

// stackYAML is https://docs.haskellstack.org/en/stable/configure/yaml/.
type stackYAML struct {
	Resolver any    `yaml:"resolver"`
	Snapshot any    `yaml:"snapshot"`
	Compiler string `yaml:"compiler"`
}

// maxPackages is how many packages of a project are read.
const maxPackages = 200

// newProject finds the folder with stack.yaml or cabal.project at or above a package.
func newProject(d *detect.Dir) (*project, error) {
	top := d
	marks := []string{"stack.yaml", "cabal.project"}
	if d.First(marks...) == "" {
		for parent := range d.Parents() {
			if parent.First(marks...) != "" {
				top = parent
				break
			}
		}
	}
	p := &project{d: top, packages: map[string]*pkg{}}
	if top.Has("stack.yaml") {
		var err error
		if p.lines, err = manifest.YAML(top, "stack.yaml", &p.stackage); err != nil {
			return nil, err
		}
		p.stack = true
	}
	folders := map[string]bool{}
	for name := range top.Files("*.cabal", "package.yaml") {
		dir := "."
		if i := strings.LastIndexByte(name, '/'); i >= 0 {
			dir = name[:i]
		}
		if folders[dir] || len(folders) >= maxPackages {
			continue
		}
		folders[dir] = true
		sub := top.Sub(dir)
		q, err := readPackage(sub)
		if err != nil && sub.Path() == d.Path() {
			return nil, err
		}
		if err == nil && q != nil && (p.packages[q.name] == nil || sub.Path() == d.Path()) {
			p.packages[q.name] = q
		}
	}
	return p, nil
}

// manager chooses between Cabal and Stack: what the user says, what is locked, and
// Stack where it has its file, because a snapshot is a lock too.
func (p *project) manager(own *pkg) (detect.Value[string], error) {
	stack := detect.Found("stack", p.d.Note("stack.yaml", 0, "is Stack's"))
	cabal := detect.Found("cabal", own.d.Note(own.file, 0, "describes a Cabal package"))
	hpackOnly := len(own.d.Names("*.cabal")) == 0
	switch want := p.d.Choices().PackageManager; {
	case want.V == "cabal" && !hpackOnly:
		return detect.Found("cabal", want.Why...), nil
	case p.stack && want.V != "stack" && !hpackOnly && p.d.Has("cabal.project.freeze") && !p.d.Has("stack.yaml.lock"):
		return detect.Found("cabal", p.d.Note("cabal.project.freeze", 0, "pins the packages for Cabal")), nil
	case p.stack:
		return stack, nil
	case hpackOnly:
		return cabal, detect.NotService("package.yaml has neither stack.yaml nor a .cabal file beside it: run hpack and commit what it writes")
	}
	return cabal, nil
}

// reach returns the parts that a program is made of: itself, and the libraries of the
// project's packages that it uses, directly or not.
func (p *project) reach(own *pkg, program *part) []reached {
	out := []reached{{own, program}}
	seen := map[*part]bool{program: true}
	for i := 0; i < len(out); i++ {
		for _, name := range names(out[i].part.deps) {
			if q := p.packages[name]; q != nil && q.lib != nil && !seen[q.lib] {
				seen[q.lib] = true
				out = append(out, reached{q, q.lib})
			}
		}
	}
	return out
}

type reached struct {
	pkg  *pkg
	part *part
}

// uses returns the first of the parts that depends on a package.
func uses(parts []reached, name string) (detect.Note, bool) {
	for _, r := range parts {
		if line, ok := r.part.deps[name]; ok {
			return r.pkg.d.Note(r.pkg.file, line, "depends on %s", name), true
		}
	}
	return detect.Note{}, false
}

func names(m map[string]int) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
