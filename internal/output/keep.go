package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
)

// maxBackups ends the search for a free name.
const maxBackups = 1000

// keep gives the file that goes a second name, so that it can come back.
func (w *writer) keep(s *step) error {
	if err := w.before("keep", s.replaces); err != nil {
		return err
	}
	names := func(int) string { return hidden(s.target) }
	if s.Conflict() {
		names = func(i int) string { return backup(s.replaces, i) }
	}
	for i := range maxBackups {
		name := names(i)
		err := w.link(s.replaces, name, s.Mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("keeping a copy of %s: %w", s.replaces, err)
		}
		s.kept = name
		return nil
	}
	return fmt.Errorf("%s has %d backups: remove some of %s", s.replaces, maxBackups, backup(s.replaces, 0)+"*")
}

// verify makes sure that what is gone is what Compare saw. It comes after the
// fact: an edit up to the last moment is in the kept file and comes back with it.
func (w *writer) verify(s *step) error {
	old, _, err := read(w.root, s.kept)
	if err == nil && string(old) != string(s.Old) {
		err = changed(s.replaces)
	}
	return err
}

// backup is the i-th name for a backup.
func backup(name string, i int) string {
	if i == 0 {
		return name + ".bak"
	}
	return name + ".bak." + strconv.Itoa(i)
}

// link makes newname the same file as name, or a copy where the file system or
// its rules allow no hard link. A newname that exists is fs.ErrExist.
func (w *writer) link(name, newname string, mode fs.FileMode) error {
	err := w.hardLink(name, newname)
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return w.copyTo(name, newname, mode)
}

// hardLink is root's Link.
func (w *writer) hardLink(name, newname string) error {
	if w.testOnlyNoLinks {
		return errors.ErrUnsupported
	}
	return w.root.Link(name, newname)
}

// copyTo copies name to newname, which must be free.
func (w *writer) copyTo(name, newname string, mode fs.FileMode) error {
	b, _, err := read(w.root, name)
	if err != nil {
		return err
	}
	f, err := w.root.OpenFile(newname, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		w.root.Remove(newname)
	}
	return err
}

// rollBack undoes what was done, last first. What can't be undone is an error
// that says where the old file is.
func (w *writer) rollBack() error {
	var errs []error
	for i := len(w.steps) - 1; i >= 0; i-- {
		s := w.steps[i]
		if s.staged != "" {
			w.root.Remove(s.staged)
		}
		if err := w.putBack(s); err != nil {
			errs = append(errs, err)
			continue
		}
		if s.kept != "" {
			w.root.Remove(s.kept) // it is gone already where it was renamed
		}
	}
	return errors.Join(errs...)
}

// putBack makes the target what it was. A target that isn't ours any more is
// somebody's newest work and stays.
func (w *writer) putBack(s *step) error {
	if s.placed {
		b, _, err := read(w.root, s.target)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return s.stuck(err)
		case string(b) != string(s.New):
			return s.stuck(changed(s.target))
		case s.replaces == s.target:
			if err := w.root.Rename(s.kept, s.target); err != nil {
				return s.stuck(err)
			}
			return nil
		default:
			if err := w.root.Remove(s.target); err != nil {
				return s.stuck(err)
			}
		}
	}
	if !s.gone {
		return nil
	}
	if err := w.link(s.kept, s.replaces, s.Mode); err != nil {
		return s.stuck(err)
	}
	return nil
}

// stuck is the error for a target that couldn't be put back.
func (s *step) stuck(err error) error {
	if s.kept == "" {
		return fmt.Errorf("removing the new %s: %w", s.target, err)
	}
	return fmt.Errorf("putting %s back, which is kept as %s: %w", s.replaces, s.kept, err)
}
