package python

import (
	"maps"
	"slices"
)

// sortedKeys returns the keys of a table in order, so that answers don't change
// from run to run.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
