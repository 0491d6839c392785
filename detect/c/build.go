package c

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Facts is what the template reads beside the plan.
type Facts struct {
	Binary    safe.RelPath // the name of the program's file
	Output    safe.RelPath // where the build leaves it, from the root of the build stage
	OutOfTree bool         // the build has a folder of its own, which a cache keeps
	Configure safe.Argv    // comes before the build; may be empty
	Flags     safe.Argv    // more words for Configure; may be empty
	Prepare   safe.Argv    // comes before Configure; may be empty
	Manager   safe.Label   // what brings libraries: conan or vcpkg; may be empty
	Conan     *Conan
	Vcpkg     *Vcpkg
	Libs      bool   // libraries that the program loads go along with it
	Files     []File // that the program reads
}

// build says how the program is made. In a cache the configuration of the last
// build is there, and both tools take it up again.
func (p *project) build(s *detect.Service, e *executable) error {
	var argv []string
	switch p.tool {
	case "cmake":
		argv = []string{"cmake", "--build", "/build", "--parallel", "--target", e.name}
	case "meson":
		argv = []string{"meson", "compile", "-C", "/build", e.name}
	case "autotools":
		argv = []string{"make"}
	default:
		argv = []string{"make", strings.TrimPrefix(e.output, "/src/")}
	}
	v, err := safe.NewArgv(argv...)
	if err != nil {
		return p.dir.Errorf(p.file, e.why.Line, "%w", err)
	}
	s.Build = detect.Found(v, e.why)
	return nil
}

// configure are the commands before the build.
func (p *project) configure(s *detect.Service, f *Facts) error {
	switch p.tool {
	case "cmake":
		f.Configure = safe.ArgvOf("cmake", "-S", ".", "-B", "/build", "-DCMAKE_BUILD_TYPE=Release")
	case "meson":
		f.Configure = safe.ArgvOf("meson", "setup", "--buildtype=release", "/build")
	case "autotools":
		f.Prepare, f.Configure = safe.ArgvOf("autoreconf", "--force", "--install"), safe.ArgvOf("./configure")
	}
	switch p.manager {
	case byConan:
		return p.conanFacts(f)
	case byVcpkg:
		return p.vcpkgFacts(s, f)
	}
	return nil
}

// readManagers reads what brings libraries beside the distribution.
func (p *project) readManagers() error {
	p.compiled()
	if p.tool != "cmake" && p.tool != "meson" {
		return nil
	}
	p.presets = readPresets(p.dir)
	// Of two manifests the one counts that the presets or the submodules speak of.
	if p.tool == "cmake" && (p.presets.vcpkg || p.dir.First("conanfile.py", "conanfile.txt") == "" || p.hasVcpkg()) {
		if err := p.readVcpkg(); err != nil || p.manager != "" {
			return err
		}
	}
	return p.readConan()
}

// hasVcpkg reports whether vcpkg is a submodule.
func (p *project) hasVcpkg() bool {
	return slices.ContainsFunc(p.submodules(), func(s submodule) bool { return strings.Contains(strings.ToLower(s.url), "microsoft/vcpkg") })
}

// managers says what of the build needs a person.
func (p *project) managers(s *detect.Service) {
	d := p.dir
	if name := d.First("conanfile.txt", "conanfile.py", "vcpkg.json"); name != "" && p.manager == "" {
		why := "what it brings is for tests alone, so that the written build does without it"
		if p.tool != "cmake" && (p.tool != "meson" || name == "vcpkg.json") {
			why = "the written build does not use it: what Debian has of the libraries is installed by apt"
		}
		s.Notes = append(s.Notes, d.Note(name, 0, "%s", why))
	}
	if p.fetches != nil {
		s.Notes = append(s.Notes, *p.fetches)
	}
	for _, sub := range p.submodules() {
		if !strings.Contains(strings.ToLower(sub.url), "/vcpkg") {
			s.Notes = append(s.Notes, d.Note(".gitmodules", sub.line, "the build needs the submodules: git submodule update --init --recursive before docker build"))
			break
		}
	}
	if p.manager != "" {
		return
	}
	for _, dep := range p.deps {
		if dep.kind == "cmake" && !p.known(dep.name) {
			n := dep.why
			n.Text += ": no package of Debian is known for it, so the build fails unless you add what brings it"
			s.Notes = append(s.Notes, n)
		}
	}
}

// known reports whether a package that CMake looks for is one of CMake's own, of
// the table, or brought by the project.
func (p *project) known(name string) bool {
	if strings.Contains(name, "::") {
		return true // a component
	}
	lower := strings.ToLower(name)
	switch lower {
	case "threads", "git", "doxygen", "python3", "pythoninterp", "pkgconfig", "gtest", "googletest", "catch2", "benchmark", "openmp", "perl", "bison", "flex", "lcov", "clangformat", "sanitizers":
		return true
	}
	for _, l := range libraries() {
		for _, n := range strings.Fields(l.names) {
			if n == lower {
				return true
			}
		}
	}
	return p.dir.Has("cmake/Find"+name+".cmake") || p.dir.Has("cmake/modules/Find"+name+".cmake") || p.fetches != nil
}
