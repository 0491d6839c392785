package plan

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// account is the name of the user and of the database that a backing service
// creates: it is none that an image has already.
const account = "app"

// Backing is a service beside the program: a database, a cache, a queue.
type Backing struct {
	// Name is the service's name in the Compose file and its host name on the network.
	Name    safe.Name
	Service *catalog.Service
	Image   catalog.ServiceImage
	// Volume holds the data; not set where nothing is kept.
	Volume safe.Name
	// Load are files of the project that the image runs when it makes its data.
	Load []Load
	// Database is the name of the database that is made.
	Database safe.Label
	// Environment is sorted by name.
	Environment []Variable
	Limits      Limits
	Why         []detect.Note
}

// Load is a file of the project, relative to it, and its place in the container.
type Load struct {
	Source safe.RelPath
	Target safe.Label
}

// loads are the files that fill a database, in their order. A name that a Compose file
// can't hold between colons is left out.
func (p *Plan) loads(need detect.Need, s *catalog.Service) []Load {
	var out []Load
	for i, file := range need.Load {
		at, err := safe.NewLabel(path.Join(s.Load, fmt.Sprintf("%d0-%s", i+1, path.Base(file.String()))))
		if s.Load == "" || !file.Plain() || err != nil {
			p.note(file.String(), 0, "can't be handed to %s: fill the database by hand", s.Name)
			continue
		}
		out = append(out, Load{file, at})
	}
	return out
}

// backing decides which services stand beside the program. One that the program
// can do without starts nothing: a note says how to add it.
func (p *Plan) backing(opts Options) error {
	for _, need := range p.asked(mergedNeeds(p.Service.Needs), opts) {
		s, err := p.catalog.Service(need.Name)
		if err != nil {
			p.note(evidence(need.Why), line(need.Why), "the program talks to %s, for which dockgen knows no image: start it yourself", safe.Visible(need.Name))
			p.missing = append(p.missing, need)
			continue
		}
		if need.Optional {
			p.note(evidence(need.Why), line(need.Why), "%s is optional, so compose.yaml starts none", need.Name)
			p.Optional = append(p.Optional, need.Name)
			continue
		}
		b := Backing{Name: safe.Slug(s.Host, "service"), Service: s, Why: need.Why, Database: cmp.Or(need.Database, safe.LabelOf(account)), Load: p.loads(need, s), Limits: Limits{CPUs: "1", Memory: s.Memory, PIDs: 512}}
		if b.Image, err = s.Image(need.Version.V); err != nil {
			p.note(evidence(need.Version.Why), line(need.Version.Why), "%s: compose.yaml starts %s instead, and data of the old one has to be carried over", err, s.Default())
			if b.Image, err = s.Image(safe.Version{}); err != nil {
				return err
			}
		}
		if need.Variant != "" {
			p.variant(need, &b)
		}
		p.checkServiceAge(need, b, opts)
		if b.Image.Volume != "" {
			b.Volume = safe.Slug(s.Host+"-data", "data")
		}
		b.Environment = p.backingEnvironment(s, b.Database.String())
		p.Backing = append(p.Backing, b)
		p.environmentOf(need, b)
	}
	slices.SortFunc(p.Backing, func(a, b Backing) int { return strings.Compare(a.Name.String(), b.Name.String()) })
	return p.composition(opts)
}

// variant takes an image that holds more than the plain service.
func (p *Plan) variant(need detect.Need, b *Backing) {
	image, err := b.Service.Variant(need.Variant, b.Image.Version)
	if err != nil {
		p.note(evidence(need.Why), line(need.Why), "%v: compose.yaml starts %s, without it", err, b.Image.Ref)
		return
	}
	b.Image = image
}

// backingEnvironment is what the image of a backing service reads. Passwords are
// variables that the user has to set, and no secrets of Compose's: those that come
// out of the environment Compose refuses in a container with a read-only root, and
// those in files are one more file a password for the user to make, while the
// program takes its address from a variable all the same.
func (p *Plan) backingEnvironment(s *catalog.Service, database string) []Variable {
	var out []Variable
	for _, e := range s.Environment {
		out = append(out, Variable{e.Name, literal(e.Value.String())})
	}
	for _, v := range []struct{ name, value string }{{s.UserEnv, account}, {s.DatabaseEnv, database}} {
		if v.name != "" {
			out = append(out, Variable{v.name, literal(v.value)})
		}
	}
	for _, secret := range s.Secrets {
		name := safe.EnvNameOf(secret.Var)
		p.require(Required{Name: name, Random: true, Strict: secret.Strict, Of: s.Name})
		value := required(name)
		if secret.Prefix != "" {
			value = append(literal(secret.Prefix), value...)
		}
		out = append(out, Variable{secret.Env, value})
	}
	return sortedVariables(out)
}

