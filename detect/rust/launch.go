package rust

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// launches handles frameworks that bind by themselves, by their own settings.
func (pr *program) launches(s *detect.Service, fw framework) bool {
	switch fw.crate {
	case "rocket":
		pr.rocket(s)
	case "leptos":
		pr.leptos(s)
	case "loco-rs":
		pr.loco(s)
	default:
		return false
	}
	return s.Kind == detect.Server
}

// rocket reads Rocket.toml; variables lie over it
// (https://rocket.rs/guide/v0.5/configuration).
func (pr *program) rocket(s *detect.Service) {
	var why detect.Note
	found := false
	for _, f := range pr.files {
		for _, fn := range f.Fns {
			for _, a := range fn.Attrs {
				if a.Name == "launch" || a.Name == "rocket::launch" || a.Name == "rocket::main" {
					why, found = pr.note(f, fn.Line, "%s launches Rocket", fn.Name), true
				}
			}
		}
	}
	if !found {
		pr.calls(func(f *file, c *source.Call) {
			if c.Path == "rocket::build" || c.Path == "rocket::custom" || c.Path == "rocket::ignite" {
				why, found = pr.note(f, c.Line, "%s", c.Path), true
			}
		})
	}
	if !found {
		return
	}
	s.Kind = detect.Server
	s.Port = detect.Assumed(safe.Port(8000), why)
	var conf map[string]map[string]any
	at := path.Join(pr.pkg.dir.Path(), "Rocket.toml")
	if pr.top.Has(at) {
		if lines, err := manifest.TOML(pr.top, at, &conf); err == nil {
			for _, profile := range []string{"default", "release"} {
				if n, ok := conf[profile]["port"].(int64); ok && n > 0 && n < 65536 {
					s.Port = detect.Found(safe.Port(n), pr.top.Note(at, lines.At(profile, "port"), "port = %d", n))
				}
			}
		}
	}
	if port, why, ok := pr.builtPort(); ok { // no variable lies over what is built in
		s.Port = detect.Found(port, why)
		return
	}
	s.PortEnv = safe.EnvNameOf("ROCKET_PORT")
	set(s, safe.EnvNameOf("ROCKET_ADDRESS"), "0.0.0.0", "Rocket listens on the loopback address otherwise.")
}

// builtPort is the port of a configuration that the program makes itself and launches
// Rocket with: Config::build(env).address("0.0.0.0").port(8456).
func (pr *program) builtPort() (port safe.Port, why detect.Note, ok bool) {
	custom := false
	pr.calls(func(f *file, c *source.Call) {
		switch {
		case c.Path == "rocket::custom" || c.Path == "custom":
			custom = true
		case c.Path == "port" && c.Method() && len(c.Args) == 1 && mentionsIdent(c.Recv, "Config", "ConfigBuilder", "build"):
			if ps := pr.eval(c.Args[0], scope{f, c.Fn}, 0); ps.known() {
				if p, err := safe.NewPort(number(ps.text())); err == nil && p > 0 {
					port, why, ok = p, pr.note(f, c.Line, "port(%s)", ps.text()), true
				}
			}
		}
	})
	return port, why, ok && custom
}

// leptos reads [package.metadata.leptos] (https://github.com/leptos-rs/cargo-leptos).
func (pr *program) leptos(s *detect.Service) {
	meta, at := pr.leptosMeta()
	if meta == nil {
		return
	}
	s.Kind = detect.Server
	why := pr.top.Note(at, 0, "[package.metadata.leptos]")
	s.Port = detect.Assumed(safe.Port(3000), why)
	if addr, ok := meta["site-addr"].(string); ok {
		if _, port, ok := cut(addr); ok {
			if p, err := safe.NewPort(number(port)); err == nil {
				s.Port = detect.Found(p, why)
			}
		}
	}
	set(s, safe.EnvNameOf("LEPTOS_SITE_ADDR"), "0.0.0.0:"+s.Port.V.String(), "Leptos listens on the loopback address otherwise.")
}

// leptosMeta is the settings of cargo-leptos, of the package or the workspace.
func (pr *program) leptosMeta() (map[string]any, string) {
	if t := pr.pkg.toml.Package; t != nil {
		if m, ok := t.Metadata["leptos"].(map[string]any); ok {
			return m, path.Join(pr.pkg.dir.Path(), "Cargo.toml")
		}
	}
	if root := pr.pkg.ws.root; root != nil && root.toml.Workspace != nil {
		if list, ok := root.toml.Workspace.Metadata["leptos"].([]any); ok && len(list) > 0 {
			if m, ok := list[0].(map[string]any); ok {
				return m, path.Join(root.dir.Path(), "Cargo.toml")
			}
		}
	}
	return nil, ""
}

// loco reads config/production.yaml (https://loco.rs/docs/the-app/your-project).
func (pr *program) loco(s *detect.Service) {
	s.Kind = detect.Server
	d := pr.pkg.dir
	s.Port = detect.Assumed(safe.Port(5150), d.Note("Cargo.toml", 0, "Loco's own port"))
	for _, name := range []string{"config/production.yaml", "config/development.yaml"} {
		var conf struct {
			Server struct {
				Port any `yaml:"port"`
			} `yaml:"server"`
		}
		if !d.Has(name) {
			continue
		}
		lines, err := manifest.YAML(d, name, &conf)
		if err != nil {
			continue // a template for Tera is no YAML
		}
		if n, ok := conf.Server.Port.(int); ok && n > 0 && n < 65536 {
			s.Port = detect.Found(safe.Port(n), d.Note(name, lines.At("server", "port"), "port: %d", n))
			break
		}
	}
	if argv, err := safe.NewArgv(append(s.Start.V.Args(), "start", "--environment", "production", "--binding", "0.0.0.0")...); err == nil {
		s.Start = detect.Found(argv, s.Start.Why...)
	}
}

func number(s string) int {
	n := 0
	for _, r := range strings.TrimSpace(s) {
		if r < '0' || r > '9' || n > 65535 {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}
