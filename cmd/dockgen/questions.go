package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dockgen/detect"
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
	// many means that an answer is several candidates, with commas; the flag may be
	// given several times.
	many bool
	// each means that the answer is one service's. Where several are meant, an answer
	// is for one of them, NAME=VALUE, unless shared says that it may be for all.
	each, shared bool
	// toggle means that the answers are yes and no, and that the flag alone is yes.
	toggle bool
	// best is the answer that --yes takes where the question is open; nil is the first candidate.
	best func(*facts) candidate
	// check holds an answer against what was found; nil takes all that lay does.
	check func(f *facts, value string) error
	// open reports whether nothing that was found answers the question; nil is never.
	open func(*facts) bool
	// idle reports whether no answer would change anything about the service, so that the
	// wizard does not show it; nil is never.
	idle func(*facts) bool
}

// asked is a question, about the service of that name where several are meant.
type asked struct {
	question
	service string
}

// key is where the answers hold its answer.
func (a asked) key() string { return keyOf(a.id, a.service) }

// flag is the answer as a flag's value.
func (a asked) flag(value string) string {
	if a.service == "" {
		return value
	}
	return a.service + "=" + value
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
	groupWhat    = "What to containerise"
	groupHow     = "How it is built and run"
	groupCompose = "What runs beside it"
	groupWrite   = "What is written"
)

// questions returns every question, in the order in which they are asked.
func questions() []question {
	return []question{
		askService(), askLanguage(), askMain(),
		askVersion(), askManager(), askServer(), askBuild(), askStart(), askPort(), askHealth(), askBase(), askCache(),
		askWith(), askWithout(), askServiceVersion(), askNetwork(), askDev(), askDebug(),
		askName(), askBake(), askOnly(),
	}
}

// valid holds an answer against what was found.
func (q question) valid(f *facts, v string) error {
	if q.check != nil {
		if err := q.check(f, v); err != nil {
			return err
		}
	}
	if q.toggle && v != yes && v != no {
		return fmt.Errorf("%q is none of %s, %s", v, yes, no)
	}
	if !q.closed {
		return nil
	}
	if q.many && v == "" {
		return nil // none of them
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
func (a asked) unanswered(f *facts) error {
	var found []candidate
	if a.candidates != nil {
		found = a.candidates(f)
	}
	if len(found) == 0 {
		return withHint(usageError("the %s is not known: nothing in %s says it", a.label, f.place()), "dockgen init --%s %s", a.id, a.flag(a.values))
	}
	lines := []error{fmt.Errorf("which %s is meant? --%s is one of", a.label, a.id)}
	width := 0
	for _, c := range found {
		width = max(width, len(c.value))
	}
	for _, c := range found {
		lines = append(lines, errors.New(strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, c.value, safe.Visible(c.text)), " ")))
	}
	return withHint(&exitError{exitUsage, errors.Join(lines...)}, "dockgen init --%s %s", a.id, safe.Quote(a.flag(found[0].value)))
}

func heldBy[T any](v detect.Value[T], show func(T) string) held {
	if !v.IsSet() {
		return held{}
	}
	return held{show(v.V), v.Source, v.Why}
}
