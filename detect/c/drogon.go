package c

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/csource"
	"dockgen/internal/safe"
)

// drogonConfig is the file that Drogon's loadConfigFile reads
// (https://github.com/drogonframework/drogon/wiki/ENG-11-Configuration-File).
type drogonConfig struct {
	Listeners []struct {
		Address string `json:"address"`
		Port    int    `json:"port"`
	} `json:"listeners"`
	Databases []struct {
		RDBMS string `json:"rdbms"`
	} `json:"db_clients"`
	Redis []struct {
		Host string `json:"host"`
	} `json:"redis_clients"`
}

// drogon reads where a program of Drogon's listens and what it talks to, out of the
// file that it loads. A file of YAML, or one with mistakes, is left to the program.
func (p *project) drogon(s *detect.Service, scan *scan) {
	if s.Framework.V != "drogon" {
		return
	}
	// Before it listens it makes the folders for what is sent to it.
	s.State = append(s.State, safe.RelPathOf("uploads"))
	for _, f := range scan.files {
		for _, c := range f.Calls {
			if (c.Name == "createDbClient" || c.Name == "newPgClient" || c.Name == "newMysqlClient") && len(c.Args) > 0 {
				p.drogonClient(f, c)
			}
			if c.Name != "loadConfigFile" || len(c.Args) != 1 || len(c.Args[0]) != 1 || c.Args[0][0].Kind != csource.String {
				continue
			}
			name := strings.TrimLeft(strings.ReplaceAll(path.Clean(c.Args[0][0].Text), "../", ""), "/")
			if !inside(name) || !p.dir.Has(name) {
				continue
			}
			var config drogonConfig
			lines, err := manifest.JSONC(p.dir, name, &config)
			if err != nil {
				continue
			}
			p.drogonSays(s, name, lines, &config)
			return
		}
	}
}

// drogonClient takes the database of a client that the program makes itself.
func (p *project) drogonClient(f *scanned, c csource.Call) {
	why := p.dir.Note(f.path, c.Line, "%s", c.Name)
	kind := ""
	if len(c.Args[0]) == 1 && c.Args[0][0].Kind == csource.String {
		kind = c.Args[0][0].Text
	}
	switch {
	case c.Name == "newPgClient", c.Name == "createDbClient" && kind == "postgresql":
		p.client("postgres", why)
	case c.Name == "newMysqlClient", c.Name == "createDbClient" && kind == "mysql":
		p.client("mysql", why)
	}
}

func (p *project) drogonSays(s *detect.Service, name string, lines manifest.Lines, config *drogonConfig) {
	for i, l := range config.Listeners {
		port, err := safe.NewPort(l.Port)
		if err != nil || l.Port == 0 || s.Port.Source == detect.Detected {
			continue
		}
		why := p.dir.Note(name, lines.At("listeners", itoa(i), "port"), "listeners: port %d", l.Port)
		s.Port = detect.Found(port, why)
		if strings.HasPrefix(l.Address, "127.") || l.Address == "::1" {
			why.Text = "listens on " + l.Address + ": nothing outside the container can reach it; let it listen on 0.0.0.0"
			s.Notes = append(s.Notes, why)
		}
	}
	for i, d := range config.Databases {
		why := p.dir.Note(name, lines.At("db_clients", itoa(i)), "db_clients: %s", d.RDBMS)
		switch d.RDBMS {
		case "postgresql":
			p.client("postgres", why)
		case "mysql":
			p.client("mysql", why)
		}
	}
	for i := range config.Redis {
		p.client("redis", p.dir.Note(name, lines.At("redis_clients", itoa(i)), "redis_clients"))
	}
}
