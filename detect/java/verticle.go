package java

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// What starts a Vert.x program are classes of Vert.x, which are told the program's own,
// a verticle: as an argument, or by a line of the archive's manifest
// (https://vertx.io/docs/vertx-core/java/#_the_vertx_launcher,
// https://vertx.io/docs/vertx-launcher-application/java/).
const (
	vertxLauncher    = "io.vertx.core.Launcher"
	vertxApplication = "io.vertx.launcher.application.VertxApplication"
	mainVerticle     = "Main-Verticle"
)

// verticle is the class that the launcher deploys.
type verticle struct {
	class string
	note  detect.Note
}

// findVerticle finds the verticle that the build names, else one that is called so.
func (p *program) findVerticle() (verticle, bool) {
	switch {
	case p.maven != nil:
		if pl, ok := p.plugin("vertx-maven-plugin"); ok {
			if v := p.expanded(pl.value("configuration", "verticle")); className(v) {
				return verticle{v, pl.note}, true
			}
		}
		for _, name := range []string{"vertx.verticle", "main.verticle"} {
			if v, note, ok := p.maven.property(name); ok && className(p.expanded(v)) {
				return verticle{p.expanded(v), note}, true
			}
		}
	case p.gradle != nil:
		if v, ok := p.gradleVerticle(); ok {
			return v, true
		}
	}
	for _, f := range p.code.files {
		if base := strings.TrimSuffix(f.name, path.Ext(f.name)); path.Base(base) == "MainVerticle" {
			class := "MainVerticle"
			if f.pkg != "" {
				class = f.pkg + "." + class
			}
			return verticle{class, f.note(1, "the verticle %s", class)}, true
		}
	}
	return verticle{}, false
}

// gradleVerticle finds the line of a manifest, and what Vert.x' plug-in is told.
func (p *program) gradleVerticle() (out verticle, ok bool) {
	take := func(s gradleScript, v script.Node) {
		if text, known := p.gradle.text(v); known && className(text) && !ok {
			out, ok = verticle{text, s.note(v.Line, "the verticle %s", text)}, true
		}
	}
	var entry func(s gradleScript, a script.Arg)
	entry = func(s gradleScript, a script.Arg) {
		for _, inner := range append(a.Value.List, a.Value.Args...) {
			entry(s, inner)
		}
		if a.Name == mainVerticle {
			take(s, a.Value)
		} else if key, is := literal(a.Value); is && key == mainVerticle && len(a.Value.Then) > 0 && len(a.Value.Then[0].Args) > 0 {
			take(s, a.Value.Then[0].Args[0].Value)
		}
	}
	for _, s := range p.gradle.scripts {
		visit(s.body, func(at []string, n script.Node) {
			name, value, set := setting(n)
			switch {
			case set && (name == "mainVerticle" && strings.Contains(strings.Join(at, "."), "vertx") || name == mainVerticle):
				take(s, value)
			case n.Name() == "attributes":
				for _, a := range n.Args {
					entry(s, a)
				}
			}
		})
	}
	return out, ok
}

// className reports whether a text can be a class in a package.
func className(s string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$'
		if !letter && (i == 0 || c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// vertxPackages reports whether an execution of Vert.x' plug-in makes the archive.
func (p *program) vertxPackages(pl plugin) bool {
	for _, c := range pl.config {
		for _, e := range c.All("executions") {
			for _, g := range e.All("goals") {
				if g.Text == "package" {
					return true
				}
			}
		}
	}
	return false
}

// findLauncher takes Vert.x' own class where the build names none: its plug-ins do so.
func (p *program) findLauncher() {
	if p.fw.name != "vertx" || p.start.class != "" || !p.hasPlugin("vertx-maven-plugin", "io.vertx.vertx-plugin") {
		return
	}
	v, ok := p.findVerticle()
	if !ok {
		return
	}
	class := vertxLauncher
	if n := parseVersion(p.versionOf("vertx")); n.known() && !n.less(5) {
		class = vertxApplication
	}
	p.start = mainChoice{class: class, note: v.note}
}

// withoutLauncher takes the program's own main class where the build names Vert.x' launcher
// and the release has none any more
// (https://vertx.io/docs/guides/vertx-5-migration-guide/#_removal_of_the_launcher_class).
func (p *program) withoutLauncher() {
	if p.start.class != vertxLauncher && p.start.class != "io.vertx.core.Starter" || p.fw.name != "vertx" {
		return
	}
	if n := parseVersion(p.versionOf("vertx")); !n.known() || n.less(5) {
		return
	}
	note := detect.Note{Path: p.start.note.Path, Line: p.start.note.Line, Text: "names " + p.start.class + ", which Vert.x 5 no longer has"}
	if best := p.bestMain(p.code.mains); best != nil {
		note.Text += ": started is " + best.class
		p.start, p.manifest = mainChoice{best.class, best.src.note(best.line, "has the main method"), best.boot}, false
	} else {
		note.Text += ": its program does not start; depend on vertx-launcher-application, and name " + vertxApplication
	}
	p.notes = append(p.notes, note)
}

// verticleArgs tells the launcher what to deploy, where the program is not one archive
// whose manifest says it.
func (p *program) verticleArgs() {
	if p.layout.form != formThin && p.layout.form != formLib {
		return
	}
	var args []string
	switch p.start.class {
	case vertxLauncher, "io.vertx.core.Starter":
		args = []string{"run"}
	case vertxApplication:
	default:
		return
	}
	if v, ok := p.findVerticle(); ok {
		p.layout.args = append(args, v.class)
		p.start.note = v.note
	}
}
