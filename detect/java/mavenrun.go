package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// mavenRelease finds the release of Java that the compiler is told, the most
// explicit place first.
func (m *module) mavenRelease() {
	if p, ok := m.plugin("maven-compiler-plugin"); ok {
		for _, name := range []string{"release", "target", "source"} {
			for _, c := range p.config {
				e := c.At("configuration", name)
				if e == nil {
					continue
				}
				if v, ok := m.maven.expand(e.Text); ok && javaRelease(v) != "" {
					m.release = detect.Found(javaRelease(v), m.note(e.Line, "maven-compiler-plugin: <%s>%s", name, v))
					return
				}
			}
		}
	}
	for _, name := range []string{"maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source", "jdk.version", "release.version", "javaVersion", "kotlin.compiler.jvmTarget"} {
		if v, note, ok := m.maven.property(name); ok {
			if v, ok = m.maven.expand(v); ok && javaRelease(v) != "" {
				m.release = detect.Found(javaRelease(v), note)
				return
			}
		}
	}
	if p, ok := m.plugin("kotlin-maven-plugin"); ok {
		if v := m.expanded(p.value("configuration", "jvmTarget")); javaRelease(v) != "" {
			m.release = detect.Found(javaRelease(v), p.note)
		}
	}
}

// javaRelease is the number of the line: "1.8" is 8, "17.0.2" is 17; "" for what is none.
func javaRelease(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "1.")
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 || n > 2 || n < len(s) && s[n] != '.' && s[n] != '+' && s[n] != 'u' && s[n] != '-' {
		return ""
	}
	return s[:n]
}

// mavenMain finds the class that the build starts, strongest statement first.
func (m *module) mavenMain() {
	for _, p := range m.plugins {
		for _, c := range p.config {
			var e *manifest.Element
			switch p.id {
			case "maven-jar-plugin", "maven-shade-plugin", "maven-assembly-plugin":
				if e = c.Find("mainClass"); e == nil {
					e = c.Find("Main-Class")
				}
			case "spring-boot-maven-plugin", "exec-maven-plugin", "jib-maven-plugin", "appassembler-maven-plugin", "onejar-maven-plugin", "kotlin-maven-plugin", "scala-maven-plugin", "launch4j-maven-plugin":
				e = c.Find("mainClass")
			}
			if e == nil {
				continue
			}
			if v, ok := m.maven.expand(e.Text); ok && v != "" {
				inJar := slices.Contains([]string{"maven-jar-plugin", "maven-shade-plugin", "maven-assembly-plugin"}, p.id)
				if !m.main.IsSet() || inJar && !m.manifest {
					m.main = detect.Found(v, m.note(e.Line, "%s: <mainClass>%s", p.id, v))
					m.manifest = inJar
				}
			}
		}
	}
	if m.main.IsSet() {
		return
	}
	for _, name := range []string{"exec.mainClass", "mainClass", "main.class", "start-class", "mainclass"} {
		if v, note, ok := m.maven.property(name); ok {
			if v, ok = m.maven.expand(v); ok && v != "" {
				m.main = detect.Found(v, note)
				return
			}
		}
	}
	// Helidon's parent of MicroProfile programs starts a class of Helidon's own
	// (https://helidon.io/docs/v4/mp/introduction).
	if v, note, ok := m.managed(func(group, name string) bool { return group == "io.helidon.applications" && name == "helidon-mp" }); ok {
		class := "io.helidon.Main"
		if parsed := parseVersion(v); parsed.known() && parsed.less(4) {
			class = "io.helidon.microprofile.cdi.Main"
		}
		m.main = detect.Found(class, note)
		m.manifest = true // where the parent writes it
	}
}

// maxInputs is how many files are named one by one; beyond them, and where a name
// would need quoting, the dependencies are fetched with the sources.
const maxInputs = 40

