package dotnet

import (
	"path"
	"strings"

	"dockgen/detect/dotnet/msbuild"
)

// paket reads the packages of a project that takes them by Paket, whose files stand beside
// it and above it (https://fsprojects.github.io/Paket/references-files.html): a name a line,
// under groups.
func (g *graph) paket(p *project) {
	d := g.top.Sub(p.Dir())
	name := d.First(path.Base(p.Path)+".paket.references", p.Name()+".paket.references", "paket.references")
	if name == "" {
		return
	}
	root := d
	for !root.Has("paket.dependencies") {
		if root.Path() == "." {
			return
		}
		root = root.Sub("..")
	}
	text, err := d.Read(name)
	if err != nil {
		return
	}
	p.packed = append(p.packed, path.Join(p.Dir(), name))
	for _, file := range []string{"paket.dependencies", "paket.lock", ".paket/Paket.Restore.targets"} {
		if root.Has(file) {
			p.packed = append(p.packed, path.Join(root.Path(), file))
		} else if file != "paket.lock" {
			p.notes = append(p.notes, root.Note(file, 0, "is not there, and the project's packages come by it: dotnet tool install paket, then dotnet paket auto-restore on, and commit what that writes"))
		}
	}
	tool := false
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "//")
		words := strings.Fields(strings.TrimPrefix(line, "\ufeff"))
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#") || strings.HasPrefix(words[0], "File:"):
		case strings.EqualFold(words[0], "group") && len(words) > 1:
			tool = strings.EqualFold(words[1], "build") || strings.EqualFold(words[1], "test") || strings.EqualFold(words[1], "tools")
		default:
			p.Packages = append(p.Packages, msbuild.Item{Name: words[0], Private: tool, Why: d.Note(name, i+1, "%s", words[0])})
		}
	}
}
