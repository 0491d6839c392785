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
	"dockgen/templates"
)

// facts are what is known under some answers: what was found, the services that
// are meant, and as far as it is known what would be written.
type facts struct {
	dir       string
	detectors []detect.Detector
	project   *detect.Project
	services  []*detect.Service // those that may be meant
	meant     []meant           // those that are; none: nothing says which
	settings  settings          // the answers that are not about one service alone
	open      []asked           // what has no answer; with one, there is no plan
	changes   []output.Change
	theirs    *templates.Extension // a Compose file that somebody wrote, nil for none

	// service and plan are of the service that a question is about: the first one
	// that is meant, or the one that about was asked for.
	service *detect.Service
	plan    *plan.Plan
}

// meant is a service that is meant.
type meant struct {
	name     string // by which it is picked; --name may give it another
	service  *detect.Service
	settings settings // with the answers about it alone
	plan     *plan.Plan
}

// about returns the facts as they are seen by the questions about one service.
func (f *facts) about(i int) *facts {
	view := *f
	view.service, view.plan, view.settings = f.meant[i].service, f.meant[i].plan, f.meant[i].settings
	return &view
}

// seenBy returns the facts as they are seen by a question.
func (f *facts) seenBy(q asked) *facts {
	for i, m := range f.meant {
		if q.service == "" || m.name == q.service {
			return f.about(i)
		}
	}
	return f
}

// several reports whether more than one service is meant.
func (f *facts) several() bool { return len(f.meant) > 1 }

// plans are those of all services that are meant.
func (f *facts) plans() []*plan.Plan {
	var out []*plan.Plan
	for _, m := range f.meant {
		if m.plan != nil {
			out = append(out, m.plan)
		}
	}
	return out
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
	set, err := given.of("").settle()
	if err != nil {
		return nil, err
	}
	f := &facts{dir: p.dir, detectors: p.detectors, settings: set}
	if err := f.validate(given, "lang"); err != nil {
		return nil, err
	}
	if err := f.find(ctx, p, given); err != nil || len(f.meant) == 0 {
		return f, err
	}
	if err := given.fit(f); err != nil {
		return nil, err
	}
	for i := range f.meant {
		if err := f.consider(ctx, p, given, i); err != nil {
			return nil, err
		}
	}
	if len(f.meant) < len(f.services) {
		f.project.Services = nil
		for _, m := range f.meant {
			f.project.Services = append(f.project.Services, m.service)
		}
	}
	f.service, f.settings = f.meant[0].service, f.meant[0].settings
	if len(f.open) > 0 {
		return f, nil
	}
	return f, f.render(p)
}

// consider takes the answers about one service, and finds what is still open about it.
func (f *facts) consider(ctx context.Context, p *project, given answers, i int) error {
	m := &f.meant[i]
	own := given.of(m.name)
	var err error
	if m.settings, err = own.settle(); err != nil {
		return err
	}
	if given.about(m.name) {
		if err := f.again(ctx, p, m); err != nil {
			return err
		}
	}
	if i := m.service.Incomplete; i != nil {
		return incomplete(p.dir, m.name, i)
	}
	if name := m.settings.choices.Name; name.IsSet() {
		named := *m.service // the list keeps the name by which it is picked
		named.Name = name.V
		m.service = &named
	}
	view := f.about(i)
	for _, q := range questions() {
		if i > 0 && !q.each {
			continue
		}
		if err := view.validate(own, q.id); err != nil {
			return err
		}
		if q.open != nil && q.open(view) {
			a := asked{question: q}
			if f.several() {
				a.service = m.name
			}
			f.open = append(f.open, a)
		}
	}
	return nil
}

// again inspects the project with the answers about one service.
func (f *facts) again(ctx context.Context, p *project, m *meant) error {
	choices := m.settings.choices
	choices.Name = detect.Value[safe.Name]{}
	found, err := p.scan(ctx, choices)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(found.Services, func(s *detect.Service) bool { return s.Name.String() == m.name })
	if i < 0 {
		i = slices.IndexFunc(found.Services, func(s *detect.Service) bool { return s.Dir == m.service.Dir && s.Detector == m.service.Detector })
	}
	if i < 0 {
		return usageError("with the answers about %s, no such service is found any more", m.name)
	}
	m.service = found.Services[i]
	return nil
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

// find inspects the project and picks the services that are meant.
//
// A name that is given would be the name of every service, so the inspection is
// without it.
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
	for _, s := range f.pick() {
		f.meant = append(f.meant, meant{name: s.Name.String(), service: s})
	}
	if len(f.meant) == 0 {
		f.open = append(f.open, asked{question: askService()})
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

// pick are the services that are meant: none where several may be. One that serves
// among tools is meant without being asked for.
func (f *facts) pick() []*detect.Service {
	if f.settings.services != nil {
		return slices.DeleteFunc(slices.Clone(f.services), func(s *detect.Service) bool {
			return !slices.Contains(f.settings.services, s.Name.String()) && !f.settings.all(s, f.services)
		})
	}
	if len(f.services) == 1 {
		return f.services
	}
	if deployed := plan.Picked(f.services); len(deployed) == 1 {
		return deployed
	}
	return nil
}

// render makes the files in memory and compares them with what is there.
func (f *facts) render(p *project) error {
	all := slices.Clone(f.services)
	for _, m := range f.meant {
		if i := slices.IndexFunc(all, func(s *detect.Service) bool { return s.Name.String() == m.name }); i >= 0 {
			all[i] = m.service
		}
	}
	for i := range f.meant {
		m := &f.meant[i]
		opts := m.settings.plan
		opts.Project = all
		var err error
		if m.plan, err = plan.New(m.service, opts); err != nil {
			return err
		}
	}
	f.plan = f.meant[0].plan
	plan.Join(safe.Slug(p.name, "app"), f.plans())
	rendered, err := p.render(f.plans()...)
	if err != nil {
		return err
	}
	if f.settings.bake {
		rendered = append(rendered, templates.Bake(f.plans()...))
	}
	var files []output.File
	for _, r := range rendered {
		files = append(files, output.File{Path: r.Path, Content: r.Content})
	}
	f.changes, err = output.Compare(p.root, f.settings.pick(f.besideTheirs(p, files)))
	return err
}
