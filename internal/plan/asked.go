package plan

import (
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// pairs are services of one protocol: the one that is asked for takes the other's place.
var pairs = [][2]string{{"mysql", "mariadb"}, {"redis", "valkey"}, {"elasticsearch", "opensearch"}}

// asked lays what the user wants over what the program needs.
func (p *Plan) asked(needs []detect.Need, opts Options) []detect.Need {
	if p.Service.Kind != detect.Static {
		for _, name := range opts.With {
			needs = with(needs, name)
		}
	}
	needs = slices.DeleteFunc(needs, func(n detect.Need) bool {
		if !slices.Contains(opts.Without, n.Name) {
			return false
		}
		n.Optional = false
		p.missing = append(p.missing, n) // its address is asked for
		return true
	})
	for i := range needs {
		if v, ok := opts.Versions[needs[i].Name]; ok {
			needs[i].Version = detect.Value[safe.Version]{V: v, Source: detect.Flag}
		}
	}
	slices.SortStableFunc(needs, func(a, b detect.Need) int { return strings.Compare(a.Name, b.Name) })
	return needs
}

// with adds a service, makes one that the program can do without one to start, or
// puts it in the place of its twin.
func with(needs []detect.Need, name string) []detect.Need {
	at := func(name string) int {
		return slices.IndexFunc(needs, func(n detect.Need) bool { return n.Name == name })
	}
	i := at(name)
	for _, pair := range pairs {
		if i < 0 && pair[0] == name {
			i = at(pair[1])
		} else if i < 0 && pair[1] == name {
			i = at(pair[0])
		}
	}
	if i < 0 {
		return append(needs, detect.Need{Name: name, Why: []detect.Note{{Text: "asked for"}}})
	}
	if needs[i].Name != name {
		needs[i].Version, needs[i].Variant = detect.Value[safe.Version]{}, ""
	}
	needs[i].Name, needs[i].Optional = name, false
	return needs
}
