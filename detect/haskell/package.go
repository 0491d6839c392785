package haskell

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// pkg is a package: what a .cabal file or hpack's package.yaml describes.
type pkg struct {
	d        *detect.Dir
	file     string // the manifest that was read
	manifest []string
	name     string
	version  string
	license  string
	synopsis string
	tested   detect.Value[string]
	base     detect.Value[string] // the bounds of package base
	lib      *part                // nil: none
	programs []*part
}

// part is a library or a program of a package.
type part struct {
	name string
	line int
	deps map[string]int // packages, with the lines that name them
	dirs []string
}

// readPackage reads the manifest in a folder; nil where there is none that names a package.
func readPackage(d *detect.Dir) (*pkg, error) {
	p := &pkg{d: d}
	p.manifest = d.Names("*.cabal")
	hpack := d.Has("package.yaml")
	if hpack {
		p.manifest = append(p.manifest, "package.yaml")
	}
	switch {
	case len(p.manifest) == 0:
		return nil, nil
	case hpack:
		p.file = "package.yaml"
		if ok, err := p.readHpack(); err != nil || !ok {
			return nil, err
		}
	default:
		p.file = p.manifest[0]
		if err := p.readCabal(); err != nil {
			return nil, err
		}
	}
	p.name = cmp.Or(p.name, strings.TrimSuffix(p.manifest[0], ".cabal"))
	if p.name == "package.yaml" {
		p.name = path.Base(d.Path())
	}
	return p, nil
}

func (p *pkg) readCabal() error {
	data, err := p.d.Read(p.file)
	if err != nil {
		return err
	}
	all := sections(string(data))
	top := all[0].fields
	p.name, p.version, p.license, p.synopsis = top["name"].text, top["version"].text, top["license"].text, top["synopsis"].text
	if f := top["tested-with"]; f.text != "" {
		p.tested = detect.Found(f.text, p.d.Note(p.file, f.line, "is tested with %s", oneLine(f.text)))
	}
	common := map[string]*section{}
	for _, s := range all {
		switch s.kind {
		case "common":
			common[s.name] = s
		case "library":
			p.lib = p.lib.join(p.part(s, common))
		case "executable":
			pt := p.part(s, common)
			if f := s.fields["buildable"]; strings.EqualFold(f.text, "false") {
				continue
			}
			p.programs = append(p.programs, pt)
		}
	}
	return nil
}

// part reads a section with the common stanzas that it imports, and those that these do.
func (p *pkg) part(s *section, common map[string]*section) *part {
	pt := &part{name: s.name, line: s.line, deps: map[string]int{}}
	seen := map[*section]bool{}
	var add func(s *section)
	add = func(s *section) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		for _, name := range items(s.fields["import"].text, false) {
			add(common[name])
		}
		f := s.fields["build-depends"]
		for _, item := range items(f.text, false) {
			p.depend(pt, item, f.line)
		}
		for _, dir := range items(s.fields["hs-source-dirs"].text, true) {
			pt.dirs = append(pt.dirs, strings.Trim(dir, ","))
		}
	}
	add(s)
	return pt
}

func (p *pkg) depend(pt *part, item string, line int) {
	name, bounds := dependency(item)
	if name == "" {
		return
	}
	if _, ok := pt.deps[name]; !ok {
		pt.deps[name] = line
	}
	if name == "base" && bounds != "" && !p.base.IsSet() {
		p.base = detect.Found(bounds, p.d.Note(p.file, line, "wants base %s", oneLine(bounds)))
	}
}

// join lays the libraries of a package together.
func (pt *part) join(other *part) *part {
	if pt == nil {
		return other
	}
	for name, line := range other.deps {
		if _, ok := pt.deps[name]; !ok {
			pt.deps[name] = line
		}
	}
	pt.dirs = append(pt.dirs, other.dirs...)
	return pt
}

// hpack is package.yaml: https://github.com/sol/hpack#documentation.
type hpack struct {
	Name         string                `yaml:"name"`
	Version      any                   `yaml:"version"`
	License      string                `yaml:"license"`
	Synopsis     string                `yaml:"synopsis"`
	Tested       any                   `yaml:"tested-with"`
	Dependencies any                   `yaml:"dependencies"`
	Sources      any                   `yaml:"source-dirs"`
	Library      *hpackPart            `yaml:"library"`
	Internal     map[string]*hpackPart `yaml:"internal-libraries"`
	Executable   *hpackPart            `yaml:"executable"`
	Executables  map[string]*hpackPart `yaml:"executables"`
	Tests        map[string]any        `yaml:"tests"`
}

type hpackPart struct {
	Main         any `yaml:"main"`
	Sources      any `yaml:"source-dirs"`
	Dependencies any `yaml:"dependencies"`
	When         any `yaml:"when"`
}

// readHpack reads package.yaml; false where it describes no package of Haskell's.
func (p *pkg) readHpack() (bool, error) {
	var h hpack
	lines, err := manifest.YAML(p.d, p.file, &h)
	if err != nil {
		return false, err
	}
	if h.Library == nil && h.Executable == nil && len(h.Executables) == 0 && len(h.Internal) == 0 && len(h.Tests) == 0 {
		return false, nil
	}
	version, _ := h.Version.(string)
	p.name, p.version, p.license, p.synopsis = h.Name, version, h.License, h.Synopsis
	if t := strings.Join(texts(h.Tested), " || "); t != "" {
		p.tested = detect.Found(t, p.d.Note(p.file, lines.At("tested-with"), "is tested with %s", oneLine(t)))
	}
	read := func(name string, x *hpackPart, at ...string) *part {
		pt := &part{name: name, line: lines.At(at...), deps: map[string]int{}}
		p.hpackDeps(pt, h.Dependencies, lines.At("dependencies"))
		pt.dirs = texts(h.Sources)
		if x == nil {
			return pt
		}
		p.hpackDeps(pt, x.Dependencies, lines.At(append(slices.Clone(at), "dependencies")...))
		conditions, _ := x.When.([]any)
		for _, c := range append(conditions, x.When) {
			if m, ok := c.(map[string]any); ok {
				p.hpackDeps(pt, m["dependencies"], lines.At(append(slices.Clone(at), "when")...))
			}
		}
		pt.dirs = append(pt.dirs, texts(x.Sources)...)
		if main, ok := x.Main.(string); ok && len(pt.dirs) == 0 && strings.Contains(main, "/") {
			pt.dirs = append(pt.dirs, path.Dir(main))
		}
		return pt
	}
	if h.Library != nil {
		p.lib = read("", h.Library, "library")
	}
	for name, x := range manifest.Sorted(h.Internal) {
		p.lib = p.lib.join(read(name, x, "internal-libraries", name))
	}
	if h.Executable != nil {
		p.programs = append(p.programs, read(h.Name, h.Executable, "executable"))
	}
	for name, x := range h.Executables {
		p.programs = append(p.programs, read(name, x, "executables", name))
	}
	slices.SortFunc(p.programs, func(a, b *part) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.name, b.name)) })
	return true, nil
}

// hpackDeps reads a list of texts or mappings, or one mapping.
func (p *pkg) hpackDeps(pt *part, v any, line int) {
	switch v := v.(type) {
	case string:
		p.depend(pt, v, line)
	case []any:
		for _, item := range v {
			if m, ok := item.(map[string]any); ok {
				name, _ := m["name"].(string)
				p.depend(pt, name, line)
				continue
			}
			p.hpackDeps(pt, item, line)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			bounds, _ := v[name].(string)
			p.depend(pt, name+" "+bounds, line)
		}
	}
}

// texts is a text or a list of them.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			if s, ok := item.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
