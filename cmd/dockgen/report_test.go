package main

import (
	"slices"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    int
		want     []string
	}{
		{"at spaces", "one two three", 8, []string{"one two", "three"}},
		{"exactly as wide", "one two", 7, []string{"one two"}},
		{"nothing", "", 8, []string{""}},
		{"a path behind a slash", "at example.org/team/program", 16, []string{"at", "example.org/", "team/program"}},
		{"a name behind another mark", "golang-gin-realworld", 12, []string{"golang-gin-", "realworld"}},
		{"a word without marks", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"letters of several bytes", "äöüäöü", 4, []string{"äöüä", "öü"}},
		{"a mark at its beginning is none", "/abcdef", 4, []string{"/abc", "def"}},
		{"what follows a broken word", "aaaa/bb cc", 5, []string{"aaaa/", "bb cc"}},
		{"no room at all", "ab", 0, []string{"a", "b"}},
	} {
		if got := wrap(c.in, c.width); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
