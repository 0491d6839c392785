package python

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/python/source"
)

// stated is the command that the project itself names for its web process: in its
// Procfile, else in its Dockerfile, which may be older than the sources and counts only
// where what it starts is there, else for the platform that it is deployed to.
func (in *inspection) stated(procs []manifest.Process) (launch, bool) {
	for _, p := range procs {
		if p.Name == "web" {
			return in.lastServer(p.Commands, in.d.Note("Procfile", p.Line, "%s: %s", p.Name, p.Text), nil, map[string]bool{})
		}
	}
	for _, p := range procs { // called otherwise, and a server all the same
		if l, ok := in.lastServer(p.Commands, in.d.Note("Procfile", p.Line, "%s: %s", p.Name, p.Text), nil, map[string]bool{}); ok && p.Name != "release" && (l.own || in.starts(l.Argv)) {
			return l, true
		}
	}
	line, why := evidence.LastLine(in.d)
	if l, ok := in.statedLine(line, why, evidence.LastEnv(in.d)); ok {
		return l, true
	}
	line, why = evidence.Served(in.d)
	l, ok := in.statedLine(line, why, nil)
	return l, ok && !l.own
}

// statedLine is the server of a line of a Dockerfile or of a platform's file.
func (in *inspection) statedLine(line string, why detect.Note, values map[string]string) (launch, bool) {
	cmds, err := manifest.Commands(line)
	if line == "" || err != nil {
		return launch{}, false
	}
	l, ok := in.lastServer(cmds, why, values, map[string]bool{})
	if !ok && len(cmds) == 1 && len(cmds[0].Args) > 1 && strings.HasSuffix(cmds[0].Args[0], ".sh") {
		cmds[0].Args = cmds[0].Args[1:] // a script that ends in exec "$@"
		l, ok = in.lastServer(cmds, why, values, map[string]bool{})
	}
	if !ok || !l.own && !in.starts(l.Argv) {
		return launch{}, false
	}
	return l, true
}

// starts reports whether a server's command names an application that the project has,
// and no file of an image that is not there.
func (in *inspection) starts(argv []string) bool {
	for i, a := range argv {
		if strings.HasPrefix(a, "/") && !strings.HasPrefix(a, "/dev/") && !strings.HasPrefix(a, "/tmp") || strings.HasPrefix(a, "unix:") || a == "--chdir" && !in.d.HasDir(argv[min(i+1, len(argv)-1)]) {
			return false
		}
	}
	if dir := flagOf(argv, "--app-dir"); dir != "" { // the modules lie there, and the program runs here
		module, object, _ := strings.Cut(appWord(argv), ":")
		if f := in.c.resolve("", path.Clean(dir), module, 0); f != "" && object != "" {
			in.root, in.c.cwd = ".", "."
			return true
		}
		return false
	}
	for _, a := range argv[1:] {
		module, object, _ := strings.Cut(a, ":")
		if strings.HasPrefix(a, "-") || module == "" || strings.ContainsAny(module, "/ ") {
			continue
		}
		for _, x := range in.apps {
			if x.Module() == module && (object == "" || object == x.Object || object == strings.TrimSuffix(x.Object, "()")) {
				in.place(x.Root)
				return true
			}
		}
		if f := in.c.resolve("", in.root, module, 0); f != "" && (object != "" || strings.Contains(module, ".")) {
			return true
		}
		// The image has the modules of src at its root, unless they name one another otherwise.
		if f := in.c.resolve("", "src", module, 0); object != "" && !in.namesSrc(f) && slices.ContainsFunc(in.apps, func(x app) bool { return x.File == f && x.Object == object }) {
			in.place("src")
			return true
		}
	}
	return (slices.Contains(pageServers, argv[0]) || argv[0] == "fastapi") && slices.ContainsFunc(argv, func(a string) bool { return in.c.known[a] })
}

// namesSrc reports whether a module imports others by way of the folder src.
func (in *inspection) namesSrc(file string) bool {
	m := in.c.module(file)
	return m != nil && slices.ContainsFunc(m.Imports(), func(i source.Imported) bool {
		return i.Level == 0 && (i.Module == "src" || strings.HasPrefix(i.Module, "src."))
	})
}

