package python

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/python/source"
	"dockgen/internal/safe"
)

// drivers are the distributions through which a program talks to a backing service, with
// the name that SQLAlchemy's URLs give them.
var drivers = map[string]struct{ need, scheme string }{
	"psycopg2": {"postgres", "postgresql+psycopg2"}, "psycopg2-binary": {"postgres", "postgresql+psycopg2"}, "psycopg": {"postgres", "postgresql+psycopg"},
	"psycopg-binary": {"postgres", "postgresql+psycopg"}, "asyncpg": {"postgres", "postgresql+asyncpg"}, "quart-db": {"postgres", "postgresql"}, "pg8000": {"postgres", "postgresql+pg8000"}, "aiopg": {"postgres", "postgresql"},
	"mysqlclient": {"mysql", "mysql+mysqldb"}, "pymysql": {"mysql", "mysql+pymysql"}, "aiomysql": {"mysql", "mysql+aiomysql"}, "asyncmy": {"mysql", "mysql+asyncmy"},
	"mysql-connector-python": {"mysql", "mysql+mysqlconnector"}, "flask-mysqldb": {"mysql", "mysql"}, "mariadb": {"mariadb", "mariadb+mariadbconnector"},
	"redis": {"redis", "redis"}, "django-redis": {"redis", "redis"}, "channels-redis": {"redis", "redis"}, "aioredis": {"redis", "redis"}, "rq": {"redis", "redis"}, "django-rq": {"redis", "redis"},
	"arq": {"redis", "redis"}, "fastapi-limiter": {"redis", "redis"}, "flask-redis": {"redis", "redis"}, "taskiq-redis": {"redis", "redis"}, "redis-om": {"redis", "redis"}, "valkey": {"valkey", "valkey"},
	"pymongo": {"mongo", "mongodb"}, "motor": {"mongo", "mongodb"}, "mongoengine": {"mongo", "mongodb"}, "beanie": {"mongo", "mongodb"}, "flask-pymongo": {"mongo", "mongodb"}, "odmantic": {"mongo", "mongodb"}, "flask-mongoengine": {"mongo", "mongodb"},
	"pika": {"rabbitmq", "amqp"}, "aio-pika": {"rabbitmq", "amqp"}, "aiormq": {"rabbitmq", "amqp"}, "taskiq-aio-pika": {"rabbitmq", "amqp"}, "librabbitmq": {"rabbitmq", "amqp"},
	"kafka-python": {"kafka", ""}, "kafka-python-ng": {"kafka", ""}, "aiokafka": {"kafka", ""}, "confluent-kafka": {"kafka", ""}, "faust-streaming": {"kafka", "kafka"},
	"elasticsearch": {"elasticsearch", "http"}, "elasticsearch-dsl": {"elasticsearch", "http"}, "django-elasticsearch-dsl": {"elasticsearch", "http"}, "opensearch-py": {"opensearch", "http"},
	"pymemcache": {"memcached", ""}, "python-memcached": {"memcached", ""}, "pylibmc": {"memcached", ""}, "aiomcache": {"memcached", ""},
	"minio": {"minio", ""}, "django-minio-storage": {"minio", ""}, "neo4j": {"neo4j", "bolt"}, "neomodel": {"neo4j", "bolt"}, "py2neo": {"neo4j", "bolt"}, "meilisearch": {"meilisearch", "http"},
	"pymssql": {"sqlserver", "mssql+pymssql"}, "mssql-django": {"sqlserver", "mssql"}, "mssql-python": {"sqlserver", "mssql+mssqlpython"}, "django-mssql-backend": {"sqlserver", "mssql"},
	"nats-py": {"nats", "nats"}, "clickhouse-driver": {"clickhouse", "clickhouse"}, "clickhouse-connect": {"clickhouse", "http"},
}

