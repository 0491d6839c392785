package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// django is what a Django project says of itself in its source.
type django struct {
	Dir      string // of manage.py: the folder from which modules are looked up
	Manage   string // its file, "" where there is none
	Settings string // the settings' module that the server loads
	// SetIn is the file that names Settings as its default; empty where none does,
	// and the image has to set DJANGO_SETTINGS_MODULE.
	SetIn detect.Note
	WSGI  *app
	ASGI  *app
	files []string // of the settings: the module and those that it imports with *
	c     *code
}

// site reports whether the folder is a site: manage.py at its top, settings of its own and
// a module that serves them. What libraries test themselves with lacks the last.
func (g *django) site() bool {
	return g != nil && g.Manage == "manage.py" && len(g.files) > 0 && (g.WSGI != nil || g.ASGI != nil)
}

const settingsEnv = "DJANGO_SETTINGS_MODULE"

// findDjango reads the Django project of the folder; nil where there is none.
func (c *code) findDjango(apps []app) *django {
	g := &django{Dir: ".", c: c}
	for _, f := range c.files {
		if path.Base(f) == "manage.py" && c.managesDjango(f) {
			g.Manage, g.Dir = f, path.Dir(f)
			break
		}
	}
	for i := range apps {
		a := &apps[i]
		if a.framework != "django" || a.factory() || g.Manage != "" && g.Dir != "." && !strings.HasPrefix(a.File, g.Dir+"/") {
			continue
		}
		a.Root = g.Dir
		switch {
		case a.protocol == wsgi && g.WSGI == nil:
			g.WSGI = a
		case a.protocol == asgi && g.ASGI == nil:
			g.ASGI = a
		}
	}
	if g.Manage == "" && g.WSGI == nil && g.ASGI == nil {
		return nil
	}
	for _, a := range []*app{g.WSGI, g.ASGI} {
		// What the module serves may be made around Django's own application: of the two
		// names the usual one is meant.
		if a != nil && a.Object != "application" {
			if line := objectLine(c.module(a.File), "application"); line > 0 {
				a.Object, a.Line = "application", line
			}
		}
	}
	g.findSettings()
	if g.WSGI == nil && g.ASGI == nil {
		g.named()
		if g.SetIn.Path == "" {
			g.findSettings() // the module may name them
		}
	}
	return g
}

// named finds the application's module by its name, where nothing tells what it makes: as
// the settings name it, else beside them (https://docs.djangoproject.com/en/stable/ref/settings/#wsgi-application).
func (g *django) named() {
	try := func(p protocol, ref string) *app {
		i := strings.LastIndexByte(ref, '.')
		if i < 0 {
			return nil
		}
		f := g.file(ref[:i])
		if f == "" {
			return nil
		}
		line := objectLine(g.c.module(f), ref[i+1:])
		if line == 0 {
			return nil
		}
		return &app{class: class{"django", p}, File: f, Root: g.Dir, Object: ref[i+1:], Line: line}
	}
	setting := func(name string) string {
		if s, ok := g.get(name); ok {
			return evaluate(s.m, s.expr).Text
		}
		return ""
	}
	pkg, _, _ := strings.Cut(g.Settings, ".")
	for _, ref := range []string{setting("WSGI_APPLICATION"), pkg + ".wsgi.application"} {
		if g.WSGI == nil {
			g.WSGI = try(wsgi, ref)
		}
	}
	for _, ref := range []string{setting("ASGI_APPLICATION"), pkg + ".asgi.application"} {
		if g.ASGI == nil {
			g.ASGI = try(asgi, ref)
		}
	}
}

// objectLine is where a module has an object of that name: a value, or a function that is
// called for each request. 0: nowhere.
func objectLine(m *source.Module, name string) int {
	if m == nil {
		return 0
	}
	if v := m.Value(name); v != nil {
		return v.Line
	}
	for s := range source.Now(m.Body) {
		if s.Kind == source.Def && s.Name == name {
			return s.Line
		}
	}
	return 0
}

