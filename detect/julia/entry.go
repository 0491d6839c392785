package julia

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/julia/source"
	"dockgen/internal/safe"
)

// entry is where the program starts.
type entry struct {
	file  string   // the script, or the source of the package that expr calls
	expr  string   // what is evaluated in place of a script
	flags []string // of julia
	args  []string // of the program; "$PORT" is its port
	why   detect.Note
	from  string // the file that expr stands in; not set: it is ours
	genie bool   // Genie loads it
}

// choose finds the entry: what the user says, what another file starts, what the frameworks
// have by convention, the script that serves or whose name says it, and last a function of the
// package. No entry and a reason: nothing runs here.
func (pr *program) choose() (*entry, error) {
	if want := pr.d.Choices().Main; want.IsSet() {
		name := path.Clean(want.V.String())
		if pr.files[name] == nil {
			return nil, pr.d.Errorf(pr.file, 0, "there is no source %q: name one that Julia starts, as in dockgen init --main app.jl", safe.Visible(name))
		}
		return &entry{file: name, why: pr.d.Note(name, 0, "is where the program starts")}, nil
	}
	told, err := pr.told()
	if told != nil || err != nil {
		return told, err
	}
	if e := pr.genieEntry(); e != nil {
		return e, nil
	}
	if e := pr.notebooks(); e != nil {
		return e, nil
	}
	if e := pr.script(false); e != nil {
		return e, nil
	}
	if e := pr.function(); e != nil {
		return e, nil
	}
	return pr.script(true), nil
}

// names are how people call the script that starts the program, by how much that says.
var names = map[string]int{
	"server": 14, "main": 12, "app": 12, "run_server": 14, "start_server": 14, "runserver": 14, "serve": 12, "run": 10, "start": 10, "startup": 9, "web": 10, "webserver": 12,
	"webapp": 10, "api": 10, "service": 10, "launch": 9, "index": 6, "bot": 10, "worker": 8, "handler": 6, "daemon": 8, "backend": 8, "entrypoint": 12, "dashboard": 8, "http_server": 12, "start_api": 12, "run_api": 12, "run_app": 12,
}

// helpers are scripts that something else calls.
var helpers = []string{"warmup", "precompile", "make", "build", "deploy", "sysimage", "test", "example", "demo", "benchmark", "setup", "install", "packages", "migrate", "seed", "client", "format", "generate", "compile", "dev"}

// script is the one that serves, or whose name says that it starts the program; of those
// that only help there, any.
func (pr *program) script(help bool) *entry {
	_, module := pr.module()
	best, score := "", 0
	for _, name := range pr.order {
		f := pr.files[name]
		dir := path.Dir(name)
		if f.notebook || name == module || strings.Count(dir, "/") > 1 || f.included && !f.script {
			continue
		}
		// In a folder of a package's folder lies what it gives to others: examples, and
		// the files of a generator.
		if top, _, deep := strings.Cut(dir, "/"); deep && module != "" && !slices.Contains([]string{"app", "apps", "bin", "scripts", "server", "src"}, top) {
			continue
		}
		base := strings.ToLower(strings.TrimSuffix(path.Base(name), ".jl"))
		said := names[base]
		if first, _, more := strings.Cut(base, "_"); said == 0 && more && (first == "run" || first == "start") && module != "" && dir != "src" {
			said = 8 // run_worker.jl of package Worker
		}
		n := said
		switch {
		case pr.serves(name):
			n += 40
		case said == 0 || !pr.acts(f) || dir == "src" && module != "":
			continue
		}
		switch dir {
		case ".", "bin":
			n += 3
		case "app", "server", "src":
			n++
		}
		if slices.ContainsFunc(strings.FieldsFunc(base, func(c rune) bool { return c == '_' || c == '-' }), func(w string) bool { return slices.Contains(helpers, w) }) != help {
			continue
		}
		if n > score {
			best, score = name, n
		}
	}
	if best == "" {
		return nil
	}
	why := pr.d.Note(best, 0, "is where the program starts")
	if pr.serves(best) {
		why = pr.d.Note(best, 0, "starts what listens")
	}
	return &entry{file: best, why: why}
}

// serves reports whether running a source listens: it does so itself, or calls a function
// of its own that may.
func (pr *program) serves(name string) bool {
	files := pr.closure(name)
	ls := pr.listeners(files)
	if len(ls) == 0 {
		return false
	}
	if slices.ContainsFunc(ls, func(l listening) bool { return l.call.Func < 0 }) {
		return true
	}
	defined := map[string]bool{}
	for _, f := range files {
		for _, fn := range f.Functions {
			defined[strings.TrimSuffix(fn.Name, "!")] = true
		}
	}
	return slices.ContainsFunc(pr.files[name].Calls, func(c source.Call) bool { return c.Func < 0 && defined[c.Base()] }) ||
		slices.ContainsFunc(pr.files[name].Functions, func(fn source.Function) bool { return fn.Name == "@main" })
}

