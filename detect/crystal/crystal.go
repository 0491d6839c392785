// Package crystal detects programs written in Crystal.
//
// shard.yml names the programs and the shards that they use; the sources tell where
// they listen and what they read from the environment.
package crystal

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// Facts is what the template reads beside the plan.
type Facts struct {
	Binary safe.RelPath // the name of the program's file
	Files  []safe.RelPath
}

// frameworks are the shards that listen, with the port of those that name none.
// https://kemalcr.com, https://luckyframework.org, https://docs.amberframework.org
var frameworks = []struct {
	shard string
	port  safe.Port
}{{"lucky", 5000}, {"amber", 3000}, {"kemal", 3000}, {"grip", 4004}, {"athena", 3000}, {"spider-gazelle", 3000}, {"marten", 8000}}

// clients are the shards that talk to a backing service.
var clients = []struct{ shard, need, scheme string }{
	{"pg", "postgres", "postgres"}, {"avram", "postgres", "postgres"}, {"mysql", "mysql", "mysql"}, {"redis", "redis", "redis"}, {"mosquito", "redis", "redis"},
	{"cryomongo", "mongo", "mongodb"}, {"mongo", "mongo", "mongodb"}, {"amqp-client", "rabbitmq", "amqp"}, {"nats", "nats", "nats"},
}

// Detector finds Crystal programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "crystal" }

// Markers are the manifest of a shard.
func (Detector) Markers() []string { return []string{"shard.yml"} }

// PackageManagers lists the one there is.
func (Detector) PackageManagers() []string { return []string{"shards"} }

type shard struct {
	Name    string `yaml:"name"`
	Version string `yaml:"version"`
	Crystal string `yaml:"crystal"`
	Targets map[string]struct {
		Main string `yaml:"main"`
	} `yaml:"targets"`
	Dependencies map[string]any `yaml:"dependencies"`
}

// Inspect describes the program of the shard in d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	var m shard
	lines, err := manifest.YAML(d, "shard.yml", &m)
	if err != nil {
		return nil, err
	}
	target := m.choose(d)
	if target == "" {
		return nil, detect.NotService("library: shard.yml has no targets")
	}
	why := d.Note("shard.yml", lines.At("targets", target), "target %s", target)
	binary, err := safe.NewRelPath(target)
	if err != nil || !binary.Plain() || strings.Contains(target, "/") {
		return nil, d.Errorf("shard.yml", why.Line, "%q is not the name of a program", target)
	}
	build, err := safe.NewArgv("shards", "build", "--production", "--release", "--no-debug", target)
	if err != nil {
		return nil, d.Errorf("shard.yml", why.Line, "%w", err)
	}
	f := &Facts{Binary: binary}
	s := &detect.Service{
		Name:           safe.Slug(strings.ReplaceAll(target, "_", "-"), "app"),
		Kind:           detect.CLI,
		Linkage:        detect.Libc,
		Main:           detect.Found(safe.LabelOf(target), why),
		PackageManager: detect.Found("shards", d.Note("shard.yml", 0, "is the manifest of a shard")),
		Build:          detect.Found(build, why),
		Start:          detect.Found(safe.ArgvOf("/app/"+target), why),
		Facts:          f,
		Labels:         []detect.ImageLabel{{Key: "org.opencontainers.image.title", Value: safe.LabelOf(target)}},
	}
	if v, err := safe.NewLabel(m.Version); err == nil && m.Version != "" {
		s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image.version", Value: v})
	}
	for _, fw := range frameworks {
		if _, ok := m.Dependencies[fw.shard]; ok && !s.Framework.IsSet() {
			note := d.Note("shard.yml", lines.At("dependencies", fw.shard), "depends on %s", fw.shard)
			s.Kind, s.Framework, s.Port = detect.Server, detect.Found(fw.shard, note), detect.Assumed(fw.port, note)
		}
	}
	// https://crystal-lang.org/reference/syntax_and_semantics/requires_annotation.html: what the standard library links
	packages(s, why, true, "ca-certificates", "crystal", "git", "libgmp-dev", "libssl-dev", "libxml2-dev", "libyaml-dev", "shards", "zlib1g-dev")
	packages(s, why, false, "libevent-2.1-7t64", "libgc1", "libgmp10", "libpcre2-8-0", "libxml2", "libyaml-0-2")
	for shard, lib := range map[string][2]string{"sqlite3": {"libsqlite3-dev", "libsqlite3-0"}} {
		if _, ok := m.Dependencies[shard]; ok {
			packages(s, why, true, lib[0])
			packages(s, why, false, lib[1])
		}
	}
	read(d, s)
	for _, c := range clients {
		if _, ok := m.Dependencies[c.shard]; !ok || slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return n.Name == c.need }) {
			continue
		}
		need := detect.Need{Name: c.need, Why: []detect.Note{d.Note("shard.yml", lines.At("dependencies", c.shard), "depends on %s", c.shard)}}
		for _, e := range s.Env {
			if name := e.Name.String(); name == "DATABASE_URL" && (c.need == "postgres" || c.need == "mysql") || name == strings.ToUpper(c.need)+"_URL" || name == "AMQP_URL" && c.need == "rabbitmq" {
				need.Settings = append(need.Settings, detect.NeedSetting{Env: e.Name, Part: detect.PartURL, Scheme: c.scheme})
			}
		}
		s.Needs = append(s.Needs, need)
	}
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("lib"), safe.PatternOf("bin"), safe.PatternOf(".shards"))
	for _, dir := range []string{"public", "views", "config", "locales", "static"} {
		if d.HasDir(dir) && s.Kind == detect.Server {
			f.Files = append(f.Files, safe.RelPathOf(dir))
		}
	}
	if !d.Has("shard.lock") && len(m.Dependencies) > 0 {
		s.Notes = append(s.Notes, d.Note("shard.lock", 0, "is missing, and shards build --production wants it: run shards install and commit it"))
	}
	if v := strings.TrimLeft(m.Crystal, ">=~ "); v != "" {
		number, _, _ := strings.Cut(strings.TrimSpace(strings.SplitN(v, ",", 2)[0]), "-")
		if version, err := safe.NewVersion(number); err == nil {
			s.Version = detect.Found(version, d.Note("shard.yml", lines.At("crystal"), "crystal: %s", m.Crystal))
		}
	}
	return []*detect.Service{s}, nil
}

