package golang

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

const (
	goose        = "github.com/pressly/goose"
	gooseCommand = "github.com/pressly/goose/v3/cmd/goose"
)

// gooseDrivers are goose's names for the databases, with the form of their address.
// https://pressly.github.io/goose/documentation/environment-variables/
var gooseDrivers = map[string]struct {
	driver string
	part   detect.NeedPart
}{
	"postgres": {"postgres", detect.PartURL}, "mysql": {"mysql", detect.PartDSN}, "sqlserver": {"mssql", detect.PartURL}, "clickhouse": {"clickhouse", detect.PartURL},
}

// migrations adds the job that brings the database up to date to the service that
// needs it first: by a command of the module's own, a subcommand of the program, or
// goose where that is a tool of the module. A program that migrates when it starts
// gets none.
func (p *program) migrations(d *detect.Dir, cmds []*command, services []*detect.Service) []*detect.Service {
	i := slices.IndexFunc(services, func(s *detect.Service) bool { return s.Kind == detect.Server && database(s) != nil })
	if i < 0 {
		i = slices.IndexFunc(services, func(s *detect.Service) bool { return s.Kind == detect.Worker && database(s) != nil })
	}
	if i < 0 {
		return services
	}
	s, r := services[i], p.reach(cmds[i])
	if p.migrateSubcommand(s, r) || r.migratesItself() {
		return services
	}
	for j, c := range cmds {
		if j != i && p.ownMigrator(s, services[j], c) {
			return slices.Delete(slices.Clone(services), j, j+1)
		}
	}
	p.migrationFolder(d, s)
	return services
}

// database is the need of a service that migrations are for, nil for none.
func database(s *detect.Service) *detect.Need {
	for i, n := range s.Needs {
		if _, ok := gooseDrivers[n.Name]; ok && !n.Optional {
			return &s.Needs[i]
		}
	}
	return nil
}

// migratesItself reports whether the program's own sources run migrations.
func (r *reach) migratesItself() bool {
	for _, c := range r.index().calls {
		imports := func(prefix string) bool {
			return c.in(prefix) || strings.HasPrefix(c.path, prefix+"/") || c.path == "" && slices.ContainsFunc(sortedValues(c.at.f.imports), func(imp string) bool { return imp == prefix || strings.HasPrefix(imp, prefix+"/") })
		}
		switch c.name {
		case "AutoMigrate", "CreateAndMigrate", "MigrateUp":
			return true
		case "Create": // client.Schema.Create of ent
			if sel, ok := c.recv().(*ast.SelectorExpr); ok && sel.Sel.Name == "Schema" {
				return true
			}
		case "New", "NewWithInstance", "NewWithDatabaseInstance", "NewWithSourceInstance":
			if c.in("github.com/golang-migrate/migrate") {
				return true
			}
		case "Up", "UpContext", "UpTo", "UpToContext", "UpByOne", "Run", "RunContext", "RunWithOptions":
			if imports(goose) {
				return true
			}
		case "Exec", "ExecContext", "ExecMax":
			if c.in("github.com/rubenv/sql-migrate") {
				return true
			}
		case "NewMigrator":
			if c.in("github.com/uptrace/bun/migrate") || c.in("github.com/jackc/tern") {
				return true
			}
		}
	}
	for _, em := range (&eval{reach: r, index: r.index()}).embeds() {
		if strings.Contains(strings.ToLower(em.pattern), "migrat") { // what else would it do with them
			return true
		}
	}
	return false
}

// isMigrate reports whether a command of that name migrates.
func isMigrate(name string) bool {
	return slices.Contains([]string{"migrate", "migration", "migrations", "migrator", "dbmigrate", "db-migrate", "db_migrate"}, strings.ToLower(name))
}

// migrateSubcommand takes the subcommand of the program that migrates
// (github.com/spf13/cobra, github.com/urfave/cli).
func (p *program) migrateSubcommand(s *detect.Service, r *reach) bool {
	for _, l := range r.index().lits {
		if l.name != "Command" || !strings.HasPrefix(l.path, "github.com/spf13/cobra") && !strings.HasPrefix(l.path, "github.com/urfave/cli") {
			continue
		}
		use, runs := "", false
		for _, el := range l.Elts {
			kv, ok := el.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			switch key, _ := kv.Key.(*ast.Ident); {
			case key == nil:
			case key.Name == "Use", key.Name == "Name":
				use, _ = str(kv.Value)
			case key.Name == "Run", key.Name == "RunE", key.Name == "Action":
				runs = true
			}
		}
		name, args, _ := strings.Cut(strings.TrimSpace(use), " ")
		if !runs || !isMigrate(name) {
			continue
		}
		words := []string{"/app/" + s.Facts.(*Facts).Binary.String(), name}
		if strings.Contains(args, "up") {
			words = append(words, "up")
		} else if strings.Contains(args, "<") {
			continue // it wants what nobody here knows
		}
		argv, err := safe.NewArgv(words...)
		if err != nil {
			continue
		}
		addJob(s, argv, p.note(l.at.f, l, "subcommand %s", name))
		return true
	}
	return false
}

