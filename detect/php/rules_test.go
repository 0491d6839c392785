package php_test

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/php"
	"dockgen/internal/scantest"
)

func TestLaravelsDatabase(t *testing.T) {
	tests := []struct{ name, config, example, want string }{
		{"what Laravel wrote there itself is no choice", "mysql", "pgsql", "postgres"},
		{"a server in the configuration is", "pgsql", "mysql", "postgres"},
		{"the same in both", "mysql", "mysql", "mysql"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inspect(t, map[string]string{
				"composer.json": `{"type":"project","require":{"laravel/framework":"^12.0"}}`, "artisan": "#!/usr/bin/env php", "public/index.php": "<?php echo 1;",
				"config/database.php": "<?php return ['default' => env('DB_CONNECTION', '" + tt.config + "')];", ".env.example": "DB_CONNECTION=" + tt.example + "\n",
			})
			if len(s.Needs) != 1 || s.Needs[0].Name != tt.want {
				t.Errorf("needs %v, want %s", s.Needs, tt.want)
			}
		})
	}
}

func TestPagesWithoutIndex(t *testing.T) {
	const page = "<?php\n echo 'hello';\n"
	tests := []struct {
		name, composer string
		files          map[string]string
		want, main     string // the document root; "" where nothing runs
	}{
		{"scripts that print", `{"require-dev":{"x/y":"^1"}}`, map[string]string{"src/hello.php": page, "tests/HelloTest.php": page}, "src", "src/hello.php"},
		{"classes alone", `{}`, map[string]string{"src/Hello.php": "<?php class Hello { function say() { echo 'x'; } }"}, "", ""},
		{"classes that Composer loads", `{"autoload":{"psr-4":{"A\\":"src/"}}}`, map[string]string{"src/hello.php": page}, "", ""},
		{"a library", `{"name":"a/b","type":"library"}`, map[string]string{"src/hello.php": page}, "", ""},
		{"a library with pages of its own", `{"name":"a/b","type":"library"}`, map[string]string{"index.php": page, ".htaccess": "RewriteEngine On\n"}, ".", "index.php"},
		{"a library that shows something", `{"name":"a/b","type":"library"}`, map[string]string{"index.php": page}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"composer.json": tt.composer}
			for name, text := range tt.files {
				files[name] = text
			}
			got := scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{php.Detector{}}}, files).Services
			if len(got) == 0 && tt.want == "" {
				return
			}
			if len(got) != 1 || got[0].Document.V.String() != tt.want || got[0].Main.V.String() != tt.main {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestLockOfItsTime(t *testing.T) {
	tests := []struct{ name, released, require, want string }{
		{"one that nobody keeps", "2022-03-14T23:01:02+00:00", ">=7.0.8", "8.2"},
		{"a fresh one", "2026-03-14T23:01:02+00:00", ">=7.0.8", "8.5"},
		{"that says nothing", "", ">=7.0.8", "8.5"},
		{"the manifest wants a later one", "2022-03-14T23:01:02+00:00", "^8.4", "8.5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inspect(t, map[string]string{
				"index.php": "<?php echo 1;", "composer.json": `{"type":"project","require":{"php":"` + tt.require + `"}}`,
				"composer.lock": `{"packages":[{"name":"a/b","version":"1.0","time":"` + tt.released + `"}]}`,
			})
			if got := s.Version.V.String(); got != tt.want {
				t.Errorf("version %s, want %s: %v", got, tt.want, s.Version.Why)
			}
		})
	}
}

func TestCakesLocalSettings(t *testing.T) {
	s := inspect(t, map[string]string{
		"composer.json": `{"type":"project","require":{"cakephp/cakephp":"^5.0"}}`, "bin/cake.php": "<?php", "webroot/index.php": "<?php echo 1;", "config/app_local.example.php": "<?php return [];",
	})
	found := false
	for _, step := range s.Facts.(*php.Facts).Before {
		found = found || step.String() == "cp config/app_local.example.php config/app_local.php"
	}
	if !found {
		t.Errorf("steps %v", s.Facts.(*php.Facts).Before)
	}
}

