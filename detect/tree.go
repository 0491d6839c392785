package detect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/internal/safe"
)

// The limits of one walk. A project beyond them is read up to there, and a note
// says so: an answer about most of a tree is worth more than none.
const (
	maxDepth   = 12
	maxEntries = 2_000_000
)

// skipped are folders that hold no sources of the project: version control,
// installed dependencies, caches. They are known to exist and not entered.
var skipped = []string{
	".git", ".hg", ".svn", ".jj", "node_modules", "bower_components", "jspm_packages", ".venv", "venv", "__pycache__",
	".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".cache", ".next", ".nuxt", ".svelte-kit", ".turbo",
	".parcel-cache", ".terraform", ".gradle", ".idea", ".vs", "vendor", "target", "Pods", "DerivedData", ".eggs", ".pnpm-store",
}

// tree is what the one walk saw: the names in every folder it entered.
type tree struct {
	fsys   fs.FS
	dirs   map[string][]fs.DirEntry // by path, "." for the root; sorted by name
	order  []string                 // the folders in the order of the walk, parents first
	notes  []Note
	budget int64          // bytes that may still be read
	once   map[string]any // what Once has read; a scan is one goroutine

	unnamed int // names that no written file can hold
}

// walk reads the tree below fsys once.
func walk(ctx context.Context, fsys fs.FS) (*tree, error) {
	t := &tree{fsys: fsys, dirs: map[string][]fs.DirEntry{}, budget: maxTotal}
	left, cut := maxEntries, false
	var visit func(dir string, depth int) error
	visit = func(dir string, depth int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil {
			if dir == "." {
				return fmt.Errorf("reading the folder: %w", err)
			}
			if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
				t.notes = append(t.notes, Note{Path: dir, Text: "could not be read and is left out"})
				return nil
			}
			return fmt.Errorf("reading %s: %w", dir, err)
		}
		if left -= len(entries); left < 0 {
			cut = true
			return nil
		}
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return t.unnamable(dir, e.Name()) })
		t.dirs[dir] = entries
		t.order = append(t.order, dir)
		for _, e := range entries {
			if !e.IsDir() || slices.Contains(skipped, e.Name()) {
				continue
			}
			sub := path.Join(dir, e.Name())
			if depth >= maxDepth {
				cut = true
				continue
			}
			if isVirtualenv(fsys, sub) {
				continue
			}
			if err := visit(sub, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := visit(".", 0); err != nil {
		return nil, err
	}
	if cut {
		t.notes = append(t.notes, Note{Text: fmt.Sprintf("the tree is deeper than %d folders or holds more than %d entries: the rest was not looked at", maxDepth, maxEntries)})
	}
	return t, nil
}

// maxUnnamable is how many names are listed that no written file can hold.
const maxUnnamable = 5

// unnamable reports whether a name can't stand in a written file. No detector
// gets to see it.
func (t *tree) unnamable(dir, name string) bool {
	err := safe.FileName(name)
	if err == nil {
		return false
	}
	if t.unnamed++; t.unnamed <= maxUnnamable {
		t.notes = append(t.notes, Note{Path: path.Join(dir, name), Text: "left out: its name " + err.Error()})
	}
	return true
}

// isVirtualenv reports whether a folder of any name is a Python virtual
// environment, which PEP 405 marks by this file.
func isVirtualenv(fsys fs.FS, dir string) bool {
	base := strings.ToLower(path.Base(dir))
	if !strings.Contains(base, "env") {
		return false
	}
	_, err := fs.Stat(fsys, path.Join(dir, "pyvenv.cfg"))
	return err == nil
}

// entry finds a path that the walk has seen, or asks the file system for one
// inside a folder that the walk did not enter.
func (t *tree) entry(p string) (fs.DirEntry, bool) {
	if p == "." {
		return nil, false
	}
	dir, base := path.Split(p)
	dir = path.Clean(dir)
	entries, ok := t.dirs[dir]
	if !ok {
		if !t.inSkipped(dir) {
			return nil, false
		}
		info, err := fs.Stat(t.fsys, p)
		if err != nil {
			return nil, false
		}
		return fs.FileInfoToDirEntry(info), true
	}
	i, found := slices.BinarySearchFunc(entries, base, func(e fs.DirEntry, name string) int { return strings.Compare(e.Name(), name) })
	if !found {
		return nil, false
	}
	return entries[i], true
}

// inSkipped reports whether the walk left the folder out on purpose.
func (t *tree) inSkipped(dir string) bool {
	for _, part := range strings.Split(dir, "/") {
		if slices.Contains(skipped, part) {
			return true
		}
	}
	return false
}
