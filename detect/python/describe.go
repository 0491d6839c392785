package python

import (
	"dockgen/detect"
	"dockgen/detect/python/source"
	"dockgen/internal/safe"
)

// describe turns a program into a service.
func (in *inspection) describe(g program) (*detect.Service, error) {
	s := &detect.Service{Kind: g.kind, Framework: g.framework, Graceful: g.launch.Graceful, NoHTTP: g.open}
	if g.name != "" {
		s.Name = safe.Slug(first(base(in.d), in.projectName())+"-"+g.name, g.name)
	} else if n := in.projectName(); n != "" && in.d.Path() == "." {
		s.Name = safe.Slug(n, "app")
	}
	if in.p != nil {
		s.PackageManager = in.p.manager
		s.Notes = append(s.Notes, in.p.notes...)
	}
	version, notes, err := in.p.pyVersion(in.d, in.p.fits)
	if err != nil {
		return nil, err
	}
	s.Version = version
	s.Notes = append(s.Notes, notes...)
	if g.main != "" {
		if label, err := safe.NewLabel(g.main); err == nil {
			s.Main = detect.Found(label, g.mainWhy)
		}
	}
	if len(g.launch.Argv) > 0 {
		argv, err := safe.NewArgv(g.launch.Argv...)
		if err != nil {
			return nil, in.d.Errorf(g.entry, 0, "making the start command: %w", err)
		}
		s.Start = detect.Found(argv, g.launch.Why)
	}
	s.Notes = append(s.Notes, g.launch.Notes...)
	if n := g.launch.Port; n != 0 {
		port, err := safe.NewPort(n)
		if err != nil {
			return nil, err
		}
		if g.launch.PortWhy == (detect.Note{}) {
			s.Port = detect.Assumed(port, detect.Note{Text: "nothing in the project says which port: it is the usual one"})
		} else {
			s.Port = detect.Found(port, g.launch.PortWhy)
		}
		if g.launch.PortEnv != "" {
			s.PortEnv, _ = safe.NewEnvName(g.launch.PortEnv)
		}
	}
	if g.health != "" {
		if u, err := safe.NewURLPath(g.health); err == nil {
			s.Health = detect.Found(u, g.healthWhy)
		}
	}
	return s, in.complete(s, g)
}

func (in *inspection) projectName() string {
	if in.p == nil {
		return ""
	}
	if in.p.py != nil {
		if in.p.py.Project != nil && in.p.py.Project.Name != "" {
			return in.p.py.Project.Name
		}
		if t := in.p.py.Tool.Poetry; t != nil && t.Name != "" {
			return t.Name
		}
	}
	if in.p.setup != nil {
		return in.p.setup.Name
	}
	return ""
}

// mainBlock reports whether a module does something when it is run as a script.
func mainBlock(m *source.Module) bool { return m != nil && len(m.Main()) > 0 }
