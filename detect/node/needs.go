package node

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
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
		{"postgres", []string{"pg", "postgres", "pg-promise", "slonik", "@vercel/postgres", "pg-native", "@neondatabase/serverless", "@prisma/adapter-pg", "connect-pg-simple", "pg-boss", "@mikro-orm/postgresql", "@medusajs/medusa"},
			[]string{"postgres", "postgresql", "pg", "cockroachdb"}, []string{"POSTGRES", "POSTGRESQL", "PG", "PSQL"}, true},
		{"mysql", []string{"mysql2", "mysql", "@prisma/adapter-mysql", "@mikro-orm/mysql"}, []string{"mysql", "mysql2"}, []string{"MYSQL"}, true},
		{"mariadb", []string{"mariadb", "@prisma/adapter-mariadb", "@mikro-orm/mariadb"}, []string{"mariadb"}, []string{"MARIADB", "MYSQL"}, true},
		{"mongo", []string{"mongoose", "mongodb", "connect-mongo", "@nestjs/mongoose", "agenda", "mongojs", "monk", "@mikro-orm/mongodb", "@fastify/mongodb"}, []string{"mongodb"}, []string{"MONGO", "MONGODB", "MONGOOSE"}, true},
		{"redis", []string{"redis", "ioredis", "bullmq", "bull", "bee-queue", "connect-redis", "@keyv/redis", "@fastify/redis", "@nestjs/bull", "@nestjs/bullmq", "rate-limit-redis", "handy-redis", "@socket.io/redis-adapter"}, nil, []string{"REDIS", "CACHE", "QUEUE"}, false},
		{"valkey", []string{"iovalkey", "@valkey/valkey-glide"}, nil, []string{"VALKEY", "REDIS"}, false},
		{"rabbitmq", []string{"amqplib", "amqp-connection-manager", "rascal", "@golevelup/nestjs-rabbitmq", "amqp-ts"}, nil, []string{"RABBITMQ", "RABBIT", "AMQP", "CLOUDAMQP"}, false},
		{"kafka", []string{"kafkajs", "node-rdkafka", "@confluentinc/kafka-javascript", "kafka-node"}, nil, []string{"KAFKA"}, false},
		{"nats", []string{"nats", "@nats-io/transport-node"}, nil, []string{"NATS"}, false},
		{"elasticsearch", []string{"@elastic/elasticsearch", "elasticsearch"}, nil, []string{"ELASTICSEARCH", "ELASTIC", "ES"}, false},
		{"opensearch", []string{"@opensearch-project/opensearch"}, nil, []string{"OPENSEARCH"}, false},
		{"memcached", []string{"memcached", "memjs", "memcache-plus"}, nil, []string{"MEMCACHED", "MEMCACHE", "MEMCACHIER"}, false},
		{"clickhouse", []string{"@clickhouse/client", "clickhouse"}, nil, []string{"CLICKHOUSE"}, false},
		{"sqlserver", []string{"mssql", "tedious", "@prisma/adapter-mssql", "@mikro-orm/mssql"}, []string{"sqlserver", "mssql"}, []string{"MSSQL", "SQLSERVER"}, true},
		{"neo4j", []string{"neo4j-driver"}, nil, []string{"NEO4J"}, false},
		{"meilisearch", []string{"meilisearch"}, nil, []string{"MEILI", "MEILISEARCH"}, false},
		{"minio", []string{"minio", "nestjs-minio-client"}, nil, []string{"MINIO", "S3"}, false},
	}
}

// sqliteDrivers are those of a database that is a file.
var sqliteDrivers = []string{"sqlite3", "@louislam/sqlite3", "@vscode/sqlite3", "better-sqlite3", "sqlite", "libsql", "@libsql/client", "sql.js", "nedb", "@prisma/adapter-better-sqlite3"}

// findNeeds finds the backing services by what the running program depends on,
// through packages of its workspace too.
func (p *project) findNeeds(svc *detect.Service, files []*javascript.File) {
	dialect, at := p.dialect(files)
	vars := p.variables(files)
	sqlite := slices.ContainsFunc(sqliteDrivers, p.uses)
	for _, b := range backings() {
		i := slices.IndexFunc(b.drivers, p.uses)
		named := dialect != "" && slices.Contains(b.dialect, dialect)
		if i < 0 && !named {
			continue
		}
		if b.database && !named && dialect != "" && p.has("@prisma/client", "prisma", "knex", "sequelize", "typeorm", "drizzle-orm", "@mikro-orm/core") {
			continue // another database is configured; this driver is left over
		}
		if !named && p.leftOver(b) {
			p.remarkAt(p.driverNote(b.drivers[i]), "no source imports %s: compose.yaml starts no %s for it", b.drivers[i], b.name)
			continue
		}
		n := detect.Need{Name: b.name}
		if i >= 0 {
			n.Why = append(n.Why, p.driverNote(b.drivers[i]))
		}
		if named {
			n.Why = append(n.Why, at)
		}
		if n.Settings = settingsOf(b, vars); len(n.Settings) == 0 { // read through another name for the environment
			n.Settings = settingsOf(b, p.named())
		}
		if len(n.Settings) == 0 {
			n.Settings = p.handed(b, files)
		}
		if b.name == "postgres" && (p.uses("pgvector") || p.prismaExtension("vector", "pgvector")) {
			n.Variant = "pgvector"
		}
		if b.name == "postgres" && p.prismaExtension("postgis") {
			n.Variant = "postgis"
		}
		if named {
			n.Settings = p.withPrisma(n.Settings)
		}
		n.Optional = !named && (b.database && sqlite || p.switchedOn(b, vars, n.Settings))
		svc.Needs = append(svc.Needs, n)
	}
	for _, n := range p.bunBacking(files) {
		if !slices.ContainsFunc(svc.Needs, func(o detect.Need) bool { return o.Name == n.Name }) {
			svc.Needs = append(svc.Needs, n)
		}
	}
	p.chosen(svc, files)
	p.settleNeeds(svc)
}

