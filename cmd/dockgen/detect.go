package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dockgen/detect"
)

// detectOptions are what `dockgen detect` works with.
type detectOptions struct {
	Dir  string
	JSON bool
}

// newDetect returns the command. run replaces what it does, in tests.
func newDetect(io *streams, run func(context.Context, *detectOptions) error) *cobra.Command {
	opts := &detectOptions{}
	if run == nil {
		run = func(ctx context.Context, opts *detectOptions) error { return runDetect(ctx, io, opts) }
	}
	cmd := &cobra.Command{
		Use:   "detect [dir]",
		Short: "Say what runs from a folder, and why",
		Long: `Say what runs from a folder: every service with its language, version, commands
and port, and for each value the file and line that say so. Nothing is written.

Exit codes: 0 something runs here, 1 a manifest can't be read, 4 nothing does.`,
		Example: examples(
			"look at the current folder", "dockgen detect",
			"for a program: a stable document", "dockgen detect --json ./app",
		),
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Dir = folder(args)
			return run(cmd.Context(), opts)
		},
	}
	cmd.Flags().BoolVar(&opts.JSON, "json", false, "write one JSON document (schema 1)")
	return cmd
}

func runDetect(ctx context.Context, io *streams, opts *detectOptions) error {
	p, err := openProject(opts.Dir)
	if err != nil {
		return err
	}
	defer p.close()
	p.progress = io.progress
	found, err := p.scan(ctx, detect.Choices{})
	if err != nil {
		return err
	}
	if opts.JSON {
		if err := writeJSON(io.out, document{Schema: 1, Project: found}); err != nil {
			return err
		}
	} else if err := writeReport(io, found); err != nil {
		return err
	}
	if len(found.Services) == 0 {
		return nothingHere(io, p, found)
	}
	return nil
}

// document is what --json writes.
type document struct {
	Schema int `json:"schema"`
	*detect.Project
}

// writeJSON writes a document for programs, which people may want to read.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// nothingHere says for each folder that was looked at why nothing runs from it.
func nothingHere(io *streams, p *project, found *detect.Project) error {
	for _, n := range found.Notes {
		io.say("  %s", n)
	}
	err := fmt.Errorf("there is nothing to containerise in %s", p.dir)
	if len(found.Notes) == 0 {
		err = fmt.Errorf("%w: no file in it tells of a language that dockgen knows (%s)", err, strings.Join(languages(p.detectors), ", "))
	}
	return &exitError{exitNothing, withHint(err, "name the folder that holds the program: dockgen detect path/to/service")}
}

// languages lists the names of the languages that dockgen knows.
func languages(ds []detect.Detector) []string {
	var names []string
	for _, d := range ds {
		for _, name := range detect.LanguagesOf(d) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
