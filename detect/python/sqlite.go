package python

import (
	"path"

	"dockgen/detect"
	"dockgen/detect/python/source"
	"dockgen/internal/safe"
)

// dataDir is the folder that a database of one file gets, where a variable can move it.
const dataDir = "data"

// sqlite finds the file of Django's SQLite database, of whichever branch of the settings
// holds without a variable. One that lies among the code goes into a folder of its own,
// where a variable names it.
func (in *inspection) sqlite(s *detect.Service, f *Facts, g *django, database func(string, detect.Note), add func(string)) {
	for _, db := range g.all("DATABASES") {
		for _, e := range db.expr.Elts {
			if v := evaluate(db.m, e.Get("ENGINE")); kindOfURL("engine:"+v.Text) != "sqlite" {
				continue
			}
			name := e.Get("NAME")
			env := ""
			if name != nil && name.Kind == source.Call {
				if v := evaluate(db.m, name); v.Env != "" {
					env = v.Env
					if d := name.Arg("default", 1); d != nil {
						name = d
					}
				}
			}
			p, ok := in.c.pathOf(db.file, name)
			if !ok || p == ":memory:" {
				continue
			}
			if dir := path.Dir(p); env != "" && (dir == "." || dir == in.root) {
				key, err := safe.NewEnvName(env)
				value, err2 := safe.NewLabel(path.Join("/app", f.Dir.String(), dataDir, path.Base(p)))
				if err == nil && err2 == nil && !in.d.HasDir(path.Join(in.root, dataDir)) {
					add(path.Join(in.root, dataDir))
					in.kept = true
					s.SetEnv = append(s.SetEnv, detect.Setting{Name: key, Value: value, Why: "The database gets a folder of its own, which a container can write to."})
					return
				}
			}
			in.kept = path.Dir(p) != "." && path.Dir(p) != in.root
			database(p, in.d.Note(db.file, db.expr.Line, "DATABASES"))
			return
		}
	}
}
