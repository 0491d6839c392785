package node

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/manifest/evidence"
)

// toMade lets the program's files lead on through what the build makes: bin/server.js
// requires ../dist/cli, which is src/cli.ts before it is built.
func (p *project) toMade(name string) string {
	if !p.isOutput(name) || p.buildScript() == "" {
		return ""
	}
	if source := p.sourceOf(name); source != "" || path.Ext(name) != "" {
		return source
	}
	return p.sourceOf(path.Join(name, "index"))
}

// madeParts are the folders of the build's output that the program's own files import.
func (p *project) madeParts(entry string) []string {
	var out []string
	for _, f := range p.program.Reach(entry, maxSources) {
		for _, imp := range f.Imports() {
			if !strings.HasPrefix(imp.Path, ".") {
				continue
			}
			name := path.Join(path.Dir(f.Path), imp.Path)
			if p.Has(name) || p.program.Find(name) != "" || p.toMade(name) == "" {
				continue
			}
			if top := strings.SplitN(name, "/", 2)[0]; !slices.Contains(out, top) {
				out = append(out, top)
			}
		}
	}
	return out
}

// wordsAfter are the words that the Dockerfile's command gives the program: plain ones, as
// "start" of a program with several commands.
func (p *project) wordsAfter(file string) []string {
	words, _ := evidence.LastCommand(p.Dir)
	i := slices.IndexFunc(words, func(w string) bool { return w == file || strings.HasSuffix(w, "/"+file) })
	if i < 0 {
		return nil
	}
	words = words[i+1:]
	if slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, "$;&|<>'\"`") }) {
		return nil
	}
	return words
}
