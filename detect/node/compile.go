package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/manifest"
)

// tsconfig is what of tsconfig.json decides where the compiler writes
// (https://www.typescriptlang.org/tsconfig/).
type tsconfig struct {
	Extends         any `json:"extends"`
	CompilerOptions struct {
		OutDir  string              `json:"outDir"`
		RootDir string              `json:"rootDir"`
		NoEmit  *bool               `json:"noEmit"`
		BaseURL string              `json:"baseUrl"`
		Paths   map[string][]string `json:"paths"`
	} `json:"compilerOptions"`
	Include []string `json:"include"`
	Files   []string `json:"files"`
	Exclude []string `json:"exclude"`
	path    string
}

// readTSConfig reads a file and those that it extends; nil where there is none.
func (p *project) readTSConfig(name string, depth int) *tsconfig {
	if depth > 5 || !p.Has(name) {
		return nil
	}
	c := &tsconfig{path: name}
	if _, err := manifest.JSONC(p.Dir, name, c); err != nil {
		return nil // the compiler will say it better
	}
	c.locate(path.Dir(name))
	var parents []string
	switch x := c.Extends.(type) {
	case string:
		parents = []string{x}
	case []any:
		for _, e := range x {
			if s, ok := e.(string); ok {
				parents = append(parents, s)
			}
		}
	}
	for _, parent := range slices.Backward(parents) {
		if !strings.HasPrefix(parent, ".") {
			continue
		}
		file := path.Join(path.Dir(name), parent)
		if path.Ext(file) != ".json" {
			file += ".json"
		}
		if base := p.readTSConfig(file, depth+1); base != nil {
			c.inherit(base)
		}
	}
	return c
}

// locate makes the paths relative to the project: each is meant from the file that it
// stands in (https://www.typescriptlang.org/tsconfig/#extends).
func (c *tsconfig) locate(dir string) {
	o := &c.CompilerOptions
	for pattern, targets := range o.Paths {
		for i, t := range targets {
			targets[i] = path.Join(dir, o.BaseURL, t)
		}
		o.Paths[pattern] = targets
	}
	if dir == "." {
		return
	}
	for _, p := range []*string{&o.OutDir, &o.RootDir, &o.BaseURL} {
		if *p != "" && !path.IsAbs(*p) && !strings.HasPrefix(*p, "${") { // ${configDir} is the project's own
			*p = path.Join(dir, *p)
		}
	}
	for _, list := range [][]string{c.Include, c.Files, c.Exclude} {
		for i, p := range list {
			list[i] = path.Join(dir, p)
		}
	}
}

func (c *tsconfig) inherit(base *tsconfig) {
	o, b := &c.CompilerOptions, base.CompilerOptions
	o.OutDir, o.RootDir, o.BaseURL = orElse(o.OutDir, b.OutDir), orElse(o.RootDir, b.RootDir), orElse(o.BaseURL, b.BaseURL)
	if o.NoEmit == nil {
		o.NoEmit = b.NoEmit
	}
	if o.Paths == nil {
		o.Paths = b.Paths
	}
	if c.Include == nil {
		c.Include = base.Include
	}
	if c.Files == nil {
		c.Files = base.Files
	}
	if c.Exclude == nil {
		c.Exclude = base.Exclude
	}
}

// aliases teaches the program the paths of tsconfig.json.
func (p *project) aliases() {
	c := p.readTSConfig("tsconfig.json", 0)
	if c == nil {
		if c = p.readTSConfig("jsconfig.json", 0); c == nil {
			return
		}
	}
	for pattern, targets := range c.CompilerOptions.Paths {
		if len(targets) > 0 {
			p.program.Alias(strings.TrimSuffix(pattern, "*"), strings.TrimSuffix(targets[0], "*"))
		}
	}
	if c.CompilerOptions.BaseURL != "" {
		p.program.Alias("", path.Clean(c.CompilerOptions.BaseURL))
	}
}

// includes reports whether the compiler takes the file.
func (c *tsconfig) includes(name string) bool {
	if slices.ContainsFunc(c.Exclude, func(pattern string) bool { return matchesTS(pattern, name) }) {
		return false
	}
	if out := c.CompilerOptions.OutDir; out != "" && matchesTS(out, name) {
		return false
	}
	if c.Include == nil && c.Files == nil {
		return true
	}
	return slices.ContainsFunc(append(slices.Clone(c.Include), c.Files...), func(pattern string) bool { return matchesTS(pattern, name) })
}

