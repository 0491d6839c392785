package python

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// launch is how the program is started, and where it listens then.
type launch struct {
	Argv     []string
	Port     int
	PortEnv  string
	Env      []pair // the image has to set
	Graceful bool
	Add      []string // packages that are installed beside those of the manifest
	Why      detect.Note
	PortWhy  detect.Note // where the port comes from; not set: nothing says it
	Notes    []detect.Note
	own      bool   // a program of the project's, which configures its server
	entry    string // the file that such a program begins with
	bare     bool   // the project starts it without further words
}

type pair struct{ Name, Value, Why string }

// everywhere is the address of all interfaces.
const everywhere = "0.0.0.0"

// The servers that run an application, the preferred one first. gunicorn before others
// for WSGI: it supervises its workers; uvicorn for ASGI: every framework documents it.
var (
	wsgiServers = []string{"gunicorn", "waitress", "granian", "uwsgi", "hypercorn", "cheroot"}
	asgiServers = []string{"uvicorn", "hypercorn", "daphne", "granian"}
)

// server picks the production server that is installed. It is the usual one where none
// is, and missing is true then.
func (p *project) server(k class) (name string, missing bool) {
	list, deflt := wsgiServers, "gunicorn"
	if k.protocol == asgi {
		list, deflt = asgiServers, "uvicorn"
	}
	if k.framework == "quart" {
		list, deflt = []string{"hypercorn", "uvicorn", "granian"}, "hypercorn"
	}
	for _, s := range list {
		if p.installed(s) || s == "uwsgi" && p.installed("pyuwsgi") {
			return s, false
		}
	}
	return deflt, true
}

// serve makes the command that runs an application under a production server.
func (in *inspection) serve(a app, port int) launch {
	name, missing := in.p.server(a.class)
	if a.protocol == asgi && in.p.installed("gunicorn") && in.gunicornConf("").runsASGI() {
		name, missing = "gunicorn", false
	}
	l := launch{Port: port, Graceful: true, Why: a.where(in.d), PortWhy: in.portWhy}
	if missing {
		l.Add = append(l.Add, name)
		l.Notes = append(l.Notes, detect.Note{Path: in.manifestName(), Text: fmt.Sprintf("names no production server: the image installs %s; add it yourself with %s", name, in.p.addCommand(name)), About: detect.Serving})
	}
	bind := fmt.Sprintf("%s:%d", everywhere, port)
	object := strings.TrimSuffix(a.Object, "()")
	plain := a.Module() + ":" + object
	switch name {
	case "gunicorn":
		l.Argv = []string{"gunicorn", "--bind", bind}
		if a.framework == "django" {
			plain = strings.TrimSuffix(plain, ":application")
		}
		conf := in.gunicornConf("")
		if conf != nil && conf.port != 0 && !loopback(conf.host) {
			l.Argv = l.Argv[:1]
			l.Port, l.PortEnv, l.PortWhy = conf.port, conf.env, in.d.Note(conf.name, conf.line, "bind")
		}
		in.gunicorn(&l, conf, a.class)
		if a.factory() {
			plain = a.ref()
		}
		l.Argv = append(l.Argv, plain)
	case "uvicorn":
		l.Argv = []string{"uvicorn", "--host", everywhere, "--port", strconv.Itoa(port)}
		if a.factory() {
			l.Argv = append(l.Argv, "--factory")
		}
		l.Argv = append(l.Argv, plain)
	case "hypercorn":
		l.Argv = []string{"hypercorn", "--bind", bind, "--access-logfile", "-", a.ref()}
	case "daphne":
		l.Argv = []string{"daphne", "-b", everywhere, "-p", strconv.Itoa(port), plain}
	case "granian":
		l.Argv = []string{"granian", "--interface", map[protocol]string{wsgi: "wsgi", asgi: "asgi"}[a.protocol], "--host", everywhere, "--port", strconv.Itoa(port)}
		if a.factory() {
			l.Argv = append(l.Argv, "--factory")
		}
		l.Argv = append(l.Argv, plain)
	case "waitress":
		l.Argv = []string{"waitress-serve", "--listen=" + bind}
		if a.factory() {
			l.Argv = append(l.Argv, "--call")
		}
		l.Argv = append(l.Argv, plain)
		l.Graceful = false // it sets no handler for SIGTERM
	case "uwsgi":
		in.uwsgi(&l, plain)
	case "cheroot":
		l.Argv = []string{"cheroot", "--bind", bind, plain}
		l.Graceful = false
	}
	return l
}

