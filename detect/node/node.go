// Package node detects what runs on Node: servers, workers, sites that a build
// makes, command-line programs.
//
// The flow: nodepkg reads package.json and how its dependencies get installed;
// the table of frameworks says what a dependency means, and a framework's own
// function reads its configuration; findStart looks for the production command;
// the sources, read by their tokens, tell port, host, health, variables. What is
// neither a server nor a site, worker or command is no service, with its reason.
package node

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Detector detects Node's projects.
type Detector struct{}

// Name returns "node".
func (Detector) Name() string { return onNode }

// Languages are the runtimes: Node, and Bun where it runs the program. A site of pages
// that a task runner puts together is no program of Node's.
func (Detector) Languages() []string { return []string{onNode, onBun, ofPages} }

// ofPages is what a site is written in that has no program.
const ofPages = "static"

// Markers returns package.json, and Nx's project.json, beside which there may be none.
func (Detector) Markers() []string { return []string{"package.json", "project.json"} }

// PackageManagers lists npm and its peers.
func (Detector) PackageManagers() []string { return nodepkg.Managers() }

// Inspect describes what the package in the folder runs.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	switch b, err := nxOf(d); {
	case err != nil:
		return nil, err
	case b != nil:
		p, err := nxProjectOf(d, b)
		if err != nil {
			return nil, err
		}
		svc, err := p.nxService()
		if err != nil {
			return nil, err
		}
		return []*detect.Service{svc}, nil
	case !d.Has("package.json"):
		return nil, nil // another tool's project.json
	case nxRoot(d):
		return nil, detect.NotService("the root of an Nx workspace: what runs is in its projects")
	}
	p, err := newProject(d)
	if err != nil {
		return nil, err
	}
	if err := p.reject(); err != nil {
		return nil, err
	}
	p.aliases()
	if apps := p.nestApps(); len(apps) > 0 {
		return nestServices(d, apps)
	}
	p.program.Made(p.toMade)
	svc, err := p.service()
	if err != nil {
		return nil, err
	}
	return []*detect.Service{svc}, nil
}

// service finds out what runs, then everything about it.
func (p *project) service() (*detect.Service, error) {
	fw, reason := p.match()
	if reason != nil && !errors.Is(reason, detect.ErrNotService) {
		return nil, reason
	}
	s, err := p.findStart()
	if err != nil {
		return nil, err
	}
	svc := &detect.Service{PackageManager: p.npm.Manager.Name, Version: p.npm.Node}
	if name := path.Base(p.pkg.Name); p.pkg.Name != "" { // without its scope
		svc.Name = safe.Slug(name, "app")
	}
	if p.published(s) {
		if s, fw = p.command(svc); s == nil {
			return nil, detect.NotService("library: the workspace publishes the package, and nothing in it is started")
		}
	}
	switch {
	case svc.Kind == detect.CLI:
	case fw != nil && fw.role == builtServer:
		s = p.ownServer(fw, s)
	case s != nil && s.source != "" && p.runs(s, fw):
		fw = p.programOf(svc, s)
	case fw != nil && fw.role == static:
		s = &start{}
	case s != nil && s.site != "" && p.buildScript() != "":
		fw = &framework{role: static, output: s.site, fallback: AppFallback}
		s = &start{}
	default:
		if built := p.taskBuilt(); built != nil {
			fw, s = built, &start{}
			if built.pages {
				svc.Language = ofPages
			}
			p.takesSources(svc, fw.output)
			break
		}
		if s, fw = p.command(svc); s == nil {
			return nil, p.nothing(reason)
		}
	}
	if svc.Kind == "" {
		svc.Kind = fw.kind()
	}
	if fw.name != "" {
		svc.Framework = detect.Found(fw.name, p.frameworkNote(fw))
	}
	return svc, p.describe(svc, fw, s)
}

