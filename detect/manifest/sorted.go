package manifest

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// Sorted walks a table by its keys, where what is found first counts or is said: two
// runs then say the same.
func Sorted[K cmp.Ordered, V any](table map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(table)) {
			if !yield(k, table[k]) {
				return
			}
		}
	}
}
