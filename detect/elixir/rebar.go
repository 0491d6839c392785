package elixir

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/words"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

const rebarFile = "rebar.config"

// rebar is what a rebar.config says (https://rebar3.org/docs/configuration).
type rebar struct {
	dir   *detect.Dir
	terms []words.Term
	deps  map[string]int // the lines on which they stand
	order []string
	relx  []words.Term
	// release is the tuple {release, {name, version}, applications}.
	release words.Term
	name    string
	sources [][]words.Word
	files   []string
	reads   []read
}

// inspectRebar describes the release that a rebar.config makes.
func inspectRebar(d *detect.Dir) ([]*detect.Service, error) {
	text, err := d.Read(rebarFile)
	if err != nil {
		return nil, err
	}
	r := &rebar{dir: d, terms: words.Terms(string(text)), deps: map[string]int{}}
	r.readDeps()
	if !r.readRelease() {
		if t, ok := words.Get(r.terms, "escript_name"); ok {
			return nil, detect.NotService("escript: a command for people, made by rebar3 escriptize (%s:%d)", path.Join(d.Path(), rebarFile), t.Line)
		}
		return nil, detect.NotService("library: rebar.config has no release in relx")
	}
	if err := r.readSources(); err != nil {
		return nil, err
	}
	s, err := r.describe()
	if err != nil {
		return nil, err
	}
	return []*detect.Service{s}, nil
}

func (r *rebar) readDeps() {
	t, ok := words.Get(r.terms, "deps")
	if !ok || len(t.Items) < 2 {
		return
	}
	for _, dep := range t.Items[1].Items {
		name, line := dep.Text, dep.Line
		if dep.Shape == "{" && len(dep.Items) > 0 {
			name, line = dep.Items[0].Text, dep.Items[0].Line
		}
		if name != "" {
			r.deps[name] = line
			r.order = append(r.order, name)
		}
	}
}

// readRelease finds the first release in relx, or in relx of the profile prod.
func (r *rebar) readRelease() bool {
	lists := [][]words.Term{r.terms, r.profile("prod")}
	for _, list := range lists {
		relx, ok := words.Get(list, "relx")
		if !ok || len(relx.Items) < 2 {
			continue
		}
		r.relx = relx.Items[1].Items
		t, ok := words.Get(r.relx, "release")
		if !ok || len(t.Items) < 3 {
			continue
		}
		name := t.Items[1]
		if name.Shape == "{" && len(name.Items) > 0 {
			name = name.Items[0]
		}
		r.release, r.name = t, name.Text
		return r.name != ""
	}
	return false
}

// profile are the terms of a profile.
func (r *rebar) profile(name string) []words.Term {
	t, ok := words.Get(r.terms, "profiles")
	if !ok || len(t.Items) < 2 {
		return nil
	}
	p, ok := words.Get(t.Items[1].Items, name)
	if !ok || len(p.Items) < 2 {
		return nil
	}
	return p.Items[1].Items
}

func (r *rebar) readSources() error {
	count := 0
	for name := range r.dir.Files("*.erl") {
		top, _, _ := strings.Cut(name, "/")
		if top != "src" && top != "apps" && top != "lib" || strings.Contains(name, "/test/") {
			continue
		}
		if count++; count > maxSources {
			break
		}
		text, err := r.dir.Read(name)
		if err != nil {
			return err
		}
		r.sources = append(r.sources, words.Erlang(string(text)))
		r.files = append(r.files, name)
	}
	return nil
}

func (r *rebar) describe() (*detect.Service, error) {
	d := r.dir
	note := d.Note(rebarFile, r.release.Line, "relx makes the release %s", safe.Visible(r.name))
	release, err := safe.NewRelPath(r.name)
	if err != nil || !releaseRE.MatchString(r.name) {
		return nil, d.Errorf(rebarFile, r.release.Line, "%q is no name of a release: small letters, digits and _", safe.Visible(r.name))
	}
	s := &detect.Service{
		Language: erlangName, Images: erlangName, Kind: detect.Worker,
		Name:           safe.Slug(r.name, "app"),
		PackageManager: detect.Found("rebar3", d.Note(rebarFile, 0, "%s is the manifest of rebar3", rebarFile)),
		Build:          detect.Found(safe.ArgvOf("rebar3", "as", "prod", "tar"), note),
		Start:          detect.Found(safe.ArgvOf("/app/bin/"+r.name, "foreground"), note),
		Graceful:       true,
	}
	f := &Rebar{Release: release, Lock: d.Has("rebar.lock"), Deps: len(r.deps) > 0}
	s.Facts = Facts{Rebar: f}
	if f.Deps && !f.Lock {
		s.Notes = append(s.Notes, d.Note("rebar.lock", 0, "is missing, so every build takes the newest versions that fit: run rebar3 lock and commit it"))
	}
	if s.Version, err = r.version(); err != nil {
		return nil, err
	}
	if before(s.Version.V, 26) {
		s.RunOn = "erlang" // its Debian has left the mirrors
	}
	f.OldTool = before(s.Version.V, 23)
	f.Develops = r.develops()
	r.listens(s)
	r.environment(s)
	r.needs(s)
	if err := r.build(s, f); err != nil {
		return nil, err
	}
	s.SetEnv = append(s.SetEnv,
		detect.Setting{Name: safe.EnvNameOf("LANG"), Value: safe.LabelOf("C.UTF-8")},
		detect.Setting{Name: safe.EnvNameOf("HOME"), Value: safe.LabelOf("/tmp"), Why: "The virtual machine writes its cookie there, where vm.args sets none."},
		// https://github.com/erlware/relx: where the start script writes sys.config and vm.args with variables filled in.
		detect.Setting{Name: safe.EnvNameOf("RELX_OUT_FILE_PATH"), Value: safe.LabelOf("/tmp")})
	if len(r.release.Items[1].Items) > 1 {
		if v := r.release.Items[1].Items[1]; v.Kind == words.String {
			if l, err := safe.NewLabel(v.Text); err == nil && l.String() != "" {
				s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image.version", Value: l})
			}
		}
	}
	return s, nil
}

