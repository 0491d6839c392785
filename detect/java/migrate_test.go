package java

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

// A plug-in of the build migrates nothing in a container; the library does.
func TestMigrationPlugin(t *testing.T) {
	const postgres = "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.4</version></dependency>"
	for _, c := range []struct{ why, plugin, dep, want string }{
		{"Flyway", "<groupId>org.flywaydb</groupId><artifactId>flyway-maven-plugin</artifactId>", postgres, "run mvn flyway:migrate before"},
		{"Liquibase", "<groupId>org.liquibase</groupId><artifactId>liquibase-maven-plugin</artifactId>", postgres, "run mvn liquibase:update before"},
		{"the library too", "<groupId>org.flywaydb</groupId><artifactId>flyway-maven-plugin</artifactId>", postgres + "<dependency><groupId>org.flywaydb</groupId><artifactId>flyway-core</artifactId><version>10.0.0</version></dependency>", ""},
		{"no database", "<groupId>org.flywaydb</groupId><artifactId>flyway-maven-plugin</artifactId>", "", ""},
	} {
		tree := fstest.MapFS{
			"pom.xml": {Data: []byte(`<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>shop</artifactId><version>1</version>
<properties><maven.compiler.release>21</maven.compiler.release></properties><dependencies><dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId><version>6.3.0</version></dependency>` + c.dep + `</dependencies>
<build><plugins><plugin>` + c.plugin + `</plugin></plugins></build></project>`)},
			"src/main/java/a/Main.java": {Data: []byte(`package a; import io.javalin.Javalin; public class Main { public static void main(String[] args) { Javalin.create().start(7070); } }`)},
		}
		p, err := detect.Scan(context.Background(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
		if err != nil || len(p.Services) != 1 {
			t.Fatalf("%s: %v", c.why, err)
		}
		got := ""
		for _, n := range p.Services[0].Notes {
			if strings.Contains(n.Text, "before each release") {
				got += n.Text
			}
		}
		if !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}
