package node

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
)

// traps notes what works on a developer's machine and not in an image.
func (p *project) traps(svc *detect.Service, files []*javascript.File) {
	if svc.Kind == detect.Static {
		p.devProxies(svc)
		return
	}
	p.fixedHosts(svc, files)
}

// fixedHosts: an address that stands in the sources and leads to another machine.
func (p *project) fixedHosts(svc *detect.Service, files []*javascript.File) {
	schemes := []string{"postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "amqp", "nats"}
	for _, f := range files {
		for _, s := range f.Strings(f.Whole()) {
			scheme, _, ok := strings.Cut(s, "://")
			if !ok || !slices.Contains(schemes, scheme) || len(svc.Needs) == 0 {
				continue
			}
			u, err := url.Parse(s)
			if err != nil || strings.ContainsAny(u.Hostname(), ".$") || slices.Contains([]string{"", "localhost", "host", "127", "example"}, u.Hostname()) {
				continue
			}
			p.remark(path.Clean(f.Path), 0, "the host %q of %s stands in the sources: name the service so in compose.yaml, or let a variable decide", u.Hostname(), scheme)
			return
		}
	}
}
