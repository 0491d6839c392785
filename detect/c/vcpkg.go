package c

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// vcpkgRelease is the release of vcpkg for a project that names no baseline
// (https://github.com/microsoft/vcpkg/tags).
const vcpkgRelease = "2026.07.29"

// Vcpkg is how vcpkg brings the libraries.
type Vcpkg struct {
	Ref     safe.Tag // of vcpkg's repository: the baseline, or a release
	Pinned  bool     // Ref is the project's own
	Mounts  []safe.RelPath
	Install safe.Argv // more words for "vcpkg install"; may be empty
	Links   []VcpkgLink
}

// VcpkgLink is where the project has vcpkg as a submodule, which the clone takes the
// place of.
type VcpkgLink struct {
	Path, Dir safe.RelPath // Dir holds it; not set: the folder of the project
}

// vcpkgManifest is vcpkg.json
// (https://learn.microsoft.com/vcpkg/reference/vcpkg-json).
type vcpkgManifest struct {
	Dependencies  []json.RawMessage `json:"dependencies"`
	Baseline      string            `json:"builtin-baseline"`
	Configuration *vcpkgConfig      `json:"vcpkg-configuration"`
}

type vcpkgDependency struct {
	Name     string            `json:"name"`
	Host     bool              `json:"host"`
	Platform string            `json:"platform"`
	Features []json.RawMessage `json:"features"`
}

// vcpkgConfig is vcpkg-configuration.json
// (https://learn.microsoft.com/vcpkg/reference/vcpkg-configuration-json).
type vcpkgConfig struct {
	Default    *vcpkgRegistry  `json:"default-registry"`
	Registries []vcpkgRegistry `json:"registries"`
	Ports      []string        `json:"overlay-ports"`
	Triplets   []string        `json:"overlay-triplets"`
}

type vcpkgRegistry struct {
	Kind       string `json:"kind"`
	Repository string `json:"repository"`
	Baseline   string `json:"baseline"`
}

// readVcpkg reads vcpkg.json. The tools that run on the building machine, and what
// other systems need, are no libraries of the program.
func (p *project) readVcpkg() error {
	d := p.dir
	if !d.Has("vcpkg.json") {
		return nil
	}
	m := &vcpkgManifest{}
	lines, err := manifest.JSONC(d, "vcpkg.json", m)
	if err != nil {
		return err
	}
	used := false
	for i, raw := range m.Dependencies {
		dep := decode(raw)
		if dep.Name == "" || !onLinux(dep.Platform) {
			continue
		}
		why := d.Note("vcpkg.json", lines.At("dependencies", itoa(i)), "depends on %s", dep.Name)
		switch dep.Name {
		case "gtest", "catch2", "doctest", "benchmark", "vcpkg-cmake", "vcpkg-cmake-config":
			continue
		}
		used = true
		if dep.Host {
			continue
		}
		p.bring(dep.Name, "", why)
		p.ports = append(p.ports, dep.Name)
		for _, f := range dep.Features {
			need := feature(dep.Name, decode(f).Name)
			if need != "" {
				p.client(need, why)
			}
			if need == "postgres" {
				p.ports = append(p.ports, "libpq")
			}
		}
	}
	if !used {
		return nil
	}
	config := m.Configuration
	if d.Has("vcpkg-configuration.json") {
		config = &vcpkgConfig{}
		if _, err := manifest.JSONC(d, "vcpkg-configuration.json", config); err != nil {
			return err
		}
	}
	if config == nil {
		config = &vcpkgConfig{}
	}
	p.manager, p.managerWhy, p.vcpkg, p.vcpkgConfig = byVcpkg, d.Note("vcpkg.json", 0, "brings the libraries"), m, config
	return nil
}

// decode reads a dependency or a feature: its name, or an object.
func decode(data json.RawMessage) (v vcpkgDependency) {
	if json.Unmarshal(data, &v.Name) != nil && json.Unmarshal(data, &v) != nil {
		return vcpkgDependency{}
	}
	return v
}

// microsofts reports whether a registry is vcpkg's own.
func (r *vcpkgRegistry) microsofts() bool {
	if r == nil {
		return false
	}
	return r.Kind == "builtin" || r.Kind == "git" && strings.Contains(strings.ToLower(r.Repository), "github.com/microsoft/vcpkg")
}

// isCommit reports whether a baseline is what vcpkg takes for one.
func isCommit(s string) bool { return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == "" }

