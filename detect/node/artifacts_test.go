package node

import (
	"slices"
	"testing"
)

// What the build writes beside the program is copied, as its configuration names it, and
// nothing that only a string of the sources seems to name.
func TestWhatTheBuildMakes(t *testing.T) {
	s := one(t, files{
		"package.json":          `{"name": "w", "scripts": {"start": "node server", "build": "webpack --config dev/prod.js"}, "dependencies": {"express": "4"}, "devDependencies": {"webpack": "5"}}`,
		"package-lock.json":     `{"lockfileVersion": 3, "packages": {}}`,
		"server/index.js":       `const app = require("express")(); const kind = "output"; app.listen(3000)`,
		"dev/prod.js":           `module.exports = { output: { path: require("path").join(process.cwd(), "assets") } }`,
		"client/index.js":       `1`,
		"server/views/home.pug": `p`,
	})
	var got []string
	for _, c := range s.Facts.(*Facts).Copies {
		got = append(got, c.From.String())
	}
	if want := []string{"assets", "package.json", "server"}; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("copies %v, want %v", got, want)
	}
}
