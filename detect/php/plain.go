package php

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// plain completes a project without a framework, or one of which nothing more is known.
func (p *project) plain(s *detect.Service, f *Facts) {
	if p.fw != nil {
		p.stateOf(s, f, p.there(p.fw.state), p.there(p.fw.scratch))
	}
	p.mounted(s, f)
	if p.fw == nil {
		p.guarded(s, f)
		p.ignored(s, f)
	}
	p.kept(s, f)
	p.databases(s)
}

// there are those of the folders that the project has, or whose parent it has.
func (p *project) there(dirs []string) []string {
	var out []string
	for _, dir := range dirs {
		if p.d.HasDir(dir) || p.d.HasDir(path.Dir(dir)) {
			out = append(out, dir)
		}
	}
	return out
}

// servers are the databases in whose place SQLite can stand.
var servers = map[string]bool{"mysql": true, "postgres": true}

// databases are those that plain PHP connects to by what it calls. It does without a
// server where it can open a file as well.
func (p *project) databases(s *detect.Service) {
	seen := map[string]bool{}
	need := func(name string, why detect.Note) {
		if !seen[name] {
			seen[name] = true
			s.Needs = append(s.Needs, detect.Need{Name: name, Why: []detect.Note{why}, Settings: p.guessed(name), Optional: p.inFile && servers[name]})
		}
	}
	for _, w := range p.extensions {
		switch w.name {
		case "mysqli", "pdo_mysql":
			if !seen["postgres"] || p.inFile {
				need("mysql", w.why)
			}
		case "pgsql", "pdo_pgsql":
			if !seen["mysql"] || p.inFile {
				need("postgres", w.why)
			}
		case "redis":
			if strings.HasSuffix(w.why.Path, ".php") {
				need("redis", w.why)
			}
		case "memcached":
			if strings.HasSuffix(w.why.Path, ".php") {
				need("memcached", w.why)
			}
		case "mongodb":
			need("mongo", w.why)
		}
	}
}

// partsOf are the usual ends of the names of variables that hold a part of an address.
var partsOf = []struct {
	part  detect.NeedPart
	words []string
}{
	{detect.PartHost, []string{"HOST", "HOSTNAME", "SERVER"}},
	{detect.PartPort, []string{"PORT"}},
	{detect.PartUser, []string{"USER", "USERNAME"}},
	{detect.PartPassword, []string{"PASSWORD", "PASS", "PASSWD", "PWD"}},
	{detect.PartDatabase, []string{"NAME", "DATABASE", "DBNAME", "DB", "DATABASE_NAME"}},
}

// prefixes are how the names of such variables begin.
var prefixes = map[string][]string{
	"mysql":     {"DB", "MYSQL", "MARIADB", "DATABASE", "WORDPRESS_DB"},
	"postgres":  {"DB", "PG", "POSTGRES", "DATABASE", "PGSQL"},
	"redis":     {"REDIS"},
	"memcached": {"MEMCACHED"},
	"mongo":     {"MONGO", "MONGODB"},
}

// composed is what is read of a Compose file: which folders of the site it keeps.
type composed struct {
	Services map[string]struct {
		Volumes []any `yaml:"volumes"`
	} `yaml:"services"`
}

// mounted finds the folders of the site that a Compose file of the project's own
// keeps outside of the container: those that the program writes to.
func (p *project) mounted(s *detect.Service, f *Facts) {
	name := p.d.First("docker-compose.yaml", "docker-compose.yml", "compose.yaml", "compose.yml")
	if name == "" {
		return
	}
	var file composed
	lines, err := manifest.YAML(p.d, name, &file)
	if err != nil {
		return // who reads it as evidence for all languages says so
	}
	for _, key := range slices.Sorted(maps.Keys(file.Services)) {
		for i, v := range file.Services[key].Volumes {
			text, ok := v.(string)
			parts := strings.Split(text, ":")
			if !ok || len(parts) < 2 {
				continue
			}
			for _, root := range []string{"/var/www/html/", "/app/", "/var/www/"} {
				dir, below := strings.CutPrefix(path.Clean(parts[1])+"/", root)
				if dir = strings.TrimSuffix(dir, "/"); below && fs.ValidPath(dir) && dir != "." && (p.d.HasDir(dir) || p.d.HasDir(path.Dir(dir))) && !p.d.Has(dir) && dir != "vendor" && dir != "node_modules" {
					p.stateOf(s, f, []string{dir}, nil)
					p.notes = append(p.notes, p.d.Note(name, lines.At("services", key, "volumes", strconv.Itoa(i)), "keeps %s outside of the container", dir))
					break
				}
			}
		}
	}
}
