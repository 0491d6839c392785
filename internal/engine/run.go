package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stopLimit is how long a program may take to end.
const stopLimit = 5 * time.Second

// run starts a container of the image as a careful operator would, and probes it.
func (v *verifier) run(ctx context.Context) {
	probes := []string{CheckHTTP, CheckHealth, CheckProcess, CheckLogs, CheckStop}
	if v.opts.ComposeOnly {
		v.skip(ctx, "the program does not start alone: see "+CheckCompose, probes...)
		return
	}
	if !v.check(ctx, CheckHTTP, func() (string, error) { return v.start(ctx) }) {
		v.skip(ctx, "the program did not answer", probes[1:]...)
		return
	}
	v.check(ctx, CheckHealth, func() (string, error) { return v.health(ctx) })
	v.check(ctx, CheckProcess, func() (string, error) { return v.process(ctx) })
	v.check(ctx, CheckLogs, func() (string, error) {
		log, err := v.logs(ctx)
		if err == nil && strings.TrimSpace(log) == "" {
			return "", skipped("the program printed nothing")
		}
		return fmt.Sprintf("%d lines", strings.Count(log, "\n")), err
	})
	v.check(ctx, CheckStop, func() (string, error) { return v.stop(ctx) })
}

// start runs the container and waits for its answers. A program without a port
// only has to stay.
func (v *verifier) start(ctx context.Context) (string, error) {
	port := 0
	for p := range v.config.ExposedPorts {
		n, _ := strconv.Atoi(strings.TrimSuffix(p, "/tcp"))
		port = max(port, n)
	}
	v.container = v.id
	args := []string{
		"run", "--detach", "--name", v.container, "--pull=never",
		"--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
		// A second, where the image says thirty: its own test, asked more often.
		"--health-interval", "1s",
	}
	if port > 0 {
		args = append(args, "--publish", fmt.Sprintf("127.0.0.1::%d", port))
	}
	for _, dir := range v.volumes() {
		args = append(args, "--mount", "type=volume,dst="+dir)
	}
	for _, t := range v.tmpfs() {
		args = append(args, "--tmpfs", t)
	}
	for _, name := range slices.Sorted(maps.Keys(v.opts.Env)) {
		args = append(args, "--env", name+"="+v.opts.Env[name])
	}
	if _, err := (cli{}).run(ctx, append(args, v.id)...); err != nil {
		return "", err
	}
	if port == 0 {
		return v.stays(ctx)
	}
	out, err := cli{}.run(ctx, "port", v.container, strconv.Itoa(port)+"/tcp")
	if err != nil {
		return "", v.withLogs(ctx, err)
	}
	address, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	answers, err := ask(ctx, address, v.opts.Requests, v.opts.Start, v.alive)
	if err != nil {
		return "", v.withLogs(ctx, err)
	}
	return fmt.Sprintf("port %d: %s", port, answers), nil
}

// volumes returns the folders that outlive the program, from the options and
// from the Compose file.
func (v *verifier) volumes() []string {
	out := slices.Clone(v.opts.State)
	if v.composed != nil {
		_, s, _ := v.composed.service(final)
		for _, m := range s.Volumes {
			if m.Type == "volume" && !slices.Contains(out, m.Target) {
				out = append(out, m.Target)
			}
		}
	}
	return out
}

// tmpfs returns the folders in memory: /tmp, and those of the Compose file.
func (v *verifier) tmpfs() []string {
	out := []string{"/tmp"}
	if v.composed != nil {
		_, s, _ := v.composed.service(final)
		for _, t := range s.Tmpfs {
			if dir, _, _ := strings.Cut(t, ":"); dir != "/tmp" {
				out = append(out, t)
			}
		}
	}
	return out
}

// stays waits three seconds for a program that listens on no port to end.
func (v *verifier) stays(ctx context.Context) (string, error) {
	const limit = 3 * time.Second
	err := poll(ctx, limit, func(ctx context.Context) (bool, error) { return false, v.alive(ctx) })
	var ended *endedError
	if errors.As(err, &ended) {
		return "", v.withLogs(ctx, err)
	}
	return fmt.Sprintf("no port: still running after %s", limit), ctx.Err()
}

// endedError is a program that ended by itself.
type endedError struct{ code int }

func (e *endedError) Error() string {
	return fmt.Sprintf("the program ended by itself with exit code %d", e.code)
}

// containerState is what docker knows of a running container.
type containerState struct {
	Running  bool
	ExitCode int
	Pid      int
	Health   *struct {
		Status string
		Log    []struct{ Output string }
	}
}

func (v *verifier) containerState(ctx context.Context) (containerState, error) {
	var s containerState
	out, err := cli{}.run(ctx, "container", "inspect", "--format", "{{json .State}}", v.container)
	if err == nil {
		err = json.Unmarshal([]byte(out), &s)
	}
	return s, err
}

