package r

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockgen/detect"
	"dockgen/detect/r/source"
)

// program is one thing that runs.
type program struct {
	kind      detect.Kind
	framework string
	main      string // the file as people would name it
	line      int
	why       string // what was seen there

	script string // Rscript runs it; "" for an expression
	args   []string
	expr   string // for Rscript -e; {port} is where it listens
	// self says that the project has to be installed as a package for it.
	self bool

	port    source.Value
	portIn  *source.File // where port stands, or else portWhy
	portWhy detect.Note
	notes   []detect.Note
	files   []*source.File // whose routes it serves
	below   string         // the folder of the application that it serves, if that is another one
}

// programs finds what runs from the folder: at most one of each framework.
func (p *project) programs() ([]*program, error) {
	if want := p.d.Choices().Main; want.IsSet() {
		if f := p.file(want.V.String()); f != nil {
			return []*program{p.chosen(f)}, nil
		}
	}
	var out []*program
	if one := p.told(); one != nil {
		out = append(out, one)
	}
	for _, find := range []func() *program{p.api, p.app} {
		one := find()
		if one == nil || slices.ContainsFunc(out, func(o *program) bool { return o.framework == one.framework || o.main == one.main }) {
			continue
		}
		out = append(out, one)
	}
	if len(out) > 0 {
		return out, nil
	}
	if one := p.document(); one != nil {
		return []*program{one}, nil
	}
	return nil, p.nothing()
}

// nothing says why nothing runs from the folder; nil where nobody would expect it.
func (p *project) nothing() error {
	switch {
	case p.packaged:
		return detect.NotService("library: a package of R without an application (no app.R, no run_app(), no API of plumber)")
	case p.d.Path() != "." && !p.d.Has("renv.lock"):
		return nil
	case p.d.First("_quarto.yml", "_site.yml", "_bookdown.yml") != "":
		return detect.NotService("documents of R: rendering them makes files, and nothing keeps running")
	case len(p.here()) > 0:
		return detect.NotService("scripts of R: none serves with plumber, Shiny or another server, and no Dockerfile or Procfile says which to run")
	}
	return nil
}

// entryNames are what people call the script that starts a server, the best first.
var entryNames = []string{"entrypoint", "main", "run", "start", "server", "app", "api", "index", "launch", "serve", "plumber"}

