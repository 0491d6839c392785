package shell

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// clients are commands that talk to a backing service, with the prefixes of the
// variables that say where it is.
var clients = []struct {
	commands []string
	need     string
	scheme   string
	prefixes []string
}{
	{[]string{"psql", "pg_dump", "pg_dumpall", "pg_isready", "pg_restore"}, "postgres", "postgresql", []string{"PG", "POSTGRES_", "POSTGRESQL_", "DATABASE_", "DB_"}},
	{[]string{"mysql", "mysqldump", "mysqladmin"}, "mysql", "mysql", []string{"MYSQL_", "DATABASE_", "DB_"}},
	{[]string{"mariadb", "mariadb-dump"}, "mariadb", "mysql", []string{"MARIADB_", "MYSQL_", "DATABASE_", "DB_"}},
	{[]string{"redis-cli"}, "redis", "redis", []string{"REDIS_"}},
}

// parts are what the rest of such a variable's name says that it holds.
var parts = map[string]detect.NeedPart{
	"URL": detect.PartURL, "URI": detect.PartURL, "HOST": detect.PartHost, "PORT": detect.PartPort, "USER": detect.PartUser, "USERNAME": detect.PartUser,
	"PASSWORD": detect.PartPassword, "PASS": detect.PartPassword, "DATABASE": detect.PartDatabase, "DB": detect.PartDatabase, "NAME": detect.PartDatabase, "DBNAME": detect.PartDatabase,
}

// needs are the backing services that the scripts talk to where a variable says.
func (p *program) needs() []detect.Need {
	var out []detect.Need
	for _, c := range clients {
		i := slices.IndexFunc(p.calls, func(k call) bool { return slices.Contains(c.commands, k.words[0]) && !p.funcs[k.words[0]] })
		if i < 0 {
			continue
		}
		n := detect.Need{Name: c.need, Why: []detect.Note{p.d.Note(p.calls[i].file, p.calls[i].line, "runs %s", p.calls[i].words[0])}}
		addressed := false
		seen := map[detect.NeedPart]bool{}
		for _, prefix := range c.prefixes {
			for _, name := range p.order {
				rest, ok := strings.CutPrefix(name, prefix)
				part := parts[rest]
				env, err := safe.NewEnvName(name)
				if !ok || part == "" || seen[part] || !p.fromOutside(name) || err != nil {
					continue
				}
				seen[part] = true
				s := detect.NeedSetting{Env: env, Part: part}
				if part == detect.PartURL {
					s.Scheme = c.scheme
				}
				n.Settings = append(n.Settings, s)
				addressed = addressed || part == detect.PartURL || part == detect.PartHost
			}
		}
		if c.need == "postgres" && seen[detect.PartHost] { // libpq reads these itself
			for part, name := range map[detect.NeedPart]string{detect.PartUser: "PGUSER", detect.PartPassword: "PGPASSWORD", detect.PartDatabase: "PGDATABASE"} {
				if !seen[part] && !p.assigned[name] {
					n.Settings = append(n.Settings, detect.NeedSetting{Env: safe.EnvNameOf(name), Part: part})
				}
			}
			slices.SortStableFunc(n.Settings, func(a, b detect.NeedSetting) int { return strings.Compare(a.Env.String(), b.Env.String()) })
		}
		if addressed {
			out = append(out, n)
		}
	}
	return out
}