// driverExtras are extras that bring a driver.
var driverExtras = map[string]string{
	"celery[redis]": "redis", "dramatiq[redis]": "redis", "dramatiq[rabbitmq]": "pika", "kombu[redis]": "redis", "sqlalchemy[postgresql]": "psycopg2", "sqlalchemy[postgresql-asyncpg]": "asyncpg", "tortoise-orm[asyncpg]": "asyncpg",
	"databases[postgresql]": "asyncpg", "databases[asyncpg]": "asyncpg", "databases[mysql]": "aiomysql", "piccolo[postgres]": "asyncpg", "celery[librabbitmq]": "librabbitmq", "flask-limiter[redis]": "redis", "taskiq[redis]": "redis",
}

var relational = []string{"postgres", "mysql", "mariadb", "sqlserver"}

// extensions are distributions that need an extension of PostgreSQL.
var extensions = map[string]string{"geoalchemy2": "postgis", "pgvector": "pgvector", "langchain-postgres": "pgvector", "llama-index-vector-stores-postgres": "pgvector", "djangorestframework-gis": "postgis"}

// needs finds the backing services: by the drivers among the direct dependencies, and by
// what the code says of where they are.
func (in *inspection) needs(s *detect.Service, envs []envRead) {
	found := map[string]*detect.Need{}
	schemes := map[string]string{}
	add := func(name, scheme string, why detect.Note) {
		n := found[name]
		if n == nil {
			n = &detect.Need{Name: name}
			found[name] = n
		}
		if len(n.Why) < 3 {
			n.Why = append(n.Why, why)
		}
		if schemes[name] == "" {
			schemes[name] = scheme
		}
	}
	if in.p != nil {
		for _, r := range in.p.direct {
			if k, ok := drivers[r.Name]; ok {
				add(k.need, k.scheme, r.Why)
			}
			for _, e := range r.Extras {
				if d, ok := driverExtras[r.Name+"["+e+"]"]; ok {
					add(drivers[d].need, drivers[d].scheme, r.Why)
				}
			}
		}
	}
	engines := in.engines(envs)
	if found["mysql"] != nil && found["mariadb"] == nil && engines["mariadb"].Path != "" {
		found["mariadb"], schemes["mariadb"] = found["mysql"], schemes["mysql"]
		found["mariadb"].Name = "mariadb"
		delete(found, "mysql")
	}
	in.extended(found["postgres"])
	in.optional(found, engines)
	if why, ok := engines["rabbitmq"]; ok && in.p.installed("celery") && found["rabbitmq"] == nil {
		_, named := engines["redis"]
		switch {
		case found["redis"] == nil:
			add("rabbitmq", "amqp", why)
		case !named && !in.c.imports("redis", "django_redis", "channels_redis", "rq", "django_rq", "aioredis"):
			// The client is what a queue could speak through, and it speaks to the other broker.
			delete(found, "redis")
			add("rabbitmq", "amqp", why)
		}
	}
	in.needSettings(found, schemes, envs)
	s.Notes = append(s.Notes, choices(found, engines)...)
	in.guarded(found, engines, envs)
	for _, name := range slices.Sorted(maps.Keys(found)) {
		s.Needs = append(s.Needs, *found[name])
	}
}

// extended finds the extension of PostgreSQL that the program's tables need.
func (in *inspection) extended(n *detect.Need) {
	if n == nil {
		return
	}
	if in.p != nil {
		for _, r := range in.p.direct {
			if v := extensions[r.Name]; v != "" && n.Variant != "postgis" {
				n.Variant, n.Why = v, append(n.Why, r.Why)
			}
		}
	}
	if g := in.django; g != nil && g.lists("INSTALLED_APPS", "django.contrib.gis") {
		n.Variant = "postgis"
	}
}

