package evidence

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// Started is the file of the folder that its Dockerfile starts: the first word of its
// command that is one, with one of the extensions. "" where there is none.
func Started(d *detect.Dir, extensions ...string) (file string, why detect.Note) {
	words, why := LastCommand(d)
	for _, w := range words {
		for _, part := range strings.Fields(w) { // sh -c "node server.js"
			name := path.Clean(strings.TrimPrefix(strings.Trim(part, `"'`), "./"))
			if slices.Contains(extensions, path.Ext(name)) && !strings.HasPrefix(name, "..") && d.Has(name) {
				return name, why
			}
			// An absolute path is below the image's folder for the program.
			if rest := name; path.IsAbs(name) && slices.Contains(extensions, path.Ext(name)) {
				for strings.Contains(rest[1:], "/") {
					rest = rest[1:][strings.IndexByte(rest[1:], '/'):]
					if d.Has(rest[1:]) {
						return rest[1:], why
					}
				}
			}
		}
	}
	return "", detect.Note{}
}
