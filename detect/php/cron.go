package php

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/crontab"
	"dockgen/internal/safe"
)

// CronJob is a command that runs by a schedule.
type CronJob struct {
	Schedule safe.Label
	Command  safe.Argv
}

// cronTable is where the image has its jobs.
const cronTable = "/usr/local/etc/crontab"

// roots are where images and servers have a project that is written for PHP.
var roots = []string{"/var/www/html", "/var/www", "/app", "/usr/src/app", "/srv/app"}

// cron takes the jobs of the crontab files that a project keeps: a service beside the web
// server runs them, out of the same image, by a program that needs no rights of root's.
func (p *project) cron(s *detect.Service, f *Facts) {
	if s.Kind != detect.Server || p.docroot == "" {
		return
	}
	for _, o := range s.Processes {
		if o.Name.String() == "scheduler" {
			return // the framework's own, which a crontab would start each minute
		}
	}
	for name := range p.d.Files("crontab", "crontab.*", "cronjob", "cronjobs", "cronjobs.*", "*.cron", "*.crontab") {
		if p.aside(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") || path.Ext(name) == ".php" || path.Ext(name) == ".md" {
			continue
		}
		p.cronFile(f, name)
	}
	if len(f.Cron) == 0 {
		return
	}
	s.Runtimes = append(s.Runtimes, detect.Runtime{Name: "go"})
	p.process(s, "scheduler", detect.Worker, safe.ArgvOf("supercronic", cronTable), f.cronWhy)
}

// cronFile takes the jobs of one file. What its lines do beside running the project's own
// PHP is nothing that the image can do.
func (p *project) cronFile(f *Facts, name string) {
	data, err := p.d.Read(name)
	if err != nil {
		p.notes = append(p.notes, p.d.Note(name, 0, "can't be read: its jobs are left out"))
		return
	}
	entries, err := crontab.Parse(string(data))
	if err != nil {
		p.notes = append(p.notes, p.d.Note(name, 0, "is no crontab that dockgen understands: %v", err))
		return
	}
	for _, e := range entries {
		argv, ok := p.cronCommand(e.Commands)
		schedule, err := safe.NewLabel(e.Schedule)
		if !ok || err != nil {
			p.notes = append(p.notes, p.d.Note(name, e.Line, "is left out: it is no single command that runs PHP of the project"))
			continue
		}
		if len(f.Cron) == 0 {
			f.cronWhy = p.d.Note(name, e.Line, "runs by a schedule")
		}
		f.Cron = append(f.Cron, CronJob{schedule, argv})
	}
}

// cronCommand is the command of a job with the paths that the image has.
func (p *project) cronCommand(commands []manifest.Command) (safe.Argv, bool) {
	if len(commands) == 2 && commands[0].Program() == "cd" && commands[1].Op == "&&" {
		if dir, ok := p.inProject(strings.TrimSuffix(commands[1].Dir, "/")); !ok || dir != "." {
			return safe.Argv{}, false
		}
		commands = commands[1:]
	}
	if len(commands) != 1 {
		return safe.Argv{}, false
	}
	c := commands[0]
	if c.Opaque || c.Background || len(c.Variables) > 0 || len(c.Env) > 0 || len(c.Args) == 0 {
		return safe.Argv{}, false
	}
	words := append([]string{}, c.Args...)
	script := 0
	if c.Program() == "php" {
		words[0] = "php"
		for script = 1; script < len(words) && strings.HasPrefix(words[script], "-"); script++ {
		}
	}
	if script >= len(words) {
		return safe.Argv{}, false
	}
	for i := script; i < len(words); i++ {
		rel, ok := p.inProject(words[i])
		if i == script && (!ok || !p.d.Has(rel)) {
			return safe.Argv{}, false
		}
		if ok && (i == script || strings.HasPrefix(words[i], "/")) {
			words[i] = path.Join(workdir, rel)
		}
	}
	argv, err := safe.NewArgv(words...)
	return argv, err == nil
}

// inProject is a path of a server or an image in the project itself.
func (p *project) inProject(name string) (string, bool) {
	if !strings.HasPrefix(name, "/") {
		rel := path.Clean(name)
		return rel, p.d.Has(rel) || rel == "."
	}
	for _, root := range roots {
		if name == root {
			return ".", true
		}
		if rel, ok := strings.CutPrefix(path.Clean(name), root+"/"); ok && (p.d.Has(rel) || p.d.HasDir(rel)) {
			return rel, true
		}
	}
	return "", false
}
