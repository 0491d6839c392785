package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/java/script"
)

// gradleModule is what the build files of one project of a Gradle build state.
type gradleModule struct {
	build    *gradleBuild
	scripts  []gradleScript // the project's own first, then what other projects and conventions apply to it
	project  string         // ":", ":app", ":services:orders"
	vars     map[string]script.Node
	wrapper  string // the version of the wrapper's Gradle
	runnable bool   // the wrapper can be run: its jar is there
	toolFrom detect.Note
}

// gradleBuild is the settings file with what it includes.
type gradleBuild struct {
	top      *detect.Dir
	settings []script.Node
	file     string            // "" where there is none
	name     string            // rootProject.name
	projects map[string]string // folder below top -> project
	included []string          // folders of included builds, buildSrc among them
	catalog  *versionCatalog
	props    map[string]string // gradle.properties
}

// gradleScript is a parsed build file, or a part of one.
type gradleScript struct {
	dir  *detect.Dir
	file string
	body []script.Node
}

// buildFile is the name of the Gradle build file in d, "" where there is none.
func buildFile(d *detect.Dir, project string) string {
	return d.First("build.gradle.kts", "build.gradle", project+".gradle.kts", project+".gradle")
}

// parseGradle reads a build script.
func parseGradle(d *detect.Dir, name string) ([]script.Node, error) {
	return detect.Once(d, "java gradle:"+path.Join(d.Path(), name), func() ([]script.Node, error) {
		data, err := d.Read(name)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, ".kts") {
			return script.Parse(data, script.Kotlin), nil
		}
		return script.Parse(data, script.Groovy), nil
	})
}

// gradleTop finds the build that the project in d belongs to: the nearest folder
// with a settings file, itself included, that includes it.
func gradleTop(d *detect.Dir) (*gradleBuild, error) {
	if d.First("settings.gradle.kts", "settings.gradle") != "" {
		return loadGradle(d)
	}
	for parent := range d.Parents() {
		if parent.First("settings.gradle.kts", "settings.gradle") == "" {
			continue
		}
		b, err := loadGradle(parent)
		if err != nil {
			return nil, err
		}
		if _, ok := b.projects[detect.Under(d.Path(), parent.Path())]; ok {
			return b, nil
		}
		break
	}
	return loadGradle(d)
}

func loadGradle(d *detect.Dir) (*gradleBuild, error) {
	return detect.Once(d, "java gradle build:"+d.Path(), func() (*gradleBuild, error) {
		b := &gradleBuild{top: d, projects: map[string]string{".": ":"}, props: map[string]string{}}
		if d.Has("gradle.properties") {
			for _, e := range readProperties(d, "gradle.properties") {
				b.props[e.key] = e.value
			}
		}
		var err error
		if b.file = d.First("settings.gradle.kts", "settings.gradle"); b.file != "" {
			if b.settings, err = parseGradle(d, b.file); err != nil {
				return nil, err
			}
			b.include(b.settings)
		}
		if d.HasDir("buildSrc") {
			b.included = append(b.included, "buildSrc")
		}
		if d.Has("gradle/libs.versions.toml") {
			if b.catalog, err = readCatalog(d, "gradle/libs.versions.toml"); err != nil {
				return nil, err
			}
		}
		return b, nil
	})
}

// include reads the projects and builds that the settings name. That a
// project's folder is elsewhere is said by project(":x").projectDir = file("y").
func (b *gradleBuild) include(nodes []script.Node) {
	for _, n := range nodes {
		switch {
		case len(n.Path) == 1 && n.Path[0] == "include":
			for _, a := range n.Args {
				for _, text := range texts(a.Value) {
					name := ":" + strings.TrimPrefix(text, ":")
					b.projects[path.Clean(strings.ReplaceAll(strings.TrimPrefix(name, ":"), ":", "/"))] = name
				}
			}
		case len(n.Path) == 1 && n.Path[0] == "includeBuild" && len(n.Args) > 0:
			if text, ok := literal(n.Args[0].Value); ok && detect.Within(path.Clean(text), ".") && !strings.HasPrefix(path.Clean(text), "..") {
				b.included = append(b.included, path.Clean(text))
			}
		case strings.Join(n.Path, ".") == "rootProject.name" && n.Value != nil:
			b.name, _ = literal(*n.Value)
		case n.Name() == "projectDir" && n.On != nil && n.On.Name() == "project" && len(n.On.Args) > 0 && n.Value != nil:
			project, ok := literal(n.On.Args[0].Value)
			dir := ""
			if args := n.Value.Args; len(args) > 0 {
				dir, _ = literal(args[len(args)-1].Value)
			}
			if ok && dir != "" && !strings.HasPrefix(path.Clean(dir), "..") {
				for at, name := range b.projects {
					if name == project {
						delete(b.projects, at)
					}
				}
				b.projects[path.Clean(dir)] = project
			}
		case n.Name() == "pluginManagement":
			b.include(n.Block)
		}
	}
}

