package output

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"dockgen/internal/safe"
)

// Options say what Write may do.
type Options struct {
	// Force replaces edited and foreign files and keeps a backup of each:
	// Dockerfile.bak, or Dockerfile.bak.1 where that is taken, and so on.
	// Backups belong into no image: a .dockerignore has "**/*.bak*" for them.
	Force bool
}

// Written is one file that Write wrote.
type Written struct {
	Path   safe.RelPath
	State  State  // what was there before
	Backup string // the path of the backup, or empty
	Note   string // the change's note
}

// Write writes the changes that [Compare] returned for the same root, or some of
// them: absent and pristine files, and with Force the edited and foreign ones.
// What is the same is skipped. Without Force a conflict is a [ConflictError] and
// nothing is written. To replace some conflicting files and not others, leave
// the others out and set Force.
//
// All files are staged beside their targets and then renamed. When one step
// fails, when a file isn't what Compare saw, or when ctx ends, everything is as
// before: old files whole, with their own inode where the file system has hard
// links, new ones gone. A killed process leaves each file whole, old or new, and
// perhaps a ".Dockerfile.dockgen-…" beside it.
func Write(ctx context.Context, root *os.Root, changes []Change, opts Options) ([]Written, error) {
	w := &writer{root: root, force: opts.Force}
	return w.write(ctx, changes)
}

// writer is one call of Write.
type writer struct {
	root  *os.Root
	force bool
	steps []*step
	done  bool

	testOnlyBefore  func(op, name string) error // called before each change on disk
	testOnlyNoLinks bool                        // as on a file system without hard links
}

// step is one file on its way; its fields say how far it came.
type step struct {
	Change
	target   string
	replaces string // the file that goes, empty for none
	staged   string // the new content beside the target, until it is renamed
	kept     string // the old content: a backup, or a hidden file until the end
	gone     bool   // replaces was removed from its name
	placed   bool   // target holds the new content
}

func (w *writer) write(ctx context.Context, changes []Change) (written []Written, err error) {
	var conflicts []Change
	for _, c := range changes {
		switch {
		case c.State == Same:
			continue
		case c.Conflict() && !w.force:
			conflicts = append(conflicts, c)
			continue
		}
		s := &step{Change: c, target: c.Path.String()}
		switch {
		case c.State == Absent || c.rival:
		case c.Existing != "":
			s.replaces = c.Existing
		default:
			s.replaces = s.target
		}
		w.steps = append(w.steps, s)
	}
	if conflicts != nil {
		return nil, &ConflictError{Changes: conflicts}
	}

	defer func() { // also on a panic
		if w.done {
			return
		}
		if undo := w.rollBack(); undo != nil {
			err = fmt.Errorf("not everything could be undone: %w", errors.Join(err, undo))
		} else if err != nil {
			err = fmt.Errorf("nothing was written: %w", err)
		}
	}()
	for _, phase := range []func(*step) error{w.check, w.stage, w.place} {
		for _, s := range w.steps {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := phase(s); err != nil {
				return nil, err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w.done = true
	return w.finish(), nil
}

// check refuses a target that is not what Compare saw, or that is protected.
func (w *writer) check(s *step) error {
	at, err := look(w.root, s.target)
	if err != nil {
		return err
	}
	if at.path != s.replaces {
		return changed(s.target)
	}
	if s.replaces == "" {
		return nil
	}
	old, info, err := read(w.root, s.replaces)
	if err != nil {
		return err
	}
	if string(old) != string(s.Old) {
		return changed(s.replaces)
	}
	if info.Mode()&0o200 == 0 {
		return fmt.Errorf("%s is read-only: allow writing with chmod u+w %s", s.replaces, safe.Quote(s.replaces))
	}
	return nil
}

// stage writes the new content to a new file beside the target.
func (w *writer) stage(s *step) error {
	name := hidden(s.target)
	if err := w.before("stage", name); err != nil {
		return err
	}
	f, err := w.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, s.Mode)
	if err != nil {
		return fmt.Errorf("writing beside %s: %w", s.target, err)
	}
	s.staged = name
	_, err = f.Write(s.New)
	if err == nil && s.replaces != "" {
		err = f.Chmod(s.Mode) // the umask is for new files
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing beside %s: %w", s.target, err)
	}
	return nil
}

// place puts the staged file where it belongs and keeps the old one.
func (w *writer) place(s *step) error {
	if s.replaces != "" {
		if err := w.keep(s); err != nil {
			return err
		}
	}
	if s.replaces == s.target {
		if err := w.before("replace", s.target); err != nil {
			return err
		}
		if err := w.root.Rename(s.staged, s.target); err != nil {
			return fmt.Errorf("writing %s: %w", s.target, err)
		}
		s.staged, s.gone, s.placed = "", true, true
		return w.verify(s)
	}
	if s.replaces != "" {
		if err := w.before("remove", s.replaces); err != nil {
			return err
		}
		if err := w.root.Remove(s.replaces); err != nil {
			return fmt.Errorf("replacing %s: %w", s.replaces, err)
		}
		s.gone = true
		if err := w.verify(s); err != nil {
			return err
		}
	}
	return w.create(s)
}

// create gives the staged file its name, which must be free: a link, unlike a
// rename, doesn't replace what came there in the meantime.
func (w *writer) create(s *step) error {
	if err := w.before("create", s.target); err != nil {
		return err
	}
	err := w.hardLink(s.staged, s.target)
	switch {
	case err == nil:
		s.placed = true
		return nil // finish removes the staged name
	case errors.Is(err, fs.ErrExist):
		return changed(s.target)
	}
	// A file system without hard links: look, then rename.
	if _, err := w.root.Lstat(s.target); !errors.Is(err, fs.ErrNotExist) {
		return changed(s.target)
	}
	if err := w.root.Rename(s.staged, s.target); err != nil {
		return fmt.Errorf("writing %s: %w", s.target, err)
	}
	s.staged, s.placed = "", true
	return nil
}

// finish removes the helper files and reports. Nothing can go wrong any more
// that would be worth undoing what is written.
func (w *writer) finish() []Written {
	var out []Written
	for _, s := range w.steps {
		if s.staged != "" {
			w.root.Remove(s.staged)
		}
		done := Written{Path: s.Path, State: s.State, Note: s.Note}
		switch {
		case s.kept == "":
		case s.Conflict():
			done.Backup = s.kept
		default:
			w.root.Remove(s.kept)
		}
		w.syncFolder(path.Dir(s.target))
		out = append(out, done)
	}
	return out
}

// before lets a test fail or change something before each change on disk.
func (w *writer) before(op, name string) error {
	if w.testOnlyBefore == nil {
		return nil
	}
	return w.testOnlyBefore(op, name)
}

// syncFolder makes the new names last a power cut. Not every system can.
func (w *writer) syncFolder(dir string) {
	if f, err := w.root.Open(dir); err == nil {
		f.Sync()
		f.Close()
	}
}

// hidden returns a new name beside name for a file that doesn't stay.
func hidden(name string) string {
	dir, base := path.Split(name)
	return dir + "." + strings.TrimPrefix(base, ".") + ".dockgen-" + strings.ToLower(rand.Text()[:10])
}