// engines are the kinds of service that the code's addresses name: "sqlite" and
// "mariadb" among them.
func (in *inspection) engines(envs []envRead) map[string]detect.Note {
	out := map[string]detect.Note{}
	mark := func(text string, why detect.Note) {
		if k := kindOfURL(text); k != "" {
			if _, ok := out[k]; !ok {
				out[k] = why
			}
		}
	}
	if g := in.django; g != nil {
		for _, db := range g.all("DATABASES") {
			for _, e := range db.expr.Elts {
				for _, part := range []*source.Expr{e.Get("ENGINE")} {
					if v := evaluate(db.m, part); v.OK {
						mark("engine:"+v.Text, in.d.Note(db.file, db.expr.Line, "DATABASES"))
					}
				}
			}
		}
		for _, name := range []string{"CACHES", "CELERY_BROKER_URL", "BROKER_URL", "CHANNEL_LAYERS"} {
			for _, v := range g.all(name) {
				for _, t := range texts(v.expr) {
					mark(t, in.d.Note(v.file, v.expr.Line, "%s", name))
				}
			}
		}
	}
	for _, e := range envs {
		if v := evaluate(e.m, e.Default); v.Text != "" {
			mark(v.Text, e.note)
		}
	}
	for _, f := range in.c.files {
		if !in.c.mentions(f, "sqlite", "mariadb", "MARIADB_", "postgres", "amqp://") {
			continue
		}
		m := in.c.module(f)
		for _, s := range m.Literals() {
			if strings.HasPrefix(s.Text, "MARIADB_") { // a variable, or the head of one
				mark("mariadb://", in.d.Note(f, s.Line, "a variable of MariaDB's"))
			}
			mark(s.Text, in.d.Note(f, s.Line, "%s", safe.Visible(kindOfURL(s.Text))))
		}
	}
	return out
}

// texts are the string literals anywhere in an expression.
func texts(e *source.Expr) []string {
	var out []string
	e.Walk(func(x *source.Expr) {
		if x.Kind == source.Str {
			out = append(out, x.Text)
		}
	})
	return out
}

// kindOfURL names the service that an address or a Django engine is for.
func kindOfURL(text string) string {
	scheme, _, ok := strings.Cut(text, "://")
	if engine, django := strings.CutPrefix(text, "engine:"); django {
		scheme, ok = engine[strings.LastIndexByte(engine, '.')+1:], true
	} else if strings.HasPrefix(text, "django.db.backends.") || strings.HasPrefix(text, "django.contrib.gis.db.backends.") {
		scheme, ok = text[strings.LastIndexByte(text, '.')+1:], true
	}
	if !ok {
		return ""
	}
	scheme, _, _ = strings.Cut(scheme, "+")
	switch scheme {
	case "postgres", "postgresql", "postgresql_psycopg2", "postgis", "psql", "pgsql":
		return "postgres"
	case "mysql", "mysql2":
		return "mysql"
	case "mariadb":
		return "mariadb"
	case "sqlite", "sqlite3", "spatialite":
		return "sqlite"
	case "redis", "rediss":
		return "redis"
	case "amqp", "pyamqp", "amqps":
		return "rabbitmq"
	case "mongodb", "mongo":
		return "mongo"
	}
	return ""
}

// optional marks what the program can do without. A database is optional where the
// program falls back to SQLite; of several kinds the one that the code names is wanted.
func (in *inspection) optional(found map[string]*detect.Need, engines map[string]detect.Note) {
	_, sqlite := engines["sqlite"]
	if !sqlite && in.p != nil {
		_, sqlite = in.p.find("aiosqlite")
	}
	var present []string
	for _, name := range relational {
		if found[name] != nil {
			present = append(present, name)
		}
	}
	for _, name := range present {
		_, named := engines[name]
		found[name].Optional = sqlite && !in.insists(name) && !evidence.RunsBeside(in.d, name) || len(present) > 1 && !named && slices.ContainsFunc(present, func(o string) bool { _, ok := engines[o]; return ok && o != name })
	}
}

