package swift

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// front finds the package.json whose build writes into Vapor's folder of public files: by
// its commands, or because git ignores what it leaves there. A stage with Node runs it.
func (pr *program) front(s *detect.Service, f *Facts) error {
	d := pr.p.d
	if !d.Has("package.json") || s.Kind != detect.Server {
		return nil
	}
	m, err := nodepkg.ReadManifest(d)
	if err != nil || m.Scripts["build"] == "" {
		return nil // Node's detector tells of it
	}
	why, public := written(d, m, f)
	if public.IsZero() {
		return nil
	}
	project, err := nodepkg.Load(d)
	if err != nil || project.Root.Path() != d.Path() || s.Root.String() != d.Path() {
		return nil
	}
	build, err := project.Frontend(d, "build")
	if err != nil {
		return nil
	}
	to, err := safe.NewRelPath(path.Join("app", public.String()))
	if err != nil {
		return err
	}
	build.Output = public
	s.Front = &detect.Front{Build: build, Dir: safe.RelPathOf("."), Output: public, To: to}
	why.Text += ": a stage runs its build script"
	s.Notes = append(append(s.Notes, why), project.Notes...)
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: build.Node})
	s.Parts = append(s.Parts, detect.Part{Path: d.Rel(), Why: why})
	s.Secrets = append(s.Secrets, build.Install.Secrets...)
	more := build.Install.Context()
	s.Context.Ignore = append(s.Context.Ignore, more.Ignore...)
	s.Context.Keep = append(s.Context.Keep, more.Keep...)
	s.Context.Public = append(s.Context.Public, build.Install.Public...)
	kept := f.Static[:0]
	for _, dir := range f.Static {
		if dir != public {
			kept = append(kept, dir)
		}
	}
	f.Static = kept
	return nil
}

// written is the folder of public files that the build writes to.
func written(d *detect.Dir, m *nodepkg.Manifest, f *Facts) (why detect.Note, public safe.RelPath) {
	for _, dir := range f.Static {
		if !strings.EqualFold(dir.String(), "public") {
			continue
		}
		for _, out := range m.Outputs("build") {
			if detect.Within(out, dir.String()) {
				return d.Note("package.json", 0, "writes %s", out), dir
			}
		}
		data, err := d.Read(".gitignore")
		if err != nil {
			continue
		}
		for i, line := range strings.Split(string(data), "\n") {
			line = strings.TrimPrefix(strings.TrimSpace(line), "/")
			if strings.HasPrefix(line, dir.String()+"/") && (strings.HasSuffix(line, ".js") || strings.HasSuffix(line, ".css") || !strings.Contains(path.Base(line), ".")) {
				return d.Note(".gitignore", i+1, "%s is built", line), dir
			}
		}
	}
	return why, public
}
