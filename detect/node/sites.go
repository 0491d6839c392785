package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
)

// configs are the names of a tool's configuration in each kind of module.
func configs(base string) []string {
	return []string{base + ".ts", base + ".js", base + ".mjs", base + ".mts", base + ".cjs", base + ".cts"}
}

// refineVite: without an index.html Vite builds a library or another
// framework's assets (https://vite.dev/guide/#index-html-and-project-root).
func refineVite(p *project, f *framework) error {
	name := p.viteConfig()
	config := p.load(name)
	root := "."
	if dir, _, ok := p.literal(config, "root"); ok {
		if r, ok := rel(path.Join(path.Dir(name), dir)); ok {
			root = r.String()
		}
	}
	if config != nil && len(config.Props("lib")) > 0 {
		return detect.NotService("library: %s builds one (build.lib)", name)
	}
	if !p.Has(path.Join(root, "index.html")) {
		return detect.NotService("Vite builds no page of its own here: there is no %s", path.Join(root, "index.html"))
	}
	f.output = path.Join(root, "dist")
	if dir, line, ok := p.literal(config, "outDir"); ok {
		if r, ok := rel(path.Join(root, dir)); ok {
			f.output = r.String()
			p.remark(name, line, "outDir: the build writes to %s", r)
		}
	}
	if dir, ok := p.scriptFlag("--outDir", "--out-dir"); ok {
		f.output = path.Join(root, dir)
	}
	f.name = p.viteUI()
	return nil
}

// viteConfig is the configuration that the build script names, else the one of the usual name.
func (p *project) viteConfig() string {
	if name, ok := p.scriptFlag("--config", "-c"); ok && p.Has(path.Clean(name)) {
		return path.Clean(name)
	}
	return p.First(configs("vite.config")...)
}

// viteUI adds to Vite's name that of the library that the page is made with.
func (p *project) viteUI() string {
	for _, ui := range []struct{ dep, name string }{{"react", "React"}, {"vue", "Vue"}, {"svelte", "Svelte"}, {"solid-js", "Solid"}, {"preact", "Preact"}, {"lit", "Lit"}, {"@builder.io/qwik", "Qwik"}} {
		if p.has(ui.dep) {
			return "Vite " + ui.name
		}
	}
	return "Vite"
}

// scriptFlag returns the value of a flag in what the build script runs.
func (p *project) scriptFlag(flags ...string) (string, bool) {
	cmds, _ := manifest.Commands(p.script("build"))
	for _, c := range cmds {
		for i, a := range c.Args {
			flag, value, joined := strings.Cut(a, "=")
			if !slices.Contains(flags, flag) {
				continue
			}
			if !joined && i+1 < len(c.Args) {
				value = c.Args[i+1]
			}
			if r, ok := rel(value); ok && value != "" {
				return r.String(), true
			}
		}
	}
	return "", false
}

// refineRsbuild reads output.distPath.root (https://rsbuild.rs/config/output/dist-path).
func refineRsbuild(p *project, f *framework) error {
	if p.First(configs("rsbuild.config")...) == "" && p.script("build") == "" {
		return detect.NotService("no rsbuild.config says what Rsbuild builds here")
	}
	if out := nodepkg.OutputOf(p.Dir); out != "" {
		f.output = out
	}
	return nil
}

// refineVitePress: the pages' folder is an argument of the build.
func refineVitePress(p *project, f *framework) error {
	cmds, _ := manifest.Commands(p.script(p.buildScript()))
	for _, c := range cmds {
		if prog := c.Program(); prog != "vitepress" && prog != "vuepress" {
			continue
		}
		for _, a := range c.Args[1:] {
			if a != "build" && !strings.HasPrefix(a, "-") && p.HasDir(a) {
				f.output = path.Join(a, f.output)
				return nil
			}
		}
	}
	if !p.HasDir("." + strings.ToLower(f.name)) {
		for _, dir := range []string{"docs", "src"} {
			if p.HasDir(path.Join(dir, "."+strings.ToLower(f.name))) {
				f.output = path.Join(dir, f.output)
				return nil
			}
		}
		return detect.NotService("no site of %s's is in this folder", f.name)
	}
	return nil
}

// refineEleventy reads dir.output or --output (https://www.11ty.dev/docs/config/).
func refineEleventy(p *project, f *framework) error {
	name := p.First("eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs", "eleventy.config.ts", ".eleventy.js", ".eleventy.cjs")
	if config := p.load(name); config != nil {
		for _, dir := range config.Props("dir") {
			if out, ok := config.Key(dir.Value, "output"); ok {
				p.setOutput(f, config, out)
			}
		}
		for _, c := range config.Calls(config.Whole()) {
			if c.Name() == "setOutputDirectory" && len(c.Args) == 1 {
				p.setOutput(f, config, c.Args[0])
			}
		}
	}
	if dir, ok := p.scriptFlag("--output"); ok {
		f.output = dir
	}
	return nil
}

// setOutput takes the folder that an expression names as the build's output.
func (p *project) setOutput(f *framework, config *javascript.File, s javascript.Span) {
	if v := p.program.Value(config, s); v.Set {
		if r, ok := rel(v.Text); ok {
			f.output = r.String()
			p.remark(config.Path, config.Line(s), "the build writes to %s", r)
		}
	}
}

// refineVueCLI reads outputDir (https://cli.vuejs.org/config/#outputdir).
func refineVueCLI(p *project, f *framework) error {
	if config := p.load(p.First(configs("vue.config")...)); config != nil {
		for _, prop := range config.Props("outputDir") {
			p.setOutput(f, config, prop.Value)
		}
	}
	return nil
}

// refineParcel: a page is what it starts from, else it builds a library.
func refineParcel(p *project, f *framework) error {
	source := ""
	p.pkg.Field("source", &source)
	cmds, _ := manifest.Commands(p.script(p.buildScript()))
	for _, c := range cmds {
		for _, a := range c.Args {
			if strings.HasSuffix(a, ".html") {
				source = a
			}
		}
	}
	if !strings.HasSuffix(source, ".html") {
		return detect.NotService("Parcel builds no page here: no .html file is its source")
	}
	if dir, ok := p.scriptFlag("--dist-dir", "-d", "--out-dir"); ok {
		f.output = dir
	}
	return nil
}

// refineWebpack reads output.path: path.resolve(__dirname, "dist").
func refineWebpack(p *project, f *framework) error {
	name := p.First("webpack.config.js", "webpack.prod.js", "webpack.config.prod.js", "webpack.config.ts", "webpack.config.cjs", "webpack.config.mjs", "webpack.common.js", "config/webpack.config.js", "config/webpack.prod.js")
	if n, ok := p.scriptFlag("--config", "-c"); ok && p.Has(n) {
		name = n
	}
	config := p.load(name)
	if config == nil {
		return nil
	}
	for _, out := range config.Props("output") {
		at, ok := config.Key(out.Value, "path")
		if !ok {
			continue
		}
		if dir, ok := p.pathOf(config, at); ok {
			f.output = dir
		}
	}
	return nil
}

// pathOf evaluates path.join(__dirname, "a", "b") and __dirname + "/a" to a
// path relative to the project.
func (p *project) pathOf(f *javascript.File, s javascript.Span) (string, bool) {
	parts := f.Strings(s)
	if len(parts) == 0 {
		return "", false
	}
	at := ""
	if f.Has(s, "__dirname") || f.Has(s, "dirname") || f.Has(s, "import") {
		at = path.Dir(f.Path)
	}
	r, ok := rel(path.Join(append([]string{at}, parts...)...))
	return r.String(), ok
}
