package php

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// bundlers are packages that build the assets of a project of PHP, each with the
// folder that its build fills; "" where that is the whole document root.
var bundlers = []struct{ name, output string }{
	{"laravel-vite-plugin", "build"},
	{"vite-plugin-symfony", "build"},
	{"@symfony/webpack-encore", "build"},
	{"laravel-mix", ""},
	{"laravel-elixir", ""},
	{"vite", "build"},
	{"webpack", ""},
	{"@roots/bud", ""},
	{"gulp", ""},
}

// frontend finds the web assets that Node makes: a package.json beside the
// project with a script that builds for the folder which the web server shows.
func (p *project) frontend(s *detect.Service, f *Facts) error {
	if !p.d.Has("package.json") || f.Server == cli && !f.Octane {
		return nil
	}
	m, err := nodepkg.ReadManifest(p.d)
	if err != nil {
		return err
	}
	part := func(why detect.Note) { s.Parts = append(s.Parts, detect.Part{Path: p.d.Rel(), Why: why}) }
	script := buildScript(m)
	p.modulesFolder(s)
	for _, b := range bundlers {
		if !m.Depends(b.name) {
			continue
		}
		why := m.DependencyNote(b.name)
		if script == "" {
			why.Text += ": package.json has no script that builds, so the assets have to be committed"
			part(why)
			s.Notes = append(s.Notes, why)
			return nil
		}
		return p.useFrontend(s, f, script, path.Join(p.docroot, b.output), why)
	}
	if err := p.besides(s, m); err != nil {
		return err
	}
	if p.docroot != "" && !m.Depends("express", "fastify", "next", "nuxt", "@nestjs/core", "koa") {
		// Tools for the developers of this project: no service of its own.
		part(m.Note("package.json has no bundler that is known beside PHP"))
	}
	return nil
}

// besides notes the members of a workspace of Node that build assets: each has a build of
// its own, and no stage runs them.
func (p *project) besides(s *detect.Service, m *nodepkg.Manifest) error {
	if len(m.Workspaces) == 0 {
		return nil
	}
	project, err := nodepkg.Load(p.d)
	if err != nil || project.Workspace == nil {
		return err
	}
	for _, member := range project.Workspace.Members {
		for _, b := range bundlers {
			if script := buildScript(member.Manifest); script != "" && member.Manifest.Depends(b.name) {
				why := member.Manifest.DependencyNote(b.name)
				why.Text += ": no stage builds these assets: run its script " + script + " before the image is built, and keep what it writes in git"
				s.Notes = append(s.Notes, why)
				break
			}
		}
	}
	return nil
}

// buildScript is the script of a manifest that builds for production; "" for none.
func buildScript(m *nodepkg.Manifest) string {
	for _, name := range []string{"build", "production", "prod", "build:prod", "build:production"} {
		if m.Scripts[name] != "" {
			return name
		}
	}
	return ""
}

func (p *project) useFrontend(s *detect.Service, f *Facts, script, output string, why detect.Note) error {
	project, err := nodepkg.Load(p.d)
	if err != nil {
		return err
	}
	if project.Root.Path() != p.d.Path() {
		why.Text += ", but its packages are installed from a folder above: build the assets before the image"
		s.Notes = append(s.Notes, why)
		return nil
	}
	front, err := project.Frontend(p.root, script)
	if err != nil {
		return err
	}
	out, err := safe.NewRelPath(output)
	if err != nil || !out.Plain() {
		return nil //nolint:nilerr // a folder that can't be named: the assets stay as they are
	}
	front.Output = out
	f.Frontend = front
	f.Vendor = p.readsVendor()
	why.Text += ": a stage runs its script " + script
	s.Notes = append(append(s.Notes, why), project.Notes...)
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: front.Node})
	s.Parts = append(s.Parts, detect.Part{Path: p.d.Rel(), Why: why})
	s.Secrets = append(s.Secrets, front.Install.Secrets...)
	more := front.Install.Context()
	s.Context.Ignore = append(s.Context.Ignore, more.Ignore...)
	s.Context.Keep = append(s.Context.Keep, more.Keep...)
	s.Context.Public = append(s.Context.Public, front.Install.Public...)
	if m, err := nodepkg.ReadManifest(p.d); err == nil && m.Depends("@laravel/vite-plugin-wayfinder") {
		f.Artisan = true
		s.Notes = append(s.Notes, m.DependencyNote("@laravel/vite-plugin-wayfinder"))
		s.Notes[len(s.Notes)-1].Text += ": the build of the assets runs php artisan, so that it happens where both are"
	}
	return nil
}

// readsVendor reports whether the sources of the assets take files out of the
// packages of PHP: style sheets of Livewire and Filament, Ziggy's routes.
func (p *project) readsVendor() bool {
	found := func(d *detect.Dir, name string) bool {
		data, err := d.Read(name)
		return err == nil && strings.Contains(string(data), "vendor/")
	}
	if slices.ContainsFunc(p.d.Names("*.js", "*.ts", "*.mjs", "*.cjs", "package.json", "tsconfig.json", "jsconfig.json"), func(name string) bool { return found(p.d, name) }) {
		return true
	}
	for _, dir := range []string{"resources", "assets"} {
		n := 0
		for name := range p.d.Sub(dir).Files("*.css", "*.scss", "*.js", "*.ts", "*.mjs", "*.jsx", "*.tsx", "*.vue") {
			if n++; n > 300 {
				break
			}
			if found(p.d.Sub(dir), name) {
				return true
			}
		}
	}
	return false
}

// modulesFolder notes packages that Yarn is told to put among the pages: nothing builds
// them, and git leaves them out, so that the image has none of them.
func (p *project) modulesFolder(s *detect.Service) {
	data, err := p.d.Read(".yarnrc")
	if err != nil {
		return
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		words := strings.Fields(line)
		if len(words) != 2 || !strings.HasSuffix(words[0], "modules-folder") {
			continue
		}
		dir := path.Clean(strings.Trim(words[1], `"'`))
		if strings.HasPrefix(dir, p.docroot+"/") && !p.d.HasDir(dir) {
			s.Notes = append(s.Notes, p.d.Note(".yarnrc", n, "puts the packages of the pages into %s, which is not there: run yarn install before the image is built, or commit it", safe.Visible(dir)))
		}
	}
}
