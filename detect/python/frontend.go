package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// frontend finds web assets that a Node build makes for the program: what the build
// writes into the program's folder, or what the program serves from a folder that only
// the build makes. Paths are relative to the project.
func (in *inspection) frontend(s *detect.Service, f *Facts) error {
	if s.Kind != detect.Server {
		return nil
	}
	served := in.served()
	var found []*maker
	for _, m := range in.makers() {
		if m.assets = m.feeds(in.d, served); len(m.assets) > 0 {
			found = append(found, m)
		}
	}
	if len(found) == 1 {
		return in.useFrontend(s, f, found[0])
	}
	if !in.d.Has("package.json") {
		return nil
	}
	m, err := nodepkg.ReadManifest(in.d)
	if err != nil {
		return nil //nolint:nilerr // Node's detector tells of it
	}
	if made, why, ok := evidence.OwnFront(in.d); ok && len(found) == 0 && m.Scripts["build"] != "" {
		return in.useFrontend(s, f, &maker{d: in.d, m: m, assets: []asset{{path.Join(in.d.Path(), made), why}}})
	}
	switch why := m.ScriptNote("build"); {
	case m.Scripts["build"] != "":
		why.Text = "the build of the front end (" + m.Scripts["build"] + ") is not part of the image, for nothing says which of its files the program reads: run it before docker build, and let its result into the context"
		s.Notes = append(s.Notes, why)
	case m.Scripts["start"] == "" && m.Scripts["dev"] == "" && m.Scripts["serve"] == "" && len(m.Workspaces) == 0:
		s.Parts = append(s.Parts, detect.Part{Path: in.d.Rel(), Alone: true, Why: m.Note("package.json has no script that builds or starts something: it is for the developers of the program beside it")})
	}
	return nil
}

// asset is a file or folder that a build makes, and what says that the program has it.
type asset struct {
	path string
	why  detect.Note
}

// maker is a package whose script builds something.
type maker struct {
	d       *detect.Dir
	m       *nodepkg.Manifest
	outputs []string
	assets  []asset
}

// notMakers are folders whose packages are no part of the program.
var notMakers = []string{"test", "tests", "e2e", "example", "examples", "docs", "doc", "demo", "samples", "packages"}

// makers are the packages with a build in the folder, below it and right beside it.
func (in *inspection) makers() []*maker {
	var dirs []*detect.Dir
	for name := range in.d.Files("package.json") {
		if len(dirs) == maxMakers {
			break
		}
		parts := strings.Split(path.Dir(name), "/")
		if !slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(notMakers, p) || len(p) > 1 && p[0] == '.' }) {
			dirs = append(dirs, in.d.Sub(path.Dir(name)))
		}
	}
	if in.d.Path() != "." {
		beside := in.d.Sub("..")
		for _, name := range beside.Dirs() {
			if d := beside.Sub(name); d.Path() != in.d.Path() && d.Has("package.json") && !slices.Contains(notMakers, name) {
				dirs = append(dirs, d)
			}
		}
	}
	var out []*maker
	for _, d := range dirs {
		m, err := nodepkg.ReadManifest(d)
		if err != nil || m.Scripts["build"] == "" {
			continue
		}
		k := &maker{d: d, m: m}
		for _, o := range m.Outputs("build") {
			if p := path.Join(d.Path(), o); safe.FileName(p) == nil && p != "." && !strings.HasPrefix(p, "../") {
				k.outputs = append(k.outputs, p)
			}
		}
		out = append(out, k)
	}
	return out
}

const maxMakers = 30

// feeds are the assets of the package that the program in d has.
func (k *maker) feeds(d *detect.Dir, served []asset) []asset {
	var out []asset
	own := k.d.Path() == d.Path()
	for _, o := range k.outputs {
		at := slices.IndexFunc(served, func(a asset) bool { return detect.Within(o, a.path) || detect.Within(a.path, o) })
		switch {
		case at >= 0 && own, at >= 0 && detect.Within(o, k.d.Path()):
			out = append(out, asset{o, served[at].why})
		case own && slices.Contains(strings.Split(o, "/"), "static"):
			// Where Flask and the apps of Django have it by themselves.
			why := k.m.ScriptNote("build")
			why.Text += " writes " + o
			out = append(out, asset{o, why})
		case !own && detect.Within(o, d.Path()) && !detect.Within(o, k.d.Path()):
			why := k.m.ScriptNote("build")
			why.Text += " writes into " + o + ", in the program's folder"
			out = append(out, asset{o, why})
		}
	}
	if len(out) == 0 && !own && len(k.outputs) == 0 { // nothing tells where it writes, and only it can make what is missing
		for _, a := range served {
			if detect.Within(a.path, k.d.Path()) && a.path != k.d.Path() && empty(d, a.path) {
				return []asset{a}
			}
		}
	}
	return out
}

