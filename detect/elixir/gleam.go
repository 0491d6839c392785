package elixir

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/words"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

const gleamFile = "gleam.toml"

// gleam is what a gleam.toml says (https://gleam.run/writing-gleam/gleam-toml).
type gleam struct {
	dir   *detect.Dir
	lines manifest.Lines
	file  gleamManifest
	lock  map[string]string
	// sources are the program's modules.
	sources [][]words.Word
	files   []string
}

type gleamManifest struct {
	Name         string         `toml:"name"`
	Version      string         `toml:"version"`
	Description  string         `toml:"description"`
	Target       string         `toml:"target"`
	Gleam        string         `toml:"gleam"`
	Dependencies map[string]any `toml:"dependencies"`
}

// inspectGleam describes the program of a gleam.toml.
func inspectGleam(d *detect.Dir) ([]*detect.Service, error) {
	g := &gleam{dir: d, lock: map[string]string{}}
	var err error
	if g.lines, err = manifest.TOML(d, gleamFile, &g.file); err != nil {
		return nil, err
	}
	if !releaseRE.MatchString(g.file.Name) {
		return nil, d.Errorf(gleamFile, g.lines.At("name"), "%q is no name of a package: small letters, digits and _", safe.Visible(g.file.Name))
	}
	if g.file.Target == "javascript" {
		return nil, detect.NotService("compiled to JavaScript (target in %s): no program for a server that dockgen knows how to start", path.Join(d.Path(), gleamFile))
	}
	if err := g.read(); err != nil {
		return nil, err
	}
	if !g.hasMain() {
		return nil, detect.NotService("library: src/%s.gleam has no function main", g.file.Name)
	}
	s, err := g.describe()
	if err != nil {
		return nil, err
	}
	return []*detect.Service{s}, nil
}

// read reads the modules and the versions in manifest.toml.
func (g *gleam) read() error {
	count := 0
	for name := range g.dir.Sub("src").Files("*.gleam") {
		if count++; count > maxSources {
			break
		}
		name = path.Join("src", name)
		text, err := g.dir.Read(name)
		if err != nil {
			return err
		}
		g.sources = append(g.sources, words.Gleam(string(text)))
		g.files = append(g.files, name)
	}
	if !g.dir.Has("manifest.toml") {
		return nil
	}
	var lock struct {
		Packages []struct {
			Name    string `toml:"name"`
			Version string `toml:"version"`
		} `toml:"packages"`
	}
	if err := manifest.TOMLLock(g.dir, "manifest.toml", &lock); err != nil {
		return err
	}
	for _, p := range lock.Packages {
		g.lock[p.Name] = p.Version
	}
	return nil
}

// hasMain reports whether the module of the package's name has a function main.
func (g *gleam) hasMain() bool {
	i := slices.Index(g.files, "src/"+g.file.Name+".gleam")
	if i < 0 {
		return false
	}
	all := g.sources[i]
	for n := 0; n+3 < len(all); n++ {
		if all[n].Is("pub") && all[n+1].Is("fn") && all[n+2].Is("main") && all[n+3].Is("(") {
			return true
		}
	}
	return false
}

func (g *gleam) has(name string) (detect.Note, bool) {
	_, ok := g.file.Dependencies[name]
	return g.dir.Note(gleamFile, g.lines.At("dependencies", name), "depends on %s", name), ok
}

func (g *gleam) describe() (*detect.Service, error) {
	d := g.dir
	note := d.Note(gleamFile, g.lines.At("name"), "gleam export erlang-shipment makes it")
	s := &detect.Service{
		Language: gleamName, Images: gleamName, Kind: detect.Worker,
		Name:           safe.Slug(g.file.Name, "app"),
		PackageManager: detect.Found("gleam", d.Note(gleamFile, 0, "%s is Gleam's manifest", gleamFile)),
		Build:          detect.Found(safe.ArgvOf("gleam", "export", "erlang-shipment"), note),
		Start:          detect.Found(safe.ArgvOf("/app/entrypoint.sh", "run"), note),
		Graceful:       true,
	}
	f := &Gleam{Dir: safe.RelPathOf("."), Lock: d.Has("manifest.toml")}
	s.Facts = Facts{Gleam: f}
	if !f.Lock {
		s.Notes = append(s.Notes, d.Note("manifest.toml", 0, "is missing, so every build takes the newest versions that fit: run gleam deps download and commit it"))
	}
	if err := g.versions(s); err != nil {
		return nil, err
	}
	g.listens(s)
	g.needs(s)
	g.environment(s)
	g.local(s, f)
	if err := g.build(s, f); err != nil {
		return nil, err
	}
	for _, l := range []struct{ key, value string }{{"description", g.file.Description}, {"version", g.file.Version}} {
		if label, err := safe.NewLabel(l.value); err == nil && l.value != "" {
			s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image." + l.key, Value: label})
		}
	}
	s.SetEnv = append(s.SetEnv, detect.Setting{Name: safe.EnvNameOf("LANG"), Value: safe.LabelOf("C.UTF-8")})
	return s, nil
}

