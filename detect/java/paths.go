package java

import (
	"path"
	"strings"
)

// inside reports whether the path p is the folder dir or lies below it.
func inside(p, dir string) bool {
	return dir == "." || p == dir || strings.HasPrefix(p, dir+"/")
}

// under is the path p, which lies inside dir, as seen from there.
func under(p, dir string) string {
	if dir == "." {
		return p
	}
	if p == dir {
		return "."
	}
	return strings.TrimPrefix(p, dir+"/")
}

// relative is the path to, as seen from the folder from.
func relative(from, to string) string {
	up := ""
	for !inside(to, from) {
		up = path.Join("..", up)
		from = path.Dir(from)
	}
	return path.Join(up, under(to, from))
}
