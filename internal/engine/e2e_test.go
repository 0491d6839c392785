package engine_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"dockgen/internal/engine"
)

const apps = "../../testdata/e2e"

// prepareEnv names a command that is called with the written files before they
// are built, for a machine that has to make their base images reachable first.
const prepareEnv = "DOCKGEN_E2E_PREPARE"

// projectEnv names a command that is called with the folder of each application
// before dockgen sees it, for a machine that reaches other package indexes.
const projectEnv = "DOCKGEN_E2E_PROJECT"

// e2eEnv asks for the real builds. They take minutes, longer than go test
// allows a package unless it is told otherwise, so nobody gets them unasked.
const e2eEnv = "DOCKGEN_E2E"

// TestE2E builds every application below testdata/e2e with the files that
// dockgen writes for it, unchanged, runs it and probes it.
func TestE2E(t *testing.T) {
	if os.Getenv(e2eEnv) == "" {
		t.Skipf("skipped: real builds need Docker and some twenty minutes: %s=1 go test ./internal/engine -run E2E -timeout 60m", e2eEnv)
	}
	if err := engine.Available(t.Context()); err != nil {
		t.Fatal(err)
	}
	dockgen := filepath.Join(t.TempDir(), "dockgen")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", dockgen, "dockgen/cmd/dockgen").CombinedOutput(); err != nil {
		t.Fatalf("building dockgen: %v\n%s", err, out)
	}
	entries, err := os.ReadDir(apps)
	if err != nil {
		t.Fatal(err)
	}
	table := &results{}
	t.Cleanup(func() { t.Log("\n" + table.String()) })
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel() // while one waits for a network or for a program to end, another compiles
			a := readApp(t, filepath.Join(apps, e.Name()))
			dir := a.copy(t)
			if command := os.Getenv(projectEnv); command != "" {
				run(t, dir, command, dir)
			}
			a.makeLock(t, dir)
			a.generate(t, dockgen, dir)
			opts := a.options
			opts.Dir = dir
			opts.Progress = func(c engine.Check) {
				t.Logf("%-13s %-8s %6.1fs  %s", c.Name, c.Result, c.Took.Seconds(), c.Text)
			}
			report, err := engine.Verify(t.Context(), opts)
			if err != nil {
				t.Fatal(err)
			}
			table.add(e.Name(), report)
			for _, c := range report.Checks {
				if c.Result == engine.Failed {
					t.Errorf("%s: %s\n%s", c.Name, c.Text, c.Log)
				}
				if c.Result == engine.Skipped && len(report.Failed()) == 0 && !slices.Contains(a.maySkip, c.Name) {
					t.Errorf("%s was skipped (%s), and e2e.txt does not say that it may be", c.Name, c.Text)
				}
			}
		})
	}
}

// app is an application below testdata/e2e. Its e2e.txt holds one expectation a line:
//
//	edit PATH           a source whose edit must install nothing anew
//	get PATH [TEXT]     GET answers 200, and the answer holds the text
//	again PATH TEXT     GET answers so once Compose took all down and brought it up again
//	post PATH BODY TEXT the same for POST of a JSON document without spaces
//	env NAME=VALUE      what the program needs to start
//	secret ID=VALUE     a build secret
//	flag ARGUMENT       one more argument of dockgen init
//	expect TEXT         a text that the Dockerfile holds
//	platforms A,B       that must build too
//	develop PATH OLD NEW URL  under docker compose watch an edit of a source is served
//	compose-only        the program does not start without its services
//	skip CHECK, CHECK   the checks that do not apply
//
// A lock.Dockerfile beside it makes the lock files that can't be kept here,
// because they hold download addresses: its final stage holds just these. A
// standin.Dockerfile repairs an image that DOCKGEN_E2E_PREPARE stands in for.
type app struct {
	dir     string
	options engine.Options
	flags   []string
	expect  []string
	maySkip []string
	develop *develop
}

