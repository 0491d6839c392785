package r

import (
	"strings"

	"dockgen/detect/r/source"
)

// The names of what serves.
const (
	plumber    = "plumber"
	plumber2   = "plumber2"
	shiny      = "shiny"
	ambiorix   = "ambiorix"
	restRserve = "restrserve"
	httpuv     = "httpuv"
	fiery      = "fiery"
	beakr      = "beakr"
	opencpu    = "opencpu"
)

// usual are the ports of those whose programs name none: each one's documentation, and
// for Shiny the port of Shiny Server, for Shiny itself takes any that is free.
var usual = map[string]int{plumber: 8000, plumber2: 8080, shiny: 3838, ambiorix: 3000, restRserve: 8080, httpuv: 8080, fiery: 8080, beakr: 25118, opencpu: 5656}

// listener is a call that serves until the program is stopped.
type listener struct {
	framework  string
	call       source.Call
	host, port source.Value
	// hostless says that the call names no address to listen on.
	hostless bool
	object   bool   // it only makes the application, which Shiny runs once it is printed
	app      string // the file or folder that it serves, "" where that is the script itself
}

// loopback reports whether nobody outside the machine reaches an address.
func loopback(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}

// reachable reports whether the container's network reaches what listens there.
func (l listener) reachable() bool {
	switch l.framework {
	case ambiorix, restRserve: // they take every address by themselves
		return l.hostless || l.host.Known && !loopback(l.host.Text) || l.host.Env != ""
	}
	return l.host.Known && !loopback(l.host.Text) || l.host.Env != "" && !l.host.Known
}

// maxListeners is how many calls that serve are looked at in one source.
const maxListeners = 8

// listeners are the calls of a source that serve when it is run.
func listeners(f *source.File) []listener {
	var out []listener
	for _, c := range f.Calls {
		if !c.Runs() || len(out) >= maxListeners {
			continue
		}
		if l, ok := listen(f, c); ok {
			l.call = c
			out = append(out, l)
		}
	}
	return out
}

// listen reads one call. The places of arguments are those of each function's
// definition.
func listen(f *source.File, c source.Call) (l listener, ok bool) {
	take := func(framework string, host, port int) (listener, bool) {
		l.framework = framework
		l.host, l.port = f.Eval(c.Arg("host", host)), f.Eval(c.Arg("port", port))
		l.hostless = len(c.Arg("host", host)) == 0
		return l, true
	}
	from := func(p string) bool { return c.Space == p || c.Space == "" && !c.Method }
	switch c.Name {
	case "runApp":
		if from(shiny) {
			l.app = f.Eval(c.Arg("appDir", 0)).Text
			return take(shiny, 3, 1)
		}
	case "shinyApp", "shinyAppDir", "shinyAppFile", "shinyUiApp":
		if from(shiny) || c.Space == "bslib" {
			l.object = true
			if options, ok := f.List(c.Arg("options", -1)); ok {
				c = options
			}
			return take(shiny, -1, -1)
		}
	case "app":
		if c.Space == "rhino" || c.Space == "" && !c.Method && f.Uses("rhino") {
			l.object = true
			return take(shiny, -1, -1)
		}
	case "pr_run":
		if from(plumber) {
			l.app = routed(f)
			return take(plumber, 1, 2)
		}
	case "run":
		switch {
		case c.Space == "rmarkdown":
			l.app = f.Eval(c.Arg("file", 0)).Text
			if options, ok := f.List(c.Arg("shiny_args", -1)); ok {
				c = options
			}
			return take(shiny, -1, -1)
		case c.Method && (f.Uses(plumber) || f.Has("plumb") || f.Has("pr")):
			l.app = routed(f)
			return take(plumber, 0, 1)
		}
	case "api_run":
		if from(plumber2) {
			l, ok = take(plumber2, 1, 2)
			return l.completed(f, "api"), ok
		}
	case "ignite":
		switch {
		case f.Uses(plumber2):
			l, ok = take(plumber2, -1, -1)
			return l.completed(f, "api"), ok
		case f.Uses(fiery):
			l, ok = take(fiery, -1, -1)
			return l.completed(f, "new"), ok
		}
	case "start":
		switch {
		case c.Method && f.Uses("RestRserve"):
			l, ok = take(restRserve, -1, -1)
			l.port = f.Eval(c.Arg("http_port", 1))
			return l, ok
		case c.Method && f.Uses(ambiorix):
			l, ok = take(ambiorix, -1, -1)
			for _, a := range c.Args { // the two have changed places once
				if v := f.Eval(a.Value); a.Name == "" && v.Known {
					if _, isPort := v.Number(); isPort {
						l.port = v
					} else {
						l.host, l.hostless = v, false
					}
				}
			}
			return l.completed(f, "new"), ok
		}
	case "runServer", "startServer":
		if from(httpuv) && f.Uses(httpuv) {
			return take(httpuv, 0, 1)
		}
	case "listen":
		if f.Uses(beakr) {
			return take(beakr, 1, 2)
		}
	case "ocpu_start_server":
		l, ok = take(opencpu, -1, 0)
		l.host, l.hostless = source.Value{Text: "0.0.0.0", Known: true}, false
		return l, ok
	}
	return listener{}, false
}

