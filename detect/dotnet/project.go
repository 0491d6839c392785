package dotnet

import (
	"path"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/dotnet/msbuild"
	"dockgen/detect/dotnet/source"
	"dockgen/internal/safe"
)

// role is what a project is for.
type role int

const (
	runs role = iota
	library
	tests
	orchestrator
	desktop
	foreign // runs, but in a host or on a system that no container of ours is
)

// project is one project file and what is decided about it.
type project struct {
	*msbuild.Project
	role    role
	why     string // of a role that does not run
	version detect.Value[safe.Version]
	target  string   // the chosen target framework as the project writes it
	targets []string // all of them
	notes   []detect.Note

	packed []string       // the files of Paket that say what it depends on; none: NuGet's own do
	files  []*source.File // nil until they are read
	kind   detect.Kind
}

// graph holds all projects of the tree. Folders are inspected side by side, and who
// works with it holds its lock: most of what one folder reads, the others need too.
type graph struct {
	sync.Mutex
	top      *detect.Dir
	paths    []string
	projects map[string]*project
	errs     map[string]error
}

// load reads the projects of the whole tree, once for all folders.
func load(d *detect.Dir) (*graph, error) {
	top := d
	for p := range d.Parents() {
		top = p
	}
	return detect.Once(d, "dotnet projects", func() (*graph, error) {
		g := &graph{top: top, projects: map[string]*project{}, errs: map[string]error{}}
		for name := range top.Files(projectFiles()...) {
			g.paths = append(g.paths, name)
		}
		return g, nil
	})
}

// project returns the project of that path, evaluated for the framework that it is
// built for.
func (g *graph) project(file string) (*project, error) {
	if p, ok := g.projects[file]; ok {
		return p, g.errs[file]
	}
	p, err := g.read(file)
	g.projects[file], g.errs[file] = p, err
	return p, err
}

func (g *graph) read(file string) (*project, error) {
	pinned := map[string]string{"Configuration": "Release"}
	m, err := msbuild.Load(g.top, file, pinned)
	if err != nil {
		return nil, err
	}
	p := &project{Project: m}
	p.chooseTarget()
	if p.target != "" && m.Text("TargetFramework") != p.target {
		// Conditions on the framework hold once it is chosen.
		pinned["TargetFramework"] = p.target
		if p.Project, err = msbuild.Load(g.top, file, pinned); err != nil {
			return nil, err
		}
	}
	g.paket(p)
	p.decideRole()
	return p, nil
}

