// Package msbuild reads MSBuild's project files: what a .csproj, .fsproj or
// .vbproj and the .props and .targets files around it say of properties, packages,
// references and commands.
//
// It evaluates what can be told without running anything: properties in their
// order, imports, Directory.Build.props and its kin up the tree, and conditions. A
// condition or a value that depends on what only a build knows is unknown, and
// what stands under it is left out rather than guessed.
package msbuild

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// Project is what a project file says once the files around it are read.
type Project struct {
	Path  string // relative to the folder that it was loaded from
	Sdks  []Item // Microsoft.NET.Sdk.Web, without its version; none in a file of the old form
	Files []string
	// Packages are by PackageReference; their Value is the version, "" where none is
	// known.
	Packages   []Item
	References []Item // by ProjectReference: paths like Path
	Frameworks []Item // by FrameworkReference
	// Linked are files and folders outside the project's folder that it compiles or copies.
	Linked []Item
	Execs  []Exec

	props map[string]Property
	dir   *detect.Dir
}

// Item is a named thing with the place where it stands.
type Item struct {
	Name  string
	Value string
	// Private says that nothing of the package gets into the output: an analyzer, a tool.
	Private bool
	// Maybe says that a condition which can't be told stands above it.
	Maybe bool
	Why   detect.Note
}

// Exec is a command that a target runs.
type Exec struct {
	Command string
	Dir     string // relative to the folder that the project was loaded from; "" where it is unknown
	Target  string
	Why     detect.Note
}

// Property is a property's last value.
type Property struct {
	Value
	Why detect.Note
}

// Prop is a property by name; the zero Property where it is not set.
func (p *Project) Prop(name string) Property { return p.props[strings.ToLower(name)] }

// Text is a property's value, "" where it is not set or unknown.
func (p *Project) Text(name string) string {
	if v := p.Prop(name); v.Known {
		return strings.TrimSpace(v.Text)
	}
	return ""
}

// Bool reports whether a property is true.
func (p *Project) Bool(name string) bool { return strings.EqualFold(p.Text(name), "true") }

// Name is the file's name without its extension.
func (p *Project) Name() string { return strings.TrimSuffix(path.Base(p.Path), path.Ext(p.Path)) }

// Dir is the project's folder.
func (p *Project) Dir() string { return path.Dir(p.Path) }

// HasSdk reports whether the project uses the SDK.
func (p *Project) HasSdk(name string) bool {
	return slices.ContainsFunc(p.Sdks, func(i Item) bool { return strings.EqualFold(i.Name, name) })
}

// Package is the package of that name; nil where there is none.
func (p *Project) Package(name string) *Item {
	i := slices.IndexFunc(p.Packages, func(i Item) bool { return strings.EqualFold(i.Name, name) })
	if i < 0 {
		return nil
	}
	return &p.Packages[i]
}

// maxFiles is how many files one project may import: a chain of imports is no manifest.
const maxFiles = 64

type evaluation struct {
	top     *detect.Dir
	p       *Project
	file    string // the one that is being read
	pinned  map[string]string
	reading []string
	maybe   bool
	// versions are those of packages, in small letters, that Directory.Packages.props
	// manages for all projects.
	versions map[string]string
}

