package python

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/python/source"
)

// fromDjango describes the server of a Django project.
func (in *inspection) fromDjango() program {
	g := in.django
	in.place(g.Dir)
	if g.Dir == "src" {
		in.root, in.path = "src", "" // Django's commands are run beside manage.py
	}
	p := program{kind: detect.Server, entry: first(g.Manage, "manage.py")}
	why := in.whyFramework("django")
	if why.Path == "" && g.Manage != "" {
		why = in.d.Note(g.Manage, 0, "manages a Django project")
	}
	p.framework = detect.Found("django", why)
	a := app{class: class{"django", wsgi}, Root: g.Dir, Object: "application"}
	switch {
	case g.WSGI != nil:
		a = *g.WSGI
	case g.ASGI != nil:
		a = *g.ASGI
	}
	if g.ASGI != nil && in.prefersASGI() {
		a = *g.ASGI
	}
	port := in.guessPort(8000)
	if a.File == "" { // no module of its own: Django's
		a.File, a.Object, a.Root = "django/core/wsgi.py", "get_wsgi_application()", "."
	}
	p.launch = in.serve(a, port)
	p.main, p.mainWhy = a.ref(), a.where(in.d)
	if g.Settings != "" && g.SetIn.Path == "" {
		p.launch.Env = append(p.launch.Env, pair{settingsEnv, g.Settings, ""})
		p.launch.Notes = append(p.launch.Notes, in.d.Note(first(g.Manage, a.File), 0, "no module that the server loads names the settings for production: the image sets %s=%s", settingsEnv, g.Settings))
	}
	p.launch.Notes = append(p.launch.Notes, in.djangoNotes()...)
	p.health, p.healthWhy = in.djangoHealth()
	return p
}

// prefersASGI reports whether the project means its ASGI module to be served.
func (in *inspection) prefersASGI() bool {
	if in.django.WSGI == nil {
		return true
	}
	_, set := in.django.get("ASGI_APPLICATION")
	for _, s := range asgiServers {
		if in.p.installed(s) && (set || in.p.installed("channels") || !in.p.installed("gunicorn")) {
			return true
		}
	}
	return in.p.installed("channels") && set
}

func (in *inspection) djangoNotes() []detect.Note {
	g := in.django
	var out []detect.Note
	if g.Manage != "" {
		out = append(out, in.d.Note(g.Manage, 0, "migrations are not part of the start: run python %s migrate before each release", path.Base(g.Manage)).On(detect.Migrations))
	}
	if s, ok := g.get("ALLOWED_HOSTS"); ok && !g.answersLocally() {
		text := "ALLOWED_HOSTS refuses most names, 127.0.0.1 among them"
		if env := in.envOf(s); env != "" {
			text += ": set " + env
		}
		out = append(out, in.d.Note(s.file, s.expr.Line, "%s; the health check takes any answer for a good one", text))
	}
	return out
}

// envOf is the variable that a setting is read from, "" where it is none.
func (in *inspection) envOf(s setting) string {
	for _, e := range s.m.Envs(nil) {
		if e.Line == s.expr.Line {
			return e.Name
		}
	}
	return ""
}

// ownServer is for frameworks that bring their server.
func (in *inspection) ownServer(g program, a app, heard listening) program {
	port := heard.Port
	if port == 0 {
		port = in.guessPort(framePort(a.framework))
	}
	l := launch{Port: port, PortEnv: heard.Env, Why: a.where(in.d), PortWhy: in.portWhy}
	if heard.call != "" {
		l.Why, l.PortWhy = heard.Why, heard.Why
	}
	file := first(heard.file, a.File)
	script := in.asProgram(file)
	switch a.framework {
	case "sanic":
		l.Argv = []string{"sanic", "--host", everywhere, "--port", strconv.Itoa(port), "--single-process", strings.TrimSuffix(a.ref(), "()")}
		if a.factory() {
			l.Argv = slices.Insert(l.Argv, len(l.Argv)-1, "--factory")
		}
		l.PortEnv, l.Graceful = "", true
	case "gradio":
		l.Argv = script
		l.Env = append(l.Env, pair{"GRADIO_SERVER_NAME", everywhere, "Gradio listens on the loopback address by default."}, pair{"GRADIO_ANALYTICS_ENABLED", "False", ""})
		if heard.Env == "" {
			l.PortEnv = "GRADIO_SERVER_PORT"
		}
	case "aiohttp":
		l.Graceful = true // run_app ends on SIGTERM
		l.Argv = script
		if heard.call == "" && a.factory() {
			l.Argv = []string{"python", "-m", "aiohttp.web", "-H", everywhere, "-P", strconv.Itoa(port), a.Module() + ":" + strings.TrimSuffix(a.Object, "()")}
		}
	default:
		l.Argv = script
	}
	in.unbind(&l, heard)
	g.launch, g.entry = l, file
	return g
}

// asProgram is the command that runs a file: as a module where its imports are looked up
// from above its folder, which a script of that folder would not find.
func (in *inspection) asProgram(file string) []string {
	if in.root == "." && path.Dir(file) != "." && in.c.importRoot(file) == "." {
		module := strings.TrimSuffix(dotted(file, "."), ".__main__")
		return []string{"python", "-m", module}
	}
	return []string{"python", strings.TrimPrefix(file, in.root+"/")}
}

