package python

import (
	"maps"
	"path"
	"slices"
	"strings"

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

// dataHome moves the folder that a program keeps its databases in, where a variable names
// it and it is by default the one of the code: CONFIG_DIR = os.environ.get("X", BASE_DIR),
// and os.path.join(CONFIG_DIR, "app.db").
func (in *inspection) dataHome(s *detect.Service, f *Facts, add func(string)) {
	homes := map[string]string{} // a name of a module: the variable
	for _, file := range in.c.files {
		if !in.c.mentions(file, "environ", "getenv") {
			continue
		}
		m := in.c.module(file)
		for st := range source.Now(m.Body) {
			if st.Kind != source.Assign || st.Value == nil || st.Value.Kind != source.Call || st.Targets[0].Kind != source.Name {
				continue
			}
			if full := m.Callee(st.Value); full != "os.environ.get" && full != "os.getenv" {
				continue
			}
			name, ok := st.Value.Arg("key", 0).String()
			if p, here := in.c.pathOf(file, st.Value.Arg("default", 1)); ok && here && p == in.root {
				homes[st.Targets[0].Text] = name
			}
		}
	}
	if len(homes) == 0 {
		return
	}
	for _, file := range in.c.files {
		if !in.c.mentions(file, slices.Collect(maps.Keys(homes))...) {
			continue
		}
		m := in.c.module(file)
		for e := range source.Calls(m.Body) {
			if m.Callee(e) != "os.path.join" || len(e.Args) != 2 {
				continue
			}
			full := m.Resolve(e.Args[0].Value)
			env := homes[full[strings.LastIndexByte(full, '.')+1:]]
			if env != "" && isDatabase(in.constantIn(m, e.Args[1].Value)) {
				in.moveData(s, f, env, add)
				return
			}
		}
	}
}

// constantIn is a text, or what a module of the project gives a name that this one imports.
func (in *inspection) constantIn(m *source.Module, e *source.Expr) string {
	if v := evaluate(m, e); v.OK {
		return v.Text
	}
	if e.Kind != source.Name {
		return ""
	}
	name := m.Resolve(e)
	name = name[strings.LastIndexByte(name, '.')+1:]
	for _, file := range in.c.files {
		if in.c.mentions(file, name) {
			if v := evaluate(in.c.module(file), in.c.module(file).Value(name)); v.OK {
				return v.Text
			}
		}
	}
	return ""
}

func isDatabase(name string) bool {
	return slices.Contains([]string{".db", ".sqlite", ".sqlite3"}, path.Ext(name))
}

// moveData lets a variable name a folder of its own for what the program keeps.
func (in *inspection) moveData(s *detect.Service, f *Facts, env string, add func(string)) {
	dir := dataDir
	for _, other := range []string{"var", "storage"} {
		if in.d.HasDir(path.Join(in.root, dir)) {
			dir = other
		}
	}
	key, err := safe.NewEnvName(env)
	value, err2 := safe.NewLabel(path.Join("/app", f.Dir.String(), dir))
	if err != nil || err2 != nil || in.d.HasDir(path.Join(in.root, dir)) {
		return
	}
	add(path.Join(in.root, dir))
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: key, Value: value, Why: "What the program keeps gets a folder of its own, which a container can write to."})
}
