package detect

import "dockgen/internal/safe"

// Dev is how a program is served while it is being worked on, by a stage of its own
// that the language's template makes. Paths are relative to the service's Root.
type Dev struct {
	Start Value[safe.Argv] // the server's command for development
	// Reloads says that the server sees by itself that a source has changed; else it
	// is restarted.
	Reloads bool
	Dir     safe.RelPath   // the folder of the sources
	At      safe.Label     // where they lie in the stage, an absolute path
	Ignore  []safe.Pattern // what is not carried over into the running container
	Rebuild []safe.RelPath // files that say what is installed
	Env     []Setting      // in place of the image's own
	Debug   *DebugServer   // how the same listens for a debugger; nil: not known
}

// DebugServer is a server for development that a debugger attaches to. What it needs
// beside that, the language's template installs.
type DebugServer struct {
	Port    safe.Port // in the container
	Start   safe.Argv // in place of the command without a debugger
	Reloads bool      // as Dev's: a reload by itself may be more than the debugger follows
}
