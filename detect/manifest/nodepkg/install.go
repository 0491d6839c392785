package nodepkg

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Install is how the dependencies get installed: what one stage of the
// Dockerfile does in a working directory that stands for Root.
type Install struct {
	Manager Manager
	Setup   Setup
	// Root is the folder that installs, relative to the build context.
	Root   safe.RelPath
	Inputs []Input
	// Sources says that an install script reads sources, so that all of Root is
	// copied before installing; SourcesWhy names the script.
	Sources    bool
	SourcesWhy detect.Note
	Env        []detect.Setting // of the stage that installs
	Cache      Cache
	Secrets    []detect.BuildSecret
	Ignore     []safe.Pattern // what must stay out of the build context: files with tokens
	Public     []detect.Part  // what may be in it, though such files often hold tokens

	// Full installs everything, for the build; Production what the running
	// program needs, into an empty folder. Prune turns what Full has made into
	// that; it is not set where the manager can't. Where Production is not set, an
	// install of its own would not come out right (Notes say why): prune then, and
	// where that is not set either, the running program gets all.
	Full       safe.Argv
	Production safe.Argv
	Prune      safe.Argv
	// Unhook is what has to run right before Prune: it takes scripts out of the
	// image's package.json that Prune would run again. Mostly not set.
	Unhook safe.Argv

	Packages []detect.Package // of the distribution, for installing: git
	Notes    []detect.Note
}

// Setup is how the package manager gets into an image of Node; neither field is
// set where the image has it.
type Setup struct {
	Run  safe.Argv // installs it
	Tool string    // the catalogue's tool whose program is copied: "bun"
}

// Input is a file or folder that installing reads.
type Input struct {
	Source safe.RelPath // relative to the build context
	Target safe.RelPath // relative to the working directory
	Dir    bool
	// Keep says that it has to be in the image, not only there while installing.
	Keep bool
	// Writes says that the install writes to it: a lock that it does not agree with.
	Writes bool
}

// Cache is a cache mount.
type Cache struct {
	ID     safe.Name
	Target safe.Label // an absolute path
}

// Install returns how the dependencies are installed in a build whose context is
// the folder context: the root, or a folder above it.
func (p *Project) Install(context *detect.Dir) (Install, error) {
	in := Install{Manager: p.Manager}
	root, err := under(context.Path(), p.Root.Path())
	if err != nil {
		return Install{}, err
	}
	if in.Root, err = safe.NewRelPath(root); err != nil {
		return Install{}, fmt.Errorf("the folder of package.json: %w", err)
	}
	p.setup(&in)
	p.commands(&in)
	p.caches(&in)
	if err := p.inputs(&in); err != nil {
		return Install{}, err
	}
	if err := p.lifecycle(&in); err != nil {
		return Install{}, err
	}
	p.tokens(&in)
	p.oldTools(&in)
	p.skip(&in)
	if p.Native().Compiles {
		in.Env = append(in.Env, detect.Setting{Name: safe.EnvNameOf("npm_config_nodedir"), Value: safe.LabelOf("/usr/local"), Why: "node-gyp takes the headers of the image instead of downloading them"})
	}
	if p.Lock != nil && len(p.Lock.git) > 0 || p.gitDependency() {
		git := safe.PackageOf("git")
		in.Packages = append(in.Packages, detect.Package{Deb: git, Apk: git, Build: true, Why: p.RootManifest().Note("a dependency comes out of a git repository", "dependencies")})
	}
	return in, nil
}

// Context is what the build context has to hold and to leave out for the install:
// merge it into the service's own.
func (in Install) Context() detect.Context {
	c := detect.Context{Ignore: slices.Clone(in.Ignore)}
	for _, x := range in.Inputs {
		c.Keep = append(c.Keep, x.Source)
	}
	return c
}

// ScriptSecrets are the secrets without which not even a script runs: Yarn 2 and
// later stop at a variable of .yarnrc.yml that is not there.
func (in Install) ScriptSecrets() []detect.BuildSecret {
	if !in.Manager.Berry {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(in.Secrets), func(s detect.BuildSecret) bool { return s.Env.IsZero() || !s.Required })
}

// under returns the path of dir relative to the folder base above it.
func under(base, dir string) (string, error) {
	switch {
	case base == dir:
		return ".", nil
	case base == ".":
		return dir, nil
	}
	rel, ok := strings.CutPrefix(dir, base+"/")
	if !ok {
		return "", fmt.Errorf("the folder %q is not inside the build context %q", dir, base)
	}
	return rel, nil
}

// Line is the major version of Node; 0 where it is not known.
func (p *Project) Line() int {
	major, _, _ := strings.Cut(p.Node.V.String(), ".")
	n, _ := strconv.Atoi(major)
	return n
}

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
		if p.Workspace != nil {
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
	if !frozen && !in.Prune.IsZero() {
		in.Production = safe.Argv{} // two installs might not take the same versions
	}
}

// filters reports whether the manager installs the member that the package is,
// and what it needs of the workspace, without the others.
func (p *Project) filters() bool {
	if p.Workspace == nil || p.IsRoot() || !nameRE.MatchString(p.Manifest.Name) {
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
var nameRE = regexp.MustCompile(`^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$`)

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

func (p *Project) gitDependency() bool {
	for _, m := range p.members() {
		for _, f := range m.fields() {
			for _, spec := range f.deps {
				if strings.HasPrefix(spec, "git") || strings.Contains(spec, ".git#") || strings.HasSuffix(spec, ".git") {
					return true
				}
			}
		}
	}
	return false
}

// members are the manifests that get installed together: the root's and those of the workspace.
func (p *Project) members() []*Manifest {
	out := []*Manifest{p.RootManifest()}
	if p.Workspace != nil {
		for _, m := range p.Workspace.Members {
			out = append(out, m.Manifest)
		}
	}
	return out
}

// Script returns the command that runs a script of the package's manifest.
func (p *Project) Script(name string) (safe.Argv, error) {
	return safe.NewArgv(p.Manager.Name.V, "run", name)
}

// Exec returns the command that runs a program of an installed package.
func (p *Project) Exec(args ...string) (safe.Argv, error) {
	prefix := []string{"npx", "--no-install"}
	switch p.Manager.Name.V {
	case "pnpm":
		prefix = []string{"pnpm", "exec"}
	case "yarn":
		prefix = []string{"yarn", "run"}
	case "bun":
		prefix = []string{"bunx", "--no-install"}
	}
	return safe.NewArgv(append(prefix, args...)...)
}
