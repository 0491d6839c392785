package ruby

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
)

// railsFiles are those of the smallest application of Rails, and more.
func railsFiles(more ...string) []string {
	return append([]string{"Gemfile", "gem 'rails', '~> 8.0'\ngem 'puma'", "config/application.rb", "module Shop\n class Application < Rails::Application\n end\nend", "config/environments/production.rb", "Rails.application.configure do\nend"}, more...)
}

func TestHealthInNamespaces(t *testing.T) {
	for _, c := range []struct{ name, routes, want string }{
		{"at the top", "get 'up' => 'rails/health#show'", "/up"},
		{"in a namespace", "namespace :internal do\n get 'ping' => 'ping#index'\nend", "/internal/ping"},
		{"in a scope with a path", "scope path: '/api' do\n namespace :v1 do\n  get :health, to: 'health#show'\n end\nend", "/api/v1/health"},
		{"in a scope with a text", "scope 'api' do\n get '/healthz', to: 'h#s'\nend", "/api/healthz"},
		{"in a scope of a module", "scope module: :web do\n get '/healthz', to: 'h#s'\nend", "/healthz"},
		{"behind a condition", "constraints(host: 'x') do\n get '/healthz', to: 'h#s'\nend", "/healthz"},
		{"of a thing", "resources :servers do\n get 'status', on: :member\nend", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := one(t, railsFiles("config/routes.rb", "Rails.application.routes.draw do\n"+c.routes+"\nend")...)
			if got := s.Health.V.String(); got != c.want {
				t.Errorf("health %q, want %q", got, c.want)
			}
		})
	}
}

func TestGuardedVariable(t *testing.T) {
	for _, c := range []struct {
		name, code string
		want       bool
	}{
		{"asked for first", "if ENV['DEPLOY_TOKEN'].present?\n c.token = ENV.fetch('DEPLOY_TOKEN')\nend", false},
		{"another one is", "if ENV['OTHER'].present?\n c.token = ENV.fetch('DEPLOY_TOKEN')\nend", true},
		{"where it is not set", "unless ENV['DEPLOY_TOKEN']\n c.token = ENV.fetch('DEPLOY_TOKEN')\nend", true},
		{"alone", "c.token = ENV.fetch('DEPLOY_TOKEN')", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			required := false
			for _, e := range one(t, railsFiles("config/initializers/token.rb", c.code)...).Env {
				required = required || e.Name.String() == "DEPLOY_TOKEN" && e.Required
			}
			if required != c.want {
				t.Errorf("required %v, want %v", required, c.want)
			}
		})
	}
}

func TestBuildpacksWrapper(t *testing.T) {
	files := []string{"Gemfile", "gem 'puma'", "config.ru", rackup, "Procfile", "web: jemalloc.sh bin/start-pgbouncer bundle exec puma -p ${PORT:-5000}\n"}
	if got := one(t, files...).Start.V.String(); got != "bundle exec puma -p 5000" {
		t.Errorf("start %q", got)
	}
	if got := one(t, append(files, "jemalloc.sh", "#!/bin/sh")...).Start.V.String(); !strings.HasPrefix(got, "jemalloc.sh ") {
		t.Errorf("start %q: the project has a jemalloc.sh of its own", got)
	}
}

func TestHanami1(t *testing.T) {
	s := one(t, "Gemfile", "gem 'hanami', '~> 1.3'", "Gemfile.lock", "GEM\n  specs:\n    hanami (1.3.4)\n\nDEPENDENCIES\n  hanami (~> 1.3)\n", "config.ru", "run Hanami.app")
	if got := s.Start.V.String(); got != "bundle exec hanami server --host=0.0.0.0" || s.Port.V != 2300 || s.Version.V.String() != "2.7" {
		t.Errorf("start %q, port %d, Ruby %s", got, s.Port.V, s.Version.V)
	}
}