// describe fills in what is the same way for every kind.
func (p *project) describe(svc *detect.Service, fw *framework, s *start) error {
	if err := p.findBuild(svc, fw, s); err != nil {
		return err
	}
	var files []*javascript.File
	if s.source != "" {
		files = p.programFiles(s.source)
	} else {
		files = p.programFiles("")
	}
	p.loadsDevelopment(s)
	if svc.Kind != detect.Static {
		if s.engine() == onBun {
			if err := p.runsOnBun(svc, s); err != nil {
				return err
			}
		}
		argv, err := safe.NewArgv(p.withPnP(p.hoisted(s.argv))...)
		if err != nil {
			return p.Errorf("package.json", s.why.Line, "the start command: %w", err)
		}
		svc.Start = detect.Found(argv, s.why)
		if label, err := safe.NewLabel(s.entry); err == nil && s.entry != "" {
			svc.Main = detect.Found(label, s.why)
		}
		p.explainStart(s)
		svc.Graceful = fw.graceful && (s.source == "" || s.server != nil) || p.endsOnSignal(files)
	}
	if svc.Kind != detect.Static {
		svc.SetEnv = append(svc.SetEnv, detect.Setting{Name: safe.EnvNameOf("NODE_ENV"), Value: safe.LabelOf("production")})
	}
	if svc.Kind == detect.Static {
		svc.Port = detect.Assumed(safe.Port(8080), detect.Note{Text: "the web server's own"})
	}
	if svc.Kind == detect.Server {
		p.findPort(svc, s, fw, files)
		p.findHealth(svc, fw, files)
	}
	for _, text := range fw.set {
		if set, ok := setting(text); ok {
			svc.SetEnv = append(svc.SetEnv, set)
		}
	}
	if svc.Kind != detect.Static {
		p.findNeeds(svc, files)
	}
	p.findEnv(svc, fw, files)
	p.traps(svc, files)
	p.standIns(svc, fw, files)
	if err := p.artifacts(svc, fw, s, files); err != nil {
		return err
	}
	svc.SetEnv = append(svc.SetEnv, p.set...)
	for i := range svc.Env { // what the image sets nobody has to give
		e := &svc.Env[i]
		e.Required = e.Required && !slices.ContainsFunc(p.set, func(s detect.Setting) bool { return s.Name == e.Name })
	}
	p.labels(svc)
	svc.Notes = append(svc.Notes, p.notes...)
	return nil
}

// withPnP starts a program under Yarn's Plug'n'Play, which has no node_modules:
// its own resolution is loaded first (https://yarnpkg.com/features/pnp), and a
// package's program is required by its name.
func (p *project) withPnP(argv []string) []string {
	if !p.npm.Manager.PnP || len(argv) < 2 || argv[0] != "node" {
		return argv
	}
	out := []string{"node", "-r", "./.pnp.cjs"}
	if p.pkg.Type == "module" {
		out = append(out, "--experimental-loader", "./.pnp.loader.mjs")
	}
	for i, a := range argv[1:] {
		if program, ok := strings.CutPrefix(a, "node_modules/"); ok {
			// With -e the arguments begin where the program's name would stand.
			code := "process.argv.splice(1, 0, 'x'); require('" + program + "')"
			return append(append(out, "-e", code), argv[i+2:]...)
		}
	}
	return append(out, argv[1:]...)
}

// match returns the framework that brings the server or makes the site; the
// error says why one that is a dependency does not count.
func (p *project) match() (*framework, error) {
	var reason error
	for _, f := range frameworks() {
		if f.role != builtServer && f.role != static || !p.has(f.deps...) {
			continue
		}
		if f.refine != nil {
			notes := len(p.notes)
			if err := f.refine(p, &f); err != nil {
				if !errors.Is(err, detect.ErrNotService) {
					return nil, err
				}
				p.notes = p.notes[:notes]
				if reason == nil {
					reason = err
				}
				continue
			}
		}
		if len(f.copies) == 0 && f.role == builtServer {
			f.copies = []string{f.output}
		}
		return &f, nil
	}
	return nil, reason
}

func (p *project) frameworkNote(fw *framework) detect.Note {
	if fw.at.Text != "" {
		return fw.at
	}
	for _, dep := range fw.deps {
		if p.has(dep) {
			return p.pkg.DependencyNote(dep)
		}
	}
	return p.pkg.Note("", "")
}

// ownServer: a framework's server is started by its own command, unless the
// project starts a program of its own that brings the framework along.
func (p *project) ownServer(fw *framework, s *start) *start {
	if s != nil && s.source != "" && !slices.Contains(fw.start, s.entry) && p.Has(s.source) && p.listens(s.source) {
		fw.bundled = false
		if !s.sameAs(fw) {
			return s
		}
	}
	out := &start{argv: slices.Clone(fw.start), why: p.frameworkNote(fw)}
	for _, name := range startScripts {
		cmds := p.expand(p.script(name), 0)
		if i := slices.IndexFunc(cmds, func(c manifest.Command) bool { return out.takes(fw, c) }); i >= 0 {
			out.env, out.envFiles, out.before, out.why = cmds[i].Env, cmds[i].EnvFiles, cmds[:i], p.scriptNote(name)
			if (cmds[i].OnBun || cmds[i].Program() == onBun) && len(out.argv) > 0 && out.argv[0] == onNode {
				out.argv[0] = onBun
			}
			break
		}
	}
	out.development = fw.development
	if len(out.argv) == 0 { // an adapter without a server of its own
		if s != nil && s.source != "" {
			fw.bundled = false
			return s
		}
	}
	return out
}

