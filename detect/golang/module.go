package golang

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// workspace is what one build sees: the module whose commands are looked at,
// and the other modules of the project that its imports may lead to.
type workspace struct {
	top    *detect.Dir // the project's folder, to which all paths here are relative
	main   *local
	locals []*local // main first
	work   string   // the path of go.work, "" without one
	tool   *modfile.WorkFile
	vendor bool // dependencies are in the tree
	notes  []detect.Note
	above  []above // what the modules need of a place above the project
}

// above is a folder that a build needs and that the project does not hold.
type above struct {
	why  detect.Note
	root string // the way up to the folder that has both
}

// local is a module of the project. A folder of Go files without a go.mod is one
// whose file is nil.
type local struct {
	dir  string
	file *modfile.File
	sums bool // go.sum is there
	top  *detect.Dir
}

// name is the module's path, or the folder's name where there is no go.mod.
func (m *local) name() string {
	if m.file != nil && m.file.Module != nil {
		return m.file.Module.Mod.Path
	}
	return path.Base(m.dir)
}

func (m *local) mod() string { return path.Join(m.dir, "go.mod") }

// note is evidence in the module's go.mod, or about its folder.
func (m *local) note(line int, format string, args ...any) detect.Note {
	if m.file == nil {
		return m.top.Note(m.dir, 0, "no go.mod")
	}
	return m.top.Note(m.mod(), line, format, args...)
}

func topOf(d *detect.Dir) *detect.Dir {
	top := d
	for p := range d.Parents() {
		top = p
	}
	return top
}

// load reads go.mod in d, the go.work above it, and every module of the project
// that either names.
func load(d *detect.Dir) (*workspace, error) {
	w := &workspace{top: topOf(d)}
	var err error
	if w.main, err = w.module(d.Path()); err != nil {
		return nil, err
	}
	w.locals = []*local{w.main}
	if w.main.file == nil {
		return w, nil
	}
	if err := w.readWork(d); err != nil {
		return nil, err
	}
	w.vendor = d.Has("vendor/modules.txt")
	if w.work != "" {
		w.vendor = w.top.Has(path.Join(path.Dir(w.work), "vendor/modules.txt"))
	}
	for i := 0; i < len(w.locals); i++ { // a replaced module may replace further ones
		if err := w.replaced(w.locals[i]); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// module reads the go.mod of a folder, if it has one.
func (w *workspace) module(dir string) (*local, error) {
	m := &local{dir: dir, top: w.top}
	data, err := w.top.Read(m.mod())
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	// ParseLax leaves out directives that a newer Go has added.
	m.file, err = modfile.ParseLax("go.mod", data, nil)
	if err != nil {
		return nil, w.parseError(m.mod(), err)
	}
	// ParseLax is for dependencies and leaves replacements out as well.
	if full, err := modfile.Parse("go.mod", data, func(_, v string) (string, error) { return module.CanonicalVersion(v), nil }); err == nil {
		m.file = full
	} else if full, err := modfile.Parse("go.mod", data, nil); err == nil {
		m.file = full
	}
	m.sums = w.top.Has(path.Join(dir, "go.sum"))
	return m, nil
}

func (w *workspace) parseError(name string, err error) error {
	var list modfile.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return w.top.Errorf(name, list[0].Pos.Line, "parsing: %w", list[0].Err)
	}
	return w.top.Errorf(name, 0, "parsing: %w", err)
}

// readWork finds the go.work that the go command would find from d, and takes
// it if it uses the main module.
func (w *workspace) readWork(d *detect.Dir) error {
	at := d
	if !at.Has("go.work") {
		at = nil
		for p := range d.Parents() {
			if p.Has("go.work") {
				at = p
				break
			}
		}
	}
	if at == nil {
		return nil
	}
	name := path.Join(at.Path(), "go.work")
	data, err := w.top.Read(name)
	if err != nil {
		return err
	}
	f, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return w.parseError(name, err)
	}
	var dirs []string
	for _, u := range f.Use {
		dir, ok := inProject(at.Path(), u.Path)
		if !ok {
			w.notes = append(w.notes, w.top.Note(name, u.Syntax.Start.Line, "uses %s, which lies outside this folder: run dockgen in the folder that holds both", u.Path))
			continue
		}
		dirs = append(dirs, dir)
	}
	if !slices.Contains(dirs, w.main.dir) {
		w.notes = append(w.notes, w.top.Note(name, 0, "does not use this module, so it is built on its own"))
		return nil
	}
	w.work, w.tool = name, f
	for _, dir := range dirs {
		if err := w.add(dir); err != nil {
			return err
		}
	}
	return nil
}

