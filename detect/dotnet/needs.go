package dotnet

import (
	"cmp"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// backing is a service with the packages that talk to it: a name, or all below it.
type backing struct {
	service    string
	relational bool
	packages   []string
	// words are parts of the identifiers that a program uses the library by; none
	// where the package alone is enough.
	words []string
	// aside says that programs mostly do without: logs, mail.
	aside bool
}

var backings = []backing{
	{"postgres", true, []string{"Npgsql", "Aspire.Npgsql", "Aspire.Azure.Npgsql", "Marten", "WolverineFx.Postgresql", "Hangfire.PostgreSql", "linq2db.PostgreSQL", "DotNetCore.CAP.PostgreSql", "dbup-postgresql"}, []string{"Npgsql", "Marten", "Postgre"}, false},
	{"mysql", true, []string{"MySqlConnector", "Pomelo.EntityFrameworkCore.MySql", "Microting.EntityFrameworkCore.MySql", "MySql.Data", "MySql.EntityFrameworkCore", "Aspire.MySqlConnector", "Aspire.Pomelo.EntityFrameworkCore.MySql", "Hangfire.MySqlStorage", "dbup-mysql"}, []string{"MySql"}, false},
	{"sqlserver", true, []string{"Microsoft.EntityFrameworkCore.SqlServer", "Microsoft.Data.SqlClient", "System.Data.SqlClient", "Aspire.Microsoft.EntityFrameworkCore.SqlServer", "Aspire.Microsoft.Data.SqlClient", "Hangfire.SqlServer", "dbup-sqlserver", "WolverineFx.SqlServer"}, []string{"SqlServer", "SqlConnection", "SqlDatabase"}, false},
	{"redis", false, []string{"StackExchange.Redis", "Microsoft.Extensions.Caching.StackExchangeRedis", "Microsoft.AspNetCore.SignalR.StackExchangeRedis", "Microsoft.AspNetCore.DataProtection.StackExchangeRedis", "Aspire.StackExchange.Redis", "ServiceStack.Redis", "CSRedisCore", "FreeRedis", "NRedisStack", "Hangfire.Redis.StackExchange"}, []string{"Redis", "ConnectionMultiplexer"}, false},
	{"mongo", false, []string{"MongoDB.Driver", "MongoDB.EntityFrameworkCore", "Aspire.MongoDB.Driver"}, []string{"Mongo"}, false},
	{"rabbitmq", false, []string{"RabbitMQ.Client", "MassTransit.RabbitMQ", "EasyNetQ", "Aspire.RabbitMQ.Client", "NServiceBus.RabbitMQ", "Rebus.RabbitMq", "WolverineFx.RabbitMQ", "DotNetCore.CAP.RabbitMQ"}, []string{"Rabbit", "EasyNetQ"}, false},
	{"kafka", false, []string{"Confluent.Kafka", "Aspire.Confluent.Kafka", "MassTransit.Kafka", "KafkaFlow", "WolverineFx.Kafka", "DotNetCore.CAP.Kafka"}, []string{"Kafka"}, false},
	{"nats", false, []string{"NATS.Client", "NATS.Net", "Aspire.NATS.Net"}, []string{"Nats", "NATS"}, false},
	{"elasticsearch", false, []string{"Elastic.Clients.Elasticsearch", "NEST", "Elasticsearch.Net", "Aspire.Elastic.Clients.Elasticsearch"}, []string{"Elastic"}, false},
	{"elasticsearch", false, []string{"Serilog.Sinks.Elasticsearch", "Elastic.Serilog.Sinks"}, nil, true},
	{"opensearch", false, []string{"OpenSearch.Client", "OpenSearch.Net"}, []string{"OpenSearch"}, false},
	{"memcached", false, []string{"EnyimMemcachedCore"}, nil, false},
	{"minio", false, []string{"Minio", "CommunityToolkit.Aspire.Minio.Client"}, []string{"Minio"}, false},
	{"meilisearch", false, []string{"MeiliSearch"}, []string{"Meili"}, false},
	{"clickhouse", false, []string{"ClickHouse.Client", "ClickHouse.Driver"}, []string{"ClickHouse"}, false},
	{"neo4j", false, []string{"Neo4j.Driver"}, []string{"Neo4j", "GraphDatabase"}, false},
	{"mailpit", false, []string{"MailKit", "FluentEmail.Smtp", "FluentEmail.MailKit"}, []string{"Smtp"}, true},
}

func (b backing) has(pkg string) bool {
	return slices.ContainsFunc(b.packages, func(name string) bool {
		return strings.EqualFold(pkg, name) || len(pkg) > len(name) && strings.EqualFold(pkg[:len(name)+1], name+".")
	})
}

// needs finds the backing services by the packages, and how the program is told of them.
func (g *graph) needs(s *detect.Service, f *Facts, c *closure) error {
	if s.Kind == detect.Static {
		return nil
	}
	var relational []string
	for _, b := range backings {
		n := detect.Need{Name: b.service, Optional: b.aside}
		for _, pkg := range c.packages() {
			if b.has(pkg.Name) && len(n.Why) < 3 {
				n.Why = append(n.Why, pkg.Why)
			}
		}
		if len(n.Why) == 0 {
			continue
		}
		if len(b.words) > 0 && !g.words(c, func(w string) bool {
			return slices.ContainsFunc(b.words, func(part string) bool { return strings.Contains(w, part) })
		}) {
			continue // referenced, and used nowhere
		}
		if b.relational {
			relational = append(relational, b.service)
		}
		if i := slices.IndexFunc(s.Needs, func(o detect.Need) bool { return o.Name == n.Name }); i >= 0 {
			s.Needs[i].Optional = s.Needs[i].Optional && n.Optional
			continue
		}
		s.Needs = append(s.Needs, n)
	}
	files := g.takesFiles(c)
	connections, err := g.connections(c)
	if err != nil {
		return err
	}
	decided := decide(relational, files, connections)
	for i := range s.Needs {
		n := &s.Needs[i]
		if slices.Contains(relational, n.Name) && (len(relational) > 1 || files) && n.Name != decided {
			n.Optional = true
		}
		if n.Settings = settingsOf(*n, decided, connections); len(n.Settings) == 0 && !n.Optional {
			g.inCode(s, *n, c)
		}
	}
	if files && (decided == sqlite || len(relational) == 0) {
		g.sqlite(s, c, connections)
	}
	return nil
}

// fileCalls are how a program takes a database in a file.
var fileCalls = []string{"UseSqlite", "AddSqliteConnection", "SqliteConnection", "AddSqlite"}

// takesFiles reports whether the program takes a database in a file outside of
// development.
func (g *graph) takesFiles(c *closure) bool {
	if !g.words(c, func(w string) bool { return slices.Contains(fileCalls, w) }) {
		return false
	}
	named, production := false, false
	for _, p := range c.projects {
		if p.role == tests || p.role == orchestrator {
			continue
		}
		for _, file := range g.sources(p) {
			for _, call := range file.Calls {
				if slices.Contains(fileCalls, call.Name) {
					named, production = true, production || !call.Development
				}
			}
		}
	}
	return production || !named
}

// decide tells which of several databases the program takes, as its settings stand.
func decide(relational []string, files bool, connections []*connection) string {
	if len(relational) == 1 && !files {
		return relational[0]
	}
	for _, con := range connections {
		if is := form(con.value); is == sqlite && files || slices.Contains(relational, is) {
			return is
		}
	}
	if files {
		return sqlite
	}
	return ""
}

// settingsOf are the variables by which the program learns where a service is: the
// connections that are for it by the library that takes them, by their form or by
// their name; where there are none, those of which nothing is known are a database's.
func settingsOf(n detect.Need, decided string, connections []*connection) []detect.NeedSetting {
	var sure, open []detect.NeedSetting
	for _, con := range connections {
		setting := detect.NeedSetting{Env: con.env, Part: detect.PartURL, Dialect: "ado"}
		switch aim := cmp.Or(con.aim, form(con.value), named(con.name)); aim {
		case n.Name:
			sure = append(sure, setting)
		case "":
			open = append(open, setting)
		}
	}
	if len(sure) == 0 && n.Name == decided {
		return open
	}
	return sure
}

// inCode notes an address that stands in the sources, where no setting changes it.
func (g *graph) inCode(s *detect.Service, n detect.Need, c *closure) {
	for _, call := range g.calls(c) {
		for i := range call.Args {
			v := call.text(g, c, i)
			if v.Known && v.Env == "" && form(v.Text) == n.Name {
				s.Notes = append(s.Notes, call.note(g, "the address of %s stands in the code: read it from a setting, as GetConnectionString does", n.Name))
				return
			}
		}
	}
}

// sqlite gives a database in a file a folder of its own, so that everything else stays
// read-only. What the code alone says can't be moved.
func (g *graph) sqlite(s *detect.Service, c *closure, connections []*connection) {
	moved := false
	for _, con := range connections {
		if form(con.value) != sqlite || strings.Contains(con.value, ":memory:") {
			continue
		}
		key, file, ok := dataSource(con.value)
		if !ok {
			continue
		}
		value, err := safe.NewLabel(key + "=/app/data/" + file)
		if err != nil {
			continue
		}
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: con.env, Value: value, Why: "The database is a file, and lies in a volume."})
		moved = true
	}
	if moved {
		s.State = append(s.State, safe.RelPathOf("data"))
		return
	}
	for _, call := range g.calls(c) {
		if !slices.Contains(fileCalls, call.Name) {
			continue
		}
		v := call.text(g, c, 0)
		key, file, ok := dataSource(v.Text)
		if !v.Known || !ok {
			continue
		}
		if v.Env != "" { // the code has what the settings lack: a name and its default
			name, err := safe.NewEnvName(v.Env)
			value, err2 := safe.NewLabel(key + "=/app/data/" + file)
			if err == nil && err2 == nil {
				s.SetEnv = append(s.SetEnv, detect.Setting{Name: name, Value: value, Why: "The database is a file, and lies in a volume."})
				s.State = append(s.State, safe.RelPathOf("data"))
				return
			}
			continue
		}
		s.State = append(s.State, safe.RelPathOf("."))
		s.Notes = append(s.Notes, call.note(g, "writes %s beside the program, so that the image can't be read-only: read the place from a setting", file))
		return
	}
}

