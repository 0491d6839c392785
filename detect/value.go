package detect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"dockgen/internal/safe"
)

// Source says where a value comes from. A later one wins over an earlier one.
type Source int

// The sources, weakest first.
const (
	Unset      Source = iota // no value
	Default                  // dockgen's own choice: nothing in the project says it
	Detected                 // read out of the project
	Configured               // dockgen's configuration file
	Flag                     // a command-line flag
	Answer                   // an answer of the wizard
)

var sourceNames = [...]string{"unset", "default", "detected", "config", "flag", "answer"}

func (s Source) String() string { return sourceNames[s] }

// MarshalJSON writes the source's name.
func (s Source) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// Note is one piece of evidence, or a remark: a file, a line (0 where the whole
// file is meant) and what was seen there. Path is relative to the project.
type Note struct {
	Path string `json:"path"`
	Line int    `json:"line"`
	Text string `json:"text"`

	About Topic `json:"-"`
}

// Topic is the question that a remark answers for as long as nothing better is known.
// Who finds the answer somewhere else asks for the topic and takes the remark back.
type Topic int

// The topics of remarks that others ask for. Most remarks have none.
const (
	Ending     Topic = iota + 1 // whether the program stays, where nothing in it says so
	Serving                     // what serves the program, where the project names nothing
	HandingOn                   // what the development server hands on to another program
	Migrations                  // what brings the database up to date
)

// On returns the note as a remark about a topic.
func (n Note) On(t Topic) Note {
	n.About = t
	return n
}

// String prints the note as "path:line: text", control characters made visible.
func (n Note) String() string {
	text := safe.Visible(n.Text)
	switch {
	case n.Path == "", n.Path == "." && n.Line == 0: // about the project as a whole
		return text
	case n.Line == 0:
		return fmt.Sprintf("%s: %s", safe.Visible(n.Path), text)
	}
	return fmt.Sprintf("%s:%d: %s", safe.Visible(n.Path), n.Line, text)
}

// Withdraw takes the remarks about a topic back.
func (s *Service) Withdraw(t Topic) {
	s.Notes = slices.DeleteFunc(s.Notes, func(n Note) bool { return n.About == t })
}

// Value is a fact or a decision with its source and the evidence for it.
type Value[T any] struct {
	V      T      `json:"value"`
	Source Source `json:"source"`
	Why    []Note `json:"why,omitempty"`
}

// Found returns a value that was read out of the project.
func Found[T any](v T, why ...Note) Value[T] { return Value[T]{v, Detected, why} }

// Assumed returns a value that nothing in the project says; why tells the reason.
func Assumed[T any](v T, why ...Note) Value[T] { return Value[T]{v, Default, why} }

// IsSet reports whether there is a value.
func (v Value[T]) IsSet() bool { return v.Source != Unset }

// Or returns v where it is set, else w.
func (v Value[T]) Or(w Value[T]) Value[T] {
	if v.IsSet() {
		return v
	}
	return w
}

// Over returns the value of the stronger source; v where both are equal.
func (v Value[T]) Over(w Value[T]) Value[T] {
	if cmp.Compare(v.Source, w.Source) >= 0 {
		return v
	}
	return w
}
