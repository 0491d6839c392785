package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dockgen/internal/composetest"
	"dockgen/internal/engine"
)

const systems = "../../testdata/systems"

// TestE2ESystems writes the files of projects with several services below
// testdata/systems, builds them together by the bake file, brings them up by the one
// Compose file, asks each over HTTP, and shows from the build's own log that an edit
// builds again what depends on it and nothing else.
func TestE2ESystems(t *testing.T) {
	if os.Getenv(e2eEnv) == "" {
		t.Skipf("skipped: real builds need Docker and some twenty minutes: %s=1 go test ./internal/engine -run E2E -timeout 60m", e2eEnv)
	}
	if err := engine.Available(t.Context()); err != nil {
		t.Fatal(err)
	}
	dockgen := filepath.Join(t.TempDir(), "dockgen")
	run(t, ".", "go", "build", "-o", dockgen, "dockgen/cmd/dockgen")
	entries, err := os.ReadDir(systems)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel() // as in TestE2E
			s := readSystem(t, filepath.Join(systems, e.Name()))
			s.generate(t, dockgen)
			s.bake(t)
			s.up(t)
			s.edits(t)
		})
	}
}

// system is a project with several services. Its system.txt holds one expectation a line:
//
//	get SERVICE PATH [TEXT]        GET answers 200, and the answer holds the text
//	post SERVICE PATH BODY [TEXT]  the same for POST of a JSON document without spaces
//	edit PATH builds SERVICE...    a source whose edit builds these again, and no other; none: "builds nothing"
//	once TEXT                      a step of the build that several services share and that runs once
type system struct {
	dir   string // the copy
	name  string
	lines []string
	once  []string
}

func readSystem(t *testing.T, dir string) *system {
	t.Helper()
	s := &system{dir: filepath.Join(t.TempDir(), filepath.Base(dir)), name: fmt.Sprintf("dockgen-%s-%d", filepath.Base(dir), os.Getpid())}
	data, err := os.ReadFile(filepath.Join(dir, "system.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch word, rest, _ := strings.Cut(line, " "); word {
		case "", "#":
		case "once":
			s.once = append(s.once, rest)
		default:
			s.lines = append(s.lines, line)
		}
	}
	if err := os.CopyFS(s.dir, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"system.txt", "lock.Dockerfile"} {
		os.Remove(filepath.Join(s.dir, file))
	}
	if command := os.Getenv(projectEnv); command != "" {
		run(t, s.dir, command, s.dir)
	}
	(&app{dir: dir}).makeLock(t, s.dir)
	return s
}

