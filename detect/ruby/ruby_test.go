package ruby

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// scan describes a project; its files are given as name and text in turn.
func scan(t *testing.T, files ...string) *detect.Project {
	t.Helper()
	p, err := try(t, files...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func try(t testing.TB, files ...string) (*detect.Project, error) {
	return scantest.Try(t, detect.Config{Name: "project", Detectors: []detect.Detector{Detector{}}}, scantest.Pairs(files...))
}

func one(t *testing.T, files ...string) *detect.Service {
	t.Helper()
	return scantest.One(t, scan(t, files...))
}

const rackup = "run ->(env) { [200, {}, []] }"

// Which Ruby: a version file, the lock, a range; and when just one release will do.
func TestVersion(t *testing.T) {
	for _, c := range []struct {
		name    string
		files   []string
		version string
		pinned  bool
		note    string
	}{
		{"a version file", []string{".ruby-version", "ruby-3.2.4\n"}, "3.2.4", false, ""},
		{"asdf", []string{".tool-versions", "nodejs 20\nruby 3.3.1\n"}, "3.3.1", false, ""},
		{"nothing", nil, "3.4", false, ""},
		{"an exact release", []string{"Gemfile", "ruby '3.3.6'\ngem 'puma'"}, "3.3.6", true, "~> 3.3.0"},
		{"the newest release, which will not stay it", []string{"Gemfile", "ruby '3.4.10'\ngem 'puma'"}, "3.4.10", true, ""},
		{"two parts mean the first release", []string{"Gemfile", "ruby '3.3'\ngem 'puma'"}, "3.3.0", true, "takes 3.3 for 3.3.0"},
		{"a file that Bundler reads", []string{".ruby-version", "3.4.2", "Gemfile", "ruby file: '.ruby-version'\ngem 'puma'"}, "3.4.2", true, ""},
		{"a file that the Gemfile reads itself", []string{".ruby-version", "3.4.2\n", "Gemfile", "f = File.expand_path('.ruby-version', __dir__)\nruby File.read(f).chomp if File.exist?(f)\ngem 'puma'"}, "3.4.2", true, ""},
		{"a range", []string{"Gemfile", "ruby '>= 3.1', '< 3.3'\ngem 'puma'"}, "3.2", false, ""},
		{"a range leaves it to the lock", []string{"Gemfile", "ruby '>= 3.1'\ngem 'puma'", "Gemfile.lock", "RUBY VERSION\n   ruby 3.3.5p100\n"}, "3.3.5", false, ""},
		{"a range that the lock is out of", []string{"Gemfile", "ruby '~> 3.4.0'\ngem 'puma'", "Gemfile.lock", "RUBY VERSION\n   ruby 3.3.5p100\n"}, "3.4", false, ""},
		{"Bundler insists, whatever a file says", []string{".ruby-version", "3.2.1", "Gemfile", "ruby '3.3.6'\ngem 'puma'"}, "3.3.6", true, "asks for 3.2.1"},
		{"patch releases", []string{"Gemfile", "ruby '~> 3.2.2'\ngem 'puma'"}, "3.2", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := append([]string{"config.ru", rackup, "Gemfile", "gem 'puma'"}, c.files...)
			s := one(t, files...)
			if got := s.Version.V.String(); got != c.version || s.Pinned != c.pinned {
				t.Errorf("version %s, pinned %v; want %s, %v", got, s.Pinned, c.version, c.pinned)
			}
			if c.note != "" && !scantest.Noted(s.Notes, c.note) {
				t.Errorf("no note says %q: %v", c.note, s.Notes)
			}
		})
	}
}

// How it starts, and where it listens.
func TestStart(t *testing.T) {
	for _, c := range []struct {
		name, start string
		port        int
		env         string
		files       []string
	}{
		{"Puma alone", "bundle exec puma -p 9292", 9292, "", []string{"Gemfile", "gem 'puma'"}},
		{"Puma's configuration", "bundle exec puma -C config/puma.rb", 4000, "PORT", []string{"Gemfile", "gem 'puma'", "config/puma.rb", "port ENV.fetch('PORT') { 4000 }"}},
		{"an address with variables", "bundle exec puma -C config/puma.rb", 4100, "MY_PORT", []string{"Gemfile", "gem 'puma'", "config/puma.rb", `bind "tcp://0.0.0.0:#{ENV.fetch('MY_PORT', 4100)}"`}},
		{"a socket is out of reach", "bundle exec puma -C config/puma.rb -b tcp://0.0.0.0:3000", 3000, "", []string{"Gemfile", "gem 'puma'", "config/puma.rb", "bind 'unix:///tmp/puma.sock'"}},
		{"the loopback address is out of reach", "bundle exec puma -C config/puma.rb -b tcp://0.0.0.0:3000", 3000, "", []string{"Gemfile", "gem 'puma'", "config/puma.rb", "bind 'tcp://127.0.0.1:3000'"}},
		{"a server under Capistrano", "bundle exec puma -C - -e production -b tcp://0.0.0.0:9292", 9292, "", []string{"Gemfile", "gem 'puma'", "config/puma.rb", "bind 'unix:///x.sock'\nstdout_redirect '/var/log/x'"}},
		{"log files behind a variable are nobody's", "bundle exec puma -C config/puma.rb", 5000, "PORT", []string{"Gemfile", "gem 'puma'", "config/puma.rb", "stdout_redirect 'x' if ENV['LOGS']\nport ENV.fetch('PORT', 5000)"}},
		{"a pid file in tmp", "bundle exec puma -C config/puma.rb --pidfile /tmp/server.pid", 5000, "", []string{"Gemfile", "gem 'puma'", "config/puma.rb", "port 5000\npidfile 'tmp/pids/server.pid'"}},
		{"the Procfile, whose variables have defaults", "bundle exec puma -p 5001 -e production", 5001, "", []string{"Gemfile", "gem 'puma'", "Procfile", "web: bundle exec puma -p ${PORT:-5001} -e ${RACK_ENV:-development}"}},
		{"a command that needs a shell is left", "bundle exec puma -p 9292", 9292, "", []string{"Gemfile", "gem 'puma'", "Procfile", "web: bundle exec puma -p $(cat port)"}},
		{"Unicorn", "bundle exec unicorn -E production -l 0.0.0.0:8080", 8080, "", []string{"Gemfile", "gem 'unicorn'"}},
		{"Thin", "bundle exec thin start -R config.ru -a 0.0.0.0 -p 3000 -e production", 3000, "", []string{"Gemfile", "gem 'thin'"}},
		{"no server", "bundle exec rackup -o 0.0.0.0 -p 9292 -E production", 9292, "", []string{"Gemfile", "gem 'rack'"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := one(t, append([]string{"config.ru", rackup}, c.files...)...)
			if got := fmt.Sprintf("%s|%d|%s", s.Start.V, s.Port.V, s.PortEnv); got != fmt.Sprintf("%s|%d|%s", c.start, c.port, c.env) {
				t.Errorf("got %s", got)
			}
		})
	}
}

// What is left out, and the reason that it is given.
func TestNothing(t *testing.T) {
	for _, c := range []struct {
		name, why string
		files     []string
	}{
		{"a gem", "library", []string{"x.gemspec", "", "Gemfile", "gemspec"}},
		{"tools for phones", "tools for building an app", []string{"Gemfile", "gem 'fastlane'"}},
		{"for developing alone", "for developing alone", []string{"Gemfile", "group :development do\n gem 'rubocop'\nend"}},
		{"another engine", "jruby", []string{"Gemfile", "gem 'puma'", "config.ru", rackup, ".ruby-version", "jruby-9.4"}},
		{"gems that nobody knows the release of", "no Gemfile says what to install", []string{"config.ru", "require 'frobnicate'\nrun X"}},
		{"classes", "no config.ru", []string{"Gemfile", "gem 'nokogiri'", "main.rb", "class A\nend"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := scan(t, c.files...)
			if len(p.Services) > 0 {
				t.Fatalf("found %s", p.Services[0].Start.V)
			}
			if !slices.ContainsFunc(p.Notes, func(n detect.Note) bool { return strings.Contains(n.Text, c.why) }) {
				t.Errorf("no note says %q: %v", c.why, p.Notes)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, want string
		files      []string
	}{
		{"a merge conflict", "Gemfile.lock:2: holds the mark of a merge conflict", []string{"Gemfile", "gem 'puma'", "config.ru", rackup, "Gemfile.lock", "GEM\n<<<<<<< HEAD\n"}},
		{"a range that nothing is in", "Gemfile:1: no release of Ruby that dockgen knows is in", []string{"Gemfile", "ruby '> 99'\ngem 'puma'", "config.ru", rackup}},
	} {
		_, err := try(t, c.files...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Groups, platforms, conditions and loops of a Gemfile.
func TestGemfile(t *testing.T) {
	s := one(t, "config.ru", rackup, "Gemfile", `
gem "puma"
gem "pg", group: :production
%w[redis bunny].each { |g| gem g }
gem "mysql2", platforms: :jruby
gem "dalli", groups: [:test]
gem "mongoid" if ENV["MONGO"]
group :development, :test do
  gem "elasticsearch"
end
eval_gemfile "more.rb" if File.exist?("more.rb")
eval_gemfile "none.rb" if File.exist?("none.rb")
`, "more.rb", `gem "nats-pure"`)
	var needs []string
	for _, n := range s.Needs {
		needs = append(needs, n.Name)
	}
	slices.Sort(needs)
	if got := strings.Join(needs, " "); got != "nats postgres rabbitmq redis" {
		t.Errorf("needs %s", got)
	}
	for _, e := range s.SetEnv {
		if e.Name.String() == "BUNDLE_WITHOUT" && e.Value.String() != "development:test" {
			t.Errorf("BUNDLE_WITHOUT is %s", e.Value)
		}
	}
}

// A gem that the lock has compiled for Linux needs no headers.
func TestNative(t *testing.T) {
	lock := func(specs string) string { return "GEM\n  specs:\n" + specs + "\nPLATFORMS\n  ruby\n" }
	for _, c := range []struct {
		name, gem, specs, build, run string
	}{
		{"compiled here", "pg", "    pg (1.5.9)", "build-essential libpq-dev", "libpq5"},
		{"compiled by others", "pg", "    pg (1.6.2-aarch64-linux)\n    pg (1.6.2-x86_64-linux)", "build-essential", ""},
		{"for musl alone", "pg", "    pg (1.6.2)\n    pg (1.6.2-x86_64-linux-musl)", "build-essential libpq-dev", "libpq5"},
		{"opened at run time", "typhoeus", "    ethon (0.16.0)\n    typhoeus (1.4.1)\n      ethon (>= 0.9.0)", "build-essential", "libcurl4t64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := one(t, "config.ru", rackup, "Gemfile", "gem 'puma'\ngem '"+c.gem+"'", "Gemfile.lock", lock(c.specs))
			var build, run []string
			for _, p := range s.Packages {
				if p.Build {
					build = append(build, p.Deb.String())
				}
				if p.Run {
					run = append(run, p.Deb.String())
				}
			}
			if strings.Join(build, " ") != c.build || strings.Join(run, " ") != c.run {
				t.Errorf("build %v, run %v", build, run)
			}
		})
	}
}

// The names of packages follow the release of Debian that a pinned Ruby's image has.
func TestSuite(t *testing.T) {
	s := one(t, "config.ru", rackup, "Gemfile", "ruby '3.4.2'\ngem 'puma'\ngem 'typhoeus'")
	if !slices.ContainsFunc(s.Packages, func(p detect.Package) bool { return p.Deb.String() == "libcurl4" }) {
		t.Errorf("packages %v", s.Packages)
	}
}

func TestRequirements(t *testing.T) {
	for _, c := range []struct {
		version, want string
		ok            bool
	}{
		{"3.3.5", "~> 3.3", true}, {"3.4.0", "~> 3.3", true}, {"4.0.0", "~> 3.3", false}, {"3.4.0", "~> 3.3.1", false}, {"3.3.0", "3.3", true}, {"3.3.1", "3.3", false},
		{"3.3.1", ">= 3.1, < 3.4", true}, {"3.4.0", "!= 3.4.0", false}, {"3.4.0.rc1", ">= 3.4.0", false}, {"2.10.0", "> 2.9", true}, {"3", "~> 3", true}, {"4", "~> 3", false}, {"3.3.1", "~> .", false},
	} {
		if got := satisfied(c.version, []string{c.want}); got != c.ok {
			t.Errorf("%s meets %q: %v", c.version, c.want, got)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("gem 'rails'", "GEM\n  specs:\n    rails (8.0.0)\n", "Rails.application.routes.draw { get 'up' }", "production:\n  adapter: <%= ENV['X'] %>\n", "web: bundle exec puma -p $PORT")
	f.Add("ruby '3.3'\ngem 'puma', path: '../..'", "PATH\n  remote: ../../x\n", "bind 'tcp://:'", "<% if %>", "web: rails s && x")
	f.Add("ruby '~> ..'", "", "", "", "")
	f.Fuzz(func(t *testing.T, gemfile, lock, ruby, yaml, procfile string) {
		_, _ = try(t, "Gemfile", gemfile, "Gemfile.lock", lock, "config.ru", ruby, "config/puma.rb", ruby, "config/application.rb", "class A < Rails::Application\nend\n"+ruby,
			"config/environments/production.rb", ruby, "config/routes.rb", ruby, "config/database.yml", yaml, "config/storage.yml", yaml, "config/cable.yml", yaml, "Procfile", procfile)
	})
}

// Backing services that something besides a gem tells of.
func TestBackingBesides(t *testing.T) {
	const app = "require 'rails/all'\nmodule A\n  class Application < Rails::Application\n  end\nend"
	needs := func(s *detect.Service) string {
		var out []string
		for _, n := range s.Needs {
			text := n.Name
			if n.Optional {
				text += "?"
			}
			for _, set := range n.Settings {
				text += " " + set.Env.String()
			}
			out = append(out, text)
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		name, want string
		files      []string
	}{
		{"sequel_pg is a driver", "postgres DATABASE_URL", []string{"Gemfile", "gem 'roda'\ngem 'sequel_pg'\ngem 'puma'", "config.ru", rackup}},
		{"a file beside a server", "mysql? DATABASE_URL", []string{
			"Gemfile", "gem 'rails'\ngem 'sqlite3'\ngem 'trilogy'\ngem 'puma'", "config/application.rb", app, "config/database.yml", "<%= ERB.new(File.read(File.join('config', A.file))).result %>",
			"config/database.sqlite.yml", "production:\n  primary:\n    adapter: sqlite3\n    database: storage/main.sqlite3\n",
		}},
		{"a file for developing alone", "mysql DATABASE_URL", []string{
			"Gemfile", "gem 'rails'\ngroup :development do\n  gem 'sqlite3'\nend\ngem 'trilogy'\ngem 'puma'", "config/application.rb", app, "config/database.yml", "<%= ERB.new(File.read(A.file)).result %>",
		}},
		{"a cache behind a condition", "memcached? MEMCACHE_SERVERS", []string{
			"Gemfile", "gem 'rails'\ngem 'dalli'\ngem 'puma'", "config/application.rb", app,
			"config/environments/production.rb", "Rails.application.configure do\n  config.cache_store = :mem_cache_store, nil, { compress: true } if ENV['MEMCACHE_SERVERS']\nend",
		}},
		{"a cache without one", "memcached MEMCACHE_SERVERS", []string{
			"Gemfile", "gem 'rails'\ngem 'dalli'\ngem 'puma'", "config/application.rb", app, "config/environments/production.rb", "Rails.application.configure do\n  config.cache_store = :mem_cache_store\nend",
		}},
		{"Mongoid's own configuration", "mongo MONGO_URL", []string{
			"Gemfile", "gem 'mongoid'\ngem 'puma'", "config.ru", rackup, "config/mongoid.yml", "production:\n  clients:\n    default:\n      uri: <%= ENV['MONGO_URL'] || ENV['MONGOHQ_URL'] %>\n",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := needs(one(t, c.files...)); got != c.want {
				t.Errorf("needs %s, want %s", got, c.want)
			}
		})
	}
}

func TestProcessesBesides(t *testing.T) {
	const app = "require 'rails/all'\nmodule A\n  class Application < Rails::Application\n    config.active_job.queue_adapter = :solid_queue\n  end\nend"
	gems := "gem 'rails'\ngem 'puma'\n"
	for _, c := range []struct {
		name, want string
		files      []string
	}{
		{"tasks of one Rake", "release: bundle exec rake db:migrate after:run", []string{"Gemfile", gems, "Procfile", "web: bundle exec puma\nrelease: bundle exec rake db:migrate && bundle exec rake after:run"}},
		{"other commands take a shell", "release: sh -c 'bundle exec rake db:migrate && ./bin/warm'", []string{"Gemfile", gems, "Procfile", "web: bundle exec puma\nrelease: rake db:migrate && ./bin/warm"}},
		{"the server by another name is no worker", "worker: bundle exec rake jobs:work", []string{"Gemfile", gems + "gem 'delayed_job'\n", "Procfile", "web: bundle exec puma\ncustom_web: bundle exec puma"}},
		{"a task that ends is no worker", "release: bin/rails db:migrate, worker: bin/rake sidekiq", []string{"Gemfile", gems + "gem 'sidekiq'\n", "Procfile", "web: bundle exec puma\nrelease: bin/rails db:migrate\nworker: bin/rake sidekiq\ncache: bin/rails cache:clear"}},
		{"a queue inside of the server", "", []string{"Gemfile", gems + "gem 'solid_queue'\n", "config/puma.rb", "port 3000\nunless ENV['SOLID_QUEUE_IN_PUMA'] == 'false'\n  plugin :solid_queue\nend"}},
		{"a queue that somebody has to ask for", "worker: bundle exec rake solid_queue:start", []string{"Gemfile", gems + "gem 'solid_queue'\n", "config/puma.rb", "port 3000\nplugin :solid_queue if ENV['SOLID_QUEUE_IN_PUMA']"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range one(t, append(c.files, "config/application.rb", app)...).Processes {
				got = append(got, p.Name.String()+": "+p.Start.V.String())
			}
			if text := strings.Join(got, ", "); text != c.want {
				t.Errorf("processes %s, want %s", text, c.want)
			}
		})
	}
}

func TestBridgetown(t *testing.T) {
	files := []string{"Gemfile", "gem 'bridgetown'\ngem 'puma'", "config/initializers.rb", "Bridgetown.configure do |config|\nend", "config.ru", "require 'bridgetown-core/rack/boot'\nrun RodaApp", "server/roda_app.rb", "class RodaApp < Roda\n  plugin :bridgetown_server\nend"}
	if s := one(t, files...); s.Kind != detect.Static {
		t.Errorf("the server that every project has makes it a %s", s.Kind)
	}
	if s := one(t, append(files, "server/routes/hello.rb", "class Routes::Hello < Bridgetown::Rack::Routes\nend")...); s.Kind != detect.Server {
		t.Errorf("routes of its own make it a %s", s.Kind)
	}
}

// A Gemfile that names the pipeline loads it.
func TestPipelineByItsGem(t *testing.T) {
	s := one(t, "Gemfile", "gem 'rails'\ngem 'sprockets-rails'\ngem 'puma'", "app/assets/config/manifest.js", "//= link_tree ../images", "bin/rails", "#!/usr/bin/env ruby",
		"config/application.rb", "require 'rails'\nrequire 'action_controller/railtie'\nmodule A\n  class Application < Rails::Application\n  end\nend")
	if got := s.Build.V.String(); got != "./bin/rails assets:precompile" {
		t.Errorf("build %q", got)
	}
}