// vcpkgFacts is what the template needs for vcpkg.
func (p *project) vcpkgFacts(s *detect.Service, f *Facts) error {
	d := p.dir
	v := &Vcpkg{}
	f.Vcpkg, f.Manager = v, safe.LabelOf(byVcpkg)
	ref, from := p.vcpkg.Baseline, "vcpkg.json"
	if ref == "" && p.vcpkgConfig.Default.microsofts() {
		ref, from = p.vcpkgConfig.Default.Baseline, "vcpkg-configuration.json"
	}
	switch {
	case ref == "":
		ref = vcpkgRelease
		s.Notes = append(s.Notes, d.Note("vcpkg.json", 0, "names no baseline: the build takes the ports of vcpkg's release %s; vcpkg x-update-baseline --add-initial-baseline pins them", ref))
	case !isCommit(ref):
		return d.Errorf(from, 0, "%q is no baseline: it takes the 40 digits of a commit", ref)
	default:
		v.Pinned = true
	}
	var err error
	if v.Ref, err = safe.NewTag(ref); err != nil {
		return err
	}
	for _, r := range append([]vcpkgRegistry{}, p.vcpkgConfig.Registries...) {
		if r.Kind == "git" && !r.microsofts() {
			s.Notes = append(s.Notes, d.Note("vcpkg-configuration.json", 0, "%s is a registry of ports that the build fetches with git: a private one needs credentials", r.Repository))
		}
	}
	var install []string
	configure := []string{"-DCMAKE_TOOLCHAIN_FILE=/opt/vcpkg/scripts/buildsystems/vcpkg.cmake", "-DVCPKG_INSTALLED_DIR=/deps", "-DVCPKG_MANIFEST_INSTALL=OFF"}
	v.mount(d, "vcpkg.json")
	if d.Has("vcpkg-configuration.json") {
		v.mount(d, "vcpkg-configuration.json")
	}
	for _, dir := range slices.Concat(p.vcpkgConfig.Ports, p.vcpkgConfig.Triplets) {
		v.mount(d, dir)
	}
	pre := p.presets
	for _, dir := range pre.ports {
		if v.mount(d, dir) {
			install = append(install, "--overlay-ports="+dir)
		}
	}
	for _, dir := range pre.triplets {
		if v.mount(d, dir) {
			install = append(install, "--overlay-triplets="+dir)
			configure = append(configure, "-DVCPKG_OVERLAY_TRIPLETS=/src/"+dir)
		}
	}
	if pre.triplet != "" {
		install = append(install, "--triplet="+pre.triplet)
		configure = append(configure, "-DVCPKG_TARGET_TRIPLET="+pre.triplet)
		s.Notes = append(s.Notes, detect.Note{Path: pre.why.Path, Line: pre.why.Line, Text: "builds for " + pre.triplet + ": the image is for that processor alone"})
	}
	// Names of folders and a triplet are all that the project has a say in.
	if _, err = safe.NewArgv(append([]string{"vcpkg"}, install...)...); err == nil {
		_, err = safe.NewArgv(append([]string{"cmake"}, configure...)...)
	}
	if err != nil {
		return d.Errorf(pre.why.Path, pre.why.Line, "%w", err)
	}
	v.Install, f.Flags = safe.ArgvTail(install...), safe.ArgvTail(configure...)
	for _, sub := range p.submodules() {
		if rel, err := safe.NewRelPath(sub.path); err == nil && rel.Plain() && inside(sub.path) && strings.Contains(strings.ToLower(sub.url), "/vcpkg") {
			link := VcpkgLink{Path: rel}
			if dir := path.Dir(sub.path); dir != "." {
				link.Dir = safe.RelPathOf(dir)
			}
			v.Links = append(v.Links, link)
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(rel))
		}
	}
	return nil
}

// mount takes a file or a folder that vcpkg reads into the layer of the libraries.
func (v *Vcpkg) mount(d *detect.Dir, name string) bool {
	name = path.Clean(name)
	rel, err := safe.NewRelPath(name)
	if err != nil || !rel.Plain() || !inside(name) || !d.Has(name) && !d.HasDir(name) || name == "." {
		return false
	}
	if !slices.Contains(v.Mounts, rel) {
		v.Mounts = append(v.Mounts, rel)
	}
	return true
}

// vcpkgTools are what ports need of the distribution to be built, beside compilers:
// the ports, and those that bring them, and the packages.
func vcpkgTools() []struct{ ports, packages string } {
	return []struct{ ports, packages string }{
		{"libpq libpqxx postgresql taopq libpcap arrow thrift krb5 gettext", "bison flex"},
		{"libpq libpqxx postgresql boost boost-stacktrace folly proxygen libmicrohttpd libsodium jemalloc icu unixodbc nanodbc python3 cyrus-sasl krb5 libidn2 libxcrypt libev gperf gmp gnutls nettle libffi ncurses hwloc libunwind", "autoconf autoconf-archive automake libtool"},
		{"ffmpeg opencv opencv4 libjpeg-turbo libvpx x264 aom", "nasm"},
	}
}

// onLinux evaluates a platform expression for Linux with static libraries
// (https://learn.microsoft.com/vcpkg/reference/vcpkg-json#platform-expression).
func onLinux(expr string) bool {
	if expr == "" || len(expr) > 1000 {
		return true
	}
	e := &platform{s: strings.Join(strings.Fields(expr), "")}
	return e.or()
}

type platform struct {
	s     string
	i     int
	depth int
}

func (e *platform) or() bool {
	v := e.and()
	for e.i < len(e.s) && (e.s[e.i] == '|' || e.s[e.i] == ',') {
		e.i++
		v = e.and() || v
	}
	return v
}

func (e *platform) and() bool {
	v := e.not()
	for e.i < len(e.s) && e.s[e.i] == '&' {
		e.i++
		v = e.not() && v
	}
	return v
}

func (e *platform) not() bool {
	if e.depth++; e.depth > 100 {
		return true
	}
	defer func() { e.depth-- }()
	if e.i < len(e.s) && e.s[e.i] == '!' {
		e.i++
		return !e.not()
	}
	if e.i < len(e.s) && e.s[e.i] == '(' {
		e.i++
		v := e.or()
		e.i++
		return v
	}
	start := e.i
	for e.i < len(e.s) && strings.IndexByte("|,&!()", e.s[e.i]) < 0 {
		e.i++
	}
	switch e.s[start:e.i] {
	case "linux", "x64", "static", "native", "":
		return true
	}
	return false
}
