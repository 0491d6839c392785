package rust

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// reads reports whether a call is given the path of a file or folder to read.
func reads(c *source.Call) bool {
	switch c.Name() {
	case "open", "open_async", "read_to_string", "read", "read_dir", "canonicalize", "join", "file", "dir", "with_name", "with_file", "from_file", "from_path", "from_dir", "from_pem_file", "metadata", "serve_dir", "serve_file",
		"register_templates_directory", "register_template_file", "path_loader", "set_loader", "load_from_path", "nest", "read_to_end", "from_filename", "exists", "load", "parse", "read_link", "index_file", "fallback", "not_found_service", "push", "load_locale":
		return true
	case "new", "from":
		switch prefix := strings.TrimSuffix(strings.TrimSuffix(c.Path, "::new"), "::from"); prefix[strings.LastIndexByte(prefix, ':')+1:] {
		case "ServeDir", "ServeFile", "Files", "FileServer", "Tera", "Path", "PathBuf", "StaticFilesEndpoint", "StaticFileEndpoint", "StaticDir", "StaticFile", "Migrator", "Yaml", "DirectoryLoader", "FileSystem", "FluentLoader", "SpaRouter", "Dir":
			return true
		}
	case "relative":
		return c.Macro
	}
	return false
}

// writes reports whether a call is given the path of a file or folder to make.
func writes(c *source.Call) bool {
	switch c.Name() {
	case "create_dir_all", "create_dir", "create", "create_new", "write", "rolling", "daily", "hourly", "open_or_create":
		return c.Name() != "create" || strings.HasPrefix(c.Path, "File::") || strings.Contains(c.Path, "::File::") || strings.HasSuffix(c.Path, "DirBuilder::create")
	}
	return false
}

// readFiles finds the files of the project that the running program reads, and the
// folders that it writes to.
func (pr *program) readFiles(s *detect.Service, f *Facts) {
	found, written := map[string]detect.Note{}, map[string]detect.Note{}
	pr.calls(func(src *file, c *source.Call) {
		if strings.HasPrefix(c.Name(), "include_") || strings.Contains(c.Name(), "embed") || c.Name() == "migrate" && c.Macro {
			return
		}
		if !reads(c) && !writes(c) {
			return
		}
		for _, arg := range c.Args {
			p, ok := pr.local(arg, scope{src, c.Fn}, src.pkg)
			if !ok {
				continue
			}
			why := pr.note(src, c.Line, "reads %s at run time", p.rel)
			full, exists := pr.find(p)
			switch {
			case writes(c) && !exists && p.whole:
				if dir := stateDir(p.rel, c); dir != "" {
					written[dir] = pr.note(src, c.Line, "writes %s", p.rel)
				}
			case exists && pr.data(full):
				found[full] = why
				pr.standsIn(full, p)
			case !exists && c.Name() != "join" && path.Ext(p.rel) == "" && strings.Contains(p.rel, "/"):
				pr.missing = append(pr.missing, missing{p.rel, pr.note(src, c.Line, "serves %s, which a build has to make first", p.rel)})
			}
		}
	})
	pr.conventional(found)
	for _, dir := range slices.Sorted(maps.Keys(written)) {
		pr.state(s, dir, written[dir])
	}
	for _, full := range slices.Sorted(maps.Keys(found)) {
		if slices.ContainsFunc(slices.Sorted(maps.Keys(found)), func(q string) bool { return q != full && detect.Within(full, q) }) {
			continue // its folder is there already
		}
		if detect.IsSecretFile(full) {
			if !strings.HasPrefix(path.Base(full), ".env") {
				n := found[full]
				n.Text += ", which may hold secrets and stays out of the image: mount it"
				s.Notes = append(s.Notes, n)
			}
			continue
		}
		pr.copyFile(s, f, full, found[full])
	}
}

// copyFile has the final image hold a file where the program looks for it.
func (pr *program) copyFile(s *detect.Service, f *Facts, full string, why detect.Note) {
	root := s.Root.String()
	if !detect.Within(full, root) {
		return
	}
	src := safe.RelPathOf(detect.Under(full, root))
	if !src.Plain() {
		why.Text += ", which dockgen can't name in a Dockerfile: copy it by hand"
		s.Notes = append(s.Notes, why)
		return
	}
	f.Files = append(f.Files, File{Source: src, Dest: src})
	f.keep = append(f.keep, full)
	s.Notes = append(s.Notes, why)
}

// localPath is a path that the program reads, relative to the folder in which it
// is run, or to its package where the compiler writes that in.
type localPath struct {
	rel   string
	fixed string // the package's folder, "" for the working directory
	whole bool   // nothing of it is unknown
}

