package detect

import (
	"errors"
	"testing"
)

func TestOnce(t *testing.T) {
	d := &Dir{tree: &tree{}}
	calls := 0
	read := func() (int, error) { calls++; return calls, errors.New("again") }
	for range 2 {
		if v, err := Once(d, "a", read); v != 1 || err == nil {
			t.Errorf("%d, %v", v, err)
		}
	}
	if v, _ := Once(d, "b", read); v != 2 {
		t.Errorf("another key: %d", v)
	}
	if v, err := Once(d, "a", func() (string, error) { return "x", nil }); v != "x" || err != nil {
		t.Errorf("another type under the key: %q, %v", v, err)
	}
}
