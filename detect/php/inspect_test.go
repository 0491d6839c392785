package php_test

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/detect/php"
	"dockgen/internal/safe"
	"dockgen/internal/scantest"
)

func inspect(t *testing.T, files map[string]string) *detect.Service {
	t.Helper()
	found := scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{php.Detector{}}}, files).Services
	if len(found) != 1 {
		t.Fatalf("%d services", len(found))
	}
	return found[0]
}

func TestPlatform(t *testing.T) {
	composer := func(require, platform string) map[string]string {
		return map[string]string{"index.php": "<?php echo 1;", "composer.json": `{"type":"project","require":{"php":"` + require + `"},"config":{"platform":{"php":"` + platform + `"}}}`}
	}
	tests := []struct{ name, require, platform, want string }{
		{"one that still gets fixes is meant", ">=8.1", "8.4", "8.4"},
		{"packages that run on an old one run on a newer one too", "^7.4 || ^8.0", "7.4", "8.5"},
		{"unless the range takes no newer one", "^7.4", "7.4.33", "7.4.33"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := inspect(t, composer(tt.require, tt.platform)).Version.V.String(); got != tt.want {
				t.Errorf("version %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDatabasesOfPDO(t *testing.T) {
	tests := []struct {
		name, source string
		want         []string
	}{
		{"one", `<?php $db = new PDO('mysql:host=' . $h);`, []string{"mysql"}},
		{"of two that do, the first", `<?php $a = 'mysql:host=' . $h; $b = 'pgsql:host=' . $h; new PDO($a);`, []string{"mysql"}},
		{"pieces of which constants are", `<?php define('DB_TYPE', 'pgsql'); new PDO(DB_TYPE . ':host=' . DB_HOST . ';dbname=x');`, []string{"postgres"}},
		{"a file does as well", `<?php $a = 'mysql:host=' . $h; $b = 'pgsql:host=' . $h; $c = 'sqlite:' . $f; new PDO($a);`, []string{"mysql (optional)", "postgres (optional)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, n := range inspect(t, map[string]string{"index.php": tt.source}).Needs {
				name := n.Name
				if n.Optional {
					name += " (optional)"
				}
				got = append(got, name)
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("needs %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPagesWithoutAFirstOne(t *testing.T) {
	s := inspect(t, map[string]string{"composer.json": `{"name":"a/b","type":"project"}`, "go.php": "<?php echo 1;", "admin/index.php": "<?php echo 2;"})
	if s.Kind != detect.Server || s.Port.V != 8080 {
		t.Errorf("kind %s, port %s", s.Kind, s.Port.V)
	}
}

func TestFoldersThatAreWrittenTo(t *testing.T) {
	tests := []struct {
		name           string
		files          map[string]string
		state, scratch string
	}{
		{"guarded from the web server", map[string]string{"data/.htaccess": "Deny from all", "data/pages/welcome.txt": "x"}, "data", ""},
		{"a folder in one that is kept", map[string]string{"data/.gitignore": "config.php", "data/cache/.gitignore": "*"}, "data", ""},
		{"left out of git, and not there", map[string]string{".gitignore": "# data\n/data/\n"}, "data", ""},
		{"what lies in it left out of git", map[string]string{".gitignore": "/cache/*\n", "cache/x/_dummy": ""}, "", "cache"},
		{"a file of that name left out", map[string]string{".gitignore": "data/config.php\n"}, "", ""},
		{"another folder", map[string]string{"lib/.htaccess": "Deny from all", ".gitignore": "vendor/\n"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.files["index.php"] = "<?php echo 1;"
			s := inspect(t, tt.files)
			if got := paths(s.State); got != tt.state {
				t.Errorf("state %q, want %q", got, tt.state)
			}
			if said := slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return strings.HasSuffix(n.Text, "it is kept") }); said != (tt.state+tt.scratch != "") {
				t.Errorf("notes: %v", s.Notes)
			}
			if got := paths(s.Scratch); got != tt.scratch {
				t.Errorf("scratch %q, want %q", got, tt.scratch)
			}
		})
	}
}

func TestAssetsOfAWorkspace(t *testing.T) {
	s := inspect(t, map[string]string{
		"index.php": "<?php echo 1;", "package.json": `{"workspaces":["assets/*"]}`,
		"assets/v1/package.json": `{"name":"v1","scripts":{"prod":"mix --production"},"devDependencies":{"laravel-mix":"^6"}}`,
		"assets/v2/package.json": `{"name":"v2","devDependencies":{"eslint":"^9"}}`,
	})
	said := slices.ContainsFunc(s.Notes, func(n detect.Note) bool {
		return n.Path == "assets/v1/package.json" && strings.Contains(n.Text, "run its script prod")
	})
	if !said || slices.ContainsFunc(s.Notes, func(n detect.Note) bool { return n.Path == "assets/v2/package.json" }) {
		t.Errorf("notes: %v", s.Notes)
	}
}

func paths(list []safe.RelPath) string {
	var out []string
	for _, p := range list {
		out = append(out, p.String())
	}
	return strings.Join(out, " ")
}

func TestDocumentRoot(t *testing.T) {
	page := "<?php echo 1;"
	tests := []struct {
		name, want string
		files      map[string]string
	}{
		{"a usual name", "public", map[string]string{"public/index.php": page}},
		{"the only folder of pages", "upload", map[string]string{"composer.json": `{"name":"a/shop","type":"project"}`, "upload/index.php": page, ".php-cs-fixer.php": page, "docs/index.php": page}},
		{"a folder of that name which git leaves out", "upload", map[string]string{"composer.json": `{"name":"a/shop","type":"project"}`, "upload/index.php": page, ".gitignore": "/upload/config.php\n"}},
		{"a folder named as the package", "teas", map[string]string{"composer.json": `{"name":"a/teas"}`, "teas/index.php": page, "editor/index.php": page, "compile.php": page}},
		{"what PHP's own server shows", "pages", map[string]string{"Procfile": "web: php -S 0.0.0.0:$PORT -t pages", "index.php": page, "pages/index.php": page}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inspect(t, tt.files)
			if got := s.Document.V.String(); got != tt.want {
				t.Errorf("document root %s, want %s", got, tt.want)
			}
			if len(s.State) > 0 {
				t.Errorf("state %v", s.State)
			}
		})
	}
	found := scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{php.Detector{}}}, map[string]string{"composer.json": `{"name":"a/b"}`, "demo/index.php": page})
	for _, s := range found.Services {
		if s.Dir.String() == "." {
			t.Error("a package with a demonstration is a service")
		}
	}
}

func TestRouter(t *testing.T) {
	s := inspect(t, map[string]string{"Procfile": "web: php -S 0.0.0.0:$PORT index.php", "index.php": "<?php echo 1;"})
	if !s.Facts.(*php.Facts).Front || !scantest.Noted(s.Notes, "hands every address that is no file to index.php") {
		t.Errorf("front %v, notes %v", s.Facts.(*php.Facts).Front, s.Notes)
	}
}

func TestSitesOfOneProject(t *testing.T) {
	found := scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{php.Detector{}}}, map[string]string{
		"composer.json": `{"name":"a/b","type":"project","require":{"yiisoft/yii2":"~2.0.54"}}`, "init": "#!/usr/bin/env php", "environments/index.php": "<?php return [];",
		"frontend/web/robots.txt": "", "backend/web/robots.txt": "", "console/migrations/m1.php": "<?php",
	}).Services
	var got []string
	for _, s := range found {
		got = append(got, s.Name.String()+" "+s.Document.V.String()+" "+s.Needs[0].Name+" "+s.Processes[0].On.String())
	}
	want := []string{"frontend frontend/web mysql console/migrations", "backend backend/web mysql console/migrations"}
	if !slices.Equal(got, want) {
		t.Errorf("services %q, want %q", got, want)
	}
}

func TestNeedsOfFrameworks(t *testing.T) {
	const page = "<?php echo 1;"
	laravel := func(version string, more map[string]string) map[string]string {
		files := map[string]string{"composer.json": `{"type":"project","require":{"laravel/framework":"^` + version + `"}}`, "artisan": "#!/usr/bin/env php", "public/index.php": page}
		for name, text := range more {
			files[name] = text
		}
		return files
	}
	const config = "<?php return ['default' => env('DB_CONNECTION', 'mysql')];"
	tests := []struct {
		name, want string
		files      map[string]string
	}{
		{"Laravel, whose example has a file in place of its own MySQL", "mysql? DB_HOST", laravel("10.0", map[string]string{"config/database.php": config, ".env.example": "DB_CONNECTION=sqlite\n"})},
		{"unless its Compose file runs the server", "mysql DB_HOST", laravel("10.0", map[string]string{"config/database.php": config, ".env.example": "DB_CONNECTION=sqlite\n", "compose.yaml": "services:\n  db:\n    image: mariadb:11\n"})},
		{"Laravel without the file, by an extension and variables of its own", "mysql TEA_DB_HOST", map[string]string{
			"composer.json": `{"type":"project","require":{"laravel/framework":"^11.0","ext-pdo_mysql":"*"}}`, "artisan": "#!/usr/bin/env php", "public/index.php": page,
			"app/config.php": "<?php return ['h' => env('TEA_DB_HOST'), 'u' => env('TEA_DB_USER'), 'p' => env('TEA_DB_PASSWORD'), 'd' => env('TEA_DB_DATABASE')];",
		}},
		{"CodeIgniter 3 with models", "mysql DB_HOSTNAME", map[string]string{
			"composer.json": `{"type":"project","require":{"codeigniter/framework":"3.1.13"}}`, "index.php": page, "application/models/Tea.php": page,
			"application/config/database.php": "<?php $db['default'] = array('hostname' => env('DB_HOSTNAME'), 'dbdriver' => 'mysqli');",
		}},
		{"CodeIgniter 3 without any", "", map[string]string{
			"composer.json": `{"type":"project","require":{"codeigniter/framework":"3.1.13"}}`, "index.php": page, "application/config/database.php": "<?php $db['default'] = array('dbdriver' => 'mysqli');",
		}},
		{"Symfony by its configuration, where nothing is locked", "mysql DATABASE_URL, redis CACHE_DSN", map[string]string{
			"composer.json": `{"type":"project","require":{"sylius/sylius":"~1.13","symfony/flex":"^2","ext-pdo_mysql":"*","ext-redis":"*"}}`, "bin/console": "#!/usr/bin/env php", "public/index.php": page,
			"config/packages/doctrine.yaml": "doctrine:\n  dbal:\n    url: '%env(resolve:DATABASE_URL)%'\n", "config/packages/cache.yaml": "framework:\n  cache:\n    app: cache.adapter.redis_tag_aware\n    default_redis_provider: '%env(CACHE_DSN)%'\n",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, n := range inspect(t, tt.files).Needs {
				text := n.Name
				if n.Optional {
					text += "?"
				}
				if len(n.Settings) > 0 {
					text += " " + n.Settings[0].Env.String()
				}
				got = append(got, text)
			}
			if text := strings.Join(got, ", "); text != tt.want {
				t.Errorf("needs %s, want %s", text, tt.want)
			}
		})
	}
}

func TestWhatNamesNoFile(t *testing.T) {
	s := inspect(t, map[string]string{"index.php": "<?php new PDO('sqlite::memory:'); new PDO('sqlite:' . $path);", "services/Db.php": "<?php new PDO('sqlite::memory:');", "data/.gitignore": "*\n!.gitignore\n", "data/plugins/.gitkeep": ""})
	var got []string
	for _, dir := range s.State {
		got = append(got, dir.String())
	}
	if !slices.Equal(got, []string{"data"}) {
		t.Errorf("state %v, want data", got)
	}
}

func TestDump(t *testing.T) {
	const table = "CREATE TABLE `a` (`b` int) ENGINE=InnoDB;"
	const page = "<?php $db = new mysqli(getenv('DB_HOST'), getenv('DB_USER'), getenv('DB_PASSWORD'), 'shop');"
	tests := []struct {
		name, load, database, note string
		files                      map[string]string
	}{
		{"one", "shop.sql", "shop", "", map[string]string{"index.php": page, "shop.sql": table}},
		{"one that goes on with a database", "db/shop.sql", "shop", "", map[string]string{"index.php": page, "db/shop.sql": "USE `shop`;\n" + table}},
		{"the likelier of two", "sql/schema.sql", "shop", "", map[string]string{"index.php": page, "sql/schema.sql": table, "sql/sample.sql": table}},
		{"neither of two", "", "shop", "loads neither", map[string]string{"index.php": page, "sql/a.sql": table, "sql/b.sql": table}},
		{"rows alone", "", "shop", "", map[string]string{"index.php": page, "rows.sql": "INSERT INTO a VALUES (1);"}},
		{"an installer's", "", "shop", "", map[string]string{"index.php": page, "setup/index.php": "<?php $sql = file_get_contents('shop.sql');", "setup/shop.sql": table}},
		{"a step between versions", "", "shop", "", map[string]string{"index.php": page, "sql/update-2.sql": table}},
		{"a folder of the program's own", "", "shop", "", map[string]string{"index.php": page, "modules/x/a.sql": table}},
		{"for another server", "", "shop", "", map[string]string{"index.php": page, "a.sql": "CREATE TABLE a (b serial);"}},
		{"one that stops", "", "shop", "CREATE DATABASE IF NOT EXISTS", map[string]string{"index.php": page, "a.sql": "CREATE DATABASE shop;\nUSE shop;\n" + table}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inspect(t, tt.files)
			var load []string
			for _, file := range s.Needs[0].Load {
				load = append(load, file.String())
			}
			if got := strings.Join(load, " "); got != tt.load || s.Needs[0].Database.String() != tt.database || tt.note != "" && !scantest.Noted(s.Notes, tt.note) {
				t.Errorf("loads %q into %q, notes %v", got, s.Needs[0].Database, s.Notes)
			}
		})
	}
}