// local is what an argument holds, if that can be a path in the project.
func (pr *program) local(arg []source.Token, at scope, p *pkg) (localPath, bool) {
	ps := pr.eval(arg, at, 0)
	if ps == nil {
		return localPath{}, false
	}
	for i := len(ps) - 1; i >= 0; i-- {
		if !ps[i].known { // base.join("templates"): what stands behind is looked for
			ps = ps[i+1:]
			break
		}
	}
	out := localPath{rel: ps.text(), whole: pr.eval(arg, at, 0).known()}
	if rest, ok := strings.CutPrefix(out.rel, manifestDir); ok {
		out.rel, out.fixed = strings.TrimPrefix(rest, "/"), p.dir.Path()
	} else if len(ps) > 0 && strings.HasPrefix(out.rel, "/") && !strings.HasPrefix(pr.eval(arg, at, 0).text(), "/") {
		out.rel = strings.TrimPrefix(out.rel, "/")
	}
	out.rel = strings.TrimPrefix(out.rel, "file://")
	if i := strings.IndexAny(out.rel, "*?[{"); i >= 0 {
		out.rel = path.Dir(out.rel[:i] + "x")
	}
	if out.rel == "" || len(out.rel) > 200 || path.IsAbs(out.rel) || strings.ContainsAny(out.rel, " \n\t:<>\"'|%\\=,;()") || safe.FileName(out.rel) != nil {
		return out, false
	}
	out.rel = path.Clean(out.rel)
	return out, out.rel != "." && out.rel != ".." && !strings.HasPrefix(out.rel, "../")
}

// find is the place of a path in the project: in the package, or where people run
// a workspace's programs, at its root.
func (pr *program) find(p localPath) (string, bool) {
	dirs := []string{pr.pkg.dir.Path(), pr.pkg.ws.dir.Path()}
	if p.fixed != "" {
		dirs = []string{p.fixed}
	}
	for _, dir := range dirs {
		full := path.Join(dir, p.rel)
		for _, ext := range []string{"", ".toml", ".yaml", ".yml", ".json"} {
			if pr.top.Has(full+ext) || ext == "" && pr.top.HasDir(full) {
				return full + ext, true
			}
		}
	}
	return "", false
}

// standsIn notes that the program finds a file by its relative path only where
// it runs in the package's own folder.
func (pr *program) standsIn(full string, p localPath) {
	if dir := pr.pkg.dir.Path(); p.fixed == "" && dir != pr.pkg.ws.dir.Path() && detect.Within(full, dir) {
		pr.inPackage = true
	}
}

// data reports whether the path is no source: a folder with more in it than Rust.
func (pr *program) data(full string) bool {
	base := path.Base(full)
	if pr.top.Has(full) {
		return path.Ext(base) != ".rs" && base != "Cargo.toml" && base != "Cargo.lock" && !strings.HasPrefix(base, "README")
	}
	switch base {
	case "src", "target", "tests", "benches", "examples", ".git":
		return false
	}
	for name := range pr.top.Sub(full).Files("*") {
		if b := path.Base(name); path.Ext(b) != ".rs" && b != ".gitkeep" && b != ".gitignore" && b != "Cargo.toml" {
			return true
		}
	}
	return false
}

// conventional adds what libraries look for without being told.
func (pr *program) conventional(found map[string]detect.Note) {
	take := func(name, text string) {
		for _, dir := range []string{pr.pkg.dir.Path(), pr.pkg.ws.dir.Path()} {
			full := path.Join(dir, name)
			if pr.top.Has(full) || pr.top.HasDir(full) {
				found[full] = pr.top.Note(full, 0, "%s", text)
				pr.standsIn(full, localPath{rel: name})
				return
			}
		}
	}
	if _, ok := pr.pkg.uses("rocket"); ok {
		take("Rocket.toml", "Rocket reads it at run time")
	}
	if _, ok := pr.pkg.uses("rocket_dyn_templates"); ok {
		take("templates", "rocket_dyn_templates reads it at run time")
	}
	if _, ok := pr.pkg.uses("loco-rs"); ok {
		take("config", "Loco reads it at run time")
		take("assets", "Loco reads it at run time")
	}
	for _, c := range pr.config {
		if pr.readsConfig(path.Base(c.path)) {
			if _, ok := found[c.path]; !ok {
				found[c.path] = pr.top.Note(c.path, 0, "read at run time")
				pr.standsIn(c.path, localPath{rel: path.Base(c.path)})
			}
		}
	}
}

// stateDir is the folder that a written path needs, "" for none.
func stateDir(rel string, c *source.Call) string {
	if strings.HasPrefix(c.Name(), "create_dir") {
		return rel
	}
	if dir := path.Dir(rel); dir != "." {
		return dir
	}
	return ""
}

// state makes a folder of the final image one that the program may write to.
func (pr *program) state(s *detect.Service, dir string, why detect.Note) {
	p, err := safe.NewRelPath(dir)
	if err != nil || !p.Plain() || slices.Contains(s.State, p) {
		return
	}
	if run := pr.runDir(s).String(); run != "." {
		if p, err = safe.NewRelPath(path.Join(run, dir)); err != nil {
			return
		}
	}
	s.State = append(s.State, p)
	s.Notes = append(s.Notes, why)
}

// missing is a folder that the program serves, and that is not in the tree.
type missing struct {
	rel string
	why detect.Note
}
