package haskell

import (
	"path"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// snapshots are the compilers of Stackage's long-term snapshots: https://www.stackage.org.
var snapshots = map[int]string{
	24: "9.10", 23: "9.8", 22: "9.6", 21: "9.4", 20: "9.2", 19: "9.0", 18: "8.10", 17: "8.10", 16: "8.8", 15: "8.8", 14: "8.6", 13: "8.6",
	12: "8.4", 11: "8.2", 10: "8.2", 9: "8.0", 8: "8.0", 7: "8.0",
}

// bases are the releases of package base that come with the lines' newest compilers:
// https://gitlab.haskell.org/ghc/ghc/-/wikis/commentary/libraries/version-history, but for
// 9.12's, which stands for what its releases after 9.12.2 may have: no table tells it.
var bases = map[string]string{
	"9.14": "4.22.0.0", "9.12": "4.21.2.0", "9.10": "4.20.2.0", "9.8": "4.19.2.0", "9.6": "4.18.3.0", "9.4": "4.17.2.1", "9.2": "4.16.4.0",
	"9.0": "4.15.1.0", "8.10": "4.14.3.0",
}

// exactBases are those that a lock names, each with its compiler: base can't be had
// apart from it.
var exactBases = map[string]string{
	"4.22.0.0": "9.14.1", "4.21.0.0": "9.12.2", "4.20.0.0": "9.10.1", "4.20.1.0": "9.10.2", "4.20.2.0": "9.10.3", "4.19.0.0": "9.8.1", "4.19.1.0": "9.8.2",
	"4.19.2.0": "9.8.4", "4.18.0.0": "9.6.2", "4.18.1.0": "9.6.3", "4.18.2.0": "9.6.4", "4.18.2.1": "9.6.6", "4.18.3.0": "9.6.7", "4.17.2.1": "9.4.8",
	"4.16.4.0": "9.2.8", "4.15.1.0": "9.0.2", "4.14.3.0": "8.10.7",
}

// version sets the compiler: a version file, Stack's snapshot or Cabal's project and
// lock, else what the bounds of base and the tested compilers allow.
func (p *project) version(own *pkg, s *detect.Service) error {
	images, family, err := catalog.Of("haskell")
	if err != nil {
		return err
	}
	asked, err := manifest.Versions(own.d, "ghc", ".ghc-version")
	if err != nil {
		return err
	}
	if v, err := safe.NewVersion(asked.V); asked.IsSet() && err == nil {
		s.Version, s.Pinned = detect.Found(v, asked.Why...), true
		return nil
	}
	if s.PackageManager.V == "stack" {
		return p.snapshot(s)
	}
	if done, err := p.cabalProject(s); done || err != nil {
		return err
	}
	allow := func(v string) bool {
		if own.base.IsSet() {
			base := baseOf(v)
			if base == "" || !inRange(base, own.base.V) {
				return false
			}
		}
		return true
	}
	var why []detect.Note
	if own.base.IsSet() {
		why = own.base.Why
	}
	tested := func(v string) bool {
		return allow(v) && inRange(v, strings.ReplaceAll(strings.ToLower(own.tested.V), "ghc", ""))
	}
	if own.tested.IsSet() {
		if line, ok := family.Match(tested, images.AsOf()); ok {
			s.Version = detect.Found(line.Version, append(own.tested.Why, why...)...)
			return nil
		}
	}
	if own.base.IsSet() {
		if line, ok := family.Match(allow, images.AsOf()); ok {
			s.Version = detect.Found(line.Version, why...)
			return nil
		}
		s.Notes = append(s.Notes, own.d.Note(own.file, own.base.Why[0].Line, "base %s: no image has a compiler with such a base", oneLine(own.base.V)))
	}
	return nil
}

// baseOf is the release of base that comes with a compiler.
func baseOf(ghc string) string {
	parts := strings.SplitN(ghc, ".", 3)
	if len(parts) < 2 {
		return ""
	}
	return bases[parts[0]+"."+parts[1]]
}

// snapshot reads the compiler off stack.yaml.
func (p *project) snapshot(s *detect.Service) error {
	key, v := "snapshot", p.stackage.Snapshot
	if v == nil {
		key, v = "resolver", p.stackage.Resolver
	}
	name, ok := v.(string)
	line := p.lines.At(key)
	if m, isMap := v.(map[string]any); isMap {
		if name, ok = m["url"].(string); !ok {
			name, ok = m["name"].(string)
		}
	}
	if c := p.stackage.Compiler; c != "" {
		key, name, ok, line = "compiler", c, true, p.lines.At("compiler")
	}
	if ok && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")) && !strings.Contains(name, "://") && p.d.Has(path.Clean(name)) {
		var inner stackYAML
		file := path.Clean(name)
		lines, err := manifest.YAML(p.d, file, &inner)
		if err != nil {
			return err
		}
		if name, ok = inner.Resolver.(string); !ok {
			name, ok = inner.Snapshot.(string)
		}
		if inner.Compiler != "" {
			name, ok = inner.Compiler, true
		}
		if ok {
			p.compiler(s, name, p.d.Note(file, lines.At("resolver"), "%s", name))
		}
		return nil
	}
	if ok {
		p.compiler(s, name, p.d.Note("stack.yaml", line, "%s: %s", key, name))
	}
	return nil
}

