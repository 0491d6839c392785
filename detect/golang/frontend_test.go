package golang

import (
	"strings"
	"testing"
)

// A page that only says that the front end is missing is a placeholder, and a script
// other than build may be the one that writes what is embedded.
func TestFrontend(t *testing.T) {
	main := project(`import ("embed"; "net/http")
//go:embed site/dist
var site embed.FS
func main() { http.ListenAndServe(":1234", http.FileServerFS(site)) }`)
	manifest := func(build, release string) string {
		return "-- web/package.json --\n{\"name\": \"web\", \"scripts\": {\"build\": \"" + build + "\", \"release\": \"" + release + "\"}}\n-- web/package-lock.json --\n{\"name\": \"web\", \"lockfileVersion\": 3, \"packages\": {}}\n"
	}
	page := "-- site/dist/index.html --\n<p>No front end was built.\n"
	for _, c := range []struct{ why, files, build string }{
		{"a script that writes where the embedded page lies", page + manifest("vite build", "vite build --outDir=../site/dist --emptyOutDir"), "npm run release"},
		{"the usual script, before others", page + manifest("vite build --outDir ../site/dist", "vite build --outDir=../site/dist"), "npm run build"},
		{"a page that no script writes is the site", page + manifest("vite build", "vite build"), ""},
		{"what is committed is taken", page + "-- site/dist/app.js --\nx\n" + manifest("vite build", "vite build --outDir=../site/dist"), ""},
	} {
		s := one(t, main+c.files)
		got := ""
		if f, ok := s.Facts.(*Facts); ok && f.Frontend != nil {
			got = f.Frontend.Build.String()
		}
		if got != c.build {
			t.Errorf("%s: builds the front end with %q, want %q (%s)", c.why, got, c.build, texts(s.Notes))
		}
	}
}

// A front end whose result is embedded as it is committed is no service of its own.
func TestCommittedFrontend(t *testing.T) {
	s := one(t, project(`import ("embed"; "net/http")
//go:embed static
var site embed.FS
func main() { http.ListenAndServe(":1234", http.FileServerFS(site)) }`)+`-- static/index.html --
<p>
-- static/app.js --
x
-- app/package.json --
{"name": "app", "scripts": {"build": "vite build"}}
-- app/vite.config.js --
export default { build: { outDir: "../static" } }
`)
	if len(s.Parts) != 1 || s.Parts[0].Path.String() != "app" || !strings.Contains(texts(s.Notes), "as it is committed") {
		t.Errorf("parts %v, notes %s", s.Parts, texts(s.Notes))
	}
}
