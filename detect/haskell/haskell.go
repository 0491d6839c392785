// Package haskell detects programs written in Haskell.
//
// A .cabal file or hpack's package.yaml names the programs and the packages that they
// use; stack.yaml or cabal.project says which packages belong together and by which
// compiler they are built; the sources tell where a server listens and what it reads
// from the environment.
package haskell

import (
	"context"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Facts is what the template reads beside the plan.
type Facts struct {
	Binary    safe.RelPath   // the name of the program's file
	Manifests []safe.RelPath // what decides the packages
	Stack     bool           // built with Stack
	Files     []File
}

// File is a folder that the program reads while it runs.
type File struct {
	Source safe.RelPath // relative to the build context
	Dest   safe.RelPath // relative to the working directory
}

// Detector finds Haskell programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "haskell" }

// Markers are the manifests of a package.
func (Detector) Markers() []string { return []string{"*.cabal", "package.yaml"} }

// PackageManagers lists those there are.
func (Detector) PackageManagers() []string { return []string{"cabal", "stack"} }

// Inspect describes the program of the package in d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	own, err := readPackage(d)
	if own == nil || err != nil {
		return nil, err
	}
	if len(own.programs) == 0 {
		return nil, detect.NotService("library: %s has no executable", own.file)
	}
	p, err := newProject(d)
	if err != nil {
		return nil, err
	}
	manager, err := p.manager(own)
	if err != nil {
		return nil, err
	}
	program, others, err := p.choose(own)
	if err != nil {
		return nil, err
	}
	s, err := p.service(own, program, manager)
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		if safe.Text(other.name) == nil {
			s.Notes = append(s.Notes, d.Note(own.file, other.line, "left out: executable %s (dockgen init --main %s takes it)", other.name, other.name))
		}
	}
	return []*detect.Service{s}, nil
}

// choose is the program to run: the user's, else a server's, and among those the one that
// names its framework itself or has a server's or the package's name.
func (p *project) choose(own *pkg) (best *part, others []*part, err error) {
	want := own.d.Choices().Main
	score := -1
	for _, program := range own.programs {
		n := 0
		if want.IsSet() && want.V.String() == program.name {
			n += 100
		}
		if _, _, ok := framework(p.reach(own, program)); ok {
			n += 8
		}
		if _, _, ok := framework([]reached{{own, program}}); ok {
			n += 4
		}
		name := strings.TrimSuffix(program.name, "-exe")
		if name == own.name {
			n += 2
		}
		for _, word := range []string{"server", "web", "api", "app"} {
			if slices.Contains(strings.FieldsFunc(name, func(c rune) bool { return c == '-' || c == '_' }), word) {
				n += 3
				break
			}
		}
		if n > score {
			best, score = program, n
		}
	}
	if want.IsSet() && score < 100 {
		return nil, nil, detect.NotService("%s has no executable %q: the first is %s (dockgen init --main %s)", own.file, want.V, best.name, best.name)
	}
	for _, program := range own.programs {
		if program != best {
			others = append(others, program)
		}
	}
	return best, others, nil
}

