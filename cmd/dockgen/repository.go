package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// maxUp is how many folders above a project are looked at for the repository's own.
const maxUp = 12

// repositoryOf finds the Git repository that a folder lies in: what of it detection may
// ask for is said at detect.Repository. Nil where the folder is in none, or is its top.
func repositoryOf(dir string) *detect.Repository {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return nil
	}
	top := abs
	for range maxUp {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			break
		}
		up := filepath.Dir(top)
		if up == top {
			return nil
		}
		top = up
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil || rel == "." {
		return nil
	}
	if _, err := os.Lstat(filepath.Join(top, ".git")); err != nil {
		return nil
	}
	return &detect.Repository{FS: rooted(top), Dir: filepath.ToSlash(rel)}
}

// rooted is a folder whose links lead nowhere out of it. It is opened for each file, for
// a handful of manifests is all that is ever asked for.
type rooted string

func (r rooted) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(r))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.FS().Open(name)
}

// incomplete is the error for a service whose build needs what lies above the folder:
// what would be written could not be built.
func incomplete(dir, service string, i *detect.Incomplete) error {
	root := "path/to/workspace"
	if i.Root != "" {
		root = safe.Quote(filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(string(i.Root)))))
	}
	return withHint(errors.New("this folder alone can't be built: "+i.Why.String()), "dockgen init %s --service %s", root, service)
}
