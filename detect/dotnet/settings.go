package dotnet

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// settings is what is read of an appsettings.json. Values of secrets are never kept:
// of a connection string its form alone is looked at.
type settings struct {
	URLs    string `json:"Urls"`
	Kestrel struct {
		Endpoints map[string]struct {
			URL string `json:"Url"`
		} `json:"Endpoints"`
	} `json:"Kestrel"`
	ConnectionStrings map[string]any `json:"ConnectionStrings"`

	path  string
	lines manifest.Lines
}

// settings reads the program's settings in the order of their weight. Those of
// development are none of a container's.
func (g *graph) settings(c *closure) ([]settings, error) {
	d := g.top.Sub(c.projects[0].Dir())
	var out []settings
	for _, name := range []string{"appsettings.json", "appsettings.Production.json"} {
		if !d.Has(name) {
			continue
		}
		var s settings
		lines, err := manifest.JSONC(d, name, &s)
		if err != nil {
			return nil, err
		}
		s.path, s.lines = path.Join(d.Path(), name), lines
		out = append(out, s)
	}
	return out, nil
}

// connection is a named connection string.
type connection struct {
	name  string
	value string // "" where only the code names it
	env   safe.EnvName
	why   []detect.Note
	aim   string // the service that a client library is told to use it for; "" where that is unknown
}

// aspireClients are the methods by which Aspire's client libraries take a connection
// by name (https://aspire.dev/integrations/overview).
var aspireClients = []struct{ method, service string }{
	{"AddNpgsql", "postgres"}, {"AddAzureNpgsql", "postgres"}, {"AddSqlServer", "sqlserver"}, {"AddMySql", "mysql"}, {"AddRedis", "redis"},
	{"AddRabbitMQ", "rabbitmq"}, {"AddRabbitMq", "rabbitmq"}, {"AddMongoDB", "mongo"}, {"AddKafka", "kafka"}, {"AddNats", "nats"}, {"AddElasticsearch", "elasticsearch"},
	{"AddKeyedRedis", "redis"},
}

// connections are the connection strings that the settings hold and the code asks for.
func (g *graph) connections(c *closure) ([]*connection, error) {
	var out []*connection
	get := func(name string, why detect.Note) *connection {
		i := slices.IndexFunc(out, func(o *connection) bool { return strings.EqualFold(o.name, name) })
		if i < 0 {
			env, err := safe.NewEnvName("ConnectionStrings__" + name)
			if err != nil {
				return nil // no variable can carry it
			}
			out = append(out, &connection{name: name, env: env})
			i = len(out) - 1
		}
		out[i].why = append(out[i].why, why)
		return out[i]
	}
	for _, call := range g.calls(c) {
		v := call.text(g, c, 0)
		if !v.Known || v.Text == "" || v.Env != "" {
			continue
		}
		note := call.note(g, "%s(%q)", call.Name, v.Text)
		switch {
		case call.Name == "GetConnectionString":
			get(v.Text, note)
		case call.Name == "GetValue", call.Name == "GetSection":
			if name, ok := strings.CutPrefix(v.Text, "ConnectionStrings:"); ok {
				get(name, note)
			} else if lower := strings.ToLower(v.Text); call.Name == "GetValue" && named(v.Text) != "" && (strings.HasSuffix(lower, "connection") || strings.HasSuffix(lower, "connectionstring")) {
				// A setting of its own, by a name that says for what: RedisConnection.
				if env, err := safe.NewEnvName(strings.ReplaceAll(v.Text, ":", "__")); err == nil && !slices.ContainsFunc(out, func(o *connection) bool { return o.env == env }) {
					out = append(out, &connection{name: v.Text, env: env, why: []detect.Note{note}})
				}
			}
		case strings.HasSuffix(call.Chain, "builder") || strings.HasSuffix(call.Chain, "Builder"):
			for _, a := range aspireClients {
				if strings.HasPrefix(call.Name, a.method) && strings.ContainsAny(call.Name[len(a.method):]+"x", "DCEOx") {
					if con := get(v.Text, note); con != nil {
						con.aim = a.service
					}
				}
			}
		}
	}
	files, err := g.settings(c)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		names := make([]string, 0, len(file.ConnectionStrings))
		for name := range file.ConnectionStrings {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			con := get(name, g.top.Note(file.path, file.lines.At("ConnectionStrings", name), "ConnectionStrings %s", name))
			if text, ok := file.ConnectionStrings[name].(string); ok && con != nil {
				con.value = text
			}
		}
	}
	return out, nil
}

// sqlite is what a connection string to a file is called here.
const sqlite = "sqlite"

// form tells by a connection string what it connects to; "" where it may be several.
func form(value string) string {
	v := strings.ToLower(strings.ReplaceAll(value, " ", ""))
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(v, w) })
	}
	switch {
	case v == "":
		return ""
	case strings.HasPrefix(v, "mongodb"):
		return "mongo"
	case strings.HasPrefix(v, "amqp"):
		return "rabbitmq"
	case strings.HasPrefix(v, "redis"), has(":6379"):
		return "redis"
	case strings.HasPrefix(v, "postgres"), has("host=", "port=5432", ":5432", "username=postgres", "userid=postgres"):
		return "postgres"
	case has("datasource=", "filename=") && has(".db", ".sqlite", ":memory:"):
		return sqlite
	case has("(localdb)", "initialcatalog=", "trusted_connection=", "integratedsecurity=", "multipleactiveresultsets", ",1433", "trustservercertificate", "userid=sa"):
		return "sqlserver"
	case has("port=3306", "sslmode=", "allowuservariables", "uid=root", "user=root"):
		return "mysql"
	}
	return ""
}

// named guesses by a connection's name.
func named(name string) string {
	n := strings.ToLower(name)
	for _, w := range []struct{ word, service string }{
		{"redis", "redis"}, {"cache", "redis"}, {"rabbit", "rabbitmq"}, {"amqp", "rabbitmq"}, {"eventbus", "rabbitmq"}, {"messag", "rabbitmq"},
		{"mongo", "mongo"}, {"kafka", "kafka"}, {"nats", "nats"}, {"elastic", "elasticsearch"}, {"postgres", "postgres"}, {"npgsql", "postgres"},
		{"mysql", "mysql"}, {"mariadb", "mysql"}, {"sqlserver", "sqlserver"}, {"mssql", "sqlserver"}, {"sqlite", sqlite},
	} {
		if strings.Contains(n, w.word) {
			return w.service
		}
	}
	return ""
}
