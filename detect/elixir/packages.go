package elixir

import (
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// native are the packages that need something of the distribution. Debian's build image
// has compilers, make and git; what stands here is needed beside them.
var native = []struct {
	pkg            string
	deb, apk       string // while building
	runDeb, runApk string // while running
}{
	{"chromic_pdf", "", "", "chromium ghostscript", "chromium ghostscript"},
	{"puppeteer_pdf", "", "", "chromium", "chromium"},
	{"pdf_generator", "", "", "wkhtmltopdf", ""},
	{"mogrify", "", "", "imagemagick", "imagemagick"},
	{"arc", "", "", "imagemagick", "imagemagick"},
	{"waffle", "", "", "imagemagick", "imagemagick"},
	{"ffmpex", "", "", "ffmpeg", "ffmpeg"},
	{"xav", "libavcodec-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev", "ffmpeg-dev", "ffmpeg", "ffmpeg"},
	{"enacl", "libsodium-dev", "libsodium-dev", "libsodium23", "libsodium"},
	{"libsalty2", "libsodium-dev", "libsodium-dev", "libsodium23", "libsodium"},
	{"fast_html", "cmake", "cmake", "", ""},
	{"ezstd", "cmake", "cmake", "", ""},
	{"rocksdb", "cmake", "cmake", "", ""},
	{"fast_xml", "libexpat1-dev", "expat-dev", "libexpat1", "libexpat"},
	{"fast_yaml", "libyaml-dev", "yaml-dev", "libyaml-0-2", "yaml"},
	{"epam", "libpam0g-dev", "linux-pam-dev", "libpam0g", "linux-pam"},
	{"eimp", "libgd-dev libjpeg-dev libpng-dev libwebp-dev", "gd-dev", "libgd3", "gd"},
	{"geo_postgis", "", "", "", ""},
	{"git_cli", "", "", "git", "git"},
	{"pythonx", "", "", "", ""},
}

// packages adds what the dependencies need of the distribution.
func (a *application) packages(s *detect.Service) {
	for _, n := range native {
		_, why, ok := a.dep(n.pkg)
		if !ok {
			continue
		}
		pair(s, strings.Fields(n.deb), strings.Fields(n.apk), true, why)
		pair(s, strings.Fields(n.runDeb), strings.Fields(n.runApk), false, why)
	}
	if _, why, ok := a.dep("rustler"); ok && len(a.rustCrates()) > 0 {
		why.Text = "builds the Rust crate " + a.rustCrates()[0] + " by rustler: Debian's Rust may be too old for it"
		pair(s, []string{"cargo"}, []string{"cargo"}, true, why)
		s.Notes = append(s.Notes, why)
	}
}

// pair adds packages by their two names; a name that one distribution lacks is left out there.
func pair(s *detect.Service, debs, apks []string, build bool, why detect.Note) {
	for i := range max(len(debs), len(apks)) {
		p := detect.Package{Build: build, Run: !build, Why: why}
		if i < len(debs) {
			p.Deb = safe.PackageOf(debs[i])
		}
		if i < len(apks) {
			p.Apk = safe.PackageOf(apks[i])
		}
		s.Packages = append(s.Packages, p)
	}
}

// rustCrates are the folders below native/ with a Cargo.toml.
func (a *application) rustCrates() []string {
	var out []string
	for _, m := range a.members {
		sub := a.dir.Sub(m.path + "/native")
		for _, name := range sub.Dirs() {
			if sub.Has(name + "/Cargo.toml") {
				out = append(out, name)
			}
		}
	}
	return out
}
