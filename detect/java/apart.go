package java

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// leaveApart leaves the sources of those modules out of the build context that the
// program's does not depend on, so that an edit of one builds only what does. Their
// build files stay, for the build speaks of all of them.
func (p *program) leaveApart(s *detect.Service) {
	var modules, needed map[string]bool
	switch {
	case p.path == ".":
		return
	case p.tool == maven && p.inReactor():
		modules, needed = p.mavenClosure()
	case p.tool == gradle:
		modules, needed = p.gradleClosure()
	}
	for _, m := range slices.Sorted(maps.Keys(modules)) {
		src := path.Join(m, "src")
		if dir, err := safe.NewRelPath(src); err == nil && !needed[m] && m != "." && p.top.HasDir(src) {
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(dir))
		}
	}
}

// mavenClosure are the folders of the reactor's modules, and those that mvn -am builds:
// dependencies of any scope, parents and plug-ins.
func (m *module) mavenClosure() (modules, needed map[string]bool) {
	all := m.reactor()
	modules, needed = map[string]bool{}, map[string]bool{}
	for _, q := range all {
		modules[detect.Under(q.dir.Path(), m.top.Path())] = true
	}
	var visit func(q *pom)
	visit = func(q *pom) {
		at := detect.Under(q.dir.Path(), m.top.Path())
		if needed[at] {
			return
		}
		needed[at] = true
		q.root.Walk(func(e *manifest.Element) {
			if other := all[strings.TrimSpace(e.Value("artifactId"))]; other != nil && e != q.root {
				visit(other)
			}
		})
	}
	for _, q := range m.maven.chain() {
		visit(q)
	}
	return modules, needed
}

// gradleClosure are the folders of the build's projects, and those that the program's
// names, by a path in a string or by an accessor, in whatever place.
func (m *module) gradleClosure() (modules, needed map[string]bool) {
	b := m.gradle.build
	modules, needed = map[string]bool{}, map[string]bool{}
	byPath, byAccessor := map[string]string{}, map[string]string{}
	for at, name := range b.projects {
		modules[at] = true
		byPath[name], byPath[strings.TrimPrefix(name, ":")] = at, at
		byAccessor[projectAccessor(name)] = at
	}
	var visit func(at string)
	look := func(nodes []script.Node) {
		eachNode(nodes, 0, func(n script.Node) {
			if text, ok := literal(n); ok && strings.HasPrefix(text, ":") {
				// A task's path begins with its project's.
				for p := text; p != "" && p != ":"; p = p[:max(strings.LastIndexByte(p, ':'), 0)] {
					if at, ok := byPath[p]; ok {
						visit(at)
						break
					}
				}
			}
			if len(n.Path) > 1 && n.Path[0] == "projects" {
				if at, ok := byAccessor[strings.ToLower(strings.Join(n.Path[1:], "."))]; ok {
					visit(at)
				}
			}
		})
	}
	visit = func(at string) {
		if needed[at] || at == "." {
			return
		}
		needed[at] = true
		d := b.top.Sub(at)
		if file := buildFile(d, path.Base(at)); file != "" {
			if body, err := parseGradle(d, file); err == nil {
				look(body)
			}
		}
	}
	visit(m.path)
	for _, s := range m.gradle.scripts {
		look(s.body)
	}
	return modules, needed
}

// projectAccessor is a project's path as the type-safe accessors have it, in small letters
// (https://docs.gradle.org/current/userguide/declaring_dependencies_basics.html).
func projectAccessor(project string) string {
	return strings.ToLower(strings.NewReplacer(":", ".", "-", "", "_", "").Replace(strings.TrimPrefix(project, ":")))
}

// eachNode calls f for every node below.
func eachNode(nodes []script.Node, depth int, f func(script.Node)) {
	if depth > maxNodes {
		return
	}
	for _, n := range nodes {
		f(n)
		eachNode(n.Block, depth+1, f)
		eachNode(n.Then, depth+1, f)
		for _, list := range [][]script.Arg{n.Args, n.List} {
			for _, a := range list {
				eachNode([]script.Node{a.Value}, depth+1, f)
			}
		}
		for _, one := range []*script.Node{n.On, n.Value, n.Else} {
			if one != nil {
				eachNode([]script.Node{*one}, depth+1, f)
			}
		}
	}
}

const maxNodes = 24
