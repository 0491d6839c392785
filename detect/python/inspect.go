package python

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/python/source"
)

// inspection is the work on one folder.
type inspection struct {
	d      *detect.Dir
	p      *project // nil: no manifest
	c      *code
	apps   []app
	django *django
	root   string // the folder in which the program runs, relative to d
	path   string // a further folder of modules, as "src"; "" where none is needed
	// portWhy is where the port that was found last stands; not set: nowhere.
	portWhy detect.Note
	// started says that a command which the project installs starts it.
	started bool
	// kept says that Django's database is a file in a folder that outlives a container.
	kept bool
}

// program is one thing that runs.
type program struct {
	kind      detect.Kind
	name      string // what tells it from others of the folder; "" for the main one
	framework detect.Value[string]
	main      string // module:object, a file, a command
	mainWhy   detect.Note
	entry     string // the file it begins with
	launch    launch
	health    string
	healthWhy detect.Note
	open      bool // it speaks no HTTP
}

// services finds what runs and describes it.
func (in *inspection) services() ([]*detect.Service, error) {
	if in.p != nil && in.p.manager.V == conda {
		return nil, detect.NotService("conda environment: write its packages to a requirements.txt (conda list --export is no such file; pip freeze > requirements.txt is) and run dockgen init again")
	}
	in.apps = slices.DeleteFunc(in.c.findApps(modulesOf), in.aside)
	in.django = in.c.findDjango(in.apps)
	procs, err := in.procfile()
	if err != nil {
		return nil, err
	}
	programs := in.programs(procs)
	if len(programs) == 0 {
		return nil, in.nothing()
	}
	if in.p == nil {
		entry := programs[0].entry
		files := in.c.files
		if in.c.known[entry] {
			files = in.c.reachable(entry, in.c.importRoot(entry), maxReach)
		}
		if missing := in.foreign(files); len(missing) > 0 {
			return nil, detect.NotService("no manifest says what to install, and the program imports %s: list what it needs in a requirements.txt", strings.Join(missing, ", "))
		}
	}
	s, err := in.describe(programs[0])
	if err != nil {
		return nil, err
	}
	in.processes(s, programs[0], programs[1:], procs)
	return []*detect.Service{s}, nil
}

// aside reports whether an application is made with a framework that the project names as
// an extra alone: it is none of what an installation runs.
func (in *inspection) aside(a app) bool {
	if in.p == nil || in.p.py == nil || in.p.py.Project == nil || in.p.installed(a.framework) {
		return false
	}
	for name := range in.p.py.Project.Optional { // a group may hold all that there is
		list := in.p.optional[name]
		if !forProduction(name) && slices.ContainsFunc(list, func(r requirement) bool { return r.Name == a.framework }) {
			return true
		}
	}
	return false
}

// nothing says why nothing runs.
func (in *inspection) nothing() error {
	switch {
	case in.library():
		return detect.NotService("library: it declares itself one, and no module of it makes an application")
	case in.extraCommand():
		return detect.NotService("library: what its command needs is an extra beside it (name the command with dockgen init --main module:object)")
	case in.c.load != "":
		return detect.NotService("drives load against a program (%s is for Locust), and is none itself", in.c.load)
	case len(in.c.files) == 0:
		return detect.NotService("dependencies without a Python program")
	case in.p != nil && in.p.py.isProject() && in.p.py.packaged(), in.p != nil && in.p.setup != nil:
		return detect.NotService("library: no command, no application object and no script that starts one (name one with dockgen init --main module:object)")
	}
	return detect.NotService("no Python module makes an application or has an if __name__ == %q block (name one with dockgen init --main module:object)", "__main__")
}

// library reports whether the package tells the index that it is one.
func (in *inspection) library() bool {
	if in.p == nil || in.p.py == nil || in.p.py.Project == nil || in.django.site() {
		return false
	}
	return slices.ContainsFunc(in.p.py.Project.Classifiers, func(c string) bool { return strings.HasPrefix(c, "Topic :: Software Development :: Libraries") }) && !in.inContainer()
}

// inContainer reports whether the project's own Dockerfile starts a command that it installs.
func (in *inspection) inContainer() bool {
	words, _ := evidence.LastCommand(in.d)
	if len(words) == 0 {
		return false
	}
	_, _, ok := in.commandOf(words)
	return ok
}

// programs finds what runs from the folder, the main thing first: the others run from
// the same image.
func (in *inspection) programs(procs []manifest.Process) []program {
	var out []program
	if !in.library() {
		if g, ok := in.web(procs); ok {
			out = append(out, g)
		}
	}
	out = append(out, in.workers(procs, len(out) > 0)...)
	if len(out) == 0 && !in.library() {
		if g, ok := in.script(); ok {
			out = append(out, g)
		}
	}
	return out
}

