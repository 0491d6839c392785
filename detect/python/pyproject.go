package python

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// pyproject is what is read of a pyproject.toml.
type pyproject struct {
	Project *struct {
		Name           string              `toml:"name"`
		Version        string              `toml:"version"`
		Description    string              `toml:"description"`
		RequiresPython string              `toml:"requires-python"`
		Dependencies   []string            `toml:"dependencies"`
		Optional       map[string][]string `toml:"optional-dependencies"`
		Scripts        map[string]string   `toml:"scripts"`
		Readme         any                 `toml:"readme"`
		License        any                 `toml:"license"`
		Classifiers    []string            `toml:"classifiers"`
		LicenseFiles   any                 `toml:"license-files"`
		Dynamic        []string            `toml:"dynamic"`
	} `toml:"project"`
	Build *struct {
		Requires []string `toml:"requires"`
		Backend  string   `toml:"build-backend"`
	} `toml:"build-system"`
	Groups map[string][]any `toml:"dependency-groups"`
	Tool   struct {
		Poetry     *poetry        `toml:"poetry"`
		UV         *uvTable       `toml:"uv"`
		PDM        map[string]any `toml:"pdm"`
		Hatch      map[string]any `toml:"hatch"`
		Setuptools *setuptools    `toml:"setuptools"`
		FastAPI    *struct {
			Entrypoint string `toml:"entrypoint"`
		} `toml:"fastapi"`
	} `toml:"tool"`

	lines manifest.Lines
}

type poetry struct {
	Name         string                 `toml:"name"`
	Version      string                 `toml:"version"`
	Description  string                 `toml:"description"`
	Readme       any                    `toml:"readme"`
	License      any                    `toml:"license"`
	PackageMode  *bool                  `toml:"package-mode"`
	Packages     []any                  `toml:"packages"`
	Dependencies map[string]any         `toml:"dependencies"`
	Dev          map[string]any         `toml:"dev-dependencies"`
	Groups       map[string]poetryGroup `toml:"group"`
	Extras       map[string][]string    `toml:"extras"`
	Scripts      map[string]any         `toml:"scripts"`
	Source       []map[string]any       `toml:"source"`
}

type poetryGroup struct {
	Optional     bool           `toml:"optional"`
	Dependencies map[string]any `toml:"dependencies"`
}

type uvTable struct {
	Package       *bool            `toml:"package"`
	Workspace     *uvWorkspace     `toml:"workspace"`
	Sources       map[string]any   `toml:"sources"`
	Index         []map[string]any `toml:"index"`
	DefaultGroups any              `toml:"default-groups"`
	Dev           []string         `toml:"dev-dependencies"`
}

type uvWorkspace struct {
	Members []string `toml:"members"`
	Exclude []string `toml:"exclude"`
}

type setuptools struct {
	Packages any            `toml:"packages"`
	Dynamic  map[string]any `toml:"dynamic"`
}

const pyprojectName = "pyproject.toml"

// readPyproject reads the folder's pyproject.toml; nil where there is none.
func readPyproject(d *detect.Dir) (*pyproject, error) {
	if !d.Has(pyprojectName) {
		return nil, nil
	}
	p := &pyproject{}
	var err error
	p.lines, err = manifest.TOML(d, pyprojectName, p)
	return p, err
}

// isProject reports whether the file describes a project, not only settings of tools.
func (p *pyproject) isProject() bool {
	return p != nil && (p.Project != nil || p.Tool.Poetry != nil && (len(p.Tool.Poetry.Dependencies) > 0 || p.Tool.Poetry.Name != ""))
}

// requirements are the dependencies of production.
func (p *pyproject) requirements(d *detect.Dir) []requirement {
	var out []requirement
	if p.Project != nil {
		for i, s := range p.Project.Dependencies {
			if r, ok := parseRequirement(s); ok && !r.foreign() {
				r.Why = d.Note(pyprojectName, p.lines.At("project", "dependencies", fmt.Sprint(i)), "%s", s)
				out = append(out, r)
			}
		}
	}
	if t := p.Tool.Poetry; t != nil {
		out = append(out, poetryRequirements(t.Dependencies, func(name, text string) detect.Note {
			return d.Note(pyprojectName, p.lines.At("tool", "poetry", "dependencies", name), "%s %s", name, text)
		})...)
	}
	return out
}

// optional are the dependencies that a group or an extra asks for, by its name.
func (p *pyproject) optional(d *detect.Dir) map[string][]requirement {
	out := map[string][]requirement{}
	add := func(group string, list []string) {
		for _, s := range list {
			if r, ok := parseRequirement(s); ok {
				r.Why = d.Note(pyprojectName, 0, "%s (%s)", s, group)
				out[group] = append(out[group], r)
			}
		}
	}
	if p.Project != nil {
		for name, list := range p.Project.Optional {
			add(name, list)
		}
	}
	for name, list := range p.Groups {
		for _, e := range list {
			if s, ok := e.(string); ok {
				add(name, []string{s})
			}
		}
	}
	if t := p.Tool.Poetry; t != nil {
		for name, g := range t.Groups {
			out[name] = append(out[name], poetryRequirements(g.Dependencies, func(dep, text string) detect.Note {
				return d.Note(pyprojectName, p.lines.At("tool", "poetry", "group", name, "dependencies", dep), "%s %s (group %s)", dep, text, name)
			})...)
		}
	}
	return out
}

