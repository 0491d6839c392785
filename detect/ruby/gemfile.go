package ruby

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/ruby/source"
)

// gemfile is what a Gemfile asks for, or the older name of it
// (https://bundler.io/man/gemfile.5.html).
type gemfile struct {
	d       *detect.Dir
	name    string // Gemfile or gems.rb
	gems    []gem
	remotes []remote
	ruby    *rubyAsked
	// files are those that reading the Gemfile reads: a version file, other Gemfiles, gemspecs.
	files   []string
	gemspec bool
	notes   []detect.Note
}

// gem is one dependency.
type gem struct {
	name   string
	wants  []string // requirements: "~> 1.5"
	groups []string // none: default
	path   string   // of a gem in the project
	git    string
	remote string
	maybe  bool // a condition decides, or a platform that Linux is not
	line   int
	file   string
}

// remote is a source of gems.
type remote struct {
	url  string
	line int
	main bool // not only for the gems in its block
	file string
}

// rubyAsked is the line "ruby" of a Gemfile.
type rubyAsked struct {
	wants  []string
	engine string
	line   int
	file   string
}

// gemfileNames are the manifests, the usual one first.
func gemfileNames() []string { return []string{"Gemfile", "gems.rb"} }

func lockName(gemfile string) string {
	if gemfile == "gems.rb" {
		return "gems.locked"
	}
	return gemfile + ".lock"
}

func readGemfile(d *detect.Dir, name string) (*gemfile, error) {
	g := &gemfile{d: d, name: name}
	e := &evaluation{g: g, vars: map[string]string{}}
	if err := e.file(name); err != nil {
		return nil, err
	}
	return g, nil
}

// evaluation is the state in which a line of a Gemfile is read.
type evaluation struct {
	g      *gemfile
	file0  string
	groups []string
	path   string
	git    string
	remote string
	maybe  bool
	vars   map[string]string // local variables with a text of their own
	depth  int
}

// maxGemfiles bounds how deep Gemfiles include others.
const maxGemfiles = 8

func (e *evaluation) file(name string) error {
	if e.depth++; e.depth > maxGemfiles {
		return nil
	}
	defer func(f string) { e.file0, e.depth = f, e.depth-1 }(e.file0)
	e.file0 = name
	data, err := e.g.d.Read(name)
	if err != nil {
		return err
	}
	if !slices.Contains(e.g.files, name) {
		e.g.files = append(e.g.files, name)
	}
	return e.run(source.Parse(string(data), 1))
}

