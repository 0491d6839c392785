package java

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
	"dockgen/detect/manifest/sqldump"
)

// dump finds the files of SQL that people are told to import: where no tool applies
// migrations, and nothing of the program makes its tables.
func (p *program) dump(s *detect.Service) {
	if p.migrate != nil || p.has("org.flywaydb:*", "org.liquibase:*", "io.quarkus:quarkus-flyway", "io.quarkus:quarkus-liquibase", "io.micronaut.flyway:*", "io.micronaut.liquibase:*") || p.makesTables() {
		return
	}
	sqldump.Fill(p.top, s, p.speaksOf)
}

// makesTables reports whether the program makes its tables itself as it starts.
func (p *program) makesTables() bool {
	for _, c := range []struct {
		key   string
		makes []string
	}{
		{"spring.jpa.hibernate.ddl-auto", []string{"update", "create", "create-drop"}},
		{"spring.jpa.properties.hibernate.hbm2ddl.auto", []string{"update", "create", "create-drop"}},
		{"spring.sql.init.mode", []string{"always"}},
		{"spring.datasource.initialization-mode", []string{"always"}},
		{"quarkus.hibernate-orm.database.generation", []string{"update", "create", "drop-and-create"}},
		{"quarkus.hibernate-orm.schema-management.strategy", []string{"update", "create", "drop-and-create"}},
	} {
		if v, ok := p.config.get(c.key); ok {
			for _, m := range c.makes {
				if p.config.plain(v.value) == m {
					return true
				}
			}
		}
	}
	return false
}

// speaksOf reports whether the sources or the configuration name a file: then the
// program reads it.
func (p *program) speaksOf(base string) bool {
	for _, f := range p.code.files {
		for _, t := range f.toks {
			if t.Kind == script.String && strings.HasSuffix(t.Text, base) {
				return true
			}
		}
	}
	for _, v := range p.config.values {
		if strings.HasSuffix(v.value, base) {
			return true
		}
	}
	return false
}
