package java

import (
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// framework is what serves, known by a library that the program has, or by a
// plug-in of its build.
type framework struct {
	name    string
	libs    []string
	plugins []string
	port    safe.Port // where it listens unless told otherwise
	server  bool      // serves HTTP, and not only sometimes
}

// frameworks, the more particular first: Grails and Vaadin stand on Spring Boot, Ktor
// and Play on Netty. Ports are from each project's own reference documentation.
func frameworks() []framework {
	return []framework{
		{name: "quarkus", libs: []string{"io.quarkus:quarkus-rest*", "io.quarkus:quarkus-resteasy*", "io.quarkus:quarkus-vertx-http", "io.quarkus:quarkus-reactive-routes", "io.quarkus:quarkus-undertow", "io.quarkus:quarkus-smallrye-graphql", "io.quarkus:quarkus-grpc", "io.quarkus:quarkus-*"}, plugins: []string{"quarkus-maven-plugin", "io.quarkus"}, port: 8080},
		{name: "grails", libs: []string{"org.grails:grails-core"}, plugins: []string{"org.grails.grails-web", "org.apache.grails.gradle.grails-web"}, port: 8080, server: true},
		{name: "spring-boot", libs: []string{"org.springframework.boot:*", "org.springframework.cloud:spring-cloud-*"}, plugins: []string{"spring-boot-maven-plugin", "org.springframework.boot"}, port: 8080},
		{name: "micronaut", libs: []string{"io.micronaut:micronaut-http-server-netty", "io.micronaut.servlet:*", "io.micronaut:micronaut-http-server", "io.micronaut:micronaut-runtime", "io.micronaut:micronaut-inject"}, plugins: []string{"io.micronaut.application", "micronaut-maven-plugin"}, port: 8080},
		{name: "ktor", libs: []string{"io.ktor:ktor-server-*"}, plugins: []string{"io.ktor.plugin"}, port: 8080, server: true},
		{name: "play", libs: []string{"org.playframework:play*", "com.typesafe.play:play*"}, plugins: []string{"play", "PlayScala", "PlayJava", "PlayService", "org.gradle.playframework", "org.playframework.play"}, port: 9000, server: true},
		{name: "dropwizard", libs: []string{"io.dropwizard:dropwizard-core"}, port: 8080, server: true},
		{name: "helidon", libs: []string{"io.helidon.webserver:helidon-webserver*", "io.helidon.microprofile*:*", "io.helidon.reactive.webserver:*"}, plugins: []string{"helidon-maven-plugin"}, port: 8080, server: true},
		{name: "javalin", libs: []string{"io.javalin:javalin*"}, port: 8080, server: true},
		{name: "spark", libs: []string{"com.sparkjava:spark-*"}, port: 4567, server: true},
		{name: "vertx", libs: []string{"io.vertx:vertx-web", "io.vertx:vertx-core", "io.vertx:vertx-lang-kotlin"}, plugins: []string{"vertx-maven-plugin", "io.vertx.vertx-plugin"}, port: 8080, server: true},
		{name: "http4k", libs: []string{"org.http4k:http4k-server-*", "org.http4k:http4k-core"}, port: 8000, server: true},
		{name: "http4s", libs: []string{"org.http4s:http4s-ember-server", "org.http4s:http4s-blaze-server", "org.http4s:http4s-*server"}, port: 8080, server: true},
		{name: "zio-http", libs: []string{"dev.zio:zio-http", "io.d11:zhttp"}, port: 8080, server: true},
		{name: "pekko-http", libs: []string{"org.apache.pekko:pekko-http"}, port: 8080, server: true},
		{name: "akka-http", libs: []string{"com.typesafe.akka:akka-http"}, port: 8080, server: true},
		{name: "cask", libs: []string{"com.lihaoyi:cask"}, port: 8080, server: true},
		{name: "finatra", libs: []string{"com.twitter:finatra-http-server", "com.twitter:finatra-http"}, port: 8888, server: true},
		{name: "scalatra", libs: []string{"org.scalatra:scalatra*"}, port: 8080, server: true},
		{name: "pedestal", libs: []string{"io.pedestal:pedestal.*"}, port: 8080, server: true},
		{name: "luminus", libs: []string{"luminus-http-kit:*", "luminus-jetty:*", "luminus-undertow:*", "luminus:ring-undertow-adapter"}, port: 3000, server: true},
		{name: "compojure", libs: []string{"compojure:compojure"}, plugins: []string{}, port: 3000, server: true},
		{name: "reitit", libs: []string{"metosin:reitit*"}, port: 3000, server: true},
		{name: "http-kit", libs: []string{"http-kit:http-kit"}, port: 8090, server: true},
		{name: "ring", libs: []string{"ring:ring*"}, plugins: []string{"lein-ring"}, port: 3000, server: true},
		{name: "armeria", libs: []string{"com.linecorp.armeria:armeria"}, port: 8080, server: true},
		{name: "tapir", libs: []string{"com.softwaremill.sttp.tapir:tapir-netty-server*", "com.softwaremill.sttp.tapir:tapir-jdkhttp-server"}, port: 8080, server: true},
		{name: "jooby", libs: []string{"io.jooby:jooby*"}, port: 8080, server: true},
		{name: "ratpack", libs: []string{"io.ratpack:ratpack-core"}, plugins: []string{"io.ratpack.ratpack-java", "io.ratpack.ratpack-groovy"}, port: 5050, server: true},
		{name: "blade", libs: []string{"com.hellokaton:blade-core", "com.bladejava:blade-mvc"}, port: 9000, server: true},
		{name: "undertow", libs: []string{"io.undertow:undertow-core"}, port: 8080, server: true},
		{name: "grizzly", libs: []string{"org.glassfish.jersey.containers:jersey-container-grizzly2-http", "org.glassfish.grizzly:grizzly-http-server"}, port: 8080, server: true},
		{name: "jetty", libs: []string{"org.eclipse.jetty:jetty-server", "org.eclipse.jetty:jetty-webapp", "org.eclipse.jetty:jetty-servlet"}, port: 8080, server: true},
		{name: "tomcat", libs: []string{"org.apache.tomcat.embed:tomcat-embed-core"}, port: 8080, server: true},
		{name: grpc, libs: []string{"io.grpc:*"}, port: 50051, server: true},
	}
}

const grpc = "grpc"

// servesGRPC reports whether the program makes a gRPC server: the libraries are those
// of clients too.
func (p *program) servesGRPC() bool {
	_, _, ok := p.code.any("ServerBuilder", "NettyServerBuilder", "newServerBuilderForPort")
	return ok
}

// findFramework takes the first framework that the module has.
func (p *program) findFramework() {
	for _, fw := range frameworks() {
		if pl, ok := p.plugin(fw.plugins...); ok {
			p.fw, p.fwNote = fw, pl.note
			if v := p.frameworkVersion(); v != "" && !strings.Contains(p.fwNote.Text, v) {
				p.fwNote.Text += ", " + fw.name + " " + v
			}
		} else if d, ok := p.dep(fw.libs...); ok && (fw.name != grpc || p.servesGRPC()) {
			p.fw, p.fwNote = fw, d.note
		} else {
			continue
		}
		break
	}
	if p.fw.name == "" {
		if s, line, ok := p.code.any("HttpServer"); ok && s.holds("createContext") {
			p.fw = framework{name: "jdk-http-server", port: 8000, server: true}
			p.fwNote = s.note(line, "serves with the JDK's own HttpServer")
		}
	}
	switch p.fw.name {
	case "spring-boot":
		p.fw.server = p.has("org.springframework.boot:spring-boot-starter-web", "org.springframework.boot:spring-boot-starter-webmvc", "org.springframework.boot:spring-boot-starter-webflux", "org.springframework.boot:spring-boot-starter-jersey",
			"org.springframework.boot:spring-boot-starter-tomcat", "org.springframework.boot:spring-boot-starter-jetty", "org.springframework.boot:spring-boot-starter-undertow", "org.springframework.boot:spring-boot-starter-reactor-netty", "org.springframework.boot:spring-boot-starter-graphql", "org.springframework.boot:spring-boot-starter-hateoas", "org.springframework.boot:spring-boot-starter-data-rest",
			"org.springframework.cloud:spring-cloud-starter-gateway*", "org.springframework.cloud:spring-cloud-starter-netflix-eureka-server", "org.springframework.cloud:spring-cloud-config-server", "org.springframework.cloud:spring-cloud-starter-config-server", "com.vaadin:vaadin-spring-boot-starter", "de.codecentric:spring-boot-admin-starter-server",
			"org.springframework.boot:spring-boot-starter-web-services", "org.springframework.boot:spring-boot-starter-webservices", "org.springframework.boot:spring-boot-starter-websocket", "org.springframework.boot:spring-boot-starter-oauth2-authorization-server", "com.netflix.graphql.dgs:*", "org.springdoc:springdoc-openapi-starter-web*", "org.springdoc:springdoc-openapi-ui", "com.linecorp.armeria:armeria-spring-boot*")
		if !p.fw.server {
			// A starter of somebody's own may bring a server: a controller needs one.
			_, _, p.fw.server = p.code.any("RestController", "Controller", "EnableWebMvc", "RouterFunction")
		}
	case "quarkus":
		p.fw.server = p.has("io.quarkus:quarkus-rest*", "io.quarkus:quarkus-resteasy*", "io.quarkus:quarkus-vertx-http", "io.quarkus:quarkus-reactive-routes", "io.quarkus:quarkus-undertow", "io.quarkus:quarkus-smallrye-*", "io.quarkus:quarkus-grpc", "io.quarkus:quarkus-websockets*", "io.quarkus:quarkus-micrometer-registry-prometheus", "io.quarkus:quarkus-qute-web", "io.quarkiverse*:*") || !p.has("io.quarkus:quarkus-picocli")
	case "micronaut":
		p.fw.server = !p.has("info.picocli:picocli", "io.micronaut.picocli:*") || p.has("io.micronaut:micronaut-http-server*")
	}
}

// version is a dotted number that can be compared; what is no number ends it.
type version []int

func parseVersion(s string) version {
	var v version
	for _, part := range strings.Split(s, ".") {
		n, digits := 0, 0
		for digits < len(part) && digits < 6 && part[digits] >= '0' && part[digits] <= '9' {
			n = n*10 + int(part[digits]-'0')
			digits++
		}
		if digits == 0 {
			break
		}
		v = append(v, n)
	}
	return v
}

// less compares up to the parts that both have.
func (v version) less(w ...int) bool {
	for i := range min(len(v), len(w)) {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// known reports whether there is anything to compare.
func (v version) known() bool { return len(v) > 0 }

// frameworkVersion is the version of the framework where the build says it.
func (p *program) frameworkVersion() string {
	return p.versionOf(p.fw.name)
}

func (p *program) versionOf(name string) string {
	switch name {
	case "spring-boot":
		if p.tool == maven {
			// A parent in the tree may have Boot's own as its parent.
			if v, note, ok := p.managed(func(group, artifact string) bool {
				return group == "org.springframework.boot" && (artifact == "spring-boot-starter-parent" || artifact == "spring-boot-dependencies" || artifact == "spring-boot-parent")
			}); ok {
				if p.fwNote.Path == "" || p.fw.name == name {
					p.fwNote = note
				}
				return v
			}
		}
		if pl, ok := p.plugin("spring-boot-maven-plugin", "org.springframework.boot"); ok && parseVersion(pl.version).known() {
			return pl.version
		}
	case "quarkus":
		if p.tool == maven {
			if v, _, ok := p.managed(func(group, artifact string) bool {
				return strings.HasPrefix(group, "io.quarkus") && artifact == "quarkus-bom"
			}); ok {
				return v
			}
		}
		if pl, ok := p.plugin("io.quarkus", "quarkus-maven-plugin"); ok {
			return pl.version
		}
	case "micronaut":
		if p.tool == maven {
			if v, _, ok := p.managed(func(group, artifact string) bool {
				return strings.HasPrefix(group, "io.micronaut") && (artifact == "micronaut-parent" || artifact == "micronaut-bom" || artifact == "micronaut-platform")
			}); ok {
				return v
			}
		} else {
			if v, ok := p.gradleProperty("micronautVersion"); ok {
				return v
			}
		}
	case "vertx":
		if p.tool == maven {
			if v, _, ok := p.managed(func(group, artifact string) bool {
				return group == "io.vertx" && (artifact == "vertx-dependencies" || artifact == "vertx-stack-depchain")
			}); ok {
				return v
			}
		}
	case "helidon":
		if p.tool == maven {
			if v, _, ok := p.managed(func(group, _ string) bool { return group == "io.helidon.applications" || group == "io.helidon" }); ok {
				return v
			}
		}
	case "play":
		if pl, ok := p.plugin("play"); ok {
			return pl.version
		}
	}
	for _, fw := range frameworks() {
		if fw.name == name {
			if d, ok := p.dep(fw.libs...); ok {
				return d.version
			}
		}
	}
	return ""
}

func (p *program) gradleProperty(name string) (string, bool) {
	if p.gradle == nil {
		return "", false
	}
	return p.gradle.name(name, 0)
}

// mainChoice is the class that is started.
type mainChoice struct {
	class string
	note  detect.Note
	boot  bool // it starts Spring
}

// findMain chooses the class that is started: the one that the build names, if its
// source is there, else the one that the sources have.
func (p *program) findMain() error {
	mains := p.code.mains
	if asked := p.dir.Choices().Main; asked.IsSet() {
		want := asked.V.String()
		for _, m := range mains {
			if m.class == want || strings.HasSuffix(m.class, "."+want) {
				p.start = mainChoice{m.class, m.src.note(m.line, "has a main method"), m.boot}
				return nil
			}
		}
		if p.main.V == want || p.tool == lein || p.tool == deps {
			p.start = mainChoice{class: want, note: p.note(0, "asked for")}
			return nil
		}
		names := make([]string, 0, len(mains))
		for _, m := range mains {
			names = append(names, m.class)
		}
		return detect.NotService("no class %q with a main method: candidates are %s", want, strings.Join(names, ", "))
	}
	if p.main.IsSet() {
		class := strings.ReplaceAll(p.main.V, "/", ".")
		for _, m := range mains {
			if m.class == class {
				p.start = mainChoice{class, p.main.Why[0], m.boot}
				return nil
			}
		}
		// The class may be a library's: io.ktor.server.netty.EngineMain.
		if len(mains) == 0 || !p.ownPackage(class) || p.manifest {
			p.start = mainChoice{class: class, note: p.main.Why[0]}
			p.withoutLauncher()
			return nil
		}
		p.notes = append(p.notes, detect.Note{Path: p.main.Why[0].Path, Line: p.main.Why[0].Line, Text: "names the main class " + class + ", which is not in the sources"})
	}
	if best := p.bestMain(mains); best != nil {
		p.start = mainChoice{best.class, best.src.note(best.line, "has the main method"), best.boot}
	}
	p.findLauncher()
	return nil
}

// ownPackage reports whether a class would be one of the project's own.
func (p *program) ownPackage(class string) bool {
	group := strings.Split(class, ".")
	for _, f := range p.code.files {
		own := strings.Split(f.pkg, ".")
		if len(own) > 1 && len(group) > 1 && own[0] == group[0] && own[1] == group[1] {
			return true
		}
	}
	return false
}

// bestMain prefers the class that starts Spring, then the shallowest package, then
// names that servers have.
func (p *program) bestMain(mains []mainClass) *mainClass {
	var best *mainClass
	rank := func(m *mainClass) int {
		r := -strings.Count(m.class, ".")
		simple := m.class[strings.LastIndexByte(m.class, '.')+1:]
		if m.boot {
			r += 100
		}
		for _, word := range []string{"Application", "Main", "App", "Server", "Launcher"} {
			if strings.HasPrefix(simple, word) || strings.HasSuffix(strings.TrimSuffix(simple, "Kt"), word) {
				r += 10
				break
			}
		}
		for _, word := range []string{"Generator", "Migrat", "Tool", "Demo", "Example", "Test", "Bench", "Seed"} {
			if strings.Contains(simple, word) {
				r -= 20
			}
		}
		return r
	}
	for i := range mains {
		if best == nil || rank(&mains[i]) > rank(best) {
			best = &mains[i]
		}
	}
	return best
}