// addCommand is how a person adds a dependency with the project's manager.
func (p *project) addCommand(name string) string {
	if p == nil {
		return "a requirements.txt"
	}
	switch p.manager.V {
	case uv, poet, pdm:
		return p.manager.V + " add " + name
	case pipenv:
		return "pipenv install " + name
	}
	if p.reqs != nil {
		return "a line in " + p.reqs.Top
	}
	return "a line in the manifest"
}

// launchers are the programs of a shell line that serve, with how they are told where
// to listen.
var launchers = map[string]struct {
	bind, host, port string // flags
	short            map[string]string
	deflt            int
	graceful         bool
}{
	"gunicorn":       {bind: "--bind", short: map[string]string{"-b": "--bind"}, deflt: 8000, graceful: true},
	"uvicorn":        {host: "--host", port: "--port", deflt: 8000, graceful: true},
	"hypercorn":      {bind: "--bind", short: map[string]string{"-b": "--bind"}, deflt: 8000, graceful: true},
	"daphne":         {host: "--bind", port: "--port", short: map[string]string{"-b": "--bind", "-p": "--port"}, deflt: 8000, graceful: true},
	"granian":        {host: "--host", port: "--port", deflt: 8000, graceful: true},
	"waitress-serve": {bind: "--listen", host: "--host", port: "--port", deflt: 8080},
	"fastapi":        {host: "--host", port: "--port", deflt: 8000, graceful: true},
	"streamlit":      {host: "--server.address", port: "--server.port", deflt: 8501, graceful: true},
	"sanic":          {host: "--host", port: "--port", short: map[string]string{"-H": "--host", "-p": "--port"}, deflt: 8000, graceful: true},
	"litestar":       {host: "--host", port: "--port", short: map[string]string{"-H": "--host", "-p": "--port"}, deflt: 8000, graceful: true},
	"chainlit":       {host: "--host", port: "--port", deflt: 8000, graceful: true},
	"panel":          {host: "--address", port: "--port", deflt: 5006, graceful: true},
	// Its own defaults are 0.0.0.0 and $PORT (https://github.com/GoogleCloudPlatform/functions-framework-python).
	functionsServer: {port: "--port", deflt: 8080, graceful: true},
}

