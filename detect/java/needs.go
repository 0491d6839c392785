package java

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// backing is a service that a library talks to, with the variables that a framework
// takes its address from.
type backing struct {
	name  string
	libs  []string
	sql   bool
	jdbc  string // the start of its JDBC addresses
	words []string
}

func backings() []backing {
	return []backing{
		{name: "postgres", sql: true, jdbc: "jdbc:postgresql:", words: []string{"DATABASE", "DB", "POSTGRES", "POSTGRESQL", "PG", "JDBC"}, libs: []string{"org.postgresql:postgresql", "org.postgresql:r2dbc-postgresql", "io.r2dbc:r2dbc-postgresql", "io.quarkus:quarkus-jdbc-postgresql", "io.quarkus:quarkus-reactive-pg-client", "io.vertx:vertx-pg-client", "com.impossibl.pgjdbc-ng:pgjdbc-ng", "org.tpolecat:doobie-postgres*", "org.tpolecat:skunk-core", "com.github.jasync-sql:jasync-postgresql", "io.micronaut.sql:micronaut-vertx-pg-client"}},
		{name: "mysql", sql: true, jdbc: "jdbc:mysql:", words: []string{"DATABASE", "DB", "MYSQL", "MARIADB", "JDBC"}, libs: []string{"com.mysql:mysql-connector-j", "mysql:mysql-connector-java", "io.asyncer:r2dbc-mysql", "dev.miku:r2dbc-mysql", "io.quarkus:quarkus-jdbc-mysql", "io.quarkus:quarkus-reactive-mysql-client", "io.vertx:vertx-mysql-client", "com.github.jasync-sql:jasync-mysql"}},
		{name: "mariadb", sql: true, jdbc: "jdbc:mariadb:", words: []string{"DATABASE", "DB", "MARIADB", "MYSQL", "JDBC"}, libs: []string{"org.mariadb.jdbc:mariadb-java-client", "org.mariadb:r2dbc-mariadb", "io.quarkus:quarkus-jdbc-mariadb"}},
		{name: "sqlserver", sql: true, jdbc: "jdbc:sqlserver:", words: []string{"DATABASE", "DB", "MSSQL", "SQLSERVER", "JDBC"}, libs: []string{"com.microsoft.sqlserver:mssql-jdbc", "io.r2dbc:r2dbc-mssql", "io.quarkus:quarkus-jdbc-mssql"}},
		{name: "oracle", sql: true, jdbc: "jdbc:oracle:", words: []string{"DATABASE", "DB", "ORACLE", "JDBC"}, libs: []string{"com.oracle.database.jdbc:ojdbc*", "io.quarkus:quarkus-jdbc-oracle"}},
		{name: "mongo", words: []string{"MONGO", "MONGODB", "DATABASE", "DB"}, libs: []string{"org.springframework.boot:spring-boot-starter-data-mongodb*", "org.springframework.boot:spring-boot-starter-mongodb*", "org.mongodb:mongodb-driver-*", "org.mongodb:mongo-java-driver", "org.mongodb.scala:mongo-scala-driver", "io.quarkus:quarkus-mongodb-*", "io.micronaut.mongodb:*", "org.litote.kmongo:*", "com.novemberain:monger", "org.reactivemongo:*", "dev.morphia.morphia:*", "io.vertx:vertx-mongo-client"}},
		{name: "redis", words: []string{"REDIS", "CACHE"}, libs: []string{"org.springframework.boot:spring-boot-starter-data-redis*", "org.springframework.session:spring-session-data-redis", "redis.clients:jedis", "io.lettuce:lettuce-core", "org.redisson:redisson*", "io.quarkus:quarkus-redis-*", "io.micronaut.redis:*", "com.taoensso:carmine", "io.vertx:vertx-redis-client", "dev.profunktor:redis4cats*"}},
		{name: "rabbitmq", words: []string{"RABBITMQ", "RABBIT", "AMQP"}, libs: []string{"org.springframework.boot:spring-boot-starter-amqp", "org.springframework.boot:spring-boot-starter-rabbitmq", "org.springframework.amqp:spring-rabbit", "com.rabbitmq:amqp-client", "io.vertx:vertx-rabbitmq-client", "io.quarkus:quarkus-messaging-rabbitmq", "io.quarkus:quarkus-smallrye-reactive-messaging-rabbitmq", "io.micronaut.rabbitmq:*", "org.springframework.cloud:spring-cloud-stream-binder-rabbit", "org.springframework.cloud:spring-cloud-starter-stream-rabbit"}},
		{name: "kafka", words: []string{"KAFKA", "BROKER", "BROKERS", "BOOTSTRAP"}, libs: []string{"org.springframework.kafka:spring-kafka", "org.springframework.boot:spring-boot-starter-kafka", "org.apache.kafka:kafka-clients", "org.apache.kafka:kafka-streams*", "io.quarkus:quarkus-kafka-*", "io.quarkus:quarkus-messaging-kafka", "io.quarkus:quarkus-smallrye-reactive-messaging-kafka", "io.micronaut.kafka:*", "org.springframework.cloud:spring-cloud-stream-binder-kafka*", "org.springframework.cloud:spring-cloud-starter-stream-kafka", "com.github.fd4s:fs2-kafka"}},
		{name: "elasticsearch", words: []string{"ELASTICSEARCH", "ELASTIC", "ES"}, libs: []string{"org.springframework.boot:spring-boot-starter-data-elasticsearch", "org.springframework.boot:spring-boot-starter-elasticsearch", "co.elastic.clients:elasticsearch-java", "org.elasticsearch.client:elasticsearch-rest-*", "io.quarkus:quarkus-elasticsearch-*", "io.quarkus:quarkus-hibernate-search-orm-elasticsearch"}},
		{name: "opensearch", words: []string{"OPENSEARCH"}, libs: []string{"org.opensearch.client:*"}},
		{name: "neo4j", words: []string{"NEO4J"}, libs: []string{"org.springframework.boot:spring-boot-starter-data-neo4j", "org.springframework.boot:spring-boot-starter-neo4j", "org.neo4j.driver:neo4j-java-driver", "io.quarkiverse.neo4j:*"}},
		{name: "memcached", words: []string{"MEMCACHED"}, libs: []string{"net.spy:spymemcached", "com.googlecode.xmemcached:xmemcached"}},
		{name: "nats", words: []string{"NATS"}, libs: []string{"io.nats:jnats"}},
		{name: "clickhouse", words: []string{"CLICKHOUSE"}, libs: []string{"com.clickhouse:clickhouse-jdbc", "com.clickhouse:client-v2", "ru.yandex.clickhouse:clickhouse-jdbc"}},
		{name: "cassandra", words: []string{"CASSANDRA"}, libs: []string{"org.springframework.boot:spring-boot-starter-data-cassandra*", "com.datastax.oss:java-driver-core"}},
	}
}