// ownMigrator takes a command of the module's that migrates, and is told of the
// database as the service is, or by variables of its own.
func (p *program) ownMigrator(s, tool *detect.Service, c *command) bool {
	need := database(tool)
	if tool.Kind == detect.Server || tool.Kind == detect.Worker || need == nil || need.Name != database(s).Name || len(need.Settings) == 0 || !isMigrate(path.Base(strings.TrimSuffix(c.arg(p.w.main), ".go"))) {
		return false
	}
	for _, v := range tool.Env {
		known := func(n safe.EnvName) bool { return n == v.Name }
		if v.Required && !slices.ContainsFunc(s.Env, func(o detect.EnvVar) bool { return known(o.Name) }) && !slices.ContainsFunc(need.Settings, func(o detect.NeedSetting) bool { return known(o.Env) }) {
			return false // nobody would set it
		}
	}
	words := []string{"/app/migrate"}
	r := p.reach(c)
	up, args, drops := false, false, false
	for _, f := range r.pkgs[0].files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				text, _ := str(n)
				up = up || text == "up"
			case *ast.SelectorExpr:
				of, name := f.callee(n)
				switch {
				case name == "os" && of == "Args", name == "flag" && (of == "Arg" || of == "Args" || of == "NArg"):
					args = true
				case strings.HasPrefix(of, "DropTable"), of == "Drop", of == "Reset":
					drops = true
				}
			}
			return true
		})
	}
	switch {
	case args && up:
		words = append(words, "up")
	case args, drops:
		return false // the note tells of it
	}
	f, own := s.Facts.(*Facts), tool.Facts.(*Facts)
	build := slices.Clone(tool.Build.V.Args())
	if o := slices.Index(build, "-o"); o >= 0 && o+1 < len(build) {
		build[o+1] = "/out/migrate"
	}
	argv, err := safe.NewArgv(build...)
	if err != nil || f.Binary.String() == "migrate" || own.Cgo && !f.Cgo || own.Embeds {
		return false
	}
	f.Jobs = append(f.Jobs, Job{safe.Slug("migrate", "migrate"), argv})
	for _, file := range own.Files {
		f.addFile(s, file)
	}
	for _, pattern := range tool.Context.Keep {
		if !slices.Contains(s.Context.Keep, pattern) {
			s.Context.Keep = append(s.Context.Keep, pattern)
		}
	}
	// The service's own context leaves out what only other commands are made of.
	s.Context.Ignore = slices.DeleteFunc(s.Context.Ignore, func(pattern safe.Pattern) bool { return !slices.Contains(tool.Context.Ignore, pattern) })
	addJob(s, safe.ArgvOf(words...), c.why)
	job := &s.Processes[len(s.Processes)-1]
	job.SetEnv, job.Needs = tool.SetEnv, []detect.Need{*need}
	return true
}

func addJob(s *detect.Service, argv safe.Argv, why ...detect.Note) {
	s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Start: detect.Found(argv, why...)})
}

// addFile adds a file or folder to the image, unless it is there.
func (f *Facts) addFile(s *detect.Service, file File) {
	if slices.ContainsFunc(f.Files, func(o File) bool { return within(file.Dest.String(), o.Dest.String()) }) {
		return
	}
	f.Files = slices.DeleteFunc(f.Files, func(o File) bool { return within(o.Dest.String(), file.Dest.String()) })
	f.Files = append(f.Files, file)
	slices.SortFunc(f.Files, func(a, b File) int { return strings.Compare(a.Dest.String(), b.Dest.String()) })
	s.Context.Keep = append(s.Context.Keep, file.Source)
}

// folder is one that holds migrations in SQL.
type folder struct {
	dir     string // relative to the module's
	example string // one of its files
	goose   bool   // in goose's form, else in golang-migrate's
	count   int
}

// sqlFolder finds the module's folder of migrations, that with the most of them.
func (p *program) sqlFolder(d *detect.Dir) *folder {
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
	dirs := slices.SortedFunc(maps.Keys(found), func(a, b string) int {
		return cmp.Or(cmp.Compare(found[b].count, found[a].count), strings.Compare(a, b))
	})
	if len(dirs) == 0 {
		return nil
	}
	return found[dirs[0]]
}

