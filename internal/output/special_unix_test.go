//go:build unix

package output

import (
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestSpecialFiles holds that neither is opened: a FIFO would wait for a writer.
func TestSpecialFiles(t *testing.T) {
	root, dir := project(t, nil)
	if err := syscall.Mkfifo(filepath.Join(dir, "Dockerfile"), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "compose.yaml"))
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	done := make(chan error, 1)
	go func() {
		_, err := Compare(root, []File{file("Dockerfile", rendered), file("compose.yaml", rendered)})
		done <- err
	}()
	select {
	case err := <-done:
		want := "Dockerfile is a named pipe, and dockgen writes regular files only: move it away with mv Dockerfile Dockerfile.old\n" +
			"compose.yaml is a socket, and dockgen writes regular files only: move it away with mv compose.yaml compose.yaml.old"
		if err == nil || err.Error() != want {
			t.Errorf("error %v\nwant  %s", err, want)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Compare waits")
	}
}