// versions are those of the compiler and of Erlang/OTP.
func (g *gleam) versions(s *detect.Service) error {
	images, family, err := catalog.Of(gleamName)
	if err != nil {
		return err
	}
	if s.Version, err = g.compiler(family, images); err != nil {
		return err
	}
	erlang, err := images.Family(erlangName)
	if err != nil {
		return err
	}
	otp, err := otpVersion(g.dir, erlang, func() (detect.Value[string], func(string) bool) { return detect.Value[string]{}, nil })
	if err != nil {
		return err
	}
	if otp.IsSet() && before(otp.V, 26) {
		why := otp.Why[0]
		why.Text += ", which is too old for Gleam's packages: it is built on " + erlang.Default().String()
		s.Notes = append(s.Notes, why)
		otp = detect.Value[safe.Version]{}
	}
	if !otp.IsSet() {
		otp = detect.Assumed(erlang.Default())
	}
	s.RunOn = "otp-" + otp.V.String()
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: erlangName, Version: otp}, detect.Runtime{Name: "erlang-vm", Version: otp})
	return nil
}

// compiler is the version of Gleam, whose images have exact versions: of the asked line
// it is the last.
func (g *gleam) compiler(family *catalog.Family, images *catalog.Catalog) (v detect.Value[safe.Version], err error) {
	asked, err := manifest.Versions(g.dir, "gleam")
	if err != nil {
		return v, err
	}
	if !asked.IsSet() {
		for _, from := range evidence.Bases(g.dir) {
			name, tag, _ := strings.Cut(from.Image, ":")
			tag, _, _ = strings.Cut(strings.TrimPrefix(tag, "v"), "-")
			if _, _, ok := parseNumbers(tag); ok && name == "ghcr.io/gleam-lang/gleam" {
				asked = detect.Found(tag, from.Why)
				break
			}
		}
	}
	if number, parts, ok := parseNumbers(asked.V); asked.IsSet() && ok && parts > 1 {
		l, ok := family.Match(func(version string) bool {
			n, _, ok := parseNumbers(version)
			return ok && n[0] == number[0] && n[1] == number[1]
		}, images.AsOf())
		if ok {
			return detect.Found(l.Version, asked.Why...), nil
		}
		if known, err := safe.NewVersion(asked.V); err == nil {
			return detect.Found(known, asked.Why...), nil // the plan says that it does not know it
		}
	}
	if g.file.Gleam == "" {
		return v, nil
	}
	note := g.dir.Note(gleamFile, g.lines.At("gleam"), "gleam = %q", safe.Visible(g.file.Gleam))
	r, err := parseRequirement(g.file.Gleam)
	if err != nil {
		return v, g.dir.Errorf(gleamFile, note.Line, "%w", err)
	}
	l, ok := family.Match(r.allows, images.AsOf())
	if !ok {
		return v, g.dir.Errorf(gleamFile, note.Line, "no release of Gleam is in %q: name one with dockgen init --lang-version %s", safe.Visible(g.file.Gleam), family.Default())
	}
	return detect.Found(l.Version, note), nil
}

// local makes the folder above all projects that this one depends on the build's context.
func (g *gleam) local(s *detect.Service, f *Gleam) {
	most := 0
	for name, v := range manifest.Sorted(g.file.Dependencies) {
		table, _ := v.(map[string]any)
		at, _ := table["path"].(string)
		if at == "" || path.IsAbs(at) {
			continue
		}
		f.Local = true
		most = max(most, strings.Count(path.Clean(at)+"/", "../"))
		if !g.dir.Sub(at).Has(gleamFile) {
			s.Notes = append(s.Notes, g.dir.Note(gleamFile, g.lines.At("dependencies", name), "depends on %s in %s, where no gleam.toml is", safe.Visible(name), safe.Visible(at)))
		}
	}
	if most == 0 {
		return
	}
	root := g.dir.Sub(strings.TrimSuffix(strings.Repeat("../", most), "/"))
	rel := strings.TrimPrefix(strings.TrimPrefix(g.dir.Path(), root.Path()), "/")
	if at, err := safe.NewRelPath(rel); err == nil && at.Plain() {
		s.Root, f.Dir = root.Rel(), at
		s.Notes = append(s.Notes, g.dir.Note(gleamFile, g.lines.At("dependencies"), "depends on projects in folders beside it, so the build context is %s", root.Path()))
	}
}

// build says what is copied.
func (g *gleam) build(s *detect.Service, f *Gleam) error {
	for _, p := range []string{"**/erl_crash.dump"} {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(p))
	}
	build, err := f.Dir.Join("build")
	if err != nil {
		return err
	}
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(build))
	if f.Local {
		s.Context.Keep = append(s.Context.Keep, f.Dir)
		return nil
	}
	f.Manifests = append(f.Manifests, safe.RelPathOf(gleamFile))
	if f.Lock {
		f.Manifests = append(f.Manifests, safe.RelPathOf("manifest.toml"))
	}
	for _, name := range []string{"include", "priv", "src"} {
		if g.dir.HasDir(name) {
			f.Sources = append(f.Sources, safe.RelPathOf(name))
		}
	}
	s.Context.Keep = slices.Concat(s.Context.Keep, f.Manifests, f.Sources)
	return nil
}
