package rust

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// native is a crate that needs something of the distribution: names on Debian, with the
// one on Alpine behind a slash where it differs.
type native struct {
	crate  string
	unless []string // crates that bring their own copy; the build then takes instead
	// bundled are "crate/feature" of direct dependencies that do the same.
	bundled []string
	build   string
	run     string
	instead string
}

// natives are looked up in the lock file. The image has a C compiler and nothing
// else. A crate that compiles its C sources by itself, as ring or zstd-sys, is not here.
func natives() []native {
	const cxx = "g++"
	return []native{
		// OpenSSL's library is in every Debian base that is used: distroless has it, ca-certificates brings it.
		{crate: "openssl-sys", unless: []string{"openssl-src"}, build: "libssl-dev/openssl-dev pkg-config/pkgconf", run: "-/libssl3", instead: "make perl"},
		{crate: "pq-sys", unless: []string{"pq-src"}, build: "libpq-dev/libpq-dev", run: "libpq5/libpq", instead: "make perl"},
		{crate: "mysqlclient-sys", unless: []string{"mysqlclient-src"}, build: "libmariadb-dev/mariadb-connector-c-dev pkg-config/pkgconf", run: "libmariadb3/mariadb-connector-c", instead: "cmake " + cxx},
		{crate: "libsqlite3-sys", unless: []string{"sqlx-sqlite", "sqlx-core"}, bundled: []string{"libsqlite3-sys/bundled", "rusqlite/bundled", "rusqlite/bundled-full", "rusqlite/bundled-sqlcipher", "diesel/libsqlite3-sys", "libsqlite3-sys/bundled-windows-skip"},
			build: "libsqlite3-dev/sqlite-dev pkg-config/pkgconf", run: "libsqlite3-0/sqlite-libs"},
		{crate: "rdkafka-sys", bundled: []string{"rdkafka/dynamic-linking"}, build: "cmake " + cxx + " make", instead: "librdkafka-dev"},
		{crate: "aws-lc-fips-sys", build: "cmake golang-go/go libclang-dev/clang-dev"},
		{crate: "librocksdb-sys", build: cxx + " libclang-dev/clang-dev make"},
		{crate: "tikv-jemalloc-sys", build: "make"},
		{crate: "jemalloc-sys", build: "make"},
		{crate: "snmalloc-sys", build: "cmake " + cxx},
		{crate: "libz-ng-sys", build: "cmake make"},
		{crate: "cxx", build: cxx},
		{crate: "link-cplusplus", build: cxx},
		{crate: "libduckdb-sys", build: cxx},
		{crate: "snappy_src", build: cxx},
		{crate: "lzma-sys", build: ""},
		{crate: "libsodium-sys", build: "make"},
		{crate: "libsodium-sys-stable", build: "make"},
		{crate: "zmq-sys", unless: []string{"zeromq-src"}, build: "libzmq3-dev/zeromq-dev pkg-config/pkgconf", run: "libzmq5/libzmq", instead: cxx},
		{crate: "sasl2-sys", build: "libsasl2-dev/cyrus-sasl-dev pkg-config/pkgconf", run: "libsasl2-2/libsasl"},
		{crate: "libgssapi-sys", build: "libclang-dev/clang-dev libkrb5-dev/krb5-dev", run: "libgssapi-krb5-2/krb5-libs"},
		{crate: "pam-sys", build: "libclang-dev/clang-dev libpam0g-dev/linux-pam-dev", run: "libpam0g/linux-pam"},
		{crate: "pcap", build: "libpcap-dev/libpcap-dev", run: "libpcap0.8t64/libpcap"},
		{crate: "libudev-sys", build: "libudev-dev/eudev-dev pkg-config/pkgconf", run: "libudev1/eudev-libs"},
		{crate: "libdbus-sys", build: "libdbus-1-dev/dbus-dev pkg-config/pkgconf", run: "libdbus-1-3/dbus-libs"},
		{crate: "alsa-sys", build: "libasound2-dev/alsa-lib-dev pkg-config/pkgconf", run: "libasound2t64/alsa-lib"},
		{crate: "yeslogic-fontconfig-sys", build: "libfontconfig1-dev/fontconfig-dev pkg-config/pkgconf", run: "libfontconfig1/fontconfig"},
		{crate: "servo-fontconfig-sys", build: "libfontconfig1-dev/fontconfig-dev pkg-config/pkgconf", run: "libfontconfig1/fontconfig"},
		{crate: "libxml", build: "libclang-dev/clang-dev libxml2-dev/libxml2-dev pkg-config/pkgconf", run: "libxml2/libxml2"},
		{crate: "leptonica-sys", build: "libclang-dev/clang-dev libleptonica-dev/leptonica-dev pkg-config/pkgconf", run: "libleptonica6/leptonica"},
		{crate: "tesseract-sys", build: "libclang-dev/clang-dev libtesseract-dev/tesseract-ocr-dev pkg-config/pkgconf", run: "libtesseract5/tesseract-ocr"},
		{crate: "libvips", build: "libvips-dev/vips-dev pkg-config/pkgconf", run: "libvips42t64/vips"},
		{crate: "magick_rust", build: "libclang-dev/clang-dev libmagickwand-dev/imagemagick-dev pkg-config/pkgconf", run: "libmagickwand-7.q16-10/imagemagick-libs"},
		{crate: "ffmpeg-sys-next", build: "libavcodec-dev/ffmpeg-dev libavdevice-dev/ffmpeg-dev libavfilter-dev/ffmpeg-dev libavformat-dev/ffmpeg-dev libclang-dev/clang-dev pkg-config/pkgconf", run: "ffmpeg/ffmpeg"},
		{crate: "dav1d-sys", build: "libdav1d-dev/dav1d-dev pkg-config/pkgconf", run: "libdav1d7/libdav1d"},
		{crate: "nettle-sys", build: "libclang-dev/clang-dev nettle-dev/nettle-dev pkg-config/pkgconf", run: "libnettle8t64/nettle"},
		{crate: "gpgme-sys", build: "libgpgme-dev/gpgme-dev pkg-config/pkgconf", run: "libgpgme11t64/gpgme"},
		{crate: "turbojpeg-sys", build: "cmake make nasm"},
		{crate: "mozjpeg-sys", build: "nasm"},
		{crate: "odbc-sys", build: "unixodbc-dev/unixodbc-dev", run: "libodbc2/unixodbc"},
		// Its build script downloads the pages that it serves, with curl.
		// https://github.com/juhaku/utoipa/blob/master/utoipa-swagger-ui/README.md#build-requirements
		{crate: "utoipa-swagger-ui", unless: []string{"utoipa-swagger-ui-vendored"}, bundled: []string{"utoipa-swagger-ui/vendored", "utoipa-swagger-ui/reqwest"}, build: "ca-certificates curl"},
		{crate: "protobuf-src", build: "cmake " + cxx + " make"},
	}
}