// environmentOf adds the variables through which the program learns of a backing service.
func (p *Plan) environmentOf(need detect.Need, b Backing) {
	if usual := b.Service.UsualEnv; len(need.Settings) == 0 && !p.Compose.has(usual) {
		need.Settings = []detect.NeedSetting{{Env: usual, Part: detect.PartURL}}
		p.note(evidence(need.Why), line(need.Why), "where the program reads the address of %s from was not found: compose.yaml sets %s, as is usual", need.Name, usual)
	}
	for _, setting := range need.Settings {
		if v := b.part(setting); v != nil {
			p.Compose.set(setting.Env, v)
		}
	}
}

// part is what a variable of the program holds; nil where the service has no such part.
func (b Backing) part(setting detect.NeedSetting) Text {
	fill := func(form string) Text {
		var out Text
		for form != "" {
			open := strings.IndexByte(form, '{')
			if open < 0 {
				return append(out, Piece{Literal: form})
			}
			if open > 0 {
				out = append(out, Piece{Literal: form[:open]})
			}
			end := open + strings.IndexByte(form[open:], '}')
			if name := form[open+1 : end]; name == "database" && !setting.Database.IsZero() {
				out = append(out, Piece{Literal: setting.Database.String()})
			} else {
				out = append(out, b.placeholder(name)...)
			}
			form = form[end+1:]
		}
		return out
	}
	switch setting.Part {
	case detect.PartURL:
		form := b.Service.URL(setting.Dialect)
		if _, rest, ok := strings.Cut(form, "://"); ok && setting.Scheme != "" {
			form = setting.Scheme + "://" + rest
		}
		return fill(form)
	case detect.PartAddress:
		return fill("{host}:{port}")
	case detect.PartDSN:
		return fill(b.Service.URL("dsn"))
	}
	return b.placeholder(string(setting.Part))
}

// placeholder is one part of an address by its name; nil where the service has none.
func (b Backing) placeholder(name string) Text {
	switch name {
	case "host":
		return literal(b.Name.String())
	case "port":
		return literal(b.Service.Port.String())
	case "user":
		switch {
		case b.Service.UserEnv != "":
			return literal(account)
		case b.Service.UserName != "":
			return literal(b.Service.UserName)
		}
	case "database":
		switch {
		case b.Service.DatabaseEnv != "":
			return literal(b.Database.String())
		case b.Service.DatabaseName != "":
			return literal(b.Service.DatabaseName)
		}
	case "password":
		for _, s := range b.Service.Secrets {
			if !s.Admin {
				return required(safe.EnvNameOf(s.Var))
			}
		}
	}
	return nil
}

// checkServiceAge notes a version that gets no more fixes.
func (p *Plan) checkServiceAge(need detect.Need, b Backing, opts Options) {
	for _, l := range b.Service.Lines() {
		if l.Version == b.Image.Version && !l.EOL.IsZero() && l.EOL.Before(opts.Now) {
			p.note(evidence(need.Version.Why), line(need.Version.Why), "%s %s got its last fix on %s: move to %s", need.Name, l.Version, l.EOL.Format("2006-01-02"), b.Service.Default())
		}
	}
	if b.Image.Unlisted {
		p.note(evidence(need.Version.Why), line(need.Version.Why), "%s %s is newer than all that dockgen knows: check that the image %s exists", need.Name, b.Image.Version, b.Image.Ref)
	}
}

// mergedNeeds has each backing service once, by the name of what runs; it is optional only where
// every mention of it is.
func mergedNeeds(needs []detect.Need) []detect.Need {
	var out []detect.Need
	for _, n := range needs {
		if n.As != "" {
			n.Name = n.As
		}
		i := slices.IndexFunc(out, func(o detect.Need) bool { return o.Name == n.Name })
		if i < 0 {
			n.Settings, n.Why = slices.Clone(n.Settings), slices.Clone(n.Why)
			out = append(out, n)
			continue
		}
		o := &out[i]
		o.Optional = o.Optional && n.Optional
		o.Version = o.Version.Over(n.Version)
		o.Variant = cmp.Or(o.Variant, n.Variant)
		o.Database = cmp.Or(o.Database, n.Database)
		for _, file := range n.Load {
			if !slices.Contains(o.Load, file) {
				o.Load = append(slices.Clone(o.Load), file)
			}
		}
		o.Settings = append(o.Settings, n.Settings...)
		o.Why = append(o.Why, n.Why...)
	}
	slices.SortStableFunc(out, func(a, b detect.Need) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func evidence(why []detect.Note) string {
	if len(why) == 0 {
		return ""
	}
	return why[0].Path
}

func line(why []detect.Note) int {
	if len(why) == 0 {
		return 0
	}
	return why[0].Line
}
