//go:build unix

package main

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
)

// ReadDir lists a folder inside the root, sorted by name. Since Go 1.26 an os.Root
// asks the system about every single entry of a folder that it lists, which is most
// of the time that a scan of a large tree takes. The type of an entry, all that a
// scan wants of it, comes with the listing itself, so the open folder is listed
// without the root. What Info says of an entry is not to be relied on.
func (p projectFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	dir, err := p.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	fd, err := syscall.Dup(int(dir.Fd()))
	if err != nil {
		return nil, &fs.PathError{Op: "dup", Path: name, Err: err}
	}
	syscall.CloseOnExec(fd)
	plain := os.NewFile(uintptr(fd), name)
	defer plain.Close()
	entries, err := plain.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}
