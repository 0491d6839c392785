// Package engine proves container files with Docker: it builds what they
// describe, runs it the way a careful operator would, probes it, stops it, and
// looks into the image that came out.
//
// The flow of Verify: the build context is copied, together with secrets that
// must not reach the image (planted); BuildKit checks and builds the copy; the
// image is saved and read layer by layer; a container of it runs without
// rights, answers, turns healthy and ends when it is told to; the copy is built
// again, unchanged and with one edited source; at last the Compose file brings
// everything up. Each of these gives one or more checks of the Report. Nothing
// is written into the project, and everything that was started is taken away.
//
// All of it goes through the docker command, so that whatever engine, builder
// and context the user's own docker has are the ones that are tried.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Options say what is verified. Paths use slashes; those of files are relative to Dir.
type Options struct {
	Dir        string // the project's folder
	Context    string // the folder that the build takes as its context; empty: Dir itself
	Dockerfile string // empty: the Dockerfile in Context
	Compose    string // empty: there is none to verify

	Requests []Request         // that the program must answer; empty: GET / with any status below 500
	Env      map[string]string // what the program needs to start, and what the Compose file asks for
	Secrets  map[string]string // values of build secrets by their id; one that is missing is made up
	State    []string          // absolute paths in the image that the program may write to
	Again    []Request         // that it must answer once Compose took all down and brought it up again
	Edit     string            // a source file, to prove that editing it installs nothing anew

	// ComposeOnly says that the program does not start without the services
	// that stand beside it in the Compose file.
	ComposeOnly bool
	Platforms   []string      // that must build too, as in "linux/arm64"
	Start       time.Duration // that the program may take to answer; zero: a minute
	Progress    func(Check)   // is told of each check when it is done; may be nil
}

// Request is one HTTP request and what its answer must be.
type Request struct {
	Method string // empty: GET
	Path   string
	Body   string // sent as JSON where it is not empty
	Status int    // zero: any below 500
	Want   string // a text that the answer holds; may be empty
}

// Result is how a check ended.
type Result string

// The results of a check.
const (
	Passed  Result = "passed"
	Failed  Result = "failed"
	Skipped Result = "skipped" // it does not apply, or what it needs did not work
)

// Check is one thing that was tried.
type Check struct {
	Name   string        `json:"name"`
	Result Result        `json:"result"`
	Text   string        `json:"text,omitempty"` // what was seen
	Log    string        `json:"log,omitempty"`  // the end of the output, of a check that failed
	Took   time.Duration `json:"took"`
}

// The names of the checks, in the order in which they are made.
const (
	CheckLint      = "checks"        // BuildKit's own checks have nothing to say
	CheckBuild     = "build"         // the image builds
	CheckUser      = "user"          // it runs as a user with a number that is not 0
	CheckLayers    = "layers"        // it adds ten layers at most
	CheckSecrets   = "secrets"       // no planted secret is in its layers, configuration or history
	CheckReadOnly  = "read-only"     // its user can't change the program
	CheckSetuid    = "setuid"        // it adds no file that gives rights
	CheckHTTP      = "http"          // the program answers, without rights and on a read-only root
	CheckHealth    = "health"        // its HEALTHCHECK turns healthy
	CheckProcess   = "process 1"     // is the program or an init, no shell and no package manager
	CheckLogs      = "logs"          // go to standard output or error
	CheckStop      = "stop"          // SIGTERM ends it within five seconds with 0 or 143
	CheckCached    = "cached"        // the same build again does nothing
	CheckEdit      = "edit"          // an edited source installs no dependency anew
	CheckPlatforms = "platforms"     // the other platforms build
	CheckCompose   = "compose"       // docker compose up --build --wait ends well
	CheckService   = "compose http"  // and the program answers
	CheckKept      = "compose keeps" // what it was told is there after docker compose down and up
	CheckRequired  = "compose asks"  // without a variable that it requires it says which, and starts nothing
)

// Report is what Verify saw.
type Report struct {
	Checks []Check `json:"checks"`
}

// Failed returns the checks that failed.
func (r *Report) Failed() []Check {
	var out []Check
	for _, c := range r.Checks {
		if c.Result == Failed {
			out = append(out, c)
		}
	}
	return out
}

