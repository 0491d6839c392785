package python

import (
	"cmp"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/python/source"
	"dockgen/internal/safe"
)

// envRead is a variable that a module of the program reads.
type envRead struct {
	source.Env
	m    *source.Module
	note detect.Note
}

// maxReach bounds how many modules of a program are read for its variables.
const maxReach = 250

// envs are the variables that the program reads: of the modules that its entry imports,
// and of the settings of a Django project.
func (in *inspection) envs(g program) []envRead {
	var files []string
	add := func(list ...string) {
		for _, f := range list {
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
	}
	root := in.searchRoot()
	if in.django != nil {
		add(in.django.settingsFiles()...)
	}
	if g.entry != "" && in.c.known[g.entry] {
		add(in.c.reachable(g.entry, in.c.importRoot(g.entry), maxReach)...)
	}
	if module, _, ok := strings.Cut(g.main, ":"); ok {
		if f := in.c.resolve("", root, module, 0); f != "" {
			add(in.c.reachable(f, root, maxReach)...)
		}
	}
	if len(files) == 0 {
		add(in.c.files[:min(len(in.c.files), 40)]...)
	}
	var out []envRead
	for _, f := range files {
		if !in.c.mentions(f, "env", "Settings", "config", "dj_database_url") {
			continue
		}
		m := in.c.module(f)
		if m == nil {
			continue
		}
		for _, e := range m.Envs(in.c.settingsClass(f, in.c.importRoot(f), 0)) {
			out = append(out, envRead{e, m, in.d.Note(f, e.Line, "reads %s", safe.Visible(e.Name))})
		}
	}
	return out
}

// settingsClass tells for a module whether a class that it imports from another one of the
// project is one of settings.
func (c *code) settingsClass(file, root string, hops int) func(full string) bool {
	return func(full string) bool {
		trimmed := strings.TrimLeft(full, ".")
		level := len(full) - len(trimmed)
		i := strings.LastIndexByte(trimmed, '.')
		if i < 0 || hops > maxHops {
			return false
		}
		f := c.resolve(file, root, trimmed[:i], level)
		if f == "" || f == file {
			return false
		}
		return c.module(f).Settings(trimmed[i+1:], c.settingsClass(f, root, hops+1))
	}
}

func (in *inspection) searchRoot() string {
	if in.path != "" {
		return in.path
	}
	return in.root
}

// machine are variables of the system, of Python or of a platform that sets them itself.
var machine = []string{"PATH", "HOME", "USER", "PWD", "SHELL", "LANG", "TZ", "TMPDIR", "TEMP", "TERM", "PYTHONPATH", "PYTHONUNBUFFERED", "VIRTUAL_ENV", "HOSTNAME", "CI", "DISPLAY", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", settingsEnv}

// variables lists what the program reads, each once, with what the example file says.
func (in *inspection) variables(s *detect.Service, envs []envRead) error {
	examples, err := manifest.EnvExample(in.d)
	if err != nil {
		return err
	}
	at := map[string]int{}
	add := func(name string, required bool, fallback *source.Expr, why detect.Note) {
		if slices.Contains(machine, name) {
			return
		}
		n, err := safe.NewEnvName(name)
		if err != nil {
			return
		}
		var address safe.Label
		if fallback != nil && fallback.Kind == source.Str {
			address = detect.LocalAddress(fallback.Text)
		}
		if i, ok := at[name]; ok {
			v := &s.Env[i]
			v.Required = v.Required || required
			v.Address = cmp.Or(v.Address, address)
			return
		}
		at[name] = len(s.Env)
		s.Env = append(s.Env, detect.EnvVar{Name: n, Required: required, Secret: secretName(name), Address: address, Why: []detect.Note{why}})
	}
	for _, e := range envs {
		add(e.Name, e.Required, e.Default, e.note)
	}
	for _, x := range examples {
		if _, ok := at[x.Name]; !ok && x.Off {
			continue
		}
		if _, ok := at[x.Name]; !ok && len(envs) > 0 && !in.readsDotenv() {
			continue
		}
		add(x.Name, false, nil, in.d.Note(x.Path, x.Line, "%s", x.Name))
		if i, ok := at[x.Name]; ok && !s.Env[i].Secret {
			if label, err := safe.NewLabel(x.Value); err == nil {
				s.Env[i].Example = label
			}
		}
	}
	for _, set := range s.SetEnv { // what the image sets is not asked for
		if i, ok := at[set.Name.String()]; ok {
			s.Env[i].Required = false
		}
	}
	if !s.PortEnv.IsZero() {
		if i, ok := at[s.PortEnv.String()]; ok {
			s.Env[i].Required = false
		}
	}
	return nil
}

// readsDotenv reports whether the program loads variables from a file, so that an
// example of it tells what it reads.
func (in *inspection) readsDotenv() bool {
	return in.p.installed("python-dotenv") || in.p.installed("pydantic-settings") || in.p.installed("django-environ") || in.p.installed("environs") || in.p.installed("python-decouple")
}

// secretName reports whether a variable's value is one to hide.
func secretName(name string) bool {
	upper := strings.ToUpper(name)
	for _, w := range []string{"PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIALS", "DSN", "DATABASE_URL"} {
		if strings.Contains(upper, w) {
			return true
		}
	}
	return false
}
