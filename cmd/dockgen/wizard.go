package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/output"
	"dockgen/internal/prompt"
	"dockgen/internal/safe"
)

// prompter is what the wizard needs to ask.
type prompter interface {
	Select(context.Context, prompt.Choice) (int, error)
	SelectMany(context.Context, prompt.Choices) ([]int, error)
	Input(context.Context, prompt.Text) (string, error)
}

// wizard asks what is open, shows what would be written, and lets every value be
// changed before anything is. What it asks and shows goes to standard error.
type wizard struct {
	io      *streams
	ask     prompter
	project *project
	opts    *initOptions
}

// The ways on from the summary.
const (
	doWrite  = "Write these files"
	doChange = "Change a setting"
	doShow   = "Show the files"
	doQuit   = "Quit"
)

func (w *wizard) run(ctx context.Context) error {
	loud := *w.io
	loud.quiet = false // who sits at a terminal sees what is asked about
	w.io = &loud
	err := w.steps(ctx)
	if errors.Is(err, prompt.ErrInterrupted) {
		return errInterrupted
	}
	return err
}

func (w *wizard) steps(ctx context.Context) error {
	f, err := w.settle(ctx)
	for {
		if err != nil {
			return err
		}
		w.summary(f)
		choice, err := w.choose(ctx, "What now?", "Enter writes the files. Every value above can be changed first; nothing is written before.",
			[]prompt.Option{{Value: doWrite}, {Value: doChange}, {Value: doShow}, {Value: doQuit, Text: "nothing is written"}})
		if err != nil {
			return err
		}
		switch choice {
		case doWrite:
			return w.write(ctx, f)
		case doChange:
			if f, err = w.change(ctx, f); err != nil {
				return err
			}
		case doShow:
			if err := writeFiles(w.talk(), f); err != nil {
				return err
			}
		case doQuit:
			return errInterrupted
		}
	}
}

// talk are the streams with standard error in the place of standard output.
func (w *wizard) talk() *streams {
	s := *w.io
	s.out, s.outStyle = s.err, s.errStyle
	return &s
}

// settle asks what is open until nothing is.
func (w *wizard) settle(ctx context.Context) (*facts, error) {
	for {
		f, err := w.project.propose(ctx, w.opts.Answers)
		if err != nil {
			return nil, err
		}
		if len(f.project.Services) == 0 {
			return nil, nothingHere(w.io, w.project, f.project)
		}
		if len(f.open) == 0 {
			return f, nil
		}
		if err := w.question(ctx, f, f.open[0]); err != nil {
			return nil, err
		}
	}
}

// summary shows what was found and what would be written.
func (w *wizard) summary(f *facts) {
	w.io.say("")
	for i := range f.meant {
		r := &reporter{style: w.io.errStyle, width: w.io.width}
		r.summary(f.about(i))
		w.io.say("%s", strings.TrimRight(r.b.String(), "\n"))
		w.io.say("")
	}
	showNotes(w.io, f)
	showPreview(w.io, f, refusedWord(w.opts, "ask"))
	w.io.say("")
}

// summary writes what was found out about a service in a few lines.
func (r *reporter) summary(f *facts) {
	r.head(f.service)
	if v := f.service.Framework; v.IsSet() {
		r.line("framework", v.V, "", firstOf(v.Why))
	}
	for _, q := range questions() {
		if q.idle != nil && q.idle(f) {
			continue
		}
		if h := q.now(f); h.value != "" && q.group == groupHow || q.id == "main" && h.value != "" {
			r.line(q.label, h.value, sourceOf(h), firstOf(h.why))
		}
	}
	for _, n := range f.service.Needs {
		if !n.Optional { // a note tells of those that are
			r.line("needs", n.Name, "", firstOf(n.Why))
		}
	}
}

