package nodepkg

import "dockgen/internal/safe"

// Artifact is a path of a build, and where the image that runs it has it, both
// relative to the package's folder.
type Artifact struct {
	From, To safe.RelPath
	Dir      bool
}
