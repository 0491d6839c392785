package php

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Local is a package of the project that lies outside of this one's folder, in a
// repository of the type "path".
type Local struct {
	Source safe.RelPath // relative to the build context
	// Target is where the repository's path leads from the folder of the program in
	// the image: Composer copies the package from there.
	Target safe.Label
}

// system are folders of the image that no mount may stand before.
var system = []string{"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var"}

// findLocals finds the packages outside of the folder that this one needs, and how much
// of the project a build has to see for it: p.root. Composer's paths are relative to
// the folder, and may have patterns
// (https://getcomposer.org/doc/05-repositories.md#path).
func (p *project) findLocals() error {
	p.root = p.d
	if p.c == nil {
		return nil
	}
	byName := map[string]*composer{}
	for _, r := range p.c.Repositories {
		if r.Type != "path" || !strings.HasPrefix(path.Clean(r.URL), "../") {
			continue
		}
		found, err := p.packagesAt(path.Join(p.d.Path(), r.URL))
		if err != nil {
			return err
		}
		for _, c := range found {
			byName[strings.ToLower(c.Name)] = c
		}
		if len(found) == 0 {
			p.notes = append(p.notes, p.outside(r))
		}
	}
	var needed []*composer
	var need func(c *composer)
	need = func(c *composer) {
		for _, name := range slices.Sorted(maps.Keys(c.Require)) {
			if l := byName[strings.ToLower(name)]; l != nil && !slices.Contains(needed, l) {
				needed = append(needed, l)
				need(l)
			}
		}
	}
	need(p.c)
	for _, c := range needed {
		p.addLocal(c)
	}
	return nil
}

// packagesAt are the packages in the folders that a pattern names.
func (p *project) packagesAt(pattern string) ([]*composer, error) {
	if strings.HasPrefix(pattern, "..") {
		return nil, nil
	}
	var out []*composer
	top := p.d.Sub(strings.Repeat("../", strings.Count(p.d.Path(), "/")+1))
	for file := range top.Files(manifestName) {
		dir := path.Dir(file)
		if ok, err := path.Match(pattern, dir); err != nil || !ok || dir == p.d.Path() || below(dir, p.d.Path()) {
			continue
		}
		c, err := readComposer(top.Sub(dir))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// addLocal takes a package into the build: its folder is seen, and its needs are the program's.
func (p *project) addLocal(c *composer) {
	up, common := 0, p.d // the nearest folder that holds both
	for c.d.Path() != common.Path() && common.Path() != "." && !below(c.d.Path(), common.Path()) {
		up, common = up+1, common.Sub("..")
	}
	target := path.Join(workdir, strings.Repeat("../", up), detect.Under(c.d.Path(), common.Path()))
	label, err := safe.NewLabel(target)
	clash := slices.ContainsFunc(p.locals, func(l local) bool { return l.target == label })
	if err != nil || clash || !c.d.Rel().Plain() || !p.d.Rel().Plain() || slices.Contains(system, target) {
		p.notes = append(p.notes, c.d.Note(manifestName, 0, "is needed by %s, and has no place in the image: the build can't read it", p.d.Rel()))
		return
	}
	p.locals = append(p.locals, local{c, label})
	if below(p.root.Path(), common.Path()) {
		p.root = common
	}
}

// local is a package that is needed, and where the image has it while it is built.
type local struct {
	c      *composer
	target safe.Label
}

// inContext is a path of this folder as the build context has it.
func (p *project) inContext(r safe.RelPath) safe.RelPath {
	at, err := safe.NewRelPath(path.Join(detect.Under(p.d.Path(), p.root.Path()), r.String()))
	if err != nil { // both are good paths
		return r
	}
	return at
}

// leaveOut keeps files of this folder out of the build context.
func (p *project) leaveOut(s *detect.Service, patterns ...safe.Pattern) {
	for _, pattern := range patterns {
		if below, err := pattern.Below(p.inContext(safe.RelPathOf("."))); err == nil {
			s.Context.Ignore = append(s.Context.Ignore, below)
		}
	}
}

// below reports whether p lies in the folder dir.
func below(p, dir string) bool { return p != dir && (dir == "." || strings.HasPrefix(p, dir+"/")) }
