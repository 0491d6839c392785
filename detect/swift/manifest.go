package swift

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest/tokens"
)

// syntax is Swift's.
var syntax = tokens.Syntax{Raw: "#", Hole: `\(`, Nested: true}

// target is what one target of a package is.
type target struct {
	name       string
	executable bool
	path       string   // of its sources, relative to the package
	uses       []string // products and targets
	line       int
}

// dependency is another package.
type dependency struct {
	name string // the last part of its address, without .git
	path string // of one that lies beside
	line int
}

// pkg is what a Package.swift says. It is a program, of which the calls are read
// that describe a package; what is computed is not known.
type pkg struct {
	d        *detect.Dir
	tools    string
	targets  []target
	products map[string]string // the executable product of a target
	deps     []dependency
	apt      []string // packages of the system that a system library names
	aptLine  int
}

// toolsRE finds the version in the first line
// (https://docs.swift.org/package-manager/PackageDescription).
var toolsRE = regexp.MustCompile(`^//\s*swift-tools-version\s*:?\s*([0-9]+\.[0-9]+)`)

func readPackage(d *detect.Dir) (*pkg, error) {
	data, err := d.Read("Package.swift")
	if err != nil {
		return nil, err
	}
	p := &pkg{d: d, products: map[string]string{}}
	if m := toolsRE.FindSubmatch(data); m != nil {
		p.tools = string(m[1])
	}
	t := tokens.Of(string(data), syntax)
	for i := 0; i+2 < len(t); i++ {
		if !t[i].Is(".") || t[i+1].Kind != tokens.Word || !t[i+2].Is("(") {
			continue
		}
		args := tokens.Split(t[i+3 : tokens.Close(t, i+2)])
		switch t[i+1].S {
		case "executableTarget", "target":
			p.addTarget(t[i+1].S == "executableTarget", args, t[i+1].Line)
		case "executable":
			name, _ := tokens.TextOf(tokens.Arg(args, "name"))
			for _, of := range texts(tokens.Arg(args, "targets")) {
				p.products[of] = name
			}
		case "package":
			p.addDependency(args, t[i+1].Line)
		case "apt":
			for _, arg := range args {
				p.apt = append(p.apt, texts(arg)...)
				p.aptLine = t[i+1].Line
			}
		}
	}
	return p, nil
}

// addTarget adds a target; one that is named without dependencies is a reference.
func (p *pkg) addTarget(executable bool, args [][]tokens.Token, line int) {
	name, ok := tokens.TextOf(tokens.Arg(args, "name"))
	if !ok || name == "" || strings.ContainsAny(name, "/\\") {
		return
	}
	if i := slices.IndexFunc(p.targets, func(t target) bool { return t.name == name }); i >= 0 && (len(args) == 1 || p.targets[i].executable && !executable) {
		return
	}
	at := target{name: name, executable: executable, path: path.Join("Sources", name), line: line}
	if text, ok := tokens.TextOf(tokens.Arg(args, "path")); ok {
		at.path = path.Clean(text)
	}
	// Before 5.4 a main.swift alone made a target executable.
	at.executable = at.executable || p.d.Has(path.Join(at.path, "main.swift"))
	deps := tokens.Arg(args, "dependencies")
	for i, t := range deps {
		if t.Kind == tokens.Text && !t.Dynamic && !(i > 1 && deps[i-1].Is(":") && deps[i-2].Is("package")) {
			at.uses = append(at.uses, t.S)
		}
	}
	if len(tokens.Arg(args, "dependencies")) == 0 && len(args) == 1 && !p.d.HasDir(at.path) {
		return
	}
	p.targets = slices.DeleteFunc(p.targets, func(t target) bool { return t.name == name })
	p.targets = append(p.targets, at)
}

func (p *pkg) addDependency(args [][]tokens.Token, line int) {
	if url, ok := tokens.TextOf(tokens.Arg(args, "url")); ok {
		p.deps = append(p.deps, dependency{name: strings.ToLower(strings.TrimSuffix(path.Base(url), ".git")), line: line})
	}
	if at, ok := tokens.TextOf(tokens.Arg(args, "path")); ok {
		p.deps = append(p.deps, dependency{name: strings.ToLower(path.Base(at)), path: at, line: line})
	}
}

// texts are the constant texts of an expression.
func texts(t []tokens.Token) []string {
	var out []string
	for _, tok := range t {
		if tok.Kind == tokens.Text && !tok.Dynamic {
			out = append(out, tok.S)
		}
	}
	return out
}

// reach is what a target uses, through the package's own targets: those targets,
// itself first, and the products of others.
func (p *pkg) reach(t target) (own []target, products []string) {
	own = []target{t}
	for i := 0; i < len(own); i++ {
		for _, use := range own[i].uses {
			at := slices.IndexFunc(p.targets, func(o target) bool { return o.name == use })
			switch {
			case at >= 0 && !slices.ContainsFunc(own, func(o target) bool { return o.name == use }):
				own = append(own, p.targets[at])
			case at < 0 && !slices.Contains(products, use):
				products = append(products, use)
			}
		}
	}
	return own, products
}

// line is where a dependency of that name is declared.
func (p *pkg) line(names ...string) int {
	for _, d := range p.deps {
		if slices.Contains(names, d.name) {
			return d.line
		}
	}
	return 0
}
