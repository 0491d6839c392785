// Package crontab reads the tables of cron (https://manpages.debian.org/crontab.5): what
// runs when, without the address of the machine that it was written for.
package crontab

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"dockgen/detect/manifest"
)

// Entry is one line that runs something.
type Entry struct {
	Schedule string // five fields, or a word such as @daily
	Line     int
	// Commands are the simple commands of the line, without where they write to.
	Commands []manifest.Command
}

// maxEntries bounds the lines of one table.
const maxEntries = 100

// words are the names that stand for a schedule. @reboot is none: it comes once.
var words = []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}

// fieldRE is a field of the schedule: numbers, names of months and days, ranges, steps.
var fieldRE = sync.OnceValue(func() *regexp.Regexp {
	const (
		value = `([0-9]{1,2}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)`
		part  = `(\*|` + value + `(-` + value + `)?)(/[0-9]{1,2})?`
	)
	return regexp.MustCompile(`(?i)^` + part + `(,` + part + `)*$`)
})

var settingRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*\s*=`) })

// users are accounts that a table of the system's names before the command.
var users = map[string]bool{"root": true, "www-data": true, "nobody": true, "app": true, "node": true, "nginx": true, "apache": true, "deploy": true, "ubuntu": true}

// Parse reads a table; a line that is none is an error. System tables have an account
// before each command: what is no account's usual name is the command.
func Parse(text string) ([]Entry, error) {
	var out []Entry
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || settingRE().MatchString(line) {
			continue
		}
		e, err := entry(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if e.Line = n; len(out) >= maxEntries {
			return nil, fmt.Errorf("line %d: more than %d jobs", n, maxEntries)
		}
		out = append(out, e)
	}
	return out, nil
}

func entry(line string) (Entry, error) {
	fields := strings.Fields(line)
	count := 5
	if line[0] == '@' {
		count = 1
	}
	if len(fields) <= count {
		return Entry{}, fmt.Errorf("%q has no command", line)
	}
	for _, f := range fields[:count] {
		known := count == 1 && strings.Contains(" "+strings.Join(words, " ")+" ", " "+f+" ")
		if count == 5 && len(f) <= 64 {
			known = fieldRE().MatchString(f)
		}
		if !known {
			return Entry{}, fmt.Errorf("%q is no field of a schedule", f)
		}
	}
	command := line
	for range count {
		command = strings.TrimLeft(command[len(strings.Fields(command)[0]):], " \t")
	}
	if users[fields[count]] && len(fields) > count+1 {
		command = strings.TrimLeft(command[len(fields[count]):], " \t")
	}
	commands, err := silent(command)
	return Entry{Schedule: strings.Join(fields[:count], " "), Commands: commands}, err
}

// silent are the commands of a line without the files that their output goes to: in a
// container it goes to the log.
func silent(line string) ([]manifest.Command, error) {
	line = strings.ReplaceAll(line, `\%`, "%")
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(line), "")
	if err != nil {
		return nil, fmt.Errorf("parsing %q: %w", line, err)
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		stmt, ok := node.(*syntax.Stmt)
		if !ok {
			return true
		}
		var kept []*syntax.Redirect
		for _, r := range stmt.Redirs {
			switch r.Op {
			case syntax.RdrOut, syntax.AppOut, syntax.DplOut, syntax.RdrAll, syntax.AppAll, syntax.RdrClob:
			default:
				kept = append(kept, r)
			}
		}
		stmt.Redirs = kept
		return true
	})
	var b bytes.Buffer
	if err := syntax.NewPrinter(syntax.SingleLine(true)).Print(&b, file); err != nil {
		return nil, fmt.Errorf("printing %q: %w", line, err)
	}
	return manifest.Commands(strings.TrimSpace(b.String()))
}
