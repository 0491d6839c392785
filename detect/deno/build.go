package deno

import (
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/manifest/site"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// version is what the project asks for: a version file, else the catalogue's default.
func (p *project) version() (v detect.Value[safe.Version], err error) {
	c, err := detect.Once(p.Dir, "catalog", catalog.Load)
	if err != nil {
		return v, err
	}
	family, err := c.Family("deno")
	if err != nil {
		return v, err
	}
	asked, err := manifest.Versions(p.Dir, "deno", ".dvmrc", ".deno-version")
	if err != nil {
		return v, err
	}
	if asked.IsSet() {
		if n, err := safe.NewVersion(asked.V); err == nil {
			return detect.Found(n, asked.Why...), nil
		}
		if range_, err := semver.NewConstraint(asked.V); err == nil {
			if line, ok := family.Match(func(s string) bool { v, err := semver.NewVersion(s); return err == nil && range_.Check(v) }, c.AsOf()); ok {
				return detect.Found(line.Version, asked.Why...), nil
			}
		}
	}
	for _, from := range evidence.Bases(p.Dir) {
		name, tag, _ := strings.Cut(from.Image, ":")
		if name = strings.TrimPrefix(name, "docker.io/"); name != "denoland/deno" {
			continue
		}
		for _, base := range []string{"alpine-", "debian-", "ubuntu-", "distroless-", "bin-"} {
			tag = strings.TrimPrefix(tag, base)
		}
		n, err := safe.NewVersion(tag)
		if _, known := family.Line(tag); err == nil && known {
			return detect.Found(n, from.Why), nil
		}
	}
	return detect.Assumed(family.Default(), detect.Note{Text: "no version of Deno is named: the newest, which alone gets fixes"}), nil
}

// old reports whether the version is Deno 1, whose install command is another one.
func old(svc *detect.Service) bool { return strings.HasPrefix(svc.Version.V.String(), "1") }

// install are the files that fetching the dependencies reads, and its command: only
// what the manifests name can be fetched before the sources are there.
func (p *project) install(facts *Facts, root *detect.Dir) {
	add := func(name string) {
		if r, err := safe.NewRelPath(name); err == nil && !slices.Contains(facts.Inputs, r) {
			facts.Inputs = append(facts.Inputs, r)
		}
	}
	if p.config == nil {
		return
	}
	top := p.config
	if p.config.above != nil {
		top = p.config.above
	}
	add(top.file)
	if m := path.Clean(top.ImportMap); top.ImportMap != "" && root.Has(m) {
		add(m)
	}
	lock, used := p.config.lock(root)
	if lock != "" {
		add(lock)
	}
	packages := root.Has("package.json")
	if packages {
		add("package.json")
	}
	for _, pattern := range top.members() {
		for _, dir := range root.Sub(path.Dir(pattern)).Dirs() {
			member := path.Join(path.Dir(pattern), dir)
			if ok, err := path.Match(pattern, member); err != nil || !ok {
				continue
			}
			for _, name := range append(configNames(), "package.json") {
				if at := path.Join(member, name); root.Has(at) {
					add(at)
					packages = packages || name == "package.json"
				}
			}
		}
	}
	if len(p.config.imports()) == 0 && !packages {
		return
	}
	facts.Install = safe.ArgvOf("deno", "install")
	if lock != "" {
		facts.Install = facts.Install.With("--frozen")
	}
	if lock == "" && used {
		p.notes = append(p.notes, root.Note(top.file, 0, "there is no deno.lock: every build takes the newest versions that fit; run deno install and commit the lock"))
	}
	if !used {
		p.notes = append(p.notes, root.Note(top.file, top.lines.At("lock"), "the lock is switched off: every build takes the newest versions that fit"))
	}
}

// isBuild reports whether a command makes something that a program or a site needs.
func isBuild(c manifest.Command) bool {
	if len(c.Args) == 0 {
		return c.Opaque
	}
	switch c.Program() {
	case "echo", "rm", "mkdir", "cd", "true":
		return c.Opaque
	case "deno":
		return len(c.Args) > 1 && !slices.Contains([]string{"compile", "check", "fmt", "lint", "test", "cache", "install", "publish", "doc", "bundle"}, c.Args[1])
	}
	return !slices.Contains([]string{"docker", "deployctl", "git"}, c.Program())
}

// buildTask is the task that builds, "" for none.
func (p *project) buildTask() string {
	for _, name := range []string{"build:prod", "build"} {
		if slices.ContainsFunc(p.expand(p.config.task(name), 0), isBuild) {
			return name
		}
	}
	return ""
}

// build decides what runs on the sources: the task that builds, then what fetches
// and compiles the program's own imports, which an import map does not list.
func (p *project) build(svc *detect.Service, facts *Facts, c *command) error {
	if old(svc) {
		facts.Install = safe.Argv{}
	}
	if name := p.buildTask(); name != "" {
		argv := safe.ArgvOf("deno", "task", name)
		svc.Build = detect.Found(argv, p.config.note(name+": "+p.config.task(name), "tasks", name))
		facts.Steps = append(facts.Steps, argv)
	}
	if c == nil {
		return nil
	}
	words := []string{"deno", "cache"}
	root := p.config.root(p.Dir)
	if lock, _ := p.config.lock(root); lock != "" && !old(svc) {
		words = append(words, "--frozen")
	}
	for i, f := range c.flags {
		if f == "--import-map" || f == "--config" || f == "-c" {
			words = append(words, c.flags[i:min(i+2, len(c.flags))]...)
		} else if strings.HasPrefix(f, "--import-map=") || strings.HasPrefix(f, "--config=") {
			words = append(words, f)
		}
	}
	argv, err := safe.NewArgv(append(words, c.target)...)
	if err != nil {
		return p.Errorf(c.why.Path, c.why.Line, "the program's file: %w", err)
	}
	facts.Steps = append(facts.Steps, argv)
	return nil
}

// generator makes a site into the folder output.
type generator struct{ name, module, output string }

func generators() []generator {
	return []generator{{"Lume", "lume", "_site"}, {"Vite", "vite", "dist"}, {"Mastro", "@mastrojs/mastro", "dist"}, {"Pagic", "pagic", "dist"}}
}

// site describes the site that a task builds; without one nothing runs here.
func (p *project) site(svc *detect.Service) (*detect.Service, error) {
	task := p.buildTask()
	if p.config == nil {
		return nil, detect.NotService("no program for Deno: nothing in it listens")
	}
	for _, g := range generators() {
		used, ok := p.modules()[g.module]
		why := used.why
		if !ok && !p.runs(task, g.module) || task == "" || g.module == "vite" && !p.Has("index.html") {
			continue
		}
		if !ok {
			why = p.config.note(task+": "+p.config.task(task), "tasks", task)
		}
		svc.Kind, svc.Framework, svc.Port = detect.Static, detect.Found(g.name, why), detect.Assumed(safe.Port(8080), detect.Note{Text: "the web server's own"})
		if err := p.complete(svc, nil); err != nil {
			return nil, err
		}
		facts := svc.Facts.(*Facts)
		out, err := facts.Dir.Join(p.output(g.output))
		if err != nil {
			return nil, p.Errorf(p.config.file, 0, "the folder that the build writes: %w", err)
		}
		made := site.Site{Dir: out, Index: []safe.RelPath{safe.RelPathOf("index.html")}}
		if g.module == "vite" {
			made.Fallback = true
			made.AddHashed("assets")
		} else {
			made.NotFound = safe.RelPathOf("404.html")
		}
		facts.Site = &made
		svc.Start = detect.Value[safe.Argv]{}
		svc.SetEnv = nil
		return svc, nil
	}
	switch {
	case len(p.config.members()) > 0:
		return nil, detect.NotService("the root of a workspace: what runs is in its members")
	case p.config.Exports != nil:
		return nil, detect.NotService("library: %s exports code, and nothing in it listens", p.config.file)
	}
	return nil, detect.NotService("%s has tools alone: no task starts a program, and nothing listens", p.config.file)
}

// output is the folder that a generator writes: what _config.ts names, else its usual one.
func (p *project) output(usual string) string {
	if f := p.program.Load(p.First("_config.ts", "_config.js", "vite.config.ts", "vite.config.js")); f != nil {
		for _, key := range []string{"dest", "outDir"} {
			for _, prop := range f.Props(key) {
				if v := p.program.Value(f, prop.Value); v.Set && v.Text != "" && !strings.HasPrefix(path.Clean(v.Text), "..") {
					return path.Clean(v.Text)
				}
			}
		}
	}
	return usual
}

// runs reports whether a task runs a program of that name, be it through npm:.
func (p *project) runs(task, program string) bool {
	return slices.ContainsFunc(p.expand(p.config.task(task), 0), func(c manifest.Command) bool {
		return slices.ContainsFunc(c.Args, func(a string) bool {
			name, ok := remote(a)
			return a == program || ok && name == program
		})
	})
}
