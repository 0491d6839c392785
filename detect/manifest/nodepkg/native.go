package nodepkg

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// native is what a package with compiled parts needs of the distribution.
type native struct {
	// compile says that its install script compiles it, at least where the
	// prebuilt form can't be had: Python, make and a C++ compiler.
	compile bool
	// scripts says that it does not work unless its install script has run.
	scripts bool
	// direct says that it counts only where the project names it: others list it
	// as an optional peer.
	direct bool
	build  []string // packages, as "deb" or "deb:apk"
	run    []string
	env    []setting
	note   string
}

type setting struct{ name, value, why string }

// compiled are packages that node-gyp compiles, or whose prebuilt form comes from
// elsewhere than the registry and may not be had. Those that work without
// (bufferutil, cpu-features, lmdb) and those that bring their prebuilt form as
// packages (sharp, esbuild, @node-rs/*, lightningcss) are not here.
var compiled = []string{
	"@tensorflow/tfjs-node", "argon2", "bcrypt", "better-sqlite3", "bigint-buffer", "classic-level", "deasync", "farmhash", "ffi-napi", "heapdump",
	"ibm_db", "iconv", "isolated-vm", "keccak", "keytar", "leveldown", "libxmljs", "libxmljs2", "microtime", "mmmagic", "node-expat", "node-libcurl",
	"node-pty", "odbc", "re2", "ref-napi", "scrypt", "secp256k1", "sodium-native", "sqlite3", "tree-sitter", "unix-dgram", "xxhash", "zeromq",
}

// natives are the packages that need something of the distribution.
func natives() map[string]native {
	prisma := native{scripts: true, direct: true, build: []string{"openssl"}, run: []string{"openssl"}}
	out := map[string]native{
		"prisma":          prisma,
		"@prisma/client":  prisma,
		"@prisma/engines": prisma,
		"puppeteer": {
			run:  []string{"chromium", "fonts-liberation:font-liberation"},
			env:  []setting{{"PUPPETEER_EXECUTABLE_PATH", "/usr/bin/chromium", "puppeteer drives the distribution's Chromium"}},
			note: "puppeteer drives the distribution's Chromium, whose release may differ from the one it was made for",
		},
		"playwright": {direct: true, note: "playwright needs browsers that it does not install by itself: take its own image, or run it beside the service"},
		"oracledb":   {direct: true, note: "oracledb's thick mode needs Oracle's Instant Client, which the image does not hold: stay with the thin mode"},
		"canvas": {
			compile: true, scripts: true,
			build: []string{"libcairo2-dev:cairo-dev", "libpango1.0-dev:pango-dev", "libjpeg-dev:libjpeg-turbo-dev", "libgif-dev:giflib-dev", "librsvg2-dev:librsvg-dev", "pkg-config:pkgconf"},
			run:   []string{"libcairo2:cairo", "libpango-1.0-0:pango", "libpangocairo-1.0-0:pango", "libjpeg62-turbo:libjpeg-turbo", "libgif7:giflib", "librsvg2-2:librsvg"},
		},
		"pg-native": {compile: true, scripts: true, build: []string{"libpq-dev"}, run: []string{"libpq5:libpq"}},
		"libpq":     {compile: true, scripts: true, build: []string{"libpq-dev"}, run: []string{"libpq5:libpq"}},
		"usb":       {compile: true, scripts: true, build: []string{"libudev-dev:eudev-dev"}, run: []string{"libudev1:eudev-libs"}},
		"gl":        {compile: true, scripts: true, build: []string{"libxi-dev", "libglu1-mesa-dev:glu-dev", "libglew-dev:glew-dev", "pkg-config:pkgconf"}},
		"kerberos":  {compile: true, scripts: true, build: []string{"libkrb5-dev:krb5-dev"}, run: []string{"libgssapi-krb5-2:krb5-libs"}},
		"node-rdkafka": {
			compile: true, scripts: true,
			build: []string{"librdkafka-dev", "libssl-dev:openssl-dev", "zlib1g-dev:zlib-dev", "libsasl2-dev:cyrus-sasl-dev"},
			run:   []string{"librdkafka1:librdkafka", "libsasl2-2:libsasl"},
		},
		"node-sass":     {compile: true, scripts: true, note: "node-sass is at its end and compiles with old releases of Node alone: move to sass"},
		"gm":            {direct: true, run: []string{"graphicsmagick"}},
		"imagemagick":   {direct: true, run: []string{"imagemagick"}},
		"fluent-ffmpeg": {direct: true, run: []string{"ffmpeg"}},
		"node-poppler":  {direct: true, run: []string{"poppler-utils"}},
	}
	for _, name := range compiled {
		out[name] = native{compile: true, scripts: true}
	}
	return out
}