// procfile returns the processes of the folder's Procfile.
func (in *inspection) procfile() ([]manifest.Process, error) {
	return manifest.Procfile(in.d, "Procfile")
}

// web finds the server of the folder.
func (in *inspection) web(procs []manifest.Process) (program, bool) {
	if want := in.d.Choices().Main; want.IsSet() {
		if g, ok := in.chosen(want.V.String()); ok {
			return g, true
		}
	}
	g, ok := in.detected()
	if ok {
		g.launch.Notes = append(g.launch.Notes, in.developmentServers(procs)...)
	}
	l, found := in.stated(procs)
	switch {
	case found && l.own && ok && l.bare && sameProgram(g.launch, l): // with what it is told beside
	case found && l.own:
		return in.fromStated(g, ok, l), true
	case found:
		if !ok {
			g = program{kind: detect.Server, framework: in.frameworkOf(l.Argv)}
		}
		l.Add = missingServer(in.p, l.Argv[0])
		l.Notes = append(l.Notes, g.launch.Notes...)
		l.Notes = slices.DeleteFunc(l.Notes, func(n detect.Note) bool { return n.About == detect.Serving })
		if g.launch.Env != nil && l.Env == nil {
			l.Env = g.launch.Env
		}
		g.launch = l
		if ref := appWord(l.Argv); ref != "" {
			g.main, g.mainWhy = ref, l.Why
		}
		return g, true
	}
	return g, ok
}

func missingServer(p *project, program string) []string {
	if p.installed(program) || program == "fastapi" || slices.Contains(pageServers, program) {
		return nil
	}
	if program == "waitress-serve" {
		if p.installed("waitress") {
			return nil
		}
		program = "waitress"
	}
	return []string{program}
}

// appWord is the word of a server's command that names the application.
func appWord(argv []string) string {
	for _, a := range slices.Backward(argv[1:]) {
		if strings.Contains(a, ":") && !strings.ContainsAny(a, "/ ") && !strings.HasPrefix(a, everywhere) && !strings.HasPrefix(a, "-") && !strings.HasPrefix(a, ":") && !strings.HasPrefix(a, "[") {
			return a
		}
	}
	return ""
}

// chosen takes the entry point that the user names: module:object, or a file.
func (in *inspection) chosen(main string) (program, bool) {
	for _, a := range in.apps {
		if a.ref() == main || strings.TrimSuffix(a.ref(), "()") == main || a.File == main {
			return in.fromApp(a), true
		}
	}
	module, object, ok := strings.Cut(main, ":")
	if f := in.c.resolve("", ".", module, 0); ok && f != "" {
		return in.fromApp(app{class: class{in.directFramework(), asgiOf(in.directFramework())}, File: f, Root: ".", Object: object}), true
	}
	if in.c.known[main] {
		return in.fromFile(main), true
	}
	return program{}, false
}

func asgiOf(framework string) protocol {
	for _, k := range classes {
		if k.framework == framework {
			return k.protocol
		}
	}
	return wsgi
}

// detected finds the server in the source.
func (in *inspection) detected() (program, bool) {
	if g := in.django; g != nil && (in.p == nil || in.p.installed("django") || len(in.apps) == 0) {
		return in.fromDjango(), true
	}
	if f, why, ok := in.streamlit(); ok {
		return in.fromStreamlit(f, why), true
	}
	if g, ok := in.page(); ok {
		return g, true
	}
	if g, ok := in.function(); ok {
		return g, true
	}
	if in.p != nil && in.p.py != nil && in.p.py.Tool.FastAPI != nil {
		if g, ok := in.chosenEntry(in.p.py.Tool.FastAPI.Entrypoint); ok {
			return g, true
		}
	}
	if s, ok := in.commandThatServes(); ok {
		return s, true
	}
	if len(in.apps) > 0 {
		if file, ok := in.wrapper(in.apps[0]); ok {
			g := in.fromFile(file)
			g.kind, g.framework = detect.Server, detect.Found(in.apps[0].framework, in.apps[0].where(in.d))
			in.listen(&g, in.apps[0].framework)
			return g, true
		}
		return in.fromApp(in.apps[0]), true
	}
	if f := in.directFramework(); f != "" {
		if file, ok := in.entryScript(); ok {
			g := in.fromFile(file)
			g.kind, g.framework = detect.Server, detect.Found(f, in.whyFramework(f))
			in.listen(&g, f)
			return g, true
		}
	}
	return program{}, false
}

