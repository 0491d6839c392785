package nodepkg

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// LeaveOut says which members of the workspace the package does not need. It reports
// whether installing does without their manifests; where it does not, all stay.
//
// Measured by installing the same workspace with all manifests and with those that one
// member needs (npm 8, 10 and 11; pnpm 7 to 11; Yarn 1.22, 3 and 4; Bun 1.4):
//
//   - npm ci, pnpm install --frozen-lockfile, Yarn 1's and Bun's install --frozen-lockfile
//     install what the manifests ask for that are there, as it is locked, write nothing
//     into the lock, and find no fault with workspaces that are named one by one, with
//     catalogs, with overrides, or with a patch of a package that is left out.
//   - Yarn 2 and later stop: "YN0028: The lockfile would have been modified by this
//     install, which is explicitly forbidden".
//   - Without a frozen lock pnpm stops at the patch, "ERR_PNPM_UNUSED_PATCH", and the
//     others may choose other versions than for all together.
func (p *Project) LeaveOut(members []Member) bool {
	if p.Workspace == nil || p.Workspace.Shared || p.Manager.Berry || p.Lock == nil {
		return false
	}
	p.out = nil
	for _, m := range members {
		p.out = append(p.out, m.Path)
	}
	if len(p.Stale()) > 0 {
		p.out = nil
		return false
	}
	return true
}

// KeepAll takes back what LeaveOut has said.
func (p *Project) KeepAll() { p.out = nil }

// kept are the members of the workspace whose manifests are there for the install.
func (p *Project) kept() []Member {
	if p.Workspace == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Workspace.Members), func(m Member) bool { return slices.Contains(p.out, m.Path) })
}

// Links are the members that the package in the folder at of the workspace takes, by
// their names or as folders; what it wants of others as a peer counts, since it is
// installed, too.
func (w *Workspace) Links(at string, m *Manifest) []Member {
	var out []Member
	for _, f := range append(m.fields(), depsField{"peerDependencies", m.PeerDependencies}) {
		for _, name := range slices.Sorted(maps.Keys(f.deps)) {
			to, local := localPath(f.deps[name])
			to = path.Join(at, to)
			for _, other := range w.Members {
				if other.Manifest.Name == name || local && other.Path == to {
					out = append(out, other)
				}
			}
		}
	}
	return out
}

// Wanted reports whether the member is installed for a package of a registry, as that of
// a plug-in whose host is developed here, or by an override. Where its folder is missing,
// npm leaves a link into nothing, and says nothing.
func (p *Project) Wanted(m Member) bool {
	root := p.RootManifest()
	return p.Lock != nil && p.Lock.wanted[m.Manifest.Name] || root.Overridden[m.Manifest.Name] || p.pnpm.overrides(m.Manifest.Name)
}

// Hoists reports whether a package of the workspace can load what another one alone
// depends on, because all is put into one folder. pnpm does so where it is told to.
func (p *Project) Hoists() bool {
	if p.Manager.Name.V != "pnpm" {
		return true
	}
	if p.pnpm.ShamefullyHoist || len(p.pnpm.PublicHoistPattern) > 0 || p.pnpm.NodeLinker == "hoisted" {
		return true
	}
	if !p.Root.Has(".npmrc") {
		return false
	}
	text, err := p.Root.Read(".npmrc")
	return err != nil || strings.Contains(string(text), "hoist")
}

// Declared reports whether a package.json that is there for the install, the root's among
// them, names the package.
func (p *Project) Declared(name string) bool {
	return slices.ContainsFunc(p.members(), func(m *Manifest) bool { return m.Depends(name) || m.PeerDependencies[name] != "" })
}
