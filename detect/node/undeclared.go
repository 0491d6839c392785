package node

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
)

// undeclared finds a package that the members use without naming it in their manifests, or
// the root in its own: something else brings it into the folder that all are hoisted
// into, and that may be what a member left out depends on. No name: all is declared.
func (p *project) undeclared(members []nodepkg.Member) (why detect.Note, name string) {
	if !p.npm.Hoists() {
		return why, ""
	}
	for _, m := range members {
		for _, u := range p.usedBy(m) {
			if p.npm.Lock.Opaque || p.npm.Lock.Has(u.name) && !p.npm.Declared(u.name) {
				return m.Manifest.Dir.Note(u.file, u.line, "uses %s, which no package.json that the program needs names: what the whole workspace depends on is installed; add it to that of %s", u.name, orElse(m.Manifest.Name, m.Path)), u.name
			}
		}
	}
	return why, ""
}

// loadsDevelopment finds a package that the program loads as it starts, though it is one for
// development: an install for production would leave it out. Of what is compiled the
// imports of types are none, so that only a program that runs as it stands is looked at.
func (p *project) loadsDevelopment(s *start) {
	if s.source == "" || s.source != s.entry || isTypeScript(s.source) || s.development {
		return
	}
	for _, f := range p.program.Reach(s.source, reach) {
		for _, imp := range f.Imports() {
			name, builtin := moduleOf(imp.Path)
			if builtin || name == "" || len(imp.Names) == 0 || !p.has(name) || p.prod(name) {
				continue
			}
			s.development = true
			p.remark(f.Path, imp.Line, "loads %s, which is a dependency for development: the image keeps all of those; move it to dependencies", name)
			return
		}
	}
}

// used is a package that a file takes something of.
type used struct {
	name, file string
	line       int
}

// maxUsed bounds the sources of a member that are read for what they use.
const maxUsed = 1000

// usedBy lists the packages that the member's sources import and that its scripts and
// configurations run, each once. Tests are not built.
func (p *project) usedBy(m nodepkg.Member) []used {
	d := m.Manifest.Dir
	found, _ := detect.Once(d, "node uses:"+d.Path(), func() ([]used, error) {
		var out []used
		seen := map[string]bool{}
		add := func(name, file string, line int) {
			if name != "" && !seen[name] {
				seen[name] = true
				out = append(out, used{name, file, line})
			}
		}
		of := &project{Dir: d, npm: p.npm, pkg: m.Manifest, program: javascript.NewProgram(d)}
		of.scriptsUse(add)
		typed := of.Has("tsconfig.json")
		n, left := 0, javascript.MaxProgram
		for file := range d.Files("*.ts", "*.tsx", "*.js", "*.jsx", "*.mts", "*.cts", "*.mjs", "*.cjs", "*.vue", "*.svelte", "*.astro") {
			if of.foreign(path.Dir(file)) || testFile(file) {
				continue
			}
			src, err := d.Read(file)
			if n, left = n+1, left-len(src); err != nil || len(src) > javascript.MaxSource || n > maxUsed || left < 0 {
				continue
			}
			for _, imp := range javascript.Parse(file, src).Imports() {
				name, builtin := moduleOf(imp.Path)
				switch {
				case !builtin:
					add(name, file, imp.Line)
					if typed && name != "" && !strings.HasPrefix(name, "@") {
						add("@types/"+name, file, imp.Line)
					}
				case typed:
					add("@types/node", file, imp.Line)
				}
			}
		}
		return out, nil
	})
	return found
}

// testFile reports whether a source is for tests alone.
func testFile(name string) bool {
	base := path.Base(name)
	return strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") || strings.Contains(base, ".stories.") || strings.HasSuffix(base, ".d.ts") ||
		strings.HasPrefix(base, "jest.") || strings.HasPrefix(base, "vitest.") || strings.HasPrefix(base, "eslint.") || strings.HasPrefix(base, "prettier.") || strings.HasPrefix(base, "commitlint.")
}

// moduleOf is the package that an import takes something of; "" for a file and for what
// only a bundler knows.
func moduleOf(spec string) (name string, builtin bool) {
	name = packageOf(spec)
	switch {
	case spec == "" || strings.ContainsAny(spec[:1], "./#~$") || strings.HasPrefix(spec, "@/") || strings.HasPrefix(spec, "virtual:"):
		return "", false
	case strings.HasPrefix(spec, "node:") || slices.Contains(builtins, name):
		return name, true
	}
	return name, false
}

// builtins are the modules of Node itself (https://nodejs.org/api/).
var builtins = []string{"assert", "async_hooks", "buffer", "child_process", "cluster", "console", "crypto", "dgram", "diagnostics_channel", "dns", "events", "fs", "http", "http2", "https", "inspector", "module", "net", "os", "path", "perf_hooks", "process", "querystring", "readline", "stream", "string_decoder", "timers", "tls", "tty", "url", "util", "v8", "vm", "wasi", "worker_threads", "zlib"}

// commandsOf are the packages whose programs have another name.
var commandsOf = map[string]string{"tsc": "typescript", "nest": "@nestjs/cli", "ng": "@angular/cli", "svelte-kit": "@sveltejs/kit", "remix": "@remix-run/dev", "react-router": "@react-router/dev", "babel": "@babel/cli", "swc": "@swc/cli", "ncc": "@vercel/ncc", "sass": "sass", "tailwindcss": "@tailwindcss/cli"}

// scriptsUse names the packages whose programs build the package, and those that
// configurations name without importing them.
func (p *project) scriptsUse(add func(name, file string, line int)) {
	for _, script := range slices.Sorted(maps.Keys(p.pkg.Scripts)) {
		base, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(script, "pre"), "post"), ":")
		if base != "build" && base != "compile" && base != "generate" && base != "install" {
			continue
		}
		for _, c := range p.expand(p.pkg.Scripts[script], 0) {
			if len(c.Args) > 0 {
				name := c.Program()
				add(orElse(commandsOf[name], name), "package.json", p.pkg.ScriptNote(script).Line)
			}
		}
	}
	var config struct{ Extends any }
	if p.Has("tsconfig.json") {
		add("typescript", "tsconfig.json", 0)
		if _, err := manifest.JSONC(p.Dir, "tsconfig.json", &config); err == nil {
			if spec, ok := config.Extends.(string); ok {
				name, _ := moduleOf(spec)
				add(name, "tsconfig.json", 0)
			}
		}
	}
	for _, file := range p.Names("postcss.config.*", ".postcssrc*", "babel.config.*", ".babelrc*") {
		text, err := p.Read(file)
		if err != nil {
			continue
		}
		for _, name := range []string{"tailwindcss", "@tailwindcss/postcss", "autoprefixer", "postcss-import", "postcss-nesting", "postcss-preset-env", "cssnano", "@babel/preset-env", "@babel/preset-react", "@babel/preset-typescript"} {
			if strings.Contains(string(text), name) {
				add(name, file, 0)
			}
		}
	}
}
