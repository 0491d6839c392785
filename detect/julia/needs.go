package julia

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// clients are the packages that talk to a backing service.
var clients = []struct{ pkg, need, scheme string }{
	{"LibPQ", "postgres", "postgresql"}, {"SearchLightPostgreSQL", "postgres", "postgresql"}, {"Postgres", "postgres", "postgresql"}, {"PostgresORM", "postgres", "postgresql"},
	{"MySQL", "mysql", "mysql"}, {"SearchLightMySQL", "mysql", "mysql"}, {"Mongoc", "mongo", "mongodb"}, {"Mongo", "mongo", "mongodb"},
	{"Redis", "redis", "redis"}, {"Jedis", "redis", "redis"}, {"RedisClient", "redis", "redis"}, {"RedisConnectionPool", "redis", "redis"},
	{"AMQPClient", "rabbitmq", "amqp"}, {"RDKafka", "kafka", ""}, {"NATS", "nats", "nats"}, {"Memcache", "memcached", ""}, {"Memcached", "memcached", ""},
	{"ClickHouse", "clickhouse", "http"}, {"Neo4jBolt", "neo4j", "bolt"}, {"Neo4j", "neo4j", "http"}, {"ElasticsearchClient", "elasticsearch", "http"}, {"Elastic", "elasticsearch", "http"},
	{"Minio", "minio", ""},
}

// prefixes are how the variables of a service begin, or what is part of them.
var prefixes = map[string][]string{
	"postgres": {"POSTGRES", "POSTGRESQL", "PG", "DATABASE", "DB", "LIBPQ"}, "mysql": {"MYSQL", "MARIADB", "DATABASE", "DB"}, "redis": {"REDIS"},
	"mongo": {"MONGO", "MONGODB", "DATABASE", "DB"}, "rabbitmq": {"RABBITMQ", "RABBIT", "AMQP", "MQ"}, "kafka": {"KAFKA"}, "nats": {"NATS"}, "memcached": {"MEMCACHED", "MEMCACHE"},
	"clickhouse": {"CLICKHOUSE"}, "elasticsearch": {"ELASTIC", "ELASTICSEARCH"},
}

// libpq are the variables that PostgreSQL's own library reads, which the sources needn't
// name: https://www.postgresql.org/docs/current/libpq-envars.html.
var libpq = map[string]detect.NeedPart{"PGHOST": detect.PartHost, "PGPORT": detect.PartPort, "PGUSER": detect.PartUser, "PGPASSWORD": detect.PartPassword, "PGDATABASE": detect.PartDatabase}

// needs are the backing services of the packages, with the variables that name them.
func (pr *program) needs(s *detect.Service) {
	for _, c := range clients {
		why, ok := pr.dep(c.pkg)
		if !ok {
			continue
		}
		if i := slices.IndexFunc(s.Needs, func(n detect.Need) bool { return n.Name == c.need }); i >= 0 {
			s.Needs[i].Why = append(s.Needs[i].Why, why)
			continue
		}
		s.Needs = append(s.Needs, detect.Need{Name: c.need, Why: []detect.Note{why}})
	}
}

// addresses tells the needs which variables hold their parts, once those are known.
func (pr *program) addresses(s *detect.Service) {
	databases := 0
	for _, n := range s.Needs {
		if n.Name == "postgres" || n.Name == "mysql" || n.Name == "mongo" {
			databases++
		}
	}
	for i := range s.Needs {
		n := &s.Needs[i]
		for _, e := range s.Env {
			part, ok := manifest.SpecialPart(n.Name, e.Name.String())
			if !ok {
				part, ok = libpq[e.Name.String()], n.Name == "postgres"
			}
			if !ok || part == "" {
				part = partOf(e.Name.String(), n.Name, databases > 1)
			}
			if part == "" {
				continue
			}
			set := detect.NeedSetting{Env: e.Name, Part: part}
			if part == detect.PartURL {
				set.Scheme = scheme(n.Name)
			}
			n.Settings = append(n.Settings, set)
		}
	}
}

func scheme(need string) string {
	for _, c := range clients {
		if c.need == need {
			return c.scheme
		}
	}
	return ""
}

// partOf tells which part of a service's address a variable holds, by its name: one of its
// words is the service's, the last says the part. With several databases, a general word
// like DB names none of them.
func partOf(name, need string, several bool) detect.NeedPart {
	words := strings.Split(strings.ToUpper(name), "_")
	own := func(w string) bool {
		return slices.Contains(prefixes[need], w) && (!several || w != "DB" && w != "DATABASE")
	}
	if !slices.ContainsFunc(words, own) {
		return ""
	}
	last := words[len(words)-1]
	if len(words) == 1 {
		return ""
	}
	return detect.PartNamed(last)
}
