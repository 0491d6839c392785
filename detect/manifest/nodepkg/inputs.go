package nodepkg

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// addInput adds a file or folder of the root.
func (in *Install) addInput(rel string, dir, keep bool) error {
	target, err := safe.NewRelPath(rel)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(in.Inputs, func(x Input) bool { return x.Target == target }) {
		return nil
	}
	source, err := in.Root.Join(rel)
	if err != nil {
		return err
	}
	in.Inputs = append(in.Inputs, Input{Source: source, Target: target, Dir: dir, Keep: keep})
	return nil
}

// inputs lists what installing reads beside the sources.
func (p *Project) inputs(in *Install) error {
	file := func(names ...string) error {
		for _, n := range names {
			if p.Root.Has(n) {
				if err := in.addInput(n, false, false); err != nil {
					return err
				}
			}
		}
		return nil
	}
	folder := func(names ...string) error {
		for _, n := range names {
			if p.Root.HasDir(n) {
				if err := in.addInput(n, true, false); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := file("package.json"); err != nil {
		return err
	}
	if p.Lock != nil {
		if err := file(p.Lock.Name); err != nil {
			return err
		}
		in.Inputs[len(in.Inputs)-1].Writes = len(p.Stale()) > 0
	}
	if !p.registry.secretFile(".npmrc") {
		if err := file(".npmrc"); err != nil {
			return err
		}
		if p.Root.Has(".npmrc") {
			at, err := in.Root.Join(".npmrc")
			if err != nil {
				return err
			}
			in.Public = append(in.Public, detect.Part{Path: at, Why: detect.Note{Path: at.String(), Text: "holds no token"}})
		}
	}
	switch p.Manager.Name.V {
	case "pnpm":
		if err := file("pnpm-workspace.yaml", ".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js"); err != nil {
			return err
		}
	case "yarn":
		if err := file(".yarnrc"); err != nil {
			return err
		}
		if p.Manager.Berry {
			if !p.registry.secretFile(".yarnrc.yml") {
				if err := file(".yarnrc.yml"); err != nil {
					return err
				}
			}
			if err := folder(".yarn/releases", ".yarn/plugins", ".yarn/patches"); err != nil {
				return err
			}
			if p.zeroInstall() {
				if err := in.addInput(".yarn/cache", true, true); err != nil {
					return err
				}
			}
		}
	case "bun":
		if err := file("bunfig.toml"); err != nil {
			return err
		}
	}
	for _, m := range p.kept() {
		if err := file(path.Join(m.Path, "package.json")); err != nil {
			return err
		}
	}
	for _, patched := range []map[string]string{p.RootManifest().Patched, p.pnpm.PatchedDependencies} {
		for _, name := range slices.Sorted(maps.Keys(patched)) {
			if err := file(path.Clean(patched[name])); err != nil {
				return err
			}
		}
	}
	return p.localInputs(file, folder)
}

// zeroInstall reports whether Yarn's archives are committed, so that the program
// runs out of them (https://yarnpkg.com/features/caching#zero-installs). A folder
// that git ignores is only on the machine of whoever installed last.
func (p *Project) zeroInstall() bool {
	return p.Manager.PnP && p.Root.HasDir(".yarn/cache") && !p.yarnIgnored()
}

func (p *Project) yarnIgnored() bool {
	if !p.Root.Has(".gitignore") {
		return false
	}
	data, err := p.Root.Read(".gitignore")
	if err != nil {
		return false
	}
	ignored := false
	for line := range strings.Lines(string(data)) {
		switch strings.Trim(strings.TrimSpace(line), "/") {
		case ".yarn", ".yarn/*", ".yarn/**", ".yarn/cache", ".yarn/cache/*":
			ignored = true
		case "!.yarn/cache", "!/.yarn/cache":
			ignored = false
		}
	}
	return ignored
}

// localInputs adds the dependencies that are folders or archives of the project ("file:", "link:").
func (p *Project) localInputs(file, folder func(...string) error) error {
	for _, m := range p.members() {
		at, err := under(p.Root.Path(), m.Dir.Path())
		if err != nil {
			continue
		}
		for _, f := range m.fields() {
			for _, name := range slices.Sorted(maps.Keys(f.deps)) {
				to, ok := localPath(f.deps[name])
				if !ok {
					continue
				}
				rel := path.Join(at, to)
				if rel == "." || strings.HasPrefix(rel, "../") || rel == ".." {
					continue
				}
				if slices.ContainsFunc(p.kept(), func(x Member) bool { return x.Path == rel }) {
					continue // its package.json is there
				}
				if err := file(rel); err != nil {
					return err
				}
				if err := folder(rel); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func localPath(spec string) (string, bool) {
	for _, prefix := range []string{"file:", "link:", "portal:"} {
		if to, ok := strings.CutPrefix(spec, prefix); ok {
			return to, true
		}
	}
	if strings.HasPrefix(spec, "./") || strings.HasPrefix(spec, "../") {
		return spec, true
	}
	return "", false
}