// skips keep an install from downloading what an image has no use for.
func skips() map[string]setting {
	browser := "the image has a browser of its own, or none"
	return map[string]setting{
		"puppeteer":  {"PUPPETEER_SKIP_DOWNLOAD", "true", browser},
		"playwright": {"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", browser},
		"cypress":    {"CYPRESS_INSTALL_BINARY", "0", "no test runs in the image"},
		"electron":   {"ELECTRON_SKIP_BINARY_DOWNLOAD", "1", "no window opens in the image"},
	}
}

// skip adds the settings of skips to the stage that installs.
func (p *Project) skip(in *Install) {
	table := skips()
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if _, _, ok := p.usesPackage(name, true); ok || slices.ContainsFunc(p.members(), func(m *Manifest) bool { return m.Depends(name) }) {
			s := table[name]
			in.Env = append(in.Env, detect.Setting{Name: safe.EnvNameOf(s.name), Value: safe.LabelOf(s.value), Why: s.why})
		}
	}
}

// compilers are what node-gyp needs (https://github.com/nodejs/node-gyp#installation).
func compilers() []string { return []string{"python3", "make", "g++"} }

// Native is what the installed packages need of the distribution.
type Native struct {
	Packages []detect.Package
	Env      []detect.Setting
	// Compiles says that a package may be compiled while it is installed, so that
	// the build stage needs the compilers.
	Compiles bool
	Notes    []detect.Note
}

// Native returns what the direct dependencies, and those of the lock that have
// compiled parts, need.
func (p *Project) Native() Native {
	var out Native
	add := func(names []string, why detect.Note, build, run bool) {
		for _, n := range names {
			deb, apk := splitPackage(n)
			i := slices.IndexFunc(out.Packages, func(x detect.Package) bool { return x.Deb == deb })
			if i < 0 {
				out.Packages = append(out.Packages, detect.Package{Deb: deb, Apk: apk, Why: why})
				i = len(out.Packages) - 1
			}
			out.Packages[i].Build = out.Packages[i].Build || build
			out.Packages[i].Run = out.Packages[i].Run || run
		}
	}
	table := natives()
	for _, name := range slices.Sorted(maps.Keys(table)) {
		why, production, ok := p.usesPackage(name, table[name].direct)
		if !ok {
			continue
		}
		n := table[name]
		if n.compile && p.runsScript(name) && (p.Lock == nil || p.Lock.addons[name] != prebuilt) {
			out.Compiles = true
			add(compilers(), why, true, false)
		}
		add(n.build, why, true, false)
		if production {
			add(n.run, why, false, true)
			for _, e := range n.env {
				out.Env = append(out.Env, detect.Setting{Name: safe.EnvNameOf(e.name), Value: safe.LabelOf(e.value), Why: e.why})
			}
			if n.note != "" {
				why.Text = n.note
				out.Notes = append(out.Notes, why)
			}
		}
	}
	for _, name := range p.Lock.compiled() {
		if _, known := table[name]; !known && p.runsScript(name) {
			out.Compiles = true
			add(compilers(), p.Lock.note("%s %s", name, p.Lock.packages[name][0]), true, false)
		}
	}
	return out
}

// usesPackage reports whether the package gets installed, and whether the running
// program has it. In a workspace that can't be told of a package that nobody here
// names: it is then held to be another member's.
func (p *Project) usesPackage(name string, direct bool) (why detect.Note, production, ok bool) {
	for _, m := range p.closure() {
		if m.Depends(name) {
			return m.DependencyNote(name), m.Production(name), true
		}
	}
	if !direct && p.Lock.Has(name) {
		return p.Lock.note("%s %s", name, p.Lock.packages[name][0]), p.Workspace == nil, true
	}
	return detect.Note{}, false, false
}

// runsScript reports whether the manager runs the package's install script: pnpm
// since 10 only where the project allows it.
func (p *Project) runsScript(name string) bool {
	major, _, _ := strings.Cut(p.Manager.Version.V, ".")
	if p.Manager.Name.V != "pnpm" || len(major) < 2 {
		return true
	}
	return p.pnpm.AllowAllBuilds || p.pnpm.allows(name) || slices.Contains(p.RootManifest().Builds, name)
}

// closure is the package and the members of its workspace that it needs.
func (p *Project) closure() []*Manifest {
	out := []*Manifest{p.Manifest}
	if p.Workspace != nil {
		for _, m := range p.Workspace.Closure(p.Manifest, true) {
			out = append(out, m.Manifest)
		}
	}
	return out
}

// scripted are the installed packages that do not work unless their install script has run.
func (p *Project) scripted() []string {
	var out []string
	table := natives()
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if _, _, ok := p.usesPackage(name, table[name].direct); ok && table[name].scripts {
			out = append(out, name)
		}
	}
	return out
}

// splitPackage reads "deb:apk", or one name for both.
func splitPackage(s string) (deb, apk safe.Package) {
	for i := range len(s) {
		if s[i] == ':' {
			return safe.PackageOf(s[:i]), safe.PackageOf(s[i+1:])
		}
	}
	return safe.PackageOf(s), safe.PackageOf(s)
}
