package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"dockgen/internal/output"
	"dockgen/internal/safe"
)

// showNext says what to do now, and how to do the same again.
func showNext(io *streams, f *facts, opts *initOptions) {
	io.say("\nNext:")
	for _, line := range nextCommands(f, opts.Dir) {
		io.say("  %s", io.errStyle.bold(line))
	}
	io.say("\nTo repeat this:\n  %s", io.errStyle.bold(command(opts, "--yes")))
}

// nextCommands build and run what was written, from the folder that the user is in.
func nextCommands(f *facts, dir string) []string {
	var lines []string
	has := func(kind string) bool {
		return slices.ContainsFunc(f.changes, func(c output.Change) bool { return kindOfFile(c.Path) == kind })
	}
	if dir = filepath.ToSlash(filepath.Clean(dir)); dir != "." {
		lines = append(lines, "cd "+safe.Quote(dir))
	}
	if has("compose") {
		lines = append(lines, "docker compose up --build --wait")
	}
	if !has("dockerfile") {
		return lines
	}
	s := f.service
	image := s.Name.String() + ":latest"
	build := []string{"docker", "build", "-t", image}
	for _, secret := range s.Secrets {
		from := "src=FILE"
		if !secret.Env.IsZero() {
			from = "env=" + secret.Env.String()
		}
		build = append(build, "--secret", fmt.Sprintf("id=%s,%s", secret.ID, from))
	}
	run := []string{"docker", "run", "--rm"}
	if f.plan.Init == "" && !s.Graceful && s.Port.IsSet() {
		run = append(run, "--init")
	}
	if p := f.plan.Port; p != 0 {
		run = append(run, "-p", fmt.Sprintf("127.0.0.1:%d:%d", p, p))
	}
	for _, e := range s.Env {
		if e.Required {
			run = append(run, "-e", e.Name.String())
		}
	}
	return append(lines,
		strings.Join(append(build, safe.Quote(s.Root.String())), " "),
		strings.Join(append(run, image), " "))
}

// command is the line that repeats the run with other flags about writing.
func command(opts *initOptions, extra ...string) string {
	words := append([]string{"dockgen", "init"}, extra...)
	words = append(words, opts.Answers.flags()...)
	if dir := filepath.ToSlash(opts.Dir); dir != "." {
		if strings.HasPrefix(dir, "-") {
			words = append(words, "--")
		}
		words = append(words, safe.Quote(dir))
	}
	return strings.Join(words, " ")
}
