package nodepkg

import (
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// files are a project; a name may hold several folders.
type files map[string]string

func dirOf(t testing.TB, f files, folder string, choices detect.Choices) *detect.Dir {
	t.Helper()
	return scantest.Dir(t, choices, f).Sub(folder)
}

func load(t testing.TB, f files, folder string) *Project {
	t.Helper()
	p, err := Load(dirOf(t, f, folder, detect.Choices{}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func install(t testing.TB, p *Project) Install {
	t.Helper()
	in, err := p.Install(p.Root)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func texts2(notes []detect.Note) string {
	var out []string
	for _, n := range notes {
		out = append(out, n.String())
	}
	return strings.Join(out, "\n")
}

const (
	npmLock  = `{"lockfileVersion": 3, "packages": {"": {"dependencies": {"express": "^4.0.0"}}, "node_modules/express": {"version": "4.21.2"}}}`
	pnpmLock = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      express:\n        specifier: ^4.0.0\n        version: 4.21.2\n\npackages:\n\n  express@4.21.2:\n    resolution: {integrity: sha512-x}\n    engines: {node: '>= 0.10.0'}\n"
	yarn1    = "# yarn lockfile v1\n\n\nexpress@^4.0.0:\n  version \"4.21.2\"\n  dependencies:\n    accepts \"~1.3.8\"\n"
	berry    = "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"express@npm:^4.0.0\":\n  version: 4.21.2\n  resolution: \"express@npm:4.21.2\"\n"
	bunLock  = "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\"\": {\"dependencies\": {\"express\": \"^4.0.0\",},},},\n  \"packages\": {\"express\": [\"express@4.21.2\", \"\", {}, \"sha512-x\"],}\n}\n"
	app      = `{"name": "app", "dependencies": {"express": "^4.0.0"}}`
)

func TestManager(t *testing.T) {
	cases := []struct {
		why           string
		files         files
		name, version string
		full, prod    string
		setup         string
	}{
		{"npm's lock", files{"package.json": app, "package-lock.json": npmLock}, "npm", "", "npm ci", "npm ci --omit=dev", ""},
		{"the lock's format tells pnpm's version", files{"package.json": app, "pnpm-lock.yaml": pnpmLock}, "pnpm", "10", "pnpm install --frozen-lockfile", "pnpm install --frozen-lockfile --prod", "npm install --global pnpm@10"},
		{"packageManager is exact, its hash is not part of it", files{"package.json": `{"packageManager": "pnpm@9.15.0+sha512.abc", "dependencies": {"express": "^4.0.0"}}`, "pnpm-lock.yaml": pnpmLock}, "pnpm", "9.15.0", "pnpm install --frozen-lockfile", "pnpm install --frozen-lockfile --prod", "npm install --global pnpm@9.15.0"},
		{"engines.pnpm as a range", files{"package.json": `{"engines": {"pnpm": "^8.6"}, "dependencies": {"express": "^4.0.0"}}`, "pnpm-lock.yaml": pnpmLock}, "pnpm", "8", "pnpm install --frozen-lockfile", "pnpm install --frozen-lockfile --prod", "npm install --global pnpm@8"},
		{"a lower bound does not move what wrote the lock", files{"package.json": `{"engines": {"pnpm": ">=8"}, "dependencies": {"express": "^4.0.0"}}`, "pnpm-lock.yaml": strings.Replace(pnpmLock, "9.0", "6.1", 1)}, "pnpm", "8", "pnpm install --frozen-lockfile", "pnpm install --frozen-lockfile --prod", "npm install --global pnpm@8"},
		{"a project of pnpm 9 with a package that needs its install script", files{"package.json": `{"dependencies": {"bcrypt": "^5"}}`, "pnpm-lock.yaml": strings.ReplaceAll(strings.ReplaceAll(pnpmLock, "express", "bcrypt"), "^4.0.0", "^5")}, "pnpm", "9", "pnpm install --frozen-lockfile", "pnpm install --frozen-lockfile --prod", "npm install --global pnpm@9"},
		{"Yarn 1 is in the image", files{"package.json": app, "yarn.lock": yarn1}, "yarn", "1.22.22", "yarn install --frozen-lockfile --ignore-engines", "yarn install --frozen-lockfile --ignore-engines --production", ""},
		{"Yarn 1 is in no image from Node 26 on", files{"package.json": app, "yarn.lock": yarn1, ".nvmrc": "26"}, "yarn", "1.22.22", "yarn install --frozen-lockfile", "yarn install --frozen-lockfile --production", "npm install --global yarn@1.22.22"},
		{"Yarn 4 is told by the lock's content", files{"package.json": app, "yarn.lock": berry}, "yarn", "4.9.2", "yarn install --immutable", "yarn workspaces focus --production", "npm install --global --force @yarnpkg/cli-dist@4.9.2"},
		{"Yarn's own program in the project", files{"package.json": app, "yarn.lock": berry, ".yarnrc.yml": "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n", ".yarn/releases/yarn-4.1.0.cjs": ""}, "yarn", "4.1.0", "yarn install --immutable", "yarn workspaces focus --production", ""},
		{"Yarn 3 without the plugin has no production install", files{"package.json": `{"packageManager": "yarn@3.6.1", "dependencies": {"express": "^4.0.0"}}`, "yarn.lock": berry}, "yarn", "3.6.1", "yarn install --immutable", "", "npm install --global --force @yarnpkg/cli-dist@3.6.1"},
		{"bun", files{"package.json": app, "bun.lock": bunLock}, "bun", "", "bun install --frozen-lockfile", "bun install --frozen-lockfile --production", "tool bun"},
		{"no lock: one install, then pruned, or the two might differ", files{"package.json": app}, "npm", "", "npm install --no-audit --no-fund", "", ""},
		{"no lock, but the scripts call pnpm", files{"package.json": `{"scripts": {"build": "pnpm run x"}}`}, "pnpm", "10", "pnpm install --no-frozen-lockfile", "", "npm install --global pnpm@10"},
		{"npm 6 knows no --omit", files{"package.json": app, "package-lock.json": npmLock, ".nvmrc": "14"}, "npm", "", "npm ci", "npm ci --production", ""},
		{"devEngines", files{"package.json": `{"devEngines": {"packageManager": {"name": "pnpm", "version": "^9"}}, "dependencies": {"express": "^4.0.0"}}`, "pnpm-lock.yaml": pnpmLock}, "pnpm", "9", "pnpm install --frozen-lockfile", "pnpm install --frozen-lockfile --prod", "npm install --global pnpm@9"},
		{"a lock that lacks a dependency would stop a frozen install", files{"package.json": `{"dependencies": {"express": "^4.0.0", "pg": "^8"}}`, "package-lock.json": npmLock}, "npm", "", "npm install --no-audit --no-fund", "", ""},
	}
	for _, c := range cases {
		p := load(t, c.files, ".")
		in := install(t, p)
		setup := in.Setup.Run.String()
		if in.Setup.Tool != "" {
			setup = "tool " + in.Setup.Tool
		}
		got := []string{p.Manager.Name.V, p.Manager.Version.V, in.Full.String(), in.Production.String(), setup}
		want := []string{c.name, c.version, c.full, c.prod, c.setup}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: %q, want %q", c.why, got[i], want[i])
			}
		}
	}
}

func TestChosenManager(t *testing.T) {
	d := dirOf(t, files{"package.json": app, "package-lock.json": npmLock, "yarn.lock": yarn1}, ".", detect.Choices{PackageManager: detect.Value[string]{V: "npm", Source: detect.Flag}})
	p, err := Load(d)
	if err != nil {
		t.Fatal(err)
	}
	if p.Manager.Name.V != "npm" || p.Lock == nil || p.Lock.Name != "package-lock.json" {
		t.Errorf("the user's choice: %v, %v", p.Manager.Name, p.Lock)
	}
}

func TestSeveralLocks(t *testing.T) {
	stale := strings.ReplaceAll(pnpmLock, "express", "koa")
	cases := []struct {
		why   string
		files files
		want  string
		note  string
	}{
		{"packageManager decides", files{"package.json": `{"packageManager": "npm@10.0.0", "dependencies": {"express": "^4.0.0"}}`, "package-lock.json": npmLock, "pnpm-lock.yaml": pnpmLock}, "package-lock.json", "packageManager npm@10.0.0 says so"},
		{"a lock that agrees with the manifest wins", files{"package.json": app, "package-lock.json": npmLock, "pnpm-lock.yaml": stale}, "package-lock.json", "pnpm-lock.yaml does not agree"},
		{"the scripts call one of the two", files{"package.json": `{"scripts": {"ci": "yarn build"}, "dependencies": {"express": "^4.0.0"}}`, "yarn.lock": yarn1, "pnpm-lock.yaml": pnpmLock}, "yarn.lock", "the scripts call yarn"},
		{"nothing tells: npm's lock is the one made by mistake", files{"package.json": app, "package-lock.json": npmLock, "yarn.lock": yarn1}, "yarn.lock", "several lock files"},
	}
	for _, c := range cases {
		p := load(t, c.files, ".")
		if p.Lock.Name != c.want || !strings.Contains(texts2(p.Notes), c.note) {
			t.Errorf("%s: %s, want %s; notes %s", c.why, p.Lock.Name, c.want, texts2(p.Notes))
		}
	}
}

func TestNodeVersion(t *testing.T) {
	cases := []struct {
		why   string
		files files
		in    string
		want  string
		from  string
	}{
		{"a version file", files{"package.json": `{"engines": {"node": ">=18"}}`, ".nvmrc": "v20.11.1"}, ".", "20.11.1", ".nvmrc:1: v20.11.1"},
		{"a range that holds the default", files{"package.json": `{"engines": {"node": ">=18"}}`}, ".", "24", "package.json:1: engines.node >=18"},
		{"a range with an upper bound", files{"package.json": `{"engines": {"node": ">=18 <21"}}`}, ".", "20", "package.json:1: engines.node >=18 <21"},
		{"alternatives", files{"package.json": `{"engines": {"node": "^20.19 || ^22.13 || >=24"}}`}, ".", "24", "package.json:1: engines.node ^20.19 || ^22.13 || >=24"},
		{"alternatives without the default", files{"package.json": `{"engines": {"node": "18 || 20 || 22"}}`}, ".", "22", "package.json:1: engines.node 18 || 20 || 22"},
		{"x-ranges", files{"package.json": `{"engines": {"node": "18.x"}}`}, ".", "18", "package.json:1: engines.node 18.x"},
		{"hyphen ranges", files{"package.json": `{"engines": {"node": "16 - 20"}}`}, ".", "20", "package.json:1: engines.node 16 - 20"},
		{"any LTS", files{"package.json": `{}`, ".nvmrc": "lts/*"}, ".", "24", ".nvmrc:1: lts/*"},
		{"a code name", files{"package.json": `{}`, ".nvmrc": "lts/jod"}, ".", "22", ".nvmrc:1: lts/jod"},
		{"the newest", files{"package.json": `{}`, ".nvmrc": "node"}, ".", "24", ".nvmrc:1: node"},
		{"volta", files{"package.json": `{"volta": {"node": "22.1.0"}}`}, ".", "22.1.0", "package.json:1: volta.node 22.1.0"},
		{"volta extends another manifest", files{"package.json": `{"volta": {"node": "22.1.0"}}`, "a/package.json": `{"volta": {"extends": "../package.json"}}`}, "a", "22.1.0", "package.json:1: volta.node 22.1.0"},
		{"devEngines", files{"package.json": `{"devEngines": {"runtime": {"name": "node", "version": "^22.0.0"}}}`}, ".", "22", "package.json:1: devEngines.runtime node ^22.0.0"},
		{"a member asks its workspace's root", files{"package.json": `{"workspaces": ["apps/*"], "engines": {"node": "20.x"}}`, "apps/web/package.json": `{"name": "web"}`}, "apps/web", "20", "package.json:1: engines.node 20.x"},
		{"what can't be understood is passed over", files{"package.json": `{"engines": {"node": "20"}}`, ".nvmrc": "iojs-nightly"}, ".", "20", "package.json:1: engines.node 20"},
		{"nothing", files{"package.json": `{}`}, ".", "24", ""},
		{"a dependency that stops at an old line", files{"package.json": `{"dependencies": {"express": "^4.0.0"}}`, "package-lock.json": strings.Replace(npmLock, `"4.21.2"`, `"4.21.2", "engines": {"node": ">=14 <23"}`, 1)}, ".", "22", ""},
		{"engines of old packages may be a list", files{"package.json": `{"dependencies": {"express": "^4.0.0"}}`, "package-lock.json": strings.Replace(npmLock, `"4.21.2"`, `"4.21.2", "engines": ["node >= 0.8"]`, 1)}, ".", "24", ""},
		{"a range that holds lines which a package does not work with", files{"package.json": `{"engines": {"node": ">=12"}, "devDependencies": {"postcss": "^8"}}`, "yarn.lock": "# yarn lockfile v1\n\n\npostcss@^8:\n  version \"8.2.4\"\n"}, ".", "16", "package.json:1: engines.node >=12"},
		{"node-sass compiles with old lines alone", files{"package.json": `{"devDependencies": {"node-sass": "^6"}}`, "yarn.lock": "# yarn lockfile v1\n\n\nnode-sass@^6:\n  version \"6.0.1\"\n"}, ".", "16", ""},
	}
	for _, c := range cases {
		p := load(t, c.files, c.in)
		from := ""
		if p.Node.Source == detect.Detected {
			from = p.Node.Why[0].String()
		}
		if p.Node.V.String() != c.want || from != c.from {
			t.Errorf("%s: %s (%s), want %s (%s)", c.why, p.Node.V, from, c.want, c.from)
		}
	}
}

func TestWorkspace(t *testing.T) {
	f := files{
		"package.json":                 `{"name": "root", "private": true}`,
		"pnpm-workspace.yaml":          "packages:\n  - apps/*\n  - packages/**\n  - '!packages/old'\n",
		"pnpm-lock.yaml":               "lockfileVersion: '9.0'\n",
		"turbo.json":                   "{}",
		"apps/web/package.json":        `{"name": "web", "dependencies": {"@x/ui": "workspace:*"}}`,
		"apps/api/package.json":        `{"name": "api", "devDependencies": {"@x/config": "workspace:*"}}`,
		"packages/ui/package.json":     `{"name": "@x/ui", "dependencies": {"@x/core": "workspace:*"}}`,
		"packages/a/core/package.json": `{"name": "@x/core"}`,
		"packages/config/package.json": `{"name": "@x/config"}`,
		"packages/old/package.json":    `{"name": "old"}`,
		"tools/package.json":           `{"name": "tools"}`,
	}
	p := load(t, f, "apps/web")
	if p.Workspace == nil || p.Root.Path() != "." || p.Workspace.Runner != "turbo" || p.IsRoot() {
		t.Fatalf("no workspace: %+v", p.Workspace)
	}
	var members []string
	for _, m := range p.Workspace.Members {
		members = append(members, m.Path)
	}
	if got := strings.Join(members, " "); got != "apps/api apps/web packages/a/core packages/config packages/ui" {
		t.Errorf("members %s", got)
	}
	var closure []string
	for _, m := range p.Workspace.Closure(p.Manifest, false) {
		closure = append(closure, m.Path)
	}
	if got := strings.Join(closure, " "); got != "packages/a/core packages/ui" {
		t.Errorf("web needs %s", got)
	}
	if c := p.Workspace.Closure(load(t, f, "apps/api").Manifest, false); len(c) != 0 {
		t.Errorf("api needs nothing while it runs, got %v", c)
	}
	in := install(t, p)
	var inputs []string
	for _, x := range in.Inputs {
		inputs = append(inputs, x.Source.String())
	}
	want := "package.json pnpm-lock.yaml pnpm-workspace.yaml apps/api/package.json apps/web/package.json packages/a/core/package.json packages/config/package.json packages/ui/package.json"
	if got := strings.Join(inputs, " "); got != want {
		t.Errorf("inputs %s", got)
	}
	if got := load(t, f, "tools"); got.Workspace != nil {
		t.Error("a folder that no pattern takes is no member")
	}
}
