package catalog

import (
	"fmt"
	"strings"

	"dockgen/internal/safe"
)

// Image is one base image, and what has to be known to build on it. Its strings
// come from the catalogue alone; of a project there is at most a safe.Version in them.
// The zero Image means that none is needed.
type Image struct {
	// Ref is the whole reference, as in "golang:1.27-trixie".
	Ref string
	// Pattern is Ref with the version as a build argument, as in
	// "golang:${GO_VERSION}-trixie": what follows FROM where ARG GO_VERSION=1.27
	// stands above. It is Ref where the tag holds no version, and then Arg is not set.
	Pattern  string
	Arg      safe.EnvName
	ArgValue safe.Version
	// Version is the line the image belongs to, which may be newer than the one
	// asked for: see Family.Images.
	Version safe.Version
	// Unlisted says that the catalogue doesn't know the version: it is newer than
	// all it knows, and that the tag exists is an assumption.
	Unlisted bool
	// Suite is Debian's code name ("trixie"), empty on Alpine and where the tag
	// names none. What one stage compiles against the C library, another may
	// run only on the same suite or a newer one.
	Suite string
	// User is the unprivileged "uid:gid" to run as, Home its folder. UserExists
	// says that the image has that user already; otherwise the folder is not
	// there either, and has to be made where a program wants to write to it.
	User       string
	Home       string
	UserExists bool
	// Packages and Shell say what a stage may use; see ProbeArgv for health checks.
	Packages PackageManager
	Shell    bool
	// Install are packages a program of the asked linkage needs here and the image
	// lacks: TLS roots, time zones, the C++ library.
	Install []safe.Package
	// Runtime is the interpreter's program for a health check in exec form; empty
	// where there is none. RuntimeIsEntrypoint says that it is the image's
	// ENTRYPOINT as well, so that CMD holds its arguments only.
	Runtime             string
	RuntimeIsEntrypoint bool
	// Init says that the image's own ENTRYPOINT begins with an init.
	Init bool
	// HasEntrypoint says that the image has an ENTRYPOINT that a program does not want
	// above itself: it takes its place, for CMD alone would become its arguments.
	HasEntrypoint bool
	// Port is where the image's own server listens; 0 where it has none.
	Port safe.Port

	probe probeData
}

// IsZero reports whether there is no image.
func (i Image) IsZero() bool { return i.Ref == "" }

// Name is the reference without its tag, as in "golang".
func (i Image) Name() string {
	name, _, _ := strings.Cut(i.Ref, ":")
	return name
}

// Tag is the reference's tag, as in "1.27-trixie".
func (i Image) Tag() string {
	_, tag, _ := strings.Cut(i.Ref, ":")
	return tag
}

// imageData is one entry under [images]. In ref, {version} is the line's version,
// {latest} its newest release, for images whose tags name no less,
// {suite} its Debian suite and {-suite} the same with a dash, or nothing for the
// old lines whose tags named no suite. The suite "line" is the line's too, where the
// tag does not name it.
type imageData struct {
	Ref        string   `toml:"ref"`
	User       string   `toml:"user"`
	Home       string   `toml:"home"`
	UserExists bool     `toml:"user_exists"`
	Packages   string   `toml:"packages"`
	Shell      bool     `toml:"shell"`
	Probe      string   `toml:"probe"`
	Install    []string `toml:"install"`
	Runtime    string   `toml:"runtime"`
	Entrypoint bool     `toml:"runtime_is_entrypoint"`
	Init       bool     `toml:"init"`
	Own        bool     `toml:"entrypoint"`
	Port       int      `toml:"port"`
	Suite      string   `toml:"suite"`
}

// image is the entry of that key for a line, out of a family's own images or those
// that several share.
func (c *Catalog) image(key string, own map[string]imageData, arg safe.EnvName, l line) (Image, error) {
	d, ok := own[key]
	if !ok {
		d, ok = c.images[key]
	}
	if !ok {
		return Image{}, fmt.Errorf("the image catalogue has no image %q", key)
	}
	img := Image{
		Version: l.Version, Suite: d.Suite,
		User: d.User, Home: d.Home, UserExists: d.UserExists,
		Packages: PackageManager(d.Packages), Shell: d.Shell,
		Runtime: d.Runtime, RuntimeIsEntrypoint: d.Entrypoint, Init: d.Init, HasEntrypoint: d.Own,
	}
	if strings.Contains(d.Ref, "suite}") || d.Suite == "line" {
		img.Suite = l.suite
	}
	if d.Probe != "" {
		probe, ok := c.probes[d.Probe]
		if !ok {
			return Image{}, fmt.Errorf("image %q names the unknown probe %q", key, d.Probe)
		}
		img.probe = probe
	}
	dashed := ""
	if l.suite != "" {
		dashed = "-" + l.suite
	}
	ref := strings.NewReplacer("{suite}", l.suite, "{-suite}", dashed).Replace(d.Ref)
	tag, value := "{version}", l.Version
	if strings.Contains(ref, "{latest}") {
		tag, value = "{latest}", l.Latest
	}
	img.Ref = strings.ReplaceAll(ref, tag, value.String())
	img.Pattern = img.Ref
	if strings.Contains(ref, tag) {
		img.Arg, img.ArgValue = arg, value
		img.Pattern = strings.ReplaceAll(ref, tag, "${"+arg.String()+"}")
	}
	if d.Port != 0 {
		port, err := safe.NewPort(d.Port)
		if err != nil {
			return Image{}, fmt.Errorf("image %q: %w", key, err)
		}
		img.Port = port
	}
	for _, p := range d.Install {
		pkg, err := safe.NewPackage(p)
		if err != nil {
			return Image{}, fmt.Errorf("image %q: %w", key, err)
		}
		img.Install = append(img.Install, pkg)
	}
	return img, nil
}