// matchesTS matches a pattern of tsconfig.json, which may be a folder.
func matchesTS(pattern, name string) bool {
	pattern = strings.TrimPrefix(path.Clean(pattern), "./")
	if pattern == "." {
		return true
	}
	return matchElems(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

func matchElems(pattern, name []string) bool {
	switch {
	case len(pattern) == 0:
		return true // a folder: all below it
	case pattern[0] == "**":
		for i := range len(name) + 1 {
			if matchElems(pattern[1:], name[i:]) {
				return true
			}
		}
		return false
	case len(name) == 0:
		return false
	}
	ok, err := path.Match(pattern[0], name[0])
	return err == nil && ok && matchElems(pattern[1:], name[1:])
}

// outFolders are where builds write, when nothing tells.
var outFolders = []string{"dist", "build", "out", "lib", "output", ".output"}

// isOutput reports whether a path lies where builds write.
func (p *project) isOutput(name string) bool {
	top, _, below := strings.Cut(path.Clean(name), "/")
	return below && slices.Contains(outFolders, top)
}

// sourceOf finds the source of a file that the build writes, by the name that
// is left of it below the output folder; "" for none.
func (p *project) sourceOf(built string) string {
	built = path.Clean(built)
	if path.Ext(built) == "" {
		built += ".js"
	}
	parts := strings.Split(built, "/")
	for i := 1; i < len(parts); i++ {
		rest := path.Join(parts[i:]...)
		for _, root := range []string{".", "src", "server", "app", "lib"} {
			if source := p.program.Find(path.Join(root, rest)); source != "" && !strings.HasPrefix(source, parts[0]+"/") {
				return source
			}
		}
	}
	return ""
}

// compiled finds what the build makes of a source; nil where nothing says so.
func (p *project) compiled(source string) *start {
	out := p.compilerOutput(source)
	if out == "" {
		return nil
	}
	return &start{argv: []string{"node", out}, entry: out, source: source}
}

// compilerOutput reads the build script for the program that compiles the source.
func (p *project) compilerOutput(source string) string {
	base := strings.TrimSuffix(path.Base(source), path.Ext(source))
	ext := ".js"
	switch path.Ext(source) {
	case ".mts":
		ext = ".mjs"
	case ".cts":
		ext = ".cjs"
	}
	for _, c := range p.expand(p.script(p.buildScript()), 0) {
		args := c.Args
		flag := func(names ...string) string { return flagValue(args, names...) }
		switch c.Program() {
		case "tsc", "tspc", "ttsc", "nest":
			run, ok := p.compilation(c)
			switch {
			case !ok && c.Program() == "nest":
				return "dist/main.js"
			case !ok:
				continue
			}
			if c.Program() == "nest" || run.config.includes(source) {
				return run.output(p, source)
			}
		case "tsup", "tsdown", "unbuild":
			return path.Join(orElse(flag("-d", "--out-dir", "--outDir"), "dist"), base+p.bundleExt(c.Program(), flag("--format")))
		case "esbuild":
			if file := flag("--outfile"); file != "" {
				return path.Clean(file)
			}
			if dir := flag("--outdir"); dir != "" {
				return path.Join(dir, base+orElse(flag("--out-extension:.js"), ".js"))
			}
		case onBun:
			if len(args) > 2 && args[1] == "build" && slices.ContainsFunc(args[2:], func(a string) bool { return path.Clean(a) == source }) {
				if file := flag("--outfile"); file != "" && !slices.Contains(args, "--compile") {
					return path.Clean(file)
				}
				if dir := flag("--outdir"); dir != "" {
					return path.Join(dir, base+ext)
				}
			}
		case "swc", "babel":
			if dir := flag("-d", "--out-dir"); dir != "" && len(args) > 1 {
				return moved(source, path.Clean(args[1]), dir, base+".js")
			}
		case "vite":
			// --ssr makes a program instead of a page (https://vite.dev/guide/ssr#building-for-production);
			// the plug-in says it by itself (https://www.npmjs.com/package/vite-plugin-fastify).
			if ssr := flag("--ssr"); ssr != "" && path.Clean(ssr) == source || p.has("vite-plugin-fastify") {
				return path.Join(orElse(flag("--outDir"), "dist"), base+ext)
			}
		case "ncc":
			return path.Join(orElse(flag("-o", "--out"), "dist"), "index.js")
		case "nx":
			if out := p.nxOutput(source); out != "" {
				return out
			}
		}
	}
	return ""
}

// moved is the file of that name where the folder root is written to out.
func moved(source, root, out, name string) string {
	dir := path.Dir(source)
	if root != "." {
		dir = strings.TrimPrefix(strings.TrimPrefix(dir, root), "/")
	}
	return path.Join(out, dir, name)
}

// bundleExt: a bundle in the format that is not the package's own gets an
// extension that says so (https://tsup.egoist.dev/#output-extension).
func (p *project) bundleExt(program, format string) string {
	module := p.pkg.Type == "module"
	if format == "" {
		if config := p.load(p.First(configs(program + ".config")...)); config != nil {
			for _, prop := range config.Props("format") {
				if s := config.Strings(prop.Value); len(s) > 0 {
					format = s[0]
				}
			}
		}
	}
	format = strings.SplitN(format, ",", 2)[0]
	switch {
	case program == "tsdown", program == "unbuild":
		if format == "cjs" && !module {
			return ".js"
		}
		return ".mjs"
	case format == "esm" && !module:
		return ".mjs"
	case format != "esm" && module:
		return ".cjs"
	}
	return ".js"
}

// flagValue returns the value of a flag, "--flag value" or "--flag=value".
func flagValue(args []string, names ...string) string {
	for i, a := range args {
		flag, value, joined := strings.Cut(a, "=")
		if !slices.Contains(names, flag) {
			continue
		}
		if joined {
			return value
		}
		if i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
			return args[i+1]
		}
	}
	return ""
}

// nxOutput reads project.json: the build's outputPath and main.
func (p *project) nxOutput(source string) string {
	if !p.Has("project.json") {
		return ""
	}
	var file struct {
		Targets map[string]struct {
			Executor string `json:"executor"`
			Options  struct {
				OutputPath     string `json:"outputPath"`
				OutputFileName string `json:"outputFileName"`
				Main           string `json:"main"`
				Bundle         *bool  `json:"bundle"`
			} `json:"options"`
		} `json:"targets"`
	}
	if _, err := manifest.JSONC(p.Dir, "project.json", &file); err != nil {
		return ""
	}
	build := file.Targets["build"]
	if build.Options.OutputPath == "" || build.Options.Main == "" {
		return ""
	}
	name := orElse(build.Options.OutputFileName, strings.TrimSuffix(path.Base(build.Options.Main), path.Ext(build.Options.Main))+".js")
	return path.Join(build.Options.OutputPath, name)
}
