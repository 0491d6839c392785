package elixir

import (
	"dockgen/detect/elixir/source"
)

// maxCalls is how many functions are followed from one to the next.
const maxCalls = 12

// module is a file whose functions and attributes are looked up. What it gives is
// what production sees: Mix.env() is :prod.
type module struct {
	attributes map[string]*source.Node
	functions  map[string][]*source.Node // the definitions, in their order
	vars       map[string]*source.Node
	depth      int
}

func newModule(f *source.File) *module {
	m := &module{attributes: map[string]*source.Node{}, functions: map[string][]*source.Node{}, vars: map[string]*source.Node{}}
	f.Walk(func(n *source.Node) bool {
		switch {
		case n.Kind == source.Attr && len(n.Args) > 0:
			if _, ok := m.attributes[n.Text]; !ok {
				m.attributes[n.Text] = n.Args[0]
			}
			return false
		case n.IsCall("", "def") || n.IsCall("", "defp"):
			if name := definedName(n); name != "" {
				m.functions[name] = append(m.functions[name], n)
			}
			for _, b := range n.Body {
				if b.Kind == source.Op && b.Text == "=" && b.Args[0].Kind == source.Name {
					m.vars[b.Args[0].Text] = b.Args[1]
				}
			}
			return false
		}
		return true
	})
	return m
}

// definedName is the name in "def name(args) when guard".
func definedName(n *source.Node) string {
	if len(n.Args) == 0 {
		return ""
	}
	head := n.Args[0]
	if head.Kind == source.Op && head.Text == "when" {
		head = head.Args[0]
	}
	if head.Kind == source.Name || head.Kind == source.Call {
		return head.Text
	}
	return ""
}

// result is what a function of that name returns in production: the definition for :prod
// or for anything, if there are several.
func (m *module) result(name string) *source.Node {
	defs := m.functions[name]
	var chosen *source.Node
	for _, d := range defs {
		head := d.Args[0]
		if head.Kind == source.Op {
			head = head.Args[0]
		}
		if len(head.Args) > 0 && head.Args[0].Kind == source.Atom && head.Args[0].Text != "prod" {
			continue
		}
		chosen = d
		break
	}
	if chosen == nil {
		return nil
	}
	if chosen.HasDo {
		return m.last(chosen.Body)
	}
	return m.eval(chosen.Options().Get("do"))
}

func (m *module) last(body []*source.Node) *source.Node {
	if len(body) == 0 {
		return nil
	}
	return m.eval(body[len(body)-1])
}

// eval follows names, attributes, local calls and conditions to a value; what it can't follow
// it gives back as it stands.
func (m *module) eval(n *source.Node) *source.Node {
	if n == nil || m.depth > maxCalls {
		return n
	}
	m.depth++
	defer func() { m.depth-- }()
	switch n.Kind {
	case source.Attr:
		if v, ok := m.attributes[n.Text]; ok && len(n.Args) == 0 {
			return m.eval(v)
		}
	case source.Name, source.Call:
		return m.call(n)
	case source.Block:
		if n.Text != "fn" {
			return m.last(n.Body)
		}
	case source.Op:
		return m.operation(n)
	}
	return n
}

func (m *module) call(n *source.Node) *source.Node {
	if n.Target != nil {
		return n
	}
	switch n.Text {
	case "if", "unless":
		if len(n.Args) == 0 {
			return n
		}
		yes, known := condition(n.Args[0])
		if n.Text == "unless" {
			yes = !yes
		}
		then, other := m.last(n.Body), m.last(n.Sections["else"])
		if o := n.Options(); o != nil && !n.HasDo {
			then, other = m.eval(o.Get("do")), m.eval(o.Get("else"))
		}
		if !known || yes {
			return then
		}
		return other
	}
	if v, ok := m.vars[n.Text]; ok && n.Kind == source.Name {
		return m.eval(v)
	}
	if _, ok := m.functions[n.Text]; ok {
		if r := m.result(n.Text); r != nil && r.Kind != source.Call {
			return r
		}
	}
	// A function that is given a list and gives it back changed: with_lock(deps()).
	if n.Kind == source.Call && len(n.Args) > 0 {
		if v := m.eval(n.Args[0]); v != nil && v.Kind == source.List {
			return v
		}
	}
	return n
}

func (m *module) operation(n *source.Node) *source.Node {
	if len(n.Args) != 2 {
		return n
	}
	switch n.Text {
	case "++":
		left, right := m.eval(n.Args[0]), m.eval(n.Args[1])
		sum := &source.Node{Kind: source.List, Line: n.Line}
		for _, side := range []*source.Node{left, right} {
			if side != nil && side.Kind == source.List {
				sum.Args = append(sum.Args, side.Args...)
			}
		}
		return sum
	case "|>", "--":
		return m.eval(n.Args[0])
	case "=":
		return m.eval(n.Args[1])
	case "||":
		if left := m.eval(n.Args[0]); left != nil && (left.Kind == source.String || left.Kind == source.List) {
			return left
		}
		return m.eval(n.Args[1])
	}
	return n
}

// text is a string or atom that an expression gives; "" for any other.
func (m *module) text(n *source.Node) string {
	s, ok := m.eval(n).Str()
	if !ok {
		return ""
	}
	return s
}

// pairs are the keys and values that an expression gives.
func (m *module) pairs(n *source.Node) []*source.Node { return m.eval(n).Pairs() }

// items are the elements of a list; a keyword list's pairs become tuples, as {:name, "~> 1.0"} is
// name: "~> 1.0".
func (m *module) items(n *source.Node) []*source.Node {
	if n == nil || n.Kind != source.List {
		return nil
	}
	var out []*source.Node
	for _, a := range n.Args {
		if a.Kind == source.Pair {
			a = &source.Node{Kind: source.Tuple, Line: a.Line, Args: []*source.Node{{Kind: source.Atom, Text: a.Text}, a.Value()}}
		}
		out = append(out, a)
	}
	return out
}

// condition says what an expression about the environment's name is in production;
// known is false where it asks for something else.
func condition(n *source.Node) (yes, known bool) {
	switch n.Kind {
	case source.Name, source.Atom:
		return n.Text == "true", n.Text == "true" || n.Text == "false"
	case source.Op:
	default:
		return false, false
	}
	if len(n.Args) == 1 {
		yes, known = condition(n.Args[0])
		return !yes, known && (n.Text == "!" || n.Text == "not")
	}
	left, right := n.Args[0], n.Args[1]
	switch n.Text {
	case "and", "&&", "or", "||":
		y1, k1 := condition(left)
		y2, k2 := condition(right)
		isAnd := n.Text == "and" || n.Text == "&&"
		if k1 && y1 != isAnd || k2 && y2 != isAnd {
			return !isAnd, true
		}
		return isAnd, k1 && k2
	case "==", "===", "!=", "!==":
		if !isEnvironment(left) {
			left, right = right, left
		}
		if !isEnvironment(left) || right.Kind != source.Atom {
			return false, false
		}
		return (right.Text == "prod") == (n.Text[0] == '='), true
	case "in":
		if !isEnvironment(left) {
			return false, false
		}
		for _, s := range right.Strings() {
			if s == "prod" {
				return true, true
			}
		}
		return false, true
	}
	return false, false
}

// isEnvironment reports whether the expression gives the name of the environment.
func isEnvironment(n *source.Node) bool {
	return n.IsCall("Mix", "env") || n.IsCall("", "config_env") || n.Kind == source.Name && (n.Text == "config_env" || n.Text == "mix_env" || n.Text == "env") ||
		n.Kind == source.Attr && (n.Text == "env" || n.Text == "mix_env")
}
