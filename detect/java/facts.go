package java

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Facts are what the Dockerfile's template needs to know of a program for the
// virtual machine.
type Facts struct {
	Tool string // maven, gradle, sbt, lein, clojure
	Form string // what the build makes: see form

	// Fetch downloads the libraries; Mounts are the files that it reads, bound.
	Fetch   safe.Argv
	Reactor bool // several modules are built, which Fetch has to leave out
	Mounts  []safe.RelPath
	Caches  []Cache

	// Archive is the file that the build makes, as its only one: the Glob is a
	// pattern of file names in Folder, a constant or made of a checked name.
	Archive safe.RelPath
	In      safe.RelPath // the folder of Glob, or the one that is taken whole
	Glob    string
	Ext     string // ".jar" or ".war"

	Launcher safe.Version // of sbt's own starter
	Conf     safe.RelPath // a folder of configuration that the classpath needs
	Sources  []safe.RelPath
	Files    []safe.RelPath // that the program reads while it runs, beside it
	Secrets  []detect.BuildSecret
	Logs     []LogFolder  // that the program writes to
	Vendor   safe.RelPath // of the program in the final image's server, relative to /
	Migrate  *Migrate     // what applies the migrations apart from the program; nil: nothing
}

// BuildsFront says that the template lays the output of a front end into the sources.
func (*Facts) BuildsFront() bool { return true }

// LogFolder is a folder of the final image, with the one that it lies in: both relative to /.
type LogFolder struct{ Dir, In safe.RelPath }

// Cache is a cache of the build tool.
type Cache struct{ ID, Target string }

// build decides the commands of the build and of the start.
func (p *program) build(s *detect.Service) error {
	l := &p.layout
	f := &Facts{Tool: p.tool, Form: string(l.form), Ext: ".jar", Migrate: p.migrate}
	if strings.HasSuffix(l.artifact, ".war") {
		f.Ext = ".war"
	}
	if err := p.artifact(f); err != nil {
		return err
	}
	argv, fetch := p.commands(s, f)
	build, err := safe.NewArgv(argv...)
	if err != nil {
		return p.dir.Errorf(p.file, 0, "%w", err)
	}
	s.Build = detect.Found(build, p.note(0, "is built with %s", p.tool))
	if f.Fetch, err = safe.NewArgv(fetch...); err != nil {
		return p.dir.Errorf(p.file, 0, "%w", err)
	}
	p.mounts(f)
	if err := p.command(s, f); err != nil {
		return err
	}
	f.Logs = p.logFolders(s)
	p.privateRepositories(s, f)
	p.context(s, f)
	s.Facts = f
	return nil
}

// artifact checks the names of what the build makes.
func (p *program) artifact(f *Facts) error {
	l := &p.layout
	rel := func(s string) (safe.RelPath, error) {
		r, err := safe.NewRelPath(s)
		if err == nil && !r.Plain() {
			return r, p.dir.Errorf(p.file, 0, "the path %q can't be named in a Dockerfile's command", s)
		}
		return r, err
	}
	var err error
	switch {
	case strings.Contains(l.artifact, "*"):
		dir, base := path.Split(l.artifact)
		if base, err = globName(base); err != nil {
			return p.dir.Errorf(p.file, 0, "%w", err)
		}
		if rest, ok := strings.CutSuffix(path.Clean(dir), "/scala-*"); ok {
			dir, base = rest, "scala-*/"+base
		}
		f.Glob = base
		f.In, err = rel(path.Clean(dir))
	case l.artifact != "":
		f.Archive, err = rel(l.artifact)
	}
	if err != nil {
		return err
	}
	if l.folder != "" && l.form != formRunner {
		folder := l.folder
		if before, after, ok := strings.Cut(folder, "/*/"); ok {
			folder, f.Glob = before, "*/"+after
		}
		f.In, err = rel(folder)
	} else if l.form == formRunner {
		f.In, err = rel(l.folder)
	}
	if err == nil && l.conf {
		f.Conf, err = rel(path.Join(path.Dir(l.folder), "conf"))
	}
	return err
}

