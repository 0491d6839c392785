package elixir

import (
	"regexp"
	"slices"
	"strings"

	"dockgen/detect"
)

// chooseReleases are those that make a service: of an umbrella all that start something,
// else the one that mix release would make.
func (a *application) chooseReleases() ([]release, []detect.Note) {
	releases := a.root.releases
	if len(releases) < 2 {
		return releases, nil
	}
	var notes []detect.Note
	if a.root.appsPath != "" {
		var out []release
		for _, r := range releases {
			starts := len(r.applications) == 0
			for _, m := range a.members {
				starts = starts || m.start != "" && slices.Contains(r.applications, m.app)
			}
			if starts {
				out = append(out, r)
				continue
			}
			notes = append(notes, a.root.note(r.line, "the release %s starts nothing", r.name))
		}
		return out, notes
	}
	best := 0
	for i, r := range releases {
		if r.name == a.root.deflt || a.root.deflt == "" && r.name == a.root.app {
			best = i
		}
	}
	for i, r := range releases {
		if i != best {
			notes = append(notes, a.root.note(r.line, "the release %s is left out: %s is the one that mix release makes by default", r.name, releases[best].name))
		}
	}
	return releases[best : best+1], notes
}

// scoped is the application as one release of an umbrella has it: the applications that it
// names with those that they depend on.
func (a *application) scoped(r release) *application {
	if a.root.appsPath == "" || len(r.applications) == 0 {
		return a
	}
	in := map[string]bool{}
	for i := 0; i < len(r.applications) && i < 500; i++ {
		name := r.applications[i]
		if in[name] {
			continue
		}
		in[name] = true
		for _, m := range a.members {
			if m.app != name {
				continue
			}
			for _, d := range m.deps {
				if d.umbrella || d.path != "" {
					r.applications = append(r.applications, d.name)
				}
			}
		}
	}
	b := *a
	b.scope, b.sources = nil, nil
	for _, m := range a.members {
		if !in[m.app] {
			continue
		}
		b.scope = append(b.scope, m)
		for _, f := range a.sources {
			if strings.HasPrefix(f.name, m.path+"/") {
				b.sources = append(b.sources, f)
			}
		}
	}
	return &b
}

var releaseRE = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
