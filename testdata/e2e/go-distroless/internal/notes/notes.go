// Package notes keeps the newest notes.
package notes

import (
	"sync"
	"time"
)

// Note is one visitor's text.
type Note struct {
	Text string
	At   time.Time
}

// Board holds at most a fixed number of notes, newest first.
type Board struct {
	mu    sync.Mutex
	most  int
	notes []Note
}

// NewBoard returns an empty board.
func NewBoard(most int) *Board { return &Board{most: most} }

// Add puts a note up.
func (b *Board) Add(text string, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append([]Note{{text, at}}, b.notes...)
	if len(b.notes) > b.most {
		b.notes = b.notes[:b.most]
	}
}

// All returns the notes.
func (b *Board) All() []Note {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Note(nil), b.notes...)
}
