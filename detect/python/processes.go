package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/python/source"
	"dockgen/internal/safe"
)

// processes are the further commands of the service's image: the job that brings the
// database up to date, then what works beside the server.
func (in *inspection) processes(s *detect.Service, g program, beside []program, procs []manifest.Process) {
	var released []program
	served := slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return slices.Contains(relational, n.Name) && !n.Optional })
	if served || len(s.State) > 0 { // else there is nothing that would outlive the job
		released = in.release(procs)
	}
	if (served || in.kept) && len(released) == 0 {
		released = in.migration(s, g)
	}
	for _, r := range released {
		in.addProcess(s, detect.Job, r.name, r.launch)
	}
	for _, w := range append(beside, in.schedulers(g, beside)...) {
		in.addProcess(s, detect.Worker, w.name, w.launch)
	}
}

// addProcess adds one, under a name that no other has.
func (in *inspection) addProcess(s *detect.Service, kind detect.Kind, name string, l launch) {
	words := l.Argv
	if len(l.Env) > 0 { // the image has them not, and the command is one for no shell
		words = []string{"env"}
		for _, e := range l.Env {
			words = append(words, e.Name+"="+e.Value)
		}
		words = append(words, l.Argv...)
	}
	argv, err := safe.NewArgv(words...)
	if err != nil {
		s.Notes = append(s.Notes, detect.Note{Path: l.Why.Path, Line: l.Why.Line, Text: "is no command that a container can run: " + err.Error()})
		return
	}
	p := detect.Process{Name: safe.Slug(name, string(kind)), Kind: kind, Start: detect.Found(argv, l.Why), RuntimeStart: in.runtimeStart(words)}
	if !slices.ContainsFunc(s.Processes, func(o detect.Process) bool { return o.Name == p.Name }) {
		s.Processes = append(s.Processes, p)
	}
}

// release is what a Procfile runs before each release
// (https://devcenter.heroku.com/articles/release-phase). Static files are collected by the build.
func (in *inspection) release(procs []manifest.Process) []program {
	var out []program
	for _, p := range procs {
		if p.Name != "release" {
			continue
		}
		for _, c := range p.Commands {
			if c.Opaque || len(c.Variables) > 0 || len(c.Env) > 0 || len(c.Args) == 0 || shellScript(c) != "" || slices.Contains([]string{"sh", "bash", "cd", "echo"}, c.Program()) {
				return nil // as a whole or not at all
			}
			if slices.Contains(c.Args, "collectstatic") {
				continue
			}
			name := "release"
			if slices.Contains(c.Args, "migrate") || slices.Contains(c.Args, "upgrade") {
				name = "migrate"
			}
			if slices.ContainsFunc(out, func(o program) bool { return o.name == name }) {
				name = c.Args[len(c.Args)-1]
			}
			out = append(out, program{name: name, launch: launch{Argv: c.Args, Why: in.d.Note("Procfile", p.Line, "%s: %s", p.Name, p.Text)}})
		}
	}
	return out
}

// migration is the command that brings the database up to date.
func (in *inspection) migration(s *detect.Service, g program) []program {
	job := func(why detect.Note, argv ...string) []program {
		return []program{{name: "migrate", launch: launch{Argv: argv, Why: why}}}
	}
	if g := in.django; g != nil && g.Manage != "" {
		manage := strings.TrimPrefix(g.Manage, in.root+"/")
		in.nameSettings(s)
		return job(in.d.Note(g.Manage, 0, "manages a Django project"), "python", manage, "migrate", "--noinput")
	}
	if in.p.installed("flask-migrate") && in.d.Has(path.Join(in.root, "migrations/env.py")) && g.framework.V == "flask" {
		if _, ok := in.p.find("flask"); ok && satisfies(in.p.version("flask"), "<2.2") {
			return nil // it takes the application by a variable alone
		}
		return job(in.d.Note(path.Join(in.root, "migrations/env.py"), 0, "migrates by Flask-Migrate"), "python", "-m", "flask", "--app", g.main, "db", "upgrade")
	}
	if in.p.installed("alembic") {
		if why, ok := in.alembic(s); ok {
			return job(why, "python", "-m", "alembic", "upgrade", "head")
		}
	}
	if in.p.installed("aerich") && in.d.HasDir(path.Join(in.root, "migrations")) {
		return job(in.d.Note(path.Join(in.root, "migrations"), 0, "holds migrations of Aerich"), "aerich", "upgrade")
	}
	return in.migrateTarget(s)
}

