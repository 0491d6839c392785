package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"dockgen/internal/safe"
)

// maxSize bounds what is read of a file that is there: nobody's Dockerfile is larger.
const maxSize = 4 << 20

// place is what a folder holds where a file is to be written.
type place struct {
	path     string   // the file that is there, perhaps in other letter case; empty for none
	siblings []string // the names in the folder
}

// look finds the file that name stands for. It asks the folder for its names,
// because a file system that ignores letter case would answer to any spelling.
func look(root *os.Root, name string) (place, error) {
	dir, base := path.Split(name)
	dir = path.Clean(dir)
	if err := checkFolder(root, dir); err != nil {
		return place{}, fmt.Errorf("writing %s: %w", name, err)
	}
	f, err := root.Open(dir)
	if err != nil {
		return place{}, fmt.Errorf("reading the folder of %s: %w", name, err)
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return place{}, fmt.Errorf("reading the folder of %s: %w", name, err)
	}
	slices.Sort(names)
	at := place{siblings: names}
	if _, ok := slices.BinarySearch(names, base); ok {
		at.path = name
	} else if i := slices.IndexFunc(names, func(s string) bool { return strings.EqualFold(s, base) }); i >= 0 {
		at.path = path.Join(dir, names[i])
	}
	if at.path == "" {
		return at, nil
	}
	info, err := root.Lstat(at.path)
	if err != nil {
		return place{}, fmt.Errorf("looking at %s: %w", at.path, err)
	}
	return at, checkRegular(at.path, info)
}

// checkFolder refuses a folder that isn't there or is reached through a link.
func checkFolder(root *os.Root, dir string) error {
	if dir == "." {
		return nil
	}
	elems := strings.Split(dir, "/")
	for i := range elems {
		p := strings.Join(elems[:i+1], "/")
		info, err := root.Lstat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("there is no folder %q: make it with mkdir -p %s", p, safe.Quote(dir))
		case err != nil:
			return fmt.Errorf("looking at the folder %q: %w", p, err)
		case !info.IsDir():
			return fmt.Errorf("%q is %s, not a folder", p, kind(info.Mode()))
		}
	}
	return nil
}

// checkRegular refuses whatever isn't a plain file.
func checkRegular(name string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return fmt.Errorf("%s is %s, and dockgen writes regular files only: move it away with mv %s %s",
		name, kind(info.Mode()), safe.Quote(name), safe.Quote(name+".old"))
}

func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m.IsDir():
		return "a folder"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	case m.IsRegular():
		return "a file"
	}
	return "a special file"
}

// read returns the bytes of a regular file. Opening doesn't wait for a FIFO's
// writer, and what was opened is what was looked at, not a link put in between.
func read(root *os.Root, name string) ([]byte, fs.FileInfo, error) {
	before, err := root.Lstat(name)
	if err != nil {
		return nil, nil, fmt.Errorf("looking at %s: %w", name, err)
	}
	if err := checkRegular(name, before); err != nil {
		return nil, nil, err
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if !os.SameFile(before, info) {
		return nil, nil, changed(name)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(b) > maxSize {
		return nil, nil, fmt.Errorf("%s is larger than %d MiB, which no container file is", name, maxSize>>20)
	}
	return b, info, nil
}

func changed(name string) error {
	return fmt.Errorf("%s was changed by somebody while dockgen ran: run dockgen init again", name)
}
