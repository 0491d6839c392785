package golang

import (
	"bytes"
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// folder is one that holds migrations in SQL.
type folder struct {
	dir     string // relative to the module's
	example string // one of its files
	goose   bool   // in goose's form, else in golang-migrate's
	count   int
	others  int // further folders that may be meant as well
}

// dialects are words of folders that hold the migrations of one database.
var dialects = map[string]string{
	"postgres": "postgres", "postgresql": "postgres", "pg": "postgres", "pgsql": "postgres", "mysql": "mysql", "mariadb": "mysql",
	"sqlite": "sqlite", "sqlite3": "sqlite", "mssql": "sqlserver", "sqlserver": "sqlserver", "clickhouse": "clickhouse", "cockroach": "cockroach", "cockroachdb": "cockroach",
}

// dialectOf is the database that a folder's path names; "" for none.
func dialectOf(dir string) string {
	for _, word := range strings.FieldsFunc(strings.ToLower(dir), func(r rune) bool { return r == '/' || r == '-' || r == '_' || r == '.' }) {
		if name := dialects[word]; name != "" {
			return name
		}
	}
	return ""
}

// sqlFolder finds the module's folder of migrations for a database: the one that names
// it, or the one with the most of them.
func (p *program) sqlFolder(d *detect.Dir, need string) *folder {
	found := map[string]*folder{}
	for name := range d.Files("*.sql") {
		dir := path.Dir(name)
		if p.foreign(d, dir) {
			continue
		}
		up := strings.HasSuffix(name, ".up.sql")
		if f := found[dir]; f != nil {
			if up || f.goose {
				f.count++
			}
			continue
		}
		if up {
			found[dir] = &folder{dir: dir, example: name, count: 1}
			continue
		}
		if base := path.Base(name); base[0] < '0' || base[0] > '9' || strings.HasSuffix(base, ".down.sql") {
			continue // both tools number them
		}
		if text, err := d.Read(name); err == nil && bytes.Contains(text, []byte("-- +goose Up")) {
			found[dir] = &folder{dir: dir, example: name, goose: true, count: 1}
		}
	}
	rank := func(dir string) int {
		if dialectOf(dir) == need {
			return 1
		}
		return 0
	}
	maps.DeleteFunc(found, func(dir string, _ *folder) bool { name := dialectOf(dir); return name != "" && name != need })
	dirs := slices.SortedFunc(maps.Keys(found), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(found[b].count, found[a].count), strings.Compare(a, b))
	})
	if len(dirs) == 0 {
		return nil
	}
	best := found[dirs[0]]
	for _, other := range dirs[1:] {
		if rank(other) == rank(best.dir) && found[other].goose == best.goose {
			best.others++
		}
	}
	return best
}

// migrationFolder adds the tool that the migrations are written for as a job.
func (p *program) migrationFolder(d *detect.Dir, s *detect.Service) {
	sql := p.sqlFolder(d, database(s).Name)
	switch {
	case sql == nil || p.w.main.file == nil:
	case sql.goose:
		p.gooseJob(d, s, sql)
	default:
		p.migrateJob(d, s, sql)
	}
}