// globName lets nothing but letters and * into a pattern.
func globName(s string) (string, error) {
	if _, err := safe.NewRelPath(strings.ReplaceAll(s, "*", "x")); err != nil || !safe.RelPathOf(strings.ReplaceAll(s, "*", "x")).Plain() {
		return "", fmt.Errorf("the file name %q can't stand in a command", s)
	}
	return s, nil
}

// commands are the build's and the one that fetches the libraries before it.
func (p *program) commands(s *detect.Service, f *Facts) (build, fetch []string) {
	tasks := p.layout.tasks
	switch p.tool {
	case maven:
		s.BuildOn = "maven"
		f.Caches = []Cache{{"m2", "/root/.m2/repository"}}
		build = p.mavenCommand(append(p.mavenFlags(s), tasks...)...)
		// It resolves more than the build does: tests, reports, every plug-in.
		fetch = p.mavenCommand("--fail-never", "dependency:go-offline")
		if i := slices.Index(fetch, "-pl"); i >= 0 {
			fetch = slices.Delete(fetch, i, i+3) // every module's, so that edits of one cost nothing
			fetch[len(fetch)-1], f.Reactor = goOffline, true
		}
	case gradle:
		s.BuildOn = "jdk"
		f.Caches = []Cache{{"gradle", "/root/.gradle"}}
		if !p.gradle.runnable {
			s.BuildOn = p.gradleImage()
			f.Caches = []Cache{{"gradle", "/home/gradle/.gradle"}}
			why := p.note(0, "no wrapper is here: the image's Gradle builds it; gradle wrapper pins the version")
			if p.gradle.wrapper != "" {
				why = detect.Note{Path: p.gradle.toolFrom.Path, Line: p.gradle.toolFrom.Line, Text: "the wrapper can't run: gradlew or gradle/wrapper/gradle-wrapper.jar is missing, so the image's Gradle builds it"}
			}
			s.Notes = append(s.Notes, why)
		}
		build = p.gradleCommand(tasks[0])
		if pl, ok := p.plugin("com.gorylenko.gradle-git-properties"); ok {
			build = append(build, "-x", p.gradle.task("generateGitProperties"))
			s.Notes = append(s.Notes, noteOf(pl, "wants the folder .git, which is not in the build context: the build leaves git.properties out"))
		}
		if p.hasPlugin("org.springframework.boot") && p.gradleProfile() {
			build = append(build, "-Pprod")
		}
		fetch = p.gradleCommand("dependencies")
	case sbt:
		s.BuildOn = "maven"
		f.Caches = []Cache{{"m2", "/root/.m2/repository"}, {"sbt", "/root/.sbt"}, {"coursier", "/root/.cache/coursier"}, {"ivy", "/root/.ivy2"}}
		version := p.sbt.version
		if !parseVersion(version).known() {
			version = "1.11.7"
			s.Notes = append(s.Notes, p.note(0, "project/build.properties names no version of sbt: %s is taken", version))
		}
		f.Launcher, _ = safe.NewVersion(version)
		// sbt's own start script gives the compiler this stack too.
		build = []string{"java", "-Xss4m", "-jar", "/sbt-launch.jar"}
		fetch = append(slices.Clone(build), "update")
		build = append(build, tasks...)
	case lein:
		s.BuildOn = "lein"
		f.Caches = []Cache{{"m2", "/root/.m2/repository"}}
		build = append([]string{"lein"}, tasks...)
		fetch = []string{"lein", "deps"}
	default:
		s.BuildOn = "clojure"
		f.Caches = []Cache{{"m2", "/root/.m2/repository"}, {"gitlibs", "/root/.gitlibs"}}
		fetch = []string{"clojure", "-P"}
		build = append([]string{"clojure"}, tasks...)
		if p.layout.form == formSource {
			build = []string{"clojure", "-M", "-e", collectClojure}
		}
	}
	return build, fetch
}

// goOffline fetches what a reactor needs from outside. The version that Maven up to 3.8
// takes by itself looks for the reactor's own modules in repositories, and fails
// (https://issues.apache.org/jira/browse/MDEP-204).
const goOffline = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:go-offline"

