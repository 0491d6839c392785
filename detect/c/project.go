package c

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/c/conan"
	"dockgen/internal/safe"
)

// project is what a build file says, whichever tool it is for.
type project struct {
	dir      *detect.Dir
	tool     string // cmake, meson, make or autotools
	file     string // the build file
	name     string
	version  string
	execs    []*executable
	libs     map[string][]string // sources of the project's own libraries
	links    map[string][]string // what a target links: libraries, own and others
	deps     []dependency
	fetches  *detect.Note // it downloads sources while it configures
	fetched  []dependency // what it downloads
	notes    []detect.Note
	installs bool // a library of its own: others are to link it

	std       int         // of C++, as the build file asks for it; 0: the compiler's own
	runsConan detect.Note // CMake calls Conan 1 by itself
	oldConan  bool        // CMake includes what Conan 1 writes
	presets   presets
	subs      *[]submodule

	manager     string // that brings libraries: conan or vcpkg
	managerWhy  detect.Note
	brought     map[string]detect.Note // by what build files call them, in lower case
	clients     []detect.Need          // of backing services, among what is brought
	conan       *conan.File
	conanName   string
	vcpkg       *vcpkgManifest
	vcpkgConfig *vcpkgConfig
	ports       []string // of vcpkg, by their names
}

// executable is a program that the build makes.
type executable struct {
	name      string
	sources   []string // relative to the folder
	output    string   // where the build leaves it, an absolute path in the build stage
	test      bool     // or it shows something, or lies among what does
	shows     bool     // its name alone says that it shows something
	tried     bool     // tests run it
	installed bool     // the build file installs it
	why       detect.Note
}

// dependency is a package that the build looks for.
type dependency struct {
	name string // as the build file says it
	kind string // "cmake", "pkg-config" or "lib"
	why  detect.Note
}

func (p *project) depends(name, kind string, why detect.Note) {
	if !slices.ContainsFunc(p.deps, func(d dependency) bool { return d.name == name }) {
		p.deps = append(p.deps, dependency{name, kind, why})
	}
}

// shows are folders whose programs show or test something.
var shows = strings.Fields("test tests testing unittest unittests example examples sample samples demo demos bench benchmark benchmarks fuzz fuzzing")

// asides are folders whose programs or sources are not the project's own work.
var asides = append(strings.Fields("doc docs tools tool scripts third_party thirdparty 3rdparty external extern deps dep vendor vendored contrib subprojects lib libs "+
	"submodules build cmake-build-debug cmake-build-release _deps devel"), shows...)

// otherSystems are variables of CMake that say what no container is.
var otherSystems = strings.Fields("WINDOWS DARWIN FREEBSD OPENBSD NETBSD BSD HAIKU ZEPHYR_BASE ESP_PLATFORM PICO_PLATFORM VITA PSP NINTENDO_SWITCH")

// shown reports whether a path lies in a folder of tests or examples: what one of them
// links is its own business.
func shown(p string) bool { return below(p, shows) }

// aside reports whether a path lies in a folder that shows, tests or is somebody else's.
func aside(p string) bool { return below(p, asides) }

// below reports whether a path lies in a folder of one of the names.
func below(p string, names []string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(p), "/"), func(part string) bool { return slices.Contains(names, strings.ToLower(part)) })
}

// testName reports whether a program's name says that it tests or shows something.
func testName(name string) bool {
	for _, part := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		switch strings.TrimRight(part, "0123456789") {
		case "test", "tests", "testing", "testrunner", "unittest", "unittests", "example", "examples", "demo", "bench", "benchmark", "benchmarks", "fuzz", "fuzzer", "sample", "perf":
			return true
		}
	}
	return false
}

// showName reports whether a name says that the program shows something, and not that
// it tests or measures.
func showName(name string) bool {
	shows := false
	for _, part := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		switch strings.TrimRight(part, "0123456789") {
		case "example", "examples", "demo", "sample":
			shows = true
		case "test", "tests", "testing", "testrunner", "unittest", "unittests", "bench", "benchmark", "benchmarks", "fuzz", "fuzzer", "perf":
			return false
		}
	}
	return shows
}

func isSource(name string) bool { return isC(name) || isCxx(name) }

func isC(name string) bool { return path.Ext(name) == ".c" }

func isCxx(name string) bool {
	switch path.Ext(name) {
	case ".cc", ".cpp", ".cxx", ".c++", ".C", ".cppm", ".ixx":
		return true
	}
	return false
}

// inside reports whether a relative path stays in the folder.
func inside(p string) bool {
	clean := path.Clean(p)
	return p != "" && !path.IsAbs(p) && clean != ".." && !strings.HasPrefix(clean, "../") && safe.FileName(strings.ReplaceAll(clean, "/", "x")) == nil
}

// sourcesOf are the files that a program is made of, those of the project's own
// libraries that it links included.
func (p *project) sourcesOf(e *executable) []string {
	out := slices.Clone(e.sources)
	seen := map[string]bool{e.name: true}
	var link func(target string)
	link = func(target string) {
		for _, l := range p.links[target] {
			if seen[l] {
				continue
			}
			seen[l] = true
			if src, ok := p.libs[l]; ok {
				out = append(out, src...)
				link(l)
			}
		}
	}
	link(e.name)
	return out
}

// moduleName is the name in "zlib>=1.2", as pkg-config takes it.
func moduleName(s string) string {
	if i := strings.IndexAny(s, "<>= "); i >= 0 {
		s = s[:i]
	}
	return s
}
