package r

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/r/source"
	"dockgen/internal/safe"
)

// clients are the packages that talk to a backing service, and what begins the names of
// the variables that tell where it is. The drivers are what stands in dbConnect().
var clients = []struct {
	pkg, need, scheme string
	drivers, prefixes []string
}{
	{"RPostgres", "postgres", "postgresql", []string{"Postgres"}, []string{"POSTGRES", "POSTGRESQL", "PG", "DATABASE", "DB"}},
	{"RPostgreSQL", "postgres", "postgresql", []string{"PostgreSQL"}, []string{"POSTGRES", "POSTGRESQL", "PG", "DATABASE", "DB"}},
	{"rpg", "postgres", "postgresql", nil, []string{"POSTGRES", "POSTGRESQL", "PG", "DATABASE", "DB"}},
	{"RMariaDB", "mariadb", "mysql", []string{"MariaDB"}, []string{"MARIADB", "MYSQL", "DATABASE", "DB"}},
	{"RMySQL", "mysql", "mysql", []string{"MySQL"}, []string{"MYSQL", "MARIADB", "DATABASE", "DB"}},
	{"redux", "redis", "redis", nil, []string{"REDIS"}},
	{"rredis", "redis", "redis", nil, []string{"REDIS"}},
	{"RcppRedis", "redis", "redis", nil, []string{"REDIS"}},
	{"mongolite", "mongo", "mongodb", nil, []string{"MONGO", "MONGODB"}},
	{"RClickhouse", "clickhouse", "clickhouse", []string{"clickhouse"}, []string{"CLICKHOUSE"}},
	{"elastic", "elasticsearch", "http", nil, []string{"ELASTIC", "ELASTICSEARCH", "ES"}},
	{"elasticsearchr", "elasticsearch", "http", nil, []string{"ELASTIC", "ELASTICSEARCH", "ES"}},
	{"longears", "rabbitmq", "amqp", nil, []string{"RABBITMQ", "AMQP", "RABBIT"}},
	{"neo4r", "neo4j", "bolt", nil, []string{"NEO4J"}},
}

// ownVariables are R's own and those of its tools, which nobody sets for a program.
var ownVariables = []string{"HOME", "USER", "PATH", "PORT", "TZ", "LANG", "CI", "NOT_CRAN", "RSTUDIO", "SHINY_PORT", "SHINY_SERVER_VERSION", "TMPDIR", "HOSTNAME", "USERNAME", "PWD", "GITHUB_ACTIONS"}

// environment finds the variables that the program reads, and the backing services
// with those that name them.
func (p *project) environment(s *detect.Service) {
	for _, f := range p.files {
		for _, c := range f.Calls {
			if c.Name != "Sys.getenv" {
				continue
			}
			optional := len(c.Arg("unset", 1)) > 0
			for _, name := range f.Texts(c.Arg("x", 0)) {
				p.variable(s, name, optional, p.d.Note(f.Path, c.Line, "Sys.getenv(%q)", name))
			}
		}
	}
	for _, name := range []string{"config.yml", "conf/config.yml", "inst/golem-config.yml"} {
		p.configured(s, name)
	}
	for _, c := range clients {
		if slices.ContainsFunc(s.Needs, func(n detect.Need) bool { return n.Name == c.need }) {
			continue
		}
		used, at := p.uses(c.pkg)
		if used == nil {
			continue
		}
		need := detect.Need{Name: c.need, Why: []detect.Note{p.d.Note(used.Path, at, "uses %s", c.pkg)}}
		p.connections(&need, c.drivers, c.pkg, c.scheme)
		for _, e := range s.Env {
			if len(need.Settings) > 0 && need.Settings[0].Part == detect.PartURL {
				break
			}
			setting := detect.NeedSetting{Env: e.Name}
			if part, ok := manifest.SpecialPart(c.need, e.Name.String()); ok {
				setting.Part = part
			} else if setting.Part = named(e.Name.String(), c.prefixes); setting.Part == "" {
				continue
			}
			addSetting(&need, setting, c.scheme)
		}
		if len(need.Settings) == 0 {
			group(&need, s.Env, c.scheme)
		}
		if c.pkg == "redux" && len(need.Settings) == 0 { // https://richfitz.github.io/redux/reference/redis_config.html
			need.Settings = []detect.NeedSetting{{Env: safe.EnvNameOf("REDIS_URL"), Part: detect.PartURL, Scheme: "redis"}}
		}
		s.Needs = append(s.Needs, need)
	}
}

// uses is the first source that uses a package.
func (p *project) uses(name string) (*source.File, int) {
	for _, f := range p.files {
		if line, ok := f.Packages[name]; ok && f.Path != p.packages.script && f.Path != "dependencies.R" {
			return f, line
		}
	}
	return nil, 0
}

