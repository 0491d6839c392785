package detect

import (
	"path"
	"strings"
)

// Within reports whether the path p is the folder dir or lies below it. Both are relative
// to the project, as those of Dir are: with slashes, and "." for the project itself.
func Within(p, dir string) bool {
	return dir == "." || p == dir || strings.HasPrefix(p, dir+"/")
}

// Under is the path p as seen from the folder dir, which it lies within.
func Under(p, dir string) string {
	switch dir {
	case p:
		return "."
	case ".":
		return p
	}
	return strings.TrimPrefix(p, dir+"/")
}

// Common is the deepest folder that both paths lie within.
func Common(a, b string) string {
	for !Within(b, a) {
		a = path.Dir(a)
	}
	return a
}
