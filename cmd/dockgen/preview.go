package main

import (
	"bytes"
	"fmt"
	"strings"

	"dockgen/internal/output"
	"dockgen/internal/safe"
)

// showPreview says of each file what would become of it, and why. refused is
// the word for a file that is somebody's work.
func showPreview(io *streams, f *facts, refused string) {
	width := 0
	for _, c := range f.changes {
		width = max(width, len(c.Path.String()))
	}
	for _, c := range f.changes {
		verb := io.errStyle.green("create ")
		switch {
		case c.State == output.Same:
			verb = io.errStyle.dim("leave  ")
		case c.Conflict():
			verb = io.errStyle.yellow(fmt.Sprintf("%-7s", refused))
		case c.State == output.Pristine:
			verb = io.errStyle.cyan("change ")
		}
		io.say("  %s  %-*s  %s", verb, width, c.Path, io.errStyle.dim(c.Reason()))
		if c.Note != "" {
			io.say("           %s", safe.Visible(c.Note))
		}
		if was, is := firstLine(c.Old), firstLine(c.New); c.State == output.Pristine && was != is {
			io.say("           it begins with %q, and would begin with %q", was, is)
		}
	}
}

// showBacking says what would run beside the program, and why.
func showBacking(io *streams, f *facts) {
	seen := map[string]bool{}
	for _, p := range f.plans() {
		for _, b := range p.Backing {
			why := ""
			if len(b.Why) > 0 {
				why = safe.Visible(b.Why[0].String())
			}
			if line := fmt.Sprintf("  %s  %-22s  %s", io.errStyle.green("start  "), b.Image.Ref, io.errStyle.dim(why)); !seen[b.Name.String()] {
				seen[b.Name.String()] = true
				io.say("%s", strings.TrimRight(line, " "))
			}
		}
		for _, q := range p.Processes {
			why := ""
			if len(q.Why) > 0 {
				why = safe.Visible(q.Why[0].String())
			}
			io.say("  %s  %-22s  %s", io.errStyle.green("start  "), q.Service, io.errStyle.dim(why))
		}
	}
}

// firstLine tells for which service a file was written that all services share.
func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return safe.Visible(strings.TrimPrefix(string(line), "# "))
}

// showNotes says what a person should know before the container is started.
func showNotes(io *streams, f *facts) {
	if io.quiet {
		return
	}
	for _, p := range f.plans() {
		if len(p.Notes) == 0 {
			continue
		}
		r := &reporter{style: io.errStyle, width: io.width}
		if f.several() {
			fmt.Fprintf(&r.b, "%s\n", r.style.bold(p.Service.Name.String()))
		}
		r.list("  ", p.Notes)
		io.say("%s", strings.TrimRight(r.b.String(), "\n"))
		io.say("")
	}
}

// writeFiles prints the files, with a header above each where there are several.
func writeFiles(io *streams, f *facts) error {
	var b bytes.Buffer
	for i, c := range f.changes {
		if len(f.changes) > 1 {
			if i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s\n", io.outStyle.bold("==> "+c.Path.String()+" <=="))
		}
		b.Write(c.New)
	}
	_, err := io.out.Write(b.Bytes())
	return err
}

// writeDiff prints what would change. Differences are exit code 3.
func writeDiff(io *streams, f *facts) error {
	var b strings.Builder
	for _, c := range f.changes {
		b.WriteString(colourDiff(io.outStyle, c.Diff()))
	}
	if b.Len() == 0 {
		return nil
	}
	if _, err := io.out.Write([]byte(b.String())); err != nil {
		return err
	}
	return &exitError{code: exitDifferences}
}

func colourDiff(s style, diff string) string {
	if !s {
		return diff
	}
	lines := strings.SplitAfter(diff, "\n")
	for i, line := range lines {
		body, end := strings.CutSuffix(line, "\n")
		switch {
		case strings.HasPrefix(body, "---"), strings.HasPrefix(body, "+++"):
			body = s.bold(body)
		case strings.HasPrefix(body, "-"):
			body = s.red(body)
		case strings.HasPrefix(body, "+"):
			body = s.green(body)
		case strings.HasPrefix(body, "@@"):
			body = s.cyan(body)
		}
		if end {
			body += "\n"
		}
		lines[i] = body
	}
	return strings.Join(lines, "")
}
