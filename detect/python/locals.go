package python

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// locals finds the packages of the project's own that stand in folders outside of the
// program's and that it installs by their paths, those that they install in turn among
// them. The build's context becomes the folder that holds them all, and the image has
// them where the paths lead to.
func (in *inspection) locals(s *detect.Service, f *Facts) error {
	if in.p == nil || s.Root.String() != in.d.Path() {
		return nil // a workspace's members are in its own lock
	}
	found := map[string]detect.Note{}
	in.localClosure(in.d, found)
	if len(found) == 0 {
		return nil
	}
	root := in.d.Path()
	for at := range found {
		for !detect.Within(at, root) {
			root = path.Dir(root)
		}
	}
	base, err := safe.NewRelPath(detect.Under(in.d.Path(), root))
	if err != nil || !base.Plain() {
		return nil //nolint:nilerr // no mount can name the folder: the install says what is missing
	}
	for _, at := range slices.Sorted(maps.Keys(found)) {
		p, err := safe.NewRelPath(detect.Under(at, root))
		if err != nil || !p.Plain() {
			return nil //nolint:nilerr // as above
		}
		if root != in.d.Path() && !detect.Within(at, in.d.Path()) {
			f.Local = append(f.Local, p)
		}
	}
	if root != in.d.Path() {
		if err := in.widen(s, f, safe.RelPathOf(root)); err != nil {
			return err
		}
	}
	if f.Tool == "poetry" {
		f.LocalLast = true // the install of all else leaves out what is a folder
		if f.Self.IsZero() {
			words := slices.DeleteFunc(f.Install.Args(), func(w string) bool { return w == "--no-directory" })
			f.Self = argv(words)
		}
	}
	return nil
}

// maxLocals bounds how many packages are followed.
const maxLocals = 100

// localClosure collects the folders, relative to the project, with what names them.
func (in *inspection) localClosure(d *detect.Dir, found map[string]detect.Note) {
	var paths []localPath
	if py, err := readPyproject(d); err == nil && py != nil {
		paths = py.localPaths(d)
	}
	if d.Path() == in.d.Path() && in.p.reqs != nil {
		for _, p := range in.p.reqs.Local {
			paths = append(paths, localPath{p, d.Note(in.p.reqs.Top, 0, "installs %s", p)})
		}
	}
	for _, p := range paths {
		full := path.Join(d.Path(), p.path)
		if strings.HasPrefix(full, "..") || path.IsAbs(p.path) || full == in.d.Path() || len(found) >= maxLocals {
			continue
		}
		if _, ok := found[full]; ok {
			continue
		}
		at := d.Sub(p.path)
		if at.Path() != full || at.First(pyprojectName, "setup.py", "setup.cfg") == "" {
			continue // an archive, or what is not there: the install says so
		}
		found[full] = p.why
		in.localClosure(at, found)
	}
}

type localPath struct {
	path string
	why  detect.Note
}

// localPaths are the paths of other projects that the manifest installs in production.
func (p *pyproject) localPaths(d *detect.Dir) []localPath {
	var out []localPath
	add := func(value any, lines ...string) {
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for _, v := range list {
			table, _ := v.(map[string]any)
			if text, ok := table["path"].(string); ok && text != "" {
				out = append(out, localPath{text, d.Note(pyprojectName, p.lines.At(lines...), "path = %q", text)})
			}
		}
	}
	if t := p.Tool.Poetry; t != nil {
		for _, name := range slices.Sorted(maps.Keys(t.Dependencies)) {
			add(t.Dependencies[name], "tool", "poetry", "dependencies", name)
		}
	}
	if t := p.Tool.UV; t != nil {
		for _, name := range slices.Sorted(maps.Keys(t.Sources)) {
			if p.wants(name) {
				add(t.Sources[name], "tool", "uv", "sources", name)
			}
		}
	}
	if p.Project != nil {
		for _, text := range p.Project.Dependencies {
			// PDM's and Hatch's spelling: name @ file:///${PROJECT_ROOT}/../other, {root:uri}/../other
			for _, mark := range []string{"file:///${PROJECT_ROOT}/", "{root:uri}/"} {
				if _, rest, ok := strings.Cut(text, mark); ok {
					rest, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
					out = append(out, localPath{strings.SplitN(rest, "#", 2)[0], d.Note(pyprojectName, p.lines.At("project", "dependencies"), "%s", text)})
				}
			}
		}
	}
	return out
}

// wants reports whether the project depends on the distribution in production.
func (p *pyproject) wants(name string) bool {
	if p.Project == nil {
		return false
	}
	for _, text := range p.Project.Dependencies {
		if r, ok := parseRequirement(text); ok && r.Name == normal(name) {
			return true
		}
	}
	return false
}