// rank orders scripts by how likely they are the one to start.
func rank(name string) int {
	base := strings.ToLower(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	words := strings.FieldsFunc(base, func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	for _, w := range words {
		if w == "dev" || w == "test" || w == "tests" || w == "local" || w == "debug" || w == "example" || w == "deploy" || w == "old" {
			return len(entryNames) + 2
		}
	}
	if i := slices.Index(entryNames, base); i >= 0 {
		return i
	}
	for _, w := range words {
		if slices.Contains(entryNames, w) {
			return len(entryNames)
		}
	}
	return len(entryNames) + 1
}

// scripts are the sources of the folder, the likeliest to be started first.
func (p *project) scripts() []*source.File {
	out := p.here()
	slices.SortStableFunc(out, func(a, b *source.File) int { return rank(a.Path) - rank(b.Path) })
	return out
}

// chosen is the program of a script that the user names.
func (p *project) chosen(f *source.File) *program {
	for _, l := range listeners(f) {
		return p.of(f, l)
	}
	if isAPI(f) {
		return p.routes(f)
	}
	return &program{kind: loops(f), main: f.Path, script: f.Path, why: "is the one that was asked for"}
}

// api is the program that plumber serves, or something else that is no Shiny.
func (p *project) api() *program {
	for _, f := range p.scripts() {
		for _, l := range listeners(f) {
			if l.framework == shiny || rank(f.Path) > len(entryNames) && !l.reachable() && p.d.First("plumber.R", "plumber.r") != "" {
				continue // a notebook of its author, beside what plumber finds by itself
			}
			return p.of(f, l)
		}
	}
	var apis []*source.File
	for _, f := range p.scripts() {
		if isAPI(f) {
			apis = append(apis, f)
		}
	}
	slices.SortStableFunc(apis, func(a, b *source.File) int { return apiRank(a) - apiRank(b) })
	if p.d.Has("_server.yml") {
		return &program{kind: detect.Server, framework: plumber2, main: "_server.yml", why: "is what plumber2 reads", files: apis,
			expr: "plumber2::api('_server.yml', host = '0.0.0.0', port = {port}) |> plumber2::api_run()"}
	}
	if f := p.routerScript(); f != nil {
		return &program{kind: detect.Server, framework: plumber, main: f.Path, why: "gives plumber its router", files: append(apis, f),
			expr: "plumber::plumb(dir = '.')$run(host = '0.0.0.0', port = {port})"}
	}
	if len(apis) > 0 && !p.packaged {
		return p.routes(apis[0])
	}
	return nil
}

func apiRank(f *source.File) int {
	switch strings.ToLower(f.Path) {
	case "plumber.r":
		return 0
	case "api.r":
		return 1
	}
	return 2
}

// routerScript is an entrypoint.R that makes a router and leaves it to plumber to run it.
func (p *project) routerScript() *source.File {
	for _, f := range p.here() {
		if strings.EqualFold(f.Path, "entrypoint.R") && (f.Has("plumb") || f.Has("pr")) {
			return f
		}
	}
	return nil
}

// routes is the program of a file with annotations alone.
func (p *project) routes(f *source.File) *program {
	one := &program{kind: detect.Server, framework: plumber, main: f.Path, line: f.Tags[0].Line, why: "has the routes of plumber", files: []*source.File{f},
		expr: "plumber::plumb(" + quoted(f.Path) + ")$run(host = '0.0.0.0', port = {port})"}
	if f.Uses(plumber2) || p.packages.has(plumber2) && !p.packages.has(plumber) {
		one.framework = plumber2
		one.expr = "plumber2::api(" + quoted(f.Path) + ", host = '0.0.0.0', port = {port}) |> plumber2::api_run()"
	}
	return one
}

// of is the program of a call that serves.
func (p *project) of(f *source.File, l listener) *program {
	one := &program{kind: detect.Server, framework: l.framework, main: f.Path, line: l.call.Line, why: "serves by " + l.call.Name + "()", script: f.Path, port: l.port, portIn: f, files: []*source.File{f}}
	if served := p.file(l.app); served != nil {
		one.files = append(one.files, served)
	}
	if l.framework == shiny {
		return p.shiny(f, l, one)
	}
	if l.reachable() {
		if l.framework == ambiorix && !l.port.Known && l.port.Env == "" { // it takes any port that is free
			one.script, one.expr = "", "options(ambiorix.port = {port}); source("+quoted(f.Path)+")"
		}
		return one
	}
	if served := p.file(l.app); l.framework == plumber && served != nil {
		one.script, one.expr = "", "plumber::plumb("+quoted(served.Path)+")$run(host = '0.0.0.0', port = {port})"
		more := ""
		if !onlyServes(f) {
			more = ", without what else " + f.Path + " does: give " + l.call.Name + "() host = \"0.0.0.0\" to have it started"
		}
		one.notes = append(one.notes, p.d.Note(f.Path, l.call.Line, "listens on the loopback address, which nothing outside a container reaches: the image serves %s itself, on all addresses%s", served.Path, more))
		return one
	}
	if l.framework == plumber2 && l.hostless {
		return one // PLUMBER2_HOST says it
	}
	one.notes = append(one.notes, p.d.Note(f.Path, l.call.Line, "listens on the loopback address, which nothing outside a container reaches: give %s() host = \"0.0.0.0\"", l.call.Name))
	return one
}

// loops tells a worker from a job: it goes on until it is stopped.
func loops(f *source.File) detect.Kind {
	for i, t := range f.Tokens {
		if t.Is("repeat") || t.Is("while") && i+2 < len(f.Tokens) && (f.Tokens[i+2].Is("TRUE") || f.Tokens[i+2].Is("T")) {
			return detect.Worker
		}
	}
	return detect.Job
}

// document is an R Markdown document that is a Shiny application.
func (p *project) document() *program {
	for _, name := range p.d.Names("*.Rmd", "*.rmd") {
		data, err := p.d.Read(name)
		if err != nil {
			continue
		}
		var head struct {
			Runtime string `yaml:"runtime"`
			Server  any    `yaml:"server"`
		}
		if yaml.Unmarshal([]byte(frontMatter(string(data))), &head) != nil || !strings.HasPrefix(head.Runtime, shiny) && head.Server != shiny {
			continue
		}
		return &program{kind: detect.Server, framework: shiny, main: name, line: 1, why: "is a document with runtime: shiny",
			expr: "rmarkdown::run(" + quoted(name) + ", shiny_args = list(host = '0.0.0.0', port = {port}))"}
	}
	return nil
}

// quoted is a path as a text of R. The walk hands out no name with a control character.
func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