// compiler understands lts-22.13, ghc-9.6.6, and the address of a snapshot, ".../lts/22/13.yaml".
func (p *project) compiler(s *detect.Service, name string, why detect.Note) {
	if v, ok := strings.CutPrefix(name, "ghc-"); ok {
		if v, err := safe.NewVersion(v); err == nil {
			s.Version, s.Pinned = detect.Found(v, why), true
		}
		return
	}
	major := ""
	if rest, ok := strings.CutPrefix(name, "lts-"); ok {
		major, _, _ = strings.Cut(rest, ".")
	} else if _, rest, ok := strings.Cut(name, "/lts/"); ok {
		major, _, _ = strings.Cut(rest, "/")
	}
	n, err := strconv.Atoi(major)
	if line := snapshots[n]; err == nil && line != "" {
		if v, err := safe.NewVersion(line); err == nil {
			s.Version = detect.Found(v, why)
		}
		return
	}
	why.Text += ": its compiler is not known here; name it with dockgen init --lang-version"
	s.Notes = append(s.Notes, why)
}

// cabalProject reads with-compiler of cabal.project, and base of its lock.
func (p *project) cabalProject(s *detect.Service) (bool, error) {
	for _, file := range []string{"cabal.project", "cabal.project.freeze"} {
		if !p.d.Has(file) {
			continue
		}
		data, err := p.d.ReadLock(file)
		if err != nil {
			return false, err
		}
		for _, sec := range sections(string(data)) {
			f := sec.fields["with-compiler"]
			if v, ok := strings.CutPrefix(path.Base(f.text), "ghc-"); ok {
				if v, err := safe.NewVersion(v); err == nil {
					s.Version, s.Pinned = detect.Found(v, p.d.Note(file, f.line, "with-compiler: ghc-%s", v)), true
					return true, nil
				}
			}
			f = sec.fields["constraints"]
			for _, item := range items(f.text, false) {
				name, bounds := dependency(strings.TrimPrefix(item, "any."))
				ghc := exactBases[strings.TrimSpace(strings.TrimPrefix(bounds, "=="))]
				if name != "base" || ghc == "" {
					continue
				}
				if v, err := safe.NewVersion(ghc); err == nil {
					s.Version, s.Pinned = detect.Found(v, p.d.Note(file, f.line, "pins base %s, which comes with GHC %s", bounds, ghc)), true
					return true, nil
				}
			}
		}
	}
	return false, nil
}
