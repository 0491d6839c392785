package ruby

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// command adds the start, the port, and the further commands of the image.
func (in *inspection) command(s *detect.Service, f *Facts, g program) error {
	if g.kind == detect.Static {
		return nil
	}
	l := g.launch
	argv, err := safe.NewArgv(l.Argv...)
	if err != nil {
		return in.d.Errorf(l.Why.Path, l.Why.Line, "the start command: %w", err)
	}
	if s.Start = detect.Found(argv, l.Why); l.Assumed {
		s.Start = detect.Assumed(argv, l.Why)
	}
	s.Graceful = graceful(l.Argv)
	s.Port = l.Port
	if l.PortEnv != "" {
		if s.PortEnv, err = safe.NewEnvName(l.PortEnv); err != nil {
			s.PortEnv = safe.EnvName{}
		}
	}
	if l.Entrypoint != "" {
		s.Entrypoint = safe.ArgvOf(path.Join("/app", f.Dir.String(), l.Entrypoint))
	}
	s.SetEnv = append(s.SetEnv, l.Set...)
	s.Notes = append(s.Notes, l.Notes...)
	procs, err := manifest.Procfile(in.d, "Procfile")
	if err != nil {
		return err
	}
	s.Processes = slices.DeleteFunc(in.workers(procs), func(p detect.Process) bool { return p.Start.V.String() == argv.String() })
	in.migration(s, l)
	return nil
}

// graceful reports whether a command ends well on SIGTERM as process 1 too. Ruby, and
// Puma after it has stopped, raise the signal once more against themselves, which process
// 1 does not feel: they end with an error.
func graceful(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"thrust", "sidekiq", "unicorn", "pitchfork"}, w[strings.LastIndexByte(w, '/')+1:])
	})
}

// migration adds the job that prepares the database, unless the entry point or the
// Procfile does it.
func (in *inspection) migration(s *detect.Service, l launch) {
	hasJob := slices.ContainsFunc(s.Processes, func(p detect.Process) bool { return p.Kind == detect.Job })
	add := func(why detect.Note, words ...string) {
		argv, err := safe.NewArgv(words...)
		if err != nil || hasJob {
			return
		}
		s.Processes = append(s.Processes, detect.Process{Name: safe.Slug("migrate", "migrate"), Kind: detect.Job, Start: detect.Found(argv, why)})
		hasJob = true
	}
	for _, words := range l.Before {
		if strings.Contains(strings.Join(words, " "), "db:") {
			if words[0] == "rails" || words[0] == "rake" {
				words = append([]string{"bundle", "exec"}, words...)
			}
			add(l.Why, words...)
		}
	}
	if l.Entrypoint != "" {
		return
	}
	switch {
	case in.rails != nil && (in.p.has("activerecord") || in.p.l == nil) && in.d.Has("config/database.yml"):
		task := "db:prepare" // https://github.com/rails/rails/pull/35768: since 6.0
		if v := in.rails.version; v != "" && compare(v, "6.0") < 0 {
			task = "db:migrate"
		}
		words := []string{"./bin/rails", task}
		if !in.d.Has("bin/rails") {
			words = []string{"bundle", "exec", "rake", task}
		}
		add(in.d.Note("config/database.yml", 0, "the database needs its tables"), words...)
	case in.p.has("hanami") && (in.d.HasDir("config/db/migrate") || in.d.HasDir("db/migrate")):
		add(in.d.Note("config/db/migrate", 0, "the database needs its tables"), "bundle", "exec", "hanami", "db", "migrate")
	case in.p.has("sinatra-activerecord", "standalone_migrations", "padrino") && in.d.HasDir("db/migrate") && in.d.Has("Rakefile"):
		add(in.d.Note("db/migrate", 0, "the database needs its tables"), "bundle", "exec", "rake", "db:migrate")
	}
}