func (p *project) service(own *pkg, program *part, manager detect.Value[string]) (*detect.Service, error) {
	d := own.d
	why := d.Note(own.file, program.line, "executable %s", program.name)
	for _, name := range []string{program.name, own.name} {
		if r, err := safe.NewRelPath(name); err != nil || !r.Plain() || strings.ContainsAny(name, "/:@+") {
			return nil, d.Errorf(own.file, program.line, "%q is not the name of a program or package", safe.Visible(name))
		}
	}
	f := &Facts{Binary: safe.RelPathOf(program.name), Stack: manager.V == "stack"}
	target := own.name + ":exe:" + program.name
	build := safe.ArgvOf("cabal", "build", target)
	if f.Stack {
		build = safe.ArgvOf("stack", "--system-ghc", "--no-install-ghc", "--skip-ghc-check", "install", "--local-bin-path", "/out", target)
	}
	s := &detect.Service{
		Name:           safe.Slug(strings.ReplaceAll(strings.TrimSuffix(program.name, "-exe"), "_", "-"), "app"),
		Kind:           detect.CLI,
		Linkage:        detect.Libc,
		Root:           p.d.Rel(),
		Main:           detect.Found(safe.LabelOf(program.name), why),
		PackageManager: manager,
		Build:          detect.Found(build, why),
		Start:          detect.Found(safe.ArgvOf("/app/"+program.name), why),
		Facts:          f,
		SetEnv:         []detect.Setting{{Name: safe.EnvNameOf("LANG"), Value: safe.LabelOf("C.UTF-8"), Why: "Without it, text beyond ASCII ends the program with an error."}},
	}
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/.stack-work"), safe.PatternOf("**/dist-newstyle"), safe.PatternOf("**/cabal.project.local"))
	for _, l := range []struct{ key, value string }{{"title", own.name}, {"description", own.synopsis}, {"version", own.version}, {"licenses", spdx(own.license)}} {
		if v, err := safe.NewLabel(oneLine(l.value)); err == nil && v.String() != "" {
			s.Labels = append(s.Labels, detect.ImageLabel{Key: "org.opencontainers.image." + l.key, Value: v})
		}
	}
	parts := p.reach(own, program)
	if fw, note, ok := framework(parts); ok {
		s.Kind, s.Framework, s.Port = detect.Server, detect.Found(fw.name, note), detect.Assumed(fw.port, note)
	}
	if note, ok := uses(parts, "ihp"); ok {
		note.Text += ": IHP is built with Nix, as https://ihp.digitallyinduced.com/Guide/deployment.html says"
		s.Notes = append(s.Notes, note)
	}
	if err := p.version(own, s); err != nil {
		return nil, err
	}
	r := &reader{s: s, own: own, f: f}
	for _, part := range parts {
		r.read(part)
	}
	r.settings()
	r.finish()
	needs(parts, s)
	if err := p.images(parts, s); err != nil {
		return nil, err
	}
	p.manifests(own, f)
	p.locked(s)
	return s, nil
}

// spdx is a license by its SPDX name: the older ones of Cabal lack a dash.
func spdx(license string) string {
	switch license {
	case "BSD3", "BSD2":
		return license[:3] + "-" + license[3:] + "-Clause"
	case "AllRightsReserved", "OtherLicense", "NONE":
		return ""
	}
	return license
}

// manifests are the files that decide which packages are compiled. Stack wants the
// package's own; a program's folder may hold them, or those beside it.
func (p *project) manifests(own *pkg, f *Facts) {
	var out []safe.RelPath
	add := func(name string) {
		if r, err := safe.NewRelPath(name); err == nil && safe.FileName(name) == nil {
			out = append(out, r)
		}
	}
	top := []string{"cabal.project", "cabal.project.freeze"}
	if f.Stack {
		top = []string{"stack.yaml", "stack.yaml.lock"}
	}
	for _, name := range top {
		if p.d.Has(name) {
			add(name)
		}
	}
	for _, q := range p.packages {
		below := strings.TrimPrefix(q.d.Path(), p.d.Path()+"/")
		if q.d.Path() == p.d.Path() {
			below = "."
		}
		for _, m := range q.manifest {
			if !f.Stack && m == "package.yaml" {
				continue // Cabal does not read it
			}
			add(path.Join(below, m))
		}
	}
	slices.SortFunc(out, func(a, b safe.RelPath) int { return strings.Compare(a.String(), b.String()) })
	f.Manifests = out
}

// locked notes what is not pinned.
func (p *project) locked(s *detect.Service) {
	switch {
	case s.PackageManager.V == "cabal" && !p.d.Has("cabal.project.freeze"):
		s.Notes = append(s.Notes, p.d.Note("cabal.project.freeze", 0, "is missing: each build takes the newest packages that the bounds allow; cabal freeze writes it"))
	case s.PackageManager.V == "stack" && !p.d.Has("stack.yaml.lock"):
		s.Notes = append(s.Notes, p.d.Note("stack.yaml.lock", 0, "is missing: stack build writes it, and it belongs into the repository"))
	}
}

// images chooses the image to build on: that of a Debian which has left the mirrors has
// to have everything already; and the one to run on, where a library's name is that of
// one Debian alone.
func (p *project) images(parts []reached, s *detect.Service) error {
	_, family, err := catalog.Of("haskell")
	if err != nil {
		return err
	}
	version := p.d.Choices().Version.Over(s.Version).V
	if version.IsZero() {
		version = family.Default()
	}
	image, _, err := family.Images(version, "", catalog.Variant{Exact: s.Pinned})
	if err != nil {
		return nil // the plan says so
	}
	if image.Suite == "buster" {
		s.BuildOn = "full"
	}
	packages(parts, s, image.Suite)
	return nil
}
