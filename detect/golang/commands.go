package golang

import (
	"go/ast"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// command is a main package, or one of several files that each are a program.
type command struct {
	dir  string // of its package, relative to the project
	file string // the one file that it is made of, "" for the whole package
	why  detect.Note
}

// asides are folders whose programs serve the developers.
var asides = strings.Fields("tools tool scripts script hack examples example _examples samples sample test tests testing testutil e2e benchmark benchmarks bench " +
	"docs doc gen generate generator codegen internal contrib ci build dev devtools misc demo demos integration integration-test mocks fixtures")

// aside names the folder that makes the command a developer's tool, or is "".
func (c *command) aside(m *local) string {
	for _, part := range strings.Split(detect.Under(c.dir, m.dir), "/") {
		if slices.Contains(asides, strings.ToLower(part)) {
			return part
		}
	}
	return ""
}

// takes reports whether a file of the command's folder is part of it.
func (c *command) takes(f *file) bool { return c.file == "" || c.file == f.name }

// arg is the command as the go command takes it, from the module's folder.
func (c *command) arg(m *local) string {
	at := c.dir
	if c.file != "" {
		at = c.file
	}
	if rel := detect.Under(at, m.dir); rel != "." {
		return "./" + rel
	}
	return "."
}

// called reports whether a person who wrote name meant this command.
func (c *command) called(name string, m *local) bool {
	arg := c.arg(m)
	clean := path.Clean(name)
	return clean == path.Clean(arg) || clean == path.Join(m.dir, arg) ||
		!strings.Contains(name, "/") && (name == path.Base(arg) || arg == "." && name == lastName(m.name()))
}

// lastName is the last element of a module's path that is not its major version.
func lastName(modulePath string) string {
	base := path.Base(modulePath)
	if majorVersion(base) {
		base = path.Base(path.Dir(modulePath))
	}
	return base
}

// binary is the program's name, as go install would have it, and where the
// image keeps it. Names that say nothing are left to the folder above.
func (c *command) binary(w *workspace) (string, safe.Argv) {
	var base string
	switch {
	case c.file != "":
		base = strings.TrimSuffix(path.Base(c.file), ".go")
	case c.dir == w.main.dir:
		base = lastName(w.main.name())
	default:
		base = path.Base(c.dir)
		if up := path.Dir(detect.Under(c.dir, w.main.dir)); up == "." && slices.Contains([]string{"cmd", "src", "app", "main", "server"}, base) {
			base = lastName(w.main.name())
		}
	}
	name := safe.Slug(strings.ReplaceAll(base, "_", "-"), "app").String()
	return name, safe.ArgvOf("/app/" + name)
}

// commands finds every main package of the main module, the nearest to its root first.
func (p *program) commands() ([]*command, error) {
	var out []*command
	for _, dir := range p.folders() {
		if p.packageName(dir) != "main" {
			continue
		}
		k := p.load(dir)
		if k == nil {
			continue
		}
		var mains []*file
		var decls []*ast.FuncDecl
		for _, f := range k.files {
			if fn := mainFunc(f.ast); fn != nil {
				mains, decls = append(mains, f), append(decls, fn)
			}
		}
		for i, f := range mains {
			c := &command{dir: dir, why: p.note(f, decls[i], "func main")}
			if len(mains) > 1 { // a folder of little programs: each is built by its file's name
				c.file = f.name
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func mainFunc(f *ast.File) *ast.FuncDecl {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "main" && fn.Type.Params.NumFields() == 0 {
			return fn
		}
	}
	return nil
}