func (c *code) managesDjango(file string) bool {
	m := c.module(file)
	return m != nil && slices.ContainsFunc(m.Imports(), func(i source.Imported) bool { return strings.HasPrefix(i.Module, "django") })
}

// findSettings finds the module of the production settings: what the server's module
// names, else what manage.py names, else the only one there is.
func (g *django) findSettings() {
	var files []string
	for _, a := range []*app{g.WSGI, g.ASGI} {
		if a != nil {
			files = append(files, a.File)
		}
	}
	for _, f := range append(files, g.Manage) {
		if f == "" || g.Settings != "" {
			continue
		}
		m := g.c.module(f)
		if m == nil {
			continue
		}
		for e := range source.Calls(m.Body) {
			if key, _ := e.Arg("", 0).String(); m.Callee(e) == "os.environ.setdefault" && key == settingsEnv {
				if v := evaluate(m, e.Arg("", 1)); v.OK {
					g.Settings = v.Text
					g.SetIn = g.c.d.Note(f, e.Line, "%s = %q", settingsEnv, v.Text)
				}
			}
		}
		for s := range source.All(m.Body) { // os.environ["DJANGO_SETTINGS_MODULE"] = "x"
			if s.Kind == source.Assign && g.Settings == "" && s.Targets[0].Kind == source.Index && m.Resolve(s.Targets[0].X) == "os.environ" {
				if key, _ := s.Targets[0].Elts[0].String(); key == settingsEnv {
					if v := evaluate(m, s.Value); v.OK {
						g.Settings, g.SetIn = v.Text, g.c.d.Note(f, s.Line, "%s = %q", settingsEnv, v.Text)
					}
				}
			}
		}
		if g.SetIn.Path != "" && f == g.Manage && len(files) > 0 {
			g.SetIn = detect.Note{} // the server's module doesn't name it
		}
	}
	if better := g.production(); better != "" {
		g.Settings, g.SetIn = better, detect.Note{}
	}
	if g.Settings == "" {
		g.Settings = g.guess()
	}
	if f := g.file(g.Settings); f != "" {
		g.files = g.starred(f, nil)
	}
}

// production is the sibling of development settings that production would load.
func (g *django) production() string {
	parent, last := "", g.Settings
	if i := strings.LastIndexByte(g.Settings, '.'); i >= 0 {
		parent, last = g.Settings[:i+1], g.Settings[i+1:]
	}
	if !slices.Contains([]string{"local", "dev", "development", "debug", "test"}, last) {
		return ""
	}
	for _, name := range []string{"production", "prod", "deploy", "live", "base"} {
		if g.file(parent+name) != "" {
			return parent + name
		}
	}
	return ""
}

// guess finds settings that nothing names.
func (g *django) guess() string {
	var bases []string
	for _, f := range g.c.files {
		base := path.Base(f)
		if path.Dir(f) != "." && (base == "settings.py" || path.Base(path.Dir(f)) == "settings" && slices.Contains([]string{"production.py", "prod.py", "base.py", "__init__.py"}, base)) {
			bases = append(bases, f)
		}
	}
	for _, want := range []string{"production.py", "prod.py", "settings.py", "base.py", "__init__.py"} {
		for _, f := range bases {
			if path.Base(f) == want {
				return dotted(f, g.Dir)
			}
		}
	}
	return ""
}

func (g *django) file(module string) string {
	if module == "" {
		return ""
	}
	return g.c.resolve("", g.Dir, module, 0)
}

// starred returns the file and those whose names it takes over with *.
func (g *django) starred(file string, seen []string) []string {
	if slices.Contains(seen, file) || len(seen) > 16 {
		return seen
	}
	seen = append(seen, file)
	m := g.c.module(file)
	if m == nil {
		return seen
	}
	for _, i := range m.Imports() {
		if slices.Contains(i.Names, "*") {
			if f := g.c.resolve(file, g.Dir, i.Module, i.Level); f != "" {
				seen = g.starred(f, seen)
			}
		}
	}
	return seen
}

