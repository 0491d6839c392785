package safe

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

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

// URLPathOf is NewURLPath for constants; it panics on a bad one.
func URLPathOf(s string) URLPath { return must(NewURLPath(s)) }

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
