package java

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

const postgresDep = "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.4</version></dependency>"

// TestMigrations holds who applies the migrations: a job by a plug-in's settings, the
// program itself, or a person, who is told why.
func TestMigrations(t *testing.T) {
	plugin := func(group, name, config string) string {
		return "<groupId>" + group + "</groupId><artifactId>" + name + "</artifactId><version>11.14.1</version><configuration>" + config + "</configuration>"
	}
	flyway := func(config string) string { return plugin("org.flywaydb", "flyway-maven-plugin", config) }
	liquibase := func(config string) string {
		return strings.Replace(plugin("org.liquibase", "liquibase-maven-plugin", config), "11.14.1", "4.33.0", 1)
	}
	const sql = "src/main/resources/db/migration/V1__a.sql"
	for _, c := range []struct{ why, plugin, dep, file, start, note string }{
		{"Flyway", flyway(""), postgresDep, sql, "java -cp /app:/app/lib/* Migrate", ""},
		{"in another folder", flyway("<locations><location>filesystem:${project.basedir}/sql</location></locations>"), postgresDep, "sql/V1__a.sql", "java -cp /app:/app/lib/* Migrate", ""},
		{"that is not there", flyway("<locations><location>classpath:sql</location></locations>"), postgresDep, sql, "", "folder src/main/resources/sql is not there"},
		{"migrations in Java", flyway(""), postgresDep, "src/main/java/db/migration/V1__A.java", "", "some of the migrations are programs"},
		{"its own configuration file", flyway("<configFiles><configFile>f.conf</configFile></configFiles>"), postgresDep, sql, "", "setting configFiles"},
		{"a property that is not known", flyway("<schemas><schema>${other}</schema></schemas>"), postgresDep, sql, "", "setting schemas is not known whole"},
		{"Liquibase", liquibase("<changeLogFile>db/all.xml</changeLogFile><url>jdbc:postgresql://localhost/a</url>"), postgresDep, "src/main/resources/db/all.xml", "java -cp /app:/app/changes:/app/lib/* Migrate db/all.xml", ""},
		{"Liquibase by its file", liquibase("<propertyFile>liquibase.properties</propertyFile>"), postgresDep, "liquibase.properties", "java -cp /app:/app/changes:/app/lib/* Migrate db/all.xml", ""},
		{"Liquibase's contexts", liquibase("<changeLogFile>db/all.xml</changeLogFile><contexts>prod</contexts>"), postgresDep, "src/main/resources/db/all.xml", "", "setting contexts"},
		{"no changelog", liquibase(""), postgresDep, sql, "", "changelog is not named"},
		{"the library too", flyway(""), postgresDep + "<dependency><groupId>org.flywaydb</groupId><artifactId>flyway-core</artifactId><version>10.0.0</version></dependency>", sql, "", "by flyway-core: there is no job"},
		{"no database", flyway(""), "", sql, "", ""},
	} {
		tree := fstest.MapFS{
			"pom.xml": {Data: []byte(`<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>shop</artifactId><version>1</version>
<properties><maven.compiler.release>21</maven.compiler.release></properties><dependencies><dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId><version>6.3.0</version></dependency>` + c.dep + `</dependencies>
<build><plugins><plugin>` + c.plugin + `</plugin></plugins></build></project>`)},
			"src/main/java/a/Main.java":     {Data: []byte(`package a; import io.javalin.Javalin; public class Main { public static void main(String[] args) { Javalin.create().start(7070); } }`)},
			c.file:                          {Data: []byte("changeLogFile=db/all.xml\nurl=jdbc:postgresql://localhost/a\n")},
			"src/main/resources/db/all.xml": {Data: []byte("<databaseChangeLog/>")},
		}
		s := onlyService(t, c.why, tree)
		start := ""
		for _, p := range s.Processes {
			start += strings.Join(p.Start.V.Args(), " ")
		}
		if start != c.start {
			t.Errorf("%s: starts %q, want %q", c.why, start, c.start)
		}
		notes := ""
		for _, n := range s.Notes {
			notes += n.Text + "\n"
		}
		if !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "migrations") {
			t.Errorf("%s: notes %q, want %q", c.why, notes, c.note)
		}
	}
}

func onlyService(t *testing.T, why string, tree fstest.MapFS) *detect.Service {
	t.Helper()
	p, err := detect.Scan(context.Background(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
	if err != nil || len(p.Services) != 1 {
		t.Fatalf("%s: %d services, %v", why, len(p.Services), err)
	}
	return p.Services[0]
}

// TestMigrationsOfFrameworks holds when a framework applies them itself.
func TestMigrationsOfFrameworks(t *testing.T) {
	dep := func(coordinates ...string) (out string) {
		for _, c := range coordinates {
			group, name, _ := strings.Cut(c, ":")
			out += "<dependency><groupId>" + group + "</groupId><artifactId>" + name + "</artifactId></dependency>"
		}
		return out
	}
	quarkus := dep("io.quarkus:quarkus-rest", "io.quarkus:quarkus-jdbc-postgresql", "io.quarkus:quarkus-flyway")
	boot := dep("org.springframework.boot:spring-boot-starter-web", "org.springframework.boot:spring-boot-starter-data-jpa", "org.postgresql:postgresql", "org.liquibase:liquibase-core")
	const quarkusPlugin = "<plugin><groupId>io.quarkus</groupId><artifactId>quarkus-maven-plugin</artifactId></plugin>"
	const bootPlugin = "<plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>"
	for _, c := range []struct{ why, deps, plugin, config, env, note string }{
		{"Quarkus, which does not do it by itself", quarkus, quarkusPlugin, "", "QUARKUS_FLYWAY_MIGRATE_AT_START=true QUARKUS_INIT_AND_EXIT=true", ""},
		{"Quarkus, told to", quarkus, quarkusPlugin, "quarkus.flyway.migrate-at-start=true", "", "when it starts: there is no job"},
		{"Spring Boot", boot, bootPlugin, "", "", "when it starts, by liquibase-core: there is no job"},
		{"Spring Boot, told not to", boot, bootPlugin, "spring.liquibase.enabled=false", "", "keeps the program from applying its migrations"},
	} {
		s := onlyService(t, c.why, fstest.MapFS{
			"pom.xml": {Data: []byte(`<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>shop</artifactId><version>1</version><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version><relativePath/></parent>
<dependencies>` + c.deps + `</dependencies><build><plugins>` + c.plugin + `</plugins></build></project>`)},
			"src/main/resources/application.properties": {Data: []byte(c.config + "\n")},
			"src/main/java/a/Main.java":                 {Data: []byte(`package a; @SpringBootApplication public class Main { public static void main(String[] args) { } }`)},
		})
		env := ""
		for _, p := range s.Processes {
			for _, e := range p.SetEnv {
				env += " " + e.Name.String() + "=" + e.Value.String()
			}
		}
		if strings.TrimSpace(env) != c.env {
			t.Errorf("%s: %q, want %q", c.why, env, c.env)
		}
		notes := ""
		for _, n := range s.Notes {
			notes += n.Text + "\n"
		}
		if !strings.Contains(notes, c.note) {
			t.Errorf("%s: notes %q, want %q", c.why, notes, c.note)
		}
	}
}
