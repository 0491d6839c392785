package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
	"dockgen/detect/manifest"
)

// warLayout is a web archive: for a runner that the build brings itself, else for Tomcat.
func (p *program) warLayout(dir string) {
	l := &p.layout
	l.form = formWar
	for _, pl := range p.plugins {
		if pl.id != "maven-dependency-plugin" {
			continue
		}
		for _, c := range pl.config {
			runner, file := runnerOf(c)
			if runner == "" {
				continue
			}
			out := p.expanded(textOf(c, "outputDirectory"))
			if out == "" {
				out = "target/dependency"
			}
			if strings.ContainsAny(out+file, "${}*") || path.IsAbs(out) || strings.HasPrefix(out, "..") {
				continue
			}
			l.form, l.folder = formRunner, path.Join(p.path, out, file)
			l.note = pl.note
			l.note.Text = "the build brings " + runner + " to serve the archive"
			p.fw, p.fwNote = framework{name: runner, port: 8080, server: true}, l.note
			return
		}
	}
	p.tomcat()
}

// runnerOf finds a jar that serves a web archive among those that a plug-in copies.
func runnerOf(c *manifest.Element) (name, file string) {
	var walk func(e *manifest.Element)
	walk = func(e *manifest.Element) {
		if e.Name == "artifactItem" {
			if id := e.Value("artifactId"); (id == "jetty-runner" || id == "webapp-runner" || id == "webapp-runner-main" || id == "jetty-home-runner") && name == "" {
				name = strings.TrimSuffix(id, "-main")
				if file = e.Value("destFileName"); file == "" {
					file = name + "-*.jar"
				}
			}
		}
		for _, child := range e.Children {
			walk(child)
		}
	}
	walk(c)
	if strings.Contains(file, "*") {
		name, file = "", "" // an unknown name: Tomcat serves it as well
	}
	return name, file
}

func textOf(e *manifest.Element, name string) string {
	if f := e.Find(name); f != nil {
		return f.Text
	}
	return ""
}

// tomcat chooses the server by the servlet API that the sources are written for:
// javax until Servlet 4, jakarta.servlet 5 and 6.0 in Tomcat 10.1, 6.1 in Tomcat 11
// (https://tomcat.apache.org/whichversion.html).
func (p *program) tomcat() {
	all := append(append([]dependency{}, p.deps...), p.test...)
	p.layout.server = "tomcat9"
	if d, ok := find(all, []string{"jakarta.servlet:jakarta.servlet-api", "jakarta.platform:jakarta.jakartaee-*", "org.springframework:spring-web*"}); ok {
		v := parseVersion(d.version)
		switch d.name {
		case "jakarta.servlet-api":
			switch {
			case !v.known() || !v.less(6, 1):
				p.layout.server = "tomcat11"
			case !v.less(5):
				p.layout.server = "tomcat10"
			}
		default:
			if strings.HasPrefix(d.group, "jakarta.") {
				switch {
				case !v.known() || !v.less(11):
					p.layout.server = "tomcat11"
				case !v.less(9):
					p.layout.server = "tomcat10"
				}
			} else if v.known() && !v.less(7) {
				p.layout.server = "tomcat11"
			} else if v.known() && !v.less(6) {
				p.layout.server = "tomcat10"
			}
		}
		p.layout.note = d.note
	}
	if p.fw.name == "" || p.fw.name == "jetty" || p.fw.name == "tomcat" {
		p.fw = framework{name: "tomcat", port: 8080, server: true}
		p.fwNote = p.note(0, "makes a web archive (packaging war)")
	}
	p.fw.server, p.fw.port = true, 8080
	p.start = mainChoice{}
}