func TestYiisFixedDatabase(t *testing.T) {
	s := inspect(t, map[string]string{
		"composer.json": `{"type":"project","require":{"yiisoft/yii2":"~2.0"}}`, "yii": "#!/usr/bin/env php", "web/index.php": "<?php echo 1;", "vagrant/nginx/log/.gitignore": "*\n",
		"config/db.php": "<?php return ['class' => 'yii\\db\\Connection', 'dsn' => 'mysql:host=localhost;dbname=basic'];",
	})
	if !scantest.Noted(s.Notes, "connects to localhost") || len(s.Needs) != 1 || s.Needs[0].Database.String() != "basic" {
		t.Errorf("needs %v, notes %v", s.Needs, s.Notes)
	}
	if len(s.State) != 0 {
		t.Errorf("state %v: vagrant is a developer's machine", s.State)
	}
}

func TestDoctrinesDatabase(t *testing.T) {
	tests := []struct{ name, dbal, want string }{
		{"one connection", "driver: pdo_mysql", "mysql"},
		{"a version says more than a driver", "{driver: pdo_mysql, server_version: 10.11.2-MariaDB}", "mariadb"},
		{"several, of which one is the default", "{default_connection: shop, connections: {log: {driver: pdo_pgsql}, shop: {driver: pdo_mysql}}}", "mysql"},
		{"several, by the usual name", "{connections: {aside: {driver: pdo_pgsql}, default: {url: '%env(DATABASE_URL)%', driver: pdo_mysql}}}", "mysql"},
		{"nothing said", "url: '%env(DATABASE_URL)%'", "postgres"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dbal := tt.dbal
			if dbal[0] != '{' {
				dbal = "{" + dbal + "}"
			}
			s := inspect(t, map[string]string{
				"composer.json": `{"type":"project","require":{"symfony/framework-bundle":"^7","symfony/dotenv":"^7","doctrine/doctrine-bundle":"^2"}}`,
				"bin/console":   "#!/usr/bin/env php", "public/index.php": "<?php echo 1;",
				"config/packages/doctrine.yaml": "doctrine:\n    dbal: " + dbal + "\n", ".env.dist": "APP_SECRET=\n",
			})
			if len(s.Needs) != 1 || s.Needs[0].Name != tt.want {
				t.Errorf("needs %v, want %s", s.Needs, tt.want)
			}
			if len(s.Env) != 1 || s.Env[0].Name.String() != "APP_SECRET" {
				t.Errorf("variables %v, want the one of .env.dist", s.Env)
			}
		})
	}
}

// An empty folder over the cache that the build has made would hide it.
func TestCacheOfTheBuild(t *testing.T) {
	s := inspect(t, map[string]string{
		"composer.json": `{"type":"project","require":{"symfony/framework-bundle":"^7"}}`, "bin/console": "#!/usr/bin/env php", "public/index.php": "<?php echo 1;",
		"var/cache/.gitkeep": "", "var/data/.gitkeep": "",
	})
	if got := paths(s.State) + "|" + paths(s.Scratch); got != "var/data|" {
		t.Errorf("state and scratch %q", got)
	}
}

func TestGrav(t *testing.T) {
	s := inspect(t, map[string]string{"composer.json": `{"name":"getgrav/grav","type":"project"}`, "index.php": "<?php echo 1;", ".htaccess": "RewriteEngine On\n", "system/defines.php": "<?php", "user/pages/home.md": "x", "cache/.gitkeep": "", "backup/.gitkeep": ""})
	if got := paths(s.State) + "|" + paths(s.Scratch); s.Framework.V != "grav" || !strings.HasPrefix(got, "backup") || !strings.Contains(got, "user/accounts") || !strings.HasSuffix(got, "tmp") {
		t.Errorf("framework %q, folders %s", s.Framework.V, got)
	}
}
