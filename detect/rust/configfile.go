package rust

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/rust/source"
)

// configFile is a file of settings that the config or figment crate reads.
type configFile struct {
	path   string // relative to the project
	values map[string]string
	notes  map[string]detect.Note
}

// configured works out a setting by the configuration files and the variables
// that lie over them: settings.server.port by [server] port and SERVER__PORT.
func (pr *program) configured(name string, above []string) pieces {
	pr.loadConfig()
	over := pr.once("config", func() string {
		prefix, sep, ok := pr.configEnv()
		if !ok {
			return ""
		}
		return prefix + " " + sep
	})
	prefix, sep, fromEnv := strings.Cut(over, " ")
	for _, c := range pr.config {
		for _, keys := range suffixes(above) {
			key := strings.Join(append(keys[:len(keys):len(keys)], name), ".")
			value, ok := c.values[key]
			if !ok {
				continue
			}
			p := piece{text: value, known: true, why: c.notes[key]}
			if fromEnv {
				p.env = prefix + strings.ToUpper(strings.ReplaceAll(key, ".", sep))
				// Without a word, many take the file for the developer's machine on top.
				for _, o := range pr.overlays {
					if v, ok := o.values[key]; ok && loopback(v) {
						p.text, p.why = v, o.notes[key]
					}
				}
			}
			return pieces{p}
		}
	}
	return nil
}

// setDefault works out a setting by what the config crate is told to take without one:
// set_default("server.port", 8888).
func (pr *program) setDefault(name string, above []string, depth int) pieces {
	for _, f := range pr.files {
		for _, c := range f.Calls {
			if c.Path != "set_default" || !c.Method() || len(c.Args) != 2 {
				continue
			}
			for _, keys := range suffixes(above) {
				if text(c.Args[0]) == strings.Join(append(keys[:len(keys):len(keys)], name), ".") {
					return pr.eval(c.Args[1], scope{f, c.Fn}, depth+1)
				}
			}
		}
	}
	return nil
}

// suffixes are the ends of a list, the longest first: the first names are those
// of variables.
func suffixes(list []string) [][]string {
	var out [][]string
	for i := range list {
		out = append(out, list[i:])
	}
	if n := len(list); n > 0 { // server_config.address, taken from a tuple
		for _, end := range []string{"_config", "_settings", "_cfg", "_conf", "_options"} {
			if base, ok := strings.CutSuffix(list[n-1], end); ok {
				out = append(out, []string{base})
			}
		}
	}
	return append(out, nil)
}

// loadConfig reads the files that lie where such programs look for theirs.
func (pr *program) loadConfig() {
	if pr.configAt {
		return
	}
	pr.configAt = true
	if !slices.ContainsFunc(pr.locals, func(p *pkg) bool {
		_, ok := p.uses("config", "figment", "toml", "serde_yaml", "confy", "twelf", "config-rs", "serde_yml", "serde_json", "ron")
		return ok
	}) {
		return
	}
	for _, name := range pr.namedConfigs() {
		if c, ok := readConfig(pr.top.Sub(path.Dir(name)), path.Base(name)); ok {
			pr.config = append(pr.config, c)
		}
	}
	for _, dir := range []string{pr.pkg.dir.Path(), pr.pkg.ws.dir.Path()} {
		for _, sub := range []string{".", "config", "configuration", "settings", "conf"} {
			d := pr.top.Sub(path.Join(dir, sub))
			for _, base := range []string{"config", "base", "default", "settings", "configuration", "Settings", "app", "production", path.Base(pr.pkg.name())} {
				for _, ext := range []string{".toml", ".yaml", ".yml", ".json"} {
					if c, ok := readConfig(d, base+ext); ok {
						pr.config = append(pr.config, c)
					}
				}
			}
			for _, base := range []string{"local", "dev", "development"} {
				for _, ext := range []string{".toml", ".yaml", ".yml", ".json"} {
					if c, ok := readConfig(d, base+ext); ok {
						pr.overlays = append(pr.overlays, c)
					}
				}
			}
		}
	}
}

