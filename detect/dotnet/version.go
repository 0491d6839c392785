package dotnet

import (
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// framework is the line of a target framework: net8.0 and net8 are 8.0, netcoreapp3.1
// is 3.1. It is false for netstandard2.0, net48 and what runs on another system,
// as net8.0-windows (https://learn.microsoft.com/dotnet/standard/frameworks).
func framework(target string) (safe.Version, bool) {
	text, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(target)), "netcoreapp")
	if !ok {
		if text, ok = strings.CutPrefix(text, "net"); !ok {
			return safe.Version{}, false
		}
		text, _, _ = strings.Cut(text, "-linux")
		major, minor, dotted := strings.Cut(text, ".")
		n, err := strconv.Atoi(major)
		if err != nil || n < 5 || n > 40 { // net40 to net48 have no dot
			return safe.Version{}, false
		}
		if !dotted {
			minor = "0"
		}
		text = major + "." + minor
	}
	v, err := safe.NewVersion(text)
	return v, err == nil && strings.Count(text, ".") == 1
}

// chooseTarget picks the framework to build for: the newest that the catalogue
// knows as supported, else the newest.
func (p *project) chooseTarget() {
	prop := p.Prop("TargetFrameworks")
	if !prop.Known || strings.TrimSpace(prop.Text) == "" {
		prop = p.Prop("TargetFramework")
	}
	if !prop.Known {
		return
	}
	for _, t := range strings.Split(prop.Text, ";") {
		if t = strings.TrimSpace(t); t != "" {
			p.targets = append(p.targets, t)
		}
	}
	best := -1
	for i, t := range p.targets {
		if v, ok := framework(t); ok && (best < 0 || p.better(v, p.targets[best])) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	p.target = p.targets[best]
	v, _ := framework(p.target)
	why := prop.Why
	p.version = detect.Found(v, why)
	if len(p.targets) > 1 {
		p.notes = append(p.notes, detect.Note{Path: why.Path, Line: why.Line, Text: "built for " + p.target + " out of " + strings.Join(p.targets, ", ")})
	}
}

func (p *project) better(v safe.Version, than string) bool {
	old, _ := framework(than)
	if s, t := supported(v), supported(old); s != t {
		return s
	}
	return newer(v, old)
}

func supported(v safe.Version) bool {
	images, f, err := catalog.Of("dotnet")
	if err != nil {
		return false
	}
	l, ok := f.Line(v.String())
	return ok && l.Supported(images.AsOf())
}

// newer compares two lines.
func newer(a, b safe.Version) bool { return number(a) > number(b) }

func number(v safe.Version) float64 {
	n, _ := strconv.ParseFloat(v.String(), 64)
	return n
}

// globalJSON is what pins the SDK (https://learn.microsoft.com/dotnet/core/tools/global-json).
type globalJSON struct {
	SDK struct {
		Version     string `json:"version"`
		RollForward string `json:"rollForward"`
	} `json:"sdk"`
	MSBuildSDKs map[string]string `json:"msbuild-sdks"`
}

// sdk chooses the SDK to build with: at least as new as every project of the
// closure, and what global.json asks for.
func (g *graph) sdk(s *detect.Service, f *Facts, c *closure) error {
	_, family, err := catalog.Of("dotnet-sdk")
	if err != nil {
		return err
	}
	runtime := g.top.Choices().Version.Over(s.Version).V
	if runtime.IsZero() {
		runtime = family.Default()
	}
	want, why := runtime, detect.Note{}
	for _, p := range c.projects {
		for _, t := range p.targets {
			if v, ok := framework(t); ok && newer(v, want) {
				want, why = v, g.top.Note(p.Path, p.Prop("TargetFrameworks").Why.Line, "is built for %s too", t)
			}
		}
	}
	if c.global != "" {
		var file globalJSON
		lines, err := manifest.JSONC(g.top, c.global, &file)
		if err != nil {
			return err
		}
		note := g.top.Note(c.global, lines.At("sdk", "version"), "asks for the SDK %s", file.SDK.Version)
		if asked, ok := sdkLine(file.SDK.Version); ok {
			if newer(asked, want) {
				want, why = asked, note
			}
			line, known := family.Line(want.String())
			if known && !file.satisfied(line.Latest.String()) {
				f.LeaveGlobal = len(file.MSBuildSDKs) == 0
				g.pinned(s, f, c, note, file, line)
			}
		}
	}
	if newer(want, runtime) {
		s.Notes = append(s.Notes, detect.Note{Path: why.Path, Line: why.Line, Text: why.Text + ": the SDK " + want.String() + " builds for ." + "NET " + runtime.String()})
		if p := c.projects[0]; p.isWasm() {
			s.Version = detect.Found(want, why) // nothing of it runs on a server
		} else {
			f.Sdk = true
			s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "dotnet-sdk", Version: detect.Found(want, why)})
		}
	}
	return nil
}

// pinned says what a global.json means that the line's image does not satisfy.
func (g *graph) pinned(s *detect.Service, f *Facts, c *closure, note detect.Note, file globalJSON, line catalog.Line) {
	roll := file.SDK.RollForward
	if roll == "" {
		roll = "latestPatch"
	}
	note.Text += ", rollForward " + roll + ", and the image of " + line.Version.String() + " holds " + line.Latest.String()
	if f.LeaveGlobal {
		note.Text += ": the build leaves the file out, and takes the image's"
		if at, err := safe.NewRelPath(detect.Under(c.global, c.root)); err == nil {
			s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(at))
		}
	} else {
		note.Text += ": the build will stop at it. Set rollForward to latestFeature"
	}
	s.Notes = append(s.Notes, note)
}

// sdkLine is the line of an SDK's version: 8.0.100 is of 8.0.
func sdkLine(version string) (safe.Version, bool) {
	version, _, _ = strings.Cut(version, "-")
	parts := strings.Split(version, ".")
	if len(parts) < 2 {
		return safe.Version{}, false
	}
	v, err := safe.NewVersion(parts[0] + "." + parts[1])
	return v, err == nil
}

// satisfied reports whether an SDK of that version does for the file. 10.0.201 is of
// the feature band 2.
func (j globalJSON) satisfied(have string) bool {
	parse := func(s string) (n [3]int, ok bool) {
		s, _, _ = strings.Cut(s, "-")
		for i, part := range strings.SplitN(s, ".", 3) {
			v, err := strconv.Atoi(part)
			if err != nil {
				return n, false
			}
			n[i] = v
		}
		return n, true
	}
	want, ok := parse(j.SDK.Version)
	got, ok2 := parse(have)
	if !ok || !ok2 {
		return true // nothing can be told
	}
	atLeast := got[0] > want[0] || got[0] == want[0] && (got[1] > want[1] || got[1] == want[1] && got[2] >= want[2])
	same := got[0] == want[0] && got[1] == want[1]
	switch strings.ToLower(j.SDK.RollForward) {
	case "disable":
		return got == want
	case "", "patch", "latestpatch":
		return same && got[2]/100 == want[2]/100 && got[2] >= want[2]
	case "feature", "latestfeature":
		return same && atLeast
	case "minor", "latestminor":
		return got[0] == want[0] && atLeast
	}
	return atLeast
}
