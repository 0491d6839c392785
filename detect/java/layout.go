package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// form is what the build makes, and so how the final image gets it.
type form string

const (
	formTools      form = "tools"      // Spring Boot's jar, taken apart by its own tools (3.3 and later)
	formLayertools form = "layertools" // the same by the tools of 2.4 to 3.2
	formExploded   form = "exploded"   // Spring Boot's archive, unpacked: older ones, and wars
	formQuarkus    form = "quarkus"    // Quarkus' folder of jars
	formJar        form = "jar"        // one jar with everything
	formThin       form = "thin"       // a jar, and the jars that it needs
	formLib        form = "lib"        // a folder of jars
	formWar        form = "war"        // a web archive for Tomcat
	formRunner     form = "runner"     // a web archive, and a jar that serves it
	formSource     form = "source"     // Clojure's sources beside the jars
)

// layout is what the build is asked for, and where its result is.
type layout struct {
	form  form
	tasks []string // goals, tasks or commands of the build tool
	// artifact is the archive's exact path below the context, or one with a * that
	// holds for a single file; folder is that of the jars beside it.
	artifact string
	folder   string
	args     []string // of the program, behind the main class
	launcher string   // Boot's class that starts an archive that was taken apart
	conf     bool     // sbt's stage holds a folder of configuration
	server   string   // of a war: the catalogue's Tomcat
	note     detect.Note
}

// findLayout decides what the build makes.
func (p *program) findLayout() error {
	var err error
	switch p.tool {
	case maven:
		err = p.mavenLayout()
	case gradle:
		err = p.gradleLayout()
	case sbt:
		err = p.sbtLayout()
	default:
		err = p.lispLayout()
	}
	if err != nil {
		return err
	}
	switch p.layout.form {
	case formThin, formLib:
		if p.start.class == "" {
			return detect.NotService("library: no class with a main method")
		}
	}
	switch p.fw.name {
	case "dropwizard":
		p.dropwizardArgs()
	case "vertx":
		p.verticleArgs()
	}
	return nil
}

// bootLayout is how a jar of Spring Boot is taken apart
// (https://docs.spring.io/spring-boot/reference/packaging/container-images/dockerfiles.html).
func (p *program) bootLayout(war, layered bool) (form, string) {
	v := parseVersion(p.versionOf("spring-boot"))
	launcher := "org.springframework.boot.loader."
	if !v.less(3, 2) && v.known() {
		launcher += "launch."
	}
	kind := "JarLauncher"
	if war {
		kind = "WarLauncher"
	}
	switch {
	case !v.known():
		return formJar, "" // started as it is, whatever it holds
	case war || !layered && v.less(3, 3) || v.less(2, 4):
		return formExploded, launcher + kind
	case v.less(3, 3):
		return formLayertools, launcher + kind
	}
	return formTools, ""
}

func (p *program) mavenLayout() error {
	dir := path.Join(p.path, "target")
	name, exact := p.maven.finalName()
	if !exact || name == "" || strings.ContainsAny(name, "/*") {
		name = "*"
	}
	archive := func(ext string) string { return path.Join(dir, name+ext) }
	l := &p.layout
	l.tasks = []string{"-DskipTests", "package"}
	ext := ".jar"
	if p.war {
		ext = ".war"
	}
	boot, hasBoot := p.plugin("spring-boot-maven-plugin")
	hasBoot = hasBoot && boot.value("configuration", "skip") != "true" && p.repackages(boot)
	switch {
	case p.fw.name == "quarkus":
		l.form, l.folder = formQuarkus, path.Join(dir, "quarkus-app")
		if t := p.quarkusPackage(); t == "uber-jar" {
			l.form, l.artifact = formJar, path.Join(dir, name+"-runner.jar")
		}
		return nil
	case hasBoot:
		if v := p.expanded(boot.value("configuration", "classifier")); v != "" && !strings.ContainsAny(v, "${}/*") {
			ext = "-" + v + ext
		}
		if v := p.expanded(boot.value("configuration", "finalName")); v != "" && !strings.ContainsAny(v, "${}/*") {
			name = v
		}
		l.artifact = archive(ext)
		l.form, l.launcher = p.bootLayout(p.war, boot.value("configuration", "layers", "enabled") != "false" && boot.value("configuration", "layers", "configuration") == "")
		return nil
	case p.war:
		l.artifact = archive(".war")
		p.warLayout(dir)
		return nil
	}
	if pl, ok := p.plugin("vertx-maven-plugin"); ok && p.start.class != "" && (p.vertxPackages(pl) || p.chainEndsOutside()) {
		// Its archive holds everything, and says what it starts.
		l.form, l.artifact, p.manifest = formJar, archive(".jar"), true
		return nil
	}
	if pl, ok := p.plugin("maven-shade-plugin"); ok {
		return p.fatJar(pl, "shade:shade", p.shadedName(pl, dir, name))
	}
	if pl, ok := p.plugin("maven-assembly-plugin"); ok && (pl.value("configuration", "descriptorRefs", "descriptorRef") == "jar-with-dependencies" || strings.Contains(p.assemblyRef(pl), "jar-with-dependencies")) {
		return p.fatJar(pl, "assembly:single", p.assemblyName(pl, dir, name))
	}
	if _, _, ok := p.managed(func(group, artifact string) bool {
		return group == "io.micronaut" && artifact == "micronaut-parent" || group == "io.micronaut.platform" && artifact == "micronaut-parent"
	}); ok && p.start.class != "" {
		// The parent's shade plug-in puts everything into the jar; the main class is said anyway.
		l.form, l.artifact = formJar, archive(".jar")
		return nil
	}
	if p.start.class == "" || !p.main.IsSet() && !p.fw.server && !p.runs() {
		return detect.NotService("library: its build names no main class, and it serves nothing")
	}
	l.form, l.artifact = formThin, archive(".jar")
	if len(p.deps) == 0 && !p.chainEndsOutside() {
		l.form = formJar
		return nil
	}
	l.folder = path.Join(dir, "lib")
	l.tasks = append(l.tasks, "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=target/lib")
	return nil
}

