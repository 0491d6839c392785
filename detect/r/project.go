package r

import (
	"context"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/r/source"
	"dockgen/internal/safe"
)

// The limits of what is read of one project.
const (
	maxFiles  = 1000
	maxSource = 1 << 20
)

// project is a folder with a program, and the folder above it that says which packages
// it needs.
type project struct {
	d    *detect.Dir
	root *detect.Dir  // d, or the folder with the manifest above it
	rel  safe.RelPath // of d below root

	files       []*source.File // of the folder and those below it, by path
	description map[string]field
	packaged    bool // the folder is a package of R
	packages    packages
	lockedR     detect.Value[string] // the release of R that the lock file is of
}

// read reads the sources and the manifest. It gives nothing where there is neither.
func read(ctx context.Context, d *detect.Dir) (*project, error) {
	p := &project{d: d, root: d, rel: safe.RelPathOf(".")}
	for name := range d.Files("*.R", "*.r", "*.Rmd", "*.rmd") {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !p.own(name) || len(p.files) >= maxFiles {
			continue
		}
		if f := parse(d, name); f != nil {
			p.files = append(p.files, f)
		}
	}
	if d.Has("DESCRIPTION") {
		all, err := dcf(d, "DESCRIPTION")
		switch {
		case err != nil && len(p.files) == 0:
			return nil, nil // another kind of file of that name
		case err != nil:
			return nil, err
		case len(all) > 0:
			p.description = all[0]
		}
		p.packaged = p.description["Package"].text != "" && d.Has("NAMESPACE")
	}
	if len(p.files) == 0 && !p.packaged {
		return nil, nil
	}
	if !p.manifest(d) {
		for above := range d.Parents() {
			if p.manifest(above) {
				rel, err := safe.NewRelPath(strings.TrimPrefix(strings.TrimPrefix(d.Path(), above.Path()), "/"))
				if above.Path() == "." {
					rel, err = safe.NewRelPath(d.Path())
				}
				if err == nil && rel.Plain() {
					p.root, p.rel = above, rel
				}
				break
			}
		}
	}
	return p, p.needed()
}

// parse reads a source, once for all the folders above it; nil where it can't be read: a
// link that leads nowhere, or data in the form of a source.
func parse(d *detect.Dir, name string) *source.File {
	shared, err := detect.Once(d, "r source:"+path.Join(d.Path(), name), func() (*source.File, error) {
		data, err := d.Read(name)
		if err != nil {
			return nil, err
		}
		if len(data) > maxSource {
			return nil, d.Errorf(name, 0, "is too large for a source")
		}
		text := string(data)
		if strings.EqualFold(path.Ext(name), ".rmd") {
			text = chunks(text)
		}
		return source.Parse(name, text), nil
	})
	if err != nil || shared == nil {
		return nil
	}
	f := *shared
	f.Path = name
	return &f
}

// manifest reports whether the folder says which packages its programs need.
func (p *project) manifest(d *detect.Dir) bool {
	return d.First(lockFiles...) != "" || d.Has("packrat/packrat.lock") || d.Has("rproject.toml") || d.Has("DESCRIPTION") && (p.d == d || d.Has("app.R") || !d.Has("NAMESPACE") && !strings.Contains(d.Path(), "/"))
}

// own reports whether a source is the program's own: no library, no test, no
// document.
func (p *project) own(name string) bool {
	for _, part := range strings.Split(path.Dir(name), "/") {
		switch part {
		case "renv", "packrat", "tests", "vignettes", "data-raw", "man", "node_modules", "rsconnect", "revdep", "docs", "examples", "dev", "cypress":
			return false
		}
	}
	return true
}

// keep drops the sources below the folder that belong to programs of their own there,
// and finds out again what is needed.
func (p *project) keep(programs []*program) error {
	other := map[string]bool{}
	is := func(dir string) bool {
		if v, ok := other[dir]; ok {
			return v
		}
		d := p.d.Sub(dir)
		own := !p.packaged && !d.Has("main.R") && d.First("app.R", "server.R", "plumber.R", "entrypoint.R", "renv.lock", "DESCRIPTION", "server.r", "app.r") != "" &&
			!slices.ContainsFunc(programs, func(o *program) bool {
				return o.below == dir || slices.ContainsFunc(o.files, func(f *source.File) bool { return path.Dir(f.Path) == dir })
			})
		other[dir] = own
		return own
	}
	p.files = slices.DeleteFunc(p.files, func(f *source.File) bool {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if is(dir) {
				return true
			}
		}
		return false
	})
	p.reach(programs)
	return p.needed()
}

// here are the sources in the folder itself, R's and no documents.
func (p *project) here() []*source.File {
	var out []*source.File
	for _, f := range p.files {
		if !strings.Contains(f.Path, "/") && strings.EqualFold(path.Ext(f.Path), ".r") {
			out = append(out, f)
		}
	}
	return out
}

func (p *project) file(name string) *source.File {
	name = path.Clean(name)
	i := slices.IndexFunc(p.files, func(f *source.File) bool { return f.Path == name })
	if i < 0 {
		return nil
	}
	return p.files[i]
}
