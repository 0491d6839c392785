package julia

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/julia/source"
	"dockgen/internal/safe"
)

// program is the sources of a project, and what of them one entry reaches.
type program struct {
	*project
	files   map[string]*file
	order   []string
	reached []*file // from the entry, it first

	bindings map[string][]bound // of the reached sources, by the last part of the name
	calls    map[string][]called
	address  listening // the call that listens, once it is chosen
	budget   int       // how many expressions are looked at yet
}

type bound struct {
	source.Binding
	file *file
}

type called struct {
	source.Call
	file *file
}

// maxExpressions is how many expressions of one program are looked at.
const maxExpressions = 5000

// file is one source.
type file struct {
	*source.File
	path     string
	includes []string // the sources that it includes, as far as they are there
	included bool     // another one includes it
	notebook bool     // of Pluto
	script   bool     // its first line names Julia as its interpreter
}

// The limits of what is read of one project.
const (
	maxFiles  = 1500
	maxSource = 512 << 10
	maxAll    = 24 << 20
)

// asides are folders whose sources belong to no program: they test, show or build one.
var asides = []string{"test", "tests", "docs", "doc", "benchmark", "benchmarks", "bench", "perf", "profile", "example", "examples", "demo", "demos", "sample", "samples", "tutorial", "tutorials", "deps", "ext", "precompile", "notebooks", "paper", "build", "node_modules", ".julia"}

func aside(name string) bool {
	parts := strings.Split(strings.ToLower(name), "/")
	return slices.ContainsFunc(parts[:len(parts)-1], func(p string) bool { return slices.Contains(asides, p) })
}

// isNotebook reports whether a source is one of Pluto's notebooks.
func isNotebook(text string) bool { return strings.HasPrefix(text, "### A Pluto.jl notebook ###") }

func readProgram(p *project) *program {
	pr := &program{project: p, files: map[string]*file{}}
	total := 0
	foreign := map[string]bool{} // folders with an environment of their own
	for name := range p.d.Files("*.jl") {
		if aside(name) || len(pr.order) >= maxFiles || pr.foreign(foreign, path.Dir(name)) {
			continue
		}
		data, err := p.d.Read(name)
		if err != nil || len(data) > maxSource {
			continue // what can't be read says nothing
		}
		if total += len(data); total > maxAll {
			break
		}
		text := string(data)
		f := &file{path: name, notebook: isNotebook(text)}
		first, _, _ := strings.Cut(text, "\n")
		f.script = strings.HasPrefix(first, "#!") && strings.Contains(first, "julia")
		if f.notebook {
			text = "" // it holds its environment as a text, and runs nowhere but in Pluto
		}
		f.File = source.Parse(text)
		pr.files[name] = f
		pr.order = append(pr.order, name)
	}
	if p.bare {
		pr.load()
	}
	for _, name := range pr.order {
		f := pr.files[name]
		for _, c := range f.Calls {
			if target := pr.included(f, c); target != "" {
				f.includes = append(f.includes, target)
				pr.files[target].included = true
			}
		}
	}
	return pr
}

// foreign reports whether a folder has an environment of its own, or is below one that
// has. A package that the project has by path is part of it.
func (pr *program) foreign(seen map[string]bool, dir string) bool {
	if dir == "." {
		return false
	}
	if v, ok := seen[dir]; ok {
		return v
	}
	v := pr.foreign(seen, path.Dir(dir))
	if sub := pr.d.Sub(dir); !v && sub.First(manifests...) != "" {
		v = !slices.ContainsFunc(pr.paths, func(p safe.RelPath) bool { return p.String() == pr.below(sub.Path()) })
	}
	seen[dir] = v
	return v
}

// included is the source that a call of include names: include("a.jl"),
// include(joinpath(@__DIR__, "lib", "a.jl")).
func (pr *program) included(f *file, c source.Call) string {
	if base := c.Base(); base != "include" && base != "includet" {
		return ""
	}
	var parts []string
	for _, a := range c.Args {
		for _, t := range a.Tokens {
			if t.Kind == source.Text && t.Plain() {
				parts = append(parts, t.S)
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	name := path.Join(parts...)
	for _, at := range []string{path.Join(path.Dir(f.path), name), path.Clean(name)} {
		if pr.files[at] != nil {
			return at
		}
	}
	return ""
}

// reach sets what the sources reach: what they include, the project's own package where
// they load it, and packages by path.
func (pr *program) reach(e *entry) {
	pr.reached, pr.budget = pr.closure(append([]string{e.file}, pr.loaded(e)...)...), maxExpressions
	if e.expr != "" && !e.genie {
		from := e.from
		if from == "" {
			from = pr.file
		}
		pr.reached = append(pr.reached, &file{File: source.Parse(e.expr), path: from})
	}
	pr.bindings, pr.calls = map[string][]bound{}, map[string][]called{}
	for _, f := range pr.reached {
		for _, b := range f.Bindings {
			last := b.Name[strings.LastIndexByte(b.Name, '.')+1:]
			pr.bindings[last] = append(pr.bindings[last], bound{b, f})
		}
		for _, c := range f.Calls {
			pr.calls[c.Base()] = append(pr.calls[c.Base()], called{c, f})
		}
	}
}

func (pr *program) closure(from ...string) []*file {
	var out []*file
	seen := map[string]bool{}
	queue := slices.Clone(from)
	name, main := pr.module()
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		f := pr.files[at]
		if f == nil || seen[at] {
			continue
		}
		seen[at] = true
		out = append(out, f)
		queue = append(queue, f.includes...)
		for _, u := range f.Usings {
			if u.Name == name && name != "" {
				queue = append(queue, main)
			}
			if dir := pr.named[u.Name]; dir != "" {
				queue = append(queue, path.Join(dir, "src", u.Name+".jl"))
			}
		}
	}
	return out
}

// note is evidence about a line of a source.
func (pr *program) note(f *file, line int, format string, args ...any) detect.Note {
	return pr.d.Note(f.path, line, format, args...)
}
