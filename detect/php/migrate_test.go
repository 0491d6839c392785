package php

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

// Of what a project's scripts run, the image has what is no tool for development.
func TestMigrateScript(t *testing.T) {
	for _, c := range []struct{ why, require, dev, script, makefile, want string }{
		{"a tool that is required", `"robmorgan/phinx": "^0.16"`, "", `"migrate": "phinx migrate -e production"`, "", "vendor/bin/phinx migrate -e production"},
		{"a tool for development", "", `"robmorgan/phinx": "^0.16"`, `"migrate": "phinx migrate"`, "", ""},
		{"a script of the project's own", "", "", `"db:migrate": "@php bin/migrate.php"`, "", "php bin/migrate.php"},
		{"one that is not there", "", "", `"migrate": "@php bin/gone.php"`, "", ""},
		{"several commands", "", "", `"migrate": ["@php bin/migrate.php", "@php bin/seed.php"]`, "", ""},
		{"a Makefile's", "", "", "", "migrate:\n\tphp bin/migrate.php\n", "php bin/migrate.php"},
		{"a Makefile's, in a container", "", "", "", "migrate:\n\tdocker compose exec app php bin/migrate.php\n", ""},
		{"a folder that is no vendor's", `"robmorgan/phinx": "^0.16"`, "", `"migrate": "../phinx migrate"`, "", ""},
	} {
		if c.require != "" {
			c.require = ", " + c.require
		}
		tree := fstest.MapFS{
			"composer.json":    {Data: []byte(`{"require": {"php": "^8.3", "ext-pdo_pgsql": "*", "slim/slim": "^4"` + c.require + `}, "require-dev": {` + c.dev + `}, "scripts": {` + c.script + `}}`)},
			"public/index.php": {Data: []byte(`<?php $db = new PDO(getenv("DATABASE_URL"));`)},
			"bin/migrate.php":  {Data: []byte("<?php")}, "Makefile": {Data: []byte(c.makefile)},
		}
		p, err := detect.Scan(context.Background(), tree, detect.Config{Detectors: []detect.Detector{Detector{}}})
		if err != nil || len(p.Services) != 1 {
			t.Fatalf("%s: %v", c.why, err)
		}
		got := ""
		for _, one := range p.Services[0].Processes {
			got += strings.Join(one.Start.V.Args(), " ")
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}