// unbind makes a script that listens on the loopback address listen everywhere, where a
// variable does it, and says so where none does.
func (in *inspection) unbind(l *launch, heard listening) {
	if heard.call == "" || !loopback(heard.Host) || l.Argv[0] != "python" {
		return
	}
	switch {
	case heard.HostEnv != "":
		l.Env = append(l.Env, pair{heard.HostEnv, everywhere, "The program listens on the loopback address by default."})
	case heard.call == "launch": // GRADIO_SERVER_NAME
	default:
		l.Notes = append(l.Notes, detect.Note{Path: heard.Why.Path, Line: heard.Why.Line, Text: fmt.Sprintf("binds to %s, which nobody outside the container reaches: make it %s", heard.Host, everywhere)})
	}
}

// dash serves the Flask application inside a Dash one.
func (in *inspection) dash(a app, port int) launch {
	for _, x := range []string{"server", "application"} {
		if k := in.c.valueIn(a.File, a.Root, x, 0); k.protocol == wsgi { // app.server, or the Flask that it was given
			a.Object = x
			return in.serve(a, port)
		}
	}
	if in.p.installed("waitress") {
		a.Object = "app.server"
		return in.serve(a, port)
	}
	return launch{Port: port, PortWhy: in.portWhy, Argv: []string{"python", strings.TrimPrefix(a.File, in.root+"/")}, Why: a.where(in.d), Env: []pair{{"HOST", everywhere, ""}},
		Notes: []detect.Note{in.d.Note(a.File, a.Line, "Dash's own server is one for development: write server = %s.server below, and add gunicorn", a.Object)}}
}

// laidOut is the module that gives a Dash application its layout, where that is another than
// the one which makes it: app.py makes it, index.py fills it, so that the two don't import
// each other (https://dash.plotly.com/urls). "" where it is the same.
func (in *inspection) laidOut(a app) string {
	for _, f := range append([]string{a.File}, in.c.files...) {
		if !in.c.mentions(f, ".layout") {
			continue
		}
		m := in.c.module(f)
		if m == nil {
			continue
		}
		for s := range source.All(m.Body) {
			if s.Kind != source.Assign || s.Targets[0].Kind != source.Attr || s.Targets[0].Text != "layout" || s.Targets[0].X.Kind != source.Name {
				continue
			}
			if f == a.File {
				return ""
			}
			name := s.Targets[0].X.Text
			if slices.ContainsFunc(m.Imports(), func(i source.Imported) bool {
				return slices.Contains(i.Names, name) && in.c.resolve(f, a.Root, i.Module, i.Level) == a.File
			}) {
				return f
			}
		}
	}
	return ""
}

// streamlit finds the page that a Streamlit program begins with.
func (in *inspection) streamlit() (string, detect.Note, bool) {
	r, ok := in.p.find("streamlit")
	if !ok && in.p != nil {
		return "", detect.Note{}, false
	}
	var pages []string
	for _, f := range in.c.files {
		if path.Base(path.Dir(f)) == "pages" || !in.c.mentions(f, "streamlit") {
			continue
		}
		m := in.c.module(f)
		for _, i := range m.Imports() {
			if i.Module == "streamlit" || strings.HasPrefix(i.Module, "streamlit.") {
				pages = append(pages, f)
				break
			}
		}
	}
	if len(pages) == 0 {
		return "", detect.Note{}, false
	}
	for _, want := range []string{"streamlit_app", "app", "main", "home", "Home", "index", "dashboard", "🏠_Home"} {
		for _, f := range pages {
			if strings.TrimSuffix(path.Base(f), ".py") == want {
				return f, r.Why, true
			}
		}
	}
	for _, f := range pages { // the one beside which the other pages lie
		if in.d.HasDir(path.Join(path.Dir(f), "pages")) {
			return f, r.Why, true
		}
	}
	return pages[0], r.Why, true
}

func (in *inspection) fromStreamlit(file string, why detect.Note) program {
	if why.Path == "" {
		why = in.d.Note(file, 0, "imports streamlit")
	}
	port, portWhy := in.streamlitPort()
	return program{
		kind: detect.Server, framework: detect.Found("streamlit", why), main: file, mainWhy: why, entry: file,
		launch: launch{
			Argv: []string{"streamlit", "run", file, "--server.address", everywhere, "--server.port", strconv.Itoa(port), "--server.headless", "true", "--browser.gatherUsageStats", "false"},
			Port: port, PortWhy: portWhy, Graceful: true, Why: why,
		},
		health: "/_stcore/health", healthWhy: detect.Note{Text: "Streamlit answers it"},
	}
}

func (in *inspection) streamlitPort() (int, detect.Note) {
	name := ".streamlit/config.toml"
	if in.d.Has(name) {
		var f struct {
			Server struct {
				Port int `toml:"port"`
			} `toml:"server"`
		}
		if lines, err := manifest.TOML(in.d, name, &f); err == nil && f.Server.Port != 0 {
			return f.Server.Port, in.d.Note(name, lines.At("server", "port"), "port = %d", f.Server.Port)
		}
	}
	return framePort("streamlit"), detect.Note{}
}
