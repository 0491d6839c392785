package prompt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"testing"
)

// What is typed ahead comes one key a read, so that no question reads what is
// meant for the next.
func TestKeys(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	k := newKeys(r)
	ctx, cancel := context.WithCancel(t.Context())
	k.ctx = ctx
	go k.pump()
	w.WriteString("a\x1b[B\x1b[3~\x1bOAé\x1b\x04\x00\r")
	var got []string
	for range 10 {
		buf := make([]byte, 16)
		n, err := k.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(buf[:n]))
	}
	// Ctrl-D comes as Ctrl-C; the bytes of a letter are put together by the reader.
	want := []string{"a", "\x1b[B", "\x1b[3~", "\x1bOA", "\xc3", "\xa9", "\x1b", "\x03", "\x03", "\r"}
	if !slices.Equal(got, want) {
		t.Errorf("keys %q, want %q", got, want)
	}
	// What was typed before the terminal tells where its cursor is stays.
	if _, err := (drawing{w, k}).Write([]byte("x\x1b[6n")); err != nil { // comes back as typed
		t.Fatal(err)
	}
	w.WriteString("y\x1b[12;3Rz")
	got = nil
	for range 4 {
		buf := make([]byte, 16)
		n, err := k.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(buf[:n]))
	}
	if want := []string{"\x1b[12;3R", "x", "\x1b[6n", "y"}; !slices.Equal(got, want) {
		t.Errorf("keys %q, want %q", got, want)
	}
	cancel()
	k.typed = nil
	if _, err := k.Read(make([]byte, 1)); !errors.Is(err, ErrInterrupted) {
		t.Errorf("a read after the end of the context: %v", err)
	}
	k.ctx = t.Context()
	w.Close()
	if _, err := k.Read(make([]byte, 1)); !errors.Is(err, ErrInterrupted) {
		t.Errorf("a read after the end of the input: %v", err)
	}
}

// TestInterruptedReport: a question that is broken off before the terminal tells where its
// cursor is gets a place all the same, and then the interruption.
func TestInterruptedReport(t *testing.T) {
	for _, typed := range []string{"\x03", "ab\x04", "gone", ""} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		k := newKeys(r)
		k.ctx, k.asked = ctx, true
		if typed == "" {
			cancel()
		}
		go k.pump()
		if typed == "gone" { // the terminal
			w.Close()
		}
		w.WriteString(typed)
		buf := make([]byte, 16)
		if n, err := k.Read(buf); err != nil || string(buf[:n]) != "\x1b[1;1R" {
			t.Errorf("%q: %q, %v", typed, buf[:n], err)
		}
		k.typed = bytes.TrimPrefix(k.typed, []byte("ab"))
		if n, err := k.Read(buf); !errors.Is(err, ErrInterrupted) && string(buf[:n]) != "\x03" {
			t.Errorf("%q: then %q, %v", typed, buf[:n], err)
		}
		cancel()
		w.Close()
	}
}

func TestFilter(t *testing.T) {
	f := filter([]Option{{Value: "24", Text: "supported until April 2028"}, {Value: "alpine"}})
	tests := []struct {
		typed string
		i     int
		want  bool
	}{
		{"2028", 0, true}, {"april SUPP", 0, true}, {"alp", 0, false}, {"ALP", 1, true}, {"", 1, true},
	}
	for _, tt := range tests {
		if got := f(tt.typed, "", tt.i); got != tt.want {
			t.Errorf("filter %q of option %d: %t", tt.typed, tt.i, got)
		}
	}
}
