package ruby

import (
	"strings"
	"testing"
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
