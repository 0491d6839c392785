package nodepkg

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// setup: images of Node bring npm; up to 25 Yarn 1 as well; corepack, which up to
// 24 would fetch the rest, fails where its keys are older than a release's
// signature, so that npm installs every other manager.
func (p *Project) setup(in *Install) {
	v := p.Manager.Version.V
	yarn1 := p.Line() == 0 || p.Line() < 26
	switch p.Manager.Name.V {
	case "pnpm":
		in.Setup.Run = globally("pnpm", v)
	case "bun":
		in.Setup.Tool = "bun"
	case "yarn":
		switch {
		case p.Manager.Berry && p.Manager.Path == "":
			// --force: the image's own yarn stands in the way of the new one.
			in.Setup.Run = safe.ArgvOf("npm", "install", "--global", "--force", "@yarnpkg/cli-dist@"+v)
		case !yarn1 && p.Manager.Berry:
			in.Setup.Run = globally("yarn", "1.22.22") // it hands over to the project's own
		case !yarn1:
			in.Setup.Run = globally("yarn", v)
		}
	}
}

func globally(name, version string) safe.Argv {
	return safe.ArgvOf("npm", "install", "--global", name+"@"+version)
}

// commands writes the install commands. A lock that does not agree with the
// manifest stops a frozen install, so that it is only taken as a hint there.
func (p *Project) commands(in *Install) {
	frozen := p.Lock != nil
	if stale := p.Stale(); len(stale) > 0 {
		frozen = false
		p.stale(in, stale)
	}
	argv := safe.ArgvOf
	pick := func(yes, no safe.Argv) safe.Argv {
		if frozen {
			return yes
		}
		return no
	}
	switch p.Manager.Name.V {
	case "pnpm":
		in.Full = pick(argv("pnpm", "install", "--frozen-lockfile"), argv("pnpm", "install", "--no-frozen-lockfile"))
		in.Production = in.Full.With("--prod")
		in.Prune = argv("pnpm", "prune", "--prod")
		if p.Workspace != nil && len(p.Workspace.Members) > 0 {
			in.Prune = safe.Argv{} // it does not reach the members
		}
		if p.filters() {
			in.Production = in.Production.With("--filter", p.Manifest.Name+"...")
		}
	case "yarn":
		if p.Manager.Berry {
			in.Full = pick(argv("yarn", "install", "--immutable"), argv("yarn", "install", "--no-immutable"))
			p.focus(in)
			break
		}
		in.Full = pick(argv("yarn", "install", "--frozen-lockfile"), argv("yarn", "install"))
		if p.Node.Source == detect.Default {
			// Yarn 1 alone stops at a dependency whose engines leave Node's line out, and
			// its lock keeps no engines to choose the line by.
			in.Full = in.Full.With("--ignore-engines")
		}
		in.Production = in.Full.With("--production")
		in.Prune = in.Production
	case "bun":
		in.Full = pick(argv("bun", "install", "--frozen-lockfile"), argv("bun", "install"))
		in.Production = in.Full.With("--production")
		if p.filters() {
			in.Production = in.Production.With("--filter", p.Manifest.Name)
		}
	default:
		omit := "--omit=dev"
		if n := p.Line(); n > 0 && n < 16 {
			omit = "--production" // npm 6 knows no --omit
		}
		in.Full = pick(argv("npm", "ci"), argv("npm", "install", "--no-audit", "--no-fund"))
		in.Production = in.Full.With(omit)
		if p.filters() && omit == "--omit=dev" {
			if rel, err := under(p.Root.Path(), p.Manifest.Dir.Path()); err == nil {
				in.Production = in.Production.With("--workspace=" + rel)
			}
		}
		in.Prune = argv("npm", "prune", omit)
	}
	in.Alone = in.Production
	if !frozen && !in.Prune.IsZero() {
		in.Production = safe.Argv{} // two installs might not take the same versions
	}
}

// Filters reports whether the manager can install for the package alone.
func (p *Project) Filters() bool { return p.filters() }

// MemberScript returns the command that runs a script of another package of the
// workspace from the folder d in it.
func (p *Project) MemberScript(d *detect.Dir, m Member, script string) (safe.Argv, error) {
	name := m.Manifest.Name
	switch p.Manager.Name.V {
	case "pnpm":
		return safe.NewArgv("pnpm", "--filter", name, "run", script)
	case "yarn":
		return safe.NewArgv("yarn", "workspace", name, "run", script)
	case "bun":
		return safe.NewArgv("bun", "run", "--filter", name, script)
	}
	at, err := under(p.Root.Path(), d.Path())
	if err != nil {
		return safe.Argv{}, err
	}
	up := ""
	if at != "." {
		up = strings.Repeat("../", 1+strings.Count(at, "/"))
	}
	return safe.NewArgv("npm", "--prefix", up+m.Path, "run", script)
}

