package node

import (
	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/detect/manifest/site"
	"dockgen/internal/safe"
)

// Facts are what the template of this language reads beside the service.
type Facts struct {
	// Dir is the folder of the package relative to the build context; the program
	// runs there.
	Dir     safe.RelPath
	Install nodepkg.Install
	// Compiled says that there is a build stage: something has to be made out of the sources.
	Compiled bool
	// Installed says that installing the packages has built everything already.
	Installed bool
	Prepare   []safe.Argv // what the build runs before its own command
	StandIns  safe.Argv   // sets the variables without which the build ends; not set: none
	// Copies are what the final image takes of the build, or of the project
	// where nothing is built.
	Copies []nodepkg.Artifact
	// Whole says that the image takes the workspace as it is after the build.
	Whole bool
	// Apart says that the image takes of a workspace what the program needs alone: the
	// packages that the manager installs for it, and the folders Members of other
	// packages, relative to the build context.
	Apart   bool
	Members []safe.RelPath
	// Traced is a folder of the build that stands for the whole workspace, as
	// Next.js traces it; not set: none.
	Traced safe.RelPath
	// Deps says that a stage of its own installs the packages for the running
	// program, by DepsArgv; Pruned that the build stage throws out what is for
	// development instead; Base that both begin with the same tools. ModulesFrom is
	// the stage that has the packages, "" where none are needed.
	Deps        bool
	DepsPruned  bool // by throwing out, after it has installed everything
	DepsArgv    safe.Argv
	Pruned      bool
	PrunedApart bool // in a stage of its own: something runs from the build stage
	Base        bool
	ModulesFrom string
	// Written are the manifest and the lock that the build writes for the program:
	// WrittenInstall installs them in place of the project's own. Mostly none.
	Written        []safe.RelPath
	WrittenInstall nodepkg.Install
	// PnP says that the packages are Yarn's archives and no node_modules.
	PnP bool
	// Caches are folders of the build stage that a later build reads again.
	Caches   []nodepkg.Cache
	Secrets  []detect.BuildSecret // of the build's command
	BuildEnv []detect.Setting     // while building alone
	// Frontend is a page that the program serves out of FrontendTo, relative to the
	// working directory's root; nil for none.
	Frontend   *nodepkg.Frontend
	FrontendTo safe.RelPath
	Site       *site.Site // what a web server gets; its folder is relative to the context; nil for a program
}

// Before is what the shell of the build's command runs first.
func (f *Facts) Before() []safe.Argv {
	if f.StandIns.IsZero() {
		return f.Prepare
	}
	return append([]safe.Argv{f.StandIns}, f.Prepare...)
}

// Fallback is what a web server answers to a path that is no file.
type Fallback string

// The fallbacks.
const (
	// AppFallback is index.html: the application in the browser knows the path.
	AppFallback Fallback = "app"
	// PageFallback is 404.html, and PATH.html or PATH/index.html before it.
	PageFallback Fallback = "page"
)