// inProject joins a path of a manifest to the manifest's folder. A path that
// leaves the project is not ok.
func inProject(dir, p string) (string, bool) {
	if path.IsAbs(p) || strings.Contains(p, `\`) {
		return "", false
	}
	full := path.Join(dir, p)
	if full == ".." || strings.HasPrefix(full, "../") || safe.Text(full) != nil {
		return "", false
	}
	return full, true
}

// add reads a further module of the project.
func (w *workspace) add(dir string) error {
	if slices.ContainsFunc(w.locals, func(m *local) bool { return m.dir == dir }) {
		return nil
	}
	m, err := w.module(dir)
	if err != nil {
		return err
	}
	if m.file != nil {
		w.locals = append(w.locals, m)
	}
	return nil
}

// replaced adds the modules that m replaces by folders of the project.
func (w *workspace) replaced(m *local) error {
	for _, r := range m.file.Replace {
		if r.New.Version != "" || !modfile.IsDirectoryPath(r.New.Path) {
			continue
		}
		dir, ok := inProject(m.dir, r.New.Path)
		if !ok || !w.top.Has(path.Join(dir, "go.mod")) {
			why := w.top.Note(m.mod(), r.Syntax.Start.Line, "replaces %s by %s, which is not in this folder", r.Old.Path, r.New.Path)
			if root := detect.Upward(path.Join(m.dir, r.New.Path)); root != "" && !w.vendor && m.requires(r.Old.Path) {
				w.above = append(w.above, above{why, root})
				continue
			}
			why.Text += ": the build fails without it"
			w.notes = append(w.notes, why)
			continue
		}
		if err := w.add(dir); err != nil {
			return err
		}
	}
	return nil
}

// requires reports whether the module needs the other one.
func (m *local) requires(name string) bool {
	return slices.ContainsFunc(m.file.Require, func(r *modfile.Require) bool { return r.Mod.Path == name })
}

// root is the folder that a build takes as its context: the one above every
// local module that takes part.
func (w *workspace) root() safe.RelPath {
	root := w.main.dir
	if w.work != "" {
		root = path.Dir(w.work)
	}
	for _, m := range w.locals {
		for !detect.Within(m.dir, root) {
			root = path.Dir(root)
		}
	}
	return safe.RelPathOf(root)
}

// localDir finds the folder of an imported package among the local modules.
func (w *workspace) localDir(importPath string) (string, bool) {
	best, dir := -1, ""
	for _, m := range w.locals {
		name := m.name()
		if m.file == nil || importPath != name && !strings.HasPrefix(importPath, name+"/") {
			continue
		}
		if len(name) > best {
			best, dir = len(name), path.Join(m.dir, strings.TrimPrefix(importPath, name))
		}
	}
	return dir, best >= 0
}

// requirement finds the module that provides an imported package, with the line
// of the go.mod that requires it. Indirect requirements count where direct does not matter.
func (w *workspace) requirement(importPath string) (mod *local, req *modfile.Require) {
	for _, m := range w.locals {
		if m.file == nil {
			continue
		}
		for _, r := range m.file.Require {
			if importPath != r.Mod.Path && !strings.HasPrefix(importPath, r.Mod.Path+"/") {
				continue
			}
			if req == nil || len(r.Mod.Path) > len(req.Mod.Path) {
				mod, req = m, r
			}
		}
	}
	return mod, req
}
