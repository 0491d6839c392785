package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/python/source"
)

// served are the folders that the program gives out as files, relative to the project.
func (in *inspection) served() []asset {
	var out []asset
	add := func(file string, line int, rel string, ok bool, what string) {
		full := path.Join(in.d.Path(), rel)
		if !ok || full == "." || full == in.d.Path() || strings.HasPrefix(full, "..") || slices.ContainsFunc(out, func(a asset) bool { return a.path == full }) {
			return
		}
		out = append(out, asset{full, in.d.Note(file, line, "%s: serves %s", what, full)})
	}
	for _, file := range in.c.files {
		if !in.c.mentions(file, "StaticFiles", ".frontend(", "static_folder", "send_from_directory", "add_static", "whitenoise") {
			continue
		}
		m := in.c.module(file)
		if m == nil {
			continue
		}
		for e := range source.Calls(m.Body) {
			name, dir := in.servedBy(m, e)
			if dir == nil {
				continue
			}
			if text, ok := dir.String(); ok && name != "StaticFiles" && name != "add_static" && name != "frontend" {
				add(file, e.Line, path.Join(path.Dir(file), text), !path.IsAbs(text), name) // from the folder of the module
				continue
			}
			rel, ok := in.c.pathOf(file, dir)
			add(file, e.Line, rel, ok, name)
		}
	}
	if g := in.django; g != nil {
		for _, s := range g.all("STATICFILES_DIRS") {
			for _, e := range s.expr.Elts {
				if e.Kind == source.List && len(e.Elts) == 2 { // (prefix, folder)
					e = e.Elts[1]
				}
				rel, ok := in.c.pathOf(s.file, e)
				add(s.file, e.Line, rel, ok, "STATICFILES_DIRS")
			}
		}
		for _, s := range g.all("TEMPLATES") { // the page that the build makes is one of them
			for _, engine := range s.expr.Elts {
				dirs := engine.Get("DIRS")
				if dirs == nil {
					continue
				}
				for _, e := range dirs.Elts {
					if text, ok := e.String(); ok { // from the folder that the program runs in
						add(s.file, e.Line, text, !path.IsAbs(text), "TEMPLATES")
						continue
					}
					rel, ok := in.c.pathOf(s.file, e)
					add(s.file, e.Line, rel, ok, "TEMPLATES")
				}
			}
		}
		for _, s := range g.all("WHITENOISE_ROOT") {
			rel, ok := in.c.pathOf(s.file, s.expr)
			add(s.file, s.expr.Line, rel, ok, "WHITENOISE_ROOT")
		}
	}
	return out
}

// servedBy is the folder that a call makes the program serve; nil where it is no such call.
func (in *inspection) servedBy(m *source.Module, e *source.Expr) (string, *source.Expr) {
	switch full := m.Callee(e); {
	case strings.HasSuffix(full, "StaticFiles"): // Starlette's, FastAPI's, Litestar's
		return "StaticFiles", e.Arg("directory", 0)
	case full == "flask.Flask" || full == "quart.Quart" || full == "flask.Blueprint" || full == "quart.Blueprint":
		return "static_folder", e.Arg("static_folder", -1)
	case full == "flask.send_from_directory" || full == "quart.send_from_directory":
		return "send_from_directory", e.Arg("directory", 0)
	}
	if e.X != nil && e.X.Kind == source.Attr {
		switch e.X.Text {
		case "frontend": // https://fastapi.tiangolo.com/tutorial/frontend
			return "frontend", e.Arg("directory", -1)
		case "add_static": // aiohttp's
			return "add_static", e.Arg("path", 1)
		}
	}
	return "", nil
}
