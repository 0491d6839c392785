// Package scantest inspects projects that a test writes down as a map. It is for
// tests: nothing of it belongs into the program.
package scantest

import (
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

// Files inspects a project of those files, each under its path, and fails the test
// where that is an error.
func Files(t testing.TB, config detect.Config, files map[string]string) *detect.Project {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	p, err := detect.Scan(t.Context(), tree, config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
