package python

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/python/source"
)

// setupFile is what is read of setup.py and setup.cfg.
type setupFile struct {
	Name           string
	RequiresPython string
	PythonWhy      detect.Note
	Reqs           []requirement
	Scripts        []script
	// Reads are files that installing the package reads.
	Reads []string
	// Partial says that setup.py computes its dependencies.
	Partial bool
}

// readSetup reads setup.py, by parsing it, and setup.cfg; nil where neither
// describes a package.
func readSetup(d *detect.Dir) (*setupFile, error) {
	s := &setupFile{}
	found := false
	if d.Has("setup.cfg") {
		data, err := d.Read("setup.cfg")
		if err != nil {
			return nil, err
		}
		found = s.cfg(d, string(data))
	}
	if isSetup(d) {
		data, err := d.Read("setup.py")
		if err != nil {
			return nil, err
		}
		found = s.py(d, source.Parse(data)) || found
	}
	if !found {
		return nil, nil
	}
	return s, nil
}

// cfg reads the declarative form (https://setuptools.pypa.io/en/latest/userguide/declarative_config.html).
func (s *setupFile) cfg(d *detect.Dir, text string) bool {
	section, key, found := "", "", false
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";"):
			continue
		case strings.HasPrefix(trimmed, "[") && strings.HasSuffix(trimmed, "]") && line[0] == '[':
			section, key = trimmed[1:len(trimmed)-1], ""
			continue
		}
		value := trimmed
		if line[0] != ' ' && line[0] != '\t' {
			var ok bool
			if key, value, ok = strings.Cut(trimmed, "="); !ok {
				key, value, _ = strings.Cut(trimmed, ":")
			}
			key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		}
		if value == "" {
			continue
		}
		note := d.Note("setup.cfg", i+1, "%s", trimmed)
		switch section + "." + strings.ReplaceAll(key, "-", "_") {
		case "metadata.name":
			s.Name, found = value, true
		case "metadata.long_description", "options.install_requires":
			if file, ok := strings.CutPrefix(value, "file:"); ok {
				for _, f := range strings.Split(file, ",") {
					s.Reads = append(s.Reads, strings.TrimSpace(f))
				}
			} else if strings.HasSuffix(key, "requires") {
				found = true
				s.add(value, note)
			}
		case "options.python_requires":
			s.RequiresPython, s.PythonWhy = value, note
		case "options.packages", "options.py_modules":
			found = true
		case "options.entry_points.console_scripts":
			s.script(value, note)
		}
	}
	return found
}

func (s *setupFile) add(text string, why detect.Note) {
	if r, ok := parseRequirement(text); ok && !r.foreign() {
		r.Why = why
		s.Reqs = append(s.Reqs, r)
	}
}

func (s *setupFile) script(text string, why detect.Note) {
	name, target, ok := strings.Cut(text, "=")
	if ok {
		s.Scripts = append(s.Scripts, script{strings.TrimSpace(name), strings.TrimSpace(target), why})
	}
}

// py reads the literal arguments of the call of setup().
func (s *setupFile) py(d *detect.Dir, m *source.Module) bool {
	for call := range source.Calls(m.Body) {
		switch m.Callee(call) {
		case "setuptools.setup", "distutils.core.setup", "skbuild.setup":
		default:
			continue
		}
		note := func(e *source.Expr, text string) detect.Note { return d.Note("setup.py", e.Line, "%s", text) }
		arg := func(name string) *source.Expr {
			e := call.Arg(name, -1)
			if e != nil && e.Kind == source.Name {
				e = m.Value(e.Text)
			}
			return e
		}
		s.Name, _ = arg("name").String()
		if e := arg("python_requires"); e != nil {
			if v, ok := e.String(); ok {
				s.RequiresPython, s.PythonWhy = v, note(e, "python_requires="+v)
			}
		}
		if e := arg("install_requires"); e != nil {
			list := e.Strings()
			s.Partial = len(list) == 0 && !(e.Kind == source.List)
			for _, r := range list {
				s.add(r, note(e, r))
			}
		}
		if e := arg("entry_points"); e != nil {
			for _, line := range e.Get("console_scripts").Strings() {
				s.script(line, note(e, line))
			}
		}
		s.openedBy(m)
		return true
	}
	return false
}

// openedBy finds the files that setup.py opens by a literal name.
func (s *setupFile) openedBy(m *source.Module) {
	for call := range source.Calls(m.Body) {
		switch m.Callee(call) {
		case "open", "io.open", "codecs.open", "pathlib.Path", "os.path.join", "read":
			for _, a := range call.Args {
				if f, ok := a.Value.String(); ok && f != "" && strings.Contains(f, ".") && !strings.ContainsAny(f, " *?") {
					s.Reads = append(s.Reads, f)
				}
			}
		}
	}
}

// pipfile is what is read of a Pipfile.
type pipfile struct {
	Packages map[string]any    `toml:"packages"`
	Scripts  map[string]any    `toml:"scripts"`
	Source   []map[string]any  `toml:"source"`
	Requires map[string]string `toml:"requires"`
	lines    manifest.Lines
}

func readPipfile(d *detect.Dir) (*pipfile, error) {
	if !d.Has("Pipfile") {
		return nil, nil
	}
	p := &pipfile{}
	var err error
	p.lines, err = manifest.TOML(d, "Pipfile", p)
	return p, err
}

func (p *pipfile) requirements(d *detect.Dir) []requirement {
	return poetryRequirements(p.Packages, func(name, text string) detect.Note {
		return d.Note("Pipfile", p.lines.At("packages", name), "%s %s", name, text)
	})
}

func (p *pipfile) python(d *detect.Dir) (string, detect.Note) {
	for _, key := range []string{"python_full_version", "python_version"} {
		if v := p.Requires[key]; v != "" {
			return v, d.Note("Pipfile", p.lines.At("requires", key), "%s = %q", key, v)
		}
	}
	return "", detect.Note{}
}
