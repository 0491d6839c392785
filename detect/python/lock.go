package python

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// lock is what is read of a lock file: versions, which wheels exist, what needs what.
type lock struct {
	File     string // its name
	Dir      *detect.Dir
	Manager  string
	Tool     string // the version of the tool that wrote it, if it says so
	Format   string // of Poetry's lock: "2.1"
	Python   string // the range it was made for
	Packages map[string]*locked
	Groups   []string // those that it holds, where the format says so
	Sources  []string // addresses of indexes that are not the public one
	// Declared are what the lock says the manifest asks for, "" key for production;
	// nil where the format doesn't tell.
	Declared map[string]string
}

// locked is one package of a lock.
type locked struct {
	Name    string
	Version string
	Wheels  []string // file names; empty where the lock names no files
	Files   bool     // the lock names the files
	Git     bool
	Needs   []edge
	Extras  map[string][]edge // what each extra needs
	Main    *bool             // Poetry 2 and PDM say which groups want it
}

// edge is one package that another one needs, under a condition.
type edge struct{ Name, Marker string }

// lockNames are the lock files, the order being of no account: see choose.
var lockNames = map[string]string{
	"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock", "pipenv": "Pipfile.lock",
}

func readLock(d *detect.Dir, manager string) (*lock, error) {
	name := lockNames[manager]
	l := &lock{File: name, Dir: d, Manager: manager, Packages: map[string]*locked{}}
	if manager == "pipenv" {
		return l, l.readPipfile(d)
	}
	var f lockFile
	if err := manifest.TOMLLock(d, name, &f); err != nil {
		return nil, err
	}
	l.Python = f.RequiresPython
	if m := f.Metadata; m != nil {
		if s, ok := m["python-versions"].(string); ok {
			l.Python = s
		}
		l.Format, _ = m["lock-version"].(string)
		if s, ok := m["requires_python"].(string); ok {
			l.Python = s
		}
		if list, ok := m["groups"].([]any); ok {
			for _, g := range list {
				if s, ok := g.(string); ok {
					l.Groups = append(l.Groups, s)
				}
			}
		}
	}
	for _, p := range f.Packages {
		l.add(p)
	}
	var err error
	l.Tool, err = lockHeader(d, name)
	return l, err
}

// lockFile covers the formats of uv, Poetry and PDM, which differ in their keys only.
type lockFile struct {
	RequiresPython string         `toml:"requires-python"`
	Metadata       map[string]any `toml:"metadata"`
	Packages       []lockPackage  `toml:"package"`
}

type lockPackage struct {
	Name         string           `toml:"name"`
	Version      string           `toml:"version"`
	Optional     bool             `toml:"optional"`
	Groups       []string         `toml:"groups"`
	Source       map[string]any   `toml:"source"`
	Git          string           `toml:"git"`          // PDM
	Dependencies any              `toml:"dependencies"` // a table (Poetry), tables (uv), lines (PDM)
	Extras       any              `toml:"optional-dependencies"`
	PoetryExtras any              `toml:"extras"`
	Files        []map[string]any `toml:"files"`
	Wheels       []map[string]any `toml:"wheels"`
	Sdist        map[string]any   `toml:"sdist"`
	Metadata     struct {
		RequiresDist []map[string]any `toml:"requires-dist"`
	} `toml:"metadata"`
}

func (l *lock) add(p lockPackage) {
	name := normal(p.Name)
	k := l.Packages[name]
	if k == nil {
		k = &locked{Name: name, Version: p.Version, Extras: map[string][]edge{}}
		l.Packages[name] = k
	}
	if len(p.Groups) > 0 {
		main := slices.Contains(p.Groups, "main") || slices.Contains(p.Groups, "default")
		k.Main = &main
	}
	for key, v := range p.Source {
		s, _ := v.(string)
		switch {
		case key == "git" || key == "type" && s == "git":
			k.Git = true
		case key == "registry" || key == "url" && p.Source["type"] == "legacy":
			if !publicIndex(s) && strings.Contains(s, "://") && !slices.Contains(l.Sources, s) {
				l.Sources = append(l.Sources, s)
			}
		case (key == "virtual" || key == "editable") && s == "." && l.Manager == "uv":
			l.Declared = map[string]string{}
			for _, r := range p.Metadata.RequiresDist {
				n, _ := r["name"].(string)
				spec, _ := r["specifier"].(string)
				l.Declared[normal(n)] = spec
			}
		}
	}
	k.Git = k.Git || p.Git != ""
	for _, list := range [][]map[string]any{p.Files, p.Wheels, {p.Sdist}} {
		for _, f := range list {
			for _, key := range []string{"file", "url", "path", "filename"} {
				if s, ok := f[key].(string); ok {
					k.Files = true
					s, _, _ = strings.Cut(s, "#")
					if base := path.Base(s); strings.HasSuffix(base, ".whl") {
						k.Wheels = append(k.Wheels, base)
					}
				}
			}
		}
	}
	k.Needs = append(k.Needs, lockNeeds(p.Dependencies)...)
	if extras, ok := p.Extras.(map[string]any); ok {
		for e, v := range extras {
			k.Extras[normal(e)] = append(k.Extras[normal(e)], lockNeeds(v)...)
		}
	}
	if extras, ok := p.PoetryExtras.(map[string]any); ok {
		for e, v := range extras {
			k.Extras[normal(e)] = append(k.Extras[normal(e)], lockNeeds(v)...)
		}
	}
}

