package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// script finds a program that is no server: a bot, a job, a command for people.
func (in *inspection) script() (program, bool) {
	if g, ok := in.crawler(); ok {
		return g, true
	}
	if in.extraCommand() {
		return program{}, false
	}
	if g, ok := in.console(); ok {
		in.nameBot(&g)
		return g, true
	}
	if file, ok := in.entryScript(); ok {
		g := in.fromFile(file)
		g.kind = in.kindOf(file)
		in.nameBot(&g)
		if g.kind == detect.Server {
			in.listen(&g, "")
		}
		return g, true
	}
	return program{}, false
}

// scriptNames are what people call the file that is run, the likeliest first.
var scriptNames = []string{"main", "__main__", "app", "run", "bot", "server", "start", "index", "worker", "cli", "script", "job", "wsgi"}

// entryScript finds the file that is run as a script.
func (in *inspection) entryScript() (string, bool) {
	if f, ok := in.ownScript(); ok {
		return f, true
	}
	best, rank := "", -1
	for _, f := range in.c.files {
		depth := strings.Count(strings.TrimPrefix(f, "src/"), "/")
		base := strings.TrimSuffix(path.Base(f), ".py")
		at := slices.Index(scriptNames, base)
		if depth > 1 || depth == 1 && at < 0 {
			continue
		}
		m := in.c.module(f)
		if m == nil || base == "__init__" || base == "setup" || base == "gunicorn.conf" {
			continue
		}
		r := 0
		if at >= 0 {
			r += 40 - at
		}
		if mainBlock(m) {
			r += 50
		} else if at < 0 || !acts(m) {
			continue
		}
		if path.Dir(f) == in.packageDir() { // the package's own, after which the project is called
			r += 20
		}
		r -= 15 * depth
		if r > rank {
			best, rank = f, r
		}
	}
	return best, best != ""
}

// packageDir is the folder of the package that the project is named after.
func (in *inspection) packageDir() string {
	n := strings.ReplaceAll(in.projectName(), "-", "_")
	if n == "" {
		return ""
	}
	for _, dir := range []string{n, path.Join("src", n)} {
		if in.d.HasDir(dir) {
			return dir
		}
	}
	return ""
}

// acts reports whether importing the module does more than define things.
func acts(m *source.Module) bool {
	for s := range source.Now(m.Body) {
		if s.Kind == source.ExprStmt && s.Value != nil && s.Value.Kind == source.Call {
			return true
		}
	}
	return false
}

// fromFile describes a program that is run as a script.
func (in *inspection) fromFile(file string) program {
	root := in.c.importRoot(file)
	if root != path.Dir(file) || root == "src" {
		in.place(root)
	} else if root != "." {
		in.root = root
	}
	why := in.d.Note(file, 0, "is run as a script")
	for _, s := range in.c.module(file).Body {
		if source.IsMain(s) {
			why = in.d.Note(file, s.Line, "if __name__ == \"__main__\"")
		}
	}
	argv := []string{"python", file}
	if in.root != "." {
		argv[1] = strings.TrimPrefix(file, in.root+"/")
	}
	switch {
	case path.Base(file) == "__main__.py" && path.Dir(file) != ".":
		module := dotted(file, root)
		argv = []string{"python", "-m", strings.TrimSuffix(module, ".__main__")}
	case root == "." && path.Dir(file) != ".": // looked up from above its folder
		argv = []string{"python", "-m", dotted(file, root)}
	}
	return program{main: file, mainWhy: why, entry: file, launch: launch{Argv: argv, Why: why, Graceful: in.handlesSignals(file, root)}}
}

// handlesSignals reports whether the program sets a handler for SIGTERM, or runs what does.
func (in *inspection) handlesSignals(file, root string) bool {
	for _, f := range in.c.reachable(file, root, 60) {
		if !in.c.mentions(f, "SIGTERM", "run_app", "uvicorn", "run_polling", "start_polling") {
			continue
		}
		m := in.c.module(f)
		for e := range source.Calls(m.Body) {
			switch full := m.Callee(e); {
			case full == "signal.signal" || strings.HasSuffix(full, ".add_signal_handler") || e.X.Kind == source.Attr && e.X.Text == "add_signal_handler":
				if s := e.Arg("", 0); s != nil && (s.Text == "SIGTERM" || s.Kind == source.Name) {
					return true
				}
			case full == "uvicorn.run" || full == "aiohttp.web.run_app":
				return true
			case e.X.Kind == source.Attr && (e.X.Text == "run_polling" || e.X.Text == "start_polling"): // python-telegram-bot, aiogram
				return true
			}
		}
	}
	return false
}

// listen finds where a script listens.
func (in *inspection) listen(g *program, framework string) {
	if heard := in.heard(g.entry, in.root); len(heard) > 0 {
		l := heard[0]
		g.launch.Port, g.launch.PortEnv, g.launch.PortWhy = l.Port, l.Env, l.Why
		if g.open = l.open; l.open && !g.framework.IsSet() {
			g.framework = detect.Found("grpc", l.Why)
		}
		in.unbind(&g.launch, l)
		return
	}
	if port, env, why := in.ownPort(g.entry); port != 0 {
		g.launch.Port, g.launch.PortEnv, g.launch.PortWhy = port, env, why
		return
	}
	g.launch.Port = in.guessPort(framePort(framework))
	g.launch.PortWhy = in.portWhy
	for _, f := range in.c.files {
		if strings.Count(f, "/") <= 2 && in.c.mentions(f, `"PORT"`, `'PORT'`) {
			if m := in.c.module(f); m != nil && slices.ContainsFunc(m.Envs(nil), func(e source.Env) bool { return e.Name == "PORT" }) {
				g.launch.PortEnv = "PORT"
			}
		}
	}
}

