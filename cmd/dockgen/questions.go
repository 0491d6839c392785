package main

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/catalog"
	"dockgen/internal/safe"
)

// question is one thing that a person may decide. It is declared here once: the
// flag, its completion, the wizard's prompt and what the answer changes are all
// made from this.
type question struct {
	id     string // the flag's name
	label  string // what the wizard's list calls it
	usage  string // what it decides: the flag's line of help, and the wizard's "?"
	values string // the form of an answer, as help texts show it
	group  string // of the flag in help texts

	// lay reads an answer into the settings.
	lay func(*settings, answer) error
	// now tells what holds, with its evidence. The value is in the form of an answer.
	now func(*facts) held
	// candidates are answers worth offering, the best first; closed means that
	// there are no others. Before anything was inspected f.service is nil.
	candidates func(f *facts) []candidate
	closed     bool
	// many means that an answer is several candidates, with commas.
	many bool
	// check holds an answer against what was found; nil takes all that lay does.
	check func(f *facts, value string) error
	// open reports whether nothing that was found answers the question; nil is never.
	open func(*facts) bool
}

// candidate is an answer that may be right.
type candidate struct {
	value string
	text  string // why, or what it means
}

// held is the value that holds for a question.
type held struct {
	value  string
	source detect.Source
	why    []detect.Note
}

// The groups of flags.
const (
	groupWhat  = "What to containerise"
	groupHow   = "How it is built and run"
	groupWrite = "What is written"
)

// questions returns every question, in the order in which they are asked.
func questions() []question {
	return []question{
		askService(), askLanguage(), askMain(),
		askVersion(), askManager(), askBuild(), askStart(), askPort(), askHealth(), askBase(),
		askName(), askOnly(),
	}
}

func askService() question {
	return question{
		id: "service", label: "service", values: "NAME", group: groupWhat, closed: true,
		usage: "the service to containerise, where several are found (dockgen detect lists them)",
		lay: func(s *settings, a answer) error {
			s.service = a.Value
			return nil
		},
		now: func(f *facts) held { return held{value: f.picked, source: detect.Detected, why: about(f.service)} },
		candidates: func(f *facts) []candidate {
			var out []candidate
			for _, s := range f.services {
				out = append(out, candidate{s.Name.String(), describeService(s)})
			}
			return out
		},
		open: func(f *facts) bool { return f.service == nil },
	}
}

func askLanguage() question {
	return question{
		id: "lang", label: "language", values: "LANGUAGE", group: groupWhat, closed: true,
		usage: "the language, where a folder holds several",
		lay: func(s *settings, a answer) error {
			s.choices.Language = a.Value
			return nil
		},
		now: func(f *facts) held {
			return held{value: f.service.Language, source: detect.Detected, why: about(f.service)}
		},
		candidates: func(f *facts) []candidate {
			var out []candidate
			for _, name := range languages(f.detectors) {
				out = append(out, candidate{value: name})
			}
			return out
		},
	}
}

func askMain() question {
	return question{
		id: "main", label: "entry point", values: "PATH|MODULE", group: groupWhat,
		usage: "the entry point as the language names it: a folder, a file, a module:object",
		lay: func(s *settings, a answer) error {
			v, err := safe.NewLabel(a.Value)
			s.main, s.choices.Main = v.String(), value(v, a)
			return err
		},
		now: func(f *facts) held { return heldBy(f.service.Main, text) },
		candidates: func(f *facts) []candidate {
			var out []candidate
			for _, s := range f.services {
				if s.Main.IsSet() && (f.service == nil || s.Language == f.service.Language) &&
					!slices.ContainsFunc(out, func(c candidate) bool { return c.value == s.Main.V.String() }) {
					out = append(out, candidate{s.Main.V.String(), describeService(s)})
				}
			}
			return out
		},
	}
}

func askVersion() question {
	return question{
		id: "lang-version", label: "version", values: "VERSION", group: groupHow,
		usage: "the language's version, as in 24 or 3.14",
		lay: func(s *settings, a answer) error {
			v, err := safe.NewVersion(a.Value)
			if number, flavour, ok := strings.Cut(a.Value, "-"); ok && err != nil {
				// A tag was meant: 20-alpine, 3.12-slim-bookworm.
				for _, b := range catalog.Bases() {
					if n, nerr := safe.NewVersion(number); nerr == nil && slices.Contains(strings.Split(flavour, "-"), string(b)) {
						return withHint(err, "--lang-version %s --base %s", n, b)
					}
				}
			}
			s.choices.Version = value(v, a)
			return err
		},
		now:        func(f *facts) held { return heldBy(f.service.Version, text) },
		candidates: versions,
	}
}

