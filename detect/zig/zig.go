// Package zig detects programs written in Zig.
//
// build.zig says which programs there are, build.zig.zon which release they are
// written for, and the sources where they listen. Zig's brackets, words and strings
// are those of C, so package csource reads it.
package zig

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/csource"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// Facts is what the template reads beside the plan.
type Facts struct {
	Binary   safe.RelPath // the name of the program's file
	Compiler safe.Label   // the package that holds the compiler, with its release
}

// frameworks are the packages that listen, with the port of those that name none.
var frameworks = map[string]safe.Port{"httpz": 8080, "jetzig": 8080, "tokamak": 8080, "zap": 3000, "zinc": 8080}

// Detector finds Zig programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "zig" }

// Markers are the build file of a Zig project.
func (Detector) Markers() []string { return []string{"build.zig"} }

// Yields lets the other languages go first: C has build files of Zig's too.
func (Detector) Yields() {}

// Inspect describes the first program that build.zig makes.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	sources := slices.Collect(d.Sub("src").Files("*.zig"))
	for i := range sources {
		sources[i] = path.Join("src", sources[i])
	}
	if sources = append(sources, d.Names("*.zig")...); len(sources) < 2 {
		return nil, nil // it builds C
	}
	data, err := d.Read("build.zig")
	if err != nil {
		return nil, err
	}
	name, line, others := program(csource.NewFile(string(data)))
	if name == "" {
		return nil, detect.NotService("library: build.zig makes no program")
	}
	why := d.Note("build.zig", line, "addExecutable: %s", name)
	binary, err := safe.NewRelPath(name)
	if err != nil || !binary.Plain() || strings.Contains(name, "/") {
		return nil, d.Errorf("build.zig", line, "%q is not the name of a program", name)
	}
	start, err := safe.NewArgv("/app/" + name)
	if err != nil {
		return nil, d.Errorf("build.zig", line, "%w", err)
	}
	f := &Facts{Binary: binary}
	s := &detect.Service{
		Name:           safe.Slug(strings.ReplaceAll(name, "_", "-"), "app"),
		Kind:           detect.CLI,
		Linkage:        detect.Libc,
		Main:           detect.Found(safe.LabelOf(name), why),
		PackageManager: detect.Found("zig", d.Note("build.zig", 0, "is built with Zig's own build system")),
		Build:          detect.Found(safe.ArgvOf("zig", "build", "-Doptimize=ReleaseSafe", "--prefix", "/out"), why),
		Start:          detect.Found(start, why),
		Facts:          f,
		Labels:         []detect.ImageLabel{{Key: "org.opencontainers.image.title", Value: safe.LabelOf(name)}},
	}
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternOf("**/.zig-cache"), safe.PatternOf("**/zig-cache"), safe.PatternOf("**/zig-out"))
	for _, other := range others {
		s.Notes = append(s.Notes, d.Note("build.zig", 0, "makes %s too, which is left out", other))
	}
	if err := version(d, s, f); err != nil {
		return nil, err
	}
	for _, file := range sources {
		data, err := d.Read(file)
		if err != nil || len(data) > 1<<20 || file == "build.zig" {
			continue
		}
		listen(d, s, file, csource.NewFile(string(data)))
	}
	return []*detect.Service{s}, nil
}

// program is the name of the first addExecutable, and those of the others.
func program(f *csource.File) (name string, line int, others []string) {
	for _, c := range f.Calls {
		if c.Name != "addExecutable" || len(c.Args) == 0 {
			continue
		}
		for _, t := range c.Args[0] {
			for i, in := range t.Inner {
				if t.Kind == csource.Group && in.Is("name") && i+2 < len(t.Inner) && t.Inner[i+1].Is("=") && t.Inner[i+2].Kind == csource.String {
					if found := t.Inner[i+2].Text; name == "" {
						name, line = found, c.Line
					} else if safe.Text(found) == nil {
						others = append(others, found)
					}
				}
			}
		}
	}
	if safe.Text(name) != nil {
		return "", 0, nil
	}
	return name, line, others
}

