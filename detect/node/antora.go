package node

import (
	"path"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
)

// refineAntora reads the playbook: where the site goes, and whose history it is made of
// (https://docs.antora.org/antora/latest/playbook).
func refineAntora(p *project, f *framework) error {
	name := p.First("antora-playbook.yml", "antora-playbook.yaml", "playbook.yml", "site.yml", "local-antora-playbook.yml")
	for _, c := range p.expand(p.script(p.buildScript()), 0) {
		if c.Program() != "antora" {
			continue
		}
		for _, word := range c.Args[1:] {
			if ext := path.Ext(word); (ext == ".yml" || ext == ".yaml") && p.Has(path.Clean(word)) {
				name = path.Clean(word)
			}
		}
	}
	if name == "" {
		return detect.NotService("Antora builds nothing here: there is no playbook")
	}
	var book struct {
		Output struct {
			Dir string `yaml:"dir"`
		} `yaml:"output"`
		Content struct {
			Sources []struct {
				URL string `yaml:"url"`
			} `yaml:"sources"`
		} `yaml:"content"`
	}
	lines, err := manifest.YAML(p.Dir, name, &book)
	if err != nil {
		return err
	}
	f.build[len(f.build)-1] = name
	if r, ok := rel(path.Join(path.Dir(name), book.Output.Dir)); ok && book.Output.Dir != "" {
		f.output = r.String()
	}
	for i, source := range book.Content.Sources {
		if strings.HasPrefix(source.URL, ".") {
			p.remark(name, lines.At("content", "sources", itoa(i), "url"), "the pages come out of the git repository %s, whose history stays out of the build context: name its address, or build the site outside of the image", source.URL)
			break
		}
	}
	return nil
}
