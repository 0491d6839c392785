// Package r detects programs written in R: APIs of plumber, Shiny applications,
// and what else listens.
//
// A folder is worth a look where it has sources or a manifest of R. What runs is found
// in the sources: the call that serves, the annotations of plumber, an application
// object of Shiny. The packages come from renv.lock, from a DESCRIPTION, from a script
// that installs them, or else from what the sources load. A package without an
// application is a library, and scripts that serve nothing are no service unless a
// file of the project's runs them.
package r

import (
	"context"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Facts are what the Dockerfile's template needs to know of R alone.
type Facts struct {
	Dir       safe.RelPath   // the program's folder, below the context
	Copies    []safe.RelPath // what the installation of the packages reads
	Tool      safe.Name      // the package that installs the others; not set: none is needed
	Install   safe.Argv      // installs the packages; not set: there are none
	Names     []safe.Label   // the packages to install by name
	Renv      bool           // renv.lock is restored
	Packrat   bool           // packrat.lock is
	Bioc      []safe.Label   // those of Bioconductor
	Secrets   []detect.BuildSecret
	Installed bool // the project's package is all that runs
	Self      bool // the project is a package and is installed itself
	Profile   bool // .Rprofile activates the project's own library
}

// Detector finds programs in R.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "r" }

// Markers are R's sources and manifests.
func (Detector) Markers() []string {
	return []string{"*.R", "*.r", "renv.lock", "DESCRIPTION", "rhino.yml", "*.Rmd", "_server.yml", "rproject.toml"}
}

// PackageManagers lists what installs packages.
func (Detector) PackageManagers() []string {
	return []string{"renv", "packrat", "rv", "pak", "remotes", "install.packages"}
}

// Inspect describes what runs from the folder d.
func (Detector) Inspect(ctx context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if within(d) {
		return nil, nil // a part of a package or an application above
	}
	p, err := read(ctx, d)
	if err != nil || p == nil {
		return nil, err
	}
	programs, err := p.programs()
	if err != nil {
		return nil, err
	}
	if err := p.keep(programs); err != nil {
		return nil, err
	}
	var out []*detect.Service
	for _, one := range programs {
		s, err := p.service(one)
		if err != nil {
			return nil, err
		}
		if len(programs) > 1 {
			s.Name = safe.Slug(strings.TrimSuffix(strings.TrimSuffix(one.main, ".R"), ".r"), "app")
		}
		out = append(out, s)
	}
	return out, nil
}

// within reports whether the folder is a part of something above it: of a package, of
// a library that renv or packrat keeps, of an application by Rhino, or of a Shiny
// application, which reads its own folder R.
func within(d *detect.Dir) bool {
	parts := strings.Split(d.Path(), "/")
	if slices.Contains(parts, "renv") || slices.Contains(parts, "packrat") || slices.Contains(parts, "rsconnect") {
		return true
	}
	last := parts[len(parts)-1]
	for above := range d.Parents() {
		if above.Has("DESCRIPTION") && above.Has("NAMESPACE") || above.Has("rhino.yml") {
			return true
		}
		if (last == "R" || last == "www" || last == "modules") && above.First("app.R", "server.R", "ui.R", "app.r", "server.r") != "" {
			return true
		}
	}
	return false
}
