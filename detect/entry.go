package detect

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dockgen/internal/safe"
)

// entry is a name in a folder, and whether it is a file, a folder or a link. A
// large tree has a million of them, so it is no more than that.
type entry struct {
	name string
	kind fs.FileMode // the type bits alone
}

func (e entry) Name() string      { return e.name }
func (e entry) IsDir() bool       { return e.kind.IsDir() }
func (e entry) Type() fs.FileMode { return e.kind }

// listing is what a folder holds.
type listing struct {
	entries []entry // sorted by name
	bad     []badName
	marks   marks // the detectors that have a marker among the files
	err     error
	skip    bool // a virtual environment, which is not entered
}

// badName is a name that no written file can hold.
type badName struct {
	path string
	why  error
}

// compact keeps of a folder's entries what a scan needs. The names of a folder
// share one string, for a million small ones would be most of the memory.
func compact(dir string, all []fs.DirEntry, index *markers) listing {
	var l listing
	size := 0
	for _, e := range all {
		size += len(e.Name())
	}
	var names strings.Builder
	names.Grow(size)
	l.entries = make([]entry, 0, len(all))
	for _, e := range all {
		if err := safe.FileName(e.Name()); err != nil {
			l.bad = append(l.bad, badName{path.Join(dir, e.Name()), err})
			continue
		}
		at := names.Len()
		names.WriteString(e.Name()) // never beyond what it has grown to, so that parts of it stay
		name := names.String()[at:]
		l.entries = append(l.entries, entry{name, e.Type().Type()})
		if !e.IsDir() {
			l.marks |= index.of(name)
		}
	}
	return l
}

// marks are a set of detectors, by their place in the list.
type marks uint64

// markers tell of a name which detectors it is a marker of. A tree has many
// times more names than there are markers, so that each is looked at once.
type markers struct {
	exact map[string]marks
	ends  map[string]marks // "*.ext", by the extension
	globs []struct {
		pattern string
		marks   marks
	}
}

// maxDetectors is how many places marks has.
const maxDetectors = 64

func newMarkers(ds []Detector) *markers {
	m := &markers{exact: map[string]marks{}, ends: map[string]marks{}}
	for i, d := range ds[:min(len(ds), maxDetectors)] {
		for _, pattern := range d.Markers() {
			end, isEnd := strings.CutPrefix(pattern, "*")
			switch {
			case !strings.ContainsAny(pattern, `*?[\`):
				m.exact[pattern] |= 1 << i
			case isEnd && !strings.ContainsAny(end, `*?[\`) && path.Ext(end) == end:
				m.ends[end] |= 1 << i
			default:
				m.globs = append(m.globs, struct {
					pattern string
					marks   marks
				}{pattern, 1 << i})
			}
		}
	}
	return m
}

func (m *markers) of(name string) marks {
	out := m.exact[name]
	if len(m.ends) > 0 {
		out |= m.ends[path.Ext(name)]
	}
	for _, g := range m.globs {
		if ok, err := path.Match(g.pattern, name); ok && err == nil {
			out |= g.marks
		}
	}
	return out
}

// find is the entry of that name.
func find(entries []entry, name string) (entry, bool) {
	i, ok := slices.BinarySearchFunc(entries, name, func(e entry, name string) int { return strings.Compare(e.name, name) })
	if !ok {
		return entry{}, false
	}
	return entries[i], true
}