// connections takes the variables in the arguments of the calls that connect.
func (p *project) connections(need *detect.Need, drivers []string, pkg, scheme string) {
	for _, f := range p.files {
		for _, c := range f.Calls {
			switch c.Name {
			case "dbConnect", "dbPool", "pool":
				if !mentions(c.Arg("drv", 0), drivers) {
					continue
				}
			case "mongo":
				if pkg != "mongolite" {
					continue
				}
			case "hiredis", "redis_config":
				if pkg != "redux" {
					continue
				}
			default:
				continue
			}
			for _, a := range c.Args {
				v := f.Eval(a.Value)
				name, err := safe.NewEnvName(v.Env)
				part := detect.PartNamed(strings.ToUpper(a.Name))
				if err != nil || part == "" {
					continue
				}
				addSetting(need, detect.NeedSetting{Env: name, Part: part}, scheme)
			}
		}
	}
}

// group takes variables that begin alike and end in the parts of an address, as
// SUPABASE_HOST and SUPABASE_PASSWORD, where one group alone has a host.
func group(need *detect.Need, env []detect.EnvVar, scheme string) {
	if need.Name != "postgres" && need.Name != "mysql" && need.Name != "mariadb" {
		return
	}
	groups := map[string][]detect.NeedSetting{}
	first := ""
	for _, e := range env {
		prefix, last, ok := cutLast(e.Name.String())
		part := detect.PartNamed(strings.ToUpper(last))
		if !ok || part == "" || part == detect.PartURL {
			continue
		}
		groups[prefix] = append(groups[prefix], detect.NeedSetting{Env: e.Name, Part: part})
		if part == detect.PartHost {
			if first != "" && first != prefix {
				return
			}
			first = prefix
		}
	}
	if first == "" || len(groups[first]) < 3 {
		return
	}
	for _, setting := range groups[first] {
		addSetting(need, setting, scheme)
	}
}

func cutLast(name string) (before, last string, ok bool) {
	i := strings.LastIndexByte(name, '_')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

func addSetting(need *detect.Need, setting detect.NeedSetting, scheme string) {
	if slices.ContainsFunc(need.Settings, func(o detect.NeedSetting) bool { return o.Env == setting.Env || o.Part == setting.Part }) {
		return
	}
	if setting.Part == detect.PartURL {
		setting.Scheme = scheme
	}
	need.Settings = append(need.Settings, setting)
}

func mentions(t []source.Token, words []string) bool {
	return slices.ContainsFunc(t, func(one source.Token) bool { return slices.Contains(words, one.S) })
}

// named is the part of an address that a variable's name speaks of, if its first word
// speaks of the service.
func named(name string, prefixes []string) detect.NeedPart {
	words := strings.Split(strings.ToUpper(name), "_")
	if len(words) < 2 || !slices.Contains(prefixes, words[0]) {
		return ""
	}
	return detect.PartNamed(words[len(words)-1])
}

func (p *project) variable(s *detect.Service, name string, optional bool, why detect.Note) {
	env, err := safe.NewEnvName(name)
	if err != nil || slices.Contains(ownVariables, name) || strings.HasPrefix(name, "R_") || strings.HasPrefix(name, "RENV_") ||
		slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == env }) {
		return
	}
	hidden := secretive(name)
	s.Env = append(s.Env, detect.EnvVar{Name: env, Required: hidden && !optional, Secret: hidden, Why: []detect.Note{why}})
}

// secretive reports whether a variable of that name holds a secret, as a rule.
func secretive(name string) bool {
	name = strings.ToUpper(name)
	for _, word := range []string{"SECRET", "PASSWORD", "PASSWD", "TOKEN", "PRIVATE", "CREDENTIAL", "APIKEY"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return strings.HasSuffix(name, "_KEY") || strings.HasSuffix(name, "_PASS") || strings.HasSuffix(name, "_PWD")
}

// configured reads the expressions in a file of the package config, as in
// password: !expr Sys.getenv("DB_PASSWORD") (https://rstudio.github.io/config).
func (p *project) configured(s *detect.Service, name string) {
	if !p.d.Has(name) {
		return
	}
	data, err := p.d.Read(name)
	var doc yaml.Node
	if err != nil || len(data) > maxSource || yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return
	}
	var visit func(n *yaml.Node, depth int)
	visit = func(n *yaml.Node, depth int) {
		if depth > 20 {
			return
		}
		if n.Kind == yaml.ScalarNode && n.Tag == "!expr" {
			f := source.Parse(name, n.Value)
			for _, c := range f.Calls {
				for _, env := range f.Texts(c.Arg("x", 0)) {
					if c.Name == "Sys.getenv" {
						p.variable(s, env, len(c.Arg("unset", 1)) > 0, p.d.Note(name, n.Line, "Sys.getenv(%q)", env))
					}
				}
			}
		}
		for _, c := range n.Content {
			visit(c, depth+1)
		}
	}
	visit(doc.Content[0], 0)
	top := doc.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Kind == yaml.MappingNode && top.Content[i].Value == "production" {
			variable := "R_CONFIG_ACTIVE"
			if strings.HasPrefix(name, "inst/") {
				variable = "GOLEM_CONFIG_ACTIVE"
			}
			s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf(variable), Value: safe.LabelOf("production")})
		}
	}
}
