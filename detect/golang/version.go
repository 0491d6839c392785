package golang

import (
	"fmt"
	"go/version"
	"strings"

	"golang.org/x/mod/modfile"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// version is the Go release that the project asks for: a version file's where
// it satisfies go.mod, else the larger of the go and toolchain lines. The image
// has GOTOOLCHAIN=local, so that a compiler older than go.mod's go line fails.
func (w *workspace) version() (detect.Value[safe.Version], error) {
	floor := w.declared()
	asked, err := manifest.Versions(w.top.Sub(w.main.dir), "go", ".go-version")
	if err != nil || !asked.IsSet() {
		return floor, err
	}
	v, err := safe.NewVersion(release(asked.V))
	if err != nil { // "latest"
		return floor, nil
	}
	file := detect.Found(v, asked.Why...)
	if floor.IsSet() && version.Compare("go"+file.V.String(), "go"+floor.V.String()) < 0 && !strings.HasPrefix(floor.V.String(), file.V.String()+".") {
		w.notes = append(w.notes, detect.Note{Path: file.Why[0].Path, Line: file.Why[0].Line, Text: fmt.Sprintf("asks for Go %s, but go.mod needs at least %s, which is taken", file.V, floor.V)})
		return floor, nil
	}
	return file, nil
}

// declared is the largest release that go.mod and go.work state.
func (w *workspace) declared() detect.Value[safe.Version] {
	var best detect.Value[safe.Version]
	take := func(text string, line int, name string) {
		v, err := safe.NewVersion(release(text))
		if err != nil {
			return
		}
		if !best.IsSet() || version.Compare("go"+v.String(), "go"+best.V.String()) > 0 {
			best = detect.Found(v, w.top.Note(name, line, "%s", text))
		}
	}
	lines := func(goLine *modfile.Go, tool *modfile.Toolchain, name string) {
		if goLine != nil {
			take("go "+goLine.Version, goLine.Syntax.Start.Line, name)
		}
		if tool != nil {
			take("toolchain "+tool.Name, tool.Syntax.Start.Line, name)
		}
	}
	for _, m := range w.locals {
		if m.file != nil {
			lines(m.file.Go, m.file.Toolchain, m.mod())
		}
	}
	if w.tool != nil {
		lines(w.tool.Go, w.tool.Toolchain, w.work)
	}
	return best
}

// release takes the number out of "go 1.25.0", "toolchain go1.25rc1".
func release(s string) string {
	s = s[strings.LastIndexByte(s, ' ')+1:]
	s = strings.TrimPrefix(s, "go")
	if i := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }); i > 0 {
		s = s[:i]
	}
	return s
}