// packages finds what the program's crates need of the distribution.
func (pr *program) packages(s *detect.Service, f *Facts) {
	for _, n := range natives() {
		if _, ok := pr.crates[n.crate]; !ok {
			continue
		}
		why := pr.lockNote("%s is among the dependencies", n.crate)
		own := slices.ContainsFunc(n.unless, func(c string) bool { _, ok := pr.crates[c]; return ok })
		if _, ok := pr.asks(n.bundled); ok {
			own = true
		}
		if n.crate == "libsqlite3-sys" && own && pr.dynamicSQLite() {
			own = false
		}
		if own {
			add(s, n.instead, true, why)
			if n.crate == "rdkafka-sys" {
				add(s, "librdkafka1/librdkafka", false, why)
			}
			continue
		}
		add(s, n.build, true, why)
		add(s, n.run, false, why)
	}
	if v, ok := pr.crates["aws-lc-sys"]; ok && older(v, 0, 22) {
		add(s, "cmake make", true, pr.lockNote("aws-lc-sys %s is among the dependencies", v))
	}
	pr.protobuf(s)
	pr.bindgen(s)
	pr.linker(s, f)
	f.Dynamic = slices.ContainsFunc(s.Packages, func(p detect.Package) bool { return p.Run })
}

func (pr *program) lockNote(format string, args ...any) detect.Note {
	at := path.Join(pr.pkg.ws.dir.Path(), "Cargo.lock")
	if !pr.top.Has(at) {
		at = path.Join(pr.pkg.dir.Path(), "Cargo.toml")
	}
	return pr.top.Note(at, 0, format, args...)
}

// dynamicSQLite reports whether sqlx is told to take the distribution's SQLite.
func (pr *program) dynamicSQLite() bool {
	_, ok := pr.asks([]string{"sqlx/sqlite-unbundled"})
	return ok
}

// add adds packages that a table names.
func add(s *detect.Service, list string, build bool, why detect.Note) {
	for _, word := range strings.Fields(list) {
		deb, apk, ok := strings.Cut(word, "/")
		if !ok {
			apk = deb
		}
		p := detect.Package{Apk: safe.PackageOf(apk), Build: build, Run: !build, Why: why}
		if deb != "-" {
			p.Deb = safe.PackageOf(deb)
		}
		if !slices.ContainsFunc(s.Packages, func(o detect.Package) bool {
			return o.Deb == p.Deb && o.Apk == p.Apk && o.Build == p.Build && o.Run == p.Run
		}) {
			s.Packages = append(s.Packages, p)
		}
	}
}

// older reports whether a version is below major.minor.
func older(v string, major, minor int) bool {
	parts := strings.SplitN(v, ".", 3)
	if len(parts) < 2 {
		return false
	}
	a, b := number(parts[0]), number(parts[1])
	return a < major || a == major && b < minor
}

