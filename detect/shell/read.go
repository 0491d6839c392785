package shell

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dockgen/detect"
	"dockgen/internal/safe"
)

// program is what the scripts of one program say, the entry's first.
type program struct {
	d        *detect.Dir
	entry    string
	shell    string         // that runs the entry
	scripts  []string       // those that were read
	files    []safe.RelPath // what the image needs of the project: scripts, and what they read
	calls    []call
	funcs    map[string]bool
	vars     map[string]*variable
	order    []string        // of vars
	assigned map[string]bool // set by the scripts themselves
	strict   bool            // set -u
	endless  detect.Note     // a loop without an end
	traps    bool            // of TERM
	args     bool            // needs arguments
	handed   detect.Note     // exec "$@": what runs comes from elsewhere
	state    []safe.RelPath
	outside  map[string]detect.Note // folders outside of the program's own that it writes to
	err      error                  // why it is no program
}

// call is a command of a script.
type call struct {
	file   string
	line   int
	words  []string // "" for a word that is not known before it runs
	ground bool     // waited for
}

// variable is one that the scripts read and don't set.
type variable struct {
	required bool
	open     bool // has a default, may be empty
	def      string
	line     int
	file     string
}

// The bounds of what is read of one program.
const (
	maxScripts = 40
	maxScript  = 256 << 10
)

// interpreter is the shell that a script's first line names; "" for none.
func interpreter(text []byte) string {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	line, ok := strings.CutPrefix(strings.TrimSpace(string(first)), "#!")
	if !ok {
		return ""
	}
	for _, w := range strings.Fields(line) {
		switch name := path.Base(w); {
		case name == "env" || strings.HasPrefix(w, "-"):
		default:
			return name
		}
	}
	return ""
}

// read reads a script and those that it calls.
func (p *program) read(name string) {
	if slices.Contains(p.scripts, name) || len(p.scripts) >= maxScripts || p.err != nil {
		return
	}
	p.scripts = append(p.scripts, name)
	text, err := p.d.Read(name)
	if err != nil || len(text) > maxScript {
		p.err = detect.NotService("%s can't be read as a script", name)
		return
	}
	lang := syntax.LangBash
	if sh := interpreter(text); sh == "sh" || sh == "dash" {
		lang = syntax.LangPOSIX
	}
	file, err := syntax.NewParser(syntax.Variant(lang)).Parse(bytes.NewReader(text), name)
	if err != nil { // much that begins with #!/bin/sh is bash's
		if file, err = syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(bytes.NewReader(text), name); err != nil {
			p.err = detect.NotService("%s: is no script that a shell takes: %s", name, err)
			return
		}
	}
	p.keep(name)
	syntax.Walk(file, func(n syntax.Node) bool { return p.visit(name, n) })
}

func (p *program) keep(name string) {
	if rel, err := safe.NewRelPath(name); err == nil && rel.String() != "." && !detect.IsSecretFile(name) && !slices.Contains(p.files, rel) {
		p.files = append(p.files, rel)
	}
}

func (p *program) visit(file string, n syntax.Node) bool {
	switch x := n.(type) {
	case *syntax.FuncDecl:
		if x.Name != nil { // zsh's have none
			p.funcs[x.Name.Value] = true
		}
	case *syntax.Assign:
		if x.Name != nil {
			p.assigned[x.Name.Value] = true
		}
	case *syntax.WordIter:
		if x.Name != nil {
			p.assigned[x.Name.Value] = true
		}
	case *syntax.WhileClause:
		if p.always(x) && p.endless.Path == "" {
			p.endless = p.d.Note(file, int(x.Pos().Line()), "a loop without an end")
		}
	case *syntax.ParamExp:
		p.parameter(file, x)
	case *syntax.Redirect:
		if slices.Contains([]syntax.RedirOperator{syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll, syntax.RdrClob}, x.Op) {
			p.writes(file, literal(x.Word), int(x.Pos().Line()), false)
		} else if x.Op == syntax.RdrIn && x.Word != nil {
			p.reads(file, x.Word)
		}
	case *syntax.Stmt:
		if c, ok := x.Cmd.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			k := call{file: file, line: int(c.Pos().Line()), ground: !x.Background}
			for i, w := range c.Args {
				k.words = append(k.words, literal(w))
				if i > 0 || k.words[0] == "" || strings.Contains(k.words[0], "/") { // "test" is a command before it is a folder
					p.reads(file, w)
				}
			}
			p.command(k)
		}
	}
	return p.err == nil
}

// always reports whether a loop's condition holds forever.
func (p *program) always(x *syntax.WhileClause) bool {
	if len(x.Cond) != 1 {
		return false
	}
	switch c := x.Cond[0].Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return false
		}
		w := literal(c.Args[0])
		return !x.Until && (w == "true" || w == ":" || w == "[" && len(c.Args) == 3 && literal(c.Args[1]) == "1") || x.Until && w == "false"
	case *syntax.ArithmCmd:
		w, ok := c.X.(*syntax.Word)
		return ok && !x.Until && literal(w) == "1"
	}
	return false
}