func TestFixedAddress(t *testing.T) {
	tests := []struct {
		name, database string
		noted          bool
		files          map[string]string
	}{
		{"an argument", "hms", true, map[string]string{"index.php": `<?php $c = mysqli_connect("localhost", "root", "", "hms");`}},
		{"constants of another file", "hms", true, map[string]string{"config.php": `<?php define('H', '127.0.0.1'); const N = 'hms';`, "index.php": `<?php $c = new \mysqli(H, 'root', '', N);`}},
		{"variables", "hms", true, map[string]string{"index.php": `<?php $h = 'localhost'; $n = 'hms'; $c = mysqli_connect($h, 'root', f(1, 2), $n);`}},
		{"PDO", "hms", true, map[string]string{"index.php": `<?php new PDO('mysql:host=localhost;dbname=hms;charset=utf8', 'root', '');`}},
		{"another machine", "", false, map[string]string{"index.php": `<?php $c = mysqli_connect("db.example.org", "root", "", "hms");`}},
		{"PDO, of constants", "mini", true, map[string]string{"config.php": `<?php define('T', 'mysql'); define('H', '127.0.0.1'); define('N', 'mini');`, "index.php": `<?php new PDO(T . ':host=' . H . ';dbname=' . N . ';charset=utf8', U, P);`}},
		{"PDO, of an object's own", "shop", true, map[string]string{"index.php": `<?php class Db { private $host = "localhost"; private $name = 'shop'; function up() { return new PDO("mysql:host=" . $this->host . ";dbname=" . $this->name, 'root', ''); } }`}},
		{"PDO, in one string", "shop", true, map[string]string{"index.php": `<?php class Db { const NAME = 'shop'; public static $host = "localhost"; } $h = 'localhost'; $n = 'shop'; new PDO("mysql:host={$h};dbname=$n");`}},
		{"PDO, of a host that is read", "mini", false, map[string]string{"index.php": `<?php $h = getenv('DB_HOST'); new PDO('mysql:host=' . $h . ';dbname=mini', getenv('DB_USER'), getenv('DB_PASSWORD'));`}},
		{"what is read", "", false, map[string]string{"index.php": `<?php $c = mysqli_connect(getenv('DB_HOST'), getenv('DB_USER'), getenv('DB_PASSWORD'), getenv('DB_NAME'));`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inspect(t, tt.files)
			if got := scantest.Noted(s.Notes, "is the container itself"); got != tt.noted || s.Needs[0].Database.String() != tt.database {
				t.Errorf("noted %v, database %q", got, s.Needs[0].Database)
			}
		})
	}
}

