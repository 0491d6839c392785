package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/output"
	"dockgen/internal/plan"
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
		lines = append(lines, composeCommands(f)...)
	}
	if has("bake") {
		lines = append(lines, "docker buildx bake -f docker-bake.hcl")
	}
	if has("dockerfile") && !f.several() {
		lines = append(lines, buildCommand(f), runCommand(f))
	}
	return lines
}

// composeCommands set the variables without which Compose refuses, and start.
func composeCommands(f *facts) []string {
	var lines []string
	started := false
	plans := f.plans()
	if f.theirs != nil {
		plans = nil
		if len(f.theirs.Missing) > 0 {
			plans = f.theirs.Plans
		}
		started = true
	}
	for _, p := range plans {
		for _, r := range p.Compose.Required {
			if line := r.Command(); !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
		started = started || p.Compose.Profile == ""
	}
	if started {
		lines = append(lines, "docker compose up --build --wait")
	}
	for _, p := range f.plans() {
		if p.Compose.Profile != "" { // it runs once and is not started with the others
			lines = append(lines, "docker compose run --build --rm "+p.Compose.Service.String())
		}
	}
	return lines
}

func buildCommand(f *facts) string {
	words := []string{"docker", "build", "-t", f.image()}
	for _, secret := range f.plan.Compose.Secrets {
		from := "env=" + secret.Env.String()
		if secret.File != "" {
			from = "src=" + secret.File
		}
		words = append(words, "--secret", fmt.Sprintf("id=%s,%s", secret.ID, from))
	}
	if f.plan.OwnDockerfile() {
		words = append(words, "-f", safe.Quote(f.plan.Dockerfile.String()))
	}
	return strings.Join(append(words, safe.Quote(f.service.Root.String())), " ")
}

func runCommand(f *facts) string {
	words := []string{"docker", "run", "--rm"}
	if f.plan.Init == plan.NoInit && !f.service.Graceful && f.service.Kind != detect.Static {
		words = append(words, "--init")
	}
	if p := f.plan.Port; p != 0 {
		words = append(words, "-p", fmt.Sprintf("127.0.0.1:%d:%d", p, p))
	}
	var names []string
	for _, n := range f.service.Needs {
		for _, s := range n.Settings {
			if !n.Optional {
				names = append(names, s.Env.String())
			}
		}
	}
	for _, e := range f.service.Env {
		if e.Required {
			names = append(names, e.Name.String())
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		words = append(words, "-e", name)
	}
	return strings.Join(append(words, f.image()), " ")
}

// image is the tag that the commands build and run.
func (f *facts) image() string { return f.service.Name.String() + ":latest" }

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
