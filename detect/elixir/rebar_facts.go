package elixir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/words"
	"dockgen/internal/safe"
)

func errorNoOTP(asked string) error {
	return fmt.Errorf("no release of Erlang/OTP is at least %q: name one with dockgen init --lang-version 28", safe.Visible(asked))
}

// erlangServers are the packages that listen, and the functions that start them.
var erlangServers = []struct {
	pkg   string
	calls []string
	port  safe.Port
}{
	{"cowboy", []string{"cowboy:start_clear", "cowboy:start_http", "cowboy:start_tls", "ranch:start_listener", "ranch:child_spec"}, 8080},
	{"nova", nil, 8080},
	{"elli", []string{"elli:start_link"}, 8080},
	{"mochiweb", []string{"mochiweb_http:start", "mochiweb_http:start_link"}, 8080},
	{"webmachine", []string{"webmachine_mochiweb:start"}, 8000},
	{"yaws", nil, 8080},
	{"livery", nil, 8080},
}

// listens finds the server that the program starts, and its port.
func (r *rebar) listens(s *detect.Service) {
	for _, server := range erlangServers {
		line, ok := r.deps[server.pkg]
		if !ok {
			continue
		}
		why := r.dir.Note(rebarFile, line, "depends on %s", server.pkg)
		s.Kind, s.Framework = detect.Server, detect.Found(server.pkg, why)
		why.Text += ", whose port was not found: 8080 is usual"
		s.Port = detect.Assumed(server.port, why)
		for i, source := range r.sources {
			for _, c := range words.Calls(source, ":") {
				if !slices.Contains(server.calls, c.Module+":"+c.Name) {
					continue
				}
				if p, line := portIn(slices.Concat(c.Args...)); p != 0 {
					s.Port = detect.Found(p, r.dir.Note(r.files[i], line, "listens on the port %d", p))
					return
				}
			}
		}
		r.configuredPort(s)
		return
	}
}

// configuredPort looks for a port in sys.config.
func (r *rebar) configuredPort(s *detect.Service) {
	for _, name := range []string{"config/prod.sys.config", "config/sys.config.src", "config/sys.config", "rel/sys.config"} {
		text, err := r.dir.Read(name)
		if err != nil {
			continue
		}
		all := words.Erlang(string(text))
		if p, line := portIn(all); p != 0 {
			s.Port = detect.Found(p, r.dir.Note(name, line, "names the port %d", p))
			return
		}
		for i := 0; i+4 < len(all); i++ {
			if isPortKey(all[i]) && all[i+1].Is(",") && all[i+2].Is("$") && all[i+3].Is("{") {
				if env, err := safe.NewEnvName(all[i+4].Text); err == nil {
					s.PortEnv = env
				}
				return
			}
		}
	}
}

func isPortKey(w words.Word) bool {
	return w.Kind == words.Name && (w.Text == "port" || w.Text == "http_port" || w.Text == "listen_port")
}

// portIn finds {port, 8080} or #{port => 8080}.
func portIn(all []words.Word) (safe.Port, int) {
	for i := 0; i+2 < len(all); i++ {
		if !isPortKey(all[i]) {
			continue
		}
		j := i + 1
		for j < len(all) && (all[j].Is(",") || all[j].Is("=") || all[j].Is(">")) {
			j++
		}
		if j == i+1 || j >= len(all) || all[j].Kind != words.Number {
			continue
		}
		n, err := strconv.Atoi(all[j].Text)
		if err != nil {
			continue
		}
		if p, err := safe.NewPort(n); err == nil {
			return p, all[j].Line
		}
	}
	return 0, 0
}

// erlangBacking are the packages that talk to a service beside the program.
var erlangBacking = map[string]string{
	"epgsql": "postgres", "pgo": "postgres", "mysql": "mysql", "emysql": "mysql", "eredis": "redis", "eredis_cluster": "redis", "mongodb": "mongo",
	"brod": "kafka", "kafka_protocol": "", "amqp_client": "rabbitmq", "mcd": "memcached", "enats": "nats", "kura": "postgres",
}

func (r *rebar) needs(s *detect.Service) {
	done := map[string]bool{}
	for _, name := range r.order {
		need := erlangBacking[name]
		if need == "" || done[need] {
			continue
		}
		done[need] = true
		n := detect.Need{Name: need, Why: []detect.Note{r.dir.Note(rebarFile, r.deps[name], "depends on %s", name)}}
		for _, b := range backing {
			if b.need == need {
				n.Settings = settingsByName(r.reads, "", b.env)
				break
			}
		}
		s.Needs = append(s.Needs, n)
	}
}

// environment lists what os:getenv reads, and what the templates of the configuration
// have filled in when the release starts.
func (r *rebar) environment(s *detect.Service) {
	found := map[string]*detect.EnvVar{}
	add := func(name string, required bool, why detect.Note) {
		env, err := safe.NewEnvName(name)
		if err != nil || !isEnvName(name) || ownEnv(name) {
			return
		}
		if v := found[name]; v != nil {
			v.Required = v.Required || required
			return
		}
		r.reads = append(r.reads, read{name: name, why: why})
		found[name] = &detect.EnvVar{Name: env, Required: required, Secret: secretRE().MatchString(name), Why: []detect.Note{why}}
	}
	for i, source := range r.sources {
		for _, c := range words.Calls(source, ":") {
			if c.Module == "os" && (c.Name == "getenv" || c.Name == "env") && len(c.Args) > 0 && len(c.Args[0]) == 1 && c.Args[0][0].Kind == words.String {
				name := c.Args[0][0].Text
				add(name, false, r.dir.Note(r.files[i], c.Line, "reads $%s", name))
			}
		}
	}
	for _, name := range []string{"config/sys.config.src", "config/vm.args.src", "config/prod.sys.config.src", "config/prod.vm.args.src"} {
		text, err := r.dir.Read(name)
		if err != nil {
			continue
		}
		for i, line := range strings.Split(string(text), "\n") {
			line, _, _ = strings.Cut(line, "%")
			for {
				_, rest, ok := strings.Cut(line, "${")
				if !ok {
					break
				}
				variable, after, ok := strings.Cut(rest, "}")
				if !ok {
					break
				}
				env, _, fallback := strings.Cut(variable, ":-")
				add(env, !fallback, r.dir.Note(name, i+1, "reads $%s", safe.Visible(env)))
				line = after
			}
		}
	}
	for _, v := range found {
		if v.Name == s.PortEnv {
			v.Required = false
		}
		s.Env = append(s.Env, *v)
	}
	slices.SortFunc(s.Env, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
}
