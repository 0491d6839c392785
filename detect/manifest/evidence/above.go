package evidence

import (
	"context"
	"strconv"

	"dockgen/detect"
)

// above reads the port and the health path out of a Dockerfile that stands above the
// folder of the server that it is for: at the root of a solution or a workspace, which
// the build takes as its context.
func above(ctx context.Context, root *detect.Dir, services []*detect.Service) error {
	for _, s := range services {
		if s.Kind != detect.Server || s.Dir.String() == "." {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, at := range upwards(root.Sub(s.Dir.String())) {
			c := readContainer(at)
			if c == nil {
				continue
			}
			if i > 0 && (c.isFor(s, services, at, at) || alone(s, services, at)) {
				takeFrom(s, at)
			}
			break // the nearest one, or nobody's
		}
	}
	return nil
}

// alone reports whether the service is the only program that is deployed from below a folder.
func alone(s *detect.Service, services []*detect.Service, at *detect.Dir) bool {
	for _, o := range services {
		if o != s && o.Kind.Deployed() && o.Kind != detect.Static && inside(o.Dir.String(), at.Path()) {
			return false
		}
	}
	return true
}

// takeFrom takes what the last stage of a folder's Dockerfile says.
func takeFrom(s *detect.Service, d *detect.Dir) {
	name, file, err := readDockerfile(d)
	if file == nil || err != nil {
		return // its own folder's refiner tells
	}
	last := lastStage(file)
	if webServerRE().MatchString(last.from) {
		return
	}
	if developing(last.command) && !(len(last.exposed) == 1 && mentions(last.command, strconv.Itoa(last.exposed[0].port))) {
		return // a developer's, but for the port that it gives the program by itself
	}
	if len(last.exposed) == 1 {
		takePort(s, last.exposed[0].port, d.Note(name, last.exposed[0].line, "EXPOSE %d", last.exposed[0].port))
	}
	if path := pathOfCheck(last.check); path != "" {
		takeHealth(s, path, d.Note(name, last.checkLine, "HEALTHCHECK asks for %s", path))
	}
}