// empty reports whether the tree has nothing there but what keeps a folder in git.
func empty(d *detect.Dir, full string) bool {
	rel := strings.Repeat("../", strings.Count(d.Path(), "/")+1) + full
	if d.Path() == "." {
		rel = full
	}
	if d.Has(rel) {
		return false
	}
	for name := range d.Sub(rel).Files("*") {
		if !slices.Contains([]string{".gitkeep", ".gitignore", ".keep", "README.md"}, path.Base(name)) {
			return false
		}
	}
	return true
}

// useFrontend makes the package's build a stage of the image.
func (in *inspection) useFrontend(s *detect.Service, f *Facts, k *maker) error {
	project, err := nodepkg.Load(k.d)
	if err != nil {
		return err
	}
	why := k.assets[0].why
	root := s.Root.String()
	if !detect.Within(project.Root.Path(), root) {
		above := path.Dir(in.d.Path())
		if root != in.d.Path() || project.Root.Path() != k.d.Path() || !detect.Within(k.d.Path(), above) {
			return nil // two services: no folder holds just the two
		}
		if base, err := safe.NewRelPath(detect.Under(in.d.Path(), above)); err != nil || !base.Plain() {
			return nil //nolint:nilerr // two services: no mount can name the folder
		}
		root = above
	}
	context := in.d
	for context.Path() != root {
		context = context.Sub("..")
	}
	front, err := project.Frontend(context, "build")
	if err != nil {
		return err
	}
	var assets []safe.RelPath
	for _, a := range k.assets {
		at := a.path
		if dir := path.Dir(at); path.Ext(at) != "" && detect.Within(dir, in.d.Path()) && dir != in.d.Path() {
			at = dir // what goes with the file: a map of its source
		}
		p, err := safe.NewRelPath(detect.Under(at, root))
		if err != nil || !p.Plain() || !front.Dir.Plain() {
			return nil //nolint:nilerr // at a path that no line can name: two services
		}
		if !slices.Contains(assets, p) {
			assets = append(assets, p)
		}
	}
	if root != s.Root.String() {
		if err := in.widen(s, f, safe.RelPathOf(root)); err != nil {
			return err
		}
	}
	front.Output = assets[0]
	f.Frontend, f.Assets = front, assets
	if f.Base.String() == "." && !detect.Within(in.d.Path(), k.d.Path()) {
		f.Apart = front.Dir
	}
	why.Text += ": a stage runs the build of " + path.Join(k.d.Path(), "package.json")
	s.Notes = append(append(s.Notes, why), project.Notes...)
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: front.Node})
	s.Parts = append(s.Parts, detect.Part{Path: k.d.Rel(), Alone: k.d.Path() == in.d.Path(), Why: why})
	s.Secrets = append(s.Secrets, front.Install.Secrets...)
	more := front.Install.Context()
	s.Context.Ignore = append(s.Context.Ignore, more.Ignore...)
	s.Context.Keep = append(s.Context.Keep, more.Keep...)
	s.Context.Public = append(s.Context.Public, front.Install.Public...)
	for _, a := range k.assets {
		if k.d.Path() != in.d.Path() || empty(in.d, a.path) {
			p, err := safe.NewRelPath(detect.Under(a.path, root))
			if err != nil {
				return err
			}
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(p))
		}
	}
	return nil
}

// widen makes the folder above the program's own the build's context: the image has both
// folders side by side as the project has, so that the program finds the other.
func (in *inspection) widen(s *detect.Service, f *Facts, root safe.RelPath) error {
	base, err := safe.NewRelPath(detect.Under(s.Root.String(), root.String()))
	if err != nil {
		return err
	}
	f.Base, s.Root = base, root
	for _, list := range [][]safe.RelPath{{f.Dir}, s.State, s.Context.Keep} {
		for i, p := range list {
			if list[i], err = base.Join(p.String()); err != nil {
				return err
			}
		}
	}
	if f.Dir, err = base.Join(f.Dir.String()); err != nil {
		return err
	}
	for i, p := range s.Context.Ignore {
		if s.Context.Ignore[i], err = p.Below(base); err != nil {
			return err
		}
	}
	at := path.Join(workdir, base.String())
	f.SelfPath = at + strings.TrimPrefix(f.SelfPath, workdir)
	if f.Path != "" {
		f.Path = at + strings.TrimPrefix(f.Path, workdir)
	}
	if d := s.Dev; d != nil {
		d.Dir = base
		if d.At, err = safe.NewLabel(at); err != nil {
			return err
		}
		for i, p := range d.Rebuild {
			if d.Rebuild[i], err = base.Join(p.String()); err != nil {
				return err
			}
		}
		for i, e := range d.Env {
			if e.Name.String() == "PYTHONPATH" {
				if d.Env[i].Value, err = safe.NewLabel(f.SelfPath); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
