package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// sbtBuild is what is particular to a build with sbt.
type sbtBuild struct {
	version string // of sbt
	from    detect.Note
	project string // of the build that runs, "" for the one at its root
	enabled []string
}

// readSbt describes the build in d: of its projects the one that is packaged as a program.
func readSbt(d *detect.Dir) (*module, error) {
	data, err := d.Read("build.sbt")
	if err != nil {
		return nil, err
	}
	m := &module{tool: sbt, dir: d, top: d, file: "build.sbt", path: ".", packaging: "jar", sbt: &sbtBuild{}}
	for _, e := range readProperties(d, "project/build.properties") {
		if e.key == "sbt.version" {
			m.sbt.version, m.sbt.from = e.value, d.Note("project/build.properties", e.line, "sbt %s", e.value)
		}
	}
	statements := sbtStatements(script.Lex(data, script.Scala))
	m.sbtProject(statements)
	for _, s := range statements {
		if s.project == "" || s.project == m.sbt.project || m.sbt.project == "" {
			m.sbtSettings(s.toks)
		}
		m.sbtLibraries("build.sbt", s.toks)
	}
	sub := d.Sub("project")
	for _, name := range sub.Names("*.scala", "*.sbt") {
		data, err := sub.Read(name)
		if err != nil {
			continue
		}
		toks := script.Lex(data, script.Scala)
		if strings.HasSuffix(name, ".sbt") {
			m.sbtPlugins("project/"+name, toks)
		} else {
			m.sbtLibraries("project/"+name, toks)
		}
	}
	for _, e := range m.sbt.enabled {
		if !m.hasPlugin(e) {
			m.plugins = append(m.plugins, plugin{id: e, note: m.note(0, "enables %s", e)})
		}
	}
	m.sources = append(m.sources, path.Join(m.path, "src/main"), path.Join(m.path, "app"))
	for _, in := range []string{"build.sbt", "project/build.properties"} {
		if d.Has(in) {
			m.inputs = append(m.inputs, in)
		}
	}
	for _, name := range sub.Names("*.sbt", "*.scala") {
		m.inputs = append(m.inputs, "project/"+name)
	}
	m.dir = d.Sub(m.path)
	m.file = relative(m.dir.Path(), path.Join(d.Path(), "build.sbt"))
	m.sources = []string{"src/main", "app"}
	for _, at := range sbtSiblings(statements, m.sbt.project) {
		m.sources = append(m.sources, path.Join(relative(m.dir.Path(), d.Sub(at).Path()), "src/main"))
	}
	return m, nil
}

// sbtSiblings are the folders of the projects of the same build that one is made with:
// dependsOn(core, api % "compile->test").
func sbtSiblings(statements []sbtStatement, project string) (out []string) {
	seen := map[string]bool{project: true}
	for queue := []string{project}; len(queue) > 0 && len(seen) < 60; queue = queue[1:] {
		for _, s := range statements {
			if s.project != queue[0] || s.project == "" {
				continue
			}
			for i, t := range s.toks {
				if !t.Is("dependsOn") || i+1 >= len(s.toks) || !s.toks[i+1].Is("(") {
					continue
				}
				for _, u := range s.toks[i+2:] {
					if u.Is(")") {
						break
					}
					for _, other := range statements {
						if u.Kind == script.Ident && other.project == u.Text && !seen[u.Text] && !strings.HasPrefix(other.at, "..") && !path.IsAbs(other.at) {
							seen[u.Text] = true
							queue, out = append(queue, u.Text), append(out, other.at)
						}
					}
				}
			}
		}
	}
	return out
}

// sbtStatement is one statement at the top of a build.sbt.
type sbtStatement struct {
	project string // that it defines; "" for a setting of the root
	at      string // its folder
	toks    []script.Token
}

// sbtStatements splits a file where a line begins outside of brackets, and with no dot.
func sbtStatements(toks []script.Token) []sbtStatement {
	var out []sbtStatement
	var cur []script.Token
	depth := 0
	flush := func() {
		if len(cur) > 0 {
			out = append(out, newStatement(cur))
		}
		cur = nil
	}
	for i, t := range toks {
		switch {
		case t.Is("("), t.Is("["), t.Is("{"):
			depth++
		case t.Is(")"), t.Is("]"), t.Is("}"):
			depth--
		case t.Kind == script.Newline && depth <= 0:
			if i+1 < len(toks) && !toks[i+1].Is(".") && !toks[i+1].Is("%") && !continues(cur) {
				flush()
			}
			continue
		case t.Kind == script.Newline || t.Kind == script.End:
			continue
		}
		cur = append(cur, t)
	}
	flush()
	return out
}

// continues reports whether a line that ends so goes on below.
func continues(toks []script.Token) bool {
	if len(toks) == 0 {
		return false
	}
	t := toks[len(toks)-1]
	return t.Kind == script.Punct && slices.Contains([]string{"=", ":=", "+=", "++=", "%", "%%", "%%%", ",", "."}, t.Text)
}

func newStatement(toks []script.Token) sbtStatement {
	s := sbtStatement{toks: toks}
	for i, t := range toks {
		if i > 2 || !t.Is("val") {
			continue
		}
		if i+2 >= len(toks) {
			break
		}
		name := toks[i+1].Text
		for _, u := range toks[i+2 : min(len(toks), i+8)] {
			if u.Is("project") || u.Is("Project") || u.Is("play") {
				s.project, s.at = name, name
			}
		}
	}
	if s.project != "" {
		for i, t := range toks {
			if t.Is("file") && i+2 < len(toks) && toks[i+1].Is("(") && toks[i+2].Kind == script.String {
				s.at = path.Clean(toks[i+2].Text)
				break
			}
		}
	}
	return s
}

