package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/python/source"
)

// plainArguments are what a call that starts a server says and its command could say as
// well: where to listen, and what is for development.
var plainArguments = []string{
	"app", "target", "application", "factory", "host", "port", "address", "server_name", "server_port", "log_level", "workers",
	"reload", "reload_dirs", "reload_includes", "reload_excludes", "app_dir", "debug", "use_colors", "access_log", "env_file", "quiet",
}

// configures reports whether a call that starts a server is told what the project's own
// settings say (host, port, log level, workers), or more than that (the configuration of
// logs, certificates, proxies, time limits): a command of ours in its place would lose it.
// One that watches the sources is for development.
func (c *code) configures(m *source.Module, call *source.Expr) bool {
	out := false
	for i, a := range call.Args {
		literal := a.Value.Kind == source.Str || a.Value.Kind == source.Num || a.Value.Is("True") || a.Value.Is("False") || a.Value.Is("None")
		switch {
		case (a.Name == "reload" || a.Name == "debug") && a.Value.Is("True"):
			return false
		case a.Name == "" && i == 0, a.Name == "app", a.Name == "target", a.Name == "application", a.Name == "":
		case !slices.Contains(plainArguments, a.Name):
			out = true
		case a.Name == "workers" && literal:
			out = out || a.Value.Text != "1"
		case slices.Contains([]string{"host", "port", "address", "log_level", "workers"}, a.Name) && !literal:
			out = out || !c.constant(m, a.Value)
		}
	}
	return out
}

// constant reports whether an expression is a number or text of the source, under whatever name.
func (c *code) constant(m *source.Module, e *source.Expr) bool {
	v := evaluate(m, e)
	return v.OK && v.Env == ""
}

// ownCall finds the call in a part of a module that starts a server as the project's
// settings say, first one of which it is known where it listens.
func (c *code) ownCall(m *source.Module, body []*source.Stmt) *source.Expr {
	var found *source.Expr
	for e := range source.Calls(body) {
		full := m.Callee(e)
		r, ok := runners[full]
		if own := ok && (!r.dev || full == "bottle.run" && e.Arg("server", -1) != nil) || full == "uvicorn.Config"; !own || !c.configures(m, e) {
			continue
		}
		if v := c.setting(m, e.Arg("port", -1)); v.OK || v.Env != "" {
			return e
		}
		if found == nil {
			found = e
		}
	}
	return found
}

// heardCall is where such a call listens.
func (c *code) heardCall(m *source.Module, file string, call *source.Expr) listening {
	full := m.Callee(call)
	r, ok := runners[full]
	if !ok {
		r = runners["uvicorn.run"]
	}
	l := listening{Why: c.d.Note(file, call.Line, "%s()", full), call: full, file: file, Port: r.deflt, Host: r.defltHost}
	c.fill(m, &l, call.Arg(r.host, -1), call.Arg(r.port, r.at))
	return l
}

// asScript reports whether a file has to be run by its path: the application that its call
// names as a text is found beside it alone, where the interpreter looks for the modules of
// a script. https://docs.python.org/3/library/sys.html#sys.path
func (in *inspection) asScript(file string, call *source.Expr) bool {
	ref, ok := call.Arg("app", 0).String()
	if !ok || path.Dir(file) == "." {
		return false
	}
	module, _, _ := strings.Cut(ref, ":")
	return in.c.resolve("", in.root, module, 0) == "" && in.moduleFile(module) == "" && in.c.resolve("", path.Dir(file), module, 0) != ""
}

// ownLaunch completes the launch of a program of the project's own by where it listens; it
// is false for one that nobody outside the container reaches.
func (in *inspection) ownLaunch(l launch, heard listening) (launch, bool) {
	told := func(name string) bool { return slices.Contains(l.Argv, name) }
	if loopback(heard.Host) && !told(everywhere) {
		if heard.HostEnv == "" {
			return launch{}, false
		}
		l.Env = append(l.Env, pair{heard.HostEnv, everywhere, "The program listens on the loopback address by default."})
	}
	if l.Port == 0 {
		l.Port, l.PortEnv, l.PortWhy = heard.Port, heard.Env, heard.Why
	}
	l.Graceful = true
	return l, l.Port != 0
}

// fromOwn makes a launch of a command that the project itself names (in its Procfile or
// Dockerfile) and that runs a program of its own: a command that it installs, a module, a
// script. It is one where that program starts a server as the project's settings say.
func (in *inspection) fromOwn(cmd manifest.Command, why detect.Note) (launch, bool) {
	args := slices.Clone(cmd.Args)
	for i, a := range args { // a variable's value where the line has one
		for _, v := range cmd.Variables {
			a = manifest.Expand(a, v.Name, v.Default)
		}
		if strings.Contains(cmd.Args[i], "$") && a == "" || strings.Contains(a, "$") {
			return launch{}, false
		}
		args[i] = a
	}
	if cmd.Opaque || len(args) == 0 {
		return launch{}, false
	}
	l := launch{Why: why}
	for _, e := range cmd.Env {
		if strings.Contains(e.Value, "$") {
			return launch{}, false
		}
		l.Env = append(l.Env, pair{e.Name, e.Value, ""})
	}
	if s, rest, ok := in.commandOf(args); ok {
		return in.ownCommand(l, s, rest)
	}
	file, script := in.interpreted(args)
	if file == "" || path.Base(file) == "manage.py" {
		return launch{}, false
	}
	m := in.c.module(file)
	call := in.c.ownCall(m, m.Body)
	if call == nil {
		return launch{}, false
	}
	l.entry, l.Argv = file, in.fromFile(file).launch.Argv
	switch root := in.c.importRoot(file); {
	case script && in.asScript(file, call):
		l.Argv = []string{"python", file}
		in.started = true // the modules are looked up beside the script, and the package among what is installed
	case !script && path.Base(file) != "__main__.py":
		l.Argv = []string{"python", "-m", dotted(file, root)}
	}
	return in.ownLaunch(l, in.c.heardCall(m, file, call))
}

