// Package dart detects programs written in Dart that run on a server: what stands
// in bin/ of a package, and what Dart Frog makes out of routes.
package dart

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/tokens"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// syntax is Dart's.
var syntax = tokens.Syntax{Single: true, Raw: "r", Hole: "$", Nested: true}

// Detector finds Dart programs.
type Detector struct{}

// Name is the language's name.
func (Detector) Name() string { return "dart" }

// Markers are the manifest of a Dart package.
func (Detector) Markers() []string { return []string{"pubspec.yaml"} }

// PackageManagers is the one there is.
func (Detector) PackageManagers() []string { return []string{"pub"} }

// Facts is what the template reads beside the plan.
type Facts struct {
	Dir       safe.RelPath // of the package, relative to the build context
	Binary    safe.Name
	Main      safe.RelPath   // below Dir
	Manifests []safe.RelPath // none where packages lie beside it
	Locked    bool
	Frog      bool // Dart Frog makes the program
	Generates bool // build_runner makes sources that are not there
	Static    []safe.RelPath
}

// pubspec is what is read of the manifest (https://dart.dev/tools/pub/pubspec).
type pubspec struct {
	Name        string         `yaml:"name"`
	Description string         `yaml:"description"`
	Resolution  string         `yaml:"resolution"`
	Workspace   []string       `yaml:"workspace"`
	Environment map[string]any `yaml:"environment"`
	Deps        map[string]any `yaml:"dependencies"`
	DevDeps     map[string]any `yaml:"dev_dependencies"`
}

type program struct {
	d     *detect.Dir
	spec  pubspec
	lines manifest.Lines
	main  string
	files []file
}

type file struct {
	name string
	t    []tokens.Token
}

// Inspect describes the program of the package in d.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	pr := &program{d: d}
	var err error
	if pr.lines, err = manifest.YAML(d, "pubspec.yaml", &pr.spec); err != nil {
		return nil, err
	}
	if _, flutter := pr.spec.Deps["flutter"]; flutter || pr.spec.Environment["flutter"] != nil {
		return nil, detect.NotService("a Flutter application or plugin: it runs on devices, and its web build needs Flutter's SDK, which has no image of its own")
	}
	if len(pr.spec.Workspace) > 0 && !d.HasDir("bin") {
		return nil, detect.NotService("a workspace: its members are looked at by themselves")
	}
	frog := pr.has("dart_frog") && d.HasDir("routes")
	if !frog {
		mains := pr.mains()
		if want := d.Choices().Main; want.IsSet() {
			mains = slices.DeleteFunc(mains, func(m string) bool {
				return m != want.V.String() && strings.TrimSuffix(path.Base(m), ".dart") != want.V.String()
			})
		}
		if len(mains) == 0 {
			return nil, detect.NotService("library: no program in bin/")
		}
		pr.main = mains[0]
		for _, other := range mains[1:] {
			// One that serves wins over tools beside it.
			if strings.Contains(path.Base(other), "server") {
				pr.main = other
			}
		}
	}
	pr.read(frog)
	s, err := pr.service(frog)
	if err != nil {
		return nil, err
	}
	return []*detect.Service{s}, nil
}

func (pr *program) has(name string) bool { _, ok := pr.spec.Deps[name]; return ok }

func (pr *program) dep(name, format string, args ...any) detect.Note {
	return pr.d.Note("pubspec.yaml", pr.lines.At("dependencies", name), format, args...)
}

// mains are the programs of bin/, the usual names first.
func (pr *program) mains() []string {
	names := pr.d.Sub("bin").Names("*.dart")
	rank := func(n string) int {
		switch n {
		case "server.dart":
			return 0
		case "main.dart":
			return 1
		case pr.spec.Name + ".dart":
			return 2
		}
		return 3
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "bin/" + n
	}
	return out
}

// maxFiles is how many source files are read.
const maxFiles = 1000

func (pr *program) read(frog bool) {
	add := func(name string) {
		if text, err := pr.d.Read(name); err == nil && len(pr.files) < maxFiles {
			pr.files = append(pr.files, file{name, tokens.Of(string(text), syntax)})
		}
	}
	dirs := []string{"lib"}
	if frog {
		dirs = append(dirs, "routes")
		if pr.d.Has("main.dart") {
			add("main.dart")
		}
	} else {
		add(pr.main)
	}
	for _, dir := range dirs {
		for name := range pr.d.Sub(dir).Files("*.dart") {
			add(path.Join(dir, name))
		}
	}
}

// version is what a version file names, or else the range of the manifest.
func (pr *program) version() (v detect.Value[safe.Version], err error) {
	asked, err := manifest.Versions(pr.d, "dart")
	if err != nil {
		return v, err
	}
	if number, err := safe.NewVersion(asked.V); asked.IsSet() && err == nil {
		return detect.Found(number, asked.Why...), nil
	}
	text, _ := pr.spec.Environment["sdk"].(string)
	if text == "" {
		return v, nil
	}
	note := pr.d.Note("pubspec.yaml", pr.lines.At("environment", "sdk"), "sdk %s", text)
	c, err := semver.NewConstraint(text)
	if err != nil {
		return v, pr.d.Errorf("pubspec.yaml", note.Line, "%q is not a range of versions", text)
	}
	images, family, err := catalog.Of("dart")
	if err != nil {
		return v, err
	}
	// From 2.12 on an upper bound of 3.0.0 means 4.0.0 (https://dart.dev/tools/pub/pubspec#sdk-constraints):
	// what was written before null safety compiles no more with 3.
	sound := strings.HasSuffix(strings.ReplaceAll(text, " ", ""), "<3.0.0") && !c.Check(semver.New(2, 11, 0, "", ""))
	line, ok := family.Match(func(version string) bool {
		v, err := semver.NewVersion(version)
		return err == nil && (c.Check(v) || sound && v.Major() == 3)
	}, images.AsOf())
	if !ok {
		return v, pr.d.Errorf("pubspec.yaml", note.Line, "no release of Dart is in %q", text)
	}
	return detect.Found(line.Version, note), nil
}
