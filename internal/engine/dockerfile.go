package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// dockerfile is what a verification needs to know of a Dockerfile beforehand.
type dockerfile struct {
	bases   map[string]string // by stage: the stage it stands on; "" for one that stands on an image
	secrets []string          // the ids of the build secrets that its steps ask for
	// history are the keywords of the instructions that make the final image,
	// in their order: each leaves one entry in the image's history.
	history []string
}

func readDockerfile(path string) (*dockerfile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ast, err := parser.Parse(f)
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", filepath.Base(path), err)
	}
	stages, _, err := instructions.Parse(ast.AST, nil)
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", filepath.Base(path), err)
	}
	d := &dockerfile{bases: map[string]string{}}
	names := map[string]int{}
	for i, s := range stages {
		base := strings.ToLower(s.BaseName)
		if _, own := names[base]; !own {
			base = ""
		}
		d.bases[strings.ToLower(s.Name)] = base
		names[strings.ToLower(s.Name)] = i
		d.addSecrets(s)
	}
	for i, ok := len(stages)-1, len(stages) > 0; ok; i, ok = parent(names, stages, i) {
		var own []string
		for _, c := range stages[i].Commands {
			own = append(own, strings.ToUpper(c.Name()))
		}
		d.history = append(own, d.history...)
	}
	return d, nil
}

// parent returns the stage that a stage stands on.
func parent(names map[string]int, stages []instructions.Stage, i int) (int, bool) {
	j, ok := names[strings.ToLower(stages[i].BaseName)]
	return j, ok && j < i
}

func (d *dockerfile) addSecrets(s instructions.Stage) {
	for _, c := range s.Commands {
		run, ok := c.(*instructions.RunCommand)
		if !ok || run.Expand(func(word string) (string, error) { return word, nil }) != nil {
			continue // a mount that does not parse is the build's to report
		}
		for _, m := range instructions.GetMounts(run) {
			if m.Type != instructions.MountTypeSecret {
				continue
			}
			id := m.CacheID
			if id == "" {
				id = filepath.Base(m.Target)
			}
			if !slices.Contains(d.secrets, id) {
				d.secrets = append(d.secrets, id)
			}
		}
	}
}

// standsOn reports whether a stage is another one or is built on it.
func (d *dockerfile) standsOn(stage, base string) bool {
	for s := stage; s != ""; s = d.bases[s] {
		if s == base {
			return true
		}
	}
	return false
}

// packageCaches are the folders in which package managers keep what they
// downloaded, each by an end of its path. A RUN that mounts one as a cache
// installs dependencies, or uses what an earlier one has installed.
func packageCaches() []string {
	return []string{
		"/pkg/mod", "/.npm", "/pnpm/store", "/.local/share/pnpm/store", "/.cache/yarn", "/berry/cache", "/install/cache", "/deno-dir",
		"/.cache/pip", "/.cache/uv", "/.cache/pypoetry", "/.cache/pipenv", "/.cache/pdm", "/.cache/hatch", "/conda/pkgs",
		"/cargo/registry", "/cargo/git", "/.m2", "/.m2/repository", "/.gradle", "/.gradle/caches", "/bundle", "/composer/cache", "/tmp/cache", "/.nuget/packages", "/.hex", "/.mix",
	}
}

// cacheTarget finds the folder of a cache mount in the text of a RUN.
var cacheTarget = regexp.MustCompile(`--mount=type=cache\S*?\b(?:target|dst|destination)=([^\s,]+)`)

// packageCachesOf returns the package managers' folders that a RUN mounts.
func packageCachesOf(run string) []string {
	var out []string
	for _, m := range cacheTarget.FindAllStringSubmatch(run, -1) {
		if slices.ContainsFunc(packageCaches(), func(end string) bool { return strings.HasSuffix(strings.TrimSuffix(m[1], "/"), end) }) {
			out = append(out, m[1])
		}
	}
	return out
}

// compiles reports whether a RUN keeps what it compiles in a cache with a name of
// the project's own, and installs nothing but that: Cargo and Zig download and
// compile in one command.
func compiles(run string) bool {
	for _, m := range cacheTarget.FindAllStringSubmatch(run, -1) {
		if m[1] == "/target" || m[1] == "/build" {
			return true
		}
	}
	return false
}
