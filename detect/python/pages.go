package python

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/python/source"
)

// pageServers are the programs that run a script as pages of the web.
var pageServers = []string{"streamlit", "chainlit", "panel"}

// page finds the script that Chainlit or Panel serves: the one that says what happens in a
// chat, the one that makes something servable. What calls a server itself is run as a script.
func (in *inspection) page() (program, bool) {
	for _, k := range []struct {
		name string
		is   func(*source.Module) int
	}{{"chainlit", chats}, {"panel", servable}} {
		r, ok := in.p.find(k.name)
		if !ok {
			continue
		}
		var found []string
		lines := map[string]int{}
		for _, f := range in.c.files {
			if !in.c.mentions(f, k.name) || strings.Count(f, "/") > 3 {
				continue
			}
			if line := k.is(in.c.module(f)); line > 0 {
				found, lines[f] = append(found, f), line
			}
		}
		if len(found) == 0 {
			continue
		}
		file := likeliest(found)
		why := in.d.Note(file, lines[file], "is a page of %s", k.name)
		g := program{kind: detect.Server, framework: detect.Found(k.name, r.Why), main: file, mainWhy: why, entry: file}
		port := in.guessPort(framePort(k.name))
		l := launch{Port: port, PortWhy: in.portWhy, Graceful: true, Why: why}
		if k.name == "chainlit" {
			l.Argv = []string{"chainlit", "run", file, "--host", everywhere, "--port", itoa(port), "--headless"}
		} else {
			l.Argv = []string{"panel", "serve", file, "--address", everywhere, "--port", itoa(port)}
			l.Notes = append(l.Notes, in.d.Note(file, lines[file], "browsers reach it by the name localhost alone: set BOKEH_ALLOW_WS_ORIGIN to the names that it is to have"))
		}
		g.launch = l
		return g, true
	}
	return program{}, false
}

// likeliest is the one of several files that a project would begin with.
func likeliest(files []string) string {
	for _, want := range append([]string{"chainlit_app"}, entryNames...) {
		for _, f := range files {
			if strings.TrimSuffix(path.Base(f), ".py") == want {
				return f
			}
		}
	}
	return slices.MinFunc(files, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
}

// chats is the line of what a module does in a chat of Chainlit; 0 for none.
// https://docs.chainlit.io/api-reference/lifecycle-hooks/on-chat-start
func chats(m *source.Module) int {
	if m == nil {
		return 0
	}
	for s := range source.Now(m.Body) {
		for _, d := range s.Decorators {
			name := m.Resolve(d)
			if d.Kind == source.Call {
				name = m.Callee(d)
			}
			if at := strings.LastIndexByte(name, '.'); at > 0 && strings.HasPrefix(name, "chainlit.") && (strings.HasPrefix(name[at+1:], "on_") || strings.HasPrefix(name[at+1:], "langchain_")) {
				return d.Line
			}
		}
	}
	return 0
}

// servable is the line where a module makes something servable by Panel; 0 for none.
// https://panel.holoviz.org/how_to/deployment/servable.html
func servable(m *source.Module) int {
	if m == nil {
		return 0
	}
	for e := range source.Calls(m.Body) {
		if m.Callee(e) == "panel.serve" {
			return 0
		}
	}
	for e := range source.Calls(m.Body) {
		if e.X.Kind == source.Attr && e.X.Text == "servable" {
			return e.Line
		}
	}
	return 0
}

// crawler finds the spider of a Scrapy project: the command that is run, once, for each.
// https://docs.scrapy.org/en/latest/topics/commands.html
func (in *inspection) crawler() (program, bool) {
	r, ok := in.p.find("scrapy")
	if !ok || !in.d.Has("scrapy.cfg") {
		return program{}, false
	}
	type spider struct {
		name, file string
		line       int
	}
	var found []spider
	for _, f := range in.c.files {
		if path.Base(path.Dir(f)) != "spiders" && !in.c.mentions(f, "Spider") {
			continue
		}
		m := in.c.module(f)
		if m == nil {
			continue
		}
		for s := range source.Now(m.Body) {
			if s.Kind != source.Class || len(s.Bases) == 0 {
				continue
			}
			for _, field := range s.Body {
				if name, ok := field.Value.String(); ok && field.Kind == source.Assign && field.Targets[0].Is("name") {
					found = append(found, spider{name, f, s.Line})
				}
			}
		}
	}
	if len(found) == 0 {
		return program{}, false
	}
	one := found[0]
	why := in.d.Note(one.file, one.line, "is the spider %s", one.name)
	g := program{kind: detect.Job, framework: detect.Found("scrapy", r.Why), main: one.name, mainWhy: why, entry: one.file, launch: launch{Argv: []string{"scrapy", "crawl", one.name}, Why: why, Graceful: true}}
	if n := len(found); n > 1 {
		g.launch.Notes = append(g.launch.Notes, in.d.Note(found[1].file, found[1].line, "the image starts the spider %s, the first of %d: name another as docker run IMAGE scrapy crawl %s", one.name, n, found[1].name))
	}
	return g, true
}
