package node

import (
	"strings"
	"testing"

	"dockgen/detect"
)

// TestTaskBuilt: a page that a task runner, a bundler or a script makes is built, and not
// taken as it was committed; a library's bundle is no page.
func TestTaskBuilt(t *testing.T) {
	const gulp = `{"name": "app", "scripts": {"build": "gulp build"}, "devDependencies": {"gulp": "^5.0.0"}%s}`
	more := func(text string) string { return strings.Replace(gulp, "%s", text, 1) }
	for _, c := range []struct {
		why    string
		files  files
		output string // "" for no site
		build  string
	}{
		{"the folder's name stands in package.json, which the file reads, and the old result is committed", files{
			"package.json":    more(`, "files": ["dist/"], "dirs": {"dist": "dist", "src": "src"}`),
			"gulpfile.mjs":    "const require = createRequire(import.meta.url)\nconst pkg = require('./package.json')\nconst dirs = pkg['dirs']\ngulp.task('copy', () => gulp.src(`${dirs.src}/index.html`).pipe(gulp.dest(dirs.dist)))",
			"dist/index.html": "<p>old", "src/index.html": "<p>new", "dist/package.json": `{"name": "dist"}`, "src/package.json": `{"name": "made", "scripts": {"build": "webpack"}, "devDependencies": {"html-webpack-plugin": "^5.0.0", "webpack": "^5.0.0"}}`,
		}, "dist", "npm run build"},
		{"in a configuration beside it", files{
			"package.json": more(""), "config.yml": "PATHS:\n  dist: public\n", "gulpfile.babel.js": "const { PATHS } = yaml.load(fs.readFileSync('config.yml', 'utf8'))\nfunction pages() { return gulp.src('src/pages/**/*.hbs').pipe(gulp.dest(PATHS.dist + '/a')) }",
			"src/pages/index.hbs": "<p>{{x}}",
		}, "public", "npm run build"},
		{"no script builds: the task does", files{
			"package.json":  `{"name": "app", "main": "gulpfile.js", "devDependencies": {"gulp": "^4.0.2"}}`,
			"gulpfile.js":   "const paths = { out: './dist/' }\nconst html = () => src('src/*.pug').pipe(dest(paths.out))\nexports.watch = series(html, watch)\nexports.default = series(clean, html)",
			"src/index.pug": "p hello",
		}, "dist", "npx --no-install gulp default"},
		{"a task that never ends builds nothing", files{
			"package.json":   `{"name": "app", "devDependencies": {"gulp": "^4.0.2"}}`,
			"gulpfile.js":    "gulp.task('html', () => gulp.src('src/*.html').pipe(gulp.dest('dist')))\ngulp.task('default', gulp.series('html', 'watch'))",
			"src/index.html": "<p>",
		}, "", ""},
		{"Grunt", files{
			"package.json":  `{"name": "app", "scripts": {"build": "grunt"}, "devDependencies": {"grunt": "^1.6.0"}}`,
			"Gruntfile.js":  "module.exports = grunt => { grunt.initConfig({ pug: { all: { src: 'app/index.pug', dest: 'build/index.html' } } }) }",
			"app/index.pug": "p hello",
		}, "build", "npm run build"},
		{"scripts of the project's own", files{
			"package.json":    `{"name": "app", "scripts": {"build": "npm run build:pug && npm run build:css", "build:pug": "node scripts/pug.js", "build:css": "node scripts/css.js"}}`,
			"scripts/pug.js":  "const out = path.resolve(path.dirname(__filename), '../dist')",
			"scripts/css.js":  "render()",
			"dist/index.html": "<p>old", "src/pug/index.pug": "p new",
		}, "dist", "npm run build"},
		{"a bundler, whose page is committed where its bundle goes", files{
			"package.json":      `{"name": "app", "private": true, "scripts": {"build": "webpack --mode production"}, "devDependencies": {"webpack": "^5.0.0", "webpack-cli": "^5.0.0"}}`,
			"webpack.config.js": "module.exports = { entry: './src/index.js', output: { filename: 'main.js', path: path.resolve(__dirname, 'dist') } }",
			"dist/index.html":   "<script src=main.js></script>",
		}, "dist", "npm run build"},
		{"a library's bundle", files{
			"package.json":     `{"name": "lib", "main": "dist/lib.js", "scripts": {"build": "rollup -c -o dist/lib.js"}, "devDependencies": {"rollup": "^4.0.0"}}`,
			"rollup.config.js": "export default {}", "examples/index.html": "<p>", "src/index.html": "<p>test page",
		}, "", ""},
		{"a library that is built by gulp, and whose tests have a page", files{
			"package.json": more(`, "main": "dist/lib.js"`),
			"gulpfile.js":  "gulp.task('build', () => gulp.src('src/*.js').pipe(gulp.dest('dist')))", "test/index.html": "<p>",
		}, "", ""},
	} {
		found := scan(t, c.files)
		var got, build string
		for _, s := range found.Services {
			if s.Kind != detect.Static {
				t.Errorf("%s: %s is a %s", c.why, s.Name, s.Kind)
				continue
			}
			got, build = s.Facts.(*Facts).Site.Dir.String(), s.Build.V.String()
		}
		if got != c.output || build != c.build || len(found.Services) > 1 {
			t.Errorf("%s: %d services, built by %q into %q, want %q into %q: %v", c.why, len(found.Services), build, got, c.build, c.output, found.Notes)
		}
	}
}
