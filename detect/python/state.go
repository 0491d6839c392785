package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
	"dockgen/internal/safe"
)

// state finds the folders that the running program writes to: uploads, Flask's instance
// folder, the folder of an SQLite database.
func (in *inspection) state(s *detect.Service, f *Facts, g program) {
	prefix := in.fromRoot(s)
	add := func(p string) {
		rel, err := safe.NewRelPath(path.Join(prefix, p))
		if err != nil || rel.String() == "." || !rel.Plain() || rel.String() == f.Dir.String() || len(in.d.Sub(p).Names("*.py")) > 0 {
			return // a folder of code stays as it is
		}
		for _, o := range s.State {
			if rel == o || strings.HasPrefix(rel.String(), o.String()+"/") {
				return
			}
		}
		s.State = slices.DeleteFunc(s.State, func(o safe.RelPath) bool { return strings.HasPrefix(o.String(), rel.String()+"/") })
		s.State = append(s.State, rel)
	}
	database := func(file string, note detect.Note) {
		if dir := path.Dir(file); dir != "." && dir != in.root {
			add(dir)
			return
		}
		s.Notes = append(s.Notes, detect.Note{Path: note.Path, Line: note.Line, Text: "the SQLite database " + file + " lies among the code, which a container can't write to: move it into a folder of its own, such as data/, or use a database server"})
	}
	in.made(g, add)
	if g.framework.V == "chainlit" { // what people upload, and its configuration
		add(path.Join(in.root, ".files"))
		if !in.d.HasDir(path.Join(in.root, ".chainlit")) {
			add(path.Join(in.root, ".chainlit"))
		}
	}
	if g := in.django; g != nil {
		if v, ok := g.get("MEDIA_ROOT"); ok {
			if p, ok := in.c.pathOf(v.file, v.expr); ok {
				add(p)
			}
		}
		if !slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return slices.Contains(relational, n.Name) && !n.Optional }) {
			in.sqlite(s, f, g, database, add)
		}
		return
	}
	in.dataHome(s, f, add)
	for _, file := range in.c.files {
		if !in.c.mentions(file, "instance_relative_config", "UPLOAD_FOLDER", "sqlite", "uploads") {
			continue
		}
		m := in.c.module(file)
		for e := range source.Calls(m.Body) {
			if classes[m.Callee(e)].framework == "flask" && e.Arg("instance_relative_config", -1).Is("True") {
				in.instance(file, add)
			}
			if strings.HasSuffix(m.Callee(e), "StaticFiles") { // FastAPI's uploads
				if dir, ok := e.Arg("directory", -1).String(); ok && strings.HasPrefix(path.Base(dir), "upload") {
					add(path.Join(in.root, dir))
				}
			}
		}
		for st := range source.All(m.Body) {
			if st.Kind != source.Assign || st.Value == nil {
				continue
			}
			t := st.Targets[0]
			key := t.Text
			if t.Kind == source.Index && len(t.Elts) == 1 {
				key, _ = t.Elts[0].String()
			}
			if key == "UPLOAD_FOLDER" || key == "UPLOAD_DIR" || key == "UPLOADS_DIR" {
				if p, ok := in.c.pathOf(file, st.Value); ok {
					add(p)
				}
			}
		}
		for _, l := range m.Literals() {
			p, ok := sqliteFile(l.Text)
			if !ok {
				continue
			}
			if in.p.installed("flask-sqlalchemy") && path.Dir(p) == "." {
				in.instance(file, add) // Flask-SQLAlchemy 3 puts it there
				continue
			}
			if len(s.Needs) == 0 {
				database(path.Join(in.root, p), in.d.Note(file, l.Line, "sqlite"))
			}
		}
	}
}

// made finds folders that the program itself makes, and those of files that it opens to
// write.
func (in *inspection) made(g program, add func(string)) {
	if !in.c.known[g.entry] {
		return
	}
	for _, file := range in.c.reachable(g.entry, in.c.importRoot(g.entry), maxReach) {
		if !in.c.mentions(file, "mkdir", "makedirs", "open(", "FileHandler") {
			continue
		}
		m := in.c.module(file)
		for e := range source.Calls(m.Body) {
			full := m.Callee(e)
			switch {
			case full == "os.makedirs" || full == "os.mkdir":
				if p, ok := in.c.pathOf(file, e.Arg("name", 0)); ok {
					add(p)
				}
			case e.X.Kind == source.Attr && e.X.Text == "mkdir":
				if p, ok := in.c.pathOf(file, e.X.X); ok {
					add(p)
				}
			case full == "open" && strings.ContainsAny(text(e.Arg("mode", 1)), "wax+"), strings.HasSuffix(full, "FileHandler"):
				if p, ok := in.c.pathOf(file, e.Arg("file", 0)); ok && path.Dir(p) != "." {
					add(path.Dir(p))
				}
			}
		}
	}
}