func TestGems(t *testing.T) {
	for _, c := range []struct {
		name, want string
		files      []string
	}{
		{"a rackup file of comments", "nothing that starts a program", []string{"config.ru", "=begin\nrun App\n=end\n\n# your code here ...\n"}},
		{"an engine", "starts the application that shows the engine", []string{"Procfile", "web: bin/rails server\n", "bin/rails", "#!/usr/bin/env ruby\nENGINE_ROOT = File.expand_path('..', __dir__)\nENGINE_PATH = File.expand_path('../lib/e/engine', __dir__)\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := try(t, append([]string{"a.gemspec", "Gem::Specification.new { |s| s.name = 'a' }", "Gemfile", "source 'x'\ngemspec\ngem 'rails'"}, c.files...)...)
			if err == nil && len(p.Services) > 0 {
				t.Fatalf("services %v", p.Services)
			}
			text := ""
			if p != nil {
				for _, n := range p.Notes {
					text += n.Text
				}
			}
			if err != nil {
				text += err.Error()
			}
			if !strings.Contains(text, c.want) {
				t.Errorf("notes %q, want %q", text, c.want)
			}
		})
	}
}

// ExecJS looks for a runtime whenever a program starts.
func TestJavaScriptInTheImage(t *testing.T) {
	const app = "require 'rails/all'\nmodule A\n  class Application < Rails::Application\n  end\nend"
	production := func(line string) []string {
		return []string{"config/application.rb", app, "app/assets/config/manifest.js", "//= link_tree ../images", "config/environments/production.rb", "Rails.application.configure do\n  config." + line + "\nend"}
	}
	for _, c := range []struct {
		name, gems     string
		files          []string
		runs, disabled bool
	}{
		{"assets that were made", "gem 'uglifier'", production("assets.js_compressor = :uglifier"), false, true},
		{"a compressor that is made at the start", "gem 'uglifier'", production("assets.js_compressor = Uglifier.new(harmony: true)"), true, false},
		{"assets that are made later", "gem 'coffee-rails'", production("assets.compile = true"), true, false},
		{"pages that are rendered", "gem 'react_on_rails'", production("eager_load = true"), true, false},
		{"a gem that brings a runtime", "gem 'uglifier'\ngem 'mini_racer'", production("eager_load = true"), false, false},
		{"none of it", "", production("eager_load = true"), false, false},
		{"no Rails", "gem 'execjs'", []string{"config.ru", "run ->(env) { [200, {}, ['hello']] }"}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			gems := "gem 'puma'\n" + c.gems + "\n"
			if len(c.files) > 2 {
				gems += "gem 'rails'\ngem 'sprockets-rails'\n"
			}
			s := one(t, append([]string{"Gemfile", gems}, c.files...)...)
			disabled := slices.ContainsFunc(s.SetEnv, func(e detect.Setting) bool { return e.Name.String() == "EXECJS_RUNTIME" })
			if f, _ := s.Facts.(Facts); f.NodeRuns != c.runs || disabled != c.disabled {
				t.Errorf("Node.js runs %v, disabled %v; want %v, %v", f.NodeRuns, disabled, c.runs, c.disabled)
			}
		})
	}
}

func TestGemsOfRust(t *testing.T) {
	for _, c := range []struct {
		name, specs string
		want        bool
	}{
		{"compiled from its sources", "    commonmarker (2.9.0)\n      rb_sys (~> 0.9)\n    rb_sys (0.9.128)\n", true},
		{"that comes compiled too", "    commonmarker (2.9.0)\n      rb_sys (~> 0.9)\n    commonmarker (2.9.0-x86_64-linux)\n    rb_sys (0.9.128)\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := one(t, "Gemfile", "gem 'puma'\ngem 'commonmarker'\n", "config.ru", "run ->(env) { [200, {}, ['hello']] }",
				"Gemfile.lock", "GEM\n  remote: https://gems.example/\n  specs:\n"+c.specs+"    puma (6.4.2)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  commonmarker\n  puma\n")
			if got := slices.ContainsFunc(s.Packages, func(p detect.Package) bool { return p.Deb.String() == "cargo" && p.Build }); got != c.want {
				t.Errorf("cargo among the packages: %v, want %v", got, c.want)
			}
		})
	}
}

