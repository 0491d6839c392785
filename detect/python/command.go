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
	if in.tellsHost(file) && in.portOption(file) {
		told = true // options of argparse
	}
	call := in.c.ownCall(m, def.Body)
	if !told && call == nil && len(in.apps) > 0 && !in.apps[0].factory() {
		return program{}, false // the server itself can be told more than this command
	}
	if !told && call != nil {
		return in.commandOfSettings(g, l, file, call)
	}
	if flag := in.hostOption(file); flag != "" && !slices.Contains(l.Argv, flag) && in.tellsHost(file) {
		l.Argv = append(l.Argv, flag, everywhere)
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

// commandOfSettings is a command that takes where it listens, and more, from the settings
// of the project.
func (in *inspection) commandOfSettings(g program, l launch, file string, call *source.Expr) (program, bool) {
	m := in.c.module(file)
	if in.asScript(file, call) {
		if !mainBlock(m) {
			return program{}, false
		}
		l.Argv = []string{"python", file}
	}
	l, ok := in.ownLaunch(l, in.c.heardCall(m, file, call))
	if !ok {
		return program{}, false
	}
	if len(in.apps) > 0 {
		g.health, g.healthWhy = in.health(in.apps[0])
	}
	in.started = true
	g.launch = l
	return g, true
}

// portOption reports whether a command's module has an option that says on which port
// it listens.
func (in *inspection) portOption(file string) bool {
	return slices.ContainsFunc(in.c.options(file), func(o option) bool { return o.has("--port") })
}

// tellsHost reports whether a module's server is given a host that is no constant of the
// source: an option of the command says it.
func (in *inspection) tellsHost(file string) bool {
	m := in.c.module(file)
	for e := range source.Calls(m.Body) {
		if r, ok := runners[m.Callee(e)]; ok && r.host != "" {
			if host := e.Arg(r.host, -1); host != nil && !in.c.constant(m, host) {
				return true
			}
		}
	}
	return false
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
// that a class of the project gives a default: settings.port by port of class Settings.
func (c *code) setting(m *source.Module, e *source.Expr) value {
	v := evaluate(m, e)
	if e != nil && e.Kind == source.Name && !v.OK && v.Env == "" {
		return local(m, e.Text)
	}
	if v.OK || e == nil || e.Kind != source.Attr {
		return v
	}
	of := strings.ToLower(e.X.Text)
	if e.X.Kind == source.Call { // get_settings().port
		of = strings.ToLower(e.X.X.Text)
	}
	best, out := -1, value{}
	for _, f := range c.files {
		if !strings.Contains(f, "settings") && !strings.Contains(f, "config") {
			continue
		}
		sm := c.module(f)
		if sm == nil {
			continue
		}
		for class := range source.All(sm.Body) {
			if class.Kind != source.Class {
				continue
			}
			v, ok := fieldOf(sm, class, e.Text)
			if rank := rankOf(class.Name, of); ok && rank > best {
				best, out = rank, v
			}
		}
	}
	return out
}

// local is what the only assignment of a name gives, which a function or the main block
// of the module holds.
func local(m *source.Module, name string) value {
	var found *source.Expr
	for s := range source.All(m.Body) {
		if s.Kind != source.Assign || s.Value == nil || !slices.ContainsFunc(s.Targets, func(t *source.Expr) bool { return t.Is(name) }) {
			continue
		}
		if found != nil {
			return value{}
		}
		found = s.Value
	}
	if found.Is(name) {
		return value{}
	}
	return evaluate(m, found)
}

// fieldOf is the default of a field of a class of settings, with the variable that sets it.
func fieldOf(m *source.Module, class *source.Stmt, field string) (value, bool) {
	for _, s := range class.Body {
		if s.Kind != source.Assign || s.Annotation == nil || !s.Targets[0].Is(field) || s.Value == nil {
			continue
		}
		x := s.Value
		if x.Kind == source.Call && strings.HasSuffix(m.Resolve(x.X), "Field") {
			x = x.Arg("default", 0)
		}
		v := evaluate(m, x)
		if !v.OK {
			continue
		}
		v.Env = strings.ToUpper(field)
		for _, e := range m.Envs(nil) { // with its prefix
			if e.Line == s.Line {
				v.Env = strings.ToUpper(e.Name)
			}
		}
		return v, true
	}
	return value{}, false
}

// rankOf says how well a class fits the name of the object that an attribute is taken of:
// settings.uvicorn.host is one of UvicornSettings, settings.host one of Settings, and not of
// DatabaseSettings.
func rankOf(class, of string) int {
	name := strings.ToLower(class)
	short := strings.NewReplacer("settings", "", "config", "", "app", "").Replace(name)
	switch {
	case name == of || short != "" && short == of:
		return 4
	case short == "" || short == "base" || short == "core":
		return 3
	case slices.ContainsFunc([]string{"server", "api", "web", "http", "uvicorn", "service", "run"}, func(w string) bool { return strings.Contains(short, w) }):
		return 2
	}
	if slices.ContainsFunc([]string{"database", "db", "redis", "postgres", "rabbit", "mail", "smtp", "mongo", "cache"}, func(w string) bool { return strings.Contains(short, w) }) {
		return 0
	}
	return 1
}
