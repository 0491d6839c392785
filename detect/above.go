package detect

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/internal/safe"
)

// Repository is the version control's tree that the project's folder lies in. A folder
// that is a member of a workspace takes values from a manifest above it, which is read
// there, and nothing else is; the links of FS lead nowhere out of the repository.
type Repository struct {
	FS  fs.FS
	Dir string // the project's folder in it
}

// maxAbove is how many folders above the project are asked for a manifest.
const maxAbove = 12

// Above returns the folders above the project, nearest first, that have a file of one of
// the names: manifests of a workspace that the project says it is part of. None where the
// project is in no repository. Only those files can be seen in them, and a path of such a
// folder in evidence begins with "..".
func (d *Dir) Above(names ...string) []*Dir {
	names = slices.Sorted(slices.Values(names))
	found, _ := Once(d, "above:"+strings.Join(names, "/"), func() ([]*Dir, error) { return d.above(names), nil })
	return found
}

func (d *Dir) above(names []string) []*Dir {
	t := d.tree
	if t.repository == nil {
		return nil
	}
	repo := t.repository()
	if repo == nil || repo.FS == nil || !fs.ValidPath(repo.Dir) {
		return nil
	}
	var found []*Dir
	up := ".."
	for at := repo.Dir; at != "." && strings.Count(up, "..") <= maxAbove; up += "/.." {
		at = path.Dir(at)
		var entries []entry
		for _, name := range names {
			info, err := fs.Stat(repo.FS, path.Join(at, name))
			if err == nil && info.Mode().IsRegular() {
				entries = append(entries, entry{name, info.Mode().Type()})
			}
		}
		if len(entries) == 0 {
			continue
		}
		sub, err := fs.Sub(repo.FS, at)
		if err != nil {
			continue
		}
		found = append(found, &Dir{&tree{
			fsys: only{sub, entries}, dirs: map[string][]entry{".": entries}, budget: t.budget,
			up: up, down: Under(repo.Dir, at),
		}, ".", d.choices})
	}
	return found
}

// Outside returns the way from the project's folder to this one, as "../..", and the one
// back, where it is one that Above gave, else "".
func (d *Dir) Outside() (up, down string) { return d.tree.up, d.tree.down }

// only is a folder of which nothing but some files can be read.
type only struct {
	fs.FS
	entries []entry
}

func (o only) Open(name string) (fs.File, error) {
	for _, e := range o.entries {
		if e.Name() == name {
			return o.FS.Open(name)
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Incomplete says that a service can't be built out of the project's folder alone: its
// build needs what lies above.
type Incomplete struct {
	Why  Note
	Root Up // the way to the folder that holds all of it; "" where it is not known
}

// Up is a way up, as "../..", and nothing else.
type Up string

// NeedsAbove notes that the service's build needs what why tells of, and where to run
// dockgen instead: in root, the way up from the project's folder, "" where that is not known.
func (s *Service) NeedsAbove(why Note, root string) {
	if up := Up(Upward(root)); s.Incomplete == nil || len(up) > len(s.Incomplete.Root) {
		s.Incomplete = &Incomplete{why, up}
	}
	if root == "" {
		why.Text += ": run dockgen in the folder above that holds both, or the build fails"
	} else {
		why.Text += fmt.Sprintf(": the build fails without it, so run dockgen init %s --service %s", safe.Quote(root), s.Name)
	}
	s.Notes = append(s.Notes, why)
}

// Upward returns the part of a path that leads up, "../.." of "../../lib/a", "" for none.
func Upward(p string) string {
	parts := strings.Split(path.Clean(p), "/")
	n := 0
	for n < len(parts) && parts[n] == ".." {
		n++
	}
	return strings.Join(parts[:n], "/")
}
