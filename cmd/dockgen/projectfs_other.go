//go:build !unix

package main

import "io/fs"

// ReadDir lists a folder inside the root, sorted by name.
func (p projectFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(p.FS, name) }
