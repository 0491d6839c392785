package ruby

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

func setting(name, value, why string) detect.Setting {
	return detect.Setting{Name: safe.EnvNameOf(name), Value: safe.LabelOf(value), Why: why}
}

// bundle decides how the gems are installed (https://bundler.io/man/bundle-config.1.html).
func (in *inspection) bundle(s *detect.Service, f *Facts) error {
	p := in.p
	if p.g == nil {
		return nil
	}
	s.PackageManager = detect.Found("bundler", p.d.Note(p.g.name, 0, "is Bundler's manifest"))
	f.Install = safe.ArgvOf("bundle", "install")
	f.Env = append(f.Env, setting("BUNDLE_PATH", "/usr/local/bundle", ""))
	if p.l != nil {
		f.Env = append(f.Env, setting("BUNDLE_DEPLOYMENT", "1", ""))
	} else {
		s.SetEnv = append(s.SetEnv, setting("BUNDLE_FROZEN", "1", ""))
		s.Notes = append(s.Notes, p.d.Note(p.g.name, 0, "there is no %s: every build takes the newest gems that fit; run bundle lock --add-platform x86_64-linux aarch64-linux and commit it", lockName(p.g.name)))
	}
	if len(p.without) > 0 {
		without, err := safe.NewLabel(strings.Join(p.without, ":"))
		if err != nil {
			return p.d.Errorf(p.g.name, 0, "the names of its groups: %w", err)
		}
		f.Env = append(f.Env, detect.Setting{Name: safe.EnvNameOf("BUNDLE_WITHOUT"), Value: without})
	}
	if p.g.name != "Gemfile" {
		f.Env = append(f.Env, setting("BUNDLE_GEMFILE", p.g.name, ""))
	}
	if abi, err := safe.NewVersion(p.ruby.line.Version.String() + ".0"); err == nil {
		f.ABI = abi
	}
	if err := in.inputs(s, f); err != nil {
		return err
	}
	in.vendored(s, f)
	in.bundlerVersion(s, f)
	in.sources(s, f)
	in.platforms(s)
	f.Git = p.git()
	return nil
}

// inputs are the files and folders that Bundler reads.
func (in *inspection) inputs(s *detect.Service, f *Facts) error {
	p := in.p
	var folders []string
	for _, g := range p.g.gems {
		if g.path != "" && !path.IsAbs(g.path) {
			folders = append(folders, g.path)
		}
	}
	if p.l != nil {
		for _, name := range p.l.order {
			if at := p.l.specs[name]; at.from == "PATH" && !path.IsAbs(at.remote) && at.remote != "" {
				folders = append(folders, at.remote)
			}
		}
	}
	files := slices.Clone(p.g.files)
	if p.l != nil {
		files = append(files, p.l.file)
	}
	inside := func(name string) bool {
		up := strings.Count(path.Clean(name)+"/", "../")
		return up == 0 || p.d.Path() != "." && up <= strings.Count(p.d.Path(), "/")+1
	}
	folders = slices.DeleteFunc(folders, func(name string) bool {
		here := inside(name) && p.d.There(name)
		if !here {
			s.Notes = append(s.Notes, p.d.Note(p.g.name, 0, "the gem in %s is not there: bundle install can't read it", safe.Visible(name)))
		}
		return !here
	})
	files = slices.DeleteFunc(files, func(name string) bool { return !inside(name) || !p.d.There(name) })
	up := 0
	for _, name := range slices.Concat(files, folders) {
		up = max(up, strings.Count(path.Clean(name)+"/", "../"))
	}
	top := p.d.Sub(strings.Repeat("../", up))
	s.Root = top.Rel()
	rel := func(name string) string {
		full := path.Join(p.d.Path(), name)
		if top.Path() != "." {
			full = strings.TrimPrefix(strings.TrimPrefix(full, top.Path()), "/")
		}
		return path.Clean("./" + full)
	}
	var err error
	if f.Dir, err = safe.NewRelPath(rel(".")); err != nil {
		return err
	}
	for _, name := range files {
		at, err := safe.NewRelPath(rel(name))
		if err != nil {
			return p.d.Errorf(p.g.name, 0, "%w", err)
		}
		if path.Dir(path.Clean(name)) == "." {
			f.Copies = append(f.Copies, at)
		} else {
			f.Parts = append(f.Parts, at)
		}
		s.Context.Keep = append(s.Context.Keep, at)
	}
	for _, name := range folders {
		at, err := safe.NewRelPath(rel(name))
		if err != nil {
			return p.d.Errorf(p.g.name, 0, "the path of a gem: %w", err)
		}
		if at != f.Dir {
			f.Parts = append(f.Parts, at)
		}
	}
	f.SourcesFirst = p.g.gemspec
	if f.Dir.String() != "." {
		f.Parts, f.Copies = append(f.Parts, f.Copies...), nil
	}
	slices.SortFunc(f.Copies, func(a, b safe.RelPath) int { return strings.Compare(a.String(), b.String()) })
	slices.SortFunc(f.Parts, func(a, b safe.RelPath) int { return strings.Compare(a.String(), b.String()) })
	f.Copies, f.Parts = slices.Compact(f.Copies), slices.Compact(f.Parts)
	f.Parts = slices.DeleteFunc(f.Parts, func(at safe.RelPath) bool {
		return slices.ContainsFunc(f.Parts, func(o safe.RelPath) bool { return strings.HasPrefix(at.String(), o.String()+"/") })
	})
	return nil
}

