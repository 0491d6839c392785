package ruby

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// client is a gem that talks to a backing service.
type client struct {
	need  string
	words []string // of which one is in the names of variables that hold its address
	env   string   // where the gem looks by itself, or as is usual
}

// clients by gem. What has a test double, or serves several, is not here.
func clients() map[string]client {
	redis := client{"redis", []string{"REDIS", "VALKEY"}, "REDIS_URL"}
	mongo := client{"mongo", []string{"MONGO"}, "MONGODB_URI"}
	elastic := client{"elasticsearch", []string{"ELASTIC"}, "ELASTICSEARCH_URL"}
	kafka := client{"kafka", []string{"KAFKA"}, "KAFKA_BROKERS"}
	rabbit := client{"rabbitmq", []string{"RABBIT", "AMQP"}, "RABBITMQ_URL"}
	return map[string]client{
		"redis": redis, "redis-client": redis, "sidekiq": redis, "resque": redis, "redis-rails": redis, "redis-store": redis, "hiredis": redis, "ohm": redis, "split": redis, "rollout": redis,
		"dalli":   {"memcached", []string{"MEMCACHE"}, "MEMCACHE_SERVERS"},
		"mongoid": mongo, "mongo": mongo, "mongo_mapper": mongo,
		"elasticsearch": elastic, "elasticsearch-rails": elastic, "elasticsearch-model": elastic, "searchkick": elastic, "chewy": elastic, "stretchy": elastic,
		"opensearch-ruby": {"opensearch", []string{"OPENSEARCH"}, "OPENSEARCH_URL"},
		"meilisearch":     {"meilisearch", []string{"MEILI"}, "MEILISEARCH_HOST"}, "meilisearch-rails": {"meilisearch", []string{"MEILI"}, "MEILISEARCH_HOST"},
		"bunny": rabbit, "sneakers": rabbit, "hutch": rabbit, "march_hare": rabbit,
		"ruby-kafka": kafka, "rdkafka": kafka, "karafka": kafka, "racecar": kafka, "waterdrop": kafka,
		"nats-pure":               {"nats", []string{"NATS"}, "NATS_URL"},
		"clickhouse-activerecord": {"clickhouse", []string{"CLICKHOUSE"}, "CLICKHOUSE_URL"}, "click_house": {"clickhouse", []string{"CLICKHOUSE"}, "CLICKHOUSE_URL"},
		"activegraph": {"neo4j", []string{"NEO4J"}, "NEO4J_URL"}, "neo4j-ruby-driver": {"neo4j", []string{"NEO4J"}, "NEO4J_URL"},
	}
}

// drivers are the gems of SQL databases, the one that runs in production first.
var drivers = []struct{ gem, need, scheme string }{
	{"pg", "postgres", "postgres"}, {"sequel_pg", "postgres", "postgres"}, {"trilogy", "mysql", "trilogy"}, {"mysql2", "mysql", "mysql2"}, {"tiny_tds", "sqlserver", ""},
}

// backing finds the services that the program talks to.
func (in *inspection) backing(s *detect.Service, f *Facts, g program) error {
	if g.kind == detect.Static || in.p.g == nil {
		return nil
	}
	if err := in.database(s); err != nil {
		return err
	}
	table := clients()
	for _, name := range slices.Sorted(maps.Keys(in.p.all)) {
		c, ok := table[name]
		if _, direct := in.p.direct(name); !ok || !direct {
			continue
		}
		if name == "searchkick" && in.p.has("opensearch-ruby") || in.has(s, c.need) {
			continue
		}
		need := detect.Need{Name: c.need, Settings: in.settingsBy(c.words), Why: []detect.Note{in.p.why(name)}}
		if c.need == "mongo" {
			var err error
			if need.Settings, err = in.mongoid(need.Settings); err != nil {
				return err
			}
		}
		if len(need.Settings) == 0 {
			need.Settings = []detect.NeedSetting{{Env: safe.EnvNameOf(c.env), Part: detect.PartURL}}
		}
		if name == "dalli" && !in.uses("Dalli") && in.rails == nil {
			s.Notes = append(s.Notes, need.Why[0])
			s.Notes[len(s.Notes)-1].Text += " is in the bundle, and nothing uses it"
			continue
		}
		if name == "dalli" && in.rails != nil {
			// A store that is set behind a condition is for those who have a server.
			store, _ := in.rails.setting("cache_store")
			chosen := in.rails.symbol("cache_store") == "mem_cache_store"
			need.Optional = chosen && store.maybe || !chosen && !in.reads("MEMCACHE_SERVERS")
		}
		s.Needs = append(s.Needs, need)
	}
	if in.rails != nil && !in.has(s, "redis") {
		if err := in.cable(s); err != nil {
			return err
		}
	}
	return nil
}

