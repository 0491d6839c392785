package ruby

import (
	"slices"
	"strings"

	"dockgen/detect"
)

// project is what a folder's manifests say.
type project struct {
	d       *detect.Dir
	g       *gemfile // nil: there is none
	l       *lock    // nil: there is none
	without []string // groups that production does without
	kept    []string // groups that are taken for the server in them
	all     map[string]bool
	ruby    release
	notes   []detect.Note
}

func readProject(d *detect.Dir) (*project, error) {
	p := &project{d: d}
	name := d.First(gemfileNames()...)
	if name == "" {
		return p, nil
	}
	var err error
	if p.g, err = readGemfile(d, name); err != nil {
		return nil, err
	}
	p.notes = append(p.notes, p.g.notes...)
	if d.Has(lockName(name)) {
		if p.l, err = readLock(d, lockName(name)); err != nil {
			return nil, err
		}
	}
	for _, g := range p.g.gems {
		for _, group := range g.groups {
			if leftOut(group) && !slices.Contains(p.without, group) {
				p.without = append(p.without, group)
			}
		}
	}
	p.keepServer()
	slices.Sort(p.without)
	p.all = p.installed()
	return p, nil
}

// leftOut reports whether production does without a group: by Bundler's and Rails'
// conventions those that are for developing, testing, checking and deploying.
func leftOut(group string) bool {
	switch group {
	case "development", "test", "ci", "debug", "deploy", "deployment", "doc", "docs", "documentation", "guard", "lint", "linters", "linting", "local", "profile", "rubocop", "style", "tools", "dev", "cucumber", "benchmark", "console":
		return true
	}
	return false
}

// servers are gems that serve a rackup file.
var servers = []string{"puma", "falcon", "unicorn", "pitchfork", "iodine", "agoo", "passenger", "thin", "webrick"}

// keepServer takes a group into the image that holds the only server: without it,
// nothing would start.
func (p *project) keepServer() {
	serves := func(production bool) *gem {
		for i, g := range p.g.gems {
			if slices.Contains(servers, g.name) && !g.maybe && (p.production(g) || !production) {
				return &p.g.gems[i]
			}
		}
		return nil
	}
	if serves(true) != nil || !p.d.Has("config.ru") {
		return
	}
	if g := serves(false); g != nil {
		p.kept = g.groups
		p.without = slices.DeleteFunc(p.without, func(group string) bool { return slices.Contains(g.groups, group) })
		p.notes = append(p.notes, p.d.Note(g.file, g.line, "%s is the only server and in a group for developing, which the image so holds: move it out of the group", g.name))
	}
}

// production reports whether a gem is installed in the image.
func (p *project) production(g gem) bool {
	return !g.maybe && (len(g.groups) == 0 || slices.ContainsFunc(g.groups, func(group string) bool { return !leftOut(group) || slices.Contains(p.kept, group) }))
}

// installed are the gems of production: the Gemfile's, and by the lock those that they bring.
func (p *project) installed() map[string]bool {
	var names []string
	for _, g := range p.g.gems {
		if p.production(g) {
			names = append(names, g.name)
		}
	}
	if p.l != nil {
		return p.l.closure(names)
	}
	out := map[string]bool{}
	for _, n := range names {
		out[n] = true
		if n == "rails" {
			for _, brought := range []string{"railties", "activesupport", "activerecord", "actionpack", "actioncable", "activestorage", "actionmailer"} {
				out[brought] = true
			}
		}
	}
	return out
}

// has reports whether production installs any of the gems.
func (p *project) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return p.all[n] })
}

// direct is the gem as the Gemfile asks for it for production.
func (p *project) direct(name string) (gem, bool) {
	if p.g == nil {
		return gem{}, false
	}
	for _, g := range p.g.gems {
		if g.name == name && p.production(g) {
			return g, true
		}
	}
	return gem{}, false
}

// version is the release of a gem: the lock's, else the lowest that the Gemfile takes.
func (p *project) version(name string) string {
	if p.l != nil {
		return p.l.specs[name].version
	}
	g, ok := p.direct(name)
	if !ok && name != "rails" && strings.HasPrefix(name, "active") || name == "railties" {
		g, ok = p.direct("rails")
	}
	if !ok {
		return ""
	}
	for _, w := range g.wants {
		if v := strings.TrimLeft(w, "~>= "); usable(v) && !strings.HasPrefix(w, "<") && !strings.HasPrefix(w, "!") {
			return v
		}
	}
	return ""
}

// why is where a gem is asked for, or else locked.
func (p *project) why(name string) detect.Note {
	if g, ok := p.direct(name); ok {
		return p.d.Note(g.file, g.line, "gem %s", name)
	}
	if p.l != nil {
		if s, ok := p.l.specs[name]; ok {
			return p.l.note(s.line, "%s %s", name, s.version)
		}
	}
	if p.g != nil {
		return p.d.Note(p.g.name, 0, "gem %s", name)
	}
	return p.d.Note("", 0, "gem %s", name)
}