// vendored takes the gems that lie in the project.
func (in *inspection) vendored(s *detect.Service, f *Facts) {
	p := in.p
	if !p.d.There("vendor/cache") || p.l == nil {
		return
	}
	at, err := f.Dir.Join("vendor/cache")
	if err != nil {
		return
	}
	var have, lack []string
	for _, name := range slices.Sorted(maps.Keys(p.all)) {
		sp, ok := p.l.specs[name]
		if !ok || sp.from != "GEM" || bundled(name) {
			continue
		}
		if p.d.There("vendor/cache/"+name+"-"+sp.version+".gem") || slices.ContainsFunc(sp.builds, func(build string) bool {
			return linux(build) && p.d.There("vendor/cache/"+name+"-"+sp.version+"-"+build+".gem")
		}) {
			have = append(have, name)
		} else {
			lack = append(lack, name+" "+sp.version)
		}
	}
	if len(have) == 0 {
		return
	}
	f.Parts = append(f.Parts, at)
	s.Context.Keep = append(s.Context.Keep, at)
	if len(lack) > 0 {
		s.Notes = append(s.Notes, p.d.Note("vendor/cache", 0, "lacks %s, so that the build downloads: run bundle cache --all-platforms", lack[0]))
		return
	}
	f.Install = safe.ArgvOf("bundle", "install", "--local")
	s.Notes = append(s.Notes, p.d.Note("vendor/cache", 0, "holds every gem that %s names for production: the build downloads none", p.l.file))
}

func bundled(name string) bool { return name == "bundler" }

// bundlerVersion installs the Bundler of the lock where the image's own does not switch
// to it by itself, as it does since 2.3 (https://bundler.io/blog/2022/01/23/bundler-v2-3.html).
func (in *inspection) bundlerVersion(s *detect.Service, f *Facts) {
	p := in.p
	if p.l == nil || !usable(p.l.bundler) {
		return
	}
	line := p.ruby.line.Version.String()
	why := p.l.note(p.l.bundlerAt, "BUNDLED WITH %s", p.l.bundler)
	switch {
	case compare(line, "3.1") >= 0 && strings.HasPrefix(p.l.bundler, "1."):
		why.Text += ": Ruby " + line + " has a newer Bundler, which reads the lock too; run bundle update --bundler"
		s.Notes = append(s.Notes, why)
	case compare(line, "3.1") < 0:
		f.Bundler = safe.ArgvOf("gem", "install", "bundler:"+p.l.bundler, "--no-document")
	}
}

// sources are gem servers beside the public one. Their credentials come from variables
// that Bundler names after the host (https://bundler.io/man/bundle-config.1.html#CREDENTIALS-FOR-GEM-SOURCES).
func (in *inspection) sources(s *detect.Service, f *Facts) {
	p := in.p
	seen := map[string]bool{}
	for _, r := range p.g.remotes {
		scheme, rest, ok := strings.Cut(r.url, "://")
		host, _, _ := strings.Cut(rest, "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			host = host[at+1:]
			s.Notes = append(s.Notes, p.d.Note(r.file, r.line, "the address of a gem server holds a password: take it out, and give it to the build by --secret"))
		}
		if !ok || host == "" || public(host) || seen[host] {
			continue
		}
		seen[host] = true
		if scheme == "http" {
			s.Notes = append(s.Notes, p.d.Note(r.file, r.line, "gems come over plain http from %s", safe.Visible(host)))
		}
		p.secret(s, f, host, p.d.Note(r.file, r.line, "gems come from %s", safe.Visible(host)))
	}
	for _, g := range p.g.gems {
		if g.git != "" && strings.HasPrefix(g.git, "git@") && p.production(g) {
			s.Notes = append(s.Notes, p.d.Note(g.file, g.line, "%s comes over SSH, for which the build has no key: take the address with https, and a token by --secret", g.name))
		}
	}
}

// public reports whether a host is one of the public servers, by its domain's name.
func public(host string) bool {
	labels := strings.Split(host, ".")
	return len(labels) > 1 && slices.Contains([]string{"rubygems", "gem"}, labels[len(labels)-2])
}

func (p *project) secret(s *detect.Service, f *Facts, host string, why detect.Note) {
	host, _, _ = strings.Cut(host, ":")
	name, err := safe.NewEnvName("BUNDLE_" + strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(host, ".", "__"), "-", "___")))
	if err != nil {
		return
	}
	secret := detect.BuildSecret{ID: safe.Slug("bundle-"+host, "bundle"), Env: name, Why: why}
	f.Secrets = append(f.Secrets, secret)
	s.Secrets = append(s.Secrets, secret)
}

// platforms notes a lock that was made for other machines alone: a frozen install
// stops there.
func (in *inspection) platforms(s *detect.Service) {
	p := in.p
	if p.l == nil || len(p.l.platforms) == 0 {
		return
	}
	has := func(machine string) bool {
		return slices.ContainsFunc(p.l.platforms, func(at string) bool {
			return at == "ruby" || linux(at) && strings.HasPrefix(at, machine)
		})
	}
	for _, machine := range []string{"x86_64", "aarch64"} {
		if !has(machine) {
			s.Notes = append(s.Notes, p.l.note(p.l.platformAt, "the lock is for %s alone: on %s the build stops; run bundle lock --add-platform %s-linux", strings.Join(p.l.platforms, ", "), machine, machine))
		}
	}
}

// git reports whether a gem of production comes out of a repository.
func (p *project) git() bool {
	for _, g := range p.g.gems {
		if g.git != "" && p.production(g) {
			return true
		}
	}
	if p.l != nil {
		for name := range p.all {
			if p.l.specs[name].from == "GIT" {
				return true
			}
		}
	}
	return false
}
