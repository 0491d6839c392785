package nodepkg

import (
	"strings"
	"testing"

	"dockgen/detect"
)

func TestOutputs(t *testing.T) {
	for _, c := range []struct {
		why, scripts string
		more         files
		want         string
	}{
		{"the usual folder", `"build": "tsc && vite build"`, nil, "dist"},
		{"Vite's option", `"build": "vite build --outDir ../api/static"`, nil, "../api/static"},
		{"Vite's configuration", `"build": "vite build"`, files{"vite.config.ts": `export default defineConfig({build: {outDir: "../pages"}})`}, "../pages"},
		{"the usual folder in Vite's root", `"build": "vite build"`, files{"vite.config.js": `export default defineConfig({plugins: [vue()], root: "client"})`}, "client/dist"},
		{"from Vite's root", `"build": "vite build"`, files{"vite.config.js": `export default {root: "src", build: {outDir: "../static/dist"}}`}, "static/dist"},
		{"an absolute folder made of parts", `"build": "webpack --mode production"`, files{"webpack.config.js": `module.exports = {output: {filename: "x.js", path: path.resolve(__dirname, "app", "static")}}`}, "app/static"},
		{"files of several scripts", `"build": "npm run js && npm run css", "js": "esbuild src/a.js --outfile=static/a.js", "css": "postcss -o static/a.css a.css"`, nil, "static/a.css static/a.js"},
		{"a runner's pattern", `"build": "run-p build:*", "build:css": "sass a.scss:static/a.css", "other": "sass b.scss c.css"`, nil, "static/a.css"},
		{"Rollup's configuration", `"build": "rollup -c"`, files{"rollup.config.mjs": `export default {output: {file: "out/x.js"}}`}, "out/x.js"},
		{"a tool that nobody knows", `"build": "gulp"`, nil, ""},
		{"scripts that call each other", `"build": "npm run a", "a": "npm run build"`, nil, ""},
		{"a variable", `"build": "vite build --outDir $OUT"`, nil, ""},
		{"an absolute path", `"build": "vite build --outDir /srv/www"`, nil, ""},
		{"webpack by a configuration of another name", `"build": "cross-env A=1 webpack --profile --config dev/webpack.prod.js"`, files{"dev/webpack.prod.js": "const path = require('path')\nmodule.exports = { output: { path: path.join(process.cwd(), 'assets'), publicPath: '/x/' } }\n"}, "assets"},
		{"and one beside its own folder", `"build": "webpack -c=dev/webpack.prod.js"`, files{"dev/webpack.prod.js": "module.exports = { output: { path: path.resolve(__dirname, '../public/js') } }\n"}, "public/js"},
	} {
		f := files{"package.json": `{"scripts": {` + c.scripts + `}}`}
		for name, text := range c.more {
			f[name] = text
		}
		m, err := ReadManifest(dirOf(t, f, ".", detect.Choices{}))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(m.Outputs("build"), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}