// dataSource is the file of a connection string of SQLite, without its folders.
func dataSource(value string) (key, file string, ok bool) {
	for _, part := range strings.Split(value, ";") {
		k, v, found := strings.Cut(part, "=")
		name := strings.ToLower(strings.ReplaceAll(k, " ", ""))
		if !found || name != "datasource" && name != "filename" {
			continue
		}
		v = strings.ReplaceAll(strings.TrimSpace(v), `\`, "/")
		v = v[strings.LastIndexByte(v, '/')+1:]
		return "Data Source", v, v != ""
	}
	return "", "", false
}

// environment lists the variables that the program asks for by name.
func (g *graph) environment(s *detect.Service, _ *Facts, c *closure) error {
	if s.Kind == detect.Static {
		return nil
	}
	for _, call := range g.calls(c) {
		if call.Name != "GetEnvironmentVariable" {
			continue
		}
		v := call.text(g, c, 0)
		name, err := safe.NewEnvName(v.Text)
		if !v.Known || err != nil || strings.HasPrefix(v.Text, "ASPNETCORE_") || strings.HasPrefix(v.Text, "DOTNET_") ||
			slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == name }) {
			continue
		}
		s.Env = append(s.Env, detect.EnvVar{Name: name, Secret: secretName(v.Text), Why: []detect.Note{call.note(g, "reads %s", v.Text)}})
	}
	if err := g.elsewhere(s, c); err != nil {
		return err
	}
	slices.SortFunc(s.Env, func(a, b detect.EnvVar) int { return strings.Compare(a.Name.String(), b.Name.String()) })
	return nil
}

func secretName(name string) bool {
	n := strings.ToLower(name)
	for _, w := range []string{"secret", "password", "token", "apikey", "api_key", "connectionstring"} {
		if strings.Contains(n, w) {
			return true
		}
	}
	return false
}
