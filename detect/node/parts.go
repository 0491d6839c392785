package node

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// parts are the workspace's other packages that the program needs, each behind
// those that it needs itself; with dev, to build it too.
func (p *project) parts(dev bool) []nodepkg.Member {
	w := p.npm.Workspace
	if w == nil || p.npm.IsRoot() {
		return nil
	}
	all := w.Closure(p.pkg, dev)
	var out []nodepkg.Member
	var visit func(m nodepkg.Member)
	visit = func(m nodepkg.Member) {
		if slices.ContainsFunc(out, func(o nodepkg.Member) bool { return o.Path == m.Path }) {
			return
		}
		for _, needed := range all {
			if needed.Path != m.Path && m.Manifest.Depends(needed.Manifest.Name) && !needed.Manifest.Depends(m.Manifest.Name) {
				visit(needed)
			}
		}
		out = append(out, m)
	}
	for _, m := range all {
		visit(m)
	}
	return out
}

// buildMembers lets the build make first what the program takes of the workspace's
// other packages: by the runner that knows the order, or one after the other.
func (p *project) buildMembers(svc *detect.Service, facts *Facts) error {
	var builds []nodepkg.Member
	for _, m := range p.parts(true) {
		if argv, _, ok := p.moonBuild(m); ok {
			facts.Prepare = append(facts.Prepare, argv)
		}
	}
	for _, m := range p.parts(true) {
		if p.makes(m) {
			builds = append(builds, m)
		}
	}
	if len(builds) == 0 {
		return nil
	}
	why := builds[0].Manifest.ScriptNote("build")
	if p.runsTurbo() {
		filter := p.pkg.Name
		if !svc.Build.IsSet() {
			filter += "^..." // what it needs alone
		}
		words := []string{"turbo", "run", "build", "--filter=" + filter}
		if slices.ContainsFunc(p.npm.Workspace.Patterns, func(w string) bool { return strings.HasPrefix(w, "./") }) {
			// Turborepo takes the package's own folder for the root where the patterns begin with "./".
			up := strings.Repeat("../", strings.Count(detect.Under(p.Path(), p.npm.Workspace.Root.Path()), "/")+1)
			words = append(words, "--cwd="+strings.TrimSuffix(up, "/"))
		}
		argv, err := p.npm.Exec(words...)
		if err != nil {
			return err
		}
		if !svc.Build.IsSet() || p.buildScript() == "build" {
			svc.Build = detect.Found(argv, p.npm.Root.Note(p.npm.Root.First(turboFiles...), 0, "Turborepo builds first what the package needs"), why)
			facts.BuildEnv = append(facts.BuildEnv, detect.Setting{Name: safe.EnvNameOf("TURBO_TELEMETRY_DISABLED"), Value: safe.LabelOf("1")})
			return nil
		}
	}
	for _, m := range builds {
		argv, err := p.npm.MemberScript(p.Dir, m, "build")
		if err != nil {
			return err
		}
		facts.Prepare = append(facts.Prepare, argv)
	}
	return nil
}

// makes reports whether a script of the package builds something: a check of types
// makes nothing.
func (p *project) makes(m nodepkg.Member) bool {
	text := m.Manifest.Scripts["build"]
	if text == "" {
		return false
	}
	cmds, err := manifest.Commands(text)
	return err != nil || slices.ContainsFunc(cmds, func(c manifest.Command) bool {
		return c.Opaque || len(c.Args) > 0 && !typeCheck(c) && !slices.Contains([]string{"echo", "true", ":", "exit", "eslint"}, c.Program())
	})
}

// turboFiles are Turborepo's configuration (https://turborepo.com/docs/reference/configuration).
var turboFiles = []string{"turbo.json", "turbo.jsonc"}

// runsTurbo reports whether Turborepo is installed and knows how to build.
func (p *project) runsTurbo() bool {
	w := p.npm.Workspace
	if w.Runner != "turbo" || w.Manifest == nil || !w.Manifest.Depends("turbo") {
		return false
	}
	var config struct{ Tasks, Pipeline map[string]any }
	if _, err := manifest.JSON(w.Root, w.Root.First(turboFiles...), &config); err != nil {
		return false
	}
	return config.Tasks["build"] != nil || config.Pipeline["build"] != nil
}

// prunes reports whether the image can hold what the program needs of the workspace
// and no more: its packages as the manager filters them, and the folders of the
// packages beside it. What a build or a script puts among the installed packages,
// as Prisma's client, is not there then.
func (p *project) prunes(facts *Facts, development bool) bool {
	in := facts.Install
	if in.Production.IsZero() || in.Sources || in.Manager.PnP || development || !p.npm.Filters() {
		return false
	}
	generated := func(m *nodepkg.Manifest) bool { return m.Depends("prisma", "@prisma/client") }
	return !generated(p.pkg) && !slices.ContainsFunc(p.parts(false), func(m nodepkg.Member) bool { return generated(m.Manifest) })
}
