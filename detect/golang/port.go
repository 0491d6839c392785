package golang

import (
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// others tells of further ports.
func (e *eval) others(s *detect.Service, best listener, ls []listener) {
	seen := []string{best.addr.port.text()}
	for _, l := range ls {
		port := l.addr.port.text()
		if n, err := strconv.Atoi(port); err != nil || n == 80 || n == 443 || slices.Contains(seen, port) {
			continue
		}
		seen = append(seen, port)
		s.Notes = append(s.Notes, e.listenNote(l, "also listens on port %s, which is not published", port))
	}
}

// setRequired gives a program its port where it has none of its own.
func (e *eval) setRequired(s *detect.Service, a address, n int, l listener) {
	port := strconv.Itoa(n)
	switch env, option := a.port.first(envOf), a.port.first(flagOf); {
	case env != "":
		value := port
		if a.whole {
			value = ":" + port
		}
		e.set(s, env, value, "The program has no port of its own and ends without this one.")
		s.Notes = append(s.Notes, e.listenNote(l, "$%s has no default: the image sets it to %s", env, value))
	case option != "":
		value := port
		if a.whole || !strings.Contains(strings.ToLower(option), "port") {
			value = ":" + port
		}
		startWith(s, option, value)
		s.Notes = append(s.Notes, e.listenNote(l, "the flag %s has no default: the start command sets it to %s", option, value))
	default:
		s.Notes = append(s.Notes, e.listenNote(l, "the port is not in the sources: %d is assumed (dockgen init --port N)", n))
	}
}

// open makes a server that listens on the loopback address reachable.
func (e *eval) open(s *detect.Service, a address, n int, l listener) {
	host := a.host.text()
	outside := "0.0.0.0"
	env, option := a.host.first(envOf), a.host.first(flagOf)
	if a.whole {
		outside += ":" + strconv.Itoa(n)
	}
	switch {
	case option != "":
		startWith(s, option, outside)
		s.Notes = append(s.Notes, e.listenNote(l, "listens on %s, which nothing outside the container reaches: the start command sets %s %s", host, option, outside))
	case env != "":
		e.set(s, env, outside, "On "+host+", its default, nothing outside the container would reach it.")
		s.Notes = append(s.Notes, e.listenNote(l, "listens on %s, which nothing outside the container reaches: the image sets %s=%s", host, env, outside))
	case a.host.first(openerOf) != "":
		env = a.host.first(openerOf)
		e.set(s, env, strconv.Itoa(n), "Without it the program listens on "+host+" alone, where nothing outside the container would reach it.")
		s.Notes = append(s.Notes, e.listenNote(l, "listens on %s, which nothing outside the container reaches, unless $%s is set: the image sets %s=%d", host, env, env, n))
	default:
		s.Notes = append(s.Notes, e.listenNote(l, "listens on %s, which nothing outside the container reaches: change it to 0.0.0.0 here", host))
	}
}

func openerOf(p part) string { return p.opener }

// startWith adds words to the start command, if they can stand there.
func startWith(s *detect.Service, words ...string) bool {
	argv, err := safe.NewArgv(append(s.Start.V.Args(), words...)...)
	if err != nil {
		return false
	}
	s.Start.V = argv
	return true
}

func (e *eval) set(s *detect.Service, env, value, why string) {
	name, err := safe.NewEnvName(env)
	if err != nil {
		return
	}
	label, err := safe.NewLabel(value)
	if err != nil {
		return
	}
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: name, Value: label, Why: why})
}

// fallback takes the port of a server whose listening call was not found: the
// framework's, or a flag's of that name.
func (e *eval) fallback(s *detect.Service, fw framework) {
	for _, d := range e.flags {
		if name := strings.ToLower(d.name); name == "port" || name == "http-port" || name == "http_port" {
			if n, err := strconv.Atoi(e.flagValue(d).text()); err == nil && portOf(n) != 0 {
				s.Port = detect.Found(portOf(n), e.flagValue(d).why()...)
				return
			}
		}
	}
	if n, why := e.flagFilePort(); n != 0 {
		s.Port = detect.Found(portOf(n), why)
		return
	}
	if env, n, why := e.documentedPort(); n != 0 {
		e.set(s, env, strconv.Itoa(n), "The program has no port of its own.")
		s.Port = detect.Assumed(portOf(n), why)
		s.PortEnv, _ = safe.NewEnvName(env)
		return
	}
	if l, ok := e.onlyAddress(); ok {
		e.apply(s, l, fw)
		return
	}
	if fw.port != 0 {
		s.Port = detect.Assumed(portOf(fw.port), detect.Note{Text: "the port that " + fw.name + " listens on by itself"})
		s.PortEnv, _ = safe.NewEnvName(fw.portEnv)
		return
	}
	s.Port = detect.Assumed(portOf(fallbackPort), append(slices.Clone(e.opaque), detect.Note{Text: "no port was found in the sources (dockgen init --port N)"})...)
}

var portNameRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:(?:APP|API|SERVER|HTTP|WEB)_)*PORT$`)
})

// documentedPort is the one variable of the server's port that the program reads and
// gives no default to, with what the example of its variables says.
func (e *eval) documentedPort() (env string, n int, why detect.Note) {
	for _, c := range e.calls {
		name, ok := c.arg(0)
		if !ok || c.path != "os" || c.name != "Getenv" && c.name != "LookupEnv" || !portNameRE().MatchString(name) || name == env {
			continue
		}
		value, err := strconv.Atoi(e.examples()[name])
		if err != nil || portOf(value) == 0 {
			continue
		}
		if env != "" {
			return "", 0, why
		}
		env, n, why = name, value, e.note(c.at.f, c, "reads $%s, which the example of its variables sets to %d", name, value)
	}
	return env, n, why
}

var addressRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(|localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):([0-9]{2,5})$`)
})

// onlyAddress finds the one address to listen on among the program's strings,
// with the variable whose entry of a table it is the default of.
func (e *eval) onlyAddress() (listener, bool) {
	var found listener
	texts := map[string]bool{}
	for _, f := range e.reach.files {
		env := ""
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := str(n.Key); ok && envNameRE().MatchString(key) {
					env = key
				}
			case *ast.BasicLit:
				text, ok := str(n)
				if m := addressRE().FindStringSubmatch(text); !ok || m == nil || texts[text] || m[2] == "443" || slices.Contains(e.beside, m[2]) { // TLS is what stands before it
					return true
				}
				texts[text] = true
				found = listener{addr: splitAddress(parts{{text: text, known: true, env: env}}), why: e.note(f, n, "%s", n.Value)}
			}
			return true
		})
	}
	return found, len(texts) == 1
}