func (p *program) gradleLayout() error {
	l := &p.layout
	libs := path.Join(p.path, "build/libs")
	ext := ".jar"
	isWar := p.hasPlugin("war")
	if isWar {
		ext = ".war"
	}
	switch {
	case p.fw.name == "quarkus" && p.hasPlugin("io.quarkus"):
		l.tasks = []string{"quarkusBuild"}
		l.form, l.folder = formQuarkus, path.Join(p.path, "build/quarkus-app")
		if p.quarkusPackage() == "uber-jar" {
			l.form, l.artifact = formJar, path.Join(p.path, "build/*-runner.jar")
		}
	case p.hasPlugin("org.springframework.boot", "org.grails.grails-web", "org.apache.grails.gradle.grails-web") && !p.disabled("bootJar"):
		task := "bootJar"
		if isWar {
			task = "bootWar"
		}
		l.tasks = []string{task}
		l.artifact = path.Join(libs, p.archiveName(task, "*"+ext))
		l.form, l.launcher = p.bootLayout(isWar, !p.layersOff())
	case isWar:
		l.tasks = []string{"war"}
		l.artifact = path.Join(libs, p.archiveName("war", "*.war"))
		p.warLayout(path.Join(p.path, "build"))
	case p.hasPlugin("io.ktor.plugin") && p.start.class != "":
		// What Ktor's documentation puts into a container; only the jar with everything is made then.
		l.tasks = []string{"buildFatJar"}
		l.form, l.artifact = formJar, path.Join(libs, p.archiveName("fatJar", "*.jar"))
	case p.hasPlugin("application", "io.micronaut.application", "io.micronaut.minimal.application", "io.ratpack.ratpack-java", "io.ratpack.ratpack-groovy", "io.vertx.vertx-plugin") && p.start.class != "":
		l.tasks = []string{"installDist"}
		l.form, l.folder = formLib, path.Join(p.path, "build/install/*/lib")
	case p.hasPlugin("com.github.johnrengelman.shadow", "com.gradleup.shadow") && p.start.class != "":
		l.tasks = []string{"shadowJar"}
		l.form, l.artifact = formJar, path.Join(libs, p.archiveName("shadowJar", "*.jar"))
	case p.hasPlugin("org.gradle.playframework", "org.playframework.play", "play") && p.fw.name == "play":
		l.tasks = []string{"stage"}
		return detect.NotService("Play with Gradle's plug-in: dockgen knows Play with sbt")
	case p.start.class != "" && p.manifest:
		l.tasks = []string{"jar"}
		l.form, l.artifact = formJar, path.Join(libs, p.archiveName("jar", "*.jar"))
		if len(p.deps) > 0 && !p.bundles() {
			p.notes = append(p.notes, p.note(0, "its jar holds none of the libraries that it needs: apply Gradle's application plug-in, so that installDist collects them"))
		}
	case p.fw.server && p.start.class != "" && p.hasPlugin("java", "org.jetbrains.kotlin.jvm", "groovy", "scala"):
		return detect.NotService("nothing makes a program of it: apply Gradle's application plug-in and name the main class, which is %s", p.start.class)
	default:
		return detect.NotService("library: its build makes no program (neither a plug-in that packages one nor a main class)")
	}
	return nil
}

// disabled reports whether a task is turned off, as parents of several programs
// turn off bootJar: bootJar { enabled = false }, bootJar.enabled = false.
func (p *program) disabled(task string) bool {
	off := false
	for _, s := range p.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			name, value, ok := setting(n)
			if ok && (name == "enabled" || name == "isEnabled") && value.Name() == "false" && strings.Contains(strings.Join(at, "."), task) {
				off = true
			}
		})
		if len(s.body) > 0 {
			break // what another project's script turns off for all may be on again here
		}
	}
	return off
}

// layersOff reports whether Boot's jar is told to have no index of its layers, or
// has other layers than the usual ones.
func (p *program) layersOff() bool {
	off := false
	for _, s := range p.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			in := strings.Join(at, ".")
			if strings.Contains(in, "layered") && (n.Name() == "intoLayer" || n.Name() == "enabled" && n.Value != nil && n.Value.Name() == "false") {
				off = true
			}
		})
	}
	return off
}

// archiveName is the file that a task writes, where the build says it whole.
func (p *program) archiveName(task, otherwise string) string {
	out := otherwise
	for _, s := range p.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			in := strings.Join(at, ".")
			name, value, ok := setting(n)
			if ok && (name == "archiveFileName" || name == "archiveName") && strings.Contains(in, task) {
				if text, ok := p.gradle.text(value); ok && text != "" && !strings.ContainsAny(text, "/*$") {
					out = text
				}
			}
		})
	}
	return out
}

// bundles reports whether the jar task takes the libraries in.
func (p *program) bundles() bool {
	found := false
	for _, s := range p.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			if n.Name() == "from" && strings.Contains(strings.Join(at, "."), "jar") {
				found = true
			}
		})
	}
	return found
}

