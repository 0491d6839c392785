package detect

import "dockgen/internal/safe"

// Part is a folder, relative to the project, that is built into a service.
type Part struct {
	Path safe.RelPath
	// Alone says that what lies in folders below it may be services of their own.
	Alone bool
	Why   Note
}

// Front is a front end in a folder of its own whose build goes into the image of a
// service, as a Dockerfile of the project has it.
type Front struct {
	Build  any          // a *nodepkg.Frontend, which the partial "frontend" makes a stage of
	Dir    safe.RelPath // of the front end, relative to Root
	Output safe.RelPath // what its build makes, relative to Root
	To     safe.RelPath // where that goes in the final image, relative to /; not set: nowhere
	Into   safe.RelPath // where the program's own build finds it, relative to Root; not set: nowhere
}
