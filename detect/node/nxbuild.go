package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
)

// nxBuild is what Nx makes of a project.
type nxBuild struct {
	workspace *nxWorkspace
	project   *nxProject
	target    string
	// configuration is "production" where the project has one of that name.
	configuration string
	framework     string // the name of its row; "" for a program of the project's own
	page          bool   // files for a web server
	output        string // folder, relative to the workspace's root
	entry         string // of the program, in the output
	main          string // the source of it, relative to the project's folder
	manifest      bool   // the build writes a package.json with its lock beside the program
	bundled       bool   // the program has all packages in it
	inPlace       bool   // the output is below the project's folder, where the framework looks for it
	why           detect.Note
}

// nxOf returns the build of the project in the folder d: nil where it is none of an Nx
// workspace, or one that is built by the scripts of its own package.json. An error says
// why the project is nothing that runs.
func nxOf(d *detect.Dir) (*nxBuild, error) {
	w, err := nxAbove(d)
	if w == nil || err != nil {
		return nil, nil // without an nx.json that can be read there is no such workspace
	}
	at := relativeTo(w.root, d)
	for _, other := range w.projects {
		if other.file == "project.json" && other.dir != at && other.SourceRoot != "" && within(at, path.Clean(other.SourceRoot)) {
			return nil, detect.NotService("among the sources of the Nx project %s", other.Name)
		}
	}
	p := w.project(at)
	if p == nil || p.file == "package.json" && len(p.Targets) == 0 && !w.inferred(d) || ownBuild(d) {
		return nil, nil
	}
	b := &nxBuild{workspace: w, project: p, target: "build"}
	switch {
	case strings.HasSuffix(p.Name, "-e2e") || strings.HasSuffix(p.dir, "-e2e"):
		return nil, detect.NotService("end-to-end tests of the Nx project %s", strings.TrimSuffix(p.Name, "-e2e"))
	case p.ProjectType == "library":
		return nil, detect.NotService("library of the Nx workspace: projectType in %s", p.file)
	}
	found, err := b.find(d)
	if err != nil {
		return nil, err
	}
	if !found {
		if p.ProjectType == "application" {
			return nil, detect.NotService("an application of the Nx workspace, of which nothing says what its build makes")
		}
		if p.file == "package.json" {
			return nil, nil
		}
		return nil, detect.NotService("library of the Nx workspace: nothing in it makes a program or a page")
	}
	return b, nil
}

// ownBuild reports whether the project's package.json builds it by a script, which is
// the target then, or starts it.
func ownBuild(d *detect.Dir) bool {
	m, err := readPackage(d)
	return err == nil && m != nil && (m.Scripts["build"] != "" || m.Scripts["start"] != "")
}

// inferred reports whether a plugin of the workspace knows a configuration in the folder.
func (w *nxWorkspace) inferred(d *detect.Dir) bool {
	for _, tool := range []string{"webpack", "vite", "next", "rspack", "rsbuild", "nuxt", "remix"} {
		if w.infers(tool) && d.First(configs(tool+".config")...) != "" {
			return true
		}
	}
	return false
}

