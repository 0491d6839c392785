package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"dockgen/detect"
	"dockgen/detect/all"
	"dockgen/internal/safe"
)

// addQuestions makes a flag of each question, with the completion of its values.
func addQuestions(cmd *cobra.Command, into answers) {
	for _, q := range questions() {
		cmd.Flags().Var(&answerFlag{q, into}, q.id, q.usage)
		if q.toggle {
			cmd.Flags().Lookup(q.id).NoOptDefVal = yes
		}
		setGroup(cmd, q.id, q.group)
		if q.candidates == nil {
			must(cmd.RegisterFlagCompletionFunc(q.id, cobra.NoFileCompletions))
			continue
		}
		must(cmd.RegisterFlagCompletionFunc(q.id, func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return complete(cmd.Context(), q, into, args, typed), cobra.ShellCompDirectiveNoFileComp
		}))
	}
}

// must panics on an error that only a mistake in this program causes.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// answerFlag is the flag of a question.
type answerFlag struct {
	question question
	answers  answers
}

func (f *answerFlag) String() string {
	if f.answers == nil {
		return ""
	}
	return f.answers[f.question.id].Value
}

// Set takes the answer as it is. That it can be read is looked at later, when an
// error can name the candidates.
func (f *answerFlag) Set(s string) error {
	if s == "" {
		return errors.New("the value is empty")
	}
	key := f.question.id
	switch name, value, ok := strings.Cut(s, "="); {
	case f.question.many && f.answers[key].Source == detect.Flag:
		s = f.answers[key].Value + "," + s
	case ok && f.question.each && value != "":
		// No answer begins so: a command that sets a variable is refused, and a
		// service's name holds lower-case letters, digits and '-' alone.
		if service, err := safe.NewName(name); err == nil {
			key, s = keyOf(key, service.String()), value
		}
	}
	f.answers[key] = answer{s, detect.Flag}
	return nil
}

// Type is the form of the value in help texts.
func (f *answerFlag) Type() string { return f.question.values }

// complete offers the candidates of a question for the folder that was named.
func complete(ctx context.Context, q question, given answers, args []string, typed string) []cobra.Completion {
	f := &facts{detectors: all.Detectors()}
	if p, err := openProject(folder(args)); err == nil {
		defer p.close()
		if found, err := p.propose(ctx, given); err == nil {
			f = found
		}
	}
	prefix := ""
	if i := strings.LastIndexByte(typed, ','); q.many && i >= 0 {
		prefix = typed[:i+1]
	}
	var out []cobra.Completion
	for _, c := range q.candidates(f) {
		if c.value = prefix + c.value; strings.HasPrefix(c.value, typed) {
			out = append(out, cobra.CompletionWithDesc(c.value, c.text))
		}
	}
	return out
}

// The annotation that holds a flag's group.
const groupKey = "dockgen_group"

func setGroup(cmd *cobra.Command, flag, group string) {
	must(cmd.Flags().SetAnnotation(flag, groupKey, []string{group}))
}

// usage writes the help text of a command: cobra's, with the flags in groups.
func usage(cmd *cobra.Command) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage:\n")
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s <command>\n", cmd.CommandPath())
	}
	if cmd.Runnable() && cmd.HasParent() {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s  %s\n", cmd.NamePadding(), c.Name(), c.Short)
			}
		}
	}
	for _, group := range []string{groupWhat, groupHow, groupCompose, groupWrite, ""} {
		set := pflag.NewFlagSet(group, pflag.ContinueOnError)
		set.SortFlags = false
		cmd.Flags().SortFlags = false
		add := func(f *pflag.Flag) {
			if g := f.Annotations[groupKey]; !f.Hidden && (len(g) == 0 && group == "" || len(g) == 1 && g[0] == group) {
				set.AddFlag(f)
			}
		}
		cmd.LocalFlags().VisitAll(add)
		cmd.InheritedFlags().VisitAll(add)
		title := group
		if title == "" {
			title = "General"
		}
		if set.HasAvailableFlags() {
			fmt.Fprintf(&b, "\n%s:\n%s", title, set.FlagUsagesWrapped(80))
		}
	}
	_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
	return err
}
