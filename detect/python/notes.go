package python

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// developmentServers are notes on a Procfile's web process that starts a server for
// development: the image doesn't.
func (in *inspection) developmentServers(procs []manifest.Process) []detect.Note {
	var out []detect.Note
	for _, p := range procs {
		if p.Name != "web" {
			continue
		}
		for _, c := range p.Commands {
			line := strings.Join(c.Args, " ")
			for _, dev := range []string{"flask run", "manage.py runserver", "fastapi dev", "python -m flask run"} {
				if strings.Contains(line, dev) {
					out = append(out, in.d.Note("Procfile", p.Line, "%s is a server for development: the image starts another one", dev))
				}
			}
		}
	}
	return out
}