// acts reports whether a source does something when it is run, beside defining and loading.
func (pr *program) acts(f *file) bool {
	if slices.ContainsFunc(f.Functions, func(fn source.Function) bool { return fn.Name == "@main" }) {
		return true
	}
	return slices.ContainsFunc(f.Calls, func(c source.Call) bool {
		base := c.Base()
		return c.Func < 0 && base != "include" && base != "activate" && base != "joinpath" && base != "@__DIR__" && base != "abspath" && base != "push"
	}) || slices.ContainsFunc(f.Usings, func(u source.Using) bool { return u.Name == pr.Name && pr.Name != "" })
}

// functions are how people call what starts the server of a package.
var functions = []string{"@main", "main", "serve", "start", "run", "start_server", "run_server", "startserver", "runserver", "start_webserver", "start_web_server", "launch", "julia_main", "webserver", "startup", "up", "run_app", "start_app", "start_api"}

// services are the last words of the names of packages that are programs.
var services = []string{"Server", "Service", "API", "Api", "App", "Web", "WebApp", "Site", "Bot", "Backend", "Dashboard", "Portal", "Website", "Microservice", "Daemon"}

// function is one of the package's own that serves: Teas.serve().
func (pr *program) function() *entry {
	name, main := pr.module()
	if name == "" || pr.files[main] == nil || slices.ContainsFunc(servers, func(s server) bool { return slices.Contains(s.pkgs, name) }) {
		return nil // the framework itself serves what others write
	}
	files := pr.closure(main)
	listens := len(pr.listeners(files)) > 0
	program := len(pr.Apps) > 0 || slices.ContainsFunc(services, func(s string) bool { return strings.HasSuffix(name, s) && name != s }) || len(pr.routes(files)) > 0
	best, found, line, at := len(functions), "", 0, main
	for _, f := range files {
		prefix, ok := pr.prefix(main, f.path, 0)
		if !ok {
			continue
		}
		for _, fn := range f.Functions {
			i := slices.Index(functions, fn.Name)
			mains := i == 0 || i == 1
			if i < 0 || i >= best || fn.Required > 0 && !mains || fn.Required > 1 || !mains && (!listens || !program) {
				continue
			}
			full := name
			if prefix != "" {
				full = prefix
			}
			if fn.Module >= 0 {
				full = joined(prefix, f, fn.Module)
			}
			if strings.Count(full, ".") > 2 {
				continue
			}
			args := ""
			if fn.Required == 1 || i == 0 {
				args = "ARGS"
			}
			best, found, line, at = i, full+"."+strings.TrimPrefix(fn.Name, "@")+"("+args+")", fn.Line, f.path
		}
	}
	if found == "" || !listens && best > 1 {
		return nil
	}
	if pr.within() && (!listens || pr.used(name)) {
		return nil // a part of the project above it
	}
	return &entry{file: main, expr: "using " + name + "; " + found, why: pr.d.Note(at, line, "%s starts the program", found)}
}

// prefix is the module that a source is included into: "Teas" or "Teas.Server".
func (pr *program) prefix(main, name string, depth int) (string, bool) {
	if name == main {
		return "", true
	}
	if depth > 10 {
		return "", false
	}
	for _, at := range pr.order {
		f := pr.files[at]
		if !slices.Contains(f.includes, name) || at == name {
			continue
		}
		outer, ok := pr.prefix(main, at, depth+1)
		if !ok {
			continue
		}
		for _, c := range f.Calls {
			if pr.included(f, c) == name && c.Func < 0 {
				if c.Module < 0 {
					return outer, true
				}
				return joined(outer, f, c.Module), true
			}
		}
	}
	return "", false
}

// joined is the full name of a module of a file that is included into another.
func joined(outer string, f *file, module int) string {
	var parts []string
	for m := module; m >= 0 && len(parts) < 10; m = f.Modules[m].Parent {
		parts = append([]string{f.Modules[m].Name}, parts...)
	}
	if outer != "" {
		parts = append([]string{outer}, parts...)
	}
	return strings.Join(parts, ".")
}

// start is the entry's command, the port standing where the program is told it.
func (pr *program) start(e *entry, s *detect.Service, waits bool) (safe.Argv, error) {
	words := append([]string{"julia", "--project=" + at(pr.dir())}, e.flags...)
	port := s.Port.V
	if port == 0 {
		port = 8080
	}
	switch expr := e.expr; {
	case expr != "":
		if waits {
			expr += "; wait(Condition())"
		}
		words = append(words, "-e", expr)
	case waits:
		words = append(words, "-e", "include("+literal(e.file)+"); wait(Condition())")
	default:
		words = append(words, e.file)
	}
	if len(e.args) == 0 {
		e.args = pr.arguments()
	}
	for _, a := range e.args {
		words = append(words, strings.ReplaceAll(a, "$PORT", port.String()))
	}
	return safe.NewArgv(words...)
}

// arguments are those that the program is told its address by, where it has no other.
func (pr *program) arguments() []string {
	port, host := pr.address.port, pr.address.host
	switch {
	case port.arg == 0 || port.port != 0 || port.env != "":
		return nil
	case port.arg == 1:
		return []string{"$PORT"}
	case port.arg == 2 && host.arg == 1:
		return []string{"0.0.0.0", "$PORT"}
	}
	return nil
}

// at is a folder of the context in the image.
func at(dir safe.RelPath) string { return path.Join("/app", dir.String()) }