// setting is one of the settings' values with the module that gives it.
type setting struct {
	m    *source.Module
	file string
	expr *source.Expr
}

// get returns the value of a setting, the strongest file's last assignment.
func (g *django) get(name string) (setting, bool) {
	for _, f := range g.files {
		if m := g.c.module(f); m != nil {
			if e := m.Value(name); e != nil && !e.Is("None") {
				return setting{m, f, e}, true
			}
		}
	}
	return setting{}, false
}

// all returns every value that a setting is given, in any branch of any file.
func (g *django) all(name string) []setting {
	var out []setting
	for _, f := range g.files {
		if m := g.c.module(f); m != nil {
			for _, e := range m.Values(name) {
				out = append(out, setting{m, f, e})
			}
		}
	}
	return out
}

// lists reports whether a list setting holds a text that begins so.
func (g *django) lists(name, prefix string) bool {
	return slices.ContainsFunc(g.all(name), func(s setting) bool {
		return slices.ContainsFunc(s.expr.Strings(), func(v string) bool { return strings.HasPrefix(v, prefix) })
	})
}

// answersLocally reports whether a request for 127.0.0.1 gets more than a refusal: by
// ALLOWED_HOSTS (https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts).
func (g *django) answersLocally() bool {
	s, ok := g.get("ALLOWED_HOSTS")
	if !ok {
		return false
	}
	for _, h := range s.expr.Strings() {
		if h == "*" || h == "127.0.0.1" {
			return true
		}
	}
	if v := evaluate(s.m, s.expr); v.OK && (v.Text == "*" || v.Text == "127.0.0.1") {
		return true
	}
	return false
}

// collects reports whether `collectstatic` has something to do and somewhere to put it.
func (g *django) collects() (detect.Note, bool) {
	s, ok := g.get("STATIC_ROOT")
	if !ok || g.Manage == "" || !g.lists("INSTALLED_APPS", "django.contrib.staticfiles") && !g.lists("DJANGO_APPS", "django.contrib.staticfiles") {
		return detect.Note{}, false
	}
	return g.c.d.Note(s.file, s.expr.Line, "STATIC_ROOT"), true
}

// dummies are the variables without which the settings can't be loaded, with values that
// are good for a build that talks to nobody.
func (g *django) dummies() []dummy {
	var out []dummy
	seen := map[string]bool{}
	add := func(name, v string) {
		if !seen[name] {
			seen[name] = true
			out = append(out, dummy{name, v})
		}
	}
	for _, s := range g.all("SECRET_KEY") {
		if env := evaluate(s.m, s.expr).Env; env != "" {
			add(env, "only-for-the-build")
		}
	}
	for _, f := range g.settingsFiles() {
		m := g.c.module(f)
		if m == nil {
			continue
		}
		key := m.Value("SECRET_KEY")
		for _, e := range m.Envs(nil) {
			if key != nil && e.Line == key.Line {
				add(e.Name, "only-for-the-build")
			}
			if !e.Required {
				continue
			}
			switch {
			case e.Method == "db" || e.Method == "db_url" || e.Method == "dj_db_url" || strings.HasSuffix(e.Name, "DATABASE_URL"):
				add(e.Name, "sqlite://:memory:")
			case e.Method == "cache" || e.Method == "cache_url":
				add(e.Name, "locmemcache://")
			case e.Method == "int" || e.Method == "float" || e.Cast == "int" || e.Cast == "float" || strings.HasSuffix(e.Name, "PORT"):
				add(e.Name, "1")
			case e.Method == "bool" || e.Cast == "bool":
				add(e.Name, "false")
			case strings.HasSuffix(e.Name, "_URL"):
				add(e.Name, "http://localhost")
			default:
				add(e.Name, "only-for-the-build")
			}
		}
	}
	return out
}

// settingsFiles are the settings and the modules of the project that they import.
func (g *django) settingsFiles() []string {
	var out []string
	for _, f := range g.files {
		for _, r := range g.c.reachable(f, g.Dir, 40) {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// dummy is a variable that only a step of the build sees.
type dummy struct{ Name, Value string }
