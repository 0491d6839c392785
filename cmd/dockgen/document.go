package main

import (
	"encoding/json"
	"fmt"

	"dockgen/detect"
	"dockgen/internal/output"
	"dockgen/internal/plan"
	"dockgen/internal/safe"
)

// initDocument is what `dockgen init --json` writes: that of `dockgen detect
// --json`, with the plan of each service and the files.
type initDocument struct {
	Schema   int              `json:"schema"`
	Services []plannedService `json:"services"`
	Notes    []detect.Note    `json:"notes"`
	Files    []fileJSON       `json:"files"`
}

type fileJSON struct {
	Path    safe.RelPath `json:"path"`
	State   output.State `json:"state"`
	Content string       `json:"content"`
}

func writeDocument(io *streams, f *facts) error {
	doc := initDocument{Schema: 1, Services: []plannedService{}, Notes: f.project.Notes, Files: []fileJSON{}}
	for _, m := range f.meant {
		doc.Services = append(doc.Services, plannedService{m.service, m.plan})
	}
	for _, c := range f.changes {
		doc.Files = append(doc.Files, fileJSON{c.Path, c.State, string(c.New)})
	}
	return writeJSON(io.out, doc)
}

// plannedService is a service with what was decided about it.
type plannedService struct {
	service *detect.Service
	plan    *plan.Plan
}

// MarshalJSON writes the service's own document with one field more.
func (s plannedService) MarshalJSON() ([]byte, error) {
	service, err := json.Marshal(s.service)
	if err != nil {
		return nil, err
	}
	decided, err := json.Marshal(planJSONOf(s.plan))
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `%s,"plan":%s}`, service[:len(service)-1], decided), nil
}

// planJSON is the plan as programs see it.
type planJSON struct {
	Base       any           `json:"base"`
	BuildImage string        `json:"buildImage,omitempty"`
	RunImage   string        `json:"runImage"`
	Entrypoint safe.Argv     `json:"entrypoint"`
	Cmd        safe.Argv     `json:"cmd"`
	Init       string        `json:"init,omitempty"`
	Port       safe.Port     `json:"port,omitempty"`
	Health     *healthJSON   `json:"health"`
	Packages   packagesJSON  `json:"packages"`
	Env        []settingJSON `json:"env"`
	Notes      []detect.Note `json:"notes"`
}

type healthJSON struct {
	Command safe.Argv    `json:"command"`
	Path    safe.URLPath `json:"path"`
}

type packagesJSON struct {
	Build   []safe.Package `json:"build"`
	Runtime []safe.Package `json:"runtime"`
}

type settingJSON struct {
	Name  safe.EnvName `json:"name"`
	Value safe.Label   `json:"value"`
}

func planJSONOf(p *plan.Plan) planJSON {
	out := planJSON{
		Base: p.Base, BuildImage: p.BuildImage.Ref, RunImage: p.RunImage.Ref,
		Entrypoint: p.Entrypoint, Cmd: p.Cmd, Init: string(p.Init), Port: p.Port,
		Packages: packagesJSON{Build: some(p.BuildPackages), Runtime: some(p.RunPackages)},
		Env:      []settingJSON{}, Notes: some(p.Notes),
	}
	if !p.Health.None {
		out.Health = &healthJSON{p.Health.Argv, p.Health.Path}
	}
	for _, e := range p.Env {
		out.Env = append(out.Env, settingJSON{e.Name, e.Value})
	}
	return out
}

// some is s, but never nil, so that it is [] in JSON.
func some[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
