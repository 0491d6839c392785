package r

import (
	"path"
	"strings"

	"dockgen/detect/manifest"
	"dockgen/detect/r/source"
)

// reach drops the sources that the programs don't read: analyses and documents beside
// an API load packages of their own. What a program sources by a name that only it
// knows, may be anything.
func (p *project) reach(programs []*program) {
	if p.packaged || p.d.Has("rhino.yml") {
		return
	}
	var queue []*source.File
	kept := map[string]bool{}
	add := func(f *source.File) {
		if f != nil && !kept[f.Path] {
			kept[f.Path] = true
			queue = append(queue, f)
		}
	}
	for _, one := range programs {
		add(p.file(one.main))
		add(p.file(one.script))
		for _, f := range one.files {
			add(f)
		}
		if one.framework == shiny {
			p.shinyReads(one, add)
		}
	}
	for _, name := range p.workers() {
		add(p.find(name))
	}
	for _, name := range append([]string{".Rprofile"}, installers...) {
		add(p.file(name))
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		for _, c := range f.Calls {
			switch c.Name {
			case "source", "sys.source", "plumb", "pr", "api", "pr_mount", "render", "mod_source":
			case "use":
				if c.Space != "box" || !paths(c) {
					continue
				}
				p.all(add)
				continue
			default:
				continue
			}
			v := f.Eval(c.Arg("file", 0))
			if c.Name == "render" {
				v = f.Eval(c.Arg("input", 0))
			}
			found := p.near(f, v.Text)
			add(found)
			if found == nil && c.Name == "source" && !strings.Contains(v.Text, "://") {
				p.all(add)
			}
		}
		if sourcesAll(f) {
			p.all(add)
		}
	}
	files := p.files[:0:0]
	for _, f := range p.files {
		if kept[f.Path] {
			files = append(files, f)
		}
	}
	p.files = files
}

// shinyReads adds what Shiny reads by itself: the files of an application, and those in
// its folder R (https://shiny.posit.co/r/articles/build/app-formats).
func (p *project) shinyReads(one *program, add func(*source.File)) {
	for _, name := range []string{"ui.R", "server.R", "global.R", "app.R", "ui.r", "server.r", "global.r", "app.r"} {
		add(p.file(path.Join(one.below, name)))
	}
	for _, f := range p.files {
		if path.Dir(f.Path) == path.Join(one.below, "R") {
			add(f)
		}
	}
}

// near is the source of a path, from the working directory or from the file that names it.
func (p *project) near(f *source.File, name string) *source.File {
	if name == "" {
		return nil
	}
	if found := p.file(strings.TrimPrefix(name, "./")); found != nil {
		return found
	}
	return p.file(path.Join(path.Dir(f.Path), name))
}

// all adds every source, no documents.
func (p *project) all(add func(*source.File)) {
	for _, f := range p.files {
		if strings.EqualFold(path.Ext(f.Path), ".r") {
			add(f)
		}
	}
}

// paths reports whether box::use() names modules of the project.
func paths(c source.Call) bool {
	for _, a := range c.Args {
		for i, t := range a.Value {
			if i < 3 && t.Is("/") {
				return true
			}
		}
	}
	return false
}

// sourcesAll reports whether a file hands source() itself to what goes through a list of
// files: lapply(list.files("R", full.names = TRUE), source).
func sourcesAll(f *source.File) bool {
	for i, t := range f.Tokens {
		if t.Is("source") && (i+1 >= len(f.Tokens) || !f.Tokens[i+1].Is("(")) {
			return true
		}
	}
	return false
}

// workers are the scripts that the Procfile runs.
func (p *project) workers() []string {
	all, err := manifest.Procfile(p.d, "Procfile")
	if err != nil {
		return nil
	}
	var out []string
	for _, one := range all {
		for _, c := range one.Commands {
			if script, _, _ := rWords(c.Args); script != "" {
				out = append(out, script)
			}
		}
	}
	return out
}

// chunks are the lines of R in an R Markdown document, the others left blank.
func chunks(text string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case !inside && strings.HasPrefix(trimmed, "```{r"):
			inside = true
		case inside && strings.HasPrefix(trimmed, "```"):
			inside = false
		case inside:
			b.WriteString(line)
			continue
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// frontMatter is the head of an R Markdown document.
func frontMatter(text string) string {
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return ""
	}
	head, _, ok := strings.Cut(rest, "\n---")
	if !ok {
		return ""
	}
	return head
}
