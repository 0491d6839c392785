package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// readMaven describes the Maven project in d.
func readMaven(d *detect.Dir) (*module, error) {
	p, err := readPom(d)
	if err != nil {
		return nil, err
	}
	m := &module{tool: maven, dir: d, file: "pom.xml", maven: p, props: p.get, packaging: p.root.Value("packaging"), sources: []string{"src/main"}}
	if m.packaging == "" {
		m.packaging = "jar"
	}
	m.packaging, _ = p.expand(m.packaging)
	m.war = m.packaging == "war"
	m.name = p.get("project.artifactId")
	m.version = p.get("project.version")
	m.title, m.description = p.get("project.name"), p.get("project.description")
	m.license = p.root.Value("licenses", "license", "name")
	m.mavenTop()
	m.mavenDependencies()
	m.mavenPlugins()
	m.mavenRelease()
	m.mavenMain()
	m.mavenInputs()
	m.mavenRepositories()
	if p.parent == nil && p.root.At("parent") != nil {
		m.parents = append(m.parents, p.root.Value("parent", "groupId")+":"+p.root.Value("parent", "artifactId"))
	}
	for _, q := range p.chain() {
		if parent := q.root.At("parent"); parent != nil && q.parent == nil && strings.HasSuffix(parent.Value("version"), "-SNAPSHOT") && (parent.At("relativePath") == nil || parent.Value("relativePath") != "") {
			// Nobody publishes it for others.
			m.notes = append(m.notes, d.Note(q.file, parent.Line, "its parent %s:%s is not in this folder, and Maven can't build without it: run dockgen in the folder that holds both", parent.Value("artifactId"), parent.Value("version")))
		}
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
		if root, err := manifest.XML(parent, "pom.xml"); err == nil && lists(parent, root, m.dir.Path(), 0) {
			m.top = parent
		}
	}
	for _, q := range m.maven.chain() {
		for !detect.Within(q.dir.Path(), m.top.Path()) {
			m.top = m.top.Sub("..")
		}
	}
	m.path = detect.Under(m.dir.Path(), m.top.Path())
}

// lists reports whether the pom builds the module in the folder, by itself or
// through a module of its.
func lists(d *detect.Dir, root *manifest.Element, want string, depth int) bool {
	if depth > 8 {
		return false
	}
	for _, at := range modulesOf(root) {
		sub := d.Sub(at)
		if sub.Path() == want {
			return true
		}
		if detect.Within(want, sub.Path()) && sub.Has("pom.xml") && sub.Path() != d.Path() {
			if r, err := manifest.XML(sub, "pom.xml"); err == nil && lists(sub, r, want, depth+1) {
				return true
			}
		}
	}
	return false
}

func modulesOf(root *manifest.Element) []string {
	var out []string
	add := func(e *manifest.Element) {
		for _, name := range []string{"modules", "subprojects"} {
			for _, m := range e.All(name) {
				if m.Text != "" && !path.IsAbs(m.Text) && !strings.Contains(m.Text, "${") {
					out = append(out, strings.TrimSuffix(m.Text, "/pom.xml"))
				}
			}
		}
	}
	add(root)
	for _, profile := range root.All("profiles") {
		add(profile)
	}
	return out
}

func (m *module) mavenDependencies() {
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.All("dependencies") {
			if e.Name != "dependency" {
				continue
			}
			d := dependency{group: m.expanded(e.Value("groupId")), name: m.expanded(e.Value("artifactId")), version: m.expanded(e.Value("version"))}
			d.note = s.pom.note(e.Line, "depends on %s", d.name)
			scope := m.expanded(e.Value("scope"))
			if scope == "" {
				scope = m.managedScope(d)
			}
			if scope == "test" || scope == "import" || d.name == "spring-boot-docker-compose" || d.name == "spring-boot-devtools" || m.provided(scope, d) || e.Value("type") == "test-jar" {
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
		for _, e := range s.e.All("dependencyManagement", "dependencies") {
			if e.Value("artifactId") == d.name && e.Value("groupId") == d.group {
				return e.Value("scope")
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
			for _, e := range s.e.All("dependencies") {
				scope := e.Value("scope")
				if scope == "test" || scope == "provided" || e.Value("optional") == "true" {
					continue
				}
				group, _ := q.expand(e.Value("groupId"))
				nd := dependency{group: group, name: e.Value("artifactId"), version: e.Value("version"), note: q.note(e.Line, "depends on %s", e.Value("artifactId"))}
				m.deps = append(m.deps, nd)
				queue = append(queue, nd)
			}
		}
	}
}

// sibling is the pom of a library that the same build makes, or nil.
func (m *module) sibling(d dependency) *pom { return m.reactor()[d.name] }

// reactor are the poms of the whole build by their names, which are read once.
func (m *module) reactor() map[string]*pom {
	all, err := detect.Once(m.top, "java reactor:"+m.top.Path(), func() (map[string]*pom, error) {
		out := map[string]*pom{}
		collect(m.top, ".", out, 0)
		return out, nil
	})
	if err != nil {
		return nil
	}
	return all
}

func collect(d *detect.Dir, at string, out map[string]*pom, depth int) {
	sub := d.Sub(at)
	if depth > 8 || !sub.Has("pom.xml") || len(out) > 300 {
		return
	}
	p, err := readPom(sub)
	if err != nil || out[p.root.Value("artifactId")] != nil {
		return
	}
	out[p.root.Value("artifactId")] = p
	for _, mod := range modulesOf(p.root) {
		collect(sub, mod, out, depth+1)
	}
}

// mavenPlugins takes the plug-ins that the build runs. What only pluginManagement
// names does not run, and gives versions and configuration to what does.
func (m *module) mavenPlugins() {
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.All("build", "plugins") {
			id := e.Value("artifactId")
			i := slices.IndexFunc(m.plugins, func(p plugin) bool { return p.id == id })
			if i < 0 {
				i = len(m.plugins)
				m.plugins = append(m.plugins, plugin{id: id, note: s.pom.note(e.Line, "%s", id)})
			}
			m.plugins[i].config = append(m.plugins[i].config, e)
			if v := m.expanded(e.Value("version")); m.plugins[i].version == "" {
				m.plugins[i].version = v
			}
		}
	}
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.All("build", "pluginManagement", "plugins") {
			if i := slices.IndexFunc(m.plugins, func(p plugin) bool { return p.id == e.Value("artifactId") }); i >= 0 {
				m.plugins[i].config = append(m.plugins[i].config, e)
				if m.plugins[i].version == "" {
					m.plugins[i].version = m.expanded(e.Value("version"))
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
		if parent := q.root.At("parent"); parent != nil && match(parent.Value("groupId"), parent.Value("artifactId")) {
			v, _ := q.expand(parent.Value("version"))
			return v, q.note(parent.Line, "parent %s %s", parent.Value("artifactId"), v), true
		}
	}
	for _, s := range m.maven.scopes() {
		for _, e := range s.e.All("dependencyManagement", "dependencies") {
			if group := m.expanded(e.Value("groupId")); match(group, m.expanded(e.Value("artifactId"))) {
				v := m.expanded(e.Value("version"))
				return v, s.pom.note(e.Line, "%s %s", m.expanded(e.Value("artifactId")), v), true
			}
		}
	}
	return "", detect.Note{}, false
}
