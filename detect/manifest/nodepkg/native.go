package nodepkg

import (
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

// natives are the packages that need something. What brings its prebuilt form as
// a package of the registry (sharp, esbuild, @node-rs/*, lightningcss) needs nothing.
func natives() map[string]native {
	compiled := native{compile: true, scripts: true}
	prisma := native{scripts: true, direct: true, build: []string{"openssl"}, run: []string{"openssl"}}
	chromium := func(note string) native {
		return native{scripts: true, run: []string{"chromium", "fonts-liberation:ttf-liberation"}, note: note}
	}
	puppeteer := chromium("puppeteer drives the distribution's Chromium")
	puppeteer.env = []setting{
		{"PUPPETEER_SKIP_DOWNLOAD", "true", ""},
		{"PUPPETEER_EXECUTABLE_PATH", "/usr/bin/chromium", "puppeteer drives the distribution's Chromium"},
	}
	out := map[string]native{
		"@prisma/client":  prisma,
		"prisma":          prisma,
		"@prisma/engines": prisma,
		"canvas": {compile: true, scripts: true,
			build: []string{"libcairo2-dev:cairo-dev", "libpango1.0-dev:pango-dev", "libjpeg-dev:jpeg-dev", "libgif-dev:giflib-dev", "librsvg2-dev:librsvg-dev", "pkg-config:pkgconf"},
			run:   []string{"libcairo2:cairo", "libpango-1.0-0:pango", "libpangocairo-1.0-0", "libjpeg62-turbo:libjpeg-turbo", "libgif7:giflib", "librsvg2-2:librsvg"}},
		"pg-native":  {compile: true, scripts: true, build: []string{"libpq-dev"}, run: []string{"libpq5:libpq"}},
		"libpq":      {compile: true, scripts: true, build: []string{"libpq-dev"}, run: []string{"libpq5:libpq"}},
		"puppeteer":  puppeteer,
		"playwright": {scripts: true, direct: true, note: "playwright needs browsers that it does not install by itself: take its own image, or run it beside the service"},
		"oracledb":   {note: "oracledb in thick mode needs Oracle's Instant Client, which the image does not hold"},
		"zeromq":     {compile: true, scripts: true},
		"usb":        {compile: true, scripts: true, build: []string{"libudev-dev:eudev-dev"}, run: []string{"libudev1:eudev-libs"}},
		"serialport": {compile: true, scripts: true, build: []string{"libudev-dev:eudev-dev"}},
		"gl":         {compile: true, scripts: true, build: []string{"libxi-dev", "libglu1-mesa-dev:glu-dev", "libglew-dev:glew-dev", "pkg-config:pkgconf"}},
		"snappy":     {},
		"node-sass":  {compile: true, scripts: true, note: "node-sass is at its end and compiles with old releases of Node alone: move to sass"},
		"kerberos":   {compile: true, scripts: true, build: []string{"libkrb5-dev:krb5-dev"}, run: []string{"libgssapi-krb5-2:krb5-libs"}},
		"node-rdkafka": {compile: true, scripts: true, build: []string{"librdkafka-dev", "libssl-dev:openssl-dev", "zlib1g-dev:zlib-dev", "libsasl2-dev:cyrus-sasl-dev"},
			run: []string{"librdkafka1:librdkafka", "libsasl2-2:libsasl"}},
		"gm":              {run: []string{"graphicsmagick"}},
		"imagemagick":     {run: []string{"imagemagick"}},
		"fluent-ffmpeg":   {run: []string{"ffmpeg"}},
		"pdf-poppler":     {run: []string{"poppler-utils"}},
		"youtube-dl-exec": {scripts: true, run: []string{"python3", "ffmpeg"}},
	}
	for _, name := range []string{
		"bcrypt", "argon2", "better-sqlite3", "sqlite3", "libsql", "re2", "node-expat", "node-pty", "isolated-vm", "cpu-features", "microtime", "ffi-napi", "ref-napi",
		"@tensorflow/tfjs-node", "leveldown", "classic-level", "lmdb", "bufferutil", "utf-8-validate", "farmhash", "xxhash", "sodium-native", "bigint-buffer", "deasync",
		"unix-dgram", "integer", "segfault-handler", "heapdump", "memwatch-next", "node-libcurl", "libxmljs", "libxmljs2", "ibm_db", "odbc", "keytar", "robotjs", "mmmagic", "iconv",
		"nodejs-snowflake", "secp256k1", "keccak", "scrypt", "websocket", "tree-sitter", "node-gyp", "sharp-old", "msgpackr-extract", "@parcel/watcher", "protagonist", "ursa", "bcrypto",
	} {
		if _, ok := out[name]; !ok {
			out[name] = compiled
		}
	}
	for _, name := range []string{"node-gyp", "websocket", "msgpackr-extract", "@parcel/watcher", "cpu-features", "bufferutil", "utf-8-validate", "lmdb", "sharp-old"} {
		// Optional speed-ups, or prebuilt packages of the registry: they work without.
		delete(out, name)
	}
	return out
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
	for _, name := range sortedKeys(table) {
		why, production, ok := p.usesPackage(name, table[name].direct)
		if !ok {
			continue
		}
		n := table[name]
		if n.compile && p.runsScript(name) {
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
	for _, name := range sortedKeys(table) {
		if _, _, ok := p.usesPackage(name, table[name].direct); ok && table[name].scripts {
			out = append(out, name)
		}
	}
	return out
}

func splitPackage(s string) (deb, apk safe.Package) {
	for i := range len(s) {
		if s[i] == ':' {
			return safe.PackageOf(s[:i]), safe.PackageOf(s[i+1:])
		}
	}
	return safe.PackageOf(s), safe.PackageOf(s)
}
