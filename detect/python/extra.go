package python

import (
	"fmt"
	"slices"
	"strings"

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
	specs := in.partners(s)
	slices.Sort(list)
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
	if len(specs) == 0 {
		return
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

// partners are the packages that an old Flask takes the newest release of, and breaks on,
// where nothing else says which: it names no upper bound itself
// (https://flask.palletsprojects.com/en/stable/changes).
func (in *inspection) partners(s *detect.Service) []string {
	v := in.p.version("flask")
	if v == "" || in.p.lock != nil {
		return nil
	}
	var out []string
	for _, k := range []struct{ flask, name, spec string }{
		{"<2", "itsdangerous", "itsdangerous<2.1"}, {"<2", "jinja2", "jinja2<3.1"}, {"<2", "werkzeug", "werkzeug<2.1"}, {">=2,<2.2.5", "werkzeug", "werkzeug<3"},
	} {
		if satisfies(v, k.flask) && !in.p.bounded(k.name) {
			out = append(out, k.spec)
		}
	}
	if len(out) > 0 {
		r, _ := in.p.find("flask")
		s.Notes = append(s.Notes, detect.Note{Path: r.Why.Path, Line: r.Why.Line, Text: fmt.Sprintf("Flask %s breaks on newer releases of what it needs, and nothing holds them: the image installs %s; write that into %s, or move to a newer Flask", v, strings.Join(out, " "), in.manifestName())})
	}
	return out
}

// bounded reports whether the manifest says which releases of a package may be taken.
func (p *project) bounded(name string) bool {
	if r, ok := p.find(name); ok && (strings.ContainsAny(r.Spec, "<~^") || strings.Contains(r.Spec, "==")) {
		return true
	}
	return p.pins(name)
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
