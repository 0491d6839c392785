package rust

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// chefs are releases of cargo-chef, each with the oldest Rust that compiles all that
// its Cargo.lock names: the first of https://github.com/LukeMathWalker/cargo-chef that
// the toolchain can take is used.
var chefs = []struct {
	version      string
	major, minor int
}{{"0.1.78", 1, 88}, {"0.1.73", 1, 78}}

// chef is the release of cargo-chef for a toolchain; not set: all want a newer one.
func chef(t toolchain) (v safe.Version) {
	for _, c := range chefs {
		if !t.pinned || !older(t.version.V.String()+".0", c.major, c.minor) {
			v, _ = safe.NewVersion(c.version)
			break
		}
	}
	return v
}

// layers finds out whether cargo-chef can compile the dependencies by themselves: it
// knows the lock file, .cargo/config.toml and the manifests of the workspace's members,
// and makes empty sources for those.
func (pr *program) layers(s *detect.Service, f *Facts, l *lock) {
	build := pr.pkg.dir.Choices().Build
	against := func(n detect.Note) {
		if s.Layerless.Text == "" {
			s.Layerless = n
		}
	}
	if !l.present {
		against(pr.top.Note(path.Join(pr.pkg.ws.dir.Path(), "Cargo.lock"), 0, "is missing, so the dependencies are others with every build"))
	}
	if f.Crossed {
		against(detect.Note{Path: path.Join(pr.pkg.ws.dir.Path(), ".cargo"), Text: "its build.target leads cargo-chef to another folder"})
	}
	if f.Chef.IsZero() {
		n := s.Version.Why[0]
		n.Text = "no release of cargo-chef compiles with Rust " + s.Version.V.String()
		against(n)
	}
	if _, ok := Cook(build.V); build.IsSet() && !ok {
		against(detect.Note{Text: "the build is no cargo build that cargo-chef has a counterpart for"})
	}
	pr.cargoConfigs(func(at string, c *cargoConfig, lines manifest.Lines) {
		if path.Dir(path.Dir(at)) != pr.pkg.ws.dir.Path() {
			against(pr.top.Note(at, 0, "lies above the workspace, where cargo-chef does not see it"))
		}
		for _, name := range slices.Sorted(maps.Keys(c.Source)) {
			if from := c.Source[name]; from.Directory != "" || from.LocalRegistry != "" {
				against(pr.top.Note(at, lines.At("source", name), "takes crates out of a folder, which cargo-chef does not see"))
			}
		}
	})
	pr.beyond(against)
	s.Layers = s.Layerless.Text == ""
}

// beyond finds crates in folders that are no members of the workspace: cargo-chef does
// not see those.
func (pr *program) beyond(against func(detect.Note)) {
	ws := pr.pkg.ws
	members := slices.Clone(pr.locals)
	if !ws.alone && ws.root != nil {
		for file := range ws.dir.Files("Cargo.toml") {
			d := ws.dir.Sub(path.Dir(file))
			if d.Path() != ws.dir.Path() && !ws.member(d) {
				continue
			}
			if m, err := load(d); err == nil && !slices.ContainsFunc(members, func(o *pkg) bool { return o.dir.Path() == d.Path() }) {
				members = append(members, m)
			}
		}
	}
	for _, m := range members {
		look := func(base *pkg, table map[string]any, at ...string) {
			for _, key := range slices.Sorted(maps.Keys(table)) {
				t, _ := table[key].(map[string]any)
				to, _ := t["path"].(string)
				if to == "" {
					continue
				}
				dir := path.Join(base.dir.Path(), to)
				if ws.alone || at[0] == "patch" || !detect.Within(dir, ws.dir.Path()) || ws.root != nil && ws.root.excludes(detect.Under(dir, ws.dir.Path())) {
					against(base.note(base.lines.At(append(at, key)...), "%s is in a folder that is no member of the workspace, and cargo-chef sees those alone", key))
				}
			}
		}
		look(m, m.toml.Deps, "dependencies")
		look(m, m.toml.BuildDeps, "build-dependencies")
		look(m, m.toml.DevDeps, "dev-dependencies")
		for _, cfg := range slices.Sorted(maps.Keys(m.toml.Target)) {
			look(m, m.toml.Target[cfg].Deps, "target", cfg, "dependencies")
		}
		root := m
		if ws.root != nil {
			root = ws.root
		}
		for _, from := range slices.Sorted(maps.Keys(root.toml.Patch)) {
			look(root, root.toml.Patch[from], "patch", from)
		}
		if root.toml.Workspace != nil {
			look(root, root.toml.Workspace.Deps, "workspace", "dependencies")
		}
	}
}

// Cook is the command that compiles the dependencies of what a cargo build makes. It
// is false for a build that has no such counterpart.
func Cook(build safe.Argv) (cook safe.Argv, ok bool) {
	args := build.Args()
	if len(args) < 2 || args[0] != "cargo" || args[1] != "build" && args[1] != "b" {
		return cook, false
	}
	for i := 2; i < len(args); i++ {
		name, _, whole := strings.Cut(args[i], "=")
		switch name {
		case "--release", "--locked", "--frozen", "--offline", "--workspace", "--bins", "--all-features", "--no-default-features":
		case "--package", "-p", "--bin", "--features", "--profile", "--target":
			if !whole {
				i++
			}
		default:
			return cook, false
		}
	}
	cook, err := safe.NewArgv(append([]string{"cargo", "chef", "cook", "--recipe-path", "/recipe.json"}, args[2:]...)...)
	return cook, err == nil
}

// Cook is the command for the dependencies of a build, for the template.
func (f *Facts) Cook(build safe.Argv) safe.Argv {
	cook, _ := Cook(build)
	return cook
}