// commandOf is the command of a line that the project installs itself, with its words: by
// its name, or as a file that the interpreter is given.
func (in *inspection) commandOf(args []string) (script, []string, bool) {
	if len(args) > 1 && interpreter(args[0]) && path.IsAbs(args[1]) {
		args = args[1:]
	}
	for _, s := range in.scripts() {
		if s.Name == path.Base(args[0]) {
			return s, args[1:], true
		}
	}
	return script{}, nil, false
}

func interpreter(word string) bool {
	b := path.Base(word)
	return b == "python" || b == "python3" || strings.HasPrefix(b, "python3.")
}

// ownCommand is the launch of a command that the project installs and starts in its own
// container: one that starts a server, or is told an address of all interfaces.
func (in *inspection) ownCommand(l launch, s script, words []string) (launch, bool) {
	module, object, _ := strings.Cut(s.Target, ":")
	file := in.moduleFile(module)
	if file == "" {
		return launch{}, false
	}
	m := in.c.module(file)
	l.entry, l.bare, l.Argv = file, len(words) == 0, append([]string{s.Name}, words...)
	host, port := addressIn(words)
	if port != 0 {
		l.Port, l.PortWhy = port, l.Why
	}
	heard := listening{}
	call := in.c.ownCall(m, m.Body)
	def, _ := in.serving(m, object)
	switch {
	case call != nil:
		heard = in.c.heardCall(m, file, call)
	case def != nil, host == everywhere:
	default:
		return launch{}, false
	}
	if host == "" && call == nil && in.hostOption(file) != "" {
		l.Argv = append(l.Argv, in.hostOption(file), everywhere)
	}
	if l.Port == 0 && heard.Port == 0 {
		l.Port, l.PortWhy = in.guessPort(8000), in.portWhy
	}
	l, ok := in.ownLaunch(l, heard)
	if !ok {
		return launch{}, false
	}
	l.Graceful = !forks(m)
	in.started = true
	return l, true
}

// addressIn finds where the words of a command say to listen: --host and --port, or both
// in one as 0.0.0.0:5232.
func addressIn(words []string) (host string, port int) {
	for i, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok && i+1 < len(words) {
			value = words[i+1]
		}
		switch name {
		case "--port", "-p":
			port = portOf(value)
		case "--host", "--address", "-H", "--bind-address":
			host = value
		default:
			first, _, _ := strings.Cut(w[strings.IndexByte(w, '=')+1:], ",")
			if h, n := splitBind(first); n != 0 && (h == everywhere || h == "" || h == "::") {
				host, port = everywhere, n
			}
		}
	}
	return host, port
}

// hostOption is the option of a command's module that says where it listens; "" for none.
func (in *inspection) hostOption(file string) string {
	for _, o := range in.c.options(file) {
		for _, f := range []string{"--host", "--bind-address", "--address"} {
			if o.has(f) {
				return f
			}
		}
	}
	return ""
}

// sameProgram reports whether two launches start one command of the project's.
func sameProgram(a, b launch) bool {
	return len(a.Argv) > 0 && len(b.Argv) > 0 && a.Argv[0] == b.Argv[0] && !slices.Contains([]string{"python", "gunicorn", "uvicorn"}, a.Argv[0])
}

// interpreted is the file of the project that a command has the interpreter run, and
// whether by its path; "" where it is none.
func (in *inspection) interpreted(args []string) (file string, script bool) {
	if !interpreter(args[0]) {
		return "", false
	}
	for j := 1; j < len(args); j++ {
		switch a := strings.TrimPrefix(args[j], "./"); {
		case a == "-m" && j+1 < len(args):
			f := in.moduleFile(args[j+1])
			if path.Base(f) == "__init__.py" {
				f = path.Join(path.Dir(f), "__main__.py")
			}
			if in.c.known[f] {
				return f, false
			}
			return "", false
		case strings.HasPrefix(a, "-"): // -u
		default:
			return in.fileOf(a), true
		}
	}
	return "", false
}

// fileOf is the file of the project that a path of its image means: the longest end of it
// that the folder has.
func (in *inspection) fileOf(name string) string {
	for path.IsAbs(name) {
		name = name[1:]
		if in.c.known[name] {
			return name
		}
		at := strings.IndexByte(name, '/')
		if at < 0 {
			break
		}
		name = name[at:]
	}
	if in.c.known[name] {
		return name
	}
	// The image has the files of a folder at its root: src/main.py as /app/main.py.
	if f := path.Join("src", path.Base(name)); in.c.known[f] {
		return f
	}
	return ""
}

// fromStated is the server whose command, a program of its own, the project names. What is
// known of the application holds for it too.
func (in *inspection) fromStated(g program, detected bool, l launch) program {
	if !detected {
		g = program{kind: detect.Server, framework: in.frameworkOf(l.Argv), entry: l.entry, main: l.entry, mainWhy: l.Why}
	}
	if n := in.projectName(); n != "" && !g.framework.IsSet() {
		g.framework = detect.Found(strings.ToLower(n), l.Why)
	}
	g.kind = detect.Server
	for _, n := range g.launch.Notes {
		if n.About != detect.Serving {
			l.Notes = append(l.Notes, n)
		}
	}
	for _, e := range g.launch.Env {
		if e.Name == settingsEnv {
			l.Env = append(l.Env, e)
		}
	}
	g.launch = l
	return g
}
