// Package deno detects what runs on Deno: servers, workers, sites that a task builds.
//
// The flow: the configuration (deno.json) tells tasks, imports and the workspace; a
// task that runs a program for production is the start command, with just the
// permissions that it grants; without one the entry file is found by its name and its
// permissions by what its sources use. Sources are read by their tokens.
package deno

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/site"
	"dockgen/internal/safe"
)

// Facts are what the template of this language reads beside the service.
type Facts struct {
	Dir safe.RelPath // of the program, relative to the build context
	// Inputs are the files that Install reads: manifests and locks.
	Inputs  []safe.RelPath
	Install safe.Argv // fetches what the manifests name; not set: they name nothing
	// Steps are what the build runs on the sources: the task that builds, then what
	// fetches and compiles what the program imports.
	Steps []safe.Argv
	Site  *site.Site // what a web server gets; nil for a program
}

// entries are the files that a program begins with by their usual names, the
// plainest promise first.
var entries = []string{"main", "server", "mod", "index", "app"}

// Detector finds programs for Deno.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "deno" }

// Markers are the configuration, and the entry files of programs that have none.
func (Detector) Markers() []string {
	out := configNames()
	for _, base := range entries {
		for _, ext := range []string{".ts", ".js", ".tsx"} {
			out = append(out, base+ext)
		}
	}
	return out
}

// PackageManagers lists the one that Deno itself is.
func (Detector) PackageManagers() []string { return []string{"deno"} }

// Inspect describes what runs from the folder d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	c, err := readConfig(d)
	if err != nil {
		return nil, err
	}
	if c == nil {
		if skip, err := notOurs(d); skip || err != nil {
			return nil, err
		}
	}
	p := &project{Dir: d, config: c, program: javascript.NewProgram(d)}
	p.aliases()
	if c == nil && !slices.ContainsFunc(p.Names(Detector{}.Markers()...), p.isDeno) {
		return nil, nil // a script for browsers, or of another language's project
	}
	s, err := p.service()
	if err != nil {
		return nil, err
	}
	return []*detect.Service{s}, nil
}

// notOurs reports whether a folder without a configuration is not looked at: it
// belongs to a package of Node's, or is one of a program that lies above.
func notOurs(d *detect.Dir) (bool, error) {
	if d.Has("package.json") {
		return true, nil
	}
	for parent := range d.Parents() {
		if parent.First(append(configNames(), "package.json")...) != "" {
			return true, nil
		}
	}
	return false, nil
}

// project is one folder under inspection.
type project struct {
	*detect.Dir
	config  *config // nil: a script that stands alone
	program *javascript.Program
	files   []*javascript.File // of the program
	notes   []detect.Note
}

func (p *project) remark(at detect.Note, format string, args ...any) {
	at.Text = fmt.Sprintf(format, args...)
	p.notes = append(p.notes, at)
}

// aliases teaches the program the import map's names for the project's own files.
func (p *project) aliases() {
	for name, target := range p.config.imports() {
		if t, ok := strings.CutPrefix(target, "./"); ok {
			p.program.Alias(name, path.Clean(t))
		}
	}
}

// service finds out what runs, then everything about it.
func (p *project) service() (*detect.Service, error) {
	if name := p.asideOf(); name != "" {
		return nil, detect.NotService("%s", name)
	}
	c, err := p.findStart()
	if err != nil {
		return nil, err
	}
	svc := &detect.Service{PackageManager: detect.Found("deno", p.manifestNote())}
	if c == nil {
		return p.site(svc)
	}
	p.files = p.program.Reach(c.entry, 400)
	if err := p.describe(svc, c); err != nil {
		return nil, err
	}
	return svc, nil
}

// asideOf says why a folder holds programs for another place.
func (p *project) asideOf() string {
	if at := "/" + p.Path() + "/"; strings.Contains(at, "/supabase/functions/") || strings.Contains(at, "/netlify/edge-functions/") {
		return "a function that runs on another host's own runtime of Deno"
	}
	return ""
}

func (p *project) manifestNote() detect.Note {
	if p.config != nil {
		return p.config.note("", "")
	}
	return p.Note(".", 0, "Deno brings its own")
}

