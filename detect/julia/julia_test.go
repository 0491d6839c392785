package julia

import "testing"

func TestRanges(t *testing.T) {
	for in, want := range map[string]string{"1.10": "^1.10", "1.6, 1.10": "^1.6 || ^1.10", "~1.10": "~1.10", "1.6 - 1.10": "1.6 - 1.10"} {
		if got := ranges(in); got != want {
			t.Errorf("ranges(%q) = %q, want %q", in, got, want)
		}
	}
}
