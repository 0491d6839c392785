package python

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// bindNotes says that the code alone would not be reached from outside.
func (in *inspection) bindNotes(l listening) []detect.Note {
	if l.call == "" || !loopback(l.Host) || l.Dev {
		return nil
	}
	return []detect.Note{{Path: l.Why.Path, Line: l.Why.Line, Text: fmt.Sprintf("binds to %s: the image starts the server itself, on %s", l.Host, everywhere), About: detect.Serving}}
}

// port is where an application should listen: what its code says, or the usual port of
// its framework.
func (in *inspection) port(a app) (int, listening) {
	for _, l := range in.heard(a.File, a.Root) {
		if l.Port != 0 && !(l.Dev && l.Port == 5000 && (l.Host == "" || loopback(l.Host))) {
			in.portWhy = l.Why
			return l.Port, l
		}
	}
	return in.guessPort(framePort(a.framework)), listening{}
}

// heard are the calls that start a server in the application's module and those that
// it is made or run from.
func (in *inspection) heard(file, root string) []listening {
	out := in.c.listens(file, root)
	for _, f := range in.c.files {
		base := strings.TrimSuffix(path.Base(f), ".py")
		if f != file && (slices.Contains(entryNames, base) || base == "cli" || base == "manage") && strings.Count(f, "/") <= 2 {
			out = append(out, in.c.listens(f, root)...)
		}
	}
	for _, f := range in.c.files {
		if strings.Count(f, "/") == 0 && f != file && !slices.Contains(entryNames, strings.TrimSuffix(f, ".py")) {
			out = append(out, in.c.listens(f, root)...)
		}
	}
	return out
}

func framePort(framework string) int {
	switch framework {
	case "streamlit":
		return 8501
	case "gradio":
		return 7860
	case "dash":
		return 8050
	case "aiohttp", "nicegui":
		return 8080
	case "tornado":
		return 8888
	case "panel":
		return 5006
	}
	return 8000
}

// guessPort is a port that the project names where the code says none: the default of an
// option or of the variable PORT.
func (in *inspection) guessPort(deflt int) int {
	in.portWhy = detect.Note{}
	for _, f := range in.c.files {
		if strings.Count(f, "/") > 2 || !in.c.mentions(f, "PORT", "--port") {
			continue
		}
		m := in.c.module(f)
		for _, e := range m.Envs(nil) {
			if n := portOf(evaluate(m, e.Default).Text); e.Name == "PORT" && n != 0 {
				in.portWhy = in.d.Note(f, e.Line, "PORT is %d by default", n)
				return n
			}
		}
		for _, o := range in.c.options(f) {
			if n := portOf(o.Default.Text); o.has("--port") && n != 0 {
				in.portWhy = in.d.Note(f, o.Line, "--port is %d by default", n)
				return n
			}
		}
	}
	for _, f := range in.c.files {
		for _, l := range in.c.quickListens(f) {
			if l.Port != 0 && !(l.Dev && l.Port == 5000 && (l.Host == "" || loopback(l.Host))) {
				in.portWhy = l.Why
				return l.Port
			}
		}
	}
	return deflt
}

// quickListens is listens for files that could be meant.
func (c *code) quickListens(f string) []listening {
	base := strings.TrimSuffix(path.Base(f), ".py")
	if strings.Count(f, "/") > 0 || !slices.Contains(entryNames, base) {
		return nil
	}
	return c.listens(f, ".")
}

// ownPort is the default of the only variable of a script's modules that names a port of
// the program's own: SHOP_PORT, and not DB_PORT or SMTP_PORT.
func (in *inspection) ownPort(file string) (int, string, detect.Note) {
	port, env, why := 0, "", detect.Note{}
	for _, f := range in.c.reachable(file, in.c.importRoot(file), maxReach) {
		if !in.c.mentions(f, "PORT") {
			continue
		}
		m := in.c.module(f)
		if m == nil {
			continue
		}
		for _, e := range m.Envs(nil) {
			words := strings.Split(strings.ToUpper(e.Name), "_")
			n := portOf(evaluate(m, e.Default).Text)
			if words[len(words)-1] != "PORT" || n == 0 || slices.ContainsFunc(words[:len(words)-1], others) {
				continue
			}
			if port != 0 && e.Name != env {
				return 0, "", detect.Note{}
			}
			port, env, why = n, e.Name, in.d.Note(f, e.Line, "%s is %d by default", e.Name, n)
		}
	}
	return port, env, why
}

// others reports whether a word of a variable's name speaks of another server.
func others(word string) bool {
	return serviceWords[word] != "" || slices.Contains([]string{"DB", "DATABASE", "MAIL", "EMAIL", "SMTP", "IMAP", "LDAP", "PROXY", "STATSD", "METRICS", "PROMETHEUS", "DEBUG", "BROKER", "CACHE", "QUEUE", "REMOTE", "CLIENT", "TARGET"}, word)
}
