package php

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest/sqldump"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// fixed looks for connections to a database whose address stands in the sources: in a
// container "localhost" is the container itself. The name of the database that stands
// there is the one that Compose has to make.
func (p *project) fixed(s *detect.Service) {
	i := slices.IndexFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && slices.Contains([]string{"mysql", "mariadb", "postgres"}, n.Name)
	})
	if i < 0 || p.fw != nil && p.fw.command != "" && p.fw.complete != nil {
		return
	}
	need := &s.Needs[i]
	c, ok := p.connection()
	if !ok {
		return
	}
	named := !slices.ContainsFunc(need.Settings, func(s detect.NeedSetting) bool { return s.Part == detect.PartDatabase || s.Part == detect.PartURL })
	if database, err := safe.NewLabel(c.database); err == nil && (named || c.host != "") && sqldump.PlainName(c.database) && need.Database.IsZero() {
		need.Database = database
	}
	if len(need.Settings) > 0 || c.host == "" {
		return // it reads an address elsewhere
	}
	for _, v := range []struct {
		env  string
		part detect.NeedPart
	}{{"DB_HOST", detect.PartHost}, {"DB_USER", detect.PartUser}, {"DB_PASSWORD", detect.PartPassword}, {"DB_NAME", detect.PartDatabase}} {
		need.Settings = append(need.Settings, detect.NeedSetting{Env: safe.EnvNameOf(v.env), Part: v.part})
	}
	s.Notes = append(s.Notes, p.d.Note(c.file, c.line, "connects to %s, which in a container is the container itself: let it read getenv('DB_HOST'), and DB_USER, DB_PASSWORD and DB_NAME in the same way, which compose.yaml sets", c.host))
}

// connection is one whose host stands in the sources, or its database alone: host is "" then.
type connection struct {
	host, database, file string
	line                 int
}

// connects are functions and classes by the place of their arguments for host and database.
var connects = map[string][2]int{"mysqli_connect": {0, 3}, "mysqli": {0, 3}, "mysqli_real_connect": {1, 4}, "mysql_connect": {0, -1}, "mysql_pconnect": {0, -1}}

// dsnRE finds the parts of PDO's sources of data, and of pg_connect's.
var dsnRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(host|dbname)=([A-Za-z0-9_.]+)`) })

// connection is the first that goes to the program's own machine, or else the first whose
// database is named.
func (p *project) connection() (connection, bool) {
	var found connection
	for _, f := range p.sources() {
		k := p.knownTo(f)
		value := func(args [][]source.Token, i int) text {
			if i < 0 || i >= len(args) || len(args[i]) == 0 {
				return text{}
			}
			if t, next := k.joined(args[i], 0); next >= len(args[i]) {
				return t
			}
			return text{}
		}
		for i, t := range f.tokens {
			if places, ok := connects[strings.ToLower(strings.TrimPrefix(t.Text, `\`))]; ok && t.Kind == source.Name {
				args := source.Arguments(f.tokens, i+1)
				host, database := value(args, places[0]), value(args, places[1]).value
				if loopback(host.value) {
					return connection{host.value, database, cmp.Or(host.file, f.name), cmp.Or(host.line, t.Line)}, true
				}
				if !strings.Contains(host.value, ".") { // no other machine's
					found.database = cmp.Or(found.database, database)
				}
			}
		}
		for _, a := range p.addresses(f) {
			parts := map[string]string{}
			for _, m := range dsnRE().FindAllStringSubmatch(a.value, -1) {
				parts[m[1]] = m[2]
			}
			if loopback(parts["host"]) {
				return connection{parts["host"], parts["dbname"], a.host.file, a.host.line}, true
			}
			if !strings.Contains(parts["host"], ".") {
				found.database = cmp.Or(found.database, parts["dbname"])
			}
		}
	}
	return found, found.database != ""
}

func loopback(host string) bool { return slices.Contains([]string{"localhost", "127.0.0.1"}, host) }
