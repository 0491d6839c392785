package nodepkg

import (
	"encoding/json"
	"maps"
	"slices"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// Manifest is a package.json. A field of an unexpected type counts as not
// there: npm reads on, too.
type Manifest struct {
	Dir         *detect.Dir
	Name        string
	Version     string
	Description string
	License     string
	Homepage    string
	Type        string // "module", "commonjs" or ""
	Main        string
	Module      string
	Private     bool
	Bin         map[string]string // a bin that is a string has the package's name
	Scripts     map[string]string

	Dependencies         map[string]string
	DevDependencies      map[string]string
	OptionalDependencies map[string]string
	PeerDependencies     map[string]string

	Engines        map[string]string
	PackageManager string // "pnpm@9.15.0+sha512..."
	DevEngines     DevEngines
	Volta          map[string]string // node, npm, yarn, pnpm, extends
	Workspaces     []string
	Overridden     map[string]bool   // names under overrides, resolutions and pnpm.overrides
	Patched        map[string]string // pnpm.patchedDependencies: name → file
	BuildsAllowed  bool              // pnpm.onlyBuiltDependencies or the like is set: dependencies may run scripts
	Builds         []string          // pnpm.onlyBuiltDependencies
	PrismaSchema   string            // prisma.schema

	Lines manifest.Lines
	from  *detect.Dir // where its lines stand, if that is not Dir
	raw   map[string]json.RawMessage
}

// DevEngines is devEngines (https://docs.npmjs.com/cli/configuring-npm/package-json#devengines).
type DevEngines struct{ Runtime, PackageManager DevEngine }

// DevEngine names a tool and the versions of it that do.
type DevEngine struct{ Name, Version string }

// ReadManifest reads the folder's package.json. It is shared: don't change it.
func ReadManifest(d *detect.Dir) (*Manifest, error) {
	return detect.Once(d, "package.json:"+d.Path(), func() (*Manifest, error) { return readManifest(d) })
}

func readManifest(d *detect.Dir) (*Manifest, error) {
	m := &Manifest{Dir: d}
	var err error
	if m.Lines, err = manifest.JSON(d, "package.json", &m.raw); err != nil {
		return nil, err
	}
	for name, to := range map[string]any{
		"name": &m.Name, "version": &m.Version, "description": &m.Description, "homepage": &m.Homepage,
		"type": &m.Type, "main": &m.Main, "module": &m.Module, "private": &m.Private, "packageManager": &m.PackageManager,
	} {
		m.Field(name, to)
	}
	for name, to := range map[string]*map[string]string{
		"scripts": &m.Scripts, "dependencies": &m.Dependencies, "devDependencies": &m.DevDependencies,
		"optionalDependencies": &m.OptionalDependencies, "peerDependencies": &m.PeerDependencies,
		"engines": &m.Engines, "volta": &m.Volta, "bin": &m.Bin,
	} {
		*to = texts(m.raw[name])
	}
	m.License = m.license()
	if bin := ""; m.Field("bin", &bin) {
		m.Bin = map[string]string{m.Name: bin}
	}
	var dev struct{ Runtime, PackageManager json.RawMessage }
	if m.Field("devEngines", &dev) {
		m.DevEngines = DevEngines{devEngine(dev.Runtime), devEngine(dev.PackageManager)}
	}
	var nested struct{ Packages []string } // Yarn 1 allows a table, with nohoist beside
	if !m.Field("workspaces", &m.Workspaces) && m.Field("workspaces", &nested) {
		m.Workspaces = nested.Packages
	}
	m.readPnpm()
	var prisma struct{ Schema string }
	if m.Field("prisma", &prisma) {
		m.PrismaSchema = prisma.Schema
	}
	return m, nil
}

// Field decodes a top-level field into v and reports whether it was there and
// of that type. For what a tool keeps in package.json ("nodemon", "ava").
func (m *Manifest) Field(name string, v any) bool {
	raw, ok := m.raw[name]
	return ok && string(raw) != "null" && json.Unmarshal(raw, v) == nil
}

// Has reports whether the field is there.
func (m *Manifest) Has(name string) bool { return m.raw[name] != nil }

// Note returns evidence about the field at that path.
func (m *Manifest) Note(text string, path ...string) detect.Note {
	at := m.Dir
	if m.from != nil {
		at = m.from
	}
	return at.Note("package.json", m.Lines.At(path...), "%s", text)
}

// Dependency finds a direct dependency of the running program or of the build:
// the range, and the field it stands in. Peers don't count: others bring them.
func (m *Manifest) Dependency(name string) (spec, field string, ok bool) {
	for _, f := range m.fields() {
		if spec, ok := f.deps[name]; ok {
			return spec, f.name, true
		}
	}
	return "", "", false
}

// Depends reports whether the package is a direct dependency, for development or not.
func (m *Manifest) Depends(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, _, ok := m.Dependency(n); return ok })
}

