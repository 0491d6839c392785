package python

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/python/source"
)

// functionsServer is Google's server for a function of the project's, and the program that
// it installs.
const functionsServer = "functions-framework"

// function finds the function that the Functions Framework serves: the one that is
// decorated, else the one that Google's builder is told of, else the only one there is.
// Its module is main.py.
func (in *inspection) function() (program, bool) {
	r, ok := in.p.find(functionsServer)
	m := in.c.module("main.py")
	if !ok || m == nil {
		return program{}, false
	}
	var plain, decorated []*source.Stmt
	for s := range source.Now(m.Body) {
		if s.Kind != source.Def || strings.HasPrefix(s.Name, "_") {
			continue
		}
		plain = append(plain, s)
		for _, d := range s.Decorators {
			name := m.Resolve(d)
			if d.Kind == source.Call {
				name = m.Callee(d)
			}
			if strings.HasPrefix(name, "functions_framework.") {
				decorated = append(decorated, s)
			}
		}
	}
	target, why := in.functionTarget()
	switch {
	case len(decorated) > 0:
		target, why = decorated[0].Name, in.d.Note("main.py", decorated[0].Line, "def %s serves", decorated[0].Name)
	case target == "" && len(plain) == 1:
		target, why = plain[0].Name, in.d.Note("main.py", plain[0].Line, "def %s is the only function", plain[0].Name)
	case target == "":
		return program{}, false
	}
	in.place(".")
	var notes []detect.Note
	if len(decorated) > 1 {
		notes = append(notes, in.d.Note("main.py", decorated[1].Line, "the image serves %s alone, the first of %d functions: name another with dockgen init --start", target, len(decorated)))
	}
	return program{
		kind: detect.Server, framework: detect.Found(functionsServer, r.Why), main: "main:" + target, mainWhy: why, entry: "main.py",
		launch: launch{Argv: []string{functionsServer, "--target", target}, Port: 8080, PortEnv: "PORT", Graceful: true, Why: why, Notes: notes},
	}, true
}

// functionTarget is what project.toml tells Google's builder
// (https://cloud.google.com/docs/buildpacks/set-environment-variables).
func (in *inspection) functionTarget() (string, detect.Note) {
	if !in.d.Has("project.toml") {
		return "", detect.Note{}
	}
	type env struct{ Name, Value string }
	var file struct {
		Build struct{ Env []env }
		IO    struct {
			Buildpacks struct {
				Build struct{ Env []env }
			}
		} `toml:"io"`
	}
	if _, err := manifest.TOML(in.d, "project.toml", &file); err != nil {
		return "", detect.Note{}
	}
	for _, e := range append(file.Build.Env, file.IO.Buildpacks.Build.Env...) {
		if e.Name == "GOOGLE_FUNCTION_TARGET" {
			return e.Value, in.d.Note("project.toml", 0, "%s is %s", e.Name, e.Value)
		}
	}
	return "", detect.Note{}
}
