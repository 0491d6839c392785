package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// runners are the tools whose work is what a project's own files tell them: task runners,
// bundlers without a page of their own, compilers of one kind of file. Each has the name
// that people know it by, and the files that tell.
var runners = []struct {
	program, name string
	files         []string
}{
	{"gulp", "gulp", []string{"gulpfile.js", "gulpfile.mjs", "gulpfile.cjs", "gulpfile.ts", "gulpfile.babel.js", "gulpfile.esm.js", "Gulpfile.js"}},
	{"grunt", "Grunt", []string{"Gruntfile.js", "gruntfile.js", "Gruntfile.cjs", "Gruntfile.ts"}},
	{"brunch", "Brunch", []string{"brunch-config.js", "brunch-config.mjs"}},
	{"broccoli", "Broccoli", []string{"Brocfile.js", "Brocfile.ts"}},
	{"metalsmith", "Metalsmith", []string{"metalsmith.js", "metalsmith.mjs", "metalsmith.json"}},
	{"webpack", "webpack", nil}, {"parcel", "Parcel", nil}, {"rollup", "Rollup", nil}, {"esbuild", "esbuild", nil},
	{"node", "", nil}, {"pug", "", nil}, {"nunjucks", "", nil}, {"posthtml", "", nil}, {"sass", "", nil}, {"postcss", "", nil}, {"tailwindcss", "", nil},
}

// bundlers are those of them that make programs for the browser out of modules.
var bundlers = []string{"webpack", "parcel", "rollup", "esbuild"}

// siteOutputs are the folders that builds write sites to, the usual one first.
var siteOutputs = []string{"dist", "build", "public", "_site", "site", "www", "htdocs", "prod", "production", "release", "output", "out"}

// taskBuilt is the site that a task runner, a bundler or the project's own scripts make in
// a folder of its own; nil where the package builds no page, or nobody says where to.
func (p *project) taskBuilt() *framework {
	if len(p.pkg.Bin) > 0 {
		return nil
	}
	script := p.buildScript()
	cmds := p.expand(p.script(script), 0)
	for _, r := range runners {
		i := slices.IndexFunc(cmds, func(c manifest.Command) bool { return c.Program() == r.program && c.Dir == "" && !c.Opaque })
		file := p.First(r.files...)
		task := ""
		switch {
		case i >= 0:
		case script == "" && file != "" && p.has(r.program):
			if task = p.taskOf(file); task == "" {
				continue
			}
		default:
			continue
		}
		tasks := p.tasksOf(file)
		out := p.siteOutput(p.written(script, cmds, tasks), p.showing(tasks))
		if out == "" {
			continue
		}
		fw := &framework{role: static, name: r.name, deps: []string{r.program}, output: out, tasks: true, pages: !slices.Contains(bundlers, r.program)}
		if p.Has(path.Join(out, "404.html")) || p.sourcePage("404") != "" {
			fw.fallback = PageFallback
		}
		if task != "" {
			fw.build = []string{r.program, task}
		}
		if file != "" {
			fw.at = p.Note(file, 0, "what %s does to build", r.name)
			if r.program == "gulp" && p.major("gulp") == 3 {
				p.remark("package.json", p.pkg.Lines.At("devDependencies", "gulp"), "gulp 3 does not start on Node 12 and newer (primordials is not defined): the build needs gulp 4 or 5")
			}
		}
		p.remark(file, 0, "the build writes the site to %s", out)
		return fw
	}
	return nil
}

// siteOutput picks the folder that the page gets to: one that holds a page already, else
// the usual one where the sources have a page. A library's bundle goes to such a folder
// as well, and it has no page.
func (p *project) siteOutput(written, shown []string) string {
	for _, out := range siteOutputs {
		if slices.Contains(written, out) && p.First(path.Join(out, "index.html"), path.Join(out, "index.htm")) != "" {
			return out
		}
	}
	main := path.Clean(p.pkg.Main)
	exports := p.pkg.Main != "" && main != "index.js" && !strings.Contains(strings.ToLower(main), "gulpfile") || // as npm init writes it
		p.pkg.Main == "index.js" && p.Has("index.js") || p.pkg.Module != "" || p.pkg.Has("exports") || p.pkg.Has("types")
	if p.sourcePage("index") == "" {
		return ""
	}
	for _, out := range siteOutputs {
		if slices.Contains(written, out) && (!exports || p.pkg.Private || slices.Contains(shown, out)) {
			return out
		}
	}
	return ""
}

// pageExts are the kinds of files that a page is made of.
var pageExts = []string{".html", ".htm", ".pug", ".jade", ".njk", ".nunjucks", ".hbs", ".handlebars", ".ejs", ".twig", ".haml", ".liquid", ".mustache"}

// sourcePage is the source of a page of that name, "" for none: in the folders of the
// sources, not among tests or examples.
func (p *project) sourcePage(base string) string {
	patterns := make([]string, len(pageExts))
	for i, ext := range pageExts {
		patterns[i] = base + ext
	}
	for name := range p.Files(patterns...) {
		dir := path.Dir(name)
		parts := strings.Split(dir, "/")
		if dir == "." || len(parts) > 4 || slices.Contains(siteOutputs, parts[0]) && parts[0] != "public" && parts[0] != "site" {
			continue // a page at the top is served from there
		}
		if !slices.ContainsFunc(parts, func(part string) bool {
			return slices.Contains(notRuntimeDirs, part) && part != "docs" || part == "demo" || part == "demos"
		}) {
			return name
		}
	}
	return ""
}

// takesSources makes the folders of a task runner's sources parts of the site: pages and
// manifests in them are what it builds, or what goes into the result.
func (p *project) takesSources(svc *detect.Service, out string) {
	claim := func(name string, why detect.Note) {
		if r, err := safe.NewRelPath(path.Join(p.Path(), name)); err == nil {
			svc.Parts = append(svc.Parts, detect.Part{Path: r, Why: why})
		}
	}
	why := p.Note("package.json", p.pkg.Lines.At("scripts", p.buildScript()), "builds the site")
	claim(out, why)
	if page := p.sourcePage("index"); page != "" {
		claim(strings.SplitN(page, "/", 2)[0], why)
	}
}