// settings are the questions that can be answered again, with what holds now.
// About several services they are in the order of the services.
func (w *wizard) settings(f *facts) (out []asked, options []prompt.Option) {
	var labels, values []string
	width := labelWidth - 4
	for i, m := range f.meant {
		view := f.about(i)
		for _, q := range questions() {
			value := safe.Visible(q.now(view).value)
			switch {
			case q.id == "service" && len(f.services) < 2, i > 0 && !q.each, q.idle != nil && q.idle(view):
				continue
			case value == "" && q.closed && len(q.candidates(view)) == 0: // nothing to choose from
				continue
			case value == "":
				value = "none"
			}
			a, label := asked{question: q}, q.label
			if f.several() && q.each {
				a.service, label = m.name, m.name+" "+q.label
			}
			out, labels, values = append(out, a), append(labels, label), append(values, value)
			width = max(width, len(label))
		}
	}
	for i, label := range labels {
		options = append(options, prompt.Option{Value: shorten(fmt.Sprintf("%-*s  %s", width, label, values[i]), w.io.width-4)})
	}
	return out, options
}

// change lets the user pick settings and answer them, until it is enough.
func (w *wizard) change(ctx context.Context, f *facts) (*facts, error) {
	const done = "done"
	mark := 0
	for {
		asked, options := w.settings(f)
		options = append(options, prompt.Option{Value: done})
		i, err := w.ask.Select(ctx, prompt.Choice{Message: "Which setting?", Options: options, Default: mark,
			Help: "What a setting decides is shown by ? in its own question."})
		if err != nil {
			return nil, err
		}
		if i == len(asked) {
			return f, nil
		}
		before := clone(w.opts.Answers)
		if err := w.question(ctx, f, asked[i]); err != nil {
			return nil, err
		}
		mark = len(asked)
		next, err := w.settle(ctx)
		switch {
		case errors.Is(err, prompt.ErrInterrupted) || ctx.Err() != nil:
			return nil, err
		case err != nil:
			// The answer was readable, and leads nowhere: an Alpine base without
			// the package that is needed. It is taken back.
			w.complain(err)
			w.opts.Answers = before
		default:
			f = next
		}
	}
}

// The ways on from a file that is somebody's work.
const (
	doKeep     = "Keep it"
	doReplace  = "Replace it"
	doLeaveOut = "Leave it out"
	doBeside   = "Write it"
	doDiff     = "Show the difference"
)

// write asks about each file that is somebody's work and writes the rest.
func (w *wizard) write(ctx context.Context, f *facts) error {
	opts := *w.opts
	var changes []output.Change
	var kept []string
	for _, c := range f.changes {
		if c.Conflict() && !opts.Force {
			keep, err := w.conflict(ctx, c)
			if err != nil {
				return err
			}
			if keep {
				kept = append(kept, c.Path.String())
				continue
			}
		}
		changes = append(changes, c)
	}
	if len(kept) > 0 {
		var kinds []string
		for _, c := range changes {
			if kind := kindOfFile(c.Path); !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
		w.io.say("kept: %s", strings.Join(kept, ", "))
		if len(kinds) == 0 {
			w.io.say("there is nothing else to write")
			return nil
		}
		opts.Answers = clone(opts.Answers)
		opts.Answers["only"] = answer{strings.Join(kinds, ","), detect.Answer}
	}
	part := *f
	part.changes = changes
	opts.Force = true
	return write(ctx, w.io, w.project, &part, &opts)
}

// conflict asks about one file.
func (w *wizard) conflict(ctx context.Context, c output.Change) (kept bool, err error) {
	keep := prompt.Option{Value: doKeep, Text: "write the others"}
	replace := prompt.Option{Value: doReplace, Text: "and keep a backup"}
	if c.Existing != "" && !strings.EqualFold(c.Existing, c.Path.String()) {
		keep.Value, replace.Value, replace.Text = doLeaveOut, doBeside, c.Note
	}
	for {
		choice, err := w.choose(ctx, fmt.Sprintf("%s %s", c.Path, c.Reason()), "", []prompt.Option{
			keep,
			replace,
			{Value: doDiff},
			{Value: doQuit, Text: "nothing is written"},
		})
		if err != nil {
			return false, err
		}
		switch choice {
		case keep.Value:
			return true, nil
		case replace.Value:
			return false, nil
		case doDiff:
			w.io.say("%s", colourDiff(w.io.errStyle, c.Diff()))
		case doQuit:
			return false, errInterrupted
		}
	}
}
