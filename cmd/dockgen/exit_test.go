package main

import (
	"errors"
	"testing"
)

// What an error quotes may have been read out of the project or typed: none of
// it may act on the terminal or look like a line of dockgen's own.
func TestReportIsPrintable(t *testing.T) {
	io, _, errs := testStreams()
	report(io, withHint(errors.New("a\x1b[2Jb\ndockgen: c"), "one \u202e\ntwo"), exitFailed)
	want := "dockgen: a\\x1b[2Jb\\ndockgen: c\n  hint: one \\u202e\n  hint: two\n"
	if got := errs.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
