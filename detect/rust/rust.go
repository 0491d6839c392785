// Package rust detects programs written in Rust.
//
// The flow of one inspection: the package with its workspace, its features and the
// packages of the project that it depends on by path; its binaries; for each of
// them the files that it is made of, read as token trees (package source), and the
// functions that main leads to. From these and from the lock file come kind,
// framework, port, environment, backing services, native packages and the files
// that are read at run time. Cargo and the compiler are never run.
package rust

import (
	"context"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Detector finds Rust programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "rust" }

// Markers are the manifest of a package or workspace.
func (Detector) Markers() []string { return []string{"Cargo.toml"} }

// PackageManagers lists Cargo, and those of a front end that is built beside it.
func (Detector) PackageManagers() []string { return append([]string{"cargo"}, nodepkg.Managers()...) }

// Inspect returns a service for every binary of the package in d that is no mere
// tool beside a server.
func (Detector) Inspect(ctx context.Context, d *detect.Dir) ([]*detect.Service, error) {
	p, err := load(d)
	if err != nil {
		return nil, err
	}
	if p.toml.Package == nil {
		if p.toml.Workspace == nil {
			return nil, detect.NotService("Cargo.toml has neither a package nor a workspace")
		}
		return nil, nil // a virtual manifest: its members are looked at where they are
	}
	if p.name() == "" {
		return nil, d.Errorf("Cargo.toml", p.lines.At("package"), "the package has no name")
	}
	if strings.ContainsAny(p.name(), "${<%") { // cargo-generate, Cookiecutter, just and their kind fill it in
		return nil, detect.NotService("a template of projects: the package is called %q until somebody makes a project of it", p.name())
	}
	if base := path.Base(d.Path()); p.name() == "xtask" || base == "xtask" || base == "fuzz" {
		return nil, detect.NotService("%s serves the developers", p.name())
	}
	if _, ok := p.uses("tauri"); ok {
		return nil, detect.NotService("a desktop application (Tauri)")
	}
	bins := p.bins()
	if bins, err = choose(d, p, bins); err != nil {
		return nil, err
	}
	if len(bins) == 0 {
		if p.wasm() {
			return nil, detect.NotService("library for the browser (cdylib): no binary")
		}
		return nil, detect.NotService("library: no binary")
	}
	locals, err := p.locals()
	if err != nil {
		return nil, err
	}
	l, err := readLock(p.ws.dir)
	if err != nil {
		return nil, err
	}
	crates := l.crates(locals)
	var services []*detect.Service
	for _, b := range bins {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := newProgram(b, p, locals, crates).service()
		if err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	if p.browser() && !slices.ContainsFunc(services, func(s *detect.Service) bool { return s.Kind.Deployed() }) {
		return nil, detect.NotService("a program for the browser, in the page index.html: trunk build makes the files, which a web server or the program's other half serves")
	}
	return keep(d, p, services), nil
}

// choose applies the user's choice of a binary.
func choose(d *detect.Dir, p *pkg, bins []bin) ([]bin, error) {
	want := d.Choices().Main
	if !want.IsSet() || len(bins) == 0 {
		return bins, nil
	}
	names := make([]string, len(bins))
	for i, b := range bins {
		names[i] = b.name
		if w := want.V.String(); w == b.name || path.Clean(w) == b.path || path.Clean(w) == path.Join(d.Path(), b.path) {
			return bins[i : i+1], nil
		}
	}
	return nil, detect.NotService("no binary of %s is called %q: candidates are %s (dockgen init --main %s)", p.name(), want.V, strings.Join(names, ", "), names[0])
}

// keep takes tools out where the package has something that keeps running, or
// says itself which of several binaries is the one to run.
func keep(d *detect.Dir, p *pkg, services []*detect.Service) []*detect.Service {
	if len(services) < 2 {
		return services
	}
	long := func(s *detect.Service) bool { return s.Kind == detect.Server || s.Kind == detect.Worker }
	wanted := long
	if !slices.ContainsFunc(services, long) {
		run := p.toml.Package.DefaultRun
		if run == "" {
			return services
		}
		wanted = func(s *detect.Service) bool { return s.Main.V.String() == run }
		if !slices.ContainsFunc(services, wanted) {
			return services
		}
	}
	var kept []*detect.Service
	var left []string
	for _, s := range services {
		if wanted(s) {
			kept = append(kept, s)
		} else {
			left = append(left, s.Main.V.String())
		}
	}
	for _, name := range left {
		if slices.ContainsFunc(kept, func(s *detect.Service) bool { return isJob(s, name) }) {
			continue
		}
		kept[0].Notes = append(kept[0].Notes, d.Note("Cargo.toml", 0, "%s is left out: a tool that ends by itself (dockgen init --main %s takes it)", name, name))
	}
	return kept
}

// service describes one binary.
func (pr *program) service() (*detect.Service, error) {
	p := pr.pkg
	binary, err := safe.NewRelPath(pr.bin.name)
	if err != nil || !binary.Plain() || strings.Contains(pr.bin.name, "/") || pr.bin.name == "." {
		return nil, p.dir.Errorf("Cargo.toml", 0, "%q is not the name of a binary", pr.bin.name)
	}
	start, err := safe.NewArgv("/app/" + pr.bin.name)
	if err != nil {
		return nil, err
	}
	main, err := safe.NewLabel(pr.bin.name)
	if err != nil {
		return nil, err
	}
	tool, err := p.toolchain()
	if err != nil {
		return nil, err
	}
	s := &detect.Service{
		Name:           safe.Slug(strings.ReplaceAll(pr.bin.name, "_", "-"), "app"),
		Kind:           detect.CLI,
		Root:           p.root(pr.locals),
		Main:           detect.Found(main, pr.bin.why),
		Version:        tool.version,
		Pinned:         tool.pinned,
		PackageManager: detect.Found("cargo", p.note(p.lines.At("package", "name"), "package %s", p.name())),
		Linkage:        detect.Libcxx, // libgcc, for unwinding
		Start:          detect.Found(start, pr.bin.why),
	}
	f := &Facts{Binary: binary, Channel: tool.channel, Chef: chef(tool)}
	if !tool.channel.IsZero() {
		n := tool.why
		n.Text += ": no image holds it, so the build installs it by rustup"
		s.Notes = append(s.Notes, n)
	}
	fw, why, ok := pr.framework()
	if ok {
		s.Framework = detect.Found(fw.name, why)
		if fw.worker {
			s.Kind = detect.Worker
		}
	}
	pr.listen(s, fw)
	if ok && s.Kind == detect.CLI && !fw.worker {
		s.Framework = detect.Value[string]{} // it is linked, and this binary serves nothing
	}
	s.Graceful = pr.graceful(fw)
	pr.health(s)
	pr.cargoFolders(s, f)
	pr.environment(s)
	pr.needs(s)
	pr.packages(s, f)
	pr.sqlx(s, f)
	pr.readFiles(s, f)
	pr.folderArg(s)
	pr.command(s)
	pr.configArg(s)
	if err := pr.frontend(s, f); err != nil {
		return nil, err
	}
	if err := pr.migrations(s, f); err != nil {
		return nil, err
	}
	s.Labels = pr.labels()
	if err := pr.build(s, f); err != nil {
		return nil, err
	}
	s.Facts = f
	return s, nil
}
