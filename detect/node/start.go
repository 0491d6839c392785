package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/manifest/nodepkg"
)

// start is a command that runs the program in production.
type start struct {
	argv   []string
	env    []manifest.Assign
	entry  string // the project's own file that Node runs; "" for a framework's server
	source string // what entry is made of; entry itself where nothing is compiled
	site   string // the command only serves the files in that folder
	port   string // that a flag of the command named
	why    detect.Note

	before      []manifest.Command // what the script runs first
	runtime     string             // a program that runs TypeScript as it stands
	development bool               // needs packages that are for development
	envFiles    []string           // files of variables that the command reads
	server      *framework         // a package's server that runs the project's code, nil for none
	bun         detect.Note        // why Bun runs it, where no script says so
	shifted     detect.Note        // why the compiler writes it elsewhere than the script has it
}

// startScripts are the scripts that people name for production, the plainest
// promise first.
var startScripts = []string{"start:docker", "start-docker", "start:prod", "start:production", "start-prod", "production", "prod", "serve:prod", "prod:start", "start", "start:server", "start-server", "server", "serve", "run", "web"}

// devScripts tell at least which file the program begins with.
var devScripts = []string{"start:dev", "dev", "dev:server", "dev:api", "server:dev", "develop", "watch", "start:watch", "nodemon"}

// findStart looks for the production command: in scripts, a Procfile, a
// deployment's description, then by what the manifest and the sources say.
func (p *project) findStart() (*start, error) {
	var fallback *start
	consider := func(line string, why detect.Note) *start {
		s := p.commandOf(line, why)
		if s == nil {
			return nil
		}
		if s.runtime == "" || s.argv != nil {
			return s
		}
		if fallback == nil {
			fallback = s
		}
		return nil
	}
	lines, err := p.deployments()
	if err != nil {
		return nil, err
	}
	for i, name := range startScripts {
		if name == "start" {
			for _, l := range lines {
				if s := consider(l.text, l.why); s != nil {
					return s, nil
				}
			}
		}
		if p.script(name) == "" {
			continue
		}
		s := consider(p.script(name), p.scriptNote(name))
		if s != nil && (i >= 2 || !p.scriptUses(name, "docker")) {
			return s, nil
		}
	}
	if file, why := evidence.Started(p.Dir, ".js", ".mjs", ".cjs", ".ts", ".mts"); file != "" && p.program.Load(file) != nil {
		s := p.inferred(file, why)
		s.argv = append(s.argv, p.wordsAfter(file)...)
		return s, nil
	}
	if s := p.mainFile(); s != nil {
		return s, nil
	}
	for _, name := range devScripts {
		if p.script(name) != "" {
			if s := consider(p.script(name), p.scriptNote(name)); s != nil {
				return s, nil
			}
		}
	}
	if fallback != nil {
		return p.runSource(fallback), nil
	}
	return p.conventional(), nil
}

type deployment struct {
	text string
	why  detect.Note
}

// deployments are the start commands that descriptions of deployments give.
func (p *project) deployments() ([]deployment, error) {
	var out []deployment
	processes, err := manifest.Procfile(p.Dir, "Procfile")
	if err != nil {
		return nil, err
	}
	for _, want := range []string{"web", "worker"} {
		for _, proc := range processes {
			if proc.Name == want {
				out = append(out, deployment{proc.Text, p.Note("Procfile", proc.Line, "%s: %s", proc.Name, proc.Text)})
			}
		}
	}
	if p.Has("render.yaml") {
		var file struct {
			Services []struct {
				StartCommand string `yaml:"startCommand"`
				RootDir      string `yaml:"rootDir"`
			} `yaml:"services"`
		}
		lines, err := manifest.YAML(p.Dir, "render.yaml", &file)
		if err != nil {
			return out, nil // another tool's file: its faults are not ours
		}
		for i, s := range file.Services {
			if s.StartCommand != "" && (s.RootDir == "" || s.RootDir == ".") {
				out = append(out, deployment{s.StartCommand, p.Note("render.yaml", lines.At("services", itoa(i), "startCommand"), "startCommand: %s", s.StartCommand)})
			}
		}
	}
	return out, nil
}

// commandOf reads the production command out of a shell line; nil for none.
func (p *project) commandOf(line string, why detect.Note) *start {
	cmds := p.expand(line, 0)
	for i := len(cmds) - 1; i >= 0; i-- {
		c := cmds[i]
		if len(c.Args) == 0 || c.Background {
			continue
		}
		s := p.production(c)
		if s == nil {
			return nil
		}
		if c.OnBun && len(s.argv) > 0 && s.argv[0] == onNode {
			s.argv[0] = onBun
		}
		s.why, s.before = why, cmds[:i]
		s.env = append(s.env, c.Env...)
		s.envFiles = append(s.envFiles, c.EnvFiles...)
		return s
	}
	return nil
}

// maxExpand bounds how deep scripts call each other.
const maxExpand = 6

