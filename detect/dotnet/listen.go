package dotnet

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/dotnet/source"
	"dockgen/internal/safe"
)

// usual is where ASP.NET Core's images listen from 8.0 on, by their own variable
// (https://learn.microsoft.com/dotnet/core/compatibility/containers/8.0/aspnet-port).
const usual = 8080

var (
	httpPorts = safe.EnvNameOf("ASPNETCORE_HTTP_PORTS")
	urlsEnv   = safe.EnvNameOf("ASPNETCORE_URLS")
)

// address is one on which the program listens.
type address struct {
	port     int
	loopback bool
	env      string // the variable that the port comes from
	why      detect.Note
	// fixed says that the code says it, so that no variable but Kestrel's own
	// endpoints change it; endpoint is the name of one that the settings have.
	fixed    bool
	endpoint string
	// listens says that the code opens it by itself: it stays open beside endpoints of
	// the settings, which only replace addresses such as those of UseUrls
	// (KestrelServerOptions: those of the code, and then those of the settings).
	listens bool
}

// listen finds where a server listens.
func (g *graph) listen(s *detect.Service, f *Facts, c *closure) error {
	if s.Kind == detect.Static {
		s.Port = detect.Assumed(safe.Port(usual), detect.Note{Text: "the web server's own"})
		return nil
	}
	if s.Kind != detect.Server {
		return nil
	}
	a, ok := g.addressInCode(c)
	settings, err := g.addressInSettings(c)
	if err != nil {
		return err
	}
	// Endpoints in the settings win over those in the code, which win over an address
	// in the settings (https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints).
	if settings != nil && (settings.endpoint != "" || !ok) {
		a, ok = *settings, true
	}
	if !ok && a.why.Path != "" {
		a.why.Text += ": on a port that the code takes from elsewhere, and no variable of the image's changes it"
		s.Port, s.Notes = detect.Assumed(safe.Port(usual), a.why), append(s.Notes, a.why)
		return nil
	}
	if !ok {
		return g.listenUsually(s, c)
	}
	port, err := safe.NewPort(a.port)
	if err != nil {
		s.Notes = append(s.Notes, detect.Note{Path: a.why.Path, Line: a.why.Line, Text: a.why.Text + ": no port that a container can listen on"})
		return g.listenUsually(s, c)
	}
	if a.loopback && a.listens && g.words(c, func(w string) bool { return w == "CreateEmptyBuilder" }) {
		a.why.Text += ": no other container reaches it there, and the program's builder reads no settings that would change it"
		s.Port, s.Notes = detect.Assumed(port, a.why), append(s.Notes, a.why)
		return nil
	}
	if a.loopback || a.port < 1024 && a.env == "" {
		why := "The program's own address is not one for a container: it is replaced."
		if a.port < 1024 {
			port = usual
		}
		if a.loopback && a.listens { // its own port is taken
			why = "The program listens on the loopback address alone: this one is beside it."
			if port = usual; a.port == usual {
				port = usual + 1
			}
		}
		name := safe.EnvNameOf("Kestrel__Endpoints__Http__Url")
		if a.endpoint != "" {
			if name, err = safe.NewEnvName("Kestrel__Endpoints__" + a.endpoint + "__Url"); err != nil {
				name = safe.EnvNameOf("Kestrel__Endpoints__Http__Url")
			}
		}
		value, err := safe.NewLabel("http://+:" + port.String())
		if err != nil {
			return err
		}
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: name, Value: value, Why: why})
		a.why.Text += ": the image sets " + name.String() + " in its place"
		if a.loopback && a.listens {
			a.why.Text = strings.TrimSuffix(a.why.Text, "in its place") + "beside it"
		}
		s.Notes = append(s.Notes, a.why)
	}
	s.Port = detect.Found(port, a.why)
	if a.env != "" {
		if s.PortEnv, err = safe.NewEnvName(a.env); err != nil {
			return g.top.Errorf(a.why.Path, a.why.Line, "%w", err)
		}
	}
	return nil
}

// listenUsually is for a program that leaves it to the variables.
func (g *graph) listenUsually(s *detect.Service, c *closure) error {
	p := c.projects[0]
	why := g.top.Note(p.Path, 0, "the program names no address, and the image's is %d", usual)
	if len(p.Sdks) > 0 {
		why.Line = p.Sdks[0].Why.Line
	}
	if v := g.top.Choices().Version.Over(p.version).V; !v.IsZero() && number(v) < 8 {
		// Older images listen on 80, which needs a right that the user lacks.
		s.Port = detect.Found(safe.Port(usual), why)
		s.SetEnv = append(s.SetEnv, detect.Setting{Name: urlsEnv, Value: safe.LabelOf("http://+:8080")})
		return nil
	}
	s.Port, s.PortEnv = detect.Found(safe.Port(usual), why), httpPorts
	return nil
}

