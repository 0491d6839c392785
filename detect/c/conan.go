package c

import (
	"slices"
	"strings"

	"dockgen/detect/c/conan"
	"dockgen/internal/safe"
)

// The releases of Conan that the build installs, as PyPI has them: the newest, and the
// last of the old kind, whose files Conan 2 can't read (https://docs.conan.io/2).
const (
	conan2 = "2.34.0"
	conan1 = "1.66.0"
)

// Conan is how Conan brings the libraries.
type Conan struct {
	Version   safe.Version // of Conan
	Old       bool         // it is Conan 1
	Mounts    []safe.RelPath
	Install   safe.Argv    // not set: CMake calls Conan itself
	Generated safe.RelPath // the folder of the generated files; not set: they have to be looked for
	Toolchain safe.Label   // the generated file that the build is told of, where it has to be looked for
	Env       bool         // what Conan brings runs while building: its environment is needed
}

// readConan reads the conanfile beside the build file. A project where it brings
// nothing but tests is built without it.
func (p *project) readConan() error {
	d := p.dir
	name := d.First("conanfile.py", "conanfile.txt")
	if name == "" {
		if p.runsConan.Path != "" {
			p.manager, p.managerWhy = byConan, p.runsConan
		}
		return nil
	}
	data, err := d.Read(name)
	if err != nil {
		return err
	}
	file := conan.Text(string(data))
	if strings.HasSuffix(name, ".py") {
		file = conan.Python(string(data))
	}
	used, private := false, 0
	for _, r := range file.Requires {
		why := d.Note(name, r.Line, "requires %s/%s", r.Name, r.Version)
		if r.Test {
			continue
		}
		used = true
		if !r.Tool {
			p.bring(r.Name, r.Version, why)
		}
		if r.User != "" && r.User != "_/_" {
			if private++; private > 1 {
				continue
			}
			p.notes = append(p.notes, d.Note(name, r.Line, "%s/%s@%s is in no public repository of Conan: the build needs the one that has it (conan remote add)", r.Name, r.Version, r.User))
		}
	}
	if !used {
		return nil
	}
	if d.Has("conan.lock") {
		if err := p.readConanLock(file); err != nil {
			return err
		}
	}
	file.Old = file.Old || p.oldConan
	p.manager, p.managerWhy, p.conan, p.conanName = byConan, d.Note(name, 0, "brings the libraries"), file, name
	return nil
}

func (p *project) readConanLock(file *conan.File) error {
	data, err := p.dir.ReadLock("conan.lock")
	if err != nil {
		return err
	}
	names, old, err := conan.Lock(data)
	if err != nil {
		return p.dir.Errorf("conan.lock", 0, "parsing it: %w", err)
	}
	file.Old = file.Old || old
	for _, n := range names {
		if !p.isBrought(n) {
			p.bringAlong(n, p.dir.Note("conan.lock", 0, "holds %s", n))
		}
	}
	return nil
}

// conanFacts is what the template needs for Conan.
func (p *project) conanFacts(f *Facts) error {
	file := p.conan
	version := conan2
	if file == nil || file.Old {
		version = conan1
	}
	v, err := safe.NewVersion(version)
	if err != nil {
		return err
	}
	c := &Conan{Version: v, Old: version == conan1}
	f.Conan, f.Manager = c, safe.LabelOf(byConan)
	if file == nil {
		return nil
	}
	names := append([]string{p.conanName, "conan.lock", "conandata.yml"}, file.Reads...)
	if c.Old {
		names[1] = names[0] // Conan 1 takes a lock file when it is told of one, for one profile alone
	}
	for _, n := range names {
		rel, err := safe.NewRelPath(strings.TrimPrefix(n, "./"))
		if err != nil || !rel.Plain() || !inside(rel.String()) || !p.dir.Has(rel.String()) || slices.Contains(c.Mounts, rel) {
			continue
		}
		c.Mounts = append(c.Mounts, rel)
	}
	if c.Old {
		// What Conan 1 writes names its cache, which therefore is part of the layer, and
		// CMake looks for it in the folder of the build.
		c.Install = safe.ArgvTail("--install-folder=/build", "--build=missing", "-s", "build_type=Release")
		c.Generated, f.OutOfTree = safe.RelPathOf("build"), false
		f.Flags = safe.ArgvTail(p.conanPaths()...)
		return nil
	}
	install := []string{"--build=missing", "-s", "build_type=Release"}
	if p.std >= 17 {
		install = append(install, "-s", "compiler.cppstd="+itoa(p.std))
	}
	for _, g := range p.missing() {
		install = append(install, "-g", g)
	}
	if slices.Contains(c.Mounts, safe.RelPathOf("conan.lock")) {
		install = append(install, "--lockfile=conan.lock", "--lockfile-partial")
	}
	c.Install = safe.ArgvTail(install...)
	c.Env = file.Tools()
	if generated, err := safe.NewRelPath("deps/" + file.Generated); err == nil && file.Literal && generated.Plain() && (file.Generated == "" || inside(file.Generated)) {
		c.Generated = safe.RelPathOf(strings.TrimSuffix(generated.String(), "/"))
	}
	name, flag := "conan_toolchain.cmake", "-DCMAKE_TOOLCHAIN_FILE="
	if p.tool == "meson" {
		name, flag = "conan_meson_native.ini", "--native-file="
	}
	if c.Generated.IsZero() {
		c.Toolchain = safe.LabelOf(name)
	} else {
		f.Flags = safe.ArgvTail(flag + "/" + c.Generated.String() + "/" + name)
	}
	if file.AsksGit > 0 {
		p.notes = append(p.notes, p.dir.Note(p.conanName, file.AsksGit, "set_version asks git, and the build context has no history: give the version when there is none"))
	}
	return p.cacheVariables(f)
}

// conanPaths tells CMake of the finders that Conan 1 has written, where the project
// does not include them itself.
func (p *project) conanPaths() []string {
	if p.tool == "cmake" && p.conan.Has("cmake_find_package", "cmake_find_package_multi", "CMakeDeps") {
		return []string{"-DCMAKE_MODULE_PATH=/build", "-DCMAKE_PREFIX_PATH=/build"}
	}
	return nil
}

// missing are the generators that the build needs and the project does not ask for.
func (p *project) missing() (out []string) {
	add := func(first string, other ...string) {
		if !p.conan.Has(append(other, first)...) {
			out = append(out, first)
		}
	}
	switch p.tool {
	case "cmake":
		add("CMakeDeps", "CMakeConfigDeps")
		add("CMakeToolchain")
	case "meson":
		add("PkgConfigDeps")
		add("MesonToolchain")
	}
	return out
}

// cacheVariables gives CMake what the recipe puts into its presets.
func (p *project) cacheVariables(f *Facts) error {
	for _, o := range p.conan.Cache {
		if p.tool != "cmake" || strings.HasPrefix(o.Name, "CMAKE_TOOLCHAIN") {
			continue
		}
		value := map[string]string{"True": "ON", "False": "OFF"}[o.Value]
		if value == "" {
			value = o.Value
		}
		word := "-D" + o.Name + "=" + value
		if _, err := safe.NewArgv("cmake", word); err != nil {
			return p.dir.Errorf(p.conanName, o.Line, "%w", err)
		}
		f.Flags = safe.ArgvTail(append(f.Flags.Args(), word)...)
	}
	return nil
}