func readApp(t *testing.T, dir string) *app {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "e2e.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a := &app{dir: dir, maySkip: []string{engine.CheckPlatforms, engine.CheckKept, engine.CheckRequired}}
	a.options.Compose, a.options.Start = "compose.yaml", 90*time.Second
	a.options.Env, a.options.Secrets = map[string]string{}, map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := a.parse(line); err != nil {
			t.Fatalf("%s:%d: %v", f.Name(), n, err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *app) parse(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	o := &a.options
	switch word {
	case "edit":
		o.Edit = rest
	case "get", "again":
		path, want, _ := strings.Cut(rest, " ")
		list := &o.Requests
		if word == "again" {
			list = &o.Again
		}
		*list = append(*list, engine.Request{Path: path, Status: 200, Want: want})
	case "post":
		parts := strings.SplitN(rest, " ", 3)
		if len(parts) != 3 {
			return errors.New("post wants a path, a body and a text")
		}
		o.Requests = append(o.Requests, engine.Request{Method: "POST", Path: parts[0], Body: parts[1], Want: parts[2], Status: 201})
	case "env", "secret":
		name, value, ok := strings.Cut(rest, "=")
		if !ok {
			return fmt.Errorf("%s wants NAME=VALUE", word)
		}
		into := o.Env
		if word == "secret" {
			into = o.Secrets
		}
		into[name] = value
	case "develop":
		parts := strings.Fields(rest)
		if len(parts) != 4 {
			return errors.New("develop wants a file, a word, the word in its place and a path")
		}
		a.develop = &develop{parts[0], parts[1], parts[2], parts[3]}
	case "flag":
		a.flags = append(a.flags, rest)
	case "expect":
		a.expect = append(a.expect, rest)
	case "platforms":
		o.Platforms = strings.Split(rest, ",")
	case "compose-only":
		o.ComposeOnly = true
		a.maySkip = append(a.maySkip, engine.CheckHTTP, engine.CheckHealth, engine.CheckProcess, engine.CheckLogs, engine.CheckStop)
	case "skip":
		for name := range strings.SplitSeq(rest, ",") {
			a.maySkip = append(a.maySkip, strings.TrimSpace(name))
		}
	default:
		return fmt.Errorf("the word %s is not known", strconv.Quote(word))
	}
	return nil
}

// copy copies the application, without what only this test reads.
func (a *app) copy(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), filepath.Base(a.dir))
	if err := os.CopyFS(dir, os.DirFS(a.dir)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"e2e.txt", "lock.Dockerfile", "standin.Dockerfile"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	return dir
}

// makeLock makes the lock files that the application's own manager writes.
func (a *app) makeLock(t *testing.T, dir string) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join(a.dir, "lock.Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		return
	}
	prepare(t, file)
	run(t, dir, "docker", "buildx", "build", "--file", file, "--output", "type=local,dest=.", ".")
}

// generate writes the container files as a user would.
func (a *app) generate(t *testing.T, dockgen, dir string) {
	t.Helper()
	run(t, dir, dockgen, append([]string{"init", "--yes"}, a.flags...)...)
	dockerfile, err := os.ReadFile(filepath.Join(dir, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range a.expect {
		if !strings.Contains(string(dockerfile), want) {
			t.Errorf("the Dockerfile does not hold %q:\n%s", want, dockerfile)
		}
	}
	prepare(t, filepath.Join(dir, "Dockerfile"), filepath.Join(dir, "compose.yaml"))
	a.repair(t, dir)
}

// repair builds the image that a standin.Dockerfile is made from anew, under its own
// name in the engine, where the images are stand-ins.
func (a *app) repair(t *testing.T, dir string) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(a.dir, "standin.Dockerfile"))
	if err != nil || os.Getenv(prepareEnv) == "" {
		return
	}
	for line := range strings.Lines(string(file)) {
		if image, ok := strings.CutPrefix(line, "FROM "); ok {
			path, err := filepath.Abs(filepath.Join(a.dir, "standin.Dockerfile"))
			if err != nil {
				t.Fatal(err)
			}
			run(t, dir, "docker", "buildx", "build", "--load", "--tag", strings.TrimSpace(image), "--file", path, t.TempDir())
		}
	}
}

func prepare(t *testing.T, files ...string) {
	t.Helper()
	if command := os.Getenv(prepareEnv); command != "" {
		run(t, filepath.Dir(files[0]), command, files...)
	}
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
}

// results is a table of applications and checks.
type results struct {
	mu    sync.Mutex
	names []string
	rows  []string
}

func (r *results) add(name string, report *engine.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	row := []string{name}
	r.names = nil
	for _, c := range report.Checks {
		r.names = append(r.names, c.Name)
		row = append(row, map[engine.Result]string{engine.Passed: "yes", engine.Failed: "NO", engine.Skipped: "-"}[c.Result])
	}
	r.rows = append(r.rows, strings.Join(row, "\t"))
}

func (r *results) String() string {
	slices.Sort(r.rows)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "application\t"+strings.Join(r.names, "\t"))
	for _, row := range r.rows {
		fmt.Fprintln(w, row)
	}
	w.Flush()
	return b.String()
}
