package java

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
)

// library reports why a module that looks like a program is none: a main method alone
// does not make one, for libraries have some to try things out.
func (p *program) library() error {
	if p.war || p.main.IsSet() || p.dir.Choices().Main.IsSet() || p.tool != maven && p.tool != gradle {
		return nil
	}
	if p.layout.form == formThin && p.fw.name == "spring-boot" && !p.start.boot {
		return detect.NotService("library: nothing in it starts Spring, and its build packages no program")
	}
	if p.layout.form == formThin && p.tool == maven {
		if user := p.neededBy(); user != "" {
			return detect.NotService("library: %s of the same build depends on it, and its own build packages no program", user)
		}
	}
	return nil
}

// neededBy is another module with code that depends on this one; "" for none. What only
// tests it does not count.
func (p *program) neededBy() string {
	if p.path == "." {
		return ""
	}
	p.sibling(dependency{}) // reads them once
	all, err := detect.Once(p.top, "java reactor:"+p.top.Path(), func() (map[string]*pom, error) { return nil, nil })
	if err != nil {
		return ""
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		q := all[id]
		if id == p.name || !q.dir.HasDir("src/main") || strings.Contains(id, "test") {
			continue
		}
		for _, e := range q.root.all("dependencies") {
			if scope := e.value("scope"); e.value("artifactId") == p.name && scope != "test" && scope != "provided" && e.value("classifier") == "" && e.value("type") == "" {
				return id
			}
		}
	}
	return ""
}
