package golang

import (
	"go/version"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// golangMigrate is the tool's module, in every major version.
const golangMigrate = "github.com/golang-migrate/migrate"

// Migrate is how golang-migrate's library is built into a program that applies the
// migrations: its own command takes the database's address as an argument, with the
// password in it, and reads no variable
// (https://github.com/golang-migrate/migrate/issues/1319).
type Migrate struct {
	Driver safe.Name    // golang-migrate's name for the database
	Dir    safe.RelPath // of the migrations, relative to the service's root
	pinned safe.Version // what go.mod asks for; not set: the newest that the image's Go builds
}

// migrateReleases are releases of golang-migrate, newest first, with the line of Go
// that each asks for (its go.mod).
var migrateReleases = []struct{ version, needs string }{
	{"4.20.1", "1.25"}, {"4.19.1", "1.24"}, {"4.18.3", "1.23"}, {"4.17.1", "1.18"},
}

// Version is the release that an image's Go builds.
func (m *Migrate) Version(img catalog.Image) safe.Version {
	if !m.pinned.IsZero() {
		return m.pinned
	}
	for _, r := range migrateReleases {
		if v, err := safe.NewVersion(r.version); err == nil && version.Compare("go"+img.Version.String(), "go"+r.needs) >= 0 {
			return v
		}
	}
	return safe.Version{} // no line of Go is older than these
}

// migrateDrivers are golang-migrate's names for the databases whose drivers need no C.
// MariaDB is MySQL to it.
var migrateDrivers = map[string]string{"postgres": "postgres", "mysql": "mysql"}

// migrateJob adds a program that applies golang-migrate's migrations, in an image of
// its own: the module's may not have its drivers among its dependencies.
func (p *program) migrateJob(d *detect.Dir, s *detect.Service, sql *folder) {
	tell := func(format string, args ...any) {
		s.Notes = append(s.Notes, d.Note(sql.dir, 0, "nothing applies these migrations when the program starts: "+format, args...).On(detect.Migrations))
	}
	byHand := "run migrate -path " + safe.Visible(sql.dir) + " -database ADDRESS up before each release"
	need := database(s)
	driver, known := migrateDrivers[need.Name]
	source := safe.RelPathOf(detect.Under(path.Join(p.w.main.dir, sql.dir), s.Root.String()))
	for _, m := range []string{"github.com/uptrace/bun", "github.com/gobuffalo/pop"} {
		if r := p.w.main.require(m); r != nil { // they number their files in the same way, and apply them by a command of the project's
			tell("a command of your own in cmd/migrate that runs those of %s becomes a job", r.Mod.Path)
			return
		}
	}
	switch {
	case !known:
		tell("%s", byHand)
		return
	case sql.others > 0:
		tell("%s; of the %d folders that hold some, dockgen can't tell which is for this database", byHand, sql.others+1)
		return
	case !source.Plain():
		tell("%s, for dockgen can't name this folder in a Dockerfile", byHand)
		return
	}
	m := &Migrate{Driver: safe.Slug(driver, driver), Dir: source}
	why := []detect.Note{d.Note(sql.example, 0, "is a migration of golang-migrate")}
	if r := p.w.main.require(golangMigrate); r != nil {
		why = append(why, p.w.main.note(r.Syntax.Start.Line, "require %s %s", r.Mod.Path, r.Mod.Version))
		if v, err := safe.NewVersion(r.Mod.Version); err == nil && releaseRE().MatchString(r.Mod.Version) {
			m.pinned = v
		}
	}
	f := s.Facts.(*Facts)
	f.Migrate = m
	s.Context.Keep = append(s.Context.Keep, source)
	addJob(s, safe.ArgvOf("/app/migrate"), why...)
	job := &s.Processes[len(s.Processes)-1]
	job.Apart, job.Alone = true, true
	job.On = safe.RelPathOf(path.Join(p.w.main.dir, sql.dir))
	job.Needs = []detect.Need{{Name: need.Name, As: need.As, Settings: []detect.NeedSetting{
		{Env: safe.EnvNameOf("DATABASE_URL"), Part: detect.PartURL, Dialect: "golang-migrate"},
	}}}
}

// releaseRE is a release of the major version whose packages the program imports.
func releaseRE() *regexp.Regexp { return regexp.MustCompile(`^v4\.[0-9]+\.[0-9]+$`) }

// require is what go.mod asks for of a module, in whatever major version; nil: nothing.
func (m *local) require(module string) *modfile.Require {
	i := slices.IndexFunc(m.file.Require, func(r *modfile.Require) bool {
		return r.Mod.Path == module || strings.HasPrefix(r.Mod.Path, module+"/v")
	})
	if i < 0 {
		return nil
	}
	return m.file.Require[i]
}