// versions are the release lines that get fixes.
func versions(f *facts) []candidate {
	if f.service == nil {
		return nil
	}
	c, err := catalog.Load()
	if err != nil {
		return nil
	}
	family, err := c.Family(f.service.Language)
	if err != nil {
		return nil // a language without images of its own
	}
	var out []candidate
	for _, l := range family.Lines() {
		if !l.Supported(c.AsOf()) {
			continue
		}
		text := "supported"
		if !l.EOL.IsZero() {
			text = "supported until " + l.EOL.Format("January 2006")
		}
		if l.Version == family.Default() {
			text += ", dockgen's default"
		}
		out = append(out, candidate{l.Version.String(), text})
	}
	return out
}

func askManager() question {
	return question{
		id: "package-manager", label: "package manager", values: "NAME", group: groupHow, closed: true,
		usage: "the package manager that installs the dependencies",
		lay: func(s *settings, a answer) error {
			s.choices.PackageManager = value(a.Value, a)
			return nil
		},
		now:        func(f *facts) held { return heldBy(f.service.PackageManager, plain) },
		candidates: managers,
		check: func(f *facts, v string) error {
			if len(managers(f)) == 0 {
				return fmt.Errorf("%s has no package managers to choose from", f.service.Language)
			}
			return nil
		},
	}
}

// managers are the package managers of the service's language, or of all.
func managers(f *facts) []candidate {
	var out []candidate
	for _, d := range f.detectors {
		m, ok := d.(detect.PackageManagers)
		if !ok || f.service != nil && d.Name() != f.service.Language {
			continue
		}
		for _, name := range m.PackageManagers() {
			if !slices.ContainsFunc(out, func(c candidate) bool { return c.value == name }) {
				out = append(out, candidate{value: name})
			}
		}
	}
	return out
}

func askBuild() question {
	return question{
		id: "build", label: "build command", values: "COMMAND", group: groupHow,
		usage: "the command that turns sources into what runs",
		lay: func(s *settings, a answer) error {
			v, err := parseArgv(a.Value)
			s.choices.Build = value(v, a)
			return err
		},
		now: func(f *facts) held { return heldBy(f.service.Build, text) },
	}
}

func askStart() question {
	return question{
		id: "start", label: "start command", values: "COMMAND", group: groupHow,
		usage: "the command that runs the program in production",
		lay: func(s *settings, a answer) error {
			v, err := parseArgv(a.Value)
			s.choices.Start = value(v, a)
			return err
		},
		now:  func(f *facts) held { return heldBy(f.service.Start, text) },
		open: func(f *facts) bool { return f.service.Kind != detect.Static && !f.service.Start.IsSet() },
	}
}

func askPort() question {
	return question{
		id: "port", label: "port", values: "1-65535", group: groupHow,
		usage: "the TCP port that the program listens on",
		lay: func(s *settings, a answer) error {
			n, err := strconv.Atoi(a.Value)
			if err != nil {
				return fmt.Errorf("%q is not a port: take one from 1 to 65535", a.Value)
			}
			v, err := safe.NewPort(n)
			s.choices.Port = value(v, a)
			return err
		},
		now: func(f *facts) held {
			return heldBy(f.service.Port, func(p safe.Port) string { return strconv.Itoa(int(p)) })
		},
		candidates: func(f *facts) []candidate {
			if f.service == nil || f.service.PortEnv.IsZero() || f.service.Port.IsSet() {
				return nil
			}
			return []candidate{{"8080", fmt.Sprintf("the program listens where %s says", f.service.PortEnv)}}
		},
		open: func(f *facts) bool { return f.service.Kind == detect.Server && !f.service.Port.IsSet() },
	}
}

// noHealth is the answer that turns the health check off.
const noHealth = "none"

func askHealth() question {
	return question{
		id: "health", label: "health check", values: "PATH|none", group: groupHow,
		usage: "the path that answers when the program is well, or none for no check",
		lay: func(s *settings, a answer) error {
			if a.Value == noHealth {
				s.choices.NoHealth, s.plan.NoHealth = true, true
				return nil
			}
			v, err := safe.NewURLPath(a.Value)
			s.choices.Health = value(v, a)
			return err
		},
		now: func(f *facts) held {
			h := heldBy(f.service.Health, text)
			if f.plan != nil && f.plan.Health.None {
				h = held{value: noHealth, source: detect.Default}
			} else if f.plan != nil && h.source == detect.Unset && !f.plan.Health.Path.IsZero() {
				h = held{f.plan.Health.Path.String(), detect.Default, []detect.Note{{Text: "no health path is known: any answer counts"}}}
			}
			return h
		},
		candidates: func(f *facts) []candidate {
			out := []candidate{{noHealth, "no health check"}}
			if f.service != nil && f.service.Health.IsSet() {
				out = slices.Insert(out, 0, candidate{f.service.Health.V.String(), "found"})
			}
			return out
		},
	}
}

