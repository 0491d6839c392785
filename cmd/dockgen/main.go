// Command dockgen reads a project's folder and writes the container files that
// belong to it.
//
// The flow of a run: main makes the streams and a context that ends with the
// first interrupt, a command parses its flags into an Options struct and runs,
// and main alone turns its error into an exit code. Standard output is data,
// standard error is talk.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	io := systemStreams(os.Getenv)
	err := newRoot(io).ExecuteContext(ctx)
	code := exitCode(ctx, err)
	report(io, err, code)
	stop()
	os.Exit(int(code))
}
