package golang

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// cgoModule is a module that compiles C, or links a library of the distribution.
type cgoModule struct {
	imports string
	linkage detect.Linkage
	build   []distPackage // beside a C compiler
	run     []distPackage
	note    string
}

type distPackage struct{ deb, apk string }

// cgoModules are looked up by what the program's own code imports: drivers of
// ORMs stand for the module that they wrap. Pure Go replacements, such as
// modernc.org/sqlite, are not here.
func cgoModules() []cgoModule {
	libc, libcxx := detect.Libc, detect.Libcxx
	return []cgoModule{
		{imports: "github.com/mattn/go-sqlite3", linkage: libc},
		{imports: "gorm.io/driver/sqlite", linkage: libc},
		{imports: "github.com/jinzhu/gorm/dialects/sqlite", linkage: libc},
		{imports: "github.com/golang-migrate/migrate/v4/database/sqlite3", linkage: libc},
		{imports: "crawshaw.io/sqlite", linkage: libc},
		{imports: "github.com/mutecomm/go-sqlcipher", linkage: libc},
		{imports: "github.com/tursodatabase/go-libsql", linkage: libc},
		{imports: "github.com/confluentinc/confluent-kafka-go", linkage: libc, note: "needs the build tag musl on Alpine"},
		{imports: "github.com/marcboeker/go-duckdb", linkage: libcxx},
		{imports: "github.com/duckdb/duckdb-go", linkage: libcxx},
		{imports: "github.com/DataDog/zstd", linkage: libc},
		{imports: "github.com/valyala/gozstd", linkage: libc},
		{imports: "github.com/chai2010/webp", linkage: libc},
		{imports: "github.com/rogchap/v8go", linkage: libcxx},
		{imports: "github.com/bytecodealliance/wasmtime-go", linkage: libc},
		{imports: "github.com/smacker/go-tree-sitter", linkage: libcxx},
		{imports: "github.com/tree-sitter/go-tree-sitter", linkage: libc},
		{imports: "github.com/miekg/pkcs11", linkage: libc},
		{imports: "github.com/godror/godror", linkage: libc, note: "needs Oracle's client library at run time, which no distribution has"},
		{imports: "github.com/msteinert/pam", linkage: libc, build: []distPackage{{"libpam0g-dev", "linux-pam-dev"}}, run: []distPackage{{"libpam0g", "linux-pam"}}},
		{imports: "github.com/h2non/bimg", linkage: libc, build: []distPackage{{"libvips-dev", "vips-dev"}}, run: []distPackage{{"libvips42t64", "vips"}}},
		{imports: "github.com/davidbyttow/govips", linkage: libc, build: []distPackage{{"libvips-dev", "vips-dev"}}, run: []distPackage{{"libvips42t64", "vips"}}},
		{imports: "github.com/kolesa-team/go-webp", linkage: libc, build: []distPackage{{"libwebp-dev", "libwebp-dev"}}, run: []distPackage{{"libwebp7", "libwebp"}}},
		{imports: "github.com/google/gopacket/pcap", linkage: libc, build: []distPackage{{"libpcap-dev", "libpcap-dev"}}, run: []distPackage{{"libpcap0.8t64", "libpcap"}}},
		{imports: "github.com/gopacket/gopacket/pcap", linkage: libc, build: []distPackage{{"libpcap-dev", "libpcap-dev"}}, run: []distPackage{{"libpcap0.8t64", "libpcap"}}},
		{imports: "github.com/pebbe/zmq4", linkage: libc, build: []distPackage{{"libzmq3-dev", "zeromq-dev"}}, run: []distPackage{{"libzmq5", "libzmq"}}},
		{imports: "github.com/jmhodges/levigo", linkage: libcxx, build: []distPackage{{"libleveldb-dev", "leveldb-dev"}}, run: []distPackage{{"libleveldb1d", "leveldb"}}},
		{imports: "github.com/otiai10/gosseract", linkage: libcxx, build: []distPackage{{"libleptonica-dev", "leptonica-dev"}, {"libtesseract-dev", "tesseract-ocr-dev"}}, run: []distPackage{{"libtesseract5", "tesseract-ocr"}, {"tesseract-ocr-eng", "tesseract-ocr-data-eng"}}},
		{imports: "gopkg.in/gographics/imagick.v3", linkage: libc, build: []distPackage{{"libmagickwand-dev", "imagemagick-dev"}}, run: []distPackage{{"libmagickwand-7.q16-10", "imagemagick-libs"}}},
	}
}