// migrateTarget is a script or module of the project's own that its Makefile runs to
// bring the database up to date.
func (in *inspection) migrateTarget(s *detect.Service) []program {
	target, ok := manifest.MigrateTarget(in.d)
	if !ok || len(target.Commands) != 1 || in.root != "." || !slices.ContainsFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && slices.Contains([]string{"postgres", "mysql", "mariadb", "sqlserver"}, n.Name)
	}) {
		return nil
	}
	c := target.Commands[0]
	words := c.Args
	for _, runner := range [][]string{{"uv", "run"}, {"poetry", "run"}, {"pipenv", "run"}, {"pdm", "run"}} {
		if len(words) > 2 && slices.Equal(words[:2], runner) {
			words = words[2:]
		}
	}
	if c.Opaque || c.Background || len(c.Variables) > 0 || len(c.Env) > 0 || len(words) < 2 || words[0] != "python" && words[0] != "python3" {
		return nil
	}
	file := words[1]
	if file == "-m" && len(words) > 2 {
		file = strings.ReplaceAll(words[2], ".", "/")
		file = in.d.First(file+".py", file+"/__main__.py")
	}
	if file == "" || !in.d.Has(file) || strings.HasPrefix(words[1], "-") && words[1] != "-m" {
		return nil
	}
	words = append([]string{"python"}, words[1:]...)
	return []program{{name: "migrate", launch: launch{Argv: words, Why: in.d.Note(target.Source, target.Line, "%s: %s", target.Name, target.Text)}}}
}

// alembic reports whether Alembic's migrations can run in a container: from the folder
// that the program runs in, against an address that is no developer's own
// (https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file).
func (in *inspection) alembic(s *detect.Service) (detect.Note, bool) {
	name := path.Join(in.root, "alembic.ini")
	if !in.d.Has(name) {
		return detect.Note{}, false
	}
	data, err := in.d.Read(name)
	if err != nil {
		return detect.Note{}, false
	}
	location, line := "", 0
	for i, text := range strings.Split(string(data), "\n") {
		key, value, ok := strings.Cut(text, "=")
		if ok && strings.TrimSpace(key) == "script_location" {
			location, line = strings.TrimSpace(value), i+1
		}
	}
	location = strings.TrimPrefix(strings.TrimPrefix(location, "%(here)s"), "/")
	file := path.Join(in.root, location, "env.py")
	if location == "" || !in.d.Has(file) {
		return detect.Note{}, false
	}
	source, err := in.d.Read(file)
	if err != nil {
		return detect.Note{}, false
	}
	why := in.d.Note(name, line, "script_location = %s", safe.Visible(location))
	if !addressed(source) {
		s.Notes = append(s.Notes, in.d.Note(file, 0, "takes the database's address from alembic.ini, which is that of one machine: let it read a variable, and dockgen writes a job that migrates"))
		return why, false
	}
	return why, true
}

// addressed reports whether a module of Alembic's gets the address from the program:
// it sets the option, or makes an engine of its own, or imports one.
func addressed(text []byte) bool {
	m := source.Parse(text)
	for e := range source.Calls(m.Body) {
		callee := m.Callee(e)
		switch callee[strings.LastIndexByte(callee, '.')+1:] {
		case "set_main_option", "set_section_option", "create_engine", "create_async_engine", "getenv", "get_engine":
			return true
		}
		if callee == "os.environ.get" {
			return true
		}
	}
	for s := range source.All(m.Body) {
		if s.Kind != source.Assign || s.Targets[0].Kind != source.Index || len(s.Targets[0].Elts) == 0 {
			continue
		}
		if key, _ := s.Targets[0].Elts[0].String(); key == "sqlalchemy.url" {
			return true
		}
	}
	return slices.ContainsFunc(m.Imports(), func(i source.Imported) bool {
		return slices.ContainsFunc(i.Names, func(n string) bool { return strings.HasSuffix(strings.ToLower(n), "engine") })
	})
}

// nameSettings makes manage.py load the settings that the server loads, where it
// names others itself: those of development.
func (in *inspection) nameSettings(s *detect.Service) {
	g := in.django
	m := in.c.module(g.Manage)
	if m == nil || g.Settings == "" {
		return
	}
	if slices.ContainsFunc(s.SetEnv, func(e detect.Setting) bool { return e.Name.String() == settingsEnv }) {
		return
	}
	for e := range source.Calls(m.Body) {
		if key, _ := e.Arg("", 0).String(); m.Callee(e) == "os.environ.setdefault" && key == settingsEnv {
			if v := evaluate(m, e.Arg("", 1)); v.OK && v.Text == g.Settings {
				return
			}
		}
	}
	if v, err := safe.NewLabel(g.Settings); err == nil {
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf(settingsEnv), Value: v, Why: "manage.py by itself would load other settings."})
	}
}
