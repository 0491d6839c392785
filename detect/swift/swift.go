// Package swift detects programs written in Swift that run on a server: the
// executables of a Swift package, by what its manifest says they use, and by the
// calls in their sources that say where they listen and what they read.
package swift

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/tokens"
	"dockgen/internal/safe"
)

// Detector finds Swift programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "swift" }

// Markers are the manifest of a Swift package.
func (Detector) Markers() []string { return []string{"Package.swift"} }

// PackageManagers is the one there is.
func (Detector) PackageManagers() []string { return []string{"swiftpm"} }

// Facts is what the template reads beside the plan.
type Facts struct {
	Dir       safe.RelPath   // of the package, relative to the build context
	Product   safe.Label     // the program's name
	Manifests []safe.RelPath // what decides the packages; none where it lies beside others
	Locked    bool
	Static    []safe.RelPath // folders that the program reads, below Dir
}

// program is one executable with its sources.
type program struct {
	p        *pkg
	t        target
	own      []target
	products []string
	files    []file
}

type file struct {
	name string
	t    []tokens.Token
}

// Inspect returns the programs of the package in d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	p, err := readPackage(d)
	if err != nil {
		return nil, err
	}
	var services []*detect.Service
	for _, t := range p.targets {
		if !t.executable {
			continue
		}
		pr := &program{p: p, t: t}
		pr.own, pr.products = p.reach(t)
		if slices.Contains(pr.products, "AWSLambdaRuntime") {
			return nil, detect.NotService("%s is an AWS Lambda function: it runs in Lambda's own base image", t.name)
		}
		if slices.Contains(pr.products, "SwiftSyntaxMacros") {
			continue
		}
		pr.read()
		s, err := pr.service()
		if err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	if len(services) == 0 {
		return nil, detect.NotService("library: Package.swift has no executable target")
	}
	return choose(d, services)
}

// choose takes the program that the user named, or leaves tools beside servers out.
func choose(d *detect.Dir, all []*detect.Service) ([]*detect.Service, error) {
	if want := d.Choices().Main; want.IsSet() {
		for _, s := range all {
			if s.Main.V == want.V {
				return []*detect.Service{s}, nil
			}
		}
		return nil, detect.NotService("no executable is called %q: the first is %s (dockgen init --main %s)", want.V, all[0].Main.V, all[0].Main.V)
	}
	long := func(s *detect.Service) bool { return s.Kind != detect.CLI }
	if !slices.ContainsFunc(all, long) {
		return all, nil
	}
	var kept []*detect.Service
	for _, s := range all {
		if long(s) {
			kept = append(kept, s)
		}
	}
	for _, s := range all {
		if !long(s) {
			kept[0].Notes = append(kept[0].Notes, d.Note("Package.swift", 0, "left out: %s, a tool (dockgen init --main %s takes it)", s.Main.V, s.Main.V))
		}
	}
	return kept, nil
}

// maxFiles is how many source files of one program are read.
const maxFiles = 2000

func (pr *program) read() {
	for _, t := range pr.own {
		d := pr.p.d.Sub(t.path)
		for name := range d.Files("*.swift") {
			if len(pr.files) >= maxFiles {
				return
			}
			if text, err := d.Read(name); err == nil {
				pr.files = append(pr.files, file{path.Join(t.path, name), tokens.Of(string(text), syntax)})
			}
		}
	}
}

func (pr *program) uses(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(pr.products, n) })
}

