package static

import (
	"path"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/internal/safe"
)

// readTheDocs is what the configuration of Read the Docs says of Sphinx; nil where it says
// nothing (https://docs.readthedocs.com/platform/stable/config-file/v2.html#sphinx).
func readTheDocs(d *detect.Dir) (map[string]any, string, manifest.Lines) {
	var docs struct {
		Sphinx map[string]any `yaml:"sphinx"`
	}
	name := d.First(".readthedocs.yaml", ".readthedocs.yml")
	if name == "" {
		return nil, "", manifest.Lines{}
	}
	lines, err := manifest.YAML(d, name, &docs)
	if err != nil {
		return nil, "", manifest.Lines{}
	}
	return docs.Sphinx, name, lines
}

// sphinxConfig is the conf.py that Read the Docs builds with; "" for none.
func sphinxConfig(d *detect.Dir) string {
	settings, _, _ := readTheDocs(d)
	config, _ := settings["configuration"].(string)
	config = path.Clean(config)
	if at, err := safe.NewRelPath(config); err != nil || !at.Plain() || path.Base(config) != "conf.py" || !d.Has(config) {
		return ""
	}
	return config
}

// builders are those that make pages; the others check something, or make a book.
var builders = map[string]string{"html": "html", "htmldir": "dirhtml", "dirhtml": "dirhtml", "singlehtml": "singlehtml"}

// sphinxBuilder is the builder that makes the pages where the site stands today: the
// addresses of its pages depend on it.
func sphinxBuilder(d *detect.Dir) (string, detect.Note) {
	settings, name, lines := readTheDocs(d)
	text, _ := settings["builder"].(string)
	if b := builders[text]; b != "" && b != "html" {
		return b, d.Note(name, lines.At("sphinx", "builder"), "builder: %s", text)
	}
	return "html", detect.Note{}
}
