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
	got := cmakeCommands("# a(b)\n#[[ c(d)\n e(f) ]]\nSet(x \"a;b) c\" [=[ raw ) ]=] y) # z()\nif(A AND (B)) \nadd_definitions(-DV=\\\"${V}\\\" -Dn=\"a b\")\nif(X)\nadd_test(")
	want := []command{
		{"set", []string{"x", "a;b) c", "[=[ raw ) ]=]", "y"}, 4},
		{"if", []string{"A", "AND", "(", "B", ")"}, 5},
		{"add_definitions", []string{`-DV=\"${V}\"`, `-Dn="a b"`}, 6},
		{"if", []string{"X"}, 7},
		{"add_test", nil, 8},
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
		{"a pool of connections is no listener", map[string]string{"CMakeLists.txt": "project(a CXX)\nadd_executable(a main.cpp)", "main.cpp": "#include <oatpp/network/Server.hpp>\nint main() { ConnectionPool::createShared(p, 10, seconds(5)); tcp::server::ConnectionProvider::createShared({\"0.0.0.0\", 8123, IP_4}); }"}, "a 8123"},
		{"the function that reads a setting is no number", map[string]string{"CMakeLists.txt": "project(a CXX)\nadd_executable(a main.cpp b.cpp)", "b.cpp": "int conf = 12; int port = 9999;", "main.cpp": "#include <drogon/drogon.h>\nint main() { app().loadConfigFile(f); int port = conf::get(\"SERVER_PORT\", 8848); app().addListener(\"0.0.0.0\", port); }"}, "a 8848"},
		{"how many threads", map[string]string{"CMakeLists.txt": "project(a C)\nadd_executable(a main.c)", "main.c": `int threads = 1000; int main() { mg_start(&callbacks, 0, threads); }`}, "a 8080"},
		{"the first number that a port is given", map[string]string{"Makefile": "web: main.c\n\tcc -o web main.c\n", "main.c": `int parse() { port = (buf[1] << 8) | buf[2]; } int main() { unsigned port = 1080; getaddrinfo(h, port_buf, &x, &y); bind(a, b, c); listen(a, 1); }`}, "web 1080"},
		{"settings that come with it", map[string]string{"Makefile": "web: main.c url.h\n\tcc -o web main.c\n", "url.h": "#define HTTP_PORT 80\n", "etc/web.conf.in": "# Port 1\nUser nobody\nPort 8888\n", "main.c": `int main() { getaddrinfo(h, conf->port, &x, &y); bind(a, b, c); listen(a, 1); }`}, "web 8888"},
		{"what tests run and the build installs", map[string]string{"CMakeLists.txt": "project(a C)\nif(ZEPHYR_BASE)\nelse()\nadd_executable(web main.c)\nadd_test(NAME t COMMAND web)\ninstall(TARGETS web)\nendif()", "main.c": server}, "web 8080"},
		{"a library and its tool", map[string]string{"CMakeLists.txt": "project(a C)\nadd_library(a a.c)\ninstall(TARGETS a)\nadd_executable(a_ctl main.c)\ninstall(TARGETS a_ctl)", "main.c": "int main() {}", "a.c": server}, "library: what CMakeLists.txt makes beside it is a tool for those who use it (dockgen init --main a_ctl takes it)"},
		{"a library in the tree, built into the program", map[string]string{"Makefile": "web: main.o src/lib/lib.o\n\tcc -o web main.o src/lib/lib.o\n", "main.c": server, "src/lib/lib.c": "int f;", "src/lib/Makefile": "dep: lib.c\n\tcc -o dep lib.c\n"}, "web 8080"},
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

// The folder of pages that a program serves is no site of its own.
func TestPages(t *testing.T) {
	files := map[string]string{
		"Makefile": "web: main.c\n\tcc -o web main.c\n", "public/html/index.html": "<p>", "other/index.html": "<p>",
		"main.c": `int main() { set_root("./public"); addr.sin_port = htons(8080); bind(s, a, n); listen(s, 5); }`,
	}
	s := scanAll(t, files).Services[0]
	if len(s.Parts) != 1 || s.Parts[0].Path.String() != "public/html" || s.Parts[0].Why.Line != 1 {
		t.Errorf("parts %v", s.Parts)
	}
}

// A client library that is kept in the tree is linked by no name.
func TestClientInTheTree(t *testing.T) {
	files := map[string]string{
		"Makefile": "web: main.o hiredis/hiredis.o\n\tcc -o web main.o hiredis/hiredis.o\n", "hiredis/hiredis.c": "#include \"hiredis.h\"",
		"main.c": `#include "hiredis/hiredis.h"
int main() { addr.sin_port = htons(8080); bind(s, a, n); listen(s, 5); }`,
	}
	if s := scanAll(t, files).Services[0]; len(s.Needs) != 1 || s.Needs[0].Name != "redis" {
		t.Errorf("needs %v", s.Needs)
	}
}

// A client that a program of Drogon's makes itself says which database it talks to.
func TestDrogonClient(t *testing.T) {
	files := map[string]string{
		"CMakeLists.txt": "project(a CXX)\nadd_executable(a main.cc)",
		"main.cc":        "#include <drogon/drogon.h>\nint main() { app().createDbClient(\"postgresql\", host, 5432, name); app().addListener(\"0.0.0.0\", 8848); app().run(); }",
	}
	if s := scanAll(t, files).Services[0]; len(s.Needs) != 1 || s.Needs[0].Name != "postgres" {
		t.Errorf("needs %v", s.Needs)
	}
}

// What a path is put together with is a folder that the program reads, and so is one that
// its configuration names; neither is a site of its own.
func TestServedFolders(t *testing.T) {
	const server = `int main(void) { int s = socket(2, 1, 0); addr.sin_port = htons(4000); bind(s, a, n); listen(s, 5); read_config("web.conf"); sprintf(path, "htdocs%s", url); }`
	p := scanAll(t, map[string]string{"Makefile": "web: main.c\n\tcc -o web main.c\n", "main.c": server, "htdocs/index.html": "a", "web.conf": "serve / {\n  path = ./wwwroot\n}\n", "wwwroot/index.html": "a"})
	s := scantest.One(t, p)
	var files, parts []string
	for _, f := range s.Facts.(*Facts).Files {
		files = append(files, f.Dest.String())
	}
	for _, o := range s.Parts {
		parts = append(parts, o.Path.String())
	}
	slices.Sort(parts)
	if got := strings.Join(files, " "); got != "app/htdocs app/web.conf app/wwwroot" {
		t.Errorf("files %s", got)
	}
	if got := strings.Join(parts, " "); got != "htdocs wwwroot" {
		t.Errorf("parts %s", got)
	}
}

// What an example links is not what the program needs.
func TestExamplesLink(t *testing.T) {
	const server = `int main(void) { int s = socket(2, 1, 0); addr.sin_port = htons(4000); bind(s, a, n); listen(s, 5); }`
	p := scanAll(t, map[string]string{"CMakeLists.txt": "project(a C)\nadd_subdirectory(lib)\nadd_subdirectory(samples)\nadd_executable(web main.c)\nadd_executable(testrunner main.c)", "main.c": server,
		"lib/CMakeLists.txt": "find_package(PostgreSQL)", "samples/CMakeLists.txt": "pkg_check_modules(M libmariadb)"})
	s := scantest.One(t, p)
	if len(s.Needs) != 1 || s.Needs[0].Name != "postgres" {
		t.Errorf("needs %v", s.Needs)
	}
}
