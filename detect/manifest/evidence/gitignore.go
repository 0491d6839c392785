package evidence

import (
	"bytes"
	"encoding/binary"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/moby/patternmatcher"

	"dockgen/detect"
)

// ignoredByGit notes what the build needs and git ignores, because it is there
// on this machine and not in a fresh clone; and a .env that git does not ignore.
func ignoredByGit(d *detect.Dir, s *detect.Service) error {
	project := d
	for p := range d.Parents() {
		project = p
	}
	rules, err := readRules(project, s.Root.String())
	if err != nil || len(rules) == 0 {
		return err
	}
	index := sync.OnceValue(func() []string { return tracked(project) })
	for _, keep := range s.Context.Keep {
		full := path.Join(s.Root.String(), keep.String())
		if r, ok := ignoredBy(rules, full); ok && !holds(index(), full) {
			s.Notes = append(s.Notes, detect.Note{Path: full, Text: "the build reads it and git ignores it (" + r.file + "), so it is missing from a fresh clone: git add --force " + full})
		}
	}
	switch _, ok := ignoredBy(rules, ".env"); {
	case ok || !needsSecrets(s):
	case project.Has(".env"):
		// Symfony commits one with defaults; to ignore it would take them from everybody.
		s.Notes = append(s.Notes, detect.Note{Path: ".env", Text: "is not ignored by git, and Compose takes passwords from it: keep them in a file that is, and start with docker compose --env-file .env --env-file .env.local up"})
	default:
		s.Notes = append(s.Notes, detect.Note{Path: ".gitignore", Text: "compose.yaml takes its passwords from a file .env, which git does not ignore: echo .env >> .gitignore"})
	}
	return nil
}

// tracked lists the files in git's index: one that was added by force is there in
// a clone, whatever the rules say. It is empty where the index can't be read: a
// project that is a folder of a repository has none of its own.
func tracked(project *detect.Dir) []string {
	data, err := project.ReadBinary(".git/index")
	if err != nil {
		return nil
	}
	// https://git-scm.com/docs/index-format: a header of 12 bytes, then entries
	// with 62 bytes before the path, filled up with zeros to a multiple of 8.
	const header, fixed = 12, 62
	if len(data) < header || string(data[:4]) != "DIRC" || binary.BigEndian.Uint32(data[4:]) > 3 {
		return nil // version 4 shortens its paths
	}
	n := binary.BigEndian.Uint32(data[8:])
	data = data[header:]
	var out []string
	for range n {
		if len(data) < fixed+1 {
			return out
		}
		start := fixed
		if binary.BigEndian.Uint16(data[fixed-2:])&0x4000 != 0 {
			start += 2 // more flags
		}
		length := bytes.IndexByte(data[start:], 0)
		if length < 0 {
			return out
		}
		out = append(out, string(data[start:start+length]))
		data = data[min(len(data), (start+length)/8*8+8):]
	}
	return out
}

// holds reports whether one of the files is the path or lies below it.
func holds(files []string, p string) bool {
	return slices.ContainsFunc(files, func(f string) bool { return f == p || strings.HasPrefix(f, p+"/") })
}

func needsSecrets(s *detect.Service) bool {
	for _, n := range s.Needs {
		if !n.Optional {
			return true
		}
	}
	for _, e := range s.Env {
		if e.Required && e.Secret {
			return true
		}
	}
	return false
}

// rules are the patterns of one .gitignore file, in the form of patternmatcher.
type rules struct {
	file string
	*patternmatcher.PatternMatcher
}

// readRules reads the .gitignore files of the project, and of the folders down to
// the one that is named.
func readRules(project *detect.Dir, folder string) ([]rules, error) {
	var out []rules
	at := project
	for _, part := range append([]string{"."}, strings.Split(folder, "/")...) {
		if at = at.Sub(part); part == "." && at.Path() != "." || !at.Has(".gitignore") {
			continue
		}
		name := path.Join(at.Path(), ".gitignore")
		if len(out) > 0 && out[len(out)-1].file == name {
			continue
		}
		data, err := at.Read(".gitignore")
		if err != nil {
			return nil, err
		}
		m, err := patternmatcher.New(dockerPatterns(at.Path(), string(data)))
		if err != nil {
			return nil, at.Errorf(".gitignore", 0, "%w", err)
		}
		out = append(out, rules{name, m})
	}
	return out, nil
}

// dockerPatterns says in the words of a .dockerignore what a .gitignore says: a
// pattern without a slash, but at its end, holds at every depth, any other from
// its own folder on (https://git-scm.com/docs/gitignore#_pattern_format).
func dockerPatterns(folder, text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n ")
		// A pattern of tabs alone would be trimmed to one that takes everything.
		if strings.TrimSpace(line) == "" || line[0] == '#' {
			continue
		}
		line, except := strings.CutPrefix(line, "!")
		line = strings.TrimPrefix(line, `\`)
		pattern := strings.TrimSuffix(line, "/")
		if !strings.Contains(pattern, "/") {
			pattern = "**/" + pattern
		}
		pattern = path.Join(folder, strings.TrimPrefix(pattern, "/"))
		if _, err := path.Match(pattern, ""); err != nil {
			continue // git takes it for no pattern either
		}
		if except {
			pattern = "!" + pattern
		}
		out = append(out, pattern)
	}
	return out
}

// ignoredBy finds the file whose rules ignore the path; the nearest one decides.
func ignoredBy(all []rules, p string) (rules, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if ok, err := all[i].MatchesOrParentMatches(p); err == nil && ok {
			return all[i], true
		}
	}
	return rules{}, false
}
