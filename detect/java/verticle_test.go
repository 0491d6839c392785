package java

import (
	"strings"
	"testing"
)

// TestVerticle holds that Vert.x' own class is told what to start, unless an archive tells it.
func TestVerticle(t *testing.T) {
	gradle := "-- build.gradle.kts --\nplugins {\n  java\n  application\n  id(\"com.gradleup.shadow\") version \"9.2.2\"\n}\nval vertxVersion = \"5.0.4\"\nval mainVerticleName = \"a.MainVerticle\"\napplication { mainClass.set(\"io.vertx.launcher.application.VertxApplication\") }\ndependencies { implementation(\"io.vertx:vertx-web:$vertxVersion\") }\ntasks.withType<ShadowJar> {\n  manifest { attributes(mapOf(\"Main-Verticle\" to mainVerticleName)) }\n}\n" +
		"-- src/main/java/a/MainVerticle.java --\npackage a;\npublic class MainVerticle extends VerticleBase { public Future<?> start() { return vertx.createHttpServer().listen(8888); } }\n"
	maven := func(body string) string {
		return "-- pom.xml --\n<project><artifactId>app</artifactId><version>1</version><properties><vertx.verticle>a.First</vertx.verticle></properties><dependencies>" + dependencyOf("io.vertx", "vertx-core") + "</dependencies><build><plugins>" + body + "</plugins></build></project>\n-- src/main/java/a/First.java --\npackage a;\npublic class First extends AbstractVerticle { public void start() { vertx.createHttpServer().listen(8080); } }\n"
	}
	for archive, want := range map[string]string{
		gradle: "java -cp lib/* io.vertx.launcher.application.VertxApplication a.MainVerticle",
		strings.Replace(strings.Replace(gradle, "launcher.application.VertxApplication", "core.Launcher", 1), "attributes(mapOf(\"Main-Verticle\" to mainVerticleName))", "attributes[\"Main-Verticle\"] = mainVerticleName", 1): "java -cp lib/* io.vertx.core.Launcher run a.MainVerticle",
		maven("<plugin><groupId>io.reactiverse</groupId><artifactId>vertx-maven-plugin</artifactId><executions><execution><goals><goal>initialize</goal><goal>package</goal></goals></execution></executions></plugin>"):         "java -jar app.jar",
		maven("<plugin><groupId>io.reactiverse</groupId><artifactId>vertx-maven-plugin</artifactId></plugin>"):                                                                                                                   "java -cp app.jar:lib/* io.vertx.core.Launcher run a.First",
	} {
		if got := strings.Join(one(t, archive).Start.V.Args(), " "); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestParentElsewhere holds that a build which lacks its parent is said to.
func TestParentElsewhere(t *testing.T) {
	for version, want := range map[string]bool{"1.0-SNAPSHOT": true, "1.0": false} {
		s := one(t, "-- pom.xml --\n<project><parent><groupId>a</groupId><artifactId>top</artifactId><version>"+version+"</version></parent><artifactId>app</artifactId><dependencies>"+dependencyOf("io.javalin", "javalin")+"</dependencies></project>\n-- src/main/java/a/Main.java --\npackage a;\npublic class Main { public static void main(String[] args) { Javalin.create().start(7070); } }\n")
		got := false
		for _, n := range s.Notes {
			got = got || strings.Contains(n.Text, "its parent top:1.0-SNAPSHOT is not in this folder")
		}
		if got != want {
			t.Errorf("%s: %v", version, s.Notes)
		}
	}
}
