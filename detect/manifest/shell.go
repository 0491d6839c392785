package manifest

import (
	"fmt"
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Assign is NAME=value before a command.
type Assign struct{ Name, Value string }

// Variable is a variable that a word of a command uses.
type Variable struct {
	Name    string
	Default string // of ${NAME:-default}
}

// Command is one simple command of a shell line, without the wrappers around it
// (cross-env, dotenv, exec, env).
type Command struct {
	// Op is how it is tied to the command before it: "&&", "||", ";", "|", "&",
	// and "" for the first.
	Op string
	// Env are the assignments before it, cross-env's and env's included.
	Env []Assign
	// Args are its words. An expansion stands in them as "$NAME"; see Variables.
	Args []string
	// Variables are those that Args use.
	Variables []Variable
	// EnvFiles are files of variables that a wrapper loads (dotenv -e, env-cmd -f, node --env-file stays in Args).
	EnvFiles []string
	// Manager is the package manager that the command calls: npm, pnpm, yarn or bun.
	Manager string
	// Script is the script of the manifest that it runs: "build" of "npm run
	// build". Its further words are ScriptArgs.
	Script     string
	ScriptArgs []string
	// Dir is the folder that it runs in, where that is not the line's own: after
	// "cd client &&", or by a flag of the package manager (npm --prefix, pnpm -C, yarn
	// --cwd). Filter is the workspace member (npm -w, pnpm --filter, yarn workspace).
	Dir, Filter string
	// Scripts are the scripts that a runner of several starts (concurrently, run-s, run-p, npm-run-all).
	Scripts []string
	// Opaque says that the words are not all that runs: a command or process
	// substitution, a redirection, a glob, a loop, a subshell.
	Opaque bool
	// OnBun says that Bun runs it whatever its first line names: bun --bun next start.
	OnBun bool
	// Background says that "&" ends it.
	Background bool
}

// Program is the command's first word without its folder; "" where there is none.
func (c Command) Program() string {
	if len(c.Args) == 0 {
		return ""
	}
	return c.Args[0][strings.LastIndexByte(c.Args[0], '/')+1:]
}

// maxScript is the longest shell line that is parsed.
const maxScript = 16 << 10

// Commands splits a shell line into its simple commands.
func Commands(line string) ([]Command, error) {
	if len(line) > maxScript {
		return nil, fmt.Errorf("the shell line has %d bytes, more than the %d that are parsed", len(line), maxScript)
	}
	// Bash's grammar takes what people write into scripts for sh, too.
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(line), "")
	if err != nil {
		return nil, fmt.Errorf("parsing the shell line %q: %w", line, err)
	}
	var out []Command
	for i, stmt := range file.Stmts {
		op := ";"
		if i == 0 {
			op = ""
		} else if out != nil && out[len(out)-1].Background {
			op = "&"
		}
		out = statement(out, stmt, op)
	}
	return unwrapped(out), nil
}

// Branches is Commands with what the branches of conditions and the cases of a choice run:
// an entry script's "if", its "case $1". Which of them runs nobody knows, so that each stands
// as if it were the only one.
func Branches(script string) ([]Command, error) {
	if len(script) > maxScript {
		return nil, fmt.Errorf("the script has %d bytes, more than the %d that are parsed", len(script), maxScript)
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
		return nil, fmt.Errorf("parsing the script: %w", err)
	}
	return unwrapped(branches(nil, file.Stmts)), nil
}

func branches(out []Command, stmts []*syntax.Stmt) []Command {
	for _, s := range stmts {
		switch x := s.Cmd.(type) {
		case *syntax.IfClause:
			for c := x; c != nil; c = c.Else {
				out = branches(out, c.Then)
			}
		case *syntax.CaseClause:
			for _, item := range x.Items {
				out = branches(out, item.Stmts)
			}
		default:
			out = statement(out, s, ";")
		}
	}
	return out
}

// unwrapped takes the wrappers off the commands, and says in which folder each runs.
func unwrapped(out []Command) []Command {
	at := ""
	for i := range out {
		c := out[i].unwrap()
		if at != "" {
			c.Dir = path.Join(at, c.Dir)
		}
		// A folder lasts for what follows in this shell; a subshell is opaque anyway.
		if c.Program() == "cd" && len(c.Args) == 2 && !c.Opaque && len(c.Variables) == 0 && c.Args[1] != "-" && (c.Op == "" || c.Op == "&&" || c.Op == ";") {
			if at = path.Join(at, c.Args[1]); path.IsAbs(c.Args[1]) {
				at = path.Clean(c.Args[1])
			}
		}
		out[i] = c
	}
	return out
}

