package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// migrator is a command that brings a database up to date.
type migrator struct {
	programs []string
	pkg      string
	entry    string   // the program's file in its package; "" where it needs a shell's wrapper
	verbs    []string // any of these words make it migrate
	args     []string // the usual ones
	config   string   // the base name of its configuration
	dirs     []string // where migrations usually are
	own      bool     // most tables are those of its own packages, without a folder of the project's
}

// migrators are those that projects use, by the words of their own documentation.
func migrators() []migrator {
	return []migrator{
		{[]string{"prisma"}, "prisma", "build/index.js", []string{"deploy", "dev"}, []string{"migrate", "deploy"}, "prisma.config", []string{"prisma/migrations"}, false},
		{[]string{"knex"}, "knex", "bin/cli.js", []string{"migrate:latest", "migrate:up"}, []string{"migrate:latest"}, "knexfile", []string{"migrations", "db/migrations", "src/migrations", "src/db/migrations"}, false},
		{[]string{"drizzle-kit"}, "drizzle-kit", "bin.cjs", []string{"migrate"}, []string{"migrate"}, "drizzle.config", []string{"drizzle", "migrations", "src/db/migrations", "src/drizzle", "db/migrations"}, false},
		{[]string{"typeorm", "typeorm-ts-node-commonjs", "typeorm-ts-node-esm"}, "typeorm", "cli.js", []string{"migration:run"}, nil, "", nil, false},
		{[]string{"sequelize", "sequelize-cli"}, "sequelize-cli", "lib/sequelize", []string{"db:migrate"}, []string{"db:migrate"}, ".sequelizerc", []string{"migrations", "src/migrations", "db/migrations"}, false},
		{[]string{"node-pg-migrate"}, "node-pg-migrate", "", []string{"up"}, []string{"up"}, "", []string{"migrations"}, false},
		{[]string{"db-migrate"}, "db-migrate", "bin/db-migrate", []string{"up"}, []string{"up"}, "database", []string{"migrations"}, false},
		{[]string{"mikro-orm"}, "@mikro-orm/cli", "", []string{"migration:up"}, nil, "", nil, false},
		{[]string{"graphile-migrate"}, "graphile-migrate", "", []string{"migrate"}, nil, "", nil, false},
		{[]string{"kysely"}, "kysely-ctl", "", []string{"migrate:latest", "migrate"}, nil, "", nil, false},
		{[]string{"payload"}, "payload", "", []string{"migrate"}, nil, "", nil, false},
		{[]string{"medusa"}, "@medusajs/cli", "cli.js", []string{"db:migrate"}, nil, "", nil, true},
	}
}

// migrateScripts are what people call the script that migrates, those for
// production first.
var migrateScripts = []string{
	"migrate:prod", "migration:run:prod", "migrate:deploy", "db:migrate:prod", "db:migrate:deploy", "db:deploy", "prisma:migrate:deploy", "prisma:deploy", "migrate:production",
	"db:migrate", "migrate", "migrate:latest", "migrate:up", "migrate:run", "migration:run", "migrations:run", "db:migrate:run", "db:migration:run", "knex:migrate", "migration:up", "drizzle:migrate", "typeorm:migration:run", "db:up",
}

// migration is a command that was found, with what it runs.
type migration struct {
	argv []string
	tool *migrator // nil: a program of the project's own
	why  detect.Note
	env  []manifest.Assign
}

