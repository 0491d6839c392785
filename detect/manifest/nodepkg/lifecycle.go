package nodepkg

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// effect is what a command of an install script means for the image, the
// heaviest last.
type effect int

const (
	neutral effect = iota // checks or says something
	dev                   // serves people or the build alone, and its program is a development dependency
	tool                  // changes node_modules, and needs no sources for it
	sources               // reads the project's sources, or can't be told
)

// hooks are the programs that tie scripts to git.
var hooks = []string{"husky", "simple-git-hooks", "lefthook", "git", "pre-commit", "ghooks", "yorkie", "install-hooks", "skott-hooks", "git-hooks", "husky-init", "is-ci", "is-ci-cli", "ci-info"}

// neutrals do nothing that the image shows.
var neutrals = []string{"echo", "true", ":", "exit", "test", "[", "printf", "only-allow", "check-node-version", "check-engine", "opencollective", "opencollective-postinstall", "corepack", "engine-check", "npm-engines", "dotenv-checker"}

// tools work on what is installed: Angular's and Remix's set-up, patches, browsers.
var tools = []string{"ngcc", "patch-package", "patch-packages", "npm-force-resolutions", "electron-builder", "electron-rebuild", "effect-language-service", "ts-patch", "tspc", "nuxt-module-build"}

// lifecycle reads the scripts that run when the project itself is installed: they
// may need files that are not there yet, or programs that production leaves out.
func (p *Project) lifecycle(in *Install) error {
	worst, why := neutral, detect.Note{}
	mine := neutral // of the scripts that an install for this member alone runs
	husky := false
	closure := p.closure()
	for i, m := range p.members() {
		l := lifecycle{p: p, m: m, in: in}
		var err error
		if l.at, err = under(p.Root.Path(), m.Dir.Path()); err != nil {
			continue
		}
		for _, name := range p.lifecycleScripts() {
			e := l.script(name, 0)
			if slices.ContainsFunc(closure, func(c *Manifest) bool { return c.Dir.Path() == m.Dir.Path() }) {
				mine = max(mine, e)
			}
			if e > worst || e == worst && i == 0 {
				worst, why = e, m.ScriptNote(name)
				why.Text = name + ": " + why.Text
			}
		}
		husky = husky || l.husky
		if l.err != nil {
			return l.err
		}
	}
	if husky {
		in.Env = append(in.Env, detect.Setting{Name: safe.EnvNameOf("HUSKY"), Value: safe.LabelOf("0"), Why: "there is no git repository to hook into"})
	}
	in.Sources, in.SourcesWhy = worst == sources, why
	if worst == sources {
		in.Notes = append(in.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: fmt.Sprintf("the install script needs sources (%s), so that each change of them installs anew", why.Text)})
	}
	if !p.filters() || p.Manager.Name.V == "npm" { // which runs the root's scripts for every member
		mine = worst
	}
	p.production(in, mine)
	return nil
}

// lifecycleScripts are the scripts that an install runs; Yarn 2 and later run no "prepare".
func (p *Project) lifecycleScripts() []string {
	names := []string{"preinstall", "install", "postinstall"}
	if p.Manager.Name.V != "yarn" || !p.Manager.Berry {
		names = append(names, "preprepare", "prepare", "postprepare")
	}
	return names
}

// production decides how the running program's packages are installed where the
// project has install scripts. An install of its own would run them again: with
// programs missing, or to other ends.
func (p *Project) production(in *Install, worst effect) {
	if worst == neutral {
		return
	}
	if !in.Prune.IsZero() { // prunes with what an install runs, but for npm
		switch {
		case p.Manager.Name.V == "pnpm":
			in.Prune = in.Prune.With("--ignore-scripts")
		case p.Manager.Name.V == "yarn" && !p.Manager.Berry:
			in.Prune = in.Prune.With("--ignore-scripts", "--prefer-offline")
		}
	}
	alone := in.Alone
	in.Alone = safe.Argv{}
	if !p.Manager.Berry && worst == dev && len(p.scriptsNeeded()) == 0 && !alone.IsZero() {
		in.Alone = alone.With("--ignore-scripts")
	}
	if in.Production.IsZero() {
		return
	}
	if p.Manager.Berry { // has no way to install without the project's own scripts
		in.Production = safe.Argv{}
		in.Unhook = p.unhook()
		return
	}
	if worst == dev && len(p.scriptsNeeded()) == 0 {
		in.Production = in.Production.With("--ignore-scripts")
		return
	}
	in.Production = safe.Argv{} // what the scripts made has to be taken over
	if in.Prune.IsZero() {
		in.Notes = append(in.Notes, p.RootManifest().Dir.Note("package.json", 0, "the image holds the development dependencies too: %s can't take them out again after the install scripts have run", p.Manager.Name.V))
	}
}

// unhook takes the scripts out of the root's manifest, which have run by then.
func (p *Project) unhook() safe.Argv {
	argv := safe.ArgvOf("npm", "pkg", "delete")
	for _, name := range p.lifecycleScripts() {
		if p.RootManifest().Scripts[name] != "" {
			argv = argv.With("scripts." + name)
		}
	}
	return argv
}

