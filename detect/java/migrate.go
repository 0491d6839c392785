package java

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// migrator is a tool that applies migrations: the plug-ins of builds that run it, and the
// libraries by which a program does the same when it starts.
type migrator struct {
	name, plain string // for people; and its word in keys of configuration
	ids, libs   []string
	// maven and gradle are the commands of the plug-ins.
	maven, gradle string
}

func migrators() []migrator {
	return []migrator{
		{"Flyway", "flyway", []string{"flyway-maven-plugin", "org.flywaydb.flyway"}, []string{"org.flywaydb:*", "*:flyway-core", "io.quarkus:quarkus-flyway", "io.micronaut.flyway:*", "org.springframework.boot:spring-boot-starter-flyway", "org.springframework.boot:spring-boot-flyway"}, "mvn flyway:migrate", "gradle flywayMigrate"},
		{"Liquibase", "liquibase", []string{"liquibase-maven-plugin", "org.liquibase.gradle"}, []string{"org.liquibase:*", "io.quarkus:quarkus-liquibase", "io.micronaut.liquibase:*", "org.springframework.boot:spring-boot-starter-liquibase", "org.springframework.boot:spring-boot-liquibase"}, "mvn liquibase:update", "gradle update"},
	}
}

// migrations adds the job that brings the database up to date where that is the business
// of a plug-in of the build, and says so where the program does it when it starts.
func (p *program) migrations(s *detect.Service) {
	i := slices.IndexFunc(s.Needs, func(n detect.Need) bool { return !n.Optional && drivers()[n.Name].name != "" })
	if i < 0 || s.Kind != detect.Server && s.Kind != detect.Worker {
		return
	}
	for _, m := range migrators() {
		if p.migratesItself(s, m) {
			return
		}
	}
	for _, at := range p.migrationModules() {
		for _, m := range migrators() {
			pl, ok := at.plugin(m.ids...)
			if !ok {
				continue
			}
			command := m.maven
			if p.tool != maven {
				command = m.gradle
			}
			t, why := p.migrateTool(at, m, pl, s.Needs[i].Name)
			if why != "" {
				s.Notes = append(s.Notes, noteOf(pl, "%s applies the migrations, and is no part of the image: run %s before each release, or let the program do it by the library; dockgen makes no job of it, for %s", pl.id, command, why).On(detect.Migrations))
				return
			}
			p.migrate = t
			if t.assumed {
				s.Notes = append(s.Notes, noteOf(pl, "names no release of %s: the job takes %s", m.name, t.Libraries[0].Version))
			}
			s.Processes = append(s.Processes, detect.Process{
				Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Apart: true, Alone: true, BuildOn: "maven", On: t.on,
				Start: detect.Found(t.Start, noteOf(pl, "%s applies the migrations, which the program itself does not", pl.id)),
				Needs: []detect.Need{{Name: s.Needs[i].Name, As: s.Needs[i].As, Settings: append(newSetting(t.url, detect.PartURL, "jdbc"), named(t.user, t.password)...)}},
			})
			return
		}
	}
}

// migratesItself tells of a library that applies the migrations when the program starts.
func (p *program) migratesItself(s *detect.Service, m migrator) bool {
	lib, ok := p.dep(m.libs...)
	if !ok {
		return false
	}
	note := detect.Note{Path: lib.note.Path, Line: lib.note.Line}
	off := func(keys ...string) bool {
		v, ok := p.config.get(keys...)
		if ok && strings.EqualFold(strings.TrimSpace(p.config.plain(v.value)), "false") {
			note = v.note
			return true
		}
		return false
	}
	switch {
	case p.fw.name == "spring-boot" && off("spring."+m.plain+".enabled"):
		note.Text = "keeps the program from applying its migrations: something else has to, before each release"
	case p.fw.name == "quarkus":
		// https://quarkus.io/guides/flyway, https://quarkus.io/guides/init-tasks
		v, ok := p.config.get("quarkus." + m.plain + ".migrate-at-start")
		if ok && p.config.plain(v.value) == "true" {
			note = detect.Note{Path: v.note.Path, Line: v.note.Line, Text: "the program applies its migrations when it starts: there is no job for them"}
			break
		}
		s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Start: detect.Found(safe.ArgvOf("java", "-jar", "quarkus-run.jar"), detect.Note{Path: note.Path, Line: note.Line, Text: m.name + " applies the migrations, which the program does not do when it starts"}), SetEnv: []detect.Setting{
			{Name: safe.EnvNameOf("QUARKUS_" + strings.ToUpper(m.plain) + "_MIGRATE_AT_START"), Value: safe.LabelOf("true")},
			{Name: safe.EnvNameOf("QUARKUS_INIT_AND_EXIT"), Value: safe.LabelOf("true")},
		}})
		return true
	case p.fw.name == "micronaut" && off(m.plain+".enabled", m.plain+".datasources.default.enabled"):
		note.Text = "keeps the program from applying its migrations: something else has to, before each release"
	default:
		note.Text = "the program applies its migrations when it starts, by " + lib.name + ": there is no job for them"
	}
	s.Notes = append(s.Notes, note.On(detect.Migrations))
	return true
}

// migrationModules are the modules of the build that may hold the migrations: the
// program's own, and those that it depends on.
func (p *program) migrationModules() []*module {
	out := []*module{p.module}
	var needed map[string]bool
	switch {
	case p.path == ".":
	case p.tool == maven && p.inReactor():
		_, needed = p.mavenClosure()
	case p.tool == gradle:
		_, needed = p.gradleClosure()
	}
	for _, at := range slices.Sorted(maps.Keys(needed)) {
		if at == p.path {
			continue
		}
		if m, err := readModule(p.top.Sub(at)); err == nil && m != nil && m.tool == p.tool {
			out = append(out, m)
		}
	}
	return out
}
