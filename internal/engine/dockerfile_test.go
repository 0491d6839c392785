package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadDockerfile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Dockerfile")
	text := `# syntax=docker/dockerfile:1
ARG NODE_VERSION=24
FROM node:${NODE_VERSION}-slim AS Base
WORKDIR /app
FROM base AS deps
RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN --mount=type=secret,target=/root/.netrc \
    npm ci
FROM base AS final
COPY --from=deps /app/node_modules ./node_modules
USER 1000:1000
CMD ["node", "server.js"]
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := readDockerfile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"NPM_TOKEN", ".netrc"}, d.secrets); diff != "" {
		t.Errorf("secrets: a mount without an id has its file's name:\n%s", diff)
	}
	// The stage that the final one stands on is in its history; the one it copies from is not.
	if diff := cmp.Diff([]string{"WORKDIR", "COPY", "USER", "CMD"}, d.history); diff != "" {
		t.Errorf("history:\n%s", diff)
	}
	for _, c := range []struct {
		stage, base string
		want        bool
	}{{"deps", "base", true}, {"deps", "deps", true}, {"base", "deps", false}, {"final", "deps", false}} {
		if got := d.standsOn(c.stage, c.base); got != c.want {
			t.Errorf("standsOn(%s, %s) = %v", c.stage, c.base, got)
		}
	}
}

func TestPackageCachesOf(t *testing.T) {
	for _, c := range []struct {
		run, reason string
		want        []string
	}{
		{"RUN --mount=type=cache,id=npm,target=/root/.npm npm ci", "npm", []string{"/root/.npm"}},
		{"RUN --mount=type=cache,id=gomod,target=/go/pkg/mod     --mount=type=cache,id=gobuild,target=/root/.cache/go-build go build", "a compiler's cache is none", []string{"/go/pkg/mod"}},
		{"RUN --mount=type=cache,id=apt,target=/var/cache/apt,sharing=locked apt-get update", "the distribution's packages are no dependencies of the program", nil},
		{"RUN --mount=type=bind,source=a,target=/root/.npm true", "a bind mount is no cache", nil},
		{"RUN --mount=type=cache,target=/pnpm/store,id=pnpm pnpm install", "the id may come last", []string{"/pnpm/store"}},
	} {
		if diff := cmp.Diff(c.want, packageCachesOf(c.run)); diff != "" {
			t.Errorf("%s: %s\n%s", c.reason, c.run, diff)
		}
	}
}
