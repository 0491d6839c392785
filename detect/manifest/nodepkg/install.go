package nodepkg

import (
	"fmt"
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
	// Alone is what installs production where nothing else is installed: Production, or
	// the same without a lock file, where two installs might not take the same versions.
	Alone safe.Argv
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

// members are the manifests that get installed together: the root's, and of the workspace
// those that LeaveOut has not left out.
func (p *Project) members() []*Manifest {
	out := []*Manifest{p.RootManifest()}
	for _, m := range p.kept() {
		out = append(out, m.Manifest)
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
		prefix = []string{"bun", "x", "--no-install"} // bunx is a link, which an image with bun alone lacks
	}
	return safe.NewArgv(append(prefix, args...)...)
}