// collectClojure copies the jars of the classpath: where nothing packages a program,
// its sources run beside them.
const collectClojure = `(doseq [f (re-seq #"[^:]+jar" (System/getProperty "java.class.path"))] (.waitFor (.exec (Runtime/getRuntime) (into-array ["cp" f "/out/lib"]))))`

// mavenFlags turn off what would fail without the folder .git.
func (p *program) mavenFlags(s *detect.Service) []string {
	var out []string
	if pl, ok := p.plugin("git-commit-id-maven-plugin", "git-commit-id-plugin"); ok && pl.value("configuration", "failOnNoGitDirectory") != "false" {
		out = append(out, "-Dmaven.gitcommitid.skip=true")
		s.Notes = append(s.Notes, noteOf(pl, "%s wants the folder .git, which is not in the build context: the build leaves it out", pl.id))
	}
	return out
}

// gradleImage is the catalogue's image of Gradle for a build without a wrapper.
func (p *program) gradleImage() string {
	v := parseVersion(p.gradle.wrapper)
	boot := parseVersion(p.versionOf("spring-boot"))
	java := 0
	if p.release.IsSet() {
		java = number(p.release.V)
	}
	switch {
	case v.known() && v.less(7), !v.known() && boot.known() && boot.less(2, 2):
		return "gradle6"
	case v.known() && v.less(8), !v.known() && boot.known() && boot.less(2, 7):
		return "gradle7"
	case v.known() && v.less(9), !v.known() && (boot.known() && boot.less(3, 5) || java > 0 && java < 17):
		return "gradle8"
	}
	return "gradle9"
}

// gradleProfile reports JHipster's property that makes a build for production.
func (p *program) gradleProfile() bool {
	return p.top.Has("gradle/profile_prod.gradle") || p.top.Has("buildSrc/src/main/groovy/jhipster.code-quality-conventions.gradle") || p.top.Has("gradle/profile_dev.gradle")
}

// mounts binds the files that the fetching reads. A build that can't be read by
// its files alone, or that has too many of them, gets no step of its own.
func (p *program) mounts(f *Facts) {
	var out []safe.RelPath
	for _, in := range p.inputs {
		r, err := safe.NewRelPath(in)
		if err != nil || !r.Plain() {
			out = nil
			break
		}
		out = append(out, r)
	}
	if len(out) == 0 || len(out) > maxInputs {
		f.Fetch = safe.Argv{}
		return
	}
	f.Mounts = out
}

// command is how the program is started.
func (p *program) command(s *detect.Service, f *Facts) error {
	l := &p.layout
	argv := []string{"java"}
	for _, a := range p.jvmArgs {
		if strings.HasPrefix(a, "-") {
			argv = append(argv, a)
		}
	}
	if v := parseVersion(p.versionOf("vertx")); v.known() && v.less(4) && p.has("io.vertx:*") && p.fw.name == "vertx" {
		// Up to 3.9 it unpacks files into a folder beside the program, which is read-only.
		argv = append(argv, "-Dvertx.cacheDirBase=/tmp/vertx")
	}
	class := p.start.class
	switch l.form {
	case formTools:
		argv = append(argv, "-jar", "app.jar")
	case formLayertools, formExploded:
		argv = append(argv, l.launcher)
	case formQuarkus:
		argv = append(argv, "-jar", "quarkus-run.jar")
	case formJar:
		if p.tool == maven && !p.manifest && class != "" && p.fw.name != "spring-boot" && p.fw.name != "quarkus" {
			argv = append(argv, "-cp", "app.jar", class)
		} else {
			argv = append(argv, "-jar", "app.jar")
		}
	case formThin:
		argv = append(argv, "-cp", "app.jar:lib/*", class)
	case formLib:
		if l.conf {
			// Play keeps its configuration beside its jars, and would write a file with its number.
			argv = append(argv, "-Dplay.server.pidfile.path=/dev/null", "-cp", "conf:lib/*", class)
		} else {
			argv = append(argv, "-cp", "lib/*", class)
		}
	case formSource:
		argv = append(argv, "-cp", strings.Join(append(slices.Clone(p.lisp.paths), "lib/*"), ":"), "clojure.main", "-m", class)
	case formRunner:
		argv = append(argv, "-jar", "runner.jar", "app.war")
	case formWar:
		s.RunOn = l.server
		argv = append(argv, "-cp", "/usr/local/tomcat/bin/bootstrap.jar:/usr/local/tomcat/bin/tomcat-juli.jar", "-Dcatalina.home=/usr/local/tomcat", "-Djava.io.tmpdir=/tmp", "org.apache.catalina.startup.Bootstrap", "start")
		if l.note.Text != "" {
			s.Notes = append(s.Notes, detect.Note{Path: l.note.Path, Line: l.note.Line, Text: "served by " + l.server + ", whose servlet API it is written for"})
		} else {
			s.Notes = append(s.Notes, p.note(0, "a web archive, served by %s", l.server))
		}
		p.enterprise(s)
	}
	argv = append(argv, l.args...)
	start, err := safe.NewArgv(argv...)
	if err != nil {
		return p.dir.Errorf(p.file, 0, "%w", err)
	}
	why := p.start.note
	if why.Text == "" {
		why = p.note(0, "is packaged so")
	}
	s.Start = detect.Found(start, why)
	if name := p.dropwizardFile(); name != "" {
		at := path.Join(p.path, name)
		if r, err := safe.NewRelPath(at); err == nil {
			f.Files = append(f.Files, r)
			s.Context.Keep = append(s.Context.Keep, r)
		}
	}
	if l.form == formSource {
		for _, dir := range p.lisp.paths {
			r, err := safe.NewRelPath(dir)
			if err != nil || !p.dir.HasDir(dir) {
				continue
			}
			if !r.Plain() {
				return p.dir.Errorf(p.file, 0, "the path %q can't be named in a Dockerfile's command", dir)
			}
			f.Sources = append(f.Sources, r)
		}
	}
	return nil
}

