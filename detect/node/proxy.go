package node

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
	"dockgen/internal/safe"
)

// devProxies are the requests that the development server hands on to another one.
// The files alone do not, so that the server that gives them out has to. What can't
// be read is a note.
func (p *project) devProxies(svc *detect.Service) {
	before := len(svc.Calls)
	for _, read := range []func(*detect.Service) bool{p.viteProxy, p.angularProxy, p.setupProxy, p.packageProxy} {
		if read(svc) {
			break
		}
	}
	for _, c := range svc.Calls[before:] {
		p.notes = append(p.notes, c.Why)
	}
}

// unread notes a proxy that could not be made out.
func (p *project) unread(file string, line int) {
	p.remarkAt(p.Note(file, line, "").On(detect.HandingOn), "the development server hands requests on to another one: in production nothing does, so that a proxy in front of both, or the other server's own address in the build, has to")
}

// viteProxy reads server.proxy of Vite's configuration, and devServer.proxy of the Vue
// command's (https://vite.dev/config/server-options#server-proxy).
func (p *project) viteProxy(svc *detect.Service) bool {
	for _, at := range []struct{ file, key string }{{p.viteConfig(), "server"}, {p.First("vue.config.js", "vue.config.ts"), "devServer"}} {
		config := p.load(at.file)
		if config == nil {
			continue
		}
		for _, server := range config.Props(at.key) {
			proxy, ok := config.Key(server.Value, "proxy")
			if !ok {
				continue
			}
			props, ok := config.Object(proxy)
			if !ok || !p.proxied(svc, config, props) {
				p.unread(config.Path, server.Line)
			}
			return true
		}
	}
	return false
}

// proxied takes the paths of a table whose values are an address or an object
// that has one under target.
func (p *project) proxied(svc *detect.Service, f *javascript.File, props []javascript.Prop) bool {
	found := false
	for _, prop := range props {
		target := prop.Value
		if t, ok := f.Key(prop.Value, "target"); ok {
			target = t
		}
		v := p.program.Value(f, target)
		if v.Set && p.call(svc, prop.Key, v.Text, rewrites(f, prop.Value), p.Note(f.Path, prop.Line, "")) {
			found = true
		}
	}
	return found
}

// angularProxy reads the table that ng serve takes, in JSON
// (https://angular.dev/tools/cli/serve#proxying-to-a-backend-server).
func (p *project) angularProxy(svc *detect.Service) bool {
	file := p.First("proxy.conf.json", "src/proxy.conf.json", "proxy.config.json", "src/proxy.config.json")
	if file == "" {
		return false
	}
	var table map[string]struct {
		Target  string            `json:"target"`
		Rewrite map[string]string `json:"pathRewrite"`
	}
	lines, err := manifest.JSON(p.Dir, file, &table)
	if err != nil {
		p.unread(file, 0)
		return true
	}
	found := false
	for _, prefix := range slices.Sorted(maps.Keys(table)) {
		if p.call(svc, prefix, table[prefix].Target, len(table[prefix].Rewrite) > 0, p.Note(file, lines.At(prefix), "")) {
			found = true
		}
	}
	if !found {
		p.unread(file, 0)
	}
	return true
}

// setupProxy reads the middleware that Create React App's server loads: proxy("/api",
// {target}) or app.use("/api", createProxyMiddleware({target}))
// (https://create-react-app.dev/docs/proxying-api-requests-in-development).
func (p *project) setupProxy(svc *detect.Service) bool {
	file := p.First("src/setupProxy.js", "src/setupProxy.ts")
	f := p.load(file)
	if f == nil {
		return false
	}
	found := false
	for _, c := range f.Calls(f.Whole()) {
		paths, options, mounted := p.middleware(f, c)
		target, ok := f.Key(options, "target")
		if !ok {
			continue
		}
		v := p.program.Value(f, target)
		for _, prefix := range paths {
			strip := rewrites(f, options)
			if u, err := url.Parse(v.Text); err == nil && mounted && p.major("http-proxy-middleware") >= 3 {
				// It sees what is left behind the path that it is mounted on, which the target has to
				// give again: https://github.com/chimurai/http-proxy-middleware/blob/master/MIGRATION.md
				strip = strip || strings.Trim(u.Path, "/") == ""
			}
			if v.Set && p.call(svc, prefix, v.Text, strip, p.Note(file, c.Line, "")) {
				found = true
			}
		}
	}
	if !found {
		p.unread(file, 0)
	}
	return true
}

