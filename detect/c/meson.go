package c

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/csource"
)

// readMeson reads meson.build and those of its subdirs: calls with literal
// arguments (https://mesonbuild.com/Syntax.html). Strings are in single quotes
// there, which is all that differs from what package csource reads.
func readMeson(d *detect.Dir) (*project, error) {
	p := &project{dir: d, tool: "meson", file: "meson.build", libs: map[string][]string{}, links: map[string][]string{}}
	m := &meson{project: p, lists: map[string][]string{}}
	return p, m.folder(".")
}

type meson struct {
	*project
	lists map[string][]string // variables that hold files
	files int
}

func (m *meson) folder(at string) error {
	name := path.Join(at, "meson.build")
	if m.files++; m.files > maxBuildFiles || !m.dir.Has(name) {
		return nil
	}
	data, err := m.dir.Read(name)
	if err != nil {
		return err
	}
	f := csource.NewFile(mesonText(string(data)))
	for v, ts := range f.Values {
		m.lists[v] = m.sources(ts, at)
	}
	for _, c := range f.Calls {
		first := ""
		if len(c.Args) > 0 && len(c.Args[0]) == 1 && c.Args[0][0].Kind == csource.String {
			first = c.Args[0][0].Text
		}
		if first == "" {
			continue
		}
		why := m.dir.Note(name, c.Line, "%s(%s)", c.Name, first)
		switch c.Name {
		case "project":
			m.name = first
			for _, a := range c.Args[1:] {
				if len(a) == 3 && a[0].Is("version") && a[2].Kind == csource.String {
					m.version = a[2].Text
				}
			}
		case "subdir":
			if sub := path.Join(at, first); inside(sub) {
				if err := m.folder(sub); err != nil {
					return err
				}
			}
		case "dependency":
			m.depends(first, "pkg-config", why)
		case "find_library":
			m.depends(first, "lib", why)
		case "subproject":
			m.fetches = &why
		case "executable":
			e := &executable{name: first, output: path.Join("/build", at, first), why: why, test: testName(first) || aside(path.Join(at, "x"))}
			for _, a := range c.Args[1:] {
				e.sources = append(e.sources, m.sources(a, at)...)
			}
			m.execs = append(m.execs, e)
		case "library", "static_library", "shared_library":
			m.libs[first] = nil
			for _, a := range c.Args[1:] {
				m.libs[first] = append(m.libs[first], m.sources(a, at)...)
			}
			for _, e := range m.execs {
				m.links[e.name] = append(m.links[e.name], first)
			}
		}
	}
	for _, e := range m.execs {
		for lib := range manifest.Sorted(m.libs) {
			m.links[e.name] = append(m.links[e.name], lib)
		}
	}
	return nil
}

// sources are the files that tokens name, by themselves or by a variable.
func (m *meson) sources(ts []csource.Token, at string) []string {
	var out []string
	for _, t := range ts {
		switch {
		case t.Kind == csource.String:
			if p := path.Join(at, t.Text); isSource(p) && inside(p) && m.dir.Has(p) {
				out = append(out, p)
			}
		case t.Kind == csource.Group:
			out = append(out, m.sources(t.Inner, at)...)
		case t.Kind == csource.Ident:
			out = append(out, m.lists[t.Text]...)
		}
	}
	return out
}

// mesonText turns the quotes and comments of Meson into those of C.
func mesonText(src string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\'':
			quoted = !quoted
			b.WriteByte('"')
		case c == '#' && !quoted:
			b.WriteString("//")
		case c == '\n':
			quoted = false
			b.WriteByte('\n')
		case c == '"' || quoted && c == '\\':
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
