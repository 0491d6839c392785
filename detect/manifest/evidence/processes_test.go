package evidence_test

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// interpreted is a service of a program that an interpreter runs.
func interpreted(start ...string) func(*detect.Service) {
	return func(s *detect.Service) {
		s.Language = "ruby"
		s.Start = detect.Assumed(safe.ArgvOf(start...))
		s.Needs = []detect.Need{{Name: "postgres"}}
	}
}

func compiled(s *detect.Service) {
	s.Linkage, s.Needs = detect.StaticLink, []detect.Need{{Name: "postgres"}}
}

func TestProcesses(t *testing.T) {
	tests := []struct {
		name    string // the reason
		project map[string]string
		change  func(*detect.Service)
		start   string
		want    string // name kind command; ...
		note    string
	}{
		{"a Procfile's other lines", map[string]string{"Procfile": "web: bundle exec ruby app.rb\nworker: bundle exec sidekiq -q ${Q:-default}\nrelease: bundle exec rake db:migrate\n"}, interpreted("bundle", "exec", "puma"),
			"bundle exec ruby app.rb", "worker worker bundle exec sidekiq -q default; migrate job bundle exec rake db:migrate", ""},
		{"the port stands in the command", map[string]string{"Procfile": "web: bundle exec puma -p $PORT -e production\n"}, interpreted("bundle", "exec", "rackup"), "bundle exec puma -p 8080 -e production", "", ""},
		{"what the detector found stays", map[string]string{"Procfile": "web: other\n"}, compiled, "/app/server", "", ""},
		{"a shell's line is none of the image's", map[string]string{"Procfile": "web: cd app && ruby app.rb\nworker: ruby w.rb > log\n"}, interpreted("ruby", "x.rb"), "ruby x.rb", "", "needs a shell"},
		{"a compiled program's own commands, by its name", map[string]string{"Procfile": "web: bin/server\nworker: bin/server work --fast\nother: bin/other\nrelease: ./server migrate up\n"}, compiled,
			"/app/server", "worker worker /app/server work --fast; migrate job /app/server migrate up", ""},
		{"a developer's process", map[string]string{"Procfile": "css: ruby tool.rb --watch\n"}, interpreted("ruby", "x.rb"), "ruby x.rb", "", ""},
		{"variables before a command", map[string]string{"Procfile": "worker: QUEUE=high ruby w.rb\n"}, interpreted("ruby", "x.rb"), "ruby x.rb", "worker worker env QUEUE=high ruby w.rb", ""},
		{"a job without anything that outlives it", map[string]string{"Procfile": "release: ruby r.rb\n"}, func(s *detect.Service) { s.Start = detect.Found(safe.ArgvOf("ruby", "x.rb")) }, "ruby x.rb", "", ""},
		{"fly.toml", map[string]string{"fly.toml": "[processes]\napp = 'ruby web.rb'\ncron = 'ruby cron.rb'\n[deploy]\nrelease_command = 'ruby migrate.rb'\n"}, interpreted("ruby", "x.rb"),
			"ruby web.rb", "migrate job ruby migrate.rb; cron worker ruby cron.rb", ""},
		{"render.yaml", map[string]string{"render.yaml": "services:\n- type: web\n  startCommand: ruby web.rb\n  preDeployCommand: rake db:migrate\n- type: worker\n  name: mailer\n  startCommand: ruby mail.rb\n"}, interpreted("ruby", "x.rb"),
			"ruby web.rb", "mailer worker ruby mail.rb", ""},
		{"services of one build", map[string]string{"compose.yaml": "services:\n  app:\n    build: .\n    ports: ['80:80']\n  jobs:\n    build: .\n    command: [ruby, jobs.rb, 'a b']\n"}, interpreted("ruby", "x.rb"), "ruby x.rb", "jobs worker ruby jobs.rb 'a b'", ""},
		{"what a build wrote on somebody's machine lies elsewhere in the image", map[string]string{"Procfile": "web: ruby -jar target/app.jar\n"}, interpreted("ruby", "x.rb"), "ruby x.rb", "", "not in this image"},
	}
	for _, tt := range tests {
		s := scan(t, tt.project, tt.change)
		var got []string
		for _, p := range s.Processes {
			got = append(got, p.Name.String()+" "+string(p.Kind)+" "+p.Start.V.String())
		}
		if s.Start.V.String() != tt.start || strings.Join(got, "; ") != tt.want {
			t.Errorf("%s:\n got %s | %s\nwant %s | %s", tt.name, s.Start.V, strings.Join(got, "; "), tt.start, tt.want)
		}
		notes := ""
		for _, n := range s.Notes {
			notes += n.Text + "\n"
		}
		if !strings.Contains(notes, tt.note) {
			t.Errorf("%s: the notes %q do not say %q", tt.name, notes, tt.note)
		}
	}
}

// A tool that no image of the project has is told of, unless something else migrates.
func TestMigrations(t *testing.T) {
	postgres := func(s *detect.Service) { s.Needs = []detect.Need{{Name: "postgres"}} }
	for _, c := range []struct {
		name    string
		project map[string]string
		change  func(*detect.Service)
		want    string
	}{
		{"Flyway", map[string]string{"flyway.toml": ""}, postgres, "run flyway migrate before"},
		{"dbmate", map[string]string{"db/migrations/1.sql": "-- migrate:up\nSELECT 1;\n"}, postgres, "run dbmate --migrations-dir db/migrations up before"},
		{"a service of the Compose file, which stays", map[string]string{"compose.yaml": "services:\n  up:\n    image: flyway/flyway:10.20\n", "flyway.conf": ""}, postgres, "service up applies the migrations, and stays as it is"},
		{"one of a Compose file elsewhere", map[string]string{"docker/docker-compose.yml": "services:\n  up:\n    image: docker.io/liquibase/liquibase:4.30\n"}, postgres, "with docker.io/liquibase/liquibase:4.30"},
		{"of another form", map[string]string{"db/migrations/1.sql": "SELECT 1;\n"}, postgres, ""},
		{"no database", map[string]string{"liquibase.properties": ""}, func(*detect.Service) {}, ""},
		{"a job does it", map[string]string{"atlas.hcl": ""}, func(s *detect.Service) {
			postgres(s)
			s.Processes = []detect.Process{{Name: safe.Slug("migrate", ""), Kind: detect.Job}}
		}, ""},
		{"a remark tells what does it", map[string]string{"atlas.hcl": ""}, func(s *detect.Service) {
			postgres(s)
			s.Notes = []detect.Note{detect.Note{Text: "bring the database up to date yourself"}.On(detect.Migrations)}
		}, ""},
	} {
		got := ""
		for _, n := range scan(t, c.project, c.change).Notes {
			if strings.Contains(n.Text, "before each release") || strings.Contains(n.Text, "stays as it is") {
				got += n.Text
			}
		}
		if !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