// embedded are databases inside the program.
var embedded = []string{"com.h2database:h2", "org.hsqldb:hsqldb", "org.apache.derby:derby", "org.xerial:sqlite-jdbc", "io.r2dbc:r2dbc-h2", "io.quarkus:quarkus-jdbc-h2", "io.quarkus:quarkus-jdbc-derby", "com.datomic:local", "io.r2dbc:r2dbc-h2"}

// usesSQL are libraries without which Spring makes no connection of its own accord.
var usesSQL = []string{"org.springframework.boot:spring-boot-starter-data-jpa", "org.springframework.boot:spring-boot-starter-jdbc", "org.springframework.boot:spring-boot-starter-data-jdbc", "org.springframework.boot:spring-boot-starter-jooq", "org.springframework.boot:spring-boot-starter-data-r2dbc", "org.springframework.boot:spring-boot-starter-r2dbc", "org.mybatis.spring.boot:*", "com.baomidou:*"}

// needs finds the backing services by the libraries that the running program has,
// and how it is told where they are.
func (p *program) needs(s *detect.Service) {
	sources := p.dataSources()
	inside, hasInside := p.dep(embedded...)
	var drivers []string
	for _, b := range backings() {
		if b.sql && p.has(b.libs...) {
			drivers = append(drivers, b.name)
		}
	}
	for _, b := range backings() {
		d, ok := p.dep(b.libs...)
		if !ok {
			continue
		}
		need := detect.Need{Name: b.name, Why: []detect.Note{d.note}}
		if b.sql {
			switch used := databaseOf(sources); {
			case used == b.name:
				for _, src := range sources {
					if src.database == used {
						need.Settings = p.sourceSettings(src)
						need.Why = append(need.Why, src.url.note)
						break
					}
				}
			case used != "": // another one
				need.Optional = true
			case hasInside:
				need.Optional = true
				need.Why = append(need.Why, inside.note)
			case len(drivers) > 1:
				need.Optional = true
				s.Notes = append(s.Notes, detect.Note{Path: d.note.Path, Line: d.note.Line, Text: "has drivers for " + strings.Join(drivers, ", ") + ", and no configuration says which is used: set the variables of one"})
			default:
				need.Settings = p.sqlSettings(b, s)
			}
			if !need.Optional && (p.fw.name == "spring-boot") && len(sources) == 0 && !p.has(usesSQL...) && len(need.Settings) == 0 {
				need.Optional = true
			}
			// MariaDB's driver is often used for MySQL and the other way round: two of the
			// same address are one.
			if need.Optional && (b.name == "mysql" || b.name == "mariadb") && databaseOf(sources) != b.name && len(drivers) > 0 && slices.Contains(drivers, databaseOf(sources)) {
				need.Optional = true
			}
		} else {
			need.Settings = p.clientSettings(b, s)
		}
		need.Settings = withAccount(need.Settings)
		need.Optional = need.Optional || p.emptyAddress(need)
		s.Needs = append(s.Needs, need)
	}
}

