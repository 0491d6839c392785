package elixir

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// assets finds how the web assets are built: by Mix's own tasks, which fetch esbuild
// and tailwind, by a package.json with its scripts, or by both.
// https://hexdocs.pm/phoenix/asset_management.html
func (a *application) assets(s *detect.Service, m *Mix) error {
	web := a.root
	for _, p := range a.inScope() {
		if _, ok := p.dep("phoenix"); ok && (a.dir.HasDir(path.Join(p.path, "assets")) || len(p.aliases["assets.deploy"]) > 0) {
			web = p
			break
		}
	}
	aliases := web.aliases
	if len(aliases["assets.deploy"]) == 0 {
		aliases = a.root.aliases
	}
	folder := path.Join(web.path, "assets")
	if !a.dir.Sub(folder).Has("package.json") && a.dir.Has("package.json") && a.dir.HasDir("assets") {
		folder = "."
	}
	scripts, err := a.node(s, m, folder)
	if err != nil {
		return err
	}
	deploy := aliases["assets.deploy"]
	if len(aliases["assets.setup"]) > 0 && len(deploy) > 0 {
		m.Setup = safe.ArgvOf("mix", "assets.setup")
	}
	// From Phoenix 1.8 on the compiler writes what the assets' build reads.
	m.Early = a.before("phoenix", 1, 8)
	switch {
	case len(deploy) > 0:
		m.Assets = append(m.Assets, safe.ArgvOf("mix", "assets.deploy"))
		s.Notes = append(s.Notes, web.note(web.line("aliases"), "mix assets.deploy builds the web assets: %s", strings.Join(deploy, ", ")))
		if !calls(deploy, "npm", "yarn", "pnpm", "bun", "npx", "node", "cmd") && !calls(aliases["assets.build"], "npm", "yarn", "pnpm", "cmd") && scripts != "" && !a.dir.HasDir(path.Join(folder, "vendor")) {
			s.Notes = append(s.Notes, a.dir.Note(path.Join(folder, "package.json"), 0, "its script %s is not called: mix assets.deploy does the work", scripts))
		}
	case scripts != "" && m.Install != nil:
		argv, err := m.script(scripts)
		if err != nil {
			return err
		}
		m.Assets = append(m.Assets, argv)
		m.Early = true
		a.digest(s, m)
	case m.Install == nil && len(aliases["assets.build"]) > 0:
		m.Assets = append(m.Assets, safe.ArgvOf("mix", "assets.build"))
		a.digest(s, m)
	default:
		if m.Install != nil && len(m.Assets) == 0 {
			s.Notes = append(s.Notes, a.dir.Note(path.Join(folder, "package.json"), 0, "no script builds anything, and no alias assets.deploy does: the image gets no styles and scripts but those in git; name what builds them \"build\""))
		}
		a.digest(s, m)
	}
	for _, tool := range []string{"esbuild", "tailwind", "dart_sass", "bun"} {
		if _, why, ok := a.anyDep(tool); ok && len(m.Assets) > 0 {
			why.Text = "the build downloads the program " + tool + " from where its authors publish it, not from Hex"
			s.Notes = append(s.Notes, why)
		}
	}
	return nil
}

// digest adds the step that gives static files a name with a digest, where the endpoint
// reads the list of them.
func (a *application) digest(s *detect.Service, m *Mix) {
	v, c := a.config(func(e entry) bool { return strings.HasSuffix(e.key, "Endpoint") }, "cache_static_manifest")
	if v == nil {
		return
	}
	m.Assets = append(m.Assets, safe.ArgvOf("mix", "phx.digest"))
	s.Notes = append(s.Notes, c.dir.Note(c.name, v.Line, "reads a manifest of static files, which mix phx.digest writes"))
}

// anyDep is a dependency in whatever environment; those of the assets are often of
// development alone.
func (a *application) anyDep(name string) (dependency, detect.Note, bool) { return a.dep(name) }

