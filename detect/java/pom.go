package java

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// pom is a pom.xml with the parents that stand in the tree.
type pom struct {
	dir      *detect.Dir
	file     string
	root     *manifest.Element
	base     *detect.Dir // of the project that is built, whose parent this may be
	parent   *pom
	profiles []*manifest.Element // that are active
	asked    string              // the profile that the build has to activate by name
}

// maxParents is how many parents are followed; a chain that is longer is a circle.
const maxParents = 12

// readPom reads the pom.xml in d and its parents.
func readPom(d *detect.Dir) (*pom, error) { return readPomOf(d, "pom.xml", d, 0) }

// readPomOf reads a pom in d, as the project in the folder base has it: the files
// that turn on a parent's profiles are the project's.
func readPomOf(d *detect.Dir, file string, base *detect.Dir, depth int) (*pom, error) {
	root, err := manifest.XML(d, file)
	if err != nil {
		return nil, err
	}
	if root.Name != "project" {
		return nil, d.Errorf(file, root.Line, "is no Maven project: its root element is <%s>", root.Name)
	}
	p := &pom{dir: d, file: file, root: root, base: base}
	if parent := root.At("parent"); parent != nil && depth < maxParents {
		p.parent = p.findParent(parent, depth)
	}
	p.activate()
	return p, nil
}

// findParent reads the parent if it stands in the tree: at relativePath, which is
// ../pom.xml where it is not said (https://maven.apache.org/ref/3.9.9/maven-model/maven.html#parent).
func (p *pom) findParent(parent *manifest.Element, depth int) *pom {
	at := "../pom.xml"
	if rel := parent.At("relativePath"); rel != nil {
		at = rel.Text
	}
	if at == "" || path.IsAbs(at) || strings.Contains(at, "${") {
		return nil
	}
	if !strings.HasSuffix(at, ".xml") {
		at = path.Join(at, "pom.xml")
	}
	dir := p.dir.Sub(path.Dir(at))
	name := path.Base(at)
	if !dir.Has(name) || dir.Path() == p.dir.Path() && name == p.file {
		return nil
	}
	q, err := readPomOf(dir, name, p.base, depth+1)
	if err != nil || q.root.Value("artifactId") != parent.Value("artifactId") {
		return nil // Maven takes it from a repository
	}
	return q
}

// chain is the pom and its parents, itself first.
func (p *pom) chain() []*pom {
	var out []*pom
	for q := p; q != nil && len(out) <= maxParents; q = q.parent {
		out = append(out, q)
	}
	return out
}

func (p *pom) note(line int, format string, args ...any) detect.Note {
	return p.dir.Note(p.file, line, format, args...)
}

// activate finds the profiles that a plain build has, and the one that a build
// for production has to ask for: of two profiles for development and production
// the former is often the default, as JHipster has it.
func (p *pom) activate() {
	var byDefault, always []*manifest.Element
	for _, profile := range p.root.All("profiles") {
		switch {
		case profile.Value("activation", "activeByDefault") == "true":
			byDefault = append(byDefault, profile)
		case p.activated(profile.At("activation")):
			always = append(always, profile)
		}
	}
	p.profiles = always
	if len(always) == 0 { // any other that is active turns the defaults off
		p.profiles = byDefault
	}
	production := func(id string) bool { return id == "prod" || id == "production" }
	for _, profile := range p.root.All("profiles") {
		id := profile.Value("id")
		if !production(id) || slices.Contains(byDefault, profile) || profile.At("activation", "property") != nil && profile.Find("plugin") == nil {
			continue
		}
		develops := slices.ContainsFunc(byDefault, func(o *manifest.Element) bool { return strings.HasPrefix(o.Value("id"), "dev") })
		if develops || frontendProfile(profile) {
			p.asked = id
			p.profiles = append([]*manifest.Element{profile}, always...)
			return
		}
	}
}

// activated reports whether a condition holds in every build: a file that is there,
// a property that is not, any newer Java
// (https://maven.apache.org/guides/introduction/introduction-to-profiles.html).
func (p *pom) activated(a *manifest.Element) bool {
	if a == nil {
		return false
	}
	here := func(name string) (there, known bool) {
		at := strings.TrimPrefix(strings.TrimPrefix(a.Value("file", name), "${basedir}/"), "${project.basedir}/")
		return p.base.Has(at) || p.base.HasDir(at), at != "" && !strings.Contains(at, "${") && !path.IsAbs(at)
	}
	if there, known := here("exists"); known {
		return there
	}
	if there, known := here("missing"); known {
		return !there
	}
	if name := a.Value("property", "name"); strings.HasPrefix(name, "!") {
		return true
	}
	return strings.HasPrefix(a.Value("jdk"), "[") && strings.HasSuffix(a.Value("jdk"), ",)")
}

