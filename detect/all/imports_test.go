package all_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestImports holds the layers to what they may reach. Whatever decides or
// renders gets the project as an fs.FS: without os, os/exec and net in any of its
// own packages it can neither run a program of the project, nor fetch what a
// manifest names, nor read or write beside the folder.
func TestImports(t *testing.T) {
	root, module := "../..", "dockgen"
	var check func(dir string, via []string)
	seen := map[string]bool{}
	check = func(dir string, via []string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		via = append(via[:len(via):len(via)], dir)
		for _, name := range importsOf(t, filepath.Join(root, dir)) {
			if own, ok := strings.CutPrefix(name, module+"/"); ok {
				check(own, via)
			} else if forbidden(name) {
				t.Errorf("%s imports %q", strings.Join(via, " imports "), name)
			}
		}
	}
	for _, layer := range []string{"detect", "internal/plan", "internal/safe", "internal/catalog", "templates"} {
		for _, dir := range packages(t, root, layer) {
			check(dir, nil)
		}
	}
	for _, want := range []string{"detect/node", "detect/python", "detect/golang", "internal/plan", "templates"} {
		if !seen[want] {
			t.Errorf("%s was not looked at", want)
		}
	}
}

// TestDetectorsStandAlone: a language's detector knows no other's.
func TestDetectorsStandAlone(t *testing.T) {
	dirs := packages(t, "../..", "detect")
	for _, dir := range dirs {
		if dir == "detect" || dir == "detect/all" || strings.HasPrefix(dir, "detect/manifest") {
			continue
		}
		for _, name := range importsOf(t, filepath.Join("../..", dir)) {
			own, ok := strings.CutPrefix(name, "dockgen/")
			if ok && own != "detect" && slices.Contains(dirs, own) && !strings.HasPrefix(own, "detect/manifest") && language(own) != language(dir) {
				t.Errorf("%s imports %s", dir, own)
			}
		}
	}
}

// language is the folder right below detect that a package is in.
func language(dir string) string { return strings.Split(dir, "/")[1] }

// forbidden are packages by which a program is run, or what is not in the
// project's fs.FS is reached. net/url and net/netip only read text.
func forbidden(name string) bool {
	switch name {
	case "net/url", "net/netip":
		return false
	case "io/ioutil", "path/filepath", "plugin", "syscall", "unsafe", "C":
		return true
	}
	top, _, _ := strings.Cut(name, "/")
	return top == "os" || top == "net" || strings.HasPrefix(name, "golang.org/x/sys") || strings.HasPrefix(name, "golang.org/x/net")
}

// packages are the folders below one that hold a package, relative to the root.
func packages(t *testing.T, root, below string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(filepath.Join(root, below), func(p string, e os.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		if e.Name() == "testdata" {
			return filepath.SkipDir
		}
		dir, err := filepath.Rel(root, p)
		if files, _ := filepath.Glob(filepath.Join(p, "*.go")); len(files) > 0 {
			out = append(out, filepath.ToSlash(dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// importsOf is what the files of a package import, its tests left out; build
// constraints are not looked at, so that every platform is covered.
func importsOf(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s holds no package: %v", dir, err)
	}
	var out []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out = append(out, imported)
		}
	}
	return out
}

// TestFilesAreShort: a file of a detector is one thing.
func TestFilesAreShort(t *testing.T) {
	for _, dir := range packages(t, "../..", "detect") {
		names, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(data), "\n"); n > 400 && !strings.HasSuffix(name, "_test.go") {
				t.Errorf("%s has %d lines, more than 400: part it by what it does", strings.TrimPrefix(name, "../../"), n)
			}
		}
	}
}
