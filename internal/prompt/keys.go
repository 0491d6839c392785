package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"regexp"
	"time"
)

// keys hands out what is typed one key at a time. The library wraps each
// question's input in a buffer of its own, and what that has read ahead is lost
// to the next question: with one key a read, nothing is.
type keys struct {
	file  *os.File
	ctx   context.Context // of the question that is asked: its end ends a read
	reads chan read
	typed []byte // read and not yet handed out
	ended error  // what ended the reads: nothing comes any more
	// asked says that the terminal was asked where its cursor is. The library
	// takes what comes before the answer for the question's own, so the answer
	// is handed out first.
	asked bool
}

type read struct {
	typed []byte
	err   error
}

const (
	ctrlC = 0x03
	ctrlD = 0x04
	esc   = 0x1b
)

// The question where the cursor is, and its answer (ECMA-48, DSR and CPR).
const cursorQuery = "\x1b[6n"

var cursorReport = regexp.MustCompile(`\x1b\[[0-9]+;[0-9]+R`)

// reportWait is how long a terminal may take to answer: one that doesn't know
// the question never does.
const reportWait = 3 * time.Second

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

// Fd is the terminal's file descriptor.
func (k *keys) Fd() uintptr { return k.file.Fd() }

// Read returns one key: a byte, or an escape sequence as a whole. Ctrl-D comes
// as Ctrl-C, for the library takes it as the answer that is marked.
func (k *keys) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if k.asked {
		return k.report(p)
	}
	for len(k.typed) == 0 {
		if err := k.more(nil); err != nil {
			return 0, err
		}
	}
	n := copy(p, k.typed[:keyLen(k.typed)])
	k.typed = k.typed[n:]
	if n == 1 && (p[0] == ctrlD || p[0] == 0) {
		p[0] = ctrlC // a Ctrl-D that came before the terminal's mode was set reads as zero
	}
	return n, nil
}

// report hands out the cursor's position, and leaves what was typed before it. The library
// takes no error for an answer and goes on without one, to its own end: what breaks the
// question off gets it a place, and is there for its next read.
func (k *keys) report(p []byte) (int, error) {
	late := time.After(reportWait)
	for {
		if at := cursorReport.FindIndex(k.typed); at != nil {
			k.asked = false
			n := copy(p, k.typed[at[0]:at[1]])
			k.typed = append(k.typed[:at[0]:at[0]], k.typed[at[1]:]...)
			return n, nil
		}
		broken := bytes.IndexByte(k.typed, ctrlC) >= 0 || bytes.IndexByte(k.typed, ctrlD) >= 0
		if broken || k.more(late) != nil {
			k.asked = false
			return copy(p, "\x1b[1;1R"), nil
		}
	}
}

var errLate = errors.New("no answer")

// more waits for more keys, until late or the end of the question.
func (k *keys) more(late <-chan time.Time) error {
	if k.ended != nil {
		return k.ended
	}
	select {
	case <-k.ctx.Done():
		return ErrInterrupted
	case <-late:
		return errLate
	case r := <-k.reads:
		k.typed, k.ended = append(k.typed, r.typed...), r.err
		if errors.Is(r.err, io.EOF) {
			k.ended = ErrInterrupted // Ctrl-D between two questions, or the terminal is gone
		}
		return k.ended
	}
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

// drawing is where questions are drawn. It tells the keys when the terminal is
// asked for its cursor.
type drawing struct {
	*os.File
	keys *keys
}

func (d drawing) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(cursorQuery)) {
		d.keys.asked = true
	}
	return d.File.Write(p)
}
