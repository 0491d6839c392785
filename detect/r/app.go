package r

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/r/source"
)

// runners are what people call the function of a package that starts its application;
// golem's own template has the first (https://engineering-shiny.org).
var runners = []string{"run_app", "runApp", "run_shiny", "launch_app", "launchApp", "start_app", "run_my_app", "runShiny", "shiny_app", "run", "app"}

// app is the Shiny application of the folder.
func (p *project) app() *program {
	if p.packaged {
		return p.packagedApp()
	}
	for _, name := range []string{"app.R", "app.r"} {
		f := p.file(name)
		if f == nil {
			continue
		}
		for _, l := range listeners(f) {
			if l.framework == shiny {
				return p.of(f, l)
			}
		}
		if f.Uses(shiny) && len(listeners(f)) == 0 && !isAPI(f) { // the object is made by what it sources
			return p.folder(name, "is a Shiny application", f)
		}
	}
	if p.d.Has("rhino.yml") {
		return &program{kind: detect.Server, framework: shiny, main: "rhino.yml", why: "is a Shiny application by Rhino", files: p.files,
			expr: "shiny::runApp(rhino::app(), host = '0.0.0.0', port = {port})"}
	}
	server, ui := p.file("server.R"), p.file("ui.R")
	if server == nil {
		server = p.file("server.r")
	}
	if server != nil && (ui != nil || p.d.First("www/index.html", "ui.r") != "" || server.Uses(shiny) || server.Has("shinyServer")) {
		return p.folder(server.Path, "is the server of a Shiny application", server)
	}
	for _, f := range p.scripts() {
		for _, l := range listeners(f) {
			if l.framework == shiny {
				return p.of(f, l)
			}
		}
	}
	return nil
}

// folder is the program of an application that Shiny finds in the folder.
func (p *project) folder(main, why string, f *source.File) *program {
	one := &program{kind: detect.Server, framework: shiny, main: main, why: why, files: []*source.File{f},
		expr: "shiny::runApp(host = '0.0.0.0', port = {port})"}
	one.portOf(p)
	return one
}

// portOf takes the port of a script beside an application that runs it for its author.
func (one *program) portOf(p *project) {
	for _, f := range p.scripts() {
		if rank(f.Path) > len(entryNames)+1 {
			continue // that of a developer
		}
		for _, l := range listeners(f) {
			if l.framework == shiny && !l.object && (l.port.Known || l.port.Env != "") && !one.port.Known {
				one.port, one.portIn = l.port, f
			}
		}
	}
}

// shiny is the program of a call of Shiny's in a script. An object, or a call that
// names no address, is run on all addresses.
func (p *project) shiny(f *source.File, l listener, one *program) *program {
	base := strings.ToLower(f.Path)
	switch {
	case !l.object && l.call.Name == "runApp" && l.reachable():
		if dir := path.Clean(l.app); l.app != "" && dir != "." && p.d.HasDir(dir) {
			one.below = dir
		}
		return one
	case l.object && (base == "app.r" || base == "server.r"):
		one.script, one.expr = "", "shiny::runApp(host = '0.0.0.0', port = {port})"
		if !one.port.Known && one.port.Env == "" {
			one.portOf(p)
		}
	case l.object:
		one.script, one.expr = "", "shiny::runApp("+quoted(f.Path)+", host = '0.0.0.0', port = {port})"
	case l.app != "" && (p.file(l.app) != nil || p.d.HasDir(l.app)):
		one.script, one.expr = "", "shiny::runApp("+quoted(path.Clean(l.app))+", host = '0.0.0.0', port = {port})"
		if served := p.file(l.app); served == nil {
			one.main, one.line, one.why, one.below = f.Path, l.call.Line, "runs the application in "+path.Clean(l.app), path.Clean(l.app)
		}
	case (l.app == "" || l.app == ".") && base != "app.r" && (p.file("app.R") != nil || p.file("server.R") != nil):
		one.script, one.expr = "", "shiny::runApp(host = '0.0.0.0', port = {port})"
		if app := p.file("app.R"); app != nil {
			one.main, one.line, one.why = "app.R", 0, "is a Shiny application"
		} else {
			one.main, one.line, one.why = "server.R", 0, "is the server of a Shiny application"
		}
	default: // Shiny takes the address from its options where the call names none
		one.script, one.expr = "", "options(shiny.host = '0.0.0.0', shiny.port = {port}); source("+quoted(f.Path)+")"
		if !l.hostless {
			one.notes = append(one.notes, p.d.Note(f.Path, l.call.Line, "listens on the loopback address, which nothing outside a container reaches: give runApp() host = \"0.0.0.0\""))
		}
	}
	return one
}

