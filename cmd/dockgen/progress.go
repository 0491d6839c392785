package main

import (
	"fmt"
	"sync"
	"time"
)

// patience is how long a person waits before wanting to see that something happens.
const patience = 500 * time.Millisecond

// progress returns what a scan tells how far it is, for a person at a terminal who has
// waited a while, and what takes the line away again. In a script it is nil.
func (s *streams) progress() (tell func(folders int), done func()) {
	if s.quiet || !s.errTerminal {
		return nil, func() {}
	}
	var mu sync.Mutex
	began, shown := time.Now(), false
	tell = func(folders int) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(began) > patience {
			fmt.Fprintf(s.err, "\r%d folders looked at", folders)
			shown = true
		}
	}
	return tell, func() {
		mu.Lock()
		defer mu.Unlock()
		if shown {
			fmt.Fprint(s.err, "\r\x1b[K")
		}
	}
}