func (in *inspection) chosenEntry(ref string) (program, bool) {
	for _, a := range in.apps {
		if ref != "" && a.ref() == ref {
			return in.fromApp(a), true
		}
	}
	return program{}, false
}

// readsArguments reports whether importing the application reads the command line: the
// words of a server's own would be refused.
func (in *inspection) readsArguments(a app) bool {
	for _, f := range in.c.reachable(a.File, a.Root, maxReach) {
		if !in.c.mentions(f, "parse_args") {
			continue
		}
		m := in.c.module(f)
		for s := range source.Now(m.Body) {
			if s.Value != nil && s.Value.Kind == source.Call && s.Value.X.Kind == source.Attr && s.Value.X.Text == "parse_args" && len(s.Value.Args) == 0 {
				return true
			}
		}
	}
	return false
}

// frameworks by the distribution that brings them, the more particular first.
var distributions = []struct{ dist, framework string }{
	{"streamlit", "streamlit"}, {"gradio", "gradio"}, {"dash", "dash"}, {"chainlit", "chainlit"}, {"panel", "panel"}, {"nicegui", "nicegui"}, {"litestar", "litestar"}, {"fastapi", "fastapi"}, {"quart", "quart"},
	{"sanic", "sanic"}, {"robyn", "robyn"}, {"falcon", "falcon"}, {"connexion", "connexion"}, {"apiflask", "flask"}, {"flask", "flask"}, {"bottle", "bottle"}, {"tornado", "tornado"},
	{"starlette", "starlette"}, {"aiohttp", "aiohttp"}, {"django", "django"}, {"cherrypy", "cherrypy"}, {"pyramid", "pyramid"}, {functionsServer, functionsServer},
}

// directFramework is the web framework among the direct dependencies; aiohttp counts not,
// for it is a client as well.
func (in *inspection) directFramework() string {
	for _, f := range distributions {
		if _, ok := in.p.find(f.dist); ok && f.dist != "aiohttp" {
			return f.framework
		}
	}
	return ""
}

func (in *inspection) whyFramework(framework string) detect.Note {
	for _, f := range distributions {
		if r, ok := in.p.find(f.dist); ok && f.framework == framework {
			return r.Why
		}
	}
	return detect.Note{}
}

// frameworkOf names the framework of a command's application.
func (in *inspection) frameworkOf(argv []string) detect.Value[string] {
	f := in.directFramework()
	if slices.Contains(pageServers, argv[0]) || argv[0] == "sanic" || argv[0] == "fastapi" {
		f = argv[0]
	}
	if f == "" {
		return detect.Value[string]{}
	}
	return detect.Found(f, in.whyFramework(f))
}

// fromApp describes a server of an application object.
func (in *inspection) fromApp(a app) program {
	in.place(a.Root)
	g := program{kind: detect.Server, framework: detect.Found(a.framework, a.where(in.d)), main: a.ref(), mainWhy: a.where(in.d), entry: a.File}
	port, heard := in.port(a)
	switch {
	case a.protocol == own || a.framework == "socketio" && a.protocol == noProtocol:
		g = in.ownServer(g, a, heard)
	case a.framework == "dash" && a.Object == "app":
		if f := in.laidOut(a); f != "" {
			a.File = f
		}
		g.main, g.entry = a.Module()+":server", a.File
		g.launch = in.dash(a, port)
	default:
		g.launch = in.serve(a, port)
		g.launch.Notes = append(g.launch.Notes, in.bindNotes(heard)...)
	}
	g.health, g.healthWhy = in.health(a)
	return g
}

// place sets where the program runs: in the folder of its modules, but for src, which is
// put on the search path.
func (in *inspection) place(root string) {
	switch {
	case root == "." || root == "":
	case root == "src":
		if !in.installsItself() {
			in.path = "src"
		}
	default:
		in.root = root
	}
	in.c.cwd = in.root
}

// installsItself reports whether the project is installed as a package, which puts its
// modules on the search path.
func (in *inspection) installsItself() bool {
	p := in.p
	if p == nil {
		return false
	}
	if p.reqs != nil && p.manager.V == pip {
		return slices.Contains(p.reqs.Local, ".")
	}
	return p.py.isProject() && p.py.packaged() || p.setup != nil && p.manager.V == pip
}

// manifestName is the manifest that a person would edit.
func (in *inspection) manifestName() string {
	if in.p == nil {
		return in.d.Path()
	}
	return in.p.manager.Why[0].Path
}