// named are the variables whose names the committed file of variables holds.
func (p *project) named() []*variable {
	lines, err := manifest.EnvNames(p.Dir, ".env")
	if err != nil {
		return nil
	}
	var out []*variable
	for _, l := range lines {
		out = append(out, &variable{name: l.Name})
	}
	return out
}

// uses reports whether the running program depends on the package, be it
// through another package of the workspace.
func (p *project) uses(name string) bool {
	return p.prod(name) || slices.ContainsFunc(p.members(), func(m nodepkg.Member) bool { return m.Manifest.Production(name) })
}

func (p *project) driverNote(name string) detect.Note {
	if !p.prod(name) {
		for _, m := range p.members() {
			if m.Manifest.Production(name) {
				return m.Manifest.DependencyNote(name)
			}
		}
	}
	return p.pkg.DependencyNote(name)
}

// settleNeeds: drivers of several databases mean that any of them will do. A
// program that knows three kinds talks to other people's.
func (p *project) settleNeeds(svc *detect.Service) {
	kinds := 0
	for _, n := range svc.Needs {
		if isDatabase(n.Name) {
			kinds++
		}
	}
	taken := false
	for i := range svc.Needs {
		n := &svc.Needs[i]
		if kinds > 1 && isDatabase(n.Name) && !n.Optional && p.runsAnother(svc, n.Name) {
			n.Optional = true // the project's own Compose file starts the program without it
			continue
		}
		switch {
		case kinds > 2 && len(n.Settings) == 0:
			n.Optional = true
		case kinds > 1 && isDatabase(n.Name) && n.Name != "mongo":
			n.Optional = n.Optional || taken
			taken = true
		}
	}
}

func isDatabase(name string) bool {
	return slices.ContainsFunc(backings(), func(b backing) bool { return b.name == name && b.database })
}

// switchedOn reports whether a variable turns the service on, so that the
// program starts without it.
func (p *project) switchedOn(b backing, vars []*variable, settings []detect.NeedSetting) bool {
	return slices.ContainsFunc(vars, func(v *variable) bool {
		// To go without a password or a port is not to go without the service.
		if v.guarded && !v.required && slices.ContainsFunc(settings, func(s detect.NeedSetting) bool {
			return s.Env.String() == v.name && (s.Part == detect.PartURL || s.Part == detect.PartHost)
		}) {
			return true
		}
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

// clients are the calls by which a program reaches a service at an address.
var clients = map[string][]string{
	"mongo": {"MongoClient", "mongoose.connect", "mongoose.createConnection", "MongoClient.connect"}, "redis": {"Redis", "IORedis"}, "rabbitmq": {"amqp.connect", "amqplib.connect"},
}

// handed is the variable whose value a program hands to a service's client, whatever it is
// called: new MongoClient(process.env.ATLAS_URI).
func (p *project) handed(b backing, files []*javascript.File) []detect.NeedSetting {
	for _, f := range files {
		for _, c := range f.Calls(f.Whole()) {
			if len(c.Args) == 0 || !slices.Contains(clients[b.name], strings.Join(c.Callee, ".")) {
				continue
			}
			if name, err := safe.NewEnvName(p.program.Value(f, c.Args[0]).Env); err == nil {
				return []detect.NeedSetting{{Env: name, Part: detect.PartURL}}
			}
		}
	}
	return nil
}

// settingsOf finds the variables that tell the program where a service is.
func settingsOf(b backing, vars []*variable) []detect.NeedSetting {
	var out []detect.NeedSetting
	seen := map[detect.NeedPart]bool{}
	for _, v := range vars {
		if part, ok := manifest.SpecialPart(b.name, v.name); ok && !seen[part] {
			if name, err := safe.NewEnvName(v.name); err == nil {
				seen[part] = true
				out = append(out, detect.NeedSetting{Env: name, Part: part})
			}
		}
	}
	if len(out) > 0 {
		return out
	}
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

// urlAlways begin the variables of services whose host stands in a whole address.
var urlAlways = []string{"ELASTICSEARCH", "ELASTIC", "ES", "OPENSEARCH", "KAFKA", "NATS", "MEMCACHED", "MEMCACHE", "MEMCACHIER"}

// partOf tells by its ending what a variable holds.
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
	if slices.Contains(urlAlways, prefix) { // their clients take an address with a scheme, or a list of host:port
		switch strings.TrimPrefix(rest, "_") {
		case "HOST", "HOSTS", "NODE", "NODES", "ADDRESS", "ENDPOINT", "URL", "URI", "BROKER", "BROKERS", "BOOTSTRAP_SERVERS", "SERVERS", "SERVER":
			return detect.PartURL, true
		}
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
