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
	all := p.reactor()
	for _, id := range slices.Sorted(maps.Keys(all)) {
		q := all[id]
		if id == p.name || !q.dir.HasDir("src/main") || strings.Contains(id, "test") {
			continue
		}
		for _, e := range q.root.All("dependencies") {
			if scope := e.Value("scope"); e.Value("artifactId") == p.name && scope != "test" && scope != "provided" && e.Value("classifier") == "" && e.Value("type") == "" {
				return id
			}
		}
	}
	return ""
}

// enterprise tells of a web archive that counts on more than a servlet container: beans,
// persistence and messages that a server of Jakarta EE brings.
func (p *program) enterprise(s *detect.Service) {
	api, ok := find(p.test, []string{"jakarta.platform:*", "javax:javaee-*", "org.jboss.spec:*", "org.wildfly*:*"})
	if !ok || p.has("org.jboss.weld*:*", "org.apache.openwebbeans:*", "org.glassfish.jersey*:*", "org.jboss.resteasy:*", "org.apache.tomee:*") {
		return
	}
	src, line, ok := p.code.any("Stateless", "Stateful", "MessageDriven", "EJB", "PersistenceContext", "ApplicationPath", "ApplicationScoped", "RequestScoped")
	if !ok {
		return
	}
	s.Notes = append(s.Notes, src.note(line, "is written for a server of Jakarta EE (%s), and Tomcat has the servlets of it alone: beans, persistence and messages need a server that brings them, as WildFly, Payara or Open Liberty", api.name))
}
