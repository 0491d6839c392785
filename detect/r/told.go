package r

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
	"dockgen/detect/r/source"
)

// told is what the Dockerfile or the Procfile of the folder starts.
func (p *project) told() *program {
	words, why := p.command()
	if len(words) == 0 {
		return p.toldAbove()
	}
	script, expr, args := rWords(words)
	if expr != "" {
		e := source.Parse("", expr)
		for _, c := range e.Calls {
			if c.Name == "source" && script == "" {
				script = e.Eval(c.Arg("file", 0)).Text
			}
		}
		if all := listeners(e); len(all) > 0 && (script == "" || p.find(script) == nil) {
			return p.toldServes(all[0], why)
		}
	}
	f := p.find(script)
	if f == nil {
		return nil
	}
	if all := listeners(f); len(all) > 0 {
		one := p.of(f, all[0])
		if one.script != "" {
			one.args = args
		}
		return one
	}
	if isAPI(f) || strings.EqualFold(f.Path, "app.R") && f.Uses(shiny) {
		return nil // found as such
	}
	return &program{kind: loops(f), main: f.Path, script: f.Path, args: args, why: "is what " + path.Base(why.Path) + " starts", files: []*source.File{f}}
}

// toldAbove is what a Dockerfile in a folder above serves, if it names this folder.
func (p *project) toldAbove() *program {
	for above := range p.d.Parents() {
		words, why := evidence.LastCommand(above)
		script, expr, args := rWords(words)
		if path.Base(path.Dir(script)) == path.Base(p.d.Path()) {
			if f := p.find(path.Base(script)); f != nil {
				if all := listeners(f); len(all) > 0 {
					one := p.of(f, all[0])
					if one.script != "" {
						one.args = args
					}
					return one
				}
			}
		}
		for _, l := range listeners(source.Parse("", expr)) {
			if path.Base(l.app) == path.Base(p.d.Path()) || path.Base(path.Dir(l.app)) == path.Base(p.d.Path()) {
				return p.toldServes(l, why)
			}
		}
	}
	return nil
}

// toldServes is a command's expression that serves: its port counts, the rest is as in
// the sources.
func (p *project) toldServes(l listener, why detect.Note) *program {
	var one *program
	if f := p.find(l.app); f != nil && l.framework == plumber && isAPI(f) {
		one = p.routes(f)
	} else if l.framework == shiny {
		one = p.app()
	} else {
		one = p.api()
	}
	if one == nil || one.framework != l.framework {
		return nil
	}
	if l.port.Known || l.port.Env != "" {
		one.port, one.portIn, one.portWhy = l.port, nil, why
	}
	return one
}

// command is what the Dockerfile, or else the Procfile starts.
func (p *project) command() ([]string, detect.Note) {
	if words, why := evidence.LastCommand(p.d); len(words) > 0 {
		return words, why
	}
	return p.procfile()
}

// find is the source that a command names, wherever the image that it is from has it.
func (p *project) find(name string) *source.File {
	if name == "" {
		return nil
	}
	if f := p.file(strings.TrimPrefix(name, "/")); f != nil {
		return f
	}
	return p.file(path.Base(name))
}

// rWords parts a command of R: the script, the expression, and what follows them.
func rWords(words []string) (script, expr string, args []string) {
	at := slices.IndexFunc(words, func(w string) bool {
		b := path.Base(w)
		return b == "Rscript" || b == "R" || b == "r"
	})
	if at < 0 {
		return "", "", nil
	}
	rest := words[at+1:]
	for i := 0; i < len(rest); i++ {
		switch w := rest[i]; {
		case w == "-e":
			return "", strings.Trim(strings.Join(rest[i+1:], " "), `'"`), nil
		case w == "-f" && i+1 < len(rest):
			return rest[i+1], "", nil
		case strings.HasPrefix(w, "--file="):
			return strings.TrimPrefix(w, "--file="), "", nil
		case strings.HasPrefix(w, "-"), w == "<":
		default:
			return w, "", rest[i+1:]
		}
	}
	return "", "", nil
}

// procfile is the command of the Procfile's web, or else of its first process.
func (p *project) procfile() ([]string, detect.Note) {
	all, err := manifest.Procfile(p.d, "Procfile")
	if err != nil {
		return nil, detect.Note{}
	}
	slices.SortStableFunc(all, func(a, b manifest.Process) int {
		if a.Name == "web" {
			return -1
		}
		if b.Name == "web" {
			return 1
		}
		return 0
	})
	for _, one := range all {
		if len(one.Commands) == 1 {
			return one.Commands[0].Args, p.d.Note("Procfile", one.Line, "%s: %s", one.Name, one.Text)
		}
	}
	return nil, detect.Note{}
}
