package php

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/sqldump"
	"dockgen/internal/safe"
)

// maxDump is how much of a dump is looked at; what creates tables comes first.
const maxDump = 4 << 20

// dumpFolders are where projects keep what their database begins with.
var dumpFolders = []string{"assets", "bd", "config", "data", "database", "databases", "db", "doc", "docs", "dump", "dumps", "inc", "include", "includes", "mysql", "resources", "schema", "setup", "sql"}

// dumpNames are what the file is called where there are several, the likeliest first.
var dumpNames = []string{"schema.sql", "database.sql", "db.sql", "dump.sql", "structure.sql", "init.sql", "create.sql", "setup.sql", "tables.sql"}

// dumped is a file of SQL that could fill the database.
type dumped struct {
	name string
	sqldump.Dump
}

// dump finds the file that the database begins with, for a program that has no other way
// to make its tables: people are told to import it.
func (p *project) dump(s *detect.Service) {
	if slices.ContainsFunc(s.Processes, func(o detect.Process) bool { return o.Kind == detect.Job }) {
		return
	}
	i := slices.IndexFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && slices.Contains([]string{"mysql", "mariadb", "postgres"}, n.Name)
	})
	if i < 0 {
		return
	}
	need := &s.Needs[i]
	found := p.dumps(strings.Replace(need.Name, "mariadb", "mysql", 1))
	if len(found) == 0 {
		return
	}
	one := found[0]
	if len(found) > 1 {
		slices.SortStableFunc(found, func(a, b dumped) int { return rank(a.name) - rank(b.name) })
		if one = found[0]; rank(one.name) == rank(found[1].name) {
			s.Notes = append(s.Notes, p.d.Note(one.name, 0, "creates tables, and so does %s: compose.yaml loads neither", safe.Visible(found[1].name)))
			return
		}
	}
	at, err := p.d.Rel().Join(one.name)
	stop := ""
	switch {
	case err != nil || !at.Plain():
		stop = "has a name that can't be handed on"
	case one.Creates:
		stop = "creates a database, and stops where that is there already: CREATE DATABASE IF NOT EXISTS would go on"
	case one.Owners && need.Name == "postgres":
		stop = "gives its tables to a role that is not there: pg_dump --no-owner writes it without"
	}
	if stop != "" {
		s.Notes = append(s.Notes, p.d.Note(one.name, 0, "creates the tables, but %s; so compose.yaml does not load it", stop))
		return
	}
	need.Load = append(need.Load, at)
	need.Why = append(need.Why, p.d.Note(one.name, 0, "creates the tables: the database loads it when its volume is made"))
	if database, err := safe.NewLabel(one.Database); err == nil && plainDatabase(one.Database) {
		need.Database = database
	}
	if one.MariaDB && need.Name == "mysql" && need.As == "" {
		need.As = "mariadb"
		need.Why = append(need.Why, p.d.Note(one.name, 0, "is out of MariaDB, whose collations MySQL does not all know"))
	}
	// The image has no use for it.
	if r, err := safe.NewRelPath(one.name); err == nil {
		p.leaveOut(s, safe.PatternFor(r))
	}
}

// dumps are the files that create tables for that server, and that nothing of the program
// reads by itself.
func (p *project) dumps(server string) []dumped {
	var out []dumped
	n := 0
	for name := range p.d.Files("*.sql") {
		if n++; n > 50 {
			break
		}
		if !dumpPlace(name) || p.speaksOf(path.Base(name)) {
			continue
		}
		data, err := p.d.Read(name)
		if err != nil {
			if data, err = p.d.ReadLock(name); err != nil {
				continue
			}
			data = data[:min(len(data), maxDump)]
		}
		d := sqldump.Read(string(data))
		if d.Tables && (d.Dialect == "" || d.Dialect == server) {
			out = append(out, dumped{name, d})
		}
	}
	return out
}

// dumpPlace reports whether a file lies where what a database begins with does, and has
// no name of a step from one version to the next.
func dumpPlace(name string) bool {
	dir, base := path.Split(strings.ToLower(name))
	for _, folder := range strings.Split(strings.Trim(dir, "/"), "/") {
		if folder != "" && !slices.Contains(dumpFolders, folder) {
			return false
		}
	}
	for _, word := range []string{"update", "upgrade", "migrat", "patch", "test", "rollback", "uninstall", "drop", "alter"} {
		if strings.Contains(base, word) {
			return false
		}
	}
	return strings.Count(name, "/") <= 3
}

// speaksOf reports whether the sources name a file: an installer's, which reads it.
func (p *project) speaksOf(base string) bool {
	for _, f := range p.sources() {
		for _, t := range f.tokens {
			if strings.HasSuffix(t.Text, base) && t.IsText() {
				return true
			}
		}
	}
	return false
}

// rank is how likely a file is the one that comes first.
func rank(name string) int {
	out := strings.Count(name, "/") * 2
	if i := slices.Index(dumpNames, strings.ToLower(path.Base(name))); i >= 0 {
		return out*10 + i
	}
	return out*10 + len(dumpNames)
}

// plainDatabase reports whether a name needs no quoting anywhere.
func plainDatabase(name string) bool {
	for i, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != "" && len(name) <= 63
}
