package main

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/output"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// facts are what is known under some answers: what was found, the service that
// is meant, and as far as it is known what would be written.
type facts struct {
	dir       string
	detectors []detect.Detector
	project   *detect.Project
	services  []*detect.Service // those that may be meant
	picked    string            // the name by which the service is picked; --name may give it another
	service   *detect.Service   // nil: several may be meant, and nothing says which
	settings  settings
	open      []question // what has no answer; with one, there is no plan
	plan      *plan.Plan
	changes   []output.Change
}

func (f *facts) place() string {
	if f.service != nil && f.service.Dir.String() != "." {
		return f.service.Dir.String()
	}
	return f.dir
}

// propose finds out what the answers lead to, and writes nothing. It is fast
// enough to be asked after every answer, so that what depends on an answer
// always agrees with it.
func (p *project) propose(ctx context.Context, given answers) (*facts, error) {
	set, err := given.settle()
	if err != nil {
		return nil, err
	}
	f := &facts{dir: p.dir, detectors: p.detectors, settings: set}
	if err := f.validate(given, "lang"); err != nil {
		return nil, err
	}
	if err := f.find(ctx, p, given); err != nil || f.service == nil {
		return f, err
	}
	if f.picked != "" && len(f.services) > 1 {
		f.project.Services = []*detect.Service{f.service}
	}
	for _, q := range questions() {
		if err := f.validate(given, q.id); err != nil {
			return nil, err
		}
		if q.open != nil && q.open(f) {
			f.open = append(f.open, q)
		}
	}
	if len(f.open) > 0 {
		return f, nil
	}
	return f, f.render(p)
}

// validate holds one answer against what was found.
func (f *facts) validate(given answers, id string) error {
	q := questionByID(id)
	if a, ok := given[id]; ok {
		if err := q.valid(f, a.Value); err != nil {
			return q.refuse(err)
		}
	}
	return nil
}

func questionByID(id string) question {
	for _, q := range questions() {
		if q.id == id {
			return q
		}
	}
	panic("no question is called " + id)
}

// find inspects the project and picks the service that is meant.
//
// A name that is given would be the name of every service, so the first
// inspection is without it, and the second finds the service again by what it is.
func (f *facts) find(ctx context.Context, p *project, given answers) error {
	first := f.settings.choices
	first.Name = detect.Value[safe.Name]{}
	found, err := p.scan(ctx, first)
	if err != nil {
		return err
	}
	f.project, f.services = found, found.Services
	if err := f.narrow(ctx, p, first); err != nil {
		return err
	}
	if len(f.services) == 0 {
		return nil
	}
	if err := f.validate(given, "service"); err != nil {
		return err
	}
	i := f.pick()
	if i < 0 {
		f.open = append(f.open, askService())
		return nil
	}
	named := *f.services[i] // the list keeps the name by which it is picked
	f.service, f.picked = &named, named.Name.String()
	if f.settings.choices.Name.IsSet() {
		f.service.Name = f.settings.choices.Name.V
	}
	return nil
}

// narrow leaves the services of the entry point that was asked for. An answer
// under which nothing is found, while without it something is, is a wrong answer.
func (f *facts) narrow(ctx context.Context, p *project, asked detect.Choices) error {
	main, language := f.settings.main, asked.Language
	if main == "" && (language == "" || len(f.services) > 0) {
		return nil
	}
	asked.Main, asked.Language = detect.Value[safe.Label]{}, ""
	all, err := p.scan(ctx, asked)
	if err != nil {
		return err
	}
	if language != "" && !slices.ContainsFunc(all.Services, func(s *detect.Service) bool { return s.Language == language }) {
		if len(all.Services) == 0 {
			return nil
		}
		err := fmt.Errorf("nothing of %s was found in %s", language, p.dir)
		return askLanguage().refuse(withHint(err, "--lang %s", all.Services[0].Language))
	}
	exact := slices.DeleteFunc(slices.Clone(f.services), func(s *detect.Service) bool { return s.Main.V.String() != main })
	narrowed := len(f.services) > 0 && !slices.EqualFunc(f.services, all.Services, func(a, b *detect.Service) bool { return a.Main.V == b.Main.V })
	switch {
	case main == "":
	case len(exact) > 0:
		f.services = exact
	case narrowed: // the detector knows the entry point by another name: api for ./cmd/api
	case len(all.Services) > 0:
		return f.noMain(p, all)
	}
	return nil
}

// noMain says that an entry point isn't there, and which ones are.
func (f *facts) noMain(p *project, all *detect.Project) error {
	main := f.settings.main
	err := fmt.Errorf("nothing starts from %q", main)
	if strings.Contains(main, "/") && !p.exists(main) {
		err = fmt.Errorf("%q does not exist in %s", main, p.dir)
	}
	q := askMain()
	if c := q.candidates(&facts{services: all.Services}); len(c) > 0 {
		err = withHint(fmt.Errorf("%w; known are %s", err, list(c)), "--main %s", safe.Quote(c[0].value))
	}
	return q.refuse(err)
}

// exists reports whether a path of the project is there.
func (p *project) exists(name string) bool {
	_, err := fs.Stat(p.root.FS(), path.Clean(name))
	return err == nil
}

// pick is the index of the service that is meant, or -1. One that serves among
// tools is meant without being asked for.
func (f *facts) pick() int {
	if name := f.settings.service; name != "" {
		return slices.IndexFunc(f.services, func(s *detect.Service) bool { return s.Name.String() == name })
	}
	if len(f.services) == 1 {
		return 0
	}
	only := -1
	for i, s := range f.services {
		if s.Kind == detect.CLI || s.Kind == detect.Job {
			continue
		}
		if only >= 0 {
			return -1
		}
		only = i
	}
	return only
}

// render makes the files in memory and compares them with what is there.
func (f *facts) render(p *project) error {
	var err error
	if f.plan, err = plan.New(f.service, f.settings.plan); err != nil {
		return err
	}
	rendered, err := p.render(f.plan)
	if err != nil {
		return err
	}
	var files []output.File
	for _, r := range rendered {
		files = append(files, output.File{Path: r.Path, Content: r.Content})
	}
	f.changes, err = output.Compare(p.root, f.settings.pick(files))
	return err
}
