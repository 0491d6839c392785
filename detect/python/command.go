package python

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// commandThatServes finds a command of the project that starts a server: a function that
// calls one, behind a console script.
func (in *inspection) commandThatServes() (program, bool) {
	list := in.scripts()
	if len(list) == 0 {
		return program{}, false
	}
	s := in.mainScript(list)
	module, object, _ := strings.Cut(s.Target, ":")
	file := in.moduleFile(module)
	if file == "" {
		return program{}, false
	}
	m := in.c.module(file)
	def, sub := in.serving(m, object)
	if def == nil {
		return program{}, false
	}
	g := program{kind: detect.Server, main: s.Target, mainWhy: s.Why, entry: file}
	if f := in.directFramework(); f != "" {
		g.framework = detect.Found(f, in.whyFramework(f))
	} else if n := in.projectName(); n != "" {
		g.framework = detect.Found(strings.ToLower(n), s.Why)
	}
	l := launch{Argv: []string{s.Name}, Why: s.Why, Graceful: !forks(m)}
	if sub != "" {
		l.Argv = append(l.Argv, sub)
	}
	port, told := 0, false
	for _, d := range def.Decorators {
		if m.Callee(d) != "click.option" && m.Callee(d) != "typer.Option" {
			continue
		}
		flag, long := "", ""
		for _, a := range d.Args {
			if t, ok := a.Value.String(); ok && a.Name == "" && strings.HasPrefix(t, "--") {
				flag, long = t, strings.TrimPrefix(t, "--")
			}
		}
		v := in.c.setting(m, d.Arg("default", -1))
		switch long {
		case "host", "address", "bind", "bind-address":
			l.Argv = append(l.Argv, flag, everywhere)
			if loopback(v.Text) {
				l.Notes = append(l.Notes, in.d.Note(file, d.Line, "listens on %s by default: the image's command says %s", v.Text, everywhere))
			}
		case "port":
			port, told = portOf(v.Text), true
			l.PortWhy = in.d.Note(file, d.Line, "--port is %d by default", port)
		}
	}
	if !told && len(in.apps) > 0 && !in.apps[0].factory() {
		return program{}, false // the server itself can be told more than this command
	}
	in.started = true
	if port == 0 {
		port = in.guessPort(8000)
		l.PortWhy = in.portWhy
	} else {
		l.Argv = append(l.Argv, "--port", itoa(port))
	}
	l.Port = port
	g.launch = l
	return g, true
}

// forks reports whether a module starts processes of its own: one that only waits for them
// has no handler for SIGTERM.
func forks(m *source.Module) bool {
	return slices.ContainsFunc(m.Imports(), func(i source.Imported) bool { return i.Module == "multiprocessing" || i.Module == "subprocess" })
}

// serving finds the function behind a console script that calls a server: the script's
// own, or a command of the group that it is.
func (in *inspection) serving(m *source.Module, object string) (def *source.Stmt, sub string) {
	starts := func(s *source.Stmt) bool {
		for e := range source.Calls(s.Body) {
			switch m.Callee(e) {
			case "uvicorn.run", "uvicorn.Server", "waitress.serve", "hypercorn.asyncio.serve", "aiohttp.web.run_app", "granian.Granian":
				return true
			}
		}
		return false
	}
	for s := range source.Now(m.Body) {
		if s.Kind != source.Def || !starts(s) {
			continue
		}
		if s.Name == object {
			return s, ""
		}
		for _, d := range s.Decorators {
			if d.Kind == source.Call && d.X.Kind == source.Attr && d.X.Text == "command" && d.X.X.Is(object) {
				if name, ok := d.Arg("name", 0).String(); ok {
					return s, name
				}
				return s, strings.ReplaceAll(s.Name, "_", "-")
			}
		}
	}
	return nil, ""
}

// setting evaluates an expression, and an attribute of an object of settings by the field
// that a class of the project gives a default.
func (c *code) setting(m *source.Module, e *source.Expr) value {
	if v := evaluate(m, e); v.OK || e == nil || e.Kind != source.Attr {
		return v
	}
	for _, f := range c.files {
		if !strings.Contains(f, "settings") && !strings.Contains(f, "config") {
			continue
		}
		sm := c.module(f)
		if sm == nil {
			continue
		}
		for s := range source.All(sm.Body) {
			if s.Kind != source.Assign || s.Annotation == nil || !s.Targets[0].Is(e.Text) || s.Value == nil {
				continue
			}
			x := s.Value
			if x.Kind == source.Call && strings.HasSuffix(sm.Resolve(x.X), "Field") {
				x = x.Arg("default", 0)
			}
			if v := evaluate(sm, x); v.OK {
				v.Env = strings.ToUpper(e.Text)
				return v
			}
		}
	}
	return value{}
}