func statement(out []Command, s *syntax.Stmt, op string) []Command {
	first := len(out)
	switch x := s.Cmd.(type) {
	case *syntax.CallExpr:
		out = append(out, call(x, op))
	case *syntax.BinaryCmd:
		out = statement(out, x.X, op)
		out = statement(out, x.Y, x.Op.String())
	case *syntax.Block:
		out = statements(out, x.Stmts, op)
	case *syntax.Subshell:
		out = statements(out, x.Stmts, op)
		for i := first; i < len(out); i++ {
			out[i].Opaque = true
		}
	default:
		out = append(out, Command{Op: op, Opaque: true})
	}
	if len(out) > first {
		last := &out[len(out)-1]
		last.Opaque = last.Opaque || len(s.Redirs) > 0 || s.Negated
		last.Background = last.Background || s.Background
	}
	return out
}

func statements(out []Command, stmts []*syntax.Stmt, op string) []Command {
	for i, s := range stmts {
		if i > 0 {
			op = ";"
		}
		out = statement(out, s, op)
	}
	return out
}

func call(x *syntax.CallExpr, op string) Command {
	c := Command{Op: op}
	for _, a := range x.Assigns {
		if a.Name == nil || a.Append || a.Array != nil || a.Index != nil {
			c.Opaque = true
			continue
		}
		value := ""
		if a.Value != nil {
			value = c.word(a.Value)
		}
		c.Env = append(c.Env, Assign{a.Name.Value, value})
	}
	for _, w := range x.Args {
		c.Args = append(c.Args, c.word(w))
	}
	return c
}

// word returns the word as the shell would see it, its expansions as "$NAME".
func (c *Command) word(w *syntax.Word) string {
	var b strings.Builder
	c.parts(&b, w.Parts, false)
	return b.String()
}

func (c *Command) parts(b *strings.Builder, parts []syntax.WordPart, quoted bool) {
	for _, p := range parts {
		switch x := p.(type) {
		case *syntax.Lit:
			if !quoted && strings.ContainsAny(x.Value, "*?[{~") && !strings.Contains(x.Value, `\`) {
				c.Opaque = c.Opaque || globs(x.Value)
			}
			b.WriteString(unescape(x.Value, quoted))
		case *syntax.SglQuoted:
			b.WriteString(x.Value)
		case *syntax.DblQuoted:
			c.parts(b, x.Parts, true)
		case *syntax.ParamExp:
			c.parameter(b, x)
		default:
			c.Opaque = true
		}
	}
}

func (c *Command) parameter(b *strings.Builder, x *syntax.ParamExp) {
	if x.Param == nil || x.Excl || x.Length || x.Width || x.Index != nil || x.Slice != nil || x.Repl != nil || !isName(x.Param.Value) {
		c.Opaque = true
		return
	}
	v := Variable{Name: x.Param.Value}
	if e := x.Exp; e != nil {
		switch e.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
			if e.Word != nil {
				var inner strings.Builder
				first := len(c.Variables)
				c.parts(&inner, e.Word.Parts, true)
				v.Default = inner.String()
				for _, n := range c.Variables[first:] { // ${PORT:-${OTHER:-8080}}
					if n.Default != "" {
						v.Default = Expand(v.Default, n.Name, n.Default)
					}
				}
			}
		default:
			c.Opaque = true
		}
	}
	c.Variables = append(c.Variables, v)
	b.WriteString("$" + v.Name)
}

// Expand puts a value into a word of Args in place of the variable: of "$PORT", not of the
// first letters of "$PORTS".
func Expand(word, name, value string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(word, "$"+name)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if after != "" && isName("_"+after[:1]) {
			b.WriteString("$" + name)
		} else {
			b.WriteString(value)
		}
		word = after
	}
}

func isName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// globs reports whether the shell would expand the unquoted text into file names.
func globs(s string) bool {
	return strings.ContainsAny(s, "*?") || strings.HasPrefix(s, "~") || strings.Contains(s, "[") && strings.Contains(s, "]")
}

// unescape takes the backslashes away that the shell takes: all outside double
// quotes, inside them only those before the characters that they keep plain.
func unescape(s string, quoted bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if next := s[i+1]; quoted && !strings.ContainsRune("\"\\$`\n", rune(next)) {
			b.WriteByte('\\')
		}
		i++
		if s[i] != '\n' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