// quiet are packages whose install scripts do nothing that the program needs: they
// say something, or only make faster what works without.
var quiet = []string{"core-js", "core-js-pure", "core-js-bundle", "fsevents", "esbuild", "es5-ext", "protobufjs", "@nestjs/core", "msw", "vue-demi", "@swc/core", "@parcel/watcher",
	"msgpackr-extract", "lmdb", "unrs-resolver", "@apollo/protobufjs", "@scarf/scarf", "highlight.js", "cpu-features", "ssh2", "dtrace-provider", "sharp", "nice-napi", "styled-components", "@tailwindcss/oxide",
	"bufferutil", "utf-8-validate", "simple-git-hooks", "husky", "lefthook", "yarn", "pre-commit", "nx", "workerd", "deasync-promise", "svelte-preprocess", "@firebase/util", "@sentry/cli", "less", "nodemon", "bootstrap-vue", "@fortawesome/fontawesome-free"}

// scriptsNeeded are the production packages that an install without scripts leaves unusable.
func (p *Project) scriptsNeeded() []string {
	var out []string
	if p.Lock != nil && p.Lock.saysRuns {
		for _, name := range slices.Sorted(maps.Keys(p.Lock.scripts)) {
			if p.Lock.scripts[name] && !slices.Contains(quiet, name) {
				out = append(out, name)
			}
		}
		return out
	}
	return p.scripted()
}

// lifecycle walks the scripts of one manifest.
type lifecycle struct {
	p     *Project
	m     *Manifest
	at    string // the manifest's folder, relative to the root
	in    *Install
	husky bool
	err   error
}

func (l *lifecycle) script(name string, depth int) effect {
	line := l.m.Scripts[name]
	if line == "" {
		return neutral
	}
	cmds, err := manifest.Commands(line)
	if err != nil || depth > 5 {
		return sources
	}
	worst := neutral
	for _, c := range cmds {
		worst = max(worst, l.command(c, depth))
	}
	return worst
}

func (l *lifecycle) command(c manifest.Command, depth int) effect {
	program := c.Program()
	switch {
	case c.Script != "" && c.Dir == "" && c.Filter == "" && l.m.Scripts[c.Script] != "":
		return l.script(c.Script, depth+1)
	case c.Script != "" && slices.Contains(c.Args, "--if-present"):
		return neutral
	case len(c.Args) == 0 && len(c.Scripts) == 0:
		if c.Opaque {
			return sources
		}
		return neutral
	case len(c.Scripts) > 0:
		worst := neutral
		for _, s := range c.Scripts {
			if l.m.Scripts[s] == "" {
				return sources // a pattern
			}
			worst = max(worst, l.script(s, depth+1))
		}
		return worst
	case slices.Contains(neutrals, program):
		return neutral
	case slices.Contains(hooks, program):
		l.husky = l.husky || program == "husky"
		return dev
	}
	args := c.Args[1:]
	switch program {
	case "node":
		return l.node(args)
	case "patch-package":
		l.folder("patches")
		return tool
	case "prisma":
		if len(args) > 0 && args[0] == "generate" {
			return l.prisma(args)
		}
	case "remix":
		if len(args) > 0 && args[0] == "setup" {
			return tool
		}
	case "nuxt", "nuxi", "nitropack", "nitro", "svelte-kit":
		if len(args) > 0 && (args[0] == "prepare" || args[0] == "sync") {
			return dev // writes types, which the build does again; there is no need of a configuration
		}
	case "playwright", "puppeteer":
		return tool
	}
	if slices.Contains(tools, program) {
		return tool
	}
	return sources
}

// node reads "node -e CODE" and "node FILE".
func (l *lifecycle) node(args []string) effect {
	if len(args) == 0 {
		return neutral
	}
	switch args[0] {
	case "-e", "-p", "--eval", "--print":
		if strings.Contains(strings.Join(args, " "), "husky") {
			l.husky = true
		}
		return dev
	case "-v", "--version":
		return neutral
	}
	if file := path.Join(l.at, args[0]); strings.HasPrefix(path.Clean(args[0]), ".husky/") && l.p.Root.Has(file) {
		l.husky = true
		l.input(file, false)
		return dev
	}
	return sources
}

// prisma adds the schema, which the client is generated from
// (https://www.prisma.io/docs/orm/prisma-schema/overview/location).
func (l *lifecycle) prisma(args []string) effect {
	found := false
	for _, name := range l.schemas(args) {
		at := path.Join(l.at, name)
		switch {
		case l.p.Root.Has(at):
			l.input(at, false)
			found = true
		case l.p.Root.HasDir(at):
			l.input(at, true)
			found = true
		}
	}
	for _, config := range []string{"prisma.config.ts", "prisma.config.js", "prisma.config.mjs", ".config/prisma.ts"} {
		if l.p.Root.Has(path.Join(l.at, config)) {
			return sources // it is a program, and may read anything
		}
	}
	if !found {
		return sources
	}
	return tool
}

func (l *lifecycle) schemas(args []string) []string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--schema="); ok {
			return []string{v}
		}
		if a == "--schema" && i+1 < len(args) {
			return []string{args[i+1]}
		}
	}
	if l.m.PrismaSchema != "" {
		return []string{l.m.PrismaSchema}
	}
	return []string{"prisma/schema.prisma", "schema.prisma", "prisma/schema"}
}

func (l *lifecycle) folder(name string) {
	if at := path.Join(l.at, name); l.p.Root.HasDir(at) {
		l.input(at, true)
	}
}

func (l *lifecycle) input(rel string, dir bool) {
	if err := l.in.addInput(rel, dir, false); err != nil && l.err == nil {
		l.err = err
	}
}
