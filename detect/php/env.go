package php

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// reads are the variables that the sources and the configuration read, the first
// place of each.
func (p *project) reads() []read {
	if p.envs != nil {
		return p.envs
	}
	p.envs = []read{}
	seen := map[string]bool{}
	for _, f := range p.sources() {
		for _, e := range source.Envs(f.tokens) {
			if !seen[e.Name] {
				seen[e.Name] = true
				p.envs = append(p.envs, read{e, p.d.Note(f.name, e.Line, "reads %s", safe.Visible(e.Name))})
			}
		}
	}
	return p.envs
}

type read struct {
	source.EnvRead
	why detect.Note
}

// environment lists the variables that the program reads.
func (p *project) environment(s *detect.Service) {
	for _, r := range p.reads() {
		p.variable(s, r.Name, false, r.why)
	}
}

// variable adds a variable that the program reads; what the image sets is not one.
func (p *project) variable(s *detect.Service, name string, required bool, why detect.Note) {
	n, err := safe.NewEnvName(name)
	if err != nil || name != strings.ToUpper(name) || slices.ContainsFunc(s.SetEnv, func(o detect.Setting) bool { return o.Name == n }) || n == s.PortEnv {
		return
	}
	for i := range s.Env {
		if s.Env[i].Name == n {
			s.Env[i].Required = s.Env[i].Required || required
			return
		}
	}
	s.Env = append(s.Env, detect.EnvVar{Name: n, Required: required, Secret: secretive(name), Why: []detect.Note{why}})
}

// secretive reports whether a variable of that name holds a secret, as a rule.
func secretive(name string) bool {
	for _, word := range []string{"SECRET", "PASSWORD", "PASSWD", "TOKEN", "PASSPHRASE", "CREDENTIAL", "API_KEY", "ACCESS_KEY", "_DSN", "_SALT"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return strings.HasSuffix(name, "_KEY") || strings.HasSuffix(name, "_URL") && strings.HasPrefix(name, "DATABASE")
}

// guessed finds the variables among those that the sources read which hold the
// parts of a backing service's address.
func (p *project) guessed(service string) []detect.NeedSetting {
	var out []detect.NeedSetting
	reads := p.reads()
	has := func(name string) bool { return slices.ContainsFunc(reads, func(r read) bool { return r.Name == name }) }
	for _, prefix := range slices.Concat(prefixes[service], ownPrefixes(reads, prefixes[service])) {
		for _, part := range partsOf {
			for _, word := range part.words {
				for _, name := range []string{prefix + "_" + word, prefix + word} {
					if has(name) && !slices.ContainsFunc(out, func(o detect.NeedSetting) bool { return o.Part == part.part }) {
						out = append(out, detect.NeedSetting{Env: safe.EnvNameOf(name), Part: part.part})
					}
				}
			}
		}
	}
	for _, name := range []string{"DATABASE_URL", "REDIS_URL", "MONGODB_URI", "MONGO_URL"} {
		fits := strings.HasPrefix(name, "DATABASE") && (service == "mysql" || service == "postgres") || strings.HasPrefix(strings.ToLower(name), service)
		if fits && len(out) == 0 && has(name) {
			out = append(out, detect.NeedSetting{Env: safe.EnvNameOf(name), Part: detect.PartURL})
		}
	}
	return out
}

// ownPrefixes are usual ones behind a word of the project's own, as SHOP_DB of SHOP_DB_HOST.
func ownPrefixes(reads []read, usual []string) []string {
	var out []string
	for _, r := range reads {
		head, ok := strings.CutSuffix(r.Name, "_HOST")
		if ok && slices.ContainsFunc(usual, func(p string) bool { return strings.HasSuffix(head, "_"+p) }) && !slices.Contains(usual, head) {
			out = append(out, head)
		}
	}
	return out
}

// drivers wants the extension by which PHP talks to each backing service.
func (p *project) wantDrivers(s *detect.Service) {
	for _, n := range s.Needs {
		why := detect.Note{}
		if len(n.Why) > 0 {
			why = n.Why[0]
		}
		switch n.Name {
		case "mysql", "mariadb":
			if !slices.ContainsFunc(p.extensions, func(w wanted) bool { return w.name == "mysqli" || w.name == "pdo_mysql" }) {
				p.want("pdo_mysql", why)
			}
		case "postgres":
			if !slices.ContainsFunc(p.extensions, func(w wanted) bool { return w.name == "pgsql" || w.name == "pdo_pgsql" }) {
				p.want("pdo_pgsql", why)
			}
		case "mongo":
			p.want("mongodb", why)
		case "memcached":
			p.want("memcached", why)
		}
	}
}

// processes are those of the Procfile that run beside the web server.
func (p *project) processes(s *detect.Service) {
	for _, proc := range p.procs {
		if proc.Name == "web" || len(proc.Commands) != 1 || proc.Commands[0].Opaque || len(proc.Commands[0].Variables) > 0 || s.Start.IsSet() && s.Start.V.String() == safe.Quote(proc.Text) {
			continue
		}
		argv, err := safe.NewArgv(proc.Commands[0].Args...)
		if err != nil || s.Start.IsSet() && argv.String() == s.Start.V.String() {
			continue
		}
		kind, name := detect.Worker, proc.Name
		if proc.Name == "release" {
			kind, name = detect.Job, "migrate"
		}
		p.process(s, name, kind, argv, p.d.Note("Procfile", proc.Line, "%s", proc.Text))
	}
}

// process adds a further process, unless one of that name or command is there.
func (p *project) process(s *detect.Service, name string, kind detect.Kind, argv safe.Argv, why detect.Note) {
	n := safe.Slug(name, "worker")
	if slices.ContainsFunc(s.Processes, func(o detect.Process) bool { return o.Name == n || o.Start.V.String() == argv.String() }) {
		return
	}
	s.Processes = append(s.Processes, detect.Process{Name: n, Kind: kind, Start: detect.Found(argv, why)})
}