// find tells what the build makes, by the executor, else by the tool's configuration.
func (b *nxBuild) find(d *detect.Dir) (bool, error) {
	t, ok := b.project.Targets[b.target]
	if _, production := t.Configurations["production"]; production {
		b.configuration = "production"
	}
	executor := t.executor()
	b.why = d.Note(b.project.file, b.project.lines.At("targets", b.target), "build: %s", orElse(executor, t.Command))
	pkg, name, _ := strings.Cut(executor, ":")
	switch pkg {
	case "@nx/next":
		b.framework, b.output, b.manifest = "Next.js", orElse(t.text("outputPath"), b.project.dir), true
		b.inPlace = within(path.Join(b.output, "x"), b.project.dir)
		b.manifest = !b.inPlace && b.flag(t, "generatePackageJson", true)
		return true, nil
	case "@angular-devkit/build-angular", "@angular/build", "@nx/angular", "@angular-builders/custom-webpack", "@angular-builders/custom-esbuild":
		if name == "package" || name == "ng-packagr-lite" || name == "" {
			return false, nil
		}
		b.framework, b.page = "Angular", true
		b.angular(t, name, pkg)
		return b.output != "", nil
	case "@nx/vite":
		return b.vite(d, t.text("outputPath")), nil
	case "@nx/remix", "@nx/nuxt":
		return b.inferredBy(d), nil
	case "@nx/webpack", "@nx/web", "@nx/rspack", "@nx/node", "@nx/esbuild", "@nx/js", "@nx/rollup":
		b.output = t.text("outputPath")
		main := t.text("main")
		if b.output == "" || main == "" {
			return b.inferredBy(d), nil
		}
		if pkg == "@nx/web" || t.text("index") != "" || t.text("target") == "web" {
			b.framework, b.page = "webpack", true
			return true, nil
		}
		b.program(t, pkg, main)
		return true, nil
	}
	if !ok || pkg == "" || pkg == "nx" || pkg == "@nx/workspace" {
		return b.inferredBy(d), nil
	}
	return false, nil
}

// program is the output of the executors that compile a program.
func (b *nxBuild) program(t nxTarget, pkg, main string) {
	b.main = strings.TrimPrefix(path.Clean(main), b.project.dir+"/")
	base := strings.TrimSuffix(path.Base(main), path.Ext(main))
	b.entry = "main.js" // what webpack's and rspack's call the entry
	switch pkg {
	case "@nx/esbuild":
		ext := ".js"
		var format []string
		var esbuild struct {
			OutExtension map[string]string `json:"outExtension"`
		}
		t.option("format", &format)
		t.option("esbuildOptions", &esbuild)
		if len(format) > 0 && format[0] == "cjs" {
			ext = orElse(esbuild.OutExtension[".js"], ".cjs")
		}
		b.entry = base + ext
		b.bundled = b.flag(t, "thirdParty", false) && b.flag(t, "bundle", true)
	case "@nx/js": // keeps the folders below the project
		b.entry = path.Join(path.Dir(b.main), base+".js")
		if name := t.text("outputFileName"); name != "" {
			b.entry = path.Clean(name)
		}
	case "@nx/rollup":
		b.entry = "index.cjs.js"
	}
	if name := t.text("outputFileName"); name != "" && pkg != "@nx/js" {
		b.entry = path.Clean(name)
	}
	b.manifest = b.flag(t, "generatePackageJson", false)
}

func (b *nxBuild) flag(t nxTarget, name string, otherwise bool) bool {
	value := otherwise
	t.option(name, &value)
	return value
}

// angular finds the page as refineAngular does: the builders since 17 put it into browser/.
func (b *nxBuild) angular(t nxTarget, name, pkg string) {
	browser := "browser"
	if strings.HasPrefix(name, "browser") || name == "webpack-browser" || pkg == "@angular-builders/custom-webpack" {
		browser = ""
	}
	var out struct {
		Base    string  `json:"base"`
		Browser *string `json:"browser"`
	}
	base := t.text("outputPath")
	if base == "" && t.option("outputPath", &out) {
		base = out.Base
		if out.Browser != nil {
			browser = *out.Browser
		}
	}
	if base == "" {
		base = path.Join("dist", b.project.dir)
	}
	b.output = path.Join(base, browser)
}

// vite is a page where there is an index.html; a build without one makes a library.
func (b *nxBuild) vite(d *detect.Dir, output string) bool {
	name := d.First(configs("vite.config")...)
	program := javascript.NewProgram(d)
	config := program.Load(name)
	if config != nil && len(config.Props("lib")) > 0 || !d.Has("index.html") {
		return false
	}
	b.framework, b.page, b.output = "Vite", true, output
	if b.output == "" {
		b.output = b.outputs(path.Join(b.project.dir, "dist"))
	}
	if config != nil {
		for _, prop := range config.Props("outDir") {
			if v := program.Value(config, prop.Value); v.Set && !path.IsAbs(v.Text) && output == "" {
				b.output = path.Join(b.project.dir, v.Text)
			}
		}
	}
	return true
}

