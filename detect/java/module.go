package java

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// The build tools, by the names that people ask for.
const (
	maven  = "maven"
	gradle = "gradle"
	sbt    = "sbt"
	lein   = "lein"
	deps   = "clojure"
)

// dependency is a library of the program.
type dependency struct {
	group, name, version string
	note                 detect.Note
}

// plugin is what the build runs beside the compiler: of Maven by its artifact's
// name, of Gradle and sbt by its id.
type plugin struct {
	id, version string
	note        detect.Note
	config      []*manifest.Element // Maven's, the plug-in's own first
}

// module is what a build file states of one program, whatever tool it is for.
type module struct {
	tool string
	dir  *detect.Dir // of the build file
	top  *detect.Dir // of the whole build: the context of the image's build
	file string      // the build file, in dir
	path string      // of dir below top; "." for top itself

	name, version      string // of the artifact; "" where they can't be read
	title, description string
	license            string
	packaging          string
	war                bool

	deps    []dependency // what the running program has
	test    []dependency // what it has not: tests, annotation processors, development
	plugins []plugin
	sources []string // folders of the program's own code, in dir
	parents []string // where else configuration is inherited from: for notes

	release  detect.Value[string] // the release of Java that is asked for
	main     detect.Value[string] // the main class that the build names
	manifest bool                 // main stands in the jar's manifest
	jvmArgs  []string             // that the build gives the program
	props    func(string) string  // what a filtered resource may hold
	secrets  []detect.Note        // repositories that want a login
	inputs   []string             // files that the build tool reads before it compiles, relative to top
	notes    []detect.Note
	maven    *pom
	gradle   *gradleModule
	sbt      *sbtBuild
	lisp     *lispBuild
}

func (m *module) note(line int, format string, args ...any) detect.Note {
	return m.dir.Note(m.file, line, format, args...)
}

// dep finds a library that the running program has: "group:name", where a name
// that ends in "*" takes all that begin so.
func (m *module) dep(patterns ...string) (dependency, bool) { return find(m.deps, patterns) }

// has reports whether the running program has one of the libraries.
func (m *module) has(patterns ...string) bool {
	_, ok := m.dep(patterns...)
	return ok
}

func find(deps []dependency, patterns []string) (dependency, bool) {
	for _, p := range patterns {
		group, name, _ := strings.Cut(p, ":")
		prefix, open := strings.CutSuffix(name, "*")
		for _, d := range deps {
			if (group == "" || d.group == group || strings.HasSuffix(group, "*") && strings.HasPrefix(d.group, group[:len(group)-1])) && (d.name == name || open && strings.HasPrefix(d.name, prefix)) {
				return d, true
			}
		}
	}
	return dependency{}, false
}

// plugin finds a plug-in of the build.
func (m *module) plugin(ids ...string) (plugin, bool) {
	for _, id := range ids {
		if i := slices.IndexFunc(m.plugins, func(p plugin) bool { return p.id == id }); i >= 0 {
			return m.plugins[i], true
		}
	}
	return plugin{}, false
}

func (m *module) hasPlugin(ids ...string) bool {
	_, ok := m.plugin(ids...)
	return ok
}

// value is the text at the path in a Maven plug-in's configuration, the nearest wins.
func (p plugin) value(path ...string) string {
	for _, c := range p.config {
		if v := c.Value(path...); v != "" {
			return v
		}
	}
	return ""
}
