package rust

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// workspace is what a package is built in: the lock file and the target folder
// are the root's (https://doc.rust-lang.org/cargo/reference/workspaces.html).
type workspace struct {
	root  *pkg        // the package or virtual manifest with [workspace]; the package itself without one
	dir   *detect.Dir // of the root
	alone bool        // there is no [workspace]
	// missing says what the manifest takes of a workspace that is not in the project;
	// up is the way to it, where it is known.
	missing, up string
}

// findWorkspace looks for the manifest that has the package as a member.
func findWorkspace(p *pkg) (*workspace, error) {
	if p.toml.Workspace != nil {
		return &workspace{root: p, dir: p.dir}, nil
	}
	if p.toml.Package != nil && p.toml.Package.Workspace != "" && inside(p.dir.Path(), p.toml.Package.Workspace) {
		d := p.dir.Sub(p.toml.Package.Workspace)
		if d.Has("Cargo.toml") {
			root, err := readManifest(d)
			if err != nil {
				return nil, err
			}
			if root.toml.Workspace != nil {
				return &workspace{root: root, dir: d}, nil
			}
		}
	}
	for d := range p.dir.Parents() {
		if !d.Has("Cargo.toml") {
			continue
		}
		root, err := readManifest(d)
		if err != nil {
			return nil, err
		}
		if root.toml.Workspace == nil {
			continue
		}
		rel := detect.Under(p.dir.Path(), d.Path())
		if root.excludes(rel) {
			break
		}
		return &workspace{root: root, dir: d}, nil
	}
	return p.workspaceAbove(), nil
}

// toolchainFiles are those that say which compiler a folder and all below it take.
var toolchainFiles = []string{"rust-toolchain", "rust-toolchain.toml"}

// workspaceAbove is the package itself as its own workspace; or, where it takes values of
// one that lies above the project, what is known of that: Cargo can't build the package
// without it, but what it says tells the version and the dependencies.
func (p *pkg) workspaceAbove() *workspace {
	w := &workspace{root: nil, dir: p.dir, alone: true}
	if !p.inherits() {
		return w
	}
	w.missing = "takes values over from a workspace above this folder"
	for _, d := range p.dir.Above("Cargo.toml") {
		root, err := readManifest(d)
		if err != nil { // not the project's: what is not told is all that comes of it
			return w
		}
		up, down := d.Outside()
		if root.toml.Workspace == nil || root.excludes(path.Join(down, p.dir.Path())) {
			continue
		}
		w.root, w.up = root, up
		w.missing = "takes values over from the workspace in " + up
		return w
	}
	return w
}

// excludes reports whether a folder is kept out of the workspace. Cargo takes a
// package that is neither a member nor excluded as a mistake, but path
// dependencies of members are members too, so only the list is asked.
func (p *pkg) excludes(rel string) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(pattern string) bool {
			pattern = path.Clean(pattern)
			ok, err := path.Match(pattern, rel)
			return err == nil && ok || strings.HasPrefix(rel, pattern+"/")
		})
	}
	return in(p.toml.Workspace.Exclude) && !slices.ContainsFunc(p.toml.Workspace.Members, func(m string) bool { return path.Clean(m) == rel })
}

// inherits reports whether the manifest says workspace = true anywhere.
func (p *pkg) inherits() bool {
	takes := func(v any) bool { m, ok := v.(map[string]any); return ok && m["workspace"] == true }
	if t := p.toml.Package; t != nil && (takes(t.Version) || takes(t.Edition) || takes(t.RustVersion) || takes(t.License)) {
		return true
	}
	for _, table := range []map[string]any{p.toml.Deps, p.toml.DevDeps, p.toml.BuildDeps} {
		for _, v := range table {
			if takes(v) {
				return true
			}
		}
	}
	return false
}

// locals are the packages of the project that p is made of: itself, and what it
// depends on by path. Path dependencies may lie outside of the workspace's folder.
func (p *pkg) locals() ([]*pkg, error) {
	out := []*pkg{p}
	seen := map[string]bool{p.dir.Path(): true}
	for i := 0; i < len(out) && i < 500; i++ {
		for _, dep := range out[i].deps {
			if dep.path == "" || seen[dep.path] || dep.optional && !out[i].on[dep.key] {
				continue
			}
			seen[dep.path] = true
			d := p.dir.Sub(up(p.dir.Path())).Sub(dep.path)
			if !d.Has("Cargo.toml") {
				continue
			}
			local, err := load(d)
			if err != nil {
				return nil, err
			}
			out = append(out, local)
		}
	}
	return out, nil
}

// up leads from a folder of the project to its root.
func up(dir string) string {
	if dir == "." {
		return "."
	}
	return strings.TrimSuffix(strings.Repeat("../", strings.Count(dir, "/")+1), "/")
}

// top is the project's root as a folder.
func top(d *detect.Dir) *detect.Dir { return d.Sub(up(d.Path())) }

// root is the build's context: the workspace's folder, or one above it where a
// path dependency lies outside.
func (p *pkg) root(locals []*pkg) safe.RelPath {
	root := p.ws.dir.Path()
	for _, l := range locals {
		for !detect.Within(l.dir.Path(), root) {
			root = path.Dir(root)
		}
	}
	return safe.RelPathOf(root)
}
