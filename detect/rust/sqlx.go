package rust

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/rust/source"
)

// sqlx finds out whether the queries that sqlx checks against a database while
// compiling can be checked without one: by the data that cargo sqlx prepare writes
// (https://docs.rs/sqlx/latest/sqlx/macro.query.html#offline-mode).
func (pr *program) sqlx(s *detect.Service, f *Facts) {
	if _, ok := pr.asks([]string{"sqlx"}); !ok {
		return
	}
	var first *source.Call
	var at *file
	for _, src := range pr.files {
		for _, c := range src.Calls {
			if !c.Macro || first != nil {
				continue
			}
			name := strings.TrimPrefix(c.Path, "sqlx::")
			switch strings.TrimSuffix(strings.TrimSuffix(name, "_unchecked"), "_as") {
			case "query", "query_scalar", "query_file", "query_file_scalar":
				if strings.HasPrefix(c.Path, "sqlx::") || src.Uses["sqlx"] {
					first, at = c, src
				}
			}
		}
	}
	if first == nil {
		return
	}
	for _, dir := range []string{pr.pkg.ws.dir.Path(), pr.pkg.dir.Path(), at.pkg.dir.Path()} {
		for _, name := range []string{".sqlx", "sqlx-data.json"} {
			p := path.Join(dir, name)
			if pr.top.HasDir(p) || pr.top.Has(p) {
				f.Offline = true
				s.Notes = append(s.Notes, pr.top.Note(p, 0, "holds what cargo sqlx prepare saw of the database: the build needs none"))
				f.keep = append(f.keep, p)
				return
			}
		}
	}
	s.Notes = append(s.Notes, pr.note(at, first.Line, "%s! is checked against a live database while it is compiled, and no offline data is committed: the image can't be built until you run cargo sqlx prepare and commit what it writes (.sqlx)", first.Path))
}
