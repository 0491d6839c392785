package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// writeReport writes one block a service, and the notes below it.
func writeReport(io *streams, p *detect.Project) error {
	r := &reporter{style: io.outStyle, width: io.width, verbose: io.verbose}
	for i, s := range p.Services {
		if i > 0 {
			r.b.WriteByte('\n')
		}
		r.service(s)
	}
	if len(p.Services) > 0 {
		r.notes("", p.Notes)
	}
	_, err := io.out.Write(r.b.Bytes())
	return err
}

// The columns of the report: what is known, its value, and the evidence.
const (
	labelWidth = 19
	valueWidth = 25
)

type reporter struct {
	b       bytes.Buffer
	style   style
	width   int
	verbose bool
}

// head writes what a service is.
func (r *reporter) head(s *detect.Service) {
	head := fmt.Sprintf("%s %s", s.Language, s.Kind)
	if s.Dir.String() != "." {
		head += " in " + s.Dir.String()
	}
	if !s.Root.IsZero() && s.Root != s.Dir {
		head += ", built from " + s.Root.String()
	}
	fmt.Fprintf(&r.b, "%s  %s\n", r.style.bold(s.Name.String()), head)
}

func (r *reporter) service(s *detect.Service) {
	r.facts(s)
	r.notes("  ", s.Notes)
}

// facts writes what is known of a service.
func (r *reporter) facts(s *detect.Service) {
	r.head(s)
	row(r, "framework", s.Framework, plain)
	row(r, "version", s.Version, text)
	row(r, "package manager", s.PackageManager, plain)
	row(r, "server", s.Server, plain)
	row(r, "main", s.Main, text)
	row(r, "document root", s.Document, text)
	row(r, "build", s.Build, text)
	row(r, "start", s.Start, text)
	row(r, "port", s.Port, func(p safe.Port) string { return fmt.Sprint(int(p)) })
	row(r, "health", s.Health, text)
	for _, n := range s.Needs {
		value := n.Name
		if n.Optional {
			value += " (optional)"
		}
		var names []string
		for _, set := range n.Settings {
			names = append(names, set.Env.String())
		}
		if len(names) > 0 {
			value += " by " + strings.Join(names, ", ")
		}
		r.line("needs", value, "", n.Why)
	}
	r.packages(s)
	r.environment(s)
}

func (r *reporter) packages(s *detect.Service) {
	for _, p := range s.Packages {
		name := p.Deb.String()
		if p.Deb.IsZero() {
			name = p.Apk.String() + " (Alpine)"
		}
		when := "to build"
		switch {
		case p.Build && p.Run:
			when = "to build and run"
		case p.Run:
			when = "to run"
		}
		r.line("package", name+" "+when, "", []detect.Note{p.Why})
	}
}

// environment writes what the program reads: each variable that it can't do
// without, and the rest by name, unless more is asked for.
func (r *reporter) environment(s *detect.Service) {
	var others []string
	for _, e := range s.Env {
		switch {
		case e.Required:
			r.line("requires", e.Name.String(), "", e.Why)
		case r.verbose:
			r.line("reads", e.Name.String(), "", e.Why)
		default:
			others = append(others, e.Name.String())
		}
	}
	if len(others) == 0 {
		return
	}
	label := "reads"
	for _, part := range wrap(strings.Join(others, ", "), r.width-labelWidth) {
		fmt.Fprintf(&r.b, "  %-*s%s\n", labelWidth-2, label, part)
		label = ""
	}
}

func plain(s string) string           { return s }
func text[T fmt.Stringer](v T) string { return v.String() }
func row[T any](r *reporter, label string, v detect.Value[T], show func(T) string) {
	if v.IsSet() {
		source := ""
		if v.Source != detect.Detected {
			source = v.Source.String()
		}
		r.line(label, show(v.V), source, v.Why)
	}
}

// line writes a value with its evidence beside it, or below where the value is long.
func (r *reporter) line(label, value, source string, why []detect.Note) {
	if !r.verbose && len(why) > 2 {
		why = why[:2]
	}
	var evidence []string
	for _, n := range why {
		if s := n.String(); s != "" {
			evidence = append(evidence, s)
		}
	}
	if source != "" {
		if len(evidence) > 0 {
			evidence[0] = source + ": " + evidence[0]
		} else {
			evidence = []string{source}
		}
	}
	value = safe.Visible(value)
	first := fmt.Sprintf("  %-*s%s", labelWidth-2, label, value)
	if len(evidence) == 0 {
		r.b.WriteString(first + "\n")
		return
	}
	indent := labelWidth + valueWidth
	if utf8.RuneCountInString(first) >= indent {
		for _, part := range wrap(value, r.width-labelWidth) {
			fmt.Fprintf(&r.b, "  %-*s%s\n", labelWidth-2, label, part)
			label = ""
		}
		first = ""
	}
	for _, e := range evidence {
		for _, part := range wrap(e, r.width-indent) {
			pad := strings.Repeat(" ", max(indent-utf8.RuneCountInString(first), 0))
			r.b.WriteString(first + pad + r.style.dim(part) + "\n")
			first = ""
		}
	}
}

// notes writes remarks as a list, wrapped.
func (r *reporter) notes(indent string, notes []detect.Note) {
	if len(notes) == 0 {
		return
	}
	r.b.WriteString("\n")
	if most := 8; len(notes) > most && !r.verbose && indent == "" {
		r.list(indent, notes[:most])
		fmt.Fprintf(&r.b, "- and %d more: dockgen detect --verbose\n", len(notes)-most)
		return
	}
	r.list(indent, notes)
}

// list writes each note as one item.
func (r *reporter) list(indent string, notes []detect.Note) {
	for _, n := range notes {
		mark := indent + "- "
		for _, part := range wrap(n.String(), r.width-len(mark)) {
			r.b.WriteString(mark + part + "\n")
			mark = strings.Repeat(" ", len(mark))
		}
	}
}

// wrap breaks a text at spaces into lines of at most width characters. A word that is
// longer, such as a path, is broken behind one of its own marks.
func wrap(s string, width int) []string {
	width = max(width, 1)
	var lines []string
	var line string
	for word := range strings.FieldsSeq(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; utf8.RuneCountInString(line) > width; {
			at := breakAt(line, width)
			lines, line = append(lines, line[:at]), line[at:]
		}
	}
	return append(lines, line)
}

// breakAt is the number of bytes at the beginning of a word longer than width that make
// a line: up to the last slash or other mark within width characters, or that many.
func breakAt(word string, width int) int {
	end, n := 0, 0
	for i := range word {
		if n == width {
			end = i
			break
		}
		n++
	}
	for _, marks := range []string{"/", "-_.,:=&?"} {
		if i := strings.LastIndexAny(word[:end], marks); i > 0 {
			return i + 1
		}
	}
	return end
}
