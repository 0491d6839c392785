package detect

import (
	"path"
	"testing"
)

// The short way for "*.ext" gives what path.Match does.
func TestMatchAny(t *testing.T) {
	for _, pattern := range []string{"*.js", "*", "*.d.ts", "package.json", "*.[jt]s", `*\.js`, "a*", "*a*"} {
		for _, name := range []string{"index.js", ".js", "js", "a.d.ts", "package.json", "x.ts", "a", "", "*.js"} {
			want, _ := path.Match(pattern, name)
			if got := matchAny([]string{pattern}, name); got != want {
				t.Errorf("matchAny(%q, %q) = %v", pattern, name, got)
			}
		}
	}
}
