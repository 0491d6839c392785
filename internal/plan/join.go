package plan

import (
	"slices"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Join brings the plans of one project's services together in one Compose file of
// that name: each service gets a name and a port on the host of its own, and a
// backing service that several need stands there once.
func Join(name safe.Name, plans []*Plan) {
	if len(plans) == 1 {
		return
	}
	taken := map[safe.Name]bool{}
	for _, p := range plans {
		for _, b := range p.Backing {
			taken[b.Name] = true
		}
	}
	ports := map[safe.Port]bool{}
	for _, p := range plans {
		c := &p.Compose
		c.Project = name
		for taken[c.Service] {
			c.Service = safe.Slug(c.Service.String()+"-app", "app")
		}
		taken[c.Service] = true
		if g := p.Gateway; g != nil {
			if taken[g.Service] {
				g.Service = safe.Slug(c.Service.String()+"-"+g.Service.String(), "web")
			}
			taken[g.Service] = true
		}
		for p.Port != 0 && ports[c.HostPort] && c.HostPort < 65535 {
			c.HostPort++
		}
		ports[c.HostPort] = true
	}
	for _, p := range plans {
		c := &p.Compose
		for c.DebugPort != 0 && ports[c.DebugPort] && c.DebugPort < 65535 {
			c.DebugPort++
		}
		ports[c.DebugPort] = true
	}
	shareJobs(plans)
	nameProcesses(taken, plans...)
	oneOfEach(plans)
	introduce(plans)
	// Who is on no network of its own could not reach those who are.
	if slices.ContainsFunc(plans, func(p *Plan) bool { return p.Compose.Networks }) {
		for _, p := range plans {
			p.Compose.Front = !p.Compose.Networks
		}
	}
}

// oneOfEach lets services that need the same backing service in different versions
// use the one that the first of them asks for.
func oneOfEach(plans []*Plan) {
	first := map[safe.Name]*Backing{}
	for _, p := range plans {
		for i := range p.Backing {
			b := &p.Backing[i]
			one, ok := first[b.Name]
			if !ok {
				first[b.Name] = b
				continue
			}
			if b.Image != one.Image {
				p.note(evidence(b.Why), line(b.Why), "%s stands in compose.yaml once, as %s, which another service asks for", b.Name, one.Image.Ref)
				b.Image, b.Volume = one.Image, one.Volume
			}
		}
	}
}

// Picked are the services of a project that are deployed: all but its tools, or
// all where there is nothing else.
func Picked(all []*detect.Service) []*detect.Service {
	deployed := slices.DeleteFunc(slices.Clone(all), func(s *detect.Service) bool { return !s.Kind.Deployed() })
	if len(deployed) == 0 {
		return all
	}
	return deployed
}
