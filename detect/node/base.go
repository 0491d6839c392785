package node

import (
	"net/url"
	"strings"

	"dockgen/detect"
)

// bases are the keys by which configurations name the path that a site lies under,
// by the framework's name; what begins with Vite's has Vite's.
var bases = []struct {
	name, config, key string
	flag              string // of the build's command
}{
	{"Vite", "vite.config", "base", "--base"},
	{"VitePress", ".vitepress/config", "base", "--base"},
	{"VitePress", "docs/.vitepress/config", "base", "--base"},
	{"VuePress", ".vuepress/config", "base", ""},
	{"VuePress", "docs/.vuepress/config", "base", ""},
	{"Astro", "astro.config", "base", "--base"},
	{"Docusaurus", "docusaurus.config", "baseUrl", ""},
	{"Vue CLI", "vue.config", "publicPath", ""},
	{"Next.js", "next.config", "basePath", ""},
	{"SvelteKit", "svelte.config", "base", ""},
	{"Angular", "", "", "--base-href"},
	{"Eleventy", "eleventy.config", "pathPrefix", "--pathprefix"},
	{"Eleventy", ".eleventy", "pathPrefix", "--pathprefix"},
}

// siteBase is the path that the pages of a site expect to lie under, "" for the root
// of a server.
func (p *project) siteBase(fw *framework) (string, detect.Note) {
	if strings.HasPrefix(fw.name, "Create React App") {
		home := ""
		if p.pkg.Field("homepage", &home) {
			if u, err := url.Parse(home); err == nil && strings.Trim(u.Path, "/.") != "" {
				return u.Path, p.pkg.Note("homepage: "+home, "homepage")
			}
		}
		return "", detect.Note{}
	}
	for _, b := range bases {
		if fw.name != b.name && !(b.name == "Vite" && strings.HasPrefix(fw.name, "Vite ")) {
			continue
		}
		if b.flag != "" {
			if value := flagValue(p.buildWords(), b.flag); strings.HasPrefix(value, "/") && value != "/" {
				return value, p.scriptNote(p.buildScript())
			}
		}
		if b.config == "" {
			continue
		}
		config := p.load(p.First(configs(b.config)...))
		if value, line, ok := p.literal(config, b.key); ok && strings.HasPrefix(value, "/") && value != "/" {
			return value, p.Note(config.Path, line, "%s: %s", b.key, value)
		}
	}
	return "", detect.Note{}
}

// buildWords are the words of what the build script runs.
func (p *project) buildWords() []string {
	var out []string
	for _, c := range p.expand(p.script(p.buildScript()), 0) {
		out = append(out, c.Args...)
	}
	return out
}
