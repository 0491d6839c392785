// Package julia detects programs written in Julia.
package julia

import (
	"context"
	"strings"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Facts are what the Dockerfile's template needs to know of Julia alone.
type Facts struct {
	Locked bool // Manifest.toml is there: it is copied, and pins every version
}

// servers are the packages that listen, with the port of each where the program
// names none. https://genieframework.com, https://oxygenframework.github.io
var servers = []struct {
	name string
	port safe.Port
}{{"Genie", 8000}, {"Oxygen", 8080}}

// Detector finds Julia programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "julia" }

// Markers are the manifest of a Julia project.
func (Detector) Markers() []string { return []string{"Project.toml"} }

// Inspect describes the program whose Project.toml stands in d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	var project struct {
		Name   string            `toml:"name"`
		Deps   map[string]string `toml:"deps"`
		Compat map[string]string `toml:"compat"`
	}
	// A manifest that can't be read is an error with file and line. The lines
	// of its values become the evidence.
	lines, err := manifest.TOML(d, "Project.toml", &project)
	if err != nil {
		return nil, err
	}
	main := d.First("main.jl", "app.jl", "server.jl", "src/main.jl")
	if main == "" {
		return nil, detect.NotService("library: no main.jl, app.jl or server.jl")
	}
	label, err := safe.NewLabel(main)
	if err != nil {
		return nil, d.Errorf(main, 0, "%w", err)
	}
	s := &detect.Service{
		Kind:           detect.Worker, // it runs, and nothing says that it listens
		Main:           detect.Found(label, d.Note(main, 0, "is where a program starts")),
		PackageManager: detect.Found("pkg", d.Note("Project.toml", 0, "is the manifest of Julia's own Pkg")),
		Start:          detect.Found(safe.ArgvOf("julia", "--project=/app", main), d.Note(main, 0, "")),
		Facts:          Facts{Locked: d.Has("Manifest.toml")},
	}
	if s.Version, err = version(d, project.Compat["julia"], lines); err != nil {
		return nil, err
	}
	for _, server := range servers {
		name, port := server.name, server.port
		if _, ok := project.Deps[name]; ok && !s.Framework.IsSet() {
			note := d.Note("Project.toml", lines.At("deps", name), "depends on %s", name)
			s.Kind = detect.Server
			s.Framework = detect.Found(strings.ToLower(name), note)
			s.Port = detect.Assumed(port, note)
		}
	}
	if !s.Facts.(Facts).Locked {
		s.Notes = append(s.Notes, d.Note("Manifest.toml", 0, "is not there: every build takes the newest packages; julia --project -e 'using Pkg; Pkg.resolve()' writes it"))
	}
	return []*detect.Service{s}, nil
}

// version is what the project asks for: a version file, or else the range in
// Project.toml, solved against the catalogue and never cut out of the text.
func version(d *detect.Dir, compat string, lines manifest.Lines) (v detect.Value[safe.Version], err error) {
	asked, err := manifest.Versions(d, "julia", ".julia-version")
	if err != nil {
		return v, err
	}
	if number, err := safe.NewVersion(asked.V); asked.IsSet() && err == nil {
		return detect.Found(number, asked.Why...), nil
	}
	if compat == "" {
		return v, nil // the plan takes the catalogue's default
	}
	note := d.Note("Project.toml", lines.At("compat", "julia"), "julia = %q", compat)
	c, err := semver.NewConstraint(ranges(compat)) // https://pkgdocs.julialang.org/v1/compatibility/
	if err != nil {
		return v, d.Errorf(note.Path, note.Line, "%q is not a range of versions", compat)
	}
	images, err := catalog.Load()
	if err != nil {
		return v, err
	}
	family, err := images.Family("julia")
	if err != nil {
		return v, err
	}
	line, ok := family.Match(func(version string) bool { v, err := semver.NewVersion(version); return err == nil && c.Check(v) }, images.AsOf())
	if !ok {
		return v, d.Errorf(note.Path, note.Line, "no release of Julia is in %q", compat)
	}
	return detect.Found(line.Version, note), nil
}

// ranges is Pkg's notation in that of semver: a comma is a union, and a bare number is a caret range.
func ranges(compat string) string {
	parts := strings.Split(compat, ",")
	for i, p := range parts {
		if p = strings.TrimSpace(p); p != "" && p[0] >= '0' && p[0] <= '9' && !strings.Contains(p, " - ") {
			p = "^" + p
		}
		parts[i] = p
	}
	return strings.Join(parts, " || ")
}
