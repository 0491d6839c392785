package julia

import (
	"strings"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// versioned are packages of Julia's own, whose release is Julia's since 1.11.
var versioned = []string{"Artifacts", "Base64", "Dates", "Distributed", "FileWatching", "InteractiveUtils", "LinearAlgebra", "Logging", "Markdown", "Mmap", "Pkg", "Printf", "REPL", "Random", "Serialization", "SharedArrays", "Sockets", "Test", "UUIDs", "Unicode"}

// version is what the project asks for: a version file, the release that wrote the lock,
// else the range in Project.toml, within which an existing Dockerfile says more.
func (p *project) version() (v detect.Value[safe.Version], err error) {
	asked, err := manifest.Versions(p.d, "julia", ".julia-version")
	if err != nil {
		return v, err
	}
	images, family, err := catalog.Of("julia")
	if err != nil {
		return v, err
	}
	if number, ok := release(asked.V); asked.IsSet() && ok {
		return detect.Found(number, asked.Why...), nil
	}
	if number, ok := release(p.julia); ok {
		return detect.Found(number, p.locked), nil
	}
	allow, why, err := p.ranges()
	if err != nil {
		return v, err
	}
	for _, from := range evidence.Bases(p.d) {
		name, tag, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(from.Image, "docker.io/"), "library/"), ":")
		tag, _, _ = strings.Cut(tag, "-")
		number, ok := release(tag)
		if name != "julia" || !ok || !strings.Contains(tag, ".") {
			continue
		}
		if line, known := family.Line(tag); known && (allow(tag) || allow(line.Latest.String())) {
			return detect.Found(number, append([]detect.Note{from.Why}, why...)...), nil
		}
	}
	if oldest, ok := release("1.6"); ok && p.older && allow("1.6.7") {
		return detect.Found(oldest, p.locked), nil
	}
	if len(why) == 0 {
		return v, nil // the plan takes the catalogue's default
	}
	line, ok := family.Match(allow, images.AsOf())
	if !ok {
		return v, p.d.Errorf(why[0].Path, why[0].Line, "no release of Julia is in %q (dockgen init --lang-version %s)", p.Compat["julia"], family.Default())
	}
	return detect.Found(line.Version, why...), nil
}

// release is a version that a stable release has: no "lts", "1.13.0-DEV" or "nightly".
func release(text string) (safe.Version, bool) {
	if _, err := semver.NewVersion(text); err != nil || strings.ContainsAny(text, "-+") {
		return safe.Version{}, false
	}
	v, err := safe.NewVersion(text)
	return v, err == nil
}

// ranges is what [compat] allows of Julia, by itself and by its own packages.
func (p *project) ranges() (allow func(string) bool, why []detect.Note, err error) {
	var all []*semver.Constraints
	for _, name := range append([]string{"julia"}, versioned...) {
		compat, ok := p.Compat[name]
		if !ok {
			continue
		}
		note := p.d.Note(p.file, p.lines.At("compat", name), "%s = %q", name, safe.Visible(compat))
		c, err := semver.NewConstraint(ranges(compat))
		if err != nil {
			return nil, nil, p.d.Errorf(note.Path, note.Line, "%q is not a range of versions", safe.Visible(compat))
		}
		if name != "julia" && (c.Check(semver.MustParse("1.10.0")) || c.Check(semver.MustParse("1.0.0")) || !c.Check(semver.MustParse("1.99.0"))) {
			continue // of the time before
		}
		if len(why) < 2 {
			why = append(why, note)
		}
		all = append(all, c)
	}
	return func(version string) bool {
		v, err := semver.NewVersion(version)
		if err != nil {
			return false
		}
		for _, c := range all {
			if !c.Check(v) {
				return false
			}
		}
		return true
	}, why, nil
}

// newer reports whether a is a newer release than b.
func newer(a, b string) bool {
	x, err := semver.NewVersion(a)
	if err != nil {
		return false
	}
	y, err := semver.NewVersion(b)
	return err != nil || x.GreaterThan(y)
}

// ranges is Pkg's notation in that of semver: a comma is a union, and a bare number is a
// caret range. https://pkgdocs.julialang.org/v1/compatibility
func ranges(compat string) string {
	parts := strings.Split(compat, ",")
	for i, p := range parts {
		p = strings.NewReplacer("≥", ">=", "≤", "<=").Replace(strings.TrimSpace(p))
		if p != "" && p[0] >= '0' && p[0] <= '9' && !strings.Contains(p, " - ") {
			p = "^" + p
		}
		parts[i] = p
	}
	return strings.Join(parts, " || ")
}
