package detect

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
)

// looker notes what it sees above the project.
type looker struct{ seen *[]string }

func (looker) Name() string      { return "looker" }
func (looker) Markers() []string { return []string{"member.toml"} }
func (l looker) Inspect(_ context.Context, d *Dir) ([]*Service, error) {
	for _, up := range d.Above("root.toml", "lock.toml") {
		at, back := up.Outside()
		text, err := up.Read("root.toml")
		_, other := up.Read("secret.txt")
		_, below := up.Read("x/root.toml")
		*l.seen = append(*l.seen, strings.Join([]string{at, back, string(text), up.Note("root.toml", 2, "").Path}, "|"))
		if err != nil {
			*l.seen = append(*l.seen, err.Error())
		}
		if other == nil || below == nil || up.Has("secret.txt") {
			*l.seen = append(*l.seen, "read what is not asked for")
		}
	}
	return nil, NotService("only looks")
}

// TestAbove holds that of the folders above a project only the named files can be seen.
func TestAbove(t *testing.T) {
	repo := fstest.MapFS{
		"root.toml":           {Data: []byte("top")},
		"secret.txt":          {Data: []byte("secret")},
		"x/root.toml":         {Data: []byte("beside")},
		"a/b/root.toml":       {Data: []byte("next")},
		"a/b/secret.txt":      {Data: []byte("secret")},
		"a/b/c/d/member.toml": {Data: []byte("")},
		"a/root.toml/inside":  {Data: []byte("a folder of that name is no file")},
	}
	project := fstest.MapFS{"member.toml": {Data: []byte("")}}
	for _, tt := range []struct {
		why  string
		repo func() *Repository
		want string
	}{
		{"no repository", nil, ""},
		{"none found", func() *Repository { return nil }, ""},
		{"a path that leads out", func() *Repository { return &Repository{repo, "../a"} }, ""},
		{"the top", func() *Repository { return &Repository{repo, "."} }, ""},
		{"a member", func() *Repository { return &Repository{repo, "a/b/c/d"} }, "../..|c/d|next|../../root.toml\n../../../..|a/b/c/d|top|../../../../root.toml"},
	} {
		var seen []string
		if _, err := Scan(t.Context(), project, Config{Detectors: []Detector{looker{&seen}}, Repository: tt.repo}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(seen, "\n"); got != tt.want {
			t.Errorf("%s: saw\n%s\nwant\n%s", tt.why, got, tt.want)
		}
	}
}

func TestUpward(t *testing.T) {
	for in, want := range map[string]string{"../../lib/a": "../..", "..": "..", "lib": "", "a/../../b": "..", ".": "", "/abs": "", "..a/b": ""} {
		if got := Upward(in); got != want {
			t.Errorf("Upward(%q) = %q, want %q", in, got, want)
		}
	}
}
