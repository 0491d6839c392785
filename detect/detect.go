// Package detect describes what runs in a project's folder, with evidence.
//
// The flow: Scan walks the tree once; each Detector whose marker stands in a
// folder inspects that folder through a Dir and returns the services that run
// from there, or says why nothing does; joiners see them all and say which belong
// together; services that are parts of others are taken out; refiners add what
// every language shares, such as the port of a Dockerfile that exists. The result
// are facts, which package plan turns into decisions.
//
// Nothing here reads the machine: no program is run, no variable of the
// environment is read, and files come through an fs.FS alone, so the same
// folder gives the same answer anywhere.
package detect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"dockgen/internal/safe"
)

// Detector knows one language.
type Detector interface {
	// Name is the language's name: also the folder of its templates and tests.
	Name() string
	// Markers are patterns (path.Match) of the base names that make a folder
	// worth inspecting: "go.mod", "*.csproj".
	Markers() []string
	// Inspect describes what runs from the folder d: several services for a
	// workspace or several commands. That nothing runs is an error that wraps
	// ErrNotService and says why; a manifest that can't be read is a FileError.
	Inspect(ctx context.Context, d *Dir) ([]*Service, error)
}

// Yielding is a Detector that takes only what no other one wants: it does not
// see a folder in which, or above which, another has found a service.
type Yielding interface{ Yields() }

// Last is a Detector whose files stand in projects of every language: it sees a
// project only where no other one has found a service anywhere in it.
type Last interface{ Last() }

// turns is how many times the folders are gone through: see turnOf.
const turns = 3

// turnOf is when a detector gets to see folders.
func turnOf(d Detector) int {
	if _, last := d.(Last); last {
		return 2
	}
	if _, yields := d.(Yielding); yields {
		return 1
	}
	return 0
}

// Languages is a Detector whose folder holds several languages, as Java's holds
// Kotlin: they share templates, goldens and images. Inspect sets Service.Language.
type Languages interface{ Languages() []string }

// LanguagesOf lists the languages that a detector finds; its own name comes first.
func LanguagesOf(d Detector) []string {
	if l, ok := d.(Languages); ok {
		return l.Languages()
	}
	return []string{d.Name()}
}

// PackageManagers is a Detector that can tell which package managers it knows.
type PackageManagers interface{ PackageManagers() []string }

// Servers is a Detector whose services can be run by one of several servers, the
// usual one first, as Apache or PHP-FPM. Inspect reads Choices.Server and sets Service.Server.
type Servers interface{ Servers() []string }

// ErrNotService means that a folder holds nothing to run. The error that wraps it says why.
var ErrNotService = errors.New("nothing to run")

// NotService returns an error that wraps ErrNotService; the text is the reason,
// as in "library: no main package".
func NotService(format string, args ...any) error {
	return &notService{fmt.Sprintf(format, args...)}
}

type notService struct{ why string }

func (e *notService) Error() string { return e.why }
func (e *notService) Unwrap() error { return ErrNotService }

// Choices are what the user has decided before the inspection. Detectors read
// those that change what they look for; Scan lays the others over the facts.
type Choices struct {
	Language       string // only the detector of this language runs, and only its services count
	Main           Value[safe.Label]
	Version        Value[safe.Version]
	PackageManager Value[string]
	Server         Value[string] // of the Servers that a detector knows
	Build          Value[safe.Argv]
	Start          Value[safe.Argv]
	Port           Value[safe.Port]
	Health         Value[safe.URLPath]
	NoHealth       bool // no health check, whatever was found
	Name           Value[safe.Name]
}

// Refiner adds to a service what every language shares.
type Refiner func(ctx context.Context, d *Dir, s *Service) error

// Joiner sees all services of a project at once, before parts are taken out: it says
// which folders belong together, and which programs are deployed. root is the project.
type Joiner func(ctx context.Context, root *Dir, services []*Service) error

// Config is what Scan works with.
type Config struct {
	Name      string // of the project's folder, which names a service that nothing else does
	Detectors []Detector
	Joiners   []Joiner
	Refiners  []Refiner
	Choices   Choices
	// Repository tells which one the project lies in, and is asked where a manifest says
	// that it is part of a workspace above; nil: nothing above the project is read.
	Repository func() *Repository
	// Progress is told now and then how many folders were looked at; nil: nobody asks.
	Progress func(folders int)
}