// poetryRequirements reads a table of Poetry's (or Pipenv's): a constraint, a table
// with one, or a list of tables. What is optional there belongs to an extra.
func poetryRequirements(table map[string]any, why func(name, text string) detect.Note) []requirement {
	var out []requirement
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if normal(name) == "python" {
			continue
		}
		value := table[name]
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		r := requirement{Name: normal(name)}
		switch v := value.(type) {
		case string:
			r.Spec = v
		case map[string]any:
			if opt, _ := v["optional"].(bool); opt {
				continue
			}
			r.Spec, _ = v["version"].(string)
			if git, ok := v["git"].(string); ok {
				r.URL = "git+" + git
			} else if url, ok := v["url"].(string); ok {
				r.URL = url
			} else if p, ok := v["path"].(string); ok {
				r.URL = "path:" + p
			}
			if extras, ok := v["extras"].([]any); ok {
				for _, e := range extras {
					r.Extras = append(r.Extras, normal(fmt.Sprint(e)))
				}
			}
			r.Marker, _ = v["markers"].(string)
			if s, ok := v["sys_platform"].(string); ok {
				r.Marker = "sys_platform " + s
			}
		}
		if r.Spec == "*" {
			r.Spec = ""
		}
		if r.foreign() {
			continue
		}
		r.Why = why(name, r.Spec)
		out = append(out, r)
	}
	return out
}

// python is the range of versions that the file allows, with where it says so.
func (p *pyproject) python(d *detect.Dir) (string, detect.Note) {
	if p.Project != nil && p.Project.RequiresPython != "" {
		return p.Project.RequiresPython, d.Note(pyprojectName, p.lines.At("project", "requires-python"), "requires-python = %q", p.Project.RequiresPython)
	}
	if t := p.Tool.Poetry; t != nil {
		switch v := t.Dependencies["python"].(type) {
		case string:
			return v, d.Note(pyprojectName, p.lines.At("tool", "poetry", "dependencies", "python"), "python = %q", v)
		case map[string]any:
			if s, ok := v["version"].(string); ok {
				return s, d.Note(pyprojectName, p.lines.At("tool", "poetry", "dependencies", "python"), "python = %q", s)
			}
		}
	}
	return "", detect.Note{}
}

// script is a command that the project installs.
type script struct {
	Name, Target string // "lnbits", "lnbits.server:main"
	Why          detect.Note
}

func (p *pyproject) scripts(d *detect.Dir) []script {
	var out []script
	if p.Project != nil {
		for _, name := range slices.Sorted(maps.Keys(p.Project.Scripts)) {
			t := p.Project.Scripts[name]
			out = append(out, script{name, t, d.Note(pyprojectName, p.lines.At("project", "scripts", name), "%s = %q", name, t)})
		}
	}
	if t := p.Tool.Poetry; t != nil {
		for _, name := range slices.Sorted(maps.Keys(t.Scripts)) {
			target := ""
			switch v := t.Scripts[name].(type) {
			case string:
				target = v
			case map[string]any:
				target, _ = v["reference"].(string)
				if target == "" {
					target, _ = v["callable"].(string)
				}
			}
			if strings.Contains(target, ":") {
				out = append(out, script{name, target, d.Note(pyprojectName, p.lines.At("tool", "poetry", "scripts", name), "%s = %q", name, target)})
			}
		}
	}
	return out
}

// readFiles are the files that building the package reads beside its code.
func (p *pyproject) readFiles() []string {
	var out []string
	add := func(v any) {
		switch x := v.(type) {
		case string:
			out = append(out, x)
		case map[string]any:
			if f, ok := x["file"].(string); ok {
				out = append(out, f)
			}
		case []any:
			for _, e := range x {
				if s, ok := e.(string); ok && !strings.ContainsAny(s, "*?[") {
					out = append(out, s)
				}
			}
		}
	}
	if q := p.Project; q != nil {
		add(q.Readme)
		if t, ok := q.License.(map[string]any); ok {
			add(t)
		}
		add(q.LicenseFiles)
	}
	if t := p.Tool.Poetry; t != nil {
		add(t.Readme)
	}
	return out
}

// backend is the build backend, "" where the file names none.
func (p *pyproject) backend() string {
	if p == nil || p.Build == nil {
		return ""
	}
	return p.Build.Backend
}

// packaged reports whether the project is installed as a package of its own.
func (p *pyproject) packaged() bool {
	switch {
	case p == nil:
		return false
	case p.Tool.UV != nil && p.Tool.UV.Package != nil:
		return *p.Tool.UV.Package
	case p.Tool.Poetry != nil && p.Tool.Poetry.PackageMode != nil && !*p.Tool.Poetry.PackageMode:
		return false
	}
	if dist, ok := p.Tool.PDM["distribution"].(bool); ok {
		return dist
	}
	return p.Build != nil
}
