package output

import (
	"bytes"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"dockgen/internal/safe"
)

// Diff returns the change in the unified format, as `git apply` takes it, or the
// empty string when nothing would change. A file that isn't there yet stands
// against /dev/null. CRLF line ends don't show, and control characters of an
// existing file are escaped: a diff is read on a terminal.
func (c Change) Diff() string {
	if c.State == Same {
		return ""
	}
	oldName := "a/" + c.Path.String()
	switch {
	case c.Old == nil:
		oldName = "/dev/null"
	case c.Existing != "":
		oldName = "a/" + c.Existing
	}
	d := diff.Diff(oldName, normal(c.Old), "b/"+c.Path.String(), c.New)
	_, d, _ = bytes.Cut(d, []byte("\n")) // "diff old new", which says nothing more
	lines := strings.SplitAfter(string(d), "\n")
	for i, line := range lines {
		text, end := strings.CutSuffix(line, "\n")
		lines[i] = visible(text)
		if end {
			lines[i] += "\n"
		}
	}
	return strings.Join(lines, "")
}

// visible escapes what could steer a terminal, all but tabs.
func visible(s string) string {
	parts := strings.Split(s, "\t")
	for i, p := range parts {
		parts[i] = safe.Visible(p)
	}
	return strings.Join(parts, "\t")
}