// findMigration looks for the command that brings the database up to date: in what
// runs before the start, among the scripts, then by the tool and its migrations.
func (p *project) findMigration(s *start) *migration {
	for _, c := range s.before {
		if m := p.migrationOf(c, s.why, true); m != nil {
			return m
		}
	}
	processes, _ := manifest.Procfile(p.Dir, "Procfile")
	for _, proc := range processes {
		if proc.Name == "release" {
			for _, c := range p.expand(proc.Text, 0) {
				if m := p.migrationOf(c, p.Note("Procfile", proc.Line, "%s: %s", proc.Name, proc.Text), true); m != nil {
					return m
				}
			}
		}
	}
	for _, name := range migrateScripts {
		cmds := p.expand(p.script(name), 0)
		for i := len(cmds) - 1; i >= 0; i-- { // what comes before it builds, or makes what it migrates
			if m := p.migrationOf(cmds[i], p.scriptNote(name), i == len(cmds)-1); m != nil {
				return m
			}
		}
	}
	if target, ok := manifest.MigrateTarget(p.Dir); ok && len(target.Commands) == 1 {
		for _, c := range p.expand(target.Text, 0) {
			if m := p.migrationOf(c, p.Note(target.Source, target.Line, "%s: %s", target.Name, target.Text), true); m != nil {
				return m
			}
		}
	}
	for _, t := range migrators() {
		if t.own && p.prod(t.pkg) {
			return &migration{argv: []string{t.programs[0], t.verbs[0]}, tool: &t, why: p.pkg.DependencyNote(t.pkg)}
		}
		if t.args == nil || !p.has(t.pkg) {
			continue
		}
		for _, dir := range t.dirs {
			if p.holdsMigrations(dir) && (t.config == "" || t.pkg == "prisma" || p.configOf(&t, nil) != "") {
				return &migration{argv: append([]string{t.programs[0]}, t.args...), tool: &t, why: p.pkg.DependencyNote(t.pkg)}
			}
		}
	}
	return nil
}

// holdsMigrations reports whether a folder has migrations in it, as they are run.
func (p *project) holdsMigrations(dir string) bool {
	d := p.Sub(dir)
	return len(d.Names("*.js", "*.ts", "*.mjs", "*.cjs", "*.sql")) > 0 || slices.ContainsFunc(d.Dirs(), func(sub string) bool { return d.Has(path.Join(sub, "migration.sql")) })
}

// migrationOf reads a command as one that migrates; nil where it is none. A program
// of the project's own counts where it is called so.
func (p *project) migrationOf(c manifest.Command, why detect.Note, own bool) *migration {
	if len(c.Args) < 2 || c.Opaque || c.Background || c.Dir != "" && c.Dir != "." || len(c.Variables) > 0 {
		return nil
	}
	for _, t := range migrators() {
		if !slices.Contains(t.programs, c.Program()) || !slices.ContainsFunc(c.Args[1:], func(a string) bool { return slices.Contains(t.verbs, a) }) {
			continue
		}
		m := &migration{argv: append([]string{c.Program()}, c.Args[1:]...), tool: &t, why: why, env: c.Env}
		if t.pkg == "prisma" { // "migrate dev" asks a person, and makes migrations
			m.argv = []string{"prisma", "migrate", "deploy"}
			if schema := flagValue(c.Args, "--schema"); schema != "" {
				m.argv = append(m.argv, "--schema", schema)
			}
		}
		return m
	}
	if !own || !strings.Contains(strings.ToLower(strings.Join(c.Args[1:], " ")), "migrat") {
		return nil
	}
	s := p.production(c)
	if s == nil {
		return nil
	}
	if len(s.argv) == 0 {
		s = p.runSource(s)
	}
	if s.development || s.source == "" || len(s.argv) == 0 {
		return nil
	}
	return &migration{argv: s.argv, why: why, env: c.Env}
}

// configOf is the configuration that a migrator reads.
func (p *project) configOf(t *migrator, argv []string) string {
	if named := flagValue(argv, "--knexfile", "--config", "-d", "--dataSource"); named != "" {
		return path.Clean(named)
	}
	if t.config == "" {
		return ""
	}
	return p.First(append(configs(t.config), t.config, t.config+".json")...)
}

// migratesItself reports whether the program migrates when it starts.
func (p *project) migratesItself(source string) bool {
	if source == "" {
		return false
	}
	for _, f := range p.program.Reach(source, maxSources) {
		for _, imp := range f.Imports() {
			if strings.HasPrefix(imp.Path, "drizzle-orm/") && strings.HasSuffix(imp.Path, "/migrator") {
				return true
			}
		}
		for _, c := range f.Calls(f.Whole()) {
			n := len(c.Callee)
			if c.Name() == "runMigrations" || c.Name() == "migrateToLatest" || n > 1 && c.Name() == "latest" && c.Callee[n-2] == "migrate" {
				return true
			}
		}
		for _, prop := range f.Props("migrationsRun") {
			if f.Is(prop.Value, "true") {
				return true
			}
		}
	}
	return false
}
