package rust

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// cargoToml is what is read of a Cargo.toml
// (https://doc.rust-lang.org/cargo/reference/manifest.html).
type cargoToml struct {
	Package   *packageTable       `toml:"package"`
	Lib       *targetTable        `toml:"lib"`
	Bin       []targetTable       `toml:"bin"`
	Bench     []any               `toml:"bench"`
	Example   []any               `toml:"example"`
	Test      []any               `toml:"test"`
	Workspace *workspaceTable     `toml:"workspace"`
	Features  map[string][]string `toml:"features"`

	Deps      map[string]any `toml:"dependencies"`
	BuildDeps map[string]any `toml:"build-dependencies"`
	DevDeps   map[string]any `toml:"dev-dependencies"`
	Target    map[string]struct {
		Deps map[string]any `toml:"dependencies"`
	} `toml:"target"`
	Profile map[string]map[string]any `toml:"profile"`
	Patch   map[string]map[string]any `toml:"patch"`
}

type packageTable struct {
	Name        string         `toml:"name"`
	Version     any            `toml:"version"`
	Edition     any            `toml:"edition"`
	RustVersion any            `toml:"rust-version"`
	Description any            `toml:"description"`
	License     any            `toml:"license"`
	Repository  any            `toml:"repository"`
	DefaultRun  string         `toml:"default-run"`
	Autobins    *bool          `toml:"autobins"`
	Build       any            `toml:"build"`
	Workspace   string         `toml:"workspace"`
	Metadata    map[string]any `toml:"metadata"`
}

type targetTable struct {
	Name             string   `toml:"name"`
	Path             string   `toml:"path"`
	RequiredFeatures []string `toml:"required-features"`
	CrateType        []string `toml:"crate-type"`
}

type workspaceTable struct {
	Members  []string       `toml:"members"`
	Exclude  []string       `toml:"exclude"`
	Package  map[string]any `toml:"package"`
	Deps     map[string]any `toml:"dependencies"`
	Metadata map[string]any `toml:"metadata"`
}

// dependency is one entry of a dependency table, what it takes over from the
// workspace laid in.
type dependency struct {
	name     string // of the package
	key      string // in the manifest: how the code calls it
	features []string
	defaults bool
	optional bool
	path     string // of a folder, relative to the project; "" for none
	outside  string // the path from the project's folder, where it leads out of that
	git      string
	registry string
	line     int
}

// pkg is a package: a folder with a Cargo.toml that has a [package].
type pkg struct {
	dir   *detect.Dir
	toml  cargoToml
	lines manifest.Lines
	ws    *workspace
	deps  []dependency // what the program is made of, build scripts included
	on    map[string]bool
}

// readManifest reads the Cargo.toml of a folder; a folder is read once.
func readManifest(d *detect.Dir) (*pkg, error) {
	return detect.Once(d, "rust manifest:"+d.Path(), func() (*pkg, error) {
		p := &pkg{dir: d}
		var err error
		p.lines, err = manifest.TOML(d, "Cargo.toml", &p.toml)
		if err != nil && d.Has("cargo-generate.toml") { // https://cargo-generate.github.io/cargo-generate/templates/template_defined_placeholders.html
			return nil, detect.NotService("a template of projects: cargo generate fills in its Cargo.toml")
		}
		return p, err
	})
}

// load reads a package with its workspace and dependencies.
func load(d *detect.Dir) (*pkg, error) {
	p, err := readManifest(d)
	if err != nil {
		return nil, err
	}
	return detect.Once(d, "rust package:"+d.Path(), func() (*pkg, error) {
		full := *p
		if full.ws, err = findWorkspace(&full); err != nil {
			return nil, err
		}
		full.dependencies()
		return &full, nil
	})
}

func (p *pkg) note(line int, format string, args ...any) detect.Note {
	return p.dir.Note("Cargo.toml", line, format, args...)
}

func (p *pkg) name() string {
	if p.toml.Package == nil {
		return ""
	}
	return p.toml.Package.Name
}

// inherited is a field of [package], or the workspace's where it says
// field.workspace = true.
func (p *pkg) inherited(field string, own any) (string, detect.Note) {
	if s, ok := own.(string); ok {
		return s, p.note(p.lines.At("package", field), "%s = %q", field, s)
	}
	if m, ok := own.(map[string]any); ok && m["workspace"] == true && p.ws != nil && p.ws.root != nil {
		root := p.ws.root
		if s, ok := root.toml.Workspace.Package[field].(string); ok {
			return s, root.note(root.lines.At("workspace", "package", field), "%s = %q", field, s)
		}
	}
	return "", detect.Note{}
}