// outputs is the folder that the target says it writes, where no option does
// (https://nx.dev/docs/reference/project-configuration#outputs).
func (b *nxBuild) outputs(otherwise string) string {
	for _, out := range b.project.Targets[b.target].Outputs {
		out = strings.ReplaceAll(out, "{projectName}", b.project.Name)
		out = strings.ReplaceAll(strings.TrimPrefix(out, "{workspaceRoot}/"), "{projectRoot}", b.project.dir)
		if !strings.ContainsAny(out, "{}*!") && out != "" {
			return path.Clean(out)
		}
	}
	return otherwise
}

// inferredBy tells what a tool's configuration makes, which a plugin turns into the target.
func (b *nxBuild) inferredBy(d *detect.Dir) bool {
	runs := b.project.Targets[b.target].commands()
	calls := func(tools ...string) bool {
		return slices.ContainsFunc(tools, func(tool string) bool {
			if b.workspace.infers(tool) {
				return true
			}
			for _, c := range runs {
				if program := c.Program(); program == tool || program == tool+"-cli" {
					return true
				}
			}
			return false
		})
	}
	_, described := b.project.Targets[b.target]
	for _, tool := range []string{"next", "nuxt", "remix", "vite", "rsbuild", "webpack", "rspack"} {
		name := d.First(configs(tool + ".config")...)
		if name == "" || !calls(tool) && !described {
			continue
		}
		b.why = d.Note(name, 0, "Nx builds the project by it")
		switch tool {
		case "next":
			b.framework, b.output, b.inPlace = "Next.js", b.project.dir, true
			return true
		case "nuxt":
			b.framework, b.output, b.inPlace = "Nuxt", b.project.dir, true
			return true
		case "remix":
			b.framework, b.output, b.inPlace = "Remix", b.project.dir, true
			return true
		case "rsbuild":
			b.framework, b.page, b.output = "Rsbuild", true, b.outputs(path.Join(b.project.dir, orElse(nodepkg.OutputOf(d), "dist")))
			return true
		case "vite":
			if b.vite(d, "") {
				return true
			}
		default:
			if b.webpack(d, name) {
				return true
			}
		}
	}
	return false
}

// webpack reads the configuration of NxAppWebpackPlugin
// (https://nx.dev/docs/technologies/build-tools/webpack/guides/webpack-plugins).
func (b *nxBuild) webpack(d *detect.Dir, name string) bool {
	program := javascript.NewProgram(d)
	f := program.Load(name)
	if f == nil {
		return false
	}
	text := func(key string) string {
		for _, prop := range f.Props(key) {
			if v := program.Value(f, prop.Value); v.Set {
				return v.Text
			}
		}
		return ""
	}
	if out := text("outputPath"); out != "" {
		b.output = path.Clean(out) // relative to the workspace's root
	}
	for _, out := range f.Props("output") {
		if at, ok := f.Key(out.Value, "path"); ok && (f.Has(at, "__dirname") || f.Has(at, "dirname")) {
			b.output = path.Join(append([]string{b.project.dir}, f.Strings(at)...)...)
		}
	}
	if b.output == "" {
		b.output = b.outputs(path.Join("dist", b.project.dir))
	}
	main := text("main")
	if main == "" {
		main = "./src/main.ts"
	}
	if text("target") != "node" {
		if text("index") == "" && !d.Has("src/index.html") {
			return false
		}
		b.framework, b.page = "webpack", true
		return true
	}
	b.main, b.entry = path.Clean(main), "main.js"
	if strings.HasPrefix(b.main, b.project.dir+"/") {
		b.main = strings.TrimPrefix(b.main, b.project.dir+"/")
	}
	if file := text("outputFileName"); file != "" {
		b.entry = path.Clean(file)
	}
	for _, prop := range f.Props("generatePackageJson") {
		b.manifest = b.manifest || f.Is(prop.Value, "true")
	}
	return true
}
