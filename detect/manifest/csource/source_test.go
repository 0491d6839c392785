package csource_test

import (
	"strings"
	"testing"

	"dockgen/detect/manifest/csource"
)

func TestNewFile(t *testing.T) {
	f := csource.NewFile(`
#include <stdlib.h>
#define PORT 80'80u /* a comment */
#define ESCAPED "a\"b"
// listen(1, "no");
int main(void) { uint16_t port{PORT}; const char *host = R"x(0.0.0.0)x"; char c = ','; serve(host, ',', "a, b"); }
`)
	if !f.Main || len(f.Includes) != 1 || f.Includes[0] != "stdlib.h" {
		t.Errorf("main %v, includes %q", f.Main, f.Includes)
	}
	if port := f.Defines["PORT"]; len(port) != 1 || port[0].Kind != csource.Number || port[0].Text != "8080" {
		t.Errorf("PORT is %v", port)
	}
	if text := f.Defines["ESCAPED"]; len(text) != 1 || text[0].Text != `a"b` {
		t.Errorf("ESCAPED is %v", text)
	}
	if host := f.Values["host"]; len(host) != 1 || host[0].Kind != csource.String || host[0].Text != "0.0.0.0" {
		t.Errorf("host is %v", host)
	}
	last := f.Calls[len(f.Calls)-1]
	if last.Name != "serve" || len(last.Args) != 3 || last.Line != 6 {
		t.Errorf("the last call is %v", last)
	}
}

// What is for other systems alone or left out by #if 0 is not there, nor what stands in
// place of what is for certain; of all else both branches are.
func TestBranches(t *testing.T) {
	for src, want := range map[string]string{
		"#ifdef _WIN32\na(); {\n#else\nb(); {\n#endif\nc(); }":                                               "b c",
		"#if defined(_WIN32) || defined(__APPLE__) /* no */\n#if X\na();\n#else\nq();\n#endif\n#endif\nb();": "b",
		"# ifndef WIN32\na();\n#else\nb();\n#endif\nc();":                                                    "a c",
		"#if !defined(_WIN32) && !defined(__APPLE__)\na();\n#elif X\nb();\n#else\nd();\n#endif\nc();":        "a c",
		"#if defined(_WIN32)\na();\n#elif defined(__linux__)\nb();\n#else\nd();\n#endif\nc();":               "b c",
		"#if defined(_WIN32) || defined(X)\na();\n#else\nb();\n#endif":                                       "a b",
		"#if 0\na(\"it's\");\n#if X\nb();\n#endif\n#endif\nc();":                                             "c",
		"#if 0 // the old way\na();\n#else\nb();\n#endif\nc();":                                              "b c",
		"#if 1\na();\n#else\nb();\n#endif\nc();":                                                             "a c",
		"#if X && 0\na();\n#elif X\nb();\n#else\nd();\n#endif":                                               "b d",
		"#if X\na();\n#elif defined(_WIN32)\nb();\n#else\nd();\n#endif\nc();":                                "a d c",
		"#if X\na();\n#elif 1\nb();\n#else\nd();\n#endif\nc();":                                              "a b c",
		"#if X\na();\n#else\nb();\n#endif\n#if 10\nd();\n#endif":                                             "a b d",
		"#ifdef X\na();\n#else\nb();\n#endif\n#ifdef WIN32\nc();":                                            "a b",
	} {
		var got []string
		f := csource.NewFile("void f(void) {\n" + src + "\n}")
		for _, c := range f.Calls {
			if c.Name != "f" {
				got = append(got, c.Name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}

// A directive in the value of another is none: a line of them would be read as often as
// it has words.
func TestDirectivesDoNotNest(t *testing.T) {
	csource.NewFile(strings.Repeat("#define ", 1<<17))
}

// What is no C must come to an end as well.
func FuzzNewFile(f *testing.F) {
	for _, s := range []string{"f(", `R"x(`, `R"(`, "'", "/*", "#define A (", "#define", "#include <", "x = ", "int x{", "#if", "#ifdef WIN32\n#", "#ifndef WIN32\n#else\n#if\n", ")]}", "\\\n", "\"\\", "0x'", "//\\"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { csource.NewFile(s) })
}
