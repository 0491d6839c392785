package node

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// backing is a kind of backing service, by the packages that talk to it and the
// variables that say where it is.
type backing struct {
	name    string
	drivers []string
	dialect []string // what ORMs call it in their configuration
	// prefixes begin the variables that are about it; generic ones last.
	prefixes []string
	database bool // DB_HOST and DATABASE_URL may be about it
}

func backings() []backing {
	return []backing{
		{"postgres", []string{"pg", "postgres", "pg-promise", "slonik", "@vercel/postgres", "pg-native", "@neondatabase/serverless", "@prisma/adapter-pg", "connect-pg-simple", "pg-boss", "@mikro-orm/postgresql"},
			[]string{"postgres", "postgresql", "pg", "cockroachdb"}, []string{"POSTGRES", "POSTGRESQL", "PG", "PSQL"}, true},
		{"mysql", []string{"mysql2", "mysql", "@prisma/adapter-mysql", "@mikro-orm/mysql"}, []string{"mysql", "mysql2"}, []string{"MYSQL"}, true},
		{"mariadb", []string{"mariadb", "@prisma/adapter-mariadb", "@mikro-orm/mariadb"}, []string{"mariadb"}, []string{"MARIADB", "MYSQL"}, true},
		{"mongo", []string{"mongoose", "mongodb", "connect-mongo", "@nestjs/mongoose", "agenda", "mongojs", "monk", "@mikro-orm/mongodb"}, []string{"mongodb"}, []string{"MONGO", "MONGODB", "MONGOOSE"}, true},
		{"redis", []string{"redis", "ioredis", "bullmq", "bull", "bee-queue", "connect-redis", "@keyv/redis", "@fastify/redis", "@nestjs/bull", "@nestjs/bullmq", "rate-limit-redis", "handy-redis", "@socket.io/redis-adapter"}, nil, []string{"REDIS", "CACHE", "QUEUE"}, false},
		{"valkey", []string{"iovalkey", "@valkey/valkey-glide"}, nil, []string{"VALKEY", "REDIS"}, false},
		{"rabbitmq", []string{"amqplib", "amqp-connection-manager", "rascal", "@golevelup/nestjs-rabbitmq", "amqp-ts"}, nil, []string{"RABBITMQ", "RABBIT", "AMQP", "CLOUDAMQP"}, false},
		{"kafka", []string{"kafkajs", "node-rdkafka", "@confluentinc/kafka-javascript", "kafka-node"}, nil, []string{"KAFKA"}, false},
		{"nats", []string{"nats", "@nats-io/transport-node"}, nil, []string{"NATS"}, false},
		{"elasticsearch", []string{"@elastic/elasticsearch", "elasticsearch"}, nil, []string{"ELASTICSEARCH", "ELASTIC", "ES"}, false},
		{"opensearch", []string{"@opensearch-project/opensearch"}, nil, []string{"OPENSEARCH"}, false},
		{"memcached", []string{"memcached", "memjs", "memcache-plus"}, nil, []string{"MEMCACHED", "MEMCACHE", "MEMCACHIER"}, false},
		{"clickhouse", []string{"@clickhouse/client", "clickhouse"}, nil, []string{"CLICKHOUSE"}, false},
	}
}

// sqliteDrivers are those of a database that is a file.
var sqliteDrivers = []string{"sqlite3", "better-sqlite3", "sqlite", "libsql", "@libsql/client", "sql.js", "nedb", "@prisma/adapter-better-sqlite3"}

// findNeeds finds the backing services by what the running program depends on.
func (p *project) findNeeds(svc *detect.Service, files []*javascript.File) {
	vars := p.variables(files)
	dialect, at := p.dialect(files)
	sqlite := slices.ContainsFunc(sqliteDrivers, p.prod)
	for _, b := range backings() {
		i := slices.IndexFunc(b.drivers, p.prod)
		named := dialect != "" && slices.Contains(b.dialect, dialect)
		if i < 0 && !named {
			continue
		}
		if b.database && !named && dialect != "" && p.dialectRules(b.drivers) {
			continue // another database is configured; this driver is left over
		}
		n := detect.Need{Name: b.name}
		if i >= 0 {
			n.Why = append(n.Why, p.pkg.DependencyNote(b.drivers[i]))
		}
		if named {
			n.Why = append(n.Why, at)
		}
		n.Settings = settingsOf(b, vars)
		n.Optional = b.database && sqlite && !named || p.switchedOn(b, vars)
		svc.Needs = append(svc.Needs, n)
	}
	p.settleNeeds(svc)
}