// texts are the strings of a node: itself, or the elements of a list.
func texts(n script.Node) []string {
	if s, ok := literal(n); ok {
		return []string{s}
	}
	var out []string
	for _, a := range n.List {
		if s, ok := literal(a.Value); ok {
			out = append(out, s)
		}
	}
	if n.Called && (n.Name() == "listOf" || n.Name() == "setOf") {
		for _, a := range n.Args {
			if s, ok := literal(a.Value); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// literal is the text of a string without references.
func literal(n script.Node) (string, bool) {
	if !n.Text || n.Loose {
		return "", false
	}
	var b strings.Builder
	for _, p := range n.Parts {
		if p.Ref != "" {
			return "", false
		}
		b.WriteString(p.Text)
	}
	return b.String(), true
}

// readGradle describes the project whose build file stands in d.
func readGradle(d *detect.Dir) (*module, error) {
	b, err := gradleTop(d)
	if err != nil {
		return nil, err
	}
	at := detect.Under(d.Path(), b.top.Path())
	project, ok := b.projects[at]
	if !ok {
		project = ":"
	}
	file := buildFile(d, path.Base(d.Path()))
	if file == "" {
		return nil, detect.NotService("no build file: the settings of a build whose projects stand in other folders")
	}
	g := &gradleModule{build: b, project: project, vars: map[string]script.Node{}}
	m := &module{tool: gradle, dir: d, top: b.top, file: file, path: at, gradle: g, packaging: "jar", sources: []string{"src/main"}}
	m.props = func(name string) string { return b.props[name] }
	if err := g.load(d, file); err != nil {
		return nil, err
	}
	m.gradleName()
	m.gradlePlugins()
	m.gradleDependencies()
	m.gradleRelease()
	m.gradleMain()
	m.gradleWrapper()
	m.gradleInputs()
	m.gradleRepositories()
	return m, nil
}

// load parses the scripts that make the project: its own, those of the projects
// above that configure it, and the conventions that it applies by name.
func (g *gradleModule) load(d *detect.Dir, file string) error {
	own, err := parseGradle(d, file)
	if err != nil {
		return err
	}
	g.scripts = append(g.scripts, gradleScript{d, file, own})
	if g.project != ":" {
		if root := buildFile(g.build.top, path.Base(g.build.top.Path())); root != "" {
			body, err := parseGradle(g.build.top, root)
			if err != nil {
				return err
			}
			var shared []script.Node
			for _, n := range body {
				switch {
				case n.Name() == "subprojects", n.Name() == "allprojects":
					shared = append(shared, n.Block...)
				case n.Decl, n.Name() == "ext", len(n.Path) > 1 && n.Path[0] == "ext", len(n.Path) == 1 && n.Path[0] == "version" && n.Value != nil && false:
					shared = append(shared, n)
				case n.Name() == "project" && len(n.Args) == 1 && n.Nested:
					if text, ok := literal(n.Args[0].Value); ok && text == g.project {
						shared = append(shared, n.Block...)
					}
				}
			}
			g.scripts = append(g.scripts, gradleScript{g.build.top, root, shared})
		}
	} else {
		for _, n := range own {
			if n.Name() == "allprojects" {
				g.scripts = append(g.scripts, gradleScript{d, file, n.Block})
			}
		}
	}
	g.conventions()
	for i := len(g.scripts) - 1; i >= 0; i-- {
		g.variables(g.scripts[i].body)
	}
	return nil
}

// conventions adds the scripts that are applied: from 'x.gradle', and the
// precompiled ones of included builds, whose names are their plug-ins' ids.
func (g *gradleModule) conventions() {
	for i := 0; i < len(g.scripts) && i < 20; i++ {
		s := g.scripts[i]
		for _, n := range s.body {
			if n.Name() == "apply" {
				for _, a := range n.Args {
					if text, ok := g.text(a.Value); ok && a.Name == "from" && !strings.Contains(text, "://") {
						text = strings.TrimPrefix(strings.TrimPrefix(text, "${rootDir}/"), "${rootProject.projectDir}/")
						for _, at := range []*detect.Dir{s.dir, g.build.top} {
							if at.Has(text) {
								g.add(at, text)
								break
							}
						}
					}
				}
			}
		}
		for _, p := range pluginsOf(s.body) {
			id, _ := g.text(p.id)
			g.pluginClass(p, id)
			if id == "" || strings.ContainsAny(id, "/\\") {
				continue
			}
			for _, build := range g.build.included {
				dir := g.build.top.Sub(build)
				for name := range dir.Files(id+".gradle.kts", id+".gradle") {
					g.add(dir, name)
				}
			}
		}
	}
}

func (g *gradleModule) add(d *detect.Dir, name string) {
	for _, s := range g.scripts {
		if s.dir.Path() == d.Path() && s.file == name {
			return
		}
	}
	if body, err := parseGradle(d, name); err == nil {
		g.scripts = append(g.scripts, gradleScript{d, name, body})
	}
}

// variables collects what names stand for: val x = , def x = , ext.x = , ext { x = }, ext { set("x", ) }.
func (g *gradleModule) variables(body []script.Node) {
	for _, n := range body {
		switch {
		case n.Decl && len(n.Path) == 1 && n.Value != nil:
			g.vars[n.Path[0]] = *n.Value
		case n.Value != nil && len(n.Path) > 1 && slices.Contains([]string{"ext", "extra"}, n.Path[len(n.Path)-2]):
			g.vars[n.Name()] = *n.Value
		case n.Name() == "ext", n.Name() == "plugins", n.Name() == "buildscript":
			g.variables(n.Block)
			for _, c := range n.Block {
				switch {
				case n.Name() == "ext" && c.Value != nil && len(c.Path) == 1:
					g.vars[c.Path[0]] = *c.Value
				case n.Name() == "ext" && c.Name() == "set" && len(c.Args) == 2:
					if key, ok := literal(c.Args[0].Value); ok {
						g.vars[key] = c.Args[1].Value
					}
				}
			}
		}
	}
}
