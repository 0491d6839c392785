package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
)

// stateDirs are folders that the program writes to: where an upload or a
// database file goes.
func (p *project) stateDirs(fw *framework, s *start, files []*javascript.File) []string {
	out := []string{}
	if s.source == "" || fw.role == builtServer {
		out = append(out, fw.state...)
	}
	add := func(dir string) {
		if r, ok := rel(dir); ok && dir != "." && !slices.Contains(out, r.String()) {
			out = append(out, r.String())
		}
	}
	if p.sqliteFile != "" {
		add(path.Dir(p.sqliteFile))
	}
	if provider, _ := p.prisma(); provider == "sqlite" && len(p.prismaEnv) > 0 {
		if set, ok := setting(p.prismaEnv[0].name + "=file:" + path.Join("/app", p.inside, "data/app.db")); ok {
			set.Why = "The database's file; its folder is to be a volume."
			p.set = append(p.set, set)
			add("data")
		}
	}
	if slices.ContainsFunc(sqliteDrivers, p.uses) {
		p.exampleFile(files, add)
	}
	if slices.ContainsFunc(sqliteDrivers, p.uses) && p.has("knex") {
		for _, f := range append(slices.Clone(files), p.load(p.First(configs("knexfile")...))) {
			if f == nil {
				continue
			}
			for _, prop := range f.Props("filename") {
				if v := p.program.Value(f, prop.Value); slices.Contains([]string{".sqlite", ".sqlite3", ".db"}, path.Ext(v.Text)) {
					p.databaseFile(v, add)
				}
			}
		}
	}
	for _, f := range files {
		stores := p.imports(f, "multer")
		for _, c := range f.Calls(f.Whole()) {
			switch {
			case stores && len(c.Callee) == 1 && slices.Contains([]string{"cb", "callback", "done", "next"}, c.Name()) && len(c.Args) == 2 && f.Is(c.Args[0], "null"):
				// What diskStorage's destination tells; the name that filename tells is made of the upload's.
				if dir := f.Text(c.Args[1]); dir != "" && !path.IsAbs(dir) && (strings.Contains(dir, "/") || p.HasDir(dir)) {
					add(path.Clean(dir))
				}
			case (c.Name() == "mkdirSync" || c.Name() == "mkdir" || c.Name() == "ensureDirSync" || c.Name() == "ensureDir") && len(c.Args) > 0:
				// A folder of the output is the build's to make.
				if dir, ok := p.program.Below(f, c.Args[0]); ok && !slices.Contains(outFolders, strings.SplitN(dir, "/", 2)[0]) {
					add(dir)
				}
			case slices.Contains([]string{"writeFile", "writeFileSync", "createWriteStream", "appendFile", "appendFileSync"}, c.Name()) && len(c.Args) > 0:
				// writeFileSync("./static/" + name, ...)
				if begin := f.Strings(c.Args[0]); len(begin) > 0 && strings.HasSuffix(begin[0], "/") && f.Begins(c.Args[0], begin[0]) && p.HasDir(path.Clean(begin[0])) {
					add(path.Clean(begin[0]))
				}
			case c.Name() == "multer" && len(c.Args) > 0:
				if dest, ok := f.Key(c.Args[0], "dest"); ok {
					if v := p.program.Value(f, dest); v.Set && !path.IsAbs(v.Text) {
						add(v.Text)
					}
				}
			case c.Name() == "Database" && len(c.Args) > 0:
				p.databaseFile(p.program.Value(f, c.Args[0]), add)
			}
		}
	}
	return slices.DeleteFunc(out, func(dir string) bool { // what an outer one holds
		return slices.ContainsFunc(out, func(outer string) bool { return strings.HasPrefix(dir, outer+"/") })
	})
}

// exampleFile takes the address of a database that is a file from the example of its
// variable: DATABASE_URL=file:dev.db lies where the program may not write.
func (p *project) exampleFile(files []*javascript.File, add func(string)) {
	for _, v := range p.variables(files) {
		name, ok := strings.CutPrefix(v.example, "file:")
		if !ok || !strings.HasSuffix(v.name, "_URL") || path.IsAbs(name) || slices.ContainsFunc(p.set, func(s detect.Setting) bool { return s.Name.String() == v.name }) {
			continue
		}
		if dir := path.Dir(path.Clean(name)); dir != "." {
			add(dir)
			continue
		}
		if set, ok := setting(v.name + "=file:" + path.Join("/app", p.inside, "data", path.Base(name))); ok {
			set.Why = "The database's file; its folder is to be a volume."
			p.set = append(p.set, set)
			add("data")
		}
	}
}

// databaseFile makes the folder of a database that is a file one that the
// program may write to.
func (p *project) databaseFile(v javascript.Value, add func(string)) {
	switch {
	case !v.Set || v.Text == ":memory:" || strings.HasPrefix(v.Text, "/tmp/"):
	case !path.IsAbs(v.Text):
		if dir := path.Dir(v.Text); dir != "." {
			add(dir)
		}
	case v.Env != "":
		// A folder of the system's is not the program's to write to; its own is.
		if set, ok := setting(v.Env + "=" + path.Join("/app", p.inside, "data", path.Base(v.Text))); ok {
			set.Why = "The database's file; its folder is to be a volume."
			p.set = append(p.set, set)
			add("data")
		}
	default:
		p.remark(v.Path, v.Line, "the database's file is %s, which the program may not write in a container that keeps to its own folder", v.Text)
	}
}
