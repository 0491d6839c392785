package java

import (
	"slices"

	"dockgen/detect"
)

// migrationPlugins are plug-ins of builds that apply migrations, with the libraries by
// which a program does the same when it starts.
var migrationPlugins = []struct {
	ids, libs     []string
	maven, gradle string
}{
	{[]string{"flyway-maven-plugin", "org.flywaydb.flyway"}, []string{"org.flywaydb:*", "*:flyway-core", "io.quarkus:quarkus-flyway", "io.micronaut.flyway:*", "org.springframework.boot:spring-boot-starter-flyway"}, "mvn flyway:migrate", "gradle flywayMigrate"},
	{[]string{"liquibase-maven-plugin", "org.liquibase.gradle"}, []string{"org.liquibase:*", "io.quarkus:quarkus-liquibase", "io.micronaut.liquibase:*", "org.springframework.boot:spring-boot-starter-liquibase"}, "mvn liquibase:update", "gradle update"},
}

// migrationPlugin tells of a plug-in that alone applies the migrations: the image holds
// no build, and a program that has the library applies them itself.
func (p *program) migrationPlugin(s *detect.Service) {
	if !slices.ContainsFunc(s.Needs, func(n detect.Need) bool {
		return !n.Optional && slices.Contains([]string{"postgres", "mysql", "mariadb", "sqlserver"}, n.Name)
	}) {
		return
	}
	for _, m := range migrationPlugins {
		pl, ok := p.plugin(m.ids...)
		if !ok || p.has(m.libs...) {
			continue
		}
		command := m.maven
		if p.tool != maven {
			command = m.gradle
		}
		s.Notes = append(s.Notes, noteOf(pl, "%s applies the migrations, and is no part of the image: run %s before each release, or let the program do it by the library", pl.id, command).On(detect.Migrations))
		return
	}
}
