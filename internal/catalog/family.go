package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"dockgen/internal/safe"
)

// Family is one language's images.
type Family struct {
	name    string
	catalog *Catalog
	data    familyData
	images  map[string]imageData // its own
	arg     safe.EnvName
	lines   []line // newest first
	deflt   int    // index into lines
}

type familyData struct {
	Arg         string            `toml:"arg"`
	Default     string            `toml:"default"`
	DefaultBase Base              `toml:"default_base"`
	Forward     bool              `toml:"forward"`
	Native      map[Base]string   `toml:"native"`
	Bases       map[Base]baseData `toml:"bases"`
	Lines       []lineData        `toml:"lines"`
}

// baseData names the stages' images. Lines limits the base to those lines, Except
// takes lines out; Hint says in the error what to do instead.
type baseData struct {
	Build string `toml:"build"`
	// BuildOn and RunOn are further images to choose from by name: another build
	// tool's, another server's.
	BuildOn map[string]string `toml:"build_on"`
	RunOn   map[string]string `toml:"run_on"`
	// Pairs says that the two go together: an image to run on has the name of the one to
	// build on, or one that ends in it, for what is built on one suite may not run on another.
	Pairs  bool               `toml:"pairs"`
	Run    map[Linkage]string `toml:"run"`
	Any    string             `toml:"run_any"`
	Lines  []string           `toml:"lines"`
	Except []string           `toml:"except"`
	Hint   string             `toml:"hint"`
}

type lineData struct {
	Version  string         `toml:"version"`
	Latest   string         `toml:"latest"`
	Released toml.LocalDate `toml:"released"`
	EOL      toml.LocalDate `toml:"eol"`
	LTS      bool           `toml:"lts"`
	Codename string         `toml:"codename"`
	Suite    string         `toml:"suite"`
	Volume   string         `toml:"volume"` // of a service, where it differs
	// Suites are the suites that the tags of single releases name, each from that
	// release on; not set: Suite for all.
	Suites map[string]string `toml:"suites"`
}

func newFamily(c *Catalog, name string, file familyFile) (*Family, error) {
	d := file.Family
	f := &Family{name: name, catalog: c, data: d, images: file.Images, deflt: -1, lines: make([]line, 0, len(d.Lines))}
	if d.Arg != "" {
		arg, err := safe.NewEnvName(d.Arg)
		if err != nil {
			return nil, err
		}
		f.arg = arg
	}
	for i, ld := range d.Lines {
		l, err := newLine(ld)
		if err != nil {
			return nil, err
		}
		if ld.Version == d.Default {
			f.deflt = i
		}
		f.lines = append(f.lines, l)
	}
	if f.deflt < 0 {
		return nil, fmt.Errorf("the default %q is not among the lines", d.Default)
	}
	return f, nil
}

// Name is the name the family is asked for by.
func (f *Family) Name() string { return f.name }

// Lines returns the known release lines, newest first.
func (f *Family) Lines() []Line {
	out := make([]Line, len(f.lines))
	for i, l := range f.lines {
		out[i] = l.Line
	}
	return out
}

// Forward reports whether a newer line builds what was written for an older one.
func (f *Family) Forward() bool { return f.data.Forward }

// Default is the line for a project that asks for none: the newest that has been
// out for a year and has a year of support left, with long-term support where
// the language has such lines; for Go, whose releases stay compatible, the newest.
func (f *Family) Default() safe.Version { return f.lines[f.deflt].Version }

// DefaultBase is the base for a project that asks for none.
func (f *Family) DefaultBase() Base { return f.data.DefaultBase }

// Match solves a range that a project states. allow gets full versions, such as
// "22.23.4", and says whether the range holds them. The answer is the default
// line if it is allowed, else the newest supported one (with long-term support
// before those without), else the newest allowed of all, past its end or not yet
// supported. It is false where no line is allowed.
//
// A line stands for the release its image holds: the latest. A line that still gets
// releases is asked for a later one as well, since the image moves on
// after the catalogue was written: ">=24.99" must not rule line 24 out.
func (f *Family) Match(allow func(version string) bool, now time.Time) (Line, bool) {
	ok := func(l line) bool {
		return allow(l.Latest.String()) || l.Supported(now) && allow(l.future())
	}
	if d := f.lines[f.deflt]; ok(d) {
		return d.Line, true
	}
	var allowed []Line
	for _, l := range f.lines {
		if ok(l) {
			allowed = append(allowed, l.Line)
		}
	}
	for _, want := range []func(Line) bool{
		func(l Line) bool { return l.Supported(now) && l.LTS },
		func(l Line) bool { return l.Supported(now) },
		func(Line) bool { return true },
	} {
		if i := slices.IndexFunc(allowed, want); i >= 0 {
			return allowed[i], true
		}
	}
	return Line{}, false
}

// Line returns the line that a version belongs to: "20.11.1" is of line 20,
// "3.12.4" of 3.12. A version that is shorter than a line's, as "3", is the default
// if that begins so, else the newest line that does.
func (f *Family) Line(version string) (Line, bool) {
	l, ok := f.line(version)
	return l.Line, ok
}

// Codename returns the line of that code name, as in .nvmrc's "lts/krypton".
func (f *Family) Codename(name string) (Line, bool) {
	for _, l := range f.lines {
		if name != "" && strings.EqualFold(l.Codename, name) {
			return l.Line, true
		}
	}
	return Line{}, false
}

func (f *Family) line(version string) (line, bool) {
	version = strings.TrimPrefix(version, "v")
	for _, l := range f.lines {
		if within(version, l.Version.String()) {
			return l, true
		}
	}
	if version == "" {
		return line{}, false
	}
	if d := f.lines[f.deflt]; within(d.Version.String(), version) {
		return d, true
	}
	for _, l := range f.lines {
		if within(l.Version.String(), version) {
			return l, true
		}
	}
	return line{}, false
}

