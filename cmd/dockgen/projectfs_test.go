package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestProjectFS: the quicker listing is that of any file system, and no link leads out of it.
func TestProjectFS(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.txt", "a/c.txt", "a/B.txt"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	fsys := newProjectFS(root)
	if err := os.Symlink(t.TempDir(), filepath.Join(dir, "out")); err != nil {
		t.Skip("no links here")
	}
	if entries, err := fs.ReadDir(fsys, "out"); err == nil {
		t.Errorf("a link that leads out is listed: %v", entries)
	}
	if entries, err := fs.ReadDir(fsys, "a"); err != nil || len(entries) != 2 || entries[0].Name() != "B.txt" || entries[0].IsDir() {
		t.Errorf("a: %v, %v", entries, err)
	}
}