func askBase() question {
	return question{
		id: "base", label: "base image", values: "{" + joinBases("|") + "}", group: groupHow, closed: true,
		usage: "what the final image is built on: Debian with a shell, nothing but libraries, or musl",
		lay: func(s *settings, a answer) error {
			v, err := catalog.ParseBase(a.Value)
			s.plan.Base = value(v, a)
			return err
		},
		now: func(f *facts) held {
			if f.plan == nil {
				return held{}
			}
			return heldBy(f.plan.Base, func(b catalog.Base) string { return string(b) })
		},
		candidates: func(*facts) []candidate {
			texts := map[catalog.Base]string{
				catalog.Slim:       "Debian: a shell, apt and glibc",
				catalog.Distroless: "no shell, no package manager: the least to attack",
				catalog.Alpine:     "musl and busybox: small, and not for every binary",
			}
			var out []candidate
			for _, b := range catalog.Bases() {
				out = append(out, candidate{string(b), texts[b]})
			}
			return out
		},
	}
}

func joinBases(sep string) string {
	var names []string
	for _, b := range catalog.Bases() {
		names = append(names, string(b))
	}
	return strings.Join(names, sep)
}

func askName() question {
	return question{
		id: "name", label: "name", values: "NAME", group: groupWrite,
		usage: "the name of the service and its image: lower-case letters, digits and '-'",
		lay: func(s *settings, a answer) error {
			v, err := safe.NewName(a.Value)
			if err != nil {
				err = withHint(err, "--name %s", safe.Slug(a.Value, "app"))
			}
			s.choices.Name = value(v, a)
			return err
		},
		now: func(f *facts) held { return held{value: f.service.Name.String(), source: detect.Detected} },
	}
}

func askOnly() question {
	return question{
		id: "only", label: "files", values: "dockerfile,dockerignore,compose", group: groupWrite, closed: true, many: true,
		usage: "write only these files",
		lay: func(s *settings, a answer) error {
			for v := range strings.SplitSeq(a.Value, ",") {
				s.only = append(s.only, strings.TrimSpace(v))
			}
			return nil
		},
		now: func(f *facts) held {
			var kinds []string
			for _, c := range f.changes {
				kinds = append(kinds, kindOfFile(c.Path))
			}
			return held{value: strings.Join(kinds, ","), source: detect.Default}
		},
		candidates: func(*facts) []candidate { return kindsOfFile() },
	}
}

// kindOfFile is the word of --only for a file; "" for one that has none.
func kindOfFile(p safe.RelPath) string {
	for _, c := range kindsOfFile() {
		if c.text == path.Base(p.String()) {
			return c.value
		}
	}
	return ""
}

// valid holds an answer against what was found.
func (q question) valid(f *facts, v string) error {
	if q.check != nil {
		if err := q.check(f, v); err != nil {
			return err
		}
	}
	if !q.closed {
		return nil
	}
	values := []string{v}
	if q.many {
		values = strings.Split(v, ",")
	}
	known := q.candidates(f)
	for _, v := range values {
		v = strings.TrimSpace(v)
		if !slices.ContainsFunc(known, func(c candidate) bool { return c.value == v }) {
			return fmt.Errorf("%q is none of %s", v, list(known))
		}
	}
	return nil
}

// list names the candidates for an error message.
func list(cs []candidate) string {
	var names []string
	for _, c := range cs {
		names = append(names, c.value)
	}
	return strings.Join(names, ", ")
}

// unanswered is the error of a script that leaves a question open.
func (q question) unanswered(f *facts) error {
	var found []candidate
	if q.candidates != nil {
		found = q.candidates(f)
	}
	if len(found) == 0 {
		return withHint(usageError("the %s is not known: nothing in %s says it", q.label, f.place()), "dockgen init --%s %s", q.id, q.values)
	}
	lines := []string{fmt.Sprintf("which %s is meant? --%s is one of", q.label, q.id)}
	width := 0
	for _, c := range found {
		width = max(width, len(c.value))
	}
	for _, c := range found {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, c.value, safe.Visible(c.text)), " "))
	}
	return withHint(&exitError{exitUsage, errors.New(strings.Join(lines, "\n"))}, "dockgen init --%s %s", q.id, safe.Quote(found[0].value))
}

func heldBy[T any](v detect.Value[T], show func(T) string) held {
	if !v.IsSet() {
		return held{}
	}
	return held{show(v.V), v.Source, v.Why}
}

// describeService tells services apart in a list.
func describeService(s *detect.Service) string {
	text := fmt.Sprintf("%s %s", s.Language, s.Kind)
	if s.Framework.IsSet() {
		text = fmt.Sprintf("%s %s (%s)", s.Language, s.Kind, s.Framework.V)
	}
	if s.Main.IsSet() {
		text += ", " + s.Main.V.String()
	}
	if s.Dir.String() != "." {
		text += " in " + s.Dir.String()
	}
	return safe.Visible(text)
}

func about(s *detect.Service) []detect.Note {
	if s == nil {
		return nil
	}
	return []detect.Note{{Text: describeService(s)}}
}
