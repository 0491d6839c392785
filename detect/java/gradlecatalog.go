package java

import (
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// versionCatalog is gradle/libs.versions.toml
// (https://docs.gradle.org/current/userguide/version_catalogs.html).
type versionCatalog struct {
	dir   *detect.Dir
	file  string
	lines manifest.Lines
	data  struct {
		Versions  map[string]any `toml:"versions"`
		Libraries map[string]any `toml:"libraries"`
		Plugins   map[string]any `toml:"plugins"`
		Bundles   map[string][]string
	}
}

func readCatalog(d *detect.Dir, name string) (*versionCatalog, error) {
	c := &versionCatalog{dir: d, file: name}
	var err error
	c.lines, err = manifest.TOML(d, name, &c.data)
	return c, err
}

// accessor is an alias as scripts write it: "-" and "_" become dots.
func accessor(alias string) string { return strings.NewReplacer("-", ".", "_", ".").Replace(alias) }

// pick finds an entry by its accessor.
func pick[T any](entries map[string]T, name string) (key string, v T, ok bool) {
	for k, v := range entries {
		if accessor(k) == name {
			return k, v, true
		}
	}
	return "", v, false
}

// version is what [versions] has under an accessor.
func (c *versionCatalog) version(name string) (string, bool) {
	if c == nil {
		return "", false
	}
	_, v, ok := pick(c.data.Versions, accessor(name))
	return versionText(v), ok && versionText(v) != ""
}

func versionText(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case map[string]any:
		for _, key := range []string{"strictly", "require", "prefer"} {
			if s, ok := x[key].(string); ok {
				return s
			}
		}
	}
	return ""
}

// entryVersion is the version of a library or plug-in: a text, or a reference.
func (c *versionCatalog) entryVersion(entry map[string]any) string {
	v := entry["version"]
	if m, ok := v.(map[string]any); ok {
		if ref, ok := m["ref"].(string); ok {
			return versionText(c.data.Versions[ref])
		}
	}
	if ref, ok := entry["version.ref"].(string); ok {
		return versionText(c.data.Versions[ref])
	}
	return versionText(v)
}

// library is what libs.NAME stands for: one library, or those of a bundle.
func (c *versionCatalog) library(name string) []dependency {
	if c == nil {
		return nil
	}
	if bundle, ok := strings.CutPrefix(name, "bundles."); ok {
		_, aliases, _ := pick(c.data.Bundles, bundle)
		var out []dependency
		for _, a := range aliases {
			out = append(out, c.library(accessor(a))...)
		}
		return out
	}
	key, v, ok := pick(c.data.Libraries, name)
	if !ok {
		return nil
	}
	d := dependency{note: c.dir.Note(c.file, c.lines.At("libraries", key), "%s", key)}
	switch x := v.(type) {
	case string:
		d.group, d.name, d.version = coordinates(x)
	case map[string]any:
		if module, ok := x["module"].(string); ok {
			d.group, d.name, _ = coordinates(module)
		} else {
			d.group, _ = x["group"].(string)
			d.name, _ = x["name"].(string)
		}
		d.version = c.entryVersion(x)
	}
	d.note.Text = "depends on " + d.name
	return []dependency{d}
}

// plugin is what libs.plugins.NAME stands for.
func (c *versionCatalog) plugin(name string) (id, version string) {
	if c == nil {
		return "", ""
	}
	_, v, _ := pick(c.data.Plugins, name)
	switch x := v.(type) {
	case string:
		id, version, _ = strings.Cut(x, ":")
	case map[string]any:
		id, _ = x["id"].(string)
		version = c.entryVersion(x)
	}
	return id, version
}

// coordinates splits "group:name:version:classifier@type".
func coordinates(s string) (group, name, version string) {
	s, _, _ = strings.Cut(s, "@")
	parts := strings.Split(s, ":")
	if len(parts) < 2 {
		return "", "", ""
	}
	if len(parts) > 2 {
		version = parts[2]
	}
	return parts[0], parts[1], version
}
