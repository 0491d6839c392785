package rust

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
)

// backing says which crates, or features of them, mean a backing service, and how
// the variables that tell of it are called.
type backing struct {
	name   string
	crates []string // "sqlx/postgres" is the crate with that feature
	words  []string // elements of the names of its variables
	scheme string   // of its URL
	sql    bool     // one of several databases that a program may be built for
}

func backings() []backing {
	return []backing{
		{name: "postgres", scheme: "postgres", sql: true, words: []string{"DATABASE", "DB", "POSTGRES", "POSTGRESQL", "PG", "PSQL", "SQL"}, crates: []string{
			"sqlx/postgres", "sqlx/any+postgres", "diesel/postgres", "diesel-async/postgres", "sea-orm/sqlx-postgres", "tokio-postgres", "postgres", "deadpool-postgres", "bb8-postgres", "r2d2_postgres", "cornucopia_async", "deadpool-diesel/postgres", "rocket_sync_db_pools/diesel_postgres_pool", "rocket_sync_db_pools/postgres_pool", "rocket_db_pools/sqlx_postgres", "rocket_db_pools/deadpool_postgres", "rocket_db_pools/diesel_postgres", "tokio-postgres-rustls", "ormx/postgres", "prisma-client-rust/postgresql", "pq-sys"}},
		{name: "mysql", scheme: "mysql", sql: true, words: []string{"DATABASE", "DB", "MYSQL", "MARIADB", "SQL"}, crates: []string{
			"sqlx/mysql", "diesel/mysql", "diesel-async/mysql", "sea-orm/sqlx-mysql", "mysql", "mysql_async", "rbdc-mysql", "rocket_db_pools/sqlx_mysql", "rocket_sync_db_pools/diesel_mysql_pool", "mysqlclient-sys"}},
		{name: "sqlserver", scheme: "mssql", sql: true, words: []string{"DATABASE", "DB", "MSSQL", "SQL"}, crates: []string{"tiberius", "bb8-tiberius"}},
		{name: "redis", scheme: "redis", words: []string{"REDIS", "CACHE", "QUEUE", "VALKEY"}, crates: []string{
			"redis", "deadpool-redis", "bb8-redis", "r2d2_redis", "fred", "rustis", "mobc-redis", "apalis-redis", "tower-sessions-redis-store", "async-session-redis", "actix-session/redis-session", "actix-session/redis-session-rustls", "actix-session/redis-session-native-tls", "actix-session/redis-pool", "actix-session/redis-rs-session", "actix-session/redis-actor-session", "rocket_db_pools/deadpool_redis", "sidekiq", "rusty-sidekiq"}},
		{name: "mongo", scheme: "mongodb", words: []string{"MONGO", "MONGODB", "DATABASE", "DB"}, crates: []string{"mongodb", "rocket_db_pools/mongodb", "wither"}},
		{name: "rabbitmq", scheme: "amqp", words: []string{"RABBITMQ", "RABBIT", "RMQ", "AMQP", "BROKER"}, crates: []string{"lapin", "amqprs", "deadpool-lapin", "amiquip"}},
		{name: "kafka", words: []string{"KAFKA", "BROKER", "BROKERS"}, crates: []string{"rdkafka", "kafka", "rskafka"}},
		{name: "nats", scheme: "nats", words: []string{"NATS"}, crates: []string{"async-nats", "nats"}},
		{name: "elasticsearch", scheme: "http", words: []string{"ELASTICSEARCH", "ELASTIC", "ES"}, crates: []string{"elasticsearch"}},
		{name: "opensearch", scheme: "http", words: []string{"OPENSEARCH"}, crates: []string{"opensearch"}},
		{name: "memcached", words: []string{"MEMCACHED", "MEMCACHE", "CACHE"}, crates: []string{"memcache", "memcached", "bb8-memcached", "async-memcached"}},
		{name: "meilisearch", scheme: "http", words: []string{"MEILI", "MEILISEARCH"}, crates: []string{"meilisearch-sdk"}},
		{name: "clickhouse", scheme: "http", words: []string{"CLICKHOUSE"}, crates: []string{"clickhouse", "klickhouse", "clickhouse-rs"}},
		{name: "neo4j", scheme: "bolt", words: []string{"NEO4J"}, crates: []string{"neo4rs"}},
	}
}

// embedded databases: a program that may take one of them needs no server.
var embedded = []string{"sqlx/sqlite", "diesel/sqlite", "sea-orm/sqlx-sqlite", "rusqlite", "libsql", "rocket_db_pools/sqlx_sqlite", "rocket_sync_db_pools/sqlite_pool", "rocket_sync_db_pools/diesel_sqlite_pool", "deadpool-sqlite", "tokio-rusqlite", "diesel-async/sqlite"}

// asks finds the first of the crates, or features of them, that the program has.
func (pr *program) asks(crates []string) (detect.Note, bool) {
	for _, want := range crates {
		crate, feature, _ := strings.Cut(want, "/")
		for _, l := range pr.locals {
			dep, ok := l.uses(crate)
			if !ok || feature != "" && !slices.Contains(dep.features, feature) {
				continue
			}
			why := l.note(dep.line, "depends on %s", crate)
			if feature != "" {
				why.Text += " with " + feature
			}
			return why, true
		}
	}
	return detect.Note{}, false
}

