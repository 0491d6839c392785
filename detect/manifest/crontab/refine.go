package crontab

import (
	"context"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// files are what people call a table of cron.
var files = []string{"crontab", "crontab.*", "cronjob", "cronjobs", "cronjobs.*", "*.cron", "*.crontab"}

// roots are where images and servers have a project.
var roots = []string{"/var/www/html", "/var/www", "/app", "/usr/src/app", "/srv/app", "/code", "/opt/app", "/home/app", "/workspace"}

// aside are folders whose tables are none of the program's own.
var aside = []string{"test", "tests", "spec", "docs", "doc", "example", "examples", "node_modules", "vendor"}

// interpreters run what people write: a line for one that the image has not belongs to
// another program of the project.
var interpreters = []string{"php", "python", "ruby", "node", "bun", "deno", "perl", "Rscript", "julia"}

// Refine adds the jobs of the crontab files that a project keeps: a process beside the
// program runs them, out of the same image.
func Refine(ctx context.Context, d *detect.Dir, s *detect.Service) error {
	if s.Kind != detect.Server && s.Kind != detect.Worker || len(s.Interpreters) == 0 {
		return ctx.Err()
	}
	for _, o := range s.Processes {
		if o.Name.String() == detect.CronName {
			return nil // the framework's own, which a crontab would start each minute
		}
	}
	t := &table{d: d, s: s}
	for name := range d.Files(files...) {
		ext := path.Ext(name)
		if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") || ext == ".md" || ext == ".txt" || ext == ".php" || ext == ".py" || ext == ".rb" || ext == ".js" || ext == ".ts" {
			continue
		}
		switch {
		case slices.ContainsFunc(strings.Split(path.Dir(name), "/"), func(folder string) bool { return slices.Contains(aside, folder) }):
		case s.Dir != s.Root:
			s.Notes = append(s.Notes, d.Note(name, 0, "is left out: where its scripts lie in the image of a part of a project is not known"))
		default:
			t.read(name)
		}
	}
	if len(s.Cron) > 0 {
		s.Processes = append(s.Processes, detect.Process{Name: safe.Slug(detect.CronName, detect.CronName), Kind: detect.Worker, Start: detect.Found(safe.ArgvOf("supercronic", detect.CronTable), t.why)})
	}
	return nil
}

// table is what is made of the files.
type table struct {
	d   *detect.Dir
	s   *detect.Service
	why detect.Note
}

// read takes the jobs of one file. What its lines do beside running the project's own
// scripts is nothing that the image can do.
func (t *table) read(name string) {
	note := func(line int, format string, args ...any) {
		t.s.Notes = append(t.s.Notes, t.d.Note(name, line, format, args...))
	}
	data, err := t.d.Read(name)
	if err != nil {
		note(0, "can't be read: its jobs are left out")
		return
	}
	entries, err := Parse(string(data))
	if err != nil {
		note(0, "is no crontab that dockgen understands: %v", err)
		return
	}
	for _, e := range entries {
		argv, ok, others := t.command(e.Commands)
		schedule, err := safe.NewLabel(e.Schedule)
		if others {
			continue
		}
		if !ok || err != nil {
			note(e.Line, "is left out: it is no single command that runs a script of the project by %s", t.s.Interpreters[0])
			continue
		}
		if len(t.s.Cron) == 0 {
			t.why = t.d.Note(name, e.Line, "runs by a schedule")
		}
		t.s.Cron = append(t.s.Cron, detect.CronJob{Schedule: schedule, Command: argv})
	}
}

// command is that of a job with the paths that the image has: the program's working
// directory is the project's folder. others: it is another program's.
func (t *table) command(commands []manifest.Command) (argv safe.Argv, ok, others bool) {
	if len(commands) == 2 && commands[0].Program() == "cd" && commands[1].Op == "&&" {
		if dir, ok := t.inProject(strings.TrimSuffix(commands[1].Dir, "/")); !ok || dir != "." {
			return safe.Argv{}, false, false
		}
		commands = commands[1:]
	}
	if len(commands) != 1 {
		return safe.Argv{}, false, false
	}
	c := commands[0]
	if c.Opaque || c.Background || len(c.Variables) > 0 || len(c.Env) > 0 || len(c.Args) == 0 {
		return safe.Argv{}, false, false
	}
	words := append([]string{}, c.Args...)
	script, module := 0, false
	switch program := c.Program(); {
	case len(words) > 2 && slices.Contains(t.s.Interpreters, detect.Interpreter(program+" "+words[1])):
		words[0], script, module = program, 2, true
	case slices.Contains(t.s.Interpreters, detect.Interpreter(program)):
		words[0] = program
		for script = 1; script < len(words) && strings.HasPrefix(words[script], "-"); script++ {
			module = module || words[script] == "-m"
		}
	case slices.Contains(interpreters, strings.TrimRight(program, "0123456789.")):
		return safe.Argv{}, false, true
	}
	if script >= len(words) {
		return safe.Argv{}, false, false
	}
	for i := script; i < len(words); i++ {
		rel, ok := t.inProject(words[i])
		if i == script && !module && (!ok || !t.d.Has(rel)) {
			return safe.Argv{}, false, false
		}
		if ok && (i == script && !module || strings.HasPrefix(words[i], "/")) {
			words[i] = rel
		}
	}
	if script == 0 && !strings.Contains(words[0], "/") {
		words[0] = "./" + words[0]
	}
	argv, err := safe.NewArgv(words...)
	return argv, err == nil, false
}

// inProject is a path of a server or an image in the project itself.
func (t *table) inProject(name string) (string, bool) {
	if !strings.HasPrefix(name, "/") {
		rel := path.Clean(name)
		return rel, t.d.Has(rel) || rel == "."
	}
	for _, root := range roots {
		if name == root {
			return ".", true
		}
		if rel, ok := strings.CutPrefix(path.Clean(name), root+"/"); ok && (t.d.Has(rel) || t.d.HasDir(rel)) {
			return rel, true
		}
	}
	return "", false
}