// ErrNoDocker means that there is no engine to verify with. The error that wraps it says why.
var ErrNoDocker = errors.New("docker does not answer")

// Available reports whether docker, BuildKit and Compose answer, else an error
// that wraps ErrNoDocker.
func Available(ctx context.Context) error {
	for _, args := range [][]string{
		{"version", "--format", "{{.Server.Version}}"},
		{"buildx", "version"},
		{"compose", "version"},
	} {
		if _, err := (cli{}).run(ctx, args...); err != nil {
			return fmt.Errorf("%w: %w", ErrNoDocker, err)
		}
	}
	return nil
}

// Verify tries what opts names. An error means that nothing could be tried;
// what was tried and did not hold is a failed check of the report.
func Verify(ctx context.Context, opts Options) (*Report, error) {
	if err := Available(ctx); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "dockgen-verify-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	// Compose names files by their real path, and a temporary folder may be behind a link.
	if work, err = filepath.EvalSymlinks(work); err != nil {
		return nil, err
	}
	opts.defaults()
	v := &verifier{opts: opts, report: &Report{}, work: work, tree: filepath.Join(work, "tree"), id: filepath.Base(work), canary: newCanary()}
	if err := v.prepare(); err != nil {
		return nil, fmt.Errorf("copying the build context: %w", err)
	}
	defer v.cleanUp(context.WithoutCancel(ctx))
	if opts.Compose != "" {
		v.composed, v.composeErr = v.composition(ctx)
	}
	v.image(ctx)
	v.rebuild(ctx)
	v.compose(ctx)
	return v.report, ctx.Err()
}

func (o *Options) defaults() {
	if o.Context == "" {
		o.Context = "."
	}
	if o.Dockerfile == "" {
		o.Dockerfile = filepath.ToSlash(filepath.Join(o.Context, "Dockerfile"))
	}
	if len(o.Requests) == 0 {
		o.Requests = []Request{{Path: "/"}}
	}
	if o.Start == 0 {
		o.Start = time.Minute
	}
}

// verifier is the state of one verification.
type verifier struct {
	opts   Options
	report *Report
	work   string // the temporary folder of this verification
	tree   string // the copy of the project below it
	id     string // the name of all that is made in the engine
	canary string // the planted secret

	file      *dockerfile
	built     bool
	config    imageConfig
	container string

	composed   *composition // nil: there is no Compose file, or composeErr says what is wrong with it
	composeErr error
}

// check makes one check and keeps it. f returns what it saw, or why it failed.
func (v *verifier) check(ctx context.Context, name string, f func() (string, error)) bool {
	start := time.Now()
	text, err := f()
	c := Check{Name: name, Result: Passed, Text: text, Took: time.Since(start).Round(time.Millisecond)}
	var skip skipped
	var output interface{ output() string }
	switch {
	case ctx.Err() != nil:
		c.Result, c.Text = Skipped, "interrupted"
	case errors.As(err, &skip):
		c.Result, c.Text = Skipped, string(skip)
	case err != nil:
		c.Result, c.Text = Failed, err.Error()
		if errors.As(err, &output) {
			c.Log = output.output()
		}
	}
	v.report.Checks = append(v.report.Checks, c)
	if v.opts.Progress != nil {
		v.opts.Progress(c)
	}
	return c.Result == Passed
}

// skipped is the error of a check that does not apply; it says why.
type skipped string

func (s skipped) Error() string { return string(s) }

// skip keeps checks that can't be made, for one reason.
func (v *verifier) skip(ctx context.Context, why string, names ...string) {
	for _, n := range names {
		v.check(ctx, n, func() (string, error) { return "", skipped(why) })
	}
}

// cleanUpLimit is how long taking things away may last.
const cleanUpLimit = time.Minute

// cleanUp takes away what this verification made in the engine, also after an interrupt.
func (v *verifier) cleanUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cleanUpLimit)
	defer cancel()
	if v.composed != nil {
		v.composed.down(ctx)
	}
	if v.container != "" {
		_, _ = cli{}.run(ctx, "rm", "--force", "--volumes", v.container)
	}
	if v.built {
		_, _ = cli{}.run(ctx, "image", "rm", "--force", v.id)
	}
}
