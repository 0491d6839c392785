package detect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"strings"
	"unicode/utf8"

	"dockgen/internal/safe"
)

// The limits of what is read. A manifest is text that people write; lock files
// are larger, and what is larger still is looked at by its name alone.
const (
	MaxFile  = 4 << 20
	MaxLock  = 64 << 20
	maxTotal = 512 << 20
)

// Dir is one folder of the project as a detector sees it. Paths that it takes
// and gives are relative to this folder, with slashes.
type Dir struct {
	tree    *tree
	path    string
	choices *Choices
}

// Path returns the folder's path relative to the project, "." for the root.
func (d *Dir) Path() string { return d.path }

// Rel returns the folder's path relative to the project as a safe one. The walk
// hands out no folder whose name is not.
func (d *Dir) Rel() safe.RelPath { return safe.RelPathOf(d.path) }

// Choices returns what the user has decided already.
func (d *Dir) Choices() *Choices { return d.choices }

// Sub returns a folder relative to this one, which may lie above it ("..") but
// not outside the project. A folder that is not there holds nothing.
func (d *Dir) Sub(p string) *Dir {
	full := path.Join("/", d.path, p) // the leading slash keeps ".." inside
	full = strings.TrimPrefix(full, "/")
	if full == "" {
		full = "."
	}
	return &Dir{d.tree, full, d.choices}
}

// Parents yields the folders above this one, the nearest first, up to the project's root.
func (d *Dir) Parents() iter.Seq[*Dir] {
	return func(yield func(*Dir) bool) {
		for p := d; p.path != "."; {
			p = p.Sub("..")
			if !yield(p) {
				return
			}
		}
	}
}

func (d *Dir) full(name string) string { return path.Join(d.path, name) }

// shown is a path as evidence and errors name it: relative to the project.
func (d *Dir) shown(name string) string { return path.Join(d.tree.up, d.full(name)) }

// Has reports whether a file or link of that path is there.
func (d *Dir) Has(name string) bool {
	e, ok := d.tree.entry(d.full(name))
	return ok && !e.IsDir()
}

// HasDir reports whether a folder of that path is there, be it one that the walk does not enter.
func (d *Dir) HasDir(name string) bool {
	if d.full(name) == "." {
		return true
	}
	e, ok := d.tree.entry(d.full(name))
	return ok && e.IsDir()
}

// There reports whether a file or folder of that path is there, be it in a folder that
// the walk does not enter. A link counts as what it leads to.
func (d *Dir) There(name string) bool {
	full := d.full(name)
	if !fs.ValidPath(full) {
		return false
	}
	_, err := fs.Stat(d.tree.fsys, full)
	return err == nil
}

// First returns the first of the names that is a file here, or "".
func (d *Dir) First(names ...string) string {
	for _, n := range names {
		if d.Has(n) {
			return n
		}
	}
	return ""
}

