package java

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scan(t testing.TB, archive string) (*detect.Project, error) {
	t.Helper()
	return scantest.Try(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}, scantest.Archive(archive))
}

func all(t testing.TB, archive string) []*detect.Service {
	t.Helper()
	p, err := scan(t, archive)
	if err != nil {
		t.Fatal(err)
	}
	return p.Services
}

func one(t testing.TB, archive string) *detect.Service {
	t.Helper()
	p, err := scan(t, archive)
	if err != nil {
		t.Fatal(err)
	}
	return scantest.One(t, p)
}

// boot is a project with Spring Boot of a version, a release of Java and more of the pom.
func boot(version, java, dependencies string) string {
	return `-- pom.xml --
<project><artifactId>app</artifactId><version>1</version>
<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>` + version + `</version></parent>
<properties>` + java + `</properties>
<dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>` + dependencies + `</dependencies>
<build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>
</project>
-- src/main/java/a/A.java --
package a;
@SpringBootApplication
public class A { public static void main(String[] args) { SpringApplication.run(A.class, args); } }
`
}

func dependencyOf(group, name string) string {
	return "<dependency><groupId>" + group + "</groupId><artifactId>" + name + "</artifactId></dependency>"
}

func TestJavaVersion(t *testing.T) {
	for _, c := range []struct{ why, archive, want string }{
		{"what the project says", boot("4.0.1", "<java.version>21</java.version>", ""), "21"},
		{"the old way to write 8", boot("1.5.3.RELEASE", "<java.version>1.8</java.version>", ""), "8"},
		{"a line that gets no fixes any more is rounded up to one that does", boot("3.4.1", "<java.version>22</java.version>", ""), "25"},
		{"Boot 3 needs 17, whatever is compiled for", boot("3.2.0", "<java.version>11</java.version>", ""), "17"},
		{"nothing said, and Boot 2.7 runs on 19 at most", boot("2.7.1", "", ""), "17"},
		{"nothing said, and nothing forbids the newest", boot("4.0.1", "", ""), ""},
		{"a version file wins where it is newer", boot("4.0.1", "<java.version>17</java.version>", "") + "-- system.properties --\njava.runtime.version=25\n", "25"},
		{"a version file that can't compile the sources does not", boot("4.0.1", "<java.version>21</java.version>", "") + "-- .java-version --\n17\n", "21"},
		{"SDKMAN's name of a release", boot("4.0.1", "", "") + "-- .sdkmanrc --\n# x\njava=21.0.4-tem\n", "21"},
		{"asdf's", boot("4.0.1", "", "") + "-- .tool-versions --\njava temurin-17.0.12+7\n", "17"},
		{"a property of a property", boot("4.0.1", "<java.version>${jdk}</java.version><jdk>21</jdk>", ""), "21"},
		{"a circle of properties says nothing", boot("4.0.1", "<java.version>${a}</java.version><a>${b}</a><b>${a}</b>", ""), ""},
	} {
		if got := one(t, c.archive).Version.V.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestGradleBoundsJava(t *testing.T) {
	build := "-- build.gradle --\nplugins { id 'org.springframework.boot' version '3.5.0'\n id 'java' }\ndependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }\n" +
		"-- gradle/wrapper/gradle-wrapper.properties --\ndistributionUrl=https\\://h/gradle-8.7-bin.zip\n"
	s := one(t, build)
	if s.Version.V.String() != "21" || s.Version.Source != detect.Default {
		t.Errorf("Gradle 8.7 runs on Java 22 at most: %v", s.Version)
	}
}

func TestBootIsTakenApart(t *testing.T) {
	for version, want := range map[string]string{
		"4.0.1": "tools", "3.3.0": "tools", "3.2.9": "layertools", "2.4.0": "layertools", "2.3.9.RELEASE": "exploded", "1.5.3.RELEASE": "exploded",
	} {
		s := one(t, boot(version, "", ""))
		if got := s.Facts.(*Facts).Form; got != want {
			t.Errorf("Boot %s: %s, want %s", version, got, want)
		}
		launch := strings.Contains(s.Start.V.String(), "loader.launch.JarLauncher")
		if want == "layertools" && launch != (version == "3.2.9") {
			t.Errorf("Boot %s starts %s", version, s.Start.V)
		}
	}
}

func TestNeeds(t *testing.T) {
	postgres, h2, mysql := dependencyOf("org.postgresql", "postgresql"), dependencyOf("com.h2database", "h2"), dependencyOf("com.mysql", "mysql-connector-j")
	jpa := dependencyOf("org.springframework.boot", "spring-boot-starter-data-jpa")
	properties := func(s string) string { return "-- src/main/resources/application.properties --\n" + s + "\n" }
	for _, c := range []struct{ why, archive, want string }{
		{"a driver alone", boot("4.0.1", "", jpa+postgres), "postgres:SPRING_DATASOURCE_URL,SPRING_DATASOURCE_USERNAME,SPRING_DATASOURCE_PASSWORD"},
		{"a database inside the program is what a plain start uses", boot("4.0.1", "", jpa+postgres+h2), "postgres?"},
		{"but not where the configuration names the other", boot("4.0.1", "", jpa+postgres+h2) + properties("spring.datasource.url=jdbc:postgresql://db/x"), "postgres:SPRING_DATASOURCE_URL,SPRING_DATASOURCE_USERNAME,SPRING_DATASOURCE_PASSWORD"},
		{"two drivers, one in use", boot("4.0.1", "", jpa+postgres+mysql) + properties("spring.datasource.url=${DB:jdbc:mysql://db/x}\nspring.datasource.username=${DB_USER}\nspring.datasource.password=x"), "postgres? mysql:DB,DB_USER,SPRING_DATASOURCE_PASSWORD"},
		{"two drivers, and nothing says which", boot("4.0.1", "", jpa+postgres+mysql), "postgres? mysql?"},
		{"what only a test has is none", boot("4.0.1", "", jpa+strings.Replace(postgres, "</dep", "<scope>test</scope></dep", 1)+h2), ""},
		{"Boot 3 moved Redis", boot("3.5.0", "", dependencyOf("org.springframework.boot", "spring-boot-starter-data-redis")), "redis:SPRING_DATA_REDIS_HOST,SPRING_DATA_REDIS_PORT"},
		{"where it was before", boot("2.7.0", "", dependencyOf("org.springframework.boot", "spring-boot-starter-data-redis")), "redis:SPRING_REDIS_HOST,SPRING_REDIS_PORT"},
		{"a profile that nobody turns on", boot("4.0.1", "", jpa+postgres+h2) + "-- src/main/resources/application-prod.yml --\nspring: {datasource: {url: 'jdbc:postgresql://db/x'}}\n", "postgres?"},
		{"a profile that the configuration turns on", boot("4.0.1", "", jpa+postgres+h2) + properties("spring.profiles.active=prod") + "-- src/main/resources/application-prod.yml --\nspring: {datasource: {url: 'jdbc:postgresql://db/x'}}\n", "postgres:SPRING_DATASOURCE_URL,SPRING_DATASOURCE_USERNAME,SPRING_DATASOURCE_PASSWORD"},
	} {
		var got []string
		for _, n := range one(t, c.archive).Needs {
			s := n.Name
			var env []string
			for _, e := range n.Settings {
				env = append(env, e.Env.String())
			}
			switch {
			case n.Optional:
				s += "?"
			case len(env) > 0:
				s += ":" + strings.Join(env, ",")
			}
			got = append(got, s)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.why, strings.Join(got, " "), c.want)
		}
	}
}

func TestAccountInTheAddress(t *testing.T) {
	postgres, jpa := dependencyOf("org.postgresql", "postgresql"), dependencyOf("org.springframework.boot", "spring-boot-starter-data-jpa")
	play := "-- build.sbt --\nlazy val root = (project in file(\".\")).enablePlugins(PlayScala)\nlibraryDependencies += \"org.postgresql\" % \"postgresql\" % \"42.7.8\"\n" +
		"-- project/plugins.sbt --\naddSbtPlugin(\"org.playframework\" % \"sbt-plugin\" % \"3.0.9\")\n-- project/build.properties --\nsbt.version=1.11.7\n" +
		"-- conf/application.conf --\ndb.default.url = \"jdbc:postgresql://example.com/x\"\ndb.default.url = ${?JDBC_DATABASE_URL}\n"
	for _, c := range []struct{ why, archive, want string }{
		{"one variable for all", play, "jdbc-account"},
		{"the user and the password have their own", boot("4.0.1", "", jpa+postgres), "jdbc"},
	} {
		for _, n := range one(t, c.archive).Needs {
			if got := n.Settings[0].Dialect; got != c.want {
				t.Errorf("%s: %s, want %s", c.why, got, c.want)
			}
		}
	}
}

func TestHealthAndPort(t *testing.T) {
	actuator := dependencyOf("org.springframework.boot", "spring-boot-starter-actuator")
	properties := func(s string) string { return "-- src/main/resources/application.properties --\n" + s + "\n" }
	for _, c := range []struct{ why, archive, want string }{
		{"no actuator, no path", boot("4.0.1", "", ""), "8080 "},
		{"the actuator's own", boot("4.0.1", "", actuator), "8080 /actuator/health"},
		{"with both prefixes", boot("4.0.1", "", actuator) + properties("server.servlet.context-path=/x\nmanagement.endpoints.web.base-path=/m"), "8080 /x/m/health"},
		{"on a port of its own it can't be asked", boot("4.0.1", "", actuator) + properties("management.server.port=9001"), "8080 "},
		{"Boot 1 had it at the root", boot("1.5.3.RELEASE", "", actuator), "8080 /health"},
		{"a placeholder's default", boot("4.0.1", "", "") + properties("server.port=${WEB_PORT:${PORT:9000}}"), "9000 "},
		{"any free port is none that anybody knows", boot("4.0.1", "", "") + properties("server.port=0"), "8080 "},
		{"a port for root moves", boot("4.0.1", "", "") + properties("server.port=80"), "8080 "},
		{"a route of the program", boot("4.0.1", "", "") + "-- src/main/java/a/H.java --\npackage a;\n@RestController\n@RequestMapping(\"/api\")\nclass H { @GetMapping(\"/ping\") String p() { return null; } }\n", "8080 /api/ping"},
	} {
		s := one(t, c.archive)
		if got := s.Port.V.String() + " " + s.Health.V.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestNothingToRun(t *testing.T) {
	for why, archive := range map[string]string{
		"a library":             "-- pom.xml --\n<project><artifactId>x</artifactId></project>",
		"a parent":              "-- pom.xml --\n<project><artifactId>x</artifactId><packaging>pom</packaging></project>",
		"Boot in a library":     "-- build.gradle --\nplugins { id 'java-library' }\ndependencies { api 'org.springframework.boot:spring-boot-starter-web:3.5.0' }\n",
		"Android":               "-- build.gradle --\napply plugin: 'com.android.application'\n",
		"settings alone":        "-- settings.gradle --\ninclude 'a'\n",
		"a library for Clojure": "-- project.clj --\n(defproject a/b \"1\" :dependencies [[org.clojure/clojure \"1.12.0\"]])\n",
		"a library for Scala":   "-- build.sbt --\nname := \"x\"\n",
	} {
		p, err := scan(t, archive)
		if err != nil || len(p.Services) != 0 || len(p.Notes) == 0 {
			t.Errorf("%s: %v %v %v", why, p, err, p.Notes)
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	for why, archive := range map[string]string{
		"a pom that ends too soon":    "-- pom.xml --\n<project>\n<artifactId>x\n",
		"another document":            "-- pom.xml --\n<html/>\n",
		"no document":                 "-- pom.xml --\n\n",
		"a project of no project.clj": "-- project.clj --\n(ns x)\n",
		"deps.edn without a map":      "-- deps.edn --\n[]\n",
		"a catalogue that is no TOML": "-- build.gradle --\nplugins { id 'java' }\n-- gradle/libs.versions.toml --\n[versions\n",
	} {
		_, err := scan(t, archive)
		var fe *detect.FileError
		if !errors.As(err, &fe) {
			t.Errorf("%s: %v is no error about a file", why, err)
		}
	}
}

// FuzzInspect holds that no build file, source or configuration makes the detector
// panic, and that what can't be read is an error about a file.
func FuzzInspect(f *testing.F) {
	f.Add("<project><parent><relativePath>../x</relativePath></parent></project>", "plugins { id 'application' }", "name := \"x\"", "(defproject x \"1\" :main y)", "class A { public static void main(String[] a) { start(port()); } }", "a: {b: ${C:d}}")
	f.Add("<project><packaging>war</packaging></project>", "include(\":a\")", "lazy val a = project.in(file(\"b\"))", "{:deps {a/b {:mvn/version \"1\"}}}", "fun main() = embeddedServer(Netty, port = 1)", "server.port=${A:${B:1}}")
	f.Fuzz(func(t *testing.T, pom, gradle, sbt, lisp, source, config string) {
		fsys := fstest.MapFS{}
		for name, data := range map[string]string{
			"m/pom.xml": pom, "pom.xml": pom, "g/build.gradle": gradle, "g/settings.gradle.kts": gradle, "s/build.sbt": sbt, "s/project/plugins.sbt": sbt, "l/project.clj": lisp, "d/deps.edn": lisp, "d/build.clj": lisp,
			"m/src/main/java/A.java": source, "g/src/main/kotlin/a.kt": source, "s/src/main/scala/a.scala": source, "l/src/a.clj": lisp, "m/src/main/resources/application.yml": config, "m/src/main/resources/application.properties": config,
			"g/src/main/resources/application.conf": config, "g/gradle/libs.versions.toml": "", "m/system.properties": config,
		} {
			if data != "" {
				fsys[name] = &fstest.MapFile{Data: []byte(data)}
			}
		}
		_, err := detect.Scan(context.Background(), fsys, detect.Config{Name: "demo", Detectors: []detect.Detector{Detector{}}})
		var fe *detect.FileError
		if err != nil && !errors.As(err, &fe) {
			t.Fatalf("%T is no error about a file: %v", err, err)
		}
	})
}

// TestLibraries holds that a main method alone makes no program of a module.
func TestLibraries(t *testing.T) {
	pom := func(id, more string) string {
		return "<project><modelVersion>4.0.0</modelVersion><parent><groupId>a</groupId><artifactId>all</artifactId><version>1</version></parent><artifactId>" + id + "</artifactId>" + more + "</project>\n"
	}
	dep := func(group, id, scope string) string {
		return "<dependency><groupId>" + group + "</groupId><artifactId>" + id + "</artifactId><version>1</version>" + scope + "</dependency>"
	}
	const main = "package a; public class Tool { public static void main(String[] args) { System.out.println(1); } }\n"
	const app = "package a; @SpringBootApplication public class App { public static void main(String[] args) { SpringApplication.run(App.class); } }\n"
	top := func(deps string) string {
		return "-- pom.xml --\n<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>all</artifactId><version>1</version><packaging>pom</packaging><modules><module>common</module><module>web</module></modules><dependencies>" + deps + "</dependencies></project>\n"
	}
	starter := dep("org.springframework.boot", "spring-boot-starter-web", "")
	repackaged := "<build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId><executions><execution><goals><goal>repackage</goal></goals></execution></executions></plugin></plugins></build>"
	for _, c := range []struct{ why, archive, want string }{
		{"a parent that gives all of them Spring", top(starter) + "-- common/pom.xml --\n" + pom("common", "") + "-- common/src/main/java/a/Tool.java --\n" + main + "-- web/pom.xml --\n" + pom("web", "<dependencies>"+dep("a", "common", "")+"</dependencies>"+repackaged) + "-- web/src/main/java/a/App.java --\n" + app, "web"},
		{"one that others depend on", top(dep("io.vertx", "vertx-core", "")) + "-- common/pom.xml --\n" + pom("common", "") + "-- common/src/main/java/a/Tool.java --\n" + main + "-- web/pom.xml --\n" + pom("web", "<dependencies>"+dep("a", "common", "")+"</dependencies>") + "-- web/src/main/java/a/App.java --\n" + main, "web"},
		{"one that only tests depend on", top(dep("io.vertx", "vertx-core", "")) + "-- common/pom.xml --\n" + pom("common", "") + "-- common/src/main/java/a/Tool.java --\n" + main + "-- web/pom.xml --\n" + pom("web", "<dependencies>"+dep("a", "common", "<scope>test</scope>")+"</dependencies>") + "-- web/src/main/java/a/App.java --\n" + main, "common web"},
	} {
		var got []string
		for _, s := range all(t, c.archive) {
			got = append(got, s.Dir.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.why, got, c.want)
		}
	}
}

// TestConfigNames holds that a program of Spring Boot may call its configuration otherwise,
// and that Gradle's escapes are no YAML.
func TestConfigNames(t *testing.T) {
	named := boot("4.0.1", "", "") + "-- src/main/java/a/Named.java --\npackage a; class Named { String port = \"spring.config.name=mill\"; }\n-- src/main/resources/mill.yml --\nspring.profiles.include: shared\n-- src/main/resources/mill-shared.yml --\nserver:\n  port: ${MILL_PORT:9411}\n"
	if s := one(t, named); s.Port.V != 9411 || s.PortEnv.String() != "MILL_PORT" {
		t.Errorf("port %v of %v", s.Port.V, s.PortEnv)
	}
	escaped := boot("4.0.1", "", "") + "-- src/main/resources/application.yml --\nspring.config.import:\n  - \"optional:file:\\${home}/application.yml\"\nserver:\n  port: 25600\n"
	if s := one(t, escaped); s.Port.V != 25600 {
		t.Errorf("port %v", s.Port.V)
	}
}

// TestPortElsewhere holds that a port is found where it is named, and nowhere else.
func TestPortElsewhere(t *testing.T) {
	pom := "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><dependencies>" + dependencyOf("org.eclipse.jetty", "jetty-server") + "</dependencies></project>\n"
	main := func(port string) string {
		return "-- src/main/java/a/Main.java --\npackage a;\npublic class Main { public static void main(String[] args) { int port = config.getInteger(" + port + "); new Server(new InetSocketAddress(address, port)).start(); } }\n"
	}
	keys := func(name, port string) string {
		return "-- src/main/java/a/" + name + ".java --\npackage a;\nclass " + name + " { static final Key WEB_PORT = new Key(\n  \"web.port\",\n  List.of(1),\n  " + port + ");\n static final Key OTHER = new Key(9999); }\n"
	}
	for _, c := range []struct {
		why, archive string
		want         int
	}{
		{"a constant of another class", pom + main("Keys.WEB_PORT") + keys("Keys", "8082"), 8082},
		{"what another class's method returns", pom + "-- src/main/java/a/Main.java --\npackage a;\npublic class Main { public static void main(String[] args) { new Server(Util.assignedPort()).start(); } }\n-- src/main/java/a/Util.java --\npackage a;\nclass Util { static int assignedPort() { if (builder.environment().get(\"PORT\") != null) { return Integer.parseInt(builder.environment().get(\"PORT\")); } return 7000; } }\n", 7000},
		{"two that do not agree", pom + main("Keys.WEB_PORT") + keys("Keys", "8082") + keys("More", "8083"), 8080},
		{"a key of the configuration, spelled out", pom + "-- src/main/java/a/Main.java --\npackage a;\npublic class Main { public static void main(String[] args) { new Server(new InetSocketAddress(config.getString(\"http.interface\"), config.getInt(\"http.port\"))).start(); } }\n-- src/main/resources/application.conf --\nhttp {\n  interface = \"0.0.0.0\"\n  port = 9000\n}\nother { port = 80 }\n", 9000},
		{"one that does not speak of a port", pom + main("Keys.OTHER") + keys("Keys", "8082"), 8080},
	} {
		if got := int(one(t, c.archive).Port.V); got != c.want {
			t.Errorf("%s: %d, want %d", c.why, got, c.want)
		}
	}
}

// TestSbtPackages holds that the program of a project which only packages others is theirs.
func TestSbtPackages(t *testing.T) {
	s := one(t, "-- build.sbt --\nlazy val core = (project in file(\"core\")).settings(libraryDependencies += \"org.http4s\" %% \"http4s-ember-server\" % \"0.23.30\")\n\nlazy val image = (project in file(\"image\")).dependsOn(core).enablePlugins(JavaAppPackaging)\n"+
		"-- project/plugins.sbt --\naddSbtPlugin(\"com.github.sbt\" % \"sbt-native-packager\" % \"1.11.1\")\n-- project/build.properties --\nsbt.version=1.11.7\n-- core/src/main/scala/a/Main.scala --\npackage a\nobject Main extends IOApp.Simple { def run = ??? }\n")
	if s.Main.V.String() != "a.Main" || !strings.Contains(s.Build.V.String(), "image/stage") {
		t.Errorf("starts %s, built by %s", s.Main.V, s.Build.V)
	}
}

// TestEnterprise holds that Tomcat is not passed off as a server of Jakarta EE.
func TestEnterprise(t *testing.T) {
	for body, want := range map[string]bool{"@ApplicationScoped class A { void listen() {} }": true, "class A extends HttpServlet { void doGet() { port(); } }": false} {
		s := one(t, "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><packaging>war</packaging><dependencies><dependency><groupId>jakarta.platform</groupId><artifactId>jakarta.jakartaee-api</artifactId><version>10.0.0</version><scope>provided</scope></dependency></dependencies></project>\n-- src/main/java/a/A.java --\npackage a;\n"+body+"\n")
		got := false
		for _, n := range s.Notes {
			got = got || strings.Contains(n.Text, "server of Jakarta EE")
		}
		if got != want {
			t.Errorf("%s: %v", body, s.Notes)
		}
	}
}

// TestPlayBuilds holds that Play with two builds is built by the one that packages it.
func TestPlayBuilds(t *testing.T) {
	s := one(t, "-- build.gradle --\nplugins { id 'play' }\n-- gradlew --\n-- build.sbt --\nlazy val root = (project in file(\".\")).enablePlugins(PlayJava)\n-- project/plugins.sbt --\naddSbtPlugin(\"com.typesafe.play\" % \"sbt-plugin\" % \"2.8.1\")\n-- conf/application.conf --\n-- app/A.java --\nclass A {}\n")
	if s.PackageManager.V != sbt {
		t.Errorf("built by %s", s.PackageManager.V)
	}
}

// TestHelidon holds that the parent says which class of Helidon's own is started.
func TestHelidon(t *testing.T) {
	for version, want := range map[string]string{"4.2.0": "io.helidon.Main", "3.2.1": "io.helidon.microprofile.cdi.Main"} {
		s := one(t, "-- pom.xml --\n<project><parent><groupId>io.helidon.applications</groupId><artifactId>helidon-mp</artifactId><version>"+version+"</version><relativePath/></parent><artifactId>app</artifactId><version>1</version><dependencies>"+dependencyOf("io.helidon.microprofile.bundles", "helidon-microprofile-core")+"</dependencies></project>\n-- src/main/java/a/A.java --\npackage a;\n@Path(\"/\") class A { }\n-- src/main/resources/META-INF/microprofile-config.properties --\nserver.port=9966\n")
		if got := s.Main.V.String(); got != want || s.Port.V != 9966 {
			t.Errorf("Helidon %s: %s on %s, want %s", version, got, s.Port.V, want)
		}
	}
}

// TestHelidonPort holds where a program of MicroProfile listens that names no port.
func TestHelidonPort(t *testing.T) {
	for version, want := range map[string]int{"4.2.0": 8080, "2.2.0": 7001} {
		s := one(t, "-- pom.xml --\n<project><parent><groupId>io.helidon.applications</groupId><artifactId>helidon-mp</artifactId><version>"+version+"</version><relativePath/></parent><artifactId>app</artifactId><version>1</version><dependencies>"+dependencyOf("io.helidon.microprofile.bundles", "helidon-microprofile")+"</dependencies></project>\n-- src/main/java/a/A.java --\npackage a;\n@Path(\"/\") class A { }\n")
		if got := int(s.Port.V); got != want {
			t.Errorf("Helidon %s: %d, want %d", version, got, want)
		}
	}
}

// TestVertxFive holds that the port is the server's and not a database's, and that the class
// which Vert.x 5 has no more is not started.
func TestVertxFive(t *testing.T) {
	s := one(t, `-- pom.xml --
<project><artifactId>app</artifactId><version>1</version><dependencies>`+strings.ReplaceAll(dependencyOf("io.vertx", "vertx-core")+dependencyOf("io.vertx", "vertx-rabbitmq-client"), "</artifactId>", "</artifactId><version>5.0.0</version>")+`</dependencies>
<build><plugins><plugin><artifactId>maven-shade-plugin</artifactId><executions><execution><phase>package</phase><configuration><transformers><transformer><manifestEntries><Main-Class>io.vertx.core.Launcher</Main-Class></manifestEntries></transformer></transformers></configuration></execution></executions></plugin></plugins></build></project>
-- src/main/java/a/Data.java --
package a;
class Data { Pool pool() { return Pool.pool(new MySQLConnectOptions().setHost("db").setPort(options.getInteger("port", 3306))); } }
-- src/main/java/a/Run.java --
package a;
public class Run { public static void main(String[] args) { Vertx.vertx().deployVerticle(new Web()); } }
-- src/main/java/a/Web.java --
package a;
class Web { void start() { int port = options.getInteger("port", 8888); vertx.createHttpServer().listen(port, host); } }
`)
	if s.Port.V != 8888 || s.Main.V.String() != "a.Run" || !strings.Contains(strings.Join(s.Start.V.Args(), " "), "a.Run") {
		t.Errorf("%s on %s, started by %q", s.Main.V, s.Port.V, s.Start.V)
	}
	if len(s.Needs) != 1 || s.Needs[0].Name != "rabbitmq" {
		t.Errorf("needs %v", s.Needs)
	}
}

// TestMachineProperties holds that a folder below the user's is the image's user's.
func TestMachineProperties(t *testing.T) {
	s := one(t, boot("3.5.0", "<java.version>21</java.version>", "")+"-- src/main/resources/application.yml --\nshop:\n  dir: ${user.home}/.shop\nlogging.file.name: ${shop.dir}/logs/shop.log\n")
	if logs := s.Facts.(*Facts).Logs; len(logs) != 1 || logs[0].Dir.String() != "home/app/.shop/logs" {
		t.Errorf("logs in %v", logs)
	}
}

// TestPluginClasses holds that a plug-in which is a class of buildSrc is read as a build file is.
func TestPluginClasses(t *testing.T) {
	const class = "-- buildSrc/src/main/groovy/ServicePlugin.groovy --\nimport org.gradle.api.Plugin\nclass ServicePlugin implements Plugin<Project> {\n  @Override\n  void apply(Project project) {\n    project.apply(plugin: 'org.springframework.boot')\n    project.dependencies {\n      implementation 'org.springframework.boot:spring-boot-starter-web:3.5.0'\n    }\n  }\n}\n-- src/main/java/a/A.java --\npackage a;\n@SpringBootApplication class A { public static void main(String[] args) { SpringApplication.run(A.class); } }\n"
	for why, build := range map[string]string{
		"by its class": "-- build.gradle --\napply plugin: ServicePlugin\napply plugin: 'java'\n",
		"by its id":    "-- build.gradle --\nplugins { id 'java'\n id 'our.service' }\n-- buildSrc/src/main/resources/META-INF/gradle-plugins/our.service.properties --\nimplementation-class=ServicePlugin\n",
	} {
		s := one(t, build+class)
		if s.Framework.V != "spring-boot" || s.Kind != detect.Server {
			t.Errorf("%s: %s, %s", why, s.Framework.V, s.Kind)
		}
	}
}

// TestVertxCache holds that an old Vert.x unpacks its files where it may write.
func TestVertxCache(t *testing.T) {
	for version, want := range map[string]bool{"3.4.1": true, "4.5.10": false, "5.0.1": false} {
		s := one(t, "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><dependencyManagement><dependencies><dependency><groupId>io.vertx</groupId><artifactId>vertx-dependencies</artifactId><version>"+version+"</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement><dependencies>"+dependencyOf("io.vertx", "vertx-web")+dependencyOf("io.vertx", "vertx-core")+"</dependencies></project>\n-- src/main/java/a/Main.java --\npackage a;\npublic class Main { public static void main(String[] args) { vertx.createHttpServer().listen(8080); } }\n")
		if got := strings.Contains(s.Start.V.String(), "vertx.cacheDirBase=/tmp/vertx"); got != want {
			t.Errorf("Vert.x %s: starts %s", version, s.Start.V)
		}
	}
}
