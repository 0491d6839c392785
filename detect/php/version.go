package php

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// pinRE is a version as version files name it.
var pinRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:php-?)?(\d+(?:\.\d+){0,2})(?:\.x)?$`) })

// forgotten is after how many years a lock tells of its own time alone.
const forgotten = 3

// version is what the project asks for: a version file, config.platform, the range
// in composer.json together with those of the locked packages, or the default.
func (p *project) version() (detect.Value[safe.Version], error) {
	images, family, err := catalog.Of(Detector{}.Name())
	if err != nil {
		return detect.Value[safe.Version]{}, err
	}
	asked, err := manifest.Versions(p.d, "php", ".php-version")
	if err != nil {
		return detect.Value[safe.Version]{}, err
	}
	if m := pinRE().FindStringSubmatch(asked.V); asked.IsSet() && m != nil {
		if v, err := safe.NewVersion(m[1]); err == nil {
			return detect.Found(lineOf(family, v), asked.Why...), nil
		}
	}
	if p.c == nil {
		return p.elsewhere(family)
	}
	// What the whole set of packages runs on: Composer would refuse any other.
	fits := []constraint{}
	var why []detect.Note
	add := func(text string, note detect.Note) {
		if c, err := parseConstraint(text); err == nil {
			fits = append(fits, c)
			why = append(why, note)
		} else {
			p.notes = append(p.notes, detect.Note{Path: note.Path, Line: note.Line, Text: err.Error()})
		}
	}
	asks := false
	for _, name := range []string{"php", "php-64bit"} {
		if text, ok := p.c.Require[name]; ok {
			asks = true
			add(text, p.d.Note(manifestName, p.c.lines.At("require", name), "%s %s", name, text))
		}
	}
	allow := func(version string) bool {
		return !slices.ContainsFunc(fits, func(c constraint) bool { return !c.allows(version) })
	}
	platform, pinned := p.platform()
	if l, known := family.Line(platform.String()); pinned && (!known || l.Supported(images.AsOf())) {
		return detect.Found(lineOf(family, platform), append([]detect.Note{p.platformWhy()}, why...)...), nil
	}
	own := len(fits)
	for _, name := range slices.Sorted(maps.Keys(p.c.locked)) {
		if text, ok := p.c.locked[name].Require["php"]; ok {
			if c, err := parseConstraint(text); err == nil {
				fits = append(fits, c)
			}
		}
	}
	line, ok := family.Match(allow, images.AsOf())
	if last := p.c.newest(); !last.IsZero() && last.AddDate(forgotten, 0, 0).Before(images.AsOf()) {
		// Nobody has run that set of packages on a PHP that came long after it.
		known := func(version string) bool {
			l, ok := family.Line(version)
			return ok && allow(version) && !l.Released.After(last.AddDate(1, 0, 0))
		}
		if older, fits := family.Match(known, images.AsOf()); fits && ok && older.Version != line.Version {
			line = older
			asks = true
			why = append(why, p.d.Note(lockName, 0, "its newest package is of %s: PHP %s is the newest of that time", last.Format("January 2006"), line.Version))
		}
	}
	if pinned { // it says on which PHP the packages have to run too, and that one gets no fixes any more
		if !ok || !asks || !line.Supported(images.AsOf()) {
			return detect.Found(lineOf(family, platform), append([]detect.Note{p.platformWhy()}, why...)...), nil
		}
		p.notes = append(p.notes, p.d.Note(manifestName, p.platformWhy().Line, "config.platform.php is %s, which gets no fixes any more: all that is locked runs on %s too", platform, line.Version))
	}
	if !ok { // a lock that nobody keeps: the manifest's own range decides
		fits = fits[:own]
		if line, ok = family.Match(allow, images.AsOf()); !ok && asks {
			return detect.Value[safe.Version]{}, p.d.Errorf(why[0].Path, why[0].Line, "no PHP that dockgen knows is in the range of %q: choose one with dockgen init --lang-version %s", why[0].Text, family.Default())
		}
		if !ok {
			return p.elsewhere(family)
		}
	}
	if len(fits) > own && line.Version != family.Default() {
		rest := fits
		fits = fits[:own]
		if wide, ok := family.Match(allow, images.AsOf()); ok && wide.Version != line.Version {
			why = append(why, p.d.Note(lockName, 0, "its packages run on %s, none newer", line.Version))
			asks = true
		}
		fits = rest
	}
	if !asks {
		return p.elsewhere(family)
	}
	return detect.Found(line.Version, why...), nil
}

// platform is the PHP for which Composer chooses packages, whatever runs it
// (https://getcomposer.org/doc/06-config.md#platform).
func (p *project) platform() (safe.Version, bool) {
	v, err := safe.NewVersion(strings.TrimSpace(p.c.Platform["php"]))
	return v, err == nil
}

func (p *project) platformWhy() detect.Note {
	return p.d.Note(manifestName, p.c.lines.At("config", "platform", "php"), "config.platform.php is %s", p.c.Platform["php"])
}

// elsewhere takes the PHP that the project's own container is built on, or the default.
func (p *project) elsewhere(family *catalog.Family) (detect.Value[safe.Version], error) {
	if v, err := safe.NewVersion(p.docker.version); err == nil {
		if line, ok := family.Line(v.String()); ok {
			return detect.Found(line.Version, p.docker.versionWhy), nil
		}
	}
	return detect.Assumed(family.Default(), detect.Note{Text: "nothing in the project says which PHP it wants: say it in composer.json or .php-version"}), nil
}

// lineOf is the version, or the catalogue's line of it where only a major is named.
func lineOf(family *catalog.Family, v safe.Version) safe.Version {
	if line, ok := family.Line(v.String()); ok && !strings.Contains(v.String(), ".") {
		return line.Version
	}
	return v
}
