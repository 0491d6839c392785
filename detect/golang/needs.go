package golang

import (
	"go/ast"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// backing says which imports mean a backing service, and how the variables that
// tell of it are called.
type backing struct {
	name    string
	imports []string
	words   []string // elements of the names of its variables
	scheme  string   // of its URL
	sql     bool     // one of several databases that a program may be built for
}

func backings() []backing {
	return []backing{
		{name: "postgres", scheme: "postgres", sql: true, words: []string{"DATABASE", "DB", "POSTGRES", "POSTGRESQL", "PG", "PSQL", "SQL"}, imports: []string{
			"github.com/lib/pq", "github.com/jackc/pgx", "gorm.io/driver/postgres", "github.com/jinzhu/gorm/dialects/postgres", "github.com/go-pg/pg",
			"github.com/uptrace/bun/driver/pgdriver", "github.com/golang-migrate/migrate/v4/database/postgres", "github.com/golang-migrate/migrate/v4/database/pgx"}},
		{name: "mysql", scheme: "mysql", sql: true, words: []string{"DATABASE", "DB", "MYSQL", "MARIADB", "SQL"}, imports: []string{
			"github.com/go-sql-driver/mysql", "gorm.io/driver/mysql", "github.com/jinzhu/gorm/dialects/mysql", "github.com/golang-migrate/migrate/v4/database/mysql"}},
		{name: "redis", scheme: "redis", words: []string{"REDIS", "CACHE", "QUEUE"}, imports: []string{
			"github.com/redis/go-redis", "github.com/go-redis/redis", "github.com/gomodule/redigo", "github.com/garyburd/redigo", "github.com/redis/rueidis", "github.com/hibiken/asynq", "gopkg.in/redis.v5"}},
		{name: "valkey", scheme: "valkey", words: []string{"VALKEY", "REDIS", "CACHE"}, imports: []string{"github.com/valkey-io/valkey-go", "github.com/valkey-io/valkey-glide"}},
		{name: "mongo", scheme: "mongodb", words: []string{"MONGO", "MONGODB", "DATABASE", "DB"}, imports: []string{"go.mongodb.org/mongo-driver", "gopkg.in/mgo.v2", "github.com/globalsign/mgo", "github.com/qiniu/qmgo"}},
		{name: "rabbitmq", scheme: "amqp", words: []string{"RABBITMQ", "RABBIT", "RMQ", "AMQP", "BROKER"}, imports: []string{"github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp"}},
		{name: "kafka", words: []string{"KAFKA", "BROKER", "BROKERS"}, imports: []string{
			"github.com/IBM/sarama", "github.com/Shopify/sarama", "github.com/segmentio/kafka-go", "github.com/confluentinc/confluent-kafka-go", "github.com/twmb/franz-go"}},
		{name: "nats", scheme: "nats", words: []string{"NATS"}, imports: []string{"github.com/nats-io/nats.go"}},
		{name: "elasticsearch", scheme: "http", words: []string{"ELASTICSEARCH", "ELASTIC", "ES"}, imports: []string{"github.com/elastic/go-elasticsearch", "github.com/olivere/elastic"}},
		{name: "opensearch", scheme: "http", words: []string{"OPENSEARCH"}, imports: []string{"github.com/opensearch-project/opensearch-go"}},
		{name: "memcached", words: []string{"MEMCACHED", "MEMCACHE", "CACHE"}, imports: []string{"github.com/bradfitz/gomemcache"}},
		{name: "sqlserver", scheme: "sqlserver", sql: true, words: []string{"DATABASE", "DB", "MSSQL", "SQLSERVER", "SQL"}, imports: []string{"github.com/microsoft/go-mssqldb", "github.com/denisenkom/go-mssqldb", "gorm.io/driver/sqlserver"}},
		{name: "neo4j", scheme: "bolt", words: []string{"NEO4J"}, imports: []string{"github.com/neo4j/neo4j-go-driver"}},
		{name: "meilisearch", scheme: "http", words: []string{"MEILI", "MEILISEARCH"}, imports: []string{"github.com/meilisearch/meilisearch-go"}},
		{name: "minio", words: []string{"MINIO", "S3", "AWS"}, imports: []string{"github.com/minio/minio-go"}},
		{name: "clickhouse", scheme: "clickhouse", words: []string{"CLICKHOUSE"}, imports: []string{"github.com/ClickHouse/clickhouse-go"}},
	}
}

// embedded databases: a program that may take one of them needs no server.
var embeddedDatabases = []string{"github.com/mattn/go-sqlite3", "modernc.org/sqlite", "github.com/glebarez/sqlite", "github.com/glebarez/go-sqlite", "gorm.io/driver/sqlite", "github.com/jinzhu/gorm/dialects/sqlite", "github.com/ncruces/go-sqlite3"}

// needs finds the backing services by the clients that the program's own code
// imports, and the variables that it learns their addresses from.
func (e *eval) needs(s *detect.Service) {
	var found []backing
	var why []detect.Note
	databases := 0
	for _, lib := range embeddedDatabases {
		if f, _ := e.importing(lib); f != nil {
			databases++
			break
		}
	}
	for _, b := range backings() {
		for _, prefix := range b.imports {
			f, imp := e.importing(prefix)
			if f == nil {
				continue
			}
			if b.sql {
				databases++
			}
			found, why = append(found, b), append(why, e.importNote(f, imp))
			break
		}
	}
	for i, b := range found {
		need := detect.Need{Name: b.name, Variant: e.extension(b), Optional: b.sql && databases > 1, Settings: e.settingsOf(b, s), Why: []detect.Note{why[i]}}
		if option := e.offByDefault(b, need.Settings); option != "" {
			s.Notes = append(s.Notes, detect.Note{Path: why[i].Path, Line: why[i].Line, Text: "can use " + b.name + ": it is off unless " + option + " is set"})
			continue
		}
		s.Needs = append(s.Needs, need)
	}
}

// extension is what of PostgreSQL's the program needs beside the plain server.
func (e *eval) extension(b backing) string {
	if f, _ := e.importing("github.com/pgvector/pgvector-go"); b.name == "postgres" && f != nil {
		return "pgvector"
	}
	return ""
}

// settingsOf are the variables among those that the program reads which tell it
// of a service: an element of the name is the service's, the last says the part.
func (e *eval) settingsOf(b backing, s *detect.Service) []detect.NeedSetting {
	var out []detect.NeedSetting
	for _, v := range s.Env {
		if part, ok := manifest.SpecialPart(b.name, v.Name.String()); ok {
			if !slices.ContainsFunc(out, func(o detect.NeedSetting) bool { return o.Part == part }) {
				out = append(out, detect.NeedSetting{Env: v.Name, Part: part})
			}
			continue
		}
		elements := strings.Split(v.Name.String(), "_")
		part := needPart(elements, b)
		if part == "" || len(elements) == 1 && slices.Contains(b.words, elements[0]) || !e.about(elements, b, part) {
			continue
		}
		set := detect.NeedSetting{Env: v.Name, Part: part}
		if part == detect.PartURL {
			set.Scheme = b.scheme
			switch {
			case b.name == "mysql":
				set.Part, set.Scheme = detect.PartDSN, ""
			case b.name == "postgres" && e.wantsTLS():
				set.Scheme, set.Dialect = "", dialect
			}
		}
		if !slices.ContainsFunc(out, func(o detect.NeedSetting) bool { return o.Part == set.Part && o.Part != detect.PartURL }) {
			out = append(out, set)
		}
	}
	return out
}

// dialect is the catalogue's name for addresses as Go's drivers take them.
const dialect = "dsn"

// wantsTLS reports whether the driver of PostgreSQL insists on TLS unless the
// address says otherwise, as lib/pq does, and the program does not add that itself.
func (e *eval) wantsTLS() bool {
	pq := false
	for _, imp := range []string{"github.com/lib/pq", "github.com/jinzhu/gorm/dialects/postgres", "github.com/go-pg/pg", "github.com/golang-migrate/migrate/v4/database/postgres"} {
		f, _ := e.importing(imp)
		pq = pq || f != nil
	}
	if !pq {
		return false
	}
	for _, f := range e.reach.files {
		adds := false
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && strings.Contains(lit.Value, "sslmode=") {
				adds = true
			}
			return !adds
		})
		if adds {
			return false
		}
	}
	return true
}

