package golang

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// frontend finds the web assets that a Node build has to make first: what
// a go:embed line takes and the tree holds only a placeholder of, or what the program
// serves from a folder that is not there. The compiler does not miss the
// former where a placeholder is committed: the site would be empty.
func (e *eval) frontend(s *detect.Service, f *Facts) error {
	for _, em := range e.embeds() {
		target, missing := e.placeholder(em)
		if !missing {
			continue
		}
		why := e.note(em.file, em.node, "embeds %s, which a build has to make first", target)
		if err := e.useFrontend(s, f, target, why); err != nil {
			return err
		}
		if f.Frontend != nil {
			f.Embeds = true
			return nil
		}
	}
	e.committed(s)
	for _, r := range e.served {
		if e.maker(r.path) == "" {
			continue // optional, or made by the program itself
		}
		if err := e.useFrontend(s, f, r.path, r.why); err != nil {
			return err
		}
		if f.Frontend != nil {
			f.Served = safe.RelPathOf(detect.Under(r.path, e.w.main.dir))
			return nil
		}
	}
	return nil
}

// placeholder is the folder or file that a go:embed pattern takes, and whether
// the tree has nothing in it but what keeps an empty folder in git.
func (e *eval) placeholder(em embed) (target string, missing bool) {
	pattern := strings.TrimPrefix(em.pattern, "all:")
	glob := strings.IndexAny(pattern, "*?[")
	if glob >= 0 {
		pattern = path.Dir(pattern[:glob] + "x")
	}
	target = path.Join(em.file.pkg.dir, pattern)
	if target == em.file.pkg.dir || safe.FileName(target) != nil {
		return target, false
	}
	if e.w.top.Has(target) {
		return target, false
	}
	for name := range e.w.top.Sub(target).Files("*") {
		switch path.Base(name) {
		case "index.html": // a page that says that there is none
			if dir, _ := e.writer(target); dir == "" {
				return target, false
			}
		case ".gitkeep", ".keep", ".gitignore", ".placeholder", "placeholder", "placeholder.txt", "README.md", ".empty", "gitkeep", "stub", "keep":
		default:
			return target, false
		}
	}
	return target, true
}

// servedDir is a folder that the program reads, and that is not in the tree.
type servedDir struct {
	path string
	why  detect.Note
}

// useFrontend finds the package that makes the target and makes it a stage.
func (e *eval) useFrontend(s *detect.Service, f *Facts, target string, why detect.Note) error {
	dir := e.maker(target)
	if dir != "" && detect.Within(dir, target) {
		return nil // the sources themselves are embedded
	}
	if dir == "" {
		why.Text += ", and no package.json with a build script is near: commit the result, or build it before the image"
		s.Notes = append(s.Notes, why)
		return nil
	}
	project, err := nodepkg.Load(e.w.top.Sub(dir))
	if err != nil {
		return err
	}
	root := s.Root
	for !detect.Within(dir, root.String()) || !detect.Within(project.Root.Path(), root.String()) {
		root = safe.RelPathOf(path.Dir(root.String()))
	}
	for i, file := range f.Files {
		f.Files[i].Source = safe.RelPathOf(detect.Under(path.Join(s.Root.String(), file.Source.String()), root.String()))
	}
	s.Root = root
	script := "build"
	if by, name := e.writer(target); by == dir {
		script = name
	}
	front, err := project.Frontend(e.w.top.Sub(root.String()), script)
	if err != nil {
		return err
	}
	output := safe.RelPathOf(detect.Under(target, root.String()))
	if !output.Plain() {
		why.Text += ", at a path that dockgen can't name in a Dockerfile"
		s.Notes = append(s.Notes, why)
		return nil
	}
	front.Output = output
	f.Frontend = front
	why.Text += ": a stage runs its " + script + " script in " + dir
	s.Notes = append(append(s.Notes, why), project.Notes...)
	s.PackageManager = project.Manager.Name // Go has none to choose, the front end has
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: front.Node})
	s.Parts = append(s.Parts, detect.Part{Path: safe.RelPathOf(dir), Why: why})
	s.Secrets = append(s.Secrets, front.Install.Secrets...)
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(output))
	return nil
}

// committed takes the packages that make what is embedded, and whose result the tree
// holds: they are no programs of their own, nor is there anything to build.
func (e *eval) committed(s *detect.Service) {
	for _, em := range e.embeds() {
		target, missing := e.placeholder(em)
		if missing {
			continue
		}
		for _, dir := range e.builds() {
			out := nodepkg.OutputOf(e.w.top.Sub(dir))
			if out == "" || dir == e.w.main.dir || path.Join(dir, out) != target || detect.Within(dir, target) {
				continue
			}
			why := e.note(em.file, em.node, "embeds %s, which %s makes, as it is committed", target, dir)
			s.Parts = append(s.Parts, detect.Part{Path: safe.RelPathOf(dir), Why: why})
			s.Notes = append(s.Notes, why)
		}
	}
}

// builds are the folders of the packages that build something.
func (e *eval) builds() []string {
	var out []string
	for name := range e.w.top.Sub(e.w.main.dir).Files("package.json") {
		dir := path.Join(e.w.main.dir, path.Dir(name))
		m, err := nodepkg.ReadManifest(e.w.top.Sub(dir))
		if err == nil && m.Scripts["build"] != "" {
			out = append(out, dir)
		}
	}
	return out
}

// writer is the package with the script that names the target as what it writes.
func (e *eval) writer(target string) (dir, script string) {
	for _, dir := range e.builds() {
		m, err := nodepkg.ReadManifest(e.w.top.Sub(dir))
		if err != nil {
			continue
		}
		for _, name := range append([]string{"build"}, slices.Sorted(maps.Keys(m.Scripts))...) {
			if slices.ContainsFunc(m.Outputs(name), func(out string) bool { return path.Join(dir, out) == target }) {
				return dir, name
			}
		}
	}
	return "", ""
}

// maker is the folder of the package whose build makes the target: one whose
// configuration or script says so, else the nearest above it.
func (e *eval) maker(target string) string {
	top := e.w.top
	builds := e.builds()
	for _, dir := range builds {
		if out := nodepkg.OutputOf(top.Sub(dir)); out != "" && detect.Within(target, path.Join(dir, out)) {
			return dir
		}
	}
	if dir, _ := e.writer(target); dir != "" {
		return dir
	}
	for dir := path.Dir(target); ; dir = path.Dir(dir) {
		if slices.Contains(builds, dir) && (dir != e.w.main.dir || len(builds) == 1) {
			return dir
		}
		if dir == "." || dir == e.w.main.dir {
			return ""
		}
	}
}
