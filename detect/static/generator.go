package static

import (
	"bufio"
	"bytes"
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/site"
	"dockgen/internal/safe"
)

// generator makes a site out of sources. It comes as a package of Debian's.
type generator struct {
	name    string
	configs []string     // that no other tool has
	shared  []string     // that other tools have too: one of folders must stand beside
	folders []string     // of the generator's sources
	pack    safe.Package // that has it
	output  string       // where it writes, unless the configuration says otherwise
	outKey  string       // of the configuration that says otherwise
	command safe.Argv    // that builds the site for production
	cache   safe.EnvName // names the folder of its cache
	gitKey  string       // of the configuration that asks for git's history
	gitOff  safe.EnvName // switches that off
	ignore  []safe.Pattern
}

// generators are the ones that need no language's package manager.
func generators() []generator {
	return []generator{{
		// https://gohugo.io/configuration/introduction and https://gohugo.io/commands/hugo
		name:    "Hugo",
		configs: []string{"hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"},
		shared:  []string{"config.toml", "config.yaml", "config.yml", "config.json"},
		folders: []string{"archetypes", "content", "themes"},
		pack:    safe.PackageOf("hugo"),
		output:  "public",
		outKey:  "publishDir",
		command: safe.ArgvOf("hugo", "--gc", "--minify"),
		cache:   safe.EnvNameOf("HUGO_CACHEDIR"),
		gitKey:  "enableGitInfo",
		gitOff:  safe.EnvNameOf("HUGO_ENABLEGITINFO"),
		ignore:  []safe.Pattern{safe.PatternOf(".hugo_build.lock"), safe.PatternOf("public"), safe.PatternOf("resources/_gen")},
	}}
}

// Build is how a generator makes the site.
type Build struct {
	Tool    string // a generator's name
	Package safe.Package
	Command safe.Argv
	Cache   safe.EnvName
	Unset   safe.EnvName // a variable that the build sets to false; may be empty
}

// generatorConfigs are the names of all configurations, for Markers.
func generatorConfigs() []string {
	var out []string
	for _, g := range generators() {
		out = append(append(out, g.configs...), g.shared...)
	}
	return out
}

// generated describes the site that a generator makes of the folder; nil where
// it holds no generator's sources.
func generated(d *detect.Dir) (*detect.Service, error) {
	for _, g := range generators() {
		config := d.First(g.configs...)
		if config == "" && slices.ContainsFunc(g.folders, d.HasDir) {
			config = d.First(g.shared...)
		}
		if config == "" || slices.Contains(strings.Split(d.Path(), "/"), "themes") {
			continue // a theme brings a site of its own that shows it
		}
		return g.service(d, config)
	}
	return nil, nil
}

func (g generator) service(d *detect.Dir, config string) (*detect.Service, error) {
	values := map[string]any{}
	read := manifest.TOML
	switch path.Ext(config) {
	case ".yaml", ".yml":
		read = manifest.YAML
	case ".json":
		read = manifest.JSON
	}
	lines, err := read(d, config, &values)
	if err != nil {
		return nil, err
	}
	s := &detect.Service{
		Kind:      detect.Static,
		Framework: detect.Found(g.name, d.Note(config, 0, "configuration of %s", g.name)),
		Build:     detect.Found(g.command, d.Note(config, 0, "how %s builds for production", g.name)),
		Port:      serverPort(),
		Runtimes:  []detect.Runtime{{Name: "debian"}},
		Context:   detect.Context{Ignore: g.ignore, Keep: []safe.RelPath{safe.RelPathOf(config)}},
	}
	output := g.output
	if out, ok := values[g.outKey].(string); ok && out != "" {
		output = out
		s.Notes = append(s.Notes, d.Note(config, lines.At(g.outKey), "%s: the build writes to %s", g.outKey, out))
	}
	out, err := safe.NewRelPath(output)
	if err != nil {
		return nil, d.Errorf(config, lines.At(g.outKey), "%s: %w", g.outKey, err)
	}
	files := site.Of(d, out)
	files.NotFound = safe.RelPathOf("404.html") // which every theme makes
	b := &Build{Tool: g.name, Package: g.pack, Command: g.command, Cache: g.cache}
	if on, _ := values[g.gitKey].(bool); on {
		b.Unset = g.gitOff
		s.Notes = append(s.Notes, d.Note(config, lines.At(g.gitKey), "%s is switched off in the image: the history stays out of the build context", g.gitKey))
	}
	s.Facts = &Facts{Site: files, Build: b}
	notes, err := emptySubmodules(d)
	s.Notes = append(s.Notes, notes...)
	return s, err
}

// emptySubmodules notes the git submodules that are not checked out: a theme that
// is missing gives a site without pages, and no error.
func emptySubmodules(d *detect.Dir) ([]detect.Note, error) {
	if !d.Has(".gitmodules") {
		return nil, nil
	}
	data, err := d.Read(".gitmodules")
	if err != nil {
		return nil, err
	}
	var notes []detect.Note
	sc := bufio.NewScanner(bytes.NewReader(data))
	for line := 1; sc.Scan(); line++ {
		key, value, _ := strings.Cut(sc.Text(), "=")
		if strings.TrimSpace(key) != "path" {
			continue
		}
		sub := d.Sub(strings.TrimSpace(value))
		if len(sub.Names("*")) == 0 && len(sub.Dirs()) == 0 {
			notes = append(notes, d.Note(".gitmodules", line, "the submodule %s is empty: run git submodule update --init before the build", strings.TrimSpace(value)))
		}
	}
	return notes, sc.Err()
}