// settleNeeds: two drivers for two databases mean that either will do, unless a
// configuration names one.
func (p *project) settleNeeds(svc *detect.Service) {
	sql := func(n detect.Need) bool { return n.Name == "postgres" || n.Name == "mysql" || n.Name == "mariadb" }
	count := 0
	for _, n := range svc.Needs {
		if sql(n) {
			count++
		}
	}
	if count < 2 {
		return
	}
	taken := false
	for i := range svc.Needs {
		if sql(svc.Needs[i]) {
			svc.Needs[i].Optional = svc.Needs[i].Optional || taken
			taken = true
		}
	}
}

// dialectRules reports whether only an ORM uses these drivers.
func (p *project) dialectRules(drivers []string) bool {
	return p.has("@prisma/client", "prisma", "knex", "sequelize", "typeorm", "drizzle-orm", "@mikro-orm/core") && slices.ContainsFunc(drivers, p.prod)
}

// switchedOn reports whether a variable turns the service on, so that the
// program starts without it.
func (p *project) switchedOn(b backing, vars []*variable) bool {
	return slices.ContainsFunc(vars, func(v *variable) bool {
		for _, prefix := range b.prefixes {
			if v.name == prefix+"_ENABLED" || v.name == prefix+"_ENABLE" || v.name == "ENABLE_"+prefix || v.name == "USE_"+prefix {
				return !v.required
			}
		}
		return false
	})
}

// dialect is the database that an ORM's configuration names.
func (p *project) dialect(files []*javascript.File) (string, detect.Note) {
	if provider, at := p.prisma(); provider != "" {
		return provider, at
	}
	check := func(f *javascript.File, keys ...string) (string, detect.Note) {
		if f == nil {
			return "", detect.Note{}
		}
		for _, key := range keys {
			for _, prop := range f.Props(key) {
				v := p.program.Value(f, prop.Value)
				if v.Set && isDialect(v.Text) {
					return v.Text, p.Note(f.Path, prop.Line, "%s: %s", key, v.Text)
				}
			}
		}
		return "", detect.Note{}
	}
	if p.has("drizzle-kit", "drizzle-orm") {
		if d, at := check(p.load(p.First(configs("drizzle.config")...)), "dialect", "driver"); d != "" {
			return d, at
		}
	}
	if p.has("knex") {
		for _, name := range append(configs("knexfile"), "src/knexfile.ts", "db/knexfile.js", "src/db/knexfile.js") {
			if d, at := check(p.load(name), "client"); d != "" {
				return d, at
			}
		}
	}
	if p.has("typeorm", "sequelize", "sequelize-typescript", "@mikro-orm/core") {
		for _, f := range files {
			if d, at := check(f, "type", "dialect"); d != "" {
				return d, at
			}
		}
	}
	return "", detect.Note{}
}

func isDialect(s string) bool {
	if slices.Contains([]string{"sqlite", "sqlite3", "better-sqlite3", "turso"}, s) {
		return true
	}
	return slices.ContainsFunc(backings(), func(b backing) bool { return slices.Contains(b.dialect, s) })
}

var (
	prismaProviderRE = regexp.MustCompile(`^\s*provider\s*=\s*"([a-z]+)"`)
	prismaURLRE      = regexp.MustCompile(`^\s*(?:directUrl|url)\s*=\s*env\("([A-Za-z_][A-Za-z0-9_]*)"\)`)
	prismaFileRE     = regexp.MustCompile(`^\s*url\s*=\s*"file:([^"]+)"`)
)

