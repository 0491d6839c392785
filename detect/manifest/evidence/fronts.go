package evidence

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Joiners returns what looks at the container files that somebody wrote for the
// project as a whole.
func Joiners() []detect.Joiner {
	return []detect.Joiner{fronts, deployed, above}
}

// fronts finds front ends that a Dockerfile builds into the image of another service:
// a stage is made of their folder, and a later one copies out of it. A front end with
// a Dockerfile of its own is a service of its own.
func fronts(ctx context.Context, root *detect.Dir, services []*detect.Service) error {
	for _, page := range services {
		d := root.Sub(page.Dir.String())
		if page.Kind != detect.Static || !page.Build.IsSet() || page.Dir.String() == "." || !d.Has("package.json") || readContainer(d) != nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, s := range services {
			if s == page || s.Kind == detect.Static || s.Front != nil || claims(s, page) {
				continue
			}
			if f := findFront(root, services, s, page); f != nil {
				f.join(root, s, page)
				break
			}
		}
	}
	return nil
}

// claims reports whether the service has the folder of the other as its part already.
func claims(s, page *detect.Service) bool {
	return slices.ContainsFunc(s.Parts, func(p detect.Part) bool { return inside(page.Dir.String(), p.Path.String()) })
}

// front is what a Dockerfile says of a front end.
type front struct {
	output string // what is copied, relative to the project
	to     string // absolute in the final image; "" where the program is built with it
	into   string // then where that build finds it, relative to the project; "": not known
	why    detect.Note
}

// findFront looks for a Dockerfile of the service that is built with the page.
func findFront(root *detect.Dir, services []*detect.Service, s, page *detect.Service) *front {
	for _, at := range upwards(root.Sub(s.Dir.String())) {
		c := readContainer(at)
		if c == nil || webServerRE().MatchString(c.base()) {
			continue
		}
		for _, context := range upwards(at) {
			if page.Dir.String() == context.Path() || !inside(page.Dir.String(), context.Path()) || !c.isFor(s, services, at, context) {
				continue
			}
			if f := c.front(context.Path(), page.Dir.String()); f != nil {
				return f
			}
		}
	}
	return nil
}

// base is the image that the last stage comes from.
func (c *container) base() string { return c.last().image() }

// isFor reports whether the Dockerfile in the folder at, built with the context, makes
// the image of the service: it stands in its folder, or copies that folder and no other.
func (c *container) isFor(s *detect.Service, services []*detect.Service, at, context *detect.Dir) bool {
	if at.Path() == s.Dir.String() {
		return !slices.ContainsFunc(services, func(o *detect.Service) bool { return o != s && o.Dir == s.Dir && o.Kind.Deployed() })
	}
	found := false
	for _, o := range services {
		if o.Kind == detect.Static || !o.Kind.Deployed() || !inside(o.Dir.String(), context.Path()) || !c.takes(strings.TrimPrefix(o.Dir.String(), context.Path()+"/")) {
			continue
		}
		if o.Dir != s.Dir {
			return false
		}
		found = true
	}
	return found
}

// takes reports whether a stage copies the folder of the context, or what lies in it.
func (c *container) takes(folder string) bool {
	return folder != "." && slices.ContainsFunc(c.stages, func(s *buildStage) bool {
		return slices.ContainsFunc(s.copies, func(x copied) bool { return x.from == nil && !x.image && inside(x.source, folder) })
	})
}

// front finds what a stage copies out of another that was made of the page's folder.
func (c *container) front(context, page string) *front {
	for _, s := range slices.Backward(c.stages) {
		for _, x := range s.copies {
			if x.from == nil {
				continue
			}
			source, ok := x.from.source(x.source)
			full := path.Join(context, source)
			if !ok || full == page || !inside(full, page) || path.Ext(full) != "" {
				continue
			}
			f := &front{output: full, why: c.d.Note(c.name, x.line, "builds %s and copies its output into the image of the program", path.Base(page))}
			if s == c.last() {
				f.to = x.to
				if inside(x.to, s.workdir) && s.workdir != "/" { // where the program looks from its own folder
					f.to = path.Join(workdir, strings.TrimPrefix(x.to, s.workdir))
				}
			}
			if into, ok := s.source(x.to); ok && f.to == "" {
				f.into = path.Join(context, into)
			}
			return f
		}
	}
	return nil
}

