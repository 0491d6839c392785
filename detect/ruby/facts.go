package ruby

import (
	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/detect/manifest/site"
	"dockgen/internal/safe"
)

// Facts are what the Dockerfile's template needs to know of Ruby alone. Paths are
// relative to the build context.
type Facts struct {
	Dir    safe.RelPath   // the program's folder
	Copies []safe.RelPath // what bundle install reads, beside it
	Parts  []safe.RelPath // folders that bundle install reads: gems of the project, vendored ones

	// SourcesFirst says that the project is a gem itself: its specification reads the sources.
	SourcesFirst bool

	Bundler safe.Argv // installs the Bundler that the lock asks for; not set: the image's own does it
	Install safe.Argv // not set: there is no Gemfile
	Gems    safe.Argv // gem install, where there is no Gemfile
	Git     bool      // gems come out of repositories, whose history is not needed
	ABI     safe.Version
	Env     []detect.Setting // while building
	Secrets []detect.BuildSecret

	Bootsnap []safe.RelPath // the folders whose code is compiled ahead; none: the project does not use it
	Cached   bool           // bootsnap can read a cache that it can't write to

	Node     bool             // the build needs Node.js
	NodeRuns bool             // and so does the program
	Yarn     bool             // its image's Yarn too
	Packages *nodepkg.Install // the packages of package.json; nil: there are none to install
	Steps    []Step           // after the sources are there

	Jemalloc bool
	Tmp      bool // the folder tmp is linked to /tmp
	Site     *site.Site
}

// Step is a command of the build.
type Step struct {
	Why     string
	Env     []detect.Setting // for this command alone
	Argv    safe.Argv
	More    safe.Argv // after it; mostly not set
	Secrets []detect.BuildSecret
	Clean   bool // takes the packages of Node away
}

// Long reports whether the variables take a line each.
func (s Step) Long() bool { return len(s.Env) > 1 }
