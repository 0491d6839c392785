package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// readMaven describes the Maven project in d.
func readMaven(d *detect.Dir) (*module, error) {
	p, err := readPom(d)
	if err != nil {
		return nil, err
	}
	m := &module{tool: maven, dir: d, file: "pom.xml", maven: p, props: p.get, packaging: p.root.value("packaging"), sources: []string{"src/main"}}
	if m.packaging == "" {
		m.packaging = "jar"
	}
	m.packaging, _ = p.expand(m.packaging)
	m.war = m.packaging == "war"
	m.name = p.get("project.artifactId")
	m.version = p.get("project.version")
	m.title, m.description = p.get("project.name"), p.get("project.description")
	m.license = p.root.value("licenses", "license", "name")
	m.mavenTop()
	m.mavenDependencies()
	m.mavenPlugins()
	m.mavenRelease()
	m.mavenMain()
	m.mavenInputs()
	m.mavenRepositories()
	if p.parent == nil && p.root.at("parent") != nil {
		m.parents = append(m.parents, p.root.value("parent", "groupId")+":"+p.root.value("parent", "artifactId"))
	}
	return m, nil
}

// mavenTop finds the folder that the build has to see: that of the highest pom
// that lists the module, and those of the parents that stand in the tree.
func (m *module) mavenTop() {
	m.top = m.dir
	for parent := range m.dir.Parents() {
		if !parent.Has("pom.xml") {
			continue
		}
		if root, err := parseXML(parent, "pom.xml"); err == nil && lists(parent, root, m.dir.Path(), 0) {
			m.top = parent
		}
	}
	for _, q := range m.maven.chain() {
		for !inside(q.dir.Path(), m.top.Path()) {
			m.top = m.top.Sub("..")
		}
	}
	m.path = under(m.dir.Path(), m.top.Path())
}

// lists reports whether the pom builds the module in the folder, by itself or
// through a module of its.
func lists(d *detect.Dir, root *element, want string, depth int) bool {
	if depth > 8 {
		return false
	}
	for _, at := range modulesOf(root) {
		sub := d.Sub(at)
		if sub.Path() == want {
			return true
		}
		if inside(want, sub.Path()) && sub.Has("pom.xml") && sub.Path() != d.Path() {
			if r, err := parseXML(sub, "pom.xml"); err == nil && lists(sub, r, want, depth+1) {
				return true
			}
		}
	}
	return false
}

func modulesOf(root *element) []string {
	var out []string
	add := func(e *element) {
		for _, name := range []string{"modules", "subprojects"} {
			for _, m := range e.all(name) {
				if m.text != "" && !path.IsAbs(m.text) && !strings.Contains(m.text, "${") {
					out = append(out, strings.TrimSuffix(m.text, "/pom.xml"))
				}
			}
		}
	}
	add(root)
	for _, profile := range root.all("profiles") {
		add(profile)
	}
	return out
}

func (m *module) mavenDependencies() {
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.all("dependencies") {
			if e.name != "dependency" {
				continue
			}
			d := dependency{group: m.expanded(e.value("groupId")), name: m.expanded(e.value("artifactId")), version: m.expanded(e.value("version"))}
			d.note = s.pom.note(e.line, "depends on %s", d.name)
			scope := m.expanded(e.value("scope"))
			if scope == "" {
				scope = m.managedScope(d)
			}
			if scope == "test" || scope == "import" || d.name == "spring-boot-docker-compose" || d.name == "spring-boot-devtools" || m.provided(scope, d) || e.value("type") == "test-jar" {
				m.test = append(m.test, d)
				continue
			}
			m.deps = append(m.deps, d)
		}
	}
	m.siblings()
}

// provided libraries come with the server of a war; a jar has nobody to provide
// them, but for what works at compile time alone.
func (m *module) provided(scope string, d dependency) bool { return scope == "provided" }

// managedScope is the scope that dependencyManagement gives a library.
func (m *module) managedScope(d dependency) string {
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.all("dependencyManagement", "dependencies") {
			if e.value("artifactId") == d.name && e.value("groupId") == d.group {
				return e.value("scope")
			}
		}
	}
	return ""
}

