package manifest

import (
	"strings"

	"dockgen/detect"
)

// miseFiles are where mise looks in a folder, strongest first
// (https://mise.jdx.dev/configuration.html). Local files are not committed.
var miseFiles = []string{"mise.toml", ".mise.toml", "mise/config.toml", ".mise/config.toml", ".config/mise.toml", ".config/mise/config.toml"}

// toolNames are what asdf and mise call a tool beside its own name.
var toolNames = map[string][]string{
	"node": {"nodejs"},
	"go":   {"golang"},
}

// Versions returns what the version files ask for of a tool, as they word it:
// "22.11.0", "lts/jod", ">=3.10", "latest". The idiomatic files are those of the
// tool alone (".nvmrc"); then come .tool-versions, mise.toml, and a file of the project's
// own that its workflows source. The nearest folder
// that says something wins, this one first, up to the project's root. A leading
// "v" is taken off, and "system" says nothing.
func Versions(d *detect.Dir, tool string, idiomatic ...string) (detect.Value[string], error) {
	v, err := versionsIn(d, tool, idiomatic)
	if err != nil || v.IsSet() {
		return v, err
	}
	for parent := range d.Parents() {
		if v, err = versionsIn(parent, tool, idiomatic); err != nil || v.IsSet() {
			return v, err
		}
	}
	return v, nil
}

func versionsIn(d *detect.Dir, tool string, idiomatic []string) (detect.Value[string], error) {
	for _, name := range idiomatic {
		if !d.Has(name) {
			continue
		}
		v, err := versionFile(d, name)
		if err != nil || v.IsSet() {
			return v, err
		}
	}
	if d.Has(".tool-versions") {
		v, err := toolVersions(d, tool)
		if err != nil || v.IsSet() {
			return v, err
		}
	}
	for _, name := range miseFiles {
		if !d.Has(name) {
			continue
		}
		v, err := mise(d, name, tool)
		if err != nil || v.IsSet() {
			return v, err
		}
	}
	return sourced(d, tool)
}

// versionFile reads a file that holds one version: comments, blank lines and
// all lines after the first are of no account.
func versionFile(d *detect.Dir, name string) (detect.Value[string], error) {
	data, err := d.Read(name)
	if err != nil {
		return detect.Value[string]{}, err
	}
	for i, line := range strings.Split(string(data), "\n") {
		text := uncomment(line)
		if text == "" {
			continue
		}
		if word, ok := version(text); ok {
			return detect.Found(word, d.Note(name, i+1, "%s", text)), nil
		}
		return detect.Value[string]{}, nil
	}
	return detect.Value[string]{}, nil
}

// toolVersions reads asdf's file: a tool and its versions a line, the first being the one in use
// (https://asdf-vm.com/manage/configuration.html).
func toolVersions(d *detect.Dir, tool string) (detect.Value[string], error) {
	data, err := d.Read(".tool-versions")
	if err != nil {
		return detect.Value[string]{}, err
	}
	for i, line := range strings.Split(string(data), "\n") {
		fields := strings.Fields(uncomment(line))
		if len(fields) < 2 || !isTool(fields[0], tool) {
			continue
		}
		for _, f := range fields[1:] {
			if word, ok := version(f); ok {
				return detect.Found(word, d.Note(".tool-versions", i+1, "%s %s", fields[0], f)), nil
			}
		}
	}
	return detect.Value[string]{}, nil
}

// mise reads the table of tools, whose values are a version, a list of them, or
// a table (https://mise.jdx.dev/configuration.html#tools-dev-tools).
func mise(d *detect.Dir, name, tool string) (detect.Value[string], error) {
	var file struct {
		Tools map[string]any `toml:"tools"`
	}
	lines, err := TOML(d, name, &file)
	if err != nil {
		return detect.Value[string]{}, err
	}
	for _, n := range append([]string{tool}, toolNames[tool]...) {
		for _, k := range []string{n, "core:" + n, "asdf:" + n} {
			for _, text := range miseVersions(file.Tools[k]) {
				if word, ok := version(text); ok {
					return detect.Found(word, d.Note(name, lines.At("tools", k), "%s = %q", n, text)), nil
				}
			}
		}
	}
	return detect.Value[string]{}, nil
}

func miseVersions(v any) []string {
	switch x := v.(type) {
	case string:
		return []string{x}
	case map[string]any:
		return miseVersions(x["version"])
	case []any:
		var out []string
		for _, e := range x {
			out = append(out, miseVersions(e)...)
		}
		return out
	}
	return nil
}

func isTool(name, tool string) bool {
	if name == tool {
		return true
	}
	for _, alias := range toolNames[tool] {
		if name == alias {
			return true
		}
	}
	return false
}

// uncomment cuts a comment off a line; "#" inside a word is none.
func uncomment(line string) string {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") {
		return ""
	}
	for _, mark := range []string{" #", "\t#"} {
		if before, _, ok := strings.Cut(line, mark); ok {
			line = before
		}
	}
	return strings.TrimSpace(line)
}

// version returns the wording without what only a version manager reads; false
// where it names no version: the machine's own one, a path, a template.
func version(text string) (string, bool) {
	text = strings.Trim(text, `"'`)
	text = strings.TrimPrefix(text, "prefix:")
	if len(text) > 1 && text[0] == 'v' && text[1] >= '0' && text[1] <= '9' {
		text = text[1:]
	}
	switch {
	case text == "", text == "system", strings.HasPrefix(text, "path:"), strings.HasPrefix(text, "ref:"), strings.Contains(text, "{{"):
		return "", false
	}
	return text, true
}
