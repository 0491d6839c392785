package engine

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// prepare copies what the build may see of the project, and plants the secrets
// that it must not take.
func (v *verifier) prepare() error {
	file := filepath.Join(v.opts.Dir, filepath.FromSlash(v.opts.Dockerfile))
	var err error
	if v.file, err = readDockerfile(file); err != nil {
		return err
	}
	keep := []string{v.opts.Dockerfile, v.opts.Compose, v.opts.Edit}
	if err := copyTree(v.opts.Dir, v.tree, v.opts.Context, v.opts.Dockerfile, keep); err != nil {
		return err
	}
	return plant(filepath.Join(v.tree, filepath.FromSlash(v.opts.Context)), v.canary)
}

// newCanary returns a text that stands nowhere by chance.
func newCanary() string { return "dockgencanary" + strings.ToLower(rand.Text()) }

// plant writes the secrets that people have lying about into the copy, each
// holding the canary. What stands there is added to, not replaced.
func plant(dir, canary string) error {
	for name, format := range map[string]string{
		".env":                     "DOCKGEN_CANARY=%s\n",
		".env.local":               "DOCKGEN_CANARY=%s\n",
		"config/.env":              "DOCKGEN_CANARY=%s\n",
		"id_rsa":                   "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n",
		"certs/server.key":         "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n",
		".git/config":              "[user]\n\ttoken = %s\n",
		".git/HEAD":                "ref: refs/heads/%s\n",
		".aws/credentials":         "[default]\naws_secret_access_key = %s\n",
		"service-account-key.json": "{\"private_key\": %q}\n",
	} {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		f, err := os.OpenFile(at, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(f, format, canary)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// copyTree copies the folder src to dst without what the ignore file of the
// build context leaves out, save the paths in keep. Links stay links.
func copyTree(src, dst, buildContext, dockerfile string, keep []string) error {
	patterns, kept, err := ignored(src, buildContext, dockerfile)
	if err != nil {
		return err
	}
	keep = append(keep, kept...)
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return err
	}
	needed := func(rel string) bool {
		return slices.ContainsFunc(keep, func(k string) bool { return k != "" && (k == rel || strings.HasPrefix(k, rel+"/")) })
	}
	return filepath.WalkDir(src, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		local, err := filepath.Rel(src, name)
		if err != nil {
			return err
		}
		rel, to := filepath.ToSlash(local), filepath.Join(dst, local)
		if in, ok := below(rel, buildContext); ok && in != "." {
			out, err := matcher.MatchesOrParentMatches(in)
			if err != nil {
				return err
			}
			switch {
			case !out || needed(rel):
			case d.IsDir() && !matcher.Exclusions():
				return filepath.SkipDir
			case !d.IsDir():
				return nil
			}
		}
		return copyEntry(name, to, d)
	})
}

// ignored returns the patterns of the build context's ignore file, and that file.
// One beside the Dockerfile that bears its name comes first, as in BuildKit.
func ignored(src, buildContext, dockerfile string) (patterns, files []string, err error) {
	for _, name := range []string{dockerfile + ".dockerignore", path.Join(buildContext, ".dockerignore")} {
		f, err := os.Open(filepath.Join(src, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		patterns, err = ignorefile.ReadAll(f)
		return patterns, []string{name}, err
	}
	return nil, nil, nil
}

// below returns the path p relative to the folder dir, if it lies there.
func below(p, dir string) (string, bool) {
	if dir == "." || p == dir {
		return strings.TrimPrefix(p, dir+"/"), dir == "." || p != dir
	}
	return strings.CutPrefix(p, dir+"/")
}

func copyEntry(from, to string, d fs.DirEntry) error {
	switch {
	case d.IsDir():
		return os.MkdirAll(to, 0o755)
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case !d.Type().IsRegular():
		return nil // a pipe or a socket: no build reads it
	}
	info, err := d.Info()
	if err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