// siblings adds what the modules of the same build that the program depends on depend on.
func (m *module) siblings() {
	if m.top.Path() == m.dir.Path() {
		return
	}
	seen := map[string]bool{m.dir.Path(): true}
	queue := slices.Clone(m.deps)
	for len(queue) > 0 && len(seen) < 60 {
		d := queue[0]
		queue = queue[1:]
		q := m.sibling(d)
		if q == nil || seen[q.dir.Path()] {
			continue
		}
		seen[q.dir.Path()] = true
		m.sources = append(m.sources, path.Join(relative(m.dir.Path(), q.dir.Path()), "src/main"))
		for _, s := range q.scopes() {
			if s.pom != q {
				continue // the parents' are there already
			}
			for _, e := range s.e.all("dependencies") {
				scope := e.value("scope")
				if scope == "test" || scope == "provided" || e.value("optional") == "true" {
					continue
				}
				group, _ := q.expand(e.value("groupId"))
				nd := dependency{group: group, name: e.value("artifactId"), version: e.value("version"), note: q.note(e.line, "depends on %s", e.value("artifactId"))}
				m.deps = append(m.deps, nd)
				queue = append(queue, nd)
			}
		}
	}
}

// sibling is the pom of a library that the same build makes, or nil.
func (m *module) sibling(d dependency) *pom {
	all, err := detect.Once(m.top, "java reactor:"+m.top.Path(), func() (map[string]*pom, error) {
		out := map[string]*pom{}
		collect(m.top, ".", out, 0)
		return out, nil
	})
	if err != nil {
		return nil
	}
	return all[d.name]
}

func collect(d *detect.Dir, at string, out map[string]*pom, depth int) {
	sub := d.Sub(at)
	if depth > 8 || !sub.Has("pom.xml") || len(out) > 300 {
		return
	}
	p, err := readPom(sub)
	if err != nil || out[p.root.value("artifactId")] != nil {
		return
	}
	out[p.root.value("artifactId")] = p
	for _, mod := range modulesOf(p.root) {
		collect(sub, mod, out, depth+1)
	}
}

// mavenPlugins takes the plug-ins that the build runs. What only pluginManagement
// names does not run, and gives versions and configuration to what does.
func (m *module) mavenPlugins() {
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.all("build", "plugins") {
			id := e.value("artifactId")
			i := slices.IndexFunc(m.plugins, func(p plugin) bool { return p.id == id })
			if i < 0 {
				i = len(m.plugins)
				m.plugins = append(m.plugins, plugin{id: id, note: s.pom.note(e.line, "%s", id)})
			}
			m.plugins[i].config = append(m.plugins[i].config, e)
			if v := m.expanded(e.value("version")); m.plugins[i].version == "" {
				m.plugins[i].version = v
			}
		}
	}
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.all("build", "pluginManagement", "plugins") {
			if i := slices.IndexFunc(m.plugins, func(p plugin) bool { return p.id == e.value("artifactId") }); i >= 0 {
				m.plugins[i].config = append(m.plugins[i].config, e)
				if m.plugins[i].version == "" {
					m.plugins[i].version = m.expanded(e.value("version"))
				}
			}
		}
	}
}

// expanded is a text with the properties put in, whatever is left of it.
func (m *module) expanded(text string) string {
	out, _ := m.maven.expand(text)
	return out
}

// managed reports the version that a parent or an imported list of versions has,
// by its group or its name.
func (m *module) managed(match func(group, name string) bool) (string, detect.Note, bool) {
	for _, q := range m.maven.chain() {
		if parent := q.root.at("parent"); parent != nil && match(parent.value("groupId"), parent.value("artifactId")) {
			v, _ := q.expand(parent.value("version"))
			return v, q.note(parent.line, "parent %s %s", parent.value("artifactId"), v), true
		}
	}
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.all("dependencyManagement", "dependencies") {
			if group := m.expanded(e.value("groupId")); match(group, m.expanded(e.value("artifactId"))) {
				v := m.expanded(e.value("version"))
				return v, s.pom.note(e.line, "%s %s", m.expanded(e.value("artifactId")), v), true
			}
		}
	}
	return "", detect.Note{}, false
}
