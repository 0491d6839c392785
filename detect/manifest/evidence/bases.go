package evidence

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockgen/detect"
)

// Base is an image that a stage of a Dockerfile starts from.
type Base struct {
	Image string // with its tag, variables filled in
	Why   detect.Note
}

// Bases are the images that the Dockerfile of the folder starts from, its first stage
// first. They say in which versions a project was built elsewhere, which is weaker
// than what a manifest asks for. A Dockerfile that can't be read says nothing, nor
// does one of ours.
func Bases(d *detect.Dir) []Base {
	name, file, err := readDockerfile(d)
	if file == nil || err != nil {
		return nil
	}
	vars := map[string]string{}
	var out []Base
	for _, n := range file.Children {
		words := wordsOf(n)
		switch strings.ToLower(n.Value) {
		case "arg":
			for _, w := range words {
				if k, v, ok := strings.Cut(w, "="); ok {
					vars[k] = expand(strings.Trim(v, `"'`), vars)
				}
			}
		case "from":
			if len(words) > 0 {
				image := expand(words[0], vars)
				out = append(out, Base{image, d.Note(name, n.StartLine, "FROM %s", image)})
			}
		}
	}
	return out
}

// LastCommand is what the Dockerfile of the folder starts, its ENTRYPOINT and CMD in one,
// and the line of it; no words where there is none, or where it is ours.
func LastCommand(d *detect.Dir) ([]string, detect.Note) {
	started, why := lastStarted(d)
	var out []string
	for _, s := range started {
		if s.shell {
			out = append(out, strings.Fields(s.words[0])...)
			continue
		}
		out = append(out, s.words...)
	}
	return out, why
}

// LastLine is LastCommand as a line for a shell: the form that a shell reads as it
// stands, the words of the other form quoted, and the line of ["sh", "-c", "..."].
func LastLine(d *detect.Dir) (string, detect.Note) {
	started, why := lastStarted(d)
	if line := handedToShell(started); line != "" {
		return line, why
	}
	var out []string
	for _, s := range started {
		for _, w := range s.words {
			if !s.shell {
				quoted, err := syntax.Quote(w, syntax.LangBash)
				if err != nil {
					return "", detect.Note{}
				}
				w = quoted
			}
			out = append(out, w)
		}
	}
	return strings.Join(out, " "), why
}

// handedToShell is the line that a command gives a shell of its own to read, "" for none.
func handedToShell(all []started) string {
	var words []string
	for _, s := range all {
		if s.shell {
			return ""
		}
		words = append(words, s.words...)
	}
	if len(words) != 3 || !slices.Contains([]string{"sh", "bash", "ash", "dash"}, path.Base(words[0])) || !strings.HasPrefix(words[1], "-") || !strings.HasSuffix(words[1], "c") {
		return ""
	}
	return words[2]
}

// LastEnv are the variables that the last stage of the folder's Dockerfile gives the
// program, with their values; a stage that it stands on is not asked.
func LastEnv(d *detect.Dir) map[string]string {
	_, file, err := readDockerfile(d)
	if file == nil || err != nil {
		return nil
	}
	return lastStage(file).env
}

// CopiedAs is the file of the folder that its Dockerfile puts into the image under that
// name, "" for none: COPY docker/entry.sh /app/run.sh.
func CopiedAs(d *detect.Dir, name string) string {
	_, file, err := readDockerfile(d)
	if file == nil || err != nil {
		return ""
	}
	for _, n := range file.Children {
		words := wordsOf(n)
		if verb := strings.ToLower(n.Value); verb != "copy" && verb != "add" || len(words) != 2 || path.Base(words[1]) != path.Base(name) {
			continue
		}
		if from := strings.TrimPrefix(path.Clean(words[0]), "/"); !strings.HasPrefix(from, "..") && d.Has(from) {
			return from
		}
	}
	return ""
}

// started is an ENTRYPOINT or a CMD.
type started struct {
	words []string
	shell bool // one word, which a shell reads
}

// lastStarted is what the last stage of the folder's Dockerfile starts.
func lastStarted(d *detect.Dir) ([]started, detect.Note) {
	name, file, err := readDockerfile(d)
	if file == nil || err != nil {
		return nil, detect.Note{}
	}
	var entrypoint, cmd []started
	line := 0
	for _, n := range file.Children {
		one := started{words: wordsOf(n), shell: !n.Attributes["json"]}
		switch strings.ToLower(n.Value) {
		case "from":
			entrypoint, cmd, line = nil, nil, 0
		case "entrypoint":
			entrypoint, line = nil, n.StartLine
			if len(one.words) > 0 {
				entrypoint = []started{one}
			}
		case "cmd":
			cmd, line = nil, n.StartLine
			if len(one.words) > 0 {
				cmd = []started{one}
			}
		}
	}
	if len(entrypoint) > 0 && entrypoint[0].shell {
		cmd = nil // a shell doesn't get it
	}
	all := append(entrypoint, cmd...)
	var words []string
	for _, s := range all {
		words = append(words, s.words...)
	}
	return all, d.Note(name, line, "%s", strings.Join(words, " "))
}
