package c

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

func scanAll(t *testing.T, files map[string]string) *detect.Project {
	t.Helper()
	return scantest.Files(t, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}}, files)
}

func TestCMakeCommands(t *testing.T) {
	got := cmakeCommands("# a(b)\n#[[ c(d)\n e(f) ]]\nSet(x \"a;b) c\" [=[ raw ) ]=] y) # z()\nif(A AND (B)) \nadd_test(")
	want := []command{
		{"set", []string{"x", "a;b) c", "[=[ raw ) ]=]", "y"}, 4},
		{"if", []string{"A", "AND", "(", "B", ")"}, 5},
		{"add_test", nil, 6},
	}
	if !slices.EqualFunc(got, want, func(a, b command) bool { return a.name == b.name && slices.Equal(a.args, b.args) && a.line == b.line }) {
		t.Errorf("commands are %v", got)
	}
}

// A branch is left out only where that is certain.
func TestCondition(t *testing.T) {
	vars := map[string]string{"WIN32": "FALSE", "TESTS": "OFF", "SERVER": "ON"}
	for text, want := range map[string]bool{
		"WIN32": false, "NOT WIN32": true, "TESTS": false, "SERVER": true, "NOT SERVER": false, "UNKNOWN": true, "NOT UNKNOWN": true,
		"SERVER AND TESTS": false, "TESTS OR SERVER": true, "A VERSION_LESS B": true,
	} {
		if got := condition(strings.Fields(text), vars); got != want {
			t.Errorf("if(%s) is %t", text, got)
		}
	}
}

