package manifest

import (
	"context"
	"testing"
	"testing/fstest"

	"dockgen/detect"
)

// dirOf returns the folder of a project that holds those files.
func dirOf(t testing.TB, folder string, files map[string]string) *detect.Dir {
	t.Helper()
	fsys := fstest.MapFS{"marker.test": {}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	g := &grab{}
	if _, err := detect.Scan(context.Background(), fsys, detect.Config{Detectors: []detect.Detector{g}}); err != nil {
		t.Fatal(err)
	}
	return g.d.Sub(folder)
}

// grab is a detector that keeps the folder it was shown.
type grab struct{ d *detect.Dir }

func (*grab) Name() string      { return "grab" }
func (*grab) Markers() []string { return []string{"marker.test"} }
func (g *grab) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	g.d = d
	return nil, detect.NotService("a test")
}