// dependencies reads the tables; those for other systems than Linux are left out.
func (p *pkg) dependencies() {
	add := func(table map[string]any, at ...string) {
		for _, key := range slices.Sorted(maps.Keys(table)) {
			p.deps = append(p.deps, p.dependency(key, table[key], p.lines.At(append(at, key)...)))
		}
	}
	add(p.toml.Deps, "dependencies")
	for _, cfg := range slices.Sorted(maps.Keys(p.toml.Target)) {
		if onLinux(cfg) {
			add(p.toml.Target[cfg].Deps, "target", cfg, "dependencies")
		}
	}
	add(p.toml.BuildDeps, "build-dependencies")
	p.on = p.features(nil)
}

// onLinux reads the condition of a [target.'cfg(...)'] table as far as to know
// that it is for another system.
func onLinux(cfg string) bool {
	c := strings.ReplaceAll(cfg, " ", "")
	switch {
	case strings.Contains(c, "not("):
		return !strings.Contains(c, "not(unix") && !strings.Contains(c, `not(target_os="linux"`) && !strings.Contains(c, `not(target_env="gnu"`)
	case strings.HasPrefix(c, "cfg("):
		for _, other := range []string{"windows", "macos", "wasm", "android", "ios", "freebsd", "msvc", `"musl"`} {
			if strings.Contains(c, other) && !strings.Contains(c, "linux") && !strings.Contains(c, "unix") {
				return false
			}
		}
		return true
	}
	return strings.Contains(c, "linux-gnu")
}

func (p *pkg) dependency(key string, value any, line int) dependency {
	dep := dependency{name: key, key: key, defaults: true, line: line}
	base := p.dir
	m, _ := value.(map[string]any)
	if m["workspace"] == true && p.ws != nil && p.ws.root != nil {
		base = p.ws.root.dir
		if w, ok := p.ws.root.toml.Workspace.Deps[key].(map[string]any); ok {
			dep.read(w, base)
		}
		m = map[string]any{"features": m["features"], "optional": m["optional"]}
	}
	dep.read(m, base)
	return dep
}

func (dep *dependency) read(m map[string]any, base *detect.Dir) {
	text := func(key string) string { s, _ := m[key].(string); return s }
	if s := text("package"); s != "" {
		dep.name = s
	}
	if s := text("path"); s != "" {
		if up, down := base.Outside(); up != "" { // the workspace lies above the project
			s = path.Clean(s)
			if detect.Within(s, down) {
				dep.path = detect.Under(s, down)
			} else {
				dep.outside = path.Join(up, s)
			}
		} else if inside(base.Path(), s) {
			dep.path = base.Sub(s).Path()
		} else if dep.outside = s; !path.IsAbs(s) {
			dep.outside = path.Join(base.Path(), s)
		}
	}
	if s := text("git"); s != "" {
		dep.git = s
	}
	if s := text("registry"); s != "" {
		dep.registry = s
	}
	if b, ok := m["optional"].(bool); ok {
		dep.optional = b
	}
	for _, key := range []string{"default-features", "default_features"} {
		if b, ok := m[key].(bool); ok {
			dep.defaults = b
		}
	}
	if list, ok := m["features"].([]any); ok {
		for _, f := range list {
			if s, ok := f.(string); ok && !slices.Contains(dep.features, s) {
				dep.features = append(dep.features, s)
			}
		}
	}
}

// inside reports whether a path leads to a place in the project.
func inside(dir, p string) bool {
	if path.IsAbs(p) || strings.Contains(p, `\`) {
		return false
	}
	clean := path.Join(dir, p)
	return clean != ".." && !strings.HasPrefix(clean, "../")
}

// features are the package's features that are on: the default ones, those that
// are asked for, and what these turn on. A name with "dep:" is an optional dependency.
func (p *pkg) features(asked []string) map[string]bool {
	on := map[string]bool{}
	var turn func(string)
	turn = func(name string) {
		name = strings.TrimPrefix(name, "dep:")
		if dep, feature, ok := strings.Cut(name, "/"); ok {
			weak := strings.HasSuffix(dep, "?")
			dep = strings.TrimSuffix(dep, "?")
			if !weak {
				on[dep] = true
			}
			for i := range p.deps {
				if p.deps[i].key == dep && !slices.Contains(p.deps[i].features, feature) {
					p.deps[i].features = append(p.deps[i].features, feature)
				}
			}
			return
		}
		if on[name] {
			return
		}
		on[name] = true
		for _, next := range p.toml.Features[name] {
			turn(next)
		}
	}
	turn("default")
	for _, name := range asked {
		turn(name)
	}
	return on
}

// uses finds the first dependency of those names that is part of the program.
func (p *pkg) uses(names ...string) (dependency, bool) {
	for _, name := range names {
		for _, d := range p.deps {
			if d.name == name && (!d.optional || p.on[d.key]) {
				return d, true
			}
		}
	}
	return dependency{}, false
}
