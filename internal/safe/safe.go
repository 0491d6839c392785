// Package safe holds the value types that cross from an inspected project into
// a written file. Everything read from a project is hostile: a constructor here
// is the only way to make such a value, and it refuses what could change the
// meaning of a Dockerfile, a Compose file, a shell word or a terminal line.
//
// A zero value means "not set" and prints as the empty string.
package safe

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text reports why s can't stand in a written file: a control character (line
// breaks of any script included), a bidirectional override (CVE-2021-42574) or
// invalid UTF-8.
func Text(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("is not valid UTF-8")
	}
	for _, r := range s {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return fmt.Errorf("holds the control character %U", r)
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Errorf("holds the bidirectional control %U", r)
		}
	}
	return nil
}

// Visible returns s with what Text refuses escaped as Go writes it, for messages.
func Visible(s string) string {
	if Text(s) == nil {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch part := s[i : i+size]; {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case Text(part) != nil:
			q := fmt.Sprintf("%+q", r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteString(part)
		}
		i += size
	}
	return b.String()
}

type str struct{ s string }

func (v str) String() string { return v.s }

// IsZero reports whether the value is not set.
func (v str) IsZero() bool { return v.s == "" }

// MarshalJSON writes the value as a JSON string.
func (v str) MarshalJSON() ([]byte, error) { return json.Marshal(v.s) }

// maxWord is the length of the longest word that is taken: counted here, for a
// count in a regular expression is paid for at every start of the program.
const maxWord = 128

func match(kind, hint string, re *regexp.Regexp, s string) (str, error) {
	if len(s) > maxWord || !re.MatchString(s) {
		return str{}, fmt.Errorf("%q is not a %s: %s", s, kind, hint)
	}
	return str{s}, nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Tag is an image tag, after the distribution specification.
type Tag struct{ str }

var tagRE = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)

// NewTag returns s as an image tag.
func NewTag(s string) (Tag, error) {
	v, err := match("image tag", "letters, digits, '.', '_' and '-'", tagRE, s)
	return Tag{v}, err
}

// Version is a release number such as 3, 3.14 or 1.27.1: what may stand before
// the flavour in a base image's tag.
type Version struct{ str }

var versionRE = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

// NewVersion returns s, without a leading "v", as a release number.
func NewVersion(s string) (Version, error) {
	v, err := match("version", "digits with dots, as in 24 or 3.14", versionRE, strings.TrimPrefix(s, "v"))
	return Version{v}, err
}

// Name is a name for a service, an image or a volume: DNS-safe, and what
// Compose takes as a project name.
type Name struct{ str }

var nameRE = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// NewName returns s as a name.
func NewName(s string) (Name, error) {
	if len(s) > 63 {
		return Name{}, fmt.Errorf("%q is not a name: it has more than 63 characters", s)
	}
	v, err := match("name", "lower-case letters, digits and '-'", nameRE, s)
	return Name{v}, err
}

// Slug makes a Name of any text: lower case, other characters as "-". The
// fallback is taken where nothing is left.
func Slug(s, fallback string) Name {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	out := b.String()
	if len(out) > 63 {
		out = out[:63]
	}
	if out = strings.Trim(out, "-"); out == "" {
		out = fallback
	}
	return must(NewName(out))
}

// EnvName is the name of an environment variable or a build argument.
type EnvName struct{ str }

var envRE = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// NewEnvName returns s as the name of an environment variable.
func NewEnvName(s string) (EnvName, error) {
	v, err := match("variable name", "letters, digits and '_'", envRE, s)
	return EnvName{v}, err
}

// EnvNameOf is NewEnvName for constants; it panics on a bad one.
func EnvNameOf(s string) EnvName { return must(NewEnvName(s)) }

// Package is the name of a distribution's package, as apt and apk write it.
type Package struct{ str }

var packageRE = regexp.MustCompile(`^[a-z0-9][a-z0-9.+-]*$`)

// NewPackage returns s as a package name.
func NewPackage(s string) (Package, error) {
	v, err := match("package name", "lower-case letters, digits, '.', '+' and '-'", packageRE, s)
	return Package{v}, err
}

// PackageOf is NewPackage for constants; it panics on a bad one.
func PackageOf(s string) Package { return must(NewPackage(s)) }

// URLPath is the path of a health check: it begins with a slash.
type URLPath struct{ str }

var urlPathRE = regexp.MustCompile(`^/[A-Za-z0-9._~/?=&%+-]*$`)

// NewURLPath returns s as a URL's path.
func NewURLPath(s string) (URLPath, error) {
	v, err := match("URL path", "it begins with '/'", urlPathRE, s)
	return URLPath{v}, err
}

// Label is one line of free text: a title, a description, an environment
// variable's value. Templates quote it for the place where it stands.
type Label struct{ str }

// NewLabel returns s as one line of text.
func NewLabel(s string) (Label, error) {
	if err := Text(s); err != nil {
		return Label{}, fmt.Errorf("%q %w", Visible(s), err)
	}
	if len(s) > 1024 {
		return Label{}, fmt.Errorf("%q… is longer than 1024 bytes", s[:32])
	}
	return Label{str{s}}, nil
}

// LabelOf is NewLabel for constants; it panics on a bad one.
func LabelOf(s string) Label { return must(NewLabel(s)) }

// RelPath is a path below a folder: slashes, clean, never upwards or absolute.
// "." is the folder itself.
type RelPath struct{ str }

// NewRelPath returns s as a path below a folder.
func NewRelPath(s string) (RelPath, error) {
	if err := Text(s); err != nil {
		return RelPath{}, fmt.Errorf("path %q %w", Visible(s), err)
	}
	c := path.Clean(strings.ReplaceAll(s, `\`, "/"))
	if s == "" || path.IsAbs(c) || c == ".." || strings.HasPrefix(c, "../") || len(c) > 1024 {
		return RelPath{}, fmt.Errorf("path %q leaves the folder", s)
	}
	return RelPath{str{c}}, nil
}

// RelPathOf is NewRelPath for constants; it panics on a bad one.
func RelPathOf(s string) RelPath { return must(NewRelPath(s)) }

var plainRE = regexp.MustCompile(`^[A-Za-z0-9._/@+][A-Za-z0-9._/@+-]*$`)

// Plain reports whether the path needs no quoting in a Dockerfile: neither in
// COPY nor as the source of a mount.
func (p RelPath) Plain() bool { return plainRE.MatchString(p.s) }

// Join returns the path with further elements.
func (p RelPath) Join(elem ...string) (RelPath, error) {
	return NewRelPath(path.Join(append([]string{p.s}, elem...)...))
}

// Port is a TCP port; 0 means none.
type Port uint16

// String returns the port's number.
func (p Port) String() string { return strconv.Itoa(int(p)) }

// NewPort returns n as a port.
func NewPort(n int) (Port, error) {
	if n < 1 || n > 65535 {
		return 0, fmt.Errorf("%d is not a port: take one from 1 to 65535", n)
	}
	return Port(n), nil
}

// Argv is a command as a list of words, the first being the program.
type Argv struct{ args []string }

// NewArgv returns the words as a command.
func NewArgv(args ...string) (Argv, error) {
	for _, a := range args {
		if err := Text(a); err != nil {
			return Argv{}, fmt.Errorf("command word %q %w", Visible(a), err)
		}
		if strings.Contains(a, "<<") { // BuildKit reads a here-document out of it, even quoted
			return Argv{}, fmt.Errorf("command word %q holds <<", a)
		}
	}
	if len(args) == 0 || args[0] == "" || strings.HasPrefix(args[0], "-") {
		return Argv{}, fmt.Errorf("the command %q names no program", args)
	}
	return Argv{append([]string(nil), args...)}, nil
}

// ArgvOf is NewArgv for constants; it panics on a bad one.
func ArgvOf(args ...string) Argv { return must(NewArgv(args...)) }

// Args returns a copy of the words.
func (a Argv) Args() []string { return append([]string(nil), a.args...) }

// IsZero reports whether there is no command.
func (a Argv) IsZero() bool { return len(a.args) == 0 }

// ArgvTail returns words that follow a program named elsewhere, as CMD follows
// ENTRYPOINT; unlike a command's first word they may be options. It panics on a
// word that no command could hold.
func ArgvTail(args ...string) Argv {
	return Argv{append([]string(nil), must(NewArgv(append([]string{"program"}, args...)...)).args[1:]...)}
}

// With returns the command with further words, which the caller vouches for.
func (a Argv) With(args ...string) Argv { return ArgvOf(append(a.Args(), args...)...) }

// String returns the command as a POSIX shell would take it.
func (a Argv) String() string {
	words := make([]string, len(a.args))
	for i, w := range a.args {
		words[i] = Quote(w)
	}
	return strings.Join(words, " ")
}

// MarshalJSON writes the words as a list; none is null.
func (a Argv) MarshalJSON() ([]byte, error) { return json.Marshal(a.args) }

var bareRE = regexp.MustCompile(`^[A-Za-z0-9_@%+:,./=-]+$`)

// Quote returns s as one word of a POSIX shell.
func Quote(s string) string {
	if bareRE.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Pattern is one line of a .dockerignore file.
type Pattern struct{ str }

var patternRE = regexp.MustCompile(`^!?[A-Za-z0-9._/@+~*?\[\]-][A-Za-z0-9._/@+~*?\[\] -]*$`)

// PatternOf returns a constant as a pattern; it panics on a bad one.
func PatternOf(s string) Pattern {
	v, err := match("pattern", "as in **/node_modules", patternRE, s)
	return must(Pattern{v}, err)
}

// PatternFor returns the pattern that matches just the path p.
func PatternFor(p RelPath) Pattern {
	var b strings.Builder
	if strings.HasPrefix(p.s, "#") || strings.HasPrefix(p.s, "!") || strings.HasPrefix(p.s, " ") {
		b.WriteString("./") // cleaned away by Docker, and no mark at the start of a line
	}
	for _, r := range p.s {
		if strings.ContainsRune(`*?[\`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return Pattern{str{b.String()}}
}

// PatternAnywhere returns the pattern that matches the path p below every folder.
func PatternAnywhere(p RelPath) Pattern {
	return Pattern{str{"**/" + strings.TrimPrefix(PatternFor(p).s, "./")}}
}

// Except returns the pattern that keeps what the pattern p matches.
func (p Pattern) Except() Pattern { return Pattern{str{"!" + p.s}} }
