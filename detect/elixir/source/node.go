// Package source reads Elixir: what a mix.exs, a configuration or a module says,
// without running it. The reader knows the language's words, strings, brackets,
// operators, calls and blocks, and makes a tree of them. It takes any text: what
// it does not know it leaves out, for the compiler is the one to complain.
//
// https://hexdocs.pm/elixir/syntax-reference.html
package source

import "strings"

// Kind is what a Node is.
type Kind int

// The kinds of nodes.
const (
	Unknown Kind = iota
	Name         // a variable, or a call without arguments
	Module       // Foo.Bar
	Atom
	String // Text has "#{}" for what is inserted, which is in Args
	Charlist
	Number
	List
	Tuple
	Map
	Pair    // a key (Text, or Args[0] of a map's =>) and its value, the last of Args
	Call    // Text is the name, Target what stands before the dot
	Op      // Text is the operator, Args one operand or two
	Attr    // @name; where it is set, Args holds the value
	Block   // several expressions, the last being the value
	Clause  // Args are the patterns of "->", Body what follows
	Capture // &...
	Words   // ~w(...): Text as it stands
)

// Node is one expression.
type Node struct {
	Kind   Kind
	Text   string
	Line   int
	Target *Node
	Args   []*Node
	// Body are the expressions of a block, of a clause, or behind do; Sections are
	// those behind else, rescue, after and catch.
	Body     []*Node
	Sections map[string][]*Node
	HasDo    bool
}

// File is a source file's expressions.
type File struct{ Body []*Node }

// Walk calls f for the node and all below it; below one for which f says no it does not go.
func (n *Node) Walk(f func(*Node) bool) {
	if n == nil || !f(n) {
		return
	}
	n.Target.Walk(f)
	for _, a := range n.Args {
		a.Walk(f)
	}
	for _, b := range n.Body {
		b.Walk(f)
	}
	for _, name := range []string{"else", "rescue", "catch", "after"} {
		for _, b := range n.Sections[name] {
			b.Walk(f)
		}
	}
}

// Walk calls f for every node of the file.
func (f *File) Walk(visit func(*Node) bool) {
	for _, n := range f.Body {
		n.Walk(visit)
	}
}

// IsCall reports whether the node calls that function: IsCall("System", "get_env"), or
// IsCall("", "config") for one without a module before it.
func (n *Node) IsCall(module, name string) bool {
	if n == nil || n.Kind != Call || n.Text != name {
		return false
	}
	if module == "" {
		return n.Target == nil
	}
	return n.Target != nil && (n.Target.Kind == Module || n.Target.Kind == Atom) && n.Target.Text == module
}

// Pairs are the keys and values of a keyword list, or of a map with such keys.
func (n *Node) Pairs() []*Node {
	if n == nil || n.Kind != List && n.Kind != Map {
		return nil
	}
	var out []*Node
	for _, a := range n.Args {
		switch {
		case a.Kind == Pair:
			out = append(out, a)
		case n.Kind == List && a.Kind == Tuple && len(a.Args) == 2 && a.Args[0].Kind == Atom:
			out = append(out, &Node{Kind: Pair, Text: a.Args[0].Text, Line: a.Line, Args: a.Args[1:]})
		}
	}
	return out
}

// Get is the value behind a key of a keyword list; nil where there is none.
func (n *Node) Get(key string) *Node {
	for _, p := range n.Pairs() {
		if p.Text == key && len(p.Args) > 0 {
			return p.Value()
		}
	}
	return nil
}

// Value is a pair's value.
func (n *Node) Value() *Node { return n.Args[len(n.Args)-1] }

// Options is the keyword list at the end of a call's arguments; nil without one.
func (n *Node) Options() *Node {
	if n == nil || len(n.Args) == 0 {
		return nil
	}
	if last := n.Args[len(n.Args)-1]; last.Kind == List {
		return last
	}
	return nil
}

// Str is the text of a string without anything inserted, of a list of characters, an atom, or a
// module's name.
func (n *Node) Str() (string, bool) {
	if n == nil {
		return "", false
	}
	switch n.Kind {
	case String, Charlist:
		return n.Text, len(n.Args) == 0
	case Atom, Module:
		return n.Text, true
	}
	return "", false
}

// Strings are the words of a list of strings or atoms, or of ~w().
func (n *Node) Strings() []string {
	if n == nil {
		return nil
	}
	if n.Kind == Words {
		return strings.Fields(n.Text)
	}
	if s, ok := n.Str(); ok {
		return []string{s}
	}
	var out []string
	if n.Kind == List {
		for _, a := range n.Args {
			if s, ok := a.Str(); ok {
				out = append(out, s)
			}
		}
	}
	return out
}
