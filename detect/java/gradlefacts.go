package java

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// visit calls f for every statement, with the names of the blocks that it stands in.
func visit(nodes []script.Node, f func(path []string, n script.Node)) { visitIn(nil, nodes, 0, f) }

func visitIn(in []string, nodes []script.Node, depth int, f func(path []string, n script.Node)) {
	if depth > 12 {
		return
	}
	for _, n := range nodes {
		at := append(in[:len(in):len(in)], n.Path...)
		if n.On != nil { // tasks.named("bootJar").configure { }
			at = append(append(in[:len(in):len(in)], n.On.Path...), n.Path...)
		}
		f(at, n)
		inner := at
		if len(n.Args) > 0 && n.Nested {
			if name, ok := literal(n.Args[0].Value); ok { // tasks.named("bootJar") { }
				inner = append(at[:len(at):len(at)], name)
			}
		}
		visitIn(inner, n.Block, depth+1, f)
	}
}

// setting is what is assigned to a property: x = v, x.set(v), x v, setX(v).
func setting(n script.Node) (name string, value script.Node, ok bool) {
	switch {
	case n.Value != nil && n.Op == "=":
		return n.Name(), *n.Value, true
	case n.Name() == "set" && len(n.Args) == 1 && len(n.Path) > 1:
		return n.Path[len(n.Path)-2], n.Args[0].Value, true
	case n.Name() == "convention" && len(n.Args) == 1 && len(n.Path) > 1:
		return n.Path[len(n.Path)-2], n.Args[0].Value, true
	case strings.HasPrefix(n.Name(), "set") && len(n.Name()) > 3 && len(n.Args) == 1:
		return strings.ToLower(n.Name()[3:4]) + n.Name()[4:], n.Args[0].Value, true
	case n.Called && len(n.Args) == 1 && n.Args[0].Name == "" && len(n.Path) > 0:
		return n.Name(), n.Args[0].Value, true
	}
	return "", script.Node{}, false
}

// gradleRelease finds the release of Java: a toolchain, which Gradle has to find as
// it is, before what the compiler is told.
func (m *module) gradleRelease() {
	rank := map[string]int{"languageVersion": 3, "jvmToolchain": 3, "release": 2, "sourceCompatibility": 1, "targetCompatibility": 1, "jvmTarget": 1}
	best := 0
	for _, s := range m.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			name, value, ok := setting(n)
			if !ok || rank[name] <= best {
				return
			}
			if in := strings.Join(at, "."); strings.Contains(strings.ToLower(in), "test") || name == "release" && !strings.Contains(in, "options") {
				return
			}
			text, ok := m.gradle.text(value)
			if !ok && len(value.Path) > 0 { // JavaVersion.VERSION_17
				text, ok = m.gradle.text(script.Node{Path: []string{value.Name()}})
			}
			if v := javaRelease(text); ok && v != "" {
				m.release = detect.Found(v, s.note(n.Line, "%s %s", name, v))
				best = rank[name]
			}
		})
		if best > 0 {
			return
		}
	}
}

// gradleMain finds the class that the build starts, and the arguments that it
// gives the virtual machine.
func (m *module) gradleMain() {
	for _, s := range m.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			in := strings.Join(at, ".")
			name, value, ok := setting(n)
			switch {
			case ok && (name == "mainClass" || name == "mainClassName"):
				if text, ok := m.gradle.text(value); ok && text != "" && !m.main.IsSet() && !strings.Contains(in, "JavaExec") {
					m.main = detect.Found(text, s.note(n.Line, "%s %s", name, text))
				}
			case ok && name == "applicationDefaultJvmArgs":
				for _, arg := range texts(value) {
					if !strings.Contains(arg, "isDevelopment") && !strings.HasPrefix(arg, "-Xdebug") && !strings.HasPrefix(arg, "-agentlib") {
						m.jvmArgs = append(m.jvmArgs, arg)
					}
				}
			case n.Name() == "attributes" && strings.Contains(in, "manifest"):
				for _, a := range n.Args {
					m.mainAttribute(s, a)
				}
			case n.Name() == "Main-Class" && n.Value != nil: // attributes["Main-Class"] = "x"
				m.mainAttribute(s, script.Arg{Name: "Main-Class", Value: *n.Value})
			}
		})
	}
}

// mainAttribute reads 'Main-Class': 'x', "Main-Class" to "x", mapOf(...).
func (m *module) mainAttribute(s gradleScript, a script.Arg) {
	for _, inner := range append(a.Value.List, a.Value.Args...) {
		m.mainAttribute(s, inner)
	}
	value := a.Value
	if key, ok := literal(a.Value); ok && key == "Main-Class" && len(a.Value.Then) > 0 && len(a.Value.Then[0].Args) > 0 {
		value = a.Value.Then[0].Args[0].Value
	} else if a.Name != "Main-Class" {
		return
	}
	text, ok := m.gradle.text(value)
	if !ok { // application.mainClass, mainClassName
		text, ok = m.main.V, m.main.IsSet()
	}
	if ok {
		m.manifest = true
		if !m.main.IsSet() {
			m.main = detect.Found(text, s.note(value.Line, "Main-Class %s", text))
		}
	}
}
