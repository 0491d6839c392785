package rust

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/rust/source"
	"dockgen/internal/safe"
)

// cargoEnv are the variables that .cargo/config.toml sets, which hold for Cargo's own
// commands alone: the program in its image has none of them
// (https://doc.rust-lang.org/cargo/reference/config.html#env).
func (pr *program) cargoEnv() map[string]detect.Note {
	out := map[string]detect.Note{}
	pr.cargoConfigs(func(at string, c *cargoConfig, lines manifest.Lines) {
		for name := range c.Env {
			if _, had := out[name]; !had && name != "RUST_LOG" && !systemEnv(name) {
				out[name] = pr.top.Note(at, lines.At("env", name), "sets %s for cargo's own commands alone", name)
			}
		}
	})
	return out
}

// cargoFolders gives the image the folders that such a variable names, and the variable.
func (pr *program) cargoFolders(s *detect.Service, f *Facts) {
	pr.cargoConfigs(func(at string, c *cargoConfig, lines manifest.Lines) {
		for _, name := range slices.Sorted(maps.Keys(c.Env)) {
			value, _ := c.Env[name].(string)
			env, ok := envName(name)
			value = strings.TrimPrefix(value, "./")
			if !ok || systemEnv(name) || value == "" || path.IsAbs(value) || safe.FileName(value) != nil || strings.HasPrefix(path.Clean(value), "..") || !pr.says(name) {
				continue
			}
			full := path.Join(pr.pkg.ws.dir.Path(), value)
			folder, err := safe.NewRelPath(full)
			if err != nil || full == pr.pkg.ws.dir.Path() || !pr.top.HasDir(full) || !pr.data(full) {
				continue
			}
			why := pr.top.Note(at, lines.At("env", name), "%s names %s, which is read at run time", name, path.Clean(value))
			set(s, env, path.Clean(value), "Cargo sets it for its own commands alone.")
			pr.copyFile(s, f, full, why)
			s.Parts = append(s.Parts, detect.Part{Path: folder, Why: why})
		}
	})
}

// says reports whether a call of the program has the text for an argument.
func (pr *program) says(text string) bool {
	found := false
	pr.calls(func(_ *file, c *source.Call) {
		for _, a := range c.Args {
			found = found || len(a) == 1 && a[0].Kind == source.String && a[0].Text == text
		}
	})
	return found
}
