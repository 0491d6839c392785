package golang

import (
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// hosts are where a module's path is the address of its sources.
var hosts = []string{"github.com/", "gitlab.com/", "codeberg.org/", "bitbucket.org/"}

// labels are the annotations that a module's path tells.
func labels(modulePath, binary string) []detect.ImageLabel {
	out := []detect.ImageLabel{{Key: "org.opencontainers.image.title", Value: safe.LabelOf(binary)}}
	for _, host := range hosts {
		parts := strings.Split(modulePath, "/")
		if !strings.HasPrefix(modulePath, host) || len(parts) < 3 {
			continue
		}
		if v, err := safe.NewLabel("https://" + strings.Join(parts[:3], "/")); err == nil {
			out = append(out, detect.ImageLabel{Key: "org.opencontainers.image.source", Value: v})
		}
	}
	return out
}
