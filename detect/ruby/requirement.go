package ruby

import (
	"strconv"
	"strings"
)

// compare orders two versions of gems by their segments; a segment of letters is a
// prerelease and comes before none (https://guides.rubygems.org/patterns/#prerelease-gems).
func compare(a, b string) int {
	x, y := segments(a), segments(b)
	for i := range max(len(x), len(y)) {
		if c := compareSegment(at(x, i), at(y, i)); c != 0 {
			return c
		}
	}
	return 0
}

func segments(v string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(v, "-", ".pre."), func(r rune) bool { return r == '.' })
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "0"
}

func compareSegment(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	switch {
	case errX == nil && errY == nil:
		return x - y
	case errX == nil:
		return 1
	case errY == nil:
		return -1
	}
	return strings.Compare(a, b)
}

// atLeast reports whether a version is that one or a later one; false for none.
func atLeast(v, low string) bool { return v != "" && compare(v, low) >= 0 }

// satisfied reports whether a version meets all requirements; one without an operator
// is an equality (https://guides.rubygems.org/patterns/#declaring-dependencies).
func satisfied(version string, wants []string) bool {
	for _, list := range wants {
		for want := range strings.SplitSeq(list, ",") {
			if !meets(version, strings.TrimSpace(want)) {
				return false
			}
		}
	}
	return true
}

func meets(version, want string) bool {
	cut := strings.LastIndexAny(want, "<>=~! ") + 1
	operator, v := strings.TrimSpace(want[:cut]), want[cut:]
	if v == "" {
		return true
	}
	if len(segments(v)) == 0 {
		return false // dots alone are no version
	}
	c := compare(version, v)
	switch operator {
	case ">=":
		return c >= 0
	case ">":
		return c > 0
	case "<=":
		return c <= 0
	case "<":
		return c < 0
	case "!=":
		return c != 0
	case "~>":
		return c >= 0 && compare(version, bump(v)) < 0
	}
	return c == 0
}

// bump is the first version beyond "~> v": the last segment but one counts up.
func bump(v string) string {
	s := segments(v)
	if len(s) > 1 {
		s = s[:len(s)-1]
	}
	n, _ := strconv.Atoi(s[len(s)-1])
	s[len(s)-1] = strconv.Itoa(n + 1)
	return strings.Join(s, ".")
}

// exact reports whether the requirements are met by one release alone, and which.
func exact(wants []string) (string, bool) {
	if len(wants) != 1 {
		return "", false
	}
	w := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(wants[0]), "="))
	if w == "" || strings.ContainsAny(w, "<>=~!, ") {
		return "", false
	}
	return w, true
}
