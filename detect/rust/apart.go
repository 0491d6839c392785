package rust

import (
	"path"
	"slices"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// apart leaves the workspace's other packages out of the build context, so that an
// edit of one builds only what depends on it. Their manifests stay, for Cargo reads
// those of all members; and since it wants the targets of each to be there as well,
// the build makes them as empty files (Facts.Stubs).
func (pr *program) apart(s *detect.Service, f *Facts) {
	ws := pr.pkg.ws
	if ws.alone || ws.root == nil {
		return
	}
	root := s.Root.String()
	needed := slices.Clone(f.keep)
	for _, local := range pr.locals {
		needed = append(needed, local.dir.Path())
	}
	for file := range ws.dir.Files("Cargo.toml") {
		d := ws.dir.Sub(path.Dir(file))
		if d.Path() == ws.dir.Path() || !ws.member(d) || slices.ContainsFunc(needed, func(n string) bool { return detect.Within(n, d.Path()) }) {
			continue
		}
		m, err := readManifest(d)
		if err != nil || m.toml.Package == nil || !detect.Within(d.Path(), root) {
			continue
		}
		dir, err := safe.NewRelPath(detect.Under(d.Path(), root))
		if err != nil {
			continue
		}
		stubs, ok := m.stubs(detect.Under(d.Path(), ws.dir.Path()))
		if !ok {
			continue
		}
		keep, err := dir.Join("Cargo.toml")
		if err != nil {
			continue
		}
		f.Stubs = append(f.Stubs, stubs...)
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(dir))
		s.Context.Keep = append(s.Context.Keep, keep)
	}
}

// member reports whether the folder is one of the workspace's by its list.
func (ws *workspace) member(d *detect.Dir) bool {
	rel := detect.Under(d.Path(), ws.dir.Path())
	return !ws.root.excludes(rel) && slices.ContainsFunc(ws.root.toml.Workspace.Members, func(pattern string) bool {
		ok, err := path.Match(path.Clean(pattern), rel)
		return ok && err == nil
	})
}

// stubs are the files that Cargo has to find of a package that is not built: its
// library, or its programs. A package with targets of other kinds in its manifest,
// which have to be there too, is left as it is.
func (p *pkg) stubs(dir string) (files []safe.RelPath, ok bool) {
	if len(p.toml.Bench)+len(p.toml.Example)+len(p.toml.Test) > 0 {
		return nil, false
	}
	var names []string
	if lib := p.lib(); lib != "" {
		names = append(names, lib)
	}
	bins := p.bins()
	if len(p.toml.Bin) > len(bins) {
		return nil, false
	}
	for i, b := range bins {
		if i < len(p.toml.Bin) || len(names) == 0 {
			names = append(names, b.path)
		}
	}
	for _, name := range names {
		file, err := safe.NewRelPath(path.Join(dir, name))
		if err != nil || !file.Plain() {
			return nil, false
		}
		files = append(files, file)
	}
	return files, len(files) > 0
}
