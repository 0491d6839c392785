package manifest

import "testing"

func TestVersions(t *testing.T) {
	cases := []struct {
		why   string
		files map[string]string
		in    string
		want  string
		note  string
	}{
		{"a plain version", map[string]string{".nvmrc": "22.11.0\n"}, ".", "22.11.0", ".nvmrc:1: 22.11.0"},
		{"nvm writes a v", map[string]string{".nvmrc": "v20"}, ".", "20", ".nvmrc:1: v20"},
		{"comments and blank lines come first", map[string]string{".nvmrc": "# why\n\nlts/jod # LTS\n"}, ".", "lts/jod", ".nvmrc:3: lts/jod"},
		{"any LTS", map[string]string{".nvmrc": "lts/*"}, ".", "lts/*", ".nvmrc:1: lts/*"},
		{"the machine's own says nothing, the next file does", map[string]string{".nvmrc": "system", ".node-version": "18"}, ".", "18", ".node-version:1: 18"},
		{"asdf calls it nodejs", map[string]string{".tool-versions": "ruby 3.3.0\nnodejs 20.1.0 18.0.0\n"}, ".", "20.1.0", ".tool-versions:2: nodejs 20.1.0"},
		{"another tool's line is not taken", map[string]string{".tool-versions": "nodejs-x 1\n"}, ".", "", ""},
		{"mise, a string", map[string]string{"mise.toml": "[tools]\nnode = \"22\"\n"}, ".", "22", `mise.toml:2: node = "22"`},
		{"mise, a list", map[string]string{".mise.toml": "[tools]\nnode = [\"22\", \"20\"]\n"}, ".", "22", `.mise.toml:2: node = "22"`},
		{"mise, a table", map[string]string{"mise.toml": "[tools.node]\nversion = \"22\"\n"}, ".", "22", `mise.toml:1: node = "22"`},
		{"mise, a template can't be read", map[string]string{"mise.toml": "[tools]\nnode = \"{{env.X}}\"\n"}, ".", "", ""},
		{"the tool's own file before the shared one", map[string]string{".nvmrc": "18", ".tool-versions": "nodejs 20"}, ".", "18", ".nvmrc:1: 18"},
		{"a workspace's root speaks for its members", map[string]string{".nvmrc": "18", "apps/web/x": ""}, "apps/web", "18", ".nvmrc:1: 18"},
		{"the nearest folder wins", map[string]string{".nvmrc": "18", "apps/web/.tool-versions": "nodejs 20"}, "apps/web", "20", "apps/web/.tool-versions:1: nodejs 20"},
		{"an empty file says nothing", map[string]string{".nvmrc": "\n"}, ".", "", ""},
		{"a file that the workflows source", map[string]string{"versions": "# x\nnode=\"22.1.0\"\n", ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: |\n          . versions\n          echo \"node=$node\" >> $GITHUB_ENV\n"}, ".", "22.1.0", "versions:2: node=\"22.1.0\", which the workflows read"},
		{"into the environment of the steps", map[string]string{"versions.env": "NODE_VERSION=20\n", ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: cat ./versions.env >> \"$GITHUB_ENV\"\n", "a/x": ""}, "a", "20", "versions.env:1: NODE_VERSION=20, which the workflows read"},
		{"one that nothing sources may be of a product", map[string]string{"versions": "node=1.10.2\n", ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: make\n"}, ".", "", ""},
		{"other keys", map[string]string{"versions": "node-exporter=1.8.2\nNODE_EXPORTER_VERSION=1\nnode=vendor\n", ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: source versions\n"}, ".", "", ""},
		{"a range stays a range", map[string]string{".nvmrc": ">=18 <21"}, ".", ">=18 <21", ".nvmrc:1: >=18 <21"},
	}
	for _, c := range cases {
		got, err := Versions(dirOf(t, c.in, c.files), "node", ".nvmrc", ".node-version")
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		note := ""
		if len(got.Why) > 0 {
			note = got.Why[0].String()
		}
		if got.V != c.want || note != c.note {
			t.Errorf("%s: %q (%s), want %q (%s)", c.why, got.V, note, c.want, c.note)
		}
	}
	if _, err := Versions(dirOf(t, ".", map[string]string{"mise.toml": "[tools\n"}), "node"); err == nil {
		t.Error("a broken mise.toml is no error")
	}
}
