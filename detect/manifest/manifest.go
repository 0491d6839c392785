// Package manifest reads the files that several languages share: documents in
// JSON, TOML and YAML with the lines their values stand on, files that name a
// tool's version, Procfiles, example files of environment variables, and the
// shell lines that scripts and Procfiles hold.
//
// Every function takes a folder (detect.Dir) and a name in it. What can't be
// parsed is a detect.FileError with the line.
package manifest

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
)

// Lines says on which line of a document each value stands.
type Lines struct{ at map[string]int }

// At returns the line of the value at that path of keys, the elements of a list
// by their index: At("dependencies", "react"). For a path that is not there it
// is the line of the nearest value above, and 0 for an empty document.
func (l Lines) At(path ...string) int {
	for n := len(path); n > 0; n-- {
		if line, ok := l.at[key(path[:n])]; ok {
			return line
		}
	}
	return 0
}

// Has reports whether the document has a value at that path.
func (l Lines) Has(path ...string) bool {
	_, ok := l.at[key(path)]
	return ok
}

func (l Lines) set(path []string, line int) {
	k := key(path)
	if _, ok := l.at[k]; !ok {
		l.at[k] = line
	}
}

// key joins a path by a byte that no key of a text document holds.
func key(path []string) string { return strings.Join(path, "\x00") }

func index(i int) string { return strconv.Itoa(i) }

// offsets finds lines by the byte offset in a text.
type offsets []int

func newOffsets(data []byte) offsets {
	var o offsets
	for i := 0; ; {
		n := bytes.IndexByte(data[i:], '\n')
		if n < 0 {
			return o
		}
		o = append(o, i+n)
		i += n + 1
	}
}

// line is the line, from 1, that the offset lies on.
func (o offsets) line(offset int) int { return sort.SearchInts(o, offset) + 1 }
