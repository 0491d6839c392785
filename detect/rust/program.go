package rust

import (
	"path"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

func itoa(i int) string { return strconv.Itoa(i) }

// file is a source file of the program.
type file struct {
	*source.File
	path string // relative to the project
	pkg  *pkg
}

// program is a binary with the files that it is made of.
type program struct {
	bin    bin
	pkg    *pkg
	locals []*pkg
	top    *detect.Dir
	files  []*file
	crates map[string]string

	fns      map[string][]*fnAt
	bindings map[string][]*bindingAt
	fields   map[string][]*fieldAt
	reached  map[*source.Fn]bool
	config   []configFile
	overlays []configFile // for the developer's machine alone
	configAt bool
	missing  []missing
	// inPackage says that the program has to run in the folder of its package.
	inPackage bool
	serving   detect.Note // where it serves, if nothing says on which address
	evals     int         // left for the expression that is worked out
	settings  map[string]pieces
	fills     map[string][]*bindingAt // struct literals, by Type.field
	readers   map[*source.Fn]bool     // functions that read the environment
	texts     map[string]string
	sub       *subcommand // that serves; nil: none is needed
}

type fnAt struct {
	*source.Fn
	file *file
}

type bindingAt struct {
	*source.Binding
	file *file
}

type fieldAt struct {
	*source.Field
	file *file
}

// maxFiles and maxSource bound what is read of one program.
const (
	maxFiles  = 3000
	maxSource = 1 << 20
)

// newProgram reads the sources of a binary: its own modules, those of the package's
// library, and of the packages that it depends on by path.
func newProgram(b bin, p *pkg, locals []*pkg, crates map[string]string) *program {
	pr := &program{bin: b, pkg: p, locals: locals, top: top(p.dir), crates: crates,
		fns: map[string][]*fnAt{}, bindings: map[string][]*bindingAt{}, fields: map[string][]*fieldAt{},
		settings: map[string]pieces{}, readers: map[*source.Fn]bool{}, texts: map[string]string{}}
	seen := map[string]bool{}
	pr.module(p, path.Join(p.dir.Path(), b.path), true, seen)
	for _, l := range locals {
		if lib := l.lib(); lib != "" {
			pr.module(l, path.Join(l.dir.Path(), lib), true, seen)
		}
	}
	for _, f := range pr.files {
		for _, c := range f.Calls {
			if c.Fn != nil && readsEnv(c.Path) {
				pr.readers[c.Fn] = true
			}
		}
		for _, fn := range f.Fns {
			pr.fns[fn.Name] = append(pr.fns[fn.Name], &fnAt{fn, f})
		}
		for _, b := range f.Bindings {
			pr.bindings[b.Name] = append(pr.bindings[b.Name], &bindingAt{b, f})
		}
		for _, fd := range f.Fields {
			pr.fields[fd.Name] = append(pr.fields[fd.Name], &fieldAt{fd, f})
		}
	}
	pr.reach()
	if pr.sub = pr.subcommand(); pr.sub != nil {
		pr.reach() // what the other subcommands do is nothing that the service does
	}
	return pr
}

// module reads the file of a module and those of the modules that it declares
// (https://doc.rust-lang.org/reference/items/modules.html#module-source-filenames).
func (pr *program) module(p *pkg, at string, root bool, seen map[string]bool) {
	if seen[at] || len(pr.files) >= maxFiles || !pr.top.Has(at) {
		return
	}
	seen[at] = true
	parsed, err := detect.Once(pr.top, "rust source:"+at, func() (*source.File, error) {
		data, err := pr.top.Read(at)
		if err != nil {
			return nil, err
		}
		if len(data) > maxSource { // generated
			return &source.File{}, nil
		}
		return source.NewFile(string(data)), nil
	})
	if err != nil {
		return // the compiler will say it better
	}
	pr.files = append(pr.files, &file{parsed, at, p})
	dir := path.Dir(at)
	base := strings.TrimSuffix(path.Base(at), ".rs")
	below := path.Join(dir, base)
	if root || base == "mod" {
		below = dir
	}
	for _, m := range parsed.Mods {
		from := dir // of #[path], which counts from the file's folder unless it stands in a module there
		if m.In != "" {
			from = path.Join(below, m.In)
		}
		if m.Path != "" {
			if inside(from, m.Path) {
				pr.module(p, path.Join(from, m.Path), false, seen)
			}
			continue
		}
		if safe.FileName(m.Name) != nil {
			continue
		}
		for _, name := range []string{m.Name + ".rs", m.Name + "/mod.rs"} {
			pr.module(p, path.Join(below, m.In, name), false, seen)
		}
	}
}

func (pr *program) note(f *file, line int, format string, args ...any) detect.Note {
	n := pr.top.Note(f.path, line, format, args...)
	return n
}

// reach finds the functions that main leads to, by the names that are called: two
// functions of one name are both taken, unless the type before it tells them apart.
func (pr *program) reach() {
	pr.reached = map[*source.Fn]bool{}
	var queue []*fnAt
	push := func(fn *fnAt) {
		if !pr.reached[fn.Fn] {
			pr.reached[fn.Fn] = true
			queue = append(queue, fn)
		}
	}
	if len(pr.files) == 0 {
		return
	}
	for _, fn := range pr.files[0].Fns {
		if fn.Name == "main" || entryAttr(fn) {
			push(&fnAt{fn, pr.files[0]})
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		pr.names(at.Body, push)
	}
}

// entryAttr reports whether a function is one that a framework's macro calls.
func entryAttr(fn *source.Fn) bool {
	for _, a := range fn.Attrs {
		if a.Name == "launch" || strings.HasSuffix(a.Name, "::main") || strings.HasSuffix(a.Name, "::launch") {
			return true
		}
	}
	return false
}

// names pushes the functions that a body names.
func (pr *program) names(ts []source.Token, push func(*fnAt)) {
	skip := 0
	for i, t := range ts {
		if i < skip {
			continue
		}
		if t.Kind == source.Group {
			pr.names(t.Inner, push)
			continue
		}
		if t.Kind != source.Ident {
			continue
		}
		if pr.sub != nil && t.Text == pr.sub.enum {
			if skip = pr.sub.skips(ts, i); skip > 0 {
				continue
			}
		}
		owner := ""
		if i > 2 && ts[i-1].Is(":") && ts[i-2].Is(":") && ts[i-3].Kind == source.Ident {
			owner = ts[i-3].Text
		}
		candidates := pr.fns[t.Text]
		if owner != "" {
			var own []*fnAt
			for _, fn := range candidates {
				if fn.Owner == owner || fn.Owner == "" && (strings.HasSuffix(fn.file.path, owner+".rs") || strings.HasSuffix(fn.file.path, owner+"/mod.rs")) {
					own = append(own, fn)
				}
			}
			switch {
			case len(own) > 0:
				candidates = own
			case owner[0] >= 'A' && owner[0] <= 'Z' && owner != "Self":
				continue // a type that is not ours
			}
		}
		for _, fn := range candidates {
			push(fn)
		}
	}
}

// calls yields the calls that main leads to; those outside of functions, as in a
// lazy static, are taken too.
func (pr *program) calls(yield func(*file, *source.Call)) {
	for _, f := range pr.files {
		for _, c := range f.Calls {
			if c.Fn == nil || pr.reached[c.Fn] {
				yield(f, c)
			}
		}
	}
}

// mentions reports whether any file uses the crate of that name.
func (pr *program) mentions(crate string) bool {
	crate = strings.ReplaceAll(crate, "-", "_")
	for _, f := range pr.files {
		if f.Uses[crate] {
			return true
		}
	}
	return false
}
