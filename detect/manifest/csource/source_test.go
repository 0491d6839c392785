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

// A directive in the value of another is none: a line of them would be read as often as
// it has words.
func TestDirectivesDoNotNest(t *testing.T) {
	csource.NewFile(strings.Repeat("#define ", 1<<17))
}

// What is no C must come to an end as well.
func FuzzNewFile(f *testing.F) {
	for _, s := range []string{"f(", `R"x(`, `R"(`, "'", "/*", "#define A (", "#define", "#include <", "x = ", "int x{", ")]}", "\\\n", "\"\\", "0x'", "//\\"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) { csource.NewFile(s) })
}
