package node

import (
	"slices"

	"dockgen/detect/manifest"
)

// refineAdonis: the server is compiled by "node ace build" (https://docs.adonisjs.com/guides/getting-started/deployment).
// A build script that runs other commands alone makes pages or a front end.
func refineAdonis(p *project, f *framework) error {
	name := p.buildScript()
	if name == "" {
		return nil
	}
	f.ownBuild = !slices.ContainsFunc(p.expand(p.script(name), 0), func(c manifest.Command) bool {
		i := slices.IndexFunc(c.Args, func(a string) bool { return a == "ace" || a == "ace.js" || a == "./ace.js" })
		return i >= 0 && i+1 < len(c.Args) && c.Args[i+1] == "build"
	})
	if f.ownBuild {
		p.remarkAt(p.scriptNote(name), "doesn't build the server: node ace build does, and the image starts what that makes")
	}
	return nil
}
