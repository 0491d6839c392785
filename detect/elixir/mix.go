package elixir

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/elixir/source"
)

const mixFile = "mix.exs"

// project is what a mix.exs says of production.
type project struct {
	dir  *detect.Dir
	path string // of its folder, relative to the service's
	mod  *module

	app      string
	version  string
	elixir   string // the range of versions
	appsPath string // of an umbrella
	start    string // the module that the application begins with; "" for a library
	deps     []dependency
	releases []release
	deflt    string // the release that is built where none is named
	aliases  map[string][]string
	escript  bool
	hex      bool // it is published as a package
	build    bool // what is compiled goes into another folder than _build
	body     *source.Node
}

// dependency is one of a project's in production.
type dependency struct {
	name         string
	requirement  string
	path, git    string
	umbrella     bool
	runtime      bool
	optional     bool
	organization string // of Hex, where it is private
	line         int
}

// release is one that mix release assembles.
type release struct {
	name         string
	applications []string
	withoutErts  bool
	templates    string // the folder of its templates and overlays
	line         int
}

// readMix reads the mix.exs of a folder.
func readMix(d *detect.Dir, path string) (*project, error) {
	text, err := d.Read(mixFile)
	if err != nil {
		return nil, err
	}
	p := &project{dir: d, path: path, mod: newModule(source.Parse(text)), aliases: map[string][]string{}}
	p.body = p.mod.result("project")
	if p.body == nil || len(p.mod.pairs(p.body)) == 0 {
		return nil, d.Errorf(mixFile, 0, "no function project/0 that gives a list: run mix new to see one")
	}
	for _, pair := range p.mod.pairs(p.body) {
		value := pair.Value()
		switch pair.Text {
		case "app":
			p.app = p.mod.text(value)
		case "version":
			p.version = p.mod.text(value)
		case "elixir":
			p.elixir = p.mod.text(value)
		case "apps_path":
			p.appsPath = p.mod.text(value)
		case "deps":
			p.readDeps(p.mod.eval(value))
		case "releases":
			p.readReleases(p.mod.eval(value))
		case "default_release":
			p.deflt = p.mod.text(value)
		case "aliases":
			p.readAliases(p.mod.eval(value))
		case "escript":
			p.escript = true
		case "package":
			p.hex = true
		case "build_path":
			p.build = p.mod.text(value) != "_build"
		}
	}
	for _, pair := range p.mod.pairs(p.mod.result("application")) {
		if pair.Text == "mod" {
			if mod := p.mod.eval(pair.Value()); mod != nil && mod.Kind == source.Tuple && len(mod.Args) > 0 {
				p.start, _ = mod.Args[0].Str()
			}
		}
	}
	return p, nil
}

// line is where the project says something; 0 where it does not.
func (p *project) line(key string) int {
	for _, pair := range p.mod.pairs(p.body) {
		if pair.Text == key {
			return pair.Line
		}
	}
	return 0
}

func (p *project) note(line int, format string, args ...any) detect.Note {
	return p.dir.Note(mixFile, line, format, args...)
}

func (p *project) readDeps(list *source.Node) {
	for _, n := range p.mod.items(list) {
		if n = p.mod.eval(n); n == nil || n.Kind != source.Tuple || len(n.Args) == 0 {
			continue
		}
		dep := dependency{runtime: true, line: n.Line}
		dep.name, _ = n.Args[0].Str()
		rest := n.Args[1:]
		if len(rest) > 0 && rest[0].Kind != source.Pair && rest[0].Kind != source.List {
			dep.requirement = p.mod.text(rest[0])
			rest = rest[1:]
		}
		if dep.name == "" || !p.options(&dep, rest) {
			continue
		}
		p.deps = append(p.deps, dep)
	}
}

// options reads those of a dependency; false where it is none in production.
func (p *project) options(dep *dependency, rest []*source.Node) bool {
	var pairs []*source.Node
	for _, n := range rest {
		if n.Kind == source.Pair {
			pairs = append(pairs, n)
		} else {
			pairs = append(pairs, p.mod.pairs(p.mod.eval(n))...)
		}
	}
	for _, o := range pairs {
		value := p.mod.eval(o.Value())
		switch o.Text {
		case "only":
			prod := false
			for _, env := range value.Strings() {
				prod = prod || env == "prod"
			}
			if !prod {
				return false
			}
		case "runtime":
			dep.runtime = !isFalse(value)
		case "optional":
			dep.optional = !isFalse(value)
		case "in_umbrella":
			dep.umbrella = !isFalse(value)
		case "path":
			dep.path, _ = value.Str()
		case "git", "github", "gitlab":
			dep.git, _ = value.Str()
		case "organization":
			dep.organization, _ = value.Str()
		case "repo":
			if dep.organization, _ = value.Str(); !strings.HasPrefix(dep.organization, "hexpm:") {
				dep.organization = "repo " + dep.organization
			}
		}
	}
	return true
}

func (p *project) readReleases(list *source.Node) {
	for _, pair := range p.mod.pairs(list) {
		r := release{name: pair.Text, line: pair.Line}
		for _, o := range p.mod.pairs(p.mod.eval(pair.Value())) {
			switch value := p.mod.eval(o.Value()); o.Text {
			case "applications":
				for _, a := range p.mod.pairs(value) {
					r.applications = append(r.applications, a.Text)
				}
			case "include_erts":
				r.withoutErts = isFalse(value)
			case "rel_templates_path":
				r.templates, _ = value.Str()
			}
		}
		p.releases = append(p.releases, r)
	}
}

func (p *project) readAliases(list *source.Node) {
	for _, pair := range p.mod.pairs(list) {
		steps := []string{}
		for _, n := range p.mod.items(p.mod.eval(pair.Value())) {
			if s, ok := p.mod.eval(n).Str(); ok {
				steps = append(steps, s)
			}
		}
		if s, ok := p.mod.eval(pair.Value()).Str(); ok {
			steps = append(steps, s)
		}
		p.aliases[pair.Text] = steps
	}
}

// dep is a dependency in production, by its name.
func (p *project) dep(name string) (dependency, bool) {
	for _, d := range p.deps {
		if d.name == name {
			return d, true
		}
	}
	return dependency{}, false
}

func isFalse(n *source.Node) bool {
	return n != nil && (n.Kind == source.Name || n.Kind == source.Atom) && (n.Text == "false" || n.Text == "nil")
}
