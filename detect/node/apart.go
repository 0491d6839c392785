package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// findApart finds the workspace's other packages that neither the build of this one nor
// its install needs. Their folders stay out of the build context, so that an edit of one
// builds only what depends on it, and so do their manifests where installing works
// without them (see nodepkg.LeaveOut).
func (p *project) findApart() {
	w := p.npm.Workspace
	if p.nx != nil || w == nil || p.npm.IsRoot() {
		return
	}
	n := &needed{p: p, own: relativeTo(w.Root, p.Dir)}
	n.follow(n.own, p.pkg)
	if w.Manifest != nil {
		n.follow(".", w.Manifest) // it is installed, too
	}
	if p.moon != nil {
		for _, dir := range p.moon.needs {
			if i := slices.IndexFunc(w.Members, func(m nodepkg.Member) bool { return m.Path == dir }); i >= 0 {
				n.take(w.Members[i])
			} else {
				n.paths = append(n.paths, dir)
			}
		}
	}
	n.grow()
	p.leftOut = n.rest()
	if len(p.leftOut) == 0 || !p.npm.LeaveOut(p.leftOut) {
		return
	}
	if at, name := p.undeclared(append(n.members, nodepkg.Member{Path: n.own, Manifest: p.pkg})); name != "" {
		p.npm.KeepAll()
		p.notes = append(p.notes, at)
	}
}

// needed are the packages of a workspace that one of them needs.
type needed struct {
	p       *project
	own     string
	paths   []string // the folders that stay, relative to the workspace's root
	members []nodepkg.Member
}

// follow takes what the manifest in that folder asks for.
func (n *needed) follow(at string, m *nodepkg.Manifest) {
	n.paths = append(n.paths, at)
	for _, other := range n.p.npm.Workspace.Links(at, m) {
		n.take(other)
	}
}

func (n *needed) take(m nodepkg.Member) {
	if !slices.Contains(n.paths, m.Path) {
		n.members = append(n.members, m)
		n.follow(m.Path, m.Manifest)
	}
}

// grow adds what is needed though no manifest says so, until there is nothing more.
func (n *needed) grow() {
	for asked := 0; asked < len(n.paths); {
		at := n.paths[asked]
		asked++
		for _, m := range n.rest() {
			if n.p.mentionedIn(m.Path, at) {
				n.take(m)
			}
		}
		if asked < len(n.paths) {
			continue
		}
		for _, m := range n.rest() {
			if n.p.npm.Wanted(m) {
				n.take(m)
			}
		}
	}
}

// rest are the members that are not needed: neither they, nor what lies in them, nor
// what they lie in.
func (n *needed) rest() []nodepkg.Member {
	return slices.DeleteFunc(slices.Clone(n.p.npm.Workspace.Members), func(m nodepkg.Member) bool {
		return slices.ContainsFunc(n.paths, func(at string) bool { return at == m.Path || within(at, m.Path) || within(m.Path, at) })
	})
}

// leaveApart writes what findApart has found into the build context. A script that
// installs may run anything, and then all stays.
func (p *project) leaveApart(svc *detect.Service, in nodepkg.Install) {
	var dirs []string
	switch {
	case p.nx != nil:
		dirs = p.nxIgnored()
		defer func() { svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternOf("**/.nx")) }()
	case !in.Sources:
		for _, m := range p.leftOut {
			dirs = append(dirs, m.Path)
		}
	}
	for _, name := range dirs {
		if dir, err := in.Root.Join(name); err == nil {
			svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternFor(dir))
		}
	}
}

// install is how the packages are installed, without what the program does not need.
func (p *project) install(context *detect.Dir) (nodepkg.Install, error) {
	p.findApart()
	in, err := p.npm.Install(context)
	if err == nil && in.Sources && len(p.leftOut) > 0 {
		p.npm.KeepAll()
		return p.npm.Install(context)
	}
	return in, err
}

// configFiles are those of a package's folder that may name files of another one.
var configFiles = []string{"*.json", "*.js", "*.cjs", "*.mjs", "*.ts", "*.mts", "*.css", "*.yaml", "*.yml", "*.toml"}

// workspaceFiles name packages because they are there.
var workspaceFiles = []string{"lerna.json", "nx.json", "package.json", "pnpm-workspace.yaml", "turbo.json", "turbo.jsonc"}

// mentioned reports whether a configuration beside the needed packages, or at the root,
// may lead into the folder.
func (p *project) mentioned(dir string, needed []string) bool {
	return slices.ContainsFunc(append(slices.Clone(needed), "."), func(at string) bool { return p.mentionedIn(dir, at) })
}

// mentionedIn reports whether a configuration in the folder at may lead into another one: a
// tsconfig.json that extends ../tsconfig/base.json names no dependency. That something is
// said of the folder is enough.
func (p *project) mentionedIn(dir, at string) bool {
	d := p.npm.Root.Sub(at)
	for _, name := range d.Names(configFiles...) {
		if strings.Contains(name, "lock") || at == "." && (slices.Contains(workspaceFiles, name) || p.nx != nil && strings.HasPrefix(name, "tsconfig")) {
			continue
		}
		text, err := detect.Once(d, "node config:"+path.Join(d.Path(), name), func() (string, error) {
			data, err := d.Read(name)
			return string(data), err
		})
		if err == nil && (strings.Contains(text, "../"+path.Base(dir)) || strings.Contains(text, dir)) {
			return true
		}
	}
	return false
}

// relativeTo is the path of a folder below another one.
func relativeTo(root, d *detect.Dir) string { return detect.Under(d.Path(), root.Path()) }

// within reports whether the path p lies below dir.
func within(p, dir string) bool { return strings.HasPrefix(p, dir+"/") }
