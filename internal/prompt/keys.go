package prompt

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
)

// keys hands out what is typed one key at a time. The library wraps each
// question's input in a buffer of its own, and what that has read ahead is lost
// to the next question: with one key a read, nothing is.
type keys struct {
	file  *os.File
	ctx   context.Context // of the question that is asked: its end ends a read
	reads chan read
	typed []byte // read and not yet handed out
}

type read struct {
	typed []byte
	err   error
}

func newKeys(file *os.File) *keys { return &keys{file: file, reads: make(chan read)} }

// pump reads the terminal. A read of it can't be broken off, so it has a
// goroutine of its own, which lives as long as the process.
func (k *keys) pump() {
	for {
		buf := make([]byte, 4096)
		n, err := k.file.Read(buf)
		k.reads <- read{buf[:n], err}
		if err != nil {
			return
		}
	}
}

const (
	ctrlC = 0x03
	ctrlD = 0x04
	esc   = 0x1b
)

// Fd is the terminal's file descriptor.
func (k *keys) Fd() uintptr { return k.file.Fd() }

// Read returns one key: a byte, or an escape sequence as a whole. Ctrl-D comes
// as Ctrl-C, for the library takes it as the answer that is marked.
func (k *keys) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(k.typed) == 0 {
		select {
		case <-k.ctx.Done():
			return 0, ErrInterrupted
		case r := <-k.reads:
			if errors.Is(r.err, io.EOF) {
				return 0, ErrInterrupted // Ctrl-D between two questions, or the terminal is gone
			}
			if r.err != nil {
				return 0, r.err
			}
			k.typed = r.typed
		}
	}
	n := copy(p, k.typed[:keyLen(k.typed)])
	k.typed = k.typed[n:]
	if n == 1 && p[0] == ctrlD {
		p[0] = ctrlC
	}
	return n, nil
}

// keyLen is the length of the key at the start of b: an escape sequence ends
// with a byte from '@' to '~' (ECMA-48, 5.4).
func keyLen(b []byte) int {
	if b[0] != esc || len(b) < 2 || b[1] != '[' && b[1] != 'O' {
		return 1
	}
	for i := 2; i < len(b); i++ {
		if b[i] >= '@' && b[i] <= '~' {
			return i + 1
		}
	}
	return len(b)
}

// filter keeps the options of which all typed words are in the value or the
// text beside it.
func filter(options []Option) func(string, string, int) bool {
	return func(typed, _ string, i int) bool {
		text := strings.ToLower(options[i].Value + " " + options[i].Text)
		for word := range strings.FieldsSeq(strings.ToLower(typed)) {
			if !strings.Contains(text, word) {
				return false
			}
		}
		return true
	}
}