func (p *program) sbtLayout() error {
	l := &p.layout
	target := path.Join(p.path, "target")
	project := ""
	if p.sbt.project != "" {
		project = p.sbt.project + "/"
	}
	stages := p.hasPlugin("PlayScala", "PlayJava", "PlayService", "PlayMinimalJava", "JavaAppPackaging", "JavaServerAppPackaging", "DockerPlugin")
	switch {
	case stages:
		l.tasks = []string{project + "stage"}
		l.form, l.folder = formLib, path.Join(target, "universal/stage/lib")
		if p.hasPlugin("PlayScala", "PlayJava", "PlayService", "PlayMinimalJava") {
			l.conf = true
			p.start = mainChoice{class: "play.core.server.ProdServerStart", note: p.note(0, "Play's own class for production")}
		}
	case p.hasPlugin("JettyPlugin", "TomcatPlugin", "ContainerPlugin", "WarPlugin", "WebappPlugin", "ScalatraPlugin"):
		// xsbt-web-plugin's: package makes a web archive.
		l.tasks = []string{project + "package"}
		l.artifact = path.Join(target, "scala-*", "*.war")
		l.form = formWar
		p.tomcat()
	case p.start.class == "":
		return detect.NotService("library: no object that can be started")
	case p.hasPlugin("sbt-assembly"):
		l.tasks = []string{project + "assembly"}
		l.form, l.artifact = formJar, path.Join(target, "scala-*", "*-assembly-*.jar")
		if name := p.sbtText("assemblyJarName", "jarName"); name != "" {
			l.artifact = path.Join(target, "scala-*", name)
		}
	default:
		if !p.fw.server && p.kind() == detect.CLI && !p.main.IsSet() {
			return detect.NotService("library: its build makes no program")
		}
		// Nothing packages it: a task of the moment copies what its classpath names.
		l.tasks = []string{`set TaskKey[Unit]("libs") := IO.copy((` + project + `Runtime/fullClasspathAsJars).value.files pair Path.flat(file("/out/lib")))`, "libs"}
		l.form, l.folder = formLib, ""
	}
	return nil
}

// sbtText is what a setting of the build is, where that is a plain string.
func (p *program) sbtText(keys ...string) string {
	data, err := p.top.Read("build.sbt")
	if err != nil {
		return ""
	}
	toks := script.Lex(data, script.Scala)
	for i, t := range toks {
		for _, key := range keys {
			if t.Is(key) && i+2 < len(toks) && toks[i+1].Is(":=") && toks[i+2].Kind == script.String && (i == 0 || !toks[i+2].Is("s")) && !strings.ContainsAny(toks[i+2].Text, "/*$") {
				return toks[i+2].Text
			}
		}
	}
	return ""
}

func (p *program) lispLayout() error {
	l := &p.layout
	if p.start.class == "" && p.main.IsSet() {
		p.start = mainChoice{class: p.main.V, note: p.main.Why[0]}
	}
	if p.start.class == "" {
		for _, f := range p.code.lisp {
			if f.main > 0 && f.ns != "" && (p.start.class == "" || lispBefore(f.ns, p.start.class)) {
				p.start = mainChoice{class: f.ns, note: f.dir.Note(f.name, f.main, "has the function -main")}
			}
		}
	}
	handler, ring := p.plugin("ring-handler")
	if p.tool == lein {
		switch {
		case ring && p.start.class == "":
			l.tasks = []string{"ring", "uberjar"}
			p.start = mainChoice{note: handler.note}
		case p.start.class == "":
			return detect.NotService("library: project.clj names no :main")
		default:
			l.tasks = []string{"uberjar"}
		}
		l.form, l.artifact = formJar, path.Join(p.leinTarget(), "*-standalone.jar")
		if p.lisp.jar != "" && !strings.ContainsAny(p.lisp.jar, "/*%") {
			l.artifact = path.Join(p.leinTarget(), p.lisp.jar)
		}
		return nil
	}
	if p.start.class == "" {
		return detect.NotService("library: no namespace has the function -main")
	}
	if p.lisp.alias != "" && p.lisp.function != "" {
		l.tasks = []string{"-T:" + p.lisp.alias, p.lisp.function}
		l.form, l.artifact = formJar, "target/*.jar"
		return nil
	}
	l.form = formSource
	return nil
}

// lispBefore reports whether the first of two namespaces with a function -main is more
// likely the program: a server's before a tool's, then the shorter.
func lispBefore(a, b string) bool {
	rank := func(ns string) int {
		segments := strings.Split(ns, ".")
		r := 0
		for _, s := range segments {
			if slices.Contains([]string{"cli", "tool", "tools", "dev", "build", "script", "scripts", "migrate", "migrations", "seed", "user", "repl"}, s) {
				r -= 2
			}
		}
		if slices.Contains([]string{"main", "core", "server", "system", "web", "app", "service", "http"}, segments[len(segments)-1]) {
			r++
		}
		return r
	}
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra > rb
	}
	return len(a) < len(b)
}

// leinTarget is the folder of the jar: %s stands for the profile.
func (p *program) leinTarget() string {
	data, err := p.dir.Read("project.clj")
	if err != nil {
		return "target"
	}
	for _, f := range readForms(data) {
		if v, ok := f.after(":target-path"); ok && v.str {
			out := path.Clean(strings.ReplaceAll(v.text, "%s", "uberjar"))
			if !path.IsAbs(out) && !strings.HasPrefix(out, "..") && !strings.ContainsAny(out, "*%") {
				return out
			}
		}
	}
	return "target"
}
