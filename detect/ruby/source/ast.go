// Package source reads Ruby as far as a detector has to: the calls of a Gemfile,
// of a rackup file, of Puma's and Rails' configuration. It is a tokenizer and a
// tolerant parser of statements, blocks, calls and literals; what it does not
// understand it steps over, so that every text gives a tree and none an error.
package source

import "strings"

// Kind is what a node is.
type Kind int

// The kinds of node.
const (
	Other  Kind = iota // what is read but means nothing to a detector
	Str                // Text; Args are its pieces where it interpolates
	Sym                // Text
	Num                // Text
	Lit                // true, false, nil, self, __dir__, __FILE__
	Array              // Args
	Hash               // Args are Pairs
	Pair               // Recv is the key, Args[0] the value
	Call               // Recv.Text(Args) { Body }; an index is a call of "[]"
	Const              // Text, as in Rails::Application
	Var                // @x, $x
	Op                 // Text between Args, or before the one
	Assign             // Recv Text Args[0], Text being "=", "||=", ...
	If                 // Recv is the condition, of unless Not is set
	Loop               // Recv is the condition
	Case               // Recv is the subject, Body are Whens
	When               // Args are the values
	Def                // Text is the name
	Class              // Text is the name, Recv the superclass
	Module             // Text is the name
	Begin              // Body, Else is what rescues
	Lambda             // Params, Body
	Splat              // Args[0]
)

// Node is a piece of a program.
type Node struct {
	Kind   Kind
	Text   string
	Recv   *Node
	Args   []*Node
	Params []string // of a block
	Body   []*Node
	Else   []*Node
	Not    bool
	Line   int
}

// Parse reads a program. line is the number of its first line, mostly 1.
func Parse(src string, line int) []*Node {
	p := &parser{tokens: lex(src, line)}
	return p.statements()
}

// Path is the chain of names of a call or constant, as in "config.assets.compile"
// or "Rails.application.configure"; "" for all else.
func (n *Node) Path() string {
	if n == nil {
		return ""
	}
	switch {
	case n.Kind == Const, n.Kind == Var:
		return n.Text
	case n.Kind == Lit && n.Text == "self":
		return n.Text
	case n.Kind != Call || n.Text == "[]":
		return ""
	case n.Recv == nil:
		return n.Text
	}
	if p := n.Recv.Path(); p != "" {
		return p + "." + n.Text
	}
	return ""
}

// Is reports whether the node calls that name on no receiver.
func (n *Node) Is(name string) bool {
	return n != nil && n.Kind == Call && n.Recv == nil && n.Text == name
}

// Static is the text of a string or symbol without interpolations.
func (n *Node) Static() (string, bool) {
	if n == nil || n.Kind != Str && n.Kind != Sym || len(n.Args) > 0 {
		return "", false
	}
	return n.Text, true
}

// Option is the value that a call's trailing hash has for a key; nil for none.
func (n *Node) Option(key string) *Node {
	if n == nil || len(n.Args) == 0 {
		return nil
	}
	return n.Args[len(n.Args)-1].Key(key)
}

// Key is the value of a hash for a key; nil for none.
func (n *Node) Key(key string) *Node {
	if n == nil || n.Kind != Hash {
		return nil
	}
	for _, p := range n.Args {
		if p.Kind == Pair && p.Recv.Text == key && (p.Recv.Kind == Sym || p.Recv.Kind == Str) && len(p.Args) > 0 {
			return p.Args[0]
		}
	}
	return nil
}

// Texts are the static strings and symbols of a node: its own, or a list's elements.
func (n *Node) Texts() []string {
	if n == nil {
		return nil
	}
	if s, ok := n.Static(); ok {
		return []string{s}
	}
	var out []string
	if n.Kind == Array {
		for _, a := range n.Args {
			out = append(out, a.Texts()...)
		}
	}
	return out
}

// Walk calls visit for the nodes and all below them, in the order of the text;
// where it gives false, not for those below.
func Walk(nodes []*Node, visit func(*Node) bool) {
	for _, n := range nodes {
		if n == nil || !visit(n) {
			continue
		}
		if n.Recv != nil {
			Walk([]*Node{n.Recv}, visit)
		}
		Walk(n.Args, visit)
		Walk(n.Body, visit)
		Walk(n.Else, visit)
	}
}

// ERB splits a template into its text, in which each tag is replaced, and the code
// of its tags (https://docs.ruby-lang.org/en/master/ERB.html). A tag "<%= code %>"
// becomes what show gives for it; other tags leave nothing.
func ERB(template string, show func(code []*Node) string) string {
	var out strings.Builder
	line := 1
	for {
		open := strings.Index(template, "<%")
		if open < 0 {
			out.WriteString(template)
			return out.String()
		}
		out.WriteString(template[:open])
		line += strings.Count(template[:open], "\n")
		rest := template[open+2:]
		if strings.HasPrefix(rest, "%") { // an escaped sign
			out.WriteString("<%")
			template = rest[1:]
			continue
		}
		end := strings.Index(rest, "%>")
		if end < 0 {
			return out.String()
		}
		code := rest[:end]
		template = rest[end+2:]
		lines := strings.Count(code, "\n")
		switch {
		case strings.HasPrefix(code, "#"):
		case strings.HasPrefix(code, "="):
			out.WriteString(show(Parse(strings.TrimSuffix(strings.TrimPrefix(code, "="), "-"), line)))
		default:
			show(Parse(strings.TrimSuffix(strings.TrimPrefix(code, "-"), "-"), line))
		}
		out.WriteString(strings.Repeat("\n", lines))
		line += lines
	}
}