func (e *evaluation) run(nodes []*source.Node) error {
	for _, n := range nodes {
		if err := e.statement(n); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluation) statement(n *source.Node) error {
	switch n.Kind {
	case source.If:
		return e.condition(n)
	case source.Begin, source.Loop, source.Case, source.When:
		return e.perhaps(append(n.Body[:len(n.Body):len(n.Body)], n.Else...))
	case source.Assign:
		if s, ok := e.text(n.Args); ok && n.Recv.Kind == source.Call {
			e.vars[n.Recv.Text] = s
		}
		return nil
	case source.Call:
	default:
		return nil
	}
	if n.Recv != nil {
		if n.Text == "each" && n.Recv.Kind == source.Array && len(n.Params) == 1 {
			for _, s := range n.Recv.Texts() {
				e.vars[n.Params[0]] = s
				if err := e.run(n.Body); err != nil {
					return err
				}
			}
			return nil
		}
		return e.perhaps(n.Body)
	}
	return e.call(n)
}

func (e *evaluation) call(n *source.Node) error {
	inner := *e
	switch n.Text {
	case "gem":
		e.gem(n)
		return nil
	case "ruby":
		e.rubyLine(n)
		return nil
	case "eval_gemfile":
		return e.include(n)
	case "gemspec":
		return e.gemspecLine(n)
	case "instance_eval":
		return e.include(n)
	case "source":
		if url, ok := e.text(n.Args); ok {
			e.g.remotes = append(e.g.remotes, remote{url, n.Line, len(n.Body) == 0, e.file0})
			inner.remote = url
		}
	case "group":
		for _, a := range n.Args {
			if a.Kind != source.Hash {
				inner.groups = append(inner.groups[:len(inner.groups):len(inner.groups)], a.Texts()...)
			}
		}
	case "path":
		inner.path, _ = e.text(n.Args)
	case "git", "github":
		inner.git, _ = e.text(n.Args)
	case "platforms", "platform":
		inner.maybe = inner.maybe || !forLinux(n.Args)
	case "install_if":
		inner.maybe = true
	case "git_source", "plugin":
		return nil
	}
	return inner.run(n.Body)
}

// condition runs what a condition decides: all of it is a maybe, but for one that
// asks whether a file is there.
func (e *evaluation) condition(n *source.Node) error {
	if known, yes := e.decided(n.Recv); known {
		if yes != n.Not {
			return e.run(n.Body)
		}
		return e.run(n.Else)
	}
	return e.perhaps(append(n.Body[:len(n.Body):len(n.Body)], n.Else...))
}

func (e *evaluation) perhaps(nodes []*source.Node) error {
	inner := *e
	inner.maybe = true
	return inner.run(nodes)
}

func (e *evaluation) decided(n *source.Node) (known, yes bool) {
	switch p := n.Path(); {
	case n == nil:
		return false, false
	case p == "File.exist?" || p == "File.exists?" || p == "File.file?" || p == "File.readable?":
		s, ok := e.text(n.Args)
		return ok && !path.IsAbs(s), ok && e.g.d.Has(path.Join(path.Dir(e.file0), s))
	case n.Kind == source.Call && n.Text == "[]" && n.Recv.Path() == "ENV":
		return true, false // the build has none of the developer's variables
	}
	return false, false
}

// forLinux reports whether platforms are among those of the image.
func forLinux(args []*source.Node) bool {
	for _, a := range args {
		for _, p := range a.Texts() {
			switch {
			case p == "ruby", strings.HasPrefix(p, "ruby_"), p == "mri", strings.HasPrefix(p, "mri_"):
				return true
			}
		}
	}
	return false
}

func (e *evaluation) gem(n *source.Node) {
	g := gem{groups: e.groups, path: e.path, git: e.git, remote: e.remote, maybe: e.maybe, line: n.Line, file: e.file0}
	for i, a := range n.Args {
		s, ok := e.text([]*source.Node{a})
		switch {
		case i == 0 && !ok:
			return // a name that is computed
		case i == 0:
			g.name = s
		case a.Kind == source.Array:
			g.wants = append(g.wants, a.Texts()...)
		case ok:
			g.wants = append(g.wants, s)
		}
	}
	if g.name == "" {
		return
	}
	value := func(key string) string {
		s, _ := e.text([]*source.Node{n.Option(key)})
		return s
	}
	for _, key := range []string{"group", "groups"} {
		if o := n.Option(key); o != nil {
			g.groups = o.Texts()
		}
	}
	for _, key := range []string{"platform", "platforms"} {
		if o := n.Option(key); o != nil && !forLinux([]*source.Node{o}) {
			g.maybe = true
		}
	}
	if n.Option("install_if") != nil {
		g.maybe = true
	}
	if p := value("path"); p != "" {
		g.path = p
	} else if g.path != "" && !strings.Contains(g.path, "*") {
		g.path = path.Join(g.path, g.name)
		if !e.g.d.HasDir(g.path) {
			g.path = e.path
		}
	}
	for _, key := range []string{"git", "github", "gitlab", "bitbucket", "gist"} {
		if s := value(key); s != "" {
			g.git = s
		}
	}
	if s := value("source"); s != "" {
		g.remote = s
		e.g.remotes = append(e.g.remotes, remote{s, n.Line, false, e.file0})
	}
	e.g.gems = append(e.g.gems, g)
}

// include reads another Gemfile.
func (e *evaluation) include(n *source.Node) error {
	name, ok := e.text(n.Args)
	if !ok || path.IsAbs(name) {
		e.g.notes = append(e.g.notes, e.g.d.Note(e.file0, n.Line, "includes another Gemfile by a name that is computed: what it holds is not seen"))
		return nil
	}
	err := e.file(path.Join(path.Dir(e.file0), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
