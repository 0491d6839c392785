package engine_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockgen/internal/engine"
)

// develop is what an application's e2e.txt says of development: an edit of a source,
// and what the server answers then.
type develop struct{ file, old, changed, path string }

// watchLimit is how soon an edit has to be served.
const watchLimit = 10 * time.Second

// TestE2EDevelopment brings applications up for development and edits a source: the
// running container serves it, and is not built again.
func TestE2EDevelopment(t *testing.T) {
	if os.Getenv(e2eEnv) == "" {
		t.Skipf("skipped: real builds need Docker: %s=1 go test ./internal/engine -run E2EDevelopment -timeout 60m", e2eEnv)
	}
	if err := engine.Available(t.Context()); err != nil {
		t.Fatal(err)
	}
	dockgen := filepath.Join(t.TempDir(), "dockgen")
	run(t, ".", "go", "build", "-o", dockgen, "dockgen/cmd/dockgen")
	entries, err := os.ReadDir(apps)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(apps, e.Name(), "e2e.txt")); err != nil {
			continue
		}
		a := readApp(t, filepath.Join(apps, e.Name()))
		if a.develop == nil {
			continue
		}
		tried++
		t.Run(e.Name(), func(t *testing.T) { a.watch(t, dockgen) })
	}
	if tried == 0 {
		t.Fatal("no application says what is edited")
	}
}

func (a *app) watch(t *testing.T, dockgen string) {
	dir := a.copy(t)
	if command := os.Getenv(projectEnv); command != "" {
		run(t, dir, command, dir)
	}
	a.makeLock(t, dir)
	a.flags = append(a.flags, "--dev")
	a.generate(t, dockgen, dir)
	project := "dockgen-watch-" + strings.ReplaceAll(filepath.Base(a.dir), "_", "-")
	compose := func(args ...string) []string {
		return append([]string{"compose", "--project-name", project, "--file", "compose.yaml", "--file", "compose.dev.yaml", "--file", "test.yaml"}, args...)
	}
	name := strings.TrimSpace(printed(t, dir, "docker", "compose", "--file", "compose.yaml", "config", "--services"))
	if strings.Contains(name, "\n") {
		t.Fatalf("several services: %s", name)
	}
	port := portOf(t, filepath.Join(dir, "Dockerfile"))
	override := fmt.Sprintf("services:\n  %q:\n    healthcheck: {interval: 1s}\n    ports: !override [{target: %s, host_ip: 127.0.0.1}]\n", name, port)
	if err := os.WriteFile(filepath.Join(dir, "test.yaml"), []byte(override), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		down := exec.CommandContext(ctx, "docker", compose("down", "--volumes", "--rmi", "local", "--timeout", "5")...)
		down.Dir = dir
		_ = down.Run()
	})
	run(t, dir, "docker", compose("up", "--build", "--wait", "--wait-timeout", "90")...)
	container := printed(t, dir, "docker", compose("ps", "--quiet", name)...)
	address := strings.TrimSpace(printed(t, dir, "docker", compose("port", name, port)...))

	ctx, stop := context.WithCancel(t.Context())
	watching := exec.CommandContext(ctx, "docker", compose("watch", "--no-up")...)
	watching.Dir = dir
	log := &strings.Builder{}
	watching.Stdout, watching.Stderr = log, log
	if err := watching.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { stop(); _ = watching.Wait() }()

	d := a.develop
	get := func() string {
		resp, err := http.Get("http://" + address + d.path)
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return string(body)
	}
	if before := get(); !strings.Contains(before, d.old) || strings.Contains(before, d.changed) {
		t.Fatalf("before the edit %s answers %q, want %q", d.path, before, d.old)
	}
	file := filepath.Join(dir, filepath.FromSlash(d.file))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// The watch says nothing that a program could wait for: an edit is made again
	// until it is seen, and the time counts from the one that was.
	var took time.Duration
	for attempt := 0; ; attempt++ {
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), d.old, d.changed)+strings.Repeat("\n", attempt)), 0o644); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		served := false
		for !served && time.Since(began) < watchLimit {
			served = strings.Contains(get(), d.changed)
			took = time.Since(began)
		}
		if served {
			break
		}
		if attempt > 2 {
			t.Fatalf("the edit of %s is not served within %s; docker compose watch says:\n%s", d.file, watchLimit, log)
		}
	}
	t.Logf("served %.1f s after the edit", took.Seconds())
	if now := printed(t, dir, "docker", compose("ps", "--quiet", name)...); now != container {
		t.Errorf("the container was made anew: %s, was %s", now, container)
	}
}

// portOf is the port that a Dockerfile exposes.
func portOf(t *testing.T, dockerfile string) string {
	t.Helper()
	text, err := os.ReadFile(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if port, ok := strings.CutPrefix(line, "EXPOSE "); ok {
			return strings.TrimSpace(port)
		}
	}
	t.Fatal("the Dockerfile exposes no port")
	return ""
}

// printed runs a command and returns what it prints.
func printed(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v", filepath.Base(name), strings.Join(args, " "), err)
	}
	return string(out)
}
