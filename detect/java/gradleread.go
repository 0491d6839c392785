package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

func (s gradleScript) note(line int, format string, args ...any) detect.Note {
	return s.dir.Note(s.file, line, format, args...)
}

// gradleName finds the name and the version of the archive.
func (m *module) gradleName() {
	g := m.gradle
	switch {
	case g.project != ":":
		m.name = g.project[strings.LastIndexByte(g.project, ':')+1:]
	default:
		m.name = g.build.name // without one it is the folder's name, which is another in the image
	}
	m.version, _ = g.name("version", 0)
	for _, s := range g.scripts {
		for _, n := range s.body {
			if strings.Join(n.Path, ".") == "description" && n.Value != nil {
				m.description, _ = g.text(*n.Value)
			}
		}
	}
}

// pluginCall is a line of a plugins block, or apply plugin.
type pluginCall struct {
	id, version script.Node
	alias       string // libs.plugins.x
	off         bool   // apply false
	line        int
}

func pluginsOf(body []script.Node) []pluginCall {
	var out []pluginCall
	for _, n := range body {
		switch {
		case n.Name() == "plugins" && n.Nested:
			for _, c := range n.Block {
				p := pluginCall{line: c.Line}
				switch {
				case c.Name() == "id" && len(c.Args) > 0:
					p.id = c.Args[0].Value
				case c.Name() == "kotlin" && len(c.Args) > 0:
					p.id = c.Args[0].Value
					p.id.Parts = append([]script.Part{{Text: "org.jetbrains.kotlin."}}, p.id.Parts...)
				case c.Name() == "alias" && len(c.Args) > 0:
					p.alias = strings.TrimPrefix(strings.Join(c.Args[0].Value.Path, "."), "libs.plugins.")
				case len(c.Path) == 1 && !c.Called: // java, application, `java-library`, war
					p.id = script.Node{Text: true, Parts: []script.Part{{Text: c.Path[0]}}}
				default:
					continue
				}
				for _, t := range slices.Concat(c.Then, thenOf(c)) {
					switch {
					case t.Name() == "version" && len(t.Args) > 0:
						p.version = t.Args[0].Value
					case t.Name() == "apply" && len(t.Args) > 0:
						p.off = t.Args[0].Value.Name() == "false"
					}
				}
				out = append(out, p)
			}
		case n.Name() == "apply":
			for _, a := range n.Args {
				if a.Name == "plugin" {
					out = append(out, pluginCall{id: a.Value, line: n.Line})
				}
			}
		}
	}
	return out
}

// thenOf is what follows the first argument, where brackets are left away.
func thenOf(n script.Node) []script.Node {
	if len(n.Args) == 0 {
		return nil
	}
	return n.Args[len(n.Args)-1].Value.Then
}

func (m *module) gradlePlugins() {
	g := m.gradle
	for _, s := range g.scripts {
		for _, p := range pluginsOf(s.body) {
			if p.off {
				continue
			}
			var id, version string
			if p.alias != "" {
				id, version = g.build.catalog.plugin(p.alias)
			} else {
				id, _ = g.text(p.id)
				version, _ = g.text(p.version)
			}
			if id != "" && !m.hasPlugin(id) {
				m.plugins = append(m.plugins, plugin{id: id, version: version, note: s.note(p.line, "plugin %s", id)})
			}
		}
	}
	// Versions stand in the root project, in the settings, or on the build script's classpath.
	for i, p := range m.plugins {
		if p.version == "" {
			m.plugins[i].version = g.pluginVersion(p.id)
		}
	}
}

// pluginVersion finds the version of a plug-in where it is applied without one.
func (g *gradleModule) pluginVersion(id string) string {
	bodies := [][]script.Node{g.build.settings}
	if root := buildFile(g.build.top, path.Base(g.build.top.Path())); root != "" {
		if body, err := parseGradle(g.build.top, root); err == nil {
			bodies = append(bodies, body)
		}
	}
	for _, body := range bodies {
		for _, n := range body {
			nested := []script.Node{n}
			if n.Name() == "pluginManagement" {
				nested = n.Block
			}
			for _, p := range pluginsOf(nested) {
				var got, version string
				if p.alias != "" {
					got, version = g.build.catalog.plugin(p.alias)
				} else {
					got, _ = g.text(p.id)
					version, _ = g.text(p.version)
				}
				if got == id && version != "" {
					return version
				}
			}
			if n.Name() == "buildscript" {
				for _, d := range g.calls(n.Block, "classpath") {
					if d.name == "spring-boot-gradle-plugin" && id == "org.springframework.boot" {
						return d.version
					}
				}
			}
		}
	}
	return ""
}

// calls are the libraries of the calls with that name below a dependencies block.
func (g *gradleModule) calls(body []script.Node, name string) []dependency {
	var out []dependency
	for _, n := range body {
		if n.Name() != "dependencies" {
			continue
		}
		for _, c := range n.Block {
			if c.Name() == name {
				out = append(out, g.libraries(c)...)
			}
		}
	}
	return out
}