// migrationFolder adds goose as a job, where that is a tool of the module, or tells
// what brings the database up to date.
func (p *program) migrationFolder(d *detect.Dir, s *detect.Service) {
	sql := p.sqlFolder(d)
	if sql == nil || p.w.main.file == nil {
		return
	}
	if !sql.goose {
		s.Notes = append(s.Notes, d.Note(sql.dir, 0, "nothing applies these migrations when the program starts: run migrate -path %s -database ADDRESS up before each release. "+
			"golang-migrate takes the address as an argument alone, so dockgen writes no job: a command of your own in cmd/migrate becomes one", safe.Visible(sql.dir)))
		return
	}
	need := database(s)
	tool, has := p.gooseTool(d)
	source := safe.RelPathOf(under(path.Join(p.w.main.dir, sql.dir), s.Root.String()))
	switch code := len(d.Sub(sql.dir).Names("*.go")) > 0; {
	case code:
		s.Notes = append(s.Notes, d.Note(sql.dir, 0, "holds migrations in Go, which goose's own program can't run: a command of your own in cmd/migrate becomes a job"))
		return
	case !has:
		s.Notes = append(s.Notes, d.Note(sql.example, 0, "nothing applies these migrations when the program starts: run goose -dir %s up before each release; with go get -tool %s dockgen writes a job that does", safe.Visible(sql.dir), gooseCommand))
		return
	case !source.Plain():
		s.Notes = append(s.Notes, d.Note(sql.dir, 0, "dockgen can't name this folder in a Dockerfile: run goose by hand"))
		return
	}
	f := s.Facts.(*Facts)
	known := gooseDrivers[need.Name]
	// https://github.com/pressly/goose#install: the largest drivers are left out by tags.
	tags := []string{"no_clickhouse", "no_mssql", "no_sqlite3", "no_ydb"}
	tags = slices.DeleteFunc(tags, func(tag string) bool { return tag == "no_"+known.driver })
	args := []string{"go", "build", "-trimpath", "-ldflags=-s -w", "-tags=" + strings.Join(tags, ",")}
	if p.w.vendor {
		args = append(args, "-mod=vendor")
	}
	start, err := safe.NewArgv("/app/goose", "-dir", sql.dir, "up")
	dest, err2 := safe.NewRelPath(sql.dir)
	if err != nil || err2 != nil || f.Binary.String() == "goose" || f.Resolves {
		return
	}
	f.Jobs = append(f.Jobs, Job{safe.Slug("goose", "goose"), safe.ArgvOf(append(args, "-o", "/out/goose", gooseCommand)...)})
	f.addFile(s, File{source, dest})
	addJob(s, start, d.Note(sql.example, 0, "is a migration of goose"), tool)
	job := &s.Processes[len(s.Processes)-1]
	job.SetEnv = []detect.Setting{{Name: safe.EnvNameOf("GOOSE_DRIVER"), Value: safe.LabelOf(known.driver)}}
	address := detect.NeedSetting{Env: safe.EnvNameOf("GOOSE_DBSTRING"), Part: known.part}
	if need.Name == "postgres" {
		address.Dialect = dialect
	}
	job.Needs = []detect.Need{{Name: need.Name, As: need.As, Settings: []detect.NeedSetting{address}}}
}

// gooseTool reports whether goose's program is a tool of the module: by go.mod, or as
// was usual before Go 1.24 by a file that only imports it. A requirement alone does
// not do: go.sum lacks what the program imports beyond the library.
func (p *program) gooseTool(d *detect.Dir) (detect.Note, bool) {
	for _, t := range p.w.main.file.Tool {
		if t.Path == gooseCommand {
			return p.w.main.note(t.Syntax.Start.Line, "tool %s", t.Path), true
		}
	}
	for _, name := range []string{"tools.go", "tools/tools.go", "internal/tools/tools.go"} {
		src, err := d.Read(name)
		if err != nil || p.foreign(d, path.Dir(name)) {
			continue
		}
		fset := token.NewFileSet()
		tree, _ := parser.ParseFile(fset, name, src, parser.ImportsOnly)
		if tree == nil {
			continue
		}
		for _, imp := range tree.Imports {
			if text, err := strconv.Unquote(imp.Path.Value); err == nil && text == gooseCommand {
				return d.Note(name, fset.Position(imp.Pos()).Line, "imports %s", text), true
			}
		}
	}
	return detect.Note{}, false
}