// withAccount puts the user and the password into a JDBC address where no other variable
// tells them, as a platform does that hands out one address: JDBC_DATABASE_URL.
func withAccount(settings []detect.NeedSetting) []detect.NeedSetting {
	if covers(settings, detect.PartPassword) {
		return settings
	}
	for i := range settings {
		if settings[i].Part == detect.PartURL && settings[i].Dialect == "jdbc" {
			settings[i].Dialect = "jdbc-account"
		}
	}
	return settings
}

// emptyAddress reports whether the configuration says of each variable that would lead to
// the service that it may be empty, as ${KAFKA_BROKERS:}: then the program starts without.
func (p *program) emptyAddress(need detect.Need) bool {
	found := false
	for _, setting := range need.Settings {
		if setting.Part != detect.PartURL && setting.Part != detect.PartAddress && setting.Part != detect.PartHost {
			continue
		}
		empty := false
		for _, v := range p.config.values {
			for _, part := range placeholders(v.value) {
				if p.config.holds(v.profile) && part.name != "" && envName(part.name) == setting.Env.String() {
					if !part.hasDefault || part.text != "" {
						return false
					}
					empty = true
				}
			}
		}
		if !empty {
			return false
		}
		found = true
	}
	return found
}

// dataSource is an address of a database in the configuration.
type dataSource struct {
	url            configValue
	user, password configValue
	database       string // the catalogue's name; "embedded" for one inside the program
}

