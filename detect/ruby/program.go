package ruby

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/ruby/source"
	"dockgen/internal/safe"
)

// frameworks by the gem that brings them, the more particular first.
var frameworks = []string{"rails", "hanami", "padrino", "roda", "grape", "sinatra", "cuba", "syro", "camping", "ramaze", "hobbit", "utopia", "rack"}

// program finds what runs from the folder, or says why nothing does.
func (in *inspection) program() (program, error) {
	if site, err := in.generator(); err != nil || site != nil {
		if err != nil {
			return program{}, err
		}
		return program{kind: detect.Static, framework: detect.Found(site.name, site.why), site: site}, nil
	}
	procs, err := manifest.Procfile(in.d, "Procfile")
	if err != nil {
		return program{}, err
	}
	if in.rails, err = in.readRails(); err != nil {
		return program{}, err
	}
	if in.library() && in.rails == nil && len(procs) == 0 {
		return program{}, detect.NotService("library: a gemspec, and nothing that starts a program")
	}
	if in.library() && in.rails == nil && in.engine() {
		return program{}, detect.NotService("library: a gemspec, and bin/rails starts the application that shows the engine")
	}
	g := program{kind: detect.Server, framework: in.framework()}
	if in.p.g == nil {
		return in.gemless(g)
	}
	switch {
	case in.rails != nil:
		g.launch = in.serve(procs)
	case in.d.Has("config.ru") && in.rackup():
		g.launch = in.serve(procs)
		g.main = label("config.ru", in.d.Note("config.ru", 0, "is where Rack begins"))
	default:
		return in.script(g, procs)
	}
	return g, nil
}

func label(text string, why detect.Note) detect.Value[safe.Label] {
	l, err := safe.NewLabel(text)
	if err != nil {
		return detect.Value[safe.Label]{}
	}
	return detect.Found(l, why)
}

// library reports whether the folder is a gem and no program.
func (in *inspection) library() bool {
	return len(in.d.Names("*.gemspec")) > 0 && (!in.d.Has("config.ru") || in.emptyRackup()) && !in.d.Has("config/application.rb")
}

// emptyRackup reports whether the rackup file holds comments alone: it shows people how
// they would start a gem, and runs nothing.
func (in *inspection) emptyRackup() bool {
	nodes, err := in.parse("config.ru")
	return err == nil && len(nodes) == 0 && in.d.Has("config.ru")
}

// engine reports whether the commands in bin/ are those of a gem that Rails applications
// mount: they start an application that shows or tests it
// (https://guides.rubyonrails.org/engines.html).
func (in *inspection) engine() bool {
	nodes, err := in.parse("bin/rails")
	found := false
	source.Walk(nodes, func(n *source.Node) bool {
		found = found || n.Kind == source.Assign && n.Recv.Path() == "ENGINE_PATH"
		return true
	})
	return err == nil && found
}

// framework names the web framework among the gems of production.
func (in *inspection) framework() detect.Value[string] {
	for _, name := range frameworks {
		if _, ok := in.p.direct(name); ok {
			return detect.Found(name, in.p.why(name))
		}
	}
	for _, name := range frameworks {
		if in.p.has(name) && name != "rack" {
			return detect.Found(name, in.p.why(name))
		}
	}
	if in.d.Has("config.ru") {
		return detect.Found("rack", in.d.Note("config.ru", 0, "rackup file"))
	}
	return detect.Value[string]{}
}

// rackup reports whether what the rackup file requires is there: one that was left
// behind by a rename starts nothing.
func (in *inspection) rackup() bool {
	nodes, err := in.parse("config.ru")
	if err != nil {
		return false
	}
	if len(nodes) == 0 {
		in.p.notes = append(in.p.notes, in.d.Note("config.ru", 0, "holds no code: the rackup file starts nothing"))
		return false
	}
	missing := missingRequire(in.d, ".", nodes)
	if missing != nil {
		in.p.notes = append(in.p.notes, in.d.Note("config.ru", missing.Line, "requires %s, which is not there: the rackup file can't start", safe.Visible(missing.Args[0].Text)))
	}
	return missing == nil
}