// Images returns the images to build in and to run on. No version means the
// default, no base the default base. build is zero where the family builds
// nothing ("web"), and build and run are the same where an interpreter runs the
// program on the image it was installed in.
//
// Where the language builds old projects with new releases (Go), a version
// that was past its end of life when the catalogue was written gets the default
// line's image; Image.Version tells. Everywhere else the image is of the asked line.
// A version above all that are known gets its own tag, and Image.Unlisted.
func (f *Family) Images(version safe.Version, base Base, which Variant) (build, run Image, err error) {
	l, unlisted, err := f.resolve(version)
	if err != nil {
		return Image{}, Image{}, err
	}
	if exact, ok := f.line(version.String()); ok && which.Exact {
		l, unlisted = exact, false
	}
	if base == "" {
		base = f.data.DefaultBase
	}
	b, ok := f.data.Bases[base]
	if !ok || b.excludes(l.Version.String()) {
		return Image{}, Image{}, f.baseError(b, base, l.Version)
	}
	if which.Exact && len(l.suites) > 0 && within(version.String(), l.Version.String()) && version != l.Version {
		unlisted = unlisted || compare(version.String(), l.Latest.String()) > 0
		l = l.exact(version)
	}
	key := b.Any
	switch {
	case which.Run != "":
		if key = b.RunOn[which.Run]; key == "" {
			return Image{}, Image{}, fmt.Errorf("%s has no %s image to run %q on: known are %s", f.name, base, which.Run, known(b.RunOn))
		}
	case key == "":
		if key = b.Run[which.Link]; key == "" {
			return Image{}, Image{}, fmt.Errorf("%s has no %s image for a program linked %q: known are %s",
				f.name, base, which.Link, known(b.Run))
		}
	}
	if !b.pair(which) {
		return Image{}, Image{}, fmt.Errorf("%s built with %q does not run on %q", f.name, which.Build, which.Run)
	}
	builder := b.Build
	if which.Build != "" {
		if builder = b.BuildOn[which.Build]; builder == "" {
			return Image{}, Image{}, fmt.Errorf("%s has no %s image to build with %q: known are %s", f.name, base, which.Build, known(b.BuildOn))
		}
	}
	if run, err = f.image(key, l, unlisted); err != nil {
		return Image{}, Image{}, err
	}
	if builder != "" {
		build, err = f.image(builder, l, unlisted)
	}
	return build, run, err
}

// NativeBuild returns the image to build in where a dependency has to be compiled
// (a native addon, a C extension): the full image with compiler and headers of the
// line's Debian suite, so that nothing is installed first and it works for lines
// whose suite has left the mirrors. It is zero where Images' build image is the one
// to use: Go's has a compiler, and on Alpine the caller adds one by apk.
func (f *Family) NativeBuild(version safe.Version, base Base) (Image, error) {
	key, ok := f.data.Native[base]
	if !ok {
		return Image{}, nil
	}
	l, unlisted, err := f.resolve(version)
	if err != nil {
		return Image{}, err
	}
	return f.image(key, l, unlisted)
}

func (f *Family) image(key string, l line, unlisted bool) (Image, error) {
	img, err := f.catalog.image(key, f.images, f.arg, l)
	img.Unlisted = unlisted && !img.Arg.IsZero()
	return img, err
}

// resolve returns the line whose images serve a version.
func (f *Family) resolve(version safe.Version) (l line, unlisted bool, err error) {
	deflt := f.lines[f.deflt]
	if version.IsZero() {
		return deflt, false, nil
	}
	l, ok := f.line(version.String())
	switch newest := f.lines[0]; {
	case ok && f.data.Forward && !l.Supported(f.catalog.asOf):
		return deflt, false, nil
	case ok:
		return l, false, nil
	case compare(version.String(), newest.Version.String()) > 0:
		newest.Latest = version
		newest.Version, err = cut(version, newest.Version)
		return newest, true, err
	case f.data.Forward:
		return deflt, false, nil
	}
	oldest := f.lines[len(f.lines)-1].Version
	hint := ""
	if !f.arg.IsZero() {
		hint = ", as in dockgen init --lang-version " + f.Default().String()
	}
	return line{}, false, fmt.Errorf("there is no image of %s %s: known are the lines %s to %s%s",
		f.name, version, oldest, f.lines[0].Version, hint)
}

// pair reports whether the chosen images go together.
func (b baseData) pair(which Variant) bool {
	return !b.Pairs || which.Run == which.Build || strings.HasSuffix(which.Run, "-"+which.Build)
}

func (b baseData) excludes(version string) bool {
	return len(b.Lines) > 0 && !slices.Contains(b.Lines, version) || slices.Contains(b.Except, version)
}

func (f *Family) baseError(b baseData, base Base, version safe.Version) error {
	others := slices.Collect(maps.Keys(f.data.Bases))
	others = slices.DeleteFunc(others, func(o Base) bool {
		return o == base || f.data.Bases[o].excludes(version.String())
	})
	slices.Sort(others)
	hint := f.data.DefaultBase
	if hint == base && len(others) > 0 {
		hint = others[0]
	}
	why := ""
	if b.Hint != "" {
		why = " (" + b.Hint + ")"
	}
	subject := f.name
	if !f.arg.IsZero() {
		subject += " " + version.String()
	}
	return fmt.Errorf("there is no %s image of %s%s: choose another base, as in dockgen init --base %s", base, subject, why, hint)
}
