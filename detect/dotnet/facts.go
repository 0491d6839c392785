package dotnet

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/detect/manifest/site"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Facts is what the .NET template reads beside the plan. Paths are relative to the
// service's root.
type Facts struct {
	Project   safe.RelPath
	Manifests []safe.RelPath // what a restore reads, the project among them
	Restore   safe.Argv
	// Arch says that restore and publish take the target's architecture; without it
	// the output is the same for every platform.
	Arch bool
	// Native says that the output is compiled ahead of time, for the builder's own platform.
	Native bool
	// Sdk says that the build stage takes the SDK of another line than the runtime's.
	Sdk         bool
	LeaveGlobal bool // global.json stays out of the build
	Locked      bool
	// Node says that MSBuild runs Node; Setup brings a package manager that Node's
	// image lacks, and is nil where there is none.
	Node  bool
	Setup *nodepkg.Install
	Tools bool // the build needs the tools that .config/dotnet-tools.json lists: Paket, and those that targets run
	Husky bool // a target would install git hooks
	Site  *site.Site
	// Workload says that native code for the browser is compiled.
	Workload bool
	// Bare says that the final image has no runtime: the program brings its own, or needs none.
	Bare    bool
	Secrets []detect.BuildSecret
	Bundle  *Bundle // what applies migrations, in an image of its own; nil: nothing
}

// commands decides how the program is restored, published and started, and which
// image it runs on.
func (g *graph) commands(s *detect.Service, f *Facts, c *closure) error {
	p := c.projects[0]
	file := "./" + f.Project.String()
	old := !p.version.V.IsZero() && number(p.version.V) < 8
	native := p.Bool("PublishAot")
	contained := p.Bool("SelfContained") || p.Bool("PublishSelfContained")
	single := p.Bool("PublishSingleFile")
	f.Native = native
	f.Arch = !old && s.Kind != detect.Static
	f.Locked = c.locked && c.lock != ""
	if f.LeaveGlobal {
		f.Manifests = slices.DeleteFunc(f.Manifests, func(m safe.RelPath) bool { return m.String() == detect.Under(c.global, c.root) })
	}
	if f.Locked && f.Arch && !native && !contained && !single && len(p.rids()) == 0 {
		// A lock file names the platforms it is for. One without any does for the
		// output that is the same everywhere.
		f.Arch = false
	}
	restore := []string{"dotnet", "restore"}
	if f.Locked && (!f.Arch || len(p.rids()) > 0) {
		restore = append(restore, "--locked-mode")
	} else {
		f.Locked = false
	}
	var err error
	if f.Restore, err = safe.NewArgv(append(restore, file)...); err != nil {
		return err
	}
	publish := []string{"dotnet", "publish", file, "--configuration", "Release"}
	if len(p.targets) > 1 {
		publish = append(publish, "--framework", p.target)
	}
	switch {
	case native:
		publish = append(publish, "-p:CopyOutputSymbolsToPublishDirectory=false") // they are larger than the program
	case !f.Arch && !contained && s.Kind != detect.Static:
		publish = append(publish, "-p:UseAppHost=false") // it would be one for the builder's platform
	}
	publish = append(publish, "--output", "/out")
	argv, err := safe.NewArgv(publish...)
	if err != nil {
		return err
	}
	s.Build = detect.Found(argv, g.top.Note(p.Path, 0, "is published"))
	name := p.assembly()
	if err := safe.FileName(name); err != nil || strings.Contains(name, "/") {
		return g.top.Errorf(p.Path, p.Prop("AssemblyName").Why.Line, "%q is no name of an assembly", name)
	}
	on := "runtime"
	if slices.ContainsFunc(c.projects, func(o *project) bool { return o.role != tests && g.aspNet(o) }) {
		on = "aspnet"
	}
	start := []string{"dotnet", name + ".dll"}
	switch {
	case native, contained && f.Arch:
		on, start = "deps", []string{"./" + name}
	case single && f.Arch:
		start = []string{"./" + name}
	}
	switch {
	case old:
		on += "-old"
	case p.Bool("InvariantGlobalization"):
		on += "-invariant"
	}
	if s.Kind != detect.Static {
		s.RunOn = on
		if argv, err = safe.NewArgv(start...); err != nil {
			return err
		}
		s.Start = detect.Found(argv, p.assemblyNote(g))
	}
	f.Bare = strings.HasPrefix(on, "deps")
	switch {
	case native && !p.version.V.IsZero() && number(p.version.V) < 10:
		for _, pkg := range [][2]string{{"clang", "clang"}, {"zlib1g-dev", "zlib-dev"}} {
			s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(pkg[0]), Apk: safe.PackageOf(pkg[1]), Build: true, Why: p.Prop("PublishAot").Why})
		}
		s.Packages = append(s.Packages, detect.Package{Apk: safe.PackageOf("build-base"), Build: true, Why: p.Prop("PublishAot").Why})
	case native:
		s.BuildOn = "aot"
	}
	if s.Kind == detect.Static && (p.Bool("RunAOTCompilation") || p.Bool("WasmBuildNative")) {
		f.Workload = true
		s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf("python3"), Apk: safe.PackageOf("python3"), Build: true, Why: g.top.Note(p.Path, 0, "compiles to WebAssembly ahead of time")})
	}
	s.Graceful = g.graceful(p, s.Kind)
	f.Tools = (len(p.packed) > 0 || c.tools) && slices.ContainsFunc(c.files, func(name string) bool { return path.Base(name) == "dotnet-tools.json" })
	f.Husky = slices.ContainsFunc(c.projects, func(o *project) bool { return o.execs("husky") })
	if s.Kind == detect.Static {
		f.Site = wasmSite()
	}
	return nil
}

