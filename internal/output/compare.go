package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Compare tells, for each file in the order given, what stands in its place. It
// writes nothing. A target that can't be written safely is an error, and all
// such are reported at once: a symbolic link, a folder, a FIFO or a device in
// the target's place, or a folder that isn't there.
func Compare(root *os.Root, files []File) ([]Change, error) {
	var changes []Change
	var errs []error
	seen := map[string]bool{}
	for _, f := range files {
		if f.Path.IsZero() || f.Path.String() == "." {
			errs = append(errs, fmt.Errorf("%q is not the path of a file", f.Path))
			continue
		}
		if key := strings.ToLower(f.Path.String()); seen[key] {
			errs = append(errs, fmt.Errorf("%s was rendered twice", f.Path))
			continue
		}
		seen[strings.ToLower(f.Path.String())] = true
		c, err := compare(root, f)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		changes = append(changes, c)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return changes, nil
}

func compare(root *os.Root, f File) (Change, error) {
	c := Change{Path: f.Path, State: Absent, New: Seal(f.Content), Mode: f.Mode.Perm()}
	if c.Mode == 0 {
		c.Mode = 0o644
	}
	at, err := look(root, f.Path.String())
	if err != nil {
		return Change{}, err
	}
	switch {
	case at.path == "":
		return beside(root, c, at)
	case at.path != f.Path.String():
		c.State, c.Existing = Foreign, at.path
		c.Note = fmt.Sprintf("%s is there already, in other letter case: a second one would be a different file on some systems and the same on others", at.path)
	}
	var info fs.FileInfo
	if c.Old, info, err = read(root, at.path); err != nil {
		return Change{}, err
	}
	c.Mode = info.Mode().Perm()
	if c.Existing != "" {
		return c, nil
	}
	if f.Theirs {
		c.New, c.State, c.theirs, c.missing = f.Content, Foreign, true, f.Missing
		if bytes.Equal(c.Old, c.New) {
			c.State = Same
		}
		return c, nil
	}
	c.State = stateOf(c.Old, c.New)
	return beside(root, c, at)
}

// stateOf compares a file that is there with the sealed one.
func stateOf(old, sealed []byte) State {
	if bytes.Equal(normal(old), sealed) {
		return Same
	}
	isSealed, intact := Sealed(old)
	oldLines, _ := split(old)
	newLines, _ := split(sealed)
	equal := slices.EqualFunc(oldLines, newLines, bytes.Equal)
	switch {
	case equal && !isSealed: // somebody took the seal off; there is nothing else to write
		return Same
	case intact, equal: // equal with another seal: edits led where dockgen is now
		return Pristine
	case isSealed:
		return Edited
	}
	return Foreign
}

// rivals are names that a tool reads in place of, or before, the file of the key.
type rivals struct {
	names []string
	wins  bool // the rival wins over the key; otherwise the key wins over it
}

func rivalsOf(base string) rivals {
	switch base {
	case "compose.yaml": // https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file
		return rivals{names: []string{"compose.yml", "docker-compose.yaml", "docker-compose.yml"}}
	case ".dockerignore": // https://docs.docker.com/build/concepts/context/#filename-and-location
		return rivals{names: []string{"Dockerfile.dockerignore"}, wins: true}
	}
	return rivals{}
}

// beside looks for another file that has the same job as c's.
func beside(root *os.Root, c Change, at place) (Change, error) {
	dir, base := path.Split(c.Path.String())
	r := rivalsOf(base)
	var other string
	for _, name := range r.names {
		if i := slices.IndexFunc(at.siblings, func(s string) bool { return strings.EqualFold(s, name) }); i >= 0 {
			other = dir + at.siblings[i]
			break
		}
	}
	switch {
	case other == "":
		return c, nil
	case r.wins:
		c.Note = fmt.Sprintf("Docker reads %s and not %s: it wins", other, c.Path)
		return c, nil
	}
	c.Note = fmt.Sprintf("%s wins over %s once both are there", c.Path, other)
	if c.State != Absent {
		return c, nil // both are there, and the choice was made before
	}
	c.State, c.Existing, c.rival = Foreign, other, true
	return c, nil
}
