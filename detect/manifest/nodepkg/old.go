package nodepkg

import (
	"maps"
	"slices"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// legacyHash reports whether a webpack gets installed that hashes with OpenSSL's
// MD4, which Node has left out since 17: those before 4.47.0 and 5.61.0, which
// brought their own (https://github.com/webpack/webpack/releases/tag/v5.61.0).
func (p *Project) legacyHash() bool {
	return p.Line() >= 17 && slices.ContainsFunc(p.Lock.Versions("webpack"), func(v string) bool {
		sv, err := semver.NewVersion(v)
		if err != nil {
			return false
		}
		switch sv.Major() {
		case 4:
			return sv.Minor() < 47
		case 5:
			return sv.Minor() < 61
		}
		return sv.Major() < 4
	})
}

// oldTools keeps builds going whose tools are older than Node.
func (p *Project) oldTools(in *Install) {
	if p.legacyHash() {
		in.Env = append(in.Env, detect.Setting{
			Name: safe.EnvNameOf("NODE_OPTIONS"), Value: safe.LabelOf("--openssl-legacy-provider"),
			Why: "this webpack hashes with MD4, which Node since 17 has behind this option alone",
		})
	}
}

// ceiling is the newest line of Node that a package works with.
type ceiling struct {
	line int
	why  detect.Note
}

// ceilings are packages of which some releases stop at a line of Node without
// saying so in their engines. postcss before 8.2.11 exports a folder in a way that
// Node has refused since 17 (https://nodejs.org/api/deprecations.html#DEP0148);
// node-sass compiles with the lines of its time
// (https://github.com/sass/node-sass#node-version-support-policy).
func ceilings() map[string]func(*semver.Version) int {
	return map[string]func(*semver.Version) int{
		"postcss": func(v *semver.Version) int {
			if v.Major() == 8 && v.LessThan(semver.New(8, 2, 11, "", "")) {
				return 16
			}
			return 0
		},
		"nuxt": func(v *semver.Version) int { // its engines end there
			if v.Major() == 2 && v.Minor() < 17 {
				return 18
			}
			return 0
		},
		"node-sass": func(v *semver.Version) int {
			return map[uint64]int{4: 14, 5: 14, 6: 16, 7: 16, 8: 18, 9: 20}[v.Major()]
		},
	}
}

// ceiling returns the lowest of the ceilings of what gets installed; line 0 where there is none.
func (p *Project) ceiling() ceiling {
	var low ceiling
	table := ceilings()
	for _, name := range slices.Sorted(maps.Keys(table)) {
		for _, v := range p.Lock.Versions(name) {
			sv, err := semver.NewVersion(v)
			if err != nil {
				continue
			}
			if line := table[name](sv); line > 0 && (low.line == 0 || line < low.line) {
				low = ceiling{line, p.Lock.note("%s %s works with Node up to %d", name, v, line)}
			}
		}
	}
	return low
}

// below narrows a test of versions to those that the ceiling allows.
func (c ceiling) below(allow func(string) bool) func(string) bool {
	if c.line == 0 {
		return allow
	}
	return func(v string) bool {
		sv, err := semver.NewVersion(v)
		return err == nil && sv.Major() <= uint64(c.line) && allow(v)
	}
}

// askedByDependencies narrows Node's version for a project that names none: to
// what its direct dependencies allow, as far as the lock keeps that.
func (p *Project) askedByDependencies(s solver) (detect.Value[safe.Version], bool) {
	if p.Lock == nil {
		return detect.Value[safe.Version]{}, false
	}
	if s.ceiling.line > 0 {
		line, ok := s.family.Match(s.ceiling.below(func(string) bool { return true }), s.catalog.AsOf())
		return detect.Assumed(line.Version, s.ceiling.why), ok
	}
	type demand struct {
		name, spec string
		allow      func(string) bool
	}
	var demands []demand
	for _, name := range p.Manifest.direct() {
		for _, v := range p.Lock.Versions(name) {
			spec := p.Lock.engines[name+"@"+v]
			if allow, err := constraint(spec); spec != "" && err == nil {
				demands = append(demands, demand{name + " " + v, spec, allow})
			}
		}
	}
	i := slices.IndexFunc(demands, func(d demand) bool {
		line, _ := s.family.Line(s.family.Default().String())
		return !d.allow(line.Latest.String())
	})
	if i < 0 {
		return detect.Value[safe.Version]{}, false
	}
	line, ok := s.family.Match(func(v string) bool {
		return !slices.ContainsFunc(demands, func(d demand) bool { return !d.allow(v) })
	}, s.catalog.AsOf())
	if !ok {
		return detect.Value[safe.Version]{}, false
	}
	return detect.Assumed(line.Version, p.Lock.note("%s asks for node %s", demands[i].name, demands[i].spec)), true
}
