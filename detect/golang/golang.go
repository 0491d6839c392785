// Package golang detects programs written in Go.
//
// The flow of one inspection: the module and its neighbours (go.mod, go.work,
// local replacements) make a workspace; every main package in it is a command;
// the files that a command reaches through local imports are parsed once; and
// from their syntax trees come its kind, framework, port, routes, environment
// and the files that it reads while it runs. No type information is used: the
// sources of dependencies are not there, and the toolchain is never run.
package golang

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Detector finds Go programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "go" }

// Markers are a module's manifest, and how the file of a program is usually
// called for programs that have none.
func (Detector) Markers() []string {
	return []string{"go.mod", "main.go", "server.go", "app.go", "hello.go"}
}

// PackageManagers lists those of a front end that is built beside the program:
// Go itself has none to choose.
func (Detector) PackageManagers() []string { return nodepkg.Managers() }

// Inspect returns a service for every command of the module in d that is not a
// mere tool beside a server.
func (Detector) Inspect(ctx context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if !d.Has("go.mod") && inModule(d) {
		return nil, nil // a package of a module, which is inspected where its go.mod stands
	}
	w, err := load(d)
	if err != nil {
		return nil, err
	}
	p := newProgram(w)
	cmds, err := p.commands()
	if err != nil {
		return nil, err
	}
	if cmds, err = choose(d, w, cmds); err != nil {
		return nil, err
	}
	var services []*detect.Service
	for _, c := range cmds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := p.service(c)
		if err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	services = p.migrations(d, cmds, services)
	return keepServers(d, services), nil
}

// inModule reports whether a folder without a go.mod belongs to a module above
// it, or holds no program at all.
func inModule(d *detect.Dir) bool {
	for p := range d.Parents() {
		if p.Has("go.mod") {
			return true
		}
	}
	return len(d.Names("*.go")) == 0
}

// choose applies the user's choice of a command. Without one, commands whose
// folder says that they are development tools are taken out.
func choose(d *detect.Dir, w *workspace, cmds []*command) ([]*command, error) {
	if len(cmds) == 0 {
		if w.main.file == nil {
			return nil, nil // loose Go files, as templates and tests have them
		}
		return nil, detect.NotService("library: no main package")
	}
	names := make([]string, len(cmds))
	for i, c := range cmds {
		names[i] = c.arg(w.main)
	}
	if want := d.Choices().Main; want.IsSet() {
		i := slices.IndexFunc(cmds, func(c *command) bool { return c.called(want.V.String(), w.main) })
		if i >= 0 {
			return cmds[i : i+1], nil
		}
		err := fmt.Errorf("no command is called %q here: candidates are %s (dockgen init --main %s)", want.V, strings.Join(names, ", "), names[0])
		if d.Choices().Language == (Detector{}).Name() {
			return nil, err
		}
		return nil, detect.NotService("%s", err)
	}
	kept := slices.DeleteFunc(slices.Clone(cmds), func(c *command) bool { return c.aside(w.main) != "" })
	if len(kept) == 0 {
		return nil, detect.NotService("library: the only main packages are %s", strings.Join(names, ", "))
	}
	return kept, nil
}

// keepServers takes tools out where the module has something that keeps
// running, and tells the rest of them.
func keepServers(d *detect.Dir, services []*detect.Service) []*detect.Service {
	long := func(s *detect.Service) bool { return s.Kind == detect.Server || s.Kind == detect.Worker }
	if !slices.ContainsFunc(services, long) {
		return services
	}
	var kept []*detect.Service
	var tools []string
	for _, s := range services {
		if long(s) {
			kept = append(kept, s)
		} else {
			tools = append(tools, s.Main.V.String())
		}
	}
	for _, t := range tools {
		kept[0].Notes = append(kept[0].Notes, detect.Note{
			Path: path.Join(d.Path(), t),
			Text: "left out: a tool that ends by itself (dockgen init --main " + t + " takes it)",
		})
	}
	return kept
}

// service describes one command.
func (p *program) service(c *command) (*detect.Service, error) {
	r := p.reach(c)
	e := newEval(r)
	binary, start := c.binary(p.w)
	main, err := safe.NewLabel(c.arg(p.w.main))
	if err != nil {
		return nil, fmt.Errorf("the folder of a command: %w", err)
	}
	version, err := p.w.version()
	if err != nil {
		return nil, err
	}
	s := &detect.Service{
		Root:           p.w.root(),
		Main:           detect.Found(main, c.why),
		Version:        version,
		PackageManager: detect.Found("go", p.w.main.note(1, "module %s", p.w.main.name())),
		Linkage:        detect.StaticLink,
		Start:          detect.Found(start, c.why),
		Notes:          slices.Clone(p.w.notes),
	}
	s.Name = safe.Slug(binary, "app")
	for _, a := range p.w.above {
		s.NeedsAbove(a.why, a.root)
	}
	f := &Facts{Binary: safe.Slug(binary, "app")}
	fw := r.framework(s)
	e.listen(s, fw)
	e.subcommand(s)
	if fw.release[0] != "" && s.Kind == detect.Server {
		e.set(s, fw.release[0], fw.release[1], "")
	}
	e.environment(s)
	e.health(s)
	s.Graceful = e.graceful(s, fw)
	r.native(s, f)
	e.needs(s)
	e.addresses(s)
	if err := e.files(s, f); err != nil {
		return nil, err
	}
	if err := e.frontend(s, f); err != nil {
		return nil, err
	}
	if err := p.build(c, s, f); err != nil {
		return nil, err
	}
	s.Facts = f
	return s, nil
}