// lockNeeds reads a list of dependencies in any of the formats.
func lockNeeds(v any) []edge {
	var out []edge
	switch x := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			e := edge{Name: normal(name)}
			if t, ok := x[name].(map[string]any); ok {
				e.Marker, _ = t["markers"].(string)
			}
			out = append(out, e)
		}
	case []any:
		for _, e := range x {
			switch y := e.(type) {
			case string:
				if r, ok := parseRequirement(y); ok {
					out = append(out, edge{r.Name, r.Marker})
				} else if name, _, ok := strings.Cut(y, " "); ok { // "greenlet (>=1)", as Poetry words extras
					out = append(out, edge{Name: normal(name)})
				}
			case map[string]any:
				if s, ok := y["name"].(string); ok {
					marker, _ := y["marker"].(string)
					out = append(out, edge{normal(s), marker})
				}
			}
		}
	}
	return out
}

var generatedRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`@?generated by (?:Poetry|PDM) ?v?(\d+(?:\.\d+)*)`) })

// lockHeader returns the version of the tool in the comment that Poetry and PDM begin with.
func lockHeader(d *detect.Dir, name string) (string, error) {
	data, err := d.ReadLock(name)
	if err != nil {
		return "", err
	}
	head, _, _ := strings.Cut(string(data), "\n")
	if m := generatedRE().FindStringSubmatch(head); m != nil {
		return m[1], nil
	}
	return "", nil
}

// pipfileLock is Pipenv's lock.
type pipfileLock struct {
	Meta struct {
		Requires struct {
			Version string `json:"python_version"`
			Full    string `json:"python_full_version"`
		} `json:"requires"`
		Sources []struct {
			URL string `json:"url"`
		} `json:"sources"`
	} `json:"_meta"`
	Default map[string]pipfileLocked `json:"default"`
}

type pipfileLocked struct {
	Version string `json:"version"`
	Git     string `json:"git"`
}

func (l *lock) readPipfile(d *detect.Dir) error {
	var f pipfileLock
	if err := manifest.JSONLock(d, l.File, &f, false); err != nil {
		return err
	}
	l.Python = f.Meta.Requires.Full
	if l.Python == "" {
		l.Python = f.Meta.Requires.Version
	}
	for _, s := range f.Meta.Sources {
		if !publicIndex(s.URL) {
			l.Sources = append(l.Sources, s.URL)
		}
	}
	main := true
	for name, p := range f.Default {
		l.Packages[normal(name)] = &locked{Name: normal(name), Version: strings.TrimPrefix(p.Version, "=="), Git: p.Git != "", Main: &main}
	}
	return nil
}

// closure returns the packages that the requirements bring in on a line of Python, by
// name; on any line where that is "".
func (l *lock) closure(reqs []requirement, line string) map[string]*locked {
	out := map[string]*locked{}
	var visit func(e edge)
	visit = func(e edge) {
		p := l.Packages[e.Name]
		if p == nil || out[e.Name] != nil || excluded(e.Marker, line) {
			return
		}
		out[e.Name] = p
		for _, n := range p.Needs {
			visit(n)
		}
	}
	for _, r := range reqs {
		visit(edge{r.Name, r.Marker})
		if p := l.Packages[r.Name]; p != nil {
			for _, e := range r.Extras {
				for _, n := range p.Extras[e] {
					visit(n)
				}
			}
		}
	}
	if l.Manager == pipenv {
		for name, p := range l.Packages {
			out[name] = p
		}
	}
	return out
}
