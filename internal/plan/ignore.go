package plan

// ignore decides what the build context leaves out.
func (p *Plan) ignore(Options) error {
	p.Ignore = append(p.Ignore, p.Service.Context.Ignore...)
	return nil
}
