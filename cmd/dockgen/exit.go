package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"dockgen/internal/safe"
)

// code is an exit code of dockgen.
type code int

// The exit codes, as README.md lists them.
const (
	exitDone        code = 0
	exitFailed      code = 1
	exitUsage       code = 2   // the command line is wrong
	exitDifferences code = 3   // differences, conflicts or findings
	exitNothing     code = 4   // nothing here to containerise
	exitInterrupted code = 130 // as a shell reports SIGINT
)

// exitError is an error that decides the exit code.
type exitError struct {
	code code
	err  error // nil: all that there is to say was said
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError is an error in what was typed. The hint, where there is one, is a
// command to run.
func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// errInterrupted ends a run that the user broke off.
var errInterrupted = errors.New("interrupted")

// hinted is an error with a way on: a command to run.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }
func (h *hinted) Unwrap() error { return h.err }

// withHint adds a way on to an error.
func withHint(err error, format string, args ...any) error {
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// exitCode tells with which code a run ends.
func exitCode(ctx context.Context, err error) code {
	var exit *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &exit):
		return exit.code
	}
	return exitFailed
}

// report says on standard error why a run did not succeed, and the way on.
func report(io *streams, err error, c code) {
	var exit *exitError
	switch {
	case err == nil, errors.As(err, &exit) && exit.err == nil:
		return
	case c == exitInterrupted:
		fmt.Fprintln(io.err, "dockgen: interrupted, nothing was written")
		return
	}
	fmt.Fprintf(io.err, "%s %s\n", io.errStyle.red("dockgen:"), printable(err))
	var h *hinted
	if errors.As(err, &h) {
		for line := range strings.SplitSeq(h.hint, "\n") {
			fmt.Fprintf(io.err, "  %s %s\n", io.errStyle.dim("hint:"), safe.Visible(line))
		}
	}
}

// printable is an error's text without what a terminal would act on. An error about
// several files has a line for each, which it keeps; in any other one a line end was
// read or typed.
func printable(err error) string {
	var several interface{ Unwrap() []error }
	if !errors.As(err, &several) { // what errors.Join makes
		return safe.Visible(err.Error())
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = safe.Visible(line)
	}
	return strings.Join(lines, "\n")
}
