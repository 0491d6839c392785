package manifest

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"dockgen/detect"
)

// migrateTargets are what people call the target that brings a database up to date.
var migrateTargets = []string{"migrate-prod", "migrate", "db-migrate", "db_migrate", "migrate-up", "migrate_up", "migrateup", "migrations-up", "migration-up", "migrations", "db-up"}

// makeForms are the lines of a Makefile: made where there is one, for a start-up would pay
// for them otherwise.
var makeForms = sync.OnceValue(func() (m struct{ rule, value, name *regexp.Regexp }) {
	m.rule = regexp.MustCompile(`^([A-Za-z0-9_.-]+(?:[ \t]+[A-Za-z0-9_.-]+)*)[ \t]*:(?:[^=:]|$)`)
	m.value = regexp.MustCompile(`^([A-Za-z0-9_.-]+)[ \t]*(?:[:?])?=[ \t]*(.*?)[ \t]*$`)
	m.name = regexp.MustCompile(`\$[({]([A-Za-z0-9_.-]+)[)}]`)
	return m
})

// MigrateTarget is what a Makefile runs for the target that brings a database up to
// date; its commands are none where one needs what only make or a shell knows.
// https://www.gnu.org/software/make/manual/html_node/Rule-Syntax.html
func MigrateTarget(d *detect.Dir) (Process, bool) {
	name := d.First("GNUmakefile", "makefile", "Makefile")
	if name == "" {
		return Process{}, false
	}
	data, err := d.Read(name)
	if err != nil {
		return Process{}, false
	}
	values := map[string]string{}
	recipes := map[string]*Process{}
	var at []*Process
	for i, line := range strings.Split(strings.ReplaceAll(string(data), "\\\n", "\\\r"), "\n") {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\\\r", " ")
		if recipe, ok := strings.CutPrefix(line, "\t"); ok {
			if recipe = strings.TrimLeft(strings.TrimSpace(recipe), "@-+"); recipe == "" || recipe[0] == '#' {
				continue
			}
			for _, p := range at {
				if p.Text != "" {
					p.Text += " && "
				}
				p.Text += recipe
			}
			continue
		}
		if m := makeForms().value.FindStringSubmatch(line); m != nil {
			values[m[1]] = m[2]
			continue
		}
		m := makeForms().rule.FindStringSubmatch(line)
		if m == nil {
			if strings.TrimSpace(line) != "" && line[0] != '#' {
				at = nil
			}
			continue
		}
		at = nil
		for _, target := range strings.Fields(m[1]) {
			if slices.Contains(migrateTargets, target) && recipes[target] == nil {
				recipes[target] = &Process{Name: target, Line: i + 1}
				at = append(at, recipes[target])
			}
		}
	}
	for _, target := range migrateTargets {
		p := recipes[target]
		if p == nil || p.Text == "" {
			continue
		}
		p.Text = makeForms().name.ReplaceAllStringFunc(p.Text, func(ref string) string {
			if v, ok := values[ref[2:len(ref)-1]]; ok && !strings.Contains(v, "$") {
				return v
			}
			return ref // a shell takes it for a command, so that nothing is made of it
		})
		p.Text = strings.ReplaceAll(p.Text, "$$", "$")
		p.Commands, _ = Commands(p.Text)
		p.Source = name
		return *p, true
	}
	return Process{}, false
}
