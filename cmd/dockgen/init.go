package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dockgen/detect"
	"dockgen/internal/output"
	"dockgen/internal/prompt"
)

// initOptions are what `dockgen init` works with. The wizard fills the same
// answers that the flags do.
type initOptions struct {
	Dir     string
	Answers answers
	Yes     bool // take the best candidate where something is open
	DryRun  bool
	Diff    bool
	JSON    bool
	Force   bool
}

// newInit returns the command. run replaces what it does, in tests.
func newInit(io *streams, run func(context.Context, *initOptions) error) *cobra.Command {
	opts := &initOptions{Answers: answers{}}
	if run == nil {
		run = func(ctx context.Context, opts *initOptions) error { return runInit(ctx, io, opts) }
	}
	cmd := &cobra.Command{
		Use:   "init [dir]",
		Short: "Write the Dockerfile, .dockerignore and compose.yaml of a project",
		Long: `Inspect a project and write its Dockerfile, .dockerignore and compose.yaml.
On a terminal a wizard shows what was found and asks; with --yes, and in
scripts, what was found and the flags decide. A file that somebody wrote or
edited is replaced only with --force, and a backup is kept.

Exit codes: 0 written or up to date, 1 failed, 2 wrong usage or open question, 3
differences (--diff) or files that dockgen would replace, 4 nothing to
containerise, 130 interrupted. With any but 0 nothing was written.`,
		Example: examples(
			"look, answer a few questions, write", "dockgen init",
			"in a script: take what is found", "dockgen init --yes",
			"fail in CI when the files are out of date", "dockgen init --yes --diff",
			"several services of one project, one on another port", "dockgen init --service api,web --port api=9000",
			"only print a Dockerfile, on another base", "dockgen init --dry-run --only dockerfile --base alpine ./app",
		),
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Dir = folder(args)
			if err := exclusive(cmd, "dry-run", "diff", "json"); err != nil {
				return err
			}
			return run(cmd.Context(), opts)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	addQuestions(cmd, opts.Answers)
	f := cmd.Flags()
	f.BoolFunc("all", "all services that are deployed", func(string) error {
		opts.Answers["service"] = answer{everything, detect.Flag}
		return nil
	})
	setGroup(cmd, "all", groupWhat)
	f.BoolVarP(&opts.Yes, "yes", "y", false, "ask nothing: take the best candidate and say which")
	f.BoolVar(&opts.DryRun, "dry-run", false, "print the files and write nothing")
	f.BoolVar(&opts.Diff, "diff", false, "print what would change as a unified diff, and write nothing")
	f.BoolVar(&opts.JSON, "json", false, "print facts, plan and files as one JSON document, and write nothing")
	f.BoolVar(&opts.Force, "force", false, "replace files that somebody wrote or edited, with a backup of each")
	for _, name := range []string{"yes", "dry-run", "diff", "json", "force"} {
		setGroup(cmd, name, groupWrite)
	}
	return cmd
}

func runInit(ctx context.Context, io *streams, opts *initOptions) error {
	p, err := openProject(opts.Dir)
	if err != nil {
		return err
	}
	defer p.close()
	p.progress = io.progress
	if io.wizard && !opts.Yes && !opts.DryRun && !opts.Diff && !opts.JSON {
		w := &wizard{io: io, ask: prompt.New(io.in, io.errFile), project: p, opts: opts}
		return w.run(ctx)
	}
	f, err := decide(ctx, io, p, opts)
	if f != nil && opts.JSON { // a document even where there is nothing to say in it
		return errors.Join(writeDocument(io, f), err)
	}
	if err != nil {
		return err
	}
	if !opts.Force && !opts.DryRun {
		f.leave(io, opts)
	}
	if opts.Diff {
		return writeDiff(io, f)
	}
	if io.verbose {
		r := &reporter{style: io.errStyle, width: io.width, verbose: true}
		for _, m := range f.meant {
			r.facts(m.service)
		}
		io.say("%s", r.b.String())
	}
	showNotes(io, f)
	if opts.DryRun {
		return writeFiles(io, f)
	}
	showBacking(io, f)
	showPreview(io, f, refusedWord(opts, "refuse"))
	return write(ctx, io, p, f, opts)
}

// refusedWord says what becomes of a file that is somebody's work.
func refusedWord(opts *initOptions, otherwise string) string {
	if opts.Force {
		return "replace"
	}
	return otherwise
}

// decide finds out what to write without asking anybody. The facts come with the
// error where there is nothing to write.
func decide(ctx context.Context, io *streams, p *project, opts *initOptions) (*facts, error) {
	for {
		f, err := p.propose(ctx, opts.Answers)
		if err != nil {
			return nil, err
		}
		if len(f.project.Services) == 0 {
			return f, nothingHere(io, p, f.project)
		}
		if len(f.open) == 0 {
			return f, nil
		}
		q := f.open[0]
		view := f.seenBy(q)
		var best []candidate
		switch {
		case q.best != nil:
			best = []candidate{q.best(view)}
		case q.candidates != nil:
			best = q.candidates(view)
		}
		if !opts.Yes || len(best) == 0 {
			return nil, q.unanswered(view)
		}
		io.say("took %s: %s", strings.Join(q.words(best[0].value), " "), best[0].text)
		opts.Answers[q.key()] = answer{best[0].value, detect.Default}
	}
}

// write brings the files to disk and says how to go on.
func write(ctx context.Context, io *streams, p *project, f *facts, opts *initOptions) error {
	written, err := output.Write(ctx, p.root, f.changes, output.Options{Force: opts.Force})
	if errors.Is(err, output.ErrConflict) {
		return &exitError{exitDifferences, conflictError(err, opts)}
	}
	if err != nil {
		return err
	}
	var paths []string
	for _, w := range written {
		paths = append(paths, w.Path.String())
		if w.Backup != "" {
			io.say("kept %s as %s", w.Path, w.Backup)
		}
	}
	if len(paths) > 0 {
		io.say("%s %s", io.errStyle.green("wrote"), strings.Join(paths, ", "))
	} else {
		io.say("everything is up to date")
	}
	showNext(io, f, opts)
	return nil
}

// conflictError repeats the command line in the hints.
func conflictError(err error, opts *initOptions) error {
	var c *output.ConflictError
	if !errors.As(err, &c) {
		return err
	}
	lines := []error{errors.New("nothing was written: files are there that dockgen would replace")}
	for _, change := range c.Changes {
		lines = append(lines, fmt.Errorf("  %s %s", change.Path, change.Reason()))
	}
	return withHint(errors.Join(lines...),
		"%s   # see what would change\n%s   # replace, and keep a backup", command(opts, "--diff"), command(opts, "--yes", "--force"))
}
