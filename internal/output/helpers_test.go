package output

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockgen/internal/safe"
)

const (
	rendered = "# syntax=docker/dockerfile:1\n#\n# Written by dockgen\n#\nFROM scratch\nUSER 1:1\n"
	older    = "# syntax=docker/dockerfile:1\n#\n# Written by dockgen\n#\nFROM scratch\n"
	foreign  = "FROM scratch\nCMD [\"/mine\"]\n"
)

func sealed(s string) string { return string(Seal([]byte(s))) }

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// edited is a file of dockgen's that somebody changed.
func edited() string { return sealed(older) + "ENV MINE=1\n" }

func file(path, content string) File {
	return File{Path: safe.RelPathOf(path), Content: []byte(content)}
}

// project makes a folder with the files and opens it.
func project(t *testing.T, files map[string]string) (*os.Root, string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root, dir
}

// tree returns all regular files below dir, and marks what is something else.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, p)
		if !d.Type().IsRegular() {
			files[filepath.ToSlash(name)] = d.Type().String()
			return nil
		}
		b, err := os.ReadFile(p)
		files[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func mustCompare(t *testing.T, root *os.Root, files ...File) []Change {
	t.Helper()
	changes, err := Compare(root, files)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}
