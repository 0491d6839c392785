package nodepkg

import (
	"fmt"
	"strings"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// findNode decides Node's version: the user's, a version file, volta, devEngines,
// engines, what the dependencies ask for, the catalogue's default.
func (p *Project) findNode() error {
	c, err := detect.Once(p.Root, "catalog", catalog.Load)
	if err != nil {
		return err
	}
	family, err := c.Family("node")
	if err != nil {
		return err
	}
	s := solver{family, c, p.ceiling()}
	if v := p.Manifest.Dir.Choices().Version; v.IsSet() {
		p.Node = v
		return nil
	}
	wish, err := p.wish("node", ".nvmrc", ".node-version")
	if err != nil {
		return err
	}
	for _, w := range wish {
		v, err := s.solve(w.V)
		if err != nil {
			for _, n := range w.Why {
				n.Text = fmt.Sprintf("%s: %s", n.Text, err)
				p.note(n)
			}
			continue
		}
		p.Node = detect.Found(v, w.Why...)
		if s.ceiling.line > 0 && exact(w.V) == "" {
			p.Node.Why = append(p.Node.Why, s.ceiling.why)
		}
		return nil
	}
	if v, ok := p.askedByDependencies(s); ok {
		p.Node = v
		return nil
	}
	p.Node = detect.Assumed(family.Default(), detect.Note{Text: "no version of Node is named: the line that has long-term support and is known well"})
	return nil
}

// Bun decides the version of Bun that runs a program: the user's, a version file,
// devEngines, engines, packageManager, the catalogue's default.
func (p *Project) Bun() (v detect.Value[safe.Version], err error) {
	const name = "bun"
	c, err := detect.Once(p.Root, "catalog", catalog.Load)
	if err != nil {
		return v, err
	}
	family, err := c.Family(name)
	if err != nil {
		return v, err
	}
	if v := p.Manifest.Dir.Choices().Version; v.IsSet() {
		return v, nil
	}
	wish, err := p.wish(name, ".bun-version")
	if err != nil {
		return v, err
	}
	if m := p.Manager; m.Name.V == name && exact(m.Version.V) != "" {
		wish = append(wish, m.Version)
	}
	s := solver{family: family, catalog: c}
	for _, w := range wish {
		if n, err := s.solve(w.V); err == nil {
			return detect.Found(n, w.Why...), nil
		} else if len(w.Why) > 0 {
			note := w.Why[0]
			note.Text = fmt.Sprintf("%s: %s", note.Text, err)
			p.note(note)
		}
	}
	return detect.Assumed(family.Default(), detect.Note{Text: "no version of Bun is named: the newest of the line"}), nil
}

// wish lists what the project asks for of a runtime, the strongest first.
func (p *Project) wish(runtime string, files ...string) ([]detect.Value[string], error) {
	var out []detect.Value[string]
	add := func(v detect.Value[string]) {
		if v.IsSet() && v.V != "" {
			out = append(out, v)
		}
	}
	named, err := manifest.Versions(p.Manifest.Dir, runtime, files...)
	if err != nil {
		return nil, err
	}
	add(named)
	if runtime == "node" { // which alone Volta installs
		volta, err := p.volta()
		if err != nil {
			return nil, err
		}
		add(volta)
	}
	for _, m := range p.manifests() {
		if r := m.DevEngines.Runtime; r.Name == runtime && r.Version != "" {
			add(detect.Found(r.Version, m.Note("devEngines.runtime "+runtime+" "+r.Version, "devEngines", "runtime")))
		}
	}
	for _, m := range p.manifests() {
		if spec := m.Engines[runtime]; spec != "" {
			add(detect.Found(spec, m.Note("engines."+runtime+" "+spec, "engines", runtime)))
		}
	}
	return out, nil
}

// volta follows "extends" to the file that names Node (https://docs.volta.sh/advanced/workspaces).
func (p *Project) volta() (detect.Value[string], error) {
	m := p.Manifest
	for range 5 {
		if v := m.Volta["node"]; v != "" {
			return detect.Found(v, m.Note("volta.node "+v, "volta", "node")), nil
		}
		to := m.Volta["extends"]
		dir, ok := strings.CutSuffix(to, "package.json")
		if !ok || !m.Dir.Sub(dir).Has("package.json") {
			break
		}
		var err error
		if m, err = ReadManifest(m.Dir.Sub(dir)); err != nil {
			return detect.Value[string]{}, err
		}
	}
	if r := p.RootManifest(); r.Volta["node"] != "" {
		return detect.Found(r.Volta["node"], r.Note("volta.node "+r.Volta["node"], "volta", "node")), nil
	}
	return detect.Value[string]{}, nil
}

// solver turns wordings into lines of the catalogue.
type solver struct {
	family  *catalog.Family
	catalog *catalog.Catalog
	ceiling ceiling
}

// solve returns the version for a wording: a release as it stands, for a range or
// a name the line.
func (s solver) solve(wording string) (safe.Version, error) {
	w := strings.TrimSpace(strings.ToLower(wording))
	switch w {
	case "lts/*", "lts", "lts/-0":
		line, _ := s.family.Match(func(v string) bool { l, ok := s.family.Line(v); return ok && l.LTS }, s.catalog.AsOf())
		return line.Version, nil
	case "node", "latest", "current", "stable", "*", "x", "":
		return s.family.Default(), nil
	}
	if name, ok := strings.CutPrefix(w, "lts/"); ok {
		w = name
	}
	if line, ok := s.family.Codename(strings.TrimPrefix(w, "lts-")); ok {
		return line.Version, nil
	}
	if v, err := safe.NewVersion(strings.TrimPrefix(w, "=")); err == nil {
		return v, nil
	}
	c, err := constraint(wording)
	if err != nil {
		return safe.Version{}, fmt.Errorf("%q is no version that is understood", wording)
	}
	line, ok := s.family.Match(s.ceiling.below(c), s.catalog.AsOf())
	if !ok {
		line, ok = s.family.Match(c, s.catalog.AsOf())
	}
	if !ok {
		return safe.Version{}, fmt.Errorf("no release of %s is within %q", s.family.Name(), wording)
	}
	return line.Version, nil
}

// constraint returns the test of a range in npm's syntax.
func constraint(spec string) (func(string) bool, error) {
	c, err := semver.NewConstraint(spec)
	if err != nil {
		return nil, err
	}
	return func(v string) bool {
		sv, err := semver.NewVersion(v)
		return err == nil && c.Check(sv)
	}, nil
}