// libraries are those among the crates that the program has: the name of one that knows
// several databases, or "" for a client of one alone.
func (pr *program) libraries(crates []string) (out []string) {
	for _, c := range crates {
		if _, ok := pr.asks([]string{c}); !ok {
			continue
		}
		name, _, _ := strings.Cut(c, "/")
		switch {
		case strings.HasPrefix(name, "rocket"), strings.HasPrefix(name, "deadpool-diesel"), name == "diesel-async":
			name = "diesel"
		case name != "sqlx" && name != "diesel" && name != "sea-orm":
			name = ""
		}
		out = append(out, name)
	}
	return out
}

// needs finds the backing services by the clients that the program depends on, and
// the variables that it learns their addresses from.
func (pr *program) needs(s *detect.Service) {
	var needs []detect.Need
	databases, sqls := 0, []string(nil)
	files := pr.libraries(embedded)
	for _, b := range backings() {
		why, ok := pr.asks(b.crates)
		if !ok {
			continue
		}
		if b.sql {
			databases++
			sqls = append(sqls, b.name)
		}
		settings := settingsOf(b, s)
		if len(settings) == 0 {
			settings = pr.configuredOf(b)
		}
		needs = append(needs, detect.Need{Name: b.name, Settings: settings, Why: []detect.Note{why}})
	}
	for i := range needs {
		if !slices.Contains(sqls, needs[i].Name) {
			continue
		}
		// A file stands in for the server where one library reads both: beside sqlx's
		// PostgreSQL, rusqlite's is an index or a cache.
		b := backings()[slices.IndexFunc(backings(), func(b backing) bool { return b.name == needs[i].Name })]
		needs[i].Optional = databases > 1 || slices.ContainsFunc(pr.libraries(b.crates), func(l string) bool { return slices.Contains(files, l) })
	}
	s.Needs = append(s.Needs, needs...)
}

// settingsOf are the variables among those that the program reads which tell it
// of a service: an element of the name is the service's, the last says the part.
func settingsOf(b backing, s *detect.Service) []detect.NeedSetting {
	var out []detect.NeedSetting
	for _, v := range s.Env {
		elements := strings.Split(v.Name.String(), "_")
		part := detect.PartNamed(elements[len(elements)-1])
		if part == "" && len(elements) == 1 { // PGHOST
			for _, w := range b.words {
				if rest, ok := strings.CutPrefix(elements[0], w); ok {
					part = detect.PartNamed(rest)
				}
			}
		}
		if part == "" || !about(elements, b, part) {
			continue
		}
		out = b.add(out, detect.NeedSetting{Env: v.Name, Part: part})
	}
	return out
}

// add adds a setting: of each part one, but of whole addresses all.
func (b backing) add(out []detect.NeedSetting, set detect.NeedSetting) []detect.NeedSetting {
	if set.Part == detect.PartURL {
		if set.Scheme = b.scheme; b.scheme == "" {
			set.Part = detect.PartAddress
		}
	}
	if slices.ContainsFunc(out, func(o detect.NeedSetting) bool {
		return o.Env == set.Env || o.Part == set.Part && o.Part != detect.PartURL
	}) {
		return out
	}
	return append(out, set)
}

// configuredOf are the variables that lie over what a configuration file says of a
// service: APP_DATABASE__HOST over the host in its section database.
func (pr *program) configuredOf(b backing) (out []detect.NeedSetting) {
	pr.loadConfig()
	prefix, sep, ok := pr.configEnv()
	if !ok {
		return nil
	}
	for _, c := range pr.config {
		for _, key := range slices.Sorted(maps.Keys(c.values)) {
			name, ok := envName(prefix + strings.ToUpper(strings.ReplaceAll(key, ".", sep)))
			if !ok {
				continue
			}
			section, leaf := "", key
			if i := strings.LastIndexByte(key, '.'); i >= 0 {
				section, leaf = key[:i], key[i+1:]
			}
			elements := strings.Split(strings.ToUpper(leaf), "_")
			part := detect.PartNamed(elements[len(elements)-1])
			of := strings.FieldsFunc(strings.ToUpper(section), func(r rune) bool { return r == '.' || r == '_' })
			switch {
			case part == "", !b.sql && part != detect.PartURL && part != detect.PartHost && part != detect.PartPort && part != detect.PartAddress:
			case section == "" && !about(elements, b, part):
			case section != "" && !slices.ContainsFunc(of, func(el string) bool { return slices.Contains(b.words, el) }):
			default:
				out = b.add(out, detect.NeedSetting{Env: name, Part: part})
			}
		}
	}
	return out
}

func about(elements []string, b backing, part detect.NeedPart) bool {
	before := elements[:max(1, len(elements)-1)]
	for i, el := range before {
		if slices.Contains(b.words, el) && len(elements) > 1 && (part == detect.PartURL || i == len(before)-1) {
			return true
		}
		for _, w := range b.words {
			if rest, ok := strings.CutPrefix(el, w); ok && len(elements) == 1 && detect.PartNamed(rest) == part && rest != "" {
				return true
			}
		}
	}
	return false
}
