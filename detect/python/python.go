// Package python finds Python programs: what manages their dependencies, which
// framework they use, and the command that serves them in production.
//
// The flow: readProject reads the manifests and locks of a folder, readCode lists
// its modules, inspection.services looks for what runs (Django, an application
// object, a Streamlit page, a console command, a worker, a script) by parsing the source
// with package source, and the rest of the files add to it: the version, backing
// services, native packages, variables.
package python

import (
	"context"
	"path"
	"strings"

	"dockgen/detect"
)

// Detector finds Python programs.
type Detector struct{}

var _ detect.Detector = Detector{}

// Name is the language's name.
func (Detector) Name() string { return "python" }

// Markers are the manifests, and the files that a program without one begins with.
func (Detector) Markers() []string {
	return []string{
		"pyproject.toml", "requirements*.txt", "requirements.in", "setup.py", "setup.cfg", "Pipfile", "Pipfile.lock", "environment.yml", "environment.yaml",
		"manage.py", "main.py", "app.py", "wsgi.py", "asgi.py", "server.py", "bot.py", "streamlit_app.py",
	}
}

// PackageManagers are the package managers that it knows.
func (Detector) PackageManagers() []string { return []string{pip, uv, poet, pdm, pipenv} }

// Inspect describes what runs from the folder.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if hidden(d.Path()) {
		return nil, nil
	}
	p, err := readProject(d)
	if err != nil {
		return nil, err
	}
	if p == nil {
		for parent := range d.Parents() {
			if hasManifest(parent) {
				return nil, nil // one of its modules
			}
		}
	}
	in := &inspection{d: d, p: p, c: readCode(d), root: "."}
	return in.services()
}

// hidden reports whether a folder lies in one that tools keep to themselves:
// .github, .devcontainer.
func hidden(dir string) bool {
	for _, part := range strings.Split(dir, "/") {
		if len(part) > 1 && part[0] == '.' {
			return true
		}
	}
	return false
}

// hasManifest reports whether a folder is a project of its own.
func hasManifest(d *detect.Dir) bool {
	if isSetup(d) || d.First("Pipfile", lockNames[uv], lockNames[poet], lockNames[pdm]) != "" || pickRequirements(d) != "" {
		return true
	}
	py, err := readPyproject(d)
	return err == nil && py.isProject()
}

// base is the folder's own name, "" for the project's root.
func base(d *detect.Dir) string {
	if d.Path() == "." {
		return ""
	}
	return path.Base(d.Path())
}
