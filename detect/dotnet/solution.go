package dotnet

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// solutionFiles are the names of files that list the projects which are built together.
func solutionFiles() []string { return []string{"*.sln", "*.slnx"} }

// otherSolution says why a project is none of what the repository is for: the solution at
// its root has others and not this one, and a solution in a folder below has it, as in the steps
// of a course or in a sample that stands by itself. "" where that is not so.
func (g *graph) otherSolution(p *project) string {
	root := g.solutions(g.top)
	if len(root) == 0 || slices.Contains(root, p.Path) || !slices.ContainsFunc(root, func(file string) bool { return slices.Contains(g.paths, file) }) {
		return ""
	}
	for dir := p.Dir(); dir != "."; dir = path.Dir(dir) {
		if d := g.top.Sub(dir); slices.Contains(g.solutions(d), p.Path) {
			return "no part of the solution " + g.top.First(g.top.Names(solutionFiles()...)...) + ": it belongs to " + path.Join(dir, d.Names(solutionFiles()...)[0])
		}
	}
	return ""
}

// solutions are the project files, relative to the tree, that the solutions of a folder list.
func (g *graph) solutions(d *detect.Dir) []string {
	all, _ := detect.Once(g.top, "dotnet solutions:"+d.Path(), func() ([]string, error) {
		var out []string
		for _, name := range d.Names(solutionFiles()...) {
			for _, file := range solution(d, name) {
				out = append(out, path.Join(d.Path(), strings.ReplaceAll(file, `\`, "/")))
			}
		}
		return out, nil
	})
	return all
}

// solution are the projects of one solution, as it writes them. One that can't be read has
// none: nothing depends on it but what is left out.
// https://learn.microsoft.com/visualstudio/extensibility/internals/solution-dot-sln-file
func solution(d *detect.Dir, name string) []string {
	var out []string
	if path.Ext(name) == ".slnx" {
		doc, err := manifest.XML(d, name)
		if err != nil {
			return nil
		}
		doc.Walk(func(e *manifest.Element) {
			if file := e.Attr("Path"); e.Name == "Project" && file != "" {
				out = append(out, file)
			}
		})
		return out
	}
	data, err := d.Read(name)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(data)) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "Project(")
		if !ok {
			continue
		}
		// Project("{type}") = "name", "path", "{id}"
		if parts := strings.Split(rest, `"`); len(parts) > 5 && strings.HasSuffix(path.Ext(parts[5]), "proj") {
			out = append(out, parts[5])
		}
	}
	return out
}
