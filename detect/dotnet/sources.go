package dotnet

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/dotnet/source"
)

// maxSources is how many source files of one project are read.
const maxSources = 3000

// sources reads the files of a project: those below its folder that are no other
// project's.
func (g *graph) sources(p *project) []*source.File {
	if p.files != nil {
		return p.files
	}
	p.files = []*source.File{}
	ext := map[string]string{".csproj": "*.cs", ".fsproj": "*.fs", ".vbproj": "*.vb"}[path.Ext(p.Path)]
	symbols := p.symbols()
	d := g.top.Sub(p.Dir())
	for name := range d.Files(ext) {
		if len(p.files) >= maxSources {
			break
		}
		if generated(path.Base(name)) || strings.HasPrefix(name, "obj/") || strings.HasPrefix(name, "bin/") || g.others(p, path.Dir(name)) {
			continue
		}
		if text, err := d.Read(name); err == nil {
			p.files = append(p.files, source.NewFile(path.Join(p.Dir(), name), string(text), symbols))
		}
	}
	return p.files
}

// generated reports whether a tool has written the file: a migration's snapshot of the
// schema is often longer than the program.
func generated(name string) bool {
	for _, end := range []string{".Designer.cs", "ModelSnapshot.cs", ".g.cs", ".generated.cs"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// others reports whether another project has the folder, which is relative to p's.
func (g *graph) others(p *project, dir string) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		full := path.Join(p.Dir(), dir)
		if slices.ContainsFunc(g.paths, func(o string) bool { return path.Dir(o) == full }) {
			return true
		}
	}
	return false
}

// symbols are what the compiler knows in a release build
// (https://learn.microsoft.com/dotnet/csharp/language-reference/preprocessor-directives).
func (p *project) symbols() map[string]bool {
	out := map[string]bool{"RELEASE": true, "TRACE": true, "NET": true, "NETCOREAPP": true}
	if v, ok := framework(p.target); ok {
		major := int(number(v))
		out["NET"+strconv.Itoa(major)+"_0"] = true
		for n := 5; n <= major; n++ {
			out["NET"+strconv.Itoa(n)+"_0_OR_GREATER"] = true
		}
	}
	for _, name := range strings.FieldsFunc(p.Text("DefineConstants"), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		out[name] = true
	}
	return out
}

// found is a call with its file.
type found struct {
	source.Call
	file *source.File
	own  bool // in the program's own project
}

func (c found) note(g *graph, format string, args ...any) detect.Note {
	return g.top.Note(c.file.Name, c.Line, format, args...)
}

// text is what an argument comes to.
func (c found) text(g *graph, cl *closure, arg int) source.Result {
	if arg >= len(c.Args) {
		return source.Result{}
	}
	return source.Eval(c.Args[arg], g.scope(cl, c.file))
}

// scope finds what a name stands for: in the file first, then a constant anywhere.
func (g *graph) scope(cl *closure, f *source.File) source.Scope {
	return func(name string) []source.Token {
		if v, ok := f.Values[name]; ok {
			return v
		}
		return g.constants(cl)[name]
	}
}

// constants are the names that stand for a literal in some file, the program's own first.
func (g *graph) constants(cl *closure) map[string][]source.Token {
	if cl.constants != nil {
		return cl.constants
	}
	cl.constants = map[string][]source.Token{}
	for _, p := range cl.projects {
		for _, f := range g.sources(p) {
			for name, v := range f.Values {
				if _, ok := cl.constants[name]; !ok && len(v) == 1 && v[0].Kind != source.Word {
					cl.constants[name] = v
				}
			}
		}
	}
	return cl.constants
}

// calls are the calls of the program that are made outside of development: all
// of its own, and those of its libraries' methods that are called.
func (g *graph) calls(c *closure) []found {
	if c.calls != nil {
		return c.calls
	}
	c.calls = []found{}
	called := map[string]bool{}
	waiting := map[string][]found{} // by the method that makes them
	var next []found
	for _, p := range c.projects {
		if p.role == tests || p.role == orchestrator {
			continue
		}
		for _, file := range g.sources(p) {
			for _, call := range file.Calls {
				f := found{call, file, p == c.projects[0]}
				if f.own || call.In == "" {
					next = append(next, f)
				} else {
					waiting[call.In] = append(waiting[call.In], f)
				}
			}
		}
	}
	for len(next) > 0 {
		f := next[0]
		next = next[1:]
		if !f.Development {
			c.calls = append(c.calls, f)
		}
		if !called[f.Name] {
			called[f.Name] = true
			next = append(next, waiting[f.Name]...)
		}
	}
	return c.calls
}

// identifiers are all words of the closure's sources.
func (g *graph) identifiers(c *closure) map[string]bool {
	if c.words == nil {
		c.words = map[string]bool{}
		for _, p := range c.projects {
			if p.role == tests {
				continue
			}
			for _, file := range g.sources(p) {
				maps.Copy(c.words, file.Words)
			}
		}
	}
	return c.words
}

// words reports whether any source of the closure has an identifier for which is true.
func (g *graph) words(c *closure, is func(string) bool) bool {
	for w := range g.identifiers(c) {
		if is(w) {
			return true
		}
	}
	return false
}