// frontendProfile reports whether a profile builds what browsers get.
func frontendProfile(profile *manifest.Element) bool {
	for _, pl := range profile.All("build", "plugins") {
		if id := pl.Value("artifactId"); strings.HasPrefix(id, "vaadin-maven-plugin") || id == "flow-maven-plugin" || id == "frontend-maven-plugin" {
			return true
		}
	}
	return false
}

// production is the profile that the build asks for: the pom's own or a parent's.
func (p *pom) production() (string, detect.Note) {
	for _, q := range p.chain() {
		if q.asked != "" {
			line := 0
			for _, profile := range q.root.All("profiles") {
				if profile.Value("id") == q.asked {
					line = profile.Line
				}
			}
			return q.asked, q.note(line, "profile %s is for production, and is not the default", q.asked)
		}
	}
	return "", detect.Note{}
}

// scopes are the project elements that hold in a plain build, strongest first:
// of each pom its active profiles, then itself.
func (p *pom) scopes() []scope {
	var out []scope
	for _, q := range p.chain() {
		for _, profile := range q.profiles {
			out = append(out, scope{q, profile})
		}
		out = append(out, scope{q, q.root})
	}
	return out
}

type scope struct {
	pom *pom
	e   *manifest.Element
}

// property returns what a property stands for, with its evidence.
func (p *pom) property(name string) (string, detect.Note, bool) {
	for _, s := range p.scopes() {
		for _, prop := range s.e.All("properties") {
			if prop.Name == name {
				return prop.Text, s.pom.note(prop.Line, "<%s>%s", name, prop.Text), true
			}
		}
	}
	return "", detect.Note{}, false
}

// expand puts the values of properties into a text; ok is false where one is not known.
func (p *pom) expand(text string) (out string, ok bool) { return p.expandDepth(text, 0) }

func (p *pom) expandDepth(text string, depth int) (string, bool) {
	var b strings.Builder
	all := true
	for {
		open := strings.Index(text, "${")
		end := -1
		if open >= 0 {
			end = strings.IndexByte(text[open:], '}')
		}
		if end < 0 {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:open])
		name := text[open+2 : open+end]
		text = text[open+end+1:]
		value, ok := p.lookup(name)
		if ok && depth < 16 && b.Len() < 4096 {
			inner, innerOK := p.expandDepth(value, depth+1)
			b.WriteString(inner)
			all = all && innerOK
			continue
		}
		all = false
		b.WriteString("${" + name + "}")
	}
	return strings.TrimSpace(b.String()), all
}

// lookup knows the model's own values beside the properties.
func (p *pom) lookup(name string) (string, bool) {
	if v, _, ok := p.property(name); ok {
		return v, true
	}
	key, isModel := strings.CutPrefix(name, "project.")
	if !isModel {
		key, isModel = strings.CutPrefix(name, "pom.")
	}
	if !isModel {
		return "", false
	}
	switch key {
	case "version", "groupId":
		for q := p; q != nil; q = q.parent {
			if v := q.root.Value(key); v != "" {
				return v, true
			}
			if v := q.root.Value("parent", key); v != "" {
				return v, true
			}
		}
	case "artifactId", "name", "packaging", "description":
		v := p.root.Value(key)
		return v, v != ""
	case "parent.version", "parent.artifactId", "parent.groupId":
		v := p.root.Value("parent", strings.TrimPrefix(key, "parent."))
		return v, v != ""
	case "build.finalName":
		return p.finalName()
	case "build.directory":
		return "target", true
	}
	return "", false
}

// finalName is the name of the artifact without its ending.
func (p *pom) finalName() (string, bool) {
	for _, s := range p.scopes() {
		if v := s.e.Value("build", "finalName"); v != "" {
			return p.expand(v)
		}
	}
	return p.expand("${project.artifactId}-${project.version}")
}

// get is a property or a model's text, expanded; "" where it isn't known whole.
func (p *pom) get(name string) string {
	v, ok := p.lookup(name)
	if !ok {
		return ""
	}
	if v, ok = p.expand(v); !ok {
		return ""
	}
	return v
}
