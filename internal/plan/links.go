package plan

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Proxy is a path that the web server of finished files hands on to another
// service of the project, as the development server does.
type Proxy struct {
	Prefix safe.URLPath
	Strip  bool // the other service sees the path without it
	Host   safe.Name
	Port   safe.Port

	to *detect.Service
}

// links finds the services that answer the paths of a front end.
func (p *Plan) links(opts Options) error {
	if p.Service.Kind != detect.Static {
		return nil
	}
	for _, call := range p.Service.Calls {
		to := p.answers(call, opts.Project)
		if to == nil {
			p.note(call.Why.Path, call.Why.Line, "no service of this project answers %s: a proxy in front of both has to hand it on, or the build needs the other server's own address", call.Prefix)
			continue
		}
		p.Proxies = append(p.Proxies, Proxy{Prefix: call.Prefix, Strip: call.Strip, Host: to.Name, Port: to.Port.V, to: to})
		p.note(call.Why.Path, call.Why.Line, "the web server hands %s on to %s, port %d", call.Prefix, to.Name, to.Port.V)
	}
	return nil
}

// answers is the service that a call means: the one of that name or folder, else the
// one of that port, else the only server that there is.
func (p *Plan) answers(call detect.Call, all []*detect.Service) *detect.Service {
	var servers []*detect.Service
	for _, s := range all {
		if s.Kind == detect.Server && s.Port.V != 0 && !same(s, p.Service) {
			servers = append(servers, s)
		}
	}
	host := call.Host.String()
	for _, is := range []func(*detect.Service) bool{
		func(s *detect.Service) bool {
			return !call.Local && (s.Name.String() == host || path.Base(s.Dir.String()) == host)
		},
		func(s *detect.Service) bool { return call.Port != 0 && s.Port.V == call.Port },
		func(*detect.Service) bool { return len(servers) == 1 },
	} {
		if i := slices.IndexFunc(servers, is); i >= 0 {
			return servers[i]
		}
	}
	return nil
}

// introduce gives the services of one Compose file the names under which they
// reach each other: those of the proxies, and those in addresses that an example
// file has on the developer's own machine.
func introduce(plans []*Plan) {
	for _, p := range plans {
		for i := range p.Proxies {
			x := &p.Proxies[i]
			for _, o := range plans {
				if same(o.Service, x.to) {
					x.Host = o.Compose.Service
				}
			}
		}
		for _, e := range p.Service.Env {
			if to, rest := localAddress(e, plans); to != nil && to != p && p.Service.Kind != detect.Static {
				p.Compose.replace(e.Name, "http://"+to.Compose.Service.String()+":"+to.Port.String()+rest)
			}
		}
		p.address(plans)
	}
}

// address gives the build the names of the services whose addresses it writes into its
// result: the one that listens on the port that the project has for it, else the only
// other server.
func (p *Plan) address(plans []*Plan) {
	all := make([]*detect.Service, 0, len(plans))
	for _, o := range plans {
		all = append(all, o.Service)
	}
	for _, arg := range p.Service.Args {
		u, err := url.Parse(arg.Local.String())
		if err != nil || u.Host == "" {
			continue
		}
		call := detect.Call{Local: true}
		if n, err := strconv.Atoi(u.Port()); err == nil {
			if call.Port, err = safe.NewPort(n); err != nil {
				continue
			}
		}
		to := p.answers(call, all)
		for _, o := range plans {
			if to != nil && same(o.Service, to) {
				value := "http://" + o.Compose.Service.String() + ":" + o.Port.String() + strings.TrimSuffix(u.EscapedPath(), "/")
				p.Compose.Known = append(p.Compose.Known, Variable{arg.Name.String(), literal(value)})
				p.note(arg.Why.Path, arg.Why.Line, "%s is %s for the build in compose.yaml", arg.Name, value)
			}
		}
	}
}

// localAddress is the service whose port the example of a variable names on the
// developer's own machine, and the path behind it.
func localAddress(e detect.EnvVar, plans []*Plan) (*Plan, string) {
	u, err := url.Parse(e.Example.String())
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !slices.Contains([]string{"localhost", "127.0.0.1", "0.0.0.0"}, u.Hostname()) {
		return nil, ""
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		return nil, ""
	}
	for _, p := range plans {
		if p.Service.Kind == detect.Server && int(p.Port) == port {
			return p, strings.TrimSuffix(u.EscapedPath(), "/")
		}
	}
	return nil, ""
}

// replace gives a variable that the user would have to set a value that is known.
func (c *Compose) replace(name safe.EnvName, value string) {
	for i, v := range c.Environment {
		if v.Name == name.String() {
			c.Environment[i].Value = literal(value)
			c.Required = slices.DeleteFunc(c.Required, func(r Required) bool { return r.Name == name })
			return
		}
	}
	c.Environment = sortedVariables(append(c.Environment, Variable{name.String(), literal(value)}))
}
