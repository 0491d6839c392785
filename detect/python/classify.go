package python

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// words of variables that name a service, and the part of its address.
var (
	serviceWords = map[string]string{
		"POSTGRES": "postgres", "POSTGRESQL": "postgres", "PG": "postgres", "PSQL": "postgres", "PGSQL": "postgres", "MYSQL": "mysql", "MARIADB": "mariadb",
		"REDIS": "redis", "VALKEY": "valkey", "MONGO": "mongo", "MONGODB": "mongo", "RABBITMQ": "rabbitmq", "RABBIT": "rabbitmq", "AMQP": "rabbitmq", "CLOUDAMQP": "rabbitmq",
		"KAFKA": "kafka", "ELASTICSEARCH": "elasticsearch", "ELASTIC": "elasticsearch", "ES": "elasticsearch", "OPENSEARCH": "opensearch", "MEMCACHED": "memcached", "MEMCACHE": "memcached",
		"NATS": "nats", "CLICKHOUSE": "clickhouse", "MSSQL": "sqlserver", "SQLSERVER": "sqlserver",
	}
	partWords = map[string]detect.NeedPart{
		"URL": detect.PartURL, "URI": detect.PartURL, "DSN": detect.PartURL, "SERVERS": detect.PartURL,
		"HOST": detect.PartHost, "HOSTNAME": detect.PartHost, "SERVER": detect.PartHost, "ADDRESS": detect.PartHost, "ADDR": detect.PartHost, "ENDPOINT": detect.PartHost,
		"PORT": detect.PartPort, "USER": detect.PartUser, "USERNAME": detect.PartUser, "PASSWORD": detect.PartPassword, "PASS": detect.PartPassword, "PASSWD": detect.PartPassword, "PWD": detect.PartPassword, "PW": detect.PartPassword,
		"DB": detect.PartDatabase, "DATABASE": detect.PartDatabase, "NAME": detect.PartDatabase, "DBNAME": detect.PartDatabase,
	}
	// libpq's own names have no separator.
	libpq = map[string]detect.NeedPart{
		"PGHOST": detect.PartHost, "PGPORT": detect.PartPort, "PGUSER": detect.PartUser, "PGPASSWORD": detect.PartPassword, "PGDATABASE": detect.PartDatabase,
		"MYSQLHOST": detect.PartHost, "MYSQLPORT": detect.PartPort, "MYSQLUSER": detect.PartUser, "MYSQLPASSWORD": detect.PartPassword, "MYSQLDATABASE": detect.PartDatabase,
	}
	djangoKeys = map[string]detect.NeedPart{"HOST": detect.PartHost, "PORT": detect.PartPort, "USER": detect.PartUser, "PASSWORD": detect.PartPassword, "NAME": detect.PartDatabase}
)

// classify says for which service a variable is, and which part of its address it holds.
func (in *inspection) classify(e envRead, found map[string]*detect.Need) (string, detect.NeedPart) {
	upper := strings.ToUpper(e.Name)
	if strings.Contains(upper, "TEST") {
		return "", ""
	}
	sql := ""
	for _, name := range relational {
		if n := found[name]; n != nil && (sql == "" || found[sql].Optional && !n.Optional) {
			sql = name
		}
	}
	for _, name := range []string{"minio", "meilisearch", "neo4j"} {
		if part, ok := manifest.SpecialPart(name, upper); ok && found[name] != nil {
			return name, part
		}
	}
	if part, ok := libpq[upper]; ok {
		if strings.HasPrefix(upper, "PG") {
			return "postgres", part
		}
		return "mysql", part
	}
	if part, ok := in.djangoPart(e.Name); ok {
		return sql, part
	}
	if e.Method == "db" || e.Method == "db_url" || e.Method == "dj_db_url" {
		return sql, detect.PartURL
	}
	if e.Method == "cache" || e.Method == "cache_url" {
		return "redis", detect.PartURL
	}
	words := strings.FieldsFunc(upper, func(r rune) bool { return r == '_' || r == '-' })
	if len(words) == 0 {
		return "", ""
	}
	last := words[len(words)-1]
	part, ok := partWords[last]
	if !ok && (slices.Contains(words, "BROKER") || last == "BACKEND" && slices.Contains(words, "CELERY")) {
		part, ok = detect.PartURL, true
	}
	if !ok && slices.Contains(words, "SERVERS") {
		part, ok = detect.PartURL, true
	}
	if !ok {
		return "", ""
	}
	if k := kindOfURL(evaluate(e.m, e.Default).Text); k != "" && k != "sqlite" && found[k] != nil {
		return k, detect.PartURL
	}
	for i, w := range words {
		if s, ok := serviceWords[w]; ok && (i < len(words)-1 || len(words) == 1) {
			if s == "mysql" && found["mysql"] == nil && found["mariadb"] != nil {
				s = "mariadb"
			}
			return s, part
		}
	}
	switch {
	case slices.Contains(words, "CELERY") || slices.Contains(words, "BROKER"):
		if part != detect.PartURL && last != "BACKEND" {
			return "", ""
		}
		for _, name := range []string{"rabbitmq", "redis"} {
			if found[name] != nil && (name == "redis" || slices.Contains(words, "BROKER")) {
				return name, detect.PartURL
			}
		}
	case slices.ContainsFunc(words[:len(words)-1], func(w string) bool { return w == "DB" || w == "DATABASE" || w == "SQL" || w == "SQLALCHEMY" }):
		if sql == "" && found["mongo"] != nil {
			return "mongo", part
		}
		return sql, part
	case slices.Contains(words, "CACHE") && part == detect.PartURL:
		return "redis", part
	}
	return "", ""
}

// djangoPart is the key of DATABASES that a variable is read for.
func (in *inspection) djangoPart(env string) (detect.NeedPart, bool) {
	if in.django == nil {
		return "", false
	}
	for _, db := range in.django.all("DATABASES") {
		for _, e := range db.expr.Elts {
			for _, key := range slices.Sorted(maps.Keys(djangoKeys)) {
				if x := e.Get(key); x != nil && (evaluate(db.m, x).Env == env || in.envOf(setting{db.m, db.file, x}) == env) {
					return djangoKeys[key], true
				}
			}
		}
	}
	return "", false
}