// takes reports whether a script's command is the framework's own way to start,
// and takes its flags over.
func (s *start) takes(fw *framework, c manifest.Command) bool {
	switch c.Program() {
	case "next", "strapi":
		if len(c.Args) < 2 || c.Args[1] != "start" || len(s.argv) < 3 {
			return len(c.Args) > 1 && c.Args[1] == "start"
		}
		for i := 2; i < len(c.Args); i++ {
			flag, value, joined := strings.Cut(c.Args[i], "=")
			if flag == "-H" || flag == "--hostname" || flag == "-p" || flag == "--port" {
				if !joined && i+1 < len(c.Args) {
					i++
					value = c.Args[i]
				}
				if strings.HasSuffix(flag, "p") || flag == "--port" {
					s.port = value // the variable says it, so that it can be changed
				}
				continue
			}
			if !strings.Contains(c.Args[i], "$") {
				s.argv = append(s.argv, c.Args[i])
			}
		}
		return true
	case "remix-serve", "react-router-serve":
		if len(c.Args) > 1 && len(s.argv) > 0 {
			s.argv[len(s.argv)-1] = c.Args[1]
		}
		return true
	case onNode, onBun:
		return len(c.Args) > 1 && slices.ContainsFunc(c.Args[1:], func(a string) bool {
			return len(fw.start) > 1 && path.Clean(a) == path.Clean(fw.start[1])
		})
	}
	return false
}

func (s *start) sameAs(fw *framework) bool {
	return len(fw.start) > 1 && path.Clean(fw.start[1]) == path.Clean(s.entry)
}

// reject returns why a package is none that a container runs; nil where it may be.
func (p *project) reject() error {
	switch {
	case p.pkg.Engines["vscode"] != "":
		return detect.NotService("an extension of VS Code (engines.vscode in package.json)")
	case p.has("expo", "react-native") && !p.prod("express") && !p.has("next"):
		return detect.NotService("an application for phones (React Native): its build runs with Xcode or Gradle, not in a container")
	case p.has("electron"):
		return detect.NotService("a desktop application (Electron)")
	case p.Has("src-tauri/tauri.conf.json") || p.Has("src-tauri/tauri.conf.json5") || p.Has("src-tauri/Tauri.toml"):
		return detect.NotService("a desktop application (Tauri)")
	case p.has("@crxjs/vite-plugin", "plasmo", "wxt") || p.browserExtension():
		return detect.NotService("an extension of a browser: people install what its build makes")
	case p.has("storybook") && p.script("build") == "" && p.script("start") == "" && p.script("dev") == "":
		return detect.NotService("a catalogue of components (Storybook)")
	case p.rush() != "":
		return detect.NotService("a project of a Rush repository, which rush install alone can install (%s): dockgen writes no files for it; rush deploy --project %s makes a folder that an image can take", p.rush(), orElse(p.pkg.Name, "NAME"))
	case p.unlinked() != "":
		return detect.NotService("depends on %s of this repository, which lerna bootstrap alone links (it is gone since Lerna 7): name the packages under workspaces in the package.json of the root, and they are installed together", p.unlinked())
	case p.moon != nil && slices.Contains([]string{"library", "tool", "automation", "configuration", "scaffolding"}, p.moon.layer):
		return detect.NotService("%s by Moon's %s", p.moon.layer, p.moon.file)
	case p.has("@raycast/api"):
		return detect.NotService("an extension of Raycast")
	case p.has("laravel-vite-plugin", "laravel-mix", "vite-plugin-ruby", "vite-plugin-symfony") && !p.prod("express"):
		return detect.NotService("the front end of the application beside it: its server serves what the build makes")
	case p.builtAbove():
		return detect.NotService("the committed output of the package above it, which builds it anew")
	}
	return nil
}

// builtAbove reports whether the folder is what the build of the package above it
// writes: its package.json came along with the rest.
func (p *project) builtAbove() bool {
	if p.Path() == "." || !slices.Contains([]string{"_site", "build", "dist", "out"}, path.Base(p.Path())) || p.npm.Workspace != nil {
		return false
	}
	var above struct {
		Scripts map[string]string `json:"scripts"`
	}
	up := p.Sub("..")
	if !up.Has("package.json") {
		return false
	}
	_, err := manifest.JSON(up, "package.json", &above)
	return err == nil && above.Scripts["build"] != ""
}

// nothing says why nothing runs.
func (p *project) nothing(reason error) error {
	w := p.npm.Workspace
	switch {
	case w != nil && p.npm.IsRoot():
		return detect.NotService("the root of a workspace (%s): what runs is in its packages", w.Why.Text)
	case reason != nil:
		return reason
	case len(p.pkg.Bin) > 0 && p.workspaceTool():
		return detect.NotService("a tool of the workspace: the package is private, and the others run its command")
	case len(p.pkg.Scripts) == 0 && len(p.pkg.Dependencies) == 0 && len(p.pkg.DevDependencies) == 0:
		return detect.NotService("package.json names neither scripts nor dependencies")
	case p.pkg.Main != "" || p.pkg.Module != "" || p.pkg.Has("exports") || p.pkg.Has("types") || p.pkg.Has("files"):
		return detect.NotService("library: package.json exports code, and nothing in it starts a server")
	}
	return detect.NotService("package.json has tools alone: no start script, no server, no page to build")
}