// Project is what Scan found.
type Project struct {
	Services []*Service `json:"services"`
	Notes    []Note     `json:"notes"` // about the whole: what was looked at and left out, and why

	broken error // the first manifest that could not be read
}

// asides are folders whose programs show or test something and are not what a
// project deploys. Such a folder is inspected where it is the root itself.
var asides = []string{
	"example", "examples", "_examples", "sample", "samples", "demo", "demos", "testdata", "testassets", "perf", "test", "tests", "test_suite", "testsuite", "__tests__", "spec",
	"fixtures", "fixture", "__fixtures__", "e2e", "benchmark", "benchmarks", "bench", "docs", "doc", "documentation", "third_party", "templates", "playground", "sandbox",
	"exercises", "listings", // of a course or a book
}

// Scan inspects the project in fsys.
func Scan(ctx context.Context, fsys fs.FS, cfg Config) (*Project, error) {
	detectors := cfg.Detectors
	if cfg.Choices.Language != "" {
		detectors = slices.DeleteFunc(slices.Clone(detectors), func(d Detector) bool { return !slices.Contains(LanguagesOf(d), cfg.Choices.Language) })
		if len(detectors) == 0 {
			return nil, fmt.Errorf("no language is called %q", cfg.Choices.Language)
		}
	}
	t, err := walk(ctx, fsys, newMarkers(detectors), cfg.Progress)
	if err != nil {
		return nil, err
	}
	t.repository = cfg.Repository
	p := &Project{Services: []*Service{}, Notes: list(t.notes)}
	for turn := range turns {
		if err := p.inspectAll(ctx, t, &cfg, detectors, turn); err != nil {
			return nil, err
		}
	}
	if len(p.Services) == 0 && p.broken != nil {
		return nil, p.broken
	}
	for _, join := range cfg.Joiners {
		if err := join(ctx, &Dir{t, ".", &cfg.Choices}, p.Services); err != nil {
			return nil, err
		}
	}
	p.takeOutParts()
	p.takeOutScripts()
	if err := p.refine(ctx, t, &cfg); err != nil {
		return nil, err
	}
	p.sort()
	p.nameServices(cfg.Name)
	return p, nil
}

func within(dir string, services []*Service) bool {
	return slices.ContainsFunc(services, func(s *Service) bool { return Within(dir, s.Dir.String()) })
}

func asideOf(dir string) string {
	for _, part := range strings.Split(dir, "/") {
		if lower := strings.ToLower(part); slices.Contains(asides, lower) || strings.HasSuffix(lower, "-examples") || strings.HasPrefix(lower, "examples-") {
			return part
		}
	}
	return ""
}

// takeOutParts drops every service whose folder another one claims as its part.
func (p *Project) takeOutParts() {
	all := slices.Clone(p.Services)
	p.Services = slices.DeleteFunc(p.Services, func(s *Service) bool {
		for _, other := range all {
			for _, part := range other.Parts {
				if other != s && (s.Language != other.Language || !Within(other.Dir.String(), part.Path.String())) && part.holds(s.Dir) {
					p.Notes = append(p.Notes, Note{Path: s.Dir.String(), Text: fmt.Sprintf("part of the service in %s (%s)", other.Dir, part.Why)})
					return true
				}
			}
		}
		return false
	})
}

// holds reports whether a service in that folder is a part.
func (p Part) holds(dir safe.RelPath) bool {
	if p.Alone {
		return dir == p.Path
	}
	return Within(dir.String(), p.Path.String())
}

// lay puts what the user has decided over what was found.
func (c *Choices) lay(s *Service) {
	s.Version = c.Version.Over(s.Version)
	s.Build = c.Build.Over(s.Build)
	s.Start = c.Start.Over(s.Start)
	s.Port = c.Port.Over(s.Port)
	s.Health = c.Health.Over(s.Health)
	if c.NoHealth {
		s.Health = Value[safe.URLPath]{}
	}
	if c.Name.IsSet() {
		s.Name = c.Name.V
	}
}

// sort puts the best candidate first: by kind, then the shallower folder.
func (p *Project) sort() {
	kinds := Kinds()
	slices.SortStableFunc(p.Services, func(a, b *Service) int {
		return cmp.Or(
			cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
			cmp.Compare(depth(a.Dir), depth(b.Dir)),
			cmp.Compare(a.Dir.String(), b.Dir.String()),
		)
	})
}

func depth(p safe.RelPath) int {
	if p.String() == "." {
		return 0
	}
	return 1 + strings.Count(p.String(), "/")
}
