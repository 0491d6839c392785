package php

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// constraint is a range of versions in Composer's words: alternatives, of which
// each holds where all of its bounds do
// (https://getcomposer.org/doc/articles/versions.md).
type constraint [][]bound

// bound is one comparison.
type bound struct {
	op      string // >=, >, <, <=, !=, ==
	version [4]int
}

var (
	orRE     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\s*\|\|?\s*`) })
	hyphenRE = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\S+)\s+-\s+(\S+)$`) })
	atomRE   = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(>=|<=|<>|!=|==|=|>|<|\^|~)?\s*v?([0-9]+|[xX*])((?:\.(?:[0-9]+|[xX*])){0,3})(?:[.-]?(?:dev|stable|alpha|beta|RC|rc|a|b|patch|pl|p)[.-]?[0-9]*)?(?:-dev)?$`)
	})
)

// maxConstraint is the longest range that is read.
const maxConstraint = 512

// parseConstraint reads a range.
func parseConstraint(text string) (constraint, error) {
	bad := func() (constraint, error) { return nil, fmt.Errorf("%q is no range of versions", text) }
	if len(text) > maxConstraint {
		return bad()
	}
	var out constraint
	for _, part := range orRE().Split(strings.TrimSpace(text), -1) {
		bounds, ok := conjunction(strings.TrimSpace(part))
		if !ok {
			return bad()
		}
		out = append(out, bounds)
	}
	return out, nil
}

// conjunction reads the bounds that hold together: by commas or blanks.
func conjunction(part string) ([]bound, bool) {
	if part == "" {
		return nil, false
	}
	if m := hyphenRE().FindStringSubmatch(part); m != nil {
		low, ok1 := atom(">=" + m[1])
		high, n, ok2 := numbers(m[2])
		if !ok1 || !ok2 {
			return nil, false
		}
		if n >= 3 {
			return append(low, bound{"<=", high}), true
		}
		return append(low, bound{"<", bump(high, n-1)}), true
	}
	var out []bound
	// A sign may stand apart from its version: ">= 8.1".
	part = regexp.MustCompile(`(>=|<=|<>|!=|==|=|>|<|\^|~)\s+`).ReplaceAllString(part, "$1")
	for _, word := range strings.FieldsFunc(part, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		word, _, _ = strings.Cut(word, "@") // a stability
		if word == "" {
			continue
		}
		bounds, ok := atom(word)
		if !ok {
			return nil, false
		}
		out = append(out, bounds...)
	}
	return out, true
}

// numbers reads a version, and how many numbers it names before a wildcard.
func numbers(text string) (v [4]int, n int, ok bool) {
	m := atomRE().FindStringSubmatch(text)
	if m == nil || m[1] != "" {
		return v, 0, false
	}
	return parts(m)
}

func parts(m []string) (v [4]int, n int, ok bool) {
	for _, p := range strings.Split(m[2]+m[3], ".") {
		if p == "" || p == "x" || p == "X" || p == "*" {
			return v, n, true
		}
		x, err := strconv.Atoi(p)
		if err != nil || x > 1<<30 {
			return v, n, false
		}
		v[n] = x
		n++
	}
	return v, n, true
}

// bump is the version with the number at that place one higher and nothing behind it.
func bump(v [4]int, at int) [4]int {
	var out [4]int
	copy(out[:], v[:at+1])
	out[at]++
	return out
}

// atom reads one comparison.
func atom(word string) ([]bound, bool) {
	m := atomRE().FindStringSubmatch(word)
	if m == nil {
		return nil, false
	}
	v, n, ok := parts(m)
	if !ok {
		return nil, false
	}
	wild := strings.ContainsAny(m[2]+m[3], "xX*")
	switch op := m[1]; {
	case n == 0: // "*"
		return []bound{{">=", v}}, true
	case op == "^":
		at := 0
		for at < n-1 && v[at] == 0 {
			at++
		}
		return []bound{{">=", v}, {"<", bump(v, at)}}, true
	case op == "~":
		return []bound{{">=", v}, {"<", bump(v, max(0, n-2))}}, true
	case (op == "" || op == "=" || op == "==") && wild:
		return []bound{{">=", v}, {"<", bump(v, n-1)}}, true
	case op == "" || op == "=" || op == "==":
		return []bound{{"==", v}}, true
	case op == "<>" || op == "!=":
		return []bound{{"!=", v}}, true
	default:
		return []bound{{op, v}}, true
	}
}

// allows reports whether the version lies in the range; its missing numbers are zero.
func (c constraint) allows(version string) bool {
	v, _, ok := numbers(version)
	if !ok {
		return false
	}
	for _, all := range c {
		holds := true
		for _, b := range all {
			holds = holds && b.holds(v)
		}
		if holds {
			return true
		}
	}
	return false
}

func (b bound) holds(v [4]int) bool {
	order := 0
	for i := range v {
		if order = v[i] - b.version[i]; order != 0 {
			break
		}
	}
	switch b.op {
	case ">=":
		return order >= 0
	case ">":
		return order > 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case "!=":
		return order != 0
	}
	return order == 0
}
