package elixir

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
	"dockgen/internal/safe"
)

// inspectMix describes what runs from a folder with a mix.exs.
func inspectMix(d *detect.Dir) ([]*detect.Service, error) {
	root, err := readMix(d, ".")
	if err != nil {
		return nil, err
	}
	if why := memberOf(d); why != "" {
		return nil, detect.NotService("%s", why)
	}
	if dep, ok := root.dep("nerves"); ok && dep.runtime {
		return nil, detect.NotService("Nerves: firmware for a device, which no container runs (%s:%d)", path.Join(d.Path(), mixFile), dep.line)
	}
	a, err := readApplication(d, root)
	if err != nil {
		return nil, err
	}
	if err := a.runs(); err != nil {
		return nil, err
	}
	chosen, notes := a.chooseReleases()
	a.notes = append(a.notes, notes...)
	if len(chosen) == 0 {
		s, err := a.describe(release{}, false)
		if err != nil {
			return nil, err
		}
		return []*detect.Service{s}, nil
	}
	var out []*detect.Service
	for _, r := range chosen {
		s, err := a.scoped(r).describe(r, len(root.releases) > 1)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// memberOf says of which umbrella above the folder is a member; "" for none.
func memberOf(d *detect.Dir) string {
	for parent := range d.Parents() {
		if !parent.Has(mixFile) {
			continue
		}
		p, err := readMix(parent, ".")
		if err != nil || p.appsPath == "" {
			continue
		}
		apps := path.Join(parent.Path(), p.appsPath)
		if path.Dir(d.Path()) == apps {
			return fmt.Sprintf("an application of the umbrella in %s, which is built as a whole", parent.Path())
		}
	}
	return ""
}

// runs says why nothing runs from the project, if that is so.
func (a *application) runs() error {
	p := a.root
	if p.appsPath != "" {
		for _, m := range a.members {
			if m.start != "" {
				return nil
			}
		}
		return detect.NotService("umbrella: none of its applications starts anything")
	}
	deployed := a.dir.First("config/runtime.exs", "config/prod.exs", "config/releases.exs", "Procfile", "fly.toml", "Dockerfile", "app.json", "gigalixir.config", "elixir_buildpack.config") != ""
	switch {
	case p.start == "" && len(p.releases) == 0 && p.escript:
		return detect.NotService("escript: a command for people, made by mix escript.build")
	case p.start == "" && len(p.releases) == 0:
		return detect.NotService("library: application/0 in mix.exs starts no module, and there are no releases")
	case p.hex && len(p.releases) == 0 && !deployed:
		return detect.NotService("library: mix.exs publishes it as a package, and nothing deploys it")
	}
	return nil
}

// describe says how one release, or the project without one, is built and started.
func (a *application) describe(r release, several bool) (*detect.Service, error) {
	p := a.root
	name := r.name
	if name == "" {
		name = p.app
	}
	if name == "" { // an umbrella has no name of its own
		name = strings.ReplaceAll(path.Base(a.dir.Path()), "-", "_")
	}
	s := &detect.Service{
		Language:       elixirName,
		Kind:           detect.Worker,
		Name:           safe.Slug(name, "app"),
		PackageManager: detect.Found("mix", p.note(0, "%s is Mix's manifest", mixFile)),
		Graceful:       true, // from OTP 20 on: https://www.erlang.org/doc/apps/kernel/erl_signal_server
		Notes:          slices.Clone(a.notes),
	}
	if !releaseRE.MatchString(name) && p.appsPath == "" {
		return nil, a.dir.Errorf(mixFile, p.line("app"), "%q is no name of an application: small letters, digits and _", safe.Visible(name))
	}
	m := &Mix{Dir: safe.RelPathOf("."), BuildPath: p.build}
	s.Facts = Facts{Mix: m}
	if len(a.outside) > 0 {
		a.reachOut(s, m)
	}
	v, err := readVersions(a.dir, p.elixir, p.note(p.line("elixir"), "elixir: %q", p.elixir))
	if err != nil {
		return nil, err
	}
	s.Version = v.elixir
	s.Notes = append(s.Notes, v.notes...)

	a.dependencies(s, m, v)
	a.listens(s)
	byMix := a.needsMix(s, r, v)
	if !byMix {
		if m.Release, err = safe.NewRelPath(name); err != nil || !m.Release.Plain() {
			return nil, a.dir.Errorf(mixFile, r.line, "%q is no name of a release: small letters, digits and _", safe.Visible(name))
		}
		m.Named = several
	}
	a.chooseImages(s, m, r, v, byMix)
	if err := a.assets(s, m); err != nil {
		return nil, err
	}
	if byMix {
		a.startByMix(s, m)
	} else {
		a.startRelease(s, m, r)
	}
	a.packages(s)
	a.needs(s)
	a.environment(s)
	a.state(s)
	if err := a.strangers(); err != nil {
		return nil, err
	}
	if err := a.build(s, m); err != nil {
		return nil, err
	}
	a.label(s)
	s.Context.Ignore = append(s.Context.Ignore, ignored()...)
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(safe.RelPathOf(path.Join(m.Dir.String(), "deps"))))
	return s, nil
}

func ignored() []safe.Pattern {
	var out []safe.Pattern
	for _, p := range []string{"**/_build", "**/.elixir_ls", "**/.lexical", "**/.expert", "**/cover", "**/erl_crash.dump", "**/*.secret.exs"} {
		out = append(out, safe.PatternOf(p))
	}
	return out
}

// reachOut makes the folder above the projects that this one depends on the build's context.
func (a *application) reachOut(s *detect.Service, m *Mix) {
	most := 0
	for _, o := range a.outside {
		most = max(most, strings.Count(o, "../"))
	}
	root := a.dir.Sub(strings.TrimSuffix(strings.Repeat("../", most), "/"))
	rel := strings.TrimPrefix(strings.TrimPrefix(a.dir.Path(), root.Path()), "/")
	if at, err := safe.NewRelPath(rel); err == nil && at.Plain() {
		s.Root, m.Dir, m.First = root.Rel(), at, true
		s.Notes = append(s.Notes, a.root.note(a.root.line("deps"), "depends on projects in folders beside it, so the build context is %s", root.Path()))
	}
}

// dependencies says what of Hex is needed.
func (a *application) dependencies(s *detect.Service, m *Mix, v versions) {
	for _, p := range append([]*project{a.root}, a.members...) {
		for _, d := range p.deps {
			if d.path == "" && !d.umbrella {
				m.Hex = true
			}
			if d.organization != "" {
				a.private(s, m, p, d)
			}
		}
	}
	if !m.Hex {
		return
	}
	if !a.dir.Has("mix.lock") {
		s.Notes = append(s.Notes, a.dir.Note("mix.lock", 0, "is missing, so every build takes the newest versions that fit: run mix deps.get and commit it"))
		return
	}
	number, _, _ := parseNumbers(v.elixir.V.String())
	// https://hexdocs.pm/mix/Mix.Tasks.Deps.Get.html
	m.Locked = v.elixir.V.IsZero() || number[0] > 1 || number[1] >= 15
}

// private notes a package that Hex gives only to members of an organization.
func (a *application) private(s *detect.Service, m *Mix, p *project, d dependency) {
	if repo, ok := strings.CutPrefix(d.organization, "repo "); ok {
		s.Notes = append(s.Notes, p.note(d.line, "%s comes from the repository %s: add mix hex.repo add with its key, as a secret of the build, before mix deps.get", d.name, repo))
		return
	}
	if len(m.Secrets) > 0 {
		return
	}
	// https://hexdocs.pm/hex/Mix.Tasks.Hex.Config.html: HEX_REPOS_KEY
	secret := detect.BuildSecret{ID: safe.Slug("hex-repos-key", "hex"), Env: safe.EnvNameOf("HEX_REPOS_KEY"), Required: true, Why: p.note(d.line, "%s is a package of the organization %s", d.name, d.organization)}
	m.Secrets = append(m.Secrets, secret)
	s.Secrets = append(s.Secrets, secret)
}

// listens finds out whether the program is a server.
func (a *application) listens(s *detect.Service) {
	take := func(l listener) {
		s.Kind, s.Port, s.PortEnv = detect.Server, l.port, l.env
		s.Health = a.health()
	}
	if _, why, ok := a.dep("phoenix"); ok {
		s.Framework = detect.Found("phoenix", why)
		if l, ok := a.endpoint(); ok {
			take(l)
			return
		}
	}
	for _, name := range servers {
		_, why, ok := a.dep(name)
		if !ok {
			continue
		}
		if l, ok := a.webServer(); ok {
			if !s.Framework.IsSet() {
				if _, plug, ok := a.dep("plug", "plug_cowboy"); ok {
					s.Framework = detect.Found("plug", plug)
				} else {
					s.Framework = detect.Found(name, why)
				}
			}
			take(l)
			return
		}
	}
	if s.Framework.IsSet() {
		return
	}
	for _, name := range []string{"broadway", "oban", "nostrum", "commanded", "membrane_core"} {
		if _, why, ok := a.dep(name); ok {
			s.Framework = detect.Found(strings.TrimSuffix(name, "_core"), why)
			return
		}
	}
}

// needsMix reports whether the program has to be started by Mix: there is no release of it,
// or its configuration reads what only the place where it runs knows, and a release
// would keep what the build had.
func (a *application) needsMix(s *detect.Service, r release, v versions) bool {
	number, _, _ := parseNumbers(v.elixir.V.String())
	if !v.elixir.V.IsZero() && number[0] == 1 && number[1] < 9 {
		s.Notes = append(s.Notes, a.root.note(a.root.line("elixir"), "releases came with Elixir 1.9: it is started by Mix, and the image holds Elixir"))
		return true
	}
	if a.root.appsPath != "" && len(a.root.releases) == 0 {
		s.Notes = append(s.Notes, a.root.note(0, "an umbrella has no release of its own: name its applications in releases in mix.exs, and the image need not hold Elixir"))
		return true
	}
	if r.name != "" {
		return false
	}
	var compiled []read
	for _, c := range a.configs {
		if c.runtime {
			return false
		}
		for _, x := range c.reads {
			if !x.set && !ownEnv(x.name) {
				compiled = append(compiled, x)
			}
		}
	}
	if len(compiled) == 0 {
		return false
	}
	s.Notes = append(s.Notes, detect.Note{Path: compiled[0].why.Path, Line: compiled[0].why.Line, Text: fmt.Sprintf(
		"$%s is read while compiling, so a release would keep the build's value: it is started by Mix instead, and the image holds Elixir. Move what reads the environment to config/runtime.exs for a release", compiled[0].name)})
	return true
}

// chooseImages names the images of the catalogue.
func (a *application) chooseImages(s *detect.Service, m *Mix, r release, v versions, byMix bool) {
	key := "plain"
	if v.otp != "" {
		key = "otp-" + v.otp
	}
	s.BuildOn, s.RunOn = key, key
	if byMix || r.withoutErts {
		s.RunOn = "mix-" + key
		if r.withoutErts {
			s.Notes = append(s.Notes, a.root.note(r.line, "include_erts: false leaves the virtual machine out of the release: the image brings Erlang and Elixir"))
		}
	}
	m.Certificates = s.RunOn != key || v.otp == "" || v.otp < "26"
}

// label names the image after mix.exs.
func (a *application) label(s *detect.Service) {
	for _, pair := range a.root.mod.pairs(a.root.body) {
		if pair.Text != "description" {
			continue
		}
		if text := strings.Join(strings.Fields(a.root.mod.text(pair.Value())), " "); text != "" {
			if l, err := safe.NewLabel(text); err == nil {
				s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image.description", Value: l})
			}
		}
	}
	if l, err := safe.NewLabel(a.root.version); err == nil && a.root.version != "" {
		s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image.version", Value: l})
	}
}

// strangers finds the constants that could name a file at the top of the project.
func (a *application) strangers() error {
	a.strings = map[string]bool{}
	note := func(n *source.Node) bool {
		if n.Kind == source.String && n.Text != "" && len(n.Text) < 80 {
			a.strings[strings.TrimPrefix(n.Text, "./")] = true
		}
		return true
	}
	for _, p := range a.members {
		if p.path != "." {
			continue
		}
		for _, defs := range p.mod.functions {
			for _, n := range defs {
				if name := definedName(n); name != "docs" && name != "package" {
					n.Walk(note)
				}
			}
		}
		for name, n := range p.mod.attributes {
			if name != "moduledoc" && name != "doc" {
				n.Walk(note)
			}
		}
	}
	for _, f := range a.sources {
		f.file.Walk(note)
	}
	return nil
}
