package dotnet

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/dotnet/source"
)

// kind is what a program does: its SDK says it, or what its sources call.
func (g *graph) kind(p *project) detect.Kind {
	if p.kind == "" {
		p.kind = g.findKind(p)
	}
	return p.kind
}

func (g *graph) findKind(p *project) detect.Kind {
	switch {
	case p.isWasm():
		return detect.Static
	case p.HasSdk("Microsoft.NET.Sdk.Web"):
		return detect.Server
	}
	if g.aspNet(p) && g.ownCall(p, "WebApplication", "CreateBuilder", "CreateSlimBuilder", "CreateEmptyBuilder", "ConfigureWebHostDefaults", "ConfigureWebHost", "UseKestrel") {
		return detect.Server
	}
	if p.hasAny([]string{"Saturn"}) && g.names(p, "application") || p.hasAny([]string{"Suave"}) && g.names(p, "startWebServer", "startWebServerAsync") {
		return detect.Server
	}
	switch {
	case p.HasSdk("Microsoft.NET.Sdk.Worker"):
		return detect.Worker
	case migrator(p):
		return detect.Job
	case g.hosted(p):
		return detect.Worker
	}
	return detect.CLI
}

// isAspNet reports whether the project has ASP.NET Core's framework.
func (p *project) isAspNet() bool {
	if p.HasSdk("Microsoft.NET.Sdk.Web") {
		return true
	}
	for _, f := range p.Frameworks {
		if strings.EqualFold(f.Name, "Microsoft.AspNetCore.App") {
			return true
		}
	}
	return p.hasAny([]string{"Giraffe", "Saturn", "Suave", "Falco", "EmbedIO", "Microsoft.AspNetCore"})
}

// aspNet reports whether the project has ASP.NET Core's framework, by its own word or by
// a package's: one that makes a web application can't be compiled without.
func (g *graph) aspNet(p *project) bool {
	return p.isAspNet() || g.ownCall(p, "WebApplication", "CreateBuilder", "CreateSlimBuilder", "CreateEmptyBuilder", "ConfigureWebHostDefaults")
}

// names reports whether the project's sources have one of the identifiers.
func (g *graph) names(p *project, words ...string) bool {
	return slices.ContainsFunc(g.sources(p), func(f *source.File) bool {
		return slices.ContainsFunc(words, func(w string) bool { return f.Words[w] })
	})
}

// migrators are libraries whose program changes a database's schema and ends.
var migrators = []string{"dbup-core", "dbup-sqlserver", "dbup-postgresql", "dbup-mysql", "DbUp", "FluentMigrator.Runner", "Evolve"}

func migrator(p *project) bool {
	name := strings.ToLower(p.Name())
	return strings.HasSuffix(name, "migrator") || strings.HasSuffix(name, "dbmigrations") || p.hasAny(migrators)
}

// hosted reports whether a console program keeps running: under a host, in a loop
// without an end, or waiting for ever.
func (g *graph) hosted(p *project) bool {
	for _, file := range g.sources(p) {
		if file.Loops || file.Words["AddHostedService"] || file.Words["BackgroundService"] || file.Words["IHostedService"] || file.Words["UseConsoleLifetime"] || file.Words["RunConsoleAsync"] {
			return true
		}
		for _, c := range file.Calls {
			switch {
			case c.Name == "CreateDefaultBuilder" && strings.HasSuffix(c.Chain, "Host"), c.Name == "CreateApplicationBuilder":
				return true
			case c.Name == "Delay" && len(c.Args) > 0 && forever(c.Args[0]):
				return true
			}
		}
	}
	return false
}

func forever(t []source.Token) bool {
	for _, tok := range t {
		if tok.S == "Infinite" || tok.S == "InfiniteTimeSpan" {
			return true
		}
	}
	return len(t) == 2 && t[0].Is("-") && t[1].S == "1"
}

func (g *graph) ownCall(p *project, chainOrName ...string) bool {
	for _, file := range g.sources(p) {
		for _, c := range file.Calls {
			if slices.Contains(chainOrName, c.Name) && (!slices.Contains([]string{"CreateBuilder", "CreateSlimBuilder", "CreateEmptyBuilder"}, c.Name) || strings.HasSuffix(c.Chain, "WebApplication")) {
				return true
			}
		}
	}
	return false
}

// graceful reports whether the program ends on SIGTERM as process 1: under a host,
// or with a handler of its own; up to .NET 9 the runtime itself has one
// (https://learn.microsoft.com/dotnet/core/compatibility/core-libraries/10.0/sigterm-signal-handler).
func (g *graph) graceful(p *project, kind detect.Kind) bool {
	if kind != detect.Worker || p.HasSdk("Microsoft.NET.Sdk.Worker") || !p.version.V.IsZero() && number(p.version.V) < 10 {
		return true
	}
	for _, file := range g.sources(p) {
		for _, w := range []string{"AddHostedService", "UseConsoleLifetime", "RunConsoleAsync", "PosixSignalRegistration", "CreateApplicationBuilder", "CreateDefaultBuilder"} {
			if file.Words[w] {
				return true
			}
		}
	}
	return false
}

// frameworks are told by a package, by a call, or both. A hub of Blazor's that no page
// falls back to serves parts of another application's pages.
var frameworks = []struct{ name, pkg, call string }{
	{"giraffe", "Giraffe", ""}, {"saturn", "Saturn", ""}, {"saturn", "SAFE.Server", ""}, {"falco", "Falco", ""}, {"suave", "Suave", ""},
	{"orleans", "Microsoft.Orleans.Server", ""},
	{"blazor", "", "AddInteractiveServerComponents"}, {"blazor", "", "MapBlazorHub"}, {"blazor", "", "AddInteractiveWebAssemblyComponents"},
	{"orchardcore", "OrchardCore.Application.Cms.Targets", ""}, {"umbraco", "Umbraco.Cms", ""},
}

// framework is what the program is built on.
func (g *graph) framework(p *project, c *closure) detect.Value[string] {
	sdk := g.top.Note(p.Path, 0, "is a console program")
	if len(p.Sdks) > 0 {
		sdk = p.Sdks[0].Why
	}
	if p.isWasm() {
		return detect.Found("blazor", sdk)
	}
	if g.kind(p) == detect.Server {
		for _, f := range frameworks {
			if f.pkg != "" && p.hasPrefix(f.pkg) {
				for _, i := range p.Packages {
					if i.Name == f.pkg {
						return detect.Found(f.name, i.Why)
					}
				}
			}
			for _, call := range g.calls(c) {
				if f.call != "" && call.own && call.Name == f.call && (f.call != "MapBlazorHub" || g.names(p, "MapFallbackToPage", "MapFallbackToAreaPage")) {
					return detect.Found(f.name, call.note(g, "calls %s", call.Name))
				}
			}
		}
		return detect.Found("aspnet", sdk)
	}
	return detect.Value[string]{}
}
