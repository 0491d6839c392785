package nodepkg

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockgen/detect"
)

func inputsOf(in Install) string {
	var out []string
	for _, x := range in.Inputs {
		s := x.Target.String()
		if x.Dir {
			s += "/"
		}
		if x.Keep {
			s += "!"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestInputs(t *testing.T) {
	cases := []struct {
		why   string
		files files
		want  string
	}{
		{"npm with settings", files{"package.json": app, "package-lock.json": npmLock, ".npmrc": "legacy-peer-deps=true\n"}, "package.json package-lock.json .npmrc"},
		{"a shrinkwrap wins over a lock", files{"package.json": app, "package-lock.json": npmLock, "npm-shrinkwrap.json": npmLock}, "package.json npm-shrinkwrap.json"},
		{"Yarn's program, plugins and patches", files{"package.json": app, "yarn.lock": berry, ".yarnrc.yml": "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n", ".yarn/releases/yarn-4.1.0.cjs": "", ".yarn/plugins/p.cjs": "", ".yarn/patches/a.patch": ""}, "package.json yarn.lock .yarnrc.yml .yarn/releases/ .yarn/plugins/ .yarn/patches/"},
		{"committed archives stay: the program runs out of them", files{"package.json": app, "yarn.lock": berry, ".yarn/cache/express.zip": "", ".pnp.cjs": ""}, "package.json yarn.lock .yarn/cache/!"},
		{"archives that git ignores are somebody's own", files{"package.json": app, "yarn.lock": berry, ".yarn/cache/express.zip": "", ".gitignore": ".yarn/*\n!.yarn/patches\n"}, "package.json yarn.lock"},
		{"with node_modules the archives are a mere cache", files{"package.json": app, "yarn.lock": berry, ".yarnrc.yml": "nodeLinker: node-modules\n", ".yarn/cache/express.zip": ""}, "package.json yarn.lock .yarnrc.yml"},
		{"patches that pnpm applies", files{"package.json": `{"pnpm": {"patchedDependencies": {"express@4.21.2": "patches/express.patch"}}, "dependencies": {"express": "^4.0.0"}}`, "pnpm-lock.yaml": pnpmLock, "patches/express.patch": ""}, "package.json pnpm-lock.yaml patches/express.patch"},
		{"patches named in pnpm-workspace.yaml", files{"package.json": app, "pnpm-lock.yaml": pnpmLock, "pnpm-workspace.yaml": "patchedDependencies:\n  express@4.21.2: patches/e.patch\n", "patches/e.patch": ""}, "package.json pnpm-lock.yaml pnpm-workspace.yaml patches/e.patch"},
		{"a dependency that is a folder, and one that is an archive", files{"package.json": `{"dependencies": {"a": "file:./lib/a", "b": "file:b.tgz"}}`, "lib/a/package.json": `{"name": "a"}`, "b.tgz": ""}, "package.json lib/a/ b.tgz"},
		{"a dependency outside the project can't be copied", files{"package.json": `{"dependencies": {"a": "file:../a"}}`}, "package.json"},
		{"patch-package", files{"package.json": `{"scripts": {"postinstall": "patch-package"}, "devDependencies": {"patch-package": "^8"}}`, "patches/x.patch": ""}, "package.json patches/"},
		{"the schema that the client is made of", files{"package.json": `{"scripts": {"postinstall": "prisma generate"}}`, "prisma/schema.prisma": ""}, "package.json prisma/schema.prisma"},
		{"a schema elsewhere", files{"package.json": `{"scripts": {"postinstall": "npm run gen", "gen": "prisma generate --schema db/schema.prisma"}}`, "db/schema.prisma": ""}, "package.json db/schema.prisma"},
	}
	for _, c := range cases {
		in := install(t, load(t, c.files, "."))
		if got := inputsOf(in); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
}

func TestLifecycle(t *testing.T) {
	lock := `{"lockfileVersion": 3, "packages": {"": {}, "node_modules/x": {"version": "1.0.0"%s}}}`
	plain := strings.Replace(lock, "%s", "", 1)
	scripted := strings.Replace(lock, "%s", `, "hasInstallScript": true`, 1)
	cases := []struct {
		why, scripts, lock string
		sources            bool
		production, prune  string
		husky              bool
	}{
		{"no script", `{}`, plain, false, "npm ci --omit=dev", "npm prune --omit=dev", false},
		{"hooks into git are of no use in an image", `{"prepare": "husky"}`, plain, false, "npm ci --omit=dev --ignore-scripts", "npm prune --omit=dev", true},
		{"the same with a package that needs its install script", `{"prepare": "husky"}`, scripted, false, "", "npm prune --omit=dev", true},
		{"husky 8, behind a check", `{"prepare": "is-ci || husky install"}`, plain, false, "npm ci --omit=dev --ignore-scripts", "npm prune --omit=dev", true},
		{"a check of the manager", `{"preinstall": "npx only-allow npm"}`, plain, false, "npm ci --omit=dev", "npm prune --omit=dev", false},
		{"a compiler reads sources", `{"postinstall": "tsc --build"}`, plain, true, "", "npm prune --omit=dev", false},
		{"a script behind a script", `{"postinstall": "npm run build", "build": "vite build"}`, plain, true, "", "npm prune --omit=dev", false},
		{"types that the build writes again", `{"postinstall": "nuxt prepare"}`, plain, false, "npm ci --omit=dev --ignore-scripts", "npm prune --omit=dev", false},
		{"a fallback", `{"prepare": "svelte-kit sync || echo ''"}`, plain, false, "npm ci --omit=dev --ignore-scripts", "npm prune --omit=dev", false},
		{"set-up of the packages has to be taken over", `{"postinstall": "remix setup node"}`, plain, false, "", "npm prune --omit=dev", false},
		{"a program of the project", `{"postinstall": "node scripts/setup.js"}`, plain, true, "", "npm prune --omit=dev", false},
		{"what can't be parsed may read anything", `{"postinstall": "if ["}`, plain, true, "", "npm prune --omit=dev", false},
		{"test is no script of the install", `{"test": "jest", "build": "tsc"}`, plain, false, "npm ci --omit=dev", "npm prune --omit=dev", false},
		{"a script that calls itself", `{"postinstall": "npm run postinstall"}`, plain, true, "", "npm prune --omit=dev", false},
	}
	for _, c := range cases {
		p := load(t, files{"package.json": `{"scripts": ` + c.scripts + `}`, "package-lock.json": c.lock}, ".")
		in := install(t, p)
		husky := false
		for _, e := range in.Env {
			husky = husky || e.Name.String() == "HUSKY"
		}
		got := []any{in.Sources, in.Production.String(), in.Prune.String(), husky}
		if diff := cmp.Diff([]any{c.sources, c.production, c.prune, c.husky}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
		if c.sources && len(in.Notes) == 0 {
			t.Errorf("%s: nothing tells why", c.why)
		}
	}
}

func TestTokens(t *testing.T) {
	cases := []struct {
		why     string
		files   files
		secrets string // id=variable or file, with ! where required
		ignored string
		inputs  string
	}{
		{"a variable", files{"package.json": app, ".npmrc": "# x\n//npm.example.com/:_authToken=${NPM_TOKEN}\n"}, "npm-token=NPM_TOKEN", "", "package.json .npmrc"},
		{"a variable for a scope that is used", files{"package.json": `{"dependencies": {"@acme/x": "1"}}`, ".npmrc": "@acme:registry=https://npm.example.com/\n//npm.example.com/:_authToken=${ACME_TOKEN}\n"}, "acme-token=ACME_TOKEN!", "", "package.json .npmrc"},
		{"a token in plain text: the whole file is a secret", files{"package.json": app, ".npmrc": "save-exact=true\n//npm.example.com/:_authToken=npm_abcdef\n"}, "npmrc=/root/.npmrc!", ".npmrc", "package.json"},
		{"both: the file, once", files{"package.json": app, ".npmrc": "//a/:_authToken=abc\n//b/:_authToken=${B}\n"}, "npmrc=/root/.npmrc!", ".npmrc", "package.json"},
		{"settings alone are no secret", files{"package.json": app, ".npmrc": "registry=https://npm.example.com/\n//npm.example.com/:always-auth=true\n"}, "", "", "package.json .npmrc"},
		{"Yarn stops without the variable", files{"package.json": app, "yarn.lock": berry, ".yarnrc.yml": "nodeLinker: node-modules\nnpmScopes:\n  acme:\n    npmAuthToken: ${ACME_TOKEN}\n"}, "acme-token=ACME_TOKEN!", "", "package.json yarn.lock .yarnrc.yml"},
		{"unless the file says what to do", files{"package.json": app, "yarn.lock": berry, ".yarnrc.yml": "nodeLinker: node-modules\nnpmAuthToken: \"${NPM_TOKEN:-}\"\n"}, "npm-token=NPM_TOKEN", "", "package.json yarn.lock .yarnrc.yml"},
		{"bun", files{"package.json": app, "bun.lock": bunLock, "bunfig.toml": "[install.scopes]\nacme = { token = \"$ACME_TOKEN\", url = \"https://npm.example.com/\" }\n"}, "acme-token=ACME_TOKEN", "", "package.json bun.lock bunfig.toml"},
	}
	for _, c := range cases {
		in := install(t, load(t, c.files, "."))
		var secrets, ignored []string
		for _, s := range in.Secrets {
			text := s.ID.String() + "=" + s.Env.String() + s.Target.String()
			if s.Required {
				text += "!"
			}
			secrets = append(secrets, text)
		}
		for _, i := range in.Ignore {
			if !strings.Contains(i.String(), "**/") {
				ignored = append(ignored, i.String())
			}
		}
		if got := strings.Join(secrets, " "); got != c.secrets {
			t.Errorf("%s: secrets %s, want %s", c.why, got, c.secrets)
		}
		if got := strings.Join(ignored, " "); got != c.ignored {
			t.Errorf("%s: ignored %s, want %s", c.why, got, c.ignored)
		}
		if got := inputsOf(in); got != c.inputs {
			t.Errorf("%s: inputs %s, want %s", c.why, got, c.inputs)
		}
		for _, n := range in.Notes {
			if strings.Contains(n.Text, "abc") {
				t.Errorf("%s: a note holds the token: %s", c.why, n)
			}
		}
	}
}

func TestNative(t *testing.T) {
	pnpm := "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      bcrypt:\n        specifier: ^5\n        version: 5.1.1\n\npackages:\n\n  bcrypt@5.1.1:\n    resolution: {integrity: x}\n"
	cases := []struct {
		why      string
		files    files
		packages string // name:build+run
		compiles bool
	}{
		{"nothing", files{"package.json": app}, "", false},
		{"a package that brings its prebuilt form", files{"package.json": `{"dependencies": {"sharp": "^0.34"}}`}, "", false},
		{"one that may have to be compiled", files{"package.json": `{"dependencies": {"bcrypt": "^5"}}`}, "python3:b make:b g++:b", true},
		{"one of the lock alone", files{"package.json": `{"dependencies": {"express": "^4.0.0"}}`, "package-lock.json": strings.Replace(npmLock, `node_modules/express`, `node_modules/better-sqlite3": {"version": "9.0.0"}, "node_modules/express`, 1)}, "python3:b make:b g++:b", true},
		{"Prisma's engine is linked with OpenSSL", files{"package.json": `{"dependencies": {"@prisma/client": "^5"}, "devDependencies": {"prisma": "^5"}}`}, "openssl:br", false},
		{"a library of the distribution, to build and to run", files{"package.json": `{"dependencies": {"pg-native": "^3"}}`}, "python3:b make:b g++:b libpq-dev:b libpq5:r", true},
		{"for development alone nothing is needed to run", files{"package.json": `{"devDependencies": {"puppeteer": "^23"}}`}, "", false},
		{"a browser", files{"package.json": `{"dependencies": {"puppeteer": "^23"}}`}, "chromium:r fonts-liberation:r", false},
		{"bcrypt 6 brings its compiled part, as the lock tells", files{"package.json": `{"dependencies": {"bcrypt": "^6"}}`, "package-lock.json": `{"lockfileVersion": 3, "packages": {"": {"dependencies": {"bcrypt": "^6"}}, "node_modules/bcrypt": {"version": "6.0.0", "hasInstallScript": true, "dependencies": {"node-addon-api": "^8.3.0", "node-gyp-build": "^4.8.4"}}}}`}, "", false},
		{"a package that no table knows, by what it depends on", files{"package.json": `{"dependencies": {"@x/sqlite": "1"}}`, "package-lock.json": `{"lockfileVersion": 3, "packages": {"": {"dependencies": {"@x/sqlite": "1"}}, "node_modules/@x/sqlite": {"version": "1.0.0", "hasInstallScript": true, "dependencies": {"node-addon-api": "^8.3.0"}}}}`}, "python3:b make:b g++:b", true},
		{"the same in Yarn's lock", files{"package.json": `{"dependencies": {"@x/sqlite": "1"}}`, "yarn.lock": "# yarn lockfile v1\n\n\n\"@x/sqlite@1\":\n  version \"1.0.0\"\n  dependencies:\n    \"@mapbox/node-pre-gyp\" \"^1.0.0\"\n"}, "python3:b make:b g++:b", true},
		{"and in that of Yarn 4", files{"package.json": `{"dependencies": {"@x/sqlite": "1"}}`, "yarn.lock": "__metadata:\n  version: 8\n\n\"@x/sqlite@npm:1\":\n  version: 1.0.0\n  resolution: \"@x/sqlite@npm:1.0.0\"\n  dependencies:\n    node-gyp: \"npm:latest\"\n"}, "python3:b make:b g++:b", true},
		{"and in pnpm's", files{"package.json": `{"packageManager": "pnpm@9.1.0", "dependencies": {"@x/sqlite": "1"}}`, "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@x/sqlite':\n        specifier: '1'\n        version: 1.0.0\n\npackages:\n\n  '@x/sqlite@1.0.0':\n    resolution: {integrity: x}\n\nsnapshots:\n\n  '@x/sqlite@1.0.0':\n    dependencies:\n      prebuild-install: 7.1.3\n"}, "python3:b make:b g++:b", true},
		{"an optional speed-up is not worth a compiler", files{"package.json": `{"dependencies": {"ssh2": "1"}}`, "package-lock.json": `{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ssh2": "1"}}, "node_modules/ssh2": {"version": "1.0.0"}, "node_modules/cpu-features": {"version": "1.0.0", "optional": true, "hasInstallScript": true, "dependencies": {"nan": "^2"}}}}`}, "", false},
		{"pnpm 10 does not run install scripts that it was not told to", files{"package.json": `{"packageManager": "pnpm@10.5.0", "dependencies": {"bcrypt": "^5"}}`, "pnpm-lock.yaml": pnpm}, "", false},
		{"pnpm 10, told", files{"package.json": `{"packageManager": "pnpm@10.5.0", "pnpm": {"onlyBuiltDependencies": ["bcrypt"]}, "dependencies": {"bcrypt": "^5"}}`, "pnpm-lock.yaml": pnpm}, "python3:b make:b g++:b", true},
	}
	for _, c := range cases {
		n := load(t, c.files, ".").Native()
		var got []string
		for _, p := range n.Packages {
			text := p.Deb.String() + ":"
			if p.Build {
				text += "b"
			}
			if p.Run {
				text += "r"
			}
			got = append(got, text)
		}
		if g := strings.Join(got, " "); g != c.packages || n.Compiles != c.compiles {
			t.Errorf("%s: %s (compiles %v), want %s (%v)", c.why, g, n.Compiles, c.packages, c.compiles)
		}
	}
}

func TestOldTools(t *testing.T) {
	lock := "# yarn lockfile v1\n\n\nwebpack@^4:\n  version \"VERSION\"\n"
	for _, c := range []struct {
		why, version, node string
		want               bool
	}{
		{"webpack 4 with Node 24", "4.44.2", "24", true},
		{"the webpack 4 that brings its own hash", "4.47.0", "24", false},
		{"an early webpack 5", "5.30.0", "24", true},
		{"a later one", "5.61.0", "24", false},
		{"Node 16 does not know the option", "4.44.2", "16", false},
	} {
		p := load(t, files{"package.json": `{"devDependencies": {"webpack": "^4"}}`, "yarn.lock": strings.Replace(lock, "VERSION", c.version, 1), ".nvmrc": c.node}, ".")
		got := false
		for _, e := range install(t, p).Env {
			got = got || e.Name.String() == "NODE_OPTIONS"
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
}

func TestFrontend(t *testing.T) {
	f := files{
		"go.mod": "module x\n", "web/package.json": `{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "^7"}}`,
		"web/package-lock.json": `{"lockfileVersion": 3, "packages": {"": {"devDependencies": {"vite": "^7"}}}}`,
	}
	p := load(t, f, "web")
	context := dirOf(t, f, ".", detect.Choices{})
	fe, err := p.Frontend(context, "build")
	if err != nil {
		t.Fatal(err)
	}
	if fe.Dir.String() != "web" || fe.Install.Root.String() != "web" || fe.Build.String() != "npm run build" {
		t.Errorf("got %+v", fe)
	}
	if in := fe.Install.Inputs[0]; in.Source.String() != "web/package.json" || in.Target.String() != "package.json" {
		t.Errorf("input %+v", in)
	}
	if _, err := p.Frontend(context, "generate"); err == nil {
		t.Error("a script that is not there is no error")
	}
}

// FuzzLoad holds that no text of a manifest or a lock makes reading panic, and that
// what comes out can be installed.
func FuzzLoad(f *testing.F) {
	f.Add(app, npmLock)
	f.Add(`{"workspaces": {"packages": ["a*", "!b"]}, "bin": 1, "scripts": {"prepare": "husky && $(x)"}, "packageManager": "yarn@4.0.0"}`, berry)
	f.Add(`{"engines": {"node": ">=18 <21 || lts/*"}, "volta": {"extends": "../package.json"}, "dependencies": {"a": "file:..", "b": "git+ssh://x"}}`, pnpmLock)
	f.Add(`{"devEngines": [], "pnpm": {"patchedDependencies": {"a": "/etc/passwd"}}}`, yarn1)
	f.Add("[]", bunLock)
	f.Fuzz(func(t *testing.T, pkg, lock string) {
		for _, name := range []string{"package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"} {
			p, err := Load(dirOf(t, files{"package.json": pkg, name: lock, ".npmrc": lock, ".nvmrc": lock, "a/package.json": pkg}, ".", detect.Choices{}))
			if err != nil {
				continue
			}
			in, err := p.Install(p.Root)
			if err == nil && in.Full.IsZero() {
				t.Error("no command installs")
			}
			_ = p.Native()
		}
	})
}
