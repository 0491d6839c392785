package php

import (
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
	if database, err := safe.NewLabel(c.database); err == nil && sqldump.PlainName(c.database) && need.Database.IsZero() {
		need.Database = database
	}
	if len(need.Settings) > 0 {
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

// connection is one whose host stands in the sources.
type connection struct {
	host, database, file string
	line                 int
}

// connects are functions and classes by the place of their arguments for host and database.
var connects = map[string][2]int{"mysqli_connect": {0, 3}, "mysqli": {0, 3}, "mysqli_real_connect": {1, 4}, "mysql_connect": {0, -1}, "mysql_pconnect": {0, -1}}

// dsnRE finds the parts of PDO's sources of data, and of pg_connect's.
var dsnRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(host|dbname)=([A-Za-z0-9_.]+)`) })

// connection is the first that goes to the program's own machine.
func (p *project) connection() (connection, bool) {
	constants := map[string]string{}
	for _, f := range p.sources() {
		named(f.tokens, constants)
	}
	for _, f := range p.sources() {
		variables := map[string]string{}
		assigned(f.tokens, variables)
		value := func(args [][]source.Token, i int) string {
			if i < 0 || i >= len(args) || len(args[i]) != 1 {
				return ""
			}
			switch t := args[i][0]; {
			case t.IsText():
				return t.Text
			case t.Kind == source.Name:
				return constants[t.Text]
			default:
				return variables[t.Text]
			}
		}
		for i, t := range f.tokens {
			if places, ok := connects[strings.ToLower(strings.TrimPrefix(t.Text, `\`))]; ok && t.Kind == source.Name {
				args := source.Arguments(f.tokens, i+1)
				if host := value(args, places[0]); loopback(host) {
					return connection{host, value(args, places[1]), f.name, t.Line}, true
				}
			}
			if t.Kind == source.String && (strings.HasPrefix(t.Text, "mysql:") || strings.HasPrefix(t.Text, "pgsql:") || strings.Contains(t.Text, "host=localhost ")) {
				parts := map[string]string{}
				for _, m := range dsnRE().FindAllStringSubmatch(t.Text, -1) {
					parts[m[1]] = m[2]
				}
				if loopback(parts["host"]) {
					return connection{parts["host"], parts["dbname"], f.name, t.Line}, true
				}
			}
		}
	}
	return connection{}, false
}

func loopback(host string) bool { return slices.Contains([]string{"localhost", "127.0.0.1"}, host) }

// named are constants with a text: define('NAME', 'text') and const NAME = 'text'.
func named(tokens []source.Token, out map[string]string) {
	for i := 0; i+4 < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.IsName("define") && tokens[i+1].Is("(") && tokens[i+2].IsText() && tokens[i+3].Is(",") && tokens[i+4].IsText():
			out[tokens[i+2].Text] = tokens[i+4].Text
		case t.IsName("const") && tokens[i+1].Kind == source.Name && tokens[i+2].Is("=") && tokens[i+3].IsText():
			out[tokens[i+1].Text] = tokens[i+3].Text
		}
	}
}

// assigned are variables with a text: $name = 'text'.
func assigned(tokens []source.Token, out map[string]string) {
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].Kind == source.Variable && tokens[i+1].Is("=") && tokens[i+2].IsText() {
			out[tokens[i].Text] = tokens[i+2].Text
		}
	}
}