// dataSources are the addresses that hold in a plain start, the framework's own first.
func (p *program) dataSources() []dataSource {
	var out []dataSource
	add := func(v configValue) {
		base := v.key[:strings.LastIndexByte(v.key, '.')+1]
		src := dataSource{url: v, database: database(p.config.plain(v.value))}
		for _, prefix := range []string{base, strings.TrimSuffix(strings.TrimSuffix(base, "jdbc."), "reactive.")} {
			for _, key := range []string{"username", "user", "userName"} {
				if u, ok := p.config.get(prefix + key); ok && src.user.key == "" {
					src.user = u
				}
			}
			if pw, ok := p.config.get(prefix + "password"); ok && src.password.key == "" {
				src.password = pw
			}
		}
		if src.database != "" {
			out = append(out, src)
		}
	}
	for _, key := range []string{"spring.datasource.url", "spring.datasource.hikari.jdbc-url", "spring.r2dbc.url", "quarkus.datasource.jdbc.url", "quarkus.datasource.reactive.url", "datasources.default.url", "db.default.url"} {
		if v, ok := p.config.get(key); ok {
			add(v)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, v := range p.config.values {
		key := relaxed(v.key)
		if p.config.holds(v.profile) && strings.Contains(key, ".") && (strings.HasSuffix(key, "url") || strings.HasSuffix(key, "uri")) {
			add(v)
		}
	}
	return out
}

// database is the catalogue's name of what an address leads to.
func database(url string) string {
	url = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(url), "jdbc:p6spy:"), "jdbc:")
	for _, b := range []struct{ prefix, name string }{
		{"postgresql:", "postgres"}, {"mysql:", "mysql"}, {"mariadb:", "mariadb"}, {"sqlserver:", "sqlserver"}, {"oracle:", "oracle"}, {"clickhouse:", "clickhouse"},
		{"r2dbc:postgresql:", "postgres"}, {"r2dbc:pool:postgresql:", "postgres"}, {"r2dbc:mysql:", "mysql"}, {"r2dbc:mariadb:", "mariadb"}, {"vertx-reactive:postgresql:", "postgres"}, {"vertx-reactive:mysql:", "mysql"},
		{"otel:postgresql:", "postgres"}, {"aws-wrapper:postgresql:", "postgres"}, {"log4jdbc:mysql:", "mysql"}, {"log4jdbc:postgresql:", "postgres"},
		{"h2:", "embedded"}, {"hsqldb:", "embedded"}, {"derby:", "embedded"}, {"sqlite:", "embedded"}, {"r2dbc:h2:", "embedded"},
		{"tc:postgresql:", "postgres"}, {"tc:mysql:", "mysql"},
	} {
		if strings.HasPrefix(url, b.prefix) {
			return b.name
		}
	}
	return ""
}

func databaseOf(sources []dataSource) string {
	if len(sources) == 0 {
		return ""
	}
	return sources[0].database
}

// sourceSettings are the variables of an address in the configuration: those of its
// placeholders, or, where it is written out, the ones that a framework lays over it.
func (p *program) sourceSettings(src dataSource) []detect.NeedSetting {
	var out []detect.NeedSetting
	dialect := "jdbc"
	if strings.HasPrefix(p.config.plain(src.url.value), "r2dbc:") || strings.Contains(src.url.key, "reactive") {
		dialect = ""
	}
	parts := placeholders(src.url.value)
	switch {
	case len(parts) == 1 && parts[0].name != "":
		out = append(out, newSetting(parts[0].name, detect.PartURL, dialect)...)
	case hasName(parts):
		seen := ""
		for _, part := range parts {
			if part.name == "" {
				seen += part.text
				continue
			}
			rest := seen
			if _, after, ok := strings.Cut(seen, "://"); ok {
				rest = after
			}
			switch {
			case strings.HasSuffix(rest, ":") && !strings.Contains(rest, "/"):
				out = append(out, newSetting(part.name, detect.PartPort, "")...)
			case strings.Contains(rest, "/") && strings.HasSuffix(rest, "/"):
				out = append(out, newSetting(part.name, detect.PartDatabase, "")...)
			case rest == "" || strings.HasSuffix(seen, "//"):
				out = append(out, newSetting(part.name, detect.PartHost, "")...)
			}
			seen += "x"
		}
		// What is written out beside the placeholders would name another database.
		if v := strings.TrimSuffix(seen, "x"); !strings.HasSuffix(v, "/") && p.overlay(src.url.key) != "" && !covers(out, detect.PartDatabase) {
			out = newSetting(p.overlay(src.url.key), detect.PartURL, dialect)
		}
	default:
		out = append(out, newSetting(p.overlay(src.url.key), detect.PartURL, dialect)...)
	}
	base := src.url.key[:strings.LastIndexByte(src.url.key, '.')+1]
	base = strings.TrimSuffix(strings.TrimSuffix(base, "jdbc."), "reactive.")
	out = append(out, p.account(src.user, base+"username", detect.PartUser)...)
	return append(out, p.account(src.password, base+"password", detect.PartPassword)...)
}

func covers(settings []detect.NeedSetting, part detect.NeedPart) bool {
	return slices.ContainsFunc(settings, func(s detect.NeedSetting) bool { return s.Part == part })
}