// expand replaces the scripts that a shell line runs by what they run.
func (p *project) expand(line string, depth int) []manifest.Command {
	cmds, err := manifest.Commands(line)
	if err != nil || depth > maxExpand {
		return nil
	}
	var out []manifest.Command
	for _, c := range cmds {
		names := c.Scripts
		if c.Script != "" {
			names = []string{c.Script}
		}
		if c.Dir != "" && path.Clean(c.Dir) != "." { // a script of another package
			out = append(out, c)
			continue
		}
		var inner []manifest.Command
		for _, name := range p.scriptsLike(names) {
			if text := p.script("pre" + name); text != "" {
				inner = append(inner, p.expand(text, depth+1)...)
			}
			body := p.expand(p.script(name), depth+1)
			if len(body) > 0 {
				last := &body[len(body)-1]
				last.Args = append(slices.Clone(last.Args), c.ScriptArgs...)
				last.Env = append(slices.Clone(c.Env), last.Env...)
				last.EnvFiles = append(slices.Clone(c.EnvFiles), last.EnvFiles...)
				last.OnBun = last.OnBun || c.OnBun
			}
			inner = append(inner, body...)
		}
		switch {
		case len(inner) > 0:
			out = append(out, inner...)
		case c.Script == "" || len(c.Args) > 0 && c.Args[0] == c.Script:
			out = append(out, c)
		}
		if len(out) > 100 {
			break // scripts that call each other in a tree
		}
	}
	return out
}

// scriptsLike resolves the names, and patterns such as "build:*", of scripts.
func (p *project) scriptsLike(names []string) []string {
	var out []string
	for _, name := range names {
		if p.script(name) != "" {
			out = append(out, name)
			continue
		}
		if prefix, ok := strings.CutSuffix(strings.TrimSuffix(name, "*"), "*"); ok || strings.HasSuffix(name, "*") {
			var matching []string
			for script := range p.pkg.Scripts {
				if strings.HasPrefix(script, prefix) {
					matching = append(matching, script)
				}
			}
			slices.SortFunc(matching, func(a, b string) int {
				return p.pkg.Lines.At("scripts", a) - p.pkg.Lines.At("scripts", b)
			})
			out = append(out, matching...)
		}
	}
	return out
}

// scriptUses reports whether a script, followed through others, runs the program.
func (p *project) scriptUses(script, program string) bool {
	return slices.ContainsFunc(p.expand(p.script(script), 0), func(c manifest.Command) bool { return c.Program() == program || c.Program() == program+"-compose" })
}

// mainFile takes the manifest's main where that program listens.
func (p *project) mainFile() *start {
	main, key := p.pkg.Main, "main"
	if main == "" && p.bunProject() { // as bun init writes it
		main, key = p.pkg.Module, "module"
	}
	if main == "" {
		return nil
	}
	source := p.program.Find(main)
	if source == "" {
		source = p.sourceOf(path.Clean(main))
	}
	if source == "" || p.otherPackage(path.Dir(source)) || !p.listens(source) {
		return nil
	}
	why := p.pkg.Note(key+": "+main, key)
	if isTypeScript(source) || p.program.Find(main) != "" {
		return p.inferred(source, why)
	}
	return &start{argv: []string{"node", path.Clean(main)}, entry: path.Clean(main), source: source, why: why}
}

// inferred starts a source that no script names.
func (p *project) inferred(source string, why detect.Note) *start {
	return p.runSource(&start{source: source, why: why, runtime: onNode})
}

// conventional takes a file of a usual name that listens.
func (p *project) conventional() *start {
	if p.has("vue", "react-dom", "svelte", "@angular/core", "solid-js") && p.has("vite", "webpack", "rollup", "@angular/build") &&
		!slices.ContainsFunc(libraries(), func(f framework) bool { return slices.ContainsFunc(f.deps, p.prod) }) {
		return nil // code for browsers, whose routers and stores listen too
	}
	for _, dir := range []string{".", "src", "server", "app", "api", "lib", "bin", "backend", "server/src"} {
		if p.otherPackage(dir) {
			continue
		}
		for _, base := range []string{"server", "index", "app", "main", "www", "bot", "worker"} {
			for _, ext := range []string{".js", ".mjs", ".cjs", ".ts", ".mts", ""} {
				name := path.Join(dir, base+ext)
				if !p.Has(name) || !p.listens(name) && base != "bot" && base != "worker" {
					continue
				}
				why := p.Note(name, 0, "listens")
				return p.inferred(name, why)
			}
		}
	}
	return nil
}

// otherPackage reports whether the folder belongs to a package of its own, with its own
// dependencies; one that only says what kind of modules lie there is none.
func (p *project) otherPackage(dir string) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if !p.Has(path.Join(dir, "package.json")) {
			continue
		}
		m, err := nodepkg.ReadManifest(p.Sub(dir))
		if err != nil || len(m.Dependencies) > 0 || len(m.Scripts) > 0 {
			return true
		}
	}
	return false
}

func isTypeScript(name string) bool {
	return strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".mts") || strings.HasSuffix(name, ".cts") || strings.HasSuffix(name, ".tsx")
}