// A site that can be had as a theme names its gems itself; a theme takes those of its gemspec.
func TestSiteWithAGemspec(t *testing.T) {
	files := []string{"x.gemspec", "Gem::Specification.new { |s| s.name = 'x' }", "_config.yml", "title: x\n", "index.html", "---\n---\n", "_posts/2024-01-01-x.md", "---\n---\n"}
	if s := one(t, append([]string{"Gemfile", "gem 'jekyll'\n"}, files...)...); s.Kind != detect.Static {
		t.Errorf("the site is a %s", s.Kind)
	}
	if p := scan(t, append([]string{"Gemfile", "gemspec\ngem 'jekyll'\n"}, files...)...); len(p.Services) != 0 {
		t.Errorf("the theme is %v", p.Services)
	}
}

func TestPortInAVariable(t *testing.T) {
	s := one(t, "Gemfile", "gem 'sinatra'\ngem 'puma'\n", "Procfile", "web: bundle exec ruby server.rb\n",
		"server.rb", "require 'sinatra'\nport = ENV[\"PORT\"] || \"8080\"\nconfigure {\n  set :bind, '0.0.0.0'\n  set :port, port\n}\nget('/') { 'hello' }\n")
	if s.Port.V != 8080 || s.PortEnv.String() != "PORT" {
		t.Errorf("port %d of %s", s.Port.V, s.PortEnv)
	}
}

// Nothing can be installed on a suite that the mirrors have dropped.
func TestSuiteWithoutMirrors(t *testing.T) {
	s := one(t, railsFiles("Gemfile", "ruby '2.7.3'\ngem 'rails', '~> 5.2'\ngem 'puma'\ngem 'pg'\ngem 'image_processing'\n")...)
	for _, p := range s.Packages {
		if p.Run && !p.Deb.IsZero() {
			t.Errorf("installs %s", p.Deb)
		}
	}
	said := func(text string) bool {
		return slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return strings.Contains(n.Text, text) })
	}
	if s.RunOn != "full" || !said("have dropped buster") || said("no libpq5") {
		t.Errorf("runs on %q, notes %v", s.RunOn, s.Notes)
	}
}

func TestFoldersThatGitKeeps(t *testing.T) {
	s := one(t, "Gemfile", "gem 'sinatra'\ngem 'puma'\ngem 'pg'\n", "config.ru", "require './app'\nrun App", "logs/.keep", "", "data/.keep", "", "data/seed.json", "{}",
		"app.rb", "require 'sinatra/base'\nclass App < Sinatra::Base\n set :h, ENV.fetch('DATABASE_HOST')\n set :u, ENV.fetch('DATABASE_USER')\n set :p, ENV.fetch('DATABASE_PASSWORD')\n set :n, ENV.fetch('DATABASE_NAME')\nend")
	if len(s.State) != 1 || s.State[0].String() != "logs" {
		t.Errorf("state %v", s.State)
	}
	if !slices.ContainsFunc(s.Needs[0].Settings, func(n detect.NeedSetting) bool {
		return n.Env.String() == "DATABASE_NAME" && n.Part == detect.PartDatabase
	}) {
		t.Errorf("settings %v", s.Needs[0].Settings)
	}
}

func TestStorageThatIsChosen(t *testing.T) {
	for _, value := range []string{":local", "ENV.fetch('STORE', :local)", "ENV.fetch('STORE', 'local').to_sym", "ENV.fetch('STORE') { :local }", "ENV['STORE'] || :local"} {
		s := one(t, railsFiles("config/environments/production.rb", "Rails.application.configure do\n config.active_storage.service = "+value+"\nend",
			"config/storage.yml", "local:\n  service: Disk\n  root: <%= Rails.root.join(\"storage\") %>\n", "db/schema.rb", "create_table 'active_storage_blobs'")...)
		if len(s.State) != 1 || s.State[0].String() != "storage" {
			t.Errorf("%s: state %v", value, s.State)
		}
	}
}
