package ruby

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// bundlers are gems whose tasks build with Node.js what package.json names.
var bundlers = []string{"jsbundling-rails", "cssbundling-rails", "webpacker", "shakapacker", "vite_rails", "vite_ruby", "vite_hanami", "hanami-assets", "bridgetown", "react_on_rails"}

// engines run JavaScript without Node.js.
var engines = []string{"mini_racer", "therubyracer", "duktape", "libv8", "libv8-node"}

// front decides whether the build needs Node.js, and installs the packages of package.json.
func (in *inspection) front(s *detect.Service, f *Facts, g program) error {
	p := in.p
	var why detect.Note
	for _, name := range bundlers {
		if p.has(name) {
			why = p.why(name)
			break
		}
	}
	if loader := in.execjs(); why.Text == "" && loader != "" && in.rails != nil && in.assets() {
		why = p.why(loader)
		why.Text += " runs JavaScript while the assets are made"
		f.Node = true
	}
	if !in.d.Has("package.json") {
		if why.Text != "" {
			f.Node = true
			in.runtime(s, detect.Value[safe.Version]{})
		}
		return nil
	}
	project, err := nodepkg.Load(in.d)
	if err != nil {
		return err
	}
	script := in.script0(project)
	if why.Text == "" && script == "" || f.Node && why.Text != "" && len(project.Manifest.Dependencies) == 0 {
		s.Parts = append(s.Parts, detect.Part{Path: in.d.Rel(), Alone: true, Why: in.d.Note("package.json", 0, "names tools alone: nothing in the bundle builds with it")})
		if f.Node {
			in.runtime(s, project.Node)
		}
		return nil
	}
	if why.Text == "" {
		why = in.d.Note("package.json", project.Manifest.Lines.At("scripts", "build"), "has a script that builds")
	}
	install, err := project.Install(in.d)
	if err != nil {
		return err
	}
	f.Node, f.Packages = true, &install
	f.Yarn = project.Manager.Name.V == "yarn" && install.Setup.Run.IsZero()
	in.runtime(s, project.Node)
	s.Parts = append(s.Parts, detect.Part{Path: in.d.Rel(), Alone: true, Why: why})
	s.Secrets = append(s.Secrets, install.Secrets...)
	context := install.Context()
	s.Context.Keep = append(s.Context.Keep, context.Keep...)
	s.Context.Ignore = append(s.Context.Ignore, context.Ignore...)
	s.Context.Public = append(s.Context.Public, install.Public...)
	native := project.Native()
	for _, pkg := range slices.Concat(install.Packages, native.Packages) {
		if pkg.Build && pkg.Deb.String() != "make" && pkg.Deb.String() != "g++" { // build-essential has them
			pkg.Run = false
			s.Packages = append(s.Packages, pkg)
		}
	}
	s.Notes = append(append(s.Notes, project.Notes...), install.Notes...)
	return nil
}

func (in *inspection) runtime(s *detect.Service, v detect.Value[safe.Version]) {
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: v})
}

// script0 is the script of package.json that the build runs itself, for a program whose
// framework has no task that does.
func (in *inspection) script0(p *nodepkg.Project) string {
	if in.rails != nil || in.p.has("bridgetown", "hanami-assets") || in.p.g == nil || p.Manifest.Scripts["start"] != "" && p.Manifest.Scripts["build"] == "" {
		return ""
	}
	if p.Manifest.Scripts["build"] != "" {
		return "build"
	}
	return ""
}

// assets reports whether a Rails application has assets to make.
func (in *inspection) assets() bool {
	if in.rails == nil {
		return false
	}
	if in.p.has("propshaft", "webpacker", "shakapacker", "vite_rails", "vite_ruby", "jsbundling-rails", "cssbundling-rails") {
		return true
	}
	// Bundler loads the pipeline where the Gemfile names it, whatever parts of Rails
	// application.rb picks.
	_, named := in.p.direct("sprockets-rails")
	sprockets := in.p.has("sprockets-rails", "sprockets") || in.p.l == nil && !atLeast(in.rails.version, "7.0")
	return sprockets && in.d.HasDir("app/assets") && !in.rails.is("assets.enabled", "false") && (named || !in.rails.sprocketsOff(in))
}

// sprocketsOff reports whether application.rb loads the parts of Rails one by one and
// leaves the pipeline out.
func (r *rails) sprocketsOff(in *inspection) bool {
	nodes, _ := in.parse("config/application.rb")
	all, pipeline := false, false
	for _, n := range nodes {
		name, _ := first(nodeArgs(n)).Static()
		if n.Is("require") {
			all = all || name == "rails/all"
			pipeline = pipeline || name == "sprockets/railtie"
		}
	}
	return !all && !pipeline
}

