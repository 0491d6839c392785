package dotnet

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// nodeCommands are programs of Node that a target may run.
var nodeCommands = []string{"npm", "npx", "yarn", "pnpm", "node", "bower", "gulp", "webpack", "ng", "vite"}

// node finds the front end that MSBuild builds by itself: a target that runs npm, or
// a JavaScript project among the references. It needs Node beside the SDK.
func (g *graph) node(s *detect.Service, f *Facts, c *closure) error {
	type use struct {
		dir string
		why detect.Note
	}
	var uses []use
	for _, p := range c.projects {
		for _, x := range p.Execs {
			word, _, _ := strings.Cut(strings.TrimSpace(x.Command), " ")
			if slices.Contains(nodeCommands, strings.TrimSuffix(word, ".cmd")) {
				uses = append(uses, use{x.Dir, x.Why})
			}
		}
	}
	for _, w := range c.web {
		uses = append(uses, use{path.Dir(w.Name), w.Why})
	}
	for _, u := range uses {
		if !f.Node {
			f.Node = true
			u.why.Text += ": Node stands beside the SDK"
			s.Notes = append(s.Notes, u.why)
			s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "node"})
		}
		if u.dir == "" || !g.top.Has(path.Join(u.dir, "package.json")) || slices.ContainsFunc(s.Parts, func(p detect.Part) bool { return p.Path.String() == u.dir }) {
			continue
		}
		if err := g.frontend(s, f, c, u.dir, u.why); err != nil {
			return err
		}
	}
	return g.fable(s, c.projects[0])
}

// fable takes a client that Fable compiles to JavaScript for a part of the one server
// beside it: what its bundler would build alone lacks that very code
// (https://fable.io/docs/getting-started/cli.html).
func (g *graph) fable(s *detect.Service, p *project) error {
	if s.Kind != detect.Server {
		return nil
	}
	for _, o := range g.all() {
		client := strings.HasSuffix(o.Path, ".fsproj") && (strings.Contains(o.Text("DefineConstants"), "FABLE_COMPILER") || o.hasPrefix("Fable") || o.hasAny([]string{"SAFE.Client"}))
		if other := o != p && o.role == runs && g.kind(o) == detect.Server && !aside(o.Path); other {
			return nil // of which of them it is can't be told
		}
		if o == p || !client || aside(o.Path) || !g.top.Has(path.Join(o.Dir(), "package.json")) {
			continue
		}
		at, err := safe.NewRelPath(o.Dir())
		if err != nil {
			return err
		}
		why := g.top.Note(o.Path, 0, "Fable compiles it to JavaScript, which is no part of this image: dotnet fable, and then the bundler, make the pages that this program serves")
		s.Parts = append(s.Parts, detect.Part{Path: at, Why: why})
		s.Notes = append(s.Notes, why)
	}
	return nil
}

// frontend reads the package that is built, for Node's version and the package manager.
func (g *graph) frontend(s *detect.Service, f *Facts, c *closure, dir string, why detect.Note) error {
	at, err := safe.NewRelPath(dir)
	if err != nil {
		return err
	}
	if dir != "." {
		s.Parts = append(s.Parts, detect.Part{Path: at, Why: why})
	}
	project, err := nodepkg.Load(g.top.Sub(dir))
	if err != nil {
		return err
	}
	for i := range s.Runtimes {
		if r := &s.Runtimes[i]; r.Name == "node" && !r.Version.IsSet() {
			r.Version = project.Node
		}
	}
	in, err := project.Install(g.top.Sub(c.root))
	if err != nil {
		return err
	}
	if f.Setup == nil && (in.Setup.Tool != "" || !in.Setup.Run.IsZero()) {
		f.Setup = &in
	}
	return nil
}
