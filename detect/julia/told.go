package julia

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect/julia/source"
	"dockgen/detect/manifest"
	"dockgen/detect/manifest/evidence"
)

// told is what a Procfile or the Dockerfile starts with Julia.
func (pr *program) told() (*entry, error) {
	procs, err := manifest.Procfile(pr.d, "Procfile")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"web", "app", "worker"} {
		for _, p := range procs {
			if p.Name != name || len(p.Commands) == 0 {
				continue
			}
			if e := pr.command(p.Commands[len(p.Commands)-1].Args); e != nil {
				e.from, e.why = "Procfile", pr.d.Note("Procfile", p.Line, "%s: %s", p.Name, p.Text)
				return e, nil
			}
		}
	}
	if words, why := evidence.LastCommand(pr.d); len(words) > 0 {
		if len(words) > 2 && (path.Base(words[0]) == "sh" || path.Base(words[0]) == "bash") && words[1] == "-c" {
			if cmds, err := manifest.Commands(words[2]); err == nil && len(cmds) > 0 {
				words = cmds[len(cmds)-1].Args
			}
		}
		if e := pr.command(words); e != nil {
			e.from, e.why = path.Base(why.Path), why
			return e, nil
		}
	}
	return nil, nil
}

// command reads the words of one of Julia's, or of Genie's script bin/server; nil where it is
// none, or starts what is not here.
func (pr *program) command(words []string) *entry {
	if len(words) == 0 {
		return nil
	}
	program := words[0]
	if name := pr.here(program); strings.HasSuffix(name, ".jl") {
		return &entry{file: name, args: words[1:]}
	}
	if pr.genieApp() && path.Base(program) == "server" {
		return pr.loadApp()
	}
	if base := path.Base(program); base != "julia" && !strings.HasPrefix(base, "julia-") {
		return nil
	}
	e := &entry{}
	for i := 1; i < len(words); i++ {
		w := words[i]
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch {
		case w == "--":
		case w == "-e" || w == "--eval" || w == "-E":
			e.expr = next
			i++
		case strings.HasPrefix(w, "--eval="):
			e.expr = strings.TrimPrefix(w, "--eval=")
		case w == "-m" || w == "--module":
			if !identifier().MatchString(next) {
				return nil
			}
			e.expr = "using " + next + "; " + next + ".main(ARGS)"
			e.args = words[min(i+2, len(words)):]
			return pr.evaluated(e)
		case (w == "-t" || w == "--threads") && threads(next):
			e.flags = append(e.flags, "--threads="+next)
			i++
		case strings.HasPrefix(w, "--threads=") && threads(w[10:]):
			e.flags = append(e.flags, w)
		case strings.HasPrefix(w, "-t") && threads(w[2:]):
			e.flags = append(e.flags, "--threads="+w[2:])
		case strings.HasPrefix(w, "--heap-size-hint=") || strings.HasPrefix(w, "--gcthreads=") || w == "-O3" || w == "--optimize=3":
			e.flags = append(e.flags, w)
		case w == "-J" || w == "-L" || w == "--sysimage" || w == "-p" || w == "-C":
			i++
		case strings.HasPrefix(w, "-"):
			// the project, colours and the like
		case e.expr != "":
			e.args = words[i:]
			return pr.evaluated(e)
		default:
			name := pr.here(w)
			if name == "" {
				return nil
			}
			if path.Base(name) == "bootstrap.jl" && pr.genieApp() {
				return pr.loadApp()
			}
			e.file, e.args = name, words[i+1:]
			return e
		}
	}
	if e.expr == "" {
		return nil
	}
	return pr.evaluated(e)
}

// threads reports whether it is a number of threads: "4", "auto", "auto,1".
func threads(s string) bool {
	for _, part := range strings.Split(s, ",") {
		if part != "auto" && (part == "" || strings.Trim(part, "0123456789") != "") {
			return false
		}
	}
	return true
}

// evaluated is an entry of -e: what it loads is what it reaches.
func (pr *program) evaluated(e *entry) *entry {
	f := source.Parse(e.expr)
	if pr.genieApp() && slices.ContainsFunc(f.Calls, func(c source.Call) bool { return c.Base() == "loadapp" }) {
		return pr.loadApp()
	}
	name, main := pr.module()
	for _, u := range f.Usings {
		if u.Name == name && name != "" {
			e.file = main
		}
	}
	for _, c := range f.Calls {
		if target := pr.included(&file{path: "main"}, c); target != "" {
			e.file = target
		}
	}
	if e.file == "" || strings.Contains(e.expr, "$") {
		// $PORT in double quotes is the shell's.
		if e.file == "" || strings.Count(e.expr, "$") != strings.Count(e.expr, "$PORT") {
			return nil
		}
		e.expr = strings.ReplaceAll(e.expr, "$PORT", `parse(Int, ENV["PORT"])`)
	}
	return e
}

// here is the source of the project that a word of a command names: "/app/run.jl" of a
// container is run.jl.
func (pr *program) here(word string) string {
	word = path.Clean(strings.TrimPrefix(word, "$(pwd)/"))
	for {
		if pr.files[word] != nil {
			return word
		}
		_, rest, ok := strings.Cut(word, "/")
		if !ok {
			return ""
		}
		word = rest
	}
}
