package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Base is the kind of image that a program runs on.
type Base string

// The bases, smallest attack surface in the middle: Slim is Debian with a shell
// and apt, Distroless has neither (https://github.com/GoogleContainerTools/distroless),
// Alpine is musl with busybox and apk.
const (
	Slim       Base = "slim"
	Distroless Base = "distroless"
	Alpine     Base = "alpine"
)

// Bases lists the bases in the order in which help texts show them.
func Bases() []Base { return []Base{Slim, Distroless, Alpine} }

// ParseBase returns the base of that name.
func ParseBase(s string) (Base, error) {
	if b := Base(s); slices.Contains(Bases(), b) {
		return b, nil
	}
	names := make([]string, 0, len(Bases()))
	for _, b := range Bases() {
		names = append(names, string(b))
	}
	return "", fmt.Errorf("%q is not a base image: take one of %s, as in dockgen init --base %s",
		s, strings.Join(names, ", "), Slim)
}

// Linkage is what a compiled program needs from the image it runs on. It is
// empty for what an interpreter runs, and for files that a server serves.
type Linkage string

// Static needs nothing, Libc the C library (cgo), Libcxx the C++ library or
// libgcc too (a C++ dependency, and every Rust program on glibc).
const (
	Static Linkage = "static"
	Libc   Linkage = "libc"
	Libcxx Linkage = "libcxx"
)

// Variant chooses among the images that a family has for one base.
type Variant struct {
	Link Linkage
	// Build and Run name an entry of the base's build_on and run_on, as "gradle" or "fpm";
	// empty for the usual image.
	Build, Run string
	// Exact takes the asked line's image, where the family builds old projects with new
	// releases, and the asked release's where lines have suites by release (Ruby's). A
	// line that is not known gets the usual one.
	Exact bool
}

// PackageManager is how an image installs system packages.
type PackageManager string

// NoPackages is an image that can't install any.
const (
	NoPackages PackageManager = "none"
	Apt        PackageManager = "apt"
	Apk        PackageManager = "apk"
)