// Names returns the names of the files in this folder that match any of the
// patterns (path.Match), sorted.
func (d *Dir) Names(patterns ...string) []string {
	var out []string
	for _, e := range d.tree.dirs[d.path] {
		if !e.IsDir() && matchAny(patterns, e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out
}

// Dirs returns the names of the folders in this folder, sorted, those that the
// walk does not enter included.
func (d *Dir) Dirs() []string {
	var out []string
	for _, e := range d.tree.dirs[d.path] {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

// Files yields the paths of the files below this folder whose base name matches
// any of the patterns, parents first. It reads nothing.
func (d *Dir) Files(patterns ...string) iter.Seq[string] {
	return func(yield func(string) bool) { d.files("", patterns, yield) }
}

func (d *Dir) files(prefix string, patterns []string, yield func(string) bool) bool {
	entries := d.tree.dirs[path.Join(d.path, prefix)]
	for _, e := range entries {
		if !e.IsDir() && matchAny(patterns, e.Name()) && !yield(path.Join(prefix, e.Name())) {
			return false
		}
	}
	for _, e := range entries {
		if e.IsDir() && !d.files(path.Join(prefix, e.Name()), patterns, yield) {
			return false
		}
	}
	return true
}

func matchAny(patterns []string, name string) bool {
	for _, p := range patterns {
		// Most patterns are "*.ext", and a large tree has a hundred thousand names.
		if end, ok := strings.CutPrefix(p, "*"); ok && !strings.ContainsAny(end, `*?[\`) {
			if strings.HasSuffix(name, end) && !strings.Contains(name, "/") {
				return true
			}
			continue
		}
		if ok, err := path.Match(p, name); ok && err == nil {
			return true
		}
	}
	return false
}

// Read returns the text of a file: at most MaxFile bytes of UTF-8, a byte order
// mark taken off and line ends made "\n". Errors name the file.
func (d *Dir) Read(name string) ([]byte, error) { return d.text(name, MaxFile) }

// ReadLock is Read for a lock file, which may have MaxLock bytes.
func (d *Dir) ReadLock(name string) ([]byte, error) { return d.text(name, MaxLock) }

// ReadBinary returns the bytes of a file that is no text: at most MaxLock.
func (d *Dir) ReadBinary(name string) ([]byte, error) { return d.read(name, MaxLock) }

func (d *Dir) text(name string, limit int64) ([]byte, error) {
	data, err := d.read(name, limit)
	if err != nil {
		return nil, err
	}
	return normalise(data, func(err error) error { return &FileError{Path: d.shown(name), Err: err} })
}

func (d *Dir) read(name string, limit int64) ([]byte, error) {
	full := d.full(name)
	fail := func(err error) error { return &FileError{Path: d.shown(name), Err: err} }
	// Asking first keeps a pipe or a device from being opened; what a link
	// leads to is asked too, and os.Root keeps it inside the project.
	info, err := fs.Stat(d.tree.fsys, full)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if e, ok := d.tree.entry(full); ok && e.Type()&fs.ModeSymlink != 0 {
			return nil, fail(errors.New("is a link that leads nowhere"))
		}
		return nil, fail(fs.ErrNotExist)
	case err != nil:
		return nil, fail(unread(err))
	case !info.Mode().IsRegular():
		return nil, fail(fmt.Errorf("is not a regular file (%s)", info.Mode().Type()))
	case info.Size() > limit:
		return nil, fail(fmt.Errorf("has %d bytes, more than the %d that are read", info.Size(), limit))
	}
	f, err := d.tree.fsys.Open(full)
	if err != nil {
		return nil, fail(unread(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fail(unread(err))
	}
	if int64(len(data)) > limit {
		return nil, fail(fmt.Errorf("has more than the %d bytes that are read", limit))
	}
	if d.tree.budget.Add(-int64(len(data))) < 0 {
		return nil, fail(fmt.Errorf("is beyond the %d bytes that are read of one project", int64(maxTotal)))
	}
	return data, nil
}

// unread says why a file can't be read, without its path, which ours names already.
func unread(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if err.Error() == "path escapes from parent" { // os.Root's, which has no name for it
		return errors.New("is a link that leads out of the project")
	}
	return fmt.Errorf("can't be read: %w", err)
}

func normalise(data []byte, fail func(error) error) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, fail(errors.New("is UTF-16: save it as UTF-8"))
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return nil, fail(errors.New("is not text: it holds a zero byte"))
	}
	if !utf8.Valid(data) {
		data = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	if bytes.IndexByte(data, '\r') >= 0 {
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	return data, nil
}

// Note returns evidence about a file of this folder.
func (d *Dir) Note(name string, line int, format string, args ...any) Note {
	return Note{Path: d.shown(name), Line: line, Text: fmt.Sprintf(format, args...)}
}

// Errorf returns an error about a line of a file of this folder.
func (d *Dir) Errorf(name string, line int, format string, args ...any) error {
	return &FileError{Path: d.shown(name), Line: line, Err: fmt.Errorf(format, args...)}
}

// FileError is an error about a file of the project.
type FileError struct {
	Path string // relative to the project
	Line int    // 0 where the whole file is meant
	Err  error
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", safe.Visible(e.Path), safe.Visible(e.Err.Error()))
	}
	return fmt.Sprintf("%s:%d: %s", safe.Visible(e.Path), e.Line, safe.Visible(e.Err.Error()))
}

func (e *FileError) Unwrap() error { return e.Err }