func TestReverb(t *testing.T) {
	files := func(example string) map[string]string {
		return map[string]string{"composer.json": `{"type":"project","require":{"laravel/framework":"^12.0","laravel/reverb":"^1.0"}}`, "artisan": "#!/usr/bin/env php", "public/index.php": "<?php echo 1;", ".env.example": example}
	}
	if s := inspect(t, files("BROADCAST_CONNECTION=reverb\n")); len(s.Processes) != 1 || s.Processes[0].Name.String() != "reverb" || !scantest.Noted(s.Notes, "browsers connect to Reverb") {
		t.Errorf("processes %v, notes %v", s.Processes, s.Notes)
	}
	if s := inspect(t, files("BROADCAST_CONNECTION=log\n")); len(s.Processes) != 0 {
		t.Errorf("processes %v", s.Processes)
	}
}

func TestPackagesAmongThePages(t *testing.T) {
	s := inspect(t, map[string]string{"composer.json": `{"type":"project"}`, "public/index.php": "<?php echo 1;", "package.json": `{"dependencies":{"jquery":"3"}}`, ".yarnrc": "--install.modules-folder public/packages\n"})
	if !scantest.Noted(s.Notes, "into public/packages, which is not there") {
		t.Errorf("notes %v", s.Notes)
	}
}