func (pr *program) service() (*detect.Service, error) {
	d := pr.p.d
	name := pr.t.name
	if product := pr.p.products[name]; product != "" {
		name = product
	}
	main, err := safe.NewLabel(name)
	if err != nil {
		return nil, d.Errorf("Package.swift", pr.t.line, "%w", err)
	}
	if err := safe.FileName(name); err != nil || strings.ContainsAny(name, "/ ") || strings.HasPrefix(name, "-") {
		return nil, d.Errorf("Package.swift", pr.t.line, "%q is no name of a product", name)
	}
	why := d.Note("Package.swift", pr.t.line, "is the executable target %s", pr.t.name)
	s := &detect.Service{
		Kind: detect.CLI, Name: safe.Slug(name, "app"), Main: detect.Found(main, why), Linkage: detect.Libcxx,
		PackageManager: detect.Found("swiftpm", d.Note("Package.swift", 0, "is the manifest of Swift's own package manager")),
	}
	f := &Facts{Product: main}
	s.Facts = f
	start := []string{"./" + name}
	switch {
	case pr.uses("Vapor"):
		s.Kind, s.Framework, s.Graceful = detect.Server, detect.Found("vapor", d.Note("Package.swift", pr.p.line("vapor"), "uses Vapor")), true
		start = append(start, pr.vapor(s)...)
	case pr.uses("Hummingbird"):
		s.Kind, s.Framework, s.Graceful = detect.Server, detect.Found("hummingbird", d.Note("Package.swift", pr.p.line("hummingbird"), "uses Hummingbird")), true
		start = append(start, pr.hummingbird(s)...)
	case pr.uses("Kitura"):
		s.Kind, s.Framework = detect.Server, detect.Found("kitura", d.Note("Package.swift", pr.p.line("kitura"), "uses Kitura"))
		s.Port = detect.Assumed(safe.Port(8080), why)
	case pr.uses("ServiceLifecycle", "Lifecycle"):
		s.Kind, s.Graceful = detect.Worker, true
	case pr.uses("GRPCNIOTransportHTTP2", "GRPC", "NIOHTTP1", "SmokeHTTP1", "FlyingFox", "Swifter"):
		s.Kind = detect.Server
		s.Port = detect.Assumed(safe.Port(8080), why)
	}
	for _, step := range []func(*detect.Service, *Facts) error{pr.version, pr.build, pr.front, pr.native, pr.needs} {
		if err := step(s, f); err != nil {
			return nil, err
		}
	}
	argv, err := safe.NewArgv(start...)
	if err != nil {
		return nil, fmt.Errorf("the start of %s: %w", name, err)
	}
	s.Start = detect.Found(argv, why)
	return s, nil
}

// version is what a version file pins, or the oldest tools that do.
func (pr *program) version(s *detect.Service, _ *Facts) error {
	d := pr.p.d
	asked, err := manifest.Versions(d, "swift", ".swift-version")
	if err != nil {
		return err
	}
	if v, err := safe.NewVersion(asked.V); asked.IsSet() && err == nil {
		s.Version, s.Pinned = detect.Found(v, asked.Why...), true
		return nil
	}
	if v, err := safe.NewVersion(pr.p.tools); err == nil {
		s.Version = detect.Found(v, d.Note("Package.swift", 1, "swift-tools-version %s", pr.p.tools))
	}
	return nil
}

// build says how the program is built, and out of which folder.
func (pr *program) build(s *detect.Service, f *Facts) error {
	d := pr.p.d
	root := d.Path()
	for _, dep := range pr.p.deps {
		if dep.path != "" && !path.IsAbs(dep.path) {
			root = detect.Common(root, d.Sub(dep.path).Path())
		}
	}
	var err error
	if s.Root, err = safe.NewRelPath(root); err != nil {
		return err
	}
	if f.Dir, err = safe.NewRelPath(detect.Under(d.Path(), root)); err != nil {
		return err
	}
	f.Locked = d.Has("Package.resolved")
	if root == d.Path() && !slices.ContainsFunc(pr.p.deps, func(o dependency) bool { return o.path != "" }) {
		f.Manifests = append(f.Manifests, safe.RelPathOf("Package.swift"))
		if f.Locked {
			f.Manifests = append(f.Manifests, safe.RelPathOf("Package.resolved"))
		}
	}
	if !f.Locked && len(pr.p.deps) > 0 {
		s.Notes = append(s.Notes, d.Note("Package.resolved", 0, "is not there: every build takes the newest packages; swift package resolve writes it"))
	}
	for _, dir := range []string{"Public", "Resources", "public", "Templates"} {
		if d.HasDir(dir) {
			f.Static = append(f.Static, safe.RelPathOf(dir))
		}
	}
	argv, err := safe.NewArgv("swift", "build", "--configuration", "release", "--product", f.Product.String(), "--static-swift-stdlib")
	if err != nil {
		return err
	}
	s.Build = detect.Found(argv, d.Note("Package.swift", pr.t.line, "is built for release"))
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/.build"), safe.PatternOf("**/.swiftpm"), safe.PatternOf("**/xcuserdata"), safe.PatternOf("**/*.sqlite*"))
	return nil
}
