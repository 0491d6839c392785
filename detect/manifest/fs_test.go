package manifest

import (
	"testing"

	"dockgen/detect"
	"dockgen/internal/scantest"
)

// dirOf returns the folder of a project that holds those files.
func dirOf(t testing.TB, folder string, files map[string]string) *detect.Dir {
	t.Helper()
	return scantest.Dir(t, detect.Choices{}, files).Sub(folder)
}
