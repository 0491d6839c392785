package julia

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/julia/source"
	"dockgen/internal/safe"
)

// environment lists what the sources read from the environment. What Julia and its
// packages read themselves is no matter of the program.
func (pr *program) environment(s *detect.Service) {
	assigned := map[string]bool{}
	for _, f := range pr.reached {
		pr.variables(s, f, f.Tokens, assigned, 0)
	}
	s.Env = slices.DeleteFunc(s.Env, func(e detect.EnvVar) bool { return assigned[e.Name.String()] })
}

// usual are variables that the machine or Julia sets, or that the image does.
var usual = []string{"CI", "GENIE_ENV", "GENIE_HOST", "HOME", "HOSTNAME", "JULIA_CPU_TARGET", "JULIA_DEBUG", "JULIA_DEPOT_PATH", "JULIA_LOAD_PATH", "JULIA_NUM_THREADS", "JULIA_PKG_DEVDIR", "JULIA_PROJECT", "JULIA_REVISE", "LANG", "PATH", "PWD", "SHELL", "TERM", "TMPDIR", "USER"}

func (pr *program) variables(s *detect.Service, f *file, ts []source.Token, assigned map[string]bool, depth int) {
	for i, t := range ts {
		if depth < 4 {
			for _, hole := range t.Holes {
				pr.variables(s, f, hole, assigned, depth+1)
			}
		}
		if !t.Is("ENV") {
			continue
		}
		name := variable(ts, i)
		if name == "" || slices.Contains(usual, name) {
			continue
		}
		at := func(j int) source.Token {
			if j >= 0 && j < len(ts) {
				return ts[j]
			}
			return source.Token{}
		}
		direct := at(i + 1).Is("[")
		if direct && at(i+3).Is("]") && at(i+4).Is("=") && !at(i+5).Is("=") {
			if len(s.Env) == 0 || !slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name.String() == name }) {
				assigned[name] = true // the program sets it before it reads it
			}
			continue
		}
		env, err := safe.NewEnvName(name)
		if err != nil {
			continue
		}
		required := direct
		if k := slices.IndexFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == env }); k >= 0 {
			s.Env[k].Required = s.Env[k].Required && required
			continue
		}
		s.Env = append(s.Env, detect.EnvVar{Name: env, Required: required && env != s.PortEnv, Secret: secret(name), Why: []detect.Note{pr.note(f, t.Line, "reads $%s", name)}})
	}
}

func secret(name string) bool {
	name = strings.ToUpper(name)
	return strings.Contains(name, "SECRET") || strings.Contains(name, "PASSWORD") || strings.HasSuffix(name, "_PASS") || strings.Contains(name, "TOKEN") && !strings.Contains(name, "EXPIRES") || strings.HasSuffix(name, "_KEY") || strings.HasSuffix(name, "APIKEY")
}

// route is a path that the program answers.
type route struct {
	path string
	file *file
	line int
}

// routes are those that stand in the sources as they are: @get "/health",
// HTTP.register!(router, "GET", "/health", f), route("/health"), page("/health", f).
func (pr *program) routes(files []*file) []route {
	var out []route
	for _, f := range files {
		for _, c := range f.Calls {
			place := -1
			switch base := c.Base(); {
			case (base == "@get" || base == "@head" || base == "@route" || base == "get") && len(c.Args) > 0:
				place = 0
				if base == "@route" {
					place = 1
				}
				if base == "get" && len(c.Args) < 2 {
					place = -1
				}
			case base == "register" || base == "@register":
				for i, a := range c.Args {
					if len(a.Tokens) == 1 && a.Tokens[0].Plain() && strings.HasPrefix(a.Tokens[0].S, "/") {
						place = i
					} else if len(a.Tokens) == 1 && (a.Tokens[0].S == "POST" || a.Tokens[0].S == "PUT" || a.Tokens[0].S == "DELETE" || a.Tokens[0].S == "PATCH") {
						place = -1
						break
					}
				}
			case base == "route" && !slices.ContainsFunc(c.Args, func(a source.Arg) bool {
				return a.Name == "method" && len(a.Tokens) > 0 && a.Tokens[len(a.Tokens)-1].S != "GET"
			}):
				place = 0
			case base == "page" || base == "@page":
				place = 0
			}
			if place < 0 || place >= len(c.Args) || len(c.Args[place].Tokens) != 1 {
				continue
			}
			if t := c.Args[place].Tokens[0]; t.Plain() && strings.HasPrefix(t.S, "/") {
				out = append(out, route{t.S, f, c.Line})
			}
		}
	}
	return out
}

// healthPaths are what people call the route that tells whether a server is well.
var healthPaths = []string{"healthz", "health", "healthcheck", "health-check", "health_check", "livez", "live", "liveness", "readyz", "ready", "readiness", "heartbeat", "ping", "alive", "status"}

func (pr *program) health(s *detect.Service) {
	best := len(healthPaths)
	for _, r := range pr.routes(pr.reached) {
		i := slices.Index(healthPaths, path.Base(r.path))
		if i < 0 || i >= best || strings.ContainsAny(r.path, "{:*<") {
			continue
		}
		if p, err := safe.NewURLPath(r.path); err == nil {
			best, s.Health = i, detect.Found(p, pr.note(r.file, r.line, "answers %s", r.path))
		}
	}
}

// threads reports whether the sources use more than one thread.
func (pr *program) threads() bool {
	for _, f := range pr.reached {
		for _, c := range f.Calls {
			parallel := slices.ContainsFunc(c.Args, func(a source.Arg) bool { return a.Name == "parallel" && len(a.Tokens) == 1 && a.Tokens[0].Is("true") })
			if base := c.Base(); base == "serveparallel" || base == "@spawn" && strings.HasPrefix(c.Name, "Threads.") || base == "@threads" || c.Name == "@spawn" || base == "@tspawnat" || parallel && base == "serve" {
				return true
			}
		}
	}
	return false
}

// waits reports whether nothing at the top level keeps the program from ending: all that
// listens comes back at once.
func (pr *program) waits(all []listening) bool {
	if len(all) == 0 || slices.ContainsFunc(all, func(l listening) bool { return l.blocks }) {
		return false
	}
	for _, f := range pr.reached {
		for _, c := range f.Calls {
			switch base := c.Base(); {
			case base == "wait" || base == "fetch" || base == "readline" || base == "@sync" || c.Name == "Base.JLOptions":
				return false
			case c.Loop && (base == "sleep" || base == "accept" || base == "yield"):
				return false
			}
		}
	}
	return true
}
