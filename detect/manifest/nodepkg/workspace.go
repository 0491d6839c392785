package nodepkg

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// Workspace is a root that installs several packages together.
type Workspace struct {
	Root     *detect.Dir
	Manifest *Manifest // of the root; nil where pnpm's workspace has none
	Patterns []string
	// Members are the packages, the root itself not among them, by their path
	// relative to the root.
	Members []Member
	// Runner is the tool that runs scripts over the members: turbo, nx, lerna or "".
	Runner string
	// Shared says that the root's own manifest has the packages of all, so that nothing
	// can be installed for one member alone: see LoadShared.
	Shared bool
	Why    detect.Note
}

// Member is one package of a workspace.
type Member struct {
	Path     string // relative to the root
	Manifest *Manifest
}

// maxMembers bounds the members that are read: each is a file.
const maxMembers = 2000

// findWorkspace returns the workspace that the package m is the root or a member of; nil where there is none.
func findWorkspace(m *Manifest) (*Workspace, error) {
	w, err := workspaceAt(m.Dir)
	if err != nil || w != nil {
		return w, err
	}
	for parent := range m.Dir.Parents() {
		if w, err = workspaceAt(parent); err != nil {
			return nil, err
		}
		if w != nil && slices.ContainsFunc(w.Members, func(x Member) bool { return path.Join(w.Root.Path(), x.Path) == m.Dir.Path() }) {
			return w, nil
		}
	}
	return nil, nil
}

// workspaceAt returns the workspace whose root is d; nil where d is none.
func workspaceAt(d *detect.Dir) (*Workspace, error) {
	return detect.Once(d, "node workspace:"+d.Path(), func() (*Workspace, error) { return readWorkspace(d) })
}

func readWorkspace(d *detect.Dir) (*Workspace, error) {
	w := &Workspace{Root: d}
	var err error
	if d.Has("package.json") {
		if w.Manifest, err = ReadManifest(d); err != nil {
			return nil, err
		}
	}
	if d.Has("pnpm-workspace.yaml") {
		var settings pnpmSettings
		lines, err := manifest.YAML(d, "pnpm-workspace.yaml", &settings)
		if err != nil {
			return nil, err
		}
		w.Patterns = settings.Packages
		w.Why = d.Note("pnpm-workspace.yaml", lines.At("packages"), "packages: %s", strings.Join(w.Patterns, ", "))
	}
	if len(w.Patterns) == 0 && w.Manifest != nil {
		w.Patterns = w.Manifest.Workspaces
		w.Why = d.Note("package.json", w.Manifest.Lines.At("workspaces"), "workspaces: %s", strings.Join(w.Patterns, ", "))
	}
	if len(w.Patterns) == 0 {
		return nil, nil
	}
	for _, runner := range []struct{ file, name string }{{"turbo.json", "turbo"}, {"turbo.jsonc", "turbo"}, {"nx.json", "nx"}, {"lerna.json", "lerna"}} {
		if d.Has(runner.file) {
			w.Runner = runner.name
			break
		}
	}
	if err := w.findMembers(); err != nil || len(w.Members) == 0 {
		return nil, err // "**" over a package that stands alone
	}
	return w, nil
}

func (w *Workspace) findMembers() error {
	for file := range w.Root.Files("package.json") {
		dir := path.Dir(file)
		if dir == "." || !w.matches(dir) {
			continue
		}
		if len(w.Members) == maxMembers {
			return nil
		}
		m, err := ReadManifest(w.Root.Sub(dir))
		if err != nil {
			return err
		}
		w.Members = append(w.Members, Member{dir, m})
	}
	return nil
}

// matches reports whether the patterns take the folder; a later "!" pattern takes it out.
func (w *Workspace) matches(dir string) bool {
	in := false
	for _, p := range w.Patterns {
		p, not := strings.CutPrefix(p, "!")
		p = strings.Trim(strings.TrimPrefix(p, "./"), "/")
		if glob(strings.Split(p, "/"), strings.Split(dir, "/")) {
			in = !not
		}
	}
	return in
}

// glob matches path elements; "**" stands for any number of them.
func glob(pattern, elems []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for i := range len(elems) + 1 {
				if glob(pattern[1:], elems[i:]) {
					return true
				}
			}
			return false
		}
		if len(elems) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], elems[0]); err != nil || !ok {
			return false
		}
		pattern, elems = pattern[1:], elems[1:]
	}
	return len(elems) == 0
}

// Member returns the member of that package name.
func (w *Workspace) Member(name string) (Member, bool) {
	i := slices.IndexFunc(w.Members, func(m Member) bool { return m.Manifest.Name == name })
	if i < 0 {
		return Member{}, false
	}
	return w.Members[i], true
}

// Closure returns the members that the package m needs, directly or through
// others, in the workspace's order; development dependencies count where dev is set.
func (w *Workspace) Closure(m *Manifest, dev bool) []Member {
	seen := map[string]bool{}
	var visit func(m *Manifest)
	visit = func(m *Manifest) {
		for _, name := range m.direct() {
			if !dev && !m.Production(name) || seen[name] {
				continue
			}
			if local, ok := w.Member(name); ok {
				seen[name] = true
				visit(local.Manifest)
			}
		}
	}
	visit(m)
	return slices.DeleteFunc(slices.Clone(w.Members), func(x Member) bool { return !seen[x.Manifest.Name] || x.Manifest == m })
}
