package evidence

import (
	"bytes"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockgen/detect"
)

// Base is an image that a stage of a Dockerfile starts from.
type Base struct {
	Image string // with its tag, variables filled in
	Why   detect.Note
}

// Bases are the images that the Dockerfile of the folder starts from, its first stage
// first. They say in which versions a project was built elsewhere, which is weaker
// than what a manifest asks for. A Dockerfile that can't be read says nothing, nor
// does one of ours.
func Bases(d *detect.Dir) []Base {
	name := fileOf(d)
	if name == "" {
		return nil
	}
	data, err := d.Read(name)
	if err != nil || ours(data) {
		return nil
	}
	result, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	vars := map[string]string{}
	var out []Base
	for _, n := range result.AST.Children {
		words := wordsOf(n)
		switch strings.ToLower(n.Value) {
		case "arg":
			for _, w := range words {
				if k, v, ok := strings.Cut(w, "="); ok {
					vars[k] = expand(strings.Trim(v, `"'`), vars)
				}
			}
		case "from":
			if len(words) > 0 {
				image := expand(words[0], vars)
				out = append(out, Base{image, d.Note(name, n.StartLine, "FROM %s", image)})
			}
		}
	}
	return out
}

// LastCommand is what the Dockerfile of the folder starts, its ENTRYPOINT and CMD in one,
// and the line of it; no words where there is none, or where it is ours.
func LastCommand(d *detect.Dir) ([]string, detect.Note) {
	name := d.First("Dockerfile", "Containerfile")
	if name == "" {
		return nil, detect.Note{}
	}
	data, err := d.Read(name)
	if err != nil || ours(data) {
		return nil, detect.Note{}
	}
	result, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, detect.Note{}
	}
	var out []string
	line := 0
	for _, n := range result.AST.Children {
		switch strings.ToLower(n.Value) {
		case "from":
			out, line = nil, 0
		case "cmd", "entrypoint":
			words := wordsOf(n)
			if len(words) == 1 { // the form that a shell reads
				words = strings.Fields(words[0])
			}
			out, line = append(out, words...), n.StartLine
		}
	}
	return out, d.Note(name, line, "%s", strings.Join(out, " "))
}
