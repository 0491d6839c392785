package php

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/php/source"
	"dockgen/internal/safe"
)

// writable are names that a folder has which a program fills.
var writable = []string{"cache", "data", "db", "log", "logs", "storage", "tmp", "upload", "uploads", "var"}

// kept finds folders that the program writes to: those that are in git as empty ones.
func (p *project) kept(s *detect.Service, f *Facts) {
	for name := range p.d.Files(".gitkeep", ".keep", ".gitignore") {
		dir := path.Dir(name)
		if dir == "." || strings.Count(dir, "/") > 3 || p.aside(name) {
			continue
		}
		at := p.d.Sub(dir)
		if p.leftOut(name) {
			// All of it is left out of git but for a few files: it is filled, whatever they are.
		} else if len(at.Dirs()) > 0 || len(at.Names("*")) > len(at.Names(".gitkeep", ".keep", ".gitignore", "README*", "index.html", ".htaccess")) {
			continue
		}
		if slices.ContainsFunc(s.State, func(r safe.RelPath) bool { return strings.HasPrefix(dir, r.String()+"/") }) {
			continue
		}
		for _, w := range writable {
			if path.Base(dir) == w || w != "data" && strings.Contains("/"+dir+"/", "/"+w+"/") {
				p.keep(s, f, dir, w)
				break
			}
		}
	}
	p.inFiles(s, f)
}

// leftOut reports whether a .gitignore leaves out all that lies in its own folder.
func (p *project) leftOut(name string) bool {
	if path.Base(name) != ".gitignore" {
		return false
	}
	data, err := p.d.Read(name)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "*" || line == "/*" {
			return true
		}
	}
	return false
}

// keep takes a folder as one that the program fills, by what its name says of it.
func (p *project) keep(s *detect.Service, f *Facts, dir, name string) {
	made := slices.ContainsFunc(f.Owned, func(r safe.RelPath) bool { return below(dir, r.String()) })
	if made && path.Base(dir) == "cache" {
		return // the build fills it, and an empty one in its place would hide that
	}
	if name == "cache" || name == "tmp" {
		p.stateOf(s, f, nil, []string{dir})
	} else {
		p.stateOf(s, f, []string{dir}, nil)
	}
}

// guards are files by which a folder among the pages keeps a web server or git from
// what a program puts beside them.
var guards = []string{".htaccess", "web.config", ".gitignore", ".gitkeep", ".keep", "_dummy"}

// guarded finds the folders of the site whose name and guard say that the program
// writes to them, whatever lies there already.
func (p *project) guarded(s *detect.Service, f *Facts) {
	for _, dir := range p.d.Dirs() {
		if slices.Contains(writable, dir) && p.d.Sub(dir).First(guards...) != "" {
			p.keep(s, f, dir, dir)
			p.notes = append(p.notes, p.d.Note(dir, 0, "is guarded, and has a name of what a program writes to: it is kept"))
		}
	}
}

// ignored finds such folders by what git leaves out: "/data/" or "data/cache/*".
func (p *project) ignored(s *detect.Service, f *Facts) {
	if !p.d.Has(".gitignore") {
		return
	}
	data, err := p.d.Read(".gitignore")
	if err != nil {
		return // who reads it as evidence for all languages says so
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		pattern := strings.TrimPrefix(strings.TrimSpace(line), "/")
		dir, below, ok := strings.Cut(pattern, "/")
		if ok && slices.Contains(writable, dir) && (p.d.HasDir(dir) || p.docroot == "." && (below == "" || below == "*")) {
			if at, err := safe.NewRelPath(dir); err == nil && dir != p.docroot && !slices.Contains(s.State, at) && !slices.Contains(s.Scratch, at) {
				p.notes = append(p.notes, p.d.Note(".gitignore", n, "leaves out %s, which has a name of what a program writes to: it is kept", dir))
			}
			p.keep(s, f, dir, dir)
		}
	}
}

// inFiles finds the folders of databases in files: one is written to, and so is its folder.
func (p *project) inFiles(s *detect.Service, f *Facts) {
	for _, file := range p.sources() {
		for _, u := range source.Uses(file.tokens) {
			if !u.New || len(u.Args) == 0 {
				continue
			}
			name, ok := "", false
			switch u.Name {
			case "sqlite3":
				name, ok = u.Args[0].Text, u.Args[0].Kind == source.Text
			case "pdo":
				name, ok = strings.CutPrefix(u.Args[0].Text, "sqlite:")
			}
			if name == "" || strings.HasPrefix(name, ":") {
				continue // the rest is in variables, or it is in memory
			}
			dir := path.Dir(path.Join(path.Dir(file.name), name))
			if rest, rooted := strings.CutPrefix(name, "/"); rooted { // __DIR__ . '/db/x.db' and the like
				dir = path.Dir(path.Join(path.Dir(file.name), rest))
			}
			if ok && dir != "." && fs.ValidPath(dir) && p.d.HasDir(dir) {
				p.stateOf(s, f, []string{dir}, nil)
				p.notes = append(p.notes, p.d.Note(file.name, u.Line, "keeps a SQLite database in %s", dir))
			}
		}
	}
}
