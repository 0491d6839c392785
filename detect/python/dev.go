package python

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// development finds how the server is served while it is worked on: by the
// framework's own server or the flag of the one for production.
func (in *inspection) development(s *detect.Service, f *Facts, g program) {
	if s.Kind != detect.Server || len(g.launch.Argv) == 0 {
		return
	}
	argv, reloads := in.devCommand(g)
	words, err := safe.NewArgv(argv...)
	if err != nil {
		return
	}
	here := in.fromRoot(s)
	dir, err := safe.NewRelPath(here)
	if err != nil {
		return
	}
	at, err := safe.NewLabel(path.Join(workdir, here))
	if err != nil {
		return
	}
	d := &detect.Dev{Start: detect.Found(words, g.launch.Why), Reloads: reloads, Dir: dir, At: at, Rebuild: slices.Clone(f.Binds)}
	if len(d.Rebuild) == 0 && in.d.Has(pyprojectName) {
		if r, err := dir.Join(pyprojectName); err == nil {
			d.Rebuild = append(d.Rebuild, r)
		}
	}
	for _, pattern := range []string{".venv/", "venv/", "**/__pycache__/"} {
		d.Ignore = append(d.Ignore, safe.PatternOf(pattern))
	}
	if f.Path == "" && in.installsItself() { // what was installed is not what is worked on
		if v, err := safe.NewLabel(f.SelfPath); err == nil {
			d.Env = append(d.Env, detect.Setting{Name: safe.EnvNameOf("PYTHONPATH"), Value: v})
		}
	}
	// A script of these may start itself again: see debugger.
	if argv[0] != "python" || !slices.Contains([]string{"flask", "dash", "quart"}, g.framework.V) {
		d.Debug = debugger(argv, reloads, s.Version.V.String())
	}
	if d.Debug != nil {
		f.Debugger = f.installer(s.Version.V.String()).With(debugpy)
	}
	s.Dev = d
}

// devCommand is the server's command for development, and whether it sees by itself
// that a source has changed.
func (in *inspection) devCommand(g program) (argv []string, reloads bool) {
	port := strconv.Itoa(g.launch.Port)
	insert := func(flags ...string) []string { return slices.Insert(slices.Clone(g.launch.Argv), 1, flags...) }
	server := g.launch.Argv[0]
	switch {
	case in.django != nil && in.django.Manage != "":
		return []string{"python", strings.TrimPrefix(in.django.Manage, in.root+"/"), "runserver", everywhere + ":" + port}, true
	case g.framework.V == "flask" && server != "python" && g.main != "" && !satisfies(first(in.p.version("flask"), "3"), "<2.2"):
		return []string{"flask", "--app", g.main, "run", "--debug", "--host", everywhere, "--port", port}, true
	case server == "uvicorn" || server == "hypercorn":
		return insert("--reload"), true
	case server == "gunicorn":
		return insert("--reload"), true
	case server == "streamlit":
		return append(slices.Clone(g.launch.Argv), "--server.runOnSave", "true"), true
	}
	return g.launch.Argv, false
}