// lastServer takes the last command of a line that serves; a script that the line runs
// is read for it, once. The values are those that the script gives its variables.
func (in *inspection) lastServer(cmds []manifest.Command, why detect.Note, values map[string]string, read map[string]bool) (launch, bool) {
	values = maps.Clone(values)
	if values == nil {
		values = map[string]string{}
	}
	for _, c := range cmds {
		for _, e := range c.Env {
			if len(c.Args) == 0 {
				values[e.Name] = valueOf(e, c.Variables)
			}
		}
	}
	for i, c := range slices.Backward(cmds) {
		dir := ""
		for _, before := range cmds[:i] {
			if before.Program() == "cd" && len(before.Args) == 2 {
				dir = path.Join(dir, before.Args[1])
			}
		}
		if script := in.scriptFile(dir, c); script != "" {
			if read[script] { // it runs itself, or by way of another one
				continue
			}
			read[script] = true
			data, err := in.d.Read(script)
			if err != nil {
				continue
			}
			inner, err := manifest.Commands(string(data))
			if err != nil {
				continue
			}
			if l, ok := in.lastServer(inner, why, values, read); ok {
				return l, true
			}
			if inner, err = manifest.Branches(string(data)); err != nil {
				continue
			}
			if l, ok := in.lastServer(inner, why, values, read); ok {
				return l, true
			}
			continue
		}
		if line := spoken(c, cmds); line != "" {
			if inner, err := manifest.Commands(line); err == nil {
				if l, ok := in.lastServer(inner, why, values, read); ok {
					return l, true
				}
			}
			continue
		}
		for n, v := range c.Variables {
			if v.Default == "" {
				c.Variables[n].Default = values[v.Name]
			}
		}
		l, ok := in.fromCommand(c, why)
		if !ok && dir == "" {
			if l, ok = in.fromOwn(c, why); ok {
				l.own = true
			}
		}
		if ok {
			if dir != "" && in.d.HasDir(dir) {
				in.root = dir
			}
			return l, true
		}
	}
	return launch{}, false
}

// spoken is the line that a word of a command stands for: command="gunicorn app:app" before,
// exec $command after. "" where none does.
func spoken(c manifest.Command, cmds []manifest.Command) string {
	for _, a := range c.Args {
		name, ok := strings.CutPrefix(a, "$")
		if !ok {
			continue
		}
		for _, before := range cmds {
			for _, e := range before.Env {
				if len(before.Args) == 0 && e.Name == name && strings.Contains(strings.TrimSpace(e.Value), " ") {
					return e.Value
				}
			}
		}
	}
	return ""
}

// valueOf is what a line of a script gives a variable: A=b, A=${A:-b}.
func valueOf(e manifest.Assign, used []manifest.Variable) string {
	for _, v := range used {
		if e.Value == "$"+v.Name {
			return v.Default
		}
	}
	if strings.Contains(e.Value, "$") {
		return ""
	}
	return e.Value
}

// scriptFile is the script of the project that a command runs, "" where it is none. An
// image's script lies at a path of its own: the one of that name is meant.
func (in *inspection) scriptFile(dir string, c manifest.Command) string {
	script := shellScript(c)
	if script == "" {
		return ""
	}
	if f := path.Join(dir, script); !path.IsAbs(script) && in.d.Has(f) {
		return f
	}
	if f := in.d.First(path.Base(script), "docker/"+path.Base(script), "scripts/"+path.Base(script), "bin/"+path.Base(script)); f != "" {
		return f
	}
	return evidence.CopiedAs(in.d, script)
}

// shellScript is the script that a command runs, "" where it is none.
func shellScript(c manifest.Command) string {
	if len(c.Args) == 0 {
		return ""
	}
	word := c.Args[0]
	if p := c.Program(); (p == "bash" || p == "sh") && len(c.Args) > 1 {
		word = c.Args[1]
	}
	if strings.HasSuffix(word, ".sh") {
		return strings.TrimPrefix(word, "./")
	}
	return ""
}

// ownScript is the file that the project's Dockerfile has the interpreter run.
func (in *inspection) ownScript() (string, bool) {
	line, _ := evidence.LastLine(in.d)
	cmds, err := manifest.Commands(line)
	if err != nil || len(cmds) == 0 {
		return "", false
	}
	args := cmds[len(cmds)-1].Args
	for i, a := range args {
		if p := path.Base(a); p != "python" && p != "python3" {
			continue
		}
		for j := i + 1; j < len(args); j++ {
			switch a := strings.TrimPrefix(args[j], "./"); {
			case a == "-m" && j+1 < len(args):
				f := in.moduleFile(args[j+1])
				if strings.HasSuffix(f, "/__init__.py") {
					f = path.Join(path.Dir(f), "__main__.py")
				}
				return f, in.c.known[f]
			case strings.HasPrefix(a, "-"): // -u
			case in.c.known[a]:
				m := in.c.module(a)
				return a, m != nil && (mainBlock(m) || acts(m)) && path.Base(a) != "manage.py"
			case in.c.known[path.Base(a)] && path.IsAbs(a):
				m := in.c.module(path.Base(a))
				return path.Base(a), m != nil && (mainBlock(m) || acts(m)) && path.Base(a) != "manage.py"
			default:
				return "", false
			}
		}
	}
	return "", false
}
