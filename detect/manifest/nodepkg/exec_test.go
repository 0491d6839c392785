package nodepkg

import (
	"testing"

	"dockgen/detect"
)

// A stage that builds has Bun's own program alone, and not the link beside it.
func TestExecOfBun(t *testing.T) {
	p := &Project{}
	p.Manager.Name = detect.Found("bun")
	argv, err := p.Exec("turbo", "run", "build")
	if err != nil || argv.String() != "bun x --no-install turbo run build" {
		t.Errorf("got %s, %v", argv, err)
	}
}
