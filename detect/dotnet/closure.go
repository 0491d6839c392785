package dotnet

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/dotnet/msbuild"
	"dockgen/detect/dotnet/source"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// closure is a program's project with all that it is built from.
type closure struct {
	projects []*project // the program's own first
	// files are what a restore reads, relative to the top: projects, props, targets, locks.
	files  []string
	web    []msbuild.Item // JavaScript projects (.esproj)
	linked []string       // folders and files outside of the projects' folders
	global string         // global.json
	nuget  []string       // nuget.config, the nearest first
	tools  bool           // a target runs a tool that .config/dotnet-tools.json lists
	locked bool           // every project has a lock file
	lock   string         // the program's
	root   string         // the folder that holds it all
	calls  []found        // nil until they are asked for
	// constants are the values of names that have one anywhere, nil until they are
	// asked for.
	constants map[string][]source.Token
	// words are all identifiers, nil until they are asked for.
	words map[string]bool
}

// maxProjects is how many projects one program may be made of.
const maxProjects = 1000

// closure follows the references of a project.
func (g *graph) closure(p *project) (*closure, error) {
	c := &closure{projects: []*project{p}, root: p.Dir(), locked: true}
	seen := map[string]bool{p.Path: true}
	for i := 0; i < len(c.projects) && i < maxProjects; i++ {
		at := c.projects[i]
		c.add(at.Path)
		for _, file := range at.Files {
			c.add(file)
		}
		for _, file := range at.packed {
			c.add(file)
		}
		c.take(g, at)
		for _, ref := range at.References {
			if seen[ref.Name] {
				continue
			}
			seen[ref.Name] = true
			if path.Ext(ref.Name) == ".esproj" && g.top.Has(ref.Name) {
				c.add(ref.Name)
				c.web = append(c.web, ref)
				continue
			}
			if !slices.Contains(g.paths, ref.Name) {
				if !ref.Maybe {
					note := ref.Why
					note.Text += ", which is not in the project's folder: the build can't restore it from here"
					p.notes = append(p.notes, note)
				}
				continue
			}
			next, err := g.project(ref.Name)
			if err != nil {
				return nil, err
			}
			c.projects = append(c.projects, next)
		}
	}
	g.above(c, p)
	for _, file := range c.files {
		c.root = detect.Common(c.root, path.Dir(file))
	}
	for _, l := range c.linked {
		if g.top.Has(l) {
			l = path.Dir(l)
		}
		c.root = detect.Common(c.root, l)
	}
	return c, nil
}

func (c *closure) add(file string) {
	if !slices.Contains(c.files, file) {
		c.files = append(c.files, file)
	}
}

// take adds a project's lock file and the files that it links from elsewhere.
func (c *closure) take(g *graph, p *project) {
	lock := path.Join(p.Dir(), "packages.lock.json")
	if at := p.Text("NuGetLockFilePath"); at != "" && !path.IsAbs(at) {
		lock = path.Join(p.Dir(), strings.ReplaceAll(at, `\`, "/"))
	}
	if g.top.Has(lock) {
		c.add(lock)
		if p == c.projects[0] {
			c.lock = lock
		}
	} else {
		c.locked = false
	}
	for _, l := range p.Linked {
		if (g.top.Has(l.Name) || g.top.HasDir(l.Name)) && !strings.HasPrefix(l.Name, "..") {
			c.linked = append(c.linked, l.Name)
		}
	}
	for _, x := range p.Execs {
		if x.Dir != "" && !strings.HasPrefix(x.Dir, "..") && g.top.Has(path.Join(x.Dir, "package.json")) {
			c.linked = append(c.linked, x.Dir)
		}
	}
}

// above finds the files that apply from the folders above the project.
func (g *graph) above(c *closure, p *project) {
	for dir := g.top.Sub(p.Dir()); ; dir = dir.Sub("..") {
		if c.global == "" && dir.Has("global.json") {
			c.global = path.Join(dir.Path(), "global.json")
			c.add(c.global)
		}
		if name := dir.First("nuget.config", "NuGet.config", "NuGet.Config"); name != "" {
			c.nuget = append(c.nuget, path.Join(dir.Path(), name))
			c.add(path.Join(dir.Path(), name))
		}
		if name := path.Join(dir.Path(), ".config", "dotnet-tools.json"); g.top.Has(name) {
			runs := p.runsTool(dir)
			if runs || p.execs("dotnet tool") || len(p.packed) > 0 {
				c.add(name)
			}
			c.tools = c.tools || runs
		}
		if dir.Path() == "." {
			return
		}
	}
}

// execs reports whether a target runs a command that holds the words.
func (p *project) execs(words string) bool {
	return slices.ContainsFunc(p.Execs, func(x msbuild.Exec) bool { return strings.Contains(x.Command, words) })
}

// runsTool reports whether a target runs one of the tools that the folder lists, as
// dotnet-ef is run by "dotnet ef", and does not restore them itself.
func (p *project) runsTool(dir *detect.Dir) bool {
	var file struct {
		Tools map[string]struct {
			Commands []string `json:"commands"`
		} `json:"tools"`
	}
	if _, err := manifest.JSONC(dir, ".config/dotnet-tools.json", &file); err != nil || p.execs("dotnet tool restore") {
		return false
	}
	for _, tool := range file.Tools {
		for _, command := range tool.Commands {
			name := strings.TrimPrefix(command, "dotnet-")
			if name != "" && slices.ContainsFunc(p.Execs, func(x msbuild.Exec) bool { return strings.Contains(x.Command+" ", "dotnet "+name+" ") }) {
				return true
			}
		}
	}
	return false
}

// root makes the folder that holds everything the build's context, and lists what a
// restore reads.
func (g *graph) root(s *detect.Service, f *Facts, c *closure) error {
	var err error
	if s.Root, err = safe.NewRelPath(c.root); err != nil {
		return err
	}
	if f.Project, err = safe.NewRelPath(detect.Under(c.projects[0].Path, c.root)); err != nil {
		return err
	}
	for _, file := range c.files {
		at, err := safe.NewRelPath(detect.Under(file, c.root))
		if err != nil {
			return err
		}
		f.Manifests = append(f.Manifests, at)
	}
	slices.SortFunc(f.Manifests, func(a, b safe.RelPath) int { return strings.Compare(a.String(), b.String()) })
	return nil
}

// packages are the packages of all projects that get into the output.
func (c *closure) packages() []msbuild.Item {
	var out []msbuild.Item
	for _, p := range c.projects {
		if p.role == tests {
			continue
		}
		for _, i := range p.Packages {
			if !i.Private {
				out = append(out, i)
			}
		}
	}
	return out
}
