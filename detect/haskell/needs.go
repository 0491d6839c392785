package haskell

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

type server struct {
	name string
	port safe.Port // of one that names none
}

// servers are the packages that listen, what is made of others first.
var servers = []struct {
	pkg string
	server
}{
	{"ihp", server{"ihp", 8000}}, {"yesod", server{"yesod", 3000}}, {"yesod-core", server{"yesod", 3000}}, {"servant-server", server{"servant", 8080}},
	{"scotty", server{"scotty", 3000}}, {"spock", server{"spock", 8080}}, {"Spock", server{"spock", 8080}}, {"Spock-core", server{"spock", 8080}},
	{"snap", server{"snap", 8000}}, {"snap-server", server{"snap", 8000}}, {"happstack-server", server{"happstack", 8000}},
	{"happstack-lite", server{"happstack", 8000}}, {"twain", server{"twain", 8080}}, {"okapi", server{"okapi", 3000}}, {"hyperbole", server{"hyperbole", 3000}},
	{"warp", server{"warp", 3000}}, {"warp-tls", server{"warp", 3000}}, {"wai", server{"wai", 3000}},
}

// framework is what the parts listen with.
func framework(parts []reached) (server, detect.Note, bool) {
	for _, f := range servers {
		if note, ok := uses(parts, f.pkg); ok {
			return f.server, note, true
		}
	}
	return server{}, detect.Note{}, false
}

// clients are the packages that talk to a backing service.
var clients = []struct{ pkg, need, scheme string }{
	{"postgresql-simple", "postgres", "postgres"}, {"persistent-postgresql", "postgres", "postgres"}, {"hasql", "postgres", "postgres"},
	{"hasql-pool", "postgres", "postgres"}, {"postgresql-libpq", "postgres", "postgres"}, {"beam-postgres", "postgres", "postgres"},
	{"opaleye", "postgres", "postgres"}, {"squeal-postgresql", "postgres", "postgres"}, {"orville-postgresql", "postgres", "postgres"},
	{"rel8", "postgres", "postgres"}, {"selda-postgresql", "postgres", "postgres"}, {"pg-entity", "postgres", "postgres"}, {"groundhog-postgresql", "postgres", "postgres"},
	{"mysql-simple", "mysql", "mysql"}, {"mysql", "mysql", "mysql"}, {"persistent-mysql", "mysql", "mysql"}, {"mysql-haskell", "mysql", "mysql"},
	{"beam-mysql", "mysql", "mysql"}, {"hedis", "redis", "redis"}, {"mongoDB", "mongo", "mongodb"}, {"persistent-mongoDB", "mongo", "mongodb"},
	{"amqp", "rabbitmq", "amqp"}, {"hw-kafka-client", "kafka", ""}, {"bloodhound", "elasticsearch", "http"},
}

// native are libraries of C that packages bind to. A name in run may differ by the suite.
var native = []struct {
	pkgs  []string
	build string
	run   map[string]string // "": in every suite
}{
	{[]string{"postgresql-simple", "persistent-postgresql", "hasql", "hasql-pool", "postgresql-libpq", "beam-postgres", "opaleye", "squeal-postgresql", "orville-postgresql", "rel8", "selda-postgresql", "pg-entity", "groundhog-postgresql"}, "libpq-dev", map[string]string{"": "libpq5"}},
	{[]string{"mysql", "mysql-simple", "persistent-mysql", "beam-mysql"}, "default-libmysqlclient-dev", map[string]string{"": "libmariadb3"}},
	{[]string{"hw-kafka-client"}, "librdkafka-dev", map[string]string{"": "librdkafka1"}},
	{[]string{"zeromq4-haskell"}, "libzmq3-dev", map[string]string{"": "libzmq5"}},
	{[]string{"HsOpenSSL", "http-client-openssl"}, "libssl-dev", map[string]string{"bookworm": "libssl3", "bullseye": "libssl1.1"}},
	{[]string{"text-icu"}, "libicu-dev", map[string]string{"bookworm": "libicu72", "bullseye": "libicu67"}},
}

// packages adds the libraries of C that the parts bind to.
func packages(parts []reached, s *detect.Service, suite string) {
	for _, lib := range native {
		for _, name := range lib.pkgs {
			note, ok := uses(parts, name)
			if !ok {
				continue
			}
			note.Text += ", which binds a library of C"
			if s.BuildOn == "" { // the full image has it
				s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(lib.build), Build: true, Why: note})
			}
			run := lib.run[""]
			if run == "" {
				run = lib.run[suite]
				s.RunOn = "same"
			}
			if run == "" {
				s.RunOn = ""
				note.Text += ": Debian " + suite + ", which this GHC's image is on, has left the mirrors, and the library can't be installed for it; a newer GHC is needed"
				s.Notes = append(s.Notes, note)
			} else {
				s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(run), Run: true, Why: note})
			}
			break
		}
	}
}

// needs are the backing services, with the variables that name them.
func needs(parts []reached, s *detect.Service) {
	for _, c := range clients {
		note, ok := uses(parts, c.pkg)
		if !ok || slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return n.Name == c.need }) {
			continue
		}
		need := detect.Need{Name: c.need, Why: []detect.Note{note}}
		for _, e := range s.Env {
			name := e.Name.String()
			database := c.need == "postgres" || c.need == "mysql"
			if part, ok := manifest.SpecialPart(c.need, name); ok {
				need.Settings = append(need.Settings, detect.NeedSetting{Env: e.Name, Part: part})
				continue
			}
			part := address(name, c.need)
			if part == "" || database && part == detect.PartURL && c.scheme == "" {
				continue
			}
			setting := detect.NeedSetting{Env: e.Name, Part: part}
			if part == detect.PartURL {
				setting.Scheme = c.scheme
			}
			need.Settings = append(need.Settings, setting)
		}
		s.Needs = append(s.Needs, need)
	}
}

// prefixes are how the variables of a service begin.
var prefixes = map[string][]string{
	"postgres": {"YESOD_PG", "PG", "POSTGRES_", "POSTGRESQL_", "PG_", "DATABASE_", "DB_"}, "mysql": {"YESOD_MYSQL_", "MYSQL_", "DATABASE_", "DB_"},
	"redis": {"REDIS_"}, "mongo": {"MONGO_", "MONGODB_"}, "rabbitmq": {"RABBITMQ_", "AMQP_"}, "elasticsearch": {"ELASTICSEARCH_"},
}

// address tells which part of a service's address a variable holds, by its name.
func address(name, need string) detect.NeedPart {
	for _, prefix := range prefixes[need] {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		switch rest {
		case "URL", "URI", "CONNECTION_STRING":
			return detect.PartURL
		case "HOST", "SERVER":
			return detect.PartHost
		case "PORT":
			return detect.PartPort
		case "USER", "USERNAME":
			return detect.PartUser
		case "PASS", "PASSWORD":
			return detect.PartPassword
		case "DATABASE", "DB", "NAME", "DBNAME":
			return detect.PartDatabase
		}
	}
	return ""
}