// all are the projects of the tree that can be read.
func (g *graph) all() []*project {
	var out []*project
	for _, file := range g.paths {
		if p, err := g.project(file); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// testPackages are what makes a project one of tests or measurements.
var testPackages = []string{
	"Microsoft.NET.Test.Sdk", "xunit", "xunit.v3", "xunit.core", "NUnit", "MSTest", "MSTest.TestFramework", "TUnit", "Expecto", "YoloDev.Expecto.TestSdk", "BenchmarkDotNet", "SharpFuzz", "Microsoft.Playwright.NUnit", "Microsoft.Playwright.MSTest", "NBomber",
}

// buildPackages are what builds are written with that are programs themselves.
var buildPackages = []string{"Nuke.Common", "Cake.Frosting", "Bullseye", "Fake.Core.Target"}

// decideRole tells what runs from what does not. The SDKs and properties are those
// of https://learn.microsoft.com/dotnet/core/project-sdk/overview.
func (p *project) decideRole() {
	not := func(r role, why string) { p.role, p.why = r, why }
	output := strings.ToLower(p.Text("OutputType"))
	switch {
	case len(p.Sdks) == 0 && (p.Prop("TargetFrameworkVersion").Known || p.Prop("ProjectGuid").Known || p.Prop("TargetFramework").Text == ""):
		not(foreign, "a project of the old form for the .NET Framework, which runs on Windows alone: dotnet-upgrade-assistant moves it to .NET")
	case p.Bool("IsTestProject"), p.HasSdk("MSTest.Sdk"), p.hasAny(testPackages):
		not(tests, "tests")
	case p.HasSdk("Aspire.AppHost.Sdk"), p.Bool("IsAspireHost"), p.Package("Aspire.Hosting.AppHost") != nil:
		not(orchestrator, "Aspire's host: it starts the other projects on a developer's machine, and is not deployed")
	case p.hasAny(buildPackages) && !p.HasSdk("Microsoft.NET.Sdk.Web"):
		not(orchestrator, "the build, written as a program: it makes the others, and is not deployed")
	case p.Bool("UseMaui"), p.Bool("UseWPF"), p.Bool("UseWindowsForms"), p.HasSdk("Microsoft.NET.Sdk.WindowsDesktop"), p.HasSdk("Uno.Sdk"), output == "winexe", p.hasPrefix("Avalonia"):
		not(desktop, "a desktop or mobile application, which needs a screen and no container")
	case p.Text("AzureFunctionsVersion") != "":
		not(foreign, "an Azure Functions application: it runs in the Functions host, whose own base images are the way")
	case strings.EqualFold(p.Text("AWSProjectType"), "Lambda"):
		not(foreign, "an AWS Lambda function: it runs in Lambda's own base image")
	case len(p.targets) > 0 && p.target == "" && p.onlyFramework():
		not(foreign, "for the .NET Framework ("+strings.Join(p.targets, ", ")+"), which runs on Windows alone")
	case len(p.targets) > 0 && p.target == "":
		not(library, "library: its targets are "+strings.Join(p.targets, ", "))
	case p.HasSdk("Microsoft.NET.Sdk.BlazorWebAssembly"), p.HasSdk("Microsoft.NET.Sdk.Worker"):
		p.role = runs
	case p.HasSdk("Microsoft.NET.Sdk.Web") && output != "library":
		p.role = runs
	case output != "exe":
		not(library, "library: its OutputType is no Exe")
	}
}

func (p *project) hasAny(names []string) bool {
	return slices.ContainsFunc(p.Packages, func(i msbuild.Item) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, i.Name) })
	})
}

func (p *project) hasPrefix(prefix string) bool {
	return slices.ContainsFunc(p.Packages, func(i msbuild.Item) bool {
		return i.Name == prefix || strings.HasPrefix(i.Name, prefix+".")
	})
}

// onlyFramework reports whether no target is one of .NET.
func (p *project) onlyFramework() bool {
	return !slices.ContainsFunc(p.targets, func(t string) bool { _, ok := framework(t); return ok || strings.HasPrefix(t, "netstandard") })
}

// isWasm reports whether the program runs in the browser.
func (p *project) isWasm() bool { return p.HasSdk("Microsoft.NET.Sdk.BlazorWebAssembly") }

// reason says why a project makes no service of its own; "" where it makes one.
func (g *graph) reason(p *project) string {
	if p.role != runs {
		return p.why
	}
	if why := g.otherSolution(p); why != "" {
		return why
	}
	switch g.kind(p) {
	case detect.Static:
		for _, o := range g.all() {
			if o != p && o.role == runs && !o.isWasm() && slices.ContainsFunc(o.References, func(i msbuild.Item) bool { return i.Name == p.Path }) {
				return "part of " + o.Path + ", which serves it"
			}
		}
	case detect.CLI:
		for _, o := range g.all() {
			if o != p && o.role == runs && !aside(o.Path) && g.kind(o) != detect.CLI {
				return "a tool beside " + o.Path + " (dockgen init --main " + path.Base(p.Path) + " takes it)"
			}
		}
	}
	return ""
}

// aside reports whether a project lies in a folder of tests or examples.
func aside(file string) bool {
	return slices.ContainsFunc(strings.Split(strings.ToLower(path.Dir(file)), "/"), func(part string) bool {
		return slices.Contains([]string{"test", "tests", "sample", "samples", "example", "examples", "benchmark", "benchmarks", "docs"}, part)
	})
}
