package output

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSealStandsBehindTheHeader(t *testing.T) {
	const seal = "# dockgen-seal: sha256:*\n"
	tests := []struct{ name, in, want string }{
		{
			"a Dockerfile's directives stay first, and FROM keeps its description", // BuildKit reads them only there
			"# syntax=docker/dockerfile:1\n# check=error=true\n#\n# Written by dockgen 1.2.\n# Edit it freely.\n#\n# build compiles\nFROM x AS build\n",
			"# syntax=docker/dockerfile:1\n# check=error=true\n#\n# Written by dockgen 1.2.\n# Edit it freely.\n" + seal + "#\n# build compiles\nFROM x AS build\n",
		},
		{
			"an empty line ends the paragraph",
			"# Written by dockgen\n\n# Secrets\n.env\n",
			"# Written by dockgen\n" + seal + "\n# Secrets\n.env\n",
		},
		{
			"the first line of YAML",
			"# Written by dockgen\nname: app\n",
			"# Written by dockgen\n" + seal + "name: app\n",
		},
		{
			"no marker: behind the directives",
			"# syntax=docker/dockerfile:1\n# check=error=true\n# these words = no directive\nFROM x\n",
			"# syntax=docker/dockerfile:1\n# check=error=true\n" + seal + "# these words = no directive\nFROM x\n",
		},
		{
			"a marker below the header is text",
			"FROM x\n# Written by dockgen\nUSER 1:1\n",
			seal + "FROM x\n# Written by dockgen\nUSER 1:1\n",
		},
		{
			"CRLF and a missing last line end are put right",
			"# Written by dockgen\r\nFROM x",
			"# Written by dockgen\n" + seal + "FROM x\n",
		},
		{"nothing", "", seal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Seal([]byte(tt.in))
			lines := strings.Split(string(got), "\n")
			for i, l := range lines {
				if sealRE.MatchString(l) {
					lines[i] = strings.TrimSuffix(seal, "\n")
				}
			}
			if d := cmp.Diff(tt.want, strings.Join(lines, "\n")); d != "" {
				t.Errorf("Seal: -want +got\n%s", d)
			}
			if again := Seal(got); !bytes.Equal(again, got) {
				t.Errorf("sealing again gives another text:\n%s", again)
			}
		})
	}
}

// TestSealIsStable holds the format: files that an older dockgen wrote stay pristine.
func TestSealIsStable(t *testing.T) {
	got := string(Seal([]byte("# Written by dockgen\nFROM x\n")))
	want := "# Written by dockgen\n# dockgen-seal: sha256:9da70d1b8eae12ad" + "\nFROM x\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSealed(t *testing.T) {
	good := string(Seal([]byte("# Written by dockgen 0.1\nFROM x\nUSER 1:1\n")))
	sealLine := strings.Split(good, "\n")[1] + "\n"
	tests := []struct {
		name, in       string
		sealed, intact bool
	}{
		{"as written", good, true, true},
		{"a checkout with git's autocrlf", strings.ReplaceAll(good, "\n", "\r\n"), true, true},
		{"another version's header", string(Seal([]byte("# Written by dockgen 9 (words)\nFROM y\n"))), true, true},
		{"a changed word", strings.Replace(good, "USER 1:1", "USER 2:2", 1), true, false},
		{"a line more at the end", good + "\n", true, false},
		{"the last line end is gone", strings.TrimSuffix(good, "\n"), true, false},
		{"a blank at a line's end", strings.Replace(good, "FROM x", "FROM x ", 1), true, false},
		{"two seals, as a merge leaves them", strings.Replace(good, sealLine, sealLine+sealLine, 1), true, false},
		{"the seal of another text", strings.Replace(good, sealLine, "# dockgen-seal: sha256:0123456789abcdef\n", 1), true, false},
		{"no seal", strings.Replace(good, sealLine, "", 1), false, false},
		{"half a seal", strings.Replace(good, sealLine, sealLine[:30]+"\n", 1), false, false},
		{"a seal below the header is text", "FROM x\n" + sealLine, false, false},
		{"nothing", "", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sealed, intact := Sealed([]byte(tt.in))
			if sealed != tt.sealed || intact != tt.intact {
				t.Errorf("Sealed = %v, %v, want %v, %v:\n%s", sealed, intact, tt.sealed, tt.intact, tt.in)
			}
		})
	}
}

// FuzzSeal holds that any text can be sealed, that sealing changes nothing but
// the seal, and that any other text under the same seal is seen.
func FuzzSeal(f *testing.F) {
	f.Add([]byte("# syntax=docker/dockerfile:1\n\n# Written by dockgen\nFROM x\n"), 3)
	f.Add([]byte("# dockgen-seal: sha256:0123456789abcdef\n\r\r\n# Written by dockgen\r"), 0)
	f.Add([]byte("\ufeff# a\n#\n\x00"), 9)
	f.Fuzz(func(t *testing.T, content []byte, at int) {
		out := Seal(content)
		if sealed, intact := Sealed(out); !sealed || !intact {
			t.Fatalf("Sealed = %v, %v\n%q", sealed, intact, out)
		}
		if again := Seal(out); !bytes.Equal(again, out) {
			t.Fatalf("sealed twice: %q and %q", out, again)
		}
		crlf := bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
		if _, intact := Sealed(crlf); !intact {
			t.Fatalf("not intact with CRLF: %q", crlf)
		}
		if at >= 0 && at < len(out) {
			edited := bytes.Clone(out)
			edited[at] ^= 1
			if _, intact := Sealed(edited); intact && !bytes.Equal(Seal(edited), out) && !bytes.Equal(normal(edited), out) {
				t.Fatalf("an edit wasn't seen: %q", edited)
			}
		}
	})
}