// native finds what needs a C compiler, and sets how the program is linked. What
// a dependency imports in turn can't be seen, so modules that are known to be
// reached through others stand in the table under those.
func (r *reach) native(s *detect.Service, f *Facts) {
	for _, file := range r.files {
		if file.cgo {
			f.Cgo = true
			s.Linkage = detect.Libc
			s.Notes = append(s.Notes, r.w.top.Note(file.name, 0, "uses cgo (import \"C\"): the program is linked with the C library"))
			break
		}
	}
	for _, m := range cgoModules() {
		file, imp := r.importing(m.imports)
		if file == nil {
			continue
		}
		why := r.importNote(file, imp)
		f.Cgo = true
		if s.Linkage != detect.Libcxx {
			s.Linkage = m.linkage
		}
		add := func(list []distPackage, build bool) {
			for _, p := range list {
				s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(p.deb), Apk: safe.PackageOf(p.apk), Build: build, Run: !build, Why: why})
			}
		}
		add(m.build, true)
		add(m.run, false)
		note := why
		note.Text = m.imports + " compiles C: the program is linked with the C library"
		if m.note != "" {
			note.Text = m.imports + " " + m.note
		}
		s.Notes = append(s.Notes, note)
	}
	if f.Cgo {
		// Debian's Go image has a compiler, Alpine's has not.
		for _, apk := range []string{"gcc", "musl-dev"} {
			s.Packages = append(s.Packages, detect.Package{Apk: safe.PackageOf(apk), Build: true, Why: detect.Note{Text: "the program is built with cgo"}})
		}
		if s.Linkage == detect.Libcxx {
			s.Packages = append(s.Packages, detect.Package{Apk: safe.PackageOf("g++"), Build: true, Why: detect.Note{Text: "the program is built with cgo"}})
		}
	}
}

// commands that programs start: the image then has to hold them.
var programs = map[string]distPackage{
	"git": {"git", "git"}, "ffmpeg": {"ffmpeg", "ffmpeg"}, "ffprobe": {"ffmpeg", "ffmpeg"}, "pg_dump": {"postgresql-client", "postgresql-client"},
	"convert": {"imagemagick", "imagemagick"}, "magick": {"imagemagick", "imagemagick"}, "ssh": {"openssh-client", "openssh-client"}, "ssh-keygen": {"openssh-client", "openssh-keygen"},
	"curl": {"curl", "curl"}, "wkhtmltopdf": {"wkhtmltopdf", "wkhtmltopdf"}, "chromium": {"chromium", "chromium"}, "pdftotext": {"poppler-utils", "poppler-utils"},
	"rsync": {"rsync", "rsync"}, "mysqldump": {"default-mysql-client", "mariadb-client"}, "dot": {"graphviz", "graphviz"}, "tesseract": {"tesseract-ocr", "tesseract-ocr"},
	"yt-dlp": {"yt-dlp", "yt-dlp"}, "gs": {"ghostscript", "ghostscript"}, "unzip": {"unzip", "unzip"}, "tar": {"tar", "tar"}, "bash": {"bash", "bash"}, "iptables": {"iptables", "iptables"}, "openssl": {"openssl", "openssl"},
}

// starts finds the programs that the command runs by name, exec.Command("git", ...).
func (e *eval) starts(s *detect.Service) {
	var seen []string
	for _, c := range e.calls {
		i := 0
		switch {
		case c.path == "os/exec" && c.name == "Command":
		case c.path == "os/exec" && c.name == "CommandContext":
			i = 1
		default:
			continue
		}
		if i >= len(c.Args) {
			continue
		}
		ps := e.glance(c.Args[i], c.at)
		name := strings.TrimPrefix(ps.text(), "/usr/bin/")
		if !ps.known() || slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		why := e.note(c.at.f, c, "runs %s", name)
		if p, ok := programs[name]; ok {
			s.Packages = append(s.Packages, detect.Package{Deb: safe.PackageOf(p.deb), Apk: safe.PackageOf(p.apk), Run: true, Why: why})
		} else if name == "sh" || name == "/bin/sh" {
			s.Notes = append(s.Notes, e.note(c.at.f, c, "runs a shell, which a distroless image has not: dockgen init --base slim"))
		}
	}
}
