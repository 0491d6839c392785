// Package c detects programs written in C and C++.
//
// The flow of one inspection: the build file (CMake, Meson, a makefile, autotools)
// says which programs there are, of which sources, with which libraries; the one or
// those that are no tests are looked at; and their sources, read as token trees
// (package csource), tell whether and where they listen. Nothing is configured or
// compiled, so what only a configured build knows is not known here.
package c

import (
	"context"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

const cpp = "cpp"

// Detector finds C and C++ programs.
type Detector struct{}

// Name is the detector's name, and that of the first of its languages.
func (Detector) Name() string { return "c" }

// Languages lists both.
func (Detector) Languages() []string { return []string{"c", cpp} }

// Markers are the build files.
func (Detector) Markers() []string {
	return []string{"CMakeLists.txt", "meson.build", "Makefile", "makefile", "GNUmakefile", "configure.ac"}
}

// Yields lets the other languages go first: a makefile, and C beside it, is part of
// many projects in other languages.
func (Detector) Yields() {}

// PackageManagers lists the build tools and what brings libraries.
func (Detector) PackageManagers() []string {
	return []string{"cmake", "meson", "make", "autotools", "conan", "vcpkg"}
}

// Inspect returns a service for every program of the build in d that is no test.
func (Detector) Inspect(ctx context.Context, d *detect.Dir) ([]*detect.Service, error) {
	for up := range d.Parents() {
		if up.First("CMakeLists.txt", "meson.build", "configure.ac") != "" {
			return nil, nil // part of the build above
		}
		if makes(up, d.Path()) {
			return nil, detect.NotService("part of the program that the makefile in %s builds", up.Path())
		}
	}
	if aside(path.Join(d.Path(), "x")) || !hasSources(d) {
		return nil, nil
	}
	p, err := read(d)
	if err != nil || p == nil {
		return nil, err
	}
	if err := p.readManagers(); err != nil {
		return nil, err
	}
	execs, err := p.choose()
	if err != nil {
		return nil, err
	}
	var services []*detect.Service
	for _, e := range execs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := p.service(e)
		if err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	return keep(services), nil
}

// hasSources reports whether there is C or C++ below the folder.
func hasSources(d *detect.Dir) bool {
	for name := range d.Files("*.c", "*.cc", "*.cpp", "*.cxx") {
		if !aside(name) {
			return true
		}
	}
	return false
}

// read reads the build file that says most.
func read(d *detect.Dir) (*project, error) {
	switch {
	case d.Has("CMakeLists.txt"):
		return readCMake(d)
	case d.Has("meson.build"):
		return readMeson(d)
	case d.Has("configure.ac"):
		return readAutotools(d, "configure.ac")
	}
	return readMake(d, d.First("GNUmakefile", "makefile", "Makefile"))
}

// choose leaves out tests, and applies the user's choice.
func (p *project) choose() ([]*executable, error) {
	if want := p.dir.Choices().Main; want.IsSet() {
		for _, e := range p.execs {
			if e.name == want.V.String() {
				return []*executable{e}, nil
			}
		}
		return nil, detect.NotService("%s makes no program called %q", p.file, want.V)
	}
	var out []*executable
	for _, e := range p.execs {
		if !e.test && (!e.tried || e.installed) {
			out = append(out, e)
		}
	}
	if only := p.onlyOne(); len(out) == 0 && only != nil {
		out = []*executable{only}
	}
	if name, why := p.isDesktop(); name != "" && len(out) > 0 {
		return nil, detect.NotService("a program with windows: it uses %s (%s:%d)", name, why.Path, why.Line)
	}
	if p.installs && len(out) > 0 && !slices.ContainsFunc(out, func(e *executable) bool { return !isTool(e.name) }) {
		return nil, detect.NotService("library: what %s makes beside it is a tool for those who use it (dockgen init --main %s takes it)", p.file, out[len(out)-1].name)
	}
	if len(out) == 0 {
		if len(p.execs) > 0 {
			return nil, detect.NotService("library: the only programs that %s makes are tests and examples", p.file)
		}
		return nil, detect.NotService("library: %s makes no program", p.file)
	}
	return out, nil
}

// onlyOne is the one program that there is, though its name has the word demo or
// example in it: as a whole project it shows something by running.
func (p *project) onlyOne() *executable {
	var one *executable
	for _, e := range p.execs {
		if !e.shows || aside(strings.TrimPrefix(e.output, "/build/")) {
			continue
		}
		if one != nil {
			return nil
		}
		one = e
	}
	return one
}

// isTool reports whether a program's name says that it talks to a server. It may well be
// made of sources that listen, which are those of the server too.
func isTool(name string) bool {
	return slices.ContainsFunc(words(strings.ReplaceAll(name, "-", "_")), func(w string) bool { return w == "client" || w == "cli" || w == "ctl" })
}

// keep takes tools out where the project has a server.
func keep(services []*detect.Service) []*detect.Service {
	server := func(s *detect.Service) bool { return s.Kind == detect.Server }
	if !slices.ContainsFunc(services, server) {
		return services
	}
	var kept []*detect.Service
	for _, s := range services {
		if server(s) {
			kept = append(kept, s)
		}
	}
	for _, s := range services {
		if !server(s) {
			kept[0].Notes = append(kept[0].Notes, detect.Note{Path: s.Main.Why[0].Path, Line: s.Main.Why[0].Line, Text: s.Main.V.String() + " is left out: a tool that ends by itself (dockgen init --main " + s.Main.V.String() + " takes it)"})
		}
	}
	return kept
}

func (p *project) service(e *executable) (*detect.Service, error) {
	main, err := safe.NewLabel(e.name)
	if err != nil {
		return nil, p.dir.Errorf(p.file, e.why.Line, "%w", err)
	}
	binary, err := safe.NewRelPath(path.Base(e.output))
	if err != nil || !binary.Plain() || !strings.HasPrefix(e.output, "/") {
		return nil, p.dir.Errorf(p.file, e.why.Line, "%q is no name that dockgen can give to a program", path.Base(e.output))
	}
	output, err := safe.NewRelPath(strings.TrimPrefix(e.output, "/"))
	if err != nil || !output.Plain() {
		return nil, p.dir.Errorf(p.file, e.why.Line, "%q is no path that dockgen can write", e.output)
	}
	start, err := safe.NewArgv("/app/" + binary.String())
	if err != nil {
		return nil, err
	}
	scan, err := p.scan(e)
	if err != nil {
		return nil, err
	}
	p.notes = slices.Clip(p.notes)
	s := &detect.Service{
		Name:           safe.Slug(strings.ReplaceAll(e.name, "_", "-"), "app"),
		Language:       "c",
		Kind:           detect.CLI,
		Linkage:        detect.Libc,
		Main:           detect.Found(main, e.why),
		PackageManager: detect.Found(p.tool, p.dir.Note(p.file, 0, "is built with %s", p.tool)),
		Start:          detect.Found(start, e.why),
		Env:            scan.envs(),
		Notes:          p.notes,
	}
	if slices.ContainsFunc(p.sourcesOf(e), isCxx) || len(p.sourcesOf(e)) == 0 && slices.ContainsFunc(scan.files, func(f *scanned) bool { return isCxx(f.path) }) {
		s.Language, s.Linkage = cpp, detect.Libcxx
	}
	if !isTool(e.name) {
		p.listen(s, scan)
		p.drogon(s, scan)
	}
	p.included(scan)
	p.speaks(e, scan)
	p.packages(s)
	p.managers(s)
	p.needs(s)
	if err := p.build(s, e); err != nil {
		return nil, err
	}
	f := &Facts{Binary: binary, Output: output, OutOfTree: p.tool == "cmake" || p.tool == "meson"}
	if err := p.configure(s, f); err != nil {
		return nil, err
	}
	if p.manager != "" {
		s.PackageManager = detect.Found(p.manager, p.managerWhy)
	}
	p.shared(s, f)
	p.files(s, f, scan)
	p.pages(s, f, scan)
	s.Facts = f
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/*.o"), safe.PatternOf("**/CMakeCache.txt"), safe.PatternOf("cmake-build-*"))
	if out, ok := strings.CutPrefix(e.output, "/src/"); ok {
		if rel, err := safe.NewRelPath(out); err == nil { // built on this machine, which is another
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(rel))
		}
	}
	s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image.title", Value: main})
	if v, err := safe.NewLabel(p.version); err == nil && strings.ContainsAny(p.version, "0123456789") && !strings.ContainsAny(p.version, "$ ") {
		s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image.version", Value: v})
	}
	return s, nil
}

