package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
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
