// Package java detects programs for the Java virtual machine, written in Java,
// Kotlin, Scala or Clojure.
//
// The flow of one inspection: the build file in a folder becomes a module, which
// is the same for every build tool (maven.go, gradle.go, sbt.go, clojure.go);
// the program's own sources are split into tokens (source.go); its configuration
// becomes keys and values (config.go). Out of these come the framework, what the
// build makes and how that is started (layout.go), the port, the health path,
// backing services and the release of Java.
package java

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Detector finds programs for the Java virtual machine.
type Detector struct{}

// Name is the detector's name.
func (Detector) Name() string { return "java" }

// Languages are those whose programs it finds.
func (Detector) Languages() []string { return []string{"java", "kotlin", "scala", "clojure"} }

// PackageManagers are the build tools.
func (Detector) PackageManagers() []string { return []string{maven, gradle, sbt, lein, deps} }

// Markers are the build files.
func (Detector) Markers() []string {
	return []string{"pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "build.sbt", "project.clj", "deps.edn"}
}

// Inspect describes the program of the build file in d.
func (Detector) Inspect(ctx context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m, err := readModule(d)
	if err != nil || m == nil {
		return nil, err
	}
	if err := m.runnable(); err != nil {
		return nil, err
	}
	code := m.readCode()
	p := &program{module: m, code: code, config: m.loadConfig(code)}
	s, err := p.service()
	if err != nil {
		return nil, err
	}
	return []*detect.Service{s}, nil
}

// readModule reads the build file of the tool that the project is built with: of
// several the one that has a wrapper, else the first of them.
func readModule(d *detect.Dir) (*module, error) {
	tools := []struct {
		name  string
		files []string
		read  func(*detect.Dir) (*module, error)
	}{
		{maven, []string{"pom.xml"}, readMaven},
		{gradle, []string{"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"}, readGradle},
		{sbt, []string{"build.sbt"}, readSbt},
		{lein, []string{"project.clj"}, readLein},
		{deps, []string{"deps.edn"}, readDeps},
	}
	var there []int
	for i, t := range tools {
		if d.First(t.files...) != "" {
			there = append(there, i)
		}
	}
	if len(there) == 0 {
		return nil, nil
	}
	pick := there[0]
	why := "the first of several build files"
	if len(there) > 1 && tools[pick].name == maven && !d.Has("mvnw") && d.Has("gradlew") && tools[there[1]].name == gradle {
		pick, why = there[1], "it has a wrapper, and the other build file has none"
	}
	if asked := d.Choices().PackageManager; asked.IsSet() {
		for _, i := range there {
			if tools[i].name == asked.V {
				pick, why = i, "asked for"
			}
		}
	}
	m, err := tools[pick].read(d)
	if err == nil && tools[pick].name == gradle && m.hasPlugin("play", "org.gradle.playframework", "org.playframework.play") && slices.Contains(there, 2) && !d.Choices().PackageManager.IsSet() {
		pick, why = 2, "a program of Play's, which it packages"
		m, err = tools[pick].read(d)
	}
	if err == nil && tools[pick].name == gradle && there[0] == 0 && !d.Choices().PackageManager.IsSet() {
		if v := parseVersion(m.gradle.wrapper); v.known() && v.less(5) {
			pick, why = 0, "the wrapper is of Gradle "+m.gradle.wrapper+", which today's Java does not run"
			m, err = tools[pick].read(d)
		}
	}
	if err == nil && len(there) > 1 {
		others := make([]string, 0, len(there))
		for _, i := range there {
			if i != pick {
				others = append(others, tools[i].name)
			}
		}
		m.notes = append(m.notes, d.Note(m.file, 0, "built with %s (%s): dockgen init --package-manager %s takes the other", m.tool, why, others[0]))
	}
	return m, err
}

// runnable reports why the module is no program, where its build file says so.
func (m *module) runnable() error {
	switch m.packaging {
	case "pom":
		if m.tool == maven {
			if len(modulesOf(m.maven.root)) > 0 {
				return detect.NotService("a parent of modules: what runs stands in them")
			}
			return detect.NotService("a parent or a list of versions (packaging pom)")
		}
	case "maven-plugin", "maven-archetype", "eclipse-plugin", "bundle", "hpi", "nbm", "aar", "apk", "atlassian-plugin", "ear", "rar", "ejb", "content-package", "jenkins-module":
		return detect.NotService("no program of its own (packaging %s)", m.packaging)
	}
	if p, ok := m.plugin("com.android.application", "com.android.library", "com.android.kotlin.multiplatform.library", "android", "com.android.dynamic-feature"); ok {
		return detect.NotService("an Android project (%s)", p.id)
	}
	if p, ok := m.plugin("java-gradle-plugin", "kotlin-dsl", "com.gradle.plugin-publish", "org.jetbrains.intellij", "org.jetbrains.intellij.platform", "net.minecraftforge.gradle", "fabric-loom", "io.papermc.paperweight.userdev"); ok {
		return detect.NotService("a plug-in of another program (%s)", p.id)
	}
	if _, ok := m.dep("org.spigotmc:spigot-api", "io.papermc.paper:paper-api", "net.md-5:bungeecord-api", "com.velocitypowered:velocity-api"); ok {
		return detect.NotService("a plug-in of another program")
	}
	if _, ok := find(m.test, []string{"org.spigotmc:spigot-api", "io.papermc.paper:paper-api"}); ok {
		return detect.NotService("a plug-in of another program")
	}
	if m.has("org.openjfx:javafx-*") || m.hasPlugin("org.openjfx.javafxplugin", "javafx-maven-plugin", "org.jetbrains.compose") {
		return detect.NotService("a desktop application: it draws on a screen")
	}
	return nil
}

// program is a module with its sources and its configuration.
type program struct {
	*module
	code   *code
	config *config

	fw      framework
	fwNote  detect.Note
	start   mainChoice
	layout  layout
	migrate *Migrate // the tool that applies the migrations; nil: none
}

// service describes the program, or says why there is none.
func (p *program) service() (*detect.Service, error) {
	p.findFramework()
	if err := p.findMain(); err != nil {
		return nil, err
	}
	if err := p.findLayout(); err != nil {
		return nil, err
	}
	if err := p.library(); err != nil {
		return nil, err
	}
	s := &detect.Service{
		Language:       p.language(),
		PackageManager: detect.Found(p.tool, p.toolNote()),
		Kind:           p.kind(),
		Graceful:       true, // the virtual machine ends on SIGTERM, as process 1 too
		Notes:          slices.Clone(p.notes),
	}
	if err := p.paths(s); err != nil {
		return nil, err
	}
	if p.fw.name != "" {
		s.Framework = detect.Found(p.fw.name, p.fwNote)
		s.NoHTTP = p.fw.name == grpc
	}
	if p.start.class != "" {
		if label, err := safe.NewLabel(p.start.class); err == nil {
			s.Main = detect.Found(label, p.start.note)
		}
	}
	version, err := p.javaVersion(s)
	if err != nil {
		return nil, err
	}
	s.Version = version
	p.listen(s)
	p.health(s)
	p.environment(s)
	p.needs(s)
	p.migrations(s)
	p.dump(s)
	p.settings(s)
	p.state(s)
	p.labels(s)
	if err := p.build(s); err != nil {
		return nil, err
	}
	p.frontend(s)
	p.leaveApart(s)
	return s, nil
}

func (p *program) paths(s *detect.Service) error {
	root, err := safe.NewRelPath(p.top.Path())
	if err != nil {
		return fmt.Errorf("the folder of the build: %w", err)
	}
	s.Root = root
	if p.name != "" && !strings.ContainsAny(p.name, "${}") {
		s.Name = safe.Slug(p.name, "app")
	}
	return nil
}

// language is that of the main sources.
func (p *program) language() string {
	if p.tool == lein || p.tool == deps {
		return "clojure"
	}
	if p.tool == sbt && p.code.count["scala"] > 0 && p.code.count["scala"] >= p.code.count["java"] {
		return "scala" // whatever starts it
	}
	if lang := p.code.language(p.start.class); lang != "" {
		return lang
	}
	if p.tool == sbt {
		return "scala"
	}
	return "java"
}

func (p *program) toolNote() detect.Note {
	if p.tool == gradle && p.gradle.wrapper != "" {
		return p.gradle.toolFrom
	}
	return p.note(0, "is the build file of %s", p.tool)
}

// kind is what the program does: what serves HTTP says so by its libraries.
func (p *program) kind() detect.Kind {
	switch {
	case p.fw.server || p.layout.form == formWar || p.layout.form == formRunner:
		return detect.Server
	case p.fw.name == "spring-boot":
		if p.has("org.springframework.kafka:spring-kafka", "org.springframework.boot:spring-boot-starter-kafka", "org.springframework.boot:spring-boot-starter-amqp", "org.springframework.amqp:*", "org.springframework.cloud:spring-cloud-stream*", "org.springframework.boot:spring-boot-starter-quartz", "org.springframework.boot:spring-boot-starter-activemq", "org.springframework.boot:spring-boot-starter-artemis") {
			return detect.Worker
		}
		if _, _, ok := p.code.any("Scheduled", "KafkaListener", "RabbitListener", "JmsListener", "SqsListener"); ok {
			return detect.Worker
		}
		return detect.Job
	}
	if p.has("org.apache.kafka:kafka-streams", "org.apache.kafka:kafka-clients", "com.rabbitmq:amqp-client", "io.nats:jnats", "net.dv8tion:JDA", "com.discord4j:discord4j-core", "org.telegram:telegrambots*", "org.apache.camel:*", "dev.kord:kord-core", "org.quartz-scheduler:quartz") {
		return detect.Worker
	}
	return detect.CLI
}
