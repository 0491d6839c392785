package rust

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// frontend finds the web assets that a Node build has to make first: what
// rust-embed or include_dir takes into the program, or what it serves from a folder
// that is not in the tree.
func (pr *program) frontend(s *detect.Service, f *Facts) error {
	for _, e := range pr.embeds() {
		if !pr.placeholder(e.rel) {
			continue
		}
		if err := pr.useFrontend(s, f, e.rel, e.why); err != nil {
			return err
		}
		if f.Frontend != nil {
			f.Embeds = true
			return nil
		}
	}
	for _, m := range pr.missing {
		for _, dir := range []string{pr.pkg.dir.Path(), pr.pkg.ws.dir.Path()} {
			full := path.Join(dir, m.rel)
			if pr.maker(full) == "" {
				continue
			}
			if err := pr.useFrontend(s, f, full, m.why); err != nil {
				return err
			}
			if f.Frontend != nil {
				f.Served = f.Frontend.Output
				return nil
			}
		}
	}
	if err := pr.builtBelow(s, f); err != nil {
		return err
	}
	pr.npmInBuild(s)
	return nil
}

// builtBelow finds a folder that a build of the package.json beside the program makes below
// one that is served: static/bundle, of which the tree has nothing.
func (pr *program) builtBelow(s *detect.Service, f *Facts) error {
	for _, dir := range []*detect.Dir{pr.pkg.dir, pr.pkg.ws.dir} {
		m, err := nodepkg.ReadManifest(dir)
		if !dir.Has("package.json") || err != nil || f.Frontend != nil {
			continue
		}
		for _, out := range m.Outputs("build") {
			if path.Ext(out) != "" { // a file of the folder
				out = path.Dir(out)
			}
			target := path.Join(dir.Path(), out)
			served := slices.IndexFunc(f.Files, func(x File) bool {
				full := path.Join(s.Root.String(), x.Source.String())
				return target != full && detect.Within(target, full) && pr.top.HasDir(full)
			})
			if served < 0 || !pr.placeholder(target) {
				continue
			}
			why := pr.top.Note(path.Join(dir.Path(), "package.json"), 0, "builds %s, which is served from %s", out, f.Files[served].Source)
			if err := pr.useFrontend(s, f, target, why); err != nil || f.Frontend == nil {
				return err
			}
			f.Served = f.Frontend.Output
			return nil
		}
	}
	return nil
}

// embeds are the folders that the program holds, relative to the project
// (https://docs.rs/rust-embed, https://docs.rs/include_dir).
func (pr *program) embeds() []missing {
	var out []missing
	add := func(f *file, rel string, line int) {
		rel = strings.TrimPrefix(strings.TrimPrefix(rel, "$CARGO_MANIFEST_DIR"), "/")
		if inside(f.pkg.dir.Path(), rel) && rel != "" && safe.FileName(rel) == nil {
			out = append(out, missing{path.Join(f.pkg.dir.Path(), rel), pr.note(f, line, "embeds %s, which a build has to make first", rel)})
		}
	}
	for _, f := range pr.files {
		for _, a := range f.Attrs {
			if a.Name == "folder" && len(a.Args) == 1 && a.Args[0].Kind == source.String {
				add(f, a.Args[0].Text, a.Line)
			}
		}
		for _, c := range f.Calls {
			if c.Macro && (strings.HasSuffix(c.Path, "include_dir") || c.Name() == "embed_dir") && len(c.Args) > 0 && c.Args[0][0].Kind == source.String {
				add(f, c.Args[0][0].Text, c.Line)
			}
		}
	}
	return out
}

// placeholder reports whether the tree has nothing there but what keeps an empty
// folder in git.
func (pr *program) placeholder(full string) bool {
	if pr.top.Has(full) {
		return false
	}
	for name := range pr.top.Sub(full).Files("*") {
		switch path.Base(name) {
		case ".gitkeep", ".keep", ".gitignore", ".placeholder", "README.md":
		default:
			return false
		}
	}
	return true
}

// useFrontend makes the package that makes the target a stage.
func (pr *program) useFrontend(s *detect.Service, f *Facts, target string, why detect.Note) error {
	dir := pr.maker(target)
	if dir == "" {
		why.Text += ", and no package.json with a build script is near: commit the result, or build it before the image"
		s.Notes = append(s.Notes, why)
		return nil
	}
	project, err := nodepkg.Load(pr.top.Sub(dir))
	if err != nil {
		return err
	}
	root := s.Root.String()
	if !detect.Within(dir, root) || !detect.Within(project.Root.Path(), root) {
		why.Text += ", outside of the workspace's folder: build it before the image"
		s.Notes = append(s.Notes, why)
		return nil
	}
	front, err := project.Frontend(pr.top.Sub(root), "build")
	if err != nil {
		return err
	}
	output := safe.RelPathOf(detect.Under(target, root))
	if !output.Plain() {
		why.Text += ", at a path that dockgen can't name in a Dockerfile"
		s.Notes = append(s.Notes, why)
		return nil
	}
	front.Output = output
	f.Frontend = front
	why.Text += ": a stage runs its build script in " + dir
	s.Notes = append(append(s.Notes, why), project.Notes...)
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: front.Node})
	s.Parts = append(s.Parts, detect.Part{Path: safe.RelPathOf(dir), Why: why})
	s.Secrets = append(s.Secrets, front.Install.Secrets...)
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(output))
	return nil
}

// maker is the folder of the nearest package above the target that has a build script.
func (pr *program) maker(target string) string {
	for dir := path.Dir(target); ; dir = path.Dir(dir) {
		d := pr.top.Sub(dir)
		if d.Has("package.json") {
			if m, err := nodepkg.ReadManifest(d); err == nil && m.Scripts["build"] != "" {
				return dir
			}
		}
		if dir == "." || dir == pr.pkg.ws.dir.Path() {
			return ""
		}
	}
}

// npmInBuild tells of a build script that runs a package manager of Node's.
func (pr *program) npmInBuild(s *detect.Service) {
	done := false
	pr.buildScripts(func(at string, c *source.Call) {
		if done || !strings.HasSuffix(c.Path, "Command::new") || len(c.Args) == 0 {
			return
		}
		switch name := firstString(c.Args[0]); name {
		case "npm", "pnpm", "yarn", "bun", "npx", "trunk", "tailwindcss":
			s.Notes = append(s.Notes, pr.top.Note(at, c.Line, "the build runs %s, which the image for Rust has not: add it to the build stage", name))
			done = true
		}
	})
}
