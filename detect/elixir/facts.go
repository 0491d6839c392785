package elixir

import (
	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Facts are what the Dockerfile's template needs to know: one of the three is set.
type Facts struct {
	Mix   *Mix
	Rebar *Rebar
	Gleam *Gleam
}

// Mix is a project in Elixir. Its steps stand in the order of what changes least:
// dependencies, their configuration, sources, assets, what only the running program reads.
type Mix struct {
	// Dir is the project's folder in the build context.
	Dir safe.RelPath
	// Release is the folder below rel/ that mix release makes; not set: the project runs
	// by Mix, because it has no release.
	Release safe.RelPath
	// BuildPath says that mix.exs puts what is compiled elsewhere than into _build.
	BuildPath bool
	// Named says that the release has to be named, for there are others.
	Named bool
	// Hex says that there are dependencies to fetch.
	Hex     bool
	Locked  bool // by a mix.lock that the image's Mix can hold a build to
	Secrets []detect.BuildSecret

	Manifests []safe.RelPath // at the top
	Nested    []safe.RelPath // those in folders, and configuration that dependencies are compiled with
	Sources   []safe.RelPath
	Late      []safe.RelPath // read when the release is assembled
	// Whole says that all of the context is copied, where the sources are not plain folders.
	Whole bool
	// First says that all is copied before anything else: projects outside of the folder.
	First bool

	Assets  []safe.Argv      // build the web assets and give their names a digest
	Early   bool             // the assets are built before the program is compiled
	Setup   safe.Argv        // fetches the tools of the assets; may be none
	Install *nodepkg.Install // of the packages of a package.json; nil where there is none
	Dummies []detect.Setting // values that the configuration wants while building

	// Certificates says that the final image has no TLS roots of its own.
	Certificates bool
}

// Rebar is a release in Erlang.
type Rebar struct {
	Release   safe.RelPath
	Lock      bool
	Deps      bool
	Manifests []safe.RelPath // at the top
	Nested    []safe.RelPath // of the applications
	Sources   []safe.RelPath // none: all is copied
	// Develops says that the configuration is one for developing, which links to files
	// and leaves the virtual machine out.
	Develops bool
	// OldTool says that the image's rebar3 can't compile the dependencies alone.
	OldTool bool
}

// Gleam is a program in Gleam.
type Gleam struct {
	Dir       safe.RelPath // in the build context
	Lock      bool
	Local     bool // it depends on projects beside it, so that all is copied
	Manifests []safe.RelPath
	Sources   []safe.RelPath
}
