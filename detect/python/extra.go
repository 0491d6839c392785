package python

import (
	"slices"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// added are the releases of servers that are installed where the manifest names none.
var added = map[string]string{
	"gunicorn": "gunicorn>=23,<28", "uvicorn": "uvicorn>=0.30,<1", "hypercorn": "hypercorn>=0.17,<1", "waitress": "waitress>=3,<4", "setuptools": "setuptools<81",
}

// extra installs what the manifest lacks.
func (in *inspection) extra(f *Facts, s *detect.Service, g program, line string) {
	list := slices.Clone(g.launch.Add)
	if v := in.p.version("gunicorn"); v != "" && satisfies(v, "<21") && !in.p.pins("setuptools") {
		// gunicorn before 21 imports pkg_resources, which setuptools dropped in 81.
		list = append(list, "setuptools")
		r, _ := in.p.find("gunicorn")
		s.Notes = append(s.Notes, detect.Note{Path: r.Why.Path, Line: r.Why.Line, Text: "gunicorn " + v + " imports pkg_resources, which setuptools holds no more: the image installs setuptools<81; move to gunicorn 21 or newer"})
	}
	if len(list) == 0 {
		return
	}
	slices.Sort(list)
	var specs []string
	for _, name := range slices.Compact(list) {
		spec, ok := added[name]
		if !ok {
			spec = name + ">=0"
		}
		if name == "gunicorn" && compareLines(majorMinor(line), "3.7") < 0 {
			spec = "gunicorn<21"
		}
		specs = append(specs, spec)
	}
	if f.Image == uv {
		words := append([]string{"uv", "pip", "install"}, specs...)
		if !slices.ContainsFunc(f.Env, func(e detect.Setting) bool { return e.Name.String() == "VIRTUAL_ENV" }) {
			f.Env = append(f.Env, set("VIRTUAL_ENV", venv))
		}
		f.Extra = argv(words)
		return
	}
	f.Extra = f.installer(line).With(specs...)
}

// installer is the command that adds packages to the environment.
func (f *Facts) installer(line string) safe.Argv {
	switch {
	case f.Image == uv:
		return safe.ArgvOf("uv", "pip", "install", "--python", venv+"/bin/python")
	case f.Tool != "":
		return safe.ArgvOf(venv+"/bin/pip", "install")
	}
	return pipArgv(line)
}

// pins reports whether a pin of the manifest holds that package.
func (p *project) pins(name string) bool {
	return p.version(name) != ""
}
