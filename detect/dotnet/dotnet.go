// Package dotnet detects programs for .NET, written in C#, F# or Visual Basic.
//
// The flow of one inspection: all project files of the tree are read once, with
// the .props and .targets files that apply to each (package msbuild); a project's
// SDK, properties and packages tell programs from libraries, tests and what runs
// on a desktop; the projects that a program references make its closure, which
// decides what is restored, what the build reads, and which sources are looked
// at (package source) for addresses, health checks and connection strings.
package dotnet

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Detector finds .NET programs.
type Detector struct{}

// Name is the platform's name: its languages share everything but their sources.
func (Detector) Name() string { return "dotnet" }

// projectFiles are the names of project files.
func projectFiles() []string { return []string{"*.csproj", "*.fsproj", "*.vbproj"} }

// Markers are the project files of the three languages.
func (Detector) Markers() []string { return projectFiles() }

// PackageManagers is the one there is.
func (Detector) PackageManagers() []string { return []string{"nuget"} }

// Inspect returns a service for every project in d that makes a program.
func (Detector) Inspect(ctx context.Context, d *detect.Dir) ([]*detect.Service, error) {
	g, err := load(d)
	if err != nil {
		return nil, err
	}
	g.Lock()
	defer g.Unlock()
	var services []*detect.Service
	var reasons []string
	for _, name := range d.Names(projectFiles()...) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := g.project(path.Join(d.Path(), name))
		if err != nil {
			return nil, err
		}
		reason := g.reason(p)
		if want := d.Choices().Main; want.IsSet() {
			reason = chosen(d, p, reason, want.V.String())
		}
		if reason != "" {
			if !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
			continue
		}
		s, err := g.service(p)
		if err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	if len(services) == 0 {
		return nil, detect.NotService("%s", strings.Join(reasons, "; "))
	}
	return services, nil
}

// chosen applies the user's choice of a project: it takes a tool that would be
// left out, and leaves out what is not meant.
func chosen(d *detect.Dir, p *project, reason, want string) string {
	for _, name := range []string{p.Path, path.Base(p.Path), p.Name(), p.Dir()} {
		if strings.EqualFold(name, want) || strings.EqualFold(path.Join(d.Path(), want), name) {
			if p.role == runs {
				return ""
			}
			return reason
		}
	}
	return fmt.Sprintf("%s is not the project that was asked for, %s", p.Path, want)
}

// service describes the program that a project makes.
func (g *graph) service(p *project) (*detect.Service, error) {
	c, err := g.closure(p)
	if err != nil {
		return nil, err
	}
	main, err := safe.NewLabel(path.Base(p.Path))
	if err != nil {
		return nil, fmt.Errorf("the name of a project: %w", err)
	}
	s := &detect.Service{
		Kind: g.kind(p), Name: serviceName(p),
		Main:           detect.Found(main, g.top.Note(p.Path, 0, "is the project")),
		PackageManager: detect.Found("nuget", g.top.Note(p.Path, 0, "is built by MSBuild, and restored by NuGet")),
		Version:        p.version,
		Framework:      g.framework(p, c),
		Linkage:        detect.Libcxx, // what starts is the host, whose libraries are the image's
		Notes:          slices.Clone(p.notes),
	}
	f := &Facts{}
	s.Facts = f
	steps := []func(*detect.Service, *Facts, *closure) error{
		g.root, g.sdk, g.commands, g.node, g.feeds, g.listen, g.health, g.needs, g.environment, g.traps, g.context, g.labels,
	}
	for _, step := range steps {
		if err := step(s, f, c); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// serviceName is the assembly's name, in which dots part the company from the product:
// the project's own words are its end.
func serviceName(p *project) safe.Name { return safe.Slug(p.Name(), "app") }
