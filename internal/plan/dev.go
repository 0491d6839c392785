package plan

import (
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
	p.Dev = d
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
