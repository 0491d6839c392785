package elixir

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
	"dockgen/internal/safe"
)

// backing are the packages that talk to a service beside the program.
var backing = []struct {
	pkg, need string
	optional  bool
	env       []string // the usual beginnings of the variables' names
}{
	{"postgrex", "postgres", false, []string{"DATABASE", "DB", "POSTGRES", "PG", "REPO"}},
	{"myxql", "mysql", false, []string{"DATABASE", "DB", "MYSQL", "REPO"}},
	{"mariaex", "mysql", false, []string{"DATABASE", "DB", "MYSQL", "REPO"}},
	{"tds", "sqlserver", false, []string{"DATABASE", "DB", "MSSQL", "SQLSERVER"}},
	{"mongodb_driver", "mongo", false, []string{"MONGO"}},
	{"mongodb", "mongo", false, []string{"MONGO"}},
	{"redix", "redis", false, []string{"REDIS"}},
	{"redix_pubsub", "redis", false, []string{"REDIS"}},
	{"phoenix_pubsub_redis", "redis", false, []string{"REDIS"}},
	{"exq", "redis", false, []string{"REDIS"}},
	{"eredis", "redis", false, []string{"REDIS"}},
	{"nebulex_redis_adapter", "redis", false, []string{"REDIS"}},
	{"hammer_backend_redis", "redis", true, []string{"REDIS"}},
	{"memcachex", "memcached", false, []string{"MEMCACHE"}},
	{"mcd", "memcached", false, []string{"MEMCACHE"}},
	{"broadway_rabbitmq", "rabbitmq", false, []string{"RABBIT", "AMQP"}},
	{"amqp", "rabbitmq", false, []string{"RABBIT", "AMQP"}},
	{"broadway_kafka", "kafka", false, []string{"KAFKA"}},
	{"brod", "kafka", false, []string{"KAFKA"}},
	{"kafka_ex", "kafka", false, []string{"KAFKA"}},
	{"kaffe", "kafka", false, []string{"KAFKA"}},
	{"gnat", "nats", false, []string{"NATS"}},
	{"elasticsearch", "elasticsearch", false, []string{"ELASTIC", "ES_"}},
	{"elastix", "elasticsearch", false, []string{"ELASTIC", "ES_"}},
	{"snap", "elasticsearch", false, []string{"ELASTIC", "ES_"}},
	{"meilisearch", "meilisearch", false, []string{"MEILI"}},
	{"meilisearch_ex", "meilisearch", false, []string{"MEILI"}},
	{"ecto_ch", "clickhouse", false, []string{"CLICKHOUSE"}},
	{"ch", "clickhouse", false, []string{"CLICKHOUSE"}},
	{"clickhouse_ecto", "clickhouse", false, []string{"CLICKHOUSE"}},
	{"bolt_sips", "neo4j", false, []string{"NEO4J", "BOLT"}},
	{"boltx", "neo4j", false, []string{"NEO4J", "BOLT"}},
	{"ex_aws_s3", "minio", true, []string{"AWS", "S3", "BUCKET"}},
	{"gen_smtp", "mailpit", true, []string{"SMTP", "MAIL"}},
	{"bamboo_smtp", "mailpit", true, []string{"SMTP", "MAIL"}},
}

// parts are the keys of a connection's options, and what each holds.
var parts = map[string]detect.NeedPart{
	"url": detect.PartURL, "hostname": detect.PartHost, "host": detect.PartHost, "port": detect.PartPort,
	"username": detect.PartUser, "user": detect.PartUser, "password": detect.PartPassword, "database": detect.PartDatabase,
	"relay": detect.PartHost,
}

// needs are the services beside the program, by what it depends on.
func (a *application) needs(s *detect.Service) {
	done := map[string]bool{}
	for _, b := range backing {
		dep, why, ok := a.dep(b.pkg)
		if !ok || done[b.need] {
			continue
		}
		if (b.need == "postgres" || b.need == "mysql") && !a.hasRepo() && !a.starts(b.pkg) {
			// Postgrex comes along with packages that offer to store something.
			continue
		}
		done[b.need] = true
		need := detect.Need{Name: b.need, Optional: b.optional || dep.optional, Why: []detect.Note{why}}
		need.Settings = a.settings(b.need, b.env)
		if b.need != "postgres" && b.need != "mysql" && b.need != "sqlserver" && a.asks(need.Settings) {
			need.Optional = true
		}
		s.Needs = append(s.Needs, need)
	}
}