// privateRepositories mounts the login where the project shows that one is wanted.
func (p *program) privateRepositories(s *detect.Service, f *Facts) {
	if len(p.secrets) == 0 {
		return
	}
	secret := detect.BuildSecret{Why: p.secrets[0]}
	switch p.tool {
	case maven:
		secret.ID, _ = safe.NewName("maven-settings")
		secret.Target = safe.LabelOf("/root/.m2/settings.xml")
	case gradle:
		secret.ID, _ = safe.NewName("gradle-properties")
		secret.Target = safe.LabelOf(f.Caches[0].Target + "/gradle.properties")
	default:
		return
	}
	f.Secrets = []detect.BuildSecret{secret}
	s.Secrets = append(s.Secrets, secret)
}

// context is what the build reads of the folder, and what it does not.
func (p *program) context(s *detect.Service, f *Facts) {
	ignore := map[string][]string{
		maven:  {"**/target"},
		gradle: {"**/build", "**/.kotlin", "**/out"},
		sbt:    {"**/target", "**/.bsp", "**/.metals", "**/.bloop"},
		lein:   {"target", "**/.lein-*", "**/.nrepl-port"},
		deps:   {"target", "**/.cpcache", "**/.nrepl-port", "**/.clj-kondo", "**/.lsp"},
	}
	for _, pattern := range append(ignore[p.tool], "**/.classpath", "**/.project", "**/.settings", "**/*.iml", "**/hs_err_pid*") {
		if pattern == "**/build" && p.sourcesBelow("build") || pattern == "**/out" && p.sourcesBelow("out") {
			continue
		}
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(pattern))
	}
	for _, in := range p.inputs {
		if r, err := safe.NewRelPath(in); err == nil {
			s.Context.Keep = append(s.Context.Keep, r)
		}
	}
	if f.Migrate != nil {
		for _, m := range f.Migrate.Folders {
			s.Context.Keep = append(s.Context.Keep, m.From)
		}
	}
	slices.SortFunc(s.Context.Keep, func(a, b safe.RelPath) int { return strings.Compare(a.String(), b.String()) })
	s.Context.Keep = slices.Compact(s.Context.Keep)
}

// sourcesBelow reports whether a folder of that name holds sources: a package may be called so.
func (p *program) sourcesBelow(name string) bool {
	for _, f := range p.code.files {
		if slices.Contains(strings.Split(path.Dir(path.Join(f.dir.Path(), f.name)), "/"), name) {
			return true
		}
	}
	return false
}
