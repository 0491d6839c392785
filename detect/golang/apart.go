package golang

import (
	"slices"

	"dockgen/detect"
)

// apart are the folders of the project that are of no use to the build of a command:
// other modules of the workspace that it imports nothing of, and its module's other
// commands. They stay out of the build context, so that an edit of one builds only
// what depends on it; the go.mod of each stays, for the go command asks for it.
func (p *program) apart(c *command) []string {
	var dirs []string
	for _, m := range p.w.locals[1:] {
		dirs = append(dirs, m.dir)
	}
	if all, err := p.commands(); err == nil {
		for _, o := range all {
			if o.file == "" {
				dirs = append(dirs, o.dir)
			}
		}
	}
	needed := []string{p.w.main.dir, c.dir}
	for _, k := range p.reach(c).pkgs {
		needed = append(needed, k.dir)
	}
	return slices.DeleteFunc(dirs, func(dir string) bool {
		return slices.ContainsFunc(needed, func(n string) bool { return detect.Within(n, dir) })
	})
}
