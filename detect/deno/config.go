package deno

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// configNames are the names that Deno takes (https://docs.deno.com/runtime/fundamentals/configuration/).
func configNames() []string { return []string{"deno.json", "deno.jsonc"} }

// config is what of deno.json matters.
type config struct {
	Name           string                     `json:"name"`
	Version        string                     `json:"version"`
	License        string                     `json:"license"`
	Exports        any                        `json:"exports"`
	Tasks          map[string]json.RawMessage `json:"tasks"`
	Imports        map[string]string          `json:"imports"`
	ImportMap      string                     `json:"importMap"`
	Lock           any                        `json:"lock"`
	Workspace      any                        `json:"workspace"`
	Unstable       []string                   `json:"unstable"`
	NodeModulesDir any                        `json:"nodeModulesDir"`

	file  string
	dir   *detect.Dir
	lines manifest.Lines
	above *config // of the workspace; nil for none
	deps  map[string]string
}

// readConfig reads the folder's configuration; nil where there is none.
func readConfig(d *detect.Dir) (*config, error) {
	c, err := readOwn(d)
	if c == nil || err != nil {
		return nil, err
	}
	for parent := range d.Parents() {
		up, err := readOwn(parent)
		if err != nil {
			return nil, err
		}
		if up != nil && up.holds(parent, d) {
			c.above = up
			break
		}
	}
	return c, nil
}

func readOwn(d *detect.Dir) (*config, error) {
	name := d.First(configNames()...)
	if name == "" {
		return nil, nil
	}
	return detect.Once(d, "deno config:"+d.Path(), func() (*config, error) {
		c := &config{file: name, dir: d}
		var err error
		if c.lines, err = manifest.JSONC(d, name, c); err != nil {
			return nil, err
		}
		c.deps = map[string]string{}
		for k, v := range c.Imports {
			c.deps[k] = v
		}
		file := path.Clean(c.ImportMap)
		if c.ImportMap == "" {
			file = "import_map.json" // by its usual name, which tasks give as a flag
		}
		if d.Has(file) {
			var m struct {
				Imports map[string]string `json:"imports"`
			}
			if _, err := manifest.JSONC(d, file, &m); err != nil {
				return nil, err
			}
			for k, v := range m.Imports {
				c.deps[k] = v
			}
		}
		return c, nil
	})
}

// members are the folders of the workspace, as they are written.
func (c *config) members() []string {
	list, ok := c.Workspace.([]any)
	if table, isTable := c.Workspace.(map[string]any); isTable {
		list, ok = table["members"].([]any)
	}
	if !ok {
		return nil
	}
	var out []string
	for _, m := range list {
		if s, ok := m.(string); ok {
			out = append(out, strings.TrimPrefix(path.Clean(s), "./"))
		}
	}
	return out
}

// holds reports whether the workspace at the folder root has the folder d as a member.
func (c *config) holds(root, d *detect.Dir) bool {
	rel := strings.TrimPrefix(strings.TrimPrefix(d.Path(), root.Path()), "/")
	return slices.ContainsFunc(c.members(), func(m string) bool {
		ok, err := path.Match(m, rel)
		return err == nil && ok
	})
}

// root is the folder that installs: the workspace's, else the program's own.
func (c *config) root(d *detect.Dir) *detect.Dir {
	if c != nil && c.above != nil {
		return c.above.dir
	}
	return d
}

// imports are the names of the import map, the workspace's included.
func (c *config) imports() map[string]string {
	if c == nil {
		return nil
	}
	if c.above == nil {
		return c.deps
	}
	out := map[string]string{}
	for k, v := range c.above.deps {
		if !strings.HasPrefix(v, ".") {
			out[k] = v
		}
	}
	for k, v := range c.deps {
		out[k] = v
	}
	return out
}

// task is the shell line of a task, "" for none. A task may be a line, or a table
// with the line and the tasks that run before it.
func (c *config) task(name string) string {
	if c == nil {
		return ""
	}
	raw, ok := c.Tasks[name]
	if !ok {
		return ""
	}
	var line string
	if json.Unmarshal(raw, &line) == nil {
		return line
	}
	var table struct {
		Command string `json:"command"`
	}
	_ = json.Unmarshal(raw, &table) // of another form: no task that is understood
	return table.Command
}

// note is evidence in the configuration.
func (c *config) note(text string, keys ...string) detect.Note {
	if text == "" {
		text = "is Deno's configuration"
	}
	return c.dir.Note(c.file, c.lines.At(keys...), "%s", text)
}

// unstable reports whether a feature is switched on.
func (c *config) unstable(feature string) bool {
	return c != nil && (slices.Contains(c.Unstable, feature) || c.above != nil && slices.Contains(c.above.Unstable, feature))
}

// lock is the lock file at the root, "" for none; frozen says that it is to be held.
func (c *config) lock(root *detect.Dir) (name string, used bool) {
	if c == nil {
		return root.First("deno.lock"), true
	}
	if c.above != nil {
		return c.above.lock(root)
	}
	switch l := c.Lock.(type) {
	case bool:
		if !l {
			return "", false
		}
	case string:
		return root.First(path.Clean(l)), true
	case map[string]any:
		if s, ok := l["path"].(string); ok {
			return root.First(path.Clean(s)), true
		}
	}
	return root.First("deno.lock"), true
}
