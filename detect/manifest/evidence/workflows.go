package evidence

import (
	"maps"
	"slices"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// workflows takes the versions of backing services from those that GitHub's
// workflows test with.
func workflows(d *detect.Dir, s *detect.Service) error {
	if len(s.Needs) == 0 {
		return nil
	}
	at := d
	for at.Path() != "." {
		at = at.Sub("..")
	}
	at = at.Sub(".github/workflows")
	for _, name := range at.Names("*.yml", "*.yaml") {
		var f struct {
			Jobs map[string]struct {
				Services map[string]struct {
					Image string `yaml:"image"`
				} `yaml:"services"`
			} `yaml:"jobs"`
		}
		lines, err := manifest.YAML(at, name, &f)
		if err != nil {
			continue // most workflows are about something else
		}
		var all []running
		for _, job := range slices.Sorted(maps.Keys(f.Jobs)) {
			for _, key := range slices.Sorted(maps.Keys(f.Jobs[job].Services)) {
				image := f.Jobs[job].Services[key].Image
				if r, ok := backingOf(image); ok {
					r.name, r.variant = key, false
					r.why = at.Note(name, lines.At("jobs", job, "services", key, "image"), "image: %s", safe.Visible(image))
					all = append(all, r)
				}
			}
		}
		take(s, all)
	}
	return nil
}
