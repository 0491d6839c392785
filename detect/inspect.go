package detect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"dockgen/internal/safe"
)

// task is one folder for one detector.
type task struct {
	detector Detector
	dir      string
	aside    string // the name of a folder above that keeps it from being looked at
	template string // the folder of a template that it lies in

	services []*Service
	err      error
}

// inspectAll lets the detectors whose turn it is look at the folders with markers of
// theirs. Folders are inspected side by side; what comes of
// it stands in the order of the detectors and folders.
func (p *Project) inspectAll(ctx context.Context, t *tree, cfg *Config, detectors []Detector, turn int) error {
	taken := p.Services
	var tasks []*task
	for i, det := range detectors {
		if turnOf(det) != turn || turn == turns-1 && len(taken) > 0 {
			continue
		}
		for _, dir := range t.order {
			if t.marks[dir]&(1<<i) == 0 || turn > 0 && within(dir, taken) {
				continue
			}
			tasks = append(tasks, &task{detector: det, dir: dir, aside: asideOf(dir), template: t.templateOf(dir)})
		}
	}
	err := each(ctx, len(tasks), func(i int) {
		if x := tasks[i]; x.aside == "" && x.template == "" {
			x.services, x.err = x.detector.Inspect(ctx, &Dir{t, x.dir, &cfg.Choices})
		}
	})
	if err != nil {
		return err
	}
	for _, x := range tasks {
		switch {
		case x.template != "":
			p.note(Note{Path: path.Join(x.template, templateFile), Text: "a template: make a project of it with cookiecutter, and run dockgen in that"})
		case x.aside != "":
			p.note(Note{Path: x.dir, Text: fmt.Sprintf("left out: %s is no part of what a project deploys (run dockgen in that folder to take it)", x.aside)})
		case errors.Is(x.err, ErrNotService):
			p.Notes = append(p.Notes, Note{Path: x.dir, Text: x.err.Error()})
		case x.err != nil:
			if err := p.unread(t, x); err != nil {
				return err
			}
		}
		p.take(x, cfg.Choices.Language)
	}
	return nil
}

// templateFile is what cookiecutter asks before it makes a project of the folder in braces
// beside it (https://cookiecutter.readthedocs.io).
const templateFile = "cookiecutter.json"

// templateOf is the folder of cookiecutter's template that a folder is or lies in, "" for none.
func (t *tree) templateOf(dir string) string {
	for {
		if d := (&Dir{tree: t, path: dir}); d.Has(templateFile) && slices.ContainsFunc(d.Dirs(), func(name string) bool { return strings.Contains(name, "{{") }) {
			return dir
		}
		if dir == "." {
			return ""
		}
		dir = path.Dir(dir)
	}
}

// note adds a note, once: several detectors may look at one folder.
func (p *Project) note(n Note) {
	if !slices.Contains(p.Notes, n) {
		p.Notes = append(p.Notes, n)
	}
}

// unread notes a folder below the root whose manifest can't be read: a broken fixture is
// no reason to say nothing of everything else. Scan returns the error where there
// is nothing else, but for a template of a manifest, which is not meant to be read.
func (p *Project) unread(t *tree, x *task) error {
	err := fmt.Errorf("%s: %w", x.detector.Name(), x.err)
	var file *FileError
	if x.dir == "." || !errors.As(x.err, &file) {
		return err
	}
	if data, err := (&Dir{tree: t, path: "."}).Read(file.Path); err == nil && filledIn(data) {
		p.note(Note{Path: file.Path, Text: "left out: a template of a manifest, whose values are put in when somebody makes a project of it"})
		return nil
	}
	p.Notes = append(p.Notes, Note{Path: file.Path, Line: file.Line, Text: fmt.Sprintf("left out: %v", file.Err)})
	if p.broken == nil {
		p.broken = err
	}
	return nil
}

// filledIn reports whether a text has places that a template's tool fills in.
func filledIn(data []byte) bool {
	for _, marks := range [][2]string{{"{{", "}}"}, {"{%", "%}"}, {"<%", "%>"}} {
		if _, after, ok := bytes.Cut(data, []byte(marks[0])); ok && bytes.Contains(after, []byte(marks[1])) {
			return true
		}
	}
	return false
}

// take adds the services of a folder; those of another language than the one that was
// asked for don't count.
func (p *Project) take(x *task, language string) {
	for _, s := range x.services {
		s.Detector = x.detector.Name()
		if s.Dir.IsZero() { // a marker may lie below the folder of the service
			s.Dir = safe.RelPathOf(x.dir)
		}
		if s.Language == "" {
			s.Language = s.Detector
		}
		if language != "" && language != s.Language {
			continue
		}
		if s.Root.IsZero() {
			s.Root = s.Dir
		}
		p.Services = append(p.Services, s)
	}
}

// refine adds to every service what the languages share, and lays over it what the
// user has decided.
func (p *Project) refine(ctx context.Context, t *tree, cfg *Config) error {
	errs := make([]error, len(p.Services))
	err := each(ctx, len(p.Services), func(i int) {
		s := p.Services[i]
		d := &Dir{t, s.Dir.String(), &cfg.Choices}
		for _, refine := range cfg.Refiners {
			if errs[i] = refine(ctx, d, s); errs[i] != nil {
				return
			}
		}
		cfg.Choices.lay(s)
	})
	return errors.Join(err, errors.Join(errs...))
}

// each calls f for the numbers below n, several at a time: as many as there are
// processors, for each is busy. A few are not worth it.
func each(ctx context.Context, n int, f func(int)) error {
	workers := min(runtime.GOMAXPROCS(0), n)
	if n < fewTasks {
		workers = min(1, n)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// fewTasks is how many are done one after the other.
const fewTasks = 4
