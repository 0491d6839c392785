package java

import (
	"strings"

	"dockgen/detect/java/script"
)

// text is what an expression says, with variables, properties and the catalogue's
// versions put in; ok is false where something is not known.
func (g *gradleModule) text(n script.Node) (string, bool) { return g.textDepth(n, 0) }

func (g *gradleModule) textDepth(n script.Node, depth int) (string, bool) {
	if depth > 12 || n.Loose {
		return "", false
	}
	switch {
	case n.Text:
		var b strings.Builder
		for _, p := range n.Parts {
			if p.Ref == "" {
				b.WriteString(p.Text)
				continue
			}
			if p.Ref == "rootDir" || p.Ref == "rootProject.projectDir" {
				b.WriteString("${" + p.Ref + "}")
				continue
			}
			v, ok := g.name(p.Ref, depth+1)
			if !ok || b.Len() > 4096 {
				return "", false
			}
			b.WriteString(v)
		}
		return b.String(), true
	case n.Num != "":
		return n.Num, true
	case len(n.Path) == 0:
		return "", false
	}
	if v, ok := g.name(strings.Join(n.Path, "."), depth+1); ok && !n.Called {
		return v, true
	}
	switch name := n.Name(); {
	case n.Called && len(n.Args) == 1 && (name == "of" || name == "toVersion" || name == "property" || name == "findProperty" || name == "gradleProperty" || name == "version" || name == "fromTarget"):
		v, ok := g.textDepth(n.Args[0].Value, depth+1)
		if ok && (name == "property" || name == "findProperty" || name == "gradleProperty") {
			return g.name(v, depth+1)
		}
		return v, ok
	case (name == "get" || name == "toInt" || name == "toString" || name == "toInteger" || name == "asInt" || name == "asProvider") && n.On != nil:
		return g.textDepth(*n.On, depth+1)
	case name == "get" || name == "toInt" || name == "toString" || name == "toInteger":
		return g.name(strings.Join(n.Path[:len(n.Path)-1], "."), depth+1)
	case strings.HasPrefix(name, "VERSION_"), strings.HasPrefix(name, "JVM_"):
		_, v, _ := strings.Cut(name, "_")
		return strings.ReplaceAll(v, "_", "."), true
	}
	if n.Else != nil {
		return g.textDepth(*n.Else, depth+1)
	}
	return "", false
}

// name is what a dotted name stands for.
func (g *gradleModule) name(ref string, depth int) (string, bool) {
	if inner, ok := strings.CutSuffix(ref, `")`); ok { // property("x")
		if _, key, ok := strings.Cut(inner, `property("`); ok {
			ref = key
		}
	}
	for _, prefix := range []string{"project.", "rootProject.", "ext.", "extra.", "rootProject.ext.", "project.ext.", "properties."} {
		ref = strings.TrimPrefix(ref, prefix)
	}
	if n, ok := g.vars[ref]; ok && depth < 12 {
		if v, ok := g.textDepth(n, depth+1); ok {
			return v, true
		}
	}
	if v, ok := g.build.props[ref]; ok {
		return v, true
	}
	if rest, ok := strings.CutPrefix(ref, "libs.versions."); ok {
		return g.build.catalog.version(strings.TrimSuffix(rest, ".get"))
	}
	if ref == "version" {
		for _, s := range g.scripts {
			for _, n := range s.body {
				if len(n.Path) == 1 && n.Path[0] == "version" && depth < 12 {
					if n.Value != nil {
						return g.textDepth(*n.Value, depth+1)
					}
					if len(n.Args) == 1 {
						return g.textDepth(n.Args[0].Value, depth+1)
					}
				}
			}
		}
	}
	return "", false
}