// choose is the target to run: the user's, the one that has the shard's name or
// that of a server, else the first.
func (m *shard) choose(d *detect.Dir) string {
	names := make([]string, 0, len(m.Targets))
	for name := range m.Targets {
		if safe.Text(name) == nil && name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if want := d.Choices().Main; want.IsSet() && slices.Contains(names, want.V.String()) {
		return want.V.String()
	}
	for _, name := range []string{m.Name, "start_server", "server", "app", "web"} {
		if slices.Contains(names, name) {
			return name
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

func packages(s *detect.Service, why detect.Note, build bool, names ...string) {
	for _, n := range names {
		s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(n), Build: build, Run: !build, Why: why})
	}
}

// read looks through the sources for ports and variables of the environment.
func read(d *detect.Dir, s *detect.Service) {
	files := 0
	for name := range d.Files("*.cr") {
		top, _, _ := strings.Cut(name, "/")
		if top == "lib" || top == "spec" || path.Base(name) == "lib" {
			continue
		}
		if files++; files > 1000 {
			return
		}
		data, err := d.Read(name)
		if err != nil || len(data) > 1<<20 {
			continue
		}
		ts := tokens(string(data))
		for i, t := range ts {
			if t.quoted {
				continue
			}
			next := func(n int) token {
				if i+n < len(ts) {
					return ts[i+n]
				}
				return token{}
			}
			switch t.text {
			case "ENV":
				environment(d, s, name, ts[i:])
			case "bind_tcp", "listen", "run", "port":
				server := t.text == "bind_tcp" || t.text == "listen"
				if !server && !s.Framework.IsSet() {
					continue
				}
				at := 1
				if next(at).text == "(" || next(at).text == "=" {
					at++
				}
				host := ""
				if next(at).quoted && next(at+1).text == "," {
					host = next(at).text
					at += 2
				}
				n, err := strconv.Atoi(strings.ReplaceAll(next(at).text, "_", ""))
				if err != nil || next(at).quoted {
					continue
				}
				port, err := safe.NewPort(n)
				if err != nil {
					continue
				}
				s.Kind = detect.Server
				s.Port = detect.Found(port, d.Note(name, t.line, "%s %d", t.text, n))
				if strings.HasPrefix(host, "127.") || host == "localhost" || host == "" && t.text == "bind_tcp" {
					s.Notes = append(s.Notes, d.Note(name, t.line, "listens on the loopback address: nothing outside the container can reach it; let it listen on 0.0.0.0"))
				}
			case "TERM", "on_terminate":
				s.Graceful = true
			}
		}
	}
}

// environment reads ENV["NAME"], ENV["NAME"]? and ENV.fetch("NAME", "default").
func environment(d *detect.Dir, s *detect.Service, file string, ts []token) {
	at := 2
	required := len(ts) > 4 && ts[1].text == "[" && ts[4].text != "?"
	if len(ts) > 4 && ts[1].text == "." && ts[2].text == "fetch" {
		at = 4
		if required = false; len(ts) > 6 && ts[5].text == "," && ts[6].quoted && ts[4].text == "PORT" {
			if n, err := strconv.Atoi(ts[6].text); err == nil {
				if port, err := safe.NewPort(n); err == nil {
					s.Port = detect.Found(port, d.Note(file, ts[0].line, "ENV.fetch(%q)", ts[4].text))
				}
			}
		}
	}
	if at >= len(ts) || !ts[at].quoted {
		return
	}
	name, err := safe.NewEnvName(ts[at].text)
	if err != nil || slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == name }) {
		return
	}
	if name.String() == "PORT" {
		s.PortEnv, required = name, false
	}
	upper := strings.ToUpper(name.String())
	secret := strings.Contains(upper, "SECRET") || strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "TOKEN") || strings.HasSuffix(upper, "_KEY")
	s.Env = append(s.Env, detect.EnvVar{Name: name, Required: required, Secret: secret, Why: []detect.Note{d.Note(file, ts[0].line, "reads $%s", name)}})
}
