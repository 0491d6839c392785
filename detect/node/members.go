package node

import (
	"slices"
	"strings"

	"dockgen/detect/manifest/nodepkg"
)

// members are the packages of the workspace that the program runs with. One that is a server
// itself is none of them, nor is what that one brings along: its types are taken, as those of
// tRPC's router are (https://trpc.io/docs/client/vanilla/setup).
func (p *project) members() []nodepkg.Member {
	w := p.npm.Workspace
	if w == nil {
		return nil
	}
	var out []nodepkg.Member
	var visit func(m *nodepkg.Manifest)
	visit = func(m *nodepkg.Manifest) {
		for _, other := range w.Closure(m, false) {
			known := slices.ContainsFunc(out, func(o nodepkg.Member) bool { return o.Path == other.Path })
			if known || !m.Production(other.Manifest.Name) || other.Manifest == p.pkg || isServer(other.Manifest) {
				continue
			}
			out = append(out, other)
			visit(other.Manifest)
		}
	}
	visit(p.pkg)
	return out
}

// isServer reports whether a package is started by itself, with a library that listens.
func isServer(m *nodepkg.Manifest) bool {
	return m.Scripts["start"] != "" && slices.ContainsFunc(libraries(), func(f framework) bool {
		return f.role == library && slices.ContainsFunc(f.deps, m.Production)
	})
}

// hoisted finds the programs of packages where npm and Yarn put those of a
// workspace: at its root. pnpm links them into each package.
func (p *project) hoisted(argv []string) []string {
	manager := p.npm.Manager.Name.V
	if p.npm.Workspace == nil || p.npm.IsRoot() || manager == "pnpm" || p.nx != nil {
		return argv
	}
	up := strings.Repeat("../", strings.Count(strings.TrimPrefix(p.Path(), p.npm.Root.Path()+"/"), "/")+1)
	out := slices.Clone(argv)
	for i, a := range out {
		if strings.HasPrefix(a, "node_modules/") {
			out[i] = up + a
		}
	}
	return out
}
