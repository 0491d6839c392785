package ruby

import (
	"dockgen/detect"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// renderers are gems that run JavaScript to answer a request.
var renderers = []string{"react_on_rails", "react-rails", "webpacker-react", "katex"}

// loaders are ExecJS and the gems that bring it, which a project without a lock names alone.
var loaders = []string{"execjs", "uglifier", "terser", "coffee-rails", "coffee-script", "autoprefixer-rails", "react-rails", "react_on_rails", "handlebars_assets", "babel-transpiler"}

// execjs is the gem by which ExecJS is in the bundle, where no gem brings a runtime; "" for none.
func (in *inspection) execjs() string {
	if in.p.has(engines...) {
		return ""
	}
	for _, name := range loaders {
		if in.p.has(name) {
			return name
		}
	}
	return ""
}

// javascript decides what ExecJS finds in the image that runs: it looks for a runtime as soon
// as it is loaded, with the gems of the assets, and a program without one doesn't start
// (https://github.com/rails/execjs, ExecJS::Runtimes.autodetect).
func (in *inspection) javascript(s *detect.Service, f *Facts) {
	name := in.execjs()
	if name == "" {
		return
	}
	if why, ok := in.runsJavaScript(name); ok {
		if !f.Node {
			f.Node = true
			in.runtime(s, detect.Value[safe.Version]{})
		}
		f.NodeRuns = true
		s.Notes = append(s.Notes, why)
		s.Packages = append(s.Packages, detect.Package{Apk: safe.PackageOf("libstdc++"), Run: true, Why: why})
		return
	}
	s.SetEnv = append(s.SetEnv, setting("EXECJS_RUNTIME", "Disabled", "the assets are made: ExecJS looks for no runtime of JavaScript"))
}

// runsJavaScript reports whether the program runs JavaScript while it runs itself, and why.
func (in *inspection) runsJavaScript(loader string) (detect.Note, bool) {
	for _, name := range renderers {
		if in.p.has(name) {
			why := in.p.why(name)
			why.Text += " runs JavaScript: Node.js is part of the image"
			return why, true
		}
	}
	if in.rails == nil || in.uses("ExecJS") || in.uses("CoffeeScript") {
		why := in.p.why(loader)
		why.Text += ", which runs JavaScript: Node.js is part of the image"
		return why, true
	}
	if in.rails.is("assets.compile", "true") {
		set, _ := in.rails.setting("assets.compile")
		set.where.Text += " makes assets while the program runs, which runs JavaScript: Node.js is part of the image"
		return set.where, true
	}
	// A compressor that is made there and then loads its JavaScript at once.
	set, ok := in.rails.setting("assets.js_compressor")
	if ok && set.value != nil && set.value.Kind == source.Call && set.value.Text == "new" {
		set.where.Text += " is made whenever the program starts, which runs JavaScript: say it by its name, as in :uglifier, and the image does without Node.js"
		return set.where, true
	}
	return detect.Note{}, false
}
