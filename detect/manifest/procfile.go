package manifest

import (
	"regexp"
	"strings"

	"dockgen/detect"
)

// Process is one line of a Procfile.
type Process struct {
	Name string // web, worker, release, ...
	Text string // the shell line as it stands
	// Commands are what the line runs, in order; none where the shell's grammar
	// doesn't take the line.
	Commands []Command
	Line     int
	Source   string // the file, where that is not the Procfile
}

var processRE = regexp.MustCompile(`^([A-Za-z0-9_-]+):\s*(.+)$`)

// Procfile returns the processes that a Procfile names, in its order
// (https://devcenter.heroku.com/articles/procfile). Without the file there are none.
func Procfile(d *detect.Dir, name string) ([]Process, error) {
	if !d.Has(name) {
		return nil, nil
	}
	data, err := d.Read(name)
	if err != nil {
		return nil, err
	}
	var out []Process
	for i, line := range strings.Split(string(data), "\n") {
		m := processRE.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		p := Process{Name: m[1], Text: m[2], Line: i + 1}
		p.Commands, _ = Commands(m[2])
		out = append(out, p)
	}
	return out, nil
}
