package php

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// dbal is what a connection of Doctrine's says of itself
// (https://symfony.com/doc/current/reference/configuration/doctrine.html).
type dbal struct {
	Driver  any `yaml:"driver"`
	URL     any `yaml:"url"`
	Version any `yaml:"server_version"`
}

// doctrine is config/packages/doctrine.yaml: its connection stands there by itself, or
// among several that have names.
type doctrine struct {
	Doctrine struct {
		Dbal struct {
			dbal        `yaml:",inline"`
			Default     any             `yaml:"default_connection"`
			Connections map[string]dbal `yaml:"connections"`
		} `yaml:"dbal"`
	} `yaml:"doctrine"`
}

// main is the connection that is taken where none is named, with its place in the file.
func (d *doctrine) main() (dbal, []string) {
	all := d.Doctrine.Dbal
	if len(all.Connections) == 0 {
		return all.dbal, []string{"doctrine", "dbal"}
	}
	name, _ := all.Default.(string)
	if name == "" { // the bundle's own: "default", or else the first
		name = "default"
		if _, ok := all.Connections[name]; !ok {
			name = slices.Sorted(maps.Keys(all.Connections))[0]
		}
	}
	return all.Connections[name], []string{"doctrine", "dbal", "connections", name}
}

// databaseWords tell by a driver, a version or the address which database it is; the
// later ones say more.
var databaseWords = []struct{ word, kind string }{
	{"mysql", "mysql"}, {"pgsql", "postgres"}, {"postgres", "postgres"}, {"sqlite", "sqlite"}, {"mariadb", "mariadb"},
}

// database is Doctrine's. Which kind it is stands in the value of DATABASE_URL, which
// is not read: the driver's extension, a container beside the program, or what
// Doctrine's recipe begins with, tells.
func (y *kernel) database() {
	p, s := y.p, y.in.s
	if !y.bundled("doctrine/doctrine-bundle", "doctrine") {
		return
	}
	why := p.c.note("doctrine/doctrine-bundle")
	kind := ""
	var config doctrine
	const file = "config/packages/doctrine.yaml"
	if p.d.Has(file) {
		if lines, err := manifest.YAML(p.d, file, &config); err == nil {
			connection, at := config.main()
			for _, w := range databaseWords {
				for _, v := range []any{connection.Driver, connection.Version, connection.URL} {
					if text, ok := v.(string); ok && strings.Contains(strings.ToLower(text), w.word) {
						kind, why = w.kind, p.d.Note(file, lines.At(at...), "connects to %s", w.kind)
					}
				}
			}
		}
	}
	for _, e := range []struct{ extension, kind string }{{"ext-pdo_pgsql", "postgres"}, {"ext-pgsql", "postgres"}, {"ext-pdo_mysql", "mysql"}, {"ext-mysqli", "mysql"}, {"ext-pdo_sqlite", "sqlite"}, {"ext-sqlite3", "sqlite"}} {
		if kind == "" && p.c.requires(e.extension) {
			kind, why = e.kind, p.c.note(e.extension)
		}
	}
	if kind == "" {
		kind, why = y.beside()
	}
	name := y.variable("DATABASE_URL", "doctrine")
	switch kind {
	case "sqlite":
		s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: why.Text + ": DATABASE_URL has to name a file in a folder that is kept, as sqlite:////app/data/app.db does"})
		if p.d.HasDir("data") {
			p.stateOf(s, y.in.f, []string{"data"}, nil)
		}
		y.dummy = append(y.dummy, set("DATABASE_URL", "sqlite:///:memory:", ""))
	default:
		if kind == "" {
			kind = "postgres"
			why.Text += ", whose recipe begins with PostgreSQL: nothing else says which database"
		}
		s.Needs = append(s.Needs, detect.Need{Name: kind, Why: []detect.Note{why}, Settings: []detect.NeedSetting{{Env: safe.EnvNameOf(name), Part: detect.PartURL}}})
		url := "postgresql://app:app@127.0.0.1:5432/app?serverVersion=18&charset=utf8"
		if kind != "postgres" {
			url = "mysql://app:app@127.0.0.1:3306/app?serverVersion=8.4.0&charset=utf8mb4"
		}
		y.dummy = append(y.dummy, set(name, url, ""))
	}
	if y.bundled("doctrine/doctrine-migrations-bundle", "doctrine_migrations") && (len(p.d.Sub("migrations").Names("*.php")) > 0 || len(p.d.Sub("src/Migrations").Names("*.php")) > 0) {
		p.process(s, "migrate", detect.Job, safe.ArgvOf("php", "bin/console", "doctrine:migrations:migrate", "--no-interaction", "--allow-no-migration"), p.c.note("doctrine/doctrine-migrations-bundle"))
	}
}

// beside is the database that a Compose file of the project runs.
func (y *kernel) beside() (string, detect.Note) {
	for _, name := range []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"} {
		if !y.p.d.Has(name) {
			continue
		}
		var file struct {
			Services map[string]struct {
				Image string `yaml:"image"`
			} `yaml:"services"`
		}
		lines, err := manifest.YAML(y.p.d, name, &file)
		if err != nil {
			return "", y.p.c.note("doctrine/doctrine-bundle")
		}
		for _, key := range slices.Sorted(maps.Keys(file.Services)) {
			image := file.Services[key].Image
			base, _, _ := strings.Cut(path.Base(image), ":")
			if kind := map[string]string{"postgres": "postgres", "postgis": "postgres", "mysql": "mysql", "mariadb": "mariadb"}[base]; kind != "" {
				return kind, y.p.d.Note(name, lines.At("services", key, "image"), "image: %s", safe.Visible(image))
			}
		}
	}
	return "", y.p.c.note("doctrine/doctrine-bundle")
}
