// Package prompt asks questions on a terminal. It is the only package that
// knows the library that draws them, github.com/AlecAivazis/survey, which is no
// longer maintained: what a command needs of it, the command declares.
//
// An answer is a choice or a line of text and nothing else. What it means, and
// whether it is valid, is for the one who asked.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
)

// ErrInterrupted is the error of a question that was broken off: by Ctrl-C,
// by Ctrl-D, or because the context ended.
var ErrInterrupted = errors.New("interrupted")

// Option is one thing to choose.
type Option struct {
	Value string
	Text  string // what stands beside it: where it comes from, what it does; may be empty
}

// Choice is a question with a list of options.
type Choice struct {
	Message string
	Help    string // shown after "?"
	Options []Option
	Default int // index of the option that is marked at first
}

// Choices is a question whose answer is any number of the options.
type Choices struct {
	Message string
	Help    string
	Options []Option
	Default []int // indexes of the options that are taken at first
}

// Text is a question whose answer is typed.
type Text struct {
	Message string
	Help    string
	Default string                      // what an empty answer means
	Suggest func(typed string) []string // after Tab; may be nil
}

// Terminal asks on a terminal.
type Terminal struct {
	in    *keys
	out   drawing
	start sync.Once
}

// New returns a Terminal that reads keys from in and draws on out, which both
// are terminals.
func New(in, out *os.File) *Terminal {
	k := newKeys(in)
	return &Terminal{in: k, out: drawing{out, k}}
}

// Select returns the index of the option that was chosen.
func (t *Terminal) Select(ctx context.Context, c Choice) (int, error) {
	var answer int
	err := t.ask(ctx, &survey.Select{
		Message: c.Message, Help: c.Help, Options: values(c.Options), Default: c.Default,
		Description: describe(c.Options), Filter: filter(c.Options),
	}, &answer)
	return answer, err
}

// SelectMany returns the indexes of the options that were chosen, in order.
func (t *Terminal) SelectMany(ctx context.Context, c Choices) ([]int, error) {
	answer := []int{}
	err := t.ask(ctx, &survey.MultiSelect{
		Message: c.Message, Help: c.Help, Options: values(c.Options), Default: c.Default,
		Description: describe(c.Options), Filter: filter(c.Options),
	}, &answer)
	return answer, err
}

// Input returns the line that was typed, or the default.
func (t *Terminal) Input(ctx context.Context, q Text) (string, error) {
	var answer string
	err := t.ask(ctx, &survey.Input{Message: q.Message, Help: q.Help, Default: q.Default, Suggest: q.Suggest}, &answer)
	return answer, err
}

// ask draws one question. The library brings the terminal back into the mode
// that it was in, whatever ends the question.
func (t *Terminal) ask(ctx context.Context, p survey.Prompt, answer any) error {
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	t.start.Do(func() { go t.in.pump() })
	t.in.ctx = ctx
	err := survey.AskOne(p, answer,
		survey.WithStdio(t.in, t.out, t.out), survey.WithPageSize(14), survey.WithShowCursor(true),
		survey.WithRemoveSelectAll(), survey.WithRemoveSelectNone())
	switch {
	case errors.Is(err, terminal.InterruptErr), errors.Is(err, ErrInterrupted), ctx.Err() != nil:
		fmt.Fprintln(t.out) // what is said next begins a line
		return ErrInterrupted
	case err != nil:
		return fmt.Errorf("asking on the terminal: %w", err)
	}
	return nil
}

func values(options []Option) []string {
	out := make([]string, len(options))
	for i, o := range options {
		out[i] = o.Value
	}
	return out
}

func describe(options []Option) func(string, int) string {
	return func(_ string, i int) string { return options[i].Text }
}

// filter keeps the options of which all typed words are in the value or the
// text beside it.
func filter(options []Option) func(string, string, int) bool {
	return func(typed, _ string, i int) bool {
		text := strings.ToLower(options[i].Value + " " + options[i].Text)
		for word := range strings.FieldsSeq(strings.ToLower(typed)) {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return true
	}
}