// protobuf: prost-build 0.11 and later runs protoc, which it does not bring
// (https://docs.rs/prost-build/latest/prost_build/#sourcing-protoc).
func (pr *program) protobuf(s *detect.Service) {
	if _, ok := pr.crates["prost-build"]; !ok {
		return
	}
	for _, own := range []string{"protobuf-src", "protoc-bin-vendored", "protox", "protoc-prebuilt"} {
		if _, ok := pr.crates[own]; ok {
			return
		}
	}
	add(s, "libprotobuf-dev/protobuf-dev protobuf-compiler/protoc", true, pr.lockNote("prost-build is among the dependencies and runs protoc"))
}

// bindgen loads libclang; aws-lc-sys names it for platforms without ready bindings.
func (pr *program) bindgen(s *detect.Service) {
	l, err := readLock(pr.pkg.ws.dir)
	if err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(l.byName)) {
		if _, ok := pr.crates[name]; !ok || strings.HasPrefix(name, "aws-lc") {
			continue
		}
		for _, p := range l.byName[name] {
			if slices.ContainsFunc(p.Deps, func(d string) bool { return d == "bindgen" || strings.HasPrefix(d, "bindgen ") }) {
				add(s, "libclang-dev/clang-dev", true, pr.lockNote("%s runs bindgen", name))
				return
			}
		}
	}
}

// cargoConfig is what is read of .cargo/config.toml
// (https://doc.rust-lang.org/cargo/reference/config.html).
type cargoConfig struct {
	Build struct {
		Target    any `toml:"target"`
		RustFlags any `toml:"rustflags"`
	} `toml:"build"`
	Target map[string]struct {
		Linker    string `toml:"linker"`
		RustFlags any    `toml:"rustflags"`
	} `toml:"target"`
	Registries map[string]struct {
		Index string `toml:"index"`
	} `toml:"registries"`
	Source map[string]struct {
		Directory     string `toml:"directory"`
		LocalRegistry string `toml:"local-registry"`
	} `toml:"source"`
	Env map[string]any `toml:"env"`
	Net struct {
		GitFetchWithCLI bool `toml:"git-fetch-with-cli"`
	} `toml:"net"`
}

// cargoConfigs reads the settings of Cargo that apply to the workspace's folder.
func (pr *program) cargoConfigs(yield func(at string, c *cargoConfig, lines manifest.Lines)) {
	d := pr.pkg.ws.dir
	dirs := []*detect.Dir{d}
	for p := range d.Parents() {
		dirs = append(dirs, p)
	}
	for _, d := range dirs {
		name := d.First(".cargo/config.toml", ".cargo/config")
		if name == "" {
			continue
		}
		var c cargoConfig
		if lines, err := manifest.TOML(d, name, &c); err == nil {
			yield(path.Join(d.Path(), name), &c, lines)
		}
	}
}

// linker finds the linkers that .cargo/config.toml names for this platform.
func (pr *program) linker(s *detect.Service, f *Facts) {
	pr.cargoConfigs(func(at string, c *cargoConfig, lines manifest.Lines) {
		f.keep = append(f.keep, at)
		use := func(linker string, flags any, why detect.Note) {
			text := linker + " " + flat(flags)
			for _, tool := range []string{"clang", "mold", "lld", "wild"} {
				if strings.Contains(text, tool) && tool != "wild" {
					why.Text = "links with " + tool
					add(s, tool, true, why)
				}
			}
		}
		use("", c.Build.RustFlags, pr.top.Note(at, lines.At("build", "rustflags"), ""))
		for _, triple := range slices.Sorted(maps.Keys(c.Target)) {
			if t := c.Target[triple]; strings.Contains(triple, "linux") && strings.HasPrefix(triple, "x86_64") && !strings.Contains(triple, "musl") || strings.HasPrefix(triple, "cfg(") && onLinux(triple) {
				use(t.Linker, t.RustFlags, pr.top.Note(at, lines.At("target", triple), ""))
			}
		}
		if target, ok := c.Build.Target.(string); ok && target != "" {
			f.Crossed = true
			s.Notes = append(s.Notes, pr.top.Note(at, lines.At("build", "target"), "builds for %s: the image is built for the platform's own instead", target))
		}
	})
}

// flat joins a string or a list of them.
func flat(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []any:
		var out []string
		for _, e := range x {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return strings.Join(out, " ")
	}
	return ""
}

// buildScripts yields the calls in the build scripts of the program's packages.
func (pr *program) buildScripts(yield func(at string, c *source.Call)) {
	for _, l := range pr.locals {
		if l.toml.Package == nil { // a path that leads to a workspace's own manifest
			continue
		}
		name := "build.rs"
		if s, ok := l.toml.Package.Build.(string); ok && inside(l.dir.Path(), s) {
			name = s
		}
		at := path.Join(l.dir.Path(), name)
		data, err := pr.top.Read(at)
		if err != nil || len(data) > maxSource {
			continue
		}
		for _, c := range source.NewFile(string(data)).Calls {
			yield(at, c)
		}
	}
}
