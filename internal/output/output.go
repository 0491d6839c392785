// Package output brings rendered files to disk without ever losing a byte that
// somebody else wrote.
//
// [Compare] looks at what stands in the project and gives each file one of five
// states. Nothing is written by it: a preview, a diff and a report are made from
// its answer. [Write] writes what may be written, all of it or nothing. Between
// the two stands the seal ([Seal]), a comment line with a digest by which
// dockgen knows its own text from an edited one.
//
// Targets are regular files inside the root. No symbolic link is followed, in
// the last element of a path or before it.
package output

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"dockgen/internal/safe"
)

// File is what was rendered: not yet sealed, line ends are LF.
type File struct {
	Path    safe.RelPath // below the root, with slashes
	Content []byte
	Mode    fs.FileMode // permissions of a new file, before the umask; 0 means 0644
	// Theirs says that it is somebody's file with additions, which bears no seal;
	// Missing names what was added, none where the file is as it was.
	Theirs  bool
	Missing []string
}

// State tells what stands where a file is to be written.
type State string

// The states.
const (
	Absent   State = "absent"   // nothing is there
	Same     State = "same"     // what would be written is there already
	Pristine State = "pristine" // dockgen's, as dockgen left it
	Edited   State = "edited"   // dockgen's, changed by somebody since
	Foreign  State = "foreign"  // not dockgen's, or another file in its place
)

// Change is one file: what is there and what would be.
type Change struct {
	Path  safe.RelPath
	State State
	Old   []byte      // what would be replaced, as it is; nil for nothing
	New   []byte      // what would be written, sealed
	Mode  fs.FileMode // permissions: those of the file that is there, or the rendered file's

	// Existing is the file that is there in place of Path, which makes the state
	// Foreign: Path in other letter case, which Old was read from and which Path
	// replaces, or another name of the Compose file, which stays. Empty otherwise.
	Existing string
	// Note is a sentence without a period that a person should read before
	// writing, or empty.
	Note string

	theirs  bool     // it is somebody's file, with additions
	missing []string // what was added
	rival   bool     // Existing is another file of the same job and stays
}

// Conflict reports whether writing would replace somebody's work, so that it
// needs a yes.
func (c Change) Conflict() bool { return c.State == Edited || c.State == Foreign }

// Lacks names what somebody's own file is without: writing adds it, and nothing of
// the file is lost either way.
func (c Change) Lacks() []string { return c.missing }

// Reason says the state in words that follow the path: "is not there yet".
func (c Change) Reason() string {
	switch {
	case c.theirs && c.State == Same:
		return "is yours, and has all that is needed"
	case c.theirs:
		return "is yours, and lacks " + strings.Join(c.missing, ", ")
	}
	switch c.State {
	case Absent:
		return "is not there yet"
	case Same:
		return "is up to date"
	case Pristine:
		return "is as dockgen wrote it"
	case Edited:
		return "was edited after dockgen wrote it"
	}
	if c.rival {
		return fmt.Sprintf("would stand beside %s, which is not dockgen's", c.Existing)
	}
	if c.Existing != "" {
		return fmt.Sprintf("is there as %s", c.Existing)
	}
	return "was not written by dockgen"
}

// ErrConflict is wrapped by the error of a Write that would have replaced
// somebody's work. Nothing was written.
var ErrConflict = errors.New("files are there that dockgen would replace")

// ConflictError lists the files that a Write without Force refused.
type ConflictError struct{ Changes []Change }

// Error names each file, what is the matter with it, and the two ways on.
func (e *ConflictError) Error() string {
	var b strings.Builder
	b.WriteString("nothing was written, because")
	for _, c := range e.Changes {
		fmt.Fprintf(&b, "\n  %s %s", c.Path, c.Reason())
	}
	b.WriteString("\nsee what would change: dockgen init --diff")
	b.WriteString("\nreplace and keep a backup: dockgen init --force")
	return b.String()
}

// Unwrap makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Unwrap() error { return ErrConflict }
