// Package conan reads what a project asks Conan for: conanfile.txt, and of
// conanfile.py what stands there literally. Nothing is run, so a requirement that
// the recipe computes is not known.
package conan

import (
	"encoding/json"
	"slices"
	"strings"
)

// File is what a conanfile says.
type File struct {
	Requires   []Requirement
	Generators []string // as Conan calls them: CMakeDeps, CMakeToolchain, MesonToolchain
	// Generated is the folder of the generated files below the output folder, for one
	// configuration, Release; it is only known where Literal is set.
	Generated string
	Literal   bool
	Old       bool     // for Conan 1 alone
	Shared    *Option  // asks for shared libraries
	Reads     []string // names in the recipe that may be files which it reads as it is loaded
	AsksGit   int      // the line where the recipe's version is asked of git; 0: nowhere
	Cache     []Option // variables that the recipe puts into CMake's presets alone
}

// Requirement is one package.
type Requirement struct {
	Name, Version string
	User          string // of name/version@user/channel, which ConanCenter does not have
	Tool          bool   // runs while building
	Test          bool
	Line          int
}

// Option is a name with a value.
type Option struct {
	Name, Value string
	Line        int
}

// legacy are the generators of Conan 1 that Conan 2 does not have
// (https://docs.conan.io/1/reference/generators.html).
var legacy = strings.Fields("cmake cmake_multi cmake_paths cmake_find_package cmake_find_package_multi pkg_config txt json ycm make gcc compiler_args virtualenv virtualrunenv virtualbuildenv")

// Text reads a conanfile.txt
// (https://docs.conan.io/2/reference/conanfile_txt.html).
func Text(src string) *File {
	f := &File{Literal: true}
	section := ""
	for i, line := range strings.Split(src, "\n") {
		if j := strings.IndexByte(line, '#'); j == 0 || j > 0 && (line[j-1] == ' ' || line[j-1] == '\t') {
			line = line[:j] // a # within a word begins a revision
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case strings.HasPrefix(line, "["):
			section = strings.TrimSuffix(line[1:], "]")
			f.Old = f.Old || section == "imports" || section == "build_requires"
			continue
		}
		switch section {
		case "requires", "tool_requires", "build_requires", "test_requires":
			f.require(line, i+1, section)
		case "generators":
			f.generate(line)
		case "options":
			if name, value, ok := strings.Cut(line, "="); ok {
				f.option(strings.TrimSpace(name), strings.TrimSpace(value), i+1)
			}
		case "layout":
			f.layout(line)
		}
	}
	return f
}

func (f *File) require(ref string, line int, section string) {
	name, rest, ok := strings.Cut(ref, "/")
	if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " {") {
		return
	}
	rest, _, _ = strings.Cut(rest, "#")
	version, user, _ := strings.Cut(rest, "@")
	if slices.ContainsFunc(f.Requires, func(r Requirement) bool { return r.Name == name && r.Tool == (section == "tool_requires") }) {
		return
	}
	f.Requires = append(f.Requires, Requirement{Name: name, Version: version, User: user, Line: line,
		Tool: section == "tool_requires" || section == "build_requires", Test: section == "test_requires"})
}

func (f *File) generate(name string) {
	f.Old = f.Old || slices.Contains(legacy, name)
	if !slices.Contains(f.Generators, name) {
		f.Generators = append(f.Generators, name)
	}
}

// option knows "shared" alone, of all packages or of one: drogon/*:shared, and the
// drogon:shared of Conan 1.
func (f *File) option(name, value string, line int) {
	if pkg, opt, ok := strings.Cut(name, ":"); ok && opt == "shared" && pkg != "&" && strings.EqualFold(value, "true") && f.Shared == nil {
		f.Shared = &Option{name, value, line}
	}
}

// layout knows where the two layouts that Conan has for CMake and for the others put
// what is generated (conan/tools/cmake/layout.py, conan/tools/layout/__init__.py).
func (f *File) layout(name string) {
	switch name {
	case "cmake_layout":
		f.Generated = "build/Release/generators"
	case "basic_layout":
		f.Generated = "build-release/conan"
	default:
		f.Literal = false
	}
}

// Has reports whether the project asks for one of the generators.
func (f *File) Has(names ...string) bool {
	return slices.ContainsFunc(f.Generators, func(g string) bool { return slices.Contains(names, g) })
}

// Tools reports whether something that Conan brings runs while building.
func (f *File) Tools() bool {
	return slices.ContainsFunc(f.Requires, func(r Requirement) bool { return r.Tool })
}

// Lock reads the names out of a conan.lock, and whether it is of Conan 1.
func Lock(data []byte) (names []string, old bool, err error) {
	var lock struct {
		Version  string          `json:"version"`
		Requires []string        `json:"requires"`
		Graph    json.RawMessage `json:"graph_lock"`
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, false, err
	}
	for _, r := range lock.Requires {
		if name, _, ok := strings.Cut(r, "/"); ok {
			names = append(names, name)
		}
	}
	return names, len(lock.Graph) > 0, nil
}
