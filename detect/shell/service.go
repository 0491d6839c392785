package shell

import (
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// service describes the program that was read.
func (p *program) service(e entry) (*detect.Service, error) {
	s := &detect.Service{Kind: detect.Job, Images: "debian", Graceful: p.traps, State: p.state, Needs: p.needs(), Packages: p.needsPackages()}
	main, err := safe.NewLabel(p.entry)
	if err != nil {
		return nil, p.d.Errorf(p.entry, 0, "%w", err)
	}
	s.Main = detect.Found(main, e.why)
	argv, err := safe.NewArgv(append([]string{p.shell, "/app/" + p.entry}, e.args...)...)
	if err != nil {
		return nil, p.d.Errorf(e.why.Path, e.why.Line, "the start command: %w", err)
	}
	s.Start = detect.Found(argv, e.why)
	port, why := p.listens()
	switch {
	case port > 0:
		n, err := safe.NewPort(port)
		if err != nil {
			return nil, err
		}
		s.Kind, s.Port = detect.Server, detect.Found(n, why)
	case p.endless.Path != "" || e.process == "worker":
		s.Kind = detect.Worker
		if p.endless.Path != "" {
			s.Notes = append(s.Notes, p.endless)
		}
	case p.args && len(e.args) == 0:
		s.Kind = detect.CLI
		s.Notes = append(s.Notes, p.d.Note(p.entry, 0, "reads arguments, so that it is a command for people"))
	}
	if p.traps {
		for _, k := range p.calls {
			if k.words[0] == "sleep" && k.ground {
				s.Notes = append(s.Notes, p.d.Note(k.file, k.line, "a shell runs its trap only when the command that it waits for has ended: sleep … & wait $! stops at once"))
				break
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(p.outside)) {
		s.Notes = append(s.Notes, p.outside[dir])
	}
	p.env(s)
	files := p.copied()
	s.Facts = Facts{Files: files, Folders: slices.ContainsFunc(files, func(f safe.RelPath) bool { return p.d.HasDir(f.String()) })}
	s.Context.Keep = append(s.Context.Keep, p.files...)
	return s, nil
}

// fromOutside reports whether a variable's value can come from outside.
func (p *program) fromOutside(name string) bool {
	v := p.vars[name]
	return v.required || v.open || !p.assigned[name]
}

// env are the variables that the scripts read and don't set.
func (p *program) env(s *detect.Service) {
	for _, name := range p.order {
		v := p.vars[name]
		env, err := safe.NewEnvName(name)
		if err != nil || !p.fromOutside(name) || name != strings.ToUpper(name) {
			continue
		}
		e := detect.EnvVar{Name: env, Required: v.required || p.strict && !v.open, Secret: secret(name), Why: []detect.Note{p.d.Note(v.file, v.line, "reads %s", name)}}
		if v.def != "" && !e.Secret {
			if label, err := safe.NewLabel(v.def); err == nil {
				e.Example = label
			}
		}
		s.Env = append(s.Env, e)
	}
}

func secret(name string) bool {
	return slices.ContainsFunc([]string{"PASSWORD", "PASSWD", "PGPASS", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIALS", "DATABASE_URL", "WEBHOOK"}, func(w string) bool { return strings.Contains(name, w) })
}

// copied are the files and folders that the image takes, without what lies in another.
func (p *program) copied() []safe.RelPath {
	return slices.DeleteFunc(slices.Clone(p.files), func(f safe.RelPath) bool {
		return slices.ContainsFunc(p.files, func(o safe.RelPath) bool { return strings.HasPrefix(f.String(), o.String()+"/") })
	})
}