func hasName(parts []placeholder) bool {
	return slices.ContainsFunc(parts, func(p placeholder) bool { return p.name != "" })
}

// account is the variable of a user or a password.
func (p *program) account(v configValue, key string, part detect.NeedPart) []detect.NeedSetting {
	for _, ph := range placeholders(v.value) {
		if ph.name != "" {
			return newSetting(ph.name, part, "")
		}
	}
	if v.key != "" {
		key = v.key
	}
	return newSetting(p.overlay(key), part, "")
}

// overlay is the variable that a framework lays over a key of its configuration;
// "" where it has no such rule.
func (p *program) overlay(key string) string {
	switch p.fw.name {
	case "spring-boot", "grails":
		return strings.ToUpper(strings.NewReplacer(".", "_", "-", "").Replace(key)) // relaxed binding
	case "quarkus", "micronaut", "helidon":
		return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_", `"`, "_").Replace(key))
	}
	return ""
}

func newSetting(name string, part detect.NeedPart, dialect string) []detect.NeedSetting {
	env, err := safe.NewEnvName(envName(name))
	if err != nil || name == "" {
		return nil
	}
	return []detect.NeedSetting{{Env: env, Part: part, Dialect: dialect}}
}

// sqlSettings are the variables for a database that no configuration names.
func (p *program) sqlSettings(b backing, s *detect.Service) []detect.NeedSetting {
	switch p.fw.name {
	case "spring-boot", "grails":
		if !p.has(usesSQL...) && p.fw.name == "spring-boot" {
			return p.readSettings(b, s)
		}
		if p.has("org.springframework.boot:spring-boot-starter-data-r2dbc", "org.springframework.boot:spring-boot-starter-r2dbc") {
			env := safe.EnvNameOf("SPRING_R2DBC_URL")
			return append([]detect.NeedSetting{{Env: env, Part: detect.PartURL, Scheme: "r2dbc:" + map[string]string{"postgres": "postgresql"}[b.name] + strings.TrimPrefix(b.name, "postgres")}}, named("SPRING_R2DBC_USERNAME", "SPRING_R2DBC_PASSWORD")...)
		}
		return append(newSetting("SPRING_DATASOURCE_URL", detect.PartURL, "jdbc"), named("SPRING_DATASOURCE_USERNAME", "SPRING_DATASOURCE_PASSWORD")...)
	case "quarkus":
		url := newSetting("QUARKUS_DATASOURCE_JDBC_URL", detect.PartURL, "jdbc")
		if !p.has("io.quarkus:quarkus-jdbc-*") {
			url = newSetting("QUARKUS_DATASOURCE_REACTIVE_URL", detect.PartURL, "")
		}
		return append(url, named("QUARKUS_DATASOURCE_USERNAME", "QUARKUS_DATASOURCE_PASSWORD")...)
	case "micronaut":
		return append(newSetting("DATASOURCES_DEFAULT_URL", detect.PartURL, "jdbc"), named("DATASOURCES_DEFAULT_USERNAME", "DATASOURCES_DEFAULT_PASSWORD")...)
	}
	return p.readSettings(b, s)
}

func named(user, password string) []detect.NeedSetting {
	return append(newSetting(user, detect.PartUser, ""), newSetting(password, detect.PartPassword, "")...)
}

// readSettings are the variables among those that the program reads whose names
// tell of the service.
func (p *program) readSettings(b backing, s *detect.Service) []detect.NeedSetting {
	var out []detect.NeedSetting
	for _, v := range s.Env {
		elements := strings.Split(v.Name.String(), "_")
		part := detect.PartNamed(elements[len(elements)-1])
		about := slices.ContainsFunc(elements[:len(elements)-1], func(e string) bool { return slices.Contains(b.words, e) })
		if part == "" || !about || part != detect.PartURL && covers(out, part) {
			continue
		}
		dialect := ""
		if part == detect.PartURL && b.sql && (slices.Contains(elements, "JDBC") || !slices.Contains(elements, "DATABASE") || p.tool != lein && p.tool != deps) {
			dialect = "jdbc"
		}
		out = append(out, detect.NeedSetting{Env: v.Name, Part: part, Dialect: dialect})
	}
	return out
}
