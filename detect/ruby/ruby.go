// Package ruby finds Ruby programs: Rails, Sinatra, Hanami and whatever else answers
// through Rack, workers, and the sites that Jekyll and its kind make.
//
// The flow: readProject reads the Gemfile and its lock, inspection.services looks for
// what runs (a Rails application, a rackup file, a line of the Procfile, a script, a
// site's configuration), and the rest of the files add to it: the gems' installation,
// the assets, backing services, native packages, variables. Ruby itself is read by
// package source.
package ruby

import (
	"context"
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// Detector finds Ruby programs.
type Detector struct{}

var _ detect.Detector = Detector{}

// Name is the language's name.
func (Detector) Name() string { return "ruby" }

// Markers are the manifests, and the files that a program without one begins with.
func (Detector) Markers() []string {
	return append(gemfileNames(), "config.ru", "*.gemspec", "_config.yml", "app.rb", "main.rb", "server.rb")
}

// PackageManagers are the package managers that it knows.
func (Detector) PackageManagers() []string { return []string{"bundler"} }

// inspection is the work on one folder.
type inspection struct {
	d     *detect.Dir
	p     *project
	rails *rails
	files map[string][]*source.Node
	envs  []read
	erb   []*source.Node // the code of tags whose text is not plain
}

// Inspect describes what runs from the folder.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if hidden(d.Path()) {
		return nil, nil
	}
	if d.First(gemfileNames()...) == "" && d.First("config.ru") == "" {
		for parent := range d.Parents() {
			if parent.First(gemfileNames()...) != "" {
				return nil, nil // one of its files
			}
		}
	}
	p, err := readProject(d)
	if err != nil {
		return nil, err
	}
	in := &inspection{d: d, p: p, files: map[string][]*source.Node{}}
	return in.services()
}

// hidden reports whether a folder lies in one that tools keep to themselves, or that
// holds the gems of others.
func hidden(dir string) bool {
	for _, part := range strings.Split(dir, "/") {
		if len(part) > 1 && part[0] == '.' || part == "vendor" {
			return true
		}
	}
	return false
}

// program is what runs.
type program struct {
	kind      detect.Kind
	framework detect.Value[string]
	main      detect.Value[safe.Label]
	launch    launch
	site      *generator
	gemless   []string // gems to install where no Gemfile names any
}

func (in *inspection) services() ([]*detect.Service, error) {
	g, err := in.program()
	if err != nil {
		return nil, err
	}
	if in.p.ruby, err = in.p.findRuby(); err != nil {
		return nil, err
	}
	s := &detect.Service{
		Kind: g.kind, Framework: g.framework, Main: g.main, Version: in.p.ruby.version, Pinned: in.p.ruby.exact,
	}
	f := &Facts{Dir: safe.RelPathOf(".")}
	if n := in.name(); n != "" {
		s.Name = safe.Slug(n, "app")
	}
	steps := []func(*detect.Service, *Facts, program) error{in.install, in.front, in.frameworkFacts, in.command, in.backing, in.finish}
	for _, step := range steps {
		if err := step(s, f, g); err != nil {
			return nil, err
		}
	}
	s.Notes = append(append(in.p.notes, in.p.ruby.notes...), s.Notes...)
	if s.Interpreters = []detect.Interpreter{"ruby"}; in.p.g != nil {
		s.Interpreters = append(s.Interpreters, "bundle exec")
	}
	s.Facts = *f
	return []*detect.Service{s}, nil
}

// name is the application's own, where the folder is the project's root.
func (in *inspection) name() string {
	if in.d.Path() != "." {
		return path.Base(in.d.Path())
	}
	nodes, _ := in.parse("config/application.rb")
	name := ""
	source.Walk(nodes, func(n *source.Node) bool {
		if n.Kind == source.Module && name == "" {
			name = snake(n.Text)
		}
		return true
	})
	return name
}

// snake writes TeaHouse as tea-house.
func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && r >= 'A' && r <= 'Z' && s[i-1] >= 'a' && s[i-1] <= 'z' {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

func (in *inspection) install(s *detect.Service, f *Facts, g program) error {
	if in.p.g == nil && len(g.gemless) > 0 {
		f.Gems = safe.ArgvOf("gem", "install", "--no-document").With(g.gemless...)
	}
	if err := in.bundle(s, f); err != nil {
		return err
	}
	in.packages(s)
	return nil
}

// frameworkFacts adds what the framework needs to know that it is in production.
func (in *inspection) frameworkFacts(s *detect.Service, f *Facts, g program) error {
	if g.kind == detect.Static {
		return in.describeSite(s, f, g.site)
	}
	if err := in.readSources(); err != nil {
		return err
	}
	if in.rails != nil {
		return in.describeRails(s, f)
	}
	switch g.framework.V {
	case "hanami":
		if err := in.hanamiSettings(); err != nil {
			return err
		}
		f.Env = append(f.Env, setting("HANAMI_ENV", "production", ""), setting("RACK_ENV", "production", ""))
		s.SetEnv = append(s.SetEnv, setting("HANAMI_SERVE_ASSETS", "true", ""))
	case "sinatra":
		f.Env = append(f.Env, setting("APP_ENV", "production", ""), setting("RACK_ENV", "production", ""))
	default:
		f.Env = append(f.Env, setting("RACK_ENV", "production", ""))
	}
	in.keptFolders(s)
	if in.p.has("sidekiq") {
		in.jemalloc(s, f)
	}
	if g.kind == detect.Server {
		in.answers(s, g.framework.V)
	}
	return nil
}

// finish adds what depends on all the rest.
func (in *inspection) finish(s *detect.Service, f *Facts, g program) error {
	if g.kind != detect.Static {
		in.describeEnv(s)
		in.javascript(s, f)
		if gone(in.p.ruby.suite) {
			in.withoutMirrors(s)
		}
	}
	in.steps(s, f, g)
	if g.kind == detect.Static {
		s.SetEnv = nil // a web server runs, which reads none of it
	} else {
		s.SetEnv = append(append([]detect.Setting{}, f.Env...), s.SetEnv...)
	}
	if g.kind != detect.Static && in.p.g != nil {
		s.SetEnv = append(s.SetEnv, setting("BUNDLE_USER_HOME", "/tmp/bundle", ""))
	}
	if f.Cached {
		s.SetEnv = append(s.SetEnv, setting("BOOTSNAP_READONLY", "1", ""))
	}
	if g.kind != detect.Static && atLeast(in.p.ruby.line.Version.String(), "3.3") {
		s.SetEnv = append(s.SetEnv, setting("RUBY_YJIT_ENABLE", "1", ""))
	}
	for _, pattern := range []string{".bundle", "coverage", "log/*", "spec", "test", "tmp/*", "vendor/bundle", "config/master.key", "config/credentials/*.key", "*.sqlite3", "db/*.sqlite3*", "storage/*", ".byebug_history", ".rspec", ".rubocop*", "public/assets", "public/packs", "public/packs-test", "public/vite*", "_site", ".jekyll-cache"} {
		if f.Site != nil && strings.HasPrefix(pattern, "public") || f.Dir.String() != "." {
			continue
		}
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf(pattern))
	}
	return nil
}
