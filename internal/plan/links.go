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
// reach each other: those of the proxies, and those in addresses that the project
// has on the developer's own machine, or in a Compose file of its own.
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
			if p.Service.Kind == detect.Static || forBrowsers(e.Name) {
				continue
			}
			for _, text := range []safe.Label{e.Example, e.Address} {
				if value := p.addressed(text, plans); value != "" {
					p.Compose.replace(e.Name, value)
					break
				}
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

// forBrowsers reports whether a variable, by its name, holds an address that a browser
// goes to or comes from: that stays the one under which people reach it.
func forBrowsers(name safe.EnvName) bool {
	words := strings.FieldsFunc(strings.ToUpper(name.String()), func(r rune) bool { return r == '_' })
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"ALLOWED", "APP", "CALLBACK", "CLIENT", "CORS", "EXTERNAL", "FRONTEND", "HOMEPAGE", "ORIGIN", "ORIGINS", "PUBLIC", "REDIRECT", "SITE", "UI", "WEB", "WEBSITE"}, w)
	})
}

// addressed is an address of the project's with the name and the port of the service that
// it means, "" where it means none of the others: the one that has that name in a Compose
// file, or that port, and of several the one whose folder is nearest.
func (p *Plan) addressed(text safe.Label, plans []*Plan) string {
	a := detect.ParseAddress(text.String())
	if a.Host == "" || a.Local() && a.Port == 0 {
		return ""
	}
	ways := []func(*Plan) bool{func(o *Plan) bool {
		return slices.ContainsFunc(o.Service.Known.Hosts, func(h safe.Label) bool { return h.String() == a.Host }) || o.Service.Name.String() == a.Host
	}}
	if a.Local() {
		ways = []func(*Plan) bool{
			func(o *Plan) bool { return o.Port == a.Port },
			func(o *Plan) bool { return slices.Contains(o.Service.Known.Ports, a.Port) },
		}
	}
	for _, is := range ways {
		if is(p) {
			return ""
		}
		var to *Plan
		for _, o := range plans {
			if o != p && o.Service.Kind == detect.Server && o.Port != 0 && is(o) && (to == nil || p.near(o) > p.near(to)) {
				to = o
			}
		}
		if to == nil {
			continue
		}
		host := to.Compose.Service.String() + ":" + to.Port.String()
		if a.Scheme == "" {
			return a.Before + host
		}
		return a.Before + "http://" + host + a.Path
	}
	return ""
}

// near is how many folders the two services have in common.
func (p *Plan) near(o *Plan) int {
	n := 0
	a, b := strings.Split(p.Service.Dir.String(), "/"), strings.Split(o.Service.Dir.String(), "/")
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
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