func text(e *source.Expr) string {
	s, _ := e.String()
	return s
}

// instance adds Flask's folder of data, beside the package or the module
// (https://flask.palletsprojects.com/en/stable/config/#instance-folders).
func (in *inspection) instance(file string, add func(string)) {
	for _, a := range in.apps {
		if a.framework == "flask" {
			file = a.File
			break
		}
	}
	dir := path.Dir(file)
	if in.c.known[path.Join(dir, "__init__.py")] {
		dir = path.Dir(dir)
	}
	add(path.Join(dir, "instance"))
}

// sqliteFile returns the relative file of an address such as sqlite:///data/app.db.
func sqliteFile(url string) (string, bool) {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || scheme != "sqlite" && !strings.HasPrefix(scheme, "sqlite+") {
		return "", false
	}
	rest, _, _ = strings.Cut(strings.TrimPrefix(rest, "/"), "?")
	if rest == "" || strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, ":memory:") || strings.ContainsAny(rest, "{}% ") {
		return "", false
	}
	return path.Clean(rest), true
}

// context says what the build reads and what it leaves out.
func (in *inspection) context(s *detect.Service, f *Facts) {
	keep := func(names ...string) {
		for _, n := range names {
			if p, err := safe.NewRelPath(path.Join(in.fromRoot(s), n)); err == nil && in.d.Has(n) && !slices.Contains(s.Context.Keep, p) {
				s.Context.Keep = append(s.Context.Keep, p)
			}
		}
	}
	for _, b := range f.Binds {
		if !slices.Contains(s.Context.Keep, b) {
			s.Context.Keep = append(s.Context.Keep, b)
		}
	}
	if !f.Self.IsZero() || f.SourcesFirst {
		if in.p.py != nil {
			keep(in.p.py.readFiles()...)
		}
		if in.p.setup != nil {
			keep(in.p.setup.Reads...)
			keep("setup.py", "setup.cfg", "MANIFEST.in")
		}
	}
	in.leaveApart(s)
	ignore := func(patterns ...string) {
		for _, p := range patterns {
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(p))
		}
	}
	ignore("**/*.egg-info", "**/*.py[cod]", "**/.coverage*", "**/.ipynb_checkpoints", "**/.python-version", "**/htmlcov", "**/venv", "**/env/pyvenv.cfg")
	for _, dir := range []string{"tests", "test"} {
		if in.d.HasDir(dir) && !in.imported(dir) {
			if p, err := safe.NewRelPath(path.Join(in.fromRoot(s), dir)); err == nil {
				s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(p))
			}
		}
	}
	for name := range in.d.Files("*.sqlite3") {
		if p, err := safe.NewRelPath(path.Join(in.fromRoot(s), name)); err == nil {
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(p))
		}
	}
}

// imported reports whether a module of the program imports that one of the tests.
func (in *inspection) imported(dir string) bool {
	for _, f := range in.c.files {
		if !in.c.mentions(f, "import "+dir, "from "+dir) {
			continue
		}
		for _, i := range in.c.module(f).Imports() {
			if i.Level == 0 && (i.Module == dir || strings.HasPrefix(i.Module, dir+".")) {
				return true
			}
		}
	}
	return false
}

// secrets are the credentials of private package indexes, on the project's own evidence.
func (in *inspection) secrets(s *detect.Service, f *Facts) {
	if in.p == nil {
		return
	}
	add := func(why detect.Note) {
		if len(f.Secrets) > 0 {
			return
		}
		f.Secrets = append(f.Secrets, detect.BuildSecret{ID: safe.Slug("netrc", "netrc"), Target: safe.LabelOf("/root/.netrc"), Why: why})
	}
	if in.p.reqs != nil && in.p.manager.V == pip {
		for _, n := range in.p.reqs.Index {
			add(n)
		}
	}
	if in.p.lock != nil && len(in.p.lock.Sources) > 0 {
		add(in.p.lock.Dir.Note(in.p.lock.File, 0, "takes packages from another index than the public one"))
	}
	s.Secrets = append(s.Secrets, f.Secrets...)
}

// labels are what the manifest says of the project.
func (in *inspection) labels(s *detect.Service) error {
	if in.p == nil || in.p.py == nil {
		return nil
	}
	add := func(key, text string) {
		if text == "" {
			return
		}
		if label, err := safe.NewLabel(text); err == nil {
			s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image." + key, Value: label})
		}
	}
	switch q, t := in.p.py.Project, in.p.py.Tool.Poetry; {
	case q != nil:
		add("title", q.Name)
		add("description", q.Description)
		if license, ok := q.License.(string); ok {
			add("licenses", license)
		}
		add("version", q.Version)
	case t != nil:
		add("title", t.Name)
		add("description", t.Description)
		if license, ok := t.License.(string); ok {
			add("licenses", license)
		}
		add("version", t.Version)
	}
	return nil
}
