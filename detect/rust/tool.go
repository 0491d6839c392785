package rust

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// tools are the programs of sqlx and Diesel that apply migrations. Each is the newest
// release that writes the table of applied migrations as the library of the project
// reads it; it is compiled with the newest Rust, whatever the program is written for.
//
// sqlx-cli has changed nothing about that table since 0.5, and 0.9 reads sqlx.toml.
// https://github.com/launchbadge/sqlx/tree/main/sqlx-cli
// https://github.com/diesel-rs/diesel/tree/main/diesel_cli
const (
	sqlxNew  = "0.9.0"
	sqlxOld  = "0.8.6"
	dieselIs = "2.3.14"
)

// in is where the stage holds the tool and the migrations.
const (
	in         = "/app/"
	migrations = "migrations"
)

// tool adds the job by the tool of sqlx or Diesel, where the project has migrations in
// the form of one.
func (pr *program) tool(s *detect.Service, f *Facts, need detect.Need) error {
	for _, l := range pr.locals {
		for _, d := range []*detect.Dir{l.dir, pr.pkg.ws.dir} {
			var t *Tool
			var folder *detect.Dir
			var what string
			var packages []detect.Package
			if _, ok := l.uses("diesel", "diesel-async"); ok {
				if folder = dieselFolder(d); folder != nil {
					what = "Diesel"
					t, packages = diesel(need.Name)
				}
			}
			if _, ok := l.uses("sqlx"); ok && folder == nil {
				if folder = sqlxFolder(d); folder != nil {
					what = "sqlx"
					t = sqlx(need.Name, pr.crates["sqlx"])
				}
			}
			if folder == nil {
				continue
			}
			return pr.toolJob(s, f, need, t, folder, what, packages)
		}
	}
	return nil
}

// toolJob adds the job, or tells of the command where none can be.
func (pr *program) toolJob(s *detect.Service, f *Facts, need detect.Need, t *Tool, folder *detect.Dir, what string, packages []detect.Package) error {
	rel, err := safe.NewRelPath(detect.Under(folder.Path(), s.Root.String()))
	if t == nil || err != nil || !rel.Plain() || !detect.Within(folder.Path(), s.Root.String()) {
		s.Notes = append(s.Notes, pr.top.Note(folder.Path(), 0, "nothing applies these migrations when the program starts, and dockgen can't: run the tool of %s before each release", what).On(detect.Migrations))
		return nil
	}
	t.Folder = rel
	f.Tool = t
	f.keep = append(f.keep, folder.Path())
	s.Processes = append(s.Processes, detect.Process{
		Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Apart: true, Alone: true, On: folder.Rel(), Packages: packages,
		Start: detect.Found(t.Start, pr.top.Note(folder.Path(), 0, "holds migrations of %s, which nothing applies when the program starts", what)),
		Needs: []detect.Need{{Name: need.Name, As: need.As, Settings: []detect.NeedSetting{{Env: safe.EnvNameOf("DATABASE_URL"), Part: detect.PartURL, Scheme: need.Name}}}},
	})
	return nil
}

// sqlx is the tool of sqlx with one driver and rustls, so that it needs no library.
func sqlx(database, version string) *Tool {
	if database != "postgres" && database != "mysql" {
		return nil
	}
	v := sqlxOld
	if version != "" && !older(version, 0, 9) {
		v = sqlxNew
	}
	return &Tool{
		Install: safe.ArgvOf("cargo", "install", "sqlx-cli", "--locked", "--version", v, "--root", "/out", "--no-default-features", "--features", "rustls,"+database),
		Program: safe.RelPathOf("sqlx"),
		Start:   safe.ArgvOf(in+"sqlx", "migrate", "run", "--source", in+migrations),
	}
}

// diesel is the tool of Diesel with one driver, which links the database's own library.
func diesel(database string) (*Tool, []detect.Package) {
	sys, ok := map[string]string{"postgres": "pq-sys", "mysql": "mysqlclient-sys"}[database]
	if !ok {
		return nil, nil
	}
	var with detect.Service
	for _, n := range natives() {
		if n.crate == sys {
			why := detect.Note{Text: "diesel_cli links it"}
			add(&with, n.build, true, why)
			add(&with, n.run, false, why)
		}
	}
	return &Tool{
		Install: safe.ArgvOf("cargo", "install", "diesel_cli", "--locked", "--version", dieselIs, "--root", "/out", "--no-default-features", "--features", database),
		Program: safe.RelPathOf("diesel"),
		// Without a diesel.toml it does not write the schema's source again.
		Start: safe.ArgvOf(in+"diesel", "migration", "run", "--migration-dir", in+migrations),
	}, with.Packages
}

// dieselFolder finds the folder of Diesel's migrations
// (https://diesel.rs/guides/configuring-diesel-cli#the-migrations_directory-field).
func dieselFolder(d *detect.Dir) *detect.Dir {
	dir := migrations
	var conf struct {
		Dir struct {
			Dir string `toml:"dir"`
		} `toml:"migrations_directory"`
	}
	if d.Has("diesel.toml") {
		if _, err := manifest.TOML(d, "diesel.toml", &conf); err == nil && conf.Dir.Dir != "" && inside(d.Path(), conf.Dir.Dir) {
			dir = conf.Dir.Dir
		}
	}
	sub := d.Sub(dir)
	if !slices.ContainsFunc(sub.Dirs(), func(m string) bool { return sub.Has(path.Join(m, "up.sql")) }) {
		return nil
	}
	return sub
}

// foreign reports whether a migration has the mark of another tool: dbmate, goose, sql-migrate.
func foreign(text string) bool {
	return slices.ContainsFunc([]string{"-- migrate:up", "-- +goose", "-- +migrate"}, func(mark string) bool { return strings.Contains(text, mark) })
}

// sqlxFolder finds the folder of sqlx's migrations: each file is called by a number, an
// underscore and a name, and the tool ends with an error where one that has the
// underscore begins with no number.
// https://docs.rs/sqlx/latest/sqlx/macro.migrate.html
func sqlxFolder(d *detect.Dir) *detect.Dir {
	sub := d.Sub(migrations)
	names := sub.Names("*_*.sql")
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if _, err := strconv.ParseInt(number, 10, 64); err != nil {
			return nil
		}
	}
	if len(names) == 0 || d.Has("sqlx.toml") { // which may say that they are elsewhere, and in which table
		return nil
	}
	if text, err := sub.Read(names[0]); err != nil || foreign(string(text)) {
		return nil
	}
	return sub
}
