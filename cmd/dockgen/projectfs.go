package main

import (
	"io/fs"
	"os"
)

// projectFS is what detection sees of a project: the file system of an os.Root,
// which lets no link lead out.
type projectFS struct {
	fs.FS
	root *os.Root
}

func newProjectFS(root *os.Root) projectFS { return projectFS{root.FS(), root} }

// Stat asks about a file inside the root; links in it are followed.
func (p projectFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(p.FS, name) }