// packagers are plug-ins that make a program of a project.
var packagers = []string{"PlayScala", "PlayJava", "PlayService", "PlayMinimalJava", "JavaAppPackaging", "JavaServerAppPackaging", "DockerPlugin", "AssemblyPlugin"}

// sbtProject chooses the project that runs: one that is packaged, the root first.
func (m *module) sbtProject(statements []sbtStatement) {
	best := -1
	for _, s := range statements {
		enabled := s.enabled()
		rank := 0
		for _, e := range enabled {
			if slices.Contains(packagers, e) {
				rank = 2
			}
		}
		if slices.ContainsFunc(s.toks, func(t script.Token) bool { return t.Is("mainClass") || t.Is("assembly") }) {
			rank++
		}
		if s.project != "" && (rank > best || rank == best && s.at == ".") {
			best = rank
			m.sbt.project, m.path, m.sbt.enabled = s.project, s.at, enabled
		}
		if s.project == "" {
			m.sbt.enabled = append(m.sbt.enabled, enabled...)
		}
	}
	if strings.HasPrefix(m.path, "..") || path.IsAbs(m.path) || m.path == "" {
		m.path = "."
	}
}

// enabled are the plug-ins that the statement turns on.
func (s sbtStatement) enabled() []string {
	var out []string
	for i, t := range s.toks {
		if !t.Is("enablePlugins") {
			continue
		}
		for _, u := range s.toks[i+1:] {
			if u.Is(")") {
				break
			}
			if u.Kind == script.Ident {
				out = append(out, u.Text)
			}
		}
	}
	return out
}

// sbtSettings reads name := "x" and its like.
func (m *module) sbtSettings(toks []script.Token) {
	for i := 1; i+1 < len(toks); i++ {
		if !toks[i].Is(":=") {
			continue
		}
		key, value := toks[i-1].Text, toks[i+1]
		note := m.note(toks[i].Line, "%s := ...", key)
		if value.Is("Some") && i+3 < len(toks) {
			value = toks[i+3]
		}
		if value.Kind != script.String {
			continue
		}
		note.Text = key + " := " + value.Text
		switch key {
		case "name":
			if m.name == "" {
				m.name = value.Text
			}
		case "version":
			m.version = value.Text
		case "description":
			m.description = value.Text
		case "mainClass":
			m.main = detect.Found(value.Text, note)
		}
	}
	for i, t := range toks {
		if (t.Is("javacOptions") || t.Is("scalacOptions")) && !m.release.IsSet() {
			for n := i; n+2 < len(toks) && n < i+30; n++ {
				if text := toks[n].Text; toks[n].Kind == script.String && slices.Contains([]string{"--release", "-release", "-source", "-target", "--target", "-java-output-version"}, text) && javaRelease(toks[n+2].Text) != "" {
					m.release = detect.Found(javaRelease(toks[n+2].Text), m.note(toks[n].Line, "%s %s", text, toks[n+2].Text))
					break
				}
			}
		}
	}
}

// sbtLibraries reads "group" %% "name" % "version" % Test, and Play's own names.
func (m *module) sbtLibraries(file string, toks []script.Token) {
	play := map[string]string{"jdbc": "play-jdbc", "guice": "play-guice", "evolutions": "play-jdbc-evolutions", "ws": "play-ws", "ehcache": "play-ehcache", "caffeine": "play-caffeine-cache", "javaJdbc": "play-java-jdbc", "javaJpa": "play-java-jpa"}
	in := false
	for i, t := range toks {
		in = in || t.Is("libraryDependencies")
		if name := play[t.Text]; in && t.Kind == script.Ident && name != "" && i > 0 && (toks[i-1].Is("+=") || toks[i-1].Is(",") || toks[i-1].Is("(")) {
			m.deps = append(m.deps, dependency{group: "org.playframework", name: name, note: m.top.Note(file, t.Line, "depends on %s", name)})
		}
		if t.Kind != script.String || i+2 >= len(toks) || toks[i+1].Kind != script.Punct || !strings.HasPrefix(toks[i+1].Text, "%") || toks[i+2].Kind != script.String {
			continue
		}
		if i > 0 && strings.HasPrefix(toks[i-1].Text, "%") && toks[i-1].Kind == script.Punct {
			continue // the name and the version
		}
		d := dependency{group: t.Text, name: toks[i+2].Text, note: m.top.Note(file, t.Line, "depends on %s", toks[i+2].Text)}
		test := false
		for n := i + 3; n+1 < len(toks) && toks[n].Is("%"); n += 2 {
			if v := toks[n+1]; v.Kind == script.String && d.version == "" && !strings.EqualFold(v.Text, "test") {
				d.version = v.Text
			} else if strings.HasPrefix(strings.ToLower(v.Text), "test") || strings.HasPrefix(strings.ToLower(v.Text), "it,") || v.Is("Provided") || v.Text == "provided" {
				test = true
			}
		}
		if test {
			m.test = append(m.test, d)
		} else {
			m.deps = append(m.deps, d)
		}
	}
}

// sbtPlugins reads addSbtPlugin("org" % "name" % "version").
func (m *module) sbtPlugins(file string, toks []script.Token) {
	for i, t := range toks {
		if !t.Is("addSbtPlugin") || i+6 >= len(toks) {
			continue
		}
		group, name, version := toks[i+2], toks[i+4], toks[i+6]
		id := name.Text
		if id == "sbt-plugin" && (group.Text == "org.playframework" || group.Text == "com.typesafe.play") {
			id = "play"
		}
		p := plugin{id: id, note: m.top.Note(file, t.Line, "addSbtPlugin %s", name.Text)}
		if version.Kind == script.String {
			p.version = version.Text
		}
		m.plugins = append(m.plugins, p)
	}
}
