// Package scantest inspects projects that a test writes down. It is for tests: nothing
// of it belongs into the program.
package scantest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"dockgen/detect"
)

// Archive returns the files of a txtar archive, each under its path.
func Archive(text string) map[string]string {
	files := map[string]string{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		files[f.Name] = string(f.Data)
	}
	return files
}

// Pairs returns files whose paths and texts follow each other.
func Pairs(list ...string) map[string]string {
	files := map[string]string{}
	for pair := range slices.Chunk(list, 2) {
		files[pair[0]] = pair[1]
	}
	return files
}

// Tree returns the folder with those files, each under its path.
func Tree(files map[string]string) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return tree
}

// Try inspects a project of those files.
func Try(t testing.TB, config detect.Config, files map[string]string) (*detect.Project, error) {
	return detect.Scan(t.Context(), Tree(files), config)
}

// Files inspects a project of those files, and fails the test where that is an error.
func Files(t testing.TB, config detect.Config, files map[string]string) *detect.Project {
	t.Helper()
	p, err := Try(t, config, files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// One returns the only service of a project, and fails the test where it has another
// number of them.
func One(t testing.TB, p *detect.Project) *detect.Service {
	t.Helper()
	if len(p.Services) != 1 {
		t.Fatalf("%d services, want one; notes %v", len(p.Services), p.Notes)
	}
	return p.Services[0]
}

// Noted reports whether one of the notes, with its place, says that.
func Noted(notes []detect.Note, text string) bool {
	return slices.ContainsFunc(notes, func(n detect.Note) bool { return strings.Contains(n.String(), text) })
}

// Dir returns the project of those files as a detector sees it.
func Dir(t testing.TB, choices detect.Choices, files map[string]string) *detect.Dir {
	t.Helper()
	tree := Tree(files)
	tree[marker] = &fstest.MapFile{Mode: 0o644}
	var g grab
	if _, err := detect.Scan(t.Context(), tree, detect.Config{Detectors: []detect.Detector{&g}, Choices: choices}); err != nil {
		t.Fatal(err)
	}
	return g.dir
}

// grab is a detector that keeps the folder that it is shown.
type grab struct{ dir *detect.Dir }

// marker is a name that no project has.
const marker = "marker.scantest"

func (*grab) Name() string      { return "grab" }
func (*grab) Markers() []string { return []string{marker} }
func (g *grab) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	g.dir = d
	return nil, detect.NotService("a test")
}
