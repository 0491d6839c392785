package java

import (
	"path"

	"dockgen/detect"
)

// relative is the path to, as seen from the folder from.
func relative(from, to string) string {
	up := ""
	for !detect.Within(to, from) {
		up = path.Join("..", up)
		from = path.Dir(from)
	}
	return path.Join(up, detect.Under(to, from))
}