// packagedApp is the application of a package: that of golem, or one whose package
// needs Shiny and has a function or a folder for it.
func (p *project) packagedApp() *program {
	name := p.description["Package"].text
	golem := p.d.Has("inst/golem-config.yml") || p.imports("golem")
	if !validName(name) || !golem && !p.imports(shiny) && !p.imports(plumber) {
		return nil
	}
	one := &program{kind: detect.Server, framework: shiny, main: "DESCRIPTION", line: p.description["Package"].line, self: true}
	options := "options(shiny.host = '0.0.0.0', shiny.port = {port}); "
	if golem {
		options = "options(shiny.host = '0.0.0.0', shiny.port = {port}, golem.app.prod = TRUE); "
	}
	if app := p.file("app.R"); app != nil {
		for i := len(app.Calls) - 1; i >= 0; i-- {
			if c := app.Calls[i]; c.Space == name && c.Runs() {
				one.main, one.line, one.why = "app.R", c.Line, "starts the application of the package by "+c.Name+"()"
				one.expr = options + name + "::" + c.Name + "()"
				return one.ofPackage(p)
			}
		}
	}
	for _, runner := range runners {
		for _, f := range p.files {
			if !strings.HasPrefix(f.Path, "R/") || !f.Defines(runner) || !makesApp(f) && !golem {
				continue
			}
			one.main, one.why = f.Path, "starts the application of the package by "+runner+"()"
			one.line = 0
			one.expr = options + name + "::" + runner + "()"
			if !p.exports(runner) {
				one.expr = options + name + ":::" + runner + "()"
			}
			return one.ofPackage(p)
		}
	}
	if app := p.file("app.R"); app != nil && len(listeners(app)) > 0 {
		one.main, one.line, one.why = "app.R", listeners(app)[0].call.Line, "is a Shiny application"
		one.expr = "shiny::runApp('app.R', host = '0.0.0.0', port = {port})"
		return one.ofPackage(p)
	}
	for _, f := range p.files {
		dir, base := path.Split(f.Path)
		inside, ok := strings.CutPrefix(dir, "inst/")
		if !ok || strings.Count(inside, "/") > 2 || !deployed(inside) {
			continue
		}
		switch strings.ToLower(base) {
		case "app.r", "server.r":
			one.main, one.why = f.Path, "is a Shiny application in the package"
			one.line = 0
			one.expr = "shiny::runApp(system.file(" + quoted(strings.TrimSuffix(inside, "/")) + ", package = " + quoted(name) + "), host = '0.0.0.0', port = {port})"
			return one.ofPackage(p)
		case "plumber.r":
			one.framework = plumber
			one.main, one.why = f.Path, "is an API in the package"
			one.line = 0
			one.files = append(one.files, f)
			one.expr = "plumber::plumb(system.file(" + quoted(inside+base) + ", package = " + quoted(name) + "))$run(host = '0.0.0.0', port = {port})"
			return one.ofPackage(p)
		}
	}
	return nil
}

// deployed reports whether a folder of a package's inst is one for an application that
// people run, or for the APIs that plumber finds there (plumber::plumb_api).
func deployed(dir string) bool {
	top, rest, _ := strings.Cut(strings.TrimSuffix(dir, "/"), "/")
	top = strings.ToLower(top)
	return !strings.Contains(dir, "example") && (strings.Contains(top, "app") || strings.Contains(top, "shiny") || strings.Contains(top, "dashboard") || top == "plumber" && rest != "")
}

func (one *program) ofPackage(p *project) *program {
	if one.framework == shiny {
		one.files = p.files
		one.portOf(p)
	}
	return one
}

// makesApp reports whether a source makes or runs an application somewhere.
func makesApp(f *source.File) bool {
	return slices.ContainsFunc(f.Calls, func(c source.Call) bool {
		switch c.Name {
		case "shinyApp", "runApp", "shinyAppDir", "with_golem_options":
			return true
		}
		return false
	})
}

// imports reports whether the DESCRIPTION needs a package, and does not only suggest it.
func (p *project) imports(name string) bool {
	for _, key := range []string{"Imports", "Depends"} {
		for _, one := range p.description[key].dependencies() {
			if one.name == name {
				return true
			}
		}
	}
	return false
}

// exports reports whether the package's NAMESPACE lets others see a function.
func (p *project) exports(name string) bool {
	data, err := p.d.Read("NAMESPACE")
	if err != nil {
		return true
	}
	for _, c := range source.Parse("NAMESPACE", string(data)).Calls {
		if c.Name == "exportPattern" {
			return true
		}
		for _, a := range c.Args {
			if c.Name == "export" && len(a.Value) == 1 && a.Value[0].S == name {
				return true
			}
		}
	}
	return false
}
