package nodepkg

import (
	"slices"

	"dockgen/detect"
)

// Shared describes a package that takes what is installed for the root, as those of an
// integrated Nx workspace do. Its folder may have no package.json.
type Shared struct {
	Dir  *detect.Dir // of the package
	Root *detect.Dir // has the package.json that installs for all
	Name string
	Main string
	// Uses are the packages that it takes out of what the root's manifest names.
	Uses []string
}

// LoadShared reads a package that takes what is installed for the root: its manifest is
// its own, if there is one, and of the root's dependencies those that it uses.
func LoadShared(s Shared) (*Project, error) {
	root, err := ReadManifest(s.Root)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Dir: s.Dir, Name: s.Name, Main: s.Main, License: root.License, Lines: root.Lines, from: root.Dir,
		Scripts: map[string]string{}, Engines: root.Engines, Overridden: root.Overridden}
	if s.Dir.Has("package.json") {
		own, err := ReadManifest(s.Dir)
		if err != nil {
			return nil, err
		}
		merged := *own // what it shares with others is not changed
		if m = &merged; m.Name == "" {
			m.Name = s.Name
		}
	}
	take := func(from, to map[string]string) map[string]string {
		out := map[string]string{}
		for name, spec := range to {
			out[name] = spec
		}
		for name, spec := range from {
			if out[name] == "" && slices.Contains(s.Uses, name) {
				out[name] = spec
			}
		}
		return out
	}
	m.Dependencies = take(root.Dependencies, m.Dependencies)
	m.DevDependencies = take(root.DevDependencies, m.DevDependencies)
	m.OptionalDependencies = take(root.OptionalDependencies, m.OptionalDependencies)
	w := &Workspace{Root: s.Root, Manifest: root, Shared: true, Runner: "nx"}
	if own, err := workspaceAt(s.Root); err != nil {
		return nil, err
	} else if own != nil {
		copied := *own
		copied.Shared = true
		w = &copied
	}
	return read(m, w)
}
