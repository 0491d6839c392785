package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"dockgen/detect"
	"dockgen/detect/all"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
	"dockgen/templates"
)

// project is the folder that a command works on.
type project struct {
	dir  string // as it was typed
	name string // of the folder, for a service that nothing else names
	root *os.Root

	detectors []detect.Detector
	joiners   []detect.Joiner
	refiners  []detect.Refiner
	render    func(...*plan.Plan) ([]templates.File, error)
	progress  func() (tell func(folders int), done func()) // of a scan; nil: nobody looks

	repository func() *detect.Repository
}

// openProject opens the folder. Nothing outside it is ever written, and read is only
// what repository tells of.
func openProject(dir string) (*project, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		var pe *fs.PathError
		errors.As(err, &pe)
		info, statErr := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, withHint(usageError("the folder %q does not exist", dir), "run dockgen in the project's folder, or name it: dockgen detect path/to/project")
		case errors.Is(err, syscall.ENOTDIR), statErr == nil && !info.IsDir():
			return nil, withHint(usageError("%q is not a folder", dir), "dockgen detect %s", safe.Quote(filepath.ToSlash(filepath.Dir(dir))))
		case pe != nil:
			return nil, withHint(usageError("opening the folder %q: %w", dir, pe.Err), "ls -ld %s", safe.Quote(filepath.ToSlash(dir)))
		}
		return nil, err
	}
	p := &project{dir: dir, root: root, detectors: all.Detectors(), joiners: all.Joiners(), refiners: all.Refiners(), render: templates.Render}
	if abs, err := filepath.Abs(dir); err == nil {
		p.name = filepath.Base(abs)
	}
	p.repository = sync.OnceValue(func() *detect.Repository { return repositoryOf(dir) })
	return p, nil
}

func (p *project) close() { p.root.Close() }

// scan finds out what runs here, with what the user has decided.
func (p *project) scan(ctx context.Context, choices detect.Choices) (*detect.Project, error) {
	var tell func(int)
	if p.progress != nil {
		var done func()
		tell, done = p.progress()
		defer done()
	}
	found, err := detect.Scan(ctx, newProjectFS(p.root), detect.Config{
		Name: p.name, Detectors: p.detectors, Joiners: p.joiners, Refiners: p.refiners, Choices: choices, Progress: tell,
		Repository: p.repository,
	})
	var file *detect.FileError
	if errors.As(err, &file) {
		return nil, withHint(err, "correct %s, or run dockgen in the folder of another service", safe.Visible(file.Path))
	}
	return found, err
}
