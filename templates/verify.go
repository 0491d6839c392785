package templates

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// written are the instructions that templates write.
var written = []string{"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "USER", "WORKDIR"}

// unprivilegedRE is what USER says: a number and a group, neither of them root's.
var unprivilegedRE = regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`)

// verify parses a rendered Dockerfile with BuildKit's own parser. What a value
// could do to the file is stopped by its type; this is the last look: at an
// instruction that is none of ours, one that has swallowed those that follow,
// and a command that became one for a shell.
func verify(dockerfile []byte) error {
	result, err := parser.Parse(bytes.NewReader(dockerfile))
	if err != nil {
		return fmt.Errorf("the result is no Dockerfile: %w", err)
	}
	for _, w := range result.Warnings {
		return fmt.Errorf("the result has a flaw: %s", w.Short)
	}
	stage, user := "", ""
	var stages []string
	for _, n := range result.AST.Children {
		switch {
		case !slices.Contains(written, n.Value):
			return fmt.Errorf("line %d of the result holds the instruction %q", n.StartLine, n.Value)
		case n.Value == "FROM":
			stage, user = lastWord(n), ""
			stages = append(stages, stage)
		case n.Value == "COPY" && !known(stages, n.Flags):
			return fmt.Errorf("line %d of the result copies from a stage that is not there", n.StartLine)
		case n.Value == "USER":
			user = lastWord(n)
		case (n.Value == "CMD" || n.Value == "ENTRYPOINT") && !n.Attributes["json"]:
			return fmt.Errorf("line %d of the result holds a command for a shell", n.StartLine)
		}
	}
	if stage != "final" {
		return fmt.Errorf("the last stage of the result is %q", stage)
	}
	if !unprivilegedRE.MatchString(user) {
		return fmt.Errorf("the result runs as the user %q", user)
	}
	return nil
}

// known reports whether a COPY takes from a stage above, or from an image by its
// whole reference: Docker would fetch an image by the name of a stage that is not there.
func known(stages, flags []string) bool {
	for _, f := range flags {
		if from, ok := strings.CutPrefix(f, "--from="); ok && !slices.Contains(stages, from) && !strings.Contains(from, ":") {
			return false
		}
	}
	return true
}

// lastWord is the last argument of an instruction.
func lastWord(n *parser.Node) string {
	for n.Next != nil {
		n = n.Next
	}
	return n.Value
}