// fromCommand makes a launch of a command that the project itself names: of its Procfile,
// say. It is false for what an image can't run as it is.
func (in *inspection) fromCommand(cmd manifest.Command, why detect.Note) (launch, bool) {
	program := cmd.Program()
	if len(cmd.Args) > 2 && interpreter(program) && cmd.Args[1] == "-m" { // python -m gunicorn
		if _, ok := launchers[cmd.Args[2]]; ok && cmd.Args[2] != "streamlit" {
			program, cmd.Args = cmd.Args[2], cmd.Args[2:]
		}
	}
	known, ok := launchers[program]
	if !ok || cmd.Opaque && program != "gunicorn" || program == "fastapi" && slices.Contains(cmd.Args, "dev") {
		return launch{}, false
	}
	l := launch{Graceful: known.graceful, Why: why}
	for _, e := range cmd.Env {
		l.Env = append(l.Env, pair{e.Name, e.Value, ""})
	}
	args := withoutReload(splitFlags(cmd.Args, known.short))
	args[0] = program // of whichever environment: /venv/bin/gunicorn
	port, portEnv, guessed := 0, "", false
	conf := (*gunicornFile)(nil)
	if program == "gunicorn" {
		conf = in.gunicornConf(flagOf(args, "--config", "-c"))
	}
	take := func(flag string) (value string, at int) {
		for i, a := range args {
			if a == flag && i+1 < len(args) {
				return args[i+1], i + 1
			}
		}
		return "", -1
	}
	deflt := func(text string) (string, bool) { // with the variables' values, and whether PORT is one
		port := false
		for _, v := range cmd.Variables {
			with := manifest.Expand(text, v.Name, v.Default)
			if with != text && v.Name == "PORT" {
				port = true
				if v.Default == "" {
					guessed = true
					with = manifest.Expand(text, v.Name, strconv.Itoa(in.guessPort(known.deflt)))
				}
			}
			text = with
		}
		return text, port
	}
	for i, a := range args {
		if i > 0 && strings.Contains(a, "$") {
			text, isPort := deflt(a)
			if strings.Contains(text, "$") || text == "" {
				return launch{}, false
			}
			args[i] = text
			if isPort {
				portEnv = "PORT"
			}
		}
	}
	if known.bind != "" {
		if v, i := take(known.bind); i > 0 {
			host, n := splitBind(v)
			if n != 0 {
				port = n
				if host == "" || loopback(host) {
					args[i] = fmt.Sprintf("%s:%d", everywhere, n)
				}
			}
		} else if conf != nil && conf.port != 0 {
			port, portEnv = conf.port, conf.env
		}
	}
	if known.port != "" {
		if v, i := take(known.port); i > 0 {
			port = portOf(v)
		}
		if _, i := take(known.host); i > 0 {
			if loopback(args[i]) {
				args[i] = everywhere
			}
		} else if known.host != "" {
			args = append(args[:len(args):len(args)], known.host, everywhere)
		}
	}
	stated := port != 0 && !guessed
	if conf != nil && conf.port == port && stated {
		why = in.d.Note(conf.name, conf.line, "bind")
	}
	if port == 0 {
		port = in.guessPort(known.deflt)
		switch {
		case known.bind == "--bind":
			args = slices.Insert(args, 1, known.bind, fmt.Sprintf("%s:%d", everywhere, port))
		case known.port != "":
			args = append(args, known.port, strconv.Itoa(port))
		}
	}
	switch program {
	case "gunicorn":
		args = logToStdout(args)
	case "chainlit": // it would look for a browser, and watch the sources
		args = slices.DeleteFunc(args, func(a string) bool { return a == "-h" || a == "--headless" || a == "-w" || a == "--watch" })
		args = append(args, "--headless")
	}
	l.Argv, l.Port, l.PortEnv = args, port, portEnv
	if stated {
		l.PortWhy = why
	} else {
		l.PortWhy = in.portWhy
	}
	if program == "gunicorn" {
		in.gunicorn(&l, conf, class{protocol: wsgi})
	}
	if portEnv == "PORT" && (conf == nil || conf.env == "") {
		l.PortEnv = "" // expanded: the words hold the number
	}
	return l, true
}

// splitFlags writes "--bind=x" and "-b x" as "--bind", "x".
func splitFlags(args []string, short map[string]string) []string {
	var out []string
	for i, a := range args {
		if i > 0 && strings.HasPrefix(a, "--") {
			if name, value, ok := strings.Cut(a, "="); ok {
				out = append(out, name, value)
				continue
			}
		}
		if long, ok := short[a]; ok && i > 0 {
			a = long
		}
		out = append(out, a)
	}
	return out
}

// withoutReload takes the flags of development off.
func withoutReload(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "--reload" || a == "--debug" })
}

func flagOf(args []string, names ...string) string {
	for i, a := range args {
		if slices.Contains(names, a) && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// logToStdout replaces log files, which a container would keep to itself.
func logToStdout(args []string) []string {
	for i, a := range args {
		if (a == "--access-logfile" || a == "--log-file" || a == "--error-logfile") && i+1 < len(args) && args[i+1] != "-" {
			args[i+1] = "-"
		}
	}
	return args
}