// mongoid is the variable that Mongoid's own configuration reads the address from; else
// what is known already (https://www.mongodb.com/docs/mongoid/current/configuration/app-config/).
func (in *inspection) mongoid(known []detect.NeedSetting) ([]detect.NeedSetting, error) {
	config, err := in.yaml("config/mongoid.yml")
	if err != nil {
		return nil, err
	}
	production, _ := config.values["production"].(map[string]any)
	clients, _ := production["clients"].(map[string]any)
	client, _ := clients["default"].(map[string]any)
	r, ok := envRead(in.written(client["uri"]))
	env, err := safe.NewEnvName(r.name)
	if !ok || err != nil {
		return known, nil
	}
	return []detect.NeedSetting{{Env: env, Part: detect.PartURL}}, nil
}

// cable notes an Action Cable that wants Redis, whose gem is not there.
func (in *inspection) cable(s *detect.Service) error {
	config, err := in.yaml("config/cable.yml")
	if err != nil {
		return err
	}
	production, _ := config.values["production"].(map[string]any)
	if production["adapter"] == "redis" && in.d.HasDir("app/channels") {
		s.Notes = append(s.Notes, in.d.Note("config/cable.yml", config.lines.At("production", "adapter"), "Action Cable wants Redis, whose gem is not in the bundle"))
	}
	return nil
}

// uses reports whether the program names a constant of that module.
func (in *inspection) uses(module string) bool {
	found := false
	for name, nodes := range in.files {
		if aside(name) {
			continue
		}
		source.Walk(nodes, func(n *source.Node) bool {
			found = found || n.Kind == source.Const && (n.Text == module || strings.Contains("::"+n.Text+"::", "::"+module+"::"))
			return !found
		})
	}
	return found
}

func (in *inspection) has(s *detect.Service, need string) bool {
	return slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return n.Name == need })
}

// endings tell by the end of a variable's name which part of an address it holds.
var endings = []struct {
	end  string
	part detect.NeedPart
}{
	{"_URL", detect.PartURL}, {"_URI", detect.PartURL}, {"_SERVERS", detect.PartAddress}, {"_BROKERS", detect.PartAddress}, {"_HOST", detect.PartHost}, {"_HOSTNAME", detect.PartHost}, {"_PORT", detect.PartPort},
	{"_USERNAME", detect.PartUser}, {"_USER", detect.PartUser}, {"_PASSWORD", detect.PartPassword}, {"_DATABASE", detect.PartDatabase}, {"DB_NAME", detect.PartDatabase}, {"DATABASE_NAME", detect.PartDatabase}, {"_DB", detect.PartDatabase},
}

// settingsBy are the variables that the program reads an address from.
func (in *inspection) settingsBy(words []string) []detect.NeedSetting {
	var out []detect.NeedSetting
	for _, r := range in.envs {
		name, err := safe.NewEnvName(r.name)
		if err != nil || !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(r.name, w) }) {
			continue
		}
		for _, e := range endings {
			if strings.HasSuffix(r.name, e.end) {
				out = addSetting(out, detect.NeedSetting{Env: name, Part: e.part})
				break
			}
		}
	}
	for _, s := range out {
		if s.Part == detect.PartURL || s.Part == detect.PartHost || s.Part == detect.PartAddress {
			return out
		}
	}
	return nil
}

func addSetting(list []detect.NeedSetting, s detect.NeedSetting) []detect.NeedSetting {
	if slices.ContainsFunc(list, func(o detect.NeedSetting) bool { return o.Env == s.Env }) {
		return list
	}
	return append(list, s)
}

// database finds the SQL database: the one that config/database.yml names for
// production, else the one whose driver is among the gems.
func (in *inspection) database(s *detect.Service) error {
	config, err := in.yaml("config/database.yml")
	if err != nil {
		return err
	}
	where := []string{"production"}
	production, _ := config.values["production"].(map[string]any)
	var others []string
	if primary, ok := production["primary"].(map[string]any); ok {
		for name, v := range production {
			if _, ok := v.(map[string]any); ok && name != "primary" {
				others = append(others, name)
			}
		}
		slices.Sort(others)
		production, where = primary, append(where, "primary")
	}
	adapter := in.string(production["adapter"])
	why := in.d.Note("config/database.yml", config.lines.At(append(where, "adapter")...), "adapter: %s", safe.Visible(adapter))
	switch adapter {
	case "sqlite3", "litedb", "litestack":
		in.sqlite(s, production, why)
		return nil
	case "postgresql", "postgis", "postgres", "cockroachdb":
		in.sql(s, "postgres", "postgres", production, others, why)
		return nil
	case "mysql2", "trilogy":
		in.sql(s, "mysql", adapter, production, others, why)
		return nil
	case "sqlserver":
		in.sql(s, "sqlserver", "", production, others, why)
		return nil
	}
	for _, d := range drivers {
		if in.p.has(d.gem) {
			in.sql(s, d.need, d.scheme, production, others, in.p.why(d.gem))
			if file, ok := in.besideFile(len(config.values) == 0); ok && !evidence.RunsBeside(in.d, d.need, "mariadb") {
				s.Needs[len(s.Needs)-1].Optional = true
				in.sqlite(s, file.config, file.why)
			}
			return nil
		}
	}
	if _, ok := in.p.direct("sqlite3"); ok && in.rails != nil {
		in.sqlite(s, map[string]any{"database": "db/production.sqlite3"}, in.p.why("sqlite3"))
	}
	return nil
}