// about reports whether one of a name's elements is one of the service's words.
func (e *eval) about(elements []string, b backing, part detect.NeedPart) bool {
	before := elements[:max(1, len(elements)-1)]
	for i, el := range before {
		// Only an address may have words in between: DATABASE_PRIMARY_URL.
		if slices.Contains(b.words, el) && (part == detect.PartURL || i == len(before)-1) {
			return true
		}
		for _, w := range b.words { // PGHOST, DBNAME
			if rest, ok := strings.CutPrefix(el, w); ok && len(elements) == 1 && detect.PartNamed(rest) == part {
				return true
			}
		}
	}
	return false
}

func needPart(elements []string, b backing) detect.NeedPart {
	last := elements[len(elements)-1]
	if p := detect.PartNamed(last); p != "" {
		return p
	}
	for _, w := range b.words {
		if rest, ok := strings.CutPrefix(last, w); ok && rest != "" {
			return detect.PartNamed(rest)
		}
	}
	return ""
}

// offByDefault names the flag or variable without which the program does not
// use the service: one that is called after it and has an empty default.
func (e *eval) offByDefault(b backing, settings []detect.NeedSetting) string {
	if b.sql {
		return ""
	}
	if len(settings) == 1 && settings[0].Part != detect.PartPassword { // all that it learns of the service is empty
		env := settings[0].Env.String()
		for _, d := range e.flags {
			if ps := e.flagValue(d); e.settingEnv(strings.ToLower(d.name)) == env && ps.known() && ps.text() == "" {
				return "$" + env
			}
		}
	}
	word := strings.ToLower(b.name)
	for _, d := range e.flags {
		name := strings.ToLower(d.name)
		if !strings.Contains(name, word) || !strings.Contains(name, "url") && !strings.Contains(name, "addr") && !strings.Contains(name, "host") && !strings.Contains(name, "enable") {
			continue
		}
		if ps := e.flagValue(d); ps.known() && (ps.text() == "" || ps.text() == "false") {
			return d.option()
		}
	}
	for _, ds := range manifest.Sorted(e.decls) {
		for _, d := range ds {
			env, _ := e.envTag(d)
			def, known := tagDefault(d)
			if known && (def == "" || def == "false") && strings.Contains(strings.ToLower(env), word) {
				return "$" + env
			}
		}
	}
	return ""
}

// label is s as a label; what can't be one is left out.
func label(s string) safe.Label {
	l, _ := safe.NewLabel(s)
	return l
}