// before reports whether a version is older; one that is not set is not.
func before(v safe.Version, than int) bool {
	n, err := strconv.Atoi(major(v.String()))
	return err == nil && n < than
}

// develops reports whether the profile for production leaves out what relx then would do: to
// copy files instead of linking to them, and to bring the virtual machine.
func (r *rebar) develops() bool {
	prod := r.relx
	if relx, ok := words.Get(r.profile("prod"), "relx"); ok && len(relx.Items) > 1 {
		prod = slices.Concat(relx.Items[1].Items, r.relx)
	}
	for _, name := range []string{"mode", "dev_mode", "include_erts"} {
		t, ok := words.Get(prod, name)
		if !ok || len(t.Items) < 2 {
			continue
		}
		v := t.Items[1].Text
		if name == "mode" {
			return v == "dev"
		}
		if name == "dev_mode" && v == "true" || name == "include_erts" && v == "false" {
			return true
		}
	}
	return false
}

// version is that of Erlang/OTP: a version file, the base image of a Dockerfile, or the
// oldest that the manifest allows.
func (r *rebar) version() (v detect.Value[safe.Version], err error) {
	_, family, err := catalog.Of(erlangName)
	if err != nil {
		return v, err
	}
	return otpVersion(r.dir, family, func() (detect.Value[string], func(string) bool) {
		t, ok := words.Get(r.terms, "minimum_otp_vsn")
		if !ok || len(t.Items) < 2 {
			return detect.Value[string]{}, nil
		}
		least, _, ok := parseNumbers(t.Items[1].Text)
		if !ok {
			return detect.Value[string]{}, nil
		}
		return detect.Found(t.Items[1].Text, r.dir.Note(rebarFile, t.Line, "minimum_otp_vsn %s", t.Items[1].Text)), func(version string) bool {
			n, _, ok := parseNumbers(version)
			return ok && n[0] >= least[0]
		}
	})
}

// otpVersion solves the version of Erlang/OTP that a project asks for.
func otpVersion(d *detect.Dir, family *catalog.Family, bounds func() (detect.Value[string], func(string) bool)) (v detect.Value[safe.Version], err error) {
	asked, err := manifest.Versions(d, "erlang", ".erlang-version")
	if err != nil {
		return v, err
	}
	if m, err := safe.NewVersion(major(asked.V)); asked.IsSet() && err == nil {
		return detect.Found(m, asked.Why...), nil
	}
	for _, from := range evidence.Bases(d) {
		name, tag, _ := strings.Cut(from.Image, ":")
		number, _, _ := strings.Cut(tag, "-")
		if m, err := safe.NewVersion(major(number)); path.Base(name) == "erlang" && err == nil {
			return detect.Found(m, from.Why), nil
		}
	}
	least, allow := bounds()
	if allow == nil {
		return v, nil
	}
	images, err := catalog.Load()
	if err != nil {
		return v, err
	}
	line, ok := family.Match(allow, images.AsOf())
	if !ok {
		return v, &detect.FileError{Path: least.Why[0].Path, Line: least.Why[0].Line, Err: errorNoOTP(least.V)}
	}
	return detect.Found(line.Version, least.Why...), nil
}

// build says what is copied when.
func (r *rebar) build(s *detect.Service, f *Rebar) error {
	add := func(list *[]safe.RelPath, name string) error {
		at, err := safe.NewRelPath(name)
		if err != nil {
			return r.dir.Errorf(name, 0, "%w", err)
		}
		*list = append(*list, at)
		return nil
	}
	for _, name := range []string{rebarFile, "rebar.lock", "rebar.config.script"} {
		if r.dir.Has(name) {
			if err := add(&f.Manifests, name); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(r.dir.Files(rebarFile)) {
		if top, _, _ := strings.Cut(name, "/"); top == "apps" || top == "lib" {
			if err := add(&f.Nested, name); err != nil {
				return err
			}
		}
	}
	for _, name := range r.dir.Dirs() {
		if strings.HasPrefix(name, ".") || slices.Contains(useless, name) && name != "scripts" || name == "ct" {
			continue
		}
		if err := add(&f.Sources, name); err != nil {
			return err
		}
	}
	if len(f.Sources) > 6 {
		f.Sources = nil
	}
	s.Context.Keep = slices.Concat(s.Context.Keep, f.Manifests, f.Nested, f.Sources)
	for _, p := range []string{"**/_build", "**/erl_crash.dump", "**/rebar3.crashdump"} {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(p))
	}
	return nil
}
