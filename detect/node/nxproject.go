package node

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// nxWorkspace is an Nx workspace whose root installs for all its projects
// (https://nx.dev/docs/reference/nx-json).
type nxWorkspace struct {
	root     *detect.Dir
	projects []*nxProject
	plugins  []string // that infer targets from configurations
	cloud    bool     // a build would speak to Nx's service
}

// nxProject is one project (https://nx.dev/docs/reference/project-configuration).
type nxProject struct {
	Name        string              `json:"name"`
	ProjectType string              `json:"projectType"` // application or library
	SourceRoot  string              `json:"sourceRoot"`
	Implicit    []string            `json:"implicitDependencies"`
	Targets     map[string]nxTarget `json:"targets"`
	Architect   map[string]nxTarget `json:"architect"` // as Angular names the targets

	dir   string // relative to the workspace's root
	file  string // that describes it: project.json or package.json
	lines manifest.Lines
}

type nxTarget struct {
	Executor       string                                `json:"executor"`
	Builder        string                                `json:"builder"`
	Command        string                                `json:"command"` // short for nx:run-commands
	Outputs        []string                              `json:"outputs"`
	Options        map[string]json.RawMessage            `json:"options"`
	Configurations map[string]map[string]json.RawMessage `json:"configurations"`
}

// maxNxProjects bounds the projects that are read: each is a file.
const maxNxProjects = 2000

// nxAbove returns the Nx workspace that the folder lies in, not as its root; nil for none.
func nxAbove(d *detect.Dir) (*nxWorkspace, error) {
	for parent := range d.Parents() {
		if parent.Has("nx.json") && parent.Has("package.json") {
			return readNx(parent)
		}
	}
	return nil, nil
}

// readNx reads the workspace whose root is d. What is wrong in its files Nx says better.
func readNx(d *detect.Dir) (*nxWorkspace, error) {
	return detect.Once(d, "nx:"+d.Path(), func() (*nxWorkspace, error) {
		w := &nxWorkspace{root: d}
		var config struct {
			Plugins     []json.RawMessage `json:"plugins"`
			AccessToken string            `json:"nxCloudAccessToken"`
			CloudID     string            `json:"nxCloudId"`
			Runners     json.RawMessage   `json:"tasksRunnerOptions"`
		}
		if _, err := manifest.JSONC(d, "nx.json", &config); err != nil {
			return nil, err
		}
		w.cloud = config.AccessToken != "" || config.CloudID != "" || strings.Contains(string(config.Runners), "cloud")
		for _, raw := range config.Plugins {
			var name string
			var object struct {
				Plugin string `json:"plugin"`
			}
			if json.Unmarshal(raw, &name) != nil && json.Unmarshal(raw, &object) == nil {
				name = object.Plugin
			}
			w.plugins = append(w.plugins, name)
		}
		for file := range d.Files("project.json") {
			if dir := path.Dir(file); dir != "." && len(w.projects) < maxNxProjects {
				w.add(dir, "project.json")
			}
		}
		for file := range d.Files("package.json") {
			if dir := path.Dir(file); dir != "." && w.project(dir) == nil && len(w.projects) < maxNxProjects {
				w.add(dir, "package.json")
			}
		}
		return w, nil
	})
}

// add reads a project; its package.json may describe it under "nx".
func (w *nxWorkspace) add(dir, file string) {
	p := &nxProject{dir: dir, file: file}
	d := w.root.Sub(dir)
	if file == "project.json" {
		lines, err := manifest.JSONC(d, file, p)
		if err != nil || p.Targets == nil && p.Architect == nil && p.ProjectType == "" && p.SourceRoot == "" {
			return // another tool's file of that name
		}
		p.lines = lines
	} else {
		var pkg struct {
			Name string          `json:"name"`
			Nx   json.RawMessage `json:"nx"`
		}
		lines, err := manifest.JSON(d, file, &pkg)
		if err != nil {
			return
		}
		if json.Unmarshal(pkg.Nx, p) != nil && pkg.Nx != nil {
			return
		}
		p.Name, p.lines = orElse(p.Name, pkg.Name), lines
	}
	if p.Name == "" {
		p.Name = path.Base(dir)
	}
	if p.Targets == nil {
		p.Targets = p.Architect
	}
	w.projects = append(w.projects, p)
}

// project returns the project of that folder, relative to the root; nil for none.
func (w *nxWorkspace) project(dir string) *nxProject {
	if i := slices.IndexFunc(w.projects, func(p *nxProject) bool { return p.dir == dir }); i >= 0 {
		return w.projects[i]
	}
	return nil
}

// infers reports whether a plugin makes targets out of the tool's configuration.
func (w *nxWorkspace) infers(tool string) bool {
	return slices.ContainsFunc(w.plugins, func(name string) bool { return name == "@nx/"+tool+"/plugin" || name == "@nx/"+tool })
}

// executor is the target's program as "package:name", the old scope made the new one.
func (t nxTarget) executor() string {
	name := orElse(t.Executor, t.Builder)
	if rest, ok := strings.CutPrefix(name, "@nrwl/"); ok {
		name = "@nx/" + rest
	}
	return name
}

// option decodes an option, production's before the usual one, and reports whether it is there.
func (t nxTarget) option(name string, v any) bool {
	for _, options := range []map[string]json.RawMessage{t.Configurations["production"], t.Options} {
		if raw, ok := options[name]; ok && json.Unmarshal(raw, v) == nil {
			return true
		}
	}
	return false
}

func (t nxTarget) text(name string) string {
	var s string
	t.option(name, &s)
	return s
}

// commands are what nx:run-commands runs (https://nx.dev/docs/reference/nx/executors#run-commands).
func (t nxTarget) commands() []manifest.Command {
	lines := []string{t.Command}
	if name := t.executor(); name == "nx:run-commands" || name == "@nx/workspace:run-commands" {
		lines = append(lines, t.text("command"))
		var list []json.RawMessage
		t.option("commands", &list)
		for _, raw := range list {
			var line string
			var object struct {
				Command string `json:"command"`
			}
			if json.Unmarshal(raw, &line) != nil && json.Unmarshal(raw, &object) == nil {
				line = object.Command
			}
			lines = append(lines, line)
		}
	}
	var out []manifest.Command
	for _, line := range lines {
		cmds, _ := manifest.Commands(line)
		out = append(out, cmds...)
	}
	return out
}