// addressInCode finds the calls that say where to listen.
// One that names a port which is not known is the evidence of an address all the same.
func (g *graph) addressInCode(c *closure) (address, bool) {
	var unknown address
	for _, call := range g.calls(c) {
		arg := -1
		switch call.Name {
		case "UseUrls", "RunAsync", "Run":
			arg = 0
		case "url": // of Saturn's application { }
			if source.SyntaxOf(call.file.Name) == source.FSharp {
				arg = 0
			}
		case "Add":
			if strings.HasSuffix(call.Chain, "Urls") {
				arg = 0
			}
		case "UseSetting":
			if v := call.text(g, c, 0); v.Text == "urls" || strings.HasSuffix(v.Text, "UrlsKey") || strings.HasSuffix(v.Text, "ServerUrlsKey") {
				arg = 1
			}
		case "ListenAnyIP", "ListenLocalhost":
			v := call.text(g, c, 0)
			if n, err := strconv.Atoi(v.Text); err == nil {
				return address{port: n, loopback: call.Name == "ListenLocalhost", env: v.Env, fixed: true, listens: true, why: call.note(g, "%s(%d)", call.Name, n)}, true
			}
			if a, ok := g.defaultPort(c, call, 0); ok {
				return a, true
			}
			unknown.why = call.note(g, "%s", call.Name)
		case "Listen":
			if v := call.text(g, c, 1); len(call.Args) > 1 && len(call.Args[0]) > 2 && call.Args[0][0].S == "IPAddress" {
				if n, err := strconv.Atoi(v.Text); err == nil {
					return address{port: n, loopback: strings.Contains(call.Args[0][len(call.Args[0])-1].S, "Loopback"), env: v.Env, fixed: true, listens: true, why: call.note(g, "Listen on port %d", n)}, true
				}
			}
			if a, ok := g.defaultPort(c, call, 1); ok && strings.Contains(strings.ToLower(call.Chain), "opt") {
				return a, true
			}
		}
		if arg < 0 {
			continue
		}
		v := call.text(g, c, arg)
		if !v.Known || !strings.Contains(v.Text, "://") {
			if call.Name == "UseUrls" && len(call.Args) > 0 {
				if a, ok := g.ownPort(c, call); ok {
					return a, true
				}
				unknown.why = call.note(g, "UseUrls")
			}
			continue
		}
		if a, ok := parseURLs(v.Text); ok {
			a.env, a.fixed, a.why = v.Env, true, call.note(g, "%s(%q)", call.Name, v.Text)
			return a, true
		}
	}
	return unknown, false
}

// addressInSettings reads Kestrel's endpoints, or the addresses, of the settings.
func (g *graph) addressInSettings(c *closure) (*address, error) {
	settings, err := g.settings(c)
	if err != nil {
		return nil, err
	}
	var out *address
	for _, file := range settings {
		for name, e := range file.Kestrel.Endpoints {
			a, ok := parseURLs(e.URL)
			if !ok {
				continue
			}
			a.endpoint, a.why = name, g.top.Note(file.path, file.lines.At("Kestrel", "Endpoints", name, "Url"), "%s", e.URL)
			if out == nil || out.endpoint == "" || cmp.Less(name, out.endpoint) {
				out = &a
			}
		}
		if a, ok := parseURLs(file.URLs); ok && (out == nil || out.endpoint == "") {
			a.why = g.top.Note(file.path, file.lines.At("Urls"), "Urls %s", file.URLs)
			out = &a
		}
	}
	return out, nil
}

// parseURLs reads addresses such as http://*:5000;https://+:5001. The first without TLS
// counts: a certificate is not in the image.
func parseURLs(text string) (address, bool) {
	for _, u := range strings.Split(text, ";") {
		rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(u)), "http://")
		if !ok {
			continue
		}
		rest, _, _ = strings.Cut(rest, "/")
		host, port := rest, "80"
		if at := strings.LastIndexByte(rest, ':'); at >= 0 && !strings.HasSuffix(rest, "]") {
			host, port = rest[:at], rest[at+1:]
		}
		n, err := strconv.Atoi(port)
		if err != nil {
			continue
		}
		a := address{port: n, loopback: host == "localhost"}
		if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
			a.loopback = ip.IsLoopback()
		}
		return a, true
	}
	return address{}, false
}

// healthPaths are those that a program of its own accord answers when it is well.
var healthPaths = []string{"/healthz", "/health", "/health/live", "/api/health", "/healthcheck", "/alive", "/livez", "/ping", "/status"}

// health finds the path of a health check that is there outside of development.
func (g *graph) health(s *detect.Service, _ *Facts, c *closure) error {
	if s.Kind != detect.Server {
		return nil
	}
	type check struct {
		path string
		rank int
		why  detect.Note
	}
	var all []check
	for _, call := range g.calls(c) {
		switch call.Name {
		case "MapHealthChecks", "UseHealthChecks", "MapCustomHealthChecks":
			v := call.text(g, c, 0)
			if !v.Known || v.Env != "" || v.Text == "" {
				continue
			}
			rank := 1
			if strings.Contains(v.Text, "ready") {
				rank = 3 // it may wait for others
			}
			all = append(all, check{"/" + strings.TrimPrefix(v.Text, "/"), rank, call.note(g, "%s(%q)", call.Name, v.Text)})
		case "MapGet", "Get", "GET", "route":
			if v := call.text(g, c, 0); v.Known && (call.Chain == "app" || call.Name == "route") && slices.Contains(healthPaths, strings.TrimSuffix(v.Text, "/")) {
				all = append(all, check{v.Text, 2, call.note(g, "%s(%q)", call.Name, v.Text)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b check) int { return cmp.Compare(a.rank, b.rank) })
	for _, h := range all {
		if p, err := safe.NewURLPath(h.path); err == nil {
			s.Health = detect.Found(p, h.why)
			return nil
		}
	}
	return nil
}
