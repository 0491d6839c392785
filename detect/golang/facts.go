package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Facts is what the Go template reads beside the plan. Paths are relative to the
// service's root.
type Facts struct {
	Binary    safe.Name      // of the program
	Dir       safe.RelPath   // the module's folder, where the go command runs
	Manifests []safe.RelPath // what decides the dependencies: go.mod, go.sum, go.work
	Download  bool           // dependencies are downloaded in a step of their own
	NoModule  bool           // there is no go.mod: the build makes one
	Resolves  bool           // go.sum is missing: the build finds the versions out
	Writes    bool           // the build writes into its sources
	Cgo       bool
	Files     []File               // read by the running program
	Secrets   []detect.BuildSecret // that the go command needs
	RunDir    safe.RelPath         // its working directory, below plan's
	Jobs      []Job                // further programs in the image
	Migrate   *Migrate             // what applies migrations, in an image of its own; nil: nothing
	Goose     *Goose               // the same by a tool of the module; nil: nothing

	// Frontend is what a Node stage builds, nil without one: into the program
	// (Embeds), or beside it at the path Served.
	Frontend *nodepkg.Frontend
	Embeds   bool
	Served   safe.RelPath
}

// File is a file or folder that the final image holds at the same place, relative
// to the working directory, as in the module.
type File struct {
	Source safe.RelPath // relative to the service's root
	Dest   safe.RelPath
}

// Job is a program that runs once before the service's own, and how it is built.
type Job struct {
	Binary safe.Name
	Build  safe.Argv
}

// build says how the command is built.
func (p *program) build(c *command, s *detect.Service, f *Facts) error {
	w := p.w
	root := s.Root.String()
	rel := func(full string) safe.RelPath { return safe.RelPathOf(detect.Under(full, root)) }
	f.Dir = rel(w.main.dir)
	f.NoModule = w.main.file == nil
	var tags []string
	for _, t := range w.buildTags() {
		if !slices.Contains(tags, t.name) && p.usesTag(t.name) {
			tags = append(tags, t.name)
			s.Notes = append(s.Notes, t.why)
		}
	}
	deps, noSums := false, false
	for _, m := range w.locals {
		if m.file == nil {
			continue
		}
		f.Manifests = append(f.Manifests, rel(m.mod()))
		if m.sums {
			f.Manifests = append(f.Manifests, rel(path.Join(m.dir, "go.sum")))
		}
		external := slices.ContainsFunc(m.file.Require, func(r *requirement) bool { _, local := w.localDir(r.Mod.Path); return !local })
		deps = deps || external
		if external && !m.sums && !w.vendor {
			noSums = true
			s.Notes = append(s.Notes, w.top.Note(m.mod(), 0, "go.sum is missing, so the build takes whatever the module proxy serves: run go mod tidy and commit it"))
		}
	}
	if w.work != "" {
		f.Manifests = append(f.Manifests, rel(w.work))
		if sums := path.Join(path.Dir(w.work), "go.work.sum"); w.top.Has(sums) {
			f.Manifests = append(f.Manifests, rel(sums))
		}
		s.Notes = append(s.Notes, w.top.Note(w.work, 0, "built as part of the workspace"))
	}
	if f.NoModule {
		s.Notes = append(s.Notes, w.top.Note(w.main.dir, 0, "go.mod is missing: the build makes one (go mod init %s; go mod tidy) that you may want to commit", f.Binary))
	}
	p.secrets(s, f)
	s.Labels = labels(w.main.name(), f.Binary.String())
	f.Download = deps && !noSums && !w.vendor
	if slices.ContainsFunc(f.Manifests, func(m safe.RelPath) bool { return !m.Plain() }) {
		f.Download = false // no mount can name it
	}
	f.Resolves = noSums
	f.Writes = f.NoModule || noSums || f.Embeds
	args := []string{"go", "build", "-trimpath", "-ldflags=-s -w"}
	switch {
	case w.vendor:
		args = append(args, "-mod=vendor")
	case noSums:
		args = append(args, "-mod=mod")
	}
	if len(tags) > 0 {
		args = append(args, "-tags="+strings.Join(tags, ","))
	}
	argv, err := safe.NewArgv(append(args, "-o", "/out/"+f.Binary.String(), c.arg(w.main))...)
	if err != nil {
		return fmt.Errorf("the build of %s: %w", c.arg(w.main), err)
	}
	s.Build = detect.Found(argv, c.why)
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/*_test.go"))
	for _, dir := range p.apart(c) {
		s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(rel(dir)))
	}
	s.Context.Keep = append(s.Context.Keep, f.Manifests...)
	for _, file := range f.Files {
		s.Context.Keep = append(s.Context.Keep, file.Source)
	}
	if w.vendor {
		dir := w.main.dir
		if w.work != "" {
			dir = path.Dir(w.work)
		}
		s.Context.Keep = append(s.Context.Keep, rel(path.Join(dir, "vendor")))
	}
	return nil
}
