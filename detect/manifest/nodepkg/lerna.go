package nodepkg

import (
	"dockgen/detect"
	"dockgen/detect/manifest"
)

// Unlinked returns a dependency of a package that stands alone, where that is another
// package of the same repository which only "lerna bootstrap" links; "" for none. Lerna
// has left that to the package managers' workspaces since 7
// (https://lerna.js.org/docs/legacy-package-management).
func (p *Project) Unlinked() (name string, at detect.Note) {
	if p.Workspace != nil {
		return "", at
	}
	for root := range p.Manifest.Dir.Parents() {
		if !root.Has("lerna.json") {
			continue
		}
		w, err := detect.Once(root, "lerna:"+root.Path(), func() (*Workspace, error) {
			var file struct {
				Packages []string `json:"packages"`
			}
			if _, err := manifest.JSONC(root, "lerna.json", &file); err != nil {
				return nil, err
			}
			if file.Packages == nil {
				file.Packages = []string{"packages/*"} // Lerna's default
			}
			w := &Workspace{Root: root, Patterns: file.Packages}
			return w, w.findMembers()
		})
		if err != nil {
			return "", at // its faults are not ours
		}
		for _, dep := range p.Manifest.direct() {
			spec, _, _ := p.Manifest.Dependency(dep)
			if _, path := localPath(spec); path {
				continue
			}
			if _, ok := w.Member(dep); ok {
				return dep, p.Manifest.DependencyNote(dep)
			}
		}
		return "", at
	}
	return "", at
}
