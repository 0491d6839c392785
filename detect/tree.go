package detect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".cache", ".next", ".nuxt", ".svelte-kit", ".turbo", ".nx",
	".parcel-cache", ".terraform", ".gradle", ".idea", ".vs", "vendor", "target", "Pods", "DerivedData", ".eggs", ".pnpm-store",
}

// tree is what the one walk saw: the names in every folder it entered.
type tree struct {
	fsys  fs.FS
	dirs  map[string][]entry // by path, "." for the root; sorted by name
	order []string           // the folders in the order of the walk, parents first
	marks map[string]marks   // of the folders that have a marker
	notes []Note

	budget *atomic.Int64 // bytes that may still be read
	once   onces

	repository func() *Repository // that the project lies in; nil: nothing above it may be read
	up, down   string             // of a folder above the project: see Above

	unnamed int // names that no written file can hold
}

// walk reads the tree below fsys once: level by level, the folders of a level side
// by side, for what takes time is waiting for the file system.
func walk(ctx context.Context, fsys fs.FS, index *markers, progress func(int)) (*tree, error) {
	t := &tree{fsys: fsys, dirs: map[string][]entry{}, marks: map[string]marks{}, budget: new(atomic.Int64)}
	t.budget.Store(maxTotal)
	seen := 0
	left, cut := maxEntries, false
	level := []string{"."}
	for depth := 0; len(level) > 0; depth++ {
		var listings []listing
		for part := range slices.Chunk(level, atOnce) {
			some, err := readAll(ctx, fsys, part, index)
			if err != nil {
				return nil, err
			}
			listings = append(listings, some...)
			if seen += len(part); progress != nil {
				progress(seen)
			}
		}
		var next []string
		for i, dir := range level {
			l := listings[i]
			switch {
			case l.skip:
				continue
			case l.err != nil && dir == ".":
				return nil, fmt.Errorf("reading the folder: %w", l.err)
			case errors.Is(l.err, fs.ErrPermission), errors.Is(l.err, fs.ErrNotExist):
				t.notes = append(t.notes, Note{Path: dir, Text: "could not be read and is left out"})
				continue
			case l.err != nil:
				return nil, fmt.Errorf("reading %s: %w", dir, l.err)
			}
			if left -= len(l.entries); left < 0 {
				cut = true
				continue
			}
			for _, bad := range l.bad {
				t.unnamable(bad)
			}
			t.dirs[dir] = l.entries
			if l.marks != 0 {
				t.marks[dir] = l.marks
			}
			for _, e := range l.entries {
				if !e.IsDir() || slices.Contains(skipped, e.Name()) {
					continue
				}
				if templated(e.Name()) {
					t.notes = append(t.notes, Note{Path: path.Join(dir, e.Name()), Text: "left out: a template of projects, whose names and values are put in when somebody makes a project of it"})
					continue
				}
				if depth >= maxDepth {
					cut = true
					continue
				}
				next = append(next, path.Join(dir, e.Name()))
			}
		}
		level = next
	}
	t.inOrder(".")
	if cut {
		t.notes = append(t.notes, Note{Text: fmt.Sprintf("the tree is deeper than %d folders or holds more than %d entries: the rest was not looked at", maxDepth, maxEntries)})
	}
	return t, nil
}

// brick is the folder that Mason makes projects of (https://docs.brickhub.dev).
const brick = "__brick__"

// templated reports whether the name of a folder is that of a template, which holds
// what a tool fills in: Cookiecutter's and Copier's {{ }}, Yeoman's <% %>.
func templated(name string) bool {
	return name == brick || strings.Contains(name, "{{") || strings.Contains(name, "{%") || strings.Contains(name, "<%")
}

// atOnce is how many folders are read before it is told how far the walk is.
const atOnce = 5000

// readers is how many folders are read at a time: more than processors, for they
// wait, and few enough to leave file descriptors to others.
const readers = 8

// readAll reads the folders; what goes wrong with one is in its listing.
func readAll(ctx context.Context, fsys fs.FS, dirs []string, index *markers) ([]listing, error) {
	out := make([]listing, len(dirs))
	read := func(i int) {
		if out[i].skip = isVirtualenv(fsys, dirs[i]); out[i].skip {
			return
		}
		all, err := fs.ReadDir(fsys, dirs[i])
		out[i] = compact(dirs[i], all, index)
		out[i].err = err
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(readers, len(dirs)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(dirs) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				read(i)
			}
		})
	}
	wg.Wait()
	return out, ctx.Err()
}

// inOrder lists the folders as a walk by one reader would: parents first, then by name.
func (t *tree) inOrder(dir string) {
	entries, ok := t.dirs[dir]
	if !ok {
		return
	}
	t.order = append(t.order, dir)
	for _, e := range entries {
		if e.IsDir() {
			t.inOrder(path.Join(dir, e.Name()))
		}
	}
}

// maxUnnamable is how many names are listed that no written file can hold.
const maxUnnamable = 5

// unnamable notes a name that can't stand in a written file. No detector gets to see it.
func (t *tree) unnamable(bad badName) {
	if t.unnamed++; t.unnamed <= maxUnnamable {
		t.notes = append(t.notes, Note{Path: bad.path, Text: "left out: its name " + bad.why.Error()})
	}
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
func (t *tree) entry(p string) (entry, bool) {
	if p == "." {
		return entry{}, false
	}
	dir, base := path.Split(p)
	dir = path.Clean(dir)
	entries, ok := t.dirs[dir]
	if !ok {
		if !t.inSkipped(dir) {
			return entry{}, false
		}
		info, err := fs.Stat(t.fsys, p)
		if err != nil {
			return entry{}, false
		}
		return entry{path.Base(p), info.Mode().Type()}, true
	}
	return find(entries, base)
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
