//go:build !windows

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/term"
)

// screen is dockgen on a terminal of 80 columns and 24 lines.
type screen struct {
	t      *testing.T
	cmd    *exec.Cmd
	pty    *os.File
	tty    *os.File
	before *term.State
	vt     vt10x.Terminal

	wrote chan struct{} // holds a value where something was written since a test looked

	mu  sync.Mutex
	all strings.Builder // all that was written, for what has scrolled away
}

// testPatience is how long a test waits for dockgen: what takes longer never comes.
const testPatience = 30 * time.Second

// The keys that the tests press.
const (
	keyEnter = "\r"
	keyDown  = "\x1b[B"
	keyUp    = "\x1b[A"
	keyCtrlC = "\x03"
	keyCtrlD = "\x04"
)

// start runs dockgen on a terminal.
func start(t *testing.T, args ...string) *screen {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close(); tty.Close() })
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, pty: master, tty: tty, wrote: make(chan struct{}, 1)}
	s.vt = vt10x.New(vt10x.WithWriter(master), vt10x.WithSize(80, 24))
	if s.before, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(os.Args[0], args...)
	s.cmd.Env = append(os.Environ(), asMain+"=1", "TERM=xterm-256color", "NO_COLOR=")
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	go io.Copy(writerFunc(func(p []byte) (int, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all.Write(p)
		n, err := s.vt.Write(p)
		select {
		case s.wrote <- struct{}{}:
		default: // the test has not looked yet
		}
		return n, err
	}), master)
	return s
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// text is what stands on the screen now.
func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.vt.String()
}

// sees waits until all the texts are on the screen at once.
func (s *screen) sees(texts ...string) {
	s.t.Helper()
	s.until(func() string {
		on := s.text()
		for _, text := range texts {
			if !strings.Contains(on, text) {
				return fmt.Sprintf("the screen never had %q:\n%s", text, on)
			}
		}
		return ""
	})
}

// until waits until there is nothing wrong with what dockgen has written.
func (s *screen) until(wrong func() string) {
	s.t.Helper()
	over := time.After(testPatience)
	for {
		text := wrong()
		if text == "" {
			return
		}
		select {
		case <-s.wrote:
		case <-over:
			s.t.Fatal(text)
		}
	}
}

func (s *screen) press(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		if _, err := s.pty.WriteString(k); err != nil {
			s.t.Fatal(err)
		}
	}
}

// ends waits for the end, and holds the exit code and the terminal's mode
// against what they should be.
func (s *screen) ends(want code) {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case err := <-done:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			s.t.Fatal(err)
		}
		if got := s.cmd.ProcessState.ExitCode(); got != int(want) {
			s.t.Fatalf("exit code %d, want %d:\n%s", got, want, s.text())
		}
	case <-time.After(testPatience):
		s.t.Fatalf("dockgen did not end:\n%s", s.text())
	}
	after, err := term.GetState(int(s.tty.Fd()))
	if err != nil {
		s.t.Fatal(err)
	}
	if !reflect.DeepEqual(s.before, after) {
		s.t.Errorf("the terminal's mode was %+v and is %+v", s.before, after)
	}
	s.until(func() string {
		if !s.vt.CursorVisible() {
			return "the cursor is hidden"
		}
		return ""
	})
}

func TestTerminalEnter(t *testing.T) {
	dir := shop(t)
	s := start(t, "init", dir)
	s.sees("shop", "8080", "create", "What now?", doWrite, doQuit)
	s.press(keyEnter)
	s.sees("docker compose up --build --wait", "To repeat this:")
	s.ends(exitDone)
	if got := len(names(t, dir)); got != 6 {
		t.Errorf("the folder holds %v", names(t, dir))
	}
}

func TestTerminalChange(t *testing.T) {
	dir := shop(t)
	s := start(t, "init", dir)
	s.sees("What now?")
	s.press(keyDown, keyEnter)
	s.sees("Which setting?", "base image", "slim")
	// What is typed filters the list.
	s.press("port", keyEnter)
	s.sees("Port")
	s.press("?", keyEnter)
	s.sees("the TCP port that the program listens on")
	s.press("http", keyEnter)
	s.sees(`"http" is not a port`)
	// Keys that are typed ahead of the questions are not lost.
	s.press("9090", keyEnter, keyEnter, keyEnter)
	s.sees("--port 9090")
	s.ends(exitDone)
	dockerfile, err := os.ReadFile(filepath.Join(dir, "Dockerfile"))
	if err != nil || !strings.Contains(string(dockerfile), "EXPOSE 9090") {
		t.Errorf("%v, Dockerfile:\n%s", err, dockerfile)
	}
}

func TestTerminalInterrupt(t *testing.T) {
	tests := []struct {
		name string
		keys []string
		sees []string
		end  string
	}{
		{"a list", nil, []string{"What now?"}, keyCtrlC},
		{"a list, by the end of input", nil, []string{"What now?"}, keyCtrlD},
		{"a filter without a match", []string{"zzz"}, []string{"zzz  [Use arrows"}, keyCtrlD},
		{"a setting", []string{keyDown, keyEnter}, []string{"Which setting?"}, keyCtrlC},
		{"a line", []string{keyDown, keyEnter, "start", keyEnter}, []string{"Start command", "?"}, keyCtrlC},
		{"after the files were shown", []string{keyDown, keyDown, keyEnter}, []string{"Show the files", "What now?"}, keyCtrlC},
		{"by choice", []string{keyUp}, []string{"What now?"}, keyEnter},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := shop(t)
			s := start(t, "init", dir)
			s.sees("What now?")
			s.press(tt.keys...)
			s.sees(tt.sees...)
			s.press(tt.end)
			s.sees("nothing was written")
			s.ends(exitInterrupted)
			if got := len(names(t, dir)); got != 3 {
				t.Errorf("the folder holds %v", names(t, dir))
			}
		})
	}
}

func TestTerminalSignal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		dir := shop(t)
		s := start(t, "init", dir)
		s.sees("What now?")
		if err := s.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		s.ends(exitInterrupted)
		if got := len(names(t, dir)); got != 3 {
			t.Errorf("%v: the folder holds %v", sig, names(t, dir))
		}
	}
}
