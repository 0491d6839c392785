package node

import "testing"

func TestSiteBase(t *testing.T) {
	for _, c := range []struct {
		why   string
		files files
		want  string
	}{
		{"Vite's configuration", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "index.html": "x", "vite.config.js": "export default { base: '/shop/' }"}, "shop"},
		{"its flag", files{"package.json": manifestOf(`"build": "vite build --base=/a/b/"`, "vite", "react"), "index.html": "x"}, "a/b"},
		{"a relative base", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "index.html": "x", "vite.config.js": "export default { base: './' }"}, ""},
		{"an address of another host", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "index.html": "x", "vite.config.js": "export default { base: 'https://cdn.example/' }"}, ""},
		{"Create React App's homepage", files{"package.json": `{"homepage": "https://me.example/app", "scripts": {"build": "react-scripts build"}, "dependencies": {"react-scripts": "5.0.1"}}`}, "app"},
		{"a base that no configuration can hold", files{"package.json": manifestOf(`"build": "vite build"`, "vite"), "index.html": "x", "vite.config.js": "export default { base: '/a;b/' }"}, ""},
	} {
		s := one(t, c.files)
		if got := s.Facts.(*Facts).Site.Base.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}
