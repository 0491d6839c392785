package shell

import (
	"path"
	"slices"
	"strings"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// command takes what one command says of the program.
func (p *program) command(k call) {
	for len(k.words) > 1 && wraps[k.words[0]] { // exec curl, timeout 5 curl
		rest := k.words[1:]
		for len(rest) > 1 && (rest[0] == "" || strings.HasPrefix(rest[0], "-") || strings.Trim(rest[0], "0123456789smhd.") == "" || strings.Contains(rest[0], "=")) {
			rest = rest[1:]
		}
		if k.words[0] == "exec" && k.words[1] == "" {
			p.handed = p.d.Note(k.file, k.line, "exec hands over to a command that comes from elsewhere")
		}
		k.words = rest
	}
	name := k.words[0]
	switch {
	case name == "":
		return // a variable, a file of the project
	case path.IsAbs(name):
		k.words[0] = path.Base(name)
	}
	switch k.words[0] {
	case "trap":
		p.traps = p.traps || slices.ContainsFunc(k.words[1:], func(w string) bool { return w == "TERM" || w == "SIGTERM" || w == "15" })
	case "set":
		p.strict = p.strict || slices.ContainsFunc(k.words[1:], func(w string) bool {
			return w == "nounset" || strings.HasPrefix(w, "-") && strings.Contains(w, "u") && w != "-o"
		})
	case "read", "export", "declare", "local", "readonly", "getopts", "mapfile", "readarray", "printf":
		for _, w := range k.words[1:] {
			n, _, _ := strings.Cut(w, "=")
			if name != "export" || strings.Contains(w, "=") {
				p.assigned[n] = true
			}
		}
		if k.words[0] == "read" && slices.Contains(k.words, "-p") {
			p.err = detect.NotService("%s:%d: asks a person at a terminal", k.file, k.line)
		}
	case "sleep", "tail":
		if slices.Contains(k.words, "infinity") || k.words[0] == "tail" && (slices.Contains(k.words, "-f") || slices.Contains(k.words, "-F")) {
			p.endless = p.d.Note(k.file, k.line, "runs until it is stopped")
		}
	case "mkdir":
		for _, w := range k.words[1:] {
			if !strings.HasPrefix(w, "-") {
				p.writes(k.file, w, k.line, true)
			}
		}
	}
	p.calls = append(p.calls, k)
}

// wraps are commands that run the one behind them.
var wraps = words("exec command env nohup nice ionice timeout time xargs stdbuf setsid builtin")

// judge says of the commands why they are no program's; nil where they are.
func (p *program) judge() error {
	for _, k := range p.calls {
		name := k.words[0]
		at := func(format string) error {
			return detect.NotService("%s:%d: "+format, k.file, k.line, safe.Visible(name))
		}
		switch {
		case p.funcs[name], strings.ContainsAny(name, "/$"), present[name] && name != "ln":
		case name == "ln" && slices.Contains(k.words, ""):
			return at("%s puts links into a machine's folders: work of a developer's")
		case name == "git" && !p.gitReads(k.words):
			return at("%s changes a repository: work of a developer's")
		case name == "python3" && !slices.Contains(k.words, "http.server") && !slices.Contains(k.words, "-c"), name == "python":
			return at("%s runs a program in another language")
		case developers[name]:
			return at("%s is for a developer's machine, and not for a container")
		case packages[name] == "" && !present[name]:
			return at("%s is in no package of Debian's that dockgen knows: write the Dockerfile by hand")
		}
	}
	return nil
}

func (p *program) gitReads(words []string) bool {
	for i := 1; i < len(words); i++ {
		switch {
		case words[i] == "-C" || words[i] == "-c":
			i++
		case words[i] == "" || strings.HasPrefix(words[i], "-"):
		default:
			return gitReads[words[i]]
		}
	}
	return false
}

// needsPackages are the packages of the commands, each with the first that needs it.
func (p *program) needsPackages() []detect.Package {
	var out []detect.Package
	for _, k := range p.calls {
		name := packages[k.words[0]]
		if name == "" || p.funcs[k.words[0]] {
			continue
		}
		deb := safe.PackageOf(name)
		if !slices.ContainsFunc(out, func(o detect.Package) bool { return o.Deb == deb }) {
			out = append(out, detect.Package{Deb: deb, Run: true, Why: p.d.Note(k.file, k.line, "runs %s", k.words[0])})
		}
	}
	return out
}

// listens is the port on which one of the commands listens.
func (p *program) listens() (port int, why detect.Note) {
	for _, k := range p.calls {
		switch k.words[0] {
		case "socat":
			for _, w := range k.words[1:] {
				for _, kind := range []string{"TCP-LISTEN:", "TCP4-LISTEN:", "TCP6-LISTEN:"} {
					if len(w) > len(kind) && strings.EqualFold(w[:len(kind)], kind) {
						n, _, _ := strings.Cut(w[len(kind):], ",")
						port = portIn(n)
					}
				}
			}
		case "nc", "ncat":
			if slices.ContainsFunc(k.words[1:], func(w string) bool { return strings.HasPrefix(w, "-") && strings.Contains(w, "l") }) {
				for _, w := range k.words[1:] {
					port = max(port, portIn(w))
				}
			}
		case "python3":
			if i := slices.Index(k.words, "http.server"); i >= 0 {
				port = 8000
				for _, w := range k.words[i+1:] {
					if n := portIn(w); n > 0 {
						port = n
					}
				}
			}
		}
		if port > 0 {
			return port, p.d.Note(k.file, k.line, "%s listens", k.words[0])
		}
	}
	return 0, detect.Note{}
}