// choices leaves out the databases that a program has a driver for beside the one whose
// address it reads: it may be run on either, and runs on one.
func choices(found map[string]*detect.Need, engines map[string]detect.Note) []detect.Note {
	read := ""
	for _, name := range relational {
		if n := found[name]; n != nil && len(n.Settings) > 0 {
			read = name
			break
		}
	}
	var out []detect.Note
	for _, name := range relational {
		n := found[name]
		if read == "" || n == nil || len(n.Settings) > 0 {
			continue
		}
		if _, named := engines[name]; named {
			n.Optional = true
			continue
		}
		why := n.Why[0]
		out = append(out, detect.Note{Path: why.Path, Line: why.Line, Text: fmt.Sprintf("a driver for %s: left out, for the program reads the address of one database, taken as %s's", name, read)})
		delete(found, name)
	}
	return out
}

// sides are services that programs use beside their database: without an address most do
// without them.
var sides = []string{"elasticsearch", "opensearch", "memcached", "clickhouse"}

// guarded marks a service as optional whose address the code only takes where there is one.
func (in *inspection) guarded(found map[string]*detect.Need, engines map[string]detect.Note, envs []envRead) {
	for name, n := range found {
		addresses, optional := 0, 0
		for _, set := range n.Settings {
			if set.Part != detect.PartURL && set.Part != detect.PartHost {
				continue
			}
			for _, e := range envs {
				if e.Name != set.Env.String() {
					continue
				}
				addresses++
				_, named := engines[name]
				if e.Guarded || slices.Contains(sides, name) && !named && !e.Required && (e.Default == nil || evaluate(e.m, e.Default).Text == "") {
					optional++
				}
			}
		}
		if addresses > 0 && addresses == optional {
			n.Optional = true
		}
	}
}

// insists reports whether the settings that the server loads name the database as such,
// so that SQLite is that of other settings.
func (in *inspection) insists(name string) bool {
	if in.django == nil {
		return false
	}
	db, ok := in.django.get("DATABASES")
	if !ok {
		return false
	}
	for _, e := range db.expr.Elts {
		if v := evaluate(db.m, e.Get("ENGINE")); v.OK && v.Env == "" && kindOfURL("engine:"+v.Text) == name {
			return len(in.django.all("DATABASES")) == 1
		}
		for _, v := range db.m.Envs(nil) {
			if v.Line == e.Line && v.Required && (v.Method == "db" || v.Method == "db_url") {
				return true
			}
		}
	}
	return false
}

// needSettings finds the variables through which the program learns where a service is.
func (in *inspection) needSettings(found map[string]*detect.Need, schemes map[string]string, envs []envRead) {
	taken := map[string]bool{}
	for _, e := range envs {
		name, part := in.classify(e, found)
		n := found[name]
		if n == nil || part == "" || taken[e.Name] {
			continue
		}
		env, err := safe.NewEnvName(e.Name)
		if err != nil {
			continue
		}
		taken[e.Name] = true
		setting := detect.NeedSetting{Env: env, Part: part}
		if part == detect.PartURL {
			setting.Scheme = in.scheme(name, schemes[name], e)
		}
		n.Settings = append(n.Settings, setting)
	}
}

// scheme is that of the URL which a variable holds, as its reader wants it.
func (in *inspection) scheme(need, driver string, e envRead) string {
	v := evaluate(e.m, e.Default)
	if scheme, _, ok := strings.Cut(v.Text, "://"); ok && kindOfURL(v.Text) == need {
		return scheme
	}
	switch {
	case !slices.Contains(relational, need):
		if need == "redis" || need == "rabbitmq" || need == "mongo" {
			return ""
		}
		return driver
	case e.Reader == "dj_database_url" || e.Method == "db" || e.Method == "db_url" || e.Method == "dj_db_url" || in.django != nil:
		return map[string]string{"postgres": "postgres", "mysql": "mysql", "mariadb": "mysql"}[need]
	case in.p.installed("sqlalchemy") || in.p.installed("sqlmodel") || in.p.installed("flask-sqlalchemy"):
		return driver
	}
	return map[string]string{"postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql"}[need]
}
