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