// asks reports whether the configuration looks first whether there is an address at all.
func (a *application) asks(settings []detect.NeedSetting) bool {
	for _, c := range a.configs {
		for _, set := range settings {
			if (set.Part == detect.PartURL || set.Part == detect.PartHost) && slices.Contains(c.asked, set.Env.String()) {
				return true
			}
		}
	}
	return false
}

// hasRepo reports whether a module uses Ecto.Repo: the adapter alone connects to nothing.
func (a *application) hasRepo() bool {
	found := false
	a.modules(func(_ *sourceFile, _ string, n *source.Node) {
		for _, b := range n.Body {
			if b.IsCall("", "use") && len(b.Args) > 0 && strings.HasSuffix(b.Args[0].Text, "Repo") {
				found = true
			}
		}
	})
	return found
}

// starts reports whether a source names the driver's module.
func (a *application) starts(pkg string) bool {
	module := map[string]string{"postgrex": "Postgrex", "myxql": "MyXQL", "mariaex": "Mariaex"}[pkg]
	for _, f := range a.sources {
		found := false
		f.file.Walk(func(n *source.Node) bool {
			found = found || n.Kind == source.Module && n.Text == module
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// settings are the variables through which the program learns of a service: those
// that an entry of the configuration takes its options from, else by their name.
func (a *application) settings(need string, prefixes []string) []detect.NeedSetting {
	var out []detect.NeedSetting
	isRepo := func(key string) bool { return strings.HasSuffix(key, "Repo") }
	sql := need == "postgres" || need == "mysql" || need == "sqlserver"
	for _, c := range a.configs {
		for _, e := range c.entries {
			for _, pair := range e.at.resolve(e.values).Pairs() {
				part, known := parts[pair.Text]
				env, _ := e.at.setting(pair.Value())
				if known && env != "" && (sql && isRepo(e.key) || !sql && fits(env, prefixes)) {
					if name, err := safe.NewEnvName(env); err == nil {
						out = addSetting(out, need, name, part)
					}
				}
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	return settingsByName(a.reads(), need, prefixes)
}

// settingsByName are the variables whose names say that they are about a service.
func settingsByName(reads []read, need string, prefixes []string) []detect.NeedSetting {
	var out []detect.NeedSetting
	for _, r := range reads {
		if name, err := safe.NewEnvName(r.name); err == nil && fits(r.name, prefixes) {
			if part, ok := partByName(r.name); ok {
				out = addSetting(out, need, name, part)
			}
		}
	}
	return out
}

// fits reports whether a variable's name begins, or goes on, with one of the prefixes.
func fits(env string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(env, p) || strings.Contains(env, "_"+p) {
			return true
		}
	}
	return false
}

// partByName is what a variable holds, by the end of its name.
func partByName(env string) (detect.NeedPart, bool) {
	for _, end := range []struct {
		text string
		part detect.NeedPart
	}{
		{"URL", detect.PartURL}, {"URI", detect.PartURL}, {"HOST", detect.PartHost}, {"HOSTNAME", detect.PartHost}, {"PORT", detect.PartPort},
		{"USER", detect.PartUser}, {"USERNAME", detect.PartUser}, {"PASSWORD", detect.PartPassword}, {"PASS", detect.PartPassword},
		{"DATABASE", detect.PartDatabase}, {"DB", detect.PartDatabase}, {"_NAME", detect.PartDatabase},
	} {
		if strings.HasSuffix(env, end.text) {
			return end.part, true
		}
	}
	return "", false
}

// addSetting adds one where neither the variable nor the part has one yet.
func addSetting(out []detect.NeedSetting, need string, env safe.EnvName, part detect.NeedPart) []detect.NeedSetting {
	for _, o := range out {
		if o.Env == env || o.Part == part {
			return out
		}
	}
	set := detect.NeedSetting{Env: env, Part: part}
	if part == detect.PartURL && (need == "postgres" || need == "mysql" || need == "sqlserver") {
		set.Dialect = "ecto"
	}
	return append(out, set)
}
