package swift

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/tokens"
	"dockgen/internal/safe"
)

// backings are services with the products that talk to them.
var backings = []struct {
	service  string
	products []string
	words    []string // in the names of variables
}{
	{"postgres", []string{"FluentPostgresDriver", "PostgresKit", "PostgresNIO", "HummingbirdPostgres", "PostgresClientKit"}, []string{"DATABASE", "DB", "POSTGRES", "PG"}},
	{"mysql", []string{"FluentMySQLDriver", "MySQLKit", "MySQLNIO"}, []string{"DATABASE", "DB", "MYSQL"}},
	{"mongo", []string{"FluentMongoDriver", "MongoKitten", "MongoSwift", "MongoDBVapor"}, []string{"DATABASE", "DB", "MONGO", "MONGODB"}},
	{"redis", []string{"Redis", "RediStack", "QueuesRedisDriver", "HummingbirdRedis", "Valkey"}, []string{"REDIS", "VALKEY"}},
	{"rabbitmq", []string{"AMQPClient", "AMQPKit"}, []string{"AMQP", "RABBITMQ"}},
	{"kafka", []string{"Kafka", "SwiftKafka"}, []string{"KAFKA"}},
	{"nats", []string{"Nats", "NatsSwift"}, []string{"NATS"}},
}

// parts are what a variable's last word says that it holds.
var parts = map[string]detect.NeedPart{
	"URL": detect.PartURL, "URI": detect.PartURL, "HOST": detect.PartHost, "HOSTNAME": detect.PartHost, "PORT": detect.PartPort,
	"USER": detect.PartUser, "USERNAME": detect.PartUser, "PASSWORD": detect.PartPassword, "PASS": detect.PartPassword,
	"NAME": detect.PartDatabase, "DATABASE": detect.PartDatabase, "DB": detect.PartDatabase,
}

// needs finds the backing services, the variables that the program reads, and a
// database that is a file.
func (pr *program) needs(s *detect.Service, _ *Facts) error {
	for _, f := range pr.files {
		for i := 0; i+4 < len(f.t); i++ {
			t := f.t[i:]
			name := ""
			switch {
			case t[0].Is("Environment") && t[1].Is(".") && t[2].Is("get") && t[3].Is("(") && t[4].Kind == tokens.Text:
				name = t[4].S
			case t[0].Is("environment") && t[1].Is("[") && t[2].Kind == tokens.Text:
				name = t[2].S
			case t[0].Is("sqlite") && t[1].Is("(") && t[2].Is(".") && t[3].Is("file") && t[4].Is("(") && i+5 < len(f.t):
				pr.sqlite(s, f, t[5])
			}
			env, err := safe.NewEnvName(name)
			if err != nil || slices.ContainsFunc(s.Env, func(e detect.EnvVar) bool { return e.Name == env }) {
				continue
			}
			upper := strings.ToUpper(name)
			s.Env = append(s.Env, detect.EnvVar{Name: env, Secret: strings.Contains(upper, "SECRET") || strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "TOKEN") || strings.HasSuffix(upper, "_KEY"),
				Why: []detect.Note{pr.note(f, t[0].Line, "reads %s", name)}})
		}
	}
	for _, b := range backings {
		if !pr.uses(b.products...) {
			continue
		}
		n := detect.Need{Name: b.service}
		for _, product := range b.products {
			if pr.uses(product) {
				n.Why = append(n.Why, pr.p.d.Note("Package.swift", pr.t.line, "uses %s", product))
			}
		}
		for _, e := range s.Env {
			words := strings.Split(strings.ToUpper(e.Name.String()), "_")
			part := parts[words[len(words)-1]]
			if part != "" && slices.Contains(b.words, words[0]) {
				n.Settings = append(n.Settings, detect.NeedSetting{Env: e.Name, Part: part})
			}
		}
		s.Needs = append(s.Needs, n)
	}
	return nil
}

// sqlite makes the folder of a database's file writable.
func (pr *program) sqlite(s *detect.Service, f file, t tokens.Token) {
	if t.Kind != tokens.Text || t.Dynamic || path.IsAbs(t.S) {
		return
	}
	dir, err := safe.NewRelPath(path.Dir(t.S))
	if err != nil || slices.Contains(s.State, dir) {
		return
	}
	s.State = append(s.State, dir)
	if dir.String() == "." {
		s.Notes = append(s.Notes, pr.note(f, t.Line, "writes %s beside the program, so that the image can't be read-only: put it into a folder of its own", t.S))
	}
}

// native finds what the program needs of the system: the libraries that Foundation's
// parts load, and what a system library target names.
func (pr *program) native(s *detect.Service, _ *Facts) error {
	for module, pkg := range map[string]string{"FoundationNetworking": "libcurl4", "FoundationXML": "libxml2"} {
		for _, f := range pr.files {
			i := slices.IndexFunc(f.t, func(t tokens.Token) bool { return t.Kind == tokens.Word && t.S == module })
			if i < 0 {
				continue
			}
			s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(pkg), Run: true, Why: pr.note(f, f.t[i].Line, "imports %s", module)})
			break
		}
	}
	for _, name := range pr.p.apt {
		pkg, err := safe.NewPackage(name)
		if err != nil {
			return pr.p.d.Errorf("Package.swift", pr.p.aptLine, "%w", err)
		}
		why := pr.p.d.Note("Package.swift", pr.p.aptLine, "a system library is in %s", name)
		// What it is linked against has to be there at run time too; the headers' package brings it.
		s.Packages = append(s.Packages, detect.Package{Deb: pkg, Build: true, Run: true, Why: why})
	}
	slices.SortFunc(s.Packages, func(a, b detect.Package) int { return strings.Compare(a.Deb.String(), b.Deb.String()) })
	return nil
}