// describe fills in what is known of the program that a command starts.
func (p *project) describe(svc *detect.Service, c *command) error {
	l, listens := p.listening(c)
	fw := p.framework(listens)
	switch {
	case listens || c.serve || fw.server:
		svc.Kind = detect.Server
	case p.stays() || c.deployed: // it may start others that listen
		svc.Kind = detect.Worker
	case c.task != "":
		svc.Kind = detect.Job
		p.remark(c.why.On(detect.Ending), "nothing listens or waits here: it is taken for a program that runs once and ends")
	default:
		return detect.NotService("a library or tools: nothing in it listens, and no task starts it")
	}
	if fw.name != "" {
		svc.Framework = detect.Found(fw.name, fw.why)
	}
	p.grant(svc, c)
	p.state(svc, c)
	argv, err := safe.NewArgv(c.argv()...)
	if err != nil {
		return p.Errorf(c.why.Path, c.why.Line, "the start command: %w", err)
	}
	svc.Start = detect.Found(argv, c.why)
	if label, err := safe.NewLabel(c.entry); err == nil && c.entry != "" {
		svc.Main = detect.Found(label, c.why)
	}
	if svc.Kind == detect.Server {
		p.findPort(svc, c, l, listens, fw)
		p.findHealth(svc)
	}
	svc.Graceful = p.endsOnSignal()
	p.findEnv(svc)
	p.findNeeds(svc)
	return p.complete(svc, c)
}

// complete adds what programs and sites have in common: version, build, context.
func (p *project) complete(svc *detect.Service, c *command) error {
	var err error
	if svc.Version, err = p.version(); err != nil {
		return err
	}
	root := p.config.root(p.Dir)
	svc.Root = root.Rel()
	facts := &Facts{Dir: safe.RelPathOf(".")}
	if root.Path() != p.Path() {
		if facts.Dir, err = safe.NewRelPath(strings.TrimPrefix(strings.TrimPrefix(p.Path(), root.Path()), "/")); err != nil {
			return err
		}
	}
	p.install(facts, root)
	if err := p.build(svc, facts, c); err != nil {
		return err
	}
	for _, s := range []struct{ name, value string }{{"DENO_DIR", "/app/.deno"}, {"DENO_NO_UPDATE_CHECK", "1"}} {
		svc.SetEnv = append(svc.SetEnv, detect.Setting{Name: safe.EnvNameOf(s.name), Value: safe.LabelOf(s.value)})
	}
	svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternOf("**/.deno"))
	if p.Has("package.json") {
		svc.Parts = append(svc.Parts, detect.Part{Path: p.Rel(), Why: p.Note("package.json", 0, "packages for Deno, whose configuration stands beside it")})
	}
	svc.Notes = append(svc.Notes, p.notes...)
	svc.Facts = facts
	p.label(svc)
	return nil
}

func (p *project) label(svc *detect.Service) {
	if p.config == nil {
		return
	}
	if p.config.Name != "" {
		svc.Name = safe.Slug(path.Base(p.config.Name), "app")
	}
	for _, l := range []struct{ key, value string }{{"title", p.config.Name}, {"licenses", p.config.License}} {
		if v, err := safe.NewLabel(l.value); err == nil && l.value != "" && len(l.value) < 200 {
			svc.Labels = append(svc.Labels, detect.ImageLabel{Key: "org.opencontainers.image." + l.key, Value: v})
		}
	}
}

// stays reports whether the program waits for something for ever.
func (p *project) stays() bool {
	for _, f := range p.files {
		for _, c := range f.Calls(f.Whole()) {
			switch c.Name() {
			case "setInterval", "cron", "subscribe", "consume", "listenQueue", "startBot":
				return true
			}
		}
	}
	return p.uses("discord.js", "discordeno", "@discordeno/bot", "grammy", "telegraf", "bullmq", "kafkajs", "harmony") != ""
}

// endsOnSignal reports whether the program handles SIGTERM.
func (p *project) endsOnSignal() bool {
	return slices.ContainsFunc(p.files, func(f *javascript.File) bool {
		return slices.ContainsFunc(f.Calls(f.Whole()), func(c javascript.Call) bool {
			handles := c.Name() == "addSignalListener" || c.Name() == "on" && c.Callee[0] == "process"
			return handles && len(c.Args) > 0 && f.Text(c.Args[0]) == "SIGTERM"
		})
	})
}
