package python

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
	"dockgen/internal/safe"
)

// skipped tells of what the block under `if __name__ == "__main__"` does before it starts
// the framework's own server: what imports the application, as gunicorn, runs nothing of it.
func (in *inspection) skipped(s *detect.Service, g program) {
	argv := g.launch.Argv
	if g.kind != detect.Server || g.entry == "" || !strings.Contains(g.main, ":") || len(argv) == 0 || argv[0] == "python" {
		return
	}
	module, _, _ := strings.Cut(g.main, ":")
	m := in.c.module(g.entry)
	if m == nil || path.Base(strings.ReplaceAll(module, ".", "/")) != strings.TrimSuffix(path.Base(g.entry), ".py") { // manage.py
		return
	}
	for e := range source.Calls(m.Main()) {
		name := e.X
		switch {
		case name == nil:
		case name.Kind == source.Attr && name.Text == "run":
			return // what follows comes once the server has ended
		case name.Kind == source.Name && strings.HasSuffix(g.main, ":"+name.Text+"()"): // the server calls it
		case name.Kind == source.Attr && name.Text == "create_all", name.Kind == source.Name && in.prepares(m, name.Text):
			what := name.Text
			s.Notes = append(s.Notes, in.d.Note(g.entry, e.Line, "calls %s() where the file is run as a script, and %s does not run it: call it where the module is loaded", safe.Visible(what), argv[0]))
			return
		}
	}
}

// prepares reports whether a name is that of a function of the module's own which starts
// no server.
func (in *inspection) prepares(m *source.Module, name string) bool {
	def := m.Defined(name)
	if def == nil || def.Kind != source.Def {
		return false
	}
	for e := range source.Calls(def.Body) {
		if e.X != nil && e.X.Kind == source.Attr && (e.X.Text == "run" || e.X.Text == "parse_args" || e.X.Text == "serve_forever") {
			return false
		}
	}
	return true
}