// missingRequire is a call that requires a file of the project which is not there.
func missingRequire(d *detect.Dir, dir string, nodes []*source.Node) *source.Node {
	var out *source.Node
	source.Walk(nodes, func(n *source.Node) bool {
		if n.Kind == source.If || n.Kind == source.Begin && len(n.Else) > 0 {
			return false
		}
		name, ok := first(nodeArgs(n)).Static()
		if out != nil || !ok || !n.Is("require_relative") && !(n.Is("require") && (strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../"))) {
			return true
		}
		at := path.Join(dir, name)
		if strings.HasPrefix(at, "..") || d.Has(at) || d.Has(at+".rb") || d.Has(at+".so") {
			return true
		}
		out = n
		return true
	})
	return out
}

func nodeArgs(n *source.Node) []*source.Node {
	if n == nil {
		return nil
	}
	return n.Args
}

// scripts are what programs without a rackup file are called, the likelier first.
var scripts = []string{"app.rb", "main.rb", "server.rb", "web.rb", "application.rb", "bot.rb", "worker.rb", "run.rb", "start.rb", "index.rb"}

// script finds a program that a line of the Procfile or a file by its name starts.
func (in *inspection) script(g program, procs []manifest.Process) (program, error) {
	if l, ok := in.stated(procs); ok {
		g.launch = l
		return g, nil
	}
	if want := in.d.Choices().Main; want.IsSet() && in.d.Has(want.V.String()) {
		return in.fromScript(g, want.V.String())
	}
	if got, ok := in.function(g); ok {
		return got, nil
	}
	names := scripts
	if file, _ := evidence.Started(in.d, ".rb"); file != "" {
		names = append([]string{file}, scripts...)
	}
	for _, name := range names {
		if in.d.Has(name) {
			if got, err := in.fromScript(g, name); err == nil {
				return got, nil
			}
		}
	}
	g.kind = detect.Worker
	for _, p := range procs {
		if l, ok := in.fromProcess(p); ok {
			g.launch, g.framework = l, detect.Value[string]{}
			return g, nil
		}
	}
	if w := in.workers(procs); len(w) > 0 && w[0].Kind == detect.Worker {
		g.launch = launch{Argv: w[0].Start.V.Args(), Why: w[0].Start.Why[0]}
		return g, nil
	}
	if in.p.g != nil && len(in.p.all) == 0 {
		return g, detect.NotService("%s has no gem for production: it is for developing alone", in.p.g.name)
	}
	if in.p.has("fastlane", "cocoapods") {
		return g, detect.NotService("the gems are tools for building an app for phones")
	}
	return g, detect.NotService("no config.ru, no config/application.rb, no Procfile and no script that starts a server (name one with dockgen init --main app.rb)")
}

// webGems are what a script requires that answers HTTP when it is run by itself.
var webGems = map[string]safe.Port{"sinatra": 4567, "sinatra/base": 4567, "webrick": 8000, "roda": 9292, "rack": 9292, "rackup": 9292, "puma": 9292, "agoo": 6464}

// fromScript describes a file that is run by itself.
func (in *inspection) fromScript(g program, name string) (program, error) {
	nodes, err := in.parse(name)
	if err != nil {
		return g, err
	}
	g.main = label(name, in.d.Note(name, 0, "is where the program begins"))
	why := in.d.Note(name, 0, "runs by itself")
	run := []string{"bundle", "exec", "ruby", name}
	if in.p.g == nil {
		run = run[2:]
	}
	port, server := safe.Port(0), false
	runs := false // does something when it is loaded
	for _, n := range nodes {
		switch n.Kind {
		case source.Call, source.If, source.Assign, source.Loop, source.Begin, source.Other, source.Op:
			if !n.Is("require") && !n.Is("require_relative") {
				runs = true
			}
		}
	}
	source.Walk(nodes, func(n *source.Node) bool {
		if lib, ok := first(nodeArgs(n)).Static(); ok && n.Is("require") {
			if p, known := webGems[lib]; known && !server {
				port, server = p, true
			}
		}
		return true
	})
	if !runs {
		return g, detect.NotService("%s defines classes and starts nothing", name)
	}
	if !server {
		g.kind = detect.Worker
		g.launch = launch{Argv: run, Why: why}
		return g, nil
	}
	in.listenScript(&g, name, nodes, port)
	g.launch.Argv, g.launch.Why = run, why
	return g, nil
}

// listenScript finds the port and the address on which a script of Sinatra's listens
// (https://sinatrarb.com/configuration.html).
func (in *inspection) listenScript(g *program, name string, nodes []*source.Node, port safe.Port) {
	l := &g.launch
	l.Port = detect.Assumed(port, in.d.Note(name, 0, "the port that it takes unless it is told"))
	if port == 4567 {
		l.PortEnv = "PORT" // Sinatra reads it itself
	}
	variables := map[string]*source.Node{}
	source.Walk(nodes, func(n *source.Node) bool {
		if n.Kind == source.Assign && n.Recv.Path() != "" {
			variables[n.Recv.Path()] = first(n.Args)
		}
		key, value := settingOf(n)
		switch key {
		case "port", ":Port", "Port":
			if v := variables[value.Path()]; v != nil {
				value = v
			}
			if p, env, ok := portOf(value); ok {
				l.PortEnv = env
				l.Port = detect.Found(p, in.d.Note(name, n.Line, "listens on port %d", p))
				if p == 0 {
					l.Port = detect.Assumed(port, in.d.Note(name, n.Line, "%s says the port", env))
				}
			}
		case "bind", "BindAddress", "Host":
			if at, ok := value.Static(); ok && loopback(at) {
				l.Notes = append(l.Notes, in.d.Note(name, n.Line, "listens on %s, which nothing outside of the container reaches: set it to 0.0.0.0", safe.Visible(at)))
			}
		}
		return true
	})
}

// settingOf is "set :port, 80" or a pair ":Port => 80".
func settingOf(n *source.Node) (string, *source.Node) {
	switch {
	case n.Kind == source.Pair && (n.Recv.Kind == source.Sym) && len(n.Args) > 0 && n.Recv.Text != "port" && n.Recv.Text != "bind":
		return n.Recv.Text, n.Args[0]
	case n.Is("set") && len(n.Args) == 2:
		key, _ := n.Args[0].Static()
		return key, n.Args[1]
	}
	return "", nil
}

func loopback(host string) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1", "[::1]"}, host)
}
