package elixir

import (
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// versions are those of Elixir and of Erlang/OTP below it.
type versions struct {
	elixir detect.Value[safe.Version]
	otp    string // the major version of an image that exists; "" for the old lines, whose tags name none
	notes  []detect.Note
}

// otps are the releases of OTP that the official images hold an Elixir of each line
// on, the one to take first. Before 1.12 no tag names one
// (https://github.com/docker-library/official-images/blob/master/library/elixir).
func otps(line string) []string {
	switch line {
	case "1.20":
		return []string{"28", "29", "27"}
	case "1.19":
		return []string{"28", "27", "26"}
	case "1.18":
		return []string{"27", "28", "26", "25"}
	case "1.17":
		return []string{"27", "26", "25"}
	case "1.16", "1.15", "1.14":
		return []string{"26", "25", "24"}
	case "1.13":
		return []string{"25", "24"}
	case "1.12":
		return []string{"24"}
	}
	if v, _, ok := parseNumbers(line); ok && v[1] > 20 {
		return []string{"29", "28"}
	}
	return nil
}

// readVersions solves what the project asks for.
func readVersions(d *detect.Dir, wanted string, why detect.Note) (v versions, err error) {
	images, family, err := catalog.Of(elixirName)
	if err != nil {
		return v, err
	}
	asked, otp, err := askedVersions(d)
	if err != nil {
		return v, err
	}
	if chosen := d.Choices().Version; chosen.IsSet() {
		v.elixir = chosen
	} else if number, err := safe.NewVersion(asked.V); asked.IsSet() && err == nil {
		v.elixir = detect.Found(number, asked.Why...)
	} else if wanted != "" {
		r, err := parseRequirement(wanted)
		if err != nil {
			return v, &detect.FileError{Path: why.Path, Line: why.Line, Err: err}
		}
		allow := r.allows
		if major := otp.V; major != "" { // OTP alone was named: an Elixir of its time
			allow = func(version string) bool {
				l, ok := family.Line(version)
				return r.allows(version) && ok && slices.Contains(otps(l.Version.String()), major)
			}
			if _, ok := family.Match(allow, images.AsOf()); !ok {
				allow = r.allows
			}
		}
		l, ok := family.Match(allow, images.AsOf())
		if !ok {
			return v, &detect.FileError{Path: why.Path, Line: why.Line, Err: errorNoRelease(wanted)}
		}
		v.elixir = detect.Found(l.Version, why)
	}
	version := v.elixir.V
	if version.IsZero() {
		version = family.Default()
	}
	line := version.String()
	if l, ok := family.Line(line); ok {
		line = l.Version.String()
	}
	v.pair(line, otp)
	return v, nil
}

// pair chooses the OTP release for a line of Elixir.
func (v *versions) pair(line string, asked detect.Value[string]) {
	known := otps(line)
	if len(known) > 0 {
		v.otp = known[0]
	}
	switch {
	case !asked.IsSet(), asked.V == v.otp:
	case slices.Contains(known, asked.V):
		v.otp = asked.V
	default:
		note := detect.Note{}
		if len(asked.Why) > 0 {
			note = asked.Why[0]
		}
		note.Text = "asks for Erlang/OTP " + asked.V + ", of which there is no image with Elixir " + line
		if v.otp != "" {
			note.Text += ": it is built on OTP " + v.otp
		} else {
			note.Text += ": the image brings its own"
		}
		v.notes = append(v.notes, note)
	}
}

// askedVersions are the versions that files name, the strongest first: those of
// version managers, of Heroku's build pack, and the base image of a Dockerfile.
func askedVersions(d *detect.Dir) (elixir, otp detect.Value[string], err error) {
	elixir, err = manifest.Versions(d, "elixir", ".elixir-version", ".exenv-version")
	if err != nil {
		return elixir, otp, err
	}
	otp, err = manifest.Versions(d, "erlang", ".erlang-version")
	if err != nil {
		return elixir, otp, err
	}
	split(&elixir, &otp)
	otp.V = major(otp.V)
	packElixir, packOTP, err := buildpack(d)
	if err != nil {
		return elixir, otp, err
	}
	imageElixir, imageOTP := baseImage(d)
	// The two belong together: an OTP of one file says nothing of the Elixir of another.
	for _, pair := range [][2]detect.Value[string]{{packElixir, packOTP}, {imageElixir, imageOTP}} {
		if !elixir.IsSet() && !otp.IsSet() || !elixir.IsSet() && pair[1].V == otp.V {
			elixir, otp = pair[0], pair[1].Or(otp)
		}
	}
	if otp.V == "" {
		otp = detect.Value[string]{}
	}
	return elixir, otp, nil
}

// split parts "1.18.4-otp-27" as version managers write it.
func split(elixir, otp *detect.Value[string]) {
	number, after, ok := strings.Cut(elixir.V, "-otp-")
	if !ok {
		return
	}
	elixir.V = number
	if !otp.IsSet() {
		*otp = detect.Found(after, elixir.Why...)
	}
}

// major is the first number of a version of OTP, which its images are named by.
func major(version string) string {
	m, _, _ := strings.Cut(strings.TrimPrefix(version, "OTP-"), ".")
	if _, err := strconv.Atoi(m); err != nil {
		return ""
	}
	return m
}

// buildpack reads Heroku's elixir_buildpack.config, a list of NAME=value
// (https://github.com/HashNuke/heroku-buildpack-elixir#configuration).
func buildpack(d *detect.Dir) (elixir, otp detect.Value[string], err error) {
	const name = "elixir_buildpack.config"
	if !d.Has(name) {
		return elixir, otp, nil
	}
	text, err := d.Read(name)
	if err != nil {
		return elixir, otp, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.TrimPrefix(strings.Trim(value, `"' `), "v")
		note := d.Note(name, i+1, "%s=%s", key, value)
		switch key {
		case "elixir_version":
			if _, _, ok := parseNumbers(value); ok {
				elixir = detect.Found(value, note)
			}
		case "erlang_version":
			if m := major(value); m != "" {
				otp = detect.Found(m, note)
			}
		}
	}
	return elixir, otp, nil
}

// baseImage reads the versions out of the image that a Dockerfile starts from:
// elixir:1.18-otp-27-slim, hexpm/elixir:1.18.4-erlang-27.3.4-debian-bookworm-20250610-slim.
func baseImage(d *detect.Dir) (elixir, otp detect.Value[string]) {
	for _, from := range evidence.Bases(d) {
		name, tag, _ := strings.Cut(from.Image, ":")
		if name = strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/"); !strings.HasSuffix(name, "elixir") {
			continue
		}
		number, rest, _ := strings.Cut(tag, "-")
		if _, _, ok := parseNumbers(number); !ok {
			continue
		}
		elixir = detect.Found(number, from.Why)
		for _, mark := range []string{"otp-", "erlang-"} {
			if v, ok := strings.CutPrefix(rest, mark); ok {
				v, _, _ = strings.Cut(v, "-")
				if m := major(v); m != "" {
					otp = detect.Found(m, from.Why)
				}
			}
		}
		return elixir, otp
	}
	return elixir, otp
}
