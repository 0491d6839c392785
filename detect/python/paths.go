package python

import (
	"path"
	"strings"

	"dockgen/detect/python/source"
)

// pathOf is the path that an expression makes below the project, relative to the
// inspected folder; false for what lies elsewhere or isn't known. A relative
// path is one from the folder that the program runs in.
func (c *code) pathOf(file string, e *source.Expr) (string, bool) {
	m := c.module(file)
	return c.pathIn(m, file, e, 0)
}

func (c *code) pathIn(m *source.Module, file string, e *source.Expr, depth int) (string, bool) {
	if m == nil || e == nil || depth > 12 {
		return "", false
	}
	depth++
	below := func(base string, parts ...*source.Expr) (string, bool) {
		for _, p := range parts {
			s, ok := p.String()
			if m.Resolve(p) == "os.pardir" {
				s, ok = "..", true
			}
			if !ok || strings.HasPrefix(s, "/") {
				return "", false
			}
			base = path.Join(base, s)
		}
		return base, true
	}
	switch e.Kind {
	case source.Name:
		if e.Text == "__file__" {
			return file, true
		}
		if v := m.Value(e.Text); v != nil {
			return c.pathIn(m, file, v, depth)
		}
		return c.pathIn(m, file, only(m, e), depth)
	case source.Attr:
		if e.Text == "parent" {
			base, ok := c.pathIn(m, file, e.X, depth)
			return path.Join(base, ".."), ok
		}
		if v := c.setting(m, e); v.OK && v.Text != "" && !strings.HasPrefix(v.Text, "/") && !strings.Contains(v.Text, "://") {
			return path.Join(c.cwd, v.Text), true
		}
		return c.pathIn(m, file, only(m, e), depth)
	case source.Index: // .parents[1], app.config["DIR"]
		if key, ok := e.Elts[0].String(); ok && len(e.Elts) == 1 {
			return c.pathIn(m, file, m.Item(e.X, key), depth)
		}
		if e.X.Kind == source.Attr && e.X.Text == "parents" && len(e.Elts) == 1 && e.Elts[0].Kind == source.Num {
			base, ok := c.pathIn(m, file, e.X.X, depth)
			for range portOf(e.Elts[0].Text) + 1 {
				base = path.Join(base, "..")
			}
			return base, ok
		}
	case source.Binary:
		if e.Text == "/" {
			base, ok := c.pathIn(m, file, e.Elts[0], depth)
			if !ok {
				return "", false
			}
			return below(base, e.Elts[1])
		}
	case source.Call:
		switch m.Callee(e) {
		case "pathlib.Path", "os.path.join":
			if len(e.Args) == 0 {
				return "", false
			}
			base, ok := c.pathIn(m, file, e.Args[0].Value, depth)
			if !ok {
				return "", false
			}
			var rest []*source.Expr
			for _, a := range e.Args[1:] {
				rest = append(rest, a.Value)
			}
			return below(base, rest...)
		case "str", "os.path.abspath", "os.path.realpath", "os.fspath", "os.path.normpath":
			return c.pathIn(m, file, e.Arg("", 0), depth)
		case "os.getenv", "os.environ.get":
			return c.pathIn(m, file, e.Arg("default", 1), depth)
		case "os.path.dirname":
			base, ok := c.pathIn(m, file, e.Arg("", 0), depth)
			return path.Join(base, ".."), ok
		}
		if e.X.Kind == source.Attr {
			switch e.X.Text {
			case "resolve", "absolute", "as_posix", "expanduser":
				return c.pathIn(m, file, e.X.X, depth)
			case "joinpath":
				base, ok := c.pathIn(m, file, e.X.X, depth)
				if !ok {
					return "", false
				}
				var rest []*source.Expr
				for _, a := range e.Args {
					rest = append(rest, a.Value)
				}
				return below(base, rest...)
			}
		}
	case source.Str:
		if e.Text != "" && !strings.HasPrefix(e.Text, "/") && !strings.Contains(e.Text, "://") {
			return path.Join(c.cwd, e.Text), true
		}
	}
	return "", false
}

// only is what a name of a function or an attribute of an object holds, where the module
// gives it one value alone: that of its only assignment, or the default of the only
// parameter of that name. nil where there are several, or none.
func only(m *source.Module, e *source.Expr) *source.Expr {
	var found []*source.Expr
	own := e.Kind == source.Attr && e.X.Is("self")
	if e.Kind != source.Name && !own {
		return nil
	}
	for s := range source.All(m.Body) {
		switch s.Kind {
		case source.Assign:
			for _, t := range s.Targets {
				if s.Value != nil && t.Kind == e.Kind && t.Text == e.Text && (!own || t.X.Is("self")) {
					found = append(found, s.Value)
				}
			}
		case source.Def:
			for _, p := range s.Params {
				if !own && p.Name == e.Text {
					found = append(found, p.Default)
				}
			}
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}
