// Package nodepkg reads a package.json and what decides how its dependencies
// get installed: the workspace around it, the lock file, the package manager and
// its version, Node's version, registries and their tokens, native packages. The
// Node detector reads it, and every language whose project has a front end.
//
// The flow: [Load] reads; [Project.Install] says how the dependencies are
// installed in an image; [Project.Frontend] adds the build, for a stage beside
// another language's.
package nodepkg

import (
	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// Project is one package and what surrounds it.
type Project struct {
	Manifest  *Manifest
	Workspace *Workspace // nil: the package stands alone
	Root      *detect.Dir
	Lock      *Lock // nil: there is none
	Manager   Manager
	Node      detect.Value[safe.Version]
	Notes     []detect.Note // what a person should know about all this

	registry registry
	pnpm     pnpmSettings
	out      []string // members whose manifests installing does without: see LeaveOut
}

// Load reads the package in the folder d, which has a package.json.
func Load(d *detect.Dir) (*Project, error) {
	m, err := ReadManifest(d)
	if err != nil {
		return nil, err
	}
	w, err := findWorkspace(m)
	if err != nil {
		return nil, err
	}
	return read(m, w)
}

func read(m *Manifest, w *Workspace) (*Project, error) {
	p := &Project{Manifest: m, Root: m.Dir, Workspace: w}
	if w != nil {
		p.Root = w.Root
	}
	if p.Root.Has("pnpm-workspace.yaml") {
		if _, err := manifest.YAML(p.Root, "pnpm-workspace.yaml", &p.pnpm); err != nil {
			return nil, err
		}
	}
	for _, step := range []func() error{p.findLock, p.findManager, p.findNode, p.readRegistry} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// RootManifest is the package.json at the root that installs: the package's own
// where it stands alone.
func (p *Project) RootManifest() *Manifest {
	if p.Workspace != nil && p.Workspace.Manifest != nil {
		return p.Workspace.Manifest
	}
	return p.Manifest
}

// IsRoot reports whether the package is the root that installs.
func (p *Project) IsRoot() bool { return p.Root.Path() == p.Manifest.Dir.Path() }

// manifests are the package's own and its workspace root's, the nearer first.
func (p *Project) manifests() []*Manifest {
	if r := p.RootManifest(); r != p.Manifest && r.Dir.Path() != p.Manifest.Dir.Path() {
		return []*Manifest{p.Manifest, r}
	}
	return []*Manifest{p.Manifest}
}

func (p *Project) note(n detect.Note) { p.Notes = append(p.Notes, n) }