// steps are the commands of the build after the sources are there.
func (in *inspection) steps(s *detect.Service, f *Facts, g program) {
	if g.kind == detect.Static {
		return
	}
	switch {
	case in.assets():
		in.precompile(s, f)
	case in.p.has("hanami-assets") && in.d.HasDir("app/assets"):
		f.Steps = append(f.Steps, Step{Why: "The assets are made ahead.", Argv: safe.ArgvOf("bundle", "exec", "hanami", "assets", "compile"), Env: in.dummies(s), Clean: f.Packages != nil})
		s.Build = detect.Found(f.Steps[0].Argv, in.p.why("hanami-assets"))
	case f.Packages != nil:
		for _, name := range []string{"build", "build:css"} {
			project, err := nodepkg.Load(in.d)
			if err != nil || project.Manifest.Scripts[name] == "" || name != "build" && strings.Contains(project.Manifest.Scripts["build"], name) {
				continue
			}
			if argv, err := project.Script(name); err == nil {
				if n := len(f.Steps); n > 0 {
					f.Steps[n-1].More = argv
				} else {
					f.Steps = append(f.Steps, Step{Why: "What runs in the browser is made ahead.", Argv: argv})
				}
				if !s.Build.IsSet() {
					s.Build = detect.Found(argv, in.d.Note("package.json", project.Manifest.Lines.At("scripts", name), "scripts.%s", name))
				}
			}
		}
		if n := len(f.Steps); n > 0 {
			f.Steps[n-1].Clean = true
		}
	}
}

// precompile makes the assets. It takes a key that it does not use: since 7.1 a variable
// asks Rails for one (https://github.com/rails/rails/pull/46760).
func (in *inspection) precompile(s *detect.Service, f *Facts) {
	step := Step{Why: "The assets are made without the key that production has.", Clean: f.Packages != nil}
	if atLeast(in.rails.version, "7.1") {
		step.Env = append(step.Env, setting("SECRET_KEY_BASE_DUMMY", "1", ""))
	} else {
		step.Env = append(step.Env, setting("SECRET_KEY_BASE", "dummy", ""))
	}
	if in.rails.is("require_master_key", "true") {
		secret := detect.BuildSecret{ID: safe.Slug("rails-master-key", "key"), Env: safe.EnvNameOf("RAILS_MASTER_KEY"), Required: true}
		set, _ := in.rails.setting("require_master_key")
		secret.Why = set.where
		secret.Why.Text = "Rails stops without the key, while its assets are made too"
		step.Secrets = append(step.Secrets, secret)
		s.Secrets = append(s.Secrets, secret)
	}
	if f.Packages != nil {
		switch {
		case in.p.has("jsbundling-rails", "cssbundling-rails"):
			step.Env = append(step.Env, setting("SKIP_YARN_INSTALL", "1", ""))
		case in.p.has("vite_ruby", "vite_rails"):
			step.Env = append(step.Env, setting("VITE_RUBY_SKIP_ASSETS_PRECOMPILE_INSTALL", "true", ""))
		}
	}
	step.Env = append(step.Env, in.dummies(s)...)
	words := []string{"./bin/rails", "assets:precompile"}
	if !in.d.Has("bin/rails") || in.rails.version != "" && compare(in.rails.version, "5.0") < 0 {
		words = []string{"bundle", "exec", "rake", "assets:precompile"}
	}
	step.Argv = safe.ArgvOf(words...)
	why := in.rails.d.Note("config/environments/production.rb", 0, "production takes its assets from public/assets")
	s.Build = detect.Found(step.Argv, why)
	f.Steps = append(f.Steps, step)
}

// dummies are values for what the configuration stops without, while it is loaded to
// make the assets too.
func (in *inspection) dummies(s *detect.Service) []detect.Setting {
	var out []detect.Setting
	for _, e := range s.Env {
		if e.Required && e.Name.String() != "SECRET_KEY_BASE" && e.Name.String() != "RAILS_MASTER_KEY" {
			value := "dummy"
			if strings.HasSuffix(e.Name.String(), "SECRET") { // sessions want a long one
				value = strings.Repeat("dummy", 13)
			}
			out = append(out, detect.Setting{Name: e.Name, Value: safe.LabelOf(value)})
		}
	}
	for _, n := range s.Needs {
		for _, setting := range n.Settings {
			if slices.ContainsFunc(in.envs, func(r read) bool { return r.name == setting.Env.String() && r.required && r.boot }) {
				out = append(out, detect.Setting{Name: setting.Env, Value: dummyAddress(setting, n)})
			}
		}
	}
	return out
}

// dummyAddress is an address of the right form where nothing listens.
func dummyAddress(setting detect.NeedSetting, n detect.Need) safe.Label {
	scheme := map[string]string{"postgres": "postgresql", "mysql": "mysql2", "redis": "redis", "mongo": "mongodb", "rabbitmq": "amqp"}[n.Name]
	switch {
	case setting.Part == detect.PartURL && scheme != "":
		return safe.LabelOf(scheme + "://localhost/dummy")
	case setting.Part == detect.PartPort:
		return safe.LabelOf("1")
	}
	return safe.LabelOf("localhost")
}
