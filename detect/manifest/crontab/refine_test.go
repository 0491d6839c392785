package crontab_test

import (
	"slices"
	"testing"

	"dockgen/detect"
	"dockgen/detect/manifest/crontab"
	"dockgen/internal/safe"
	"dockgen/internal/scantest"
)

func TestRefine(t *testing.T) {
	const php, python, ruby detect.Interpreter = "php", "python", "ruby"
	tests := []struct {
		name        string
		interpreter detect.Interpreter
		table       string
		want        []string
		note        string
	}{
		{"paths of another image", php, "0 1 * * * /usr/bin/php -q /var/www/html/jobs/a.php --all >> /var/log/a.log 2>&1", []string{"0 1 * * * php -q jobs/a.php --all"}, ""},
		{"in a folder", php, "@daily cd /var/www/html && php jobs/a.php", []string{"@daily php jobs/a.php"}, ""},
		{"an account of the system", php, "5 4 * * * root php jobs/a.php", []string{"5 4 * * * php jobs/a.php"}, ""},
		{"Python", python, "*/5 * * * * cd /app && /usr/local/bin/python manage.py clearsessions", []string{"*/5 * * * * python manage.py clearsessions"}, ""},
		{"a module", python, "0 0 * * * python -m tasks.daily", []string{"0 0 * * * python -m tasks.daily"}, ""},
		{"Bundler", ruby, "0 0 * * * cd /app && bundle exec rake digest:send", []string{"0 0 * * * bundle exec rake digest:send"}, ""},
		{"a script by itself", ruby, "0 0 * * * /app/jobs/run.sh", []string{"0 0 * * * jobs/run.sh"}, ""},
		{"one beside the program", ruby, "0 0 * * * ./run", []string{"0 0 * * * ./run"}, ""},
		{"of another program", python, "0 1 * * * php jobs/a.php", nil, ""},
		{"a script that is not there", php, "0 1 * * * php /var/www/html/jobs/b.php", nil, "is left out"},
		{"another program", php, "0 1 * * * rm -rf /", nil, "is left out"},
		{"two commands", php, "0 1 * * * php jobs/a.php && rm x", nil, "is left out"},
		{"a value of the machine", php, "0 1 * * * php jobs/a.php $HOME", nil, "is left out"},
		{"no table", php, "hello", nil, "is no crontab"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := scantest.Dir(t, detect.Choices{}, map[string]string{"jobs/a.php": "<?php", "jobs/run.sh": "#!/bin/sh", "run": "#!/bin/sh", "manage.py": "", "docker/crontab": tt.table + "\n", "tests/crontab": "@daily php jobs/a.php\n"})
			s := &detect.Service{Kind: detect.Server, Interpreters: []detect.Interpreter{tt.interpreter, "bundle exec"}, Dir: safe.RelPathOf("."), Root: safe.RelPathOf(".")}
			if err := crontab.Refine(t.Context(), d, s); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, job := range s.Cron {
				got = append(got, job.String())
			}
			if !slices.Equal(got, tt.want) || tt.note != "" && !scantest.Noted(s.Notes, tt.note) || tt.note == "" && len(s.Notes) > 0 {
				t.Errorf("jobs %q, want %q; notes %v", got, tt.want, s.Notes)
			}
			if runs := len(s.Processes) == 1 && s.Processes[0].Start.V.String() == "supercronic /usr/local/etc/crontab"; runs != (tt.want != nil) {
				t.Errorf("processes %v", s.Processes)
			}
		})
	}
}

func TestRefineLeavesAlone(t *testing.T) {
	files := map[string]string{"jobs/a.php": "<?php", "crontab": "@daily php jobs/a.php\n"}
	for name, s := range map[string]*detect.Service{
		"a site":                          {Kind: detect.Static, Interpreters: []detect.Interpreter{"php"}},
		"an image without an interpreter": {Kind: detect.Server},
		"a program that schedules itself": {Kind: detect.Server, Interpreters: []detect.Interpreter{"php"}, Processes: []detect.Process{{Name: safe.Slug(detect.CronName, "x")}}},
		"a part of a workspace":           {Kind: detect.Server, Interpreters: []detect.Interpreter{"php"}, Dir: safe.RelPathOf("web"), Root: safe.RelPathOf(".")},
	} {
		t.Run(name, func(t *testing.T) {
			if err := crontab.Refine(t.Context(), scantest.Dir(t, detect.Choices{}, files), s); err != nil || len(s.Cron) > 0 {
				t.Errorf("jobs %v, %v", s.Cron, err)
			}
		})
	}
}