// special are variables that a shell sets, or that every container has.
var special = words("HOME PATH PWD OLDPWD RANDOM SECONDS LINENO IFS UID EUID PPID HOSTNAME HOSTTYPE OSTYPE MACHTYPE SHELL SHLVL SHELLOPTS USER LOGNAME TMPDIR OPTARG OPTIND REPLY FUNCNAME PIPESTATUS BASHPID BASH BASH_SOURCE BASH_VERSION BASH_VERSINFO BASH_REMATCH BASH_LINENO BASH_COMMAND BASHOPTS EPOCHSECONDS EPOCHREALTIME TERM COLUMNS LINES PS1 PS4 LANG LC_ALL DIRSTACK GROUPS COPROC MAPFILE")

func (p *program) parameter(file string, x *syntax.ParamExp) {
	if x.Param == nil {
		return
	}
	name := x.Param.Value
	if strings.Trim(name, "0123456789@*") == "" && name != "0" {
		p.args = p.args || (name == "1" || name == "@") && x.Exp == nil
		return
	}
	if special[name] || strings.ContainsAny(name, "#?$!-0") && len(name) == 1 {
		return
	}
	v := p.vars[name]
	if v == nil {
		v = &variable{file: file, line: int(x.Pos().Line())}
		p.vars[name], p.order = v, append(p.order, name)
	}
	switch e := x.Exp; {
	case e == nil:
	case e.Op == syntax.ErrorUnset || e.Op == syntax.ErrorUnsetOrNull:
		v.required = true
	case e.Op == syntax.DefaultUnset || e.Op == syntax.DefaultUnsetOrNull || e.Op == syntax.AssignUnset || e.Op == syntax.AssignUnsetOrNull:
		v.open = true
		if e.Word != nil {
			v.def = literal(e.Word)
		}
	}
}

// literal is the text of a word that is known before it runs; "" for others.
func literal(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	text, rest := tail(w.Parts)
	if rest {
		return ""
	}
	return text
}

// tail is the text behind a word's last expansion, and whether there is an expansion.
func tail(parts []syntax.WordPart) (text string, expands bool) {
	for _, part := range parts {
		switch x := part.(type) {
		case *syntax.Lit:
			text += strings.ReplaceAll(x.Value, `\`, "")
		case *syntax.SglQuoted:
			text += x.Value
		case *syntax.DblQuoted:
			inner, more := tail(x.Parts)
			if more {
				text, expands = "", true
			}
			text += inner
		default:
			text, expands = "", true
		}
	}
	return text, expands
}

// reads adds a file or folder of the project that a word names, be it behind the
// script's own folder: "$(dirname "$0")/lib.sh".
func (p *program) reads(file string, w *syntax.Word) {
	text, expands := tail(w.Parts)
	if text == "" || path.IsAbs(text) != expands || strings.ContainsAny(text, "*?\n") {
		return
	}
	text = strings.TrimPrefix(text, "/")
	for _, at := range []string{text, path.Join(path.Dir(file), text)} {
		at = path.Clean(at)
		if at == "." || strings.HasPrefix(at, "..") || !p.d.Has(at) && !p.d.HasDir(at) {
			continue
		}
		if p.d.Has(at) {
			if data, err := p.d.Read(at); err == nil && (strings.HasSuffix(at, ".sh") || shells[interpreter(data)]) {
				p.read(at)
			}
		}
		p.keep(at)
		return
	}
}

// shells are those whose scripts are read.
var shells = words("bash sh dash")

// writes notes a file or a folder that the scripts write to.
func (p *program) writes(file, name string, line int, folder bool) {
	dir := path.Dir(name)
	if folder {
		dir = path.Clean(name)
	}
	switch {
	case name == "" || strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/tmp") || strings.HasPrefix(name, "/proc") || strings.ContainsAny(name, "*?&") || strings.HasPrefix(dir, ".."):
	case path.IsAbs(dir):
		if _, ok := p.outside[dir]; !ok {
			p.outside[dir] = p.d.Note(file, line, "writes to %s: mount a volume there, for nothing else of the container can be written to", dir)
		}
	case dir == ".":
		if _, ok := p.outside[dir]; !ok {
			p.outside[dir] = p.d.Note(file, line, "writes %s beside the scripts, which a container can't: let it write to a folder of its own", name)
		}
	default:
		if rel, err := safe.NewRelPath(dir); err == nil && rel.Plain() && !slices.Contains(p.state, rel) {
			p.state = append(p.state, rel)
		}
	}
}

// portIn reads a port out of a word; 0 for none.
func portIn(w string) int {
	n, err := strconv.Atoi(w)
	if err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}
