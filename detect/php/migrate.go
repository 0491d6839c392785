package php

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// migrateScripts are what people call the script of Composer that brings a database up
// to date, that for production first.
var migrateScripts = []string{"migrate:prod", "migrate", "db:migrate", "migrations:migrate", "migrations", "phinx:migrate", "doctrine:migrate"}

// migrateTools are programs below vendor/bin that migrate, by their packages.
var migrateTools = map[string]string{"phinx": "robmorgan/phinx", "doctrine-migrations": "doctrine/migrations", "phoenix": "lulco/phoenix", "ruckus.php": "ruckusing/ruckusing-migrations"}

// migrateScript takes the script of Composer, or the target of a Makefile, that brings
// the database up to date, where the image has what it runs.
func (p *project) migrateScript(s *detect.Service) {
	if s.Kind != detect.Server && s.Kind != detect.Worker || slices.ContainsFunc(s.Processes, func(o detect.Process) bool { return o.Kind == detect.Job }) ||
		!slices.ContainsFunc(s.Needs, func(n detect.Need) bool {
			return !n.Optional && slices.Contains([]string{"postgres", "mysql", "mariadb", "sqlserver"}, n.Name)
		}) {
		return
	}
	for _, name := range migrateScripts {
		if p.c == nil {
			break
		}
		if lines := p.c.Scripts[name]; len(lines) == 1 && p.migrateCommand(s, lines[0], p.d.Note("composer.json", p.c.lines.At("scripts", name), "%s: %s", name, safe.Visible(lines[0]))) {
			return
		}
	}
	if target, ok := manifest.MigrateTarget(p.d); ok {
		p.migrateCommand(s, target.Text, p.d.Note(target.Source, target.Line, "%s: %s", target.Name, safe.Visible(target.Text)))
	}
}

// migrateCommand adds a line as the job, if it is one command that the image can run.
func (p *project) migrateCommand(s *detect.Service, line string, why detect.Note) bool {
	cmds, err := manifest.Commands(strings.Replace(line, "@php ", "php ", 1))
	if err != nil || len(cmds) != 1 || cmds[0].Opaque || cmds[0].Background || len(cmds[0].Variables) > 0 || len(cmds[0].Env) > 0 || len(cmds[0].Args) < 2 {
		return false
	}
	words := slices.Clone(cmds[0].Args)
	if words[0] == "php" && len(words) > 2 && strings.Contains(words[1], "vendor/bin/") {
		words = words[1:]
	}
	tool, known := migrateTools[path.Base(words[0])]
	switch {
	case known && p.c.requires(tool) && (words[0] == path.Base(words[0]) || strings.TrimPrefix(words[0], "./") == "vendor/bin/"+path.Base(words[0])):
		words[0] = "vendor/bin/" + path.Base(words[0])
	case words[0] == "php" && p.d.Has(path.Clean(words[1])):
	default:
		return false
	}
	argv, err := safe.NewArgv(words...)
	if err != nil {
		return false
	}
	p.process(s, "migrate", detect.Job, argv, why)
	return true
}
