package c

import (
	"slices"
	"strings"
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// notesOf are all notes of a project, one a line.
func notesOf(p *detect.Project) string {
	var out []string
	for _, n := range p.Notes {
		out = append(out, n.Text)
	}
	for _, s := range p.Services {
		for _, n := range s.Notes {
			out = append(out, n.Text)
		}
	}
	return strings.Join(out, "\n")
}

func scanError(t *testing.T, files map[string]string) error {
	t.Helper()
	_, err := scantest.Try(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}, files)
	return err
}

func TestOnLinux(t *testing.T) {
	for expr, want := range map[string]bool{
		"": true, "linux": true, "windows": false, "!windows": true, "!(windows | osx)": true, "linux & !arm": true, "windows & !mingw": false,
		"osx, linux": true, "!static": false, "(": true, "!!linux": true, strings.Repeat("(", 900): true, "uwp | (x64 & !osx)": true,
	} {
		if got := onLinux(expr); got != want {
			t.Errorf("%q is %t on Linux", expr, got)
		}
	}
}

const (
	serving = `int main() { x.sin_port = htons(8080); bind(s, a, n); listen(s, 5); }`
	cxx     = "project(a CXX)\nfind_package(OpenSSL)\nadd_executable(a main.cpp)\n"
)

// What a manager brings is not installed by apt, and is evidence of services.
func TestManagers(t *testing.T) {
	for _, c := range []struct {
		why                         string
		files                       map[string]string
		manager, needs, build, note string // note: a part of one
	}{
		{"no manager", map[string]string{"CMakeLists.txt": cxx}, "cmake", "", "libssl-dev", ""},
		{"find_library", map[string]string{"CMakeLists.txt": cxx + "find_library(LIBUV NAMES uv libuv PATHS /opt)\n"}, "cmake", "", "libuv1-dev", ""},
		{"a loop that Debian's libwebsockets loads", map[string]string{"CMakeLists.txt": cxx + "find_package(Libwebsockets)\nfind_library(LIBUV uv)\n"}, "cmake", "", "libwebsockets-evlib-uv", ""},
		{"a library of its own", map[string]string{"CMakeLists.txt": cxx + "target_link_libraries(a mosquitto)\nadd_library(mosquitto main.cpp)\n"}, "cmake", "", "!libmosquitto-dev", ""},
		{"Conan has it", map[string]string{"CMakeLists.txt": cxx, "conanfile.txt": "[requires]\nopenssl/3.3.0\nhiredis/1.2.0\n"}, "conan", "redis", "python3-venv", ""},
		{"it comes with something", map[string]string{"CMakeLists.txt": cxx, "conanfile.txt": "[requires]\nlibpqxx/7.9.0\n"}, "conan", "postgres", "!libssl-dev", ""},
		{"it is in the lock", map[string]string{"CMakeLists.txt": cxx, "conanfile.txt": "[requires]\nfoo/1\n", "conan.lock": `{"requires": ["foo/1", "openssl/3", "libpq/16"]}`}, "conan", "", "!libssl-dev", ""},
		{"Conan for tests alone", map[string]string{"CMakeLists.txt": cxx, "conanfile.txt": "[test_requires]\ngtest/1.14.0\n"}, "cmake", "", "libssl-dev", "for tests alone"},
		{"vcpkg", map[string]string{"CMakeLists.txt": cxx, "vcpkg.json": `{"dependencies": ["openssl", "libpq", {"name": "drogon", "features": ["mysql", {"name": "redis"}]}]}`}, "vcpkg", "mysql postgres redis", "bison", "names no baseline"},
		{"vcpkg on other systems", map[string]string{"CMakeLists.txt": cxx, "vcpkg.json": `{"dependencies": [{"name": "openssl", "platform": "windows"}]}`}, "cmake", "", "libssl-dev", "for tests alone"},
		{"both, and presets of vcpkg", map[string]string{"CMakeLists.txt": cxx, "conanfile.txt": "[requires]\nopenssl/3\n", "vcpkg.json": `{"dependencies": ["openssl"]}`, "CMakePresets.json": `{"configurePresets": [{"name": "a", "toolchainFile": "$env{VCPKG_ROOT}/scripts/buildsystems/vcpkg.cmake"}]}`}, "vcpkg", "", "ninja-build", ""},
		{"both, and no more", map[string]string{"CMakeLists.txt": cxx, "conanfile.txt": "[requires]\nopenssl/3\n", "vcpkg.json": `{"dependencies": ["openssl"]}`}, "conan", "", "python3-venv", ""},
		{"Conan and a makefile", map[string]string{"Makefile": "a: main.cpp\n\tg++ -o a main.cpp -lssl\n", "conanfile.txt": "[requires]\nopenssl/3\n"}, "make", "", "libssl-dev", "does not use it"},
		{"CMake runs Conan", map[string]string{"CMakeLists.txt": "project(a CXX)\ninclude(conan.cmake)\nconan_cmake_run(REQUIRES librdkafka/1.9.2 fmt/9.1.0 BASIC_SETUP)\nadd_executable(a main.cpp)\n"}, "conan", "kafka", "python3-venv", ""},
		{"a private package", map[string]string{"CMakeLists.txt": cxx, "conanfile.txt": "[requires]\nours/1@team/stable\n"}, "conan", "", "python3-venv", "no public repository"},
	} {
		c.files["main.cpp"] = serving
		p := scanAll(t, c.files)
		if len(p.Services) != 1 {
			t.Errorf("%s: services are %v", c.why, p.Services)
			continue
		}
		s := p.Services[0]
		if s.PackageManager.V != c.manager {
			t.Errorf("%s: built with %s, want %s", c.why, s.PackageManager.V, c.manager)
		}
		var needs []string
		for _, n := range s.Needs {
			needs = append(needs, n.Name)
		}
		slices.Sort(needs)
		if got := strings.Join(needs, " "); got != c.needs {
			t.Errorf("%s: needs %q, want %q", c.why, got, c.needs)
		}
		name, absent := strings.CutPrefix(c.build, "!")
		if slices.ContainsFunc(s.Packages, func(p detect.Package) bool { return p.Deb.String() == name }) == absent {
			t.Errorf("%s: the packages are %v", c.why, s.Packages)
		}
		if !strings.Contains(notesOf(p), c.note) {
			t.Errorf("%s: the notes are %s", c.why, notesOf(p))
		}
	}
}

// A manifest that can't be read names its file.
func TestBrokenManifests(t *testing.T) {
	for name, text := range map[string]string{
		"vcpkg.json":               `{"dependencies": [`,
		"vcpkg-configuration.json": `{"default-registry": 1}`,
		"conan.lock":               `{"requires": 1}`,
	} {
		files := map[string]string{"CMakeLists.txt": cxx, "main.cpp": serving, name: text}
		if name == "conan.lock" {
			files["conanfile.txt"] = "[requires]\nfmt/10\n"
		} else if name != "vcpkg.json" {
			files["vcpkg.json"] = `{"dependencies": ["fmt"]}`
		}
		if err := scanError(t, files); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	files := map[string]string{"CMakeLists.txt": cxx, "main.cpp": serving, "vcpkg.json": `{"dependencies": ["fmt"], "builtin-baseline": "master; rm -rf /"}`}
	if err := scanError(t, files); err == nil || !strings.Contains(err.Error(), "baseline") {
		t.Errorf("the error of a bad baseline is %v", err)
	}
}