// node reads the package.json beside the program; it returns the name of the script that builds.
func (a *application) node(s *detect.Service, m *Mix, folder string) (string, error) {
	sub := a.dir.Sub(folder)
	if !sub.Has("package.json") {
		return "", nil
	}
	project, err := nodepkg.Load(sub)
	if err != nil {
		return "", err
	}
	script := ""
	for _, name := range []string{"deploy", "build", "build:prod", "production", "prod"} {
		if project.Manifest.Scripts[name] != "" {
			script = name
			break
		}
	}
	part := a.dir.Note(path.Join(folder, "package.json"), 0, "the web assets of the Phoenix application")
	if folder != "." {
		s.Parts = append(s.Parts, detect.Part{Path: safe.RelPathOf(path.Join(a.dir.Path(), folder)), Why: part})
	} else {
		s.Parts = append(s.Parts, detect.Part{Path: safe.RelPathOf(a.dir.Path()), Why: part})
	}
	// Dependencies that are only there for tests are of no use to the build.
	if len(project.Manifest.Dependencies) == 0 && script == "" && len(a.root.aliases["assets.deploy"]) == 0 {
		return "", nil
	}
	context := a.dir.Sub(strings.TrimSuffix(strings.Repeat("../", up(m.Dir.String())), "/"))
	in, err := project.Install(context)
	if err != nil {
		return "", err
	}
	m.Install = &in
	node, err := a.nodeVersion(project)
	if err != nil {
		return "", err
	}
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node", Version: node})
	s.Notes = append(s.Notes, project.Notes...)
	s.Notes = append(s.Notes, in.Notes...)
	s.Secrets = append(s.Secrets, in.Secrets...)
	for _, p := range append(in.Packages, project.Native().Packages...) {
		if p.Build && !p.Apk.IsZero() {
			s.Packages = append(s.Packages, detect.Package{Apk: p.Apk, Build: true, Why: p.Why}) // Debian's image has them
		}
	}
	c := in.Context()
	s.Context.Ignore = append(s.Context.Ignore, c.Ignore...)
	s.Context.Keep = append(s.Context.Keep, c.Keep...)
	s.Context.Public = append(s.Context.Public, c.Public...)
	return script, nil
}

// nodeVersion is that of package.json and its version files, else of Heroku's
// phoenix_static_buildpack.config.
func (a *application) nodeVersion(project *nodepkg.Project) (detect.Value[safe.Version], error) {
	const name = "phoenix_static_buildpack.config"
	if project.Node.Source > detect.Default || !a.dir.Has(name) {
		return project.Node, nil
	}
	text, err := a.dir.Read(name)
	if err != nil {
		return project.Node, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if number, err := safe.NewVersion(strings.Trim(value, `"'`)); key == "node_version" && err == nil {
			return detect.Found(number, a.dir.Note(name, i+1, "%s", strings.TrimSpace(line))), nil
		}
	}
	return project.Node, nil
}

// script is the command that runs a script of the package.json from the project's folder.
func (m *Mix) script(name string) (safe.Argv, error) {
	dir := strings.TrimPrefix(strings.TrimPrefix(m.Install.Root.String(), m.Dir.String()), "/")
	switch m.Install.Manager.Name.V {
	case "yarn":
		return safe.NewArgv("yarn", "--cwd", dir, "run", name)
	case "pnpm":
		return safe.NewArgv("pnpm", "--dir", dir, "run", name)
	case "bun":
		return safe.NewArgv("bun", "run", "--cwd", dir, name)
	}
	return safe.NewArgv("npm", "run", name, "--prefix", dir)
}

// calls reports whether any step of an alias runs one of the programs: "cmd npm ci" as well as
// "npm run build".
func calls(steps []string, programs ...string) bool {
	for _, step := range steps {
		commands, err := manifest.Commands(step)
		if err != nil {
			continue
		}
		for _, c := range commands {
			for _, p := range programs {
				for _, w := range c.Args {
					if w == p {
						return true
					}
				}
				if c.Manager == p {
					return true
				}
			}
		}
	}
	return false
}