// libraries are what a call such as implementation("a:b:1") names.
func (g *gradleModule) libraries(c script.Node) []dependency {
	var out []dependency
	d := dependency{}
	for _, a := range c.Args {
		v := a.Value
		switch text, ok := g.text(v); {
		case a.Name == "group":
			d.group = text
		case a.Name == "name":
			d.name = text
		case a.Name == "version":
			d.version = text
		case a.Name != "":
		case v.Called && (v.Name() == "platform" || v.Name() == "enforcedPlatform" || v.Name() == "project" || v.Name() == "files" || v.Name() == "fileTree"):
		case v.Called && v.Name() == "kotlin" && len(v.Args) > 0:
			name, _ := g.text(v.Args[0].Value)
			out = append(out, dependency{group: "org.jetbrains.kotlin", name: "kotlin-" + name})
		case len(v.Path) > 1 && v.Path[0] == "libs":
			out = append(out, g.build.catalog.library(strings.TrimSuffix(strings.Join(v.Path[1:], "."), ".get"))...)
		case v.Text:
			if !ok { // the version is not known, the names may be
				text = ""
				for _, p := range v.Parts {
					if p.Ref != "" {
						p.Text = "?"
					}
					text += p.Text
				}
			}
			if group, name, version := coordinates(text); name != "" {
				out = append(out, dependency{group: group, name: name, version: version})
			}
		}
	}
	if d.name != "" {
		out = append(out, d)
	}
	return out
}

// running are the configurations whose libraries the program has while it runs.
var running = []string{"implementation", "api", "runtimeOnly", "compile", "runtime", "runtimeClasspath", "providedRuntime"}

func (m *module) gradleDependencies() {
	g := m.gradle
	visited := map[string]bool{g.project: true}
	for _, s := range g.scripts {
		m.addDependencies(g, s, s.body, visited)
	}
}

func (m *module) addDependencies(g *gradleModule, s gradleScript, body []script.Node, visited map[string]bool) {
	for _, n := range body {
		if n.Name() != "dependencies" {
			continue
		}
		for _, c := range branches(n.Block, 0) {
			list := &m.test
			if slices.Contains(running, c.Name()) {
				list = &m.deps
			}
			for _, d := range g.libraries(c) {
				if d.note.Path == "" {
					d.note = s.note(c.Line, "depends on %s", d.name)
				}
				if d.name == "spring-boot-docker-compose" || d.name == "spring-boot-devtools" {
					m.test = append(m.test, d)
				} else {
					*list = append(*list, d)
				}
			}
			if list == &m.deps {
				m.projectDependency(g, c, visited)
			}
		}
	}
}

// branches are the statements with those of all branches of an if: which of them is
// taken is known when the build runs.
func branches(body []script.Node, depth int) []script.Node {
	var out []script.Node
	for _, n := range body {
		if name := n.Name(); (name == "if" || name == "else") && depth < maxBranches {
			out = append(out, branches(n.Block, depth+1)...)
			continue
		}
		out = append(out, n)
	}
	return out
}

const maxBranches = 6

// projectDependency adds what a project of the same build depends on:
// project(":core"), projects.core.
func (m *module) projectDependency(g *gradleModule, c script.Node, visited map[string]bool) {
	for _, a := range c.Args {
		project := ""
		switch v := a.Value; {
		case v.Called && v.Name() == "project" && len(v.Args) > 0:
			project, _ = g.text(v.Args[0].Value)
		case len(v.Path) > 1 && v.Path[0] == "projects":
			for _, name := range g.build.projects {
				if strings.EqualFold(strings.NewReplacer("-", "", "_", "").Replace(strings.ReplaceAll(strings.TrimPrefix(name, ":"), ":", ".")), strings.Join(v.Path[1:], ".")) {
					project = name
				}
			}
		}
		if project == "" || visited[project] || len(visited) > 60 {
			continue
		}
		visited[project] = true
		for at, name := range g.build.projects {
			if name != project {
				continue
			}
			d := g.build.top.Sub(at)
			file := buildFile(d, path.Base(at))
			if file == "" {
				continue
			}
			if body, err := parseGradle(d, file); err == nil {
				m.sources = append(m.sources, path.Join(relative(m.dir.Path(), d.Path()), "src/main"))
				m.addDependencies(g, gradleScript{d, file, body}, body, visited)
			}
		}
	}
}

// gradleRepositories finds the repositories that want a login: those whose block
// has credentials, and hosts that always do.
func (m *module) gradleRepositories() {
	g := m.gradle
	look := func(s gradleScript) {
		var walk func(nodes []script.Node, depth int)
		walk = func(nodes []script.Node, depth int) {
			for _, n := range nodes {
				if n.Name() == "publishing" || depth > 8 {
					continue
				}
				if n.Name() == "maven" && n.Nested && slices.ContainsFunc(n.Block, func(c script.Node) bool { return c.Name() == "credentials" }) {
					m.secrets = append(m.secrets, s.note(n.Line, "a repository wants a login"))
				}
				walk(n.Block, depth+1)
			}
		}
		walk(s.body, 0)
	}
	for _, s := range g.scripts {
		look(s)
	}
	if g.build.file != "" {
		look(gradleScript{g.build.top, g.build.file, g.build.settings})
	}
}

// gradleCommand is the task of the project that runs.
func (m *module) gradleCommand(task string) []string {
	tool := "gradle"
	if m.gradle.runnable {
		tool = "./gradlew"
	}
	argv := []string{tool, "--no-daemon", m.gradle.task(task)}
	return argv
}

func (g *gradleModule) task(name string) string {
	if g.project == ":" {
		return name
	}
	return g.project + ":" + name
}
