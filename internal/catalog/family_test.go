package catalog

import (
	"strings"
	"testing"
	"time"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestImages(t *testing.T) {
	tests := []struct {
		why, family, version string
		base                 Base
		link                 Linkage
		build, run           string // patterns
		value                string // of the build stage's argument
	}{
		{"nothing asked", "go", "", "", Static,
			"golang:${GO_VERSION}-trixie", "gcr.io/distroless/static-debian13:nonroot", "1.27"},
		{"cgo needs the C library", "go", "1.26.3", Distroless, Libc,
			"golang:${GO_VERSION}-trixie", "gcr.io/distroless/base-debian13:nonroot", "1.26"},
		{"C++ needs its library", "go", "1.27.1", Distroless, Libcxx,
			"golang:${GO_VERSION}-trixie", "gcr.io/distroless/cc-debian13:nonroot", "1.27"},
		{"an ended line is built with the default", "go", "1.18", Slim, Static,
			"golang:${GO_VERSION}-trixie", "debian:trixie-slim", "1.27"},
		{"a line older than the table too", "go", "1.4", Alpine, Static,
			"golang:${GO_VERSION}-alpine", "alpine:3.24", "1.27"},
		{"never an older image than asked", "go", "1.29.2", Distroless, Static,
			"golang:${GO_VERSION}-trixie", "gcr.io/distroless/static-debian13:nonroot", "1.29"},
		{"the code name stands before slim", "node", "22.1.0", Slim, "",
			"node:${NODE_VERSION}-trixie-slim", "node:${NODE_VERSION}-trixie-slim", "22"},
		{"trixie came after its end", "node", "18", Slim, "",
			"node:${NODE_VERSION}-bookworm-slim", "node:${NODE_VERSION}-bookworm-slim", "18"},
		{"its slim tag named no suite", "node", "9", Slim, "",
			"node:${NODE_VERSION}-slim", "node:${NODE_VERSION}-slim", "9"},
		{"the version is part of the name", "node", "", Distroless, "",
			"node:${NODE_VERSION}-trixie-slim", "gcr.io/distroless/nodejs${NODE_VERSION}-debian13:nonroot", "24"},
		{"the code name stands after slim", "python", "3.12.4", "", "",
			"python:${PYTHON_VERSION}-slim-trixie", "python:${PYTHON_VERSION}-slim-trixie", "3.12"},
		{"the major alone is the default", "python", "3", "", "",
			"python:${PYTHON_VERSION}-slim-trixie", "python:${PYTHON_VERSION}-slim-trixie", "3.14"},
		{"an old line is kept, not forwarded", "python", "2.7.18", Slim, "",
			"python:${PYTHON_VERSION}-slim-buster", "python:${PYTHON_VERSION}-slim-buster", "2.7"},
		{"one version only", "python", "3.13", Distroless, "",
			"python:${PYTHON_VERSION}-slim-trixie", "gcr.io/distroless/python3-debian13:nonroot", "3.13"},
		{"files need no build", "web", "", "", "",
			"", "nginxinc/nginx-unprivileged:stable-alpine", ""},
	}
	for _, tt := range tests {
		t.Run(tt.family+" "+tt.version+" "+tt.why, func(t *testing.T) {
			f := family(t, tt.family)
			var v = f.Default()
			if tt.version != "" {
				v = version(t, tt.version)
			}
			build, run, err := f.Images(v, tt.base, Variant{Link: tt.link})
			if err != nil {
				t.Fatal(err)
			}
			if build.Pattern != tt.build || run.Pattern != tt.run || build.ArgValue.String() != tt.value {
				t.Errorf("got build %q, run %q, value %q; want %q, %q, %q",
					build.Pattern, run.Pattern, build.ArgValue, tt.build, tt.run, tt.value)
			}
		})
	}
}

func TestImagesThatThereAreNot(t *testing.T) {
	tests := []struct {
		why, family, version string
		base                 Base
		link                 Linkage
		want                 []string
	}{
		{"distroless has three lines", "node", "20", Distroless, "", []string{"node 20", "22, 24 and 26", "--base slim"}},
		{"distroless has one line", "python", "3.12", Distroless, "", []string{"python 3.12", "3.13", "--base slim"}},
		{"never listed without -rc", "python", "3.15", Alpine, "", []string{"python 3.15", "--base slim"}},
		{"nginx has none", "web", "", Distroless, "", []string{"web", "--base alpine"}},
		{"no such base", "node", "24", "scratch", "", []string{"scratch", "--base slim"}},
		{"between two lines", "python", "3.1", Slim, "", []string{"python 3.1", "2.7 to 3.15", "--lang-version 3.14"}},
		{"a compiled program has a linkage", "go", "", Distroless, "", []string{"linked", "static"}},
	}
	for _, tt := range tests {
		t.Run(tt.family+" "+tt.version+" "+tt.why, func(t *testing.T) {
			f := family(t, tt.family)
			v := f.Default()
			if tt.version != "" {
				v = version(t, tt.version)
			}
			_, _, err := f.Images(v, tt.base, Variant{Link: tt.link})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not mention %q", err, want)
				}
			}
		})
	}
}

