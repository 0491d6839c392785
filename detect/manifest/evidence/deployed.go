package evidence

import (
	"context"
	"maps"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// deployed finds programs of which nothing in the sources says that they serve or wait,
// and that the project deploys all the same: a Dockerfile of their folder exposes a
// port, or a Compose file keeps a container of them running. Where a folder has several
// programs, nothing tells which of them is meant.
func deployed(ctx context.Context, root *detect.Dir, services []*detect.Service) error {
	shared := map[safe.RelPath]int{}
	for _, s := range services {
		shared[s.Dir]++
	}
	for _, s := range services {
		if s.Kind.Deployed() || shared[s.Dir] > 1 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		d := root.Sub(s.Dir.String())
		if !exposes(d, s) {
			keptRunning(d, s)
		}
	}
	return nil
}

// exposes makes a server of a program whose Dockerfile exposes a port.
func exposes(d *detect.Dir, s *detect.Service) bool {
	c := readContainer(d)
	if c == nil || len(c.exposed) != 1 || developing(c.command) {
		return false
	}
	port, err := safe.NewPort(c.exposed[0].port)
	if err != nil {
		return false
	}
	serve(s, detect.Found(port, d.Note(c.name, c.exposed[0].line, "EXPOSE %d", port)))
	return true
}

func serve(s *detect.Service, port detect.Value[safe.Port]) {
	s.Kind, s.Port = detect.Server, port
	s.Withdraw(detect.Ending)
}

// keptRunning makes a server or a worker of a program that a Compose file runs, the nearest
// one that builds it: by a port, or by itself. What it runs once, or only when it is asked to, stays a job.
func keptRunning(d *detect.Dir, s *detect.Service) {
	for _, at := range upwards(d) {
		name := at.First(composeNames()...)
		if name == "" {
			continue
		}
		data, err := at.Read(name)
		if err != nil || ours(data) || strings.Contains(name, "dev") {
			continue
		}
		var f struct {
			Services map[string]composeService `yaml:"services"`
		}
		lines, err := manifest.YAML(at, name, &f)
		if err != nil {
			continue // the refiner tells of it
		}
		for _, key := range slices.Sorted(maps.Keys(f.Services)) {
			one := f.Services[key]
			if !builds(at, name, one.Build, d.Path()) || one.once(key, f.Services) || developing(words(one.Command)) {
				continue
			}
			why := at.Note(name, lines.At("services", key), "the service %s keeps it running", safe.Visible(key))
			if len(one.Ports) == 1 {
				if port, err := safe.NewPort(targetPort(one.Ports[0])); err == nil {
					serve(s, detect.Found(port, why))
					return
				}
			}
			s.Kind = detect.Worker
			s.Withdraw(detect.Ending)
			s.Notes = append(s.Notes, why)
			return
		}
	}
}

// once reports whether the service is run to its end, or only when it is asked for.
func (c composeService) once(name string, all map[string]composeService) bool {
	if len(c.Profiles) > 0 || c.Restart == "no" {
		return true
	}
	for _, other := range all {
		on, _ := other.DependsOn.(map[string]any)
		if condition, _ := on[name].(map[string]any); condition["condition"] == "service_completed_successfully" {
			return true
		}
	}
	return false
}