// rids are the platforms that a project restores for.
func (p *project) rids() []string {
	text := p.Text("RuntimeIdentifiers")
	if text == "" {
		return nil
	}
	return strings.Split(text, ";")
}

// assembly is the name of the output without its extension.
func (p *project) assembly() string {
	if name := p.Text("AssemblyName"); name != "" {
		return name
	}
	return p.Name()
}

func (p *project) assemblyNote(g *graph) detect.Note {
	if p.Text("AssemblyName") != "" {
		return p.Prop("AssemblyName").Why
	}
	return g.top.Note(p.Path, 0, "names the assembly")
}

// wasmSite is a published Blazor application: what its runtime is made of has digests
// in the names from .NET 10 on, and the server has to ask for older ones again.
func wasmSite() *site.Site {
	return &site.Site{Dir: safe.RelPathOf("wwwroot"), Index: []safe.RelPath{safe.RelPathOf("index.html")}, Fallback: true}
}

// context says what the build must not read, and what it has to.
func (g *graph) context(s *detect.Service, f *Facts, c *closure) error {
	ignore := []string{"**/bin", "**/obj", "**/TestResults", "**/*.user", "**/launchSettings.json", "**/artifacts"}
	if !g.includes(c, "appsettings.Development.json") {
		ignore = append(ignore, "**/appsettings.Development.json")
	}
	for _, pattern := range ignore {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(pattern))
	}
	s.Context.Keep = append(s.Context.Keep, f.Manifests...)
	return nil
}

// includes reports whether a project names the file, so that it has to be there.
func (g *graph) includes(c *closure, name string) bool {
	for _, p := range c.projects {
		for _, l := range p.Linked {
			if path.Base(l.Name) == name {
				return true
			}
		}
	}
	return false
}

// labels are the image's, out of the properties that packages have.
func (g *graph) labels(s *detect.Service, _ *Facts, c *closure) error {
	p := c.projects[0]
	for _, l := range []struct{ key, prop string }{
		{"org.opencontainers.image.title", "Product"},
		{"org.opencontainers.image.description", "Description"},
		{"org.opencontainers.image.licenses", "PackageLicenseExpression"},
		{"org.opencontainers.image.source", "RepositoryUrl"},
	} {
		text := p.Text(l.prop)
		if l.prop == "Product" && text == "" {
			text = p.Name()
		}
		if v, err := safe.NewLabel(strings.Join(strings.Fields(text), " ")); err == nil && !v.IsZero() && len(text) < 300 {
			s.Labels = append(s.Labels, detect.ImageLabel{Key: l.key, Value: v})
		}
	}
	return nil
}

// UID is the number of an image's user.
func (f *Facts) UID(img catalog.Image) string {
	uid, _, _ := strings.Cut(img.User, ":")
	return uid
}
