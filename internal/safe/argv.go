package safe

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Argv is a command as a list of words, the first being the program.
type Argv struct{ args []string }

// NewArgv returns the words as a command.
func NewArgv(args ...string) (Argv, error) {
	for _, a := range args {
		if err := Text(a); err != nil {
			return Argv{}, fmt.Errorf("command word %q %w", Visible(a), err)
		}
		if strings.Contains(a, "<<") { // BuildKit reads a here-document out of it, even quoted
			return Argv{}, fmt.Errorf("command word %q holds <<", a)
		}
	}
	if len(args) == 0 || args[0] == "" || strings.HasPrefix(args[0], "-") {
		return Argv{}, fmt.Errorf("the command %q names no program", args)
	}
	return Argv{append([]string(nil), args...)}, nil
}

// ArgvOf is NewArgv for constants; it panics on a bad one.
func ArgvOf(args ...string) Argv { return must(NewArgv(args...)) }

// Args returns a copy of the words.
func (a Argv) Args() []string { return append([]string(nil), a.args...) }

// IsZero reports whether there is no command.
func (a Argv) IsZero() bool { return len(a.args) == 0 }

// ArgvTail returns words that follow a program named elsewhere, as CMD follows
// ENTRYPOINT; unlike a command's first word they may be options. It panics on a
// word that no command could hold.
func ArgvTail(args ...string) Argv {
	return Argv{append([]string(nil), must(NewArgv(append([]string{"program"}, args...)...)).args[1:]...)}
}

// With returns the command with further words, which the caller vouches for.
func (a Argv) With(args ...string) Argv { return ArgvOf(append(a.Args(), args...)...) }

// String returns the command as a POSIX shell would take it.
func (a Argv) String() string {
	words := make([]string, len(a.args))
	for i, w := range a.args {
		words[i] = Quote(w)
	}
	return strings.Join(words, " ")
}

// MarshalJSON writes the words as a list; none is null.
func (a Argv) MarshalJSON() ([]byte, error) { return json.Marshal(a.args) }

var bareRE = regexp.MustCompile(`^[A-Za-z0-9_@%+:,./=-]+$`)

// Quote returns s as one word of a POSIX shell.
func Quote(s string) string {
	if bareRE.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
