package node

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// compilation is a run of TypeScript's compiler, with what decides where it writes.
type compilation struct {
	config *tsconfig
	root   string // that a flag names, "" for none
	out    string
}

// compilation reads the command of a build script; false where it is none of the compiler.
func (p *project) compilation(c manifest.Command) (compilation, bool) {
	switch c.Program() {
	case "tsc", "tspc", "ttsc":
		config := p.readTSConfig(path.Clean(orElse(flagValue(c.Args, "-p", "--project", "-b", "--build"), "tsconfig.json")), 0)
		if config == nil {
			return compilation{}, false
		}
		return compilation{config, flagValue(c.Args, "--rootDir"), orElse(flagValue(c.Args, "--outDir"), config.CompilerOptions.OutDir)}, true
	case "nest": // https://docs.nestjs.com/cli/monorepo#cli-properties
		config := p.readTSConfig("tsconfig.build.json", 0)
		if config == nil {
			config = p.readTSConfig("tsconfig.json", 0)
		}
		if config == nil {
			return compilation{}, false
		}
		return compilation{config, "", orElse(config.CompilerOptions.OutDir, "dist")}, true
	}
	return compilation{}, false
}

// output is the file that the compiler makes of a source.
func (c compilation) output(p *project, source string) string {
	root := orElse(c.root, p.root(c.config, source))
	return moved(source, root, orElse(c.out, root), compiledName(source))
}

// compiledName is the name that a source has once it is compiled.
func compiledName(source string) string {
	ext := map[string]string{".mts": ".mjs", ".cts": ".cjs"}[path.Ext(source)]
	return strings.TrimSuffix(path.Base(source), path.Ext(source)) + orElse(ext, ".js")
}

// root is the folder whose structure the compiler keeps: rootDir, else what its files have
// in common (https://www.typescriptlang.org/tsconfig/#rootDir). Those that the entry
// imports belong to them, wherever they are.
func (p *project) root(c *tsconfig, entry string) string {
	if c.CompilerOptions.RootDir != "" {
		return path.Clean(c.CompilerOptions.RootDir)
	}
	root := p.namedRoot(c)
	for _, name := range p.importedTypeScript(entry) {
		root = commonDir(root, path.Dir(name))
	}
	return orElse(root, ".")
}

// namedRoot is the folder that the files which tsconfig.json names have in common, "" where
// it names none.
func (p *project) namedRoot(c *tsconfig) string {
	common, first := "", true
	for name := range p.Files("*.ts", "*.tsx", "*.mts", "*.cts") {
		if strings.HasSuffix(name, ".d.ts") || !c.includes(name) || p.Has(path.Join(strings.SplitN(name, "/", 2)[0], "package.json")) {
			continue
		}
		if first {
			common, first = path.Dir(name), false
			continue
		}
		common = commonDir(common, path.Dir(name))
	}
	return common
}

// commonDir is the innermost folder that holds both.
func commonDir(a, b string) string {
	for a != "." && b != a && !strings.HasPrefix(b, a+"/") {
		a = path.Dir(a)
	}
	return a
}

// importedTypeScript lists the sources that the entry reaches and the compiler writes out.
func (p *project) importedTypeScript(entry string) []string {
	var out []string
	for _, f := range p.program.Reach(entry, reach) {
		if isTypeScript(f.Path) && !strings.HasSuffix(f.Path, ".d.ts") && !strings.HasPrefix(f.Path, "../") && !strings.Contains(f.Path, "node_modules/") {
			out = append(out, f.Path)
		}
	}
	return out
}

// shifted is where the compiler really writes what a script starts as if only the named
// sources counted: an import that leads out of their folder moves all of the output one
// deeper, src/main.ts to dist/src/main.js. The note names the file; "" where all is as
// the script has it.
func (p *project) shifted(entry, source string) (string, detect.Note) {
	if path.Ext(entry) == "" {
		entry += ".js"
	}
	for _, c := range p.expand(p.script(p.buildScript()), 0) {
		run, ok := p.compilation(c)
		if !ok || run.root != "" || run.config.CompilerOptions.RootDir != "" || run.out == "" {
			continue
		}
		root := p.namedRoot(run.config)
		if root == "" || root == "." || entry != moved(source, root, run.out, compiledName(source)) {
			continue
		}
		for _, name := range p.importedTypeScript(source) {
			if commonDir(root, path.Dir(name)) != root {
				made := run.output(p, source)
				return made, p.Note(name, 0, "lies outside of %s and is compiled too, so that the output begins at the folder of both: the program is %s, not %s", root, made, entry)
			}
		}
	}
	return "", detect.Note{}
}