// version is the release that the project is written for. Zig is not stable yet: no
// other will do.
func version(d *detect.Dir, s *detect.Service, f *Facts) error {
	_, family, err := catalog.Of("zig")
	if err != nil {
		return err
	}
	asked, err := manifest.Versions(d, "zig", ".zigversion", ".zig-version")
	if err != nil {
		return err
	}
	if !asked.IsSet() && d.Has("build.zig.zon") {
		data, err := d.Read("build.zig.zon")
		if err != nil {
			return err
		}
		zon := csource.NewFile(string(data))
		if ts := zon.Values["minimum_zig_version"]; len(ts) > 0 && ts[0].Kind == csource.String {
			asked = detect.Found(ts[0].Text, d.Note("build.zig.zon", ts[0].Line, "minimum_zig_version = %q", ts[0].Text))
		}
	}
	number, pre, _ := strings.Cut(asked.V, "-")
	release, err := safe.NewVersion(number)
	if asked.IsSet() && err == nil {
		s.Version = detect.Found(release, asked.Why...)
		if pre != "" {
			n := asked.Why[0]
			n.Text += ": a development build, of which the release is taken"
			s.Notes = append(s.Notes, n)
		}
		if strings.Count(number, ".") < 2 {
			if line, ok := family.Line(number); ok {
				release = line.Latest
			}
		}
	} else {
		line, _ := family.Line(family.Default().String())
		release = line.Latest
		s.Notes = append(s.Notes, d.Note("build.zig.zon", 0, "names no minimum_zig_version: Zig %s is taken, and another may not build it", release))
	}
	f.Compiler = safe.LabelOf("ziglang==" + release.String())
	return nil
}

// listen sets kind and port by the packages that a file imports and the addresses
// that it parses.
func listen(d *detect.Dir, s *detect.Service, file string, f *csource.File) {
	for _, c := range f.Calls {
		first := ""
		if len(c.Args) > 0 && len(c.Args[0]) == 1 && c.Args[0][0].Kind == csource.String {
			first = c.Args[0][0].Text
		}
		switch c.Name {
		case "import":
			if port, ok := frameworks[first]; ok {
				s.Kind = detect.Server
				s.Framework = detect.Found(first, d.Note(file, c.Line, "imports %s", first))
				if !s.Port.IsSet() {
					s.Port = detect.Assumed(port, d.Note(file, c.Line, "imports %s", first))
				}
			}
		case "parseIp", "parseIp4", "resolveIp", "parse":
			if len(c.Args) != 2 || first == "" {
				continue
			}
			s.Kind = detect.Server
			if n := number(f, c.Args[1]); n != 0 {
				s.Port = detect.Found(n, d.Note(file, c.Line, "%s(%q)", c.Name, first))
			} else if !s.Port.IsSet() {
				s.Port = detect.Assumed(safe.Port(8080), d.Note(file, c.Line, "%s: the port is not in the sources", c.Name))
			}
			if strings.HasPrefix(first, "127.") {
				s.Notes = append(s.Notes, d.Note(file, c.Line, "listens on %s: nothing outside the container can reach it; let it listen on 0.0.0.0", first))
			}
		case "sigaction":
			s.Graceful = s.Graceful || strings.Contains(words(c.Args), " TERM ")
		}
	}
	if s.Framework.IsSet() && s.Port.Source == detect.Default {
		if n := number(f, f.Values["port"]); n != 0 {
			s.Port = detect.Found(n, d.Note(file, f.Values["port"][0].Line, "port = %d", n))
		}
	}
}

// number is the port that an expression holds: itself, or by a constant of the file.
func number(f *csource.File, ts []csource.Token) safe.Port {
	if len(ts) == 1 && ts[0].Kind == csource.Ident {
		ts = f.Values[ts[0].Text]
	}
	if len(ts) == 0 || ts[0].Kind != csource.Number {
		return 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(ts[0].Text, "_", ""))
	if err != nil {
		return 0
	}
	port, err := safe.NewPort(n)
	if err != nil {
		return 0
	}
	return port
}

func words(args [][]csource.Token) string {
	var b strings.Builder
	for _, a := range args {
		for _, t := range a {
			b.WriteString(" " + t.Text + " ")
		}
	}
	return b.String()
}
