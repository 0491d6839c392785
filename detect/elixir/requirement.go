package elixir

import (
	"fmt"
	"strconv"
	"strings"
)

// A requirement is a range of versions as Elixir writes it: "~> 1.15",
// ">= 1.14.0 and < 2.0.0", "~> 1.9 or ~> 2.0".
// https://hexdocs.pm/elixir/Version.html#module-requirements
type requirement [][]bound // any of the groups holds; in a group each

type bound struct {
	op      string
	version [3]int
	parts   int // that were written
}

func parseRequirement(s string) (requirement, error) {
	var out requirement
	for _, group := range strings.Split(s, " or ") {
		var bounds []bound
		for _, term := range strings.Split(group, " and ") {
			b, err := parseBound(strings.TrimSpace(term))
			if err != nil {
				return nil, err
			}
			bounds = append(bounds, b)
		}
		out = append(out, bounds)
	}
	return out, nil
}

func parseBound(term string) (bound, error) {
	b := bound{op: "=="}
	for _, op := range []string{"~>", ">=", "<=", "==", "!=", ">", "<"} {
		if rest, ok := strings.CutPrefix(term, op); ok {
			b.op, term = op, strings.TrimSpace(rest)
			break
		}
	}
	var ok bool
	if b.version, b.parts, ok = parseNumbers(term); !ok {
		return b, fmt.Errorf("%q is not a requirement of a version, as in \"~> 1.15\"", term)
	}
	return b, nil
}

// parseNumbers reads up to three numbers; what a pre-release has behind them is of no account.
func parseNumbers(s string) (v [3]int, parts int, ok bool) {
	s, _, _ = strings.Cut(s, "-")
	s, _, _ = strings.Cut(s, "+")
	for _, p := range strings.Split(s, ".") {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || parts == 3 {
			return v, parts, false
		}
		v[parts] = n
		parts++
	}
	return v, parts, true
}

// allows reports whether the range holds a version.
func (r requirement) allows(version string) bool {
	v, _, ok := parseNumbers(version)
	if !ok {
		return false
	}
	for _, group := range r {
		all := true
		for _, b := range group {
			all = all && b.allows(v)
		}
		if all {
			return true
		}
	}
	return false
}

func (b bound) allows(v [3]int) bool {
	c := compareNumbers(v, b.version)
	switch b.op {
	case "~>":
		if c < 0 || v[0] != b.version[0] {
			return false
		}
		return b.parts < 3 || v[1] == b.version[1]
	case ">=":
		return c >= 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case "<":
		return c < 0
	case "!=":
		return c != 0
	}
	return c == 0
}

func compareNumbers(a, b [3]int) int {
	for i := range a {
		if a[i] != b[i] {
			return a[i] - b[i]
		}
	}
	return 0
}

func errorNoRelease(asked string) error {
	return fmt.Errorf("no release of Elixir is in %q: name one with dockgen init --lang-version 1.19", asked)
}
