// Package contexttest proves what a build context holds under a .dockerignore
// file, with the code that BuildKit's client walks a folder with. It is for
// tests: nothing of it belongs into the program.
package contexttest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
)

// planted are the files that have to stay out of every context, wherever they lie.
func planted() []string {
	return []string{
		".git/HEAD", ".git/config", ".hg/store/data", ".svn/entries",
		".env", ".env.local", ".env.production", "prod.env", ".envrc", ".netrc", ".npmrc", ".pypirc", ".htpasswd",
		"id_rsa", "id_ed25519", "planted.pem", "planted.key", "planted.p12", "planted.pfx", "planted.jks", "master.key",
		".aws/credentials", ".ssh/config", ".gnupg/pubring.kbx", ".docker/config.json", ".kube/config",
		"credentials.json", "terraform.tfstate", "terraform.tfstate.backup",
		"node_modules/planted/index.js", ".venv/lib/planted.py", "__pycache__/planted.pyc", ".cache/planted",
		"Dockerfile", "Dockerfile.dev", "compose.yaml", "compose.override.yaml", "docker-compose.yml", ".dockerignore", "Dockerfile.bak",
	}
}

// Remaining lists the files of the project that a build gets to see, sorted.
// The folder dir is written to.
func Remaining(dir string, project fs.FS, dockerignore []byte) ([]string, error) {
	if err := os.CopyFS(dir, project); err != nil {
		return nil, err
	}
	return remaining(dir, dockerignore)
}

func remaining(dir string, dockerignore []byte) ([]string, error) {
	patterns, err := ignorefile.ReadAll(bytes.NewReader(dockerignore))
	if err != nil {
		return nil, err
	}
	folder, err := fsutil.NewFS(dir)
	if err != nil {
		return nil, err
	}
	filtered, err := fsutil.NewFilterFS(folder, &fsutil.FilterOpt{ExcludePatterns: patterns})
	if err != nil {
		return nil, err
	}
	var out []string
	err = filtered.Walk(context.Background(), "", func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, filepath.ToSlash(p))
		}
		return err
	})
	slices.Sort(out)
	return out, err
}

// Prove plants secrets, histories, dependencies and container files into every
// folder of the project, one new and deep one included, and reports what is
// wrong with the context: each of them that is still in it, each source of the
// Dockerfile that is not, and each path of keep that is not. The project is the
// folder that the build takes as its context; dir is an empty one to work in.
func Prove(dir string, project fs.FS, dockerignore, dockerfile []byte, keep ...string) ([]string, error) {
	if err := os.CopyFS(dir, project); err != nil {
		return nil, err
	}
	out, err := plant(dir, project)
	if err != nil {
		return nil, err
	}
	left, err := remaining(dir, dockerignore)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, p := range left {
		if out[p] {
			problems = append(problems, p+" is in the build context")
		}
	}
	sources, err := Sources(dockerfile)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		if !Holds(left, s) {
			problems = append(problems, "the Dockerfile reads "+s+", which is not in the build context")
		}
	}
	for _, k := range keep {
		if !Holds(left, k) {
			problems = append(problems, "the build needs "+k+", which is not in the build context")
		}
	}
	return problems, nil
}

// plant writes the planted files where the project has none of that name.
func plant(dir string, project fs.FS) (map[string]bool, error) {
	folders := []string{"planted/in/the/deep"}
	err := fs.WalkDir(project, ".", func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			folders = append(folders, p)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, folder := range folders {
		for _, name := range planted() {
			p := path.Join(folder, name)
			if _, err := fs.Stat(project, p); err == nil {
				continue
			}
			full := filepath.Join(dir, filepath.FromSlash(p))
			if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
				continue // a file of the project stands where the folder would
			}
			if err := os.WriteFile(full, []byte("planted\n"), 0o644); err != nil {
				return nil, err
			}
			out[p] = true
		}
	}
	return out, nil
}

// Sources are the paths that a Dockerfile takes out of its build context by COPY,
// ADD and bind mounts, without those that a build argument is part of.
func Sources(dockerfile []byte) ([]string, error) {
	result, err := parser.Parse(bytes.NewReader(dockerfile))
	if err != nil {
		return nil, fmt.Errorf("parsing the Dockerfile: %w", err)
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil {
		return nil, fmt.Errorf("reading the Dockerfile: %w", err)
	}
	var out []string
	add := func(p string) {
		p = path.Clean(strings.TrimPrefix(p, "/"))
		if !strings.Contains(p, "$") && p != "." && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for _, stage := range stages {
		for _, cmd := range stage.Commands {
			switch c := cmd.(type) {
			case *instructions.CopyCommand:
				for _, s := range c.SourcePaths {
					if c.From == "" {
						add(s)
					}
				}
			case *instructions.AddCommand:
				for _, s := range c.SourcePaths {
					if !strings.Contains(s, "://") {
						add(s)
					}
				}
			case *instructions.RunCommand:
				if err := c.Expand(func(s string) (string, error) { return s, nil }); err != nil {
					return nil, err
				}
				for _, m := range instructions.GetMounts(c) {
					if m.Type == instructions.MountTypeBind && m.From == "" {
						add(m.Source)
					}
				}
			}
		}
	}
	return out, nil
}

// Holds reports whether one of the files is the path, lies below it or matches it.
func Holds(files []string, p string) bool {
	if p == "." {
		return true
	}
	return slices.ContainsFunc(files, func(f string) bool {
		for at := f; at != "."; at = path.Dir(at) {
			if at == p {
				return true
			}
			if ok, err := path.Match(p, at); ok && err == nil {
				return true
			}
		}
		return false
	})
}
