package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/output"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// answer is what the user has decided about one question, as it was typed.
type answer struct {
	Value  string
	Source detect.Source
}

// answers are all that the user has decided, by the question's id, and by id@service
// where the answer is about one service of several. A question that is not in it
// is decided by what is found.
type answers map[string]answer

// keyOf is where the answer about a service is held; "" is for all that are meant.
func keyOf(id, service string) string {
	if service == "" {
		return id
	}
	return id + "@" + service
}

// of returns the answers that hold for a service, by the question's id alone; for
// "" those that are about none in particular.
func (a answers) of(service string) answers {
	out := answers{}
	for _, q := range questions() {
		if given, ok := a[q.id]; ok {
			out[q.id] = given
		}
		if given, ok := a[keyOf(q.id, service)]; ok {
			out[q.id] = given
		}
	}
	return out
}

// about reports whether there is an answer about that service alone.
func (a answers) about(service string) bool {
	return slices.ContainsFunc(questions(), func(q question) bool { _, ok := a[keyOf(q.id, service)]; return ok })
}

// fit holds the answers against the services that are meant: an answer about one is
// about one of these, and an answer about all can be.
func (a answers) fit(f *facts) error {
	var names []string
	for _, m := range f.meant {
		names = append(names, m.name)
	}
	for _, key := range slices.Sorted(maps.Keys(a)) {
		id, service, one := strings.Cut(key, "@")
		q := questionByID(id)
		example := asked{q, names[0]}.flag(a[key].Value)
		switch {
		case one && !slices.Contains(names, service):
			return q.refuse(withHint(fmt.Errorf("no service that is meant is called %q: these are %s", service, strings.Join(names, ", ")),
				"--%s %s", id, safe.Quote(example)))
		case !one && q.each && !q.shared && f.several():
			return q.refuse(withHint(fmt.Errorf("%d services are meant (%s), and the answer is one's", len(names), strings.Join(names, ", ")),
				"--%s %s", id, safe.Quote(example)))
		}
	}
	return nil
}

// settings are the answers in the types of those who read them.
type settings struct {
	services []string // the names of the services, nil for the only one
	main     string
	bake     bool     // docker-bake.hcl is wanted
	only     []string // kinds of file, none for all
	choices  detect.Choices
	plan     plan.Options
}

// settle reads the answers. An answer that can't be read is a usage error that
// names the flag, with a way on.
func (a answers) settle() (settings, error) {
	var s settings
	for _, q := range questions() {
		given, ok := a[q.id]
		if !ok {
			continue
		}
		if err := q.lay(&s, given); err != nil {
			return s, q.refuse(err)
		}
	}
	return s, nil
}

// everything is the answer that means every service that is deployed. No service
// has that name.
const everything = "*"

// all reports whether the service is meant because every one is.
func (s settings) all(one *detect.Service, of []*detect.Service) bool {
	return slices.Contains(s.services, everything) && slices.Contains(plan.Picked(of), one)
}

// refuse makes an error about an answer one about the flag.
func (q question) refuse(err error) error {
	out := usageError("--%s: %w", q.id, err)
	var h *hinted
	if errors.As(err, &h) {
		return withHint(out, "%s", h.hint)
	}
	return out
}

// flags returns the answers as words of a command line, in the order of the questions.
func (a answers) flags() []string {
	var words []string
	for _, q := range questions() {
		for _, key := range slices.Sorted(maps.Keys(a)) {
			if id, service, _ := strings.Cut(key, "@"); id == q.id {
				words = append(words, asked{q, service}.words(a[key].Value)...)
			}
		}
	}
	return words
}

// words is an answer on a command line.
func (a asked) words(value string) []string {
	switch {
	case a.id == "service" && value == everything:
		return []string{"--all"}
	case a.toggle && value == yes && a.service == "":
		return []string{"--" + a.id}
	}
	return []string{"--" + a.id, safe.Quote(a.flag(value))}
}

// The answers of a toggle.
const (
	yes = "yes"
	no  = "no"
)

// value returns a decision with the answer's source.
func value[T any](v T, a answer) detect.Value[T] {
	return detect.Value[T]{V: v, Source: a.Source}
}

const dockerignore = ".dockerignore"

// kindsOfFile are what --only takes, with the base names that they stand for.
func kindsOfFile() []candidate {
	return []candidate{
		{value: "dockerfile", text: "Dockerfile"},
		{value: "dockerignore", text: dockerignore},
		{value: "compose", text: "compose.yaml"},
		{value: "dev", text: "compose.dev.yaml"},
		{value: "env", text: ".env.example"},
		{value: "bake", text: "docker-bake.hcl"},
	}
}

// pick leaves the files that --only names.
func (s settings) pick(files []output.File) []output.File {
	if len(s.only) == 0 {
		return files
	}
	return slices.DeleteFunc(files, func(f output.File) bool { return !slices.Contains(s.only, kindOfFile(f.Path)) })
}