// DependencyNote returns the evidence for a direct dependency.
func (m *Manifest) DependencyNote(name string) detect.Note {
	spec, field, _ := m.Dependency(name)
	return m.Note(name+" "+spec, field, name)
}

// Production reports whether the package is a dependency of the running program.
func (m *Manifest) Production(name string) bool {
	_, ok := m.Dependencies[name]
	if !ok {
		_, ok = m.OptionalDependencies[name]
	}
	return ok
}

// ScriptNote returns the evidence for a script.
func (m *Manifest) ScriptNote(name string) detect.Note {
	return m.Note(m.Scripts[name], "scripts", name)
}

type depsField struct {
	name string
	deps map[string]string
}

func (m *Manifest) fields() []depsField {
	return []depsField{{"dependencies", m.Dependencies}, {"optionalDependencies", m.OptionalDependencies}, {"devDependencies", m.DevDependencies}}
}

// direct lists every direct dependency, sorted.
func (m *Manifest) direct() []string {
	names := map[string]bool{}
	for _, f := range m.fields() {
		for n := range f.deps {
			names[n] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func (m *Manifest) license() string {
	var text string
	var object struct{ Type string }
	if m.Field("license", &text) {
		return text
	}
	if m.Field("license", &object) {
		return object.Type
	}
	return ""
}

func (m *Manifest) readPnpm() {
	m.Overridden = map[string]bool{}
	var pnpm struct {
		Overrides, OnlyBuiltDependencies, NeverBuiltDependencies, IgnoredBuiltDependencies, AllowBuilds json.RawMessage
		PatchedDependencies                                                                             json.RawMessage
	}
	m.Field("pnpm", &pnpm)
	for _, raw := range []json.RawMessage{m.raw["overrides"], m.raw["resolutions"], pnpm.Overrides} {
		for n := range keys(raw) {
			m.Overridden[n] = true
		}
	}
	m.Patched = texts(pnpm.PatchedDependencies)
	_ = json.Unmarshal(pnpm.OnlyBuiltDependencies, &m.Builds) // of another type: none
	m.BuildsAllowed = pnpm.OnlyBuiltDependencies != nil || pnpm.NeverBuiltDependencies != nil || pnpm.IgnoredBuiltDependencies != nil || pnpm.AllowBuilds != nil
}

// devEngine reads one engine or the first of a list.
func devEngine(raw json.RawMessage) DevEngine {
	var one DevEngine
	var list []DevEngine
	if json.Unmarshal(raw, &one) == nil {
		return one
	}
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		return list[0]
	}
	return DevEngine{}
}

// texts returns the fields of an object whose values are strings.
func texts(raw json.RawMessage) map[string]string {
	out := map[string]string{}
	for k, v := range keys(raw) {
		var s string
		if json.Unmarshal(v, &s) == nil {
			out[k] = s
		}
	}
	return out
}

func keys(raw json.RawMessage) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	if json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}
