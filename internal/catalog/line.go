package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockgen/internal/safe"
)

// Line is a release line: the part of a version that gets fixes together, and
// that an image's tag names (node 22, python 3.12, go 1.27).
type Line struct {
	Version safe.Version
	// Latest is the newest release of the line when the catalogue was written.
	Latest safe.Version
	// Released is the first release's day, EOL the last day with security fixes; zero
	// where there is no date.
	Released time.Time
	EOL      time.Time
	// LTS marks long-term support.
	LTS bool
	// Codename is what the line is called, in lower case ("krypton"), if anything.
	Codename string
}

// Supported reports whether the line is out and gets fixes on that day; the day
// of its end of life counts.
func (l Line) Supported(now time.Time) bool {
	return !now.Before(l.Released) && (l.EOL.IsZero() || now.Before(l.EOL.AddDate(0, 0, 1)))
}

// future is a release of the line that may come yet.
func (l Line) future() string {
	s := l.Version.String()
	for range 2 - strings.Count(s, ".") {
		s += ".9999"
	}
	return s
}

// line is a Line with what only images need.
type line struct {
	Line
	suite  string
	volume string
	// suites are the suites of its releases: each from that release on.
	suites map[string]string
}

// exact is the line of one release alone: its tags name that release, and the suite
// that was the newest then.
func (l line) exact(version safe.Version) line {
	first := ""
	for since, suite := range l.suites {
		if compare(version.String(), since) >= 0 && (first == "" || compare(since, first) > 0) {
			first, l.suite = since, suite
		}
	}
	l.Version, l.Latest = version, version
	return l
}

func newLine(d lineData) (line, error) {
	l := line{suite: d.Suite, volume: d.Volume, suites: d.Suites, Line: Line{
		Released: day(d.Released), EOL: day(d.EOL), LTS: d.LTS, Codename: d.Codename,
	}}
	var err error
	if l.Version, err = safe.NewVersion(d.Version); err != nil {
		return line{}, err
	}
	if l.Latest, err = safe.NewVersion(d.Latest); err != nil {
		return line{}, fmt.Errorf("line %s: %w", d.Version, err)
	}
	return l, nil
}

// within reports whether a version begins with the parts of prefix: 3.12.4 is
// within 3.12 and 3, not within 3.1.
func within(version, prefix string) bool {
	return version == prefix || strings.HasPrefix(version, prefix+".")
}

// compare orders two versions by their numbers, over the parts both have.
func compare(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if x != y {
			return x - y
		}
	}
	return 0
}

// cut shortens a version to as many parts as like has.
func cut(version, like safe.Version) (safe.Version, error) {
	parts := strings.Split(version.String(), ".")
	n := min(len(parts), strings.Count(like.String(), ".")+1)
	return safe.NewVersion(strings.Join(parts[:n], "."))
}
