package ruby

import (
	"fmt"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// release is the Ruby that a project runs on.
type release struct {
	version detect.Value[safe.Version]
	exact   bool // the Gemfile takes no other
	line    catalog.Line
	suite   string // Debian's
	notes   []detect.Note
}

// findRuby decides on the version: that of a version file, of the lock, or out of the
// range in the Gemfile, which Bundler holds against the Ruby that runs.
func (p *project) findRuby() (release, error) {
	var r release
	c, family, err := catalog.Of("ruby")
	if err != nil {
		return r, err
	}
	file, err := manifest.Versions(p.d, "ruby", ".ruby-version")
	if err != nil {
		return r, err
	}
	file.V = strings.TrimPrefix(file.V, "ruby-")
	wants, asked := p.wants()
	if engine := p.engine(file.V); engine != "" {
		return r, detect.NotService("runs on %s, and dockgen knows images of CRuby alone", engine)
	}
	fits := func(v string) bool { return satisfied(v, wants) || satisfied(full(family, v), wants) }
	switch pinned, one := exact(wants); {
	case p.d.Choices().Version.IsSet():
		r.version = p.d.Choices().Version
	case file.IsSet() && usable(file.V) && (asked.Path == "" || fits(file.V)):
		r.version = found(file.V, append(file.Why, listed(asked)...)...)
	case one && usable(pinned):
		r.version = found(pinned, asked)
		if file.IsSet() && usable(file.V) {
			r.notes = append(r.notes, detect.Note{Path: asked.Path, Line: asked.Line, Text: "Bundler insists on Ruby " + pinned + ", " + file.Why[0].Path + " asks for " + file.V})
		}
	case p.l != nil && usable(p.l.ruby) && (asked.Path == "" || fits(p.l.ruby)):
		r.version = found(p.l.ruby, append([]detect.Note{p.l.note(p.l.rubyLine, "locked with Ruby %s", p.l.ruby)}, listed(asked)...)...)
	case asked.Path != "":
		line, ok := family.Match(func(v string) bool { return satisfied(v, wants) }, c.AsOf())
		if !ok {
			return r, &detect.FileError{Path: asked.Path, Line: asked.Line, Err: fmt.Errorf("no release of Ruby that dockgen knows is in %q: say another one with dockgen init --lang-version %s", strings.Join(wants, ", "), family.Default())}
		}
		r.version = detect.Found(line.Version, asked)
	default:
		r.version = detect.Assumed(family.Default(), detect.Note{Text: "nothing in the project says which Ruby it wants: say it in .ruby-version"})
		if v, why, ok := p.oldRuby(family); ok {
			r.version = detect.Assumed(v, why)
		}
	}
	v := r.version.V.String()
	if line, ok := family.Line(v); ok {
		r.line = line
		if asked.Path != "" && !satisfied(line.Version.String()+".9999", wants) {
			r.exact = true
			if strings.Count(v, ".") == 2 && compare(v, line.Latest.String()) < 0 {
				r.notes = append(r.notes, detect.Note{Path: asked.Path, Line: asked.Line, Text: "Bundler takes Ruby " + v + " alone, whose image gets no fixes any more: ask for \"~> " + line.Version.String() + ".0\""})
			}
			if strings.Count(v, ".") == 1 {
				r.notes = append(r.notes, detect.Note{Path: asked.Path, Line: asked.Line, Text: "Bundler takes " + v + " for " + v + ".0, and no later release: ask for \"~> " + v + ".0\""})
				v += ".0"
				r.version = found(v, r.version.Why...)
			}
		}
	}
	if _, img, err := family.Images(r.version.V, catalog.Slim, catalog.Variant{Exact: r.exact}); err == nil {
		r.suite = img.Suite
	}
	return r, nil
}

// full is a version with the parts that the line's newest release has.
func full(family *catalog.Family, v string) string {
	if line, ok := family.Line(v); ok && strings.Count(v, ".") < 2 {
		return line.Latest.String()
	}
	return v
}

func listed(n detect.Note) []detect.Note {
	if n.Path == "" {
		return nil
	}
	return []detect.Note{n}
}

// usable reports whether the text is a release number that an image can have.
func usable(v string) bool {
	_, err := safe.NewVersion(v)
	return err == nil && v != ""
}

func found(v string, why ...detect.Note) detect.Value[safe.Version] {
	version, err := safe.NewVersion(v)
	if err != nil {
		return detect.Value[safe.Version]{}
	}
	return detect.Found(version, why...)
}

// wants are the requirements of the Gemfile.
func (p *project) wants() ([]string, detect.Note) {
	if p.g == nil || p.g.ruby == nil {
		return nil, detect.Note{}
	}
	r := p.g.ruby
	return r.wants, p.d.Note(r.file, r.line, "ruby %s", strings.Join(r.wants, ", "))
}

// engine is another implementation of Ruby that the project asks for; "" for none.
func (p *project) engine(file string) string {
	name := ""
	if p.g != nil && p.g.ruby != nil {
		name = p.g.ruby.engine
	}
	for _, other := range []string{"jruby", "truffleruby", "rbx", "mruby"} {
		if strings.HasPrefix(file, other) || name == other {
			return other
		}
	}
	return ""
}

// ceilings are the newest lines of Ruby that a release of Rails runs on, for a project
// that says nothing of Ruby (https://guides.rubyonrails.org/upgrading_ruby_on_rails.html#ruby-versions).
// Hanami 1 was written for Ruby 2 (https://guides.hanamirb.org/v1.3/introduction/getting-started/).
var ceilings = []struct{ gem, below, ruby string }{
	{"activesupport", "5.2", "2.6"}, {"activesupport", "6.0", "2.7"}, {"activesupport", "6.1", "3.0"}, {"activesupport", "7.0", "3.2"}, {"activesupport", "7.1", "3.3"},
	{"hanami", "2.0", "2.7"},
}

func (p *project) oldRuby(family *catalog.Family) (safe.Version, detect.Note, bool) {
	for _, c := range ceilings {
		v := p.version(c.gem)
		if v == "" || compare(v, c.below) >= 0 {
			continue
		}
		if line, ok := family.Line(c.ruby); ok {
			why := p.why(c.gem)
			why.Text = c.gem + " " + v + " runs on Ruby up to " + c.ruby + ", and nothing in the project says which Ruby it wants"
			return line.Version, why, true
		}
	}
	return safe.Version{}, detect.Note{}, false
}
