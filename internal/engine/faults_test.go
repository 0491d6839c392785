package engine_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockgen/internal/engine"
)

// TestE2EFaults verifies an image that does everything wrong: a check that can't
// fail proves nothing.
func TestE2EFaults(t *testing.T) {
	if os.Getenv(e2eEnv) == "" {
		t.Skipf("skipped: real builds need Docker: %s=1 go test ./internal/engine -run E2E", e2eEnv)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Dockerfile": `FROM python:3.14-slim-trixie as final
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/pip pip --version
RUN touch /app/helper && chmod 4755 /app/helper && chmod 777 /app
RUN true
RUN date +%N >/app/a
RUN date +%N >/app/b
RUN date +%N >/app/c
RUN date +%N >/app/d
RUN date +%N >/app/e
RUN date +%N >/app/f
USER www-data
EXPOSE 8000
HEALTHCHECK --timeout=1s --retries=1 CMD ["false"]
CMD python serve.py; true
`,
		// It takes no notice of SIGTERM, and its shell passes none on.
		"serve.py": `import http.server
http.server.test(HandlerClass=http.server.SimpleHTTPRequestHandler, port=8000)
`,
		"compose.yaml": "services:\n  web:\n    build: .\n    command: ['false']\n    ports: ['8000:8000']\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	prepare(t, filepath.Join(dir, "Dockerfile"))
	report, err := engine.Verify(t.Context(), engine.Options{Dir: dir, Compose: "compose.yaml", Edit: "serve.py"})
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, c := range report.Failed() {
		t.Logf("%s: %s", c.Name, c.Text)
		failed = append(failed, c.Name)
	}
	want := []string{
		engine.CheckLint, engine.CheckUser, engine.CheckLayers, engine.CheckSecrets, engine.CheckReadOnly, engine.CheckSetuid,
		engine.CheckHealth, engine.CheckProcess, engine.CheckStop, engine.CheckEdit, engine.CheckCompose,
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(failed))); diff != "" {
		t.Errorf("the checks that failed:\n%s", diff)
	}
}

// TestE2EBuildFails looks at what is said of a Dockerfile that does not build.
func TestE2EBuildFails(t *testing.T) {
	if os.Getenv(e2eEnv) == "" {
		t.Skipf("skipped: real builds need Docker: %s=1 go test ./internal/engine -run E2E", e2eEnv)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM debian:trixie-slim AS final\nRUN echo the reason && exit 7\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	prepare(t, filepath.Join(dir, "Dockerfile"))
	report, err := engine.Verify(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	failed := report.Failed()
	if len(failed) != 1 || failed[0].Name != engine.CheckBuild {
		t.Fatalf("failed: %+v", failed)
	}
	if got := failed[0].Log; !strings.Contains(got, "the reason") {
		t.Errorf("the log does not hold what the step printed:\n%s", got)
	}
}
