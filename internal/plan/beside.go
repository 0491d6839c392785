package plan

import (
	"slices"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Beside is the plan for a Compose file that somebody wrote and that starts some of
// the backing services already: running has their names there, by the catalogue's.
// Their passwords are not dockgen's to know, so the addresses are asked for.
func (p *Plan) Beside(running map[string]safe.Name) *Plan {
	out := *p
	out.Backing, out.Compose.Environment, out.Compose.Required = nil, nil, nil
	out.Compose.Networks, out.Compose.Network = false, safe.Name{}
	theirs := map[string]Text{}
	for _, b := range p.Backing {
		name, ok := running[b.Service.Name]
		if !ok {
			out.Backing = append(out.Backing, b)
			continue
		}
		out.Compose.After = append(out.Compose.After, name)
		for _, n := range p.Service.Needs {
			if n.Name != b.Service.Name && n.As != b.Service.Name {
				continue
			}
			for _, set := range n.Settings {
				switch set.Part {
				case detect.PartHost:
					theirs[set.Env.String()] = literal(name.String())
				case detect.PartPort:
				default:
					theirs[set.Env.String()] = required(set.Env)
				}
			}
		}
		if usual := b.Service.UsualEnv; len(theirs) == 0 {
			theirs[usual.String()] = required(usual)
		}
	}
	slices.SortFunc(out.Compose.After, compareNames)
	for _, v := range p.Compose.Environment {
		if t, ok := theirs[v.Name]; ok {
			v.Value = t
		}
		out.Compose.Environment = append(out.Compose.Environment, v)
	}
	asked := map[safe.EnvName]bool{}
	note := func(text Text) {
		for _, piece := range text {
			if !piece.Required || asked[piece.Var] {
				continue
			}
			asked[piece.Var] = true
			r := Required{Name: piece.Var}
			if i := slices.IndexFunc(p.Compose.Required, func(o Required) bool { return o.Name == piece.Var }); i >= 0 {
				r = p.Compose.Required[i]
			}
			out.Compose.Required = append(out.Compose.Required, r)
		}
	}
	for _, v := range out.Compose.Environment {
		note(v.Value)
	}
	for _, b := range out.Backing {
		for _, v := range b.Environment {
			note(v.Value)
		}
	}
	return &out
}

func compareNames(a, b safe.Name) int {
	switch {
	case a.String() < b.String():
		return -1
	case a.String() > b.String():
		return 1
	}
	return 0
}
