package java

import (
	"strings"
	"testing"
)

// TestAddresses holds by which variables a program is told where its services are.
func TestAddresses(t *testing.T) {
	boot := "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent><dependencies>" + dependencyOf("org.springframework.boot", "spring-boot-starter-web") + dependencyOf("org.springframework.kafka", "spring-kafka") + "</dependencies><build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>\n" +
		"-- src/main/java/a/App.java --\npackage a;\n@SpringBootApplication\npublic class App { public static void main(String[] args) { SpringApplication.run(App.class, args); } }\n-- src/main/resources/application.yml --\n"
	sbt := "-- build.sbt --\nlazy val core = (project in file(\"core\")).settings(libraryDependencies ++= Seq(\"org.http4s\" %% \"http4s-ember-server\" % \"0.23.30\", \"org.postgresql\" % \"postgresql\" % \"42.7.7\"))\n\nlazy val image = (project in file(\"image\")).dependsOn(core).enablePlugins(JavaAppPackaging)\n" +
		"-- project/plugins.sbt --\naddSbtPlugin(\"com.github.sbt\" % \"sbt-native-packager\" % \"1.11.1\")\n-- project/build.properties --\nsbt.version=1.11.7\n-- core/src/main/scala/a/Main.scala --\npackage a\nobject Main extends IOApp.Simple { def run = ??? }\n-- core/src/main/resources/application.conf --\ndb {\n  host = \"localhost\"\n  host = ${?SQL_HOST}\n  username = \"x\"\n  username = ${?SQL_USER}\n  url = \"jdbc:postgresql://\"${db.host}\":5432/shop\"\n"
	for _, c := range []struct{ why, archive, want string }{
		{"the framework's own", boot + "spring.kafka.bootstrap-servers: localhost:9092\n", "SPRING_KAFKA_BOOTSTRAPSERVERS"},
		{"none is configured", boot + "server.port: 8080\n", "SPRING_KAFKA_BOOTSTRAPSERVERS"},
		{"a key of the program's own", boot + "kafka:\n  brokerConnect: localhost:9092\n", "KAFKA_BROKERCONNECT"},
		{"another project's file, with keys in values", sbt + "}\n", "SQL_HOST SQL_USER"},
		{"the whole address in a variable", sbt + "  url = ${?DATABASE_URL}\n}\n", "DATABASE_URL SQL_USER"},
	} {
		var got []string
		for _, s := range one(t, c.archive).Needs[0].Settings {
			got = append(got, s.Env.String())
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s, want %s", c.why, text, c.want)
		}
	}
}

// TestHelpers holds that variables are found which a program reads by functions of its own,
// and that the address on which it listens can be one.
func TestHelpers(t *testing.T) {
	s := one(t, `-- build.gradle.kts --
plugins {
    kotlin("jvm") version "2.3.0"
    id("io.ktor.plugin") version "3.4.0"
}
application { mainClass = "a.AppKt" }
dependencies {
    implementation("io.ktor:ktor-server-netty")
    implementation("io.github.cdimascio:dotenv-kotlin:6.4.1")
    implementation("org.postgresql:postgresql:42.7.7")
}
-- src/main/kotlin/a/App.kt --
package a
fun main() { embeddedServer(Netty, port = Settings.port, host = Settings.host) { }.start(wait = true) }
-- src/main/kotlin/a/Settings.kt --
package a
object Settings {
    val port: Int get() = Env.getInt("PORT", 8085)
    val host: String get() = Env.get("HOST", "localhost")
    val dbHost: String get() = Env.get("DB_HOST", "localhost")
    val dbPassword: String get() = requireEnv("DB_PASSWORD")
    val title = map.get("title")
}
`)
	var got []string
	for _, e := range s.Env {
		got = append(got, e.Name.String())
		if e.Required {
			got = append(got, "required")
		}
	}
	for _, n := range s.Needs[0].Settings {
		got = append(got, string(n.Part)+"="+n.Env.String())
	}
	for _, e := range s.SetEnv[1:] {
		got = append(got, e.Name.String()+"="+e.Value.String())
	}
	if text := strings.Join(got, " "); text != "DB_HOST DB_PASSWORD required HOST host=DB_HOST password=DB_PASSWORD HOST=0.0.0.0" {
		t.Errorf("%s on %s by $%s", text, s.Port.V, s.PortEnv)
	}
}

// TestFallback: the text behind a variable's name is its default, that of the next call is not.
func TestFallback(t *testing.T) {
	for code, want := range map[string]string{
		`String a = System.getenv().getOrDefault("PEER_URL", "http://localhost:9000");`: "http://localhost:9000",
		`String a = System.getenv("PEER_URL"); log("x", "http://localhost:9000");`:      "",
	} {
		s := one(t, "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><dependencies>"+"<dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId><version>6.7.0</version></dependency>"+"</dependencies></project>\n"+
			"-- src/main/java/a/Main.java --\npackage a;\nimport java.util.Map;\npublic class Main { public static void main(String[] args) { Map<String, String> env = System.getenv(); "+code+" Javalin.create().start(7070); } }\n")
		got := "none"
		for _, e := range s.Env {
			if e.Name.String() == "PEER_URL" {
				got = e.Address.String()
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
