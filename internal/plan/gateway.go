package plan

import (
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// GatewayStage is the stage that a template calls so, of a web server before the program.
const GatewayStage Stage = "web"

// gateway decides about the web server before a program that speaks no HTTP. It is
// asked for its own health: what the program answers is of its own making.
func (p *Plan) gateway(opts Options) error {
	if !p.Service.Gateway {
		return nil
	}
	family, err := p.catalog.Family(webFamily)
	if err != nil {
		return err
	}
	g := &Gateway{Service: safe.Slug("web", "web")}
	if _, g.Image, err = family.Images(family.Default(), family.DefaultBase(), catalog.Variant{}); err != nil {
		return err
	}
	g.Port = g.Image.Port
	g.Health = p.Health
	g.Health.Path, g.Health.Any = safe.URLPathOf("/healthz"), false
	argv, ok := g.Image.ProbeArgv(g.Port, safe.EnvName{}, g.Health.Path, false)
	g.Health.Argv, g.Health.None = argv, !ok || opts.NoHealth
	p.Gateway = g
	return nil
}
