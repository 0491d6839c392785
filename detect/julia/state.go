package julia

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/julia/source"
	"dockgen/internal/safe"
)

// state finds the files of databases that the program keeps beside itself, and takes the
// folders that Genie writes to out of the read-only image.
func (pr *program) state(s *detect.Service, f *Facts) {
	f.Temp = slices.DeleteFunc(s.Scratch, func(dir safe.RelPath) bool { return !dir.Plain() })
	s.Scratch = nil
	for _, c := range slices.Concat(pr.calls["DB"], pr.calls["connect"]) {
		if c.Name != "SQLite.DB" && c.Name != "DuckDB.DB" && c.Base() != "connect" {
			continue
		}
		for _, a := range c.Args {
			name := pr.database(a.Tokens, 0)
			if name == "" || path.IsAbs(name) || strings.HasPrefix(name, "..") {
				continue
			}
			dir := path.Dir(path.Clean(name))
			rel, err := safe.NewRelPath(path.Join(pr.dir().String(), dir))
			switch {
			case err != nil:
			case dir == "." || dir == "src" || dir == "db" && pr.d.HasDir("db/migrations"):
				s.Notes = append(s.Notes, pr.note(c.file, c.Line, "the database %s lies among the program's own files, which are read-only: put it into a folder of its own, as data/app.db, which then is a volume", safe.Visible(name)))
			case !slices.Contains(s.State, rel):
				s.State = append(s.State, rel)
			}
			break
		}
	}
}

// database is the file that an argument names: as it stands, by a constant, or as the default
// of a variable.
func (pr *program) database(ts []source.Token, steps int) string {
	for _, t := range ts {
		if t.Kind == source.Text && t.Plain() && slices.Contains([]string{".db", ".sqlite", ".sqlite3", ".duckdb"}, path.Ext(t.S)) && !strings.Contains(t.S, "://") {
			if !ts[0].Is("joinpath") {
				return t.S
			}
			var parts []string
			for _, u := range ts[1:] { // joinpath("data", "app.db"), joinpath(@__DIR__, "app.db")
				switch {
				case u.Kind == source.Text && u.Plain():
					parts = append(parts, u.S)
				case u.Kind == source.Word && u.S != "@__DIR__" && u.S != "pwd":
					return "" // a folder that is not seen
				}
			}
			return path.Join(parts...)
		}
	}
	if steps > 2 {
		return ""
	}
	for _, t := range ts {
		if t.Kind != source.Word {
			continue
		}
		for i, b := range pr.bindings[t.S] {
			if i > 3 || len(b.Value) > 60 {
				break
			}
			if name := pr.database(b.Value, steps+1); name != "" {
				return name
			}
		}
	}
	return ""
}
