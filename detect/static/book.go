package static

import (
	"maps"
	"slices"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// debianBook is the minor release of mdBook in Debian 13
// (https://packages.debian.org/trixie/mdbook): a theme written for a later one doesn't build.
const debianBook = 4

// newerBook installs mdBook by Cargo where the project's workflows take a newer one than
// Debian has. Its own watcher and server are left out.
func newerBook(d *detect.Dir, s *detect.Service, b *Build, runtime detect.Runtime) detect.Runtime {
	version, why := bookVersion(d)
	if n, ok := minor(version.String()); version.IsZero() || ok && n <= debianBook {
		return runtime
	}
	b.Package = safe.Package{}
	b.Cargo = safe.ArgvOf("cargo", "install", "mdbook", "--locked", "--no-default-features", "--features", "search", "--version").With(version.String())
	why.Text += ": newer than Debian's, so that Cargo installs it"
	s.Notes = append(s.Notes, why)
	return detect.Runtime{Name: "rust"}
}

// bookVersion is the release of mdBook that GitHub's workflows build the book with: a
// variable, or what an action is told (https://github.com/peaceiris/actions-mdbook).
func bookVersion(d *detect.Dir) (safe.Version, detect.Note) {
	top := d
	for parent := range d.Parents() {
		top = parent
	}
	at := top.Sub(".github/workflows")
	for _, file := range at.Names("*.yml", "*.yaml") {
		var w struct {
			Env  map[string]any `yaml:"env"`
			Jobs map[string]struct {
				Env   map[string]any `yaml:"env"`
				Steps []struct {
					Env  map[string]any `yaml:"env"`
					With map[string]any `yaml:"with"`
				} `yaml:"steps"`
			} `yaml:"jobs"`
		}
		lines, err := manifest.YAML(at, file, &w)
		if err != nil {
			continue // most workflows are about something else
		}
		take := func(table map[string]any, keys ...string) (safe.Version, detect.Note, bool) {
			for _, name := range []string{"MDBOOK_VERSION", "mdbook-version"} {
				text, _ := table[name].(string)
				if v, err := safe.NewVersion(text); err == nil && text != "" {
					return v, at.Note(file, lines.At(append(keys, name)...), "%s: %s", name, text), true
				}
			}
			return safe.Version{}, detect.Note{}, false
		}
		if v, why, ok := take(w.Env, "env"); ok {
			return v, why
		}
		for _, job := range slices.Sorted(maps.Keys(w.Jobs)) {
			if v, why, ok := take(w.Jobs[job].Env, "jobs", job, "env"); ok {
				return v, why
			}
			for _, step := range w.Jobs[job].Steps {
				for _, table := range []map[string]any{step.Env, step.With} {
					if v, why, ok := take(table, "jobs", job, "steps"); ok {
						return v, why
					}
				}
			}
		}
	}
	return safe.Version{}, detect.Note{}
}

// bookPrograms notes the programs that a book calls while it is built: a preprocessor or
// a backend that is not mdBook's own is called mdbook-NAME, unless command says otherwise
// (https://rust-lang.github.io/mdBook/format/configuration/preprocessors.html).
func bookPrograms(d *detect.Dir, config string, values map[string]any, lines manifest.Lines) []detect.Note {
	var out []detect.Note
	for _, kind := range []string{"preprocessor", "output"} {
		table, _ := values[kind].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(table)) {
			if slices.Contains([]string{"links", "index", "html", "markdown"}, name) {
				continue
			}
			one, _ := table[name].(map[string]any)
			if optional, _ := one["optional"].(bool); optional {
				continue
			}
			program := "mdbook-" + name
			if command, _ := one["command"].(string); command != "" {
				program = command
			}
			out = append(out, d.Note(config, lines.At(kind, name), "the build calls %s, which Debian's mdBook does not bring: it stops there, unless the program is added to the stage or the table gets optional = true", safe.Visible(program)))
		}
	}
	return out
}