func TestPrograms(t *testing.T) {
	const server = `int main(void) { int s = socket(2, 1, 0); addr.sin_port = htons(8080); bind(s, a, n); listen(s, 5); }`
	for _, c := range []struct {
		why   string
		files map[string]string
		want  string // the program and its port, or the reason for none
	}{
		{"variables and a name of its own", map[string]string{"CMakeLists.txt": "project(a C)\nset(src main.c)\nadd_executable(${PROJECT_NAME}d ${src})", "main.c": server}, "ad 8080"},
		{"a library", map[string]string{"CMakeLists.txt": "project(a C)\nadd_library(a main.c)", "main.c": "int f;"}, "library: CMakeLists.txt makes no program"},
		{"tests alone", map[string]string{"CMakeLists.txt": "project(a C)\nadd_executable(a_test main.c)", "main.c": server}, "library: the only programs that CMakeLists.txt makes are tests and examples"},
		{"a window", map[string]string{"CMakeLists.txt": "project(a C)\nfind_package(SDL2)\nadd_executable(a main.c)", "main.c": server}, "a program with windows: it uses SDL2 (CMakeLists.txt:2)"},
		{"a makefile's pattern", map[string]string{"Makefile": "SRC := $(wildcard src/*.c)\nOBJ = $(SRC:.c=.o)\nBIN = bin/web\nall: $(BIN)\n$(BIN): $(OBJ)\n\t@$(CC) $^ -o $@\n", "src/main.c": server}, "web 8080"},
		{"a makefile of no C", map[string]string{"Makefile": "build:\n\tgo build\n", "main.go": "package main"}, ""},
		{"autotools", map[string]string{"configure.ac": "AC_INIT([web], [1.0])\nPKG_CHECK_MODULES([Z], [zlib >= 1.2])\n", "Makefile.am": "bin_PROGRAMS = web\nweb_SOURCES = main.c\n", "main.c": server}, "web 8080"},
		{"a port that needs no rights is taken", map[string]string{"Makefile": "web: main.c\n\tcc -o web main.c\n", "main.c": `int port; int main() { port = getuid() == 0 ? 80 : 8080; x = htons(port); bind(a, b, c); listen(a, 1); }`}, "web 8080"},
		{"a port in the arguments is none of the sources", map[string]string{"CMakeLists.txt": "project(a C)\nadd_executable(a main.c)", "main.c": `int main(int argc, char **argv) { x.sin_port = htons(atoi(argv[2])); bind(a, b, c); listen(a, 1); }`}, "a 8080"},
		{"a number of a message", map[string]string{"CMakeLists.txt": "project(a C)\nadd_executable(a main.c msg.c)", "msg.c": `int f() { m.status = htons(56); }`, "main.c": `int main() { settings.port = 11211; getaddrinfo(0, buf, &h, &r); bind(a, b, c); listen(a, 1); }`}, "a 11211"},
		{"an acceptor, and a port of settings", map[string]string{"CMakeLists.txt": "project(a CXX)\nadd_executable(a main.cpp)", "main.cpp": "#include <boost/asio.hpp>\nstruct Config { int redis_port = 6379; int port = 7777; };\nint main() { tcp::acceptor acceptor(io, endpoint_of(config)); acceptor.async_accept(f); }"}, "a 7777"},
		{"a framework that reads its port from elsewhere", map[string]string{"CMakeLists.txt": "project(a CXX)\nadd_executable(a main.cpp)", "main.cpp": "#include <drogon/HttpAppFramework.h>\nint main() { start(); }"}, "a 80"},
		{"one program called a demo", map[string]string{"CMakeLists.txt": "project(a C)\nadd_executable(chat-demo main.c)", "main.c": server}, "chat-demo 8080"},
		{"a client of the same sources", map[string]string{"Makefile": "all: chat-server chat-client\nchat-server: main.c\n\tcc -o chat-server main.c\nchat-client: main.c\n\tcc -o chat-client main.c\n", "main.c": server}, "chat-server 8080"},
		{"a linker behind a message", map[string]string{"Makefile": "QUIET = @printf LINK;\nLD = $(QUIET)$(CC)\nweb: main.o\n\t$(LD) -o $@ $^\n", "main.c": server}, "web 8080"},
	} {
		p := scanAll(t, c.files)
		got := ""
		switch {
		case len(p.Services) == 1:
			got = p.Services[0].Main.V.String() + " " + p.Services[0].Port.V.String()
		case len(p.Notes) > 0:
			got = p.Notes[0].Text
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func FuzzBuildFiles(f *testing.F) {
	for _, s := range []string{"set(a ${a})\nadd_executable(${a} b.c)", "all: $(all)\nall = $(call all)", "project('a'", "if(", "#[[", "a: b\\\n\tc", "$(((", "${${", `{"dependencies": ["a", {"name": "b"}], "configurePresets": [{"cacheVariables": {"VCPKG_OVERLAY_PORTS": "${sourceDir}/.."}}]}`, "[submodule]\npath = ../vcpkg\nurl = /vcpkg"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, name := range []string{"CMakeLists.txt", "meson.build", "Makefile", "configure.ac"} {
			fsys := fstest.MapFS{name: {Data: []byte(s)}, "main.c": {Data: []byte(s)}}
			for _, beside := range []string{"conanfile.txt", "conanfile.py", "conan.lock", "vcpkg.json", "vcpkg-configuration.json", "CMakePresets.json", ".gitmodules"} {
				if len(s)%3 == len(beside)%3 {
					fsys[beside] = &fstest.MapFile{Data: []byte(s)}
				}
			}
			_, err := detect.Scan(context.Background(), fsys, detect.Config{Name: "app", Detectors: []detect.Detector{Detector{}}})
			if err != nil && err.Error() == "" {
				t.Error("an error without words")
			}
		}
	})
}

// What the program reads goes with it, where the project has it.
func TestFiles(t *testing.T) {
	p := scanAll(t, map[string]string{
		"CMakeLists.txt":    "project(a CXX)\nadd_executable(a main.cpp)",
		"main.cpp":          `#include "conf/other.json"` + "\n" + `int main() { x.sin_port = htons(8080); bind(a, b, c); listen(a, 1); open("conf/a.json"); open("../b.yaml"); open("gone.json"); open("src/x.cpp"); svr.set_mount_point("/", "www"); get("/data"); read("key.pem"); read("/etc/hosts.conf"); }`,
		"conf/a.json":       "{}",
		"conf/other.json":   "{}",
		"b.yaml":            "",
		"www/index.html":    "",
		"data/x.csv":        "",
		"src/x.cpp":         "",
		"credentials1.json": "{}",
	})
	if len(p.Services) != 1 {
		t.Fatalf("services are %v", p.Services)
	}
	var got []string
	for _, f := range p.Services[0].Facts.(*Facts).Files {
		got = append(got, f.Source.String()+">"+f.Dest.String())
	}
	if want := []string{"b.yaml>b.yaml", "conf/a.json>app/conf/a.json", "www>app/www"}; !slices.Equal(got, want) {
		t.Errorf("files are %q, want %q", got, want)
	}
}

func TestDrogonConfig(t *testing.T) {
	p := scanAll(t, map[string]string{
		"CMakeLists.txt": "project(a CXX)\nadd_executable(a main.cc)",
		"main.cc":        "#include <drogon/drogon.h>\nint main() { drogon::app().loadConfigFile(\"../config.json\").run(); }",
		"config.json":    `{"listeners": [{"address": "0.0.0.0", "port": 5555}], "db_clients": [{"rdbms": "postgresql"}, {"rdbms": "sqlite3"}], "redis_clients": [{}]}`,
	})
	s := p.Services[0]
	var needs []string
	for _, n := range s.Needs {
		needs = append(needs, n.Name)
	}
	if s.Port.V != 5555 || s.Port.Why[0].Path != "config.json" || strings.Join(needs, " ") != "postgres redis" {
		t.Errorf("port %v, needs %v", s.Port, needs)
	}
}