// mavenInputs are the files that Maven reads before it compiles: the pom.xml of
// every module, and its own configuration.
func (m *module) mavenInputs() {
	seen := map[string]bool{}
	add := func(p string) {
		if !seen[p] {
			seen[p] = true
			m.inputs = append(m.inputs, p)
		}
	}
	for _, q := range m.maven.chain() {
		add(detect.Under(path.Join(q.dir.Path(), q.file), m.top.Path()))
	}
	var walk func(d *detect.Dir, at string, depth int)
	walk = func(d *detect.Dir, at string, depth int) {
		sub := d.Sub(at)
		if depth > 8 || !detect.Within(sub.Path(), m.top.Path()) || !sub.Has("pom.xml") || len(seen) > 2*maxInputs {
			return
		}
		add(detect.Under(path.Join(sub.Path(), "pom.xml"), m.top.Path()))
		if root, err := manifest.XML(sub, "pom.xml"); err == nil {
			for _, mod := range modulesOf(root) {
				walk(sub, mod, depth+1)
			}
		}
	}
	walk(m.top, ".", 0)
	for _, name := range []string{".mvn/maven.config", ".mvn/jvm.config", ".mvn/extensions.xml"} {
		if m.top.Has(name) {
			add(name)
		}
	}
	for _, dir := range []string{"lib", "libs", "repo", "repository", "local-maven-repo"} {
		// A repository in the project's own folder.
		for _, s := range m.maven.scopes() {
			for _, r := range s.e.All("repositories") {
				if url := r.Value("url"); strings.HasPrefix(url, "file:") && strings.Contains(url, dir) && m.top.HasDir(dir) {
					add(dir)
				}
			}
		}
	}
	slices.Sort(m.inputs)
}

// mavenRepositories finds repositories that want a login: the project's own
// settings.xml says so, or hosts that always do.
func (m *module) mavenRepositories() {
	for _, name := range []string{"settings.xml", ".mvn/settings.xml", ".m2/settings.xml", "ci_settings.xml", ".ci/settings.xml"} {
		if !m.top.Has(name) {
			continue
		}
		root, err := manifest.XML(m.top, name)
		if err != nil || root.Name != "settings" {
			continue
		}
		if server := root.Find("server"); server != nil {
			m.secrets = append(m.secrets, m.top.Note(name, server.Line, "has a login for the repository %s", server.Value("id")))
		}
	}
	for _, s := range m.maven.scopes() {
		for _, list := range []string{"repositories", "pluginRepositories"} {
			for _, r := range s.e.All(list) {
				if url := m.expanded(r.Value("url")); privateHost(url) {
					m.secrets = append(m.secrets, s.pom.note(r.Line, "the repository %s wants a login", r.Value("id")))
				}
			}
		}
	}
}

// privateHost reports whether everybody needs a login for a repository at that
// address: hosted registries of packages, and names that only a company's own
// network knows.
func privateHost(url string) bool {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return false
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	for _, end := range []string{"maven.pkg.github.com", ".pkg.dev", "pkgs.dev.azure.com", ".amazonaws.com", ".internal", ".local", ".corp", ".intranet", ".lan"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return strings.Contains(rest, "/api/v4/") && strings.Contains(rest, "/packages/maven")
}

// mavenCommand is the whole build, of the module that runs and those that it needs.
func (m *module) mavenCommand(goals ...string) []string {
	argv := []string{"mvn", "-B", "-ntp"}
	if !m.top.Has("pom.xml") || m.path != "." && !m.inReactor() {
		argv = append(argv, "-f", path.Join(m.path, "pom.xml"))
	} else if m.path != "." {
		argv = append(argv, "-pl", m.path, "-am")
	}
	if id, _ := m.maven.production(); id != "" {
		argv = append(argv, "-P"+id)
	}
	return append(argv, goals...)
}

func (m *module) inReactor() bool {
	root, err := manifest.XML(m.top, "pom.xml")
	return err == nil && lists(m.top, root, m.dir.Path(), 0)
}
