package plan

import (
	"path"
	"slices"

	"dockgen/detect"
)

// DevStage is the stage that serves the sources while they are worked on.
const DevStage Stage = "dev"

// DevCommand brings the project up for development, and carries changes over.
const DevCommand = "docker compose -f compose.yaml -f compose.dev.yaml up --build --watch"

// development decides whether there is a stage for development, and what it sets.
func (p *Plan) development(opts Options) {
	d := p.Service.Dev
	switch {
	case !opts.Dev:
		return
	case d == nil || d.Start.V.IsZero():
		p.note("", 0, "docker compose watch builds %s again when a source changes: dockgen knows no server of its own for development", p.Service.Name)
		return
	}
	server := *d
	p.Dev, server.Debug = &server, nil
	switch g := d.Debug; {
	case !opts.Debug:
	case g == nil:
		p.note("", 0, "no debugger can attach to %s: dockgen knows no flag of %s for one", p.Service.Name, path.Base(d.Start.V.Args()[0]))
	case g.Port == p.Port:
		p.note("", 0, "no debugger can attach to %s: the program itself takes the debugger's port %d", p.Service.Name, g.Port)
	default:
		server.Debug, server.Reloads = g, g.Reloads
		server.Start.V = g.Start
		p.Compose.DebugPort = g.Port
	}
	for _, e := range p.Env {
		if e.Name != p.Service.PortEnv && !slices.ContainsFunc(d.Env, func(o detect.Setting) bool { return o.Name == e.Name }) {
			p.DevEnv = append(p.DevEnv, e)
		}
	}
	p.DevEnv = append(p.DevEnv, d.Env...)
	if !p.Service.PortEnv.IsZero() {
		for _, e := range p.Env {
			if e.Name == p.Service.PortEnv {
				p.DevEnv = append(p.DevEnv, e)
			}
		}
	}
}
