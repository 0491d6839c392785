package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/javascript"
	"dockgen/detect/manifest/nodepkg"
	"dockgen/internal/safe"
)

// client is a page in a package of its own that this program serves.
type client struct {
	dir      string // relative to the project's folder, "../client"
	output   string // of its build, relative to dir
	to       string // where the program looks for it, relative to the project's folder
	frontend *nodepkg.Frontend
	why      detect.Note
}

// clientDirs are where people keep the page beside the server.
var clientDirs = []string{"client", "frontend", "web", "ui", "webapp", "www", "app", "../client", "../frontend", "../web", "../ui", "../webapp"}

// findClient looks for a folder that the program serves and that is not there
// until a package beside it is built. Where several pages could be it, none is taken.
func (p *project) findClient(files []*javascript.File) *client {
	for _, f := range files {
		for _, c := range f.Calls(f.Whole()) {
			if n := c.Name(); n != "static" && n != "serveStatic" && n != "register" && n != "serve" || len(c.Args) == 0 {
				continue
			}
			at, ok := p.served(f, c)
			if !ok || p.filled(at) {
				continue
			}
			var found []*client
			for _, dir := range clientDirs {
				if made := p.clientIn(dir, at); made != nil {
					made.why = p.Note(f.Path, c.Line, "serves %s", at)
					found = append(found, made)
				}
			}
			if len(found) == 1 {
				return found[0]
			}
		}
	}
	return nil
}

// filled reports whether a folder holds more than the file that keeps it in git.
func (p *project) filled(dir string) bool {
	d := p.Sub(dir)
	return len(d.Dirs()) > 0 || slices.ContainsFunc(d.Names("*"), func(name string) bool {
		return name != ".gitkeep" && name != ".gitignore" && name != ".keep" && name != "README.md"
	})
}

// served is the folder that a call serves, relative to the project; it may lie beside it.
func (p *project) served(f *javascript.File, c javascript.Call) (string, bool) {
	span := c.Args[0]
	if c.Name() == "register" {
		if len(c.Args) < 2 {
			return "", false
		}
		root, ok := f.Key(c.Args[1], "root")
		if !ok {
			return "", false
		}
		span = root
	}
	parts := f.Strings(span)
	if len(parts) == 0 || !f.Has(span, "__dirname") && !f.Has(span, "join") && !f.Has(span, "resolve") && len(parts) != 1 {
		return "", false
	}
	base := ""
	if f.Has(span, "__dirname") || f.Has(span, "dirname") {
		base = path.Dir(f.Path)
		if workingDirectory(f) {
			base = "."
		}
	}
	at := path.Join(append([]string{base}, parts...)...)
	return at, !path.IsAbs(at) && at != "."
}

// workingDirectory reports whether the file's own __dirname is the folder that the program
// is started in, as modules have none: const __dirname = path.resolve().
func workingDirectory(f *javascript.File) bool {
	span, ok := f.Const("__dirname")
	return ok && len(f.Strings(span)) == 0 && (f.Has(span, "cwd") || f.Has(span, "resolve")) && !f.Has(span, "import") && !f.Has(span, "dirname") && !f.Has(span, "fileURLToPath") && !f.Has(span, "__filename")
}

// buildsAlone reports whether the build script does nothing but install, and build the page.
func (p *project) buildsAlone(c *client) bool {
	cmds := p.expand(p.script(p.buildScript()), 0)
	builds := false
	for _, cmd := range cmds {
		switch {
		case cmd.Opaque || len(cmd.Args) == 0:
			return false
		case cmd.Program() == "cd":
		case cmd.Manager != "" && len(cmd.Args) > 1 && slices.Contains([]string{"install", "i", "ci"}, cmd.Args[1]):
		case cmd.Manager != "" && cmd.Script != "" && path.Clean(cmd.Dir) == path.Clean(c.dir):
			builds = true
		default:
			return false
		}
	}
	return builds
}

// clientIn reads the package in a folder; nil where it makes no page for the folder at.
func (p *project) clientIn(dir, at string) *client {
	d := p.Sub(dir)
	if strings.HasPrefix(dir, "..") && p.Path() == "." || !d.Has("package.json") {
		return nil
	}
	page, err := newProject(d)
	if err != nil || page.npm.Workspace != nil {
		return nil
	}
	fw, err := page.match()
	if err != nil || fw == nil || fw.role != static || page.script("build") == "" {
		return nil
	}
	// A page beside the program that has a Dockerfile is deployed by itself.
	if strings.HasPrefix(dir, "..") && d.First("Dockerfile", "Containerfile") != "" {
		return nil
	}
	// A folder that is inside a package belongs to that one alone.
	if strings.HasPrefix(at, "..") && at != path.Join(dir, fw.output) {
		return nil
	}
	return &client{dir: dir, output: fw.output, to: at}
}

// takeClient makes the page a part of the service: its build is a stage beside.
func (p *project) takeClient(svc *detect.Service, facts *Facts, c *client, context *detect.Dir) error {
	d := p.Sub(c.dir)
	page, err := nodepkg.Load(d)
	if err != nil {
		return err
	}
	if c.frontend, err = page.Frontend(context, "build"); err != nil {
		return err
	}
	if c.frontend.Output, err = c.frontend.Dir.Join(c.output); err != nil {
		return err
	}
	to, err := safe.NewRelPath(path.Join(facts.Dir.String(), c.to))
	if err != nil {
		return nil // the program looks for it outside of all that is built
	}
	facts.Frontend, facts.FrontendTo = c.frontend, to
	svc.Parts = append(svc.Parts, detect.Part{Path: d.Rel(), Why: c.why})
	svc.Runtimes = append(svc.Runtimes, detect.Runtime{Name: "node", Version: c.frontend.Node})
	svc.Notes = append(svc.Notes, page.Notes...)
	for _, in := range c.frontend.Install.Inputs {
		svc.Context.Keep = append(svc.Context.Keep, in.Source)
	}
	return nil
}

// contextOf is the folder that the build reads: the package, the workspace
// above it, or the folder that it shares with its page.
func (p *project) contextOf(c *client) *detect.Dir {
	switch {
	case p.npm.Workspace != nil && !p.npm.IsRoot():
		return p.npm.Root
	case c != nil && strings.HasPrefix(c.dir, "../"):
		return p.Sub("..")
	}
	return p.Dir
}

// withoutPage takes what the page's build brings out of a list of folders.
func withoutPage(names []string, c *client) []string {
	if c == nil {
		return names
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == c.dir || name == c.to })
}
