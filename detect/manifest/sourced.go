package manifest

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
)

// sourcedFiles are names of files of NAME=value lines in which a project keeps the versions
// of its tools. Many more files are called so, with versions of a product, of images or of
// packages: one counts only where the project's workflows source it, and only by keys that
// are a tool's name.
var sourcedFiles = []string{"versions", "versions.env"}

// sourced reads the version of a tool that the workflows of the project read out of such a
// file: ". versions" in a step, with elixir="1.20.1" in the file.
func sourced(d *detect.Dir, tool string) (detect.Value[string], error) {
	name := d.First(sourcedFiles...)
	if d.Path() != "." || name == "" || !d.HasDir(".github/workflows") {
		return detect.Value[string]{}, nil
	}
	data, err := d.Read(name)
	if err != nil {
		return detect.Value[string]{}, err
	}
	keys := append([]string{tool}, toolNames[tool]...)
	if tool == "erlang" {
		keys = append(keys, "otp")
	}
	for i, line := range strings.Split(string(data), "\n") {
		key, value, ok := strings.Cut(strings.TrimPrefix(uncomment(line), "export "), "=")
		if key = strings.ToLower(key); !ok || !slices.Contains(keys, strings.TrimSuffix(key, "_version")) {
			continue
		}
		if word, ok := version(value); ok && word[0] >= '0' && word[0] <= '9' && workflowSources(d, name) {
			return detect.Found(word, d.Note(name, i+1, "%s, which the workflows read", strings.TrimSpace(line))), nil
		}
	}
	return detect.Value[string]{}, nil
}

// workflowSources reports whether a step of GitHub's workflows sources a file at the root.
func workflowSources(d *detect.Dir, file string) bool {
	found, err := detect.Once(d, "sourced:"+file, func() (bool, error) {
		at := d.Sub(".github/workflows")
		for _, name := range at.Names("*.yml", "*.yaml") {
			var f struct {
				Jobs map[string]struct {
					Steps []struct {
						Run string `yaml:"run"`
					} `yaml:"steps"`
				} `yaml:"jobs"`
			}
			if _, err := YAML(at, name, &f); err != nil {
				continue // most workflows are about something else
			}
			for _, job := range f.Jobs {
				for _, step := range job.Steps {
					cmds, err := Commands(step.Run)
					if err == nil && slices.ContainsFunc(cmds, func(c Command) bool { return sources(c, file) }) {
						return true, nil
					}
				}
			}
		}
		return false, nil
	})
	return err == nil && found
}

// sources reports whether a command reads the file into the shell, or into the
// environment of the steps that follow.
func sources(c Command, file string) bool {
	return len(c.Args) > 1 && (c.Args[0] == "." || c.Args[0] == "source" || c.Args[0] == "cat") && path.Clean(c.Args[1]) == file
}
