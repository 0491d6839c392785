package java

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// frontend notes a front end that the build makes itself, with a Node that its
// plug-in downloads, and takes its folder for a part of this service.
func (p *program) frontend(s *detect.Service) {
	pl, ok := p.plugin("frontend-maven-plugin", "frontend-gradle-plugin", "org.siouan.frontend-jdk17", "org.siouan.frontend-jdk21", "org.siouan.frontend-jdk11", "com.github.node-gradle.node", "vaadin-maven-plugin", "com.vaadin", "exec-npm")
	if !ok {
		return
	}
	at := p.dir.Path()
	for _, dir := range []string{p.plainText(pl, "workingDirectory"), ".", "src/main/webapp", "src/main/frontend", "frontend", "webapp", "ui", "client"} {
		if dir == "" || path.IsAbs(dir) || strings.HasPrefix(path.Clean(dir), "..") || strings.Contains(dir, "${") || !p.dir.Sub(dir).Has("package.json") {
			continue
		}
		rel, err := safe.NewRelPath(path.Join(at, dir))
		if err != nil {
			continue
		}
		note := noteOf(pl, "%s builds the front end in %s, and downloads Node for it while the image is built", pl.id, rel)
		s.Notes = append(s.Notes, note)
		s.Parts = append(s.Parts, detect.Part{Path: rel, Why: note})
		return
	}
}

func (p *program) plainText(pl plugin, name string) string {
	for _, c := range pl.config {
		if e := c.Find(name); e != nil {
			return strings.TrimPrefix(p.expanded(e.Text), "${project.basedir}/")
		}
	}
	return ""
}
