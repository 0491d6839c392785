package plan

import (
	"fmt"
	"strconv"
	"time"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// initPackage is a small init that forwards signals and reaps children, under
// one name on Debian and Alpine (https://github.com/krallin/tini).
var initPackage = safe.PackageOf("tini")

// command splits the start command into entry point and arguments, under an
// init where the program would ignore SIGTERM as process 1: the kernel delivers
// to process 1 only the signals that it handles.
func (p *Plan) command(Options) error {
	s := p.Service
	if s.Kind == detect.Static {
		p.Start = safe.Argv{}
		return nil // the web server's own command
	}
	if p.Start.IsZero() {
		return fmt.Errorf("no start command was found: say it with dockgen init --start 'COMMAND'")
	}
	if !s.Graceful && !p.RunImage.Init && (s.Kind == detect.Server || s.Kind == detect.Worker) {
		switch {
		case p.RunImage.Packages != catalog.NoPackages:
			p.Init = InitPackage
			p.RunPackages = tidy(append(p.RunPackages, initPackage))
		case s.Linkage != detect.Interpreted:
			p.Init = InitCopied // templates/partials/init.tmpl has the stage
		default:
			p.note("", 0, "the program ignores SIGTERM as process 1, and %s has no init: run it with docker run --init", p.RunImage.Ref)
		}
	}
	// With -s it does its work below another init too, as Compose's init: true brings one.
	args := p.Start.Args()
	switch {
	case p.RunImage.RuntimeIsEntrypoint:
		// The image's own ENTRYPOINT is the interpreter.
		switch {
		case !s.RuntimeStart.IsZero() && s.Start.Source <= detect.Detected:
			p.Cmd = s.RuntimeStart
		case len(args) > 1:
			p.Cmd = safe.ArgvTail(args[1:]...)
		}
	case p.Init == InitPackage:
		p.Entrypoint, p.Cmd = safe.ArgvOf("tini", "-s", "--").With(s.Entrypoint.Args()...), p.Start
	case p.Init == InitCopied:
		p.Entrypoint = safe.ArgvOf("/sbin/tini", "-s", "--").With(args...)
	case s.Linkage != detect.Interpreted, p.RunImage.HasEntrypoint:
		p.Entrypoint = p.Start
	default:
		p.Entrypoint, p.Cmd = s.Entrypoint, p.Start
	}
	return nil
}

// Health is how the image tells whether the service is well.
type Health struct {
	None bool // no check: the service has no port, or the user wants none
	// Probe says that the final image has nothing to ask with, so that the
	// build has to make the program /probe, which Argv calls as
	// "/probe URL", or "/probe --any URL" where any answer is a good one; for a
	// virtual machine it is a class in the folder of that name.
	Probe bool
	Argv  safe.Argv
	Path  safe.URLPath
	// Any says that no health path is known: whatever answer counts.
	Any bool
	// Open says that the service speaks no HTTP, so that a connection is all that is asked for.
	Open        bool
	Interval    time.Duration
	Timeout     time.Duration
	StartPeriod time.Duration
	Retries     int
}

func (p *Plan) health(opts Options) error {
	s := p.Service
	p.Health = Health{Interval: 30 * time.Second, Timeout: 5 * time.Second, StartPeriod: 30 * time.Second, Retries: 3}
	h := &p.Health
	switch {
	case opts.NoHealth, p.Port == 0, s.Kind != detect.Server && s.Kind != detect.Static:
		h.None = true
		return nil
	}
	// What speaks no HTTP has no path: that it listens is all that can be asked.
	h.Path, h.Any = s.Health.V, !s.Health.IsSet() && !s.Gateway
	h.Open = s.NoHTTP && h.Any
	if h.Any {
		h.Path = safe.URLPathOf("/")
	}
	if s.Kind == detect.Static && h.Any {
		h.Path = safe.URLPathOf("/healthz") // the web partial answers it
		h.Any = false
	}
	if h.Open {
		if argv, ok := p.RunImage.ProbeOpen(p.Port, s.PortEnv); ok {
			h.Argv, h.Probe = argv, p.RunImage.ProbeBuilt()
			return nil
		}
	}
	if argv, ok := p.RunImage.ProbeArgv(p.Port, s.PortEnv, h.Path, h.Any); ok {
		h.Argv, h.Probe = argv, p.RunImage.ProbeBuilt()
		return nil
	}
	if s.Linkage == detect.Interpreted {
		h.None = true
		p.note("", 0, "%s has nothing to ask for its health with: the image has no health check", p.RunImage.Ref)
		return nil
	}
	h.Probe = true
	url := "http://127.0.0.1:" + strconv.Itoa(int(p.Port)) + h.Path.String()
	h.Argv = safe.ArgvOf("/probe", url)
	if h.Any {
		h.Argv = safe.ArgvOf("/probe", "--any", url)
	}
	return nil
}

// settings are the variables of the final image: what the program needs to work
// in a container, and its port where it reads one.
func (p *Plan) settings(Options) error {
	s := p.Service
	p.Env = append(p.Env, s.SetEnv...)
	if s.PortEnv.IsZero() || p.Port == 0 || s.Kind == detect.Static {
		return nil
	}
	for i, e := range p.Env {
		if e.Name == s.PortEnv {
			p.Env[i].Value = safe.LabelOf(strconv.Itoa(int(p.Port)))
			return nil
		}
	}
	p.Env = append(p.Env, detect.Setting{Name: s.PortEnv, Value: safe.LabelOf(strconv.Itoa(int(p.Port)))})
	return nil
}
