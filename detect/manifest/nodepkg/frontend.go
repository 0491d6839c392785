package nodepkg

import (
	"fmt"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Frontend is the build of a front end in a stage beside another language's:
// templates/partials/node.tmpl writes it.
type Frontend struct {
	Dir     safe.RelPath // of its package.json, relative to the build context
	Node    detect.Value[safe.Version]
	Install Install
	Build   safe.Argv    // in Dir
	Output  safe.RelPath // what the build makes, relative to the build context; not set: not known
	Native  Native
}

// Frontend returns how the front end is built in a build whose context is the
// folder context. It runs the script of that name, usually "build".
func (p *Project) Frontend(context *detect.Dir, script string) (*Frontend, error) {
	if p.Manifest.Scripts[script] == "" {
		return nil, fmt.Errorf("package.json has no script %q", script)
	}
	in, err := p.Install(context)
	if err != nil {
		return nil, err
	}
	dir, err := under(context.Path(), p.Manifest.Dir.Path())
	if err != nil {
		return nil, err
	}
	f := &Frontend{Node: p.Node, Install: in, Native: p.Native()}
	if f.Dir, err = safe.NewRelPath(dir); err != nil {
		return nil, err
	}
	f.Build, err = p.Script(script)
	return f, err
}
