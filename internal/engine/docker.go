package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// tailLines is how much of a failed command's output a report holds.
const tailLines = 25

// cli calls the docker command. Env is added to what the command inherits.
type cli struct {
	dir string
	env []string
}

// run returns the standard output of a docker command; its error holds the end
// of what the command said.
func (c cli) run(ctx context.Context, args ...string) (string, error) {
	out, _, err := c.both(ctx, args...)
	return out, err
}

// both returns standard output and standard error.
func (c cli) both(ctx context.Context, args ...string) (stdout, stderr string, err error) {
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Dir = c.dir
	cmd.WaitDelay = 10 * time.Second
	if len(c.env) > 0 {
		cmd.Env = append(cmd.Environ(), c.env...)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		said := errs.String()
		if strings.TrimSpace(said) == "" {
			said = out.String()
		}
		return out.String(), errs.String(), &commandError{args: args, err: err, log: tail(said)}
	}
	return out.String(), errs.String(), nil
}

// commandError is a docker command that failed, with the end of its output.
type commandError struct {
	args []string
	err  error
	log  string
}

func (e *commandError) Error() string {
	// The words up to the first flag say which command it was.
	words := []string{"docker"}
	for _, a := range e.args {
		if strings.HasPrefix(a, "-") {
			break
		}
		words = append(words, a)
	}
	if errors.Is(e.err, exec.ErrNotFound) {
		return "the command docker is not installed"
	}
	msg := fmt.Sprintf("%s: %s", strings.Join(words, " "), e.err)
	if last := lastLine(e.log); last != "" {
		msg += ": " + last
	}
	return msg
}

func (e *commandError) Unwrap() error  { return e.err }
func (e *commandError) output() string { return e.log }

// tail returns the last lines of a text.
func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// poll calls f every tenth of a second until it says done, fails, or the time is up.
func poll(ctx context.Context, limit time.Duration, f func(context.Context) (done bool, err error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not within %s", limit))
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if done, err := f(ctx); done || err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}
