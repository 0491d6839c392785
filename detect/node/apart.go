package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// leaveApart leaves the workspace's other packages out of the build context, so that an
// edit of one builds only what depends on it. Their manifests stay: the lock file
// speaks of all. A script that installs may run anything, and then all stays.
func (p *project) leaveApart(svc *detect.Service, in nodepkg.Install) {
	if p.nx != nil {
		for _, name := range p.nxIgnored() {
			if dir, err := in.Root.Join(name); err == nil {
				svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternFor(dir))
			}
		}
		svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternOf("**/.nx"))
		return
	}
	w := p.npm.Workspace
	if w == nil || p.npm.IsRoot() || in.Sources {
		return
	}
	own := relativeTo(w.Root, p.Dir)
	needed := []string{own}
	for _, m := range w.Closure(p.pkg, true) {
		needed = append(needed, m.Path)
	}
	if p.moon != nil {
		needed = append(needed, p.moon.needs...)
	}
	if w.Manifest != nil {
		for _, m := range w.Closure(w.Manifest, true) {
			needed = append(needed, m.Path)
		}
	}
	for _, m := range w.Members {
		if slices.ContainsFunc(needed, func(n string) bool { return n == m.Path || within(n, m.Path) || within(m.Path, n) }) || p.mentioned(m.Path, needed) {
			continue
		}
		if dir, err := in.Root.Join(m.Path); err == nil {
			svc.Context.Ignore = append(svc.Context.Ignore, safe.PatternFor(dir))
		}
	}
}

// configFiles are those of a package's folder that may name files of another one.
var configFiles = []string{"*.json", "*.js", "*.cjs", "*.mjs", "*.ts", "*.mts", "*.css", "*.yaml", "*.yml", "*.toml"}

// workspaceFiles name packages because they are there.
var workspaceFiles = []string{"lerna.json", "nx.json", "package.json", "pnpm-workspace.yaml", "turbo.json", "turbo.jsonc"}

// mentioned reports whether a configuration beside the needed packages, or at the root,
// may lead into the folder: a tsconfig.json that extends ../tsconfig/base.json
// names no dependency. That something is said of the folder is enough.
func (p *project) mentioned(dir string, needed []string) bool {
	root := p.npm.Root
	for _, at := range append(slices.Clone(needed), ".") {
		d := root.Sub(at)
		for _, name := range d.Names(configFiles...) {
			if strings.Contains(name, "lock") || at == "." && (slices.Contains(workspaceFiles, name) || p.nx != nil && strings.HasPrefix(name, "tsconfig")) {
				continue
			}
			text, err := detect.Once(d, "node config:"+path.Join(d.Path(), name), func() (string, error) {
				data, err := d.Read(name)
				return string(data), err
			})
			if err != nil {
				continue
			}
			if strings.Contains(text, "../"+path.Base(dir)) || strings.Contains(text, dir) {
				return true
			}
		}
	}
	return false
}

// relativeTo is the path of a folder below another one.
func relativeTo(root, d *detect.Dir) string {
	if root.Path() == "." {
		return d.Path()
	}
	return strings.TrimPrefix(d.Path(), root.Path()+"/")
}

// within reports whether the path p lies below dir.
func within(p, dir string) bool { return strings.HasPrefix(p, dir+"/") }