// fileDatabase is a SQLite database beside a server's driver.
type fileDatabase struct {
	config map[string]any
	why    detect.Note
}

// besideFile finds a SQLite database that the program has for production beside the driver
// of a server, where config/database.yml is a program that chooses between the two: what
// needs no server is what it starts with.
func (in *inspection) besideFile(unread bool) (fileDatabase, bool) {
	if _, ok := in.p.direct("sqlite3"); !ok || !unread || in.rails == nil || !in.d.Has("config/database.yml") {
		return fileDatabase{}, false
	}
	out := fileDatabase{map[string]any{"database": "storage/production.sqlite3"}, in.p.why("sqlite3")}
	for _, name := range in.d.Sub("config").Names("database.*.yml") {
		config, err := in.yaml(path.Join("config", name))
		if err != nil {
			continue
		}
		production, _ := config.values["production"].(map[string]any)
		if primary, ok := production["primary"].(map[string]any); ok {
			production = primary
		}
		if in.string(production["adapter"]) == "sqlite3" && in.string(production["database"]) != "" {
			out.config, out.why = production, in.d.Note(path.Join("config", name), config.lines.At("production"), "adapter: sqlite3")
		}
	}
	out.why.Text += ", beside the driver of a server, which the program starts without"
	return out, true
}

// sql adds a database server with the variables that tell the program where it is.
func (in *inspection) sql(s *detect.Service, need, scheme string, config map[string]any, others []string, why detect.Note) {
	n := detect.Need{Name: need, Why: []detect.Note{why}}
	variable := func(key string) (safe.EnvName, bool) {
		r, ok := envRead(in.written(config[key]))
		env, err := safe.NewEnvName(r.name)
		return env, ok && err == nil
	}
	if url, ok := variable("url"); ok {
		n.Settings = append(n.Settings, detect.NeedSetting{Env: url, Part: detect.PartURL, Scheme: scheme})
	} else if host, ok := variable("host"); ok {
		n.Settings = append(n.Settings, detect.NeedSetting{Env: host, Part: detect.PartHost})
		for _, key := range []struct {
			name string
			part detect.NeedPart
		}{{"port", detect.PartPort}, {"username", detect.PartUser}, {"user", detect.PartUser}, {"password", detect.PartPassword}, {"database", detect.PartDatabase}} {
			if env, ok := variable(key.name); ok {
				n.Settings = addSetting(n.Settings, detect.NeedSetting{Env: env, Part: key.part})
			}
		}
		for _, part := range []detect.NeedPart{detect.PartUser, detect.PartPassword} { // a name that is fixed is none of the account that is made
			if !slices.ContainsFunc(n.Settings, func(o detect.NeedSetting) bool { return o.Part == part }) {
				n.Settings = nil
			}
		}
	} else if in.rails == nil && len(config) == 0 {
		if n.Settings = in.settingsBy([]string{"DATABASE", "DB_", "POSTGRES", "PG", "MYSQL"}); len(n.Settings) > 0 {
			for i := range n.Settings {
				if n.Settings[i].Part == detect.PartURL {
					n.Settings[i].Scheme = scheme
				}
			}
		}
	}
	if len(n.Settings) == 0 {
		n.Settings = []detect.NeedSetting{{Env: safe.EnvNameOf("DATABASE_URL"), Part: detect.PartURL, Scheme: scheme}}
	}
	// A database of its own by that name has its address in a variable of its own
	// (https://guides.rubyonrails.org/active_record_multiple_databases.html).
	for _, name := range others {
		env, err := safe.NewEnvName(strings.ToUpper(name) + "_DATABASE_URL")
		if err == nil && n.Settings[0].Part == detect.PartURL {
			n.Settings = append(n.Settings, detect.NeedSetting{Env: env, Part: detect.PartURL, Scheme: scheme, Database: safe.Slug("app-"+name, "app")})
		}
	}
	if len(others) > 0 && need == "mysql" {
		s.Notes = append(s.Notes, in.d.Note("config/database.yml", why.Line, "the databases for %s need an account that may create them: grant it, or create them by hand", strings.Join(others, ", ")))
	}
	s.Needs = append(s.Needs, n)
}

// sqlite keeps databases in files in a folder that the program may write to. A folder
// that holds code as well is none: a volume over it would hide every later version.
func (in *inspection) sqlite(s *detect.Service, config map[string]any, why detect.Note) {
	file := in.string(config["database"])
	file = strings.TrimPrefix(path.Clean(file), "/app/")
	dir := path.Dir(file)
	if file == "" || strings.HasPrefix(dir, "..") || path.IsAbs(dir) || dir == "." || dir == "db" {
		s.SetEnv = append(s.SetEnv, setting("DATABASE_URL", "sqlite3:/app/storage/production.sqlite3", "db/ holds code too: the database lies in a volume of its own"))
		why.Text += ", in db/, which holds code too: the image keeps the database in storage/"
		s.Notes = append(s.Notes, why)
		in.state(s, "storage", "storage")
		return
	}
	in.state(s, dir, "storage")
	why.Text += ": the database is a file, kept in the volume of " + dir + "/"
	s.Notes = append(s.Notes, why)
}