func TestUnlistedVersionIsMarked(t *testing.T) {
	build, run, err := family(t, "go").Images(version(t, "1.29.2"), Distroless, Variant{Link: Static})
	if err != nil {
		t.Fatal(err)
	}
	if !build.Unlisted || run.Unlisted {
		t.Errorf("unlisted: build %v, run %v; only the build image's tag is assumed", build.Unlisted, run.Unlisted)
	}
	if _, _, err := family(t, "node").Images(version(t, "40"), Distroless, Variant{}); err == nil {
		t.Error("an unknown line has a distroless image")
	}
}

func TestLine(t *testing.T) {
	tests := []struct{ why, family, version, want string }{
		{"a patch release", "node", "20.11.1", "20"},
		{"a leading v", "node", "v18.0.0", "18"},
		{"two numbers make the line", "python", "3.12.4", "3.12"},
		{"3.1 is not 3.10", "python", "3.1.5", ""},
		{"the default begins so", "python", "3", "3.14"},
		{"the newest that begins so", "python", "2", "2.7"},
		{"2 is not 22", "node", "2", ""},
		{"nothing", "node", "", ""},
	}
	for _, tt := range tests {
		l, ok := family(t, tt.family).Line(tt.version)
		if ok != (tt.want != "") || l.Version.String() != tt.want {
			t.Errorf("%s: line of %s %q is %q, want %q", tt.why, tt.family, tt.version, l.Version, tt.want)
		}
	}
}

func TestCodename(t *testing.T) {
	f := family(t, "node")
	if l, ok := f.Codename("Iron"); !ok || l.Version.String() != "20" {
		t.Errorf("iron is %q", l.Version)
	}
	for _, name := range []string{"", "unobtainium"} {
		if l, ok := f.Codename(name); ok {
			t.Errorf("%q is %q", name, l.Version)
		}
	}
}

func TestMatch(t *testing.T) {
	major := func(v string) string { m, _, _ := strings.Cut(v, "."); return m }
	minor := func(v string) string { return strings.Join(strings.Split(v, ".")[:2], ".") }
	tests := []struct {
		why, family, day string
		allow            func(string) bool
		want             string
	}{
		{"everything: the default", "node", "2026-11-23", func(string) bool { return true }, "24"},
		{"long-term support before a newer line without", "node", "2026-04-01",
			func(v string) bool { return compare(v, "25") < 0 && major(v) != "24" || major(v) == "25" }, "22"},
		{"a newer line without is better than one past its end", "node", "2026-05-15",
			func(v string) bool { return major(v) == "25" || major(v) == "20" }, "25"},
		{"past its end where nothing else is allowed (>=18 <21)", "node", "2026-11-23",
			func(v string) bool { return compare(v, "18") >= 0 && compare(v, "21") < 0 }, "20"},
		{"a later patch than the table's is to be expected of a supported line", "node", "2026-11-23",
			func(v string) bool { return major(v) == "22" && compare(v, "22.90.0") >= 0 }, "22"},
		{"and not of one past its end", "node", "2026-11-23",
			func(v string) bool { return major(v) == "20" && compare(v, "20.90.0") >= 0 }, ""},
		{"the image holds the latest patch (<3.14.2)", "python", "2026-11-23",
			func(v string) bool { return compare(v, "3.14.2") < 0 }, "3.13"},
		{"a patch within a line (~=3.11.4)", "python", "2026-11-23",
			func(v string) bool { return minor(v) == "3.11" && compare(v, "3.11.4") >= 0 }, "3.11"},
		{"above the default", "python", "2026-11-23",
			func(v string) bool { return compare(v, "3.15") >= 0 }, "3.15"},
		{"nothing allowed", "python", "2026-11-23", func(string) bool { return false }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			l, ok := family(t, tt.family).Match(tt.allow, at(t, tt.day))
			if ok != (tt.want != "") || l.Version.String() != tt.want {
				t.Errorf("got %q, want %q", l.Version, tt.want)
			}
		})
	}
}

func TestSupported(t *testing.T) {
	l, _ := family(t, "node").Line("20")
	for day, want := range map[string]bool{
		"2023-04-17": false, // not out
		"2023-04-18": true,
		"2026-04-30": true, // the last day
		"2026-05-01": false,
	} {
		if got := l.Supported(at(t, day)); got != want {
			t.Errorf("node 20 supported on %s: %v", day, got)
		}
	}
}
