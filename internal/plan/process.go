package plan

import (
	"cmp"
	"slices"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Stage is a stage of a Dockerfile that a container is made of.
type Stage string

// The stages that every language's template calls so.
const (
	FinalStage Stage = "final"
	BuildStage Stage = "build"
	// MigrateStage holds a tool that migrates and what it reads, apart from the program.
	MigrateStage Stage = "migrate"
)

// Process is a further command of the program's image, with a container of its own.
type Process struct {
	// Name is the process's own, Service the one in the Compose file.
	Name, Service safe.Name
	// Job says that it runs once, before the program starts.
	Job bool
	// Entrypoint replaces the image's where that is the program itself; Cmd is the
	// command under the image's own.
	Entrypoint, Cmd safe.Argv
	// Start is the whole command, which is the entry point of a stage of its own.
	Start safe.Argv
	// Target is the stage that its container is made of. Where that is not the final
	// one, Env holds what only the final stage sets.
	Target Stage
	Env    []Variable
	// Alone says that Env is all it reads.
	Alone bool
	Why   []detect.Note
	on    safe.RelPath // the folder that it works on
	// Own are the images of a stage of its own; nil: it is made of one of the program's.
	Own *OwnStage
}

// OwnStage is what a tool is made of that is no part of the program.
type OwnStage struct {
	BuildImage, RunImage       catalog.Image
	BuildPackages, RunPackages []safe.Package
}

// processes decides how Compose starts the further commands of the image. A
// program that runs once itself has no jobs before it: they get its profile.
func (p *Plan) processes() error {
	s := p.Service
	if s.Kind == detect.Static {
		return nil
	}
	for _, kind := range []detect.Kind{detect.Job, detect.Worker} {
		for _, one := range s.Processes {
			if one.Kind != kind || one.Start.V.IsZero() || p.unscheduled(one) || slices.ContainsFunc(p.Processes, func(o Process) bool { return o.Name == one.Name }) {
				continue
			}
			q := Process{Name: one.Name, Job: kind == detect.Job, Service: one.Name, Start: one.Start.V, Why: one.Start.Why, on: one.On}
			q.Entrypoint, q.Cmd = p.commandOf(one)
			q.Target = FinalStage
			switch {
			case one.InBuild:
				p.inBuild(&q, one)
			case one.Apart:
				if err := p.ownStage(&q, one); err != nil {
					return err
				}
			}
			q.Alone = one.Alone
			p.ownEnvironment(&q, one)
			p.Processes = append(p.Processes, q)
		}
	}
	taken := map[safe.Name]bool{p.Compose.Service: true}
	if p.Gateway != nil {
		taken[p.Gateway.Service] = true
	}
	for _, b := range p.Backing {
		taken[b.Name] = true
	}
	nameProcesses(taken, p)
	return nil
}

// JobBefore is the service of the job that has to be done before a process starts,
// or the program itself (nil); the zero name for none. Jobs run in the order in
// which they are named.
func (p *Plan) JobBefore(q *Process) (last safe.Name) {
	if p.Compose.Profile != "" && (q == nil || !q.Job) {
		return last // a job in a profile is not started by itself
	}
	if p.before != nil {
		last = p.before.Service
	}
	for i := range p.Processes {
		if o := &p.Processes[i]; o == q {
			break
		} else if o.Job {
			last = o.Service
		}
	}
	return last
}

// nameProcesses gives the processes of all plans the names of their services: their
// own, as people type them, or one with the program's before it where that is taken.
func nameProcesses(taken map[safe.Name]bool, plans ...*Plan) {
	used := map[safe.Name]int{}
	for _, p := range plans {
		for _, q := range p.Processes {
			used[q.Name]++
		}
	}
	for _, p := range plans {
		for i := range p.Processes {
			q := &p.Processes[i]
			q.Service = q.Name
			if used[q.Name] > 1 || taken[q.Name] {
				q.Service = safe.Slug(p.Compose.Service.String()+"-"+q.Name.String(), q.Name.String())
			}
			for taken[q.Service] {
				q.Service = safe.Slug(q.Service.String()+"-process", "process")
			}
			taken[q.Service] = true
		}
	}
}

// shareJobs leaves a job that several services name, each by the folder that it works
// on, to the first of them. The others wait for it.
func shareJobs(plans []*Plan) {
	first := map[safe.RelPath]*Process{}
	for _, p := range plans {
		if p.Compose.Profile != "" {
			continue
		}
		p.Processes = slices.DeleteFunc(p.Processes, func(q Process) bool {
			one := first[q.on]
			if !q.Job || q.on.IsZero() || one == nil {
				return false
			}
			p.before = one
			return true
		})
		for i := range p.Processes {
			if q := &p.Processes[i]; q.Job && !q.on.IsZero() {
				first[q.on] = q
			}
		}
	}
	for _, p := range plans {
		for _, on := range p.Service.WaitsFor {
			if one := first[on]; one != nil && p.before == nil && p.Compose.Profile == "" {
				p.before = one
			}
		}
	}
}

// Outside reports whether the program talks to a service that Compose does not start.
func (p *Plan) Outside() bool { return len(p.missing) > 0 }

// commandOf splits a process's command as the image's own entry point asks for:
// it stays where it is an init or nothing, is given its words where it is the
// language's interpreter, and is replaced where it is the program.
func (p *Plan) commandOf(one detect.Process) (entrypoint, cmd safe.Argv) {
	start := one.Start.V
	switch {
	case p.RunImage.RuntimeIsEntrypoint && !one.RuntimeStart.IsZero():
		return safe.Argv{}, one.RuntimeStart
	case p.RunImage.RuntimeIsEntrypoint && len(start.Args()) > 1:
		return safe.Argv{}, safe.ArgvTail(start.Args()[1:]...)
	case p.Entrypoint.IsZero() || p.Init == InitPackage:
		return safe.Argv{}, start
	}
	return start, safe.Argv{}
}

// inBuild makes a container of the stage that builds: it has the build image's own
// entry point, runs as root unless it is told otherwise, and lacks the final stage's
// variables.
func (p *Plan) inBuild(q *Process, one detect.Process) {
	q.Target, q.Entrypoint, q.Cmd = BuildStage, safe.Argv{}, one.Start.V
	q.Env = []Variable{{"HOME", literal("/tmp")}}
	for _, e := range p.Env {
		if e.Name != p.Service.PortEnv && e.Name.String() != "HOME" && !p.Compose.has(e.Name) {
			q.Env = append(q.Env, Variable{e.Name.String(), literal(e.Value.String())})
		}
	}
	q.Env = sortedVariables(q.Env)
}

// ownStage finds the images of a stage of its own. The toolchain is the usual one, for
// what the program is written for says nothing about the tool, unless the process names
// an image for it.
func (p *Plan) ownStage(q *Process, one detect.Process) error {
	own := &OwnStage{}
	family, err := p.catalog.Family(p.Service.Family())
	if err != nil {
		return err
	}
	base := p.Base.V
	if base == catalog.Distroless && slices.ContainsFunc(one.Packages, func(d detect.Package) bool { return d.Run && !d.Deb.IsZero() }) {
		base = catalog.Slim
	}
	version := family.Default()
	if one.BuildOn != "" && !p.Service.Version.V.IsZero() {
		version = p.Service.Version.V
	}
	if own.BuildImage, own.RunImage, err = family.Images(version, base, catalog.Variant{Link: catalog.Linkage(p.Service.Linkage), Build: one.BuildOn}); err != nil {
		return err
	}
	if own.BuildImage.ArgValue != p.BuildImage.ArgValue { // the argument holds the program's version
		own.BuildImage.Pattern = own.BuildImage.Ref
	}
	if own.BuildPackages, err = pick(one.Packages, own.BuildImage, func(d detect.Package) bool { return d.Build }); err != nil {
		return err
	}
	if own.RunPackages, err = pick(one.Packages, own.RunImage, func(d detect.Package) bool { return d.Run }); err != nil {
		return err
	}
	own.BuildPackages, own.RunPackages = tidy(own.BuildPackages), tidy(append(own.RunPackages, own.RunImage.Install...))
	q.Own, q.Target, q.Entrypoint, q.Cmd = own, MigrateStage, safe.Argv{}, safe.Argv{}
	return nil
}

// Tooled is the process with a stage of its own, nil for none: for templates.
func (p *Plan) Tooled() *Process {
	for i := range p.Processes {
		if p.Processes[i].Own != nil {
			return &p.Processes[i]
		}
	}
	return nil
}

// ownEnvironment adds the variables that the process alone reads; a tool reads none of
// the program's. Where Compose starts no such service, the address is handed through.
func (p *Plan) ownEnvironment(q *Process, one detect.Process) {
	add := func(name safe.EnvName, value Text) {
		if (q.Alone || !p.Compose.has(name)) && !slices.ContainsFunc(q.Env, func(v Variable) bool { return v.Name == name.String() }) {
			q.Env = append(q.Env, Variable{name.String(), value})
		}
	}
	for _, e := range one.SetEnv {
		add(e.Name, literal(e.Value.String()))
	}
	for _, need := range one.Needs {
		as := need.As
		for _, n := range p.Service.Needs { // what is known by now of the same one
			if n.Name == need.Name {
				as = cmp.Or(n.As, as)
			}
		}
		i := slices.IndexFunc(p.Backing, func(b Backing) bool { return b.Service.Name == cmp.Or(as, need.Name) })
		for _, setting := range need.Settings {
			var value Text
			switch {
			case i >= 0:
				value = p.Backing[i].part(setting)
			case q.Alone: // it does nothing without
				p.require(Required{Name: setting.Env})
				value = required(setting.Env)
			}
			add(setting.Env, value)
		}
	}
	q.Env = sortedVariables(q.Env)
}
