package evidence

import (
	"bytes"
	"maps"
	"path"
	"slices"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// tools are programs that apply migrations in whatever language the project is, by what
// they leave in a project.
var tools = []struct {
	name    string
	files   []string // of its configuration
	command string
}{
	{"Flyway", []string{"flyway.toml", "flyway.conf", "conf/flyway.conf"}, "flyway migrate"},
	{"Liquibase", []string{"liquibase.properties"}, "liquibase update"},
	{"Atlas", []string{"atlas.hcl"}, "atlas migrate apply"},
}

// migrations tells of the tool that brings the database up to date, where nothing else
// does: it is no part of the project, and no image of it is known here.
func migrations(d *detect.Dir, s *detect.Service) error {
	database := slices.ContainsFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && slices.Contains([]string{"postgres", "mysql", "mariadb", "sqlserver", "clickhouse"}, n.Name)
	})
	if s.Kind != detect.Server && s.Kind != detect.Worker || !database || slices.ContainsFunc(s.Processes, func(p detect.Process) bool { return p.Kind == detect.Job }) ||
		slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return n.About == detect.Migrations }) {
		return nil
	}
	if note, ok := composeMigrator(d); ok {
		s.Notes = append(s.Notes, note.On(detect.Migrations))
		return nil
	}
	for _, at := range upwards(d) {
		for _, t := range tools {
			if file := at.First(t.files...); file != "" {
				s.Notes = append(s.Notes, at.Note(file, 0, "%s applies the migrations, and is no part of the image: run %s before each release", t.name, t.command).On(detect.Migrations))
				return nil
			}
		}
		if file := dbmate(at); file != "" {
			s.Notes = append(s.Notes, at.Note(file, 0, "is a migration of dbmate, which is no part of the image: run dbmate --migrations-dir %s up before each release", safe.Visible(path.Dir(file))).On(detect.Migrations))
			return nil
		}
	}
	return nil
}

// migrators are the images of such tools, by the last element of their names.
var migrators = []string{"flyway", "liquibase", "migrate", "atlas", "dbmate"}

// composeMigrator tells of the service of the project's own Compose file that applies the
// migrations. A file that dockgen leaves where it is has it already.
func composeMigrator(d *detect.Dir) (detect.Note, bool) {
	f, ok := composeBeside(d)
	if !ok {
		return detect.Note{}, false
	}
	for _, key := range slices.Sorted(maps.Keys(f.services)) {
		image := defaultRE().ReplaceAllString(f.services[key].Image, "$1")
		m := imageRE().FindStringSubmatch(image)
		if m == nil || !slices.Contains(migrators, m[2]) {
			continue
		}
		line := f.lines.At("services", key, "image")
		if slices.Contains([]string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}, f.name) {
			return f.at.Note(f.name, line, "service %s applies the migrations, and stays as it is", safe.Visible(key)), true
		}
		return f.at.Note(f.name, line, "service %s applies the migrations there, with %s, and is no part of what dockgen writes: run it before each release", safe.Visible(key), safe.Visible(image)), true
	}
	return detect.Note{}, false
}

// dbmate is a migration in dbmate's form (https://github.com/amacneil/dbmate#creating-migrations); "" for none.
func dbmate(d *detect.Dir) string {
	for _, dir := range []string{"db/migrations", "migrations"} {
		names := d.Sub(dir).Names("*.sql")
		if len(names) == 0 {
			continue
		}
		first := path.Join(dir, names[0]) // all are of one form
		if text, err := d.Read(first); err == nil && bytes.Contains(text, []byte("-- migrate:up")) {
			return first
		}
	}
	return ""
}
