package rust

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// migrators are what people call the binary that brings the database up to date.
var migrators = []string{"migrate", "migration", "migrations", "migrator", "db-migrate", "db_migrate"}

// migrations adds the job that brings the database up to date: a binary of the
// package's own, the workspace's crate of SeaORM's migrations, or the tool of sqlx or
// Diesel. A program that migrates when it starts gets none.
func (pr *program) migrations(s *detect.Service, f *Facts) error {
	i := slices.IndexFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && (n.Name == "postgres" || n.Name == "mysql" || n.Name == "sqlserver")
	})
	if s.Kind != detect.Server && s.Kind != detect.Worker || i < 0 || pr.migratesItself() {
		return nil
	}
	if pr.migrateCommand(s) {
		return nil
	}
	if done, err := pr.migrator(s, f, s.Needs[i]); done || err != nil {
		return err
	}
	return pr.tool(s, f, s.Needs[i])
}

// migratesItself reports whether the functions that main leads to run migrations:
// those of sqlx, Diesel, SeaORM, Refinery.
func (pr *program) migratesItself() bool {
	found := false
	pr.calls(func(_ *file, c *source.Call) { found = found || migrates(c) })
	return found
}

// migrates reports whether a call applies migrations.
func migrates(c *source.Call) bool {
	name := c.Name()
	return c.Macro && (c.Path == "sqlx::migrate" || c.Path == "migrate" || name == "embed_migrations") ||
		strings.HasSuffix(c.Path, "Migrator::new") || strings.HasPrefix(name, "run_pending_migrations") ||
		strings.HasSuffix(c.Path, "Migrator::up") || strings.HasSuffix(c.Path, "Migrator::fresh") || strings.HasSuffix(c.Path, "Migrator::refresh") ||
		name == "sync" && strings.Contains(c.Path, "SchemaBuilder")
}

// migrator finds the binary that migrates, and adds it as a job.
func (pr *program) migrator(s *detect.Service, f *Facts, need detect.Need) (bool, error) {
	p := pr.pkg
	for _, b := range p.bins() {
		if slices.Contains(migrators, b.name) && b.name != pr.bin.name {
			return pr.job(s, f, p, b, need)
		}
	}
	if p.ws.alone || p.ws.root == nil {
		return false, nil
	}
	for file := range p.ws.dir.Files("Cargo.toml") {
		d := p.ws.dir.Sub(path.Dir(file))
		if d.Path() == p.dir.Path() || !p.ws.member(d) {
			continue
		}
		m, err := load(d)
		if err != nil {
			return false, err
		}
		if m.toml.Package == nil {
			continue
		}
		if _, ok := m.uses("sea-orm-migration"); !ok && !slices.Contains(migrators, m.name()) {
			continue
		}
		for _, b := range m.bins() {
			if done, err := pr.job(s, f, m, b, need); done || err != nil {
				return done, err
			}
		}
	}
	return false, nil
}

// job adds a binary that migrates, if it can run without a word that nobody here
// knows, from the image that the program has.
func (pr *program) job(s *detect.Service, f *Facts, p *pkg, b bin, need detect.Need) (bool, error) {
	locals, err := p.locals()
	if err != nil {
		return false, err
	}
	l, err := readLock(p.ws.dir)
	if err != nil {
		return false, err
	}
	m := newProgram(b, p, locals, l.crates(locals))
	words := []string{"/app/" + b.name}
	settings := []detect.NeedSetting(nil)
	_, sea := p.uses("sea-orm-migration")
	if sea && m.calling("run_cli") { // https://www.sea-ql.org/SeaORM/docs/migration/running-migration/
		words = append(words, "up")
		settings = []detect.NeedSetting{{Env: safe.EnvNameOf("DATABASE_URL"), Part: detect.PartURL, Scheme: need.Name}}
	} else if m.calling("args") || m.calling("parse") || m.calling("args_os") || m.calling("get_matches") {
		return false, nil
	}
	own, err := m.service()
	if err != nil {
		return false, nil // where it stands by itself, the error is told
	}
	of, ok := own.Facts.(*Facts)
	if !ok || own.Kind != detect.CLI || own.Root != s.Root || of.Frontend != nil || !of.Channel.IsZero() && of.Channel != f.Channel {
		return false, nil
	}
	if settings == nil {
		i := slices.IndexFunc(own.Needs, func(n detect.Need) bool { return n.Name == need.Name })
		if i < 0 || len(own.Needs[i].Settings) == 0 {
			return false, nil
		}
		settings = own.Needs[i].Settings
	}
	argv, err := safe.NewArgv(words...)
	if err != nil || !of.Binary.Plain() {
		return false, nil
	}
	f.Jobs = append(f.Jobs, Job{Binary: of.Binary, Build: own.Build.V})
	f.Git, f.SSH, f.Offline, f.Dynamic = f.Git || of.Git, f.SSH || of.SSH, f.Offline || of.Offline, f.Dynamic || of.Dynamic
	for _, pkg := range own.Packages {
		if !slices.ContainsFunc(s.Packages, func(o detect.Package) bool {
			return o.Deb == pkg.Deb && o.Apk == pkg.Apk && o.Build == pkg.Build && o.Run == pkg.Run
		}) {
			s.Packages = append(s.Packages, pkg)
		}
	}
	for _, file := range of.Files {
		if !slices.Contains(f.Files, file) {
			f.Files = append(f.Files, file)
		}
	}
	for _, local := range locals { // the build needs them, so they stay in its context
		f.keep = append(f.keep, local.dir.Path())
	}
	var on safe.RelPath // a crate of its own migrates for all programs of the workspace
	if p.dir.Path() != pr.pkg.dir.Path() {
		on = p.dir.Rel()
		s.Parts = append(s.Parts, detect.Part{Path: p.dir.Rel(), Alone: true, Why: b.why})
	}
	s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Start: detect.Found(argv, b.why), On: on,
		SetEnv: own.SetEnv, Needs: []detect.Need{{Name: need.Name, As: need.As, Settings: settings}}})
	return true, nil
}

// isJob reports whether the service runs the binary of that name as a job.
func isJob(s *detect.Service, binary string) bool {
	f, ok := s.Facts.(*Facts)
	return ok && slices.ContainsFunc(f.Jobs, func(j Job) bool { return j.Binary.String() == binary })
}

// calling reports whether the functions that main leads to call one of that name.
func (pr *program) calling(name string) bool {
	found := false
	pr.calls(func(_ *file, c *source.Call) { found = found || c.Name() == name })
	return found
}
