package c

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// Facts is what the template reads beside the plan.
type Facts struct {
	Binary    safe.RelPath // the name of the program's file
	Output    safe.RelPath // where the build leaves it, from the root of the build stage
	OutOfTree bool         // the build has a folder of its own, which a cache keeps
	Configure safe.Argv    // comes before the build; may be empty
	Prepare   safe.Argv    // comes before Configure; may be empty
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
func (p *project) configure(f *Facts) {
	switch p.tool {
	case "cmake":
		f.Configure = safe.ArgvOf("cmake", "-S", ".", "-B", "/build", "-DCMAKE_BUILD_TYPE=Release")
	case "meson":
		f.Configure = safe.ArgvOf("meson", "setup", "--buildtype=release", "/build")
	case "autotools":
		f.Prepare, f.Configure = safe.ArgvOf("autoreconf", "--force", "--install"), safe.ArgvOf("./configure")
	}
}

// managers says what brings libraries beside the distribution, and what of the
// build needs a person.
func (p *project) managers(s *detect.Service) {
	d := p.dir
	if name := d.First("conanfile.txt", "conanfile.py"); name != "" {
		s.Notes = append(s.Notes, d.Note(name, 0, "Conan brings the libraries, which the written build does not run: what Debian has of them is installed by apt"))
	}
	if d.Has("vcpkg.json") {
		var file struct {
			Dependencies []any `json:"dependencies"`
		}
		if lines, err := manifest.JSON(d, "vcpkg.json", &file); err == nil {
			for i, dep := range file.Dependencies {
				name, _ := dep.(string)
				if m, ok := dep.(map[string]any); ok {
					name, _ = m["name"].(string)
				}
				if name != "" {
					p.depends(name, "cmake", d.Note("vcpkg.json", lines.At("dependencies", itoa(i)), "depends on %s", name))
				}
			}
			p.packages(s)
		}
		s.Notes = append(s.Notes, d.Note("vcpkg.json", 0, "vcpkg brings the libraries, which the written build does not run: what Debian has of them is installed by apt"))
	}
	if p.fetches != nil {
		s.Notes = append(s.Notes, *p.fetches)
	}
	if d.Has(".gitmodules") {
		s.Notes = append(s.Notes, d.Note(".gitmodules", 0, "the build needs the submodules: git submodule update --init --recursive before docker build"))
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
