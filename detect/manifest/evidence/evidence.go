// Package evidence reads what says something about a service beside its own
// manifest and sources: container files that exist, files of hosting platforms,
// examples of environment files, and the ignore list of git.
//
// All of it is weaker than what a detector found: such a file may be years old,
// or of a development setup. So a value that was detected stays, a file that
// can't be read is a note and no error, and every value taken from here says so.
package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// Refiners returns the refiners in the order of their weight: what comes first
// is believed before what follows.
func Refiners() []detect.Refiner {
	return []detect.Refiner{
		tolerant(processes),
		tolerant(platforms),
		tolerant(composeFiles),
		tolerant(nginx),
		tolerant(dockerfile),
		tolerant(workflows),
		tolerant(extensions),
		tolerant(migrations),
		tolerant(prepared),
		tolerant(examples),
		tolerant(alternatives),
		tolerant(contextFiles),
		tolerant(ignoredByGit),
	}
}

// source is a refiner that may fail on a file of the project.
type source func(d *detect.Dir, s *detect.Service) error

// tolerant makes a note of a file that can't be read: weak evidence that is
// missing is no reason to stop.
func tolerant(from source) detect.Refiner {
	return func(ctx context.Context, d *detect.Dir, s *detect.Service) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := from(d, s)
		var file *detect.FileError
		if errors.As(err, &file) {
			if !errors.Is(err, fs.ErrNotExist) {
				s.Notes = append(s.Notes, detect.Note{Path: file.Path, Line: file.Line, Text: fmt.Sprintf("not looked at further: %v", file.Err)})
			}
			return nil
		}
		return err
	}
}

// takePort takes a port that a file names, where the sources say none. A start command
// that holds the usual one gets the other; a variable that holds it is left alone, and so
// is the port.
func takePort(s *detect.Service, port int, why detect.Note) {
	p, err := safe.NewPort(port)
	if err != nil || s.Kind != detect.Server || s.Port.Source > detect.Default || s.Port.V == p {
		return
	}
	if old := s.Port.V; old != 0 {
		for _, e := range s.SetEnv {
			if e.Name != s.PortEnv && mentions(e.Value.String(), old.String()) {
				return
			}
		}
	}
	if start, ok := renumber(s.Start.V, s.Port.V, p); ok {
		s.Start.V = start
	} else if mentions(s.Start.V.String(), s.Port.V.String()) {
		return
	}
	s.Port = detect.Found(p, why)
}

// renumber writes another port into the words of a command that are an address or a
// number: 8000, :8000, 0.0.0.0:8000, --port=8000. It reports false where there is none.
func renumber(argv safe.Argv, old, port safe.Port) (safe.Argv, bool) {
	args, changed := argv.Args(), false
	for i, word := range args {
		head, isPort := strings.CutSuffix(word, old.String())
		if i > 0 && isPort && (head == "" || strings.HasSuffix(head, ":") || strings.HasSuffix(head, "=")) {
			args[i], changed = head+port.String(), true
		}
	}
	if !changed {
		return argv, false
	}
	out, err := safe.NewArgv(args...)
	return out, err == nil
}

// mentions reports whether the number stands in the text by itself.
func mentions(text, number string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if word == number {
			return true
		}
	}
	return false
}

// takeHealth takes the path of a health check, where none is known.
func takeHealth(s *detect.Service, path string, why detect.Note) {
	if s.Kind != detect.Server || s.Health.IsSet() || path == "" || path == "/" {
		return
	}
	if p, err := safe.NewURLPath(path); err == nil {
		s.Health = detect.Found(p, why)
	}
}

// developing reports whether a command is one that only a developer runs.
func developing(command string) bool {
	for _, word := range strings.Fields(strings.ToLower(command)) {
		word = strings.Trim(word, `"'[],;`)
		switch word {
		case "dev", "develop", "development", "serve:dev", "start:dev", "dev:server", "watch", "debug", "nodemon", "air", "runserver", "reflex", "--reload", "--watch", "--debug", "--dev", "tail", "sleep", "bash", "sh":
			return true
		}
		if strings.HasSuffix(word, ":dev") || strings.HasPrefix(word, "dev:") || strings.Contains(word, "debugpy") {
			return true
		}
	}
	return false
}

// ours reports whether dockgen wrote the file: its own answer is no evidence.
func ours(data []byte) bool {
	head := string(data[:min(len(data), 4096)])
	return strings.HasPrefix(head, "# Written by dockgen") || strings.Contains(head, "\n# Written by dockgen")
}

func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// upwards returns the folder of the service and those above it, nearest first.
func upwards(d *detect.Dir) []*detect.Dir {
	out := []*detect.Dir{d}
	for p := range d.Parents() {
		out = append(out, p)
	}
	return out
}
