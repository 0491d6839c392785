package main

import (
	"context"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/prompt"
	"dockgen/internal/safe"
)

func sourceOf(h held) string {
	if h.source == detect.Detected || h.source == detect.Unset {
		return ""
	}
	return h.source.String()
}

func firstOf(why []detect.Note) []detect.Note {
	return why[:min(1, len(why))]
}

func clone(a answers) answers {
	out := answers{}
	for k, v := range a {
		out[k] = v
	}
	return out
}

// question asks one question until the answer is valid.
func (w *wizard) question(ctx context.Context, f *facts, q asked) error {
	f = f.seenBy(q)
	h := held{}
	switch {
	case f.service != nil:
		h = q.now(f)
	case q.best != nil: // what is taken where nobody can be asked
		h.value = q.best(f).text
	}
	lines := wrap(q.usage, w.io.width-4)
	if len(h.why) > 0 {
		lines = append(lines, wrap("now "+safe.Visible(h.value)+", for "+h.why[0].String(), w.io.width-4)...)
	}
	help := strings.Join(lines, "\n  ")
	for {
		v, err := w.value(ctx, f, q.question, h, help)
		if err != nil {
			return err
		}
		if v == "" || v == h.value && f.service != nil {
			return nil
		}
		next := clone(w.opts.Answers)
		next[q.key()] = answer{v, detect.Answer}
		_, err = next.of(q.service).settle()
		if err == nil {
			if err = q.valid(f, v); err != nil {
				err = q.refuse(err)
			}
		}
		if err == nil {
			w.opts.Answers = next
			return nil
		}
		w.complain(err)
	}
}

func (w *wizard) complain(err error) {
	report(w.io, err, exitFailed)
}

// other is the option for an answer that is typed.
const other = "something else"

// value gets one answer from the user: out of a list where there is one.
func (w *wizard) value(ctx context.Context, f *facts, q question, h held, help string) (string, error) {
	var known []candidate
	if q.candidates != nil {
		known = q.candidates(f)
	}
	message := strings.ToUpper(q.label[:1]) + q.label[1:]
	if q.many {
		return w.several(ctx, message, help, known, h)
	}
	if len(known) == 0 {
		return w.ask.Input(ctx, prompt.Text{Message: message, Help: help, Default: h.value})
	}
	if h.value != "" && !slices.ContainsFunc(known, func(c candidate) bool { return c.value == h.value }) {
		known = slices.Insert(known, 0, candidate{h.value, evidence(h)})
	}
	var options []prompt.Option
	mark := 0
	for i, c := range known {
		if c.value == h.value {
			mark = i
			if e := evidence(h); e != "" {
				c.text = e
			}
		}
		options = append(options, prompt.Option{Value: c.value, Text: shorten(safe.Visible(c.text), w.io.width-len(c.value)-8)})
	}
	if !q.closed {
		options = append(options, prompt.Option{Value: other, Text: q.values})
	}
	v, err := w.pick(ctx, prompt.Choice{Message: message, Help: help, Options: options, Default: mark})
	if err != nil || v != other {
		return v, err
	}
	return w.ask.Input(ctx, prompt.Text{Message: message, Help: help, Default: h.value})
}

func (w *wizard) several(ctx context.Context, message, help string, known []candidate, h held) (string, error) {
	var c prompt.Choices
	c.Message, c.Help = message, help
	for i, k := range known {
		c.Options = append(c.Options, prompt.Option{Value: k.value, Text: shorten(safe.Visible(k.text), w.io.width-len(k.value)-8)})
		if slices.Contains(strings.Split(strings.ReplaceAll(h.value, " ", ""), ","), k.value) {
			c.Default = append(c.Default, i)
		}
	}
	picked, err := w.ask.SelectMany(ctx, c)
	var values []string
	for _, i := range picked {
		values = append(values, known[i].value)
	}
	return strings.Join(values, ","), err
}

// evidence is the reason of a value in one line.
func evidence(h held) string {
	if len(h.why) == 0 {
		return sourceOf(h)
	}
	return h.why[0].String()
}

// shorten cuts a text to at most n characters.
func shorten(s string, n int) string {
	r := []rune(s)
	if n < 2 || len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func (w *wizard) choose(ctx context.Context, message, help string, options []prompt.Option) (string, error) {
	return w.pick(ctx, prompt.Choice{Message: message, Help: help, Options: options})
}

func (w *wizard) pick(ctx context.Context, c prompt.Choice) (string, error) {
	i, err := w.ask.Select(ctx, c)
	if err != nil {
		return "", err
	}
	return c.Options[i].Value, nil
}