// namedConfigs are the files of settings whose paths stand in the sources, for the program
// to read or to build in: relative to where it runs, and for include_str! to the source.
func (pr *program) namedConfigs() []string {
	var out []string
	for _, f := range pr.files {
		for _, c := range f.Calls {
			for _, arg := range c.Args {
				name := text(arg)
				switch ext := path.Ext(name); {
				case name == "" || path.IsAbs(name) || path.Base(name) == "Cargo.toml" || path.Base(name) == "package.json":
					continue
				case ext != ".toml" && ext != ".yaml" && ext != ".yml" && ext != ".json":
					continue
				}
				for _, dir := range []string{path.Dir(f.path), pr.pkg.dir.Path(), pr.pkg.ws.dir.Path()} {
					if !inside(dir, name) {
						continue
					}
					if at := path.Join(dir, name); pr.top.Has(at) && !slices.Contains(out, at) && len(out) < 10 {
						out = append(out, at)
					}
				}
			}
		}
	}
	return out
}

func readConfig(d *detect.Dir, name string) (c configFile, ok bool) {
	if !d.Has(name) {
		return c, false
	}
	var tree map[string]any
	var lines manifest.Lines
	var err error
	switch path.Ext(name) {
	case ".toml":
		lines, err = manifest.TOML(d, name, &tree)
	case ".json":
		lines, err = manifest.JSON(d, name, &tree)
	default:
		lines, err = manifest.YAML(d, name, &tree)
	}
	if err != nil {
		return c, false // not ours to judge
	}
	c = configFile{path: path.Join(d.Path(), name), values: map[string]string{}, notes: map[string]detect.Note{}}
	var walk func(m map[string]any, at []string)
	walk = func(m map[string]any, at []string) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			keys := append(at[:len(at):len(at)], k)
			key := strings.Join(keys, ".")
			var text string
			switch v := m[k].(type) {
			case map[string]any:
				if len(keys) < 6 {
					walk(v, keys)
				}
				continue
			case string:
				text = v
			case int64:
				text = itoa(int(v))
			case int:
				text = itoa(v)
			case uint64:
				text = itoa(int(v))
			case float64:
				text = itoa(int(v))
			default:
				continue
			}
			c.values[key] = text
			c.notes[key] = d.Note(name, lines.At(keys...), "%s", key)
		}
	}
	walk(tree, nil)
	return c, true
}

// configEnv is how the config crate names the variables that lie over a file
// (https://docs.rs/config/latest/config/struct.Environment.html).
func (pr *program) configEnv() (prefix, sep string, ok bool) {
	sep = "."
	prefixSep := ""
	unknown := false
	for _, f := range pr.files {
		for _, c := range f.Calls {
			arg := func() string {
				if len(c.Args) > 0 {
					if ps := pr.eval(c.Args[0], scope{f, c.Fn}, 0); ps.known() {
						return ps.text()
					}
				}
				unknown = true
				return ""
			}
			switch {
			case strings.HasSuffix(c.Path, "Environment::default"), strings.HasSuffix(c.Path, "Environment::new"):
				ok = true
			case strings.HasSuffix(c.Path, "Environment::with_prefix"):
				ok = true
				prefix = strings.ToUpper(arg())
			case c.Path == "separator" && c.Method():
				sep = arg()
			case c.Path == "prefix_separator" && c.Method():
				prefixSep = arg()
			case strings.HasSuffix(c.Path, "Env::prefixed"): // figment: https://docs.rs/figment
				prefix = strings.ToUpper(arg())
				return prefix, "_", !unknown
			}
		}
	}
	if prefix != "" {
		if prefixSep == "" {
			prefixSep = sep
			if sep == "." {
				prefixSep = "_"
			}
		}
		prefix += prefixSep
	}
	return prefix, sep, ok && sep != "." && !unknown
}

// readsConfig is the configuration file that the program reads at its start.
func (pr *program) readsConfig(name string) bool {
	found := false
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	pr.calls(func(_ *file, c *source.Call) {
		for _, a := range c.Args {
			source.Strings(a, func(t source.Token) {
				if t.Text == name || t.Text == path.Base(name) || strings.Contains(c.Path, "File::") && path.Base(t.Text) == base {
					found = true
				}
			})
		}
	})
	return found
}
