package nodepkg

import (
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

// sassLines are the newest lines of Node that node-sass compiles with, by its
// major version (https://github.com/sass/node-sass#node-version-support-policy).
func sassLines() map[uint64]string {
	return map[uint64]string{4: "14", 5: "14", 6: "16", 7: "16", 8: "18", 9: "20"}
}

// askedByDependencies narrows Node's version for a project that names none: to
// what its direct dependencies allow, as far as the lock keeps that.
func (p *Project) askedByDependencies(s solver) (detect.Value[safe.Version], bool) {
	if p.Lock == nil {
		return detect.Value[safe.Version]{}, false
	}
	for _, v := range p.Lock.Versions("node-sass") {
		if sv, err := semver.NewVersion(v); err == nil && sassLines()[sv.Major()] != "" {
			if line, ok := s.family.Line(sassLines()[sv.Major()]); ok {
				return detect.Assumed(line.Version, p.Lock.note("node-sass %s compiles with no newer one", v)), true
			}
		}
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