// completed takes what the call of that name says that made the application.
func (l listener) completed(f *source.File, name string) listener {
	for _, c := range f.Calls {
		if c.Name != name {
			continue
		}
		if v := c.Arg("host", -1); l.hostless && len(v) > 0 {
			l.host, l.hostless = f.Eval(v), false
		}
		if v := f.Eval(c.Arg("port", -1)); !l.port.Known && l.port.Env == "" {
			l.port = v
		}
		if l.app == "" && name == "api" {
			l.app = f.Eval(c.Arg("", 0)).Text
		}
	}
	return l
}

// routed is the file whose routes a source of plumber serves, "" where it makes them
// itself.
func routed(f *source.File) string {
	for _, c := range f.Calls {
		if c.Method || c.Name != "plumb" && c.Name != "pr" {
			continue
		}
		v := f.Eval(c.Arg("file", 0))
		if v.Known && v.Text != "" {
			return v.Text
		}
		if dir := f.Eval(c.Arg("dir", 1)); c.Name == "plumb" && dir.Known && dir.Text != "" && dir.Text != "." {
			return strings.TrimSuffix(dir.Text, "/") + "/plumber.R"
		}
		if c.Name == "plumb" && len(c.Args) == 0 {
			return "plumber.R"
		}
	}
	return ""
}

// plain are the calls of a script that does nothing but serve.
var plain = map[string]bool{
	"library": true, "require": true, "suppressPackageStartupMessages": true, "suppressWarnings": true, "suppressMessages": true, "plumb": true, "pr": true, "run": true, "pr_run": true,
	"print": true, "cat": true, "message": true, "Sys.getenv": true, "as.numeric": true, "as.integer": true, "strtoi": true, "list": true, "c": true,
	"setwd": true, "rm": true, "ls": true, "interactive": true, "paste": true, "paste0": true, "runApp": true, "api": true, "api_run": true,
	"here": true, "file.path": true, "getOption": true, "ifelse": true, "nzchar": true, "is.na": true, "getwd": true, "nchar": true, "is.null": true, "return": true, "pr_set_debug": true, "pr_set_docs": true, "setDocs": true,
}

// onlyServes reports whether a script does no more than to serve a file.
func onlyServes(f *source.File) bool {
	for _, c := range f.Calls {
		if c.Runs() && !plain[c.Name] {
			return false
		}
	}
	return true
}

// healthy are the paths that tell of a service's health, the best first.
var healthy = []string{"/healthz", "/health", "/health-check", "/healthcheck", "/health_check", "/livez", "/live", "/ready", "/readyz", "/ping", "/heartbeat", "/status", "/alive"}

// routes are the paths that a GET of plumber answers, with their lines.
func routes(f *source.File) map[string]int {
	out := map[string]int{}
	for _, t := range f.Tags {
		if t.Name == "get" || t.Name == "head" || t.Name == "any" {
			if words := strings.Fields(t.Text); len(words) > 0 {
				out[words[0]] = t.Line
			}
		}
	}
	for _, c := range f.Calls {
		switch c.Name {
		case "pr_get", "api_get":
			if v := f.Eval(c.Arg("path", 1)); v.Known {
				out[v.Text] = c.Line
			}
		case "add_get", "get", "add_route": // RestRserve, ambiorix
			if v := f.Eval(c.Arg("path", 0)); v.Known && c.Method && strings.HasPrefix(v.Text, "/") {
				out[v.Text] = c.Line
			}
		case "vetiver_api", "vetiver_pr_post":
			out["/ping"] = c.Line
		}
	}
	return out
}

// routing are plumber's annotations that make a file an API.
var routing = map[string]bool{"get": true, "post": true, "put": true, "delete": true, "patch": true, "head": true, "options": true, "use": true, "plumber": true, "assets": true, "apiTitle": true}

// isAPI reports whether a file is one that plumber reads: its annotations are no
// documentation of a package.
func isAPI(f *source.File) bool {
	n := 0
	for _, t := range f.Tags {
		switch t.Name {
		case "export", "return", "examples", "importFrom":
			return false
		case "assets", "plumber", "apiTitle":
			n++
		default:
			if routing[t.Name] && strings.HasPrefix(t.Text, "/") {
				n++
			}
		}
	}
	return n > 0
}
