package main

import (
	"errors"
	"slices"

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

// answers are all that the user has decided, by the question's id. A question
// that is not in it is decided by what is found.
type answers map[string]answer

// settings are the answers in the types of those who read them.
type settings struct {
	service string // the name of the service, "" for the only one
	main    string
	only    []string // kinds of file, none for all
	choices detect.Choices
	plan    plan.Options
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
		if given, ok := a[q.id]; ok {
			words = append(words, "--"+q.id, safe.Quote(given.Value))
		}
	}
	return words
}

// value returns a decision with the answer's source.
func value[T any](v T, a answer) detect.Value[T] {
	return detect.Value[T]{V: v, Source: a.Source}
}

// kindsOfFile are what --only takes, with the base names that they stand for.
func kindsOfFile() []candidate {
	return []candidate{
		{value: "dockerfile", text: "Dockerfile"},
		{value: "dockerignore", text: ".dockerignore"},
		{value: "compose", text: "compose.yaml"},
	}
}

// pick leaves the files that --only names.
func (s settings) pick(files []output.File) []output.File {
	if len(s.only) == 0 {
		return files
	}
	return slices.DeleteFunc(files, func(f output.File) bool { return !slices.Contains(s.only, kindOfFile(f.Path)) })
}
