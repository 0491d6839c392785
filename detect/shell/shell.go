// Package shell detects programs that are shell scripts: workers, jobs, small servers.
//
// Scripts stand in repositories of every kind, and most of them serve the people who
// work there. So it looks only where nothing else was found, takes what a file for a
// platform starts or the one script whose name says that it is the entry, and takes
// that only if every command of it is one that a container can have.
package shell

import (
	"context"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/internal/safe"
)

// Detector finds programs of shell scripts.
type Detector struct{}

// Facts is what the template reads beside the plan.
type Facts struct {
	Files   []safe.RelPath // files and folders that the image takes
	Folders bool           // there are folders among them
}

// Name is the language's name.
func (Detector) Name() string { return "shell" }

// entries are the names of the one script that a program begins with.
var entries = []string{"entrypoint.sh", "docker-entrypoint.sh", "main.sh", "run.sh", "start.sh", "worker.sh"}

// Markers are what may say which script runs.
func (Detector) Markers() []string {
	return append(slices.Clone(entries), "Procfile", "fly.toml", "render.yaml", "Dockerfile", "Containerfile")
}

// Last makes every other language go first.
func (Detector) Last() {}

// Inspect describes the program of the project's own folder.
func (Detector) Inspect(_ context.Context, d *detect.Dir) ([]*detect.Service, error) {
	if d.Path() != "." {
		return nil, nil
	}
	e, err := find(d)
	if err != nil || e.script == "" {
		return nil, err
	}
	if beside := d.Names(manifests...); len(beside) > 0 {
		return nil, detect.NotService("%s stands beside %s: a script of a project that is no program of scripts", e.script, beside[0])
	}
	for _, b := range evidence.Bases(d) {
		if !plain(b.Image) {
			return nil, detect.NotService("the Dockerfile builds upon %s, which is more than a distribution", safe.Visible(b.Image))
		}
	}
	p := &program{d: d, entry: e.script, funcs: map[string]bool{}, vars: map[string]*variable{}, assigned: map[string]bool{}, outside: map[string]detect.Note{}}
	text, err := d.Read(e.script)
	if err != nil {
		return nil, err
	}
	if p.shell = interpreter(text); p.shell == "" && e.shell != "" {
		p.shell = e.shell
	}
	if p.shell == "ash" { // BusyBox's, which dash does as well
		p.shell = "sh"
	}
	if !shells[p.shell] {
		return nil, detect.NotService("%s: the first line names no shell that is read here (bash, sh, dash)", e.script)
	}
	if p.read(e.script); p.err != nil {
		return nil, p.err
	}
	if err := p.judge(); err != nil {
		return nil, err
	}
	if p.handed.Path != "" {
		return nil, detect.NotService("%s", p.handed)
	}
	s, err := p.service(e)
	if err != nil {
		return nil, err
	}
	return []*detect.Service{s}, nil
}

// entry is the script that starts the program, and what says so.
type entry struct {
	script  string
	args    []string
	shell   string // that the command names
	process string // its name in a file for a platform
	why     detect.Note
}

// find finds the entry: what a file for a platform starts, else the one script whose
// name says it. No script: nothing says which it is.
func find(d *detect.Dir) (entry, error) {
	procs, err := manifest.Procfile(d, "Procfile")
	if err != nil {
		return entry{}, err
	}
	for _, name := range []string{"web", "worker", ""} {
		for _, proc := range procs {
			if (name == "" || proc.Name == name) && len(proc.Commands) == 1 {
				if e, ok := script(d, proc.Commands[0].Args); ok {
					e.process, e.why = proc.Name, d.Note("Procfile", proc.Line, "%s: %s", proc.Name, proc.Text)
					return e, nil
				}
			}
		}
	}
	if e, ok := platform(d); ok {
		return e, nil
	}
	if words, why := evidence.LastCommand(d); len(words) > 0 {
		if e, ok := script(d, words); ok {
			e.why = why
			return e, nil
		}
	}
	var found []string
	for _, name := range entries {
		if d.Has(name) {
			found = append(found, name)
		}
	}
	if len(found) != 1 {
		return entry{}, nil
	}
	text, err := d.Read(found[0])
	if err != nil || interpreter(text) == "" {
		return entry{}, nil //nolint:nilerr // no script, whatever it is
	}
	return entry{script: found[0], why: d.Note(found[0], 1, "the one script whose name says that it starts the program")}, nil
}

// platform reads what Fly.io and Render start (https://fly.io/docs/reference/configuration,
// https://render.com/docs/blueprint-spec). What can't be read says nothing.
func platform(d *detect.Dir) (entry, bool) {
	take := func(file, text string, line int, process string) (entry, bool) {
		cmds, err := manifest.Commands(text)
		if err != nil || len(cmds) != 1 {
			return entry{}, false
		}
		e, ok := script(d, cmds[0].Args)
		e.process, e.why = process, d.Note(file, line, "%s", text)
		return e, ok
	}
	if d.Has("fly.toml") {
		var fly struct {
			Processes any `toml:"processes"` // a list, which is empty, in older files
		}
		if lines, err := manifest.TOML(d, "fly.toml", &fly); err == nil {
			processes, _ := fly.Processes.(map[string]any)
			for _, name := range []string{"app", "web", "worker"} {
				text, _ := processes[name].(string)
				if e, ok := take("fly.toml", text, lines.At("processes", name), name); ok {
					return e, true
				}
			}
		}
	}
	if d.Has("render.yaml") {
		var render struct {
			Services []struct {
				Type         string `yaml:"type"`
				StartCommand string `yaml:"startCommand"`
			} `yaml:"services"`
		}
		if _, err := manifest.YAML(d, "render.yaml", &render); err == nil {
			for _, s := range render.Services {
				if e, ok := take("render.yaml", s.StartCommand, 0, s.Type); ok {
					return e, true
				}
			}
		}
	}
	return entry{}, false
}

// script takes a command that runs a script of the project.
func script(d *detect.Dir, words []string) (entry, bool) {
	e := entry{}
	for len(words) > 0 && slices.Contains([]string{"tini", "dumb-init", "--", "-s", "-g", "exec", "/sbin/tini", "/usr/bin/tini", "/usr/bin/dumb-init"}, words[0]) {
		words = words[1:]
	}
	if len(words) > 1 && shells[path.Base(words[0])] {
		e.shell, words = path.Base(words[0]), words[1:]
		for len(words) > 1 && strings.HasPrefix(words[0], "-") && words[0] != "-c" {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return e, false
	}
	for _, prefix := range []string{"", "/app/", "/usr/src/app/", "/usr/local/bin/", "/opt/", "/"} {
		name, ok := strings.CutPrefix(words[0], prefix)
		if name = path.Clean(name); !ok || !d.Has(name) || strings.HasPrefix(name, "../") {
			continue
		}
		text, err := d.Read(name)
		if err != nil || !strings.HasSuffix(name, ".sh") && !shells[interpreter(text)] {
			return e, false
		}
		e.script, e.args = name, words[1:]
		return e, true
	}
	return e, false
}

// plain reports whether an image is a distribution, or a shell, and no more.
func plain(image string) bool {
	name, _, _ := strings.Cut(image, "@")
	name, _, _ = strings.Cut(path.Base(name), ":")
	return slices.Contains([]string{"debian", "ubuntu", "alpine", "bash", "busybox", "fedora", "debian-slim", "scratch", "minideb", "ubi-minimal", "ubi", "rockylinux", "almalinux"}, name)
}