// middleware are the paths that a call hands on, and the options that say where to; mounted
// says that the path is the server's: app.use("/api", createProxyMiddleware({...})).
func (p *project) middleware(f *javascript.File, c javascript.Call) (paths []string, options javascript.Span, mounted bool) {
	switch {
	case len(c.Args) == 1 && c.Name() == "createProxyMiddleware":
		options = c.Args[0]
		if filter, ok := f.Key(options, "pathFilter"); ok {
			paths = f.Strings(filter)
		}
	case len(c.Args) == 2:
		paths, options = f.Strings(c.Args[0]), c.Args[1] // one, or a list
		for _, inner := range f.Calls(c.Args[1]) {
			if len(inner.Args) == 1 {
				options, mounted = inner.Args[0], true
			}
		}
	}
	paths = slices.DeleteFunc(paths, func(s string) bool { return !strings.HasPrefix(s, "/") })
	return paths, options, mounted
}

// packageProxy reads "proxy" of package.json, which has an address alone: whatever is no
// file is handed on. The sources tell below which path that is.
func (p *project) packageProxy(svc *detect.Service) bool {
	if !p.pkg.Has("proxy") {
		return false
	}
	why := p.pkg.Note("", "proxy")
	var target string
	found := false
	if p.pkg.Field("proxy", &target) {
		for _, prefix := range []string{"/api", "/graphql"} {
			if p.mentions(prefix) && p.call(svc, prefix, target, false, why) {
				found = true
			}
		}
	}
	if !found {
		p.unread("package.json", why.Line)
	}
	return true
}

// mentions reports whether a string of the sources begins with the path.
func (p *project) mentions(prefix string) bool {
	for _, f := range p.sources() {
		for _, s := range f.Strings(f.Whole()) {
			if s == prefix || strings.HasPrefix(s, prefix+"/") {
				return true
			}
		}
	}
	return false
}

var proxiedRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^/[A-Za-z0-9_/-]*[A-Za-z0-9_-]$`) })

// rewrites reports whether the options of a proxy change the path. Nothing else is
// usual than to take its beginning off.
func rewrites(f *javascript.File, options javascript.Span) bool {
	for _, key := range []string{"rewrite", "pathRewrite"} {
		if _, ok := f.Key(options, key); ok {
			return true
		}
	}
	return false
}

// call adds one path that is handed on.
func (p *project) call(svc *detect.Service, prefix, target string, strip bool, why detect.Note) bool {
	prefix = strings.TrimPrefix(prefix, "^") // a pattern is taken up to where it begins to be one
	if i := strings.IndexAny(prefix, ".(*["); i >= 0 {
		prefix = prefix[:i]
	}
	prefix = strings.TrimRight(prefix, "/")
	u, err := url.Parse(target)
	if err != nil || u.Hostname() == "" || !proxiedRE().MatchString(prefix) {
		return false
	}
	host, err := safe.NewLabel(u.Hostname())
	if err != nil || strings.Contains(u.Hostname(), ".") && !isLocal(u.Hostname()) { // somebody else's server
		return false
	}
	c := detect.Call{Prefix: safe.URLPathOf(prefix), Host: host, Local: isLocal(u.Hostname()), Strip: strip}
	if n, err := strconv.Atoi(u.Port()); err == nil {
		if c.Port, err = safe.NewPort(n); err != nil {
			return false
		}
	}
	c.Why = why.On(detect.HandingOn)
	c.Why.Text = "the development server hands " + prefix + " on to " + safe.Visible(target)
	if slices.ContainsFunc(svc.Calls, func(o detect.Call) bool { return o.Prefix == c.Prefix }) {
		return true
	}
	svc.Calls = append(svc.Calls, c)
	return true
}

func isLocal(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "0.0.0.0" || host == "host.docker.internal"
}
