package sqldump

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// maxDump is how much of a dump is looked at; what creates tables comes first.
const maxDump = 4 << 20

// dumpFolders are where projects keep what their database begins with.
var dumpFolders = []string{"assets", "bd", "config", "data", "database", "databases", "db", "doc", "docs", "document", "documents", "dump", "dumps", "inc", "include", "includes", "mysql", "resources", "schema", "setup", "sql"}

// dumpNames are what the file is called where there are several, the likeliest first.
var dumpNames = []string{"schema.sql", "database.sql", "db.sql", "dump.sql", "structure.sql", "init.sql", "create.sql", "setup.sql", "tables.sql"}

// found is a file of SQL that could fill the database.
type found struct {
	name string
	Dump
}

// Fill finds the files that a database begins with, for a program that has no other way to
// make its tables: people are told to import them. It notes them in the first database
// that is needed, and returns them. speaksOf reports whether the program reads a file of
// that name by itself.
func Fill(d *detect.Dir, s *detect.Service, speaksOf func(base string) bool) []safe.RelPath {
	i := slices.IndexFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && slices.Contains([]string{"mysql", "mariadb", "postgres"}, n.Name)
	})
	if i < 0 {
		return nil
	}
	need := &s.Needs[i]
	all := dumps(d, strings.Replace(need.Name, "mariadb", "mysql", 1), speaksOf)
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b found) int { return rank(a.name) - rank(b.name) })
	take, tables, database := all[:0:0], map[string]bool{}, ""
	for _, o := range all {
		if rank(o.name) > rank(all[0].name) {
			break
		}
		// Both make a table of the same name, or go on with another database.
		other := o.Database != "" && database != "" && o.Database != database
		if other || slices.ContainsFunc(o.Names, func(n string) bool { return tables[n] }) {
			s.Notes = append(s.Notes, d.Note(all[0].name, 0, "creates tables, and so does %s: compose.yaml loads neither", safe.Visible(o.name)))
			return nil
		}
		for _, n := range o.Names {
			tables[n] = true
		}
		database = cmp.Or(database, o.Database)
		take = append(take, o)
	}
	slices.SortFunc(take, func(a, b found) int { return strings.Compare(a.name, b.name) })
	paths := make([]safe.RelPath, 0, len(take))
	for _, one := range take {
		at, err := d.Rel().Join(one.name)
		if stop := one.stops(err == nil && at.Plain(), need.Name); stop != "" {
			s.Notes = append(s.Notes, d.Note(one.name, 0, "creates the tables, but %s; so compose.yaml does not load it", stop))
			return nil
		}
		paths = append(paths, at)
	}
	for k, one := range take {
		need.Load = append(need.Load, paths[k])
		need.Why = append(need.Why, d.Note(one.name, 0, "creates the tables: the database loads it when its volume is made"))
		if database, err := safe.NewLabel(one.Database); err == nil && PlainName(one.Database) {
			need.Database = database
		}
		if one.MariaDB && need.Name == "mysql" && need.As == "" {
			need.As = "mariadb"
			need.Why = append(need.Why, d.Note(one.name, 0, "is out of MariaDB, whose collations MySQL does not all know"))
		}
	}
	return paths
}

// stops says why the database's image can't load a file.
func (f found) stops(plain bool, server string) string {
	switch {
	case !plain:
		return "has a name that can't be handed on"
	case f.Creates:
		return "creates a database, and stops where that is there already: CREATE DATABASE IF NOT EXISTS would go on"
	case f.Owners && server == "postgres":
		return "gives its tables to a role that is not there: pg_dump --no-owner writes it without"
	}
	return ""
}

// dumps are the files that create tables for that server, and that nothing of the program
// reads by itself.
func dumps(d *detect.Dir, server string, speaksOf func(base string) bool) []found {
	var out []found
	n := 0
	for name := range d.Files("*.sql") {
		if n++; n > 50 {
			break
		}
		if !dumpPlace(name) || speaksOf(path.Base(name)) {
			continue
		}
		data, err := d.Read(name)
		if err != nil {
			if data, err = d.ReadLock(name); err != nil {
				continue
			}
			data = data[:min(len(data), maxDump)]
		}
		dump := Read(string(data))
		if dump.Tables && (dump.Dialect == "" || dump.Dialect == server) {
			out = append(out, found{name, dump})
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

// rank is how likely a file is the one that comes first.
func rank(name string) int {
	out := strings.Count(name, "/") * 2
	if i := slices.Index(dumpNames, strings.ToLower(path.Base(name))); i >= 0 {
		return out*10 + i
	}
	return out*10 + len(dumpNames)
}

// PlainName reports whether a name needs no quoting anywhere.
func PlainName(name string) bool {
	for i, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != "" && len(name) <= 63
}