// prismaSchema is the schema's file, "" for none.
func (p *project) prismaSchema() string {
	if !p.has("prisma", "@prisma/client") {
		return ""
	}
	named := []string{"prisma/schema.prisma", "schema.prisma", "src/prisma/schema.prisma", "db/schema.prisma", "prisma/schema/schema.prisma"}
	if r, ok := rel(p.pkg.PrismaSchema); ok && p.pkg.PrismaSchema != "" {
		named = append([]string{r.String()}, named...)
	}
	if config := p.load(p.First(configs("prisma.config")...)); config != nil {
		if s, _, ok := p.literal(config, "schema"); ok {
			if r, ok := rel(s); ok {
				named = append([]string{r.String(), path.Join(r.String(), "schema.prisma")}, named...)
			}
		}
	}
	return p.First(named...)
}

// prisma reads the datasource of the schema
// (https://www.prisma.io/docs/orm/reference/prisma-schema-reference#datasource).
func (p *project) prisma() (provider string, at detect.Note) {
	name := p.prismaSchema()
	if name == "" {
		return "", at
	}
	data, err := p.Read(name)
	if err != nil {
		return "", at
	}
	inside := false
	for i, line := range strings.Split(string(data), "\n") {
		switch trimmed := strings.TrimSpace(line); {
		case strings.HasPrefix(trimmed, "datasource "):
			inside = true
		case trimmed == "}":
			inside = false
		case inside:
			if m := prismaProviderRE.FindStringSubmatch(line); m != nil {
				provider, at = m[1], p.Note(name, i+1, "provider = %q", m[1])
			}
			if m := prismaURLRE.FindStringSubmatch(line); m != nil && !slices.Contains(p.prismaEnv, m[1]) {
				p.prismaEnv = append(p.prismaEnv, m[1])
			}
			if m := prismaFileRE.FindStringSubmatch(line); m != nil {
				p.sqliteFile = path.Join(path.Dir(name), m[1])
			}
		}
	}
	return provider, at
}

// settingsOf finds the variables that tell the program where a service is.
func settingsOf(b backing, vars []*variable) []detect.NeedSetting {
	var out []detect.NeedSetting
	seen := map[detect.NeedPart]bool{}
	prefixes := b.prefixes
	if b.database {
		prefixes = append(slices.Clone(prefixes), "DATABASE", "DB", "TYPEORM", "SQL", "")
	}
	for _, prefix := range prefixes {
		for _, v := range vars {
			part, ok := partOf(v.name, prefix)
			if !ok || seen[part] && part != detect.PartURL {
				continue
			}
			name, err := safe.NewEnvName(v.name)
			if err != nil || slices.ContainsFunc(out, func(s detect.NeedSetting) bool { return s.Env == name }) {
				continue
			}
			seen[part] = true
			out = append(out, detect.NeedSetting{Env: name, Part: part})
		}
	}
	return out
}

// parts are the endings of variables and what they hold.
func partOf(name, prefix string) (detect.NeedPart, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok || prefix != "" && rest == "" {
		return "", false
	}
	if prefix == "" { // alone: only what can't be about another thing
		if name == "CONNECTION_STRING" {
			return detect.PartURL, true
		}
		return "", false
	}
	for _, known := range []string{"_PRISMA", "_DB", "_DATABASE", "_CONNECTION", "_SERVER", "DB"} {
		if r, ok := strings.CutPrefix(rest, known); ok && strings.HasPrefix(r, "_") {
			rest = r
			break
		}
	}
	switch strings.TrimPrefix(rest, "_") {
	case "URL", "URI", "CONNECTION_STRING", "CONNECTION_URL", "CONNECTION_URI", "DSN", "DB_URI", "DB_URL", "CONN_STR":
		return detect.PartURL, true
	case "HOST", "HOSTNAME", "SERVER", "ADDRESS":
		return detect.PartHost, true
	case "PORT":
		return detect.PartPort, true
	case "USER", "USERNAME", "USER_NAME":
		return detect.PartUser, true
	case "PASSWORD", "PASS", "PASSWD":
		return detect.PartPassword, true
	case "DATABASE", "DB", "NAME", "DB_NAME", "DBNAME", "DATABASE_NAME":
		return detect.PartDatabase, true
	}
	return "", false
}