// OwnFront is what a stage of the folder's Dockerfile, one with Node or Bun, builds out of
// the folder itself and puts to the same place beside the program: a path relative to the
// folder. False where there is none.
func OwnFront(d *detect.Dir) (output string, why detect.Note, ok bool) {
	c := readContainer(d)
	if c == nil {
		return "", detect.Note{}, false
	}
	last := c.last()
	for _, x := range last.copies {
		if x.from == nil || !nodeImageRE().MatchString(x.from.image()) {
			continue
		}
		made, ok := x.from.source(x.source)
		if !ok || made == "." || path.Ext(made) != "" || strings.HasPrefix(made, "..") || strings.Contains(made, "node_modules") {
			continue
		}
		if into, ok := last.source(x.to); ok && into == made {
			return made, d.Note(c.name, x.line, "copies %s, which a stage has built, beside the program", made), true
		}
	}
	return "", detect.Note{}, false
}

var nodeImageRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|/)(node|bun)([:@-]|$)`) })

// image is what the stage comes from in the end.
func (s *buildStage) image() string {
	for s.based != nil {
		s = s.based
	}
	return s.from
}

// builtWith are the facts of a language whose template lays a front end into the
// sources before it builds the program.
type builtWith interface{ BuildsFront() bool }

// workdir is the program's folder in the images that are written.
const workdir = "/app"

// join makes the page a part of the service. What can't be named in a Dockerfile, lies
// outside of the service's build, or has to be there before the program is built, is
// told instead.
func (f *front) join(root *detect.Dir, s, page *detect.Service) {
	left := func(text string) {
		s.Notes = append(s.Notes, detect.Note{Path: f.why.Path, Line: f.why.Line, Text: f.why.Text + ": " + text})
	}
	if !inside(page.Dir.String(), s.Root.String()) {
		left("it lies outside of this build's context, so that it stays a service of its own")
		return
	}
	with, ok := s.Facts.(builtWith)
	if f.to == "" && (!ok || !with.BuildsFront() || f.into == "" || !inside(f.into, s.Root.String())) {
		left("the program is built with it there, which dockgen does not write: it stays a service of its own; copy the result in the stage \"build\" to have one image")
		return
	}
	built := &detect.Front{}
	var err error
	paths := []struct {
		to   *safe.RelPath
		text string
	}{{&built.Dir, detect.Under(page.Dir.String(), s.Root.String())}, {&built.Output, detect.Under(f.output, s.Root.String())}, {&built.To, strings.TrimPrefix(f.to, "/")}}
	if f.to == "" {
		paths[2].to, paths[2].text = &built.Into, detect.Under(f.into, s.Root.String())
	}
	for _, p := range paths {
		if *p.to, err = safe.NewRelPath(p.text); err != nil || !p.to.Plain() {
			return // at a path that no line can name: two services
		}
	}
	project, err := nodepkg.Load(root.Sub(page.Dir.String()))
	if err != nil || !inside(project.Root.Path(), s.Root.String()) {
		return // Node's detector tells of it
	}
	build, err := project.Frontend(root.Sub(s.Root.String()), "build")
	if err != nil {
		left("its package.json has no script \"build\", so that it stays a service of its own")
		return
	}
	build.Output = built.Output
	built.Build = build
	s.Front = built
	s.Parts = append(s.Parts, detect.Part{Path: page.Dir, Why: f.why})
	left("a stage does so here too")
	s.Notes = append(s.Notes, project.Notes...)
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: build.Node})
	s.Secrets = append(s.Secrets, build.Install.Secrets...)
	more := build.Install.Context()
	s.Context.Ignore = append(append(s.Context.Ignore, more.Ignore...), safe.PatternFor(built.Output))
	s.Context.Keep = append(s.Context.Keep, more.Keep...)
	s.Context.Public = append(s.Context.Public, build.Install.Public...)
}