// generate writes the files of all services, and gives a value to what Compose requires.
func (s *system) generate(t *testing.T, dockgen string) {
	t.Helper()
	run(t, s.dir, dockgen, "init", "--yes", "--all", "--bake")
	files := []string{filepath.Join(s.dir, "compose.yaml")}
	err := filepath.WalkDir(s.dir, func(name string, d os.DirEntry, err error) error {
		if base := filepath.Base(name); err == nil && strings.HasPrefix(base, "Dockerfile") && !strings.HasSuffix(base, ".dockerignore") {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	prepare(t, files...)
	compose, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var env bytes.Buffer
	for _, name := range composetest.Required(compose) {
		fmt.Fprintf(&env, "%s=%s\n", name, "s3cret"+strings.ToLower(name))
	}
	if err := os.WriteFile(filepath.Join(s.dir, ".env"), env.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// bakedStep is the name of a step of one of several targets: "[web build 3/7] RUN ...".
var bakedStep = regexp.MustCompile(`(?s)^\[(\S+) (?:\S+/\S+ )?(?:(\S+) )?\d+/\d+\] (.*)$`)

// ran builds all services, and once more if that fails: a registry may not answer for a moment.
func (s *system) ran(t *testing.T) [][2]string {
	t.Helper()
	steps, err := s.built(t)
	if err != nil {
		t.Logf("once more: %v", err)
		steps, err = s.built(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

// built are the steps that a build of all services went through anew: the target of each,
// and its instruction.
func (s *system) built(t *testing.T) ([][2]string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", "buildx", "bake", "--file", "docker-bake.hcl", "--progress=rawjson", "--set", "*.output=type=cacheonly")
	cmd.Dir = s.dir
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("docker buildx bake: %w\n%s", err, tailOf(plain(log.Bytes())))
	}
	type vertex struct {
		Digest, Name       string
		Cached             bool
		Started, Completed *time.Time
	}
	last := map[string]vertex{}
	var began time.Time // by the builder's clock; what was done before it, a build beside this one did
	lines := bufio.NewScanner(&log)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var status struct{ Vertexes []vertex }
		if json.Unmarshal(lines.Bytes(), &status) != nil {
			continue
		}
		for _, v := range status.Vertexes {
			v.Cached = v.Cached || last[v.Digest].Cached
			last[v.Digest] = v
			if v.Started != nil && strings.Contains(v.Name, "internal] load build definition") && (began.IsZero() || v.Started.Before(began)) {
				began = *v.Started
			}
		}
	}
	var out [][2]string
	for _, v := range last {
		m := bakedStep.FindStringSubmatch(v.Name)
		if m == nil || v.Cached || v.Completed == nil || v.Completed.Before(began) || m[2] == "internal" || strings.HasPrefix(m[3], "FROM ") {
			continue
		}
		out = append(out, [2]string{m[1], m[3]})
	}
	return out, nil
}

// plain are the words of a build's progress.
func plain(progress []byte) string {
	var out strings.Builder
	for line := range bytes.Lines(progress) {
		var status struct {
			Logs []struct{ Data []byte }
		}
		if json.Unmarshal(line, &status) != nil {
			out.Write(line)
			continue
		}
		for _, l := range status.Logs {
			out.Write(l.Data)
		}
	}
	return out.String()
}

func tailOf(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// bake builds all services together; what they share is built once.
func (s *system) bake(t *testing.T) {
	t.Helper()
	steps := s.ran(t)
	for _, text := range s.once {
		n := 0
		for _, step := range steps {
			if strings.Contains(step[1], text) {
				n++
			}
		}
		if n > 1 {
			t.Errorf("%q ran %d times in one build", text, n)
		}
	}
	t.Logf("built by docker buildx bake: %d steps", len(steps))
}

// up starts everything by the Compose file alone, and asks.
func (s *system) up(t *testing.T) {
	t.Helper()
	override := filepath.Join(t.TempDir(), "override.yaml")
	compose := func(args ...string) string {
		return output(t, s.dir, "docker", append([]string{"compose", "--project-name", s.name, "--file", "compose.yaml", "--file", override}, args...)...)
	}
	if err := os.WriteFile(override, []byte("services: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var model struct {
		Services map[string]struct {
			Build *struct{}
			Ports []struct{ Target int }
		}
	}
	if err := json.Unmarshal([]byte(compose("config", "--format", "json")), &model); err != nil {
		t.Fatal(err)
	}
	// Ports that nobody else has, and checks that do not take half a minute to begin.
	var b strings.Builder
	b.WriteString("services:\n")
	for name, service := range model.Services {
		fmt.Fprintf(&b, "  %q:\n    ports: !override [", name)
		for _, p := range service.Ports {
			fmt.Fprintf(&b, "{target: %d, host_ip: 127.0.0.1}", p.Target)
		}
		b.WriteString("]\n")
		if service.Build != nil && len(service.Ports) > 0 {
			b.WriteString("    healthcheck: {interval: 1s}\n")
		}
	}
	if err := os.WriteFile(override, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "docker", "compose", "--project-name", s.name, "--file", "compose.yaml", "down", "--volumes", "--rmi", "local", "--timeout", "5")
		cmd.Dir = s.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Logf("taking all down: %v\n%s", err, out)
		}
	})
	began := time.Now()
	compose("up", "--build", "--wait", "--wait-timeout", "300")
	t.Logf("up by docker compose in %s", time.Since(began).Round(time.Second))
	for _, line := range s.lines {
		words := strings.Fields(line)
		switch words[0] {
		case "get":
			ask(t, compose, model.Services[words[1]].Ports[0].Target, words[1], http.MethodGet, words[2], "", strings.Join(words[3:], " "))
		case "post":
			ask(t, compose, model.Services[words[1]].Ports[0].Target, words[1], http.MethodPost, words[2], words[3], strings.Join(words[4:], " "))
		}
	}
}

func ask(t *testing.T, compose func(...string) string, port int, service, method, path, body, want string) {
	t.Helper()
	address := strings.TrimSpace(compose("port", service, fmt.Sprint(port)))
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	client := &http.Client{Timeout: 10 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		t.Errorf("%s %s of %s: %v\n%s", method, path, service, err, tailOf(compose("logs", "--no-color", service)))
		return
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 300 || !strings.Contains(string(answer), want) {
		t.Errorf("%s %s of %s: %d %q, want %q\n%s", method, path, service, res.StatusCode, answer, want, tailOf(compose("logs", "--no-color", service)))
		return
	}
	t.Logf("%s %s of %s: %d", method, path, service, res.StatusCode)
}

// edits change one source after the other and build again.
func (s *system) edits(t *testing.T) {
	t.Helper()
	for _, line := range s.lines {
		words := strings.Fields(line)
		if words[0] != "edit" {
			continue
		}
		want := slices.DeleteFunc(slices.Clone(words[3:]), func(w string) bool { return w == "nothing" })
		slices.Sort(want)
		var got []string
		var steps [][2]string
		// A builder that has used up its space drops layers between two builds. What depends
		// on the source by the files' fault is built each time.
		for range 3 {
			got, steps = s.edit(t, words[1])
			if slices.Equal(got, want) {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("an edit of %s built %v again, want %v:\n%v", words[1], got, want, steps)
			continue
		}
		t.Logf("an edit of %s built %v again, in %d steps", words[1], got, len(steps))
	}
}

// edit appends a line to a source, builds, and returns whose steps ran, and the steps.
func (s *system) edit(t *testing.T, source string) ([]string, [][2]string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(s.dir, filepath.FromSlash(source)), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString("\n")
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	steps := s.ran(t)
	var services []string
	for _, step := range steps {
		services = append(services, step[0])
	}
	slices.Sort(services)
	return slices.Compact(services), steps
}

// output is what a command prints.
func output(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, tailOf(errs.String()))
	}
	return out.String()
}
