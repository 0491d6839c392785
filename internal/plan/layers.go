package plan

// layers decides where what is compiled of the dependencies is kept: in a cache beside
// the image, which is quick on a machine that builds again and again, or in a layer,
// which a registry or CI's own cache carries to a machine that never built before.
func (p *Plan) layers(opts Options) {
	s := p.Service
	switch {
	case !opts.Layers:
	case s.Layers:
		p.Layers = true
	case s.Layerless.Text != "":
		p.note(s.Layerless.Path, s.Layerless.Line, "%s: what is compiled of the dependencies stays in a cache beside the image", s.Layerless.Text)
	default:
		p.note("", 0, "--cache layers changes nothing about %s: dockgen knows no layer for what is compiled of its dependencies", s.Name)
	}
}