// bots are the frameworks of programs that wait for messages, by their distribution.
var bots = []struct{ dist, framework string }{
	{"discord-py", "discord.py"}, {"py-cord", "pycord"}, {"nextcord", "nextcord"}, {"disnake", "disnake"}, {"interactions-py", "interactions.py"}, {"hikari", "hikari"}, {"twitchio", "twitchio"},
	{"aiogram", "aiogram"}, {"python-telegram-bot", "python-telegram-bot"}, {"pytelegrambotapi", "pytelegrambotapi"}, {"telethon", "telethon"}, {"pyrogram", "pyrogram"}, {"slack-bolt", "slack-bolt"},
}

// nameBot names the framework of a worker that is a bot.
func (in *inspection) nameBot(g *program) {
	if g.kind != detect.Worker || g.framework.IsSet() {
		return
	}
	for _, b := range bots {
		if r, ok := in.p.find(b.dist); ok {
			g.framework = detect.Found(b.framework, r.Why)
			return
		}
	}
}

// waits are distributions whose programs run until they are stopped.
var waits = []string{
	"discord-py", "py-cord", "nextcord", "disnake", "interactions-py", "hikari", "python-telegram-bot", "aiogram", "telethon", "pyrogram", "pytelegrambotapi", "slack-bolt", "twitchio", "irc3",
	"apscheduler", "schedule", "kafka-python", "confluent-kafka", "aiokafka", "faust-streaming", "pika", "aio-pika", "paho-mqtt", "watchdog", "nats-py", "aiomqtt", "asyncio-mqtt", "temporalio", "prefect",
}

// kindOf says what a script does: serve, wait for work, or end.
func (in *inspection) kindOf(file string) detect.Kind {
	root := in.c.importRoot(file)
	if len(in.c.listens(file, root)) > 0 {
		return detect.Server
	}
	for _, name := range waits {
		if _, ok := in.p.find(name); ok {
			return detect.Worker
		}
	}
	arguments := false
	for _, f := range in.c.reachable(file, root, 60) {
		m := in.c.module(f)
		if m == nil {
			continue
		}
		for _, i := range m.Imports() {
			switch i.Module {
			case "argparse", "click", "typer", "fire", "docopt":
				arguments = true
			}
		}
		if len(in.c.listens(f, root)) > 0 {
			return detect.Server
		}
		if loops(m) {
			return detect.Worker
		}
	}
	if arguments {
		return detect.CLI
	}
	return detect.Job
}

// loops reports whether the module has a `while True` with a sleep in it.
func loops(m *source.Module) bool {
	for s := range source.All(m.Body) {
		if s.Kind != source.Block || s.Value == nil || len(s.Value.Elts) != 1 || !(s.Value.Elts[0].Is("True") || s.Value.Elts[0].Text == "1") {
			continue
		}
		for e := range source.Calls(s.Body) {
			if full := m.Callee(e); full == "time.sleep" || full == "asyncio.sleep" || strings.HasSuffix(full, "run_pending") {
				return true
			}
		}
	}
	return false
}

// scripts are the commands that the project installs.
func (in *inspection) scripts() []script {
	if in.p == nil {
		return nil
	}
	var out []script
	if in.p.py != nil && in.installsItself() {
		out = in.p.py.scripts(in.d)
	}
	if in.p.setup != nil && in.installsItself() {
		out = append(out, in.p.setup.Scripts...)
	}
	return out
}

// extraCommand reports whether the project's commands need an extra that is called after
// them: a library keeps apart there what those who import it don't want.
func (in *inspection) extraCommand() bool {
	if in.p == nil || in.p.py == nil || in.p.py.Project == nil || len(in.p.py.Project.Scripts) == 0 || in.inContainer() {
		return false
	}
	for name, list := range in.p.py.Project.Optional {
		if n := normal(name); (n == "cli" || n == "command-line") && len(list) > 0 {
			return true
		}
	}
	return false
}

// console is a command of the project as a program.
func (in *inspection) console() (program, bool) {
	list := in.scripts()
	if len(list) == 0 {
		return program{}, false
	}
	s := in.mainScript(list)
	module, _, _ := strings.Cut(s.Target, ":")
	file := in.moduleFile(module)
	in.started = true
	g := program{kind: detect.CLI, main: s.Target, mainWhy: s.Why, entry: file, launch: launch{Argv: []string{s.Name}, Why: s.Why}}
	if file != "" {
		g.kind = in.kindOf(file)
		if g.kind == detect.Job {
			g.kind = detect.CLI
		}
		g.launch.Graceful = in.handlesSignals(file, in.c.importRoot(file))
	}
	return g, true
}

// mainScript prefers the command that is called as the project is.
func (in *inspection) mainScript(list []script) script {
	for _, s := range list {
		if normal(s.Name) == normal(in.projectName()) {
			return s
		}
	}
	for _, want := range []string{"server", "serve", "start", "run", "web", "app", "main"} {
		for _, s := range list {
			if s.Name == want {
				return s
			}
		}
	}
	return list[0]
}

// moduleFile finds a module of the project, under src too.
func (in *inspection) moduleFile(module string) string {
	for _, root := range []string{".", "src", "lib"} {
		if f := in.c.resolve("", root, module, 0); f != "" {
			return f
		}
	}
	return ""
}
