package ruby

import (
	"slices"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/site"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// generator makes a site of finished files.
type generator struct {
	name   string
	gem    string
	output string
	build  safe.Argv
	env    []detect.Setting
	hashed []string
	why    detect.Note
}

// generators are known by their gem.
func generators() []generator {
	set := func(name string) []detect.Setting { return []detect.Setting{setting(name, "production", "")} }
	argv := safe.ArgvOf
	return []generator{
		// https://jekyllrb.com/docs/configuration/options/
		{name: "jekyll", gem: "jekyll", output: "_site", build: argv("bundle", "exec", "jekyll", "build"), env: set("JEKYLL_ENV")},
		{name: "jekyll", gem: "github-pages", output: "_site", build: argv("bundle", "exec", "jekyll", "build"), env: set("JEKYLL_ENV")},
		// https://www.bridgetownrb.com/docs/deployment
		{name: "bridgetown", gem: "bridgetown", output: "output", build: argv("bundle", "exec", "bridgetown", "deploy"), env: set("BRIDGETOWN_ENV"), hashed: []string{"_bridgetown/static"}},
		// https://middlemanapp.com/basics/build-and-deploy/
		{name: "middleman", gem: "middleman", output: "build", build: argv("bundle", "exec", "middleman", "build")},
		{name: "nanoc", gem: "nanoc", output: "output", build: argv("bundle", "exec", "nanoc", "compile")},
	}
}

// generator is the one that makes the folder's site; nil for none.
func (in *inspection) generator() (*generator, error) {
	d := in.d
	for _, g := range generators() {
		_, direct := in.p.direct(g.gem)
		if in.p.g == nil || !direct && !(in.p.l == nil && in.p.all[g.gem]) {
			continue
		}
		config := d.First("_config.yml", "_config.yaml", "_config.toml", "config.rb", "nanoc.yaml", "config/initializers.rb", "bridgetown.config.yml")
		if config == "" || in.library() && !in.ownSite() {
			continue // a theme, or a gem that helps
		}
		if g.gem == "bridgetown" && in.bridgetownServes() {
			continue
		}
		g.why = in.p.why(g.gem)
		return &g, nil
	}
	if in.p.g == nil && d.Has("_config.yml") && !d.Has("package.json") && (d.HasDir("_posts") || d.HasDir("_layouts") || d.First("index.md", "index.markdown") != "") {
		g := generators()[0]
		g.build = safe.ArgvOf("jekyll", "build")
		g.why = d.Note("_config.yml", 0, "configuration of Jekyll")
		return &g, nil
	}
	return nil, nil
}

// ownSite reports whether a folder with a gemspec is a site all the same, which can be had as
// a theme too: it names its gems itself, and has pages to show.
func (in *inspection) ownSite() bool {
	return !in.p.g.gemspec && in.d.First("index.html", "index.md", "index.markdown") != "" && in.d.HasDir("_posts")
}

// bridgetownServes reports whether pages are made for each request. Every project has the
// server, which shows the finished site while somebody writes: what tells are routes of
// the project's own, or the plugins that render a page when it is asked for
// (https://www.bridgetownrb.com/docs/routes).
func (in *inspection) bridgetownServes() bool {
	if !in.d.Has("config.ru") {
		return false
	}
	if in.d.HasDir("server/routes") && len(in.d.Sub("server/routes").Names("*.rb")) > 0 {
		return true
	}
	dynamic := false
	for _, name := range []string{"server/roda_app.rb", "config/initializers.rb"} {
		nodes, _ := in.parse(name)
		source.Walk(nodes, func(n *source.Node) bool {
			what, _ := first(nodeArgs(n)).Static()
			dynamic = dynamic || (n.Is("plugin") || n.Is("init")) && slices.Contains([]string{"bridgetown_ssr", "bridgetown_routes", "ssr", "bridgetown-routes"}, what)
			return !dynamic
		})
	}
	return dynamic
}

// describeSite completes the service of a static site.
func (in *inspection) describeSite(s *detect.Service, f *Facts, g *generator) error {
	d := in.d
	s.Port = detect.Assumed(safe.Port(8080), detect.Note{Text: "the web server's own"})
	s.Build = detect.Found(g.build, g.why)
	output := g.output
	if g.name == "jekyll" {
		if in.p.g == nil {
			f.Gems = safe.ArgvOf("gem", "install", "--no-document", "jekyll:~> 4.4")
			s.Notes = append(s.Notes, d.Note("_config.yml", 0, "no Gemfile says which Jekyll makes the site, nor its plugins and theme: write one"))
		}
		if name := d.First("_config.yml", "_config.yaml"); name != "" {
			var config struct {
				Destination string `yaml:"destination"`
				BaseURL     string `yaml:"baseurl"`
				Source      string `yaml:"source"`
			}
			lines, err := manifest.YAML(d, name, &config)
			if err != nil {
				return err
			}
			if config.Destination != "" {
				output = config.Destination
			}
			if config.BaseURL != "" && config.BaseURL != "/" {
				s.Notes = append(s.Notes, d.Note(name, lines.At("baseurl"), "the site's links begin with %s: the image serves it from /, so put it there by a proxy, or build with --baseurl ''", safe.Visible(config.BaseURL)))
			}
		}
	}
	out, err := safe.NewRelPath(output)
	if err != nil || !out.Plain() || out.String() == "." {
		s.Notes = append(s.Notes, d.Note("_config.yml", 0, "writes the site to %s, which lies outside of the project: the image takes %s", safe.Visible(output), g.output))
		out = safe.RelPathOf(g.output)
	}
	at := site.Of(d, out)
	if d.First("404.html", "404.md", "404.markdown", "src/404.html", "source/404.html.erb") != "" {
		at.NotFound = safe.RelPathOf("404.html")
	}
	at.AddHashed(g.hashed...)
	f.Site, f.Env = &at, slices.Concat(f.Env, g.env)
	f.Steps = append(f.Steps, Step{Why: "The site is made of the sources.", Argv: g.build})
	s.Context.Ignore = append(s.Context.Ignore, safe.PatternFor(out))
	return nil
}
