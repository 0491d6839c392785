package nodepkg

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// outside notes what the manifests take from a place above the folder that dockgen was
// given: packages and versions of a workspace whose root is not there, and folders. It
// reports whether there is any, for then an installation fails, and a lock file of the
// package alone could not be made.
func (p *Project) outside() bool {
	found := false
	for _, m := range p.members() {
		for _, f := range m.fields() {
			for _, name := range slices.Sorted(maps.Keys(f.deps)) {
				why := p.lacks(m, f.deps[name])
				if why == "" {
					continue
				}
				found = true
				p.note(m.Dir.Note("package.json", m.Lines.At(f.name, name), "%s is %s, %s: run dockgen there, or the installation fails", name, f.deps[name], why))
				break // one of each kind tells enough
			}
		}
	}
	return found
}

// lacks says of a dependency what it takes from above; "" where all is here. What
// workspace: and catalog: mean: https://pnpm.io/workspaces, https://pnpm.io/catalogs.
func (p *Project) lacks(m *Manifest, spec string) string {
	alone := p.Workspace == nil && !p.Root.Has("pnpm-workspace.yaml")
	switch {
	case strings.HasPrefix(spec, "workspace:") && alone:
		return "a package of a workspace whose root is not in this folder"
	case strings.HasPrefix(spec, "catalog:") && alone && len(m.Workspaces) == 0:
		return "a version that a workspace names whose root is not in this folder"
	}
	to, ok := localPath(spec)
	if !ok {
		return ""
	}
	if at := path.Join(m.Dir.Path(), to); at == ".." || strings.HasPrefix(at, "../") {
		return "which lies above this folder"
	}
	return ""
}

// unlocked notes that no lock file is there, where one could be.
func (p *Project) unlocked() {
	if p.Lock != nil || p.outside() {
		return
	}
	p.note(p.RootManifest().Dir.Note("package.json", 0, "there is no lock file: every build takes the newest versions that fit; run %s install and commit the lock", p.Manager.Name.V))
}