// MemberExec returns the command that runs a program of an installed package in the folder
// of another package of the workspace.
func (p *Project) MemberExec(m Member, args ...string) (safe.Argv, error) {
	name := m.Manifest.Name
	prefix := []string{"npm", "exec", "--workspace=" + name, "--"}
	switch p.Manager.Name.V {
	case "pnpm":
		prefix = []string{"pnpm", "--filter", name, "exec"}
	case "yarn":
		prefix = []string{"yarn", "workspace", name, "run"}
	case "bun":
		prefix = []string{"bun", "--cwd", "/src/" + m.Path, "x"}
	}
	return safe.NewArgv(append(prefix, args...)...)
}

// filters reports whether the manager installs the member that the package is,
// and what it needs of the workspace, without the others.
func (p *Project) filters() bool {
	if p.Workspace == nil || p.Workspace.Shared || p.IsRoot() || !nameRE().MatchString(p.Manifest.Name) {
		return false
	}
	switch p.Manager.Name.V {
	case "yarn":
		return p.Manager.Berry
	case "npm":
		return safe.RelPathOf(p.Manifest.Dir.Path()).Plain()
	}
	return true
}

// nameRE is the name of a package (https://docs.npmjs.com/cli/configuring-npm/package-json#name).
var nameRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$`)
})

// focus is how Yarn 2 and later install for production: a plugin up to 3, its own since 4.
func (p *Project) focus(in *Install) {
	if strings.HasPrefix(p.Manager.Version.V, "2") || strings.HasPrefix(p.Manager.Version.V, "3") {
		if !p.Root.Has(".yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs") {
			in.Notes = append(in.Notes, p.Root.Note(".yarnrc.yml", 0, "the image holds the development dependencies too: yarn %s leaves them out with its plugin workspace-tools alone (yarn plugin import workspace-tools)", p.Manager.Version.V))
			return
		}
	}
	in.Production = safe.ArgvOf("yarn", "workspaces", "focus", "--production")
	if p.filters() {
		in.Production = in.Production.With(p.Manifest.Name)
	}
	in.Prune = in.Production
}

func (p *Project) stale(in *Install, names []string) {
	shown := strings.Join(names[:min(3, len(names))], ", ")
	if n := len(names) - 3; n > 0 {
		shown += fmt.Sprintf(" and %d more", n)
	}
	in.Notes = append(in.Notes, p.Lock.note("%s does not agree with package.json about %s, so that the install is not a frozen one: run %s install and commit the lock", p.Lock.Name, shown, p.Manager.Name.V))
}

// caches names the download cache. It is the manager's own folder, but for Yarn:
// both kinds keep theirs where YARN_* says, under one path.
func (p *Project) caches(in *Install) {
	cache := func(id, target string) { in.Cache = Cache{safe.Slug(id, "cache"), safe.LabelOf(target)} }
	env := func(name, value string) {
		in.Env = append(in.Env, detect.Setting{Name: safe.EnvNameOf(name), Value: safe.LabelOf(value)})
	}
	switch p.Manager.Name.V {
	case "pnpm":
		env("PNPM_HOME", "/pnpm") // the store lies in its folder "store"
		cache("pnpm", "/pnpm/store")
	case "yarn":
		if !p.Manager.Berry {
			env("YARN_CACHE_FOLDER", "/root/.cache/yarn")
			cache("yarn", "/root/.cache/yarn")
			return
		}
		env("YARN_GLOBAL_FOLDER", "/root/.cache/yarn")
		cache("yarn-berry", "/root/.cache/yarn")
		if p.Manager.PnP {
			env("YARN_ENABLE_GLOBAL_CACHE", "false") // the program runs out of the archives: they have to stay
		} else {
			env("YARN_ENABLE_GLOBAL_CACHE", "true")
		}
		env("YARN_ENABLE_TELEMETRY", "0")
		// What an install on somebody's machine has left must not cover the image's own.
		in.Ignore = append(in.Ignore, safe.PatternOf("**/.pnp.*"), safe.PatternOf("**/.yarn/unplugged"), safe.PatternOf("**/.yarn/install-state.gz"), safe.PatternOf("**/.yarn/build-state.yml"))
		if !p.zeroInstall() {
			in.Ignore = append(in.Ignore, safe.PatternOf("**/.yarn/cache"))
		}
	case "bun":
		cache("bun", "/root/.bun/install/cache")
	default:
		cache("npm", "/root/.npm")
	}
}
