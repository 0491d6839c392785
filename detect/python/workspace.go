package python

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// uvWorkspaceAbove returns the folder of the uv workspace that the folder is a
// member of, nil where there is none.
func uvWorkspaceAbove(d *detect.Dir) *detect.Dir {
	if !d.Has(pyprojectName) {
		return nil
	}
	for parent := range d.Parents() {
		if !parent.Has(pyprojectName) || !parent.Has(lockNames[uv]) {
			continue
		}
		py, err := readPyproject(parent)
		if err != nil || py.Tool.UV == nil || py.Tool.UV.Workspace == nil {
			continue
		}
		rel := relative(parent, d)
		w := py.Tool.UV.Workspace
		if matches(w.Members, rel) && !matches(w.Exclude, rel) {
			return parent
		}
	}
	return nil
}

// relative returns the path of d below its ancestor.
func relative(ancestor, d *detect.Dir) string {
	if ancestor.Path() == "." {
		return d.Path()
	}
	return strings.TrimPrefix(strings.TrimPrefix(d.Path(), ancestor.Path()), "/")
}

func matches(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(path.Clean(pattern), p)
		return ok && err == nil
	})
}

// workspaceMembers are the folders of the members of a uv workspace.
func workspaceMembers(d *detect.Dir) []string {
	py, err := readPyproject(d)
	if err != nil || py == nil || py.Tool.UV == nil || py.Tool.UV.Workspace == nil {
		return nil
	}
	var out []string
	for f := range d.Files(pyprojectName) {
		if m := path.Dir(f); m != "." && matches(py.Tool.UV.Workspace.Members, m) && !matches(py.Tool.UV.Workspace.Exclude, m) {
			out = append(out, m)
		}
	}
	return out
}

// leaveApart leaves the members of the workspace out of the build context that the
// program does not depend on, so that an edit of one builds only what does. The
// pyproject.toml of each stays, for the lock speaks of all.
func (in *inspection) leaveApart(s *detect.Service) {
	if in.fromRoot(s) == "." || in.p.lock == nil {
		return
	}
	root := in.p.lock.Dir
	members := map[string]*pyproject{} // by folder
	for _, m := range workspaceMembers(root) {
		if py, err := readPyproject(root.Sub(m)); err == nil && py != nil && py.Project != nil {
			members[m] = py
		}
	}
	needed := map[string]bool{}
	var visit func(dir string)
	visit = func(dir string) {
		py := members[dir]
		if needed[dir] || py == nil {
			return
		}
		needed[dir] = true
		for m, other := range members {
			if slices.ContainsFunc(py.names(), func(name string) bool { return name == normal(other.Project.Name) }) {
				visit(m)
			}
		}
	}
	visit(relative(root, in.d))
	for _, m := range slices.Sorted(maps.Keys(members)) {
		above := slices.ContainsFunc(slices.Collect(maps.Keys(needed)), func(n string) bool { return n == m || strings.HasPrefix(n, m+"/") })
		if dir, err := safe.NewRelPath(m); err == nil && !above {
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(dir))
		}
	}
}

// names are what the project depends on, extras and groups included.
func (p *pyproject) names() []string {
	texts := slices.Clone(p.Project.Dependencies)
	for _, deps := range p.Project.Optional {
		texts = append(texts, deps...)
	}
	for _, group := range p.Groups {
		for _, dep := range group {
			if text, ok := dep.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	var out []string
	for _, text := range texts {
		if r, ok := parseRequirement(text); ok {
			out = append(out, r.Name)
		}
	}
	return out
}
