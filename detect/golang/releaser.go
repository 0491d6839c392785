package golang

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/manifest"
)

// releaserTags reads the tags of the first build in GoReleaser's configuration
// (https://goreleaser.com/customization/builds/go/).
func (w *workspace) releaserTags(name string) []buildTag {
	var config struct {
		Builds []struct {
			Tags  []string `yaml:"tags"`
			Flags any      `yaml:"flags"`
		} `yaml:"builds"`
	}
	lines, err := manifest.YAML(w.top.Sub(path.Dir(name)), path.Base(name), &config)
	if err != nil || len(config.Builds) == 0 {
		return nil // releases are no part of an image: a flaw there is no reason to stop
	}
	b := config.Builds[0]
	if len(b.Tags) > 0 {
		return w.tagList(name, lines.At("builds", "0", "tags"), strings.Join(b.Tags, ","))
	}
	var flags []string
	switch f := b.Flags.(type) {
	case string:
		flags = []string{f}
	case []any:
		for _, v := range f {
			if s, ok := v.(string); ok {
				flags = append(flags, s)
			}
		}
	}
	for _, f := range flags {
		if m := tagsRE().FindStringSubmatch(f); m != nil {
			return w.tagList(name, lines.At("builds", "0", "flags"), strings.Trim(m[1], `"'`))
		}
	}
	return nil
}

// libraryTags are tags that the standard library and well-known modules know.
var libraryTags = []string{"netgo", "osusergo", "timetzdata", "sqlite_omit_load_extension", "sqlite_fts5", "sqlite_json", "fts5", "json1", "jsoniter", "nomsgpack", "go_json", "musl", "appsec"}

// usesTag reports whether a tag changes anything: a file of the project names it
// in a constraint, or a library knows it.
func (p *program) usesTag(name string) bool {
	return slices.Contains(libraryTags, name) || p.seenTags[name]
}