// alive is an error once the container has ended.
func (v *verifier) alive(ctx context.Context) error {
	s, err := v.containerState(ctx)
	if err == nil && !s.Running {
		return &endedError{s.ExitCode}
	}
	return err
}

func (v *verifier) health(ctx context.Context) (string, error) {
	if h := v.config.Healthcheck; h == nil || len(h.Test) == 0 || h.Test[0] == "NONE" {
		return "", skipped("the image has no HEALTHCHECK")
	}
	start := time.Now()
	var last string
	err := poll(ctx, v.opts.Start, func(ctx context.Context) (bool, error) {
		s, err := v.containerState(ctx)
		if err != nil {
			return false, err
		}
		if !s.Running {
			return false, &endedError{s.ExitCode}
		}
		if s.Health == nil {
			return false, errors.New("the engine runs no health check")
		}
		if n := len(s.Health.Log); n > 0 {
			last = strings.TrimSpace(s.Health.Log[n-1].Output)
		}
		if s.Health.Status == "unhealthy" {
			return false, errors.New("the container is unhealthy")
		}
		return s.Health.Status == "healthy", nil
	})
	if err != nil {
		return "", v.withLogs(ctx, fmt.Errorf("%w; the check said %q", err, last))
	}
	return fmt.Sprintf("healthy after %s", time.Since(start).Round(time.Second)), nil
}

// process looks at what runs as process 1.
func (v *verifier) process(ctx context.Context) (string, error) {
	s, err := v.containerState(ctx)
	if err != nil {
		return "", err
	}
	out, err := cli{}.run(ctx, "top", v.container, "-eo", "pid,args")
	if err != nil {
		return "", err
	}
	for line := range strings.SplitSeq(out, "\n") {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != strconv.Itoa(s.Pid) {
			continue
		}
		args := strings.Join(words[1:], " ")
		if w := wrapper(words[1:]); w != "" {
			return "", fmt.Errorf("process 1 is %s, which does not pass signals on: %s", w, args)
		}
		return args, nil
	}
	return "", fmt.Errorf("docker top does not list the container's process %d", s.Pid)
}

// wrapper returns the shell or package manager that a command line starts, if it is one.
func wrapper(argv []string) string {
	wrappers := []string{"sh", "bash", "dash", "ash", "zsh", "busybox", "npm", "npx", "yarn", "yarn.js", "pnpm", "pnpm.cjs", "corepack", "npm-cli.js", "uv", "poetry", "pipenv", "pdm", "hatch", "bundle", "mvn", "gradle", "cargo", "make"}
	for i, arg := range argv[:min(2, len(argv))] {
		name := path.Base(strings.TrimSuffix(arg, ":"))
		if i == 1 && !slices.Contains([]string{"node", "python", "python3", "ruby", "bun", "deno"}, path.Base(argv[0])) {
			break // an argument of the program itself
		}
		if slices.Contains(wrappers, name) {
			return name
		}
	}
	return ""
}

// stop tells the program to end and looks how it does. docker sends the image's
// STOPSIGNAL, which is SIGTERM unless the image says otherwise.
func (v *verifier) stop(ctx context.Context) (string, error) {
	signal := v.config.StopSignal
	if signal == "" {
		signal = "SIGTERM"
	}
	start := time.Now()
	if _, err := (cli{}).run(ctx, "stop", "-t", strconv.Itoa(int(stopLimit.Seconds())), v.container); err != nil {
		return "", err
	}
	took := time.Since(start).Round(10 * time.Millisecond)
	s, err := v.containerState(ctx)
	if err != nil {
		return "", err
	}
	const term, kill = 128 + 15, 128 + 9
	switch {
	case s.ExitCode == kill && took >= stopLimit:
		return "", v.withLogs(ctx, fmt.Errorf("%s did not end it within %s", signal, stopLimit))
	case s.ExitCode != 0 && s.ExitCode != term:
		return "", v.withLogs(ctx, fmt.Errorf("%s ended it with exit code %d", signal, s.ExitCode))
	}
	return fmt.Sprintf("%s: exit code %d after %s", signal, s.ExitCode, took), nil
}

func (v *verifier) logs(ctx context.Context) (string, error) {
	stdout, stderr, err := cli{}.both(ctx, "logs", v.container)
	return stdout + stderr, err
}

// withLogs adds what the program printed to an error.
func (v *verifier) withLogs(ctx context.Context, err error) error {
	log, _ := v.logs(ctx)
	return &programError{err, tail(log)}
}

// programError is a check that failed, with the end of what the program printed.
type programError struct {
	err error
	log string
}

func (e *programError) Error() string  { return e.err.Error() }
func (e *programError) Unwrap() error  { return e.err }
func (e *programError) output() string { return e.log }
