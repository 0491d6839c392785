package golang

import (
	"go/ast"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// migrations adds the job that brings the database up to date to the service that
// needs it first: by a command of the module's own, a subcommand of the program, goose
// where that is a tool of the module, or golang-migrate. A program that migrates when
// it starts gets none.
func (p *program) migrations(d *detect.Dir, cmds []*command, services []*detect.Service) []*detect.Service {
	i := slices.IndexFunc(services, func(s *detect.Service) bool { return s.Kind == detect.Server && database(s) != nil })
	if i < 0 {
		i = slices.IndexFunc(services, func(s *detect.Service) bool { return s.Kind == detect.Worker && database(s) != nil })
	}
	if i < 0 {
		return services
	}
	s, r := services[i], p.reach(cmds[i])
	if p.migrateSubcommand(s, r) {
		p.awaited(s, services)
		return services
	}
	if r.migratesItself() {
		return services
	}
	for j, c := range cmds {
		if j != i && p.ownMigrator(s, services[j], c) {
			services = slices.Delete(slices.Clone(services), j, j+1)
			p.awaited(s, services)
			return services
		}
	}
	p.migrationFolder(d, s)
	p.awaited(s, services)
	return services
}

// awaited lets the other services of the module that use the same database wait for the
// job too: it is one database, which the job brings up to date for all of them.
func (p *program) awaited(s *detect.Service, services []*detect.Service) {
	i := slices.IndexFunc(s.Processes, func(q detect.Process) bool { return q.Kind == detect.Job })
	if i < 0 {
		return
	}
	job := &s.Processes[i]
	if job.On.IsZero() { // no folder of its own: the program's
		job.On = safe.RelPathOf(path.Join(p.w.main.dir, s.Main.V.String()))
	}
	for _, o := range services {
		if o == s || o.Kind != detect.Server && o.Kind != detect.Worker {
			continue
		}
		if need := database(o); need != nil && need.Name == database(s).Name {
			o.WaitsFor = append(o.WaitsFor, job.On)
		}
	}
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
			if c.in(golangMigrate) {
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
	if slices.ContainsFunc(f.Files, func(o File) bool { return detect.Within(file.Dest.String(), o.Dest.String()) }) {
		return
	}
	f.Files = slices.DeleteFunc(f.Files, func(o File) bool { return detect.Within(o.Dest.String(), file.Dest.String()) })
	f.Files = append(f.Files, file)
	slices.SortFunc(f.Files, func(a, b File) int { return strings.Compare(a.Dest.String(), b.Dest.String()) })
	s.Context.Keep = append(s.Context.Keep, file.Source)
}
