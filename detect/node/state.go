package node

import (
	"path"
	"slices"
	"strings"

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
	for _, f := range files {
		for _, c := range f.Calls(f.Whole()) {
			switch {
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
	return out
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
