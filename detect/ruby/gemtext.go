package ruby

import (
	"path"
	"strings"

	"dockgen/detect/ruby/source"
)

// text is the text of the first argument, as far as a Gemfile's usual ways to write
// one go: a string, a variable that holds one, File.expand_path, the content of a file.
func (e *evaluation) text(args []*source.Node) (string, bool) {
	if len(args) == 0 || args[0] == nil {
		return "", false
	}
	n := args[0]
	if s, ok := n.Static(); ok {
		return s, true
	}
	switch {
	case n.Kind == source.Str:
		return e.interpolated(n)
	case n.Kind == source.Lit && n.Text == "__dir__":
		return ".", true
	case n.Kind == source.Op && n.Text == "||" && len(n.Args) == 2:
		if s, ok := e.text(n.Args[1:]); ok { // ENV["X"] || "default"
			return s, true
		}
		return e.text(n.Args[:1])
	case n.Kind != source.Call:
		return "", false
	}
	switch p := n.Path(); p {
	case "File.expand_path", "File.join", "Pathname.new":
		var parts []string
		for _, a := range n.Args {
			if a.Kind == source.Lit { // __dir__, __FILE__
				continue
			}
			s, ok := e.text([]*source.Node{a})
			if !ok {
				return "", false
			}
			parts = append(parts, s)
		}
		if p == "File.expand_path" && len(n.Args) > 1 && n.Args[1].Text == "__FILE__" {
			parts[0] = strings.TrimPrefix(parts[0], "../")
		}
		return path.Join(parts...), true
	case "File.dirname":
		return ".", true
	case "File.read", "IO.read":
		return e.content(n)
	case "ENV.fetch":
		if len(n.Args) == 2 {
			return e.text(n.Args[1:])
		}
		return e.text(n.Body)
	}
	if n.Recv == nil {
		s, ok := e.vars[n.Text]
		return s, ok
	}
	switch n.Text {
	case "chomp", "strip", "to_s", "freeze", "dup", "lstrip", "rstrip", "to_sym", "to_path":
		return e.text([]*source.Node{n.Recv})
	case "delete_prefix", "sub", "gsub", "tr":
		s, ok := e.text([]*source.Node{n.Recv})
		if cut, plain := first(n.Args).Static(); ok && plain {
			return strings.TrimPrefix(s, cut), true
		}
		return s, ok
	}
	return "", false
}

func first(nodes []*source.Node) *source.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

func (e *evaluation) interpolated(n *source.Node) (string, bool) {
	var b strings.Builder
	for _, a := range n.Args {
		if a.Kind == source.Str {
			b.WriteString(a.Text)
			continue
		}
		s, ok := e.text(a.Body)
		if !ok {
			return "", false
		}
		b.WriteString(s)
	}
	return b.String(), true
}

// content is the text of a file that the Gemfile reads, which it then needs.
func (e *evaluation) content(n *source.Node) (string, bool) {
	name, ok := e.text(n.Args)
	if !ok || path.IsAbs(name) {
		return "", false
	}
	name = path.Join(path.Dir(e.file0), name)
	data, err := e.g.d.Read(name)
	if err != nil || len(data) > 200 {
		return "", false
	}
	e.g.reads(name)
	return strings.TrimSpace(string(data)), true
}

// rubyLine reads the line that says which Ruby the project wants.
func (e *evaluation) rubyLine(n *source.Node) {
	r := &rubyAsked{line: n.Line, file: e.file0}
	if s, ok := e.text([]*source.Node{n.Option("engine")}); ok {
		r.engine = s
	}
	if name, ok := e.text([]*source.Node{n.Option("file")}); ok {
		name = path.Join(path.Dir(e.file0), name)
		if data, err := e.g.d.Read(name); err == nil {
			e.g.reads(name)
			r.wants = versionIn(name, string(data))
		}
	}
	for _, a := range n.Args {
		switch s, ok := e.text([]*source.Node{a}); {
		case a.Kind == source.Array:
			r.wants = append(r.wants, a.Texts()...)
		case a.Kind != source.Hash && ok:
			r.wants = append(r.wants, s)
		}
	}
	if len(r.wants) > 0 {
		e.g.ruby = r
	}
}

// versionIn is the version that Bundler takes out of a file: the whole of it, or
// the line of a tool's version in .tool-versions and mise.toml.
func versionIn(name, text string) []string {
	for _, row := range strings.Split(text, "\n") {
		row = strings.TrimSpace(row)
		if base := path.Base(name); base == ".tool-versions" || strings.HasSuffix(base, ".toml") {
			key, rest, _ := strings.Cut(strings.Replace(row, "=", " ", 1), " ")
			if key != "ruby" {
				continue
			}
			row = strings.Trim(strings.TrimSpace(rest), `"'`)
		}
		row, _, _ = strings.Cut(row, "#")
		if row = strings.TrimPrefix(strings.TrimSpace(row), "ruby-"); row != "" {
			return []string{row}
		}
	}
	return nil
}

func (g *gemfile) reads(name string) {
	for _, f := range g.files {
		if f == name {
			return
		}
	}
	g.files = append(g.files, name)
}

// gemspecLine takes the dependencies of the project's own gemspec.
func (e *evaluation) gemspecLine(n *source.Node) error {
	e.g.gemspec = true
	at := "."
	if p, ok := e.text([]*source.Node{n.Option("path")}); ok {
		at = p
	}
	for _, name := range e.g.d.Sub(at).Names("*.gemspec") {
		name = path.Join(at, name)
		e.g.reads(name)
		if err := e.gemspecFile(name); err != nil {
			return err
		}
	}
	return nil
}

// gemspecFile reads the dependencies of a gemspec, which its block adds one by one
// (https://guides.rubygems.org/specification-reference/).
func (e *evaluation) gemspecFile(name string) error {
	data, err := e.g.d.Read(name)
	if err != nil {
		return err
	}
	source.Walk(source.Parse(string(data), 1), func(n *source.Node) bool {
		if n.Kind != source.Call || n.Recv == nil {
			return true
		}
		groups := e.groups
		switch n.Text {
		case "add_development_dependency":
			groups = []string{"development"}
		case "add_dependency", "add_runtime_dependency":
		default:
			return true
		}
		if dep, ok := first(n.Args).Static(); ok {
			e.g.gems = append(e.g.gems, gem{name: dep, groups: groups, line: n.Line, file: name})
		}
		return true
	})
	return nil
}
