package msbuild

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

func (e *evaluation) items(n *manifest.Element) error {
	for _, c := range n.Children {
		if err := e.under(c.Attr("Condition"), func() error { e.item(c); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// item reads one element of an ItemGroup.
func (e *evaluation) item(n *manifest.Element) {
	switch strings.ToLower(n.Name) {
	case "packagereference", "globalpackagereference", "packageversion":
		e.packageReference(n)
	case "projectreference":
		e.each(n, "Include", func(include string) {
			at := e.inProject(include)
			if strings.ContainsAny(at, "*?") {
				e.p.References = append(e.p.References, e.globbed(at, n)...)
				return
			}
			e.p.References = append(e.p.References, Item{Name: at, Maybe: e.maybe, Why: e.note(n.Line, "ProjectReference %s", include)})
		})
		e.each(n, "Remove", func(remove string) {
			at := e.inProject(remove)
			e.p.References = slices.DeleteFunc(e.p.References, func(i Item) bool { return i.Name == at })
		})
	case "frameworkreference":
		e.each(n, "Include", func(include string) {
			e.p.Frameworks = append(e.p.Frameworks, Item{Name: include, Maybe: e.maybe, Why: e.note(n.Line, "FrameworkReference %s", include)})
		})
	case "compile", "content", "none", "embeddedresource", "additionalfiles", "protobuf", "editorconfigfiles":
		e.each(n, "Include", func(include string) {
			at := e.inProject(include)
			if at == e.p.Dir() || detect.Within(at, e.p.Dir()) || e.p.Dir() == "." || strings.HasPrefix(at, "..") {
				return
			}
			// The folder above the first wildcard is what has to be there.
			if i := strings.IndexAny(at, "*?"); i >= 0 {
				at = path.Dir(at[:i] + "x")
			}
			e.p.Linked = append(e.p.Linked, Item{Name: at, Maybe: e.maybe, Why: e.note(n.Line, "%s %s", n.Name, include)})
		})
	}
}

// each calls do with every entry of an attribute's list; what is unknown is none.
func (e *evaluation) each(n *manifest.Element, attr string, do func(string)) {
	v := e.expand(n.Attr(attr))
	if !v.Known {
		return
	}
	for _, entry := range strings.Split(v.Text, ";") {
		if entry = strings.TrimSpace(entry); entry != "" {
			do(entry)
		}
	}
}

// inProject is a path in an item, which is relative to the project and not to the
// file that names it.
func (e *evaluation) inProject(p string) string {
	p = strings.ReplaceAll(p, `\`, "/")
	if strings.HasPrefix(p, root+"/") {
		return path.Clean("." + strings.TrimPrefix(p, root))
	}
	return path.Join(e.p.Dir(), p)
}

// globbed are the projects that a pattern such as ../**/*.csproj names.
func (e *evaluation) globbed(pattern string, n *manifest.Element) []Item {
	base := path.Dir(pattern[:strings.IndexAny(pattern, "*?")] + "x")
	var out []Item
	for name := range e.top.Sub(base).Files("*" + path.Ext(pattern)) {
		at := path.Join(base, name)
		if at != e.p.Path {
			out = append(out, Item{Name: at, Maybe: true, Why: e.note(n.Line, "ProjectReference %s", pattern)})
		}
	}
	return out
}

// packageReference reads a package, or with central management its version, which
// stands in a file that is read before the project.
func (e *evaluation) packageReference(n *manifest.Element) {
	detail := func(name string) string {
		text := n.Attr(name)
		if c := n.Child(name); text == "" && c != nil {
			text = strings.TrimSpace(c.Text)
		}
		return e.expand(text).Text
	}
	if strings.EqualFold(n.Name, "PackageVersion") {
		e.each(n, "Include", func(name string) { e.versions[strings.ToLower(name)] = detail("Version") })
		return
	}
	e.each(n, "Include", func(name string) {
		item := Item{Name: name, Value: cmp.Or(detail("VersionOverride"), detail("Version"), e.versions[strings.ToLower(name)]), Maybe: e.maybe, Why: e.note(n.Line, "PackageReference %s", name)}
		item.Private = strings.EqualFold(detail("PrivateAssets"), "all") && !strings.Contains(strings.ToLower(detail("IncludeAssets")), "compile")
		e.p.Packages = append(e.p.Packages, item)
	})
	e.each(n, "Remove", func(name string) {
		e.p.Packages = slices.DeleteFunc(e.p.Packages, func(i Item) bool { return strings.EqualFold(i.Name, name) })
	})
}