// Load reads the project file at that path below top. The pinned properties are
// what the command line gives: no file changes them.
func Load(top *detect.Dir, file string, pinned map[string]string) (*Project, error) {
	p := &Project{Path: path.Clean(file), props: map[string]Property{}, dir: top}
	e := &evaluation{top: top, p: p, file: p.Path, pinned: map[string]string{}, versions: map[string]string{}}
	for k, v := range pinned {
		e.pinned[strings.ToLower(k)] = v
	}
	node, err := manifest.XML(top, p.Path)
	if err != nil {
		return nil, err
	}
	e.sdks(node)
	if len(p.Sdks) > 0 {
		for _, name := range []string{"Directory.Build.props", "Directory.Packages.props"} {
			if err := e.nearest(name); err != nil {
				return nil, err
			}
		}
	}
	e.reading = append(e.reading, p.Path)
	if err := e.children(node); err != nil {
		return nil, err
	}
	if len(p.Sdks) > 0 {
		if err := e.nearest("Directory.Build.targets"); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// sdks are named by the root's attribute, by <Sdk> elements and by imports.
func (e *evaluation) sdks(node *manifest.Element) {
	add := func(list string, line int) {
		for _, sdk := range strings.Split(list, ";") {
			name, version, _ := strings.Cut(strings.TrimSpace(sdk), "/")
			if name != "" {
				e.p.Sdks = append(e.p.Sdks, Item{Name: name, Value: version, Why: e.note(line, "Sdk %s", name)})
			}
		}
	}
	add(node.Attr("Sdk"), node.Line)
	for _, c := range node.Children {
		switch {
		case strings.EqualFold(c.Name, "Sdk"):
			add(c.Attr("Name"), c.Line)
		case strings.EqualFold(c.Name, "Import"):
			add(c.Attr("Sdk"), c.Line)
		}
	}
}

// nearest reads the file of that name that is next above the project, as the SDK does.
func (e *evaluation) nearest(name string) error {
	if off := map[string]string{"Directory.Build.props": "ImportDirectoryBuildProps", "Directory.Build.targets": "ImportDirectoryBuildTargets"}[name]; off != "" &&
		strings.EqualFold(e.p.Text(off), "false") {
		return nil
	}
	if found := e.above(name, e.p.Dir()); found != "" {
		return e.include(found)
	}
	return nil
}

// include reads another file at this place.
func (e *evaluation) include(file string) error {
	if slices.Contains(e.reading, file) || len(e.p.Files) >= maxFiles {
		return nil
	}
	node, err := manifest.XML(e.top, file)
	if err != nil {
		return err
	}
	if !slices.Contains(e.p.Files, file) {
		e.p.Files = append(e.p.Files, file)
	}
	outer := e.file
	e.file, e.reading = file, append(e.reading, file)
	err = e.children(node)
	e.file, e.reading = outer, e.reading[:len(e.reading)-1]
	return err
}

// under runs do where the condition holds, and marks what it finds where that is unknown.
func (e *evaluation) under(condition string, do func() error) error {
	switch e.condition(condition) {
	case True:
		return do()
	case Unknown:
		outer := e.maybe
		e.maybe = true
		err := do()
		e.maybe = outer
		return err
	}
	return nil
}

func (e *evaluation) children(n *manifest.Element) error {
	for _, c := range n.Children {
		err := e.under(c.Attr("Condition"), func() error {
			switch strings.ToLower(c.Name) {
			case "propertygroup":
				return e.properties(c)
			case "itemgroup":
				return e.items(c)
			case "import":
				return e.importFile(c)
			case "importgroup":
				return e.children(c)
			case "choose":
				return e.choose(c)
			case "target":
				return e.target(c)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// choose reads the first When that holds, and all that may.
func (e *evaluation) choose(n *manifest.Element) error {
	outer := e.maybe
	defer func() { e.maybe = outer }()
	for _, c := range n.Children {
		switch strings.ToLower(c.Name) {
		case "when":
			t := e.condition(c.Attr("Condition"))
			if t == False {
				continue
			}
			e.maybe = e.maybe || t == Unknown
			if err := e.children(c); err != nil || t == True {
				return err
			}
		case "otherwise":
			return e.children(c)
		}
	}
	return nil
}

func (e *evaluation) importFile(n *manifest.Element) error {
	v := e.expand(n.Attr("Project"))
	if n.Attr("Sdk") != "" || !v.Known || strings.TrimSpace(v.Text) == "" || strings.Contains(v.Text, "*") {
		return nil
	}
	if file := e.resolve(v.Text); !strings.HasPrefix(file, "..") && e.top.Has(file) {
		return e.include(file)
	}
	return nil
}

func (e *evaluation) properties(n *manifest.Element) error {
	for _, c := range n.Children {
		name := strings.ToLower(c.Name)
		t := e.condition(c.Attr("Condition"))
		if _, fixed := e.pinned[name]; fixed || t == False {
			continue
		}
		v := e.expand(strings.TrimSpace(c.Text))
		if t == Unknown || e.maybe {
			// What it will be is not known, unless it says what is there already.
			if old, ok := e.p.props[name]; ok && old.Value == v || strings.HasPrefix(name, "msbuild") {
				continue
			}
			if old, ok := e.p.props[name]; ok && old.Known {
				continue // the value without the condition stays
			}
			v.Known = false
		}
		e.p.props[name] = Property{v, e.note(c.Line, "%s %s", c.Name, v.Text)}
	}
	return nil
}

// property is a property's value, reserved ones and those of the command line first.
func (e *evaluation) property(name string) Value {
	lower := strings.ToLower(name)
	if v, ok := e.pinned[lower]; ok {
		return known(v)
	}
	switch lower {
	case "msbuildprojectname":
		return known(e.p.Name())
	case "msbuildprojectfile":
		return known(path.Base(e.p.Path))
	case "msbuildprojectextension":
		return known(path.Ext(e.p.Path))
	case "msbuildprojectdirectory":
		return known(e.rooted(e.p.Dir()))
	case "msbuildprojectfullpath":
		return known(e.rooted(e.p.Path))
	case "msbuildthisfiledirectory":
		return known(e.rooted(e.thisDir()) + "/")
	case "msbuildthisfile":
		return known(path.Base(e.file))
	case "msbuildthisfilefullpath":
		return known(e.rooted(e.file))
	case "os":
		return known("Unix")
	case "dotnet_running_in_container":
		return known("true") // Microsoft's images set it
	}
	if p, ok := e.p.props[lower]; ok {
		return p.Value
	}
	// The SDK sets many after the project is read. What no file here sets is
	// empty while its files are read, and that is when conditions are told.
	return known("")
}

func (e *evaluation) thisDir() string { return path.Dir(e.file) }

func (e *evaluation) note(line int, format string, args ...any) detect.Note {
	return e.top.Note(e.file, line, format, args...)
}

func (e *evaluation) target(n *manifest.Element) error {
	for _, c := range n.Children {
		if !strings.EqualFold(c.Name, "Exec") || e.condition(c.Attr("Condition")) == False {
			continue
		}
		x := Exec{Command: c.Attr("Command"), Target: n.Attr("Name"), Why: e.note(c.Line, "Exec %s", c.Attr("Command")), Dir: e.p.Dir()}
		if v := e.expand(c.Attr("Command")); v.Known {
			x.Command = v.Text
		}
		if at := c.Attr("WorkingDirectory"); at != "" {
			v := e.expand(at)
			if x.Dir = ""; v.Known {
				// Relative to the project, whatever file the target stands in.
				v.Text = strings.ReplaceAll(v.Text, `\`, "/")
				if strings.HasPrefix(v.Text, root) {
					x.Dir = e.resolve(v.Text)
				} else {
					x.Dir = path.Join(e.p.Dir(), v.Text)
				}
			}
		}
		e.p.Execs = append(e.p.Execs, x)
	}
	return nil
}
