package r

import (
	"regexp"
	"strings"
	"sync"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// rImages are the images whose tags begin with the release of R that they hold
// (https://rocker-project.org/images).
var rImages = []string{"r-base", "rocker/r-ver", "rocker/shiny", "rocker/shiny-verse", "rocker/tidyverse", "rocker/verse", "rocker/rstudio", "rocker/geospatial", "rocker/ml", "rocker/binder", "rocker/r-base", "rocker/r-apt", "rstudio/r-base", "posit/r-base", "rhub/r-minimal"}

var releaseRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([0-9]+\.[0-9]+(\.[0-9]+)?)(-|$)`) })

// version is the release that the project asks for: of a version file, of the lock
// file, of the range in DESCRIPTION, or of the image that its Dockerfile starts from.
// exact says that it is one release and no line.
func (p *project) version() (v detect.Value[safe.Version], exact bool, err error) {
	take := func(of detect.Value[string]) bool {
		number, bad := safe.NewVersion(of.V)
		if !of.IsSet() || bad != nil {
			return false
		}
		v, exact = detect.Found(number, of.Why...), strings.Count(of.V, ".") == 2
		return true
	}
	for _, tool := range []string{"R", "r"} {
		asked, err := manifest.Versions(p.d, tool, ".R-version", ".r-version")
		if err != nil {
			return v, false, err
		}
		if take(asked) {
			return v, exact, nil
		}
	}
	if take(p.lockedR) {
		return v, exact, nil
	}
	if take(p.binder()) {
		return v, exact, nil
	}
	if p.d == p.root || !p.packaged {
		if v, err = p.ranged(); err != nil || v.IsSet() {
			return v, false, err
		}
	}
	bases := evidence.Bases(p.d)
	for above := range p.d.Parents() {
		bases = append(bases, evidence.Bases(above)...)
	}
	for _, base := range bases {
		name, tag, _ := strings.Cut(strings.TrimPrefix(base.Image, "docker.io/"), ":")
		for _, known := range rImages {
			if m := releaseRE().FindStringSubmatch(tag); name == known && m != nil && take(detect.Found(m[1], base.Why)) {
				return v, false, nil // it was built with it, and does not insist
			}
		}
	}
	return v, false, nil
}

// binder is the release in Binder's runtime.txt, as r-4.3-2024-01-15
// (https://mybinder.readthedocs.io/en/latest/using/config_files.html).
func (p *project) binder() detect.Value[string] {
	if !p.d.Has("runtime.txt") {
		return detect.Value[string]{}
	}
	data, err := p.d.Read("runtime.txt")
	if err != nil {
		return detect.Value[string]{}
	}
	text := strings.TrimSpace(string(data))
	rest, ok := strings.CutPrefix(text, "r-")
	if m := releaseRE().FindStringSubmatch(rest); ok && m != nil {
		return detect.Found(m[1], p.d.Note("runtime.txt", 1, "%s", text))
	}
	return detect.Value[string]{}
}

// ranged solves the range that DESCRIPTION states, as R (>= 4.1.0).
func (p *project) ranged() (v detect.Value[safe.Version], err error) {
	for _, one := range p.description["Depends"].dependencies() {
		if one.name != "R" || one.constraint == "" {
			continue
		}
		note := p.d.Note("DESCRIPTION", one.line, "R (%s)", one.constraint)
		c, err := semver.NewConstraint(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(one.constraint, "-", "."), "==", "="), ">=", ">= "))
		if err != nil {
			return v, p.d.Errorf("DESCRIPTION", one.line, "%q is not a range of versions, as in R (>= 4.1.0)", one.constraint)
		}
		images, family, err := catalog.Of("r")
		if err != nil {
			return v, err
		}
		line, ok := family.Match(func(version string) bool { v, err := semver.NewVersion(version); return err == nil && c.Check(v) }, images.AsOf())
		if !ok {
			return v, p.d.Errorf("DESCRIPTION", one.line, "no release of R is in %q", one.constraint)
		}
		return detect.Found(line.Version, note), nil
	}
	return v, nil
}
