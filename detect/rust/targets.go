package rust

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// bin is a program that the package makes.
type bin struct {
	name     string
	path     string // of its source, relative to the package
	features []string
	why      detect.Note
}

// bins finds the package's programs: those of [[bin]], and by the layout that
// Cargo knows (https://doc.rust-lang.org/cargo/reference/cargo-targets.html#target-auto-discovery).
func (p *pkg) bins() []bin {
	var out []bin
	add := func(b bin) {
		if !slices.ContainsFunc(out, func(o bin) bool { return o.name == b.name || o.path == b.path }) {
			out = append(out, b)
		}
	}
	for i, t := range p.toml.Bin {
		name := t.Name
		if name == "" {
			name = p.name()
		}
		src := t.Path
		if src == "" {
			src = p.dir.First("src/bin/"+name+".rs", "src/bin/"+name+"/main.rs")
			if src == "" && (name == p.name() || len(p.toml.Bin) == 1) {
				src = p.dir.First("src/main.rs")
			}
		}
		if src == "" || !inside(p.dir.Path(), src) {
			continue
		}
		add(bin{name, path.Clean(src), t.RequiredFeatures, p.note(p.lines.At("bin", itoa(i)), "[[bin]] %s", name)})
	}
	if auto := p.toml.Package.Autobins; auto != nil && !*auto {
		return out
	}
	if p.dir.Has("src/main.rs") {
		add(bin{name: p.name(), path: "src/main.rs", why: p.dir.Note("src/main.rs", 0, "is where the program starts")})
	}
	for _, file := range p.dir.Sub("src/bin").Names("*.rs") {
		at := path.Join("src/bin", file)
		add(bin{name: strings.TrimSuffix(file, ".rs"), path: at, why: p.dir.Note(at, 0, "is where the program starts")})
	}
	for _, dir := range p.dir.Sub("src/bin").Dirs() {
		if at := path.Join("src/bin", dir, "main.rs"); p.dir.Has(at) {
			add(bin{name: dir, path: at, why: p.dir.Note(at, 0, "is where the program starts")})
		}
	}
	return out
}

// lib is the path of the package's library, "" without one.
func (p *pkg) lib() string {
	if p.toml.Lib != nil && p.toml.Lib.Path != "" && inside(p.dir.Path(), p.toml.Lib.Path) {
		return path.Clean(p.toml.Lib.Path)
	}
	return p.dir.First("src/lib.rs")
}

// wasm reports whether the package is made for the browser alone.
// browser reports whether the package's binary is a page's: of a framework for the
// browser, with the page that Trunk builds it into (https://trunkrs.dev/guide/build).
func (p *pkg) browser() bool {
	_, ok := p.uses("yew", "sycamore", "leptos", "dioxus", "seed", "gloo", "wasm-bindgen", "web-sys")
	return ok && p.dir.Has("index.html")
}

func (p *pkg) wasm() bool {
	return p.toml.Lib != nil && slices.Contains(p.toml.Lib.CrateType, "cdylib") && !p.dir.Has("src/main.rs")
}
