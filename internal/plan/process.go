package plan

import (
	"slices"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Process is a further command of the program's image, with a container of its own.
type Process struct {
	Name safe.Name
	// Job says that it runs once, before the program starts.
	Job bool
	// Entrypoint replaces the image's where that is the program itself; Cmd is the
	// command under the image's own.
	Entrypoint, Cmd safe.Argv
	// After is the job that has to be done before, the zero name for none: jobs run
	// in the order in which they are named.
	After safe.Name
	Why   []detect.Note
}

// processes decides how Compose starts the further commands of the image. A
// program that runs once itself has no jobs before it: they get its profile.
func (p *Plan) processes() {
	s := p.Service
	if s.Kind == detect.Static {
		return
	}
	for _, kind := range []detect.Kind{detect.Job, detect.Worker} {
		for _, one := range s.Processes {
			if one.Kind != kind || one.Start.V.IsZero() || slices.ContainsFunc(p.Processes, func(o Process) bool { return o.Name == one.Name }) {
				continue
			}
			q := Process{Name: one.Name, Job: kind == detect.Job, After: p.lastJob(), Why: one.Start.Why}
			q.Entrypoint, q.Cmd = p.commandOf(one)
			p.Processes = append(p.Processes, q)
		}
	}
}

// LastJob is the name of the process that has to be done before the program
// starts, the zero name for none.
func (p *Plan) LastJob() safe.Name {
	if p.Compose.Profile != "" {
		return safe.Name{}
	}
	return p.lastJob()
}

// Outside reports whether the program talks to a service that Compose does not start.
func (p *Plan) Outside() bool { return len(p.missing) > 0 }

func (p *Plan) lastJob() (last safe.Name) {
	for _, q := range p.Processes {
		if q.Job {
			last = q.Name
		}
	}
	return last
}

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
