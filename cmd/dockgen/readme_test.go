package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A block of README.md under a comment with a command holds what the command
// prints: a sample that nobody checks is soon another program's.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)(<!-- \\$ dockgen ([^\n]*) -->\n```[a-z]*\n)(.*?)(```\n)")
	found := 0
	out := block.ReplaceAllStringFunc(string(readme), func(match string) string {
		found++
		parts := block.FindStringSubmatch(match)
		cmd := exec.Command(os.Args[0], strings.Fields(parts[2])...)
		cmd.Dir = "../.."
		cmd.Env = append(os.Environ(), asMain+"=1")
		got, err := cmd.Output()
		if err != nil {
			t.Fatalf("dockgen %s: %v", parts[2], err)
		}
		return parts[1] + string(got) + parts[4]
	})
	if found == 0 {
		t.Fatal("README.md has no sample")
	}
	if *update {
		if err := os.WriteFile("../../README.md", []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(readme), out); diff != "" {
		t.Errorf("README.md differs from what dockgen prints; to take that: go test ./cmd/dockgen -run Readme -update\n%s", diff)
	}
}
