package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/manifest/javascript"
)

// direct are the backing services whose drivers a program imports itself: no library
// loads them by a name in its configuration, as Knex and TypeORM load those of SQL.
var direct = []string{"mongo"}

// leftOver reports whether the manifest has drivers of a service that no source imports.
func (p *project) leftOver(b backing) bool {
	sources := p.sources()
	if !slices.Contains(direct, b.name) || len(sources) == 0 || len(sources) >= maxSources || len(p.members()) > 0 {
		return false
	}
	return !slices.ContainsFunc(sources, func(f *javascript.File) bool { return importsAny(f, b.drivers) })
}

// chosen makes those services optional of which a configuration picks one: their drivers
// are imported by files of one folder, a file each, that the program loads by a name.
func (p *project) chosen(svc *detect.Service, files []*javascript.File) {
	if len(files) == 0 {
		return
	}
	reached, loaded := map[string]bool{}, map[string]bool{}
	for _, f := range p.program.Reach(files[0].Path, maxSources) {
		reached[f.Path] = true
		for _, s := range f.Strings(f.Whole()) { // require("./stores/" + kind)
			if strings.HasPrefix(s, ".") && strings.HasSuffix(s, "/") {
				loaded[path.Join(path.Dir(f.Path), s)] = true
			}
		}
	}
	in := map[string][]string{} // the services by the folder
	for _, n := range svc.Needs {
		i := slices.IndexFunc(backings(), func(b backing) bool { return b.name == n.Name })
		if i < 0 {
			continue
		}
		drivers, dirs := backings()[i].drivers, map[string]bool{}
		for _, f := range files {
			if importsAny(f, drivers) {
				dirs[path.Dir(f.Path)] = true
				if reached[f.Path] && !loaded[path.Dir(f.Path)] {
					dirs[""] = true
				}
			}
		}
		if len(dirs) != 1 || dirs[""] {
			continue
		}
		for dir := range dirs {
			in[dir] = append(in[dir], n.Name)
		}
	}
	for _, names := range in {
		if len(names) < 2 {
			continue
		}
		for i := range svc.Needs {
			n := &svc.Needs[i]
			n.Optional = n.Optional || slices.Contains(names, n.Name)
		}
	}
}

// runsAnother reports whether the project's own Compose file runs another of the databases
// that the program has drivers of, and not this one.
func (p *project) runsAnother(svc *detect.Service, name string) bool {
	if evidence.RunsBeside(p.Dir, name) {
		return false
	}
	return slices.ContainsFunc(svc.Needs, func(n detect.Need) bool {
		return n.Name != name && isDatabase(n.Name) && evidence.RunsBeside(p.Dir, n.Name)
	})
}
