package notes

import (
	"testing"
	"time"
)

func TestBoardKeepsTheNewest(t *testing.T) {
	b := NewBoard(1)
	b.Add("old", time.Unix(1, 0))
	b.Add("new", time.Unix(2, 0))
	if got := b.All(); len(got) != 1 || got[0].Text != "new" {
		t.Errorf("All() = %v", got)
	}
}
