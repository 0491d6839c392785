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

// frontend notes a build of a front end beside the program, which is no part of the image.
func (in *inspection) frontend(s *detect.Service) {
	if !in.d.Has("package.json") || s.Kind != detect.Server {
		return
	}
	var pkg struct {
		Scripts map[string]string `json:"scripts"`
	}
	lines, err := manifest.JSON(in.d, "package.json", &pkg)
	if err != nil || pkg.Scripts["build"] == "" {
		return
	}
	s.Notes = append(s.Notes, in.d.Note("package.json", lines.At("scripts", "build"), "the build of the front end (%s) is not part of the image: run it before docker build, and let its result into the context", pkg.Scripts["build"]))
}
