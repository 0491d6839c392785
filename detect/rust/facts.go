package rust

import (
	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// Facts is what the Rust template reads beside the plan. Paths are relative to the
// service's root.
type Facts struct {
	Binary  safe.RelPath // the name of the program's file
	Dir     safe.RelPath // the folder where Cargo runs: of the workspace
	RunDir  safe.RelPath // the program's working directory, below plan's
	Git     bool         // dependencies come from repositories
	SSH     bool         // over SSH
	Offline bool         // sqlx finds its queries in the project
	Strip   bool         // the profile does not say what to do with symbols
	Writes  bool         // the build writes into its sources: there is no Cargo.lock
	Dynamic bool         // links libraries of the distribution
	// Crossed says that .cargo/config.toml names a platform to build for, which may be
	// none that the image is for: the build names its own.
	Crossed bool
	// Stubs are targets of the workspace's packages that the program does not need,
	// relative to Dir: Cargo wants them to be there, whatever is in them.
	Stubs []safe.RelPath
	// Chef is the release of cargo-chef that compiles the dependencies in a layer of
	// their own, where that is asked for; not set: none can.
	Chef safe.Version
	// Channel is a toolchain that no image has, and that rustup installs.
	Channel safe.Label
	Files   []File               // read by the running program
	Jobs    []Job                // further programs in the image
	Tool    *Tool                // for the database, in stages of its own; nil: none
	Secrets []detect.BuildSecret // that cargo needs

	// Frontend is what a Node stage builds, nil without one: into the program
	// (Embeds), or beside it at the path Served.
	Frontend *nodepkg.Frontend
	Embeds   bool
	Served   safe.RelPath

	keep []string // read by the build, relative to the project
}

// Job is a program that runs once before the service's own, and how it is built.
type Job struct {
	Binary safe.RelPath
	Build  safe.Argv
}

// Tool is a program of another crate's that brings the database up to date. It is no part
// of the program's image.
type Tool struct {
	Install safe.Argv    // cargo install, into /out
	Program safe.RelPath // the name of its file
	Start   safe.Argv
	// Folder holds the migrations, relative to the service's root.
	Folder safe.RelPath
}

// File is a file or folder that the final image holds at the same place, relative
// to plan's working directory, as in the build.
type File struct {
	Source safe.RelPath // relative to the service's root
	Dest   safe.RelPath
}
