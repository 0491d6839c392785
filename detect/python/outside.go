package python

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// outside are the dependencies of the manifest that lie above the folder that dockgen
// was given, as its tables of sources say: members of a workspace whose root is not
// there (https://docs.astral.sh/uv/concepts/projects/workspaces), and folders.
func (p *pyproject) outside(d *detect.Dir) []detect.Note {
	if p == nil {
		return nil
	}
	var out []detect.Note
	add := func(name, why string, keys ...string) {
		out = append(out, d.Note(pyprojectName, p.lines.At(keys...), "%s %s: run dockgen there, or the installation fails", name, why))
	}
	above := func(table map[string]any) bool {
		at, ok := table["path"].(string)
		to := path.Join(d.Path(), at)
		return ok && !path.IsAbs(at) && (to == ".." || strings.HasPrefix(to, "../"))
	}
	if uv := p.Tool.UV; uv != nil {
		for _, name := range slices.Sorted(maps.Keys(uv.Sources)) {
			table, _ := uv.Sources[name].(map[string]any)
			switch {
			case table["workspace"] == true && uv.Workspace == nil && !workspaceAbove(d):
				add(name, "is a package of a workspace whose root is not in this folder", "tool", "uv", "sources", name)
			case above(table):
				add(name, "lies above this folder", "tool", "uv", "sources", name)
			}
		}
	}
	if t := p.Tool.Poetry; t != nil {
		for _, name := range slices.Sorted(maps.Keys(t.Dependencies)) {
			if table, _ := t.Dependencies[name].(map[string]any); above(table) {
				add(name, "lies above this folder", "tool", "poetry", "dependencies", name)
			}
		}
	}
	return out
}

// workspaceAbove reports whether the root of some uv workspace is above the folder.
func workspaceAbove(d *detect.Dir) bool {
	for parent := range d.Parents() {
		if py, err := readPyproject(parent); err == nil && py != nil && py.Tool.UV != nil && py.Tool.UV.Workspace != nil {
			return true
		}
	}
	return false
}
