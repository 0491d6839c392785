package rust

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// runDir is the program's working directory below plan's: that of the package
// where files that it reads lie there, else the workspace's.
func (pr *program) runDir(s *detect.Service) safe.RelPath {
	dir := pr.pkg.ws.dir.Path()
	if pr.inPackage {
		dir = pr.pkg.dir.Path()
	}
	return safe.RelPathOf(detect.Under(dir, s.Root.String()))
}

// build says how Cargo makes the program.
func (pr *program) build(s *detect.Service, f *Facts) error {
	p := pr.pkg
	l, err := readLock(p.ws.dir)
	if err != nil {
		return err
	}
	root := s.Root.String()
	f.Dir = safe.RelPathOf(detect.Under(p.ws.dir.Path(), root))
	f.RunDir = pr.runDir(s)
	args := []string{"cargo", "build", "--release"}
	lockAt := path.Join(p.ws.dir.Path(), "Cargo.lock")
	if l.present {
		args = append(args, "--locked")
	} else {
		f.Writes = true
	}
	if !l.present && p.ws.missing == "" {
		s.Notes = append(s.Notes, pr.top.Note(lockAt, 0, "is missing: every build takes the newest crates; run cargo generate-lockfile and commit it"))
	}
	if !p.ws.alone && p.dir.Path() != p.ws.dir.Path() || p.ws.root != nil && len(p.ws.root.toml.Workspace.Members) > 0 {
		args = append(args, "--package", p.name())
	}
	args = append(args, "--bin", pr.bin.name)
	var features []string
	for _, feature := range pr.bin.features {
		if !p.on[feature] {
			features = append(features, feature)
		}
	}
	if len(features) > 0 {
		args = append(args, "--features", strings.Join(features, ","))
	}
	argv, err := safe.NewArgv(args...)
	if err != nil {
		return p.dir.Errorf("Cargo.toml", 0, "%w", err)
	}
	s.Build = detect.Found(argv, pr.bin.why)
	f.Strip = !pr.profile("strip", "debug")
	for _, local := range pr.locals {
		if local.ws != nil && local.ws.missing != "" {
			s.NeedsAbove(local.note(0, "%s", local.ws.missing), local.ws.up)
		}
		for _, dep := range local.deps {
			if dep.outside != "" {
				s.NeedsAbove(local.note(dep.line, "%s is at %s, outside of this folder", dep.name, dep.outside), detect.Upward(dep.outside))
			}
		}
	}
	pr.sources(s, f, l)
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/target"), safe.PatternOf("**/*.rs.bk"))
	if f.Channel.IsZero() {
		// The image is the toolchain: with the file, rustup would download another.
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/rust-toolchain"), safe.PatternOf("**/rust-toolchain.toml"))
	}
	pr.apart(s, f)
	pr.layers(s, f, l)
	for _, keep := range f.keep {
		if detect.Within(keep, root) {
			if rel, err := safe.NewRelPath(detect.Under(keep, root)); err == nil {
				s.Context.Keep = append(s.Context.Keep, rel)
			}
		}
	}
	for _, m := range pr.locals {
		if rel, err := safe.NewRelPath(detect.Under(path.Join(m.dir.Path(), "Cargo.toml"), root)); err == nil && detect.Within(m.dir.Path(), root) {
			s.Context.Keep = append(s.Context.Keep, rel)
		}
	}
	if l.present && detect.Within(lockAt, root) {
		s.Context.Keep = append(s.Context.Keep, safe.RelPathOf(detect.Under(lockAt, root)))
	}
	return nil
}

// profile reports whether the release profile has any of the keys.
func (pr *program) profile(keys ...string) bool {
	root := pr.pkg
	if pr.pkg.ws.root != nil {
		root = pr.pkg.ws.root
	}
	for _, key := range keys {
		if _, ok := root.toml.Profile["release"][key]; ok {
			return true
		}
	}
	return false
}

// sources finds out where the crates come from, and what the build needs for it:
// repositories, keys for them, tokens of registries.
func (pr *program) sources(s *detect.Service, f *Facts, l *lock) {
	if src := l.git(); src != "" {
		f.Git = true
	}
	for _, local := range pr.locals {
		for _, dep := range local.deps {
			if dep.git == "" {
				continue
			}
			f.Git = true
			if strings.HasPrefix(dep.git, "ssh://") || strings.HasPrefix(dep.git, "git@") {
				f.SSH = true
				why := local.note(dep.line, "%s comes from %s over SSH: build with docker build --ssh default", dep.name, dep.git)
				s.Notes = append(s.Notes, why)
				add(s, "git openssh-client", true, why)
			}
		}
	}
	pr.cargoConfigs(func(at string, c *cargoConfig, lines manifest.Lines) {
		for _, name := range slices.Sorted(maps.Keys(c.Registries)) {
			upper := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
			env, err := safe.NewEnvName("CARGO_REGISTRIES_" + upper + "_TOKEN")
			if err != nil {
				continue
			}
			secret := detect.BuildSecret{ID: safe.Slug("cargo-"+name, "cargo"), Env: env, Why: pr.top.Note(at, lines.At("registries", name), "the registry %s", name)}
			if !slices.ContainsFunc(f.Secrets, func(o detect.BuildSecret) bool { return o.ID == secret.ID }) {
				f.Secrets = append(f.Secrets, secret)
				s.Secrets = append(s.Secrets, secret)
			}
		}
	})
}

// labels are the annotations that the manifest tells.
func (pr *program) labels() []detect.ImageLabel {
	var out []detect.ImageLabel
	add := func(key, value string) {
		if v, err := safe.NewLabel(strings.Join(strings.Fields(value), " ")); err == nil && value != "" && len(value) < 500 {
			out = append(out, detect.ImageLabel{Key: key, Value: v})
		}
	}
	t := pr.pkg.toml.Package
	add("org.opencontainers.image.title", pr.bin.name)
	for _, f := range []struct {
		key, field string
		own        any
	}{
		{"org.opencontainers.image.description", "description", t.Description},
		{"org.opencontainers.image.licenses", "license", t.License},
		{"org.opencontainers.image.source", "repository", t.Repository},
		{"org.opencontainers.image.version", "version", t.Version},
	} {
		value, _ := pr.pkg.inherited(f.field, f.own)
		add(f.key, value)
	}
	return out
}
