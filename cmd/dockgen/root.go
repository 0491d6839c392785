package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// newRoot returns the command line.
func newRoot(io *streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dockgen",
		Short: "Write the container files that a project needs",
		Long: `dockgen reads a project's folder and writes the Dockerfile, .dockerignore and
compose.yaml that belong to it. It runs nothing of the project, needs no
network, says why it decided what it decided, and never overwrites an edit.`,
		Example: examples(
			"write the container files of this folder, with a few questions", "dockgen init",
			"see what dockgen finds out, and where", "dockgen detect",
			"take what is found, in a script", "dockgen init --yes ./app",
		),
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			err := usageError("there is no command %q", args[0])
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				return withHint(err, "dockgen %s", near[0])
			}
			return withHint(err, "dockgen --help")
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.SetIn(io.in)
	cmd.SetOut(io.out)
	cmd.SetErr(io.err)
	cmd.SetVersionTemplate("dockgen {{.Version}}\n")
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return withHint(usageError("%w", err), "%s --help", cmd.CommandPath())
	})
	cmd.PersistentFlags().BoolVarP(&io.quiet, "quiet", "q", false, "say nothing but errors")
	cmd.PersistentFlags().BoolVarP(&io.verbose, "verbose", "v", false, "say more: every piece of evidence, every folder left out")
	cmd.AddCommand(newDetect(io, nil), newInit(io, nil))
	cmd.SetUsageFunc(usage)
	return cmd
}

// oneFolder is the validator of commands that take [dir].
func oneFolder(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return withHint(usageError("%s takes one folder, not %d", cmd.CommandPath(), len(args)), "%s %s", cmd.CommandPath(), args[0])
	}
	return nil
}

// folder is the one argument, or the current folder.
func folder(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// examples lays out pairs of a reason and a command.
func examples(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteString("\n\n")
		}
		fmt.Fprintf(&b, "  # %s\n  $ %s", pairs[i], pairs[i+1])
	}
	return b.String()
}

// version is the module's version as the Go command has stamped it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// exclusive reports the first pair of flags that were given and exclude each other.
func exclusive(cmd *cobra.Command, names ...string) error {
	var given []string
	for _, n := range names {
		if cmd.Flags().Changed(n) {
			given = append(given, "--"+n)
		}
	}
	if len(given) > 1 {
		return &exitError{exitUsage, errors.New(strings.Join(given, " and ") + " exclude each other")}
	}
	return nil
}