// listen sets kind and port.
func (p *project) listen(s *detect.Service, scan *scan) {
	e := scan.listens()
	if e == nil {
		return
	}
	s.Kind = detect.Server
	s.Graceful = e.signals
	if e.why.Path == "" {
		e.why = p.dir.Note(p.file, 0, "the sources call bind and listen")
	}
	if e.framework != "" {
		s.Framework = detect.Found(e.framework, e.why)
	}
	env, err := safe.NewEnvName(e.env)
	if err == nil {
		s.PortEnv = env
	}
	switch {
	case e.port > 0:
		s.Port = detect.Found(safe.Port(e.port), e.why)
	case e.port < 0 && s.PortEnv.IsZero():
		s.Port = detect.Assumed(safe.Port(-e.port), e.why)
	default:
		s.Port = detect.Assumed(safe.Port(8080), e.why)
	}
	if strings.HasPrefix(e.host, "127.") || e.host == "localhost" || e.host == "::1" {
		n := e.why
		n.Text = "listens on " + e.host + ": nothing outside the container can reach it; let it listen on 0.0.0.0"
		s.Notes = append(s.Notes, n)
	}
	if e.note {
		s.Notes = append(s.Notes, p.dir.Note(p.file, s.Main.Why[0].Line, "%s wants arguments: say them with dockgen init --start '%s ARGUMENTS'", s.Main.V, s.Start.V))
	}
}
