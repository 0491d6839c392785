package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
)

// maxSource is the size beyond which a file is generated data: its imports are
// read and the rest is not looked at.
const maxSource = 512 << 10

// program holds the parsed sources of a workspace. Files are read when they are
// first asked for.
type program struct {
	w        *workspace
	fset     *token.FileSet
	pkgs     map[string]*pkg // by folder, relative to the project
	tags     map[string]bool // the build tags that are set
	seenTags map[string]bool // the tags that files name
}

// pkg is one package of the project.
type pkg struct {
	dir   string
	name  string
	files []*file
}

// file is one parsed source file.
type file struct {
	name    string // relative to the project
	ast     *ast.File
	pkg     *pkg
	imports map[string]string // local name -> import path
	cgo     bool              // import "C"
}

func newProgram(w *workspace) *program {
	p := &program{w: w, fset: token.NewFileSet(), pkgs: map[string]*pkg{}, tags: map[string]bool{}, seenTags: map[string]bool{}}
	for _, t := range w.buildTags() {
		p.tags[t.name] = true
	}
	return p
}

// line is the line of a node in its file.
func (p *program) line(n ast.Node) int { return p.fset.Position(n.Pos()).Line }

// note is evidence at a node.
func (p *program) note(f *file, n ast.Node, format string, args ...any) detect.Note {
	return p.w.top.Note(f.name, p.line(n), format, args...)
}

// folders yields the folders of the main module that hold Go files, parents
// first, without nested modules and what the go command ignores.
func (p *program) folders() []string {
	m := p.w.main
	d := p.w.top.Sub(m.dir)
	var out []string
	seen := map[string]bool{}
	for name := range d.Files("*.go") {
		dir := path.Dir(name)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		if m.file == nil && dir != "." || p.foreign(d, dir) {
			continue
		}
		out = append(out, path.Join(m.dir, dir))
	}
	return out
}

// foreign reports whether a folder below d is none of the module's packages.
func (p *program) foreign(d *detect.Dir, dir string) bool {
	for dir != "." {
		base := path.Base(dir)
		if base == "testdata" || base == "vendor" || strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".") || d.Has(path.Join(dir, "go.mod")) {
			return true
		}
		dir = path.Dir(dir)
	}
	return false
}

// sources are the names of a folder's files that a build for Linux may take.
func (p *program) sources(dir string) []string {
	return slices.DeleteFunc(p.w.top.Sub(dir).Names("*.go"), func(n string) bool {
		return strings.HasSuffix(n, "_test.go") || strings.HasPrefix(n, "_") || strings.HasPrefix(n, ".") || !p.fileName(n)
	})
}

// packageName reads package clauses until one is of a file that is built.
func (p *program) packageName(dir string) string {
	for _, n := range p.sources(dir) {
		src, err := p.w.top.Read(path.Join(dir, n))
		if err != nil {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), n, src, parser.PackageClauseOnly|parser.ParseComments)
		if err == nil && p.constraints(f) {
			return f.Name.Name
		}
	}
	return ""
}

// load parses the package in a folder, or returns nil if there is none.
func (p *program) load(dir string) *pkg {
	if k, ok := p.pkgs[dir]; ok {
		return k
	}
	k := &pkg{dir: dir}
	for _, n := range p.sources(dir) {
		if f := p.parse(k, path.Join(dir, n)); f != nil && (k.name == "" || k.name == f.ast.Name.Name) {
			k.name = f.ast.Name.Name
			k.files = append(k.files, f)
		}
	}
	if len(k.files) == 0 {
		k = nil
	}
	p.pkgs[dir] = k
	return k
}

// parse reads one file. What does not parse is taken as far as it goes: the
// compiler says it better than a detector could.
func (p *program) parse(k *pkg, name string) *file {
	src, err := p.w.top.Read(name)
	if err != nil {
		return nil
	}
	mode := parser.ParseComments | parser.SkipObjectResolution
	if len(src) > maxSource {
		mode |= parser.ImportsOnly
	}
	tree, _ := parser.ParseFile(p.fset, name, src, mode)
	if tree == nil || tree.Name == nil || !p.constraints(tree) {
		return nil
	}
	f := &file{name: name, ast: tree, pkg: k, imports: map[string]string{}}
	for _, imp := range tree.Imports {
		importPath, err := strconv.Unquote(imp.Path.Value)
		switch {
		case err != nil:
		case importPath == "C":
			f.cgo = true
		case imp.Name != nil && imp.Name.Name == "_":
			f.imports["_ "+importPath] = importPath
		case imp.Name != nil:
			f.imports[imp.Name.Name] = importPath
		default:
			f.imports[p.importName(importPath)] = importPath
		}
	}
	return f
}

// importName is the name of an imported package: the clause of a local one, else
// the last element that is no version, as nearly all packages have it.
func (p *program) importName(importPath string) string {
	if dir, ok := p.w.localDir(importPath); ok {
		if name := p.packageName(dir); name != "" {
			return name
		}
	}
	base := path.Base(importPath)
	if majorVersion(base) {
		base = path.Base(path.Dir(importPath))
	}
	if i := strings.LastIndex(base, ".v"); i > 0 { // gopkg.in/yaml.v3
		base = base[:i]
	}
	base = strings.TrimPrefix(base, "go-")
	base = strings.TrimSuffix(base, "-go")
	return strings.ReplaceAll(base, "-", "_")
}

func majorVersion(s string) bool {
	if len(s) < 2 || s[0] != 'v' {
		return false
	}
	_, err := strconv.Atoi(s[1:])
	return err == nil
}

// reach is what one command is made of: the packages of the project that its
// main package imports, however far.
type reach struct {
	*program
	cmd     *command
	pkgs    []*pkg // nearest to main first
	files   []*file
	imports map[string][]*file // import path -> the files that import it
	idx     *index
}

// index walks the syntax trees once.
func (r *reach) index() *index {
	if r.idx == nil {
		r.idx = newIndex(r.files)
	}
	return r.idx
}

func (p *program) reach(c *command) *reach {
	r := &reach{program: p, cmd: c, imports: map[string][]*file{}}
	queue, seen := []string{c.dir}, map[string]bool{c.dir: true}
	for len(queue) > 0 {
		k := p.load(queue[0])
		queue = queue[1:]
		if k == nil {
			continue
		}
		r.pkgs = append(r.pkgs, k)
		for _, f := range k.files {
			if k.dir == c.dir && !c.takes(f) {
				continue
			}
			r.files = append(r.files, f)
			for _, imp := range sortedValues(f.imports) {
				r.imports[imp] = append(r.imports[imp], f)
				if dir, ok := p.w.localDir(imp); ok && !seen[dir] {
					seen[dir] = true
					queue = append(queue, dir)
				}
			}
		}
	}
	return r
}

func sortedValues(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// importing returns a file that imports the package or one below it, or nil.
func (r *reach) importing(prefix string) (*file, string) {
	if fs := r.imports[prefix]; len(fs) > 0 {
		return fs[0], prefix
	}
	best := ""
	for imp := range r.imports {
		if strings.HasPrefix(imp, prefix+"/") && (best == "" || imp < best) {
			best = imp
		}
	}
	if best == "" {
		return nil, ""
	}
	return r.imports[best][0], best
}

// importNote is the evidence of an import.
func (r *reach) importNote(f *file, importPath string) detect.Note {
	for _, spec := range f.ast.Imports {
		if s, err := strconv.Unquote(spec.Path.Value); err == nil && s == importPath {
			return r.note(f, spec, "imports %s", importPath)
		}
	}
	return r.w.top.Note(f.name, 0, "imports %s", importPath)
}
