package elixir

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/words"
	"dockgen/internal/safe"
)

// gleamServers are the packages that listen, the framework before the server below it.
var gleamServers = []string{"wisp", "dream", "ewe", "mist", "gleam_cowboy", "gleam_elli", "glen"}

// listens finds the server that the program starts.
func (g *gleam) listens(s *detect.Service) {
	var why detect.Note
	for _, name := range gleamServers {
		note, ok := g.has(name)
		if !ok {
			continue
		}
		if !s.Framework.IsSet() {
			s.Framework = detect.Found(name, note)
		}
		why = note
	}
	if !s.Framework.IsSet() {
		for _, name := range []string{"argv", "glint", "clip"} {
			if _, ok := g.has(name); ok {
				s.Kind = detect.CLI
			}
		}
		return
	}
	s.Kind = detect.Server
	g.port(s, why)
	g.health(s)
	g.loopback(s, why)
}

// port finds it in mist.port(8000), or in what stands in for the variable PORT.
func (g *gleam) port(s *detect.Service, why detect.Note) {
	for i, all := range g.sources {
		for n, w := range all {
			if w.Kind != words.String || w.Text != "PORT" {
				continue
			}
			s.PortEnv = safe.EnvNameOf("PORT")
			for _, next := range all[n:min(n+40, len(all))] {
				if p, ok := portOf(next); ok {
					s.Port = detect.Found(p, g.dir.Note(g.files[i], next.Line, "listens on the port $PORT, else %d", p))
					return
				}
			}
		}
	}
	for i, all := range g.sources {
		for _, c := range words.Calls(all, ".") {
			named := c.Name == "port" || c.Name == "listening" || c.Name == "run_service" || c.Name == "serve" || c.Name == "listen" || c.Name == "start" && c.Module == "cowboy"
			if !named {
				continue
			}
			for _, w := range slices.Concat(c.Args...) {
				if p, ok := portOf(w); ok {
					s.Port = detect.Found(p, g.dir.Note(g.files[i], w.Line, "listens on the port %d", p))
					return
				}
			}
		}
	}
	why.Text += ", which listens on the port 4000 unless told otherwise"
	s.Port = detect.Assumed(safe.Port(4000), why)
}

func portOf(w words.Word) (safe.Port, bool) {
	n, err := strconv.Atoi(w.Text)
	if w.Kind != words.Number || err != nil || n < 80 {
		return 0, false
	}
	p, err := safe.NewPort(n)
	return p, err == nil
}

// health finds a route about health: ["healthz"] -> in a case of the path's segments.
func (g *gleam) health(s *detect.Service) {
	best := len(healthNames)
	for i, all := range g.sources {
		for n := 0; n+4 < len(all); n++ {
			if !all[n].Is("[") || all[n+1].Kind != words.String || !all[n+2].Is("]") {
				continue
			}
			after := slices.IndexFunc(all[n+3:min(n+8, len(all))], func(w words.Word) bool { return w.Is("-") || w.Is(",") })
			rank := slices.Index(healthNames, all[n+1].Text)
			if after < 0 || rank < 0 || rank >= best {
				continue
			}
			if p, err := safe.NewURLPath("/" + all[n+1].Text); err == nil {
				best = rank
				s.Health = detect.Found(p, g.dir.Note(g.files[i], all[n].Line, "route %s", p))
			}
		}
	}
}

// loopback notes a server that only its own container reaches.
// https://hexdocs.pm/mist/mist.html#bind
func (g *gleam) loopback(s *detect.Service, why detect.Note) {
	if _, ok := g.has("mist"); !ok {
		return
	}
	if v, _, ok := parseNumbers(g.lock["mist"]); ok && v[0] < 3 {
		return // it listened everywhere
	}
	for _, all := range g.sources {
		for _, c := range words.Calls(all, ".") {
			if c.Name == "bind" {
				return
			}
		}
	}
	why.Text = "mist listens on localhost alone, where nothing outside of the container reaches it: add mist.bind(\"0.0.0.0\")"
	s.Notes = append(s.Notes, why)
}

// gleamBacking are the packages that talk to a service beside the program.
var gleamBacking = []struct{ pkg, need, prefix string }{
	{"pog", "postgres", "DATABASE POSTGRES PG DB"}, {"gleam_pgo", "postgres", "DATABASE POSTGRES PG DB"}, {"pgo", "postgres", "DATABASE POSTGRES PG DB"},
	{"shork", "mysql", "DATABASE MYSQL DB"}, {"radish", "redis", "REDIS"}, {"valkyrie", "valkey", "REDIS VALKEY"}, {"carotte", "rabbitmq", "AMQP RABBIT"},
	{"mungo", "mongo", "MONGO"}, {"franz", "kafka", "KAFKA"},
}

func (g *gleam) needs(s *detect.Service) {
	done := map[string]bool{}
	for _, b := range gleamBacking {
		why, ok := g.has(b.pkg)
		if !ok || done[b.need] {
			continue
		}
		done[b.need] = true
		need := detect.Need{Name: b.need, Why: []detect.Note{why}}
		for _, r := range g.reads() {
			fits := slices.ContainsFunc(strings.Fields(b.prefix), func(p string) bool { return strings.HasPrefix(r.name, p) })
			if name, err := safe.NewEnvName(r.name); err == nil && fits && strings.HasSuffix(r.name, "URL") {
				need.Settings = []detect.NeedSetting{{Env: name, Part: detect.PartURL}}
				break
			}
		}
		s.Needs = append(s.Needs, need)
	}
	if _, ok := g.has("sqlight"); ok {
		s.State = append(s.State, safe.RelPathOf("data"))
	}
}

// reads are the variables that the program reads: envoy.get("A"), os.get_env("A").
func (g *gleam) reads() []read {
	var out []read
	for i, all := range g.sources {
		for _, c := range words.Calls(all, ".") {
			if !strings.Contains(c.Module, "env") && !strings.Contains(c.Name, "env") || len(c.Args) == 0 || len(c.Args[0]) != 1 {
				continue
			}
			if w := c.Args[0][0]; w.Kind == words.String && isEnvName(w.Text) && !ownEnv(w.Text) {
				out = append(out, read{name: w.Text, why: g.dir.Note(g.files[i], w.Line, "reads $%s", w.Text)})
			}
		}
	}
	return out
}

func (g *gleam) environment(s *detect.Service) {
	seen := map[string]bool{}
	for _, r := range g.reads() {
		name, err := safe.NewEnvName(r.name)
		if err != nil || seen[r.name] {
			continue
		}
		seen[r.name] = true
		s.Env = append(s.Env, detect.EnvVar{Name: name, Secret: secretRE().MatchString(r.name), Why: []detect.Note{r.why}})
	}
	slices.SortFunc(s.Env, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
}
