package node

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dockgen/detect/manifest"
	"dockgen/detect/manifest/javascript"
)

// written are the folders at the top that a build writes to, as far as the files that tell
// its tools what to do say.
func (p *project) written(script string, cmds []manifest.Command, tasks []*javascript.File) []string {
	var out []string
	add := func(text string) {
		if top := topOf(text); slices.Contains(siteOutputs, top) && !slices.Contains(out, top) {
			out = append(out, top)
		}
	}
	for _, name := range p.pkg.Outputs(script) {
		add(name)
	}
	for _, c := range cmds {
		for _, word := range c.Args {
			f := p.load(word)
			if f == nil || c.Program() != onNode {
				continue
			}
			for _, text := range f.Strings(f.Whole()) { // path.resolve(__dirname, "../dist/index.html")
				if !strings.Contains(text, " ") {
					add(text)
				}
			}
		}
	}
	for _, f := range tasks {
		for _, c := range f.Calls(f.Whole()) {
			if c.Name() == "dest" && len(c.Args) > 0 {
				add(p.place(f, c.Args[0]))
			}
		}
		for _, key := range []string{"dest", "dist", "output", "build", "public"} {
			for _, prop := range f.Props(key) {
				add(p.place(f, prop.Value))
			}
		}
	}
	return out
}

// tasksOf are the sources of a task runner's file: what it imports, and the folders that
// such a file requires by a pattern.
func (p *project) tasksOf(file string) []*javascript.File {
	if file == "" {
		return nil
	}
	tasks := p.program.Reach(file, 30)
	for _, dir := range []string{"gulp", "grunt", "tasks", "gulp-tasks"} {
		for name := range p.Sub(dir).Files("*.js", "*.mjs", "*.cjs", "*.ts") {
			if f := p.load(path.Join(dir, name)); f != nil && len(tasks) < 60 && !slices.Contains(tasks, f) {
				tasks = append(tasks, f)
			}
		}
	}
	return tasks
}

// showing are the folders at the top that a task shows in a browser while one works on them.
func (p *project) showing(tasks []*javascript.File) []string {
	var out []string
	for _, f := range tasks {
		for _, key := range []string{"baseDir", "base", "root"} {
			for _, prop := range f.Props(key) {
				out = append(out, topOf(p.place(f, prop.Value)))
			}
		}
	}
	return out
}

// topOf is the first folder of a path, whatever leads to it.
func topOf(text string) string {
	text = strings.TrimPrefix(path.Clean("/"+strings.TrimLeft(text, "./")), "/")
	return strings.SplitN(text, "/", 2)[0]
}

// place is the path that an expression comes to: a literal, a name for one, or the key of
// one in a data file that the source reads, as paths.dist of config.yml.
func (p *project) place(f *javascript.File, s javascript.Span) string {
	if v := p.program.Value(f, s); v.Set {
		return v.Text
	}
	key := f.Member(s)
	if key == "" {
		return ""
	}
	for _, prop := range f.Props(key) {
		if v := p.program.Value(f, prop.Value); v.Set {
			return v.Text
		}
	}
	for _, name := range f.Strings(f.Whole()) {
		ext := path.Ext(name)
		if ext != ".json" && ext != ".yml" && ext != ".yaml" || !p.Has(path.Clean(name)) {
			continue
		}
		read := manifest.YAML
		if ext == ".json" {
			read = manifest.JSONC
		}
		var data any
		if _, err := read(p.Dir, path.Clean(name), &data); err != nil {
			continue // the tool's own file: its faults are not ours
		}
		if text := textUnder(data, key, 0); text != "" {
			return text
		}
	}
	return ""
}

// textUnder is the text that a key has anywhere in a document; "" where it is none.
func textUnder(data any, key string, depth int) string {
	table, _ := data.(map[string]any)
	if text, ok := table[key].(string); ok {
		return text
	}
	if depth > 6 {
		return ""
	}
	for _, k := range slices.Sorted(maps.Keys(table)) {
		if text := textUnder(table[k], key, depth+1); text != "" {
			return text
		}
	}
	return ""
}

// taskOf is the task of a task runner's file that builds for production, "" where none
// of them does, or the usual one never ends.
func (p *project) taskOf(file string) string {
	f := p.load(file)
	if f == nil {
		return ""
	}
	tasks := map[string][]string{} // what each names: other tasks, functions
	for _, c := range f.Calls(f.Whole()) {
		if (c.Name() == "task" || c.Name() == "registerTask") && len(c.Args) > 1 {
			if v := p.program.Value(f, c.Args[0]); v.Set {
				for _, span := range c.Args[1:] {
					tasks[v.Text] = append(append(tasks[v.Text], f.Words(span)...), f.Strings(span)...)
				}
			}
		}
	}
	for name, span := range f.Exported() {
		tasks[name] = append(f.Words(span), f.Strings(span)...)
	}
	for _, name := range []string{"build", "build:prod", "build:production", "production", "prod", "dist", "default"} {
		names, ok := tasks[name]
		if ok && !slices.ContainsFunc(names, func(w string) bool {
			w = strings.ToLower(w)
			return strings.Contains(w, "watch") || strings.Contains(w, "serve") || strings.Contains(w, "connect") || strings.Contains(w, "sync")
		}) {
			return name
		}
	}
	return ""
}