// runs reports whether something but a main method says that the module is a program.
func (p *program) runs() bool { return p.kind() != detect.CLI }

// repackages reports whether Boot's plug-in makes the archive: by its own
// execution, or by the parent's, which only Boot's own has.
func (p *program) repackages(boot plugin) bool {
	for _, c := range boot.config {
		for _, e := range c.All("executions") {
			for _, g := range e.All("goals") {
				if g.Text == "repackage" {
					return true
				}
			}
		}
	}
	_, _, ok := p.managed(func(_, artifact string) bool { return artifact == "spring-boot-starter-parent" })
	external := len(p.parents) > 0 || p.chainEndsOutside()
	return ok || external
}

// chainEndsOutside reports whether the last parent in the tree has one that is not.
func (p *program) chainEndsOutside() bool {
	chain := p.maven.chain()
	return chain[len(chain)-1].root.At("parent") != nil
}

func (p *program) quarkusPackage() string {
	for _, key := range []string{"quarkus.package.jar.type", "quarkus.package.type"} {
		if v, ok := p.config.get(key); ok {
			return p.config.plain(v.value)
		}
		if p.maven != nil {
			if v := p.maven.get(key); v != "" {
				return v
			}
		}
	}
	return ""
}

// fatJar is a jar with everything, whose manifest names the main class; where it
// does not, the class is said.
func (p *program) fatJar(pl plugin, goal, artifact string) error {
	if p.start.class == "" {
		return detect.NotService("library: a jar with everything, but no main class")
	}
	p.layout.form, p.layout.artifact = formJar, artifact
	bound := slices.ContainsFunc(pl.config, func(c *manifest.Element) bool { return len(c.All("executions")) > 0 })
	if !bound {
		p.layout.tasks = append(p.layout.tasks, goal)
		p.notes = append(p.notes, detect.Note{Path: pl.note.Path, Line: pl.note.Line, Text: pl.id + " is bound to no phase: the build calls " + goal + " itself"})
	}
	return nil
}

func (p *program) shadedName(pl plugin, dir, name string) string {
	text := func(key string) string {
		for _, c := range pl.config {
			if e := c.Find(key); e != nil {
				return p.expanded(e.Text)
			}
		}
		return ""
	}
	usable := func(s string) bool { return s != "" && !strings.ContainsAny(s, "${}*") }
	if f := strings.TrimPrefix(text("outputFile"), "target/"); usable(f) && !strings.Contains(f, "..") && !path.IsAbs(f) {
		return path.Join(dir, f)
	}
	if f := text("finalName"); usable(f) {
		return path.Join(dir, f+".jar")
	}
	if text("shadedArtifactAttached") == "true" {
		classifier := text("shadedClassifierName")
		if !usable(classifier) {
			classifier = "shaded"
		}
		name += "-" + classifier
	}
	return path.Join(dir, name+".jar")
}

func (p *program) assemblyRef(pl plugin) string {
	for _, c := range pl.config {
		if e := c.Find("descriptorRef"); e != nil {
			return e.Text
		}
	}
	return ""
}

func (p *program) assemblyName(pl plugin, dir, name string) string {
	suffix := "-jar-with-dependencies"
	for _, c := range pl.config {
		if e := c.Find("finalName"); e != nil {
			if v := p.expanded(e.Text); v != "" && !strings.ContainsAny(v, "${}/*") {
				name = v
			}
		}
		if e := c.Find("appendAssemblyId"); e != nil && e.Text == "false" {
			suffix = ""
		}
	}
	return path.Join(dir, name+suffix+".jar")
}

// dropwizardArgs are the command and the file that a Dropwizard program is started with.
func (p *program) dropwizardArgs() {
	name := p.dir.First("config.yml", "config.yaml", "configuration.yml", "conf/config.yml", "config/config.yml", "example.yml", p.name+".yml", "src/main/resources/config.yml")
	p.layout.args = []string{"server"}
	if name != "" {
		p.layout.args = append(p.layout.args, path.Base(name))
	}
}
