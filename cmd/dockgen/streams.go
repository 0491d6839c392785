package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// streams are the three standard streams and what is known about them.
type streams struct {
	in  *os.File
	out io.Writer // data
	err io.Writer // talk

	errFile *os.File // err, where the wizard draws

	inTerminal, outTerminal, errTerminal bool
	wizard                               bool // a wizard can be drawn on err, and asked for by in
	width                                int  // of the terminal that out or err is; 80 where neither is one

	outStyle, errStyle style

	quiet   bool // only errors are said
	verbose bool
}

// systemStreams returns the streams of this process.
func systemStreams(getenv func(string) string) *streams {
	s := &streams{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, errFile: os.Stderr, width: 80,
		inTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		outTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		errTerminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	// https://no-color.org: any value but the empty one turns colour off.
	dumb := getenv("TERM") == "dumb" // it can't move its cursor
	s.wizard = s.inTerminal && s.errTerminal && !dumb
	colour := getenv("NO_COLOR") == "" && !dumb
	s.outStyle = style(colour && s.outTerminal)
	s.errStyle = style(colour && s.errTerminal)
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			s.width = min(max(w, 40), 120) // longer lines are hard to read
			break
		}
	}
	return s
}

// say writes a line of talk, unless the run is quiet.
func (s *streams) say(format string, args ...any) {
	if !s.quiet {
		fmt.Fprintf(s.err, format+"\n", args...)
	}
}

// style writes text in colour, or plain where it is false.
type style bool

func (s style) sgr(code, text string) string {
	if !s || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string   { return s.sgr("1", text) }
func (s style) dim(text string) string    { return s.sgr("2", text) }
func (s style) red(text string) string    { return s.sgr("31", text) }
func (s style) green(text string) string  { return s.sgr("32", text) }
func (s style) yellow(text string) string { return s.sgr("33", text) }
func (s style) cyan(text string) string   { return s.sgr("36", text) }
